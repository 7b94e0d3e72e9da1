"""`why` plans only what a question touches: its answer is that of the plan of the whole file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.diagnostics import InputError
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.questions.about import part_about, solve_about

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

POLICIES = load_policies()


def read(text: str, folder: Path) -> Portfolio:
    """The portfolio that a JSON text states."""
    path = folder / "group.json"
    path.write_text(text, encoding="utf-8")
    return read_portfolio(path, vocabulary_of(POLICIES))


def about(portfolio: Portfolio, readings: dict[str, str], asked: str) -> Portfolio:
    """The part that a question is about, however small the portfolio."""
    return part_about(portfolio, POLICIES, readings, asked, InProcess(), small=0)


@pytest.mark.parametrize("coupling", ["none", "green-alone", "loans", "contacts", "fund"])
def test_the_part_answers_as_the_whole_does(coupling: str, tmp_path: Path) -> None:
    """Of every class of coupling: claims, losses, reasons, proofs and articles are the same."""
    case = instance(40, coupling)
    portfolio = read(json.dumps(case.portfolio), tmp_path)
    readings = dict(case.readings)
    whole = Questions(plan_rows(portfolio, POLICIES, readings, InProcess()))
    for asked in ("P000003", "P000020", "C00001"):
        part = about(portfolio, readings, asked)
        assert (part is portfolio) == (coupling in {"contacts", "fund"})
        plan = plan_rows(part, POLICIES, readings, InProcess())
        assert Questions(plan).json(asked) == whole.json(asked)
        assert Questions(plan).text(asked, language="en") == whole.text(asked, language="en")


@pytest.mark.parametrize("seed", range(0, 12, 3))
def test_parts_of_random_portfolios_answer_as_the_whole_does(seed: int, tmp_path: Path) -> None:
    """Two random groups side by side, with loans, rewards, histories and funds: each answers for itself."""
    drawn = json.loads(as_json(whole_portfolio(seed)))
    readings = whole_readings(seed)
    portfolio = read(json.dumps(drawn), tmp_path)
    plan = plan_rows(portfolio, POLICIES, readings, InProcess())
    whole = Questions(plan)
    subjects = dict.fromkeys(entry.subject for entry in (*plan.claims, *plan.not_claimed))
    for asked in list(subjects)[:2]:
        part = plan_rows(about(portfolio, readings, asked), POLICIES, readings, InProcess())
        assert Questions(part).json(asked) == whole.json(asked)


def test_where_all_is_planned_insisting_is_worked_out_for_what_is_asked_alone(tmp_path: Path) -> None:
    """Companies that share contacts: what is asked about is answered as in the plan of all."""
    case = instance(40, "contacts")
    portfolio, readings = read(json.dumps(case.portfolio), tmp_path), dict(case.readings)
    whole = plan_rows(portfolio, POLICIES, readings, InProcess())
    asked = next(entry for entry in whole.not_claimed if entry.loss_fen)
    for name in (asked.subject, asked.applicant):
        plan = solve_about(tmp_path / "group.json", name, readings=readings).solved.plan
        assert Questions(plan).json(name) == Questions(whole).json(name)
        others = [one for one in plan.not_claimed if name not in {one.subject, one.applicant}]
        assert others
        assert {one.loss_fen for one in others} == {None}


def test_a_large_file_is_planned_in_part_and_an_unknown_name_told(tmp_path: Path) -> None:
    """Nothing but what the question touches is claimed or explained; a misspelt id names the nearest."""
    path = tmp_path / "group.json"
    path.write_text(json.dumps(instance(400).portfolio), encoding="utf-8")
    plan = solve_about(path, "P000007").solved.plan
    assert len({claim.applicant for claim in plan.claims}) == 1
    with pytest.raises(InputError) as wrong:
        solve_about(path, "P00000007")
    assert [found.code for found in wrong.value.diagnostics] == ["why.no-such-subject"]
