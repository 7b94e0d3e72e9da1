"""ASPIF, what clasp reads: a choice over the atoms, a constraint a row, one #minimize of what is forgone.

Atoms are shown by their own names, `claim("…","…",…)`. clasp's weights have 32 bits, so weights are divided
by what they have in common; one of the objective that is still too large is put on several copies of its
atom, which are free choices bound to it (clasp adds up in 64 bits, and would join copies that are mere
definitions); a row that is still too large is refused.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from subvent.diagnostics import InputError, Text, diagnostic
from subvent.export.binary import binary
from subvent.export.table import bit_table, row_table
from subvent.money import yuan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.diagnostics import Language
    from subvent.export.binary import Binary, BinaryRow
    from subvent.export.described import Described, Label

_LARGEST = 2**31 - 1
"""The largest weight, and sum of the weights of one row, that clasp takes."""
_LARGEST_SUM = 2**63 - 1
"""The largest sum of an objective that it takes."""

_OBJECTIVE = Text(
    "总额（分）= {most} − {unit} × 最小化的值；超过 32 位的权重由多个同值原子分担",
    "total (fen) = {most} - {unit} * the minimised value; weights beyond 32 bits are shared by equal atoms",
)


def write(described: Described, comments: list[str], language: Language) -> str:
    """The text of the file. Raises InputError (`export.too-large`) when a row has no room in 32 bits."""
    made = binary(described.model)
    names = [_name(described, made, k) for k in range(len(made.bits))]
    unit = gcd(*made.gains) or 1
    most = made.constant + sum(gain for gain in made.gains if gain > 0)
    told = [
        *comments,
        _OBJECTIVE.in_(language).format(most=most, unit=unit),
        *bit_table(described, made, names, language),
        *row_table([label.short for label in described.rows], described, language),
    ]
    count = len(names)
    lines = ["asp 1 0 0", *(f"10 {line}" for line in told)]
    lines += [f"1 1 1 {k + 1} 0 0" for k in range(count)]
    for row in made.rows:
        lines += _constraint(row, described.rows[row.row])
    lines += _minimize(made, unit, count)
    lines += [f"4 {len(name.encode())} {name} 1 {k + 1}" for k, name in enumerate(names)]
    return "\n".join([*lines, "0"]) + "\n"


def _name(described: Described, made: Binary, k: int) -> str:
    """An atom's own name; a bit is `bit(NAME,K)`."""
    bit = made.bits[k]
    variable = described.model.variables[bit.of]
    return variable.name if variable.upper - variable.lower == 1 else f"bit({variable.name},{bit.number})"


def _constraint(row: BinaryRow, label: Label) -> list[str]:
    """`:- bound <= #sum { … }` with positive weights: a negative one counts where its atom is false."""
    bound = row.upper + 1 - sum(a for _, a in row.terms if a < 0)
    if bound <= 0:
        return ["1 0 0 0 0"]
    # More than the bound is no more than the bound; only then see what the weights have in common.
    weights = [min(abs(a), bound) for _, a in row.terms]
    if sum(weights) < bound:
        return []
    unit = gcd(*weights)
    bound, weights = -(-bound // unit), [w // unit for w in weights]
    if sum(weights) > _LARGEST:
        raise InputError(
            diagnostic("export.too-large", name_zh=label.text.zh, name_en=label.text.en, sum=sum(weights))
        )
    literals = [b + 1 if a > 0 else -(b + 1) for b, a in row.terms]
    return [f"1 0 0 1 {bound} {len(weights)} {_pairs(literals, weights)}"]


def _minimize(made: Binary, unit: int, count: int) -> list[str]:
    """What is forgone of the largest sum: a gain whose atom is false, a loss whose atom is true."""
    literals, weights, copies = [], [], []
    for k, gain in enumerate(made.gains):
        atom, left = k + 1, abs(gain) // unit
        while left > 0:
            literals.append(-atom if gain > 0 else atom)
            weights.append(min(left, _LARGEST))
            left -= weights[-1]
            if left:
                count += 1
                copies += [f"1 1 1 {count} 0 0", f"1 0 0 0 2 {count} -{k + 1}", f"1 0 0 0 2 -{count} {k + 1}"]
                atom = count
    if sum(weights) > _LARGEST_SUM:
        total = yuan(sum(weights) * unit)
        said = Text(f"目标函数（{total} 元）", f"the objective ({total} yuan)")
        raise InputError(diagnostic("export.too-large", name_zh=said.zh, name_en=said.en, sum=sum(weights)))
    return [*copies, f"2 0 {len(weights)} {_pairs(literals, weights)}".rstrip()]


def _pairs(literals: Sequence[int], weights: Sequence[int]) -> str:
    return " ".join(f"{literal} {weight}" for literal, weight in zip(literals, weights, strict=True))
