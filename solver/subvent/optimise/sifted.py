"""The relaxation of a large component: most variables are what they are at any prices about right.

The simplex method takes four times as long for twice as many columns, parts at given prices only twice. What
prices are about right is seen from some of the parts, and better from what all parts take at somewhat higher
and lower ones. Variables that are the same at those are kept at that, the others are relaxed together; parts
that would change at the prices that come out are let go, until none is (sifting: Bixby et al. 1992, by
blocks).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.parts import FINE, Part
from subvent.optimise.problem import WHOLE, Problem
from subvent.optimise.relaxation import Guess, Relaxation
from subvent.optimise.relaxed_together import Loaded, batches, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from subvent.model.linear import LinearModel

MANY = 40_000
"""Variables from which on that takes less than to relax all at once."""
_SAMPLE = 20_000
"""Variables, about, of the parts from which prices are guessed."""
_WIDE, _NARROW = FINE // 8, FINE // 32
"""How much higher and lower than a guess prices are tried, over FINE: to find a better one, and from there
to see what has to be the same at all of them to be kept."""
_NEAR = 16
"""A guess may miss the most that a price can be, or nothing, by that part of the most."""
_GUESSES = 6
"""Times that prices are raised, or lowered, until they are too high, or too low."""
_WORTH = FINE // 100
"""What a part may lose at some prices by what is kept of it: a hundredth of a fen."""
_ROUNDS = 20
"""Solves after which nothing is kept any more."""


def relaxation_of(
    component: LinearModel, problem: Problem, rows: Sequence[int], parts: Sequence[Part]
) -> Relaxation | Sifted:
    """The relaxation of a component, whose coupling rows and parts are given, that takes least."""
    gains = [variable.gain for variable in component.variables]
    return Relaxation(problem, gains) if len(gains) < MANY else Sifted(problem, gains, rows, parts)


class _Taken(NamedTuple):
    """What a part takes at some prices: values, and the multipliers of its own rows, in 1/FINE fen."""

    values: list[float]
    multipliers: list[float]


_AllTaken = dict[int, _Taken]
"""What each part takes, by its number; not told of some."""


class Sifted:
    """The relaxation of a component with these coupling rows and parts; it is asked as `Relaxation` is."""

    def __init__(
        self, problem: Problem, objective: Sequence[int], rows: Sequence[int], parts: Sequence[Part]
    ) -> None:
        self._problem, self._objective, self._rows, self._parts = problem, objective, rows, parts
        models = [part.model for part in parts]
        self._batches = [
            (numbers, together.starts, together.heights, Loaded(together))
            for numbers in _numbered(models)
            for together in [side_by_side([models[number] for number in numbers])]
        ]
        self._kept: dict[int, dict[int, int]] | None = None
        """The values of variables that are kept as they are, by part; None before any are."""
        self._points: list[tuple[int, int, list[tuple[int, int]]]] = []
        self._choices: set[int] = set()
        """The parts that stand in it as a choice of points: their own variables are nothing."""
        self._near: list[int] = []
        self._width = _NARROW
        """The prices near which prices are kept, and how much higher and lower they may be, over FINE."""
        self._loaded: Relaxation | None = None
        self._over: Callable[[], bool] = _never

    def point(self, group: int, gain: int, usage: Iterable[tuple[int, int]]) -> None:
        """One more point of a part, as for `Relaxation`."""
        self._points.append((group, gain, list(usage)))
        if group not in self._choices:
            self._choices.add(group)
            self._loaded = None
        if self._loaded is not None:
            self._loaded.point(*self._points[-1])

    def solve(
        self, lower: Sequence[int], upper: Sequence[int], over: Callable[[], bool] | None = None
    ) -> Guess:
        """Solve within bounds; what is known once `over` holds are multipliers at most.

        Until they prove right, prices are kept near the last ones. The first answer is what all parts take at
        a guess, whether or not there is room for it.
        """
        self._over = over or _never
        if self._kept is None:
            return self._about()
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
        return self._followed(guess) if guess.feasible else guess

    def at_ends(self, most: Sequence[int], over: Callable[[], bool]) -> Guess:
        """What all parts take at guessed prices: nothing, or the most that each can be, where about that."""
        self._over = over
        guessed = zip(self._guessed(), most, strict=True)
        prices = [end if y > end - end // _NEAR else 0 if y < end // _NEAR else y for y, end in guessed]
        return self._guess(prices, self._taken(prices))

    def _about(self) -> Guess:
        """What all parts take at prices about right; what is the same at prices near them is kept."""
        prices = self._balanced(self._guessed())
        low, right, high = [self._taken(some) for some in _around(prices, _NARROW)]
        if self._over():
            return Guess(feasible=None, values=[], multipliers=[])
        self._kept, self._near = self._alike(low, right, high), prices
        return self._guess(prices, right)

    def _followed(self, guess: Guess) -> Guess:
        """The guess, as one that is not settled where a price came to the end of where it was kept.

        From then on it is kept near that, and not as close.
        """
        prices = self._prices(guess)
        ends = zip(prices, *_around(self._near, self._width), strict=True)
        if all(low + (y >> 16) < y < high - (y >> 16) or low <= 0 for y, low, _, high in ends):
            return guess
        self._near, self._width, self._loaded = prices, 2 * self._width, None
        return guess._replace(settled=False)

    def _guessed(self) -> list[int]:
        """Prices over FINE that some parts have with their share of each coupling row."""
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

    def _balanced(self, prices: list[int]) -> list[int]:
        """Prices in one proportion at which what parts take of the coupling rows is about worth the room.

        The higher prices are, the less is taken: they are raised, or lowered, until it is less, or more.
        """
        if not any(prices):
            return prices
        weights, over = prices, self._over_room(prices, prices)
        width = _WIDE if over > 0 else -_WIDE
        for _ in range(_GUESSES):
            further = [y * (FINE + width) // FINE for y in prices]
            before, over = over, self._over_room(weights, further)
            if (before > 0) != (over > 0):
                share = before / (before - over)
                return [y + round((z - y) * share) for y, z in zip(prices, further, strict=True)]
            prices = further
        return prices

    def _over_room(self, weights: Sequence[int], prices: Sequence[int]) -> float:
        """What parts take at some prices above the room in the coupling rows, weighed."""
        taken = self._used(self._taken(prices))
        rows = self._problem.rows
        return sum(w * (u - rows[i][1]) for w, u, i in zip(weights, taken, self._rows, strict=True))

    def _used(self, taken: _AllTaken) -> list[float]:
        """What all parts take of each coupling row."""
        used = [0.0] * len(self._rows)
        for number, (values, _) in taken.items():
            for row, place, amount in self._parts[number].taking:
                used[row] += amount * values[place]
        return used

    def _alike(self, low: _AllTaken, right: _AllTaken, high: _AllTaken) -> dict[int, dict[int, int]]:
        """The variables that are the same whole number at three prices, and what they are, by part."""
        found: dict[int, dict[int, int]] = {}
        for number in right.keys() & low.keys() & high.keys():
            each = zip(low[number].values, right[number].values, high[number].values, strict=True)
            kept = {
                j: whole
                for j, (x, y, z) in zip(self._parts[number].indices, each, strict=True)
                if abs(y - (whole := round(y))) < WHOLE and abs(x - whole) < WHOLE and abs(z - whole) < WHOLE
            }
            if kept:
                found[number] = kept
        return dict(sorted(found.items()))

    def _guess(self, prices: Sequence[int], taken: _AllTaken) -> Guess:
        """What was taken at some prices as a guess; of parts of which that is not told, nothing."""
        problem = self._problem
        values, multipliers = list(map(float, problem.lower)), [0.0] * len(problem.rows)
        for i, y in zip(self._rows, prices, strict=True):
            multipliers[i] = y / FINE
        for number, (own, duals) in taken.items():
            part = self._parts[number]
            for j, x in zip(part.indices, own, strict=True):
                values[j] = x
            for i, dual in zip(part.own, duals, strict=True):
                multipliers[i] = dual / FINE
        return Guess(feasible=True, values=values, multipliers=multipliers, settled=False)

    def _taken(self, prices: Sequence[int]) -> _AllTaken:
        return dict(self._at(prices))

    def _at(self, prices: Sequence[int]) -> Iterator[tuple[int, _Taken]]:
        """What each part takes at some prices over FINE; nothing of a part where that is not told."""
        for numbers, starts, heights, together in self._batches:
            if self._over():
                return
            answer = together.at([gain for number in numbers for gain in self._parts[number].priced(prices)])
            if answer is None:
                continue
            values, multipliers = answer
            for number, (a, b), (c, d) in zip(numbers, pairwise(starts), pairwise(heights), strict=True):
                yield number, _Taken(values[a:b], multipliers[c:d])

    def _restricted(self, lower: Sequence[int], upper: Sequence[int]) -> Guess:
        """The relaxation with all variables that are kept as they are."""
        low, high = list(lower), list(upper)
        kept = {j: x for own in (self._kept or {}).values() for j, x in own.items()}
        kept |= {j: 0 for number in self._choices for j in self._parts[number].indices}
        for j, x in kept.items():
            low[j] = high[j] = x
        if any(self._least(i, low, high) > self._problem.rows[i][1] for i in self._rows):
            return Guess(feasible=False, values=[], multipliers=[])
        if self._loaded is None:
            # Bounds that were moved since are given when it is solved.
            free = [kept.get(j, most) for j, most in enumerate(self._problem.upper)]
            within = self._problem._replace(lower=tuple(low), upper=tuple(free))
            self._loaded = Relaxation(within, self._objective, joining=self._rows)
            for one in self._points:
                self._loaded.point(*one)
            for i, least, _, most in zip(self._rows, *_around(self._near, self._width), strict=True):
                if least > 0:
                    self._loaded.trade(i, least / FINE, most / FINE)
        return self._loaded.solve(low, high, over=self._over)

    def _least(self, row: int, lower: Sequence[int], upper: Sequence[int]) -> int:
        return sum([a * (lower[j] if a > 0 else upper[j]) for j, a in self._problem.rows[row][0]])

    def _moved(self, guess: Guess) -> bool:
        """Whether prices would change a part of which something is kept, which is let go.

        What multipliers the rows of these parts have is told in the guess.
        """
        kept, prices = self._kept or {}, self._prices(guess)
        moved = kept.keys() - self._choices
        for number, taken in self._at(prices):
            if number not in moved:
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


def _around(prices: Sequence[int], width: int) -> list[list[int]]:
    """Prices somewhat lower, those, and somewhat higher ones: by `width` over FINE of each."""
    return [[y * share // FINE for y in prices] for share in (FINE - width, FINE, FINE + width)]


def _never() -> bool:
    return False


def _numbered(models: Sequence[LinearModel]) -> Iterator[list[int]]:
    """Models in batches; one that would be alone among those with rows is a batch of its own."""
    left = set(range(len(models)))
    for numbers in batches(models):
        left.difference_update(numbers)
        yield numbers
    yield from ([number] for number in sorted(left))
