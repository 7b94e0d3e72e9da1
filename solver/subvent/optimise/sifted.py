"""The relaxation of a large component: most variables are what they are at any prices about right.

The simplex method takes four times as long for twice as many columns, parts at given prices only twice. What
prices are about right is seen from some of the parts. Variables that are the same at somewhat higher and
lower ones are kept at that, the others are relaxed together; parts that would change at the prices that come
out are let go, until none is (sifting: Bixby et al. 1992, by blocks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.parts import FINE, Part
from subvent.optimise.problem import WHOLE, Problem
from subvent.optimise.relaxation import Guess, Relaxation
from subvent.optimise.relaxed_together import batches, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subvent.model.linear import LinearModel

_MANY = 60_000
"""Variables from which on that takes less than to relax all at once."""
_SAMPLE = 20_000
"""Variables, about, of the parts from which prices are guessed."""
_NEARBY = (FINE - FINE // 8, FINE, FINE + FINE // 8)
"""At these shares of the guess, over FINE, a variable has to be the same to be kept."""
_WORTH = FINE // 100
"""What a part may lose at some prices by what is kept of it: a hundredth of a fen."""
_ROUNDS = 20
"""Solves after which nothing is kept any more."""


def relaxation_of(
    component: LinearModel, problem: Problem, rows: Sequence[int], parts: Sequence[Part]
) -> Relaxation | Sifted:
    """The relaxation of a component, whose coupling rows and parts are given, that takes least."""
    gains = [variable.gain for variable in component.variables]
    return Relaxation(problem, gains) if len(gains) < _MANY else Sifted(problem, gains, rows, parts)


class _Taken(NamedTuple):
    """What a part takes at some prices: values, and the multipliers of its own rows, in 1/FINE fen."""

    values: list[float]
    multipliers: list[float]


class Sifted:
    """The relaxation of a component with these coupling rows and parts; it is asked as `Relaxation` is."""

    def __init__(
        self, problem: Problem, objective: Sequence[int], rows: Sequence[int], parts: Sequence[Part]
    ) -> None:
        self._problem, self._objective, self._rows, self._parts = problem, objective, rows, parts
        self._batches = [
            (numbers, side_by_side([parts[number].model for number in numbers]))
            for numbers in _numbered(parts)
        ]
        self._kept: dict[int, dict[int, int]] | None = None
        """The values of variables that are kept as they are, by part; None before any are."""
        self._points: list[tuple[int, int, list[tuple[int, int]]]] = []
        self._loaded: Relaxation | None = None
        self._over: Callable[[], bool] = _never

    def point(self, group: int, gain: int, usage: Iterable[tuple[int, int]]) -> None:
        """One more point of a part, as for `Relaxation`."""
        self._points.append((group, gain, list(usage)))
        # It is one of its points from now on: nothing else of it may be taken.
        self._let_go([group])
        if self._loaded is not None:
            self._loaded.point(*self._points[-1])

    def solve(
        self, lower: Sequence[int], upper: Sequence[int], over: Callable[[], bool] | None = None
    ) -> Guess:
        """Solve within bounds; what is known once `over` holds are multipliers at most."""
        self._over = over or _never
        if self._kept is None:
            self._kept = self._alike(self._likely())
        guess = Guess(feasible=None, values=[], multipliers=[])
        for number in range(_ROUNDS + 1):
            if self._over():
                return Guess(feasible=None, values=[], multipliers=guess.multipliers)
            if number == _ROUNDS:
                self._let_go(list(self._kept))
            guess = self._restricted(lower, upper)
            if guess.feasible is False and self._kept:
                # What is kept takes more than there is.
                self._let_go(list(self._kept))
            elif not guess.feasible or not self._kept or not self._moved(guess):
                break
        return guess

    def _likely(self) -> list[int]:
        """Prices over FINE that are about right: of some parts with their share of each coupling row."""
        problem, step = self._problem, max(1, len(self._problem.lower) // _SAMPLE)
        lower, upper = list(problem.lower), list(problem.lower)
        count = 0
        for part in self._parts[::step]:
            count += len(part.indices)
            for j in part.indices:
                upper[j] = problem.upper[j]
        coupling = frozenset(self._rows)
        rows = tuple(
            (terms, limit * count // len(lower) if i in coupling else limit)
            for i, (terms, limit) in enumerate(problem.rows)
        )
        some = problem._replace(lower=tuple(lower), upper=tuple(upper), rows=rows)
        guess = Relaxation(some, self._objective).solve(lower, upper, over=self._over)
        return self._prices(guess) if guess.multipliers else [0] * len(self._rows)

    def _prices(self, guess: Guess) -> list[int]:
        return [max(0, round(guess.multipliers[i] * FINE)) for i in self._rows]

    def _alike(self, prices: Sequence[int]) -> dict[int, dict[int, int]]:
        """The variables that are the same at prices somewhat higher and lower, and what they are."""
        found: dict[int, dict[int, int]] = {}
        for turn, share in enumerate(_NEARBY):
            for number, taken in self._at([y * share // FINE for y in prices]):
                indices = self._parts[number].indices
                if turn == 0:
                    found[number] = {
                        j: round(x)
                        for j, x in zip(indices, taken.values, strict=True)
                        if abs(x - round(x)) < WHOLE
                    }
                elif kept := found.get(number):
                    for j, x in zip(indices, taken.values, strict=True):
                        if j in kept and abs(kept[j] - x) > WHOLE:
                            del kept[j]
        return {number: kept for number, kept in found.items() if kept}

    def _at(self, prices: Sequence[int]) -> Iterator[tuple[int, _Taken]]:
        """What each part takes at some prices over FINE; nothing of a part where that is not told."""
        for numbers, together in self._batches:
            if self._over():
                return
            objective = [gain for number in numbers for gain in self._parts[number].priced(prices)]
            answer = together.relaxed(objective)
            if answer is None:
                continue
            values, multipliers = answer
            for place, number in enumerate(numbers):
                first, last = together.starts[place : place + 2]
                above, below = together.heights[place : place + 2]
                yield number, _Taken(values[first:last], multipliers[above:below])

    def _restricted(self, lower: Sequence[int], upper: Sequence[int]) -> Guess:
        """The relaxation with all variables that are kept as they are."""
        low, high = list(lower), list(upper)
        kept = {j: x for own in (self._kept or {}).values() for j, x in own.items()}
        for j, x in kept.items():
            low[j] = high[j] = x
        if any(self._least(i, low, high) > self._problem.rows[i][1] for i in self._rows):
            return Guess(feasible=False, values=[], multipliers=[])
        if self._loaded is None:
            # Bounds that were moved since are given when it is solved.
            free = [kept.get(j, most) for j, most in enumerate(self._problem.upper)]
            within = self._problem._replace(lower=tuple(low), upper=tuple(free))
            self._loaded = Relaxation(within, self._objective)
            for one in self._points:
                self._loaded.point(*one)
        return self._loaded.solve(low, high, over=self._over)

    def _least(self, row: int, lower: Sequence[int], upper: Sequence[int]) -> int:
        return sum([a * (lower[j] if a > 0 else upper[j]) for j, a in self._problem.rows[row][0]])

    def _moved(self, guess: Guess) -> bool:
        """Whether prices would change a part of which something is kept, which is let go.

        What multipliers the rows of these parts have is told in the guess.
        """
        kept, prices = self._kept or {}, self._prices(guess)
        moved = set(kept)
        for number, taken in self._at(prices):
            if number not in kept:
                continue
            part = self._parts[number]
            before = [guess.values[j] for j in part.indices]
            changes = zip(part.priced(prices), taken.values, before, strict=True)
            gains = [gain * (new - old) for gain, new, old in changes if abs(new - old) > WHOLE]
            if sum(gains) <= _WORTH:
                moved.discard(number)
                for i, y in zip(part.own, taken.multipliers, strict=True):
                    guess.multipliers[i] = y / FINE
        self._let_go(moved)
        return bool(moved)

    def _let_go(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            if self._kept is not None and self._kept.pop(number, None) is not None:
                self._loaded = None


def _never() -> bool:
    return False


def _numbered(parts: Sequence[Part]) -> Iterator[list[int]]:
    """Parts in batches; one that would be alone among those with rows is a batch of its own."""
    models = [part.model for part in parts]
    left = set(range(len(parts)))
    for numbers in batches(models):
        left.difference_update(numbers)
        yield numbers
    yield from ([number] for number in sorted(left))
