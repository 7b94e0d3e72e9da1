"""The linear relaxation in floating point: a guess at values and multipliers, never believed.

Everything is scaled by powers of two first: amounts of 10^10 fen beside ones lead the simplex
method astray, and powers of two change no digit.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from math import ldexp
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from subvent.optimise.problem import Problem


class Guess(NamedTuple):
    """What the relaxation suggests: `feasible` is None when it could not tell.

    `values` are one float a variable, `multipliers` one a row (in objective units).
    """

    feasible: bool | None
    values: list[float]
    multipliers: list[float]


class Relaxation:
    """The relaxation of a problem under one objective, to be solved for shrinking bounds."""

    def __init__(
        self, problem: Problem, objective: Sequence[int], *, elastic: bool = False, whole: bool = False
    ) -> None:
        """Load the rows that still bind. `elastic`: minimise the largest scaled violation instead.

        `whole`: what is not wide is to be a whole number; there are no multipliers then.
        """
        from ortools.linear_solver import pywraplp  # noqa: PLC0415 (0.1 s that only an open problem needs)

        self._codes = pywraplp.Solver
        self._lp: Any = pywraplp.Solver.CreateSolver("HIGHS" if whole else "GLOP")
        self._lp.SetSolverSpecificParametersAsString(_WHOLE if whole else _PARAMETERS)
        self._whole = whole
        self._size = len(problem.lower)
        self._rows = len(problem.rows)
        free = problem.free
        self._widths = {j: _magnitude(max(-problem.lower[j], problem.upper[j], 1)) - 1 for j in free}
        self._columns: dict[int, Any] = {
            j: self._lp.Var(0, 1, whole and problem.upper[j] - problem.lower[j] == 1, "") for j in free
        }
        self._scale = max((_magnitude(objective[j]) + self._widths[j] for j in free), default=0)
        self._groups: dict[int, Any] = {}
        self._mirrors: dict[int, tuple[Any, int]] = {}
        self._constraints = {i: self._constraint(problem, i) for i in _binding(problem)}
        goal = self._lp.Objective()
        goal.SetMaximization()
        if elastic:
            self._scale = 0
            self._soften(problem)
        else:
            for j in free:
                goal.SetCoefficient(self._columns[j], _scaled(objective[j], self._widths[j] - self._scale))

    def _constraint(self, problem: Problem, i: int) -> tuple[Any, int]:
        terms, limit = problem.rows[i]
        fixed = sum(a * problem.lower[j] for j, a in terms if j not in self._columns)
        inside = [(j, a) for j, a in terms if j in self._columns]
        scale = max(_magnitude(a) + self._widths[j] for j, a in inside)
        bound = _scaled(limit - fixed, -scale)
        row = self._lp.Constraint(bound if i in problem.tight else -self._lp.infinity(), bound)
        for j, a in inside:
            row.SetCoefficient(self._columns[j], _scaled(a, self._widths[j] - scale))
        return row, scale

    def point(self, group: int, gain: int, usage: Iterable[tuple[int, int]]) -> None:
        """One more thing to choose, of a group one in all: it takes of some rows and brings a gain.

        The rows (indices) must be among those that bind.
        """
        if group not in self._groups:
            self._groups[group] = self._lp.Constraint(-self._lp.infinity(), 1)
        share = self._lp.NumVar(0, self._lp.infinity(), "")
        self._groups[group].SetCoefficient(share, 1)
        self._lp.Objective().SetCoefficient(share, _scaled(gain, -self._scale))
        for i, a in usage:
            row, scale = self._constraints[i]
            row.SetCoefficient(share, _scaled(a, -scale))

    def _soften(self, problem: Problem) -> None:
        excess = self._lp.NumVar(0, self._lp.infinity(), "")
        self._lp.Objective().SetCoefficient(excess, -1)
        for i, (row, scale) in list(self._constraints.items()):
            row.SetCoefficient(excess, -1)
            if i not in problem.tight:
                continue
            # An equation can be missed on either side: its mirror image stands for the other one.
            mirror = self._lp.Constraint(-self._lp.infinity(), -row.ub())
            row.SetBounds(-self._lp.infinity(), row.ub())
            for j, _ in problem.rows[i][0]:
                if j in self._columns:
                    mirror.SetCoefficient(self._columns[j], -row.GetCoefficient(self._columns[j]))
            mirror.SetCoefficient(excess, -1)
            self._mirrors[i] = (mirror, scale)

    def solve(self, lower: Sequence[int], upper: Sequence[int], seconds: float | None = None) -> Guess:
        """Solve within bounds (inside those of the problem loaded), and within some seconds of wall time."""
        if seconds is not None:
            self._lp.SetTimeLimit(max(int(1000 * seconds), 1))
        for j, column in self._columns.items():
            column.SetBounds(_scaled(lower[j], -self._widths[j]), _scaled(upper[j], -self._widths[j]))
        status = self._lp.Solve()
        if status == self._codes.INFEASIBLE:
            return Guess(feasible=False, values=[], multipliers=[])
        if status != self._codes.OPTIMAL:
            return Guess(feasible=None, values=[], multipliers=[])
        # A variable that was fixed when the problem was loaded has no column: lower is its value.
        values: list[float] = list(map(float, lower))
        for j, column in self._columns.items():
            values[j] = ldexp(column.solution_value(), self._widths[j])
        multipliers = [0.0] * self._rows
        if self._whole:
            return Guess(feasible=True, values=values, multipliers=multipliers)
        for i, (row, scale) in self._constraints.items():
            multipliers[i] = ldexp(row.dual_value(), self._scale - scale)
        for i, (row, scale) in self._mirrors.items():
            multipliers[i] -= ldexp(row.dual_value(), self._scale - scale)
        return Guess(feasible=True, values=values, multipliers=multipliers)


_PARAMETERS = "use_preprocessing:false primal_feasibility_tolerance:1e-9 dual_feasibility_tolerance:1e-9"
_WHOLE = (
    "threads=1,random_seed=0,mip_rel_gap=0,mip_abs_gap=0,mip_feasibility_tolerance=1e-9,mip_max_nodes=400"
)
"""The nodes bound what is spent on a point in the same way on every machine."""


def _binding(problem: Problem) -> list[int]:
    """The rows that the bounds alone do not keep."""
    found = []
    for i, (terms, limit) in enumerate(problem.rows):
        most = sum(a * (problem.upper[j] if a > 0 else problem.lower[j]) for j, a in terms)
        moves = any(problem.lower[j] < problem.upper[j] for j, _ in terms)
        if moves and (most > limit or i in problem.tight):
            found.append(i)
    return found


def _magnitude(value: int) -> int:
    """The exponent of the power of two just above a value."""
    return abs(value).bit_length()


def _scaled(value: int, exponent: int) -> float:
    return ldexp(value, exponent)


@contextmanager
def silence() -> Iterator[None]:
    """Keep what solvers write to file descriptor 1 away from stdout, which carries the result alone.

    It acts on the whole process, so threads that print meanwhile are silenced too.
    """
    if sys.stdout is not None:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:
        # Nothing is open as descriptor 1, so nothing can reach it.
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(nowhere)
        os.close(kept)
