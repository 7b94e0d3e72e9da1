"""The smallest sets of demands that cannot all be met, found by asking for the largest that can.

A set of demands that cannot be met holds, for every set that can, one demand left out of it. So the next
smallest candidate is a smallest set that hits what each known one left out; if it can be met after all,
as much as can be met with it is one more such set. A candidate that cannot be met is minimal, and nothing
smaller is left that was not found before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Set = frozenset[int]


class Undecided(Exception):  # noqa: N818 - no error: an answer
    """Raised by a solver whose limits end before it knows."""


class Smallest(NamedTuple):
    """Minimal sets that cannot be met, the smallest first.

    `proven`: nothing smaller than any of them exists. `complete`: there are no others.
    """

    sets: tuple[Set, ...]
    proven: bool
    complete: bool


def smallest_sets(count: int, largest: Callable[[Set], Set | None], most: int) -> Smallest:
    """Up to `most` minimal sets of the demands 0 to count-1 that cannot all be met, the smallest first.

    `largest` gives a set of demands that can be met and holds the given one, the larger the better; None
    where the given one cannot be met. It may raise Undecided.
    """
    found: list[Set] = []
    left_out: list[Set] = []
    try:
        while (candidate := _hitting(left_out, found)) is not None:
            met = largest(candidate)
            if met is None:
                if len(found) == most:
                    return Smallest(tuple(found), proven=True, complete=False)
                found.append(candidate)
            else:
                left_out.append(frozenset(range(count)) - met)
    except Undecided:
        return Smallest(tuple(found), proven=bool(found), complete=False)
    return Smallest(tuple(found), proven=True, complete=True)


def _hitting(left_out: Sequence[Set], found: Sequence[Set]) -> Set | None:
    """A smallest set with a member of each of `left_out` that holds none of `found`; None: there is none."""
    size = 0
    reach = len(frozenset().union(*left_out))
    while size <= reach:
        chosen = next(_extended(frozenset(), frozenset(), size, left_out, found), None)
        if chosen is not None:
            return chosen
        size += 1
    return None


def _extended(
    chosen: Set, refused: Set, room: int, left_out: Sequence[Set], found: Sequence[Set]
) -> Iterator[Set]:
    """The sets with `room` more members that hit all that is left out, first members first."""
    if any(known <= chosen for known in found):
        return
    missed = [members for members in left_out if not members & chosen]
    if not missed:
        yield chosen
        return
    if not room:
        return
    for member in sorted(min(missed, key=len) - refused):
        yield from _extended(chosen | {member}, refused, room - 1, left_out, found)
        refused |= {member}
