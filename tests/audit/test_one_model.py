"""Components against one model: what is solved part by part is what the whole comes to.

SUBVENT_AUDIT_MODELS sets how many random portfolios are tried (default 12); `python -m tests.audit.one_model
400` tells of more.
"""

import os
from pathlib import Path

import pytest
from tests.audit.one_model import compared

COUNT = int(os.environ.get("SUBVENT_AUDIT_MODELS", "12"))


@pytest.mark.parametrize("first", range(0, COUNT, 4))
def test_components_come_to_what_one_model_comes_to(first: int, tmp_path: Path) -> None:
    """The plan, its certified bound, the engine's model as one and the model built apart as one agree."""
    found = [compared(seed, tmp_path) for seed in range(910_000 + first, 910_000 + min(first + 4, COUNT))]
    assert [fault for one in found for fault in one.faults] == []
    assert [name for one in found for name in one.unproven] == []
    assert any(one.parts > 1 for one in found)


def test_realistic_groups_are_proven_by_prices(tmp_path: Path) -> None:
    """Contacts and funds that many companies share: prices come to what one model comes to."""
    found = [compared(seed, tmp_path) for seed in (900_044, 900_076, 900_084)]
    assert [fault for one in found for fault in one.faults] == []
    assert any("proven by prices" in one.classes for one in found)
