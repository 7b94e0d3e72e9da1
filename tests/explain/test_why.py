"""`why` answers from a plan: a claim with its proof, anything else with its reason, or the nearest name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from subvent.diagnostics import InputError, Language
from subvent.explain.layout import width
from subvent.explain.why import Questions
from subvent.result import Plan


@pytest.fixture(scope="module")
def plan(plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]) -> Plan:
    """Two projects that compete, and one that falls short."""
    rows = [
        project(kinds=["equipment", "iiot"]),
        project(id="P2", name="二期"),
        project(id="P3", total_investment=1880),
    ]
    return plan_of(rows)


def test_a_claim_is_told_with_stages_proof_and_articles(plan: Plan) -> None:
    """The amount, its stages, the proof down to places, and the phrases of the law by number."""
    text = Questions(plan).text("P1", "iiot", width=1000)
    assert "P1 · 工业互联网创新应用 · 2025 · 申报，不超过 500万元" in text
    assert "限额之内：上限 500万元 与 按比例 750万元 取较小者 = 5,000,000元 [1]" in text
    assert "├─ " in text
    assert "└─ " in text
    assert "[1] 深府办规〔2023〕6号 第4条 「" in text
    assert "「单个项目资助上限为500万元」" in text


def test_a_condition_that_fails_is_told_with_its_shortfall_and_place(plan: Plan) -> None:
    """What is not claimed for a condition shows by how much, where, and the proof of the failure."""
    text = Questions(plan).text("P3", language="en")
    assert "not claimed: a condition is not met" in text
    assert "total investment 1,880万元 < 2,000万元, short by 120万元" in text
    assert "P3 cannot be claimed under renewal of equipment" in text


def test_what_is_outbid_is_told_with_its_cost(plan: Plan) -> None:
    """Of what others beat, it is told what insisting would cost."""
    text = Questions(plan).text("P1", "equipment")
    assert "不申报：让位于更优的申报" in text
    assert "坚持申报它，合计会少 500万元" in text


def test_a_proof_is_cut_at_a_depth(plan: Plan) -> None:
    """A short answer counts what it leaves out, cites its articles all the same, and says how to see it."""
    short, whole = Questions(plan).text("P1", "iiot", depth=2), Questions(plan).text("P1", "iiot")
    assert len(short.splitlines()) < len(whole.splitlines())
    assert "另有" in short
    assert "--depth 3 多显示一层，--all 显示全部" in short
    assert set(_notes(short)) == set(_notes(whole))
    assert Questions(plan).text("P1", "iiot", depth=99) == whole
    assert "--all" not in whole


def _notes(text: str) -> list[str]:
    """The articles below an answer, without their numbers."""
    return [line.partition("] ")[2] for line in text.partition("\n条文\n")[2].splitlines() if line[:1] == "["]


def test_what_is_not_known_is_told_beside_what_fails(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """A condition that is unknown would bar it next, and is not left out because others fail."""
    row = project(total_investment=1880, completed=False)
    del row["filed_before_start"]
    summary = Questions(plan_of([row])).text("P1").partition("依据")[0]
    assert "总投资额 1,880万元" in summary
    assert "已完工：否" in summary
    assert "尚不明确：开工建设前已备案" in summary


def test_a_year_that_is_not_planned_is_refused(plan: Plan) -> None:
    """Of a year outside the horizon the plan knows nothing, and says so with the years it knows."""
    with pytest.raises(InputError) as wrong:
        Questions(plan).why("P1", "iiot", 2030)
    (found,) = wrong.value.diagnostics
    assert found.code == "why.year-not-planned"
    assert ", ".join(map(str, plan.horizon)) in found.way_out.en


def test_a_year_that_is_shut_says_why(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """A year planned that is no filing year of a project, or beyond the policy's term, is told to be that."""
    plan = plan_of([project(filing_years=[2025, 2030])], horizon=[2025, 2026, 2030])
    assert "2026年：不在 P1 所填的可申报年度之内" in Questions(plan).text("P1", "equipment", 2026)
    late = Questions(plan).text("P1", "equipment", 2030, width=1000)
    assert "申报年度首日 2030-01-01 不在 2024-01-01 至 2028-12-31 之间，晚2年（" in late
    assert "不在" not in Questions(plan).text("P1", "equipment", 2025).partition("金额")[0]
    beyond = plan_of([project(filing_years=[2030])], horizon=[2025, 2030])
    (said,) = next(e for e in beyond.not_claimed if e.subject == "P1").findings
    assert Questions(beyond).text("P1", "equipment", 2030, width=1000).count(f"  - {said.text.zh}") == 1


def test_an_applicant_stands_for_all_its_subjects(plan: Plan) -> None:
    """Asking about a company answers for everything it could file."""
    answer = Questions(plan).why("A")
    assert {claim.subject for claim in answer.claims} == {"P1", "P2"}
    assert {(entry.subject, entry.benefit) for entry in answer.not_claimed} == {
        ("P1", "equipment"),
        ("P3", "equipment"),
    }
    assert Questions(plan).why("星河电子") == answer


