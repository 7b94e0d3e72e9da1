"""`subvent compare`: readings, versions and policies side by side, in text and as JSON."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.commands import ran, working_in

from subvent.document.answers import ANSWERS
from subvent.optimise.search import Limits
from subvent.problem import Problem
from subvent.questions import outline, readings
from subvent.questions.outline import Outline

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, name: 星河, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
     good_standing: true, established: 2021-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
"""
"""P1 as major 4,900 and P2 as smart 4,800, or P2 as equipment 1,000 where smart brings nothing."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with two versions of the portfolio in it."""
    smaller = GROUP.replace("audited_cost: 24000", "audited_cost: 20000").replace("49000", "40000")
    versions = {"group": GROUP, "group-2": smaller.replace("[major]", "[]")}
    return working_in(tmp_path, monkeypatch, **versions)


def _run(*arguments: str) -> int:
    return ran("compare", *arguments)


def _json(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert _run(*arguments, "--format", "json") == 0
    text = capfd.readouterr().out
    ANSWERS["compare"].validate_json(text)
    return json.loads(text)


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def test_readings_tell_totals_changes_and_what_to_ask_first(capfd: pytest.CaptureFixture[str]) -> None:
    """Each answer with its total and what it changes, the phrase to quote, what to file now."""
    assert _run("group.yaml", "--readings") == 0
    out = capfd.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "Base total 9,700.00 万元; all readings by default." in lines
    assert any(
        line.startswith("Ask first: smart-tiers;") and "avoids a loss of up to 1,000.00" in line
        for line in lines
    )
    assert any(line.startswith("=refuse ") and line.endswith("5,900.00 −3,800.00 1,000.00") for line in lines)
    assert "− 4,800.00 星河 · P2 · smart renovation · 2026" in lines
    assert "+ 1,000.00 星河 · P2 · renewal of equipment · 2026" in lines
    assert "「总投资额达到5亿元及以上」" in out
    assert "Deciding now" in lines
    assert "What can be filed under every answer" in lines
    assert "1,000.00 星河 · P2 · renewal of equipment · 2026" in lines
    assert all(_columns(line) <= 100 for line in out.splitlines())


def test_readings_speak_chinese(capfd: pytest.CaptureFixture[str]) -> None:
    """The same in Chinese."""
    assert _run("group.yaml", "--readings", "--reading", "exclusivity=one-a-year", "--lang", "zh") == 0
    out = capfd.readouterr().out
    assert "基准合计 4,900.00 万元；解读取 exclusivity=one-a-year，其余取默认。" in out
    assert "最值得先问：" in out
    assert "现在就定" in out
    assert "无论哪个答案都可以照报" in out
    assert all(_columns(line) <= 100 for line in out.splitlines())


def test_readings_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    """Money is strings of yuan; every question is there, as one that matters or one that changes nothing."""
    found = _json(capfd, "group.yaml", "--readings")
    assert found["base"]["total_yuan"] == "97000000.00"
    assert found["ask_first"] == found["questions"][0]["name"] == "smart-tiers"
    assert found["questions"][0]["value_of_knowing_yuan"] == "10000000.00"
    sure = found["guaranteed"]
    assert (sure["total_yuan"], sure["bound_yuan"], sure["proven"]) == ("10000000.00", "10000000.00", True)
    assert (sure["base_total_yuan"], sure["costs_yuan"]) == ("10000000.00", "87000000.00")
    assert [(c["id"], c["least_yuan"]) for c in sure["claims"]] == [("A/P2/equipment/2026", "10000000.00")]
    names = [question["name"] for question in found["questions"]]
    assert sorted([*names, *found["change_nothing"]]) == sorted(found["base"]["readings"])
    refuse = next(a for a in found["questions"][0]["answers"] if a["answer"] == "refuse")
    assert [(c["id"], c["before_yuan"], c["after_yuan"]) for c in refuse["changes"]] == [
        ("A/P2/equipment/2026", None, "10000000.00"),
        ("A/P2/smart/2026", "48000000.00", None),
    ]


def test_versions_of_a_file(capfd: pytest.CaptureFixture[str]) -> None:
    """Totals and differences by file; claims gained, lost and changed against the first."""
    assert _run("group.yaml", "group-2.yaml") == 0
    lines = [" ".join(line.split()) for line in capfd.readouterr().out.splitlines()]
    assert "group.yaml 9,700.00 2" in lines
    assert "group-2.yaml 4,000.00 −5,700.00 1" in lines
    assert "~ 4,800.00 → 4,000.00 星河 · P2 · smart renovation · 2026" in lines
    assert "− 4,900.00 星河 · P1 · major renovation · 2026" in lines

    assert _run("group.yaml", "group.yaml", "--lang", "zh") == 0
    out = capfd.readouterr().out
    assert "group.yaml · 第2个 与 group.yaml · 第1个 相比" in out
    assert "申报项和金额都相同。" in out


def test_what_was_filed_since_is_told_where_it_is_gone(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A claim that is no more to be planned because it was filed says what became of it."""
    filed = (
        "history: [{applicant: A, subject: P1, benefit: major, year: 2026, status: granted, amount: 4500}]\n"
    )
    (folder / "group-3.yaml").write_text(GROUP + filed, encoding="utf-8")
    assert _run("group.yaml", "group-3.yaml") == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "− 4,900.00 星河 · P1 · major renovation · 2026 (history: granted in 2026, 4,500.00 万元)" in said
    (gone,) = (
        one
        for one in _json(capfd, "group.yaml", "group-3.yaml")["versions"][1]["changes"]
        if one["subject"] == "P1"
    )
    assert gone["history"] == [{"year": 2026, "status": "granted", "amount_yuan": "45000000.00"}]


def test_two_sets_of_readings_or_policies(capfd: pytest.CaptureFixture[str]) -> None:
    """What the other side does not say it has from this one."""
    found = _json(capfd, "group.yaml", "--reading", "smart-tiers=refuse", "--against", "threshold=audited")
    first, second = found["versions"]
    assert (first["total_yuan"], second["total_yuan"]) == ("59000000.00", "48000000.00")
    assert (first["readings"], second["readings"]) == ({"smart-tiers": "refuse"}, {"threshold": "audited"})
    assert second["difference_yuan"] == "-11000000.00"
    assert {c["id"] for c in second["changes"]} == {
        "A/P1/major/2026",
        "A/P2/equipment/2026",
        "A/P2/smart/2026",
    }

    policy = ("--against-policy", "cn/shenzhen/2023-6")
    found = _json(capfd, "group.yaml", "--reading", "smart-tiers=refuse", *policy)
    assert [one["readings"] for one in found["versions"]] == [{"smart-tiers": "refuse"}] * 2
    assert [one["policies"] for one in found["versions"]] == [[], ["cn/shenzhen/2023-6"]]


def test_a_total_that_is_not_proven_ends_with_3(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, in either form of comparison."""
    honest = outline.outlined

    def doubtful(problem: Problem, limits: Limits) -> Outline:
        found = honest(problem, limits)
        return found._replace(bound=found.bound + 1)

    monkeypatch.setattr(outline, "outlined", doubtful)
    monkeypatch.setattr(readings, "outlined", doubtful)
    assert _run("group.yaml", "group-2.yaml") == 3
    assert "group.yaml (not proven)" in capfd.readouterr().out
    assert _run("group.yaml", "--readings") == 3
    out = capfd.readouterr().out
    assert "Some totals were not proven in time" in out
    assert "Deciding now" not in out


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["group.yaml"], 2, "cli.nothing-to-compare"),
        (["group.yaml", "--reading", "threshold=audited"], 2, "cli.nothing-to-compare"),
        (["group.yaml", "group-2.yaml", "--readings"], 2, "cli.compared-twice"),
        (["group.yaml", "--readings", "--against", "threshold=audited"], 2, "cli.compared-twice"),
        ([], 2, "cli.missing-argument"),
        (["group.yaml", "missing.yaml"], 1, "portfolio.no-file"),
        (["group.yaml", "--against", "treshold=audited"], 1, "plan.unknown-reading"),
        (["group.yaml", "--readings", "--reading", "threshold=auditted"], 1, "plan.unknown-answer"),
    ],
)
def test_bad_usage_and_bad_input(
    capfd: pytest.CaptureFixture[str], arguments: list[str], status: int, code: str
) -> None:
    """Each with a message of its own and its exit status, and nothing on stdout."""
    assert _run(*arguments) == status
    shown = capfd.readouterr()
    assert f"[{code}]" in shown.err
    assert shown.out == ""
