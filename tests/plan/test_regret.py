"""The least largest regret over some answers, compared with trying every plan that one makes lawful."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, random_portfolio
from tests.plan.test_clasp_agrees import answer_sets

from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose
from subvent.regret import View, kept, least_regret

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
    return [pose(PACKS, vocabulary, portfolio, answers, InProcess()) for answers in asked]


def cases(seeds: Iterator[int], folder: Path) -> Iterator[list[Problem]]:
    """Portfolios small enough to try every set of claims, with something to claim."""
    for seed in seeds:
        found = problems(seed, folder)
        if all(len(one.candidates) <= SMALL and not one.cuts for one in found) and found[0].candidates:
            yield found


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

        def regret(
            filed: frozenset[tuple[object, ...]],
            best: list[int] = best,
            worth: list[dict[frozenset[tuple[object, ...]], int]] = worth,
        ) -> int:
            return max(
                total - max(value for plan, value in values.items() if plan <= filed)
                for total, values in zip(best, worth, strict=True)
            )

        regrets = {plan: regret(plan) for plan in set().union(*lawful)}
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


@pytest.mark.parametrize("seed", [3, 11])
def test_nothing_is_told_that_is_no_better_than_what_is_known(seed: int, tmp_path: Path) -> None:
    """Of a regret of nothing there is no better one, and the bound says so."""
    found = problems(seed, tmp_path)
    views = [View(one.model, 0) for one in found]
    told = least_regret(views, 0, Limits())
    assert told.filed is None
    assert told.regret == told.bound == 0
