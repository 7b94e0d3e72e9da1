"""Components that their relaxation decides: what it says is whole, and so are its multipliers.

Most small components are of this kind. What is left of them is a choice among equals, which one more
relaxation decides in the same way, of many components at a time; all of it takes a fraction of what a
search takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, pairwise
from typing import NamedTuple

from subvent.model.certificate import Certificate, Leaf
from subvent.model.linear import LinearModel, total
from subvent.optimise.bounds import SMALL_DENOMINATORS, nearly_whole
from subvent.optimise.optimum import Solution, for_ties
from subvent.optimise.problem import Problem, propagated
from subvent.optimise.relaxation import Guess
from subvent.optimise.relaxed_together import SideBySide, batches, side_by_side
from subvent.optimise.search import Limits
from subvent.optimise.ties import singled

_BITS = 28
"""Of the largest coefficient of an objective whose smallest, 1, a relaxation still tells from nothing."""


class Preferred(NamedTuple):
    """What tells equals apart: further objectives to maximise, and which variables come first, by name."""

    ties: Sequence[Mapping[str, int]]
    place: Mapping[str, int]


class Told(NamedTuple):
    """What is known of a component: its best values where they are decided, else what its relaxation says."""

    solution: Solution | None = None
    guess: Guess | None = None


def decided_together(
    models: Sequence[LinearModel], preferred: Preferred | None, limits: Limits
) -> list[Told]:
    """The best values of each model where its relaxation says them; they are those that `optimise` finds.

    A model with rows that would be solved alone is left to it. Where nothing is preferred, ties are as they
    fall.
    """
    told = [Told()] * len(models)
    for numbers in batches(models):
        if models[numbers[0]].rows and limits.over:
            break
        batch = [models[number] for number in numbers]
        together = side_by_side(batch)
        gains = [v.gain for model in batch for v in model.variables]
        if (relaxed := together.relaxed(gains)) is None:
            continue
        found = _Best(batch, together, gains, *relaxed)
        unique = [False] * len(batch) if preferred is None else _told_apart(found, preferred, limits)
        for number, one in zip(numbers, found.told(unique), strict=True):
            told[number] = one
    return told


class _Best:
    """The best points of models as their relaxations say them, with the multipliers that prove them.

    `denominators` are those of the multipliers, a model each: 0 where no best point is proven.
    """

    def __init__(
        self,
        models: Sequence[LinearModel],
        together: SideBySide,
        gains: Sequence[int],
        values: list[float],
        multipliers: list[float],
    ) -> None:
        self.models, self.together = models, together
        self._values, self._multipliers = values, multipliers
        self.point = list(map(round, values))
        self.proven = list(map(round, multipliers))
        self.reduced, self.taken, wrong = together.checked(gains, self.point, self.proven)
        self.denominators = [int(not model.further) for model in models]
        for k in sorted(wrong):
            if self.denominators[k]:
                self.denominators[k] = self._proven_finely(k, gains[slice(*together.starts[k : k + 2])])
        for k, denominator in enumerate(self.denominators):
            if not denominator:
                # Nothing is known of its equals: it is left alone.
                a, b = together.starts[k : k + 2]
                self.reduced[a:b] = [1] * (b - a)

    def _proven_finely(self, k: int, gains: Sequence[int]) -> int:
        """The denominator at which multipliers prove the point of a model; 0 if none does."""
        columns = slice(*self.together.starts[k : k + 2])
        rows = slice(*self.together.heights[k : k + 2])
        for denominator in SMALL_DENOMINATORS[1:]:
            multipliers = nearly_whole(self._multipliers[rows], denominator)
            if multipliers is None:
                continue
            alone = side_by_side([self.models[k]])
            objective = [denominator * gain for gain in gains]
            reduced, _, wrong = alone.checked(objective, self.point[columns], multipliers)
            if not wrong:
                self.reduced[columns], self.proven[rows] = reduced, multipliers
                return denominator
        return 0

    def told(self, unique: Iterable[bool]) -> list[Told]:
        """What is known of each model, and whether its point was singled out."""
        found = []
        columns, rows = pairwise(self.together.starts), pairwise(self.together.heights)
        each = zip(self.models, columns, rows, self.denominators, unique, strict=True)
        for model, (a, b), (c, d), denominator, sure in each:
            if not denominator:
                guess = Guess(feasible=True, values=self._values[a:b], multipliers=self._multipliers[c:d])
                found.append(Told(None, guess))
                continue
            point, multipliers = tuple(self.point[a:b]), zip(model.rows, self.proven[c:d], strict=True)
            certificate = Certificate(denominator, Leaf({row.name: y for row, y in multipliers if y > 0}))
            fen = total(model, point)
            found.append(Told(Solution(point, fen, fen, certificate, "optimal", sure)))
        return found


def _told_apart(best: _Best, preferred: Preferred, limits: Limits) -> list[bool]:
    """Move each point to the preferred one among its equals: of which it is known that there is no other."""
    ends = zip(best.reduced, best.together.lower, best.together.upper, strict=True)
    indices = [j for j, (d, low, high) in enumerate(ends) if not d and low < high]
    equals = _Equals(best, indices, preferred)
    unique = [not order for order in equals.orders]
    if all(unique) or limits.over:
        return unique
    answered = equals.relaxed()
    for part, sure in enumerate(unique):
        if not sure:
            unique[part] = part in answered or equals.searched(part, limits)
    return unique


class _Equals:
    """What is open among the equals of best points, and what tells them apart.

    `orders` are of each model which of its own are to be large or small, by places among them.
    """

    def __init__(self, best: _Best, indices: Sequence[int], preferred: Preferred) -> None:
        self._best, self._indices = best, indices
        self._open = best.together.narrowed(indices, best.point, best.proven, best.taken)
        names, behind = self._open.names, len(preferred.place)
        places = [preferred.place.get(name, behind) for name in names]
        self._ties = [[level.get(name, 0) for name in names] for level in preferred.ties]
        self.orders = [
            [(j, 1 if place < behind else -1) for place, j in sorted(zip(places[a:b], count(), strict=False))]
            for a, b in pairwise(self._open.starts)
        ]
        self._problems: dict[int, Problem] = {}

    def _weights(self, part: int) -> tuple[list[int], int]:
        """The ties and the first of the order as one objective, each outweighing all that follow it.

        With how many of the order these are. All that is open is taken to be of width 1.
        """
        a, b = self._open.starts[part : part + 2]
        packed = [0] * (b - a)
        for tie in self._ties:
            own = tie[a:b]
            span = sum(map(abs, own)) + 1
            packed = [p * span + w for p, w in zip(packed, own, strict=True)] if any(packed) else own
        first = self.orders[part][: max(_BITS - max(map(abs, packed), default=0).bit_length(), 1)]
        packed = [p << len(first) for p in packed]
        for place, (j, sign) in enumerate(reversed(first)):
            packed[j] += sign << place
        return packed, len(first)

    def relaxed(self) -> set[int]:
        """Move to what one more relaxation says and proves: the models of which nothing is open any more."""
        parts = range(len(self.orders))
        weights = list(map(self._weights, parts))
        objective = [w for own, _ in weights for w in own]
        relaxed = self._open.relaxed(objective)
        if relaxed is None:
            return set()
        values, multipliers = (list(map(round, numbers)) for numbers in relaxed)
        reduced, _, wrong = self._open.checked(objective, values, multipliers)
        wrong |= self._open.wide
        for part in parts:
            if part in wrong or not self.orders[part]:
                continue
            a, b = self._open.starts[part : part + 2]
            self._move(part, values[a:b])
            left = [(j, sign) for j, sign in self.orders[part][weights[part][1] :] if not reduced[a + j]]
            self.orders[part] = left
            if left:
                rows = slice(*self._open.heights[part : part + 2])
                self._problems[part] = _face(
                    self._open.problem(part), reduced[a:b], values[a:b], multipliers[rows]
                )
        return {part for part in parts if not self.orders[part]}

    def _move(self, part: int, values: Sequence[int]) -> None:
        """Give what is open of a model these values."""
        a, b = self._open.starts[part : part + 2]
        for j, x in zip(self._indices[a:b], values, strict=True):
            self._best.point[j] = x

    def searched(self, part: int, limits: Limits) -> bool:
        """Single out the point of a model by a search: whether that came to its end."""
        a, b = self._open.starts[part : part + 2]
        known, model = self._problems.get(part), self._best.models[part]
        region = propagated(known or self._open.problem(part))
        if region is None:
            raise ValueError
        # What was relaxed has followed the ties.
        ties = [] if known else [tie[a:b] for tie in self._ties]
        start = tuple([self._best.point[j] for j in self._indices[a:b]])
        budget = for_ties(limits, len(model.rows) + len(model.variables))
        values, unique = singled([region], start, ties, self.orders[part], budget)
        self._move(part, values)
        return unique


def _face(
    problem: Problem, reduced: Sequence[int], values: Sequence[int], multipliers: Sequence[int]
) -> Problem:
    """The points of a problem that are as good as one that is proven best."""
    lower = tuple([x if d else low for d, x, low in zip(reduced, values, problem.lower, strict=True)])
    upper = tuple([x if d else high for d, x, high in zip(reduced, values, problem.upper, strict=True)])
    tight = {i for i, y in enumerate(multipliers) if y > 0}
    return problem._replace(lower=lower, upper=upper, tight=problem.tight | tight)
