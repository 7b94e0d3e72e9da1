"""The relaxations of many small problems as one linear program, and each problem's share of the answer.

A solver that is called once for a thousand of them takes a fraction of what a thousand calls take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from math import ldexp

from subvent.optimise.problem import Problem
from subvent.optimise.relaxation import Guess, Relaxation, silence

Posed = tuple[Problem, Sequence[int]]
"""A problem and its objective."""

_COLUMNS = 2500
"""Variables of one program: the simplex method takes more than twice as long for twice as many."""


def guesses(posed: Sequence[Posed]) -> list[Guess | None]:
    """What each problem's relaxation says; None where it stands alone or is not solved together."""
    found: list[Guess | None] = []
    for batch in _batches(posed):
        found += _together(batch) if len(batch) > 1 else [None] * len(batch)
    return found


def _batches(posed: Iterable[Posed]) -> Iterator[list[Posed]]:
    batch: list[Posed] = []
    columns = 0
    for one in posed:
        batch.append(one)
        columns += len(one[1])
        if columns >= _COLUMNS:
            yield batch
            batch, columns = [], 0
    if batch:
        yield batch


def _together(batch: Sequence[Posed]) -> Sequence[Guess | None]:
    problems = [problem for problem, _ in batch]
    joint = _joined(problems)
    # Every problem's amounts are as large as the largest there, as they are where it is solved alone.
    sizes = [_size(problem, objective) for problem, objective in batch]
    shifts = [max(sizes) - size for size in sizes]
    objective = [c << shift for (_, own), shift in zip(batch, shifts, strict=True) for c in own]
    with silence():
        guess = Relaxation(joint, objective).solve(joint.lower, joint.upper)
    if not guess.feasible:
        return [None] * len(batch)
    found, column, row = [], 0, 0
    for problem, shift in zip(problems, shifts, strict=True):
        values = guess.values[column : column + len(problem.lower)]
        multipliers = guess.multipliers[row : row + len(problem.rows)]
        found.append(Guess(feasible=True, values=values, multipliers=[ldexp(y, -shift) for y in multipliers]))
        column += len(problem.lower)
        row += len(problem.rows)
    return found


def _size(problem: Problem, objective: Sequence[int]) -> int:
    """How many bits the largest amount has that one variable brings."""
    ends = zip(objective, problem.lower, problem.upper, strict=True)
    return max(((abs(c) * max(-a, b, 1)).bit_length() for c, a, b in ends), default=0)


def _joined(problems: Sequence[Problem]) -> Problem:
    """The problems side by side; rows are not looked up by variable in what is only relaxed."""
    rows, column, tight, row = [], 0, set[int](), 0
    for problem in problems:
        rows += [(tuple([(j + column, a) for j, a in terms]), limit) for terms, limit in problem.rows]
        tight |= {i + row for i in problem.tight}
        column += len(problem.lower)
        row += len(problem.rows)
    return Problem(
        tuple(chain.from_iterable(problem.lower for problem in problems)),
        tuple(chain.from_iterable(problem.upper for problem in problems)),
        tuple(rows),
        frozenset(tight),
        (),
    )
