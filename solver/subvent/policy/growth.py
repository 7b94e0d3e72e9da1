"""Rules that would derive ever more: recursion that builds new terms, with nothing that ends it.

clingo instantiates such a rule until time or memory is over. Here it is found at once, and named: its
head counts on, or builds a term, from a variable that only atoms of the same recursion bind, and no
comparison holds the variable on the side to which it moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from subvent.policy.strata import Located, Recursion
from subvent.policy.syntax import Statement, Term

_BELOW, _ABOVE, _EQUAL = ("<", "<="), (">", ">="), ("=", "==")


def runaway_rules(statements: Sequence[Located]) -> Iterator[tuple[Statement, Term]]:
    """The rules of packs whose recursion nothing ends, each with the term that grows."""
    recursion = Recursion(statements)
    for statement, kernel in statements:
        if kernel or statement.kind != "rule":
            continue
        for head in statement.heads:
            grown = next(_growing(statement, head, recursion), None)
            if grown is not None:
                yield statement, grown


def _growing(statement: Statement, head: Term, recursion: Recursion) -> Iterator[Term]:
    positive = [one.atom for one in statement.literals if not (one.negative or one.inside)]
    inner = [atom for atom in positive if recursion.leads(head, atom)]
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
