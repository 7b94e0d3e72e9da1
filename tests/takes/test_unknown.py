"""What unknown facts could be worth: hand-computed, and planned anew by other means."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.commands import ran, working_in
from tests.oracle.generator import as_json, random_portfolio
from tests.takes.replanned import Replanner

from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.process.progress import Progress
from subvent.questions.takes.unknown import Worths, worths_of_rows
from subvent.report.json_takes import worths_json
from subvent.report.text_worths import worths_text

PACKS = load_policies()
FEN = 1_000_000
"""Fen in 万元."""
GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, name: 星河, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
     established: 2015-05-06}
  - {id: B, legal_person: true, operates_in_shenzhen: true, established: 2015-05-06}
projects:
  - {id: P1, applicant: A, kinds: [equipment], total_investment: 2999.5, filing_years: [2026],
     completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [smart], total_investment: 1000, audited_cost: 1000, filing_years: [2026],
     in_shenzhen: true}
  - {id: P3, applicant: B, kinds: [smart], total_investment: 1000, audited_cost: 500, filing_years: [2026],
     completed: true, in_shenzhen: true, filed_before_start: true}
"""
"""P1 lacks its cost, P2 two answers, P3's applicant its industry."""


@pytest.fixture
def group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portfolio:
    """The group, in the working folder."""
    working_in(tmp_path, monkeypatch, group=GROUP)
    return read_portfolio(Path("group.yaml"), vocabulary_of(PACKS))


def checked(rows: Portfolio, found: Worths) -> Worths:
    """The worths, each of which comes about when its facts are planned anew, and none without one of them."""
    replanner = Replanner(PACKS, rows)
    now = replanner.plan().total
    assert found.total_fen == now
    for worth in found.worths:
        changes = [(fact, fact.after) for fact in worth.facts]
        assert worth.gain_fen is None or replanner.plan(changes).total - now == worth.gain_fen
        for fact in worth.facts:
            rest = [change for change in changes if change[0] is not fact]
            assert replanner.plan(rest).total - now < (worth.gain_fen or 0)
    return found


def test_the_fact_that_could_bring_most_comes_first(group: Portfolio) -> None:
    """P1's cost is at most its total: 10 % of 2,999.5. P2's answers bring 20 % of 1,000, only together."""
    found = checked(group, worths_of_rows(group, PACKS, InProcess()))
    told = {(one.fact.row, one.fact.field): one for one in found.worths}
    assert found.worths[0].fact.field == "audited_cost"
    assert found.worths[0].gain_fen == 299_950_000
    for field, other in (("completed", "filed_before_start"), ("filed_before_start", "completed")):
        worth = told["P2", field]
        assert (worth.gain_fen, [fact.field for fact in worth.facts]) == (200 * FEN, [field, other])
    code = told["B", "industry_code"]
    assert (code.gain_fen, code.tried) == (None, True)
    assert found.proven


def test_a_project_without_kinds_is_worth_what_its_best_kind_brings(tmp_path: Path) -> None:
    """P2 as industrial internet brings 30 % of 1,000; no claim hangs on its kinds, so none is named."""
    path = tmp_path / "group.yaml"
    text = GROUP.replace("id: P2, applicant: A, kinds: [smart],", "id: P2, applicant: A,")
    stated = "in_shenzhen: true, completed: true, filed_before_start: true}\n  - {id: P3"
    path.write_text(text.replace("in_shenzhen: true}\n  - {id: P3", stated), encoding="utf-8")
    rows = read_portfolio(path, vocabulary_of(PACKS))
    found = checked(rows, worths_of_rows(rows, PACKS, InProcess()))
    told = next(one for one in found.worths if (one.fact.row, one.fact.field) == ("P2", "kinds"))
    assert (told.gain_fen, told.fact.claims) == (300 * FEN, ())
    assert [fact.after for fact in told.facts] == [("iiot",)]


