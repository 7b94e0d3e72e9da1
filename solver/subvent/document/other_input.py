"""That a portfolio is not the one a plan was made from, and which of its rows are others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from subvent.diagnostics import Diagnostic, Place, Text, diagnostic
from subvent.display import shortened
from subvent.document.shape import PlanDocument
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.validate import SETTINGS_ROW, row_digests
from subvent.portfolio.vocabulary import Field, Vocabulary

MOST_ROWS = 3
"""More rows of one kind of difference are counted, not named."""

_KINDS = {
    "verify.row-gone": Text("少了 {n} 行", "{n} row(s) gone"),
    "verify.row-added": Text("多了 {n} 行", "{n} row(s) more"),
    "verify.row-changed": Text("改了 {n} 行", "{n} row(s) changed"),
}
_SETTINGS = Text("设置（如规划年度、基准日）", "the settings, such as horizon and as_of")
_UNKNOWN = Text("方案里没有逐行的摘要", "the plan holds no digest of its rows")


def input_changed(
    document: PlanDocument, portfolio: Portfolio, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """One finding that says so, and notes that name the first rows that differ; nothing when none does."""
    if document.inputs.sha256 == portfolio.sha256:
        return
    rows = list(_rows(document, portfolio, vocabulary)) if document.inputs.rows else []
    counts = Counter(row.code for row in rows)
    told = [text for code, text in _KINDS.items() if counts[code]]
    amounts = [counts[code] for code in _KINDS if counts[code]]
    zh = "，".join(text.zh.format(n=n) for text, n in zip(told, amounts, strict=True)) or _UNKNOWN.zh
    en = ", ".join(text.en.format(n=n) for text, n in zip(told, amounts, strict=True)) or _UNKNOWN.en
    yield diagnostic(
        "verify.input-changed", Place(portfolio.file), planned=document.inputs.file, differing=Text(zh, en)
    )
    for code in _KINDS:
        yield from [row for row in rows if row.code == code][:MOST_ROWS]


def _rows(document: PlanDocument, portfolio: Portfolio, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    before, now = document.inputs.rows, row_digests(portfolio)
    held = {row.id: row for rows in portfolio.rows.values() for row in rows}

    def note(code: str, name: str) -> Diagnostic:
        row = held.get(name)
        there = row.place if row else portfolio.settings.place
        place = there if name in now else Place(portfolio.file)
        return diagnostic(code, place, severity="note", row=_called(name, row, vocabulary))

    yield from (note("verify.row-gone", row) for row in sorted(before.keys() - now.keys()))
    yield from (note("verify.row-added", row) for row in now if row not in before)
    yield from (note("verify.row-changed", row) for row in now if before.get(row, now[row]) != now[row])


def _called(name: str, row: Row | None, vocabulary: Vocabulary) -> Text:
    """A row by its id; one of a list without ids, which is told by what it states, by what it refers to."""
    if name == SETTINGS_ROW:
        return _SETTINGS
    bare = (spec for spec in vocabulary.lists.values() if not spec.has_id)
    spec = next((spec for spec in bare if name.startswith(f"{spec.name}-")), None)
    if spec is None:
        return Text(shortened(name), shortened(name))
    own = [field for field in spec.fields if row and field.required and field.name in row.fields]
    if row is None or not own:
        return Text(f"{spec.label.zh}的一行", f"a row of {spec.label.en}")
    stated = [_stated(field, row.fields[field.name]) for field in own]
    zh, en = (shortened(" ".join(words)) for words in zip(*((one.zh, one.en) for one in stated), strict=True))
    return Text(f"{spec.label.zh}（{zh}）", f"{spec.label.en} ({en})")


def _stated(field: Field, value: object) -> Text:
    """What a row states in a field, as the sheet shows it."""
    labels = (choice.label for choice in field.choices if choice.name == value)
    return next(labels, Text(str(value), str(value)))


def in_short(findings: Sequence[Diagnostic], file: str) -> Iterator[Diagnostic]:
    """What else does not hold for another portfolio, as one finding: of other facts it is to be expected."""
    kinds = Counter(found.code for found in findings)
    if lawless := kinds.pop("verify.claim-not-lawful", 0):
        yield diagnostic("verify.claims-not-lawful", Place(file), count=lawless)
    if others := sum(kinds.values()):
        yield diagnostic("verify.others", Place(file), count=others)
