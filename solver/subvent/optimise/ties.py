"""Of all optimal points the one that every run and every machine finds: one objective after another.

After the money come the tie-breaks, then the variables one by one in their order. Each objective is
maximised on the optimal face of those before it, so no number grows beyond the amounts themselves;
small objectives that follow one another are packed into one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.bounds import optimal_face
from subvent.optimise.groups import chosen, is_small, open_groups, part_of
from subvent.optimise.problem import propagated, with_equation, worth
from subvent.optimise.search import Budget, search
from subvent.optimise.tree import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from subvent.optimise.problem import Problem

_PACKED = 1 << 18
"""The largest coefficient of a packed objective: what the relaxation still tells apart at once."""

_MANY = 200
"""Open variables from which on tie-breaks are taken one by one: whole bounds can then be rounded down."""

_REGIONS = 64
"""Parts of the optimal face that are still followed."""


def broken(
    outcome: Outcome,
    objective: Sequence[int],
    ties: Sequence[Sequence[int]],
    order: Sequence[tuple[int, int]],
    budget: Budget,
) -> tuple[tuple[int, ...], bool]:
    """The one point among the best of a closed outcome that the tie-breaks single out.

    `ties` are objectives to maximise in turn, `order` pairs (variable, +1 to have it large or -1 to
    have it small) that decide last. Returns the point, and False instead of True when a limit ended
    the search before it was singled out.
    """
    if outcome.values is None or outcome.value is None:
        raise ValueError
    faces = _faces(outcome, objective)
    if len(faces) > 1:
        faces = _hull(faces, outcome.root.problem, objective, outcome.value) or faces
    return singled(faces, outcome.values, ties, order, budget)


def singled(
    regions: list[Problem],
    point: tuple[int, ...],
    ties: Sequence[Sequence[int]],
    order: Sequence[tuple[int, int]],
    budget: Budget,
) -> tuple[tuple[int, ...], bool]:
    """The point of the regions that the tie-breaks single out; `point` lies in one of them.

    A region whose open variables fall into groups that no row joins is decided a group at a time.
    """
    left, singles = [list(tie) for tie in ties], list(order)
    while True:
        groups = open_groups(regions[0]) if len(regions) == 1 else []
        if len(groups) > 1 or (groups and len(groups[0]) < len(point)):
            return _by_groups(regions[0], groups, point, (left, singles), budget)
        if len(regions) <= _REGIONS and (best := _of_small(regions, left, singles)):
            return best, True
        packed = _packed(_ranges(regions), left, singles)
        if packed is None:
            return point, True
        if len(regions) > _REGIONS:
            return point, False
        least = worth(packed, point)
        found: list[Outcome] = []
        for region in regions:
            inside = search(region, packed, budget, least=least)
            if not inside.closed:
                return inside.values or point, False
            if inside.values is not None:
                point, least = inside.values, worth(packed, inside.values)
            found.append(inside)
        regions = [face for inside in found for face in _faces(inside, packed, least)]


def _of_small(
    regions: list[Problem], ties: list[list[int]], order: list[tuple[int, int]]
) -> tuple[int, ...] | None:
    """The point of some regions that is singled out; None where one has more open than can be tried."""
    found = []
    for region in regions:
        groups, values = open_groups(region), list(region.lower)
        if not all(is_small(region, group) for group in groups):
            return None
        for group, own_ties, own_order in _shared_out(groups, ties, order):
            own = chosen(region, group, own_ties, own_order)
            if own is None:
                break
            for j, x in zip(group, own, strict=True):
                values[j] = x
        else:
            found.append(tuple(values))

    def ranked(point: tuple[int, ...]) -> tuple[list[int], list[int]]:
        return [worth(tie, point) for tie in ties], [sign * point[j] for j, sign in order]

    return max(found, key=ranked, default=None)


def _by_groups(
    region: Problem,
    groups: list[list[int]],
    point: tuple[int, ...],
    wanted: tuple[list[list[int]], list[tuple[int, int]]],
    budget: Budget,
) -> tuple[tuple[int, ...], bool]:
    values, unique = list(region.lower), True
    for group, ties, order in _shared_out(groups, *wanted):
        own = chosen(region, group, ties, order) if is_small(region, group) else None
        if own is None:
            part, start = part_of(region, group), tuple([point[j] for j in group])
            own, sure = singled([part], start, ties, order, budget)
            unique &= sure
        for j, x in zip(group, own, strict=True):
            values[j] = x
    return tuple(values), unique


def _shared_out(
    groups: list[list[int]], ties: list[list[int]], order: list[tuple[int, int]]
) -> Iterator[tuple[list[int], list[list[int]], list[tuple[int, int]]]]:
    """Each group with its own of the ties and of the order, by places in the group."""
    place = {j: (number, new) for number, group in enumerate(groups) for new, j in enumerate(group)}
    last: list[list[tuple[int, int]]] = [[] for _ in groups]
    for j, sign in order:
        if j in place:
            number, new = place[j]
            last[number].append((new, sign))
    for group, own_order in zip(groups, last, strict=True):
        yield group, [[tie[j] for j in group] for tie in ties], own_order


def _faces(outcome: Outcome, objective: Sequence[int], best: int | None = None) -> list[Problem]:
    """The parts of the problem that can hold a point whose objective is the best, bounds tightened."""
    value = outcome.value if best is None else best
    if value is None:
        return []
    kept = (leaf for leaf in outcome.surviving() if leaf.proof.bound >= value)
    faces = (propagated(optimal_face(leaf.problem, objective, leaf.proof, value)) for leaf in kept)
    return [face for face in faces if face is not None]


def _hull(
    faces: Sequence[Problem], problem: Problem, objective: Sequence[int], value: int
) -> list[Problem] | None:
    """The faces as one small region, which the equation `objective = value` holds together; else None."""
    lower = tuple(map(min, zip(*(face.lower for face in faces), strict=True)))
    upper = tuple(map(max, zip(*(face.upper for face in faces), strict=True)))
    around = problem._replace(lower=lower, upper=upper)
    if not is_small(around, around.free):
        return None
    region = propagated(with_equation(around, objective, value))
    return None if region is None else [region]


def _ranges(regions: list[Problem]) -> list[int]:
    """How far apart a variable's values in the regions can be; fixed at two values is not decided."""
    lower = map(min, zip(*(r.lower for r in regions), strict=True))
    upper = map(max, zip(*(r.upper for r in regions), strict=True))
    return [b - a for a, b in zip(lower, upper, strict=True)]


def _packed(ranges: list[int], ties: list[list[int]], singles: list[tuple[int, int]]) -> list[int] | None:
    """The next objectives as one, taken off the lists; None when nothing is left to decide.

    A sum of objectives is lexicographic when each outweighs the range of all that follow it. Those
    that no variable still open moves are passed over.
    """
    packed = [0] * len(ranges)
    many = bool(ties) and sum(map(bool, ranges)) > _MANY
    empty = True
    while ties or singles:
        weights = dict(enumerate(ties[0])) if ties else dict(singles[:1])
        moved = {j: w for j, w in weights.items() if w and ranges[j]}
        span = sum(abs(w) * ranges[j] for j, w in moved.items())
        largest = max(map(abs, (*packed, 0))) * (span + 1) + max(map(abs, moved.values()), default=0)
        if span and not empty and (largest > _PACKED or many):
            break
        del (ties or singles)[0]
        if span:
            empty = False
            packed = [p * (span + 1) + moved.get(j, 0) for j, p in enumerate(packed)]
    return None if empty else packed
