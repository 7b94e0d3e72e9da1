"""The phrases of the law behind a benefit or a limit, under the readings of one problem.

They are read off the packs' rules: the article that a benefit belongs to, and the rules that speak of a
limit by name. A rule that rests on a reading which was not taken is no ground of anything.
"""

from __future__ import annotations

from collections import defaultdict

from subvent.diagnostics import Citation
from subvent.logic.terms import Atom, Term
from subvent.policy.parsed import parsed
from subvent.policy.types import PolicySet, Rule
from subvent.problem import Problem

_CLAIMS = {"claim": 3, "claim_for": 3, "made_for": 2}
"""Where the benefit stands in an atom about a claim."""
_LIMITING = frozenset(
    {"limit", "counts", "conflict", "left", "right", "group_limit", "group", "pool", "draws", "spends"}
    | {"feeds", "ceiling", "split", "splits", "violated"}
)


class Law:
    """The phrases of a problem's packs by benefit and by limit."""

    def __init__(self, problem: Problem) -> None:
        self._benefits = _by_benefit(problem.policies)
        self._limits: defaultdict[str, dict[Citation, None]] = defaultdict(dict)
        taken = {(name.replace("-", "_"), answer) for name, answer in problem.readings.items()}
        taken = {(name, answer.replace("-", "_")) for name, answer in taken}
        for rule in problem.policies.rules:
            if rule.document and rule.stratum != "review" and _applies(rule, taken):
                for name in _limits_of(rule):
                    self._limits[name] |= dict.fromkeys(rule.citations)

    def of_benefit(self, atom: Atom) -> tuple[Citation, ...]:
        """The phrases of the article that the benefit of a claim belongs to; () when it is no claim."""
        if atom[0] in {"lost", "given", "cut", "void"} and isinstance(atom[-1], tuple):
            atom = atom[-1]
        place = _CLAIMS.get(atom[0])
        return self._benefits.get(atom[place][0], ()) if place else ()

    def of_limit(self, key: Term) -> tuple[Citation, ...]:
        """The phrases of the rules that set a limit or say what falls under it."""
        return tuple(self._limits.get(key[0], ())) if isinstance(key, tuple) else ()


def _by_benefit(policies: PolicySet) -> dict[str, tuple[Citation, ...]]:
    articles: defaultdict[tuple[str, str], dict[Citation, None]] = defaultdict(dict)
    for pack in policies.packs:
        for rule in pack.rules:
            articles[pack.id, rule.article] |= dict.fromkeys(rule.citations)
    return {b.constant: tuple(articles[b.pack, b.article]) for b in policies.benefits}


def _applies(rule: Rule, taken: set[tuple[str, str]]) -> bool:
    """Whether the readings that a rule names are those that were taken."""
    for literal in parsed(rule).literals:
        if literal.atom.signature == ("reading", 2):
            question, answer = literal.atom.args
            named = question.kind == answer.kind == "name"
            if named and ((question.name, answer.name) in taken) == literal.negative:
                return False
    return True


def _limits_of(rule: Rule) -> set[str]:
    """The names of the limits that the heads of a rule speak of."""
    heads = [head for head in parsed(rule).heads if head.name in _LIMITING and head.args]
    return {head.args[0].name for head in heads if head.args[0].kind == "name"}
