"""A saved plan: the shape of its JSON, and how one is read back, strictly.

`report.json` writes what is described here; `verify` believes nothing of it but that it has this shape.
Amounts are strings of yuan with two decimals. Citations of steps are indices into `phrases`; where
things stand in the portfolio is told in `run.places` alone, keyed by JSON pointer, so that the order
of the portfolio's rows changes nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.money import FEN_PER_YUAN, from_yuan
from subvent.plan_parts import (
    ConsequenceLine,
    FilingStepLine,
    MaterialLine,
    Part,
    Phrase,
    RuleLine,
    Sentence,
)

MOST_FAULTS = 20
"""More faults of one file are counted, not listed."""
LARGEST_FILE = 256 << 20
"""Bytes; a plan of thousands of projects stays far below."""

Yuan = Annotated[str, Field(pattern=r"^[0-9]{1,18}\.[0-9]{2}$", description="yuan with two decimals")]
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
    """A fact that nobody stated."""

    row: str
    field: str
    label: Sentence
    claims: tuple[Hanging, ...]
    worth_yuan: Yuan | None


class NoteLine(Part):
    """An assumption or a warning."""

    code: str
    text: Sentence
    citations: tuple[Phrase, ...]


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
    yuan: Annotated[str, Field(pattern=r"^[0-9]{1,18}(/[0-9]{1,9})?$", description="yuan, whole or n/d")]

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
    readings: dict[str, str]
    claims: tuple[ClaimLine, ...]
    not_claimed: tuple[UnclaimedLine, ...]
    beside_total: BesideTotals
    entitlements: tuple[ConsequenceLine, ...]
    duties: tuple[ConsequenceLine, ...]
    unknown: tuple[UnknownLine, ...]
    assumptions: tuple[NoteLine, ...]
    warnings: tuple[NoteLine, ...]
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


def read_plan(path: Path) -> PlanDocument:
    """The plan saved in a file. Raises InputError with everything that is wrong with it."""
    place = Place(str(path))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(diagnostic("plan-file.too-large", place, megabytes=LARGEST_FILE >> 20))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(diagnostic("plan-file.not-json", place, reason="UTF-8")) from error
    except FileNotFoundError as error:
        raise InputError(diagnostic("plan-file.no-such-file", place, path=path)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(diagnostic("plan-file.cannot-read", place, path=path, reason=reason)) from error
    return plan_from_json(text, str(path))


def plan_from_json(text: str, file: str = "") -> PlanDocument:
    """The plan that a JSON text describes. Raises InputError with everything that is wrong with it."""
    place = Place(file)
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_refuse)
    except json.JSONDecodeError as error:
        where = Place(file, error.lineno, error.colno)
        raise InputError(diagnostic("plan-file.not-json", where, reason=error.msg)) from error
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "nesting"
        raise InputError(diagnostic("plan-file.not-json", place, reason=reason)) from error
    if not isinstance(data, dict):
        raise InputError(diagnostic("plan-file.not-a-plan", place))
    try:
        # Validated from JSON, where an array is a tuple; the text itself is parsed above for duplicates.
        document = PlanDocument.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        raise InputError(*_faults(error, place)) from error
    if faults := list(_dangling(document, place)):
        raise InputError(*faults)
    return document


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of a saved plan."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlanDocument.model_json_schema()}


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key}” ×2")
        found[key] = value
    return found


def _refuse(token: str) -> Any:
    # A plan holds integers and strings only: a float near money is a plan that was tampered with.
    raise ValueError(token)


def _faults(error: ValidationError, place: Place) -> list[Diagnostic]:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [
        diagnostic(
            "plan-file.wrong-shape",
            place,
            pointer="/" + "/".join(map(str, detail["loc"])),
            reason=detail["msg"],
        )
        for detail in details[:MOST_FAULTS]
    ]
    if len(details) > MOST_FAULTS:
        faults.append(diagnostic("plan-file.more-faults", place, count=len(details) - MOST_FAULTS))
    return faults


def _dangling(document: PlanDocument, place: Place) -> Iterator[Diagnostic]:
    """References to steps and phrases that are not there."""
    pointers = [(f"/claims/{i}/proof", c.proof, len(document.steps)) for i, c in enumerate(document.claims)]
    pointers += [
        (f"/beside_total/benefits/{i}/proof", line.proof, len(document.steps))
        for i, line in enumerate(document.beside_total.benefits)
    ]
    for i, step in enumerate(document.steps):
        pointers += [(f"/steps/{i}/children", child, len(document.steps)) for child in step.children]
        pointers += [(f"/steps/{i}/citations", one, len(document.phrases)) for one in step.citations]
    for pointer, index, count in pointers:
        if index is not None and index >= count:
            yield diagnostic("plan-file.no-such-step", place, pointer=pointer, index=index)
