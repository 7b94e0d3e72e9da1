"""A saved plan: the shape of its JSON, and how one is read back, strictly.

`report.json` writes what is described here; `verify` believes nothing of it but that it has this shape.
Amounts are strings of yuan with two decimals. Citations of steps are indices into `phrases`; where
things stand in the portfolio is told in `run.places` alone, keyed by JSON pointer, so that the order
of the portfolio's rows changes nothing else.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from subvent.document.parts import (
    ConsequenceLine,
    FilingStepLine,
    MaterialLine,
    Part,
    Phrase,
    RuleLine,
    Sentence,
)
from subvent.money import FEN_PER_YUAN, from_yuan

Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,18}\.[0-9]{2}$", description="yuan with two decimals")]
Difference = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,18}\.[0-9]{2}$", description="yuan with two decimals, less than 0 too")
]
Exact = Annotated[str, Field(description="yuan, exact: a decimal or n/d")]
Index = Annotated[int, Field(ge=0)]


class StageLine(Part):
    """One stage of an amount."""

    text: Sentence
    yuan: Exact
    citations: tuple[Phrase, ...]


class ClaimLine(Part):
    """One claim of the plan. `proof` is the index of its root among the steps; null: they are left out."""

    id: str
    applicant: str
    subject: str
    benefit: str
    year: int
    amount_yuan: Yuan
    made_for: str = ""
    rules: tuple[RuleLine, ...]
    applicant_name: str
    subject_name: str
    benefit_label: Sentence
    stages: tuple[StageLine, ...]
    materials: tuple[MaterialLine, ...]
    steps: tuple[FilingStepLine, ...]
    proof: Index | None

    @property
    def fen(self) -> int:
        """The amount in fen."""
        return from_yuan(self.amount_yuan)


class FindingLine(Part):
    """One finding on something not claimed."""

    kind: str
    name: str
    text: Sentence
    shortfall: Sentence | None
    citations: tuple[Phrase, ...]
    year: int | None


class UnclaimedLine(Part):
    """Something not claimed, with its reason."""

    subject: str
    applicant: str
    benefit: str
    reason: Literal["unmet", "outbid", "closed", "unknown"]
    rules: tuple[RuleLine, ...]
    findings: tuple[FindingLine, ...]
    subject_name: str
    benefit_label: Sentence
    worth_yuan: Yuan | None
    loss_yuan: Yuan | None
    possible: bool | None = None
    year: int | None = None


class Hanging(Part):
    """What hangs on an unknown fact."""

    subject: str
    benefit: str


class UnknownLine(Part):
    """A fact that nobody stated. `row_name`: what a row states that has no id of its own."""

    row: str
    row_name: Sentence | None = None
    field: str
    label: Sentence
    claims: tuple[Hanging, ...]
    worth_yuan: Yuan | None


class NoteLine(Part):
    """An assumption or a warning."""

    code: str
    text: Sentence
    citations: tuple[Phrase, ...]


class FilingLine(Part):
    """A filing of the portfolio's history, which is no part of the total; null: it states no amount.

    `binds`: it takes its place in every limit. `made_for` is the row that it was made for, where it says.
    """

    year: int
    applicant: str
    subject: str
    benefit: str
    status: str
    amount_yuan: Yuan | None
    made_for: str
    binds: bool
    applicant_name: str
    subject_name: str
    benefit_label: Sentence
    status_label: Sentence


class StepLine(Part):
    """One step of the proofs. `citations` index the plan's phrases, `children` its steps."""

    atom: str
    text: Sentence
    rule: str
    citations: tuple[Index, ...]
    children: tuple[Index, ...]


class ReadingLine(Part):
    """An open question with the answer taken and the phrase it is about."""

    name: str
    answer: str
    is_default: bool
    label: Sentence
    answer_label: Sentence
    citation: Phrase


class AloneLine(Part):
    """An open question and the total with its strictest answer, all others by default; null: not proven."""

    name: str
    answer: str
    total_yuan: Yuan | None