def test_another_year_is_answered_with_the_year_of_the_plan(plan: Plan) -> None:
    """A claim made in another year than the one asked about is said to be."""
    assert Questions(plan).why("P2", "equipment", 2025).other_year is None
    assert Questions(plan).why("P2", "equipment", 2026).other_year == 2026
    told = Questions(plan).text("P2", "equipment", 2026)
    assert "2026年不申报（方案在2025年申报）：\n  - 2026年：不在 P2" in told


def test_where_either_year_would_do_the_plan_has_chosen(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """Of what is claimed once and for all the year of the claim is the reason."""
    plan = plan_of([project(filing_years=[2025, 2026])])
    assert "2026年不申报：方案在2025年申报\n\n" in Questions(plan).text("P1", "equipment", 2026)


def test_a_year_that_a_full_cap_leaves_out_of_a_yearly_claim_says_so(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """What may be claimed anew every year is not left out of one year because it is claimed in another."""
    loan = {"id": "L", "borrower": "A", "kind": "loan", "projects": ["P1"], "dedicated_product": True}
    loan |= {"interest_paid": {"2024": 1200, "2025": 300}, "filing_years": [2025, 2026]}
    plan = plan_of([project()], {"interest-once": "instalments"}, loans=[loan])
    told = Questions(plan).text("L", "interest", 2026, width=1000).partition("金额\n")[0]
    assert "2026年不申报（方案在2025年申报）：\n  - 共用上限已满" in told
    (said,) = json.loads(Questions(plan).json("L", "interest", 2026))["not_that_year"]
    assert said["en"].startswith("a shared cap is used up")
    assert json.loads(Questions(plan).json("P1", "equipment", 2025))["not_that_year"] == []


@pytest.mark.parametrize("benefit", ["iiot", "工业互联网创新应用", "industrial internet"])
def test_a_benefit_goes_by_name_or_label(plan: Plan, benefit: str) -> None:
    """Either is understood."""
    assert [claim.benefit for claim in Questions(plan).why("P1", benefit).claims] == ["iiot"]


def test_a_name_that_is_none_is_answered_with_the_nearest(plan: Plan) -> None:
    """An unknown subject names the nearest, an unknown benefit those of the subject."""
    with pytest.raises(InputError) as wrong:
        Questions(plan).why("P1O")
    assert wrong.value.diagnostics[0].code == "why.no-such-subject"
    assert "P1" in wrong.value.diagnostics[0].way_out.zh
    assert "P1" in wrong.value.diagnostics[0].way_out.en
    with pytest.raises(InputError) as wrong:
        Questions(plan).why("完全不同")
    assert "such as P1, P2, P3;" in wrong.value.diagnostics[0].way_out.en
    assert Questions(plan).why("二期").claims == Questions(plan).why("P2").claims
    with pytest.raises(InputError) as wrong:
        Questions(plan).why("P1", "green")
    assert wrong.value.diagnostics[0].way_out.en == "the benefits of “P1”: equipment, iiot"


def test_a_row_without_any_benefit_is_not_called_unknown(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """A project whose kinds nobody stated is in the file: what it lacks is to be stated."""
    with pytest.raises(InputError) as wrong:
        Questions(plan_of([project(kinds=["iiot"]), project(id="P2", kinds=[])])).why("P2")
    assert wrong.value.diagnostics[0].code == "why.nothing-to-claim"


def test_json_holds_the_entries_and_only_the_steps_of_their_proofs(plan: Plan) -> None:
    """The steps are renumbered; every index points at one of them."""
    data = json.loads(Questions(plan).json("P3"))
    assert [entry["reason"] for entry in data["not_claimed"]] == ["unmet"]
    steps = data["steps"]
    (root,) = data["not_claimed"][0]["proofs"]
    assert steps[root]["atom"] == 'blocked("P3",equipment,total(equipment))'
    assert all(child < len(steps) for step in steps for child in step["children"])
    assert all(one < len(data["phrases"]) for step in steps for one in step["citations"])
    assert len(steps) < len(plan.steps)


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_fits_the_terminal(plan: Plan, columns: int, language: Language) -> None:
    """Whatever the width, no line is wider."""
    for subject in ("P1", "P2", "P3"):
        text = Questions(plan).text(subject, language=language, width=columns)
        assert max(map(width, text.splitlines())) <= columns


def test_names_that_would_steer_the_terminal_are_shown_harmlessly(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """Escapes and bidi overrides of the portfolio come out as visible text."""
    plan = plan_of([project(id="P\u202e1", name="\x1b[31m红")])
    text = Questions(plan).text("P\u202e1")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\u202e" in text
