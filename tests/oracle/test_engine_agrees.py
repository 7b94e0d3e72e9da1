"""The engine against the exhaustive oracle: the same optimum under every reading.

SUBVENT_ORACLE_SEEDS sets how many random portfolios are compared under every single answer
(default 12) and, twenty times as many, under random combinations of answers; SUBVENT_ORACLE_FIRST
the seed to begin with. Plain portfolios hold what articles 1–11 are about; whole ones hold loans, rewards,
contacts and yearly funds beside it, and are compared where the packs have these benefits.
"""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from subvent.certified import certified_bound, write
from subvent.choice import Chosen, choose
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.plan import plan_portfolio
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import pose

from .claims import BENEFITS, INTEREST, REWARD, Claim
from .ends import ends
from .facts import ANSWERS, GROUP_ANSWERS, PROJECT_ANSWERS, Row
from .generator import as_json, random_portfolio, random_readings, whole_portfolio, whole_readings
from .law import best
from .tax import deduction

SEEDS = int(os.environ.get("SUBVENT_ORACLE_SEEDS", "12"))
FIRST = int(os.environ.get("SUBVENT_ORACLE_FIRST", "0"))
BATCH = 6
SINGLE = range(FIRST, FIRST + SEEDS, BATCH)
TOGETHER = range(FIRST + 100_000, FIRST + 100_000 + 20 * SEEDS, 20 * BATCH)


@cache
def loaded() -> tuple[PolicySet, Vocabulary]:
    """The built-in packs, read once."""
    policies = load_policies()
    return policies, vocabulary_of(policies)


class Scope(NamedTuple):
    """What is compared where the packs have all of its benefits and questions."""

    benefits: frozenset[str]
    questions: dict[str, tuple[str, ...]]
    parts: tuple[str, ...]

    @property
    def encoded(self) -> bool:
        """Whether the packs know it all."""
        policies, _ = loaded()
        benefits = {one.name for one in policies.benefits}
        return self.benefits <= benefits and set(self.questions) <= {one.name for one in policies.readings}


def questions_of(*starts: str) -> dict[str, tuple[str, ...]]:
    """The questions about interest, contacts or rewards whose names begin so."""
    return {name: answers for name, answers in GROUP_ANSWERS.items() if name.startswith(starts)}


SCOPES = {
    "loans": Scope(frozenset({INTEREST}), questions_of("interest"), ("loans", "funds")),
    "rewards": Scope(
        frozenset({REWARD}), questions_of("base", "negative", "reward", "shenzhen"), ("rewards",)
    ),
    "contacts": Scope(frozenset(), questions_of("contact"), ("applicants", "contacts")),
    "all": Scope(BENEFITS, ANSWERS, ()),
}
each_scope = pytest.mark.parametrize(
    "scope",
    [
        pytest.param(
            scope,
            id=name,
            marks=pytest.mark.skipif(not scope.encoded, reason="the packs lack benefits or questions"),
        )
        for name, scope in SCOPES.items()
    ],
)


def read(seed: int, drawn: Row, folder: Path) -> Portfolio:
    """A random portfolio, through the file and the reader that users use."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(drawn), encoding="utf-8")
    return read_portfolio(path, loaded()[1])


def compare(seed: int, drawn: Row, portfolio: Portfolio, readings: dict[str, str]) -> None:
    """Total and certified bound of the engine are the oracle's optimum, its range the oracle's ends."""
    policies, vocabulary = loaded()
    problem = pose(policies, vocabulary, portfolio, readings, InProcess(), "decision")
    chosen = choose(problem, Limits())
    total, claims = best(drawn, readings)
    assert sum(chosen.fen.values()) == total, (seed, readings, chosen.fen, claims)
    certificate = write(chosen.whole.parts, [s.certificate for s in chosen.whole.solutions])
    assert certified_bound(problem.model, certificate) == total, (seed, readings)
    made = engine_claims(chosen)
    assert problem.ends(chosen.fen, chosen.made_for) == ends(drawn, readings, made), (seed, readings, made)


def engine_claims(chosen: Chosen) -> list[Claim]:
    """What the engine claims, in the oracle's words."""
    names = {one.constant: one.name for one in loaded()[0].benefits}
    return [
        Claim(who, subject, names[constant], year, carrier=chosen.made_for.get(claim))
        for claim in chosen.fen
        for _, who, subject, (constant,), year in [claim]
    ]


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


@each_scope
@pytest.mark.parametrize("start", SINGLE)
def test_whole_portfolios_under_every_answer_alone(scope: Scope, start: int, tmp_path: Path) -> None:
    """With loans, rewards, contacts and funds, each answer gives the optimum of exhaustive search."""
    for seed in range(start, min(start + BATCH, SINGLE.stop)):
        drawn = whole_portfolio(seed, scope.parts)
        portfolio = read(seed, drawn, tmp_path)
        for readings in single_answers(scope.questions):
            compare(seed, drawn, portfolio, readings)


@each_scope
@pytest.mark.parametrize("start", TOGETHER)
def test_whole_portfolios_under_answers_together(scope: Scope, start: int, tmp_path: Path) -> None:
    """With loans, rewards, contacts and funds, random combinations of answers give the same optimum."""
    known = {**PROJECT_ANSWERS, **scope.questions}
    for seed in range(start, min(start + 20 * BATCH, TOGETHER.stop)):
        drawn = whole_portfolio(seed, scope.parts)
        readings = {name: answer for name, answer in whole_readings(seed).items() if name in known}
        compare(seed, drawn, read(seed, drawn, tmp_path), readings)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS, 10))
def test_deductions_are_the_oracles(seed: int, tmp_path: Path) -> None:
    """What is deducted beside the total is what the oracle deducts."""
    drawn = whole_portfolio(seed, ("equipment",))
    path = tmp_path / "group.json"
    path.write_text(as_json(drawn), encoding="utf-8")
    beside = {total.benefit: total.fen for total in plan_portfolio(path).beside_total}
    assert beside.get("tax-deduction", 0) == deduction(drawn)
