"""What insisting on a claim costs in a component whose best is proven by prices, without planning it anew.

At the prices that prove the best, one part alone is searched again, with the claim in it: no choice with the
claim brings more than that part then does, and the others at most. A choice that does bring it is looked for
where the others stay as they are. Where it is found, what insisting costs is known exactly; where it is not,
other parts would have to make room.
"""

from __future__ import annotations

from collections.abc import Sequence

from subvent.model.certificate import Priced, evaluate
from subvent.model.linear import LinearModel
from subvent.optimise.fitting import Point
from subvent.optimise.optimum import Solution
from subvent.optimise.parts import FINE, Part, parts_of
from subvent.optimise.problem import Problem, lowest, with_rows, worth
from subvent.optimise.relaxation import silence
from subvent.optimise.search import Budget, search


class Outbid:
    """A component, its best values, and the prices that prove them."""

    def __init__(self, component: LinearModel, best: Solution, tree: Priced, budget: Budget) -> None:
        """`tree` is that of the certificate; `budget` is for all that is asked."""
        place = {row.name: i for i, row in enumerate(component.rows)}
        rows = tuple(sorted(place[name] for name in tree.prices))
        self._prices = [tree.prices[component.rows[i].name] for i in rows]
        self._parts = parts_of(component, rows)
        self._home = {j: number for number, part in enumerate(self._parts) for j in part.indices}
        self._best, self._budget, self._constant = best, budget, component.constant
        self._bounds = [self._proven(part, tree) for part in self._parts]
        self._bound = sum(y * component.rows[i].upper for i, y in zip(rows, self._prices, strict=True))
        self._bound += sum(self._bounds)
        used = [sum(a * best.values[j] for j, a in component.rows[i].terms) for i in rows]
        self._room = [component.rows[i].upper - taken for i, taken in zip(rows, used, strict=True)]

    def _proven(self, part: Part, tree: Priced) -> int:
        """What the certificate says that a part brings at most at the prices, in 1/FINE fen."""
        gains = self._gains(part)
        variables = [v._replace(gain=gain) for v, gain in zip(part.model.variables, gains, strict=True)]
        priced = part.model._replace(variables=tuple(variables))
        return evaluate(priced, tree.parts[part.model.variables[0].name])

    def _gains(self, part: Part) -> list[int]:
        return part.priced(self._prices)

    def including(self, variables: Sequence[int]) -> tuple[int | None, bool]:
        """The best total with at least one of the 0/1 variables (indices of the component) at 1.

        In fen; None where none is found. With it comes whether no other has more.
        """
        totals, bounds = [], []
        for number in sorted({self._home[j] for j in variables}):
            if self._budget.exhausted:
                return None, False
            part, others = self._parts[number], self._bound - self._bounds[number]
            ways = [new for new, j in enumerate(part.indices) if j in variables]
            asked = with_rows(part.problem, [(tuple((new, -1) for new in ways), -1)])
            most, point = self._at_prices(part, asked)
            if most is None:
                continue
            bounds.append(self._constant + (others + most) // FINE)
            room = self._room_for(part)
            if point is not None and all(
                worth(t, point) <= left for t, left in zip(part.takes, room, strict=True)
            ):
                totals.append(self._with(part, point))
            if bounds[-1] not in totals:
                point = self._others_as_they_are(part, asked, room)
                totals += [] if point is None else [self._with(part, point)]
        total, most = max(totals, default=None), max(bounds, default=None)
        return total, total == most

    def _at_prices(self, part: Part, asked: Problem) -> tuple[int | None, Point | None]:
        """What a part with the claim brings at most at the prices (None: it cannot have it), and how."""
        gains = self._gains(part)
        with silence():
            outcome = search(asked, gains, self._budget, slack=FINE >> 14)
        return (None if outcome.bound < lowest(asked, gains) else outcome.bound), outcome.values

    def _room_for(self, part: Part) -> list[int]:
        """What the others leave to a part of each row that holds the parts together."""
        now = [self._best.values[j] for j in part.indices]
        return [room + worth(takes, now) for takes, room in zip(part.takes, self._room, strict=True)]

    def _others_as_they_are(self, part: Part, asked: Problem, room: Sequence[int]) -> Point | None:
        """The best choice of a part with the claim that leaves all others room; None where none is found."""
        with silence():
            return search(
                part.within(room, asked), [v.gain for v in part.model.variables], self._budget
            ).values

    def _with(self, part: Part, point: Point) -> int:
        """The total where a part takes another point and nothing else changes."""
        gains = zip(part.model.variables, part.indices, point, strict=True)
        return self._best.total + sum(v.gain * (x - self._best.values[j]) for v, j, x in gains)
