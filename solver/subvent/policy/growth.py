"""Rules that would derive ever more: recursion that builds new terms, with nothing that ends it.

clingo instantiates such a rule until time or memory is over. Here it is found at once, and named: its
head counts on, or builds a term, from a variable that only atoms of the same recursion bind, and no
comparison holds the variable on the side to which it moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from subvent.policy.strata import Located, Recursion
from subvent.policy.syntax import Statement, Term
from subvent.policy.words import Signature

_BELOW, _ABOVE, _EQUAL = ("<", "<="), (">", ">="), ("=", "==")


def runaway_rules(statements: Sequence[Located]) -> Iterator[tuple[Statement, Term]]:
    """The rules of packs whose recursion nothing ends, each with the term that grows."""
    recursion = _OwnRecursion(statements)
    for statement, kernel in statements:
        if kernel or statement.kind != "rule":
            continue
        for head in statement.heads:
            grown = next(_growing(statement, head, recursion), None)
            if grown is not None:
                yield statement, grown


def _growing(statement: Statement, head: Term, recursion: _OwnRecursion) -> Iterator[Term]:
    positive = [one.atom for one in statement.literals if not (one.negative or one.inside)]
    inner = [atom for atom in positive if recursion.feeds(statement, head, atom)]
    bound = {name for atom in positive if atom not in inner for name in _variables(atom)}
    counted = {name for atom in inner for name in _variables(atom)} - bound
    whole = {part.name for atom in inner for part in atom.args if part.kind == "variable"} - bound
    for part in (part for argument in head.args for part in argument.walk()):
        if part.kind == "operation" and part.name in ("+", "-"):
            rises = part.name == "+"
            if any(not _ended(statement, name, rises=rises) for name in _variables(part) & counted):
                yield part
        elif part.kind in ("name", "tuple") and whole & {a.name for a in part.args if a.kind == "variable"}:
            yield part


def _ended(statement: Statement, name: str, *, rises: bool) -> bool:
    """Whether a comparison of the body holds a variable that counts up (`rises`) or down."""
    for one in statement.comparisons:
        left, right = name in _variables(one.left), name in _variables(one.right)
        ends, starts = (_BELOW, _ABOVE) if rises else (_ABOVE, _BELOW)
        if (left and one.op in ends) or (right and one.op in starts) or (left != right and one.op in _EQUAL):
            return True
    return False


def _variables(term: Term) -> set[str]:
    return {part.name for part in term.walk() if part.kind == "variable"}


class _OwnRecursion:
    """Which atoms in the body of a rule the rule itself may feed, by other rules or at once."""

    def __init__(self, statements: Sequence[Located]) -> None:
        self._predicates = Recursion(statements)
        self._rules: defaultdict[Signature, list[tuple[Term, Statement]]] = defaultdict(list)
        for statement, _ in statements:
            for head in statement.heads if statement.kind == "rule" else ():
                self._rules[head.signature].append((head, statement))

    def feeds(self, statement: Statement, head: Term, atom: Term) -> bool:
        """Whether the rule's head may lead to the atom: one amount may rest on that of another benefit."""
        if not self._predicates.leads(head, atom):
            return False
        seen: set[int] = set()
        queue = [atom]
        while queue:
            wanted = queue.pop()
            for derived, rule in self._rules[wanted.signature]:
                if id(rule) in seen or not _may_be_one(derived, wanted):
                    continue
                if rule is statement:
                    return True
                seen.add(id(rule))
                queue += (literal.atom for literal in rule.literals)
        return False


def _may_be_one(one: Term, other: Term) -> bool:
    """Whether an atom may be an instance of both; variables, pools and what is computed may be anything."""
    kinds = {one.kind, other.kind}
    if kinds & {"variable", "pool", "operation", "external"}:
        return True
    same = len(kinds) == 1 and one.signature == other.signature
    return same and all(map(_may_be_one, one.args, other.args))
