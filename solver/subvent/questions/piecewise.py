"""A problem a component at a time: each solved again under further rows, and put together again.

What concerns the whole portfolio (the next best plan, the fewest filings, the fewest changes) is decided
from a few solutions of every component, so that a large portfolio costs as much as its parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from subvent.choice import claimed, preferences
from subvent.model.linear import LinearModel, Row, total
from subvent.optimise.search import Limits
from subvent.optimise.whole import optimise_whole
from subvent.problem import Problem
from subvent.questions.outline import Outline, outline_of

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


class Found(NamedTuple):
    """The best values of a component, by name; their total and the proven bound on it, in fen.

    `infeasible`: there are none; `unknown`: none were found within the limits.
    """

    values: Mapping[str, int]
    total: int
    bound: int
    status: Status


class Step(NamedTuple):
    """The best values of a component with so few of the counted variables at 1."""

    counted: int
    total: int
    values: Mapping[str, int]


class Steps(NamedTuple):
    """What a component brings the most with ever fewer counted: both fall from step to step.

    `proven`: every step is the best of its count, and none is missing.
    """

    steps: tuple[Step, ...]
    proven: bool


class Way(NamedTuple):
    """One step of every component together: the count, the total in fen."""

    counted: int
    total: int
    last: tuple[Way, Step] | None

    @property
    def values(self) -> dict[str, int]:
        """Every variable's value, by name."""
        found: dict[str, int] = {}
        way = self
        while way.last:
            found |= way.last[1].values
            way = way.last[0]
        return found


class Pieces:
    """The components of a problem, and how equals are told apart within them: as plans do."""

    def __init__(self, problem: Problem, limits: Limits) -> None:
        self.problem, self.limits = problem, limits
        self.preferred = preferences(problem)
        order = (*self.preferred.claims, *self.preferred.options)
        self._place = {name: position for position, name in enumerate(order)}

    def best(self, part: LinearModel, first: Mapping[str, int] | None = None) -> Found:
        """The best values of a component. `first` is an objective between the money and the tie-breaks."""
        names = [variable.name for variable in part.variables]
        order = sorted((name for name in names if name in self._place), key=self._place.__getitem__)
        ties = ((first,) if first else ()) + self.preferred.ties
        whole = optimise_whole(part, ties, order, self.limits)
        status: Status = "optimal" if whole.total == whole.bound else "feasible"
        for solution in whole.solutions:
            if solution.status in {"infeasible", "unknown"}:
                status = solution.status
        return Found(whole.values if whole.found else {}, whole.total, whole.bound, status)

    def steps(
        self,
        part: LinearModel,
        counted: Collection[str],
        known: Mapping[str, int],
        most: int | None = None,
        slack: int | None = None,
    ) -> Steps:
        """The best values of a component at every count of the counted variables, from the optimum down.

        `known` are lawful values within `most`, taken where the limits end before any are found. `most` is
        the largest count that is asked for (None: any), `slack` the fen that may be lost.
        """
        own = [j for j, variable in enumerate(part.variables) if variable.name in counted]
        fewest = {part.variables[j].name: -1 for j in own}
        found: list[Step] = []
        while not self.limits.over:
            model = part if most is None else at_most(part, own, most)
            best = self.best(model, fewest)
            if best.status == "infeasible":
                return Steps(tuple(found), proven=True)
            if best.status == "unknown":
                break
            if found and slack is not None and found[0].total - best.total > slack:
                return Steps(tuple(found), proven=True)
            count = sum(best.values[name] for name in fewest)
            if found and found[-1].total == best.total:
                # Where prices prove the optimum, ties are not broken to the end.
                found.pop()
            found.append(Step(count, best.total, best.values))
            if best.status != "optimal":
                break
            if not count:
                return Steps(tuple(found), proven=True)
            most = count - 1
        if not found:
            values = {variable.name: known[variable.name] for variable in part.variables}
            money = total(part, tuple(values.values()))
            found.append(Step(sum(values[name] for name in fewest), money, values))
        return Steps(tuple(found), proven=False)

    def outline(self, values: Mapping[str, int], bound: int) -> Outline:
        """The claims that values make, under a proven bound in fen."""
        return outline_of(self.problem, claimed(self.problem, self.preferred, values), bound)


def at_most(part: LinearModel, variables: Sequence[int], most: int) -> LinearModel:
    """The component with at most so many of the 0/1 variables (indices) at 1."""
    return with_row(part, "at most", dict.fromkeys(variables, 1), most)


def with_row(part: LinearModel, name: str, terms: Mapping[int, int], upper: int) -> LinearModel:
    """The model with one more row, which stands last; the name must be new."""
    row = Row(name, tuple(sorted((j, a) for j, a in terms.items() if a)), upper, (name,))
    return part._replace(rows=(*part.rows, row))


def combined(parts: Iterable[Steps], most: int | None = None, least: int | None = None) -> tuple[Way, ...]:
    """One step of each component in every way that no other beats in count and total, fewest counted first.

    `most` is the largest count, `least` the least total that is asked for. Exact: a knapsack over the
    components (Bellman 1957), in integers.
    """
    every = [part.steps for part in parts]
    rest = sum(max((step.total for step in steps), default=0) for steps in every)
    ways = [Way(0, 0, None)]
    for steps in every:
        rest -= max((step.total for step in steps), default=0)
        found: dict[int, Way] = {}
        for way in ways:
            for step in steps:
                count, money = way.counted + step.counted, way.total + step.total
                if (most is not None and count > most) or (least is not None and money + rest < least):
                    continue
                if count not in found or money > found[count].total:
                    found[count] = Way(count, money, (way, step))
        ways = []
        for _, way in sorted(found.items()):
            if not ways or way.total > ways[-1].total:
                ways.append(way)
    return tuple(ways)
