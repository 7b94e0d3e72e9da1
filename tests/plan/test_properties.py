"""What must hold of the optimum whatever the law says: more to choose from never brings less."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.generator import as_json, random_portfolio, random_readings

from subvent.choice import choose
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import finished, pose, violated


def optimum(portfolio: dict[str, Any], readings: dict[str, str], policies: PolicySet, folder: Path) -> int:
    """The total of the best claims in fen; what is chosen is lawful by clingo's own evaluation."""
    path = folder / "group.json"
    path.write_text(as_json(portfolio), encoding="utf-8")
    vocabulary = vocabulary_of(policies)
    problem = pose(policies, vocabulary, read_portfolio(path, vocabulary), readings, InProcess())
    chosen = choose(problem, Limits())
    assert violated(problem, chosen.fen, InProcess()) == []
    return sum(chosen.fen.values())


def without_project(portfolio: dict[str, Any], name: str) -> dict[str, Any]:
    """The portfolio without one project, and without what refers to it."""
    projects = [p for p in portfolio["projects"] if p["id"] != name]
    for i, project in enumerate(projects):
        if name in project.get("shared_cost", {}):
            shared = {other: q for other, q in project["shared_cost"].items() if other != name}
            projects[i] = {**project, "shared_cost": shared}
    history = [h for h in portfolio.get("history", []) if h["subject"] != name]
    return {**portfolio, "projects": projects, "history": history}


@pytest.mark.parametrize("seed", range(300_000, 300_030))
def test_a_further_project_never_lowers_the_optimum(seed: int, tmp_path: Path) -> None:
    """Every claim that was lawful without the project is lawful with it."""
    portfolio, readings, policies = random_portfolio(seed), random_readings(seed), load_policies()
    whole = optimum(portfolio, readings, policies, tmp_path)
    held = {entry["subject"] for entry in portfolio.get("history", [])}
    for project in portfolio["projects"]:
        # A project that history names takes its claims, and the limits they fill, away with it.
        if project["id"] not in held:
            assert optimum(without_project(portfolio, project["id"]), readings, policies, tmp_path) <= whole


def without_rules(policies: PolicySet, word: str) -> PolicySet:
    """The packs without the rules whose head is one predicate."""
    packs = tuple(
        dataclasses.replace(pack, rules=tuple(r for r in pack.rules if not r.text.startswith(f"{word}(")))
        for pack in policies.packs
    )
    return dataclasses.replace(policies, packs=packs)


@pytest.mark.parametrize("seed", range(310_000, 310_015))
@pytest.mark.parametrize("word", ["limit", "conflict", "group_limit", "requires", "requires_in_year"])
def test_dropping_limits_or_conditions_never_lowers_the_optimum(seed: int, word: str, tmp_path: Path) -> None:
    """A law with fewer limits or conditions allows every claim that it allowed before."""
    portfolio, readings, policies = random_portfolio(seed), random_readings(seed), load_policies()
    whole = optimum(portfolio, readings, policies, tmp_path)
    assert optimum(portfolio, readings, without_rules(policies, word), tmp_path) >= whole


@pytest.mark.parametrize("seed", range(300_100, 300_106))
def test_a_problem_posed_for_its_decision_is_the_same_once_finished(seed: int, tmp_path: Path) -> None:
    """Choosing reads the same of both, and what was left out follows anew."""
    path = tmp_path / "group.json"
    path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
    policies, answers = load_policies(), random_readings(seed)
    given = (policies, vocabulary_of(policies), read_portfolio(path, vocabulary_of(policies)), answers)
    whole, small = pose(*given, InProcess()), pose(*given, InProcess(), "decision")
    assert small.atoms < whole.atoms
    assert (small.model, small.candidates, small.worth) == (whole.model, whole.candidates, whole.worth)
    done = finished(small, InProcess())
    assert (done.atoms, done.facts, done.model) == (whole.atoms, whole.facts, whole.model)
    assert dict(done.groups) == dict(whole.groups)
