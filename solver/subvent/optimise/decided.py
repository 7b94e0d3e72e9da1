"""Components that their relaxation decides: what it says is whole, and so are its multipliers.

Most small components are of this kind. What is left of them is a choice among equals, which one more
relaxation decides in the same way, of many components at a time; all of it takes a fraction of what a
search takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from subvent.model.certificate import Certificate, Leaf
from subvent.model.linear import LinearModel, total
from subvent.optimise.bounds import SMALL_DENOMINATORS, Proof, face, nearly_whole, proof
from subvent.optimise.optimum import Solution, for_ties
from subvent.optimise.problem import WHOLE, Problem, lawful, loose, propagated, touching, worth
from subvent.optimise.relaxation import Guess
from subvent.optimise.relaxed_together import SideBySide, batches
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


def decided_together(models: Sequence[LinearModel], preferred: Preferred, limits: Limits) -> list[Told]:
    """The best values of each model where its relaxation says them; they are those that `optimise` finds.

    A model with rows that would be solved alone is left to it.
    """
    joined = [number for number, model in enumerate(models) if model.rows]
    told = [Told() if model.rows else _without_rows(model, preferred, limits) for model in models]
    numbers = iter(joined)
    for batch in batches([models[number] for number in joined]):
        own = list(islice(numbers, len(batch)))
        if len(batch) > 1 and not limits.over:
            for number, one in zip(own, _side_by_side(batch, preferred, limits), strict=False):
                told[number] = one
    return told


def _without_rows(model: LinearModel, preferred: Preferred, limits: Limits) -> Told:
    """Every variable goes where the objective pulls it."""
    ends = [float(v.upper if v.gain > 0 else v.lower) for v in model.variables]
    found = _decided(model, Guess(feasible=True, values=ends, multipliers=[]), preferred)
    return Told(_solution(found, limits) if found else None)


def _side_by_side(batch: Sequence[LinearModel], preferred: Preferred, limits: Limits) -> list[Told]:
    """The same for models that are solved as one program; [] where that says nothing."""
    together = SideBySide(batch)
    guesses = together.solve()
    if guesses is None:
        return []
    found = [_decided(model, guess, preferred) for model, guess in zip(batch, guesses, strict=True)]
    _tell_apart(together, found)
    return [
        Told(_solution(one, limits) if one else None, guess)
        for one, guess in zip(found, guesses, strict=True)
    ]


@dataclass(slots=True)
class _Decided:
    """A model's best point, what proves that, and what is still open among its equals.

    `problem` is what they have in common; `ties` and `order` are what is still to tell them apart.
    """

    model: LinearModel
    point: tuple[int, ...]
    money: Proof
    problem: Problem
    ties: list[list[int]]
    order: list[tuple[int, int]]

    @property
    def is_narrow(self) -> bool:
        """Whether there are equals, and all that is open is of width 1."""
        lower, upper = self.problem.lower, self.problem.upper
        return bool(self.order) and all(upper[j] - lower[j] == 1 for j, _ in self.order)

    def weights(self) -> tuple[list[int], int]:
        """The ties and the first of the order as one objective, each outweighing all that follow it.

        With how many of the order these are.
        """
        lower, upper = self.problem.lower, self.problem.upper
        packed = [0] * len(lower)
        for tie in self.ties:
            moved = [w if a < b else 0 for w, a, b in zip(tie, lower, upper, strict=True)]
            span = sum(map(abs, moved)) + 1
            packed = [p * span + w for p, w in zip(packed, moved, strict=True)]
        first = self.order[: max(_BITS - max(map(abs, packed)).bit_length(), 1)]
        packed = [p << len(first) for p in packed]
        for place, (j, sign) in enumerate(reversed(first)):
            packed[j] += sign << place
        return packed, len(first)

    def follow(self, guess: Guess, weights: Sequence[int], count: int) -> None:
        """Move to the point that is best in these weights, if a relaxation says it and proves it."""
        point, multipliers = _whole(guess.values), nearly_whole(guess.multipliers, 1)
        if point is None or multipliers is None or not lawful(self.problem, point):
            return
        found = proof(self.problem, weights, 1, multipliers)
        if found.numerator == worth(weights, point):
            self.point, self.problem = point, face(self.problem, found, 0)
            lower, upper = self.problem.lower, self.problem.upper
            self.ties, self.order = [], [(j, sign) for j, sign in self.order[count:] if lower[j] < upper[j]]


def _decided(model: LinearModel, guess: Guess, preferred: Preferred) -> _Decided | None:
    """The best point as the relaxation says it; None where it does not, or multipliers are not whole."""
    point = None if model.further else _whole(guess.values)
    problem = Problem(
        tuple([v.lower for v in model.variables]),
        tuple([v.upper for v in model.variables]),
        tuple([(row.terms, row.upper) for row in model.rows]),
        frozenset(),
        (),
    )
    if point is None or not lawful(problem, point):
        return None
    gains = [v.gain for v in model.variables]
    reached = worth(gains, point)
    for denominator in SMALL_DENOMINATORS:
        multipliers = nearly_whole(guess.multipliers, denominator)
        if multipliers is None:
            continue
        money = proof(problem, gains, denominator, multipliers)
        if money.numerator <= denominator * reached:
            return _ranked(_Decided(model, point, money, face(problem, money, 0), [], []), preferred)
    return None


def _whole(values: Sequence[float]) -> tuple[int, ...] | None:
    off = any(abs(x - round(x)) > WHOLE for _, x in loose(values))
    return None if off else tuple(map(round, values))


def _ranked(found: _Decided, preferred: Preferred) -> _Decided:
    """With what tells its equals apart."""
    if open_ones := found.problem.free:
        names, behind = [v.name for v in found.model.variables], len(preferred.place)
        ranked = sorted([(preferred.place.get(names[j], behind), j) for j in open_ones])
        found.order = [(j, 1 if place < behind else -1) for place, j in ranked]
        found.ties = [[level.get(name, 0) for name in names] for level in preferred.ties]
    return found


def _tell_apart(together: SideBySide, found: Sequence[_Decided | None]) -> None:
    """Move each point to the preferred one among its equals, as far as one more relaxation says it."""
    asking = {number: one for number, one in enumerate(found) if one and one.is_narrow}
    if not asking:
        return
    objectives, counts = {}, {}
    for number, one in asking.items():
        objectives[number], counts[number] = one.weights()
        together.narrow(number, one.problem)
    together.reprice(objectives)
    if guesses := together.solve():
        for number, one in asking.items():
            one.follow(guesses[number], objectives[number], counts[number])


def _solution(found: _Decided, limits: Limits) -> Solution:
    """The best values, told apart by a search where that is still to be done."""
    model, point, unique = found.model, found.point, not found.order
    if found.order and not limits.over:
        problem = found.problem
        region = propagated(problem._replace(touching=touching(problem.rows, len(point))))
        if region is None:
            raise ValueError
        budget = for_ties(limits, len(model.rows) + len(model.variables))
        point, unique = singled([region], point, found.ties, found.order, budget)
    multipliers = zip(model.rows, found.money.multipliers, strict=True)
    certificate = Certificate(found.money.denominator, Leaf({row.name: y for row, y in multipliers if y}))
    fen = total(model, point)
    return Solution(point, fen, fen, certificate, "optimal", unique)
