"""`subvent why --takes`: what it prints, in both languages and as JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.commands import ran, working_in

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, name: 星河, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
     established: 2015-05-06}
  - {id: B, name: 远山, legal_person: true, operates_in_shenzhen: true, industry_code: "6513",
     established: 2015-05-06}
projects:
  - {id: P1, applicant: A, name: 光模块, kinds: [equipment], total_investment: 1999.5, audited_cost: 1800,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: B, kinds: [equipment], total_investment: 3000, audited_cost: 2600,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true, start: 2024-01-01}
"""
"""P1 lacks 5,000 yuan for 180; P2's applicant is of no industry."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder, with the portfolio in it."""
    working_in(tmp_path, monkeypatch, group=GROUP)


def _run(*arguments: str) -> int:
    return ran("why", "group.yaml", *arguments)


def test_the_text_tells_the_change_and_what_it_brings(capfd: pytest.CaptureFixture[str]) -> None:
    """What would have to be otherwise, by how much, what the plan becomes, and how far it can grow."""
    assert _run("P1", "equipment", "--takes") == 0
    lines = [line.strip() for line in capfd.readouterr().out.splitlines()]
    assert lines[0] == "P1 光模块 · renewal of equipment · 2026 · what it would take"
    assert lines[1].endswith("it may not be claimed as things are.")
    assert "- P1 total investment: 1,999.5万元 → 2,000万元 or more (0.5万元 more)" in lines
    assert "→ the best plan then claims it (180.00 万元): +180.00 万元, 180.00 万元 in total" in lines
    assert "More is gained by going on, up to here:" in lines
    assert "- P1 audited cost: 1,800万元 → 10,000万元 or more (8,200万元 more)" in lines
    assert "P1 total investment: 1,999.5万元 → 10,000万元 or more (8,000.5万元 more) (goes along)" in lines


def test_the_text_is_chinese_as_well(capfd: pytest.CaptureFixture[str]) -> None:
    """The same in Chinese, within the columns of a terminal."""
    assert _run("P1", "--allow", "P1.total_investment", "--lang", "zh") == 0
    out = capfd.readouterr().out
    assert "  - P1 总投资额：1,999.5万元 → 达到 2,000万元（多 0.5万元）\n" in out
    assert "     → 最优方案就会申报它（180.00 万元），合计多 180.00 万元，为 180.00 万元\n" in out
    assert "允许改动：P1 总投资额\n" in out


def test_no_answer_says_so_and_why(capfd: pytest.CaptureFixture[str]) -> None:
    """What is first in the way, and what was not tried because it has happened."""
    assert _run("P2", "--takes") == 0
    out = " ".join(capfd.readouterr().out.split())
    assert "No change of the allowed fields makes it possible. First in the way:" in out
    assert "B: industry code 6513 > 4690" in out
    assert "Not tried (it has happened, or was chosen; name it with --allow ROW.FIELD to ask" in out
    assert "P2 start" in out


def test_json_holds_the_changes_and_the_plans(capfd: pytest.CaptureFixture[str]) -> None:
    """Amounts are strings of yuan, facts stand as in a portfolio in 万元."""
    assert _run("P1", "equipment", "2026", "--takes", "--format", "json") == 0
    data = json.loads(capfd.readouterr().out)
    (answer,) = data["answers"]
    (way,) = answer["possible"]
    (fact,) = way["facts"]
    assert (fact["row"], fact["field"], fact["before"], fact["after"]) == (
        "P1",
        "total_investment",
        "1999.5",
        "2000",
    )
    assert (fact["bound"], way["gain_yuan"], way["planned"]) == ("least", "1800000.00", True)
    assert [change["claim"] for change in way["changes"]] == ["A/P1/equipment/2026"]
    assert data["status"] == "optimal"


def test_everything_wrong_with_a_question_is_told_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    """Subject, benefit, year, row and field that do not exist, each with the nearest names."""
    wrong = ("P1", "equipmnt", "2031", "--allow", "P9", "--allow", "P1.total", "--allow", "A.industry_code")
    assert _run(*wrong) == 1
    told = capfd.readouterr().err
    for code in (
        "why.no-such-benefit",
        "why.year-not-planned",
        "why.no-such-row",
        "why.no-such-field",
        "why.cannot-move",
    ):
        assert f"[{code}]" in told
    assert "equipment" in told
    assert _run("P7", "--takes") == 1
    assert "why.no-such-subject" in capfd.readouterr().err


def test_a_name_of_several_rows_is_asked_back(capfd: pytest.CaptureFixture[str]) -> None:
    """That two projects are called so is said, with their ids; not that none is."""
    alike = GROUP.replace("id: P2, applicant: B", "id: P2, name: 光模块, applicant: B")
    Path("group.yaml").write_text(alike, encoding="utf-8")
    assert _run("光模块", "--takes") == 1
    told = capfd.readouterr().err
    assert "[why.called-alike]" in told
    assert "P1, P2" in told


def test_a_benefit_of_others_is_told_apart(capfd: pytest.CaptureFixture[str]) -> None:
    """What is not for the row, with how to ask what it would take; what there is not, with the nearest."""
    assert _run("P1", "smart") == 1
    told = capfd.readouterr().err
    assert "[why.not-its-benefit]" in told
    assert "--takes" in told
    assert _run("P1", "equipmnt") == 1
    assert "did you mean “equipment”?" in capfd.readouterr().err


def test_a_saved_plan_holds_no_other_facts(capfd: pytest.CaptureFixture[str]) -> None:
    """Changes of facts are planned anew: a plan that was made before cannot tell of them."""
    assert _run("P1", "--takes", "--plan", "plan.json") == 1
    assert "[saved.plan-and-takes]" in capfd.readouterr().err


def test_a_saved_plan_has_its_answers(capfd: pytest.CaptureFixture[str]) -> None:
    """Which answers are the strictest is found by planning: a plan that was made before took its own."""
    assert _run("P1", "--strict", "--plan", "plan.json") == 1
    assert "[saved.plan-and-strict]" in capfd.readouterr().err


def test_a_planned_year_that_is_not_stated_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    """Of a project that states other years it is not said that it states none, nor the same thing twice."""
    other = GROUP.replace("filing_years: [2026]", "filing_years: [2025]", 1)
    Path("group.yaml").write_text(other.replace("horizon: [2026]", "horizon: [2026, 2027]"), encoding="utf-8")
    assert _run("P1", "equipment", "--takes") == 0
    lines = [line.strip() for line in capfd.readouterr().out.splitlines()]
    left = [line for line in lines if "filing years of P1" in line]
    assert left == [f"- the filing years of P1 do not hold {year}" for year in (2026, 2027)]
