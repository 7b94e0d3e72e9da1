"""A portfolio at three moments: raw cells with their places, a validated model, facts.

Readers (YAML, JSON, XLSX) all produce a `RawPortfolio`; `validate` makes a `Portfolio` of it or
reports everything that is wrong; `facts` turns that into atoms, each with the place it came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from subvent.diagnostics import Place

Scalar = str | bool | int | Decimal | date | None


class Cell(NamedTuple):
    """A raw value where it stands. Numbers are Decimal, built from the text of the file.

    `value` may also be a list of Cells or a dict from key text to Cell (maps by year, nested maps).
    """

    value: Scalar | list[Cell] | dict[str, Cell]
    place: Place


class RawRow(NamedTuple):
    """One row of a list: field name (of the vocabulary) → cell.

    `blank` is where a field that is left out would stand, in a file that has a place for it. `plain` are the
    same values without places, where a reader has them: then `cells` are only read once somebody asks.
    """

    place: Place
    cells: Mapping[str, Cell]
    blank: Mapping[str, Place] = {}
    plain: Mapping[str, object] | None = None


class RawPortfolio(NamedTuple):
    """A whole file before validation. Lists that are absent are empty."""

    file: str
    settings: RawRow
    lists: Mapping[str, tuple[RawRow, ...]]


Value = str | bool | int | Decimal | date | tuple[object, ...] | Mapping[object, object]
"""Validated: money as Decimal 万元 with at most six decimals (whole fen), other quantities Decimal
with at most six decimals; lists as tuples; maps by year have int keys."""


class Row(NamedTuple):
    """One validated row. `fields` holds only what was given; `places` where each stood, or would stand.

    `parts` is where the entries of its maps stand, by field and keys as text: in a workbook each may have a
    column of its own.
    """

    list: str
    id: str
    fields: Mapping[str, Value]
    places: Mapping[str, Place]
    place: Place
    parts: Mapping[tuple[str, ...], Place] = {}

    def where(self, field: str, *keys: str) -> Place:
        """Where a field stands, or has to be put; of a map, the entry under these keys, or what holds it."""
        above = (self.parts.get((field, *keys[:depth])) for depth in range(len(keys), 0, -1))
        return next(filter(None, above), self.places.get(field, self.place))


class Portfolio(NamedTuple):
    """A valid portfolio. Rows are sorted by id, so the order of the file is gone."""

    file: str
    sha256: str
    settings: Row
    rows: Mapping[str, tuple[Row, ...]]


class Fact(NamedTuple):
    """One atom, as clingo text, and what it came from (`place` is None for what nobody wrote)."""

    atom: str
    row: str
    field: str
    place: Place | None
