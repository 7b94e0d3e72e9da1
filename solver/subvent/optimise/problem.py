"""A linear model while it is being optimised: bounds that shrink, rows that have become equations.

The names are gone (indices are those of the model), the arithmetic is exact.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from subvent.model.linear import LinearModel

WHOLE = 1e-6
"""A value of a relaxation this near to an integer is taken for it; what follows is checked exactly."""

_LITTLE = 100
"""Of a variable that has lost less than this part of its width no row is told."""

Terms = tuple[tuple[int, int], ...]


class Problem(NamedTuple):
    """Integers `lower <= x <= upper` with `sum(terms) <= limit` in every row, and equal where `tight`.

    `rows` are pairs (terms, limit); `touching` lists the rows of each variable.
    """

    lower: tuple[int, ...]
    upper: tuple[int, ...]
    rows: tuple[tuple[Terms, int], ...]
    tight: frozenset[int]
    touching: tuple[tuple[int, ...], ...]

    @property
    def free(self) -> list[int]:
        """The variables that still have a choice."""
        return [j for j, (a, b) in enumerate(zip(self.lower, self.upper, strict=True)) if a < b]


def problem_of(model: LinearModel) -> Problem:
    """The problem of a model, nothing fixed yet."""
    rows = tuple((row.terms, row.upper) for row in model.rows)
    return Problem(
        tuple(v.lower for v in model.variables),
        tuple(v.upper for v in model.variables),
        rows,
        frozenset(),
        touching(rows, len(model.variables)),
    )


def touching(rows: tuple[tuple[Terms, int], ...], size: int) -> tuple[tuple[int, ...], ...]:
    """The rows of each variable."""
    found: list[list[int]] = [[] for _ in range(size)]
    for i, (terms, _) in enumerate(rows):
        for j, _ in terms:
            found[j].append(i)
    return tuple(map(tuple, found))


def with_equation(problem: Problem, weights: Sequence[int], value: int) -> Problem:
    """The problem with one more row: `sum(weights * x) = value`."""
    found = with_rows(problem, [(tuple((j, w) for j, w in enumerate(weights) if w), value)])
    return found._replace(tight=problem.tight | {len(problem.rows)})


def with_rows(problem: Problem, rows: Sequence[tuple[Terms, int]]) -> Problem:
    """The problem with more rows, pairs (terms, limit)."""
    new = len(problem.lower) - len(problem.touching)
    touched = [*problem.touching, *[()] * new]
    for i, (terms, _) in enumerate(rows, len(problem.rows)):
        for j, _ in terms:
            touched[j] = (*touched[j], i)
    return problem._replace(rows=(*problem.rows, *rows), touching=tuple(touched))


def joined_with(
    problem: Problem, ends: Sequence[tuple[int, int]], rows: Sequence[tuple[Terms, int]]
) -> Problem:
    """The problem with more variables behind its own, by their ends, and more rows."""
    lower = (*problem.lower, *(low for low, _ in ends))
    upper = (*problem.upper, *(high for _, high in ends))
    return with_rows(problem._replace(lower=lower, upper=upper), rows)


def worth(objective: Sequence[int], values: Sequence[int]) -> int:
    """The value of an objective at a point."""
    return sum(c * x for c, x in zip(objective, values, strict=True) if x)


def lowest(problem: Problem, objective: Sequence[int]) -> int:
    """A value that no point goes below."""
    ends = zip(objective, problem.lower, problem.upper, strict=True)
    return sum(c * (a if c > 0 else b) for c, a, b in ends)


def lawful(problem: Problem, values: Sequence[int]) -> bool:
    """Whether a point keeps all bounds and rows."""
    if any(not a <= x <= b for a, x, b in zip(problem.lower, values, problem.upper, strict=True)):
        return False
    for i, (terms, limit) in enumerate(problem.rows):
        total = sum([a * values[j] for j, a in terms])
        if total > limit or (total < limit and i in problem.tight):
            return False
    return True


def loose(values: Sequence[float]) -> list[tuple[int, float]]:
    """The values that are not whole to the last digit, by variable: few, and the only ones worth a look."""
    return [(j, x) for j, x in enumerate(values) if x % 1]


def is_whole(problem: Problem, values: Sequence[float]) -> bool:
    """Whether the 0/1 variables have whole values; wide ones follow from them."""
    lower, upper = problem.lower, problem.upper
    return not any(upper[j] - lower[j] <= 1 and abs(x - round(x)) > WHOLE for j, x in loose(values))


def gives_way(problem: Problem) -> bool:
    """Whether a variable is wide: rows can then give way to a claim at a cost."""
    return any(b - a > 1 for a, b in zip(problem.lower, problem.upper, strict=True))


def propagated(problem: Problem, seeds: Iterable[int] | None = None) -> Problem | None:
    """The problem with bounds that follow from its rows; None when a row cannot be kept.

    `seeds` are the variables whose bounds changed since the rows were last propagated (default: all).
    """
    lower, upper = list(problem.lower), list(problem.upper)
    if not _follow(problem, lower, upper, seeds):
        return None
    return problem._replace(lower=tuple(lower), upper=tuple(upper))


def _follow(problem: Problem, lower: list[int], upper: list[int], seeds: Iterable[int] | None) -> bool:
    """Shrink bounds to what follows from them; False when a row cannot be kept.

    Rows that lead two wide variables on by a little each, again and again, are not followed to the end.
    """
    first = range(len(problem.rows)) if seeds is None else {i for j in seeds for i in problem.touching[j]}
    waiting = deque(sorted(first))
    queued = set(waiting)
    while waiting:
        i = waiting.popleft()
        queued.discard(i)
        terms, limit = problem.rows[i]
        shrink = _shrink_evenly if i in problem.tight else _shrink
        changed = shrink(terms, limit, lower, upper)
        if changed is None:
            return False
        for j in changed:
            for other in problem.touching[j]:
                if other not in queued:
                    queued.add(other)
                    waiting.append(other)
    return True


def _shrink(terms: Terms, limit: int, lower: list[int], upper: list[int]) -> list[int] | None:
    slack = limit
    for j, a in terms:
        slack -= a * (lower[j] if a > 0 else upper[j])
    if slack < 0:
        return None
    changed = []
    for j, a in terms:
        width = upper[j] - lower[j]
        if abs(a) * width > slack:
            left = slack // abs(a)
            if a > 0:
                upper[j] = lower[j] + left
            else:
                lower[j] = upper[j] - left
            if is_much(width, left):
                changed.append(j)
    return changed


def is_much(before: int, after: int) -> bool:
    """Whether rows are to hear that a variable's width has shrunk: a value it has is always told."""
    return not after or (before - after) * _LITTLE >= before


