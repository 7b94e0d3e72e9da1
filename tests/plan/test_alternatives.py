"""Plans beside the best one: the next best that differ in substance, and the simplest within a few per cent."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from tests.oracle.every import every_set, next_best
from tests.oracle.facts import Row
from tests.oracle.generator import (
    as_json,
    random_portfolio,
    random_readings,
    whole_portfolio,
    whole_readings,
)

from subvent.alternatives import Alternatives, Asked, alternatives
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import pose

PACKS = load_policies()
COUNT = 4
MOST = 14


def found_for(path: Path, asked: Asked, readings: dict[str, str]) -> Alternatives:
    """What the engine finds for a portfolio in a file."""
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    problem = pose(PACKS, vocabulary_of(PACKS), portfolio, readings, InProcess())
    return alternatives(problem, asked, Limits(), readings)


def drawn(seed: int) -> tuple[Row, dict[str, str]]:
    """A random portfolio with readings: every other one with loans, rewards and yearly funds."""
    if seed % 2:
        return whole_portfolio(seed), whole_readings(seed)
    return random_portfolio(seed), random_readings(seed)


@pytest.mark.parametrize("start", range(0, 60, 10))
def test_the_next_best_are_those_found_by_trying_every_lawful_set(start: int, tmp_path: Path) -> None:
    """The plans, in falling order, bring what the best sets bring of which none files only what another does."""
    tried = 0
    for seed in range(start, start + 10):
        portfolio, readings = drawn(seed)
        sets = every_set(portfolio, readings, MOST)
        if sets is None:
            continue
        tried += 1
        path = tmp_path / f"{seed}.json"
        path.write_text(as_json(portfolio), encoding="utf-8")
        found = found_for(path, Asked(COUNT, Fraction(1, 20)), readings)
        right = next_best(sets, 1 + COUNT)
        totals = [found.best.total, *(plan.outline.total for plan in found.next_best)]
        assert totals == [one.total for one in right], (seed, readings)
        assert found.proven, seed
        assert found.exhausted is (len(right) <= COUNT), seed
    assert tried