class StrictPart(Part):
    """What the open questions are worth; totals are null where they were not proven.

    `taken`: the plan itself is made with the strictest answers. `every_combination`: no other answers
    to the questions that are no chain can give less than `answers` do.
    """

    taken: bool
    default_total_yuan: Yuan | None
    strict_total_yuan: Yuan | None
    answers: dict[str, str]
    combinations: Annotated[int, Field(ge=0)]
    every_combination: bool
    most_costly: str | None
    questions: tuple[AloneLine, ...]


class PolicyLine(Part):
    """A document the plan was made with."""

    id: str
    version: str
    document: str
    title: Sentence
    sha256: str


class SharedLine(Part):
    """Of a cost that stands in two bases, what one claim leaves to the other."""

    split: str
    claim: str
    yuan: Annotated[str, Field(pattern=r"^[0-9]{1,18}(/[1-9][0-9]{0,8})?$", description="yuan, whole or n/d")]

    @property
    def fen(self) -> Fraction:
        """The exact amount in fen: a shared cost may be split anywhere."""
        return Fraction(self.yuan) * FEN_PER_YUAN


class BesideLine(Part):
    """A row that brings something beside the total. `proof` is as in a claim."""

    applicant: str
    subject: str
    benefit: str
    amount_yuan: Yuan
    rules: tuple[RuleLine, ...]
    applicant_name: str
    subject_name: str
    benefit_label: Sentence
    proof: Index | None

    @property
    def fen(self) -> int:
        """The amount in fen."""
        return from_yuan(self.amount_yuan)


class BesideTotals(BaseModel):
    """What stands beside the total: `NAME_yuan` of each benefit, and the rows behind them."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Yuan]

    benefits: tuple[BesideLine, ...]

    @property
    def sums(self) -> dict[str, str]:
        """The yuan of each benefit by its key."""
        return dict(self.__pydantic_extra__)


class Inputs(Part):
    """The portfolio the plan was made from."""

    file: str
    sha256: str
    rows: dict[str, str] = Field(default_factory=dict)
    """The beginning of a digest of each row by its id: they tell which rows of another file differ."""


class LimitLine(Part):
    """What the plan uses of a limit that names no row: the total against the bound, and if none is left."""

    name: str
    text: Sentence
    used_up: bool


class Range(Part):
    """The plan at the low and the high end of what is discretionary or forecast."""

    low: Yuan
    high: Yuan


class PlanDocument(Part):
    """A plan as its JSON has it."""

    status: Literal["optimal", "feasible"]
    total_yuan: Yuan
    bound_yuan: Yuan
    range_yuan: Range
    explained: bool = True
    """Whether the reasons are there; claims and amounts, the total and the bound always are."""
    readings: dict[str, str]
    claims: tuple[ClaimLine, ...]
    not_claimed: tuple[UnclaimedLine, ...]
    beside_total: BesideTotals
    entitlements: tuple[ConsequenceLine, ...]
    duties: tuple[ConsequenceLine, ...]
    limits: tuple[LimitLine, ...] = ()
    unknown: tuple[UnknownLine, ...]
    assumptions: tuple[NoteLine, ...]
    warnings: tuple[NoteLine, ...]
    history: tuple[FilingLine, ...] = ()
    shared_costs: tuple[SharedLine, ...]
    open_questions: tuple[ReadingLine, ...]
    policies: tuple[PolicyLine, ...]
    strict: StrictPart | None = None
    phrases: tuple[Phrase, ...]
    steps: tuple[StepLine, ...]
    inputs: Inputs
    certificate: dict[str, Any]
    run: dict[str, Any]

    @property
    def total_fen(self) -> int:
        """The total in fen."""
        return from_yuan(self.total_yuan)

    @property
    def bound_fen(self) -> int:
        """The bound in fen."""
        return from_yuan(self.bound_yuan)


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of a saved plan."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlanDocument.model_json_schema()}
