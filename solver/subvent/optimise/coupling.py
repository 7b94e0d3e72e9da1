"""Which few rows hold a component together that without them would be many.

Such rows are limits over many companies, or the yearly funds of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from subvent.model.linear import LinearModel
from subvent.partition import Partition

SMALLEST = 60
"""Variables below which a component is searched as it is."""
_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 14)
"""How many rows are tried as coupling; more are no few rows."""
_CANDIDATES = 64
"""Of the longest rows, how many may be among them."""


def coupling(component: LinearModel) -> tuple[int, ...]:
    """The few rows that reach farthest, if without them the component falls into much smaller parts.

    As few as part it about as well as more would; none when that many rows do not part it.
    """
    size = len(component.variables)
    if size < SMALLEST:
        return ()
    farthest = _farthest(component)
    left = _largest(component, farthest)
    # Uneven parts are worth it too, but rows that hardly part anything any more are not.
    if (smallest := min(left.values())) * 3 > size * 2:
        return ()
    enough = min(count for count, largest in left.items() if largest * 5 <= smallest * 6)
    return tuple(sorted(farthest[:enough]))


def _farthest(component: LinearModel) -> list[int]:
    """The rows, those first that join most of what the shorter ones leave apart.

    A long row may be one part's own: of a company with many projects, say.
    """
    rows = component.rows
    longest = sorted(range(len(rows)), key=lambda i: (-len(rows[i].terms), i))
    parts = Partition[int]()
    for i in longest[_CANDIDATES:]:
        parts.join(j for j, _ in rows[i].terms)
    reach = {i: len({parts.of(j) for j, _ in rows[i].terms}) for i in longest[:_CANDIDATES]}
    return [*sorted(reach, key=lambda i: -reach[i]), *longest[_CANDIDATES:]]


def _largest(component: LinearModel, farthest: Sequence[int]) -> dict[int, int]:
    """How large the largest part is without the first of the rows, for some counts of rows.

    Rows are added, not taken out: what they join is counted from the last count to the first.
    """
    parts, largest, found = Partition[int](), 1, {}
    bounds = [*_COUNTS, len(farthest)]
    for position in range(len(_COUNTS) - 1, -1, -1):
        for i in farthest[bounds[position] : bounds[position + 1]]:
            largest = max(largest, parts.join(j for j, _ in component.rows[i].terms))
        found[_COUNTS[position]] = largest
    return found
