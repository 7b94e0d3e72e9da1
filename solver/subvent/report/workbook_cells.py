"""What a cell of the result workbook can show."""

from __future__ import annotations

from typing import NamedTuple


class Yuan(NamedTuple):
    """An amount shown in yuan."""

    fen: int


class Wan(NamedTuple):
    """An amount shown in 万元, with as many decimals as it has, down to the fen."""

    fen: int


class Exact(NamedTuple):
    """An amount in yuan before it is floored: decimal digits, or a fraction `n/d`."""

    yuan: str


class Named(NamedTuple):
    """A row of the portfolio by its name and id; the id is not torn apart where the cell is too narrow."""

    name: str
    identity: str


class Across(NamedTuple):
    """A text that runs over this many columns; the cells it covers are given as None."""

    columns: int
    text: str


class Indented(NamedTuple):
    """A text that begins, in all its lines, so many levels to the right."""

    level: int
    text: str


class Middle(NamedTuple):
    """A short text in the middle of its cell."""

    text: str


Shown = str | int | Yuan | Wan | Exact | Named | Across | Indented | Middle | None
"""What a cell of a page can show."""
