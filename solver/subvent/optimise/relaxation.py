"""The linear relaxation in floating point: a guess at values and multipliers, never believed.

Everything is scaled by powers of two first: amounts of 10^10 fen beside ones lead the simplex
method astray, and powers of two change no digit.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from math import inf, ldexp
from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.linear_program import LinearProgram

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from subvent.optimise.problem import Problem, Terms


class Guess(NamedTuple):
    """What the relaxation suggests: `feasible` is None when it could not tell.

    `values` are one float a variable, `multipliers` one a row (in objective units): where it was ended, those
    at which it stood, or none. Not `settled`: some multipliers were kept near a guess.
    """

    feasible: bool | None
    values: list[float]
    multipliers: list[float]
    settled: bool = True


class Relaxation:
    """The relaxation of a problem under one objective, to be solved for shrinking bounds."""

    def __init__(
        self,
        problem: Problem,
        objective: Sequence[int],
        *,
        elastic: bool = False,
        whole: bool = False,
        joining: Collection[int] = (),
    ) -> None:
        """Load the rows that still bind. `elastic`: minimise the largest scaled violation instead.

        `whole`: what is not wide is to be a whole number; there are no multipliers then. `joining` are rows
        that points take of.
        """
        self._joining = joining
        self._program = LinearProgram(whole=whole)
        self._count = len(problem.rows)
        self._columns = problem.free
        self._place = [-1] * len(problem.lower)
        for k, j in enumerate(self._columns):
            self._place[j] = k
        lower, upper = problem.lower, problem.upper
        self._plain = lower.count(0) == upper.count(1) == len(lower)
        """Whether every variable is 0 or 1."""
        self._widths = [max(-lower[j], upper[j], 1).bit_length() - 1 for j in self._columns]
        self._stretched = [(k, w) for k, w in enumerate(self._widths) if w]
        gains = [0] * len(self._columns) if elastic else [objective[j] for j in self._columns]
        shifted = zip(gains, self._widths, strict=True)
        self._scale = max((abs(gain).bit_length() + width for gain, width in shifted), default=0)
        integers = [whole and upper[j] - lower[j] == 1 for j in self._columns]
        self._program.columns(self._costs(gains), integers)
        excess = self._program.columns([-1.0], [False]) if elastic else None
        if elastic:
            self._scale = 0
        self._groups: dict[int, int] = {}
        self._scales: dict[int, tuple[int, int]] = {}
        """Of each row that binds, its number in the program and its scale."""
        self._sides: list[tuple[int, float]] = []
        """Of each row of the program that has a multiplier: the row it stands for, and what a dual counts."""
        for i, (terms, limit) in enumerate(problem.rows):
            self._load(i, terms, limit, problem, excess)

    def _costs(self, gains: Iterable[float]) -> list[float]:
        return [ldexp(g, width - self._scale) for g, width in zip(gains, self._widths, strict=True)]

    def reprice(self, objective: Sequence[float]) -> None:
        """Take another objective; the next solve starts where the last one ended."""
        self._program.recost(self._costs([objective[j] for j in self._columns]))

    def _load(self, i: int, terms: Terms, limit: int, problem: Problem, excess: int | None) -> None:
        """Load a row, unless the bounds alone keep it."""
        place, lower, upper = self._place, problem.lower, problem.upper
        if self._plain:
            columns, amounts, room = [j for j, _ in terms], [a for _, a in terms], limit
            most = sum([a for a in amounts if a > 0])
        else:
            columns, amounts, room, most = [], [], limit, 0
            for j, a in terms:
                k = place[j]
                if k < 0:
                    room -= a * lower[j]
                else:
                    columns.append(k)
                    amounts.append(a)
                    most += a * (upper[j] if a > 0 else lower[j])
        tight = i in problem.tight
        binds = columns and (tight or most > room)
        if not binds and i not in self._joining:
            return
        widths = self._widths
        if self._stretched:
            wide = [widths[k] for k in columns]
            scale = max([abs(a).bit_length() + w for a, w in zip(amounts, wide, strict=True)], default=0)
            entries = [ldexp(a, w - scale) for a, w in zip(amounts, wide, strict=True)]
        else:
            scale = max(*amounts, -min(amounts)).bit_length() if amounts else 0
            unit = ldexp(1.0, -scale)
            entries = [a * unit for a in amounts]
        bound = ldexp(room, -scale)
        if excess is None:
            number = self._program.row(columns, entries, bound if tight else -inf, bound)
            self._scales[i] = number, scale
            self._sides.append((i, ldexp(1.0, self._scale - scale)))
            return
        columns.append(excess)
        self._program.row(columns, [*entries, -1.0], -inf, bound)
        self._sides.append((i, ldexp(1.0, -scale)))
        if tight:
            # An equation can be missed on either side: its mirror image stands for the other one.
            self._program.row(columns, [*(-a for a in entries), -1.0], -inf, -bound)
            self._sides.append((i, -ldexp(1.0, -scale)))

    def point(self, group: int, gain: int, usage: Iterable[tuple[int, int]]) -> None:
        """One more thing to choose, of a group one in all: it takes of some rows and brings a gain.

        What it takes of a row that can never bind is passed over.
        """
        if group not in self._groups:
            self._groups[group] = self._program.row((), (), -inf, 1.0)
        share = self._program.columns([ldexp(gain, -self._scale)], [False])
        self._program.entry(self._groups[group], share, 1.0)
        for i, a in usage:
            if i not in self._scales:
                continue
            number, scale = self._scales[i]
            self._program.entry(number, share, ldexp(a, -scale))

    def trade(self, i: int, least: float, most: float) -> None:
        """Let room in a row be sold at `least` and bought at `most` a unit: its multiplier lies between.

        A row that can never bind has none.
        """
        if i not in self._scales:
            return
        number, scale = self._scales[i]
        for price, amount in ((least, 1.0), (-most, -1.0)):
            share = self._program.columns([ldexp(price, scale - self._scale)], [False])
            self._program.entry(number, share, amount)

    def solve(
        self,
        lower: Sequence[int],
        upper: Sequence[int],
        seconds: float | None = None,
        over: Callable[[], bool] | None = None,
    ) -> Guess:
        """Solve within bounds (inside those of the problem loaded).

        It ends with what there is after some seconds of wall time, or as soon as `over` holds.
        """
        columns = self._columns
        lows: list[float] = list(map(lower.__getitem__, columns))
        highs: list[float] = list(map(upper.__getitem__, columns))
        for k, width in self._stretched:
            lows[k], highs[k] = ldexp(lower[columns[k]], -width), ldexp(upper[columns[k]], -width)
        answer = self._program.solve(lows, highs, seconds, over)
        # A program without columns has a solution, which is empty.
        if not answer.values and not answer.feasible:
            return Guess(feasible=answer.feasible, values=[], multipliers=[])
        values: list[float] = [*answer.values[: len(columns)]]
        if len(columns) < len(lower):
            # A variable that was fixed when the problem was loaded has no column: lower is its value.
            values = list(map(float, lower))
            for j, value in zip(columns, answer.values, strict=False):
                values[j] = value
        for k, width in self._stretched:
            values[columns[k]] = ldexp(answer.values[k], width)
        multipliers = [0.0] * self._count
        for (i, times), dual in zip(self._sides, answer.duals, strict=False):
            if dual:
                multipliers[i] += dual * times
        return Guess(feasible=answer.feasible, values=values, multipliers=multipliers)


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
