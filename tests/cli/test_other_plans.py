"""`subvent alternatives` and `subvent replan`: text in both languages, JSON, and what is refused."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.commands import ran, working_in

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, name: 星河, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
     good_standing: true, established: 2021-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major, smart], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P3, applicant: A, kinds: [iiot], total_investment: 1000, audited_cost: 300,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
"""
"""P1 as major 4,900 and P2 as smart 4,800, or P1 as smart 5,000 and P2 as equipment 1,000; P3 90."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    """The working folder, with the portfolio, its plan, and a version in which P1 falls short."""
    later = GROUP.replace("total_investment: 50000", "total_investment: 49999")
    working_in(tmp_path, monkeypatch, group=GROUP, later=later)
    assert ran("plan", "group.yaml", "--out", "plan.json") == 0
    capfd.readouterr()
    return tmp_path


def _json(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert ran(*arguments, "--format", "json") == 0
    return json.loads(capfd.readouterr().out)


def _lines(capfd: pytest.CaptureFixture[str]) -> list[str]:
    """What was shown, with single spaces; no line is wider than the terminal."""
    out = capfd.readouterr().out
    for line in out.splitlines():
        assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line) <= 100, line
    return [" ".join(line.split()) for line in out.splitlines()]


def test_alternatives_tell_what_changes_and_what_is_given_up(capfd: pytest.CaptureFixture[str]) -> None:
    """The best plan in a line, the next best with their changes, the simplest with what they save."""
    assert ran("alternatives", "group.yaml", "--count", "1") == 0
    lines = _lines(capfd)
    assert "The best plan: 9,790.00 万元; claims: 3, applicants: 1." in lines
    assert "Proven: no lawful plan brings more." in lines
    at = lines.index("1. 6,090.00 万元, 3,700.00 万元 less")
    end = lines.index("", at)
    assert sorted(line[0] for line in lines[at + 1 : end] if line[0] in "+−") == ["+", "+", "−", "−"]
    assert "Fewest claims: 2 (the best plan has 3); 9,700.00 万元, 90.00 万元 less" in lines
    assert "− 90.00 星河 · P3 · industrial internet · 2026" in lines
    assert "Fewest applicants: 1; the best plan has as few." in lines


def test_alternatives_speak_chinese_and_json(capfd: pytest.CaptureFixture[str]) -> None:
    """The same in Chinese, and as JSON with exact yuan."""
    assert ran("alternatives", "group.yaml", "--lang", "zh", "--fewest", "filings") == 0
    lines = _lines(capfd)
    assert "1. 6,090.00 万元，少 3,700.00 万元" in lines
    assert "申报项最少：2（最优方案 3）；9,700.00 万元，少 90.00 万元" in lines
    assert not any(line.startswith("申报企业最少") for line in lines)
    found = _json(capfd, "alternatives", "group.yaml", "--within", "0.9", "--count", "9")
    assert (found["within_percent"], found["proven"], found["exhausted"]) == ("0.9", True, True)
    assert found["next_best"][0]["less_yuan"] == "37000000.00"
    assert [one["count"] for one in found["simplest"]] == [3, 1]


def test_replan_tells_what_stands_and_what_changes_bring(capfd: pytest.CaptureFixture[str]) -> None:
    """The claim that fell with its shortfall, and the steps to the best plan now."""
    assert ran("replan", "later.yaml", "--since", "plan.json") == 0
    lines = _lines(capfd)
    assert "The earlier plan: 3 claims, 9,790.00 万元." in lines
    assert "Still standing: 2 claims, 4,890.00 万元 now." in lines
    assert "short by 1万元 (total investment reaches the threshold" in " ".join(lines)
    assert ran("replan", "later.yaml", "--since", "plan.json", "--lang", "zh", "--changes", "1") == 0
    lines = _lines(capfd)
    assert "仍成立 2 项，现合计 4,890.00 万元。" in lines
    assert "以 1 处改动为限；最优方案再多 1,200.00 万元。" in lines


def test_replan_as_json(capfd: pytest.CaptureFixture[str]) -> None:
    """P1 as smart and P2 as equipment are three changes; none and fewer bring no more."""
    found = _json(capfd, "replan", "later.yaml", "--since", "plan.json")
    assert [(one["subject"], one["cause"]) for one in found["lost"]] == [("P1", "unmet")]
    assert [(one["changed_filings"], one["gain_yuan"]) for one in found["stages"]] == [
        (0, "0.00"),
        (2, "2000000.00"),
        (3, "10000000.00"),
    ]
    assert (found["best_total_yuan"], found["reached"], found["proven"]) == ("60900000.00", True, True)


def test_everything_wrong_is_told_at_once(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Wrong numbers are wrong usage, wrong files invalid input; each kind in one report."""
    assert ran("alternatives", "group.yaml", "--count", "0", "--within", "100.5%") == 2
    told = capfd.readouterr().err
    assert "[cli.not-a-count]" in told
    assert "[cli.not-a-percentage]" in told
    for wrong in ("-1", "1e2", "x", "", "1/2"):
        assert ran("alternatives", "group.yaml", "--within", wrong) == 2
    assert ran("replan", "group.yaml", "--since", "plan.json", "--changes", "0") == 2
    assert ran("replan", "group.yaml") == 2
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "wrong.yaml").write_text(GROUP.replace("id: P2", "id: P1"), encoding="utf-8")
    capfd.readouterr()
    assert ran("replan", "wrong.yaml", "--since", "broken.json") == 1
    told = capfd.readouterr().err
    assert "[plan-file.not-json]" in told
    assert "portfolio." in told
    assert ran("replan", "group.yaml", "--since", "none.json") == 1
    other = GROUP.replace("id: P", "id: Q")
    (folder / "other.yaml").write_text(other, encoding="utf-8")
    assert ran("replan", "other.yaml", "--since", "plan.json") == 1
    assert "[replan.other-portfolio]" in capfd.readouterr().err
