"""`subvent price`: what it prints, in both languages and as JSON, and how it ends."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.commands import ran, working_in

from subvent.questions import price as pricing

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026, 2027]
companies:
  - {id: A, name: 星河, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
     established: 2015-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 26000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P3, applicant: A, kinds: [fusion], total_investment: 999.99, audited_cost: 900,
     filing_years: [2027], completed: true, in_shenzhen: true, filed_before_start: true}
"""
"""4,900 and 5,000, for 5,200 are capped. Both categories of P2 would bring 1,000 more, the cap of 5,000
costs 200, P3 lacks 100 yuan for 180."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the portfolio in it."""
    return working_in(tmp_path, monkeypatch, group=GROUP)


def _run(*arguments: str) -> int:
    return ran("price", *arguments)


def _lines(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert _run("group.yaml", *arguments) == 0
    return capfd.readouterr().out.splitlines()


def test_the_text_tells_prices_with_their_phrases(capfd: pytest.CaptureFixture[str]) -> None:
    """Largest first: the limit, the cap, the threshold, each with its article and words of the law."""
    lines = _lines(capfd)
    assert lines[1] == "Under the rules as they are: at most 9,900.00 万元, proven optimal."
    rows = [found for line in lines if (found := re.fullmatch(r" +([\d,.]+)  (\S.*?)\[A\] .*", line))]
    assert [row[1] for row in rows] == ["1,000.00", "200.00", "180.00"]
    assert [row[2] for row in rows] == ["附b", "art. 3", "art. 7"]
    at = next(n for n, line in enumerate(lines) if "cap of smart renovation" in line)
    assert lines[at + 1] == "      「单个项目资助上限为5000万元」"
    assert any("prices do not add up" in f"{one} {two}" for one, two in pairwise(lines))
    assert any("cost nothing; --all lists them." in line for line in lines)


def test_the_text_speaks_chinese(capfd: pytest.CaptureFixture[str]) -> None:
    """Kinds, heads and sentences have their words in Chinese."""
    text = "\n".join(_lines(capfd, "--lang", "zh"))
    for words in ("已证明最优", "价格不能相加", "限制", "起点", "上限", "价格为零的有", "解读：全部取默认"):
        assert words in text


def test_what_costs_nothing_is_listed_on_demand(capfd: pytest.CaptureFixture[str]) -> None:
    """`--all` names every provision."""
    assert len(_lines(capfd, "--all")) > 60


@pytest.mark.parametrize(("by", "share"), [("company", "A 星河 +180.00"), ("year", "2027 +180.00")])
def test_prices_fall_on_companies_and_years(by: str, share: str, capfd: pytest.CaptureFixture[str]) -> None:
    """`--by` adds a line to each price."""
    assert f"      {share}" in _lines(capfd, "--by", by)


def test_json_holds_every_provision(capfd: pytest.CaptureFixture[str]) -> None:
    """Amounts in yuan with two decimals, what costs something first."""
    found: Any = json.loads("\n".join(_lines(capfd, "--format", "json")))
    assert (found["status"], found["total_yuan"], found["bound_yuan"]) == (
        "optimal",
        "99000000.00",
        "99000000.00",
    )
    amounts = [price["price_yuan"] for price in found["prices"]]
    assert amounts[:4] == ["10000000.00", "2000000.00", "1800000.00", "0.00"]
    threshold = found["prices"][2]
    assert (threshold["article"], threshold["kind"], threshold["name"]) == ("7", "threshold", "fusion")
    assert threshold["by_year"] == [{"id": "2027", "price_yuan": "1800000.00"}]
    assert threshold["by_company"] == [{"id": "A", "price_yuan": "1800000.00", "name": "星河"}]
    assert threshold["phrases"]
    assert threshold["rules"]


def test_readings_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    """An answer that is not the default stands at the end."""
    lines = _lines(capfd, "--reading", "reclaim=yearly")
    assert lines[-1] == "Readings: reclaim=yearly all others by default"


def test_what_is_not_proven_ends_with_3(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the time did not suffice for is named, in text and in JSON."""
    real = pricing._Pricing._solved

    def half(self: Any, common: Any, added: Any) -> Any:
        found = real(self, common, added)
        return found._replace(least=0) if found.most else pricing._NO_TIME

    monkeypatch.setattr(pricing._Pricing, "_solved", half)
    assert _run("group.yaml") == 3
    text = capfd.readouterr().out
    assert "Not priced in the time given" in text
    assert "between 0.00 and 200.00 万元" in text
    assert _run("group.yaml", "--format", "json") == 3
    found = json.loads(capfd.readouterr().out)
    assert found["status"] == "feasible"
    assert {"low": "0.00", "high": "1800000.00"} in [price["range_yuan"] for price in found["prices"]]


def test_an_empty_portfolio_has_prices_too(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where nothing is stated no rule costs anything."""
    (folder / "group.yaml").write_text("unit: 万元\nas_of: 2026-05-06\nhorizon: [2026]\n", encoding="utf-8")
    assert "No rule lowers the total by itself." in _lines(capfd)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("missing.yaml",), "1"),
        (("group.yaml", "--by", "article"), "cli.not-one-of"),
        (("group.yaml", "--reading", "nothing=1"), "plan.unknown-reading"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], code: str, capfd: pytest.CaptureFixture[str]) -> None:
    """As by every command: a message with its code, nothing on stdout."""
    assert _run(*arguments) in (1, 2)
    shown = capfd.readouterr()
    assert shown.out == ""
    assert code in shown.err or code == "1"
