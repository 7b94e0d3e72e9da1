"""The LP format of CPLEX, which people can read and most MIP solvers too.

A variable `constant`, fixed to 1, carries the objective's constant, and rows without variables.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from subvent.export.mps import CONSTANT
from subvent.export.table import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subvent.diagnostics import Language
    from subvent.export.described import Described

_WIDTH = 200
"""Columns after which a row goes on in the next line; readers take 255 or more."""


def write(described: Described, comments: list[str], language: Language) -> Iterator[str]:
    """The lines of the file."""
    model = described.model
    names = [label.short for label in described.variables]
    gains = [(name, v.gain) for name, v in zip(names, model.variables, strict=True) if v.gain]
    yield from (f"\\ {line}" for line in chain(comments, table(described, language)))
    yield from ("Maximize", *_sum(" gain:", [*gains, (CONSTANT, model.constant)], ""), "Subject To")
    for label, row in zip(described.rows, model.rows, strict=True):
        terms = [(names[j], a) for j, a in row.terms] or [(CONSTANT, 0)]
        yield from _sum(f" {label.short}:", terms, f" <= {row.upper}")
    yield from ("Bounds", f" {CONSTANT} = 1")
    wide = [(n, v) for n, v in zip(names, model.variables, strict=True) if (v.lower, v.upper) != (0, 1)]
    yield from (f" {v.lower} <= {name} <= {v.upper}" for name, v in wide)
    apart = {name for name, _ in wide}
    yield "Binaries"
    yield from (f" {name}" for name in names if name not in apart)
    yield from ("Generals", f" {CONSTANT}", *(f" {name}" for name, _ in wide), "End")


def _sum(begin: str, terms: Iterable[tuple[str, int]], end: str) -> list[str]:
    """A linear expression, broken into lines."""
    lines = [begin]
    for name, a in terms:
        term = f" {'-' if a < 0 else '+'} {abs(a)} {name}"
        if len(lines[-1]) + len(term) > _WIDTH:
            lines.append(" ")
        lines[-1] += term
    lines[-1] += end
    return lines
