"""What is still open in a problem falls apart; small parts are decided by trying all, in exact integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.problem import Problem, touching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.optimise.problem import Terms

_SMALL, _STEPS = 30, 1000
"""Open variables of width 1 whose points are tried one after another rather than by a relaxation; steps of
that before it is given up."""


def open_groups(problem: Problem) -> list[list[int]]:
    """The open variables, those together that rows which may still bind join, in canonical order."""
    root = {j: j for j in problem.free}

    def find(j: int) -> int:
        while root[j] != j:
            root[j] = root[root[j]]
            j = root[j]
        return j

    for i in sorted({i for j in root for i in problem.touching[j]}):
        terms, limit = problem.rows[i]
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
    lower, upper = problem.lower, problem.upper
    return sum([a * (upper[j] if a > 0 else lower[j]) for j, a in problem.rows[i][0]])


def is_small(problem: Problem, group: Sequence[int]) -> bool:
    """Whether all points of a group of open variables may be tried."""
    return len(group) <= _SMALL and all(problem.upper[j] - problem.lower[j] == 1 for j in group)


def part_of(problem: Problem, group: Sequence[int]) -> Problem:
    """The problem of some of its open variables alone, the others where their lower bounds are."""
    place = {j: new for new, j in enumerate(group)}
    rows: list[tuple[Terms, int]] = []
    tight = set()
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


def chosen(
    problem: Problem, group: Sequence[int], ties: Sequence[Sequence[int]], order: Sequence[tuple[int, int]]
) -> tuple[int, ...] | None:
    """The values of a small group that the ties single out, and after them the order; None: none are found.

    `ties` have a weight for each of the group; `order` has pairs (its place in the group, +1 to have it large
    or -1 to have it small).
    """
    part = part_of(problem, group)
    return most(part, _weights(part, ties, order))


def _weights(region: Problem, ties: Sequence[Sequence[int]], order: Sequence[tuple[int, int]]) -> list[int]:
    """All that is left to decide as one objective, in integers of any size."""
    ranges = [b - a for a, b in zip(region.lower, region.upper, strict=True)]
    packed, unit = [0] * len(ranges), 1
    # From the last to the first: each outweighs the range of all that follow it.
    for j, w in reversed(order):
        packed[j] += w * unit
        unit *= abs(w) * ranges[j] + 1
    for tie in reversed(ties):
        packed = [p + w * unit for p, w in zip(packed, tie, strict=True)]
        unit *= sum([abs(w) * width for w, width in zip(tie, ranges, strict=True)]) + 1
    return packed


def most(problem: Problem, weights: Sequence[int]) -> tuple[int, ...] | None:
    """The point of a small problem with the largest worth, all variables of width 1.

    Depth first, the heaviest variable first; a branch ends where a row or the best worth cannot be kept. None
    where there is no point, or where that takes too many steps.
    """
    order = sorted(range(len(weights)), key=lambda j: -abs(weights[j]))
    rest = [0]
    for j in reversed(order):
        rest.append(rest[-1] + weights[j] * (problem.upper[j] if weights[j] > 0 else problem.lower[j]))
    rest.reverse()
    slack, ends = _ends(problem)
    choices = [
        [(j, x, weights[j] * x, takes) for x, takes in (ends[j] if weights[j] <= 0 else reversed(ends[j]))]
        for j in order
    ]
    values = list(problem.lower)
    best: list[tuple[int, tuple[int, ...]]] = []
    steps = 0

    def decide(depth: int, worth: int) -> None:
        nonlocal steps
        steps += 1
        if steps > _STEPS or (best and worth + rest[depth] <= best[0][0]):
            return
        if depth == len(choices):
            best[:] = [(worth, tuple(values))]
            return
        for j, x, gain, takes in choices[depth]:
            if any(slack[i] < a for i, a in takes):
                continue
            for i, a in takes:
                slack[i] -= a
            values[j] = x
            decide(depth + 1, worth + gain)
            for i, a in takes:
                slack[i] += a

    decide(0, 0)
    return best[0][1] if best and steps <= _STEPS else None


def _ends(problem: Problem) -> tuple[list[int], list[list[tuple[int, list[tuple[int, int]]]]]]:
    """What each row leaves when every variable is at the end that takes less; what it takes at either end.

    An equation is two rows.
    """
    rows = [*problem.rows]
    rows += [(tuple((j, -a) for j, a in rows[i][0]), -rows[i][1]) for i in sorted(problem.tight)]
    lower, upper = problem.lower, problem.upper
    ends: list[list[tuple[int, list[tuple[int, int]]]]] = [
        [(a, []), (b, [])] for a, b in zip(lower, upper, strict=True)
    ]
    slack = []
    for i, (terms, limit) in enumerate(rows):
        slack.append(limit - sum([a * (lower[j] if a > 0 else upper[j]) for j, a in terms]))
        for j, a in terms:
            ends[j][a > 0][1].append((i, abs(a)))
    return slack, ends
