"""The plan of the larger example, and small ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio
from subvent.result import Plan


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of the group with eight companies."""
    return plan_portfolio(Path("examples/manufacturing-group.yaml"))
