"""What is derived in shards is what is derived in one piece, and what cannot be cut is not."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.derivation import derived, portfolio_locality
from subvent.diagnostics import Place, ResourceError
from subvent.logic.session import ChildProcess, InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.shards import components
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, posed, resolve_readings
from subvent.process.progress import Progress

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

POLICIES = load_policies()
VOCABULARY = vocabulary_of(POLICIES)
ANSWERS = [(q.name, a.name) for q in POLICIES.readings for a in q.answers if not a.default]
READERS = [rule for rule in POLICIES.rules if rule.stratum == "decision"]
COUPLINGS = ("green-alone", "loans", "contacts", "fund")


def read(text: str, folder: Path) -> Portfolio:
    """The portfolio that a JSON text states."""
    path = folder / "group.json"
    path.write_text(text, encoding="utf-8")
    return read_portfolio(path, VOCABULARY)


def group(coupling: str, folder: Path, **settings: Any) -> Portfolio:
    """Some companies with a class of coupling."""
    return read(json.dumps({**instance(30, coupling).portfolio, **settings}), folder)


def decision(problem: Problem) -> tuple[Any, ...]:
    """What of a problem its decision rests on, without the numbers that clingo gives to atoms."""
    splits = [
        split._replace(terms=tuple(t._replace(condition=()) for t in split.terms)) for split in problem.splits
    ]
    return problem.candidates, problem.worth, problem.model, splits, problem.cuts


def agree(portfolio: Portfolio, readings: dict[str, str], policies: PolicySet = POLICIES) -> None:
    """Derived a component at a time the portfolio gives the same problem, each atom once.

    By the rules and facts alone that the decision needs it gives the same claims, worths and model.
    """
    answers, grounder = resolve_readings(policies, readings), InProcess()
    told = (policies, VOCABULARY, portfolio, answers, grounder)
    whole, apart = derived(*told), derived(*told, size=1)
    assert len(apart) == len(set(apart))
    assert set(apart) == set(whole)
    expected = posed(*told[:-1], (), whole, grounder)
    assert posed(*told[:-1], (), apart, grounder) == expected
    for size in (1, sum(map(len, portfolio.rows.values())) - 1):
        part = derived(*told, READERS, size=size)
        assert set(part) <= set(whole)
        assert decision(posed(*told[:-1], (), part, grounder)) == decision(expected)


def with_rule(text: str) -> PolicySet:
    """The packs with one more rule in the first of them."""
    first, *others = POLICIES.packs
    rule = Rule("own#1.1", text, "derivation", Place("own.lp"))
    return dataclasses.replace(
        POLICIES, packs=(dataclasses.replace(first, rules=(*first.rules, rule)), *others)
    )


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_shards_derive_what_the_whole_derives(number: int, tmp_path: Path) -> None:
    """Under every answer to every question, with couplings in turn."""
    agree(group(COUPLINGS[number % len(COUPLINGS)], tmp_path), dict([ANSWERS[number]]))


@pytest.mark.parametrize("seed", range(600_000, 600_008))
def test_shards_of_random_portfolios_derive_the_same(seed: int, tmp_path: Path) -> None:
    """Whatever a portfolio states and however the questions are answered."""
    agree(read(as_json(whole_portfolio(seed)), tmp_path), whole_readings(seed))


def test_the_packs_are_local_where_nobody_shares_contacts(tmp_path: Path) -> None:
    """Under the default answers no rule of the built-in packs joins companies without a reference."""
    portfolio = group("loans", tmp_path)
    local = portfolio_locality(POLICIES, VOCABULARY, portfolio, resolve_readings(POLICIES, {}))
    assert local == ((), {})
    assert len(components(portfolio, VOCABULARY)) > 1


@pytest.mark.parametrize("stated", [{}, {"contacts": {"2025": 1, "2026": 1}}])
def test_shards_tell_each_other_what_names_no_row(stated: dict[str, Any], tmp_path: Path) -> None:
    """A limit on the contacts of a year holds for all who file, in whatever shard."""
    agree(group("none", tmp_path, **stated), {"contact": "hard"})


@pytest.mark.parametrize(
    "text",
    [
        "missing(S,B,rival) :- suits(S,B), suits(T,B), S < T.",
        "missing(S,B,crowd) :- suits(S,B), 1 < #count { A : row(companies,A) }.",
        "missing(S,B,nobody) :- suits(S,B), not flag(_,dedicated_product,false).",
    ],
)
def test_a_rule_over_all_companies_is_derived_in_one_piece(text: str, tmp_path: Path) -> None:
    """A pack of one's own that compares or counts rows without a reference gets what it asks for."""
    portfolio, policies = group("loans", tmp_path), with_rule(text)
    local = portfolio_locality(policies, VOCABULARY, portfolio, resolve_readings(policies, {}))
    assert local.joining == ("own#1.1",)
    agree(portfolio, {}, policies)


def test_where_it_cannot_be_told_any_rule_may_join_rows(tmp_path: Path) -> None:
    """What a rule may derive that takes the least of some values is not told: all is derived in one piece."""
    policies = with_rule("least(A,M) :- row(companies,A), M = #min { V : value(A,total_investment,V) }.")
    asked = (VOCABULARY, group("loans", tmp_path), resolve_readings(policies, {}))
    rules = [rule for rule in policies.rules if rule.stratum == "derivation"]
    assert portfolio_locality(policies, *asked).joining == tuple(rule.id for rule in rules)


def test_several_children_derive_what_one_process_does(tmp_path: Path) -> None:
    """The atoms and their order depend neither on the number of children nor on who is done first."""
    portfolio, answers = group("loans", tmp_path), resolve_readings(POLICIES, {})
    with ChildProcess() as children:
        found = derived(POLICIES, VOCABULARY, portfolio, answers, children, READERS, size=1)
    alone = derived(POLICIES, VOCABULARY, portfolio, answers, InProcess(), READERS, size=1)
    assert found == alone


class Heard(Progress):
    """Everything that is told of a derivation."""

    def __init__(self) -> None:
        self.shards: list[tuple[int, int]] = []

    def derived(self, done: int, count: int) -> None:
        """So many of the shards."""
        self.shards.append((done, count))


def test_each_derived_shard_is_told(tmp_path: Path) -> None:
    """From none to all, in order."""
    heard, portfolio, answers = Heard(), group("loans", tmp_path), resolve_readings(POLICIES, {})
    derived(POLICIES, VOCABULARY, portfolio, answers, InProcess(), READERS, size=1, progress=heard)
    count = heard.shards[0][1]
    assert count > 1
    assert heard.shards == [(done, count) for done in range(count + 1)]


def test_a_limit_while_deriving_says_how_far_it_has_come(tmp_path: Path) -> None:
    """Of what is not derived nothing can be proven: there is no plan, and the message says so."""
    portfolio, answers = group("loans", tmp_path), resolve_readings(POLICIES, {})
    with ChildProcess(0.0, asked=7) as late, pytest.raises(ResourceError) as caught:
        derived(POLICIES, VOCABULARY, portfolio, answers, late, READERS, size=1)
    limit, so_far = caught.value.diagnostics
    assert (limit.code, so_far.code) == ("logic.grounding-time", "logic.derived-so-far")
    assert "7 seconds" in limit.what.en
    assert "0 are done" in so_far.what.en
