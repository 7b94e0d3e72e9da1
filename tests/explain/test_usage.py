"""Limits and shared caps are told with what the plan uses of them; what is denied, with why it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.explain.test_random import drawn

from subvent.diagnostics import Language
from subvent.document.reader import read_entries
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.plan import solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.saved import plan_saved
from subvent.report.json import plan_json
from subvent.result import Plan

PACKS = load_policies()
ROWS = read_portfolio(Path("tests/explain/sentences/limits.yaml"), vocabulary_of(PACKS))
WIDE = 10_000


@pytest.fixture(scope="module")
def plan() -> Plan:
    """A fund of 1,550万元, two contacts of which one is taken, and 20万元 of interest granted before."""
    return solve_rows(ROWS, PACKS, {"contact": "hard"}, InProcess()).plan


def test_a_shared_cap_is_told_with_its_total_and_its_largest_parts(plan: Plan) -> None:
    """P3's 500 (30 %, capped), P1's and P2's 20 % and 10 % leave 350 of the fund to L1, whose half is 400."""
    text = Questions(plan).text("L1", width=WIDE)
    three = (("P3“工业互联网创新应用”", 500), ("P1“智能化改造”", 400), ("L1“贷款、租赁贴息”", 350))
    parts = "、".join(f"{claim}（2026年）{amount}万元" for claim, amount in three)
    assert f"方案合计 1,550万元，上限 1,550万元（{parts}、另1项共 300万元）；本项计入部分" in text
    assert "方案合计 350万元、以往已占 20万元，上限 500万元（L1“贷款、租赁贴息”（2026年）350万元）" in text
    assert "（A），方案占1个、以往申报占1，至多2个" in text
    assert "计入限制：贷款（租赁）L1 只享受一次贴息，方案占1项，至多1项" in text


def test_of_what_a_used_up_cap_leaves_nothing_to_it_is_told_which(plan: Plan) -> None:
    """L2 adds nothing: the fund is used up by the others, with the article behind it."""
    (entry,) = (one for one in plan.not_claimed if one.subject == "L2")
    (finding,) = entry.findings
    assert finding.text.en.startswith("a shared cap is used up, so it would add nothing: the fund of 2026;")
    assert [citation.article for citation in finding.citations] == ["17"]


def test_what_is_not_so_is_told_with_its_reason(plan: Plan) -> None:
    """How many conditions were asked, and what room what was filed before leaves."""
    text = Questions(plan).text("P1", width=WIDE)
    assert "P1 申报“智能化改造”没有不满足的条件（须满足的共6项）" in text
    assert "以往申报不妨碍 P1 在2026年申报“智能化改造”：以往申报占用之后还有余地（2026年申报单位数" in text


def test_a_saved_plan_tells_how_far_limits_of_all_rows_are_used(plan: Plan, tmp_path: Path) -> None:
    """Asked about rows without the others, it says the same of the fund and of the contacts."""
    path = tmp_path / "plan.json"
    path.write_text(plan_json(plan), encoding="utf-8")
    part, _ = plan_saved(ROWS, PACKS, read_entries(path), "L1", InProcess(), small=0)
    text = Questions(part).text("L1", width=WIDE)
    assert text == Questions(plan).text("L1", width=WIDE)
    assert [limit.used_up for limit in plan.limits] == [False, True]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "P1 在2026年申报“智能化改造”没有障碍（对申报年度的要求共1项）：规划年度包括2026年"),
        (
            "en",
            "nothing shuts P1 under smart renovation out of 2026 (conditions on the year: 1): 2026 is",
        ),
        ("zh", "P1 在2026年申报“智能化改造”的年度条件都已明确（对申报年度的要求共1项）"),
        ("en", "every condition of P1 under smart renovation is settled (it needs 6)"),
        ("zh", "P1 没有此前已计的共用费用，因为未填"),
        ("en", "no shared cost of P1 was counted before, because cost"),
    ],
)
def test_what_nothing_stands_against_is_told_with_its_reason(
    plan: Plan, language: Language, said: str
) -> None:
    """How many conditions there were, that the year is planned, which answer was not taken."""
    assert said in Questions(plan).text("P1", language=language, width=WIDE)


def test_no_shared_cost_was_counted_for_what_the_row_or_the_history_lacks() -> None:
    """Where shared costs are split: one project states none, one shares with another that was never filed."""
    rows = read_portfolio(Path("tests/explain/sentences/conflict.yaml"), vocabulary_of(PACKS))
    plan = solve_rows(rows, PACKS, {"cost-overlap": "net"}, InProcess()).plan
    told = {step.atom: step.text for step in plan.steps if step.atom.startswith("not off(")}
    alone, shared = told['not off("Q",_,_)'], told['not off("P",_,_)']
    assert alone.zh == "Q 没有此前已计的共用费用，因为未填“与其他项目重叠的费用”"
    assert (
        alone.en
        == "no shared cost of Q was counted before, because cost shared with other projects is not stated"
    )
    assert shared.zh == "P 没有此前已计的共用费用，因为以往没有申报过 S"
    assert shared.en == "no shared cost of P was counted before, because nothing was filed before for S"


def test_the_answer_that_was_not_taken_is_the_reason() -> None:
    """Where shared costs are not split, a project that shares some has none that was counted before."""
    rows = read_portfolio(Path("tests/explain/sentences/conflict.yaml"), vocabulary_of(PACKS))
    plan = solve_rows(rows, PACKS, {"cost-overlap": "exclude"}, InProcess()).plan
    (said,) = (step.text for step in plan.steps if step.atom == 'not off("P",_,_)')
    assert said.zh.startswith("P 没有此前已计的共用费用，因为解读「两个项目有共用费用时」，没有采用：")
    assert ", because open question: costs that stand in two projects; answer not taken: " in said.en


def test_what_no_document_counts_is_told_so() -> None:
    """Under a document that knows no costs counted before, that is the reason."""
    city = load_policies(("tests/cities/linhai",))
    rows = read_portfolio(Path("tests/cities/group.yaml"), vocabulary_of(city))
    steps = solve_rows(rows, city, {}, InProcess()).plan.steps
    said = [step.text for step in steps if step.atom.startswith("not off(")]
    assert said
    assert all(one.zh.endswith("，因为所用的文件没有这样的规定") for one in said)
    assert all(one.en.endswith(", because no document that is used says so") for one in said)


def test_a_cap_that_only_the_past_fills_is_told_without_parts() -> None:
    """Of the 500万元 for P5 earlier claims took all: no claim of the plan draws on it, and none is listed."""
    (entry,) = [one for one in drawn(777_126).plan.not_claimed if one.subject == "L2"]
    text = entry.findings[0].text
    assert text.zh.endswith("方案合计 0万元、以往已占 500万元，上限 500万元")
    assert text.en.endswith("0万元 in the plan, 500万元 taken before, at most 500万元")
