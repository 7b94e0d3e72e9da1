"""Random small linear models, and what is best in them by plain enumeration."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

from subvent.model.linear import LinearModel, Row, Variable, broken, total

if TYPE_CHECKING:
    from collections.abc import Sequence


def random_model(seed: int) -> LinearModel:
    """Up to nine 0/1 variables and now and then a wide one; packing, implication and knapsack rows."""
    dice = random.Random(seed)
    scale = dice.choice([3, 10, 1000, 10**6, 10**10])
    size = dice.randint(1, 9)
    variables = [Variable(f"x{i}", 0, 1, dice.randint(-scale // 5, scale)) for i in range(size)]
    if dice.random() < 0.2:
        variables.append(Variable("y", 0, dice.randint(2, 4), dice.randint(0, scale)))
    if dice.random() < 0.5:
        variables = [v._replace(gain=dice.choice([scale, scale, scale - 1, 0])) for v in variables]
    rows = [_row(dice, f"r{i}", len(variables)) for i in range(dice.randint(0, 7))]
    return LinearModel(tuple(variables), tuple(rows), dice.randint(-5, 5))


def _row(dice: random.Random, name: str, size: int) -> Row:
    members = sorted(dice.sample(range(size), dice.randint(1, min(4, size))))
    kind = dice.random()
    if kind < 0.6:
        return Row(name, tuple((j, 1) for j in members), 1)
    if kind < 0.8:
        return Row(name, tuple((j, dice.choice([-1, 1])) for j in members), dice.randint(-1, 1))
    return Row(name, tuple((j, dice.choice([-3, -1, 1, 2, 5])) for j in members), dice.randint(-2, 6))


def solutions(model: LinearModel) -> list[tuple[int, ...]]:
    """Every point that keeps bounds and rows, by trying all."""
    ranges = [range(v.lower, v.upper + 1) for v in model.variables]
    return [xs for xs in product(*ranges) if not broken(model, xs)]


def best_point(model: LinearModel, ties: Sequence[Sequence[int]]) -> tuple[int, ...] | None:
    """The point that money, the tie-breaks and the order of variables single out, by enumeration."""
    narrow = [j for j, v in enumerate(model.variables) if v.upper - v.lower <= 1]
    wide = [j for j, v in enumerate(model.variables) if v.upper - v.lower > 1]

    def rank(xs: tuple[int, ...]) -> tuple[object, ...]:
        levels = [sum(w * x for w, x in zip(tie, xs, strict=True)) for tie in ties]
        return total(model, xs), levels, [xs[j] for j in narrow], [-xs[j] for j in wide]

    return max(solutions(model), key=rank, default=None)
