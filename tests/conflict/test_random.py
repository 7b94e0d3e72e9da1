"""On random portfolios: what is told of claims is what clasp finds by trying sets of articles."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conflict.law import articles, lawful, minimal_sets
from tests.oracle.generator import as_json, random_portfolio, random_readings, whole_portfolio, whole_readings
from tests.plan.test_clasp_agrees import CANDIDATES, answer_sets

from subvent.choice import choose
from subvent.explain.asked import Asked, asked_claims
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose
from subvent.questions.conflict import Answer, conflict

PACKS = load_policies()
MANY = int(os.environ.get("SUBVENT_ORACLE_SEEDS", "0")) or 6
"""Portfolios of each kind; two or three questions of each."""
LARGEST = 3
"""Sets of so many articles are looked for by trying all."""
ANSWERS = (
    {"interest-project": "claimed", "interest-once": "instalments", "contact": "hard"},
    {"exclusivity": "green-alone", "contact": "hard"},
    {"exclusivity": "one-ever", "interest-project": "claimed"},
    {"exclusivity": "one-a-year", "cost-overlap": "exclude", "per-category": "with-interest"},
)


def posed(seed: int, folder: Path) -> Problem:
    """A random portfolio under random answers, every other time with answers that limit more."""
    whole = seed % 2
    path = folder / f"{seed}.json"
    path.write_text(as_json((whole_portfolio if whole else random_portfolio)(seed)), encoding="utf-8")
    known = {question.name for question in PACKS.readings}
    drawn = (whole_readings if whole else random_readings)(seed)
    answers = {name: answer for name, answer in drawn.items() if name in known}
    if seed % 4 > 1:
        answers |= ANSWERS[seed % len(ANSWERS)]
    vocabulary = vocabulary_of(PACKS)
    return pose(PACKS, vocabulary, read_portfolio(path, vocabulary), answers, InProcess())


def questions(problem: Problem, seed: int) -> Iterator[tuple[Asked, ...]]:
    """Some claims at random: two and three whose conditions are met, and two of whatever there is."""
    pick = random.Random(seed)
    names = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
    aside = {benefit.constant for benefit in problem.aside}
    hopeful = [f"{atom[2]}/{names[atom[3][0]]}" for atom in problem.of("hopeful", 4)]
    dated = [f"{atom[2]}/{names[atom[3][0]]}/{atom[4]}" for atom in problem.of("hopeful", 4)]
    any_of = [f"{atom[1]}/{names[atom[2][0]]}" for atom in problem.of("suits", 2) if atom[2][0] not in aside]
    met = sorted({*hopeful, *dated})
    for pool, size in ((met, 2), (met, 3), (any_of, 2)):
        if len(pool) >= size:
            yield asked_claims(problem, pick.sample(sorted(pool), size))


def check(problem: Problem, asked: tuple[Asked, ...], answer: Answer) -> str:
    """Compares an answer with clasp; says what it was."""
    assert answer.proven
    assert answer.complete
    alone = [one.asked for one in answer.impossible]
    for one, said in zip(alone, answer.impossible, strict=True):
        assert said.findings
        assert not one.claims or not lawful(problem, [one])(frozenset())
    left = [one for one in asked if one not in alone]
    if not left:
        return "impossible"
    keys, can = list(articles(problem)), lawful(problem, left)
    told = {frozenset((p.cause.pack, p.cause.article) for p in one.parts) for one in answer.conflicts}
    assert can(frozenset(keys)) is not bool(told)
    assert (answer.together is not None) is not bool(told or alone)
    for one in told:
        assert not can(one)
        assert all(can(one - {left_out}) for left_out in one)
    assert {one for one in told if len(one) <= LARGEST} == (
        minimal_sets(keys, can, LARGEST) if told else set()
    )
    return "forbidden" if told else "together"


@pytest.mark.parametrize("block", range(4))
def test_every_set_of_articles_is_minimal_and_none_is_missing(block: int, tmp_path: Path) -> None:
    """In force, a set forbids the claims, without any article of it they stand; all small sets are told."""
    kinds: Counter[str] = Counter()
    for seed in range(810_000 + block, 810_000 + 2 * MANY, 4):
        problem = posed(seed, tmp_path)
        for asked in questions(problem, seed):
            answer = conflict(problem, asked, InProcess(), Limits())
            kinds[check(problem, asked, answer)] += 1
            for one in answer.conflicts:
                check_instances(asked, one.instances)
    assert kinds["forbidden"]


def check_instances(asked: tuple[Asked, ...], instances: object) -> None:
    """Each limit that is told counts something that was asked about, and nothing else but what is held."""
    subjects = {one.subject for one in asked}
    assert isinstance(instances, tuple)
    assert instances
    for limit in (limit for limits in instances for limit in limits):
        assert limit.claims
        assert {line.subject for line in limit.claims} <= subjects
        assert limit.label.zh
        assert limit.label.en


@pytest.mark.parametrize("seed", range(820_000, 820_006))
def test_claims_of_a_plan_can_stand_together_for_nothing(seed: int, tmp_path: Path) -> None:
    """Insisting on what the plan claims anyway costs nothing, and changes nothing."""
    problem = posed(seed, tmp_path)
    names = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
    claims = [f"{a}/{s}/{names[b[0]]}/{y}" for _, a, s, b, y in choose(problem, Limits()).fen]
    if not claims:
        return
    answer = conflict(problem, asked_claims(problem, claims), InProcess(), Limits())
    assert answer.together is not None
    assert answer.together.loss == 0
    assert not answer.together.changes


@pytest.mark.parametrize("seed", range(830_000, 830_006))
def test_what_insisting_costs_is_the_difference_of_two_plans(seed: int, tmp_path: Path) -> None:
    """The plan that holds the claims is the best of all lawful sets of claims that do, by trying them."""
    problem = posed(seed - seed % 4, tmp_path)
    if len(problem.candidates) > CANDIDATES or problem.splits or problem.cuts:
        return
    sets = answer_sets(problem)
    for asked in questions(problem, seed):
        answer = conflict(problem, asked, InProcess(), Limits())
        holding = [one for one in sets if all(one.intersection(claim.claims) for claim in asked)]
        assert (answer.together is not None) == bool(holding)
        if answer.together is not None:
            worth = [sum(problem.worth[claim] for claim in one) for one in holding]  # type: ignore[index]
            assert answer.together.held.total == max(worth)
