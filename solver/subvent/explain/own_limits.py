"""The limits that sets of claims break, by rules of the packs' own: what no word of the kernel says.

    broken_each(problem, [claims, [*claims, another]], grounder)    # the limits broken by each set

The rules are ground once, with every claim assumed that some set makes. A constraint without a name is the
limit `constraint(ID)` of its rule, a bound on a sum of money `sum(ID,K)`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from subvent.decision import own_and_read
from subvent.derivation import names_in
from subvent.diagnostics import Citation, Text
from subvent.explain.words import Words, joined
from subvent.logic.exact import to_fen
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Term, order_key, text
from subvent.policy.sums import SUMMAND, is_own_sum, summands
from subvent.policy.types import PolicySet, Rule
from subvent.problem import Problem, judging, refused_as_policy_error

_VIOLATED = "violated"
CONSTRAINT, SUM = "constraint", "sum"


def broken_each(problem: Problem, sets: Sequence[Iterable[Atom]], grounder: Grounder) -> list[list[Term]]:
    """The limits that each of several sets of claims breaks, in canonical order, by the packs' own rules.

    A set holds what choosing its claims makes true (`Problem.chosen`). Raises PolicyError, ResourceError.
    """
    rules = own_and_read(problem.policies.rules)
    lines = [*judging(rules), *(summands(rule) for rule in rules if is_own_sum(rule))]
    program = "\n".join(lines)
    names = names_in(program)
    stated = [atom for one in problem.groups if one[0] in names for atom in problem.groups.unordered(*one)]
    facts = list(map(text, stated))
    worlds = [list(map(text, one)) for one in sets]
    found = refused_as_policy_error(
        lambda: grounder.derive_worlds(program, facts, worlds, (_VIOLATED, SUMMAND))
    )
    return [sorted(_limits([*found.common, *added]), key=order_key) for added in found.added]


def _limits(atoms: Iterable[Atom]) -> set[Term]:
    """The limits that what was derived of a set of claims shows to be broken."""
    broken: set[Term] = set()
    sums: defaultdict[tuple[Term, Term, int], set[Term]] = defaultdict(set)
    for atom in atoms:
        if atom[0] == _VIOLATED:
            broken.add(atom[1])
        else:
            _, rule, key, bound, element = atom
            sums[rule, key, to_fen(bound)].add(element)
    broken |= {(SUM, rule, key) for (rule, key, bound), added in sums.items() if _total(added) > bound}
    return broken


def _total(elements: Iterable[Term]) -> int:
    return sum(to_fen(element[1]) for element in elements if isinstance(element, tuple))


def name_of(limit: Term) -> str:
    """A limit as plans write it: a sum by the name that its rule gives it."""
    return text(limit[2] if isinstance(limit, tuple) and limit[0] == SUM else limit)


def in_words(policies: PolicySet, words: Words, limit: Term) -> tuple[Text, tuple[Rule, ...]]:
    """What a broken limit is called, and the packs' rules that state it.

    A constraint has no name, a sum may be without words: they are called by the phrases of their article.
    """
    kind = limit[0] if isinstance(limit, tuple) else ""
    if isinstance(limit, tuple) and kind in (CONSTRAINT, SUM):
        rules = tuple(rule for rule in policies.rules if rule.id == limit[1])
        return _called(rules, words, limit), rules
    marks = (f"violated({kind}(", f"violated({kind})")
    rules = tuple(rule for rule in policies.rules if rule.document and rule.text.startswith(marks))
    return words.limit(limit), rules


def _called(rules: Sequence[Rule], words: Words, limit: Atom) -> Text:
    named = words.limit(limit[2]) if limit[0] == SUM else None
    if named is not None and named != words.term(limit[2]):
        return named
    return joined([Text(f"「{c.phrase}」", f"“{c.phrase}”") for rule in rules for c in rule.citations])


def citations_of(rules: Iterable[Rule]) -> tuple[Citation, ...]:
    """The phrases of some rules, each once."""
    return tuple(dict.fromkeys(citation for rule in rules for citation in rule.citations))
