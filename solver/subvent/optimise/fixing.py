"""A lawful point near what is wished, by fixing one variable after another.

What each row still has to give is kept up to date: fixing a variable looks only at the rows that it touches,
and in them only at terms that no longer fit in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.problem import is_much, lawful, propagated, with_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.optimise.problem import Problem

_STEPS = 300
"""Open variables that may be fixed one after another where what is whole together is not lawful."""


def completed(problem: Problem, wishes: Sequence[float], objective: Sequence[int]) -> tuple[int, ...] | None:
    """A lawful point near the wishes, by fixing what they have whole, then one variable after another.

    Variables are fixed in the order of how decided their wishes are, wide ones after them, and last
    the wide ones that are worth something, each at the end that the objective likes. None when a
    variable has no value left (nothing is undone).
    """
    current = propagated(with_whole(problem, wishes))
    if current is None and len(problem.free) <= _STEPS:
        current = propagated(problem)
    if current is None:
        return None

    def rank(j: int) -> tuple[bool, bool, float, int]:
        wide = problem.upper[j] - problem.lower[j] > 1
        return wide, wide and objective[j] != 0, round(abs(wishes[j] - round(wishes[j])), 6), j

    left = _Left(current)
    for j in sorted(current.free, key=rank):
        low, high = left.lower[j], left.upper[j]
        if low == high:
            continue
        wanted = min(max(round(wishes[j]), low), high)
        if problem.upper[j] - problem.lower[j] > 1 and objective[j]:
            wanted = high if objective[j] > 0 else low
        if not any(left.fixed(j, value) for value in (wanted, low if wanted != low else high)):
            return None
    return tuple(left.lower) if lawful(problem, left.lower) else None


class _Left:
    """Bounds of variables, and what they leave each row: the rows of a problem that is propagated."""

    def __init__(self, problem: Problem) -> None:
        self.lower, self.upper = list(problem.lower), list(problem.upper)
        self._over: list[int] = []
        """What each row's limit is beyond the least that its variables take."""
        self._under: list[int] = []
        """What the most that they take is beyond the value of an equation; of others more than they can."""
        self._terms: list[list[tuple[int, int, int]]] = []
        """Of each row its open variables: how far they move it, the largest first, and by what factor."""
        self._first: list[int] = []
        """The first of them that may still be open."""
        self._columns: list[list[tuple[int, int]]] = [[] for _ in problem.lower]
        """The rows of each open variable, with its factor."""
        for i, (terms, limit) in enumerate(problem.rows):
            self._add(i, terms, limit, tight=i in problem.tight)
        self._waiting: dict[int, None] = {}
        """The rows that may have no room for all that is open, in the order in which they came."""
        self._before: list[tuple[int, int, int]] = []
        """The bounds that were changed by what is being fixed, as they were."""
        self._passed: list[tuple[int, int]] = []
        """The same of what is first in rows."""

    def _add(self, i: int, terms: Sequence[tuple[int, int]], limit: int, *, tight: bool) -> None:
        lower, upper = self.lower, self.upper
        least, left = 0, []
        for j, a in terms:
            low, high = lower[j], upper[j]
            least += a * (low if a > 0 else high)
            if low != high:
                left.append((abs(a) * (high - low), j, a))
                self._columns[j].append((i, a))
        left.sort(reverse=True)
        reach = sum([own for own, _, _ in left])
        self._terms.append(left)
        self._first.append(0)
        self._over.append(limit - least)
        self._under.append(least + reach - limit if tight else 2 * reach)

    def fixed(self, j: int, value: int) -> bool:
        """Fix a variable, with all that follows; where a row cannot be kept then, nothing is changed."""
        done = self._narrowed(j, value, value)
        while done and self._waiting:
            done = self._shrunk(next(iter(self._waiting)))
        if not done:
            self._waiting.clear()
            for changed, low, high in reversed(self._before):
                self._moved(changed, low, high)
            for i, first in reversed(self._passed):
                self._first[i] = first
        self._before.clear()
        self._passed.clear()
        return done

    def _moved(self, j: int, low: int, high: int) -> bool:
        """Set the bounds of a variable; whether each of its rows can still be kept."""
        over, under = self._over, self._under
        up, down = low - self.lower[j], self.upper[j] - high
        self.lower[j], self.upper[j] = low, high
        kept = True
        for i, a in self._columns[j]:
            if a > 0:
                over[i] -= a * up
                under[i] -= a * down
            else:
                over[i] += a * down
                under[i] += a * up
            kept = kept and over[i] >= 0 and under[i] >= 0
        return kept

    def _narrowed(self, j: int, low: int, high: int) -> bool:
        """Shrink the bounds of a variable, and note the rows that are to hear of it."""
        before = self.upper[j] - self.lower[j]
        self._before.append((j, self.lower[j], self.upper[j]))
        if low > high or not self._moved(j, low, high):
            return False
        if is_much(before, high - low):
            for i, _ in self._columns[j]:
                terms, first = self._terms[i], self._first[i]
                room = min(self._over[i], self._under[i])
                if first < len(terms) and terms[first][0] > room:
                    self._waiting.setdefault(i)
        return True

    def _shrunk(self, i: int) -> bool:
        """Shrink the bounds of a row's variables to what fits in; whether all rows can be kept."""
        del self._waiting[i]
        lower, upper, terms = self.lower, self.upper, self._terms[i]
        at = self._first[i]
        while at < len(terms) and lower[terms[at][1]] == upper[terms[at][1]]:
            at += 1
        if at != self._first[i]:
            self._passed.append((i, self._first[i]))
            self._first[i] = at
        for reach, j, a in terms[at:]:
            over, under = self._over[i], self._under[i]
            if reach <= over and reach <= under:
                break
            low, high, size = lower[j], upper[j], abs(a)
            if size * (high - low) <= over and size * (high - low) <= under:
                continue
            # So many steps it may be away from the end that takes least, and from the one that takes most.
            up, down = over // size, under // size
            if a < 0:
                up, down = down, up
            if not self._narrowed(j, max(low, high - down), min(high, low + up)):
                return False
        return True
