"""What insisting on a claim costs in a component that a few rows hold together, without planning it anew.

At the prices that prove the best, one part alone is searched again, with the claim in it: no choice with the
claim brings more than that part then does, and the others at most. A choice that does bring it is looked for
where the others stay as they are, but for what makes room at a cost: a fund that cuts what is paid. Where it
is found, what insisting costs is known exactly; where it is not, other parts would have to make room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from subvent.model.certificate import Certificate, Leaf, Priced, evaluate
from subvent.model.linear import LinearModel
from subvent.optimise.held import Held
from subvent.optimise.optimum import Solution
from subvent.optimise.parts import Part, parts_of
from subvent.optimise.problem import Terms, joined_with, worth
from subvent.optimise.search import Budget, Limits


class Outbid:
    """A component, its best values, and the prices that prove them."""

    def __init__(self, component: LinearModel, best: Solution, proven: Certificate, limits: Limits) -> None:
        """`proven` is a certificate of prices; of nodes and work each part has a share by its variables."""
        tree = proven.tree
        if not isinstance(tree, Priced):
            raise TypeError
        place = {row.name: i for i, row in enumerate(component.rows)}
        rows = tuple(sorted(place[name] for name in tree.prices))
        self._prices = [tree.prices[component.rows[i].name] for i in rows]
        self._unit, self._component = proven.denominator, component
        self._parts = parts_of(component, rows)
        self._home = {j: number for number, part in enumerate(self._parts) for j in part.indices}
        self._best = best
        self._limits = limits
        self._bounds = [self._proven(part, tree) for part in self._parts]
        self._bound = sum(y * component.rows[i].upper for i, y in zip(rows, self._prices, strict=True))
        self._bound += sum(self._bounds)
        self._giving = [part.indices[0] for part in self._parts if _gives(part)]
        self._takes = [dict(component.rows[i].terms) for i in rows]
        used = [sum(a * best.values[j] for j, a in takes.items()) for takes in self._takes]
        self._room = [component.rows[i].upper - taken for i, taken in zip(rows, used, strict=True)]
        self._at_prices, self._in_room = cache(self._priced), cache(self._alone)
        self._budget = cache(self._share)

    def _proven(self, part: Part, tree: Priced) -> int:
        """What the certificate says that a part brings at most at the prices, over its denominator."""
        gains = self._gains(part)
        variables = [v._replace(gain=gain) for v, gain in zip(part.model.variables, gains, strict=True)]
        priced = part.model._replace(variables=tuple(variables))
        return evaluate(priced, tree.parts[part.model.variables[0].name])

    def _gains(self, part: Part) -> list[int]:
        return part.priced(self._prices, self._unit)

    def _share(self, number: int) -> Budget:
        """What may be spent on all that is asked of a part."""
        own, all_ = len(self._parts[number].indices), len(self._component.variables)
        nodes, work = self._limits.nodes * own // all_, self._limits.work * own // all_
        return Budget(replace(self._limits, nodes=nodes, work=work))

    def including(self, variables: Sequence[int]) -> tuple[int | None, bool]:
        """The best total with at least one of the 0/1 variables (indices of the component) at 1.

        In fen; None where none is found. With it comes whether no other has more.
        """
        totals, bounds = [], []
        homes = sorted({self._home[j] for j in variables})
        for number in homes:
            part, others = self._parts[number], self._bound - self._bounds[number]
            ways = [new for new, j in enumerate(part.indices) if j in variables]
            best = self._at_prices(number, homes[0]).including(ways, self._unit >> 14)
            if best.bound is None:
                continue
            bounds.append(self._component.constant + (others + best.bound) // self._unit)
            if best.point is not None and self._fits(part, best.point):
                totals.append(self._with(part.indices, best.point))
            if bounds[-1] not in totals:
                indices, alone = self._in_room(number, homes[0])
                point = alone.including(ways).point
                totals += [] if point is None else [self._with(indices, point)]
        total, most = max(totals, default=None), max(bounds, default=None)
        return total, total == most

    def _priced(self, number: int, asking: int) -> Held:
        """A part at the prices; `asking` is the part whose share it uses."""
        part = self._parts[number]
        return Held(part.problem, self._gains(part), self._now(part.indices), self._budget(asking))

    def _alone(self, number: int, asking: int) -> tuple[tuple[int, ...], Held]:
        """A part, with what makes room at a cost, where all others stay as they are; and its variables."""
        part = self._parts[number]
        giving = [j for j in self._giving if j not in part.indices]
        indices = (*part.indices, *giving)
        rows: list[tuple[Terms, int]] = []
        for takes, room in zip(self._takes, self._room, strict=True):
            terms = tuple((new, takes[j]) for new, j in enumerate(indices) if j in takes)
            rows.append((terms, room + sum(a * self._best.values[indices[new]] for new, a in terms)))
        ends = [(v.lower, v.upper) for v in map(self._component.variables.__getitem__, giving)]
        problem = joined_with(part.problem, ends, [row for row in rows if row[0]])
        gains = [self._component.variables[j].gain for j in indices]
        return indices, Held(problem, gains, self._now(indices), self._budget(asking))

    def _fits(self, part: Part, point: Sequence[int]) -> bool:
        """Whether all rows have room for another point of a part."""
        now = self._now(part.indices)
        taken = [worth(takes, point) - worth(takes, now) for takes in part.takes]
        return all(more <= room for more, room in zip(taken, self._room, strict=True))

    def _with(self, indices: Sequence[int], point: Sequence[int]) -> int:
        """The total where some variables take other values and nothing else changes."""
        gains = zip(indices, point, strict=True)
        return self._best.total + sum(
            self._component.variables[j].gain * (x - self._best.values[j]) for j, x in gains
        )

    def _now(self, indices: Sequence[int]) -> list[int]:
        return [self._best.values[j] for j in indices]


def _gives(part: Part) -> bool:
    """Whether a part is one variable that only makes room, at a cost."""
    taken = [row[0] for row in part.takes]
    return len(part.indices) == 1 and min(taken) < 0 >= max(taken)


def as_priced(component: LinearModel, proven: Certificate, rows: Sequence[int]) -> Certificate | None:
    """Multipliers of all rows as prices of some of them, and what bounds each part; None for another tree."""
    tree = proven.tree
    if not isinstance(tree, Leaf):
        return None
    coupling = [component.rows[i].name for i in rows]
    parts = {}
    for part in parts_of(component, tuple(rows)):
        own = {row.name: y for row in part.model.rows if (y := tree.multipliers.get(row.name, 0))}
        parts[part.model.variables[0].name] = Certificate(1, Leaf(own))
    return Certificate(
        proven.denominator, Priced({name: tree.multipliers.get(name, 0) for name in coupling}, parts)
    )
