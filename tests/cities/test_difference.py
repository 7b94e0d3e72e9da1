"""What a higher award makes up of a lower one that was paid before, as an invented city has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.verify import verify_plan

CITY = str(Path(__file__).resolve().parent / "ningjiang")
FEN = 1_000_000
"""Fen in 万元."""
GROUP = """\
unit: 万元
as_of: 2025-06-30
horizon: [2025]
companies: [{id: 甲}]
projects:
  - {id: P, applicant: 甲, kinds: [demo-nation], filing_years: [2025]}
  - {id: Q, applicant: 甲, kinds: [demo-city, demo-province, demo-nation], filing_years: [2025]}
  - {id: U, applicant: 甲, kinds: [demo-nation], filing_years: [2025]}
history:
  - {applicant: 甲, subject: P, benefit: demo-city, year: 2023, status: granted, amount: 8}
  - {applicant: 甲, subject: U, benefit: demo-city, year: 2023, status: granted}
"""


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A group with an earlier award, one whose amount nobody stated, and all levels at once."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    return path


@pytest.fixture
def plan(group: Path) -> Plan:
    """The best plan of the group."""
    return plan_portfolio(group, (CITY,), time_limit=None)


def test_only_the_difference_is_paid(plan: Plan) -> None:
    """P: 100 less 8. Q: 100 whatever else is claimed. U: nobody stated what was paid before."""
    assert {(claim.subject, claim.benefit): claim.fen for claim in plan.claims} == {
        ("P", "demo-nation"): 92 * FEN,
        ("Q", "demo-nation"): 100 * FEN,
    }
    assert plan.bound_fen == 192 * FEN


def test_what_was_paid_before_and_is_not_stated_leaves_the_rest_unknown(plan: Plan) -> None:
    """A shared cap of which nobody knows what is left is not taken for untouched."""
    (found,) = [one for one in plan.not_claimed if one.subject == "U"]
    assert (found.reason, [one.name for one in found.findings]) == ("unknown", ["amount"])
    assert found.findings[0].text.en.endswith("amount is missing")
    assert [(fact.field, fact.claims) for fact in plan.unknown] == [("amount", (("U", "demo-nation"),))]


def test_the_stage_tells_what_was_paid_before(plan: Plan) -> None:
    """The last stage has the article on the difference, and what the earlier award took."""
    (claim,) = [one for one in plan.claims if one.subject == "P"]
    stage = claim.stages[-1]
    assert stage.yuan == "920000.00"
    assert "以往已占 8万元" in stage.text.zh
    assert stage.citations[0].article == "7"


def test_the_plan_verifies(plan: Plan, group: Path, tmp_path: Path) -> None:
    """A second derivation and a model of its own come to the same."""
    saved = tmp_path / "plan.json"
    saved.write_text(plan_json(plan), encoding="utf-8")
    assert verify_plan(saved, group, (CITY,)) == ()
