"""What stands against an outbid claim where no limit in the kernel's words does: a rule of a pack's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from subvent.decision import bound_by_own_rules, own_and_read
from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.words import joined
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, Term, text
from subvent.problem import Problem, violated
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
    rules = own_and_read(problem.policies.rules)
    constants = {benefit.name: (benefit.constant,) for benefit in problem.policies.benefits}
    found, left = [], MOST
    for entry in entries:
        if entry.reason != "outbid" or entry.findings or not left:
            found.append(entry)
            continue
        ways = list(_ways(problem, entry, constants[entry.benefit]))[:left]
        left -= len(ways)
        broken = [violated(problem, [*chosen, *way], grounder, rules) for way in ways]
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
    """A limit by its name, a constraint by the phrases of its article, and the rules that state it."""
    name = limit[0] if isinstance(limit, tuple) else ""
    if name == "constraint":
        rules = [rule for rule in problem.policies.rules if isinstance(limit, tuple) and rule.id == limit[1]]
        shown = joined([Text(f"「{c.phrase}」", f"“{c.phrase}”") for rule in rules for c in rule.citations])
    else:
        marks = (f"violated({name}(", f"violated({name})")
        rules = [rule for rule in problem.policies.rules if rule.document and rule.text.startswith(marks)]
        shown = told.words.limit(limit)
    uses = tuple(RuleUse(rule.id, citation) for rule in rules for citation in rule.citations)
    return Finding("limit", text(limit), shown, citations=tuple(use.citation for use in uses)), uses
