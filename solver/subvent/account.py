"""The account of chosen claims: a plan with its reasons, whoever chose them.

Nothing here optimises. The planner tells of the optimum that it found; `verify` tells of the claims of a
saved plan once more, and compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.explain import (
    Explanation,
    Finished,
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
from subvent.explain.broken import with_broken
from subvent.explain.filed import found_filed
from subvent.explain.neighbours import NONE, Neighbours
from subvent.explain.usage import Usage
from subvent.logic.exact import to_fen
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, order_key
from subvent.policy.types import PolicySet
from subvent.portfolio.filings import filings
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.validate import row_digests
from subvent.problem import Problem, procedure, review
from subvent.process.progress import SILENT, Progress
from subvent.result import Beside, BesideTotal, Claim, LimitUse, Note, Plan, PolicyUse, ReadingUse, SharedCost

Losses = Mapping[tuple[str, Atom], int | None]
"""What insisting on a subject and benefit would cost, in fen; None where no lawful plan holds it."""


class Made(NamedTuple):
    """Claims with their fen and the rows they are made for, how shared costs are counted, and the bound.

    The bound is that on every lawful total, in fen. Where these are not all claims of a plan, `limits` is
    what it tells of the limits that concern all rows, by name; or `others` are its claims under them.
    """

    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    shared: tuple[SharedCost, ...]
    bound: int
    limits: Mapping[str, LimitUse] | None = None
    others: Neighbours = NONE


def account_of(
    problem: Problem,
    made: Made,
    losses: Losses,
    remarks: Sequence[Diagnostic],
    grounder: Grounder,
    *,
    proofs: bool = True,
    progress: Progress = SILENT,
) -> Plan:
    """The plan that these claims make, with its reasons, on the readings and packs of the problem.

    `remarks` of the reading of the file become warnings beside those of the packs. Without `proofs` it has
    every reason, and no steps. `progress` hears how far one has come.
    """
    claims = sorted(made.fen, key=lambda claim: (claim[4], *claim[1:4]))
    chosen = frozenset(problem.chosen(claims, made.made_for))
    own = chosen | review(problem, chosen, grounder)
    told = explain(
        problem.policies,
        problem.vocabulary,
        Finished.of(problem, own),
        problem.facts,
        claims,
        around=Finished.of(problem, own | made.others.atoms) if made.others.atoms else None,
        evaluate=grounder.derive,
        progress=progress,
    )
    usage = Usage(told.around, told.words, {**made.others.fen, **made.fen}, made.limits)
    filed = found_filed(filings(problem.portfolio, problem.vocabulary))
    told = replace(told, usage=usage, rows=rows_of(problem.portfolio), filed=filed)
    steps, roots = prove(told) if proofs else ((), {})
    to_do = Procedure(told, procedure(problem, chosen, grounder))
    bare = unexplained(problem, made, remarks)
    return replace(
        bare,
        claims=_heard(lines(problem, told, made, to_do, roots), len(made.fen), progress),
        not_claimed=with_broken(problem, told, chosen, unclaimed(told, losses), grounder),
        unknown=unknown_facts(told),
        assumptions=assumptions(told),
        warnings=(*warnings(told), *bare.warnings),
        steps=steps,
        beside_total=beside(problem, told, roots),
        shut_years=shut_years(told),
        entitlements=to_do.consequences("entitlement"),
        duties=to_do.consequences("duty"),
        limits=tuple(told.usage.shared().values()),
        explained=True,
    )


def rows_of(portfolio: Portfolio) -> dict[str, Row]:
    """All rows and the settings by their ids."""
    return {row.id: row for rows in (*portfolio.rows.values(), (portfolio.settings,)) for row in rows}


def unexplained(problem: Problem, made: Made, remarks: Sequence[Diagnostic]) -> Plan:
    """The plan that these claims make, without any reason: what is claimed, the amounts, and the bound.

    The problem may be one that was posed for its decision alone.
    """
    total = sum(made.fen.values())
    low, high = problem.ends(made.fen, made.made_for)
    return Plan(
        status="optimal" if made.bound == total else "feasible",
        total_fen=total,
        bound_fen=made.bound,
        low_fen=low,
        high_fen=high,
        readings=readings_used(problem.policies, problem.readings),
        claims=tuple(lines(problem, None, made, None, {})),
        not_claimed=(),
        unknown=(),
        assumptions=(),
        warnings=of_reading(problem, remarks),
        steps=(),
        policies=tuple(
            PolicyUse(pack.id, pack.version, pack.document, pack.title, pack.sha256)
            for pack in problem.policies.packs
            if pack.rules  # a document in which nothing is computed is used in no plan
        ),
        file=problem.portfolio.file,
        sha256=problem.portfolio.sha256,
        shared_costs=made.shared,
        beside_total=beside(problem, None, {}),
        horizon=tuple(atom[1] for atom in problem.of("horizon", 1)),
        explained=False,
        row_digests=row_digests(problem.portfolio),
        history=filings(problem.portfolio, problem.vocabulary),
    )


def lines(
    problem: Problem,
    told: Explanation | None,
    made: Made,
    to_do: Procedure | None,
    roots: Mapping[Atom, int],
) -> Iterator[Claim]:
    """The claims as lines of the plan, with what is told of them where anything is."""
    benefits = {benefit.constant: benefit for benefit in problem.policies.benefits}
    names = _names(problem)
    for claim in sorted(made.fen, key=lambda claim: (claim[4], *map(order_key, claim[1:4]))):
        _, applicant, subject, (constant,), year = claim
        benefit, fen = benefits[constant], made.fen[claim]
        yield Claim(
            id=f"{applicant}/{subject}/{benefit.name}/{year}",
            applicant=applicant,
            subject=subject,
            benefit=benefit.name,
            year=year,
            fen=fen,
            applicant_name=names.get(applicant, ""),
            subject_name=names.get(subject, ""),
            benefit_label=benefit.label,
            rules=rules_used(told, claim) if told else (),
            stages=stages(told, claim, fen) if told else (),
            proof=roots.get(claim),
            made_for=made.made_for.get(claim, ""),
            materials=to_do.materials(claim) if to_do else (),
            steps=to_do.steps(claim) if to_do else (),
        )


def _heard(claims: Iterable[Claim], count: int, progress: Progress) -> tuple[Claim, ...]:
    """The claims, of each of which is told when it is explained."""
    found = []
    for claim in claims:
        found.append(claim)
        progress.counted(len(found), count)
    return tuple(found)


def beside(problem: Problem, told: Explanation | None, roots: Mapping[Atom, int]) -> tuple[BesideTotal, ...]:
    """What stands beside the total, benefit by benefit."""
    names, owners = _names(problem), _owners(problem)
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
                rules=rules_used(told, atom) if told else (),
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


def _owners(problem: Problem) -> dict[str, str]:
    """Who can claim for each row that can be claimed for, by ids."""
    return {
        row.id: str(row.fields[spec.subject])
        for spec in problem.vocabulary.lists.values()
        for row in problem.portfolio.rows.get(spec.name, ())
        if spec.subject in row.fields
    }


def of_reading(problem: Problem, remarks: Sequence[Diagnostic]) -> tuple[Note, ...]:
    """What the reading of the file had to say, and which of its rows nothing is made of."""
    return (*_unused(problem), *_filed_aside(problem), *_noted(remarks))


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
    """The remarks of the reading, in no order of the file's."""
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
