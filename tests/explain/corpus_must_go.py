"""What `why --plan` prints of limits that leave no room for all of several claims, in both languages."""

from __future__ import annotations

from tests.explain.corpus import WIDE, Printed, in_both, insisting

from subvent.explain.insisted import Crowd, Way, ways_lines


def crowded() -> Printed:
    """A limit of which one claim goes, one that none alone makes room under, a cap; and a cap alone."""
    _, (told, *_) = insisting()
    gone = next(one for found in told.values() for one in found.changes if one.forced)
    claims, year = (gone,) * 9, 2030
    crowds = tuple(
        Crowd(gone.forced[0], *one) for one in ((claims, None, None), ((), None, None), (claims, 300, 200))
    )
    ways = ([Way(year, (), crowds)], [Way(year, (), crowds[2:])])
    return in_both(lambda language: (line for one in ways for line in ways_lines(one, language, WIDE)))
