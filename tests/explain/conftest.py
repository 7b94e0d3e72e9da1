"""A small portfolio that qualifies for everything, changed by each test, with its derivation explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests import eligible

from subvent.explain import Explanation, Finished, explain
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, pose, review
from subvent.result import Plan

COMPANY = {**eligible.COMPANY, **eligible.ENERGY, "name": "星河电子"}
GREEN = {**eligible.GREEN, "id": "G", "restricted_industry": False, "government_invested": False}
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="session")
def policies() -> PolicySet:
    """All built-in packs."""
    return load_policies()


@pytest.fixture(scope="session")
def vocabulary(policies: PolicySet) -> Vocabulary:
    """What a portfolio can state under them."""
    return vocabulary_of(policies)


@pytest.fixture
def company() -> Callable[..., dict[str, Any]]:
    """The company with some fields changed; None takes one away."""
    return partial(eligible.changed, COMPANY)


@pytest.fixture
def project() -> Callable[..., dict[str, Any]]:
    """The project with some fields changed; None takes one away."""
    return partial(eligible.changed, eligible.PROJECT)


@pytest.fixture
def green() -> Callable[..., dict[str, Any]]:
    """The green project with some fields changed; None takes one away."""
    return partial(eligible.changed, GREEN)


@pytest.fixture
def pose_of(tmp_path: Path, policies: PolicySet, vocabulary: Vocabulary) -> Callable[..., Problem]:
    """Rows of projects, and of the other lists by name, to their finished derivation."""

    def make(projects: Rows, readings: Mapping[str, str] | None = None, **lists: Any) -> Problem:
        data = {
            "unit": "万元",
            "as_of": "2025-05-06",
            "horizon": [2025, 2026],
            "companies": [COMPANY],
            "projects": list(projects),
            **lists,
        }
        path = tmp_path / "group.json"
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        portfolio = read_portfolio(path, vocabulary)
        return pose(policies, vocabulary, portfolio, readings or {}, InProcess())

    return make


@pytest.fixture
def tell(pose_of: Callable[..., Problem]) -> Callable[..., Explanation]:
    """An explanation with the claims chosen by hand, as (subject, benefit, year) of the company A."""

    def make(projects: Rows, claims: Sequence[tuple[str, str, int]] = (), **kept: Any) -> Explanation:
        problem = pose_of(projects, **kept)
        chosen = [("claim", "A", subject, (benefit,), year) for subject, benefit, year in claims]
        atoms = Finished.of(problem, {*chosen, *review(problem, chosen, InProcess())})
        return explain(problem.policies, problem.vocabulary, atoms, problem.facts, chosen)

    return make


@pytest.fixture
def plan_of(pose_of: Callable[..., Problem]) -> Callable[..., Plan]:
    """The whole plan of some rows."""

    def make(projects: Rows, readings: Mapping[str, str] | None = None, **lists: Any) -> Plan:
        problem = pose_of(projects, readings, **lists)
        return plan_rows(problem.portfolio, problem.policies, readings or {}, InProcess())

    return make
