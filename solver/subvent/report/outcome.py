"""What became of each file of a batch, and the claims of its plan in a few words: what totals are made of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from subvent.diagnostics import Diagnostic, Text
from subvent.money import from_yuan
from subvent.report.stamp import Stamp
from subvent.result import Plan


class Listed(NamedTuple):
    """A claim in one line. `document` is the one that gives the amount, empty where no reason was told."""

    applicant: str
    applicant_name: str
    subject: str
    subject_name: str
    benefit: str
    benefit_label: Text
    year: int
    document: str
    fen: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its plan, or what is wrong with it, and the exit status that it asks for.

    `claims` are those of the plan where they are wanted; `written` its files; `kept`: they were there before.
    `diagnostics` beside a plan tell why it is not written.
    """

    file: Path
    status: int
    plan: Stamp | None = None
    claims: tuple[Listed, ...] = ()
    written: tuple[Path, ...] = ()
    kept: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()


class Counts(NamedTuple):
    """How many files came to what, and the claims and the fen of all plans."""

    files: int
    optimal: int
    feasible: int
    none: int
    claims: int
    fen: int


def counts(outcomes: Sequence[Outcome]) -> Counts:
    """The same counted."""
    plans = [one.plan for one in outcomes if one.plan]
    optimal = sum(plan.status == "optimal" for plan in plans)
    return Counts(
        len(outcomes),
        optimal,
        len(plans) - optimal,
        len(outcomes) - len(plans),
        sum(int(plan.claims) for plan in plans),
        sum(from_yuan(plan.total_yuan) for plan in plans),
    )


def listed(plan: Plan) -> tuple[Listed, ...]:
    """The claims of a plan, in its order."""
    return tuple(
        Listed(
            one.applicant,
            one.applicant_name,
            one.subject,
            one.subject_name,
            one.benefit,
            one.benefit_label,
            one.year,
            next((citation.document for citation in one.governed), ""),
            one.fen,
        )
        for one in plan.claims
    )


def listed_in(path: Path) -> tuple[Listed, ...]:
    """The same of a plan that a batch wrote as JSON and that is known to be whole (`read_stamp`)."""
    return tuple(
        Listed(
            one["applicant"],
            one["applicant_name"],
            one["subject"],
            one["subject_name"],
            one["benefit"],
            Text(**one["benefit_label"]),
            one["year"],
            _document(one),
            from_yuan(one["amount_yuan"]),
        )
        for one in json.loads(path.read_bytes())["claims"]
    )


def _document(claim: Any) -> str:
    """The document of `Claim.governed`."""

    def cited() -> Iterator[str]:
        for stage in reversed(claim["stages"]):
            yield from (citation["document"] for citation in stage["citations"][:1])
        yield from (use["document"] for use in claim["rules"][:1])

    return next(cited(), "")
