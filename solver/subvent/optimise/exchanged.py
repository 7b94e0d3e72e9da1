"""Points that use up shared limits to the last fen: choices of a good point made, taken back and exchanged.

Where a price says that every fen of a limit is worth one, whatever fills the limit is as good as the best,
and what a point leaves of it is all that it loses. Of a hundred thousand claims some two differ by just
that: they are looked up, where a solver would branch.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.problem import lawful, worth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from subvent.optimise.bounds import Proof
    from subvent.optimise.problem import Problem

SHARED = 1_000
"""Terms of a row from which on choices are exchanged across it."""

_TRIED = 64
"""Choices that are taken back one after another, the smallest first, where two moves do not fill a limit."""


class _Move(NamedTuple):
    """Steps of variables, what they take of each shared limit that has a price, and what they touch.

    That are other rows, and the variables: as ~j, which no row's number is.
    """

    takes: tuple[int, ...]
    steps: tuple[tuple[int, int], ...]
    touched: frozenset[int]


def exchanged(
    problem: Problem,
    objective: Sequence[int],
    found: Proof,
    point: tuple[int, ...],
    over: Callable[[], bool],
) -> tuple[int, ...]:
    """The point, or a better one that fills shared limits which it leaves open, as far as three moves can.

    `found` is a proof of the bound: a move loses nothing of it but on the shared limits. A move is a choice
    made, taken back, or made in place of another. Before these, a limit is filled with as few as will do.
    What there is when `over` holds is taken.
    """
    moves = _Moves(problem, found, point)
    for place in range(len(moves.shared)):
        moves.fill(place, over)
    better = tuple(moves.values)
    improved = worth(objective, better) > worth(objective, point) and lawful(problem, better)
    return better if improved else point


class _Moves:
    def __init__(self, problem: Problem, found: Proof, point: tuple[int, ...]) -> None:
        self.problem, self.values = problem, list(point)
        self._many = {i for i, (terms, _) in enumerate(problem.rows) if len(terms) >= SHARED}
        self.shared = [i for i in sorted(self._many) if found.multipliers[i]]
        self._found = found
        self._left = [limit - sum(a * point[j] for j, a in terms) for terms, limit in problem.rows]
        self._factors: dict[int, dict[int, int]] = {}

    def fill(self, place: int, over: Callable[[], bool]) -> None:
        """Fill a shared limit as far as can be, and leave of the others what there was."""
        row = self.shared[place]
        if self._left[row] > 0 and not over():
            self._largest_first(place)
        if self._left[row] > 0 and not over():
            self._exchange(place, over)

    def _largest_first(self, place: int) -> None:
        """Take back what a shared limit holds and can do without; then make the largest first that fit."""
        row = self.shared[place]
        terms = [(j, a) for j, a in self.problem.rows[row][0] if a > 0 and self._open(j)]
        for j, _ in terms:
            if self.values[j] and (move := self._alone(j)):
                self._make(move)
        for j, a in sorted(terms, key=lambda term: -term[1]):
            if a <= self._left[row] and not self.values[j] and (move := self._alone(j)):
                self._make(move)

    def _exchange(self, place: int, over: Callable[[], bool]) -> None:
        """Make the few moves that leave least of a shared limit, and of the others what there was."""
        row = self.shared[place]
        choices = [j for j, _ in self.problem.rows[row][0]]
        alone = [move for j in choices if self._open(j) and (move := self._alone(j))]
        moves = _Sorted(place, alone)
        best = moves.fitting(self._left[row], [])
        if best.taken < self._left[row]:
            moves = _Sorted(place, [*alone, *self._instead(choices)])
            best = moves.fitting(self._left[row], [])
        back = [move for move in alone if move.takes[place] < 0]
        for first in sorted(back, key=lambda move: -move.takes[place])[:_TRIED]:
            if best.taken == self._left[row] or over():
                break
            best = max(best, moves.fitting(self._left[row], [first]), key=lambda one: one.taken)
        for move in best.moves:
            self._make(move)

    def _make(self, move: _Move) -> None:
        for j, step in move.steps:
            self.values[j] += step
            for i in self.problem.touching[j]:
                self._left[i] -= step * self._factor(i, j)

    def _instead(self, choices: Iterable[int]) -> Iterator[_Move]:
        """Choices made in place of others that stand in their way."""
        for j in choices:
            if self.values[j] or not self._open(j) or self._alone(j):
                continue
            beside = {k for i in self._own(j) for k, _ in self.problem.rows[i][0] if self.values[k]}
            for k in sorted(filter(self._open, beside)):
                pair = self._move({j: 1, k: -1})
                if pair is not None:
                    yield pair

    def _open(self, j: int) -> bool:
        """Whether a variable is a choice, to be made or not, that costs nothing."""
        made_or_not = self.problem.lower[j] == 0 and self.problem.upper[j] == 1
        return made_or_not and abs(self._found.reduced[j]) < self._found.denominator

    def _alone(self, j: int) -> _Move | None:
        """The other value of a choice, as a move."""
        return self._move({j: 1 - 2 * self.values[j]})

    def _move(self, steps: Mapping[int, int]) -> _Move | None:
        """The steps as a move; None where another row than a shared one loses by it, or is not kept."""
        taken: dict[int, int] = {}
        for j, step in steps.items():
            for i in self.problem.touching[j]:
                taken[i] = taken.get(i, 0) + step * self._factor(i, j)
        for i, more in taken.items():
            if more and i not in self.shared and (more > self._left[i] or self._costs(i)):
                return None
        takes = tuple([taken.get(i, 0) for i in self.shared])
        touched = frozenset([*self._own(*steps), *(~j for j in steps)])
        return _Move(takes, tuple(steps.items()), touched)

    def _costs(self, i: int) -> bool:
        return i in self.problem.tight or self._found.multipliers[i] >= self._found.denominator

    def _own(self, *variables: int) -> Iterable[int]:
        return (i for j in variables for i in self.problem.touching[j] if i not in self._many)

    def _factor(self, i: int, j: int) -> int:
        if i not in self._factors:
            self._factors[i] = dict(self.problem.rows[i][0])
        return self._factors[i][j]


class _Fitting(NamedTuple):
    """Moves that go together, and what they take of a shared limit; of the others they take nothing."""

    taken: int
    moves: list[_Move]


class _Sorted:
    """Moves by what they take: of all shared limits but one, then of that."""

    def __init__(self, place: int, moves: Iterable[_Move]) -> None:
        self._place = place
        turned = sorted(((self._turned(move), move) for move in moves), key=lambda one: one[0])
        self._keys, self._moves = [key for key, _ in turned], [move for _, move in turned]

    def _turned(self, move: _Move) -> tuple[int, ...]:
        takes, place = move.takes, self._place
        return (*takes[:place], *takes[place + 1 :], takes[place])

    def fitting(self, room: int, given: list[_Move]) -> _Fitting:
        """The one or two that, with those given, take most of the one limit that fits in."""
        best = _Fitting(0, [])
        if not self._keys:
            return best
        keys, touched = self._keys, [move.touched for move in given]
        nothing = [0] * len(keys[0])
        before = [sum(column) for column in zip(nothing, *map(self._turned, given), strict=True)]
        for key, move in chain([(nothing, None)], zip(keys, self._moves, strict=True)):
            # What the last one takes of all other limits must be what those before give.
            together = [a + b for a, b in zip(before, key, strict=True)]
            wanted = (*[-taken for taken in together[:-1]], room - together[-1])
            at = bisect_right(keys, wanted) - 1
            others = touched if move is None else [*touched, move.touched]
            while at >= 0 and keys[at][:-1] == wanted[:-1] and keys[at][-1] + together[-1] > best.taken:
                last = self._moves[at]
                if all(map(last.touched.isdisjoint, others)) and (
                    move is None or all(map(move.touched.isdisjoint, touched))
                ):
                    best = _Fitting(keys[at][-1] + together[-1], [*given, *filter(None, [move]), last])
                    break
                at -= 1
            if best.taken == room:
                break
        return best
