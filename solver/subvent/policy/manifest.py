"""policy.toml: what a pack says of itself, strictly checked, every fault with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from subvent.diagnostics import Diagnostic, Place, Text, diagnostic
from subvent.policy.toml_lines import Lines
from subvent.policy.words import SAID
from subvent.portfolio.nearest import suggestion
from subvent.process.foreign import shape_fault, toml_fault

_TOML_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z")
"""What benefits, conditions, answers and the like can be called."""
Model = TypeVar("Model", bound=BaseModel)
Siblings = Callable[[Sequence[str | int]], list[str]]
_ID = re.compile(r"[a-z0-9]+([-.][a-z0-9]+)*(/[a-z0-9]+([-.][a-z0-9]+)*)*\Z")


_EXPECTED = {
    "bool_type": Text("应为 true 或 false", "true or false is expected"),
    "string_type": Text("应为带引号的文字", "text in quotes is expected"),
    "string_too_short": Text("不能为空", "it must not be empty"),
    "list_type": Text("应为方括号中的列表", "a list in square brackets is expected"),
    "too_short": Text("项数太少", "there are too few entries"),
    "dict_type": Text("应为表", "a table is expected"),
    "model_type": Text("应为表，例如 { zh = …, en = … }", "a table such as { zh = …, en = … } is expected"),
    "date_type": Text(
        "应为不带引号的日期，例如 2024-01-01", "a date without quotes is expected, such as 2024-01-01"
    ),
}
"""What is expected of a value, by pydantic's name of the fault."""


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Words(_Table):
    """A text in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class NoteTable(Words):
    """[notes.NAME]: what a remark says; with `each`, what all of its name on the same rows say as one."""

    each_zh: str = ""
    each_en: str = ""


class BenefitTable(Words):
    """[benefits.NAME]: what can be claimed, for rows of the list `of`."""

    of: str
    article: str


class AnswerTable(Words):
    """One of a reading's `answers`. It never brings more than those that `never_more_than` names."""

    name: str
    default: bool = False
    never_more_than: list[str] = []


class ReadingTable(Words):
    """[readings.NAME]: a question that the phrase of an article leaves open."""

    article: str
    phrase: str = Field(min_length=1)
    ordered: bool
    answers: list[AnswerTable] = Field(min_length=2)


class PrecedenceTable(_Table):
    """[prevails_over."PACK"]: where both say otherwise, this document goes before that of the other pack."""

    article: str
    phrase: str = Field(min_length=1)


class TermTable(BaseModel):
    """[in_force]: first and last day, inclusive."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)
    from_: date = Field(alias="from")
    until: date | None = None


class Manifest(_Table):
    """A whole policy.toml. `lists` and `inputs` are the portfolio vocabulary's to check."""

    id: str
    version: str
    document: str = Field(min_length=1)
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    issuer_zh: str = Field(min_length=1)
    issuer_en: str = Field(min_length=1)
    issued: date
    source: str = ""
    builds_on: list[str] = []
    prevails_over: dict[str, PrecedenceTable] = {}
    in_force: TermTable
    articles: dict[str, Words] = {}
    benefits: dict[str, BenefitTable] = {}
    conditions: dict[str, Words] = {}
    limits: dict[str, Words] = {}
    notes: dict[str, NoteTable] = {}
    materials: dict[str, Words] = {}
    steps: dict[str, Words] = {}
    entitlements: dict[str, Words] = {}
    duties: dict[str, Words] = {}
    readings: dict[str, ReadingTable] = {}
    lists: dict[str, Any] = {}
    inputs: dict[str, Any] = {}

    @property
    def said(self) -> dict[str, dict[str, Text]]:
        """What rules can say of a plan: by table, the words by name."""
        return {
            table: {name: Text(words.zh, words.en) for name, words in getattr(self, table).items()}
            for table in SAID.values()
        }

    @property
    def each(self) -> dict[str, Text]:
        """Of notes that tell several remarks as one, the words for each of these."""
        return {name: Text(n.each_zh, n.each_en) for name, n in self.notes.items() if n.each_zh}

    @property
    def says_something(self) -> bool:
        """Whether it names anything that rules have to speak of."""
        return any((self.articles, self.benefits, self.conditions, self.limits, self.notes, self.readings))


def read_manifest(text: str, file: str) -> tuple[Manifest | None, Lines, list[Diagnostic]]:
    """The checked manifest in `text`, or None with what is wrong; `file` names it in messages."""
    manifest, lines, found = read_toml(text, file, Manifest, _siblings)
    return manifest, lines, [*found, *(_check(manifest, lines) if manifest else ())]


def read_toml(
    text: str, file: str, model: type[Model], siblings: Siblings
) -> tuple[Model | None, Lines, list[Diagnostic]]:
    """A TOML file as a model, or None with what is wrong, each fault with its line.

    `siblings` gives the keys that are valid where the last part of a path stands.
    """
    lines = Lines(text, file)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        return None, lines, [toml_refused(error, text, file)]
    try:
        return model.model_validate(raw), lines, []
    except ValidationError as error:
        return None, lines, [_fault(found, lines, siblings) for found in error.errors(include_url=False)]


