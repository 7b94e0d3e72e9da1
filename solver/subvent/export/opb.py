"""OPB, the format of pseudo-Boolean solvers: variables are called x1, x2, …; a comment tells what they are.

The objective is minimised there: minus ours, without the constant, in units that divide all its weights: some
solvers read no number beyond 32 bits.
"""

from __future__ import annotations

from itertools import chain
from math import gcd
from typing import TYPE_CHECKING

from subvent.diagnostics import Text
from subvent.export.binary import binary
from subvent.export.table import bit_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subvent.diagnostics import Language
    from subvent.export.described import Described

_OBJECTIVE = Text(
    "总额（分）= {constant} − {unit} × min 的值；第 n 个约束即第 n 行",
    "total (fen) = {constant} - {unit} * the value of min; constraints are the rows",
)


def write(described: Described, comments: list[str], language: Language) -> Iterator[str]:
    """The lines of the file."""
    made = binary(described.model)
    unit = gcd(*made.gains) or 1
    names = [f"x{k + 1}" for k in range(len(made.bits))]
    # There is no constraint without variables: one that cannot hold is stated on the first variable.
    size = max(len(names), 1)
    yield f"* #variable= {size} #constraint= {len(made.rows)}"
    constant = _OBJECTIVE.in_(language).format(constant=made.constant, unit=unit)
    for line in chain(comments, [constant], bit_table(described, made, names, language)):
        yield f"* {line}"
    objective = _sum((name, -gain // unit) for name, gain in zip(names, made.gains, strict=True) if gain)
    yield f"min: {objective};"
    for row in made.rows:
        if row.terms:
            yield f"{_sum((names[b], -a) for b, a in row.terms)}>= {-row.upper} ;"
        else:
            yield f"+1 x1 >= {0 if row.upper >= 0 else 2} ;"


def _sum(terms: Iterable[tuple[str, int]]) -> str:
    return "".join(f"{a:+d} {name} " for name, a in terms)
