"""The engine against the exhaustive oracle: the same optimum under every reading.

SUBVENT_ORACLE_SEEDS sets how many random portfolios are compared under every single answer
(default 150) and, twenty times as many, under random combinations of answers.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from subvent.certified import certified_bound, write
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.plan import choose
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import pose

from .facts import ANSWERS
from .generator import as_json, random_portfolio, random_readings
from .law import best

SEEDS = int(os.environ.get("SUBVENT_ORACLE_SEEDS", "150"))
BATCH = 20


@cache
def loaded() -> tuple[PolicySet, Vocabulary]:
    """The built-in packs, read once."""
    policies = load_policies()
    return policies, vocabulary_of(policies)


def read(seed: int, folder: Path) -> Portfolio:
    """A random portfolio, through the file and the reader that users use."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
    return read_portfolio(path, loaded()[1])


def compare(seed: int, portfolio: Portfolio, readings: dict[str, str]) -> None:
    """Total and certified bound of the engine are the oracle's optimum."""
    policies, vocabulary = loaded()
    problem = pose(policies, vocabulary, portfolio, readings, InProcess())
    chosen = choose(problem, Limits())
    total, claims = best(random_portfolio(seed), readings)
    assert sum(chosen.fen.values()) == total, (seed, readings, chosen.fen, claims)
    certificate = write(chosen.whole.parts, [s.certificate for s in chosen.whole.solutions])
    assert certified_bound(problem.model, certificate) == total, (seed, readings)


def single_answers() -> Iterator[dict[str, str]]:
    """The default, then every other answer alone."""
    yield {}
    for question, answers in ANSWERS.items():
        for answer in answers[1:]:
            yield {question: answer}


@pytest.mark.parametrize("start", range(0, SEEDS, BATCH))
def test_every_answer_alone_gives_the_oracles_optimum(start: int, tmp_path: Path) -> None:
    """Random portfolios have the optimum that exhaustive search finds, under each answer."""
    for seed in range(start, min(start + BATCH, SEEDS)):
        portfolio = read(seed, tmp_path)
        for readings in single_answers():
            compare(seed, portfolio, readings)


@pytest.mark.parametrize("start", range(100_000, 100_000 + 20 * SEEDS, 20 * BATCH))
def test_answers_together_give_the_oracles_optimum(start: int, tmp_path: Path) -> None:
    """Random portfolios have the oracle's optimum under random combinations of answers."""
    for seed in range(start, min(start + 20 * BATCH, 100_000 + 20 * SEEDS)):
        compare(seed, read(seed, tmp_path), random_readings(seed))
