"""Parts of a saved plan that several of its lines have: sentences, phrases, and what is to be done."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="a day, YYYY-MM-DD")]


class Part(BaseModel):
    """A part of a saved plan, read strictly."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Sentence(Part):
    """A sentence in both languages."""

    zh: str
    en: str


class Phrase(Part):
    """The words of the law."""

    document: str
    article: str
    phrase: str


class RuleLine(Phrase):
    """A phrase with the rule of a pack that encodes it."""

    rule: str


class SpotPart(Part):
    """A place in a file. What does not apply is left out."""

    line: int = Field(default=0, ge=0)
    column: int = Field(default=0, ge=0)
    sheet: str = ""
    cell: str = ""


class ForceLine(Part):
    """A limit, or another rule, that forces a claim out."""

    limit: str
    text: Sentence
    citations: tuple[Phrase, ...]


class MaterialLine(Part):
    """A document to hand in with a claim."""

    name: str
    text: Sentence
    rules: tuple[RuleLine, ...]


class FilingStepLine(Part):
    """A step on the way of a claim, with its first and last day where the law gives them."""

    name: str
    text: Sentence
    first: Day | None
    last: Day | None
    rules: tuple[RuleLine, ...]


class ConsequenceLine(Part):
    """A benefit without amount, or a duty, of some rows."""

    name: str
    text: Sentence
    rows: tuple[str, ...]
    rules: tuple[RuleLine, ...]
