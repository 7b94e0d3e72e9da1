"""What `batch --format json` tells of each file: the shape of one line, for programs that read it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from subvent.document.parts import Part, Phrase, Sentence, SpotPart
from subvent.document.shape import Index, Yuan


class PlaceLine(SpotPart):
    """Where something stands."""

    file: str


class DiagnosticLine(Part):
    """A message: what is wrong, and the way out. `code` is stable."""

    code: str
    severity: Literal["error", "warning", "note"]
    what: Sentence
    way_out: Sentence
    place: PlaceLine | None = None
    citation: Phrase | None = None


class Planned(Part):
    """A file with its plan. `diagnostics` tell why the plan is not written, where it is not."""

    file: str
    exit_status: Literal[0, 2, 3]
    status: Literal["optimal", "feasible"]
    total_yuan: Yuan
    bound_yuan: Yuan
    claims: Index
    warnings: Index
    kept: Annotated[bool, Field(description="the plan was there and was not made again")]
    written: tuple[str, ...]
    diagnostics: tuple[DiagnosticLine, ...] = ()


class Unplanned(Part):
    """A file without a plan, and what is wrong with it."""

    file: str
    exit_status: Literal[1, 2]
    diagnostics: Annotated[tuple[DiagnosticLine, ...], Field(min_length=1)]


LINE: TypeAdapter[Planned | Unplanned] = TypeAdapter(Planned | Unplanned)
"""One line of a batch."""


def batch_schema() -> dict[str, Any]:
    """The JSON Schema of one line of a batch."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **LINE.json_schema()}
