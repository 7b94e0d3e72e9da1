"""Random small linear models, and what is best in them by plain enumeration."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

from subvent.model.linear import LinearModel, Row, Variable, broken, require_one, total
from subvent.optimise.optimum import Solution, optimise

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


def coupled(seed: int, coupling: str, companies: int = 14) -> LinearModel:
    """Claims of companies that limits over all of them hold together.

    `contacts`: only some companies may file in a year; `contacts-green`: one kind of claim stands apart
    from the others besides; `fund`: what a year's claims take above its fund is lost.
    """
    dice = random.Random(seed)
    gains: dict[str, tuple[int, int]] = {}
    rows: list[tuple[str, dict[str, int], int]] = []
    of_year: dict[int, dict[str, int]] = {year: {} for year in range(3)}
    for company in range(companies):
        claims = []
        for project, kind in product(range(4), "ag"):
            year, worth = dice.randrange(3), dice.choice([500, 1000, 1000, dice.randint(100, 6000)]) * 10**6
            name = f"claim {company:02}/{project}{kind}{year}"
            claims.append((name, project, kind, year))
            gains[name] = (1, worth)
            if coupling == "fund":
                of_year[year][name] = worth
        rows += [
            (f"once {company:02}/{project}", {c[0]: 1 for c in claims if c[1] == project}, 1)
            for project in range(4)
        ]
        for year in range(3):
            own = {name: 1 for name, _, _, other in claims if other == year}
            rows.append((f"two {company:02}/{year}", own, 2))
            if coupling != "fund":
                used = f"used {company:02}/{year}"
                gains[used] = (1, 0)
                of_year[year][used] = 1
                rows += [(f"in {name}", {name: 1, used: -1}, 0) for name in own]
            if coupling == "contacts-green":
                green = [name for name, _, kind, other in claims if (kind, other) == ("g", year)]
                rows += [
                    (f"apart {name}", {name: 1, one: 1}, 1) for name in own for one in green if name != one
                ]
    for year, members in of_year.items():
        limit = 5 if coupling != "fund" else sum(members.values()) // 4
        if coupling == "fund":
            gains[f"lost {year}"] = (10**12, -1)
            members[f"lost {year}"] = -1
        rows.append((f"year {year}", members, limit))
    return named(gains, [row for row in rows if row[1]])


def including(model: LinearModel, wanted: Sequence[int]) -> Solution:
    """The best values with at least one of some variables (indices) at 1, searched from the start."""
    return optimise(require_one(model, tuple(wanted)))


def named(gains: dict[str, tuple[int, int]], rows: Sequence[tuple[str, dict[str, int], int]]) -> LinearModel:
    """A model in the order given, by upper bounds and gains of variables and by terms and limits of rows."""
    place = {name: j for j, name in enumerate(gains)}
    return LinearModel(
        tuple(Variable(name, 0, upper, gain) for name, (upper, gain) in gains.items()),
        tuple(
            Row(f"{name} #{k}", tuple(sorted((place[n], a) for n, a in terms.items())), limit)
            for k, (name, terms, limit) in enumerate(rows)
        ),
    )


def permuted(model: LinearModel, seed: int) -> LinearModel:
    """The same model, its variables and rows in another order."""
    dice = random.Random(seed)
    order = dice.sample(range(len(model.variables)), len(model.variables))
    place = {j: new for new, j in enumerate(order)}
    rows = [row._replace(terms=tuple(sorted((place[j], a) for j, a in row.terms))) for row in model.rows]
    dice.shuffle(rows)
    return model._replace(variables=tuple(model.variables[j] for j in order), rows=tuple(rows))
