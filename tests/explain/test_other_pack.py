"""A pack of another city is explained with its own labels and no words of its own in the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio
from subvent.result import Plan

CITY = Path("tests/cities")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the invented city's group."""
    return plan_portfolio(CITY / "group.yaml", (str(CITY / "linhai"),))


def test_a_condition_seen_through_either_of_two_references_is_followed(plan: Plan) -> None:
    """Rows of two lists share a condition, each through a reference of its own."""
    by_subject = {entry.subject: entry for entry in plan.not_claimed}
    for subject in ("K3", "S3"):
        (finding,) = by_subject[subject].findings
        assert finding.shortfall is not None
        assert finding.shortfall.zh == "还差1天"


def test_an_amount_by_number_or_capacity_names_the_fact(plan: Plan) -> None:
    """What is multiplied is called after the field it was stated in, with its unit."""
    told = [stage.text.zh for claim in plan.claims for stage in claim.stages]
    assert "按份额：0.03万元 × 装机容量 500千瓦" in told
    assert "按份额：0.05万元 × 培训人数 80" in told


def test_predicates_without_words_go_by_their_bare_name(plan: Plan) -> None:
    """A pack need not bring words: its predicates are named, their arguments shown as elsewhere."""
    told = {step.atom: step.text.zh for step in plan.steps}
    assert told["grant(solar)"] == "grant（屋顶光伏）"
