"""What a higher award makes up of a lower one that was paid before, as an invented city has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.verify import verify_plan

HERE = Path(__file__).resolve().parent
CITY = str(HERE / "ningjiang")
FEN = 1_000_000
"""Fen in 万元."""
GROUP = HERE / "ningjiang.yaml"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The best plan: P has an earlier award, U one whose amount nobody stated, Q has all levels."""
    return plan_portfolio(GROUP, (CITY,), time_limit=None)


def test_only_the_difference_is_paid(plan: Plan) -> None:
    """P: 100 less 8. Q: 100 whatever else is claimed. U: nobody stated what was paid before."""
    assert {(c.subject, c.benefit): c.fen for c in plan.claims if c.benefit.startswith("demo")} == {
        ("P", "demo-nation"): 92 * FEN,
        ("Q", "demo-nation"): 100 * FEN,
    }
    assert plan.total_fen == plan.bound_fen


def test_what_was_paid_before_and_is_not_stated_leaves_the_rest_unknown(plan: Plan) -> None:
    """A shared cap of which nobody knows what is left is not taken for untouched."""
    (found,) = [one for one in plan.not_claimed if one.subject == "U"]
    assert (found.reason, [one.name for one in found.findings]) == ("unknown", ["amount"])
    assert found.findings[0].text.en.endswith("amount is missing")
    assert ("amount", (("U", "demo-nation"),)) in [(fact.field, fact.claims) for fact in plan.unknown]


def test_the_stage_tells_what_was_paid_before(plan: Plan) -> None:
    """The last stage has the article on the difference, and what the earlier award took."""
    (claim,) = [one for one in plan.claims if one.subject == "P"]
    stage = claim.stages[-1]
    assert stage.yuan == "920000.00"
    assert "以往已占 8万元" in stage.text.zh
    assert stage.citations[0].article == "7"


def test_the_plan_verifies(plan: Plan, tmp_path: Path) -> None:
    """A second derivation, with its own arithmetic, and a model of its own come to the same."""
    saved = tmp_path / "plan.json"
    saved.write_text(plan_json(plan), encoding="utf-8")
    assert verify_plan(saved, GROUP, (CITY,)) == ()
