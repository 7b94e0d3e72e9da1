"""The account of chosen claims: a plan with its reasons, whoever chose them.

Nothing here optimises. The planner tells of the optimum that it found; `verify` tells of the claims of a
saved plan once more, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.explain import (
    Explanation,
    Procedure,
    assumptions,
    explain,
    prove,
    rules_used,
    shut_years,
    stages,
    unclaimed,
    unknown_facts,
    warnings,
)
from subvent.logic.exact import to_fen
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom
from subvent.policy.types import PolicySet
from subvent.portfolio.validate import row_digests
from subvent.problem import Problem, procedure, review
from subvent.result import Beside, BesideTotal, Claim, Note, Plan, PolicyUse, ReadingUse, SharedCost

Losses = Mapping[tuple[str, Atom], int | None]
"""What insisting on a subject and benefit would cost, in fen; None where no lawful plan holds it."""


class Made(NamedTuple):
    """Claims with their fen and the rows they are made for, how shared costs are counted, and the bound.

    The bound is that on every lawful total, in fen.
    """

    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    shared: tuple[SharedCost, ...]
    bound: int


def account_of(
    problem: Problem,
    made: Made,
    losses: Losses,
    remarks: Sequence[Diagnostic],
    grounder: Grounder,
    *,
    proofs: bool = True,
) -> Plan:
    """The plan that these claims make, with its reasons, on the readings and packs of the problem.

    `remarks` of the reading of the file become warnings beside those of the packs. Without `proofs` it has
    every reason, and no steps.
    """
    claims = sorted(made.fen, key=lambda claim: (claim[4], *claim[1:4]))
    chosen = frozenset(problem.chosen(claims, made.made_for))
    told = explain(
        problem.policies,
        problem.vocabulary,
        problem.atoms | chosen | review(problem, chosen, grounder),
        problem.facts,
        claims,
        evaluate=grounder.derive,
    )
    steps, roots = prove(told) if proofs else ((), {})
    to_do = Procedure(told, procedure(problem, chosen, grounder))
    total = sum(made.fen.values())
    low, high = problem.ends(made.fen, made.made_for)
    return Plan(
        status="optimal" if made.bound == total else "feasible",
        total_fen=total,
        bound_fen=made.bound,
        low_fen=low,
        high_fen=high,
        readings=readings_used(problem.policies, problem.readings),
        claims=_lines(problem, told, made, to_do, roots),
        not_claimed=unclaimed(told, losses),
        unknown=unknown_facts(told),
        assumptions=assumptions(told),
        warnings=(*warnings(told), *_unused(problem), *_filed_aside(problem), *_noted(remarks)),
        steps=steps,
        policies=tuple(
            PolicyUse(pack.id, pack.version, pack.document, pack.title, pack.sha256)
            for pack in problem.policies.packs
            if pack.rules  # a document in which nothing is computed is used in no plan
        ),
        file=problem.portfolio.file,
        sha256=problem.portfolio.sha256,
        shared_costs=made.shared,
        beside_total=_beside(problem, told, roots),
        horizon=tuple(atom[1] for atom in problem.of("horizon", 1)),
        shut_years=shut_years(told),
        entitlements=to_do.consequences("entitlement"),
        duties=to_do.consequences("duty"),
        row_digests=row_digests(problem.portfolio),
    )


def _lines(
    problem: Problem, told: Explanation, made: Made, to_do: Procedure, roots: Mapping[Atom, int]
) -> tuple[Claim, ...]:
    """The claims as lines of the plan."""
    benefits = {benefit.constant: benefit for benefit in problem.policies.benefits}
    names = _names(problem)
    lines = []
    for claim in told.claims:
        _, applicant, subject, (constant,), year = claim
        benefit, fen = benefits[constant], made.fen[claim]
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
                proof=roots.get(claim),
                made_for=made.made_for.get(claim, ""),
                materials=to_do.materials(claim),
                steps=to_do.steps(claim),
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
                proof=roots.get(atom),
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
            found.append(_note(told))
    return tuple(found)


def _filed_aside(problem: Problem) -> tuple[Note, ...]:
    """Rows that name as a filing what nobody files, because it stands beside the total."""
    aside = {benefit.name: benefit.label for benefit in problem.aside}
    every = {benefit.name for benefit in problem.policies.benefits}
    found = []
    for spec in problem.vocabulary.lists.values():
        fields = [f.name for f in spec.fields if f.type == "choice" and {c.name for c in f.choices} >= every]
        for row in problem.portfolio.rows.get(spec.name, ()):
            for label, name in ((aside.get(str(row.fields.get(name))), name) for name in fields):
                if label:
                    told = diagnostic(
                        "plan.aside-filed",
                        row.where(name),
                        None,
                        "warning",
                        label_zh=label.zh,
                        label_en=label.en,
                    )
                    found.append(_note(told))
    return tuple(found)


def _noted(remarks: Sequence[Diagnostic]) -> tuple[Note, ...]:
    """What the reading of the file had to say, beside what the packs remark; in no order of the file's."""
    ordered = sorted(remarks, key=lambda remark: (remark.code, remark.what.zh))
    return tuple(_note(remark) for remark in ordered)


def _note(told: Diagnostic) -> Note:
    """A message as a line of the plan: what it says, and the way out."""
    what, way_out = told.what, told.way_out
    said = Text(f"{what.zh}；{way_out.zh}", f"{what.en}; {way_out.en}")
    return Note(told.code, said, place=told.place)


def readings_used(policies: PolicySet, answers: Mapping[str, str]) -> tuple[ReadingUse, ...]:
    """Every open question with the answer that is taken, in the order of the packs."""
    found = []
    for reading in policies.readings:
        answer = next(a for a in reading.answers if a.name == answers[reading.name])
        found.append(
            ReadingUse(
                reading.name, answer.name, answer.default, reading.label, answer.label, reading.citation
            )
        )
    return tuple(found)
