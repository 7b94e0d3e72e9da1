"""Amounts by whole steps, and what a higher award makes up of a lower one, as an invented city has them.

Worked out by hand, told, verified.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.takes.replanned import Replanner

from subvent.casework.worked import run_worked_cases
from subvent.logic.session import InProcess
from subvent.plan import plan_portfolio
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.takes import takes_of_rows
from subvent.questions.takes.unknown import worths_of
from subvent.report.json import plan_json
from subvent.report.json_takes import worths_json
from subvent.report.text import plan_text
from subvent.report.text_worths import worths_text
from subvent.report.workbook import write_plan_workbook
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


def told(plan: Plan, subject: str) -> list[tuple[str, str]]:
    """Text and yuan of each stage of a subject's claim."""
    (claim,) = [one for one in plan.claims if one.subject == subject]
    return [(stage.text.zh, stage.yuan) for stage in claim.stages]


def test_the_worked_cases_come_out_as_they_say() -> None:
    """Exactly at a step, one fen below it, below the first, at the cap, and not known."""
    policies = load_policies((CITY,))
    assert run_worked_cases(policies) == ()
    # What draws on a shared cap through the table of levels is limited over the years, all else is not.
    assert [(one.code, one.severity, one.what.en.split("”")[0].split("“")[1]) for one in lint(policies)] == [
        ("policy.claimed-anew", "note", name) for name in ("equip", "output", "green-power", "jobs")
    ]


def test_the_rest_of_a_step_brings_nothing(plan: Plan) -> None:
    """12 × 2, 20 + 2 × 1.5, 1 × 0.5, 3 × 1."""
    assert {c.subject: c.fen for c in plan.claims if not c.benefit.startswith("demo")} == {
        "D1": 24 * FEN,
        "O1": 23 * FEN,
        "G1": FEN // 2,
        "J1": 3 * FEN,
    }


def test_a_stage_tells_how_many_steps_there_are(plan: Plan) -> None:
    """What is no money has no stage of its own, and no 万元."""
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


def test_the_last_of_the_days_is_told(plan: Plan) -> None:
    """90 days after 30 March end on 28 June: two days before the filing."""
    (late,) = [one for one in plan.not_claimed if one.subject == "D2"]
    assert "2025-06-28" in late.findings[0].text.zh
    assert late.findings[0].shortfall is not None
    assert late.findings[0].shortfall.en == "2 days over"


def test_the_formula_counts_whole_steps(plan: Plan) -> None:
    """A proof shows the amount as a formula that a reader can follow."""
    told = [step.text.zh for step in plan.steps if step.atom.startswith("amount(")]
    assert any("20 + 1.5 × ⌊(1,250.5 − 1,000)/100⌋万元" in text for text in told)


@pytest.mark.parametrize(
    ("subject", "more", "less"),
    [
        ("D1", (Decimal(1300), 2), (Decimal("1199.999999"), -2)),
        ("O1", (Decimal(1300), 1.5), (Decimal("1199.999999"), -1.5)),
        ("J1", (40, 1), (29, -1)),
    ],
)
def test_the_next_step_is_the_next_jump(
    subject: str, more: tuple[object, float], less: tuple[object, float]
) -> None:
    """Between two steps nothing grows: what is told is where the next one is, and what it brings."""
    policies = load_policies((CITY,))
    portfolio = read_portfolio(GROUP, vocabulary_of(policies))
    rates = takes_of_rows(portfolio, policies, (subject, None, None), InProcess()).rates
    jumps = {rate.more: rate.jump for rate in rates}
    for up, (after, gain) in ((True, more), (False, less)):
        jump = jumps[up]
        assert jump is not None
        assert (jump.facts[0].after, jump.step_fen) == (after, int(gain * FEN))
        assert jump.then_fen == 0


@pytest.mark.parametrize("row", ["D1", "D2", "O1", "G1", "J1", "P", "U"])
def test_every_answer_of_the_group_holds(row: str) -> None:
    """Whatever it would take: planned anew it is so, and one step less does not do."""
    policies = load_policies((CITY,))
    portfolio = read_portfolio(GROUP, vocabulary_of(policies))
    replanner = Replanner(policies, portfolio)
    for found in takes_of_rows(portfolio, policies, (row, None, None), InProcess(), allowed=(row,)).takes:
        replanner.check(found)


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


def test_a_filing_without_its_amount_is_called_by_what_its_row_states(plan: Plan, tmp_path: Path) -> None:
    """Rows of the history have no id: nobody could find one by the digest that stands in its place."""
    name = "申报历史（甲 U 市级示范奖励 2023 已获批）"
    asked = worths_of(GROUP, (CITY,))
    (line,) = [one for one in json.loads(plan_json(plan))["unknown"] if one["field"] == "amount"]
    (fact,) = [one for one in json.loads(worths_json(asked))["facts"] if one["field"] == "amount"]
    assert line["row_name"]["zh"] == fact["row_name"]["zh"] == name
    write_plan_workbook(tmp_path / "plan.xlsx", plan, "zh")
    sheets = [sheet.values for sheet in load_workbook(tmp_path / "plan.xlsx")]
    cells = " ".join(str(cell) for rows in sheets for row in rows for cell in row)
    for shown in (plan_text(plan, "zh"), worths_text(asked, "zh", 200), cells):
        assert f"{name} · 金额" in shown.replace(f"{name} 金额", f"{name} · 金额")
        assert "history-" not in shown


def test_what_it_takes_to_know_what_is_left_of_a_cap_is_the_amount_that_was_paid() -> None:
    """U is not barred by what was filed before: nobody knows yet."""
    policies = load_policies((CITY,))
    group = read_portfolio(GROUP, vocabulary_of(policies))
    (found,) = takes_of_rows(group, policies, ("U", None, None), InProcess()).takes
    (said,) = found.in_the_way
    assert said.zh.startswith("U（2025年） 申报“国家级示范奖励”还剩多少上限不明：申报历史（甲 U ")
    assert said.en.endswith("states no amount")


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
