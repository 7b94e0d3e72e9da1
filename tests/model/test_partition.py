"""What belongs together, against sets that are merged one by one."""

from __future__ import annotations

import random

from subvent.partition import Partition


def test_joining_merges_whole_sets_and_counts_them() -> None:
    """Things belong together exactly when a chain of joins connects them; a join tells how many now do."""
    rng = random.Random(1)
    for _ in range(200):
        together, sets = Partition[int](), [{n} for n in range(20)]
        for _ in range(rng.randint(0, 12)):
            joined = rng.sample(range(20), rng.randint(1, 4))
            merged = set().union(*(one for one in sets if one & {*joined}))
            sets = [*(one for one in sets if not one & merged), merged]
            assert together.join(joined) == len(merged)
        roots = [{together.of(n) for n in one} for one in sets]
        assert all(len(found) == 1 for found in roots)
        assert len(set().union(*roots)) == len(sets)
    assert together.join(()) == 0
