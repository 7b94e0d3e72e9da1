"""The engine against the exhaustive oracle: the same optimum under every reading.

SUBVENT_ORACLE_SEEDS sets how many random portfolios are compared under every single answer
(default 150) and, twenty times as many, under random combinations of answers; SUBVENT_ORACLE_FIRST
the seed to begin with. Plain portfolios hold what articles 1–11 are about; whole ones hold loans, rewards,
contacts and yearly funds beside it, and are compared where the packs have these benefits.
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

from .claims import BENEFITS
from .facts import ANSWERS, PROJECT_ANSWERS, Row
from .generator import as_json, random_portfolio, random_readings, whole_portfolio, whole_readings
from .law import best

SEEDS = int(os.environ.get("SUBVENT_ORACLE_SEEDS", "150"))
FIRST = int(os.environ.get("SUBVENT_ORACLE_FIRST", "0"))
BATCH = 20
SINGLE = range(FIRST, FIRST + SEEDS, BATCH)
TOGETHER = range(FIRST + 100_000, FIRST + 100_000 + 20 * SEEDS, 20 * BATCH)


@cache
def loaded() -> tuple[PolicySet, Vocabulary]:
    """The built-in packs, read once."""
    policies = load_policies()
    return policies, vocabulary_of(policies)


def everything_is_encoded() -> bool:
    """Whether the packs have every benefit and every question that the oracle knows."""
    policies, _ = loaded()
    return {one.name for one in policies.benefits} >= BENEFITS and {
        one.name for one in policies.readings
    } >= set(ANSWERS)


needs_all = pytest.mark.skipif(not everything_is_encoded(), reason="the packs lack benefits or questions")


def read(seed: int, drawn: Row, folder: Path) -> Portfolio:
    """A random portfolio, through the file and the reader that users use."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(drawn), encoding="utf-8")
    return read_portfolio(path, loaded()[1])


def compare(seed: int, drawn: Row, portfolio: Portfolio, readings: dict[str, str]) -> None:
    """Total and certified bound of the engine are the oracle's optimum."""
    policies, vocabulary = loaded()
    problem = pose(policies, vocabulary, portfolio, readings, InProcess())
    chosen = choose(problem, Limits())
    total, claims = best(drawn, readings)
    assert sum(chosen.fen.values()) == total, (seed, readings, chosen.fen, claims)
    certificate = write(chosen.whole.parts, [s.certificate for s in chosen.whole.solutions])
    assert certified_bound(problem.model, certificate) == total, (seed, readings)


def single_answers(questions: dict[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """The default, then every other answer alone."""
    yield {}
    for question, answers in questions.items():
        for answer in answers[1:]:
            yield {question: answer}


@pytest.mark.parametrize("start", SINGLE)
def test_every_answer_alone_gives_the_oracles_optimum(start: int, tmp_path: Path) -> None:
    """Random portfolios have the optimum that exhaustive search finds, under each answer."""
    for seed in range(start, min(start + BATCH, SINGLE.stop)):
        drawn = random_portfolio(seed)
        portfolio = read(seed, drawn, tmp_path)
        for readings in single_answers(PROJECT_ANSWERS):
            compare(seed, drawn, portfolio, readings)


@pytest.mark.parametrize("start", TOGETHER)
def test_answers_together_give_the_oracles_optimum(start: int, tmp_path: Path) -> None:
    """Random portfolios have the oracle's optimum under random combinations of answers."""
    for seed in range(start, min(start + 20 * BATCH, TOGETHER.stop)):
        drawn = random_portfolio(seed)
        compare(seed, drawn, read(seed, drawn, tmp_path), random_readings(seed))


@needs_all
@pytest.mark.parametrize("start", SINGLE)
def test_whole_portfolios_under_every_answer_alone(start: int, tmp_path: Path) -> None:
    """With loans, rewards, contacts and funds, each answer gives the optimum of exhaustive search."""
    for seed in range(start, min(start + BATCH, SINGLE.stop)):
        drawn = whole_portfolio(seed)
        portfolio = read(seed, drawn, tmp_path)
        for readings in single_answers(ANSWERS):
            compare(seed, drawn, portfolio, readings)


@needs_all
@pytest.mark.parametrize("start", TOGETHER)
def test_whole_portfolios_under_answers_together(start: int, tmp_path: Path) -> None:
    """With loans, rewards, contacts and funds, random combinations of answers give the same optimum."""
    for seed in range(start, min(start + 20 * BATCH, TOGETHER.stop)):
        drawn = whole_portfolio(seed)
        compare(seed, drawn, read(seed, drawn, tmp_path), whole_readings(seed))
