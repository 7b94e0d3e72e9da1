"""The relaxations of many small problems as one linear program, and each problem's share of the answer.

A solver that is called once for a thousand of them takes a fraction of what a thousand calls take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ldexp

from subvent.model.linear import LinearModel
from subvent.optimise.problem import Problem
from subvent.optimise.relaxation import Guess, Relaxation, silence

_COLUMNS = 2500
"""Variables of one program: the simplex method takes more than twice as long for twice as many."""


def guesses(models: Sequence[LinearModel], over: Callable[[], bool] = lambda: False) -> list[Guess | None]:
    """What each model's relaxation says; None where it stands alone or it is `over` before."""
    found: list[Guess | None] = []
    for batch in _batches(models):
        found += _together(batch) if len(batch) > 1 and not over() else [None] * len(batch)
    return found


def _batches(models: Iterable[LinearModel]) -> Iterator[list[LinearModel]]:
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


def _together(batch: Sequence[LinearModel]) -> Sequence[Guess | None]:
    joint = _joined(batch)
    # Every model's amounts are as large as the largest there, as they are where it is solved alone.
    sizes = [_size(model) for model in batch]
    shifts = [max(sizes) - size for size in sizes]
    objective = [v.gain << shift for model, shift in zip(batch, shifts, strict=True) for v in model.variables]
    with silence():
        guess = Relaxation(joint, objective).solve(joint.lower, joint.upper)
    if not guess.feasible:
        return [None] * len(batch)
    found, column, row = [], 0, 0
    for model, shift in zip(batch, shifts, strict=True):
        values = guess.values[column : column + len(model.variables)]
        multipliers = guess.multipliers[row : row + len(model.rows)]
        found.append(Guess(feasible=True, values=values, multipliers=[ldexp(y, -shift) for y in multipliers]))
        column += len(model.variables)
        row += len(model.rows)
    return found


def _size(model: LinearModel) -> int:
    """How many bits the largest amount has that one variable brings."""
    return max([abs(v.gain) * max(-v.lower, v.upper, 1) for v in model.variables], default=0).bit_length()


def _joined(models: Sequence[LinearModel]) -> Problem:
    """The models side by side; rows are not looked up by variable in what is only relaxed."""
    rows, column = [], 0
    for model in models:
        rows += [(tuple([(j + column, a) for j, a in row.terms]), row.upper) for row in model.rows]
        column += len(model.variables)
    variables = [v for model in models for v in model.variables]
    lower, upper = tuple([v.lower for v in variables]), tuple([v.upper for v in variables])
    return Problem(lower, upper, tuple(rows), frozenset(), ())