def toml_refused(error: tomllib.TOMLDecodeError, text: str, file: str) -> Diagnostic:
    """That a text is no TOML, with its place."""
    found = _TOML_PLACE.search(str(error))
    line = int(found.group(1)) if found and found.group(1) else len(text.splitlines())
    column = int(found.group(2)) if found and found.group(2) else 0
    reason = toml_fault(_TOML_PLACE.sub("", str(error)))
    return diagnostic("policy.toml", Place(file, line, column), reason=reason)


def _fault(problem: Mapping[str, Any], lines: Lines, siblings: Siblings) -> Diagnostic:
    path = [part for part in problem["loc"] if isinstance(part, str | int)]
    where = ".".join(str(part) for part in path)
    place = lines.place(*path)
    if problem["type"] == "extra_forbidden":
        valid = siblings(path)
        near = suggestion(str(path[-1]), valid)
        return diagnostic("policy.toml-unknown", place, key=where, nearest=near)
    if problem["type"] == "missing":
        return diagnostic("policy.toml-missing", place, key=where)
    reason = _EXPECTED.get(problem["type"]) or shape_fault(problem["type"], problem.get("ctx"))
    return diagnostic("policy.toml-value", place, key=where, reason=reason)


def _siblings(path: Sequence[str | int]) -> list[str]:
    """The keys that are valid where the last part of `path` stands."""
    tables: dict[str, type[BaseModel]] = {
        "benefits": BenefitTable,
        "notes": NoteTable,
        "readings": ReadingTable,
        "in_force": TermTable,
        "prevails_over": PrecedenceTable,
    }
    if len(path) == 1:
        model: type[BaseModel] = Manifest
    elif "answers" in path:
        model = AnswerTable
    else:
        model = tables.get(str(path[0]), Words)
    return [info.alias or name for name, info in model.model_fields.items()]


def _check(manifest: Manifest, lines: Lines) -> Iterator[Diagnostic]:
    """What one value alone cannot show."""
    if not _ID.match(manifest.id):
        yield diagnostic("policy.bad-id", lines.place("id"), id=manifest.id)
    term = manifest.in_force
    if term.until is not None and term.until < term.from_:
        yield diagnostic("policy.in-force-order", lines.place("in_force", "until"))
    for table in ("benefits", "conditions", "limits", "readings", *SAID.values()):
        for name in getattr(manifest, table):
            if not NAME.match(name):
                yield diagnostic("policy.bad-name", lines.place(table, name), name=name)
    yield from _check_articles(manifest, lines)
    for name, note in manifest.notes.items():
        if bool(note.each_zh) != bool(note.each_en):
            lacking = f"notes.{name}.{'each_en' if note.each_zh else 'each_zh'}"
            yield diagnostic("policy.toml-missing", lines.place("notes", name), key=lacking)
    for name, reading in manifest.readings.items():
        yield from _check_answers(name, reading, lines)


def _check_articles(manifest: Manifest, lines: Lines) -> Iterator[Diagnostic]:
    articles = manifest.articles
    cited = [("benefits", name, b.article) for name, b in manifest.benefits.items()]
    cited += [("readings", name, r.article) for name, r in manifest.readings.items()]
    cited += [("prevails_over", name, p.article) for name, p in manifest.prevails_over.items()]
    for table, name, article in cited:
        if article not in articles:
            near = suggestion(article, articles)
            yield diagnostic(
                "policy.unknown-article", lines.place(table, name, "article"), article=article, nearest=near
            )


def _check_answers(name: str, reading: ReadingTable, lines: Lines) -> Iterator[Diagnostic]:
    answers = {
        answer.name: lines.place("readings", name, "answers", at) for at, answer in enumerate(reading.answers)
    }
    names = [answer.name for answer in reading.answers]
    if sum(answer.default for answer in reading.answers) != 1:
        yield diagnostic("policy.reading-default", lines.place("readings", name, "answers"), name=name)
    for answer, place in answers.items():
        if names.count(answer) > 1:
            yield diagnostic("policy.answer-twice", place, name=name, answer=answer)
        if not NAME.match(answer):
            yield diagnostic("policy.bad-name", place, name=answer)
    yield from _check_order(name, reading, answers)


def _check_order(name: str, reading: ReadingTable, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """`never_more_than`: other answers of the same question, in no circle, where there is no chain."""
    below = {answer.name: answer.never_more_than for answer in reading.answers}
    if reading.ordered and any(below.values()):
        place = next(places[answer] for answer, others in below.items() if others)
        yield diagnostic("policy.order-twice", place, name=name)
    for answer, others in below.items():
        for other in others:
            if other not in below:
                near = suggestion(other, below)
                yield diagnostic(
                    "policy.order-unknown", places[answer], name=name, answer=other, nearest=near
                )
        if answer in _above(answer, below):
            yield diagnostic("policy.order-circle", places[answer], name=name, answer=answer)


def _above(answer: str, below: Mapping[str, Sequence[str]]) -> set[str]:
    """All answers that one is never more than, directly or through others."""
    found: set[str] = set()
    waiting = [answer]
    while waiting:
        new = set(below.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return found
