"""That a portfolio is not the one a plan was made from, and which of its rows are others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from subvent.diagnostics import Diagnostic, Place, Text, diagnostic
from subvent.display import shortened
from subvent.plan_file import PlanDocument
from subvent.portfolio.types import Portfolio
from subvent.portfolio.validate import SETTINGS_ROW, row_digests

MOST_ROWS = 3
"""More rows of one kind of difference are counted, not named."""

_KINDS = {
    "verify.row-gone": Text("少了 {n} 行", "{n} row(s) gone"),
    "verify.row-added": Text("多了 {n} 行", "{n} row(s) more"),
    "verify.row-changed": Text("改了 {n} 行", "{n} row(s) changed"),
}
_SETTINGS = Text("设置（如 horizon、as_of）", "the settings, such as horizon and as_of")
_UNKNOWN = Text("方案里没有逐行的摘要", "the plan holds no digest of its rows")


def input_changed(document: PlanDocument, portfolio: Portfolio) -> Iterator[Diagnostic]:
    """One finding that says so, and notes that name the first rows that differ; nothing when none does."""
    if document.inputs.sha256 == portfolio.sha256:
        return
    rows = list(_rows(document, portfolio)) if document.inputs.rows else []
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


def _rows(document: PlanDocument, portfolio: Portfolio) -> Iterator[Diagnostic]:
    before, now = document.inputs.rows, row_digests(portfolio)
    places = {row.id: row.place for rows in portfolio.rows.values() for row in rows}
    for row in sorted(before.keys() - now.keys()):
        yield _note("verify.row-gone", Place(portfolio.file), row)
    for row in [row for row in now if row not in before]:
        yield _note("verify.row-added", places.get(row, portfolio.settings.place), row)
    for row in [row for row in now if before.get(row, now[row]) != now[row]]:
        yield _note("verify.row-changed", places.get(row, portfolio.settings.place), row)


def _note(code: str, place: Place, row: str) -> Diagnostic:
    said = _SETTINGS if row == SETTINGS_ROW else Text(shortened(row), shortened(row))
    return diagnostic(code, place, severity="note", row=said)


def in_short(findings: Sequence[Diagnostic], file: str) -> Iterator[Diagnostic]:
    """What else does not hold for another portfolio, as one finding: of other facts it is to be expected."""
    kinds = Counter(found.code for found in findings)
    if lawless := kinds.pop("verify.claim-not-lawful", 0):
        yield diagnostic("verify.claims-not-lawful", Place(file), count=lawless)
    if others := sum(kinds.values()):
        yield diagnostic("verify.others", Place(file), count=others)
