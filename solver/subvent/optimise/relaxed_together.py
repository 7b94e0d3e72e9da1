"""Many small problems as one: relaxed as one linear program, and checked in integers in one pass.

A solver that is called once for a thousand of them takes a fraction of what a thousand calls take, and so
does what is done with its answer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf, ldexp
from operator import neg
from typing import NamedTuple

from subvent.model.linear import LinearModel
from subvent.optimise.linear_program import LinearProgram, solved
from subvent.optimise.problem import Problem, Terms, touching
from subvent.optimise.relaxation import silence

_COLUMNS = 2500
"""Variables of one program: the simplex method takes more than twice as long for twice as many."""


class Checked(NamedTuple):
    """What multipliers prove of a point: `reduced` is left of the objective, `taken` what rows take.

    Every part is best that is not among the `wrong`; there a variable whose reduced coefficient is not zero,
    and a row whose multiplier is not zero, has one value in all points as good.
    """

    reduced: list[int]
    taken: list[int]
    wrong: set[int]


@dataclass(slots=True)
class SideBySide:
    """Problems side by side: `starts` and `heights` are where variables and rows of each begin, and end.

    Row i is `sum(amounts[i] * columns[i]) <= limits[i]`, and equal where it is `even`; no amounts: all are 1.
    """

    starts: list[int]
    heights: list[int]
    names: Sequence[str]
    lower: Sequence[int]
    upper: Sequence[int]
    columns: list[list[int]] = field(default_factory=list)
    amounts: list[list[int] | None] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    even: list[bool] = field(default_factory=list)

    def relaxed(self, objective: Sequence[int]) -> tuple[list[float], list[float]] | None:
        """Values and multipliers of the relaxation, in floating point; None where there are none for all.

        Every problem's amounts are scaled to be as large as those of the others.
        """
        return Loaded(self).at(objective)

    @property
    def stretched(self) -> dict[int, int]:
        """Columns of wide variables count in powers of two: these exponents."""
        if max(self.upper, default=0) <= 1 and min(self.lower, default=0) >= -1:
            return {}
        most = map(max, map(neg, self.lower), self.upper)
        return {j: size.bit_length() - 1 for j, size in enumerate(most) if size > 1}

    def entries(self, stretched: Mapping[int, int]) -> tuple[list[float], list[float]]:
        """The coefficients of all rows, scaled by powers of two, and of each row its factor."""
        if not stretched and self.amounts.count(None) == len(self.amounts):
            return [1.0] * sum(map(len, self.columns)), [1.0] * len(self.amounts)
        entries: list[float] = []
        sizes = []
        for columns, amounts in zip(self.columns, self.amounts, strict=True):
            is_wide = not stretched.keys().isdisjoint(columns)
            if amounts is None and not is_wide:
                entries += [1.0] * len(columns)
                sizes.append(1.0)
                continue
            own = amounts or [1] * len(columns)
            if is_wide:
                own = [a << stretched.get(j, 0) for j, a in zip(columns, own, strict=True)]
            unit = ldexp(1.0, 1 - max(map(abs, own), default=1).bit_length())
            entries += [a * unit for a in own]
            sizes.append(unit)
        return entries, sizes

    def checked(self, objective: Sequence[int], values: Sequence[int], multipliers: Sequence[int]) -> Checked:
        """What multipliers (at least 0 but for equations, or they count as 0) prove of a point.

        Each part of it is best where it is lawful, rows with a multiplier are used up, and variables are
        where what is left of the objective pulls them (complementary slackness).
        """
        reduced, taken, rows = list(objective), list[int](), []
        lines = zip(self.columns, self.amounts, self.limits, self.even, multipliers, strict=True)
        for i, (columns, amounts, limit, even, y) in enumerate(lines):
            if amounts is None:
                used = sum([values[j] for j in columns])
            else:
                used = sum([a * values[j] for j, a in zip(columns, amounts, strict=True)])
            taken.append(used)
            if used != limit and (used > limit or even or y > 0):
                rows.append(i)
            if y > 0 or (y and even):
                if amounts is None:
                    for j in columns:
                        reduced[j] -= y
                else:
                    for j, a in zip(columns, amounts, strict=True):
                        reduced[j] -= y * a
        ends = zip(reduced, values, self.lower, self.upper, strict=True)
        astray = [
            j
            for j, (d, x, low, high) in enumerate(ends)
            if (d and x != (high if d > 0 else low)) or not low <= x <= high
        ]
        wrong = {bisect_right(self.heights, i) - 1 for i in rows}
        return Checked(reduced, taken, wrong | {bisect_right(self.starts, j) - 1 for j in astray})

    def narrowed(
        self, kept: Sequence[int], values: Sequence[int], multipliers: Sequence[int], taken: Sequence[int]
    ) -> SideBySide:
        """The same of some variables (in order) alone, the others where they are.

        Rows that have a multiplier are equations from now on; `taken` is what each row takes.
        """
        place = [-1] * len(values)
        for k, j in enumerate(kept):
            place[j] = k
        found = SideBySide(
            [bisect_left(kept, start) for start in self.starts],
            [0],
            [self.names[j] for j in kept],
            [self.lower[j] for j in kept],
            [self.upper[j] for j in kept],
        )
        for (c, d), (a, b) in zip(pairwise(self.heights), pairwise(found.starts), strict=True):
            for i in range(c, d) if a < b else ():
                columns, amounts, even = self.columns[i], self.amounts[i], self.even[i] or multipliers[i] > 0
                inside = [place[j] for j in columns if place[j] >= 0]
                if not inside:
                    continue
                if amounts is None:
                    now = sum([values[kept[k]] for k in inside])
                    most = sum([found.upper[k] for k in inside])
                else:
                    amounts = [a for j, a in zip(columns, amounts, strict=True) if place[j] >= 0]
                    own = list(zip(inside, amounts, strict=True))
                    now = sum([a * values[kept[k]] for k, a in own])
                    most = sum([a * (found.upper if a > 0 else found.lower)[k] for k, a in own])
                room = self.limits[i] - taken[i] + now
                if even or most > room:
                    found.columns.append(inside)
                    found.amounts.append(amounts)
                    found.limits.append(room)
                    found.even.append(even)
            found.heights.append(len(found.limits))
        return found

    @property
    def wide(self) -> set[int]:
        """The parts in which a variable has more than two values."""
        ends = zip(self.lower, self.upper, strict=True)
        return {bisect_right(self.starts, j) - 1 for j, (low, high) in enumerate(ends) if high - low > 1}

    def problem(self, part: int) -> Problem:
        """One of the problems by itself."""
        a, b = self.starts[part : part + 2]
        own = slice(*self.heights[part : part + 2])
        rows: list[tuple[Terms, int]] = []
        for columns, amounts, limit in zip(
            self.columns[own], self.amounts[own], self.limits[own], strict=True
        ):
            here = [j - a for j in columns]
            rows.append((tuple(zip(here, amounts or [1] * len(here), strict=True)), limit))
        tight = frozenset(i for i, even in enumerate(self.even[own]) if even)
        lower, upper = tuple(self.lower[a:b]), tuple(self.upper[a:b])
        return Problem(lower, upper, tuple(rows), tight, touching(tuple(rows), b - a))


class Loaded:
    """Problems side by side as one linear program, which is solved under one objective after another.

    The rows are written down once, and only what is written is held.
    """

    def __init__(self, problems: SideBySide) -> None:
        self._starts, self._heights = problems.starts, problems.heights
        self._lower, self._upper = problems.lower, problems.upper
        self._stretched = problems.stretched
        self._written: bytes | None = None
        if not problems.limits:
            return
        lower: list[float] = [*problems.lower]
        upper: list[float] = [*problems.upper]
        for j, width in self._stretched.items():
            lower[j], upper[j] = ldexp(lower[j], -width), ldexp(upper[j], -width)
        entries, self._sizes = problems.entries(self._stretched)
        limits = [limit * size for limit, size in zip(problems.limits, self._sizes, strict=True)]
        least = [limit if even else -inf for limit, even in zip(limits, problems.even, strict=True)]
        program = LinearProgram()
        program.columns([0.0] * len(lower), [False] * len(lower))
        program.rows(problems.columns, entries, least, limits)
        self._written = program.written(lower, upper)

    def at(self, objective: Sequence[int]) -> tuple[list[float], list[float]] | None:
        """Values and multipliers of the relaxation, in floating point; None where there are none for all."""
        if self._written is None:
            ends = zip(objective, self._lower, self._upper, strict=True)
            return [float(high if gain > 0 else low) for gain, low, high in ends], []
        costs, scales = self._costs(objective)
        with silence():
            answer = solved(self._written, costs)
        if not answer.feasible:
            return None
        values = list(answer.values)
        for j, width in self._stretched.items():
            values[j] = ldexp(values[j], width)
        duals = zip(answer.duals, scales, self._sizes, strict=True)
        return values, [dual and dual * scale * size for dual, scale, size in duals]

    def _costs(self, objective: Sequence[int]) -> tuple[list[float], list[float]]:
        """What the columns bring, each part's scaled by a power of two; of each row its divisor."""
        gains = list(objective)
        for j, width in self._stretched.items():
            gains[j] <<= width
        costs: list[float] = []
        scales: list[float] = []
        for (a, b), (c, d) in zip(pairwise(self._starts), pairwise(self._heights), strict=True):
            own = gains[a:b]
            scale = max(map(abs, own), default=0).bit_length()
            unit = ldexp(1.0, -scale)
            costs += [gain * unit for gain in own]
            scales += [ldexp(1.0, scale)] * (d - c)
        return costs, scales


