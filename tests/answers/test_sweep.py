"""The sweep over random portfolios: a few of each kind here, thousands by `python -m tests.answers.sweep`."""

from __future__ import annotations

import pytest
from tests.answers.sweep import KINDS, sweep


@pytest.mark.parametrize("kind", KINDS)
def test_answers_hold(kind: str) -> None:
    """Of some portfolios no other test draws: whatever is asked, there are answers, and all of them hold."""
    found = sweep(kind, 2, 900_000)
    assert found.faults == []
    assert found.answers
