"""From a file to the best lawful set of claims: pose the problem, optimise, check the bound, explain.

plan = plan_portfolio(Path("group.xlsx"))
print(plan.total_fen, plan.status)
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from subvent import __version__
from subvent.certified import certified_bound, write
from subvent.diagnostics import Diagnostic, PolicyError, ResourceError, diagnostic
from subvent.explain import (
    Explanation,
    assumptions,
    explain,
    prove,
    rules_used,
    stages,
    unclaimed,
    unknown_facts,
    warnings,
)
from subvent.logic.exact import to_fen
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom, text
from subvent.model.pools import paid
from subvent.model.shared import GIVEN, LOST, unit
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole, losses, optimise_whole
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, review
from subvent.result import Beside, BesideTotal, Claim, Note, Plan, PolicyUse, ReadingUse, SharedCost


class Chosen(NamedTuple):
    """The claims of an optimum with their fen, the rows they are made for, and how shared costs count."""

    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    shared: tuple[SharedCost, ...]
    whole: Whole


def plan_portfolio(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Plan:
    """The best lawful set of claims for the portfolio in a file, proven and explained.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen
    for open questions, `time_limit` seconds. Raises InputError, PolicyError, ResourceError.
    """
    policy_set = load_policies(policies)
    # The built-in packs are checked before they are shipped. Of another one a misspelt word may only
    # lose a rule, silently: what lint calls an error must not become a plan.
    if policies and (faults := [found for found in lint(policy_set) if found.severity == "error"]):
        raise PolicyError(*faults)
    portfolio, remarks = read_with_remarks(path, vocabulary_of(policy_set))
    with ChildProcess(time_limit) as grounder:
        return plan_rows(
            portfolio,
            policy_set,
            readings or {},
            grounder,
            remarks=remarks,
            time_limit=time_limit,
        )


def plan_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    grounder: Grounder,
    *,
    remarks: Sequence[Diagnostic] = (),
    time_limit: float | None = None,
) -> Plan:
    """The plan of a portfolio that is already read. `remarks` of the reading become warnings."""
    started = time.monotonic()
    problem = pose(policies, vocabulary_of(policies), portfolio, readings, grounder)
    grounded = time.monotonic()
    limits = Limits(deadline=None if time_limit is None else started + time_limit)
    chosen = choose(problem, limits)
    certificate = write(chosen.whole.parts, [solution.certificate for solution in chosen.whole.solutions])
    # The bound is read back from what is written, by the code that anyone checks a plan with.
    bound = certified_bound(problem.model, certificate)
    optimised = time.monotonic()
    plan = _explained(problem, chosen, bound, grounder, limits)
    run = {
        "version": __version__,
        "grounding_seconds": f"{grounded - started:.3f}",
        "optimising_seconds": f"{optimised - grounded:.3f}",
        "explaining_seconds": f"{time.monotonic() - optimised:.3f}",
    }
    return replace(
        plan, warnings=(*plan.warnings, *_unused(problem), *_noted(remarks)), certificate=certificate, run=run
    )


def choose(problem: Problem, limits: Limits) -> Chosen:
    """The best claims: most money, then fewest filings, earliest years, first in canonical order.

    Raises ResourceError when the limits end before any lawful choice is found.
    """
    names = {text(claim): claim for claim in problem.candidates}
    rows = problem.options
    options = {
        text(("claim_for", *claim[1:], row)): (claim, row)
        for claim in problem.candidates
        for row in rows.get((claim[2], claim[3]), ())
    }
    first = min((claim[4] for claim in problem.candidates), default=0)
    filings = dict.fromkeys(names, -1)
    years = {name: first - claim[4] for name, claim in names.items()}
    whole = optimise_whole(problem.model, (filings, years), (*names, *options), limits)
    if not whole.found:
        raise ResourceError(diagnostic("plan.nothing-found"))
    values = {**dict(problem.model.settled), **whole.values}
    drawn = [name for name in (*names, *options) if values.get(name) == 1]
    in_order = sorted(
        (names[name] for name in drawn if name in names), key=lambda claim: (claim[4], *claim[1:4])
    )
    worth = {
        text(claim): problem.worth[claim] - values.get(f"{LOST}({text(claim)})", 0) for claim in in_order
    }
    fen = {names[name]: own for name, own in paid(worth, drawn, problem.cuts, values).items()}
    units = unit(problem.splits)
    shared = tuple(
        SharedCost(split.name, term.claim, Fraction(given, units))
        for split in problem.splits
        for term in split.terms
        if names[term.claim] in fen and (given := values.get(f"{GIVEN}({split.name},{term.claim})", 0))
    )
    return Chosen(fen, dict(options[name] for name in drawn if name in options), shared, whole)


def _explained(problem: Problem, chosen: Chosen, bound: int, grounder: Grounder, limits: Limits) -> Plan:
    """The plan with its reasons, all on the readings and packs of the problem."""
    claims = sorted(chosen.fen, key=lambda claim: (claim[4], *claim[1:4]))
    made = frozenset(problem.chosen(claims, chosen.made_for))
    told = explain(
        problem.policies,
        problem.vocabulary,
        problem.atoms | made | review(problem, made, grounder),
        problem.facts,
        claims,
        evaluate=grounder.derive,
    )
    steps, roots = prove(told)
    total = sum(chosen.fen.values())
    low, high = problem.ends(chosen.fen, chosen.made_for)
    return Plan(
        status="optimal" if bound == total else "feasible",
        total_fen=total,
        bound_fen=bound,
        low_fen=low,
        high_fen=high,
        readings=_readings(problem),
        claims=_lines(problem, told, chosen, claims, roots),
        not_claimed=unclaimed(told, _losses(problem, chosen, limits)),
        unknown=unknown_facts(told),
        assumptions=assumptions(told),
        warnings=warnings(told),
        steps=steps,
        policies=tuple(
            PolicyUse(pack.id, pack.version, pack.document, pack.title, pack.sha256)
            for pack in problem.policies.packs
        ),
        file=problem.portfolio.file,
        sha256=problem.portfolio.sha256,
        shared_costs=chosen.shared,
        beside_total=_beside(problem, told, roots),
    )


def _lines(
    problem: Problem, told: Explanation, chosen: Chosen, claims: Sequence[Atom], roots: Mapping[Atom, int]
) -> tuple[Claim, ...]:
    """The claims as lines of the plan."""
    benefits = {benefit.constant: benefit for benefit in problem.policies.benefits}
    names = _names(problem)
    lines = []
    for claim in claims:
        _, applicant, subject, (constant,), year = claim
        benefit, fen = benefits[constant], chosen.fen[claim]
        lines.append(
            Claim(
                id=f"{applicant}/{subject}/{benefit.name}/{year}",
                applicant=applicant,
                subject=subject,
                benefit=benefit.name,
                year=year,
                fen=fen,
                applicant_name=names.get(applicant, ""),
                subject_name=names.get(subject, ""),
                benefit_label=benefit.label,
                rules=rules_used(told, claim),
                stages=stages(told, claim, fen),
                proof=roots[claim],
                made_for=chosen.made_for.get(claim, ""),
            )
        )
    return tuple(lines)


def _beside(problem: Problem, told: Explanation, roots: Mapping[Atom, int]) -> tuple[BesideTotal, ...]:
    """What stands beside the total, benefit by benefit."""
    names, owners = _names(problem), {atom[1]: atom[2] for atom in problem.of("subject", 3)}
    found = []
    for benefit in problem.aside:
        atoms = [atom for atom in problem.of("beside", 3) if atom[1] == (benefit.constant,)]
        lines = tuple(
            Beside(
                subject=atom[2],
                applicant=owners[atom[2]],
                benefit=benefit.name,
                fen=to_fen(atom[3]),
                applicant_name=names.get(owners[atom[2]], ""),
                subject_name=names.get(atom[2], ""),
                benefit_label=benefit.label,
                rules=rules_used(told, atom),
                proof=roots[atom],
            )
            for atom in atoms
        )
        found.append(BesideTotal(benefit.name, benefit.label, sum(line.fen for line in lines), lines))
    return tuple(found)


def _names(problem: Problem) -> dict[str, str]:
    """The name of every row that states one, by id."""
    return {
        row.id: str(row.fields.get("name", "")) for rows in problem.portfolio.rows.values() for row in rows
    }


def _losses(problem: Problem, chosen: Chosen, limits: Limits) -> dict[tuple[str, Atom], int | None]:
    """What insisting on each subject and benefit that has candidates, but is not claimed, would cost."""
    claimed = {(claim[2], claim[3]) for claim in chosen.fen}
    by_subject: defaultdict[tuple[str, Atom], list[str]] = defaultdict(list)
    for claim in problem.candidates:
        if (claim[2], claim[3]) not in claimed:
            by_subject[claim[2], claim[3]].append(text(claim))
    found = losses(chosen.whole, by_subject.values(), limits)
    return {key: loss for key, (loss, _) in zip(by_subject, found, strict=True)}


def _unused(problem: Problem) -> tuple[Note, ...]:
    """Rows that the packs in use hold no benefit for: they were read, and nothing was made of them."""
    covered = {benefit.of for benefit in problem.policies.benefits}
    found = []
    for name, spec in problem.vocabulary.lists.items():
        rows = problem.portfolio.rows.get(name, ())
        if spec.subject and rows and name not in covered:
            label = spec.label
            told = diagnostic(
                "plan.rows-unused",
                None,
                None,
                "warning",
                label_zh=label.zh,
                label_en=label.en,
                count=len(rows),
            )
            found.append(Note(told.code, told.what))
    return tuple(found)


def _noted(remarks: Sequence[Diagnostic]) -> tuple[Note, ...]:
    """What the reading of the file had to say, beside what the packs remark; in no order of the file's."""
    ordered = sorted(remarks, key=lambda remark: (remark.code, remark.what.zh))
    return tuple(Note(remark.code, remark.what, place=remark.place) for remark in ordered)


def _readings(problem: Problem) -> tuple[ReadingUse, ...]:
    found = []
    for reading in problem.policies.readings:
        answer = next(a for a in reading.answers if a.name == problem.readings[reading.name])
        found.append(
            ReadingUse(
                reading.name, answer.name, answer.default, reading.label, answer.label, reading.citation
            )
        )
    return tuple(found)