def test_a_whole_is_told_as_large_as_its_part(tmp_path: Path) -> None:
    """A cost of 10,000 brings the cap of 1,000; the total, not stated either, is no less than it."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP.replace("total_investment: 2999.5, ", ""), encoding="utf-8")
    rows = read_portfolio(path, vocabulary_of(PACKS))
    found = checked(rows, worths_of_rows(rows, PACKS, InProcess()))
    told = next(one for one in found.worths if one.fact.row == "P1")
    assert told.gain_fen == 1_000 * FEN
    assert {fact.field: str(fact.after) for fact in told.facts} == {
        "audited_cost": "10000.000000", "total_investment": "10000.000000",
    }  # fmt: skip


def test_the_connected_rows_tell_the_same_as_all(group: Portfolio) -> None:
    """Whether all rows are planned anew or only the connected ones."""
    cut, whole = (worths_of_rows(group, PACKS, InProcess(), few=few) for few in (0, 99))
    assert cut == whole


@pytest.mark.parametrize("seed", [3, 8])
def test_every_worth_comes_about_in_random_portfolios(seed: int, tmp_path: Path) -> None:
    """Planned anew with its facts each gain is as told, and less without any of them."""
    path = tmp_path / "drawn.json"
    drawn = json.loads(as_json(random_portfolio(seed)))
    for row in drawn["projects"]:
        row.pop("completed", None)
        row.pop("in_shenzhen", None)
    path.write_text(json.dumps(drawn), encoding="utf-8")
    rows = read_portfolio(path, vocabulary_of(PACKS))
    assert checked(rows, worths_of_rows(rows, PACKS, InProcess())).worths


def test_what_was_not_worked_out_in_time_is_not_told(group: Portfolio) -> None:
    """Then it has no worth, and the answer is not proven."""

    class Stopped(Progress):
        @property
        def stopped(self) -> bool:
            return True

    found = worths_of_rows(group, PACKS, InProcess(), limits=Limits(progress=Stopped()))
    assert {one.gain_fen for one in found.worths} == {None}
    assert not found.proven
    assert replace(found, worths=()).proven


def test_the_command_tells_it_in_text_and_json(group: Portfolio, capfd: pytest.CaptureFixture[str]) -> None:
    """The gain, the value of the fact, the others that go with it, and the claims that hang on it."""
    del group
    for language, lines in (
        ("en", ["  - P1 · audited cost  up to 299.95 万元 more", "     → and with it: P2 completed"]),
        ("zh", ["  - P1 · 审定总投资建设费用  最多可多得 299.95 万元", "     → 还要：P2 已完工：未填 → 是"]),
    ):
        assert ran("facts", "group.yaml", "--lang", language) == 0
        told = capfd.readouterr().out
        assert all(line in told for line in lines)
    assert ran("facts", "group.yaml", "--format", "json") == 0
    first = json.loads(capfd.readouterr().out)["facts"][0]
    assert (first["row"], first["field"], first["gain_yuan"]) == ("P1", "audited_cost", "2999500.00")
    assert [fact["after"] for fact in first["facts"]] == ["2999.5"]


def test_what_is_stated_in_words_unknown_to_the_rules_is_told_apart(tmp_path: Path) -> None:
    """No field is left out, and yet it is not known: the command says so instead of “nothing is unknown”."""
    honour = "honours: [{id: W1, holder: A, title: 未来工厂, level: 国家, year: 2026, first_time: true}]\n"
    path = tmp_path / "group.yaml"
    path.write_text(GROUP.partition("projects:")[0] + honour, encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    found = worths_of_rows(portfolio, PACKS, InProcess())
    assert not found.worths
    assert [entry.subject for entry in found.undecided] == ["W1"]
    (told,) = json.loads(worths_json(found))["undecided"]
    assert (told["subject"], told["benefit"]) == ("W1", "honour")
    assert told["findings"][0]["text"]["zh"].startswith("W1：尚不明确")
    assert (told["findings"][0]["place"]["line"], told["findings"][0]["place"]["column"]) == (8, 38)
    text = worths_text(found, "zh", 100)
    assert "W1 · 示范与荣誉奖励" in text
