"""A plan explained shard by shard is, to the byte, the plan explained in one piece; what cannot be is not."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

import subvent.plan
from subvent.apart import account_apart
from subvent.diagnostics import Place, PolicyError
from subvent.explain.why import Questions
from subvent.logic.session import ChildProcess, Grounder, InProcess
from subvent.plan import Wanted, solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.process.progress import Progress
from subvent.report.json import plan_json_pieces
from subvent.result import Plan

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

POLICIES = load_policies()
VOCABULARY = vocabulary_of(POLICIES)
APART = [
    {},
    {"exclusivity": "green-alone"},
    {"exclusivity": "green-after-others"},
    {"smart-tiers": "table", "honour-amount": "table"},
]


class Explaining:
    """`account_apart` with shards of a few rows, or not asked at all; whether it explained the last plan."""

    def __init__(self, size: int | None) -> None:
        self._size = size
        self.did = False

    def __call__(self, *given: Any, **named: Any) -> Plan | None:
        """The plan, where it is to be explained apart."""
        found = account_apart(*given, size=self._size, **named) if self._size else None
        self.did = found is not None
        return found


def read(stated: dict[str, Any] | str, folder: Path) -> Portfolio:
    """The portfolio that is stated."""
    path = folder / "group.json"
    path.write_text(stated if isinstance(stated, str) else json.dumps(stated), encoding="utf-8")
    return read_portfolio(path, VOCABULARY)


def told(plan: Plan) -> str:
    """Everything that a plan tells, but for how long it took."""
    return "".join(plan_json_pieces(dataclasses.replace(plan, run={})))


class Both:
    """Plans a portfolio explained in one piece and apart."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def plan(
        self,
        portfolio: Portfolio,
        readings: dict[str, str],
        size: int | None,
        *,
        policies: PolicySet = POLICIES,
        grounder: Grounder | None = None,
        **more: Any,
    ) -> tuple[Plan, bool]:
        """The plan, and whether it was explained apart, in shards of about `size` rows."""
        explaining = Explaining(size)
        self._patch.setattr(subvent.plan, "account_apart", explaining)
        asked = (portfolio, policies, readings, grounder or InProcess())
        return solve_rows(*asked, Wanted(finish=False, **more)).plan, explaining.did

    def agree(self, portfolio: Portfolio, readings: dict[str, str], size: int = 1, **more: Any) -> bool:
        """Whether it was explained apart at all: if so, it tells the same."""
        whole, _ = self.plan(portfolio, readings, None, **more)
        apart, did = self.plan(portfolio, readings, size, **more)
        assert told(apart) == told(whole)
        return did


def with_rule(text: str, stratum: Any, policies: PolicySet = POLICIES) -> PolicySet:
    """The packs with one more rule in the first of them."""
    first, *others = policies.packs
    rule = Rule(f"own#1.{len(first.rules)}", text, stratum, Place("own.lp"))
    return dataclasses.replace(
        policies, packs=(dataclasses.replace(first, rules=(*first.rules, rule)), *others)
    )


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Both:
    """Plans explained both ways."""
    return Both(monkeypatch)


@pytest.mark.parametrize("readings", APART, ids=str)
def test_shards_tell_what_the_whole_tells(readings: dict[str, str], both: Both, tmp_path: Path) -> None:
    """Under readings that let no rule join companies a plan is explained apart, and is the same."""
    assert both.agree(read(instance(40, "none").portfolio, tmp_path), readings, 4)


@pytest.mark.parametrize("coupling", ["green-alone", "loans", "contacts", "contacts-green", "fund"])
def test_coupled_plans_tell_the_same(coupling: str, both: Both, tmp_path: Path) -> None:
    """Where limits join companies, each shard is told which claims of others take them."""
    case = instance(30, coupling)
    assert both.agree(read(case.portfolio, tmp_path), dict(case.readings), 3)


@pytest.mark.parametrize("seed", [*range(600_000, 600_010), 600_096])
def test_random_plans_tell_the_same(seed: int, both: Both, tmp_path: Path) -> None:
    """Whatever a portfolio states and however the questions are answered."""
    both.agree(read(as_json(whole_portfolio(seed)), tmp_path), whole_readings(seed))


@pytest.mark.parametrize("seed", [710_000, 710_007, 710_009, 710_011])
def test_random_plans_under_shared_limits_tell_the_same(seed: int, both: Both, tmp_path: Path) -> None:
    """One contact a year, two, or none, and a fund that cuts what is paid."""
    stated = json.loads(as_json(whole_portfolio(seed)))
    stated.pop("history", None)
    for company in stated["companies"]:
        company.pop("contact", None)
    stated["contacts"] = {str(year): (seed + year) % 3 for year in stated["horizon"]}
    stated["fund_ceilings"] = {str(year): "300万元" for year in stated["horizon"]}
    assert both.agree(read(stated, tmp_path), {**whole_readings(seed), "contact": "hard"})


def test_what_is_missing_and_assumed_is_told_once(both: Both, tmp_path: Path) -> None:
    """Facts that nobody stated, of rows and of the settings, hang together over all shards."""
    stated = instance(40, "none").portfolio
    for number, project in enumerate(stated["projects"]):
        if number % 3 == 0:
            project.pop("total_investment", None)
        if number % 4 == 0:
            project.pop("filed_before_start", None)
    assert both.agree(read(stated, tmp_path), {"smart-tiers": "table", "honour-amount": "table"}, 2)


