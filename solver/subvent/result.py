"""The plan as data: what to claim, why, what not and why not, on which readings and assumptions.

Money is integer fen here; `report/` writes it as yuan or 万元. Every sentence exists in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from subvent.diagnostics import Citation, Place, Text

Status = Literal["optimal", "feasible"]
Reason = Literal["unmet", "closed", "unknown", "outbid"]


class RuleUse(NamedTuple):
    """A rule of a pack that a line of the plan rests on, with one phrase of the law."""

    rule: str
    citation: Citation


class Step(NamedTuple):
    """One node of the proof DAG: an atom in words, the rule that derived it, and its premises.

    `children` index the plan's `steps`. A fact of the portfolio has no rule but a place.
    """

    atom: str
    text: Text
    rule: str = ""
    citations: tuple[Citation, ...] = ()
    place: Place | None = None
    children: tuple[int, ...] = ()


class Stage(NamedTuple):
    """One stage of an amount: what was done, and the fen it came to (exact value as a string)."""

    text: Text
    yuan: str
    """Exact value in yuan: decimal, or `n/d` where it has no finite decimal form."""
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """A document to hand in with a claim."""

    name: str
    text: Text
    rules: tuple[RuleUse, ...]


@dataclass(frozen=True, slots=True)
class FilingStep:
    """A step on the way of a claim, with its first and last day where the law gives them."""

    name: str
    text: Text
    rules: tuple[RuleUse, ...]
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """A benefit without amount, or a duty, of some rows of the portfolio (by id)."""

    name: str
    text: Text
    rows: tuple[str, ...]
    rules: tuple[RuleUse, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of the plan: this applicant files this subject under this benefit in this year."""

    id: str
    applicant: str
    subject: str
    benefit: str
    year: int
    fen: int
    applicant_name: str
    subject_name: str
    benefit_label: Text
    rules: tuple[RuleUse, ...] = ()
    stages: tuple[Stage, ...] = ()
    proof: int | None = 0
    """Index of its root in the plan's `steps`; None where proofs are left out."""
    materials: tuple[Material, ...] = ()
    steps: tuple[FilingStep, ...] = ()
    """What to prepare and what to do for it, in order."""
    made_for: str = ""
    """The row that the claim is made for, where it had to choose one."""

    @property
    def what(self) -> Text:
        """What is claimed: the benefit, and the row that the claim is made for."""
        label, row = self.benefit_label, self.made_for
        return Text(f"{label.zh}（归{row}）", f"{label.en} (for {row})") if row else label

    @property
    def governed(self) -> tuple[Citation, ...]:
        """The article that gives the amount: the one that the last of its stages cites."""
        cited = [stage.citations[0] for stage in self.stages if stage.citations]
        return tuple(cited[-1:] or [use.citation for use in self.rules[:1]])


@dataclass(frozen=True, slots=True)
class Finding:
    """Why something is not claimed: one condition, fact, closure or rival, and how far off it is.

    `kind`: `failed`, `unknown`, `missing` (a fact the amount needs), `shut`, `barred`, `limit`, `rival`,
    `filed` (the history has it, and it binds), `refused` (the history has it, and it does not).
    """

    kind: str
    name: str
    text: Text
    shortfall: Text | None = None
    citations: tuple[Citation, ...] = ()
    place: Place | None = None
    year: int | None = None


def together(findings: Iterable[Finding]) -> list[tuple[Finding, tuple[int, ...]]]:
    """Findings in their order, those that say the same of several years as one, each with its years."""
    found: dict[Finding, list[int]] = {}
    for one in findings:
        found.setdefault(replace(one, year=None), []).extend([] if one.year is None else [one.year])
    return [(one, tuple(years)) for one, years in found.items()]


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A subject and benefit that the plan does not claim, with its reason.

    `loss_fen` (outbid): what insisting on it would cost: the optimum less the best plan with it;
    `possible`: whether a lawful plan holds it at all, None where neither was worked out. `worth_fen`: what
    it would bring by itself, where known. `year`: the one filing year spoken of, where the plan claims it
    in another.
    """

    subject: str
    applicant: str
    benefit: str
    reason: Reason
    findings: tuple[Finding, ...]
    subject_name: str
    benefit_label: Text
    worth_fen: int | None = None
    loss_fen: int | None = None
    rules: tuple[RuleUse, ...] = ()
    year: int | None = None
    possible: bool | None = None
    applicant_name: str = ""
    """As the portfolio has it; not in a plan that was saved."""

    @property
    def settled(self) -> bool:
        """Whether no year is open for it and it was filed before: it is not left out, but done."""
        return self.reason == "closed" and any(finding.kind == "filed" for finding in self.findings)

    @property
    def may_be_insisted_on(self) -> bool:
        """Whether something else brings more, and it is not known that no lawful plan holds it."""
        return self.reason == "outbid" and self.possible is not False

    @property
    def label(self) -> Text:
        """The benefit, with the year where only that year is spoken of."""
        if self.year is None:
            return self.benefit_label
        return Text(f"{self.benefit_label.zh}（{self.year}年）", f"{self.benefit_label.en} ({self.year})")


class Filing(NamedTuple):
    """One filing of the history: what became of it, and the fen granted or asked for, where it says.

    `binds`: whether it takes its place in every limit. `place` is where it stands in the portfolio.
    """

    year: int
    applicant: str
    subject: str
    benefit: str
    status: str
    fen: int | None
    made_for: str
    binds: bool
    applicant_name: str
    subject_name: str
    benefit_label: Text
    status_label: Text
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A fact nobody stated, on which claims hang, with the most that those could bring.

    `path` are the keys of an entry of a map, as rules name them: years, and constants of named values.
    `named`: what a row states that has no id of its own.
    """

    row: str
    field: str
    label: Text
    claims: tuple[tuple[str, str], ...]
    worth_fen: int | None
    path: tuple[object, ...] = ()
    named: Text | None = None

    @property
    def called(self) -> Text:
        """What the row is called: its id, or what it states."""
        return self.named or Text(self.row, self.row)


