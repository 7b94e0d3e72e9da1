"""The smallest sets of demands that cannot all be met, compared with trying every set."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from subvent.optimise.smallest import Set, Undecided, smallest_sets

MANY = 100


def drawn(seed: int) -> tuple[int, list[Set]]:
    """Some demands, and some sets of them that cannot be met, none within another."""
    pick = random.Random(seed)
    count = pick.randint(1, 7)
    sets = {
        frozenset(pick.sample(range(count), pick.randint(1, min(4, count))))
        for _ in range(pick.randint(0, 5))
    }
    return count, [one for one in sets if not any(other < one for other in sets)]


@pytest.mark.parametrize("generous", [True, False])
def test_all_minimal_sets_are_found_the_smallest_first(generous: bool) -> None:  # noqa: FBT001
    """Whether the solver meets as much as it can, or just what it must."""
    for seed in range(300):
        count, forbidden = drawn(seed)

        def largest(kept: Set, count: int = count, forbidden: list[Set] = forbidden) -> Set | None:
            if any(one <= kept for one in forbidden):
                return None
            if generous:
                for size in range(count, len(kept) - 1, -1):
                    for chosen in map(frozenset, combinations(range(count), size)):
                        if kept <= chosen and not any(one <= chosen for one in forbidden):
                            return chosen
            return kept

        found = smallest_sets(count, largest, MANY)
        assert set(found.sets) == set(forbidden), seed
        assert [*map(len, found.sets)] == sorted(map(len, forbidden))
        assert found.proven
        assert found.complete


def test_more_than_are_wanted_are_known_of() -> None:
    """The first are told, and that there are others."""
    found = smallest_sets(5, lambda kept: None if kept else kept, 3)
    assert len(found.sets) == 3
    assert found.proven
    assert not found.complete


def test_what_cannot_be_met_with_no_demand_at_all_is_forbidden_by_none() -> None:
    """The empty set, and nothing else."""
    assert smallest_sets(3, lambda _: None, MANY).sets == (frozenset(),)


def test_an_undecided_solver_leaves_what_was_found() -> None:
    """What is found by then is smallest; that it is all is not claimed."""
    asked = 0

    def largest(kept: Set) -> Set | None:
        nonlocal asked
        asked += 1
        if asked > 3:
            raise Undecided
        return None if kept else kept

    found = smallest_sets(4, largest, MANY)
    assert len(found.sets) == 2
    assert found.proven
    assert not found.complete
    asked = 3
    assert not smallest_sets(4, largest, MANY).proven
