"""Rows that are probably one and the same, written down twice: what is counted a row would count twice."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.portfolio.types import Row
from subvent.portfolio.vocabulary import Field, ListSpec

_INVISIBLE = {"Cf", "Zs", "Cc"}
"""Blanks, and what only steers how text is shown: a zero-width space comes along with copied text."""


def alike(rows: Sequence[Row], spec: ListSpec) -> Iterator[Diagnostic]:
    """Warnings of ids that look the same, and of rows that share a text that is to be `distinct`.

    Of a list that is claimed for, two rows share a text only if they are of one applicant.
    """
    for field in spec.fields:
        if field.type == "id":
            for row, first in _again(rows, field, ""):
                yield _warning("portfolio.alike-ids", row, field, first)
        elif field.distinct:
            for row, first in _again(rows, field, spec.subject):
                yield _warning("portfolio.same-text", row, field, first)


def _again(rows: Sequence[Row], field: Field, within: str) -> Iterator[tuple[Row, Row]]:
    """Each row whose text looks like that of an earlier one, with the first that has it."""
    found: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        if look := _look(str(row.fields.get(field.name, ""))):
            found[look, row.fields.get(within)].append(row)
    for first, *others in found.values():
        yield from ((row, first) for row in others)


def _look(text: str) -> str:
    """What the eye sees of a text: width, case, blanks and invisible characters aside."""
    if text.isascii() and text.isprintable():
        return "".join(text.casefold().split())
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in wide if unicodedata.category(sign) not in _INVISIBLE)


def _warning(code: str, row: Row, field: Field, first: Row) -> Diagnostic:
    about: dict[str, Any] = {"field": field.name, "zh_label": field.label.zh, "en_label": field.label.en}
    return diagnostic(
        code,
        row.where(field.name),
        severity="warning",
        row=shortened(row.id),
        first=shortened(first.id),
        shown=shortened(str(row.fields.get(field.name, ""))),
        **about,
    )