@dataclass(frozen=True, slots=True)
class LimitUse:
    """What a plan uses of a limit that names no row: the total against the bound, and if none is left."""

    name: str
    text: Text
    used_up: bool


@dataclass(frozen=True, slots=True)
class Note:
    """An assumption or a warning, with what it rests on."""

    code: str
    text: Text
    citations: tuple[Citation, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ReadingUse:
    """An open question, the answer this plan took, and the phrase it is about."""

    name: str
    answer: str
    is_default: bool
    label: Text
    answer_label: Text
    citation: Citation


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """A document this plan used."""

    id: str
    version: str
    document: str
    title: Text
    sha256: str


@dataclass(frozen=True, slots=True)
class SharedCost:
    """Of a cost that stands in two bases, the fen that one claim (as atom text) leaves to the other."""

    split: str
    claim: str
    fen: Fraction


@dataclass(frozen=True, slots=True)
class Beside:
    """A row that brings something which is no claim and stands beside the total, in fen."""

    subject: str
    applicant: str
    benefit: str
    fen: int
    applicant_name: str
    subject_name: str
    benefit_label: Text
    rules: tuple[RuleUse, ...] = ()
    proof: int | None = 0
    """Index of its root in the plan's `steps`; None where proofs are left out."""


@dataclass(frozen=True, slots=True)
class BesideTotal:
    """All that a benefit beside the total brings, and the rows that it comes from."""

    benefit: str
    label: Text
    fen: int
    lines: tuple[Beside, ...]


@dataclass(frozen=True, slots=True)
class StrictAlone:
    """An open question and its strictest answer: the total with that answer and all others by default.

    Of a question whose answers are no chain it is the answer that gives least. `total_fen` is None when
    it was not proven within the limits.
    """

    name: str
    answer: str
    label: Text
    answer_label: Text
    citation: Citation
    total_fen: int | None


@dataclass(frozen=True, slots=True)
class Strictness:
    """What the open questions are worth. Totals are None when they were not proven within the limits."""

    default_fen: int | None
    """With every answer by default."""
    strict_fen: int | None
    """With `answers`."""
    answers: tuple[tuple[str, str], ...]
    """Question and answer: the strictest of every chain; of the others those that together give least."""
    combinations: int
    """How many answers of the questions that are no chain were tried together."""
    every_combination: bool
    """Whether no other combination can give less; if not, the search ended before all were tried."""
    alone: tuple[StrictAlone, ...]
    """Every open question, in the order of the packs."""
    taken: bool = False
    """Whether the plan itself was made with the strictest answers."""

    @property
    def costliest(self) -> StrictAlone | None:
        """The question whose strict answer alone lowers the total most; None when none does."""
        lowering = [one for one in self.alone if self.lowers(one) > 0]
        return max(lowering, key=self.lowers, default=None)

    @property
    def unproven(self) -> tuple[StrictAlone, ...]:
        """The questions whose total alone was not proven."""
        return tuple(one for one in self.alone if one.total_fen is None)

    def lowers(self, one: StrictAlone) -> int:
        """By how many fen a strict answer alone lowers the default total; 0 where that is not proven."""
        if self.default_fen is None or one.total_fen is None:
            return 0
        return self.default_fen - one.total_fen


@dataclass(frozen=True, slots=True)
class Plan:
    """The best lawful set of claims that was found, with its proof and its reasons."""

    status: Status
    total_fen: int
    bound_fen: int
    low_fen: int
    high_fen: int
    readings: tuple[ReadingUse, ...]
    claims: tuple[Claim, ...]
    not_claimed: tuple[Unclaimed, ...]
    unknown: tuple[UnknownFact, ...]
    assumptions: tuple[Note, ...]
    warnings: tuple[Note, ...]
    steps: Sequence[Step]
    policies: tuple[PolicyUse, ...]
    file: str
    sha256: str
    certificate: Mapping[str, Any] = field(default_factory=dict)
    run: Mapping[str, Any] = field(default_factory=dict)
    shared_costs: tuple[SharedCost, ...] = ()
    beside_total: tuple[BesideTotal, ...] = ()
    """Of every benefit that stands beside the total, in the order of the packs; never part of it."""
    strict: Strictness | None = None
    """What the open questions are worth, when that was computed."""
    horizon: tuple[int, ...] = ()
    """The filing years planned."""
    shut_years: Mapping[tuple[str, str, int], tuple[Text, ...]] = field(default_factory=dict)
    """Why a subject cannot be filed for a benefit in a year planned, or is passed over in it though claimed
    anew every year: by subject, benefit and year."""
    entitlements: tuple[Consequence, ...] = ()
    duties: tuple[Consequence, ...] = ()
    """Benefits that no amount can be told of, and duties, each with the rows that it is about."""
    limits: tuple[LimitUse, ...] = ()
    """Of the limits that concern all rows, how far they are used."""
    explained: bool = True
    """Whether the reasons are there. If not, there are claims and amounts alone, and a warning says why."""
    row_digests: Mapping[str, str] = field(default_factory=dict)
    """The beginning of a digest of each row of the portfolio, by its id."""
    history: tuple[Filing, ...] = ()
    """What was filed before, which is never planned again; no part of the total."""
