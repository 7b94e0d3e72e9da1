"""Every message of subvent is one type: a stable code, a place, a citation, what is wrong, the way out.

Texts live in `messages/*.toml` beside this file, one table a code:

    ["portfolio.unknown-key"]
    zh = "“{key}”不是可填写的字段"
    en = "“{key}” is not a field"
    way_out_zh = "是否指“{nearest}”？"
    way_out_en = "did you mean “{nearest}”?"

so that a code, its two languages and its way out cannot drift apart, and the list of all codes
(docs/diagnostics.md) can be compared with them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
Language = Literal["zh", "en"]


class Text(NamedTuple):
    """A sentence in both languages the product speaks."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The sentence in one language."""
        return self.zh if language == "zh" else self.en


class Place(NamedTuple):
    """Where something stands: a file with line and column, or a workbook with sheet and cell."""

    file: str
    line: int = 0
    column: int = 0
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if self.sheet:
            return f"{self.file} [{self.sheet}!{self.cell}]" if self.cell else f"{self.file} [{self.sheet}]"
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


class Citation(NamedTuple):
    """The words of the law: document, article, and an operative phrase quoted from it."""

    document: str
    article: str
    phrase: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message. `code` is stable; `what` is in the user's words; `way_out` says what to do."""

    code: str
    severity: Severity
    what: Text
    way_out: Text
    place: Place | None = None
    citation: Citation | None = None


def joined(found: Sequence[Diagnostic]) -> Text:
    """What several messages say, as one sentence within another."""
    return Text("；".join(d.what.zh for d in found), "; ".join(d.what.en for d in found))


class SubventError(Exception):
    """An error that carries everything found wrong. `exit_status` is what a command ends with."""

    exit_status = 2

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code}: {d.what.en}" for d in diagnostics))
        self.diagnostics = diagnostics

    def __reduce__(self) -> tuple[type[SubventError], tuple[Diagnostic, ...]]:
        """What makes it again in another process."""
        return type(self), self.diagnostics


class InputError(SubventError):
    """The portfolio, plan or question handed in is not valid."""

    exit_status = 1


class PolicyError(SubventError):
    """A pack is not valid."""

    exit_status = 1


class ResourceError(SubventError):
    """A limit on time or memory was reached before there was any result."""

    exit_status = 2


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for entry in sorted(files("subvent").joinpath("messages").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            found.update(tomllib.loads(entry.read_text(encoding="utf-8")))
    return found


def codes() -> tuple[str, ...]:
    """All codes that can be reported, sorted."""
    return tuple(sorted(_catalogue()))


def diagnostic(
    code: str,
    place: Place | None = None,
    citation: Citation | None = None,
    severity: Severity = "error",
    **values: object,
) -> Diagnostic:
    """Build the message `code` with its placeholders filled in; a Text `x` fills `{x_zh}` and `{x_en}`.

    Raises KeyError when the code or a placeholder is unknown: a fault of the caller.
    """
    texts = _catalogue()[code]
    for name, value in [(name, value) for name, value in values.items() if isinstance(value, Text)]:
        values |= {f"{name}_zh": value.zh, f"{name}_en": value.en}
    return Diagnostic(
        code=code,
        severity=severity,
        what=Text(texts["zh"].format(**values), texts["en"].format(**values)),
        way_out=Text(texts["way_out_zh"].format(**values), texts["way_out_en"].format(**values)),
        place=place,
        citation=citation,
    )