def test_without_proofs_the_reasons_are_the_same(both: Both, tmp_path: Path) -> None:
    """A page of text has no steps, and every reason."""
    assert both.agree(read(instance(30, "none").portfolio, tmp_path), {}, 3, proofs=False)


def test_children_tell_what_one_process_tells(both: Both, tmp_path: Path) -> None:
    """The plan depends neither on the number of children nor on who is done first."""
    portfolio = read(instance(30, "none").portfolio, tmp_path)
    alone, _ = both.plan(portfolio, {}, 3)
    with ChildProcess() as children:
        found, did = both.plan(portfolio, {}, 3, grounder=children)
    assert did
    assert told(found) == told(alone)


def test_questions_are_answered_alike(both: Both, tmp_path: Path) -> None:
    """`why` and `why not` read the same proofs off a plan that was explained apart."""
    portfolio = read(instance(30, "none").portfolio, tmp_path)
    whole, apart = (Questions(both.plan(portfolio, {}, size)[0]) for size in (None, 3))
    for entry in (*whole.plan.claims[:5], *whole.plan.not_claimed[:20]):
        asked = (entry.subject, entry.benefit)
        assert apart.text(*asked, depth=None) == whole.text(*asked, depth=None)


@pytest.mark.parametrize(
    ("stratum", "text"),
    [
        ("derivation", "missing(S,B,crowd) :- suits(S,B), 1 < #count { A : row(companies,A) }."),
        ("review", "remark(other_law, S) :- claim(_,S,_,_), not claim(_,S,green,_), not claim(_,_,smart,_)."),
        ("procedure", "duty(filing, S) :- renovation(S,_), renovation(T,_), S < T."),
    ],
)
def test_a_rule_over_all_companies_is_explained_in_one_piece(
    stratum: Any, text: str, both: Both, tmp_path: Path
) -> None:
    """A pack of one's own that compares or denies rows without a reference gets what it asks for."""
    policies = with_rule(text, stratum)
    assert not both.agree(read(instance(20, "none").portfolio, tmp_path), {}, 2, policies=policies)


@pytest.mark.parametrize(
    "text",
    [
        "remark(before, S) :- claim(_,S,_,Y), claim(_,T,_,Y), S < T.",
        "remark(crowd(N), Y) :- horizon(Y), N = #count { S : claim(_,S,_,Y), suits(S,_) }.",
        "remark(alone, portfolio) :- claim(_,S,_,_), class(T,_), S < T, not held(_,S,_,_).",
        "remark(first, portfolio) :- claim(_,S,_,_), eligible(S,_).",
    ],
)
def test_a_remark_may_join_all_companies(text: str, both: Both, tmp_path: Path) -> None:
    """What a pack of one's own remarks on several shards is proven by the same premises as in one piece."""
    policies = with_rule(text, "review")
    assert both.agree(read(instance(20, "none").portfolio, tmp_path), {}, 2, policies=policies)


def test_what_is_met_and_failed_is_refused(both: Both, tmp_path: Path) -> None:
    """Whatever part explains it, and by the same words as in one piece."""
    portfolio = read(instance(20, "none").portfolio, tmp_path)
    torn = with_rule("failed(S,old_enough) :- met(S,old_enough).", "derivation")
    said = []
    for size in (None, 2):
        with pytest.raises(PolicyError) as caught:
            both.plan(portfolio, {}, size, policies=torn)
        said.append([(fault.code, fault.what.en) for fault in caught.value.diagnostics])
    assert said[0] == said[1]
    assert {code for code, _ in said[0]} == {"policy.met-and-failed"}


def test_a_row_may_be_called_as_a_pack_calls_something_else(both: Both, tmp_path: Path) -> None:
    """What names no row of a shard may hold the id of a row of another: it is one step all the same."""
    stated = instance(20, "none").portfolio
    named = stated["companies"][-1]["id"]
    policies = with_rule(f'noted("{named}").', "derivation")
    policies = with_rule("remark(first, S) :- claim(_,S,_,_), noted(_).", "review", policies)
    assert both.agree(read(stated, tmp_path), {}, 2, policies=policies)


def test_contacts_and_history_are_remarked_on_over_all_shards(both: Both, tmp_path: Path) -> None:
    """That companies share a contact, or are too few to file, is told of a plan that is explained apart."""
    stated = instance(40, "none").portfolio
    for number, company in enumerate(stated["companies"]):
        company["contact"] = {"person": "A", "phone": f"1380000000{number % 2}"}
    stated["history"] = [
        {"subject": one["id"], "applicant": one["applicant"], "benefit": "equipment", "status": "granted"}
        | {"year": 2025}
        for one in stated["projects"][:4]
    ]
    portfolio = read(stated, tmp_path)
    assert both.agree(portfolio, {}, 3)
    plan, _ = both.plan(portfolio, {}, 3)
    assert any(note.code == "remark.same-contact" for note in plan.warnings)


class Heard(Progress):
    """How many shards were told of."""

    def __init__(self) -> None:
        self.shards: list[tuple[int, int]] = []

    def derived(self, done: int, count: int) -> None:
        """So many of the shards."""
        self.shards.append((done, count))


def test_each_explained_shard_is_told(both: Both, tmp_path: Path) -> None:
    """From none to all, in order."""
    heard = Heard()
    both.plan(read(instance(30, "none").portfolio, tmp_path), {}, 3, progress=heard)
    count = heard.shards[0][1]
    assert count > 1
    assert heard.shards == [(done, count) for done in range(count + 1)]
