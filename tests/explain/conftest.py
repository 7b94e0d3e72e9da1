"""A small portfolio that qualifies for everything, changed by each test, with its derivation explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from tests import eligible

from subvent.explain import Explanation, Finished, explain
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
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


@pytest.fixture(scope="session")
def company() -> Callable[..., dict[str, Any]]:
    """The company with some fields changed; None takes one away."""
    return partial(eligible.changed, COMPANY)


@pytest.fixture(scope="session")
def project() -> Callable[..., dict[str, Any]]:
    """The project with some fields changed; None takes one away."""
    return partial(eligible.changed, eligible.PROJECT)


@pytest.fixture(scope="session")
def green() -> Callable[..., dict[str, Any]]:
    """The green project with some fields changed; None takes one away."""
    return partial(eligible.changed, GREEN)


@pytest.fixture(scope="session")
def read_of(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Callable[..., Portfolio]:
    """Rows of projects, and of the other lists by name, as a portfolio."""
    path = tmp_path_factory.mktemp("explained") / "group.json"

    def make(projects: Rows, **lists: Any) -> Portfolio:
        data = {
            "unit": "万元",
            "as_of": "2025-05-06",
            "horizon": [2025, 2026],
            "companies": [COMPANY],
            "projects": list(projects),
            **lists,
        }
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return read_portfolio(path, vocabulary)

    return make


@pytest.fixture(scope="session")
def pose_of(
    read_of: Callable[..., Portfolio], policies: PolicySet, vocabulary: Vocabulary
) -> Callable[..., Problem]:
    """The same to their finished derivation."""

    def make(projects: Rows, readings: Mapping[str, str] | None = None, **lists: Any) -> Problem:
        return pose(policies, vocabulary, read_of(projects, **lists), readings or {}, InProcess())

    return make


@pytest.fixture(scope="session")
def tell(pose_of: Callable[..., Problem]) -> Callable[..., Explanation]:
    """An explanation with the claims chosen by hand, as (subject, benefit, year) of the company A."""

    def make(projects: Rows, claims: Sequence[tuple[str, str, int]] = (), **kept: Any) -> Explanation:
        problem = pose_of(projects, **kept)
        chosen = [("claim", "A", subject, (benefit,), year) for subject, benefit, year in claims]
        atoms = Finished.of(problem, {*chosen, *review(problem, chosen, InProcess())})
        return explain(problem.policies, problem.vocabulary, atoms, problem.facts, chosen)

    return make


@pytest.fixture(scope="session")
def plan_of(read_of: Callable[..., Portfolio], policies: PolicySet) -> Callable[..., Plan]:
    """The whole plan of some rows."""

    def make(projects: Rows, readings: Mapping[str, str] | None = None, **lists: Any) -> Plan:
        return plan_rows(read_of(projects, **lists), policies, readings or {}, InProcess())

    return make
