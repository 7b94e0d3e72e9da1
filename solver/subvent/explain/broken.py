"""What stands against an outbid claim where no limit in the kernel's words does: a rule of a pack's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from subvent.decision import bound_by_own_rules
from subvent.explain.explanation import Explanation
from subvent.explain.own_limits import broken_each, in_words, name_of
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Term
from subvent.problem import Problem
from subvent.result import Finding, RuleUse, Unclaimed

MOST = 60
"""Ways tried to make claims: each is a question to clingo."""


def with_broken(
    problem: Problem,
    told: Explanation,
    chosen: Collection[Atom],
    entries: tuple[Unclaimed, ...],
    grounder: Grounder,
) -> tuple[Unclaimed, ...]:
    """The entries, those outbid for no reason told so far with the rules that they would break in the plan.

    `chosen` are the plan's claims and the rows that they are made for. Raises PolicyError, ResourceError.
    """
    if not bound_by_own_rules(problem.policies, problem.groups):
        return entries
    constants = {benefit.name: (benefit.constant,) for benefit in problem.policies.benefits}
    found, left = [], MOST
    for entry in entries:
        if entry.reason != "outbid" or entry.findings or not left:
            found.append(entry)
            continue
        ways = list(_ways(problem, entry, constants[entry.benefit]))[:left]
        left -= len(ways)
        broken = broken_each(problem, [[*chosen, *way] for way in ways], grounder)
        told_of = [_finding(problem, told, limit) for limit in min(broken, key=len, default=())]
        uses = dict.fromkeys(use for _, rules in told_of for use in rules)
        found.append(replace(entry, findings=tuple(one for one, _ in told_of), rules=(*entry.rules, *uses)))
    return tuple(found)


def _ways(problem: Problem, entry: Unclaimed, benefit: Atom) -> Iterator[list[Atom]]:
    """What claiming it would make true, in each year and for each row that it can be made for."""
    for claim in problem.candidates:
        if claim[2:4] == (entry.subject, benefit) and entry.year in {None, claim[4]}:
            rows = problem.options.get((entry.subject, benefit), [])
            yield from [problem.chosen([claim], {claim: row}) for row in rows] or [[claim]]


def _finding(problem: Problem, told: Explanation, limit: Term) -> tuple[Finding, tuple[RuleUse, ...]]:
    """A limit as it is called, and the rules that state it."""
    shown, rules = in_words(problem.policies, told.words, limit)
    uses = tuple(RuleUse(rule.id, citation) for rule in rules for citation in rule.citations)
    return Finding("limit", name_of(limit), shown, citations=tuple(use.citation for use in uses)), uses
