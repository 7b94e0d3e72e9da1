"""The least largest regret over some answers, compared with trying every plan that one makes lawful."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, random_portfolio
from tests.plan.test_clasp_agrees import answer_sets

from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose
from subvent.questions import regret
from subvent.questions.regret import View, kept, least_regret

PACKS = load_policies()
ANSWERS = (
    {"cost-overlap": "exclude"},
    {"cost-overlap": "exclude", "exclusivity": "one-a-year"},
    {"cost-overlap": "exclude", "smart-tiers": "refuse"},
    {"cost-overlap": "exclude", "reclaim": "yearly"},
)
SMALL = 9
"""Candidates up to which all sets are tried."""


def problems(seed: int, folder: Path, asked: Sequence[Mapping[str, str]] = ANSWERS) -> list[Problem]:
    """One random portfolio under several answers."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
    vocabulary = vocabulary_of(PACKS)
    portfolio = read_portfolio(path, vocabulary)
    return [pose(PACKS, vocabulary, portfolio, answers, InProcess(), "decision") for answers in asked]


def cases(seeds: Iterator[int], folder: Path) -> Iterator[list[Problem]]:
    """Portfolios small enough to try every set of claims, with something to claim."""
    for seed in seeds:
        found = problems(seed, folder)
        if all(len(one.candidates) <= SMALL and not one.cuts for one in found) and found[0].candidates:
            yield found


@pytest.mark.long
def test_no_lawful_plan_regrets_less_than_is_told(tmp_path: Path) -> None:
    """The least is proven where it says so, and else lies between the bound and what was found."""
    compared = better = 0
    for found in cases(iter(range(40)), tmp_path):
        lawful = [answer_sets(one) for one in found]
        worth = [
            {plan: sum(one.worth[claim] for claim in plan) for plan in plans}  # type: ignore[index]
            for one, plans in zip(found, lawful, strict=True)
        ]
        best = [max(values.values()) for values in worth]
        views = [View(one.model, total) for one, total in zip(found, best, strict=True)]

        def regret_of(
            filed: frozenset[tuple[object, ...]],
            best: list[int] = best,
            worth: list[dict[frozenset[tuple[object, ...]], int]] = worth,
        ) -> int:
            return max(
                total - max(value for plan, value in values.items() if plan <= filed)
                for total, values in zip(best, worth, strict=True)
            )

        regrets = {plan: regret_of(plan) for plan in set().union(*lawful)}
        told = least_regret(views, max(best) + 1, Limits())
        assert told.filed is not None
        assert told.bound <= min(regrets.values()) <= told.regret
        filed = frozenset(claim for claim in found[told.own].candidates if text(claim) in told.filed)
        assert filed in lawful[told.own]
        assert regrets[filed] == told.regret
        assert [
            total - (kept(view, told.filed, Limits()) or 0) for view, total in zip(views, best, strict=True)
        ]
        if told.bound == told.regret:
            assert told.regret == min(regrets.values())
            compared += 1
        better += told.regret > 0
    assert compared >= 8
    assert better >= 1


def test_plans_that_lie_in_many_components_are_proven_best() -> None:
    """Of twelve pairs of claims, one of each can be filed: the worse of two totals is as good as can be.

    Each pair has so much under the one answer, so much under the other; all 4,096 plans are tried.
    """
    pairs = [(97 + 13 * n, 31 + 7 * n * n % 90) for n in range(12)]
    variables = tuple(f"claim({n:02},{way})" for n in range(12) for way in "ab")
    rows = tuple(Row(f"one {n:02}", ((2 * n, 1), (2 * n + 1, 1)), 1, ("one",)) for n in range(12))

    def view(first: int, second: int) -> View:
        gains = [pair[which] for pair in pairs for which in (first, second)]
        named = tuple(Variable(name, 0, 1, gain) for name, gain in zip(variables, gains, strict=True))
        return View(LinearModel(named, rows), sum(max(pair) for pair in pairs))

    told = least_regret([view(0, 1), view(1, 0)], 10_000, Limits())
    regrets = (
        max(
            sum(max(pair) - pair[way] for pair, way in zip(pairs, ways, strict=True)),
            sum(max(pair) - pair[1 - way] for pair, way in zip(pairs, ways, strict=True)),
        )
        for ways in product((0, 1), repeat=12)
    )
    assert told.regret == told.bound == min(regrets)


@pytest.mark.parametrize("nodes", [1, 150])
def test_what_is_settled_beforehand_loses_no_plan(nodes: int) -> None:
    """Of five groups one of three claims each, some barred under an answer: as trying all plans says.

    With little searching most of it is settled by what a plan of less regret cannot but file.
    """
    proven = 0
    for seed in range(16):
        dice = random.Random(seed)
        groups = [[f"claim({group},{way})" for way in range(3)] for group in range(5)]
        gains = [
            {name: dice.randint(1, 60) for group in groups for name in group if dice.random() < 0.8}
            for _ in range(3)
        ]
        views = [_of_groups(groups, own) for own in gains]
        lawful = [product(*([None, *(n for n in group if n in own)] for group in groups)) for own in gains]
        least = min(
            max(
                view.best - sum(own.get(name, 0) for name in plan)
                for view, own in zip(views, gains, strict=True)
            )
            for plan in set().union(*lawful)
        )
        told = least_regret(views, 1_000, Limits(nodes=nodes, effort=0.0))
        assert told.bound <= least <= told.regret
        proven += told.bound == told.regret
    assert proven >= 3


def _of_groups(groups: Sequence[Sequence[str]], gains: Mapping[str, int]) -> View:
    """A view under which one claim of each group may be made, of those that bring anything."""
    names = sorted(gains)
    rows = tuple(
        Row(f"one {number}", tuple((names.index(n), 1) for n in sorted(group) if n in gains), 1, ("one",))
        for number, group in enumerate(groups)
    )
    best = sum(max((gains[n] for n in group if n in gains), default=0) for group in groups)
    return View(LinearModel(tuple(Variable(name, 0, 1, gains[name]) for name in names), rows), best)


def test_views_too_large_to_be_joined_are_told_apart_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each view by itself shows that no plan regrets less than one known, no joined model is made."""
    monkeypatch.setattr(regret, "LARGEST", 0)
    claim = LinearModel((Variable("claim(a)", 0, 1, 10),), ())
    other = LinearModel((Variable("claim(b)", 0, 1, 30),), ())
    told = least_regret([View(claim, 10), View(other, 30)], 10, Limits())
    assert (told.filed, told.regret, told.bound, told.sought) == (None, 10, 10, True)
    told = least_regret([View(claim, 10), View(other, 30)], 20, Limits())
    assert (told.filed, told.bound, told.sought) == (None, 10, False)


@pytest.mark.parametrize("seed", [3, 11])
def test_nothing_is_told_that_is_no_better_than_what_is_known(seed: int, tmp_path: Path) -> None:
    """Of a regret of nothing there is no better one, and the bound says so."""
    found = problems(seed, tmp_path)
    views = [View(one.model, 0) for one in found]
    told = least_regret(views, 0, Limits())
    assert told.filed is None
    assert told.regret == told.bound == 0
