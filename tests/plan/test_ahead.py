"""Decided a shard at a time, while others are derived, a plan is the one that is decided together."""

from __future__ import annotations

import dataclasses
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

import subvent.problem
from subvent.ahead import Ahead
from subvent.choice import Chosen, choose
from subvent.derivation import derived
from subvent.diagnostics import Place, PolicyError
from subvent.logic.session import InProcess
from subvent.optimise.decided import Told
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, violated

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import instance

POLICIES = load_policies()
VOCABULARY = vocabulary_of(POLICIES)


@pytest.fixture(autouse=True)
def _in_small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portfolios of a test are as large as thousands of projects are for a command."""
    monkeypatch.setattr(subvent.problem, "derived", partial(derived, size=3))


def read(stated: dict[str, Any] | str, folder: Path) -> Portfolio:
    """The portfolio that is stated."""
    path = folder / "group.json"
    path.write_text(stated if isinstance(stated, str) else json.dumps(stated), encoding="utf-8")
    return read_portfolio(path, VOCABULARY)


def planned(
    portfolio: Portfolio,
    readings: dict[str, str],
    policies: PolicySet = POLICIES,
    ahead: Ahead | None = None,
    limits: Limits | None = None,
) -> tuple[Problem, Chosen]:
    """The problem of a portfolio, and its best choice."""
    problem = pose(policies, VOCABULARY, portfolio, readings, InProcess(), "decision", ahead=ahead)
    return problem, choose(problem, limits or Limits(), whole=ahead and ahead.whole())


def agree(portfolio: Portfolio, readings: dict[str, str], policies: PolicySet = POLICIES) -> bool:
    """Whether it was decided ahead at all; the problem and the choice are the same either way."""
    together, best = planned(portfolio, readings, policies)
    ahead = Ahead(policies, Limits())
    apart, chosen = planned(portfolio, readings, policies, ahead)
    assert apart.model == together.model
    # clingo's numbers for conditions are of one grounding.
    assert [split._replace(terms=()) for split in apart.splits] == [
        s._replace(terms=()) for s in together.splits
    ]
    assert apart.cuts == together.cuts
    assert chosen[:3] == best[:3]
    assert chosen.whole.parts == best.whole.parts
    assert chosen.whole.values == best.whole.values
    assert chosen.whole.total == chosen.whole.bound == best.whole.bound
    return ahead.whole() is not None


@pytest.mark.parametrize(
    ("coupling", "is_apart"),
    [
        ("none", True),
        ("green-alone", True),
        ("loans", True),
        ("contacts", False),
        ("contacts-green", False),
        ("fund", False),
    ],
)
def test_couplings(coupling: str, is_apart: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """What companies share has them decided together."""
    case = instance(30, coupling)
    assert agree(read(case.portfolio, tmp_path), dict(case.readings)) == is_apart


@pytest.mark.parametrize("seed", range(640_000, 640_010))
def test_random_portfolios(seed: int, tmp_path: Path) -> None:
    """Whatever a portfolio states and however the questions are answered."""
    agree(read(as_json(whole_portfolio(seed)), tmp_path), whole_readings(seed))


def test_sharing_that_shows_late(tmp_path: Path) -> None:
    """Only the last two companies share a contact: what was decided before is let go."""
    stated = instance(30, "none").portfolio
    for company in stated["companies"][-2:]:
        company["contact"] = {"person": "A", "phone": "13800000000"}
    assert not agree(read(stated, tmp_path), {"contact": "hard"})


def with_rule(text: str, stratum: Any) -> PolicySet:
    """The packs with one more rule in the first of them."""
    first, *others = POLICIES.packs
    rule = Rule(f"own#1.{len(first.rules)}", text, stratum, Place("own.lp"), document="own")
    return dataclasses.replace(
        POLICIES, packs=(dataclasses.replace(first, rules=(*first.rules, rule)), *others)
    )


def test_own_rules_on_claims(tmp_path: Path) -> None:
    """A rule of a pack's own may bind claims of any companies."""
    policies = with_rule(":- #count { S,B,Y : claim(_,S,B,Y) } > 4.", "decision")
    assert not agree(read(instance(12, "none").portfolio, tmp_path), {}, policies)


def test_what_is_said_twice_is_refused_as_ever(tmp_path: Path) -> None:
    """Of two amounts none is taken, whoever finds them first."""
    policies = with_rule("amount(S, equipment, (1,0)) :- suits(S, equipment).", "derivation")
    portfolio = read(instance(20, "none").portfolio, tmp_path)
    said = []
    for ahead in (None, Ahead(policies, Limits())):
        with pytest.raises(PolicyError) as caught:
            planned(portfolio, {}, policies, ahead)
        said.append([(fault.code, fault.what.en) for fault in caught.value.diagnostics])
    assert said[0] == said[1]


def test_a_limit_that_has_passed(tmp_path: Path) -> None:
    """What is claimed then is lawful, and the bound holds; so it is where all is decided together."""
    portfolio = read(instance(20, "loans").portfolio, tmp_path)
    best = planned(portfolio, {})[1].whole.total
    over = Limits(deadline=0.0)
    for ahead in (None, Ahead(POLICIES, over)):
        problem, chosen = planned(portfolio, {}, ahead=ahead, limits=over)
        assert chosen.whole.total <= best <= chosen.whole.bound
        assert not violated(problem, problem.chosen(chosen.fen, chosen.made_for), InProcess())


def test_what_takes_long_is_not_decided_in_haste(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where next to nothing is spent while others are derived, the rest is spent afterwards."""
    monkeypatch.setattr("subvent.ahead._NODES", 0)
    monkeypatch.setattr("subvent.optimise.whole.decided_together", lambda parts, *_: [Told() for _ in parts])
    case = instance(30, "loans")
    assert agree(read(case.portfolio, tmp_path), dict(case.readings))
