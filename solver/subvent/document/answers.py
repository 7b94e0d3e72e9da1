"""What `why`, `facts` and `compare` tell with `--format json`: the shapes, for programs that read them.

Those of `compare` stand in `compared.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from subvent.document.compared import ReadingsAnswer, VersionsAnswer
from subvent.document.parts import ForceLine, Part, Phrase, Sentence, SpotPart
from subvent.document.shape import (
    BesideLine,
    ClaimLine,
    Difference,
    Hanging,
    Index,
    StepLine,
    UnclaimedLine,
    Yuan,
)

Value = str | int | bool | None | tuple[str | int, ...]
"""A fact as a portfolio states it: amounts in 万元 and other decimals as text, days as YYYY-MM-DD."""
Status = Annotated[
    Literal["optimal", "feasible"], Field(description="optimal: all that it tells of is proven")
]

# ── why ──


class MovedLine(Part):
    """A claim in which two plans differ; null: it is not claimed."""

    id: str
    before_yuan: Yuan | None
    after_yuan: Yuan | None
    forced_by: tuple[ForceLine, ...]


class InsistedPart(Part):
    """What insisting changes: the total then, and what that is less than the best (null: not proven)."""

    total_yuan: Yuan | None
    loss_yuan: Yuan | None
    proven: bool
    changes: tuple[MovedLine, ...]


class HeldLine(Part):
    """A claim of the plan."""

    id: str
    amount_yuan: Yuan | None


class LeavingLine(HeldLine):
    """A claim of the plan that cannot stay."""

    forced_by: tuple[ForceLine, ...]


class CrowdLine(Part):
    """Claims of the plan that cannot all stay; of a shared cap what they come to, and what it leaves them."""

    forced_by: ForceLine
    together_yuan: Yuan | None = None
    at_most_yuan: Yuan | None = None
    claims: tuple[HeldLine, ...]


class MustGoLine(Part):
    """What cannot stay beside a claim that is filed in a year."""

    year: int
    claims: tuple[LeavingLine, ...]
    not_all: tuple[CrowdLine, ...] = ()


class WhyNotLine(UnclaimedLine):
    """Something not claimed, what insisting on it changes, and the steps that prove what is against it."""

    if_insisted: InsistedPart | None
    must_go: tuple[MustGoLine, ...] = ()
    proofs: tuple[Index, ...]


class WhyAnswer(Part):
    """What `why` tells: entries as in a plan. `proof`, `proofs` and `children` are indices of steps."""

    claims: tuple[ClaimLine, ...]
    beside: tuple[BesideLine, ...]
    not_claimed: tuple[WhyNotLine, ...]
    asked_for_another_year: int | None
    not_that_year: tuple[Sentence, ...]
    phrases: tuple[Phrase, ...]
    steps: tuple[StepLine, ...]


# ── why --takes, facts ──


class FactLine(Part):
    """A fact with its value before and after. `path` are the keys of an entry of a map.

    `bound`: whether it has to come to that at least, at most, exactly, or only has to be stated. `implied`:
    it goes along with another. `past`: it has happened.
    """

    row: str
    list: str
    field: str
    path: tuple[str | int, ...]
    years: tuple[int, ...]
    label: Sentence
    before: Value
    after: Value
    bound: Literal["least", "most", "is", "any"]
    implied: bool
    past: bool


class ClaimChangeLine(Part):
    """A claim in which the plan differs from that of the facts as they are; null: it is not claimed."""

    claim: str
    before_yuan: Yuan | None
    after_yuan: Yuan | None


class WayLine(Part):
    """Changes of facts, and the best plan under them. `planned`: it makes the claim.

    `insisting_costs_yuan` is what insisting on the claim costs where it does not (null: no plan makes it).
    """

    facts: tuple[FactLine, ...]
    total_yuan: Yuan
    gain_yuan: Difference
    planned: bool
    amount_yuan: Yuan
    insisting_costs_yuan: Yuan | None
    insisting_proven: bool
    changes: tuple[ClaimChangeLine, ...]
    proven: bool


Stage = Literal["possible", "planned", "most"]


class TakesLine(Part):
    """What it takes to make a claim possible, to have the best plan make it, and how far more is gained."""

    subject: str
    benefit: str
    years: tuple[int, ...]
    state: Literal["planned", "possible", "impossible"]
    amount_yuan: Yuan
    insisting_costs_yuan: Yuan | None
    insisting_proven: bool
    possible: tuple[WayLine, ...]
    planned: tuple[WayLine, ...]
    most: tuple[WayLine, ...]
    exhausted: bool
    short_of: tuple[FactLine, ...]
    in_the_way: tuple[Sentence, ...]
    tried_together: Index
    complete: bool
    untried: tuple[Stage, ...]


class JumpLine(Part):
    """Where the total jumps next: the fact there, what its last step brings, what all steps to it bring."""

    facts: tuple[FactLine, ...]
    step_yuan: Difference
    gain_yuan: Difference
    then_yuan: Difference | None


class RateLine(Part):
    """What one unit of a fact more, or less, brings the best plan; null: it can move no further."""

    row: str
    field: str
    path: tuple[str | int, ...]
    label: Sentence
    before: Value
    more: bool
    unit: Sentence
    gain_yuan: Difference | None
    jump: JumpLine | None


class FieldLine(Part):
    """A field of a row."""

    row: str
    label: Sentence


class DigestPart(Part):
    """The portfolio that was asked about."""

    sha256: str


class TakesAnswer(Part):
    """What `why --takes` tells. `rows`: how many rows its totals are of; null: of all."""

    status: Status
    total_yuan: Yuan
    rows: int | None
    answers: tuple[TakesLine, ...]
    rates: tuple[RateLine, ...]
    rates_complete: bool
    allowed: tuple[FieldLine, ...]
    left_out: tuple[FieldLine, ...]
    inputs: DigestPart


class WorthLine(Part):
    """An unknown fact: what hangs on it, at most how much, and what knowing it gains the best plan."""

    row: str
    row_name: Sentence | None
    field: str
    label: Sentence
    claims: tuple[Hanging, ...]
    ceiling_yuan: Yuan | None
    gain_yuan: Difference | None
    facts: tuple[FactLine, ...]
    tried: bool
    proven: bool


class UndecidedFinding(Part):
    """What is stated in words that no rule knows, and where."""

    text: Sentence
    place: SpotPart | None


class UndecidedLine(Part):
    """What hangs on such words."""

    subject: str
    benefit: str
    findings: tuple[UndecidedFinding, ...]


class FactsAnswer(Part):
    """What `facts` tells, the fact that gains most first."""

    status: Status
    total_yuan: Yuan
    facts: tuple[WorthLine, ...]
    inputs: DigestPart
    undecided: tuple[UndecidedLine, ...] = ()


ANSWERS: Mapping[str, TypeAdapter[Any]] = {
    "why": TypeAdapter(WhyAnswer | TakesAnswer),
    "facts": TypeAdapter(FactsAnswer),
    "compare": TypeAdapter(VersionsAnswer | ReadingsAnswer),
}
"""What each command tells."""


def answer_schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what a command of `ANSWERS` tells."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ANSWERS[command].json_schema()}