def side_by_side(models: Sequence[LinearModel]) -> SideBySide:
    """Models side by side, nothing fixed yet."""
    variables = [v for model in models for v in model.variables]
    names, lower, upper, _ = zip(*variables, strict=True) if variables else ((), (), (), ())
    found = SideBySide([0], [0], names, lower, upper)
    for model in models:
        first = found.starts[-1]
        for _, terms, limit, _ in model.rows:
            amounts = [a for _, a in terms]
            found.columns.append([first + j for j, _ in terms])
            found.amounts.append(None if amounts.count(1) == len(amounts) else amounts)
            found.limits.append(limit)
        found.starts.append(first + len(model.variables))
        found.heights.append(len(found.limits))
    found.even = [False] * len(found.limits)
    return found


def batches(models: Sequence[LinearModel]) -> Iterator[list[int]]:
    """The numbers of models that are best solved together; one with rows that would be alone is left out.

    Those without rows need no solver.
    """
    loose = [number for number, model in enumerate(models) if not model.rows]
    if loose:
        yield loose
    batch: list[int] = []
    columns = 0
    for number, model in enumerate(models):
        if model.rows:
            batch.append(number)
            columns += len(model.variables)
        if columns >= _COLUMNS:
            if len(batch) > 1:
                yield batch
            batch, columns = [], 0
    if len(batch) > 1:
        yield batch
