"""A linear model over 0/1 variables alone: other integers are written in binary.

`x` with `lower <= x <= upper` is `lower` plus bits of weight 1, 2, 4, …; the weight of the last one is cut
so that the bits together come to `upper - lower` exactly and no row is needed to bound them.
"""

from __future__ import annotations

from typing import NamedTuple

from subvent.model.linear import LinearModel


class Bit(NamedTuple):
    """A 0/1 variable: `weight` of it are part of the model's variable of index `of`."""

    of: int
    weight: int
    number: int
    """0 for the first bit, and for a variable that is 0/1 already."""


class BinaryRow(NamedTuple):
    """`sum(coefficient * bit) <= upper`; `row` is the index of the model's row."""

    row: int
    terms: tuple[tuple[int, int], ...]
    upper: int


class Binary(NamedTuple):
    """Maximise `constant + sum(gains * bits)` subject to the rows."""

    bits: tuple[Bit, ...]
    gains: tuple[int, ...]
    rows: tuple[BinaryRow, ...]
    constant: int


def binary(model: LinearModel) -> Binary:
    """The model with every variable as its lower bound plus bits; a fixed one has none."""
    bits: list[Bit] = []
    own: list[range] = []
    for j, variable in enumerate(model.variables):
        first = len(bits)
        bits += [Bit(j, w, k) for k, w in enumerate(weights(variable.upper - variable.lower))]
        own.append(range(first, len(bits)))
    rows = []
    for i, row in enumerate(model.rows):
        upper = row.upper - sum(a * model.variables[j].lower for j, a in row.terms)
        rows.append(BinaryRow(i, tuple((b, a * bits[b].weight) for j, a in row.terms for b in own[j]), upper))
    constant = model.constant + sum(v.gain * v.lower for v in model.variables)
    gains = tuple(model.variables[bit.of].gain * bit.weight for bit in bits)
    return Binary(tuple(bits), gains, tuple(rows), constant)


def weights(width: int) -> list[int]:
    """The weights of bits whose sums are the numbers from 0 to `width`."""
    found: list[int] = []
    while width > 0:
        found.append(min(width, 1 << len(found)))
        width -= found[-1]
    return found