def _shrink_evenly(terms: Terms, value: int, lower: list[int], upper: list[int]) -> list[int] | None:
    """The same for an equation, on both sides at once."""
    least = most = 0
    left = []
    for j, a in terms:
        low, high = lower[j], upper[j]
        if low == high:
            least += a * low
            most += a * low
            continue
        left.append((j, a, low, high))
        if a > 0:
            least += a * low
            most += a * high
        else:
            least += a * high
            most += a * low
    over, under = value - least, most - value
    if over < 0 or under < 0:
        return None
    room, changed = min(over, under), []
    for j, a, low, high in left:
        size = abs(a)
        if size * (high - low) > room:
            # So many steps it may be away from the end that takes least, and from the one that takes most.
            up, down = over // size, under // size
            if a < 0:
                up, down = down, up
            lower[j], upper[j] = max(low, high - down), min(high, low + up)
            if lower[j] > upper[j]:
                return None
            if is_much(high - low, upper[j] - lower[j]):
                changed.append(j)
    return changed


def with_whole(problem: Problem, wishes: Sequence[float]) -> Problem:
    """The problem with the variables of width 1 that have whole wishes fixed there."""
    lower, upper = list(problem.lower), list(problem.upper)
    for j, wish in enumerate(wishes):
        if upper[j] - lower[j] == 1 and abs(wish - round(wish)) <= WHOLE:
            lower[j] = upper[j] = min(max(round(wish), lower[j]), upper[j])
    return problem._replace(lower=tuple(lower), upper=tuple(upper))
