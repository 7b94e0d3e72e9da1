"""Which few rows hold a component together that without them would be many.

Such rows are limits over many companies, or the yearly funds of all of them.
"""

from __future__ import annotations

from itertools import pairwise

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
    farthest, left = _farthest(component)
    # Uneven parts are worth it too, but rows that hardly part anything any more are not.
    if (smallest := min(left.values())) * 3 > size * 2:
        return ()
    enough = min(count for count, largest in left.items() if largest * 5 <= smallest * 6)
    return tuple(sorted(farthest[:enough]))


def _farthest(component: LinearModel) -> tuple[list[int], dict[int, int]]:
    """The candidates, those first that join most of what the shorter rows leave apart.

    A long row may be one part's own: of a company with many projects, say. With them comes how large the
    largest part is without the first of them, for some counts: rows are added, not taken out, so what they
    join is counted from the last count to the first.
    """
    rows = component.rows
    longest = sorted(range(len(rows)), key=lambda i: (-len(rows[i].terms), i))
    parts, largest = Partition[int](), 1
    for i in longest[_CANDIDATES:]:
        largest = max(largest, parts.join(j for j, _ in rows[i].terms))
    reach = {i: len({parts.of(j) for j, _ in rows[i].terms}) for i in longest[:_CANDIDATES]}
    farthest, left = sorted(reach, key=lambda i: -reach[i]), {}
    for count, following in reversed(list(pairwise((*_COUNTS, len(farthest))))):
        for i in farthest[count:following]:
            largest = max(largest, parts.join(j for j, _ in rows[i].terms))
        left[count] = largest
    return farthest, left
