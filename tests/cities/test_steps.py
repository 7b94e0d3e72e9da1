"""Amounts that grow by whole steps, as an invented city grants them: worked out by hand, told, verified."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from subvent.casework.worked import run_worked_cases
from subvent.logic.session import InProcess
from subvent.plan import plan_portfolio
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.takes import takes_of_rows
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.verify import verify_plan

HERE = Path(__file__).resolve().parent
CITY = str(HERE / "ningjiang")
FEN = 1_000_000
"""Fen in 万元."""
GROUP = """\
unit: 万元
as_of: 2025-06-30
horizon: [2025]
companies: [{id: 甲}]
projects:
  - {id: D1, applicant: 甲, kinds: [equip], filing_years: [2025], finished_on: 2025-04-02,
     device_cost: 1299.999999}
  - {id: O1, applicant: 甲, kinds: [output], filing_years: [2025], finished_on: 2025-04-02,
     output_value: 1250.5}
  - {id: G1, applicant: 甲, kinds: [green-power], filing_years: [2025], finished_on: 2025-04-02,
     green_kwh: 3009999.9}
  - {id: J1, applicant: 甲, kinds: [jobs], filing_years: [2025], finished_on: 2025-04-02,
     new_jobs: 39}
"""


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A group with an amount by steps of each kind."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    return path


def told(plan: Plan, subject: str) -> list[tuple[str, str]]:
    """Text and yuan of each stage of a subject's claim."""
    (claim,) = [one for one in plan.claims if one.subject == subject]
    return [(stage.text.zh, stage.yuan) for stage in claim.stages]


def test_the_worked_cases_come_out_as_they_say() -> None:
    """Exactly at a step, one fen below it, below the first, at the cap, and not known."""
    policies = load_policies((CITY,))
    assert run_worked_cases(policies) == ()
    assert lint(policies) == ()


def test_the_rest_of_a_step_brings_nothing(group: Path) -> None:
    """12 × 2, 20 + 2 × 1.5, 1 × 0.5, 3 × 1."""
    plan = plan_portfolio(group, (CITY,), time_limit=None)
    assert {claim.subject: claim.fen for claim in plan.claims} == {
        "D1": 24 * FEN,
        "O1": 23 * FEN,
        "G1": FEN // 2,
        "J1": 3 * FEN,
    }


def test_a_stage_tells_how_many_steps_there_are(group: Path) -> None:
    """What is no money has no stage of its own, and no 万元."""
    plan = plan_portfolio(group, (CITY,), time_limit=None)
    assert told(plan, "O1") == [
        ("产值 1,250.5万元", "12505000"),
        ("余额：产值 1,250.5万元 − 1,000万元", "2505000"),
        ("按数量：1.5万元 × 2（余额 250.5万元 中每满 100万元 计 1）", "30000"),
        ("合计：20万元 + 按数量 3万元", "230000"),
        ("舍到分，不超过", "230000.00"),
    ]
    counted = "1,009,999.9（余额：年用绿电 3,009,999.9千瓦时 − 2,000,000）"
    assert told(plan, "G1") == [
        (f"按数量：0.5万元 × 1（{counted} 中每满 505,000 计 1）", "5000"),
        ("舍到分，不超过", "5000.00"),
    ]
    assert told(plan, "J1")[0] == ("按数量：1万元 × 3（新增人数 39 中每满 10 计 1）", "30000")


def test_the_plan_verifies(group: Path, tmp_path: Path) -> None:
    """A second derivation, with its own arithmetic, comes to the same."""
    saved = tmp_path / "plan.json"
    saved.write_text(plan_json(plan_portfolio(group, (CITY,))), encoding="utf-8")
    assert verify_plan(saved, group, (CITY,)) == ()


def test_the_formula_counts_whole_steps(group: Path) -> None:
    """A proof shows the amount as a formula that a reader can follow."""
    steps = {step.atom.partition("(")[0]: step.text.zh for step in plan_portfolio(group, (CITY,)).steps}
    assert "⌊" in steps["amount"]


@pytest.mark.parametrize(
    ("subject", "more", "less"),
    [
        ("D1", (Decimal(1300), 2), (Decimal("1199.999999"), -2)),
        ("O1", (Decimal(1300), 1.5), (Decimal("1199.999999"), -1.5)),
        ("J1", (40, 1), (29, -1)),
    ],
)
def test_the_next_step_is_the_next_jump(
    group: Path, subject: str, more: tuple[object, float], less: tuple[object, float]
) -> None:
    """Between two steps nothing grows: what is told is where the next one is, and what it brings."""
    policies = load_policies((CITY,))
    portfolio = read_portfolio(group, vocabulary_of(policies))
    rates = takes_of_rows(portfolio, policies, (subject, None, None), InProcess()).rates
    jumps = {rate.more: rate.jump for rate in rates}
    for up, (after, gain) in ((True, more), (False, less)):
        jump = jumps[up]
        assert jump is not None
        assert (jump.facts[0].after, jump.step_fen) == (after, int(gain * FEN))
        assert jump.then_fen == 0
