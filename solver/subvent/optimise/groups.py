"""What is still open in a problem falls apart; small parts are decided by trying all, in exact integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.problem import Problem, touching

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL = 12
"""Open variables of width 1 whose points are tried one after another rather than by a relaxation."""


def open_groups(problem: Problem) -> list[list[int]]:
    """The open variables, those together that rows which may still bind join, in canonical order."""
    root = {j: j for j in problem.free}

    def find(j: int) -> int:
        while root[j] != j:
            root[j] = root[root[j]]
            j = root[j]
        return j

    for i, (terms, limit) in enumerate(problem.rows):
        inside = [j for j, _ in terms if j in root]
        if len(inside) > 1 and (i in problem.tight or _most(problem, i) > limit):
            first = find(inside[0])
            for j in inside[1:]:
                other = find(j)
                first, other = min(first, other), max(first, other)
                root[other] = first
    groups: dict[int, list[int]] = {}
    for j in root:
        groups.setdefault(find(j), []).append(j)
    return list(groups.values())


def _most(problem: Problem, i: int) -> int:
    return sum(a * (problem.upper[j] if a > 0 else problem.lower[j]) for j, a in problem.rows[i][0])


def is_small(problem: Problem, group: Sequence[int]) -> bool:
    """Whether all points of a group of open variables may be tried."""
    return len(group) <= _SMALL and all(problem.upper[j] - problem.lower[j] == 1 for j in group)


def part_of(problem: Problem, group: Sequence[int]) -> Problem:
    """The problem of some of its open variables alone, the others where their lower bounds are."""
    place = {j: new for new, j in enumerate(group)}
    rows, tight = [], set()
    for i in sorted({i for j in group for i in problem.touching[j]}):
        terms, limit = problem.rows[i]
        if i not in problem.tight and _most(problem, i) <= limit:
            continue
        if i in problem.tight:
            tight.add(len(rows))
        fixed = sum(a * problem.lower[j] for j, a in terms if j not in place)
        rows.append((tuple((place[j], a) for j, a in terms if j in place), limit - fixed))
    return Problem(
        tuple(problem.lower[j] for j in group),
        tuple(problem.upper[j] for j in group),
        tuple(rows),
        frozenset(tight),
        touching(tuple(rows), len(group)),
    )


def most(problem: Problem, weights: Sequence[int]) -> tuple[int, ...]:
    """The point of a small problem with the largest worth; there must be one.

    Depth first, the heaviest variable first; a branch ends where a row or the best worth cannot be kept.
    """
    order = sorted(range(len(weights)), key=lambda j: -abs(weights[j]))
    lower, upper = list(problem.lower), list(problem.upper)
    # What all rows take at least, as far as variables are decided.
    slack = [
        limit - sum(a * (lower[j] if a > 0 else upper[j]) for j, a in terms) for terms, limit in problem.rows
    ]
    back = [
        _most(problem, i) - limit if i in problem.tight else 0 for i, (_, limit) in enumerate(problem.rows)
    ]
    takes: list[list[tuple[int, int, bool]]] = [[] for _ in weights]
    for i, (terms, _) in enumerate(problem.rows):
        for j, a in terms:
            takes[j].append((i, a, i in problem.tight))
    rest = [0] * (len(order) + 1)
    for depth in range(len(order) - 1, -1, -1):
        j = order[depth]
        rest[depth] = rest[depth + 1] + weights[j] * (upper[j] if weights[j] > 0 else lower[j])
    values, best = list(lower), [None, ()]

    def decide(depth: int, worth: int) -> None:
        if best[0] is not None and worth + rest[depth] <= best[0]:
            return
        if depth == len(order):
            best[:] = worth, tuple(values)
            return
        j = order[depth]
        span = range(lower[j], upper[j] + 1)
        for x in reversed(span) if weights[j] > 0 else span:
            kept = True
            for i, a, equal in takes[j]:
                slack[i] -= a * (x - lower[j]) if a > 0 else a * (x - upper[j])
                kept &= slack[i] >= 0
                if equal:
                    back[i] -= a * (upper[j] - x) if a > 0 else a * (lower[j] - x)
                    kept &= back[i] >= 0
            if kept:
                values[j] = x
                decide(depth + 1, worth + weights[j] * x)
            for i, a, equal in takes[j]:
                slack[i] += a * (x - lower[j]) if a > 0 else a * (x - upper[j])
                if equal:
                    back[i] += a * (upper[j] - x) if a > 0 else a * (lower[j] - x)

    decide(0, 0)
    return best[1]
