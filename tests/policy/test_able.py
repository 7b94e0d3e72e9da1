"""Rules that cannot fire on what is stated are left out, and nothing that follows is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.derivation import able_program, given
from subvent.diagnostics import Place
from subvent.logic.ground import derive
from subvent.policy.able import Able
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.shapes import PLAIN, ROW, Shape
from subvent.policy.types import Rule
from subvent.portfolio.facts import facts
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import resolve_readings

POLICIES = load_policies()
VOCABULARY = vocabulary_of(POLICIES)
STATED: list[tuple[str, tuple[Shape, ...]]] = [
    ("row", (("projects",), ROW)),
    ("value", (ROW, ("cost",), PLAIN)),
    ("choice", (ROW, ("kinds",), ("green",))),
    ("entry", (("portfolio",), ("fund",), PLAIN, PLAIN)),
]


def left(*texts: str) -> list[str]:
    """Those of some rules that may fire."""
    rules = [Rule(str(n), text, "derivation", Place("rules.lp")) for n, text in enumerate(texts)]
    return [rule.text for rule in Able(rules).given(STATED)]


@pytest.mark.parametrize(
    "rule",
    [
        "asks(green,cost).",
        "big(X) :- value(X,cost,V), V > (10,0).",
        "any(X,F) :- value(X,F,_).",
        "own(X) :- choice(X,kinds,green), not choice(X,kinds,smart).",
        "many(N) :- row(projects,_), N = #count { X : choice(X,kinds,smart) }.",
        "year(Y) :- entry(portfolio,fund,Y,_).",
        "number(X) :- value(X,cost,7).",
        "every(X) :- row(projects,X), value(X,rent,_) : row(companies,_).",
    ],
)
def test_a_rule_stays_that_may_fire(rule: str) -> None:
    """Where each premise agrees with something stated; what is denied or counted is no premise."""
    assert left(rule) == [rule]


@pytest.mark.parametrize(
    "rule",
    [
        "big(X) :- value(X,rent,V), V > (10,0).",
        "own(X) :- row(projects,X), choice(X,kinds,smart).",
        "year(Y) :- entry(companies,fund,Y,_).",
        "part(X) :- value(X,cost(2025),_).",
        "lease(X) :- lease(X).",
    ],
)
def test_a_rule_goes_that_cannot(rule: str) -> None:
    """Where a premise asks for a constant that nothing states, or for the rule itself."""
    assert left(rule) == []


def test_rules_stay_that_rest_on_what_others_derive() -> None:
    """Whatever the order they stand in, if what is derived agrees."""
    rules = [
        "last(X) :- middle(X,cheap).",
        "middle(X,K) :- first(X), kind(K).",
        "first(X) :- row(projects,X).",
        "kind(cheap).",
    ]
    assert left(*rules, "never(X) :- first(X), kind(dear).") == rules


@pytest.mark.parametrize("seed", range(820_000, 820_006))
def test_what_follows_is_the_same(seed: int, tmp_path: Path) -> None:
    """Whatever a portfolio states and however the questions are answered."""
    path = tmp_path / "group.json"
    path.write_text(as_json(whole_portfolio(seed)), encoding="utf-8")
    portfolio = read_portfolio(path, VOCABULARY)
    answers = resolve_readings(POLICIES, whole_readings(seed))
    stated = given(POLICIES, facts(portfolio, VOCABULARY, answers))
    program = able_program(POLICIES, VOCABULARY, portfolio, answers)
    every = POLICIES.program("derivation")
    assert len(program) < len(every)
    assert set(derive(program, stated)) == set(derive(every, stated))
