"""A lawful point in no time: what brings most is taken first, with all that it needs, and stays.

It is what is told where there is no time for a relaxation, or for a search around one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from subvent.optimise.problem import lawful

if TYPE_CHECKING:
    from subvent.optimise.problem import Problem

_DEPTH = 6
"""How long a chain of variables may be of which each is needed for the one before."""


class _Lifted:
    """Values on their way up from their lower bounds, and what they leave of every row."""

    def __init__(self, problem: Problem) -> None:
        self.values = list(problem.lower)
        self._upper = problem.upper
        self._room = [limit - sum([a * self.values[j] for j, a in terms]) for terms, limit in problem.rows]
        self._makes_room = [[(j, -a) for j, a in terms if a < 0] for terms, _ in problem.rows]
        self._takes: list[list[tuple[int, int]]] = [[] for _ in self.values]
        for i, (terms, _) in enumerate(problem.rows):
            for j, a in terms:
                self._takes[j].append((i, a))
        self._steps: list[tuple[int, int]] = []

    def begin(self) -> None:
        """What follows may be taken back."""
        self._steps = []

    def take_back(self) -> None:
        """Undo all steps since the beginning."""
        for j, step in self._steps:
            self._move(j, -step)

    def gain(self, objective: Sequence[int]) -> int:
        """What the steps since the beginning bring."""
        return sum(objective[j] * step for j, step in self._steps)

    def mend_all(self) -> bool:
        """Make room wherever there is too little."""
        return all(self._mend(i, 0) for i in range(len(self._room)))

    def lift(self, j: int, step: int, depth: int = 0) -> bool:
        """Take more of a variable, and of others what makes room for it; whether that could be done."""
        if step > self._upper[j] - self.values[j] or depth > _DEPTH:
            return False
        self._steps.append((j, step))
        self._move(j, step)
        return all(self._mend(i, depth) for i, a in self._takes[j] if a > 0)

    def _mend(self, i: int, depth: int) -> bool:
        for j, a in self._makes_room[i]:
            if self._room[i] >= 0:
                break
            step = min(-(self._room[i] // a), self._upper[j] - self.values[j])
            if step and not self.lift(j, step, depth + 1):
                return False
        return self._room[i] >= 0

    def _move(self, j: int, step: int) -> None:
        self.values[j] += step
        for i, a in self._takes[j]:
            self._room[i] -= a * step


def lifted(
    problem: Problem, objective: Sequence[int], wishes: Sequence[float] = ()
) -> tuple[int, ...] | None:
    """A lawful point with what is wished for most, and then what brings most; None where none is found."""
    found = _Lifted(problem)
    if problem.tight or not found.mend_all():
        return None
    wanted = wishes or [0.0] * len(objective)
    worthy = [j for j in problem.free if objective[j] > 0]
    for j in sorted(worthy, key=lambda j: (-round(wanted[j], 3), -objective[j], j)):
        if step := problem.upper[j] - found.values[j]:
            found.begin()
            if not found.lift(j, step) or found.gain(objective) <= 0:
                found.take_back()
    values = tuple(found.values)
    return values if lawful(problem, values) else None
