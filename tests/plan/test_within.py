"""`why` of rows that share limits with others: all is decided together, and only they are explained."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings
from tests.plan.test_about import POLICIES, read

from subvent.derivation import portfolio_locality
from subvent.diagnostics import Place
from subvent.explain.why import Questions
from subvent.logic.session import ChildProcess, InProcess
from subvent.plan import Solved, Wanted, plan_rows, solve_rows
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.shards import connected
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import resolve_readings
from subvent.questions import about
from subvent.questions.insist import questions_about
from subvent.questions.within import explained_within

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance


def within(
    portfolio: Portfolio, readings: dict[str, str], asked: str, policies: PolicySet = POLICIES
) -> Solved | None:
    """What all decided together says of a row, explained from the rows connected with it."""
    vocabulary = vocabulary_of(policies)
    local = portfolio_locality(policies, vocabulary, portfolio, resolve_readings(policies, readings))
    assert not local.joining
    part = connected(portfolio, vocabulary, {asked})
    assert part.rows != portfolio.rows
    decided = solve_rows(portfolio, policies, readings, InProcess(), Wanted(reasons="never"))
    return explained_within(decided, part, local, frozenset({asked}), InProcess())


@pytest.mark.parametrize("coupling", ["contacts", "contacts-green", "fund"])
def test_rows_that_share_limits_are_explained_as_in_the_plan_of_all(coupling: str, tmp_path: Path) -> None:
    """Claims, reasons with the claims of others that take the place, losses, whole proofs."""
    case = instance(40, coupling)
    portfolio, readings = read(json.dumps(case.portfolio), tmp_path), dict(case.readings)
    plan = plan_rows(portfolio, POLICIES, readings, InProcess())
    whole = Questions(plan)
    outbid = next(entry.subject for entry in plan.not_claimed if entry.reason == "outbid")
    for asked in (plan.claims[0].subject, outbid):
        found = within(portfolio, readings, asked)
        assert found is not None
        assert found.plan.bound_fen - found.plan.total_fen == plan.bound_fen - plan.total_fen
        assert Questions(found.plan).json(asked) == whole.json(asked)
        for language in ("zh", "en"):
            assert Questions(found.plan).text(asked, language=language) == whole.text(
                asked, language=language
            )


# No rule joins rows of these that do not refer to each other.
@pytest.mark.parametrize("seed", [4, 6, 12, 13])
def test_so_are_rows_of_random_portfolios(seed: int, tmp_path: Path) -> None:
    """With histories, loans, shared costs and contacts that nobody shares."""
    readings = {**whole_readings(seed), "contact": "hard"}
    portfolio = read(as_json(whole_portfolio(seed)), tmp_path)
    plan = plan_rows(portfolio, POLICIES, readings, InProcess())
    whole = Questions(plan)
    subjects = dict.fromkeys(entry.subject for entry in (*plan.claims, *plan.not_claimed))
    asked = [
        one for one in subjects if connected(portfolio, vocabulary_of(POLICIES), {one}).rows != portfolio.rows
    ]
    assert asked
    for one in asked[:2]:
        found = within(portfolio, readings, one)
        assert found is not None
        assert Questions(found.plan).json(one) == whole.json(one)


def with_rules(*texts: str) -> PolicySet:
    """The packs with more rules in the first of them."""
    first, *others = POLICIES.packs
    rules = [Rule(f"own#1.{n}", text, "derivation", Place("own.lp")) for n, text in enumerate(texts, 1)]
    return dataclasses.replace(
        POLICIES, packs=(dataclasses.replace(first, rules=(*first.rules, *rules)), *others)
    )


def test_a_reason_that_only_other_rows_give_is_explained_from_all(tmp_path: Path) -> None:
    """That somebody invests much shuts out a row that does not: nothing beside it proves that."""
    policies = with_rules(
        "busy :- value(S,total_investment,Q), Q > (5000,0).",
        "shut(S,equipment,Y,in_force) :- suits(S,equipment), horizon(Y), busy, value(S,audited_cost,(2,0)).",
    )
    project = {
        "kinds": ["equipment"], "filing_years": [2025], "total_investment": 3000, "audited_cost": 2,
        "completed": True, "in_shenzhen": True, "filed_before_start": True,
    }  # fmt: skip
    company = {"legal_person": True, "operates_in_shenzhen": True, "industry_code": "3922"}
    stated = {
        "unit": "万元",
        "as_of": "2025-05-06",
        "horizon": [2025],
        "companies": [{"id": name, **company} for name in ("A", "B")],
        "projects": [
            {"id": "P1", "applicant": "A", **project},
            {"id": "P2", "applicant": "B", **project, "total_investment": 6000, "audited_cost": 6000},
        ],
    }
    portfolio = read(json.dumps(stated), tmp_path)
    (entry,) = plan_rows(portfolio, policies, {}, InProcess()).not_claimed
    assert (entry.subject, entry.reason) == ("P1", "unmet")
    assert within(portfolio, {}, "P1", policies) is None
    assert within(portfolio, {}, "P2", policies) is not None


def test_a_large_group_is_asked_through_the_rows_that_the_question_touches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told what insisting changes in the plan of all, with its total; nothing else is explained."""
    monkeypatch.setattr(about, "SMALL", 0)
    case = instance(40, "contacts")
    path = tmp_path / "group.json"
    path.write_text(json.dumps(case.portfolio), encoding="utf-8")
    readings = dict(case.readings)
    with ChildProcess() as grounder:
        plan = plan_rows(read_portfolio(path, vocabulary_of(POLICIES)), POLICIES, readings, grounder)
    asked = next(entry for entry in plan.not_claimed if entry.loss_fen)
    found = questions_about(path, asked.subject, asked.benefit, readings=readings)
    (told,) = found.why(asked.subject, asked.benefit).not_claimed
    assert (told.reason, told.loss_fen) == ("outbid", asked.loss_fen)
    insisted = found.changed(told)
    assert insisted is not None
    assert insisted.total == plan.total_fen - asked.loss_fen
    assert {claim.applicant for claim in found.plan.claims} <= {asked.applicant}
