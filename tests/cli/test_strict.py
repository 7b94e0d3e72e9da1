"""`subvent plan --strict`, and what plans tell of strict readings on the screen and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.commands import ran, working_in

from subvent.strictness import Comparison

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true,
     established: 2021-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
"""
DEFAULT, STRICT = "97000000.00", "10000000.00"
"""P1 as major 4,900 and P2 as smart 4,800; strictly P1 falls short of its threshold by the audited figure,
and smart brings nothing without a table: P2 as equipment, 1,000."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the portfolio in it."""
    return working_in(tmp_path, monkeypatch, group=GROUP)


def _planned(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert ran("plan", "group.yaml", "--format", "json", *arguments) == 0
    return json.loads(capfd.readouterr().out)


def test_the_text_tells_both_totals_and_the_costliest_question(capfd: pytest.CaptureFixture[str]) -> None:
    """Three lines in either language, with the phrase of the law that leaves the question open."""
    assert ran("plan", "group.yaml") == 0
    lines = capfd.readouterr().out.splitlines()
    assert "All readings by default  9,700.00 万元" in lines
    assert "All readings strict      1,000.00 万元" in lines
    costliest = next(line for line in lines if line.startswith("Costliest on its own"))
    assert "threshold=audited, 4,900.00 万元 less" in costliest
    assert "「总投资额达到5亿元及以上」" in "".join(line.strip() for line in lines)

    assert ran("plan", "group.yaml", "--lang", "zh", "--strict") == 0
    lines = capfd.readouterr().out.splitlines()
    assert "解读全部取默认    9,700.00 万元" in lines
    assert "解读全部从严      1,000.00 万元（本方案）" in lines


def test_a_strict_plan_verifies_and_repeats_byte_by_byte(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`--strict` writes its readings and the comparison; the plan is checked like any other."""
    written = []
    for name in ("one.json", "two.json"):
        assert ran("plan", "group.yaml", "--strict", "--out", name) == 0
        written.append(json.loads((folder / name).read_text(encoding="utf-8")))
        written[-1].pop("run")
    capfd.readouterr()
    assert written[0] == written[1]
    strict = written[0]["strict"]
    assert written[0]["total_yuan"] == strict["strict_total_yuan"] == STRICT
    assert strict["default_total_yuan"] == DEFAULT
    assert (strict["taken"], strict["every_combination"], strict["most_costly"]) == (True, True, "threshold")
    assert strict["answers"] == written[0]["readings"]
    alone = {one["name"]: (one["answer"], one["total_yuan"]) for one in strict["questions"]}
    assert alone["threshold"] == ("audited", "48000000.00")
    assert alone["smart-tiers"] == ("refuse", "59000000.00")
    assert ran("verify", "one.json", "group.yaml") == 0


def test_an_answered_question_keeps_its_answer(capfd: pytest.CaptureFixture[str]) -> None:
    """`--reading` overrides `--strict` for its question, and the text says where the plan departs."""
    assert _planned(capfd, "--strict", "--reading", "threshold=declared")["total_yuan"] == "49000000.00"
    assert ran("plan", "group.yaml", "--strict", "--reading", "threshold=declared") == 0
    assert "(this plan, but with threshold=declared)" in capfd.readouterr().out


@pytest.mark.parametrize("takes", [(), ("--takes",)])
def test_a_question_is_asked_under_the_answers_of_the_strict_plan(
    capfd: pytest.CaptureFixture[str], takes: tuple[str, ...]
) -> None:
    """`why --strict` is `why` with each `--reading` of `plan --strict`, and so with `--takes`."""
    readings = _planned(capfd, "--strict")["readings"]
    named = [option for name, answer in readings.items() for option in ("--reading", f"{name}={answer}")]
    asked = ("why", "group.yaml", "P1", *takes, "--format", "json")
    assert ran(*asked, *named) == 0
    by_name = json.loads(capfd.readouterr().out)
    assert ran(*asked, "--strict") == 0
    assert json.loads(capfd.readouterr().out) == by_name
    assert ran(*asked) == 0
    assert json.loads(capfd.readouterr().out) != by_name


def test_facts_are_worth_what_they_bring_under_strict_answers(capfd: pytest.CaptureFixture[str]) -> None:
    """The total beside them is that of `plan --strict`; an answer given keeps it."""
    assert ran("facts", "group.yaml", "--strict", "--format", "json") == 0
    assert json.loads(capfd.readouterr().out)["total_yuan"] == STRICT
    assert ran("facts", "group.yaml", "--strict", "--reading", "threshold=declared", "--format", "json") == 0
    assert json.loads(capfd.readouterr().out)["total_yuan"] == "49000000.00"


def test_programs_get_the_comparison_where_they_ask(capfd: pytest.CaptureFixture[str]) -> None:
    """JSON alone is not compared, unless asked; text is, unless told not to."""
    assert "strict" not in _planned(capfd)
    assert _planned(capfd, "--compare-strict")["strict"]["strict_total_yuan"] == STRICT
    assert ran("plan", "group.yaml", "--no-compare-strict") == 0
    assert "--compare-strict computes it" in capfd.readouterr().out


def test_the_workbook_tells_both_totals(folder: Path) -> None:
    """The sheet on readings holds the totals as numbers, and the phrase."""
    assert ran("plan", "group.yaml", "--lang", "zh", "--out", "plan.xlsx") == 0
    sheet = load_workbook(folder / "plan.xlsx")["解读与假设"]
    rows = {str(row[0]).split("\n")[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["解读全部取默认"][2:4] == (9700, 97000000)
    assert rows["解读全部从严"][2:4] == (1000, 10000000)
    assert rows["单独从严影响最大"][2] == 4800
    assert rows["单独从严影响最大"][4].endswith("第1条「总投资额达到5亿元及以上」")


def test_wrong_answers_are_refused_as_ever(capfd: pytest.CaptureFixture[str]) -> None:
    """An unknown question or answer beside `--strict` is an error of the input."""
    assert ran("plan", "group.yaml", "--strict", "--reading", "treshold=audited") == 1
    assert "threshold" in capfd.readouterr().err
    assert ran("plan", "group.yaml", "--strict", "--reading", "threshold=both") == 1
    assert "declared, audited" in capfd.readouterr().err


def test_what_is_not_proven_is_not_told_as_a_total(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where the time does not suffice the plan stands, and each total says that it is not proven."""
    monkeypatch.setattr(Comparison, "totals", lambda _, decisions: [None for _ in decisions])
    assert ran("plan", "group.yaml", "--time-limit", "60", "--out", "plan.json") == 0
    shown = capfd.readouterr().out
    assert "At most 9,700.00 万元 in total" in shown
    assert "All readings strict      not proven within the limits" in shown
    assert "lower may exist" in shown
    assert ran("verify", "plan.json", "group.yaml") == 0
