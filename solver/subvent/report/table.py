"""Tables for a terminal, aligned by the columns that Chinese takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from rich.cells import cell_len

from subvent.display import harmless
from subvent.explain.layout import cut, pad, wrap

_GAP = "  "
_LEAST = 8
"""No column is made narrower than this."""


class Column(NamedTuple):
    """A column with its head. It is as wide as its widest cell, `most` at most (0: without limit)."""

    head: str
    right: bool = False
    most: int = 0
    wraps: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str] | str], width: int) -> Iterator[str]:
    """The lines of a table within `width` columns; a row that is one string is a line of its own.

    Cells are made harmless; what does not fit is cut with an ellipsis, or goes on in the next line where the
    column wraps; the widest columns first, and never one that is aligned right, for those hold numbers.
    """
    cells = [[harmless(cell) for cell in row] for row in rows if not isinstance(row, str)]
    widths = _widths(columns, cells, width)
    yield from _lines(columns, [column.head for column in columns], widths)
    remaining = iter(cells)
    for row in rows:
        if isinstance(row, str):
            yield row
        else:
            yield from _lines(columns, next(remaining), widths)


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    widths = []
    for number, column in enumerate(columns):
        widest = max([cell_len(column.head), *(cell_len(row[number]) for row in cells)])
        widths.append(min(widest, max(column.most, cell_len(column.head))) if column.most else widest)
    room = width - len(_GAP) * len(columns)
    while sum(widths) > room:
        flexible = [n for n, column in enumerate(columns) if not column.right and widths[n] > _LEAST]
        if not flexible:
            break
        widths[max(flexible, key=lambda n: widths[n])] -= 1
    return widths


def _lines(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    laid = [
        wrap(cell, size) if column.wraps else [cut(cell, size)]
        for column, cell, size in zip(columns, cells, widths, strict=True)
    ]
    for parts in zip_longest(*laid, fillvalue=""):
        shown = [
            pad(part, size, right=column.right)
            for column, part, size in zip(columns, parts, widths, strict=True)
        ]
        yield (_GAP + _GAP.join(shown)).rstrip()
