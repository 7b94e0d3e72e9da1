"""The relaxations of many small problems as one linear program, and each problem's share of the answer.

A solver that is called once for a thousand of them takes a fraction of what a thousand calls take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from math import ldexp

from subvent.model.linear import LinearModel
from subvent.optimise.problem import Problem
from subvent.optimise.relaxation import Guess, Relaxation, silence

_COLUMNS = 2500
"""Variables of one program: the simplex method takes more than twice as long for twice as many."""


class SideBySide:
    """Several models as one program, which is solved again under other objectives and within other bounds."""

    def __init__(self, models: Sequence[LinearModel]) -> None:
        self._columns = [0, *accumulate(len(model.variables) for model in models)]
        self._rows = [0, *accumulate(len(model.rows) for model in models)]
        self._joint = joint = _joined(models, self._columns)
        self._lower, self._upper = list(joint.lower), list(joint.upper)
        # Every model's amounts are as large as the largest there, as they are where it is solved alone.
        sizes = list(map(_size, models))
        self._size = max(sizes)
        self._shifts = [self._size - size for size in sizes]
        shifted = zip(models, self._shifts, strict=True)
        with silence():
            self._relaxation = Relaxation(
                joint, [v.gain << shift for model, shift in shifted for v in model.variables]
            )

    def narrow(self, number: int, problem: Problem) -> None:
        """Solve a model from now on within the bounds of a problem, and with its equations."""
        columns = slice(self._columns[number], self._columns[number + 1])
        self._lower[columns], self._upper[columns] = problem.lower, problem.upper
        self._relaxation.tighten([self._rows[number] + i for i in problem.tight])

    def reprice(self, objectives: Mapping[int, Sequence[int]]) -> None:
        """Take another objective for some of the models, and none for the others."""
        self._shifts = [0] * len(self._shifts)
        together = [0.0] * self._columns[-1]
        for number, objective in objectives.items():
            shift = self._size - max(map(abs, objective)).bit_length()
            self._shifts[number] = shift
            together[self._columns[number] : self._columns[number + 1]] = [
                ldexp(weight, shift) for weight in objective
            ]
        self._relaxation.reprice(together)

    def solve(self) -> list[Guess] | None:
        """What each model's relaxation says; None where that is not known of all."""
        with silence():
            guess = self._relaxation.solve(self._lower, self._upper)
        if not guess.feasible:
            return None
        values, multipliers = guess.values, guess.multipliers
        columns, rows = pairwise(self._columns), pairwise(self._rows)
        return [
            Guess(feasible=True, values=values[a:b], multipliers=[ldexp(y, -shift) for y in multipliers[c:d]])
            for (a, b), (c, d), shift in zip(columns, rows, self._shifts, strict=True)
        ]


def guesses(models: Sequence[LinearModel], over: Callable[[], bool] = lambda: False) -> list[Guess | None]:
    """What each model's relaxation says; None where it is not solved, for it stands alone or it is `over`."""
    found: list[Guess | None] = []
    for batch in batches(models):
        together = SideBySide(batch).solve() if len(batch) > 1 and not over() else None
        found += together or [None] * len(batch)
    return found


def batches(models: Iterable[LinearModel]) -> Iterator[list[LinearModel]]:
    """The models, in order, as many at a time as are best solved together."""
    batch: list[LinearModel] = []
    columns = 0
    for model in models:
        batch.append(model)
        columns += len(model.variables)
        if columns >= _COLUMNS:
            yield batch
            batch, columns = [], 0
    if batch:
        yield batch


def _size(model: LinearModel) -> int:
    """How many bits the largest amount has that one variable brings."""
    return max([abs(v.gain) * max(-v.lower, v.upper, 1) for v in model.variables], default=0).bit_length()


def _joined(models: Sequence[LinearModel], columns: Sequence[int]) -> Problem:
    """The models side by side; rows are not looked up by variable in what is only relaxed."""
    rows = [
        (tuple([(j + column, a) for j, a in row.terms]), row.upper)
        for model, column in zip(models, columns, strict=False)
        for row in model.rows
    ]
    variables = [v for model in models for v in model.variables]
    lower, upper = tuple([v.lower for v in variables]), tuple([v.upper for v in variables])
    return Problem(lower, upper, tuple(rows), frozenset(), ())
