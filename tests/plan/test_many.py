"""Many portfolios in one run: a child that finds other packs than the run began with plans nothing."""

from __future__ import annotations

import pickle
from pathlib import Path

from subvent.many import planned
from subvent.policy.loader import load_policies
from subvent.result import Plan

CITY = "tests/cities/linhai"
GROUP = Path("tests/cities/group.yaml")
LIMITS = (None, False, False, False)


def answer(digests: tuple[tuple[str, str], ...]) -> object:
    """What a child makes of the group, told what the packs were when the run began."""
    return pickle.loads(planned(pickle.dumps(((CITY,), digests, {}, LIMITS)), str(GROUP)))  # noqa: S301 - our own


def test_a_child_plans_with_the_packs_that_the_run_began_with() -> None:
    """Of a folder that was changed meanwhile some files would be planned under other rules than others."""
    (pack,) = load_policies((CITY,)).packs
    assert isinstance(answer(((pack.id, pack.sha256),)), Plan)
    assert answer(((pack.id, "0" * 64),)) is None
