"""MPS, free format: what nearly every MIP solver reads.

A column `constant`, fixed to 1, carries the objective's constant, because solvers differ in the sign of one
on the right-hand side; a row without variables stands on it too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from subvent.export.table import table

if TYPE_CHECKING:
    from subvent.diagnostics import Language
    from subvent.export.described import Described

CONSTANT = "constant"
"""The column that is 1."""
GAIN = "gain"
"""The objective."""


def write(described: Described, comments: list[str], language: Language) -> str:
    """The text of the file."""
    model = described.model
    rows = [label.short for label in described.rows]
    columns: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for name, row in zip(rows, model.rows, strict=True):
        for j, a in row.terms or ((len(model.variables), 0),):
            columns[j].append((name, a))
    lines = [f"* {line}" for line in (*comments, *table(described, language))]
    lines += ["NAME subvent", "OBJSENSE", "    MAX", "ROWS", f" N {GAIN}", *(f" L {name}" for name in rows)]
    lines += ["COLUMNS", "    MARKER 'MARKER' 'INTORG'"]
    bounds = []
    for j, (label, variable) in enumerate(zip(described.variables, model.variables, strict=True)):
        entries = [(GAIN, variable.gain), *columns[j]]
        lines += [f"    {label.short} {name} {a}" for name, a in entries]
        bounds += _bounds(label.short, variable.lower, variable.upper)
    last = [(GAIN, model.constant), *columns[len(model.variables)]]
    lines += [f"    {CONSTANT} {name} {a}" for name, a in last]
    lines += ["    MARKER 'MARKER' 'INTEND'", "RHS"]
    lines += [f"    RHS {name} {row.upper}" for name, row in zip(rows, model.rows, strict=True)]
    lines += ["BOUNDS", *bounds, f" FX BND {CONSTANT} 1", "ENDATA"]
    return "\n".join(lines) + "\n"


def _bounds(name: str, lower: int, upper: int) -> list[str]:
    if (lower, upper) == (0, 1):
        return [f" BV BND {name}"]
    if lower == upper:
        return [f" FX BND {name} {lower}"]
    return [f" LO BND {name} {lower}", f" UP BND {name} {upper}"]
