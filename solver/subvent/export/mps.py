"""MPS, free format: what nearly every MIP solver reads.

The objective is minimised there, minus ours: MPS as such cannot say maximise. The section that others have
added for it GLPK refuses; CBC passes it over and minimises.

A column `constant`, fixed to 1, carries the objective's constant, because solvers differ in the sign of one
on the right-hand side; a row without variables stands on it too.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from subvent.diagnostics import Text
from subvent.export.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from subvent.diagnostics import Language
    from subvent.export.described import Described

CONSTANT = "constant"
"""The column that is 1."""
OBJECTIVE = "minus_total"
_OBJECTIVE = Text("求最小：总额（分）= −目标值", "minimise: total (fen) = - the value of the objective")


def write(described: Described, comments: list[str], language: Language) -> Iterator[str]:
    """The lines of the file."""
    model = described.model
    rows = [label.short for label in described.rows]
    columns: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for name, row in zip(rows, model.rows, strict=True):
        for j, a in row.terms or ((len(model.variables), 0),):
            columns[j].append((name, a))
    yield from (
        f"* {line}" for line in chain(comments, [_OBJECTIVE.in_(language)], table(described, language))
    )
    yield from ("NAME subvent", "ROWS", f" N {OBJECTIVE}")
    yield from (f" L {name}" for name in rows)
    yield from ("COLUMNS", "    MARKER 'MARKER' 'INTORG'")
    for j, (label, variable) in enumerate(zip(described.variables, model.variables, strict=True)):
        entries = [(OBJECTIVE, -variable.gain), *columns[j]]
        yield from (f"    {label.short} {name} {a}" for name, a in entries)
    last = [(OBJECTIVE, -model.constant), *columns[len(model.variables)]]
    yield from (f"    {CONSTANT} {name} {a}" for name, a in last)
    yield from ("    MARKER 'MARKER' 'INTEND'", "RHS")
    yield from (f"    RHS {name} {row.upper}" for name, row in zip(rows, model.rows, strict=True))
    yield "BOUNDS"
    for label, variable in zip(described.variables, model.variables, strict=True):
        yield from _bounds(label.short, variable.lower, variable.upper)
    yield from (f" FX BND {CONSTANT} 1", "ENDATA")


def _bounds(name: str, lower: int, upper: int) -> list[str]:
    if (lower, upper) == (0, 1):
        return [f" BV BND {name}"]
    if lower == upper:
        return [f" FX BND {name} {lower}"]
    return [f" LO BND {name} {lower}", f" UP BND {name} {upper}"]
