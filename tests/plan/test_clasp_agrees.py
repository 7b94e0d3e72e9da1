"""clasp, asked for every answer set of the same decision program, finds the same optimum and no better."""

import random
from pathlib import Path

import clingo
import pytest
from tests.oracle.generator import as_json, random_portfolio, random_readings

from subvent.choice import choose
from subvent.logic.exact import ExactFunctions
from subvent.logic.session import InProcess
from subvent.logic.terms import from_symbol, symbol
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, mentioned, pose, violated

CANDIDATES = 14
"""Larger sets have too many answer sets to list."""


def answer_sets(problem: Problem, *named: str) -> list[frozenset[tuple[object, ...]]]:
    """The sets of claims of all answer sets, as clasp enumerates them; or of the `named` atoms."""
    asked = named or ("claim",)
    program = problem.policies.program("decision")
    control = clingo.Control(["0"], message_limit=0)
    control.add("base", [], program)
    with control.backend() as backend:
        for atom in mentioned(problem.atoms, program):
            backend.add_rule([backend.add_atom(symbol(atom))])
    control.ground([("base", [])], context=ExactFunctions())
    found = []
    control.solve(
        on_model=lambda model: found.append(
            frozenset(from_symbol(s) for s in model.symbols(atoms=True) if s.name in asked)  # type: ignore[misc]
        )
    )
    return found


@pytest.mark.parametrize("start", range(0, 90, 30))
def test_clasp_finds_the_same_optimum(start: int, tmp_path: Path) -> None:
    """The best of all answer sets is the plan; and clingo's own evaluation calls exactly them lawful."""
    policies = load_policies()
    vocabulary = vocabulary_of(policies)
    compared = 0
    for seed in range(start, start + 30):
        path = tmp_path / f"{seed}.json"
        path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
        # A cost counted once, in part here and in part there, is no matter of answer sets alone.
        readings = {**random_readings(seed), "cost-overlap": "exclude"}
        problem = pose(policies, vocabulary, read_portfolio(path, vocabulary), readings, InProcess())
        if len(problem.candidates) > CANDIDATES:
            continue
        sets = answer_sets(problem)
        assert len(sets) == len(set(sets))
        assert max(sum(problem.worth[c] for c in chosen) for chosen in sets) == sum(
            choose(problem, Limits()).fen.values()
        )
        pick = random.Random(seed)
        some = frozenset(c for c in problem.candidates if pick.random() < 0.4)
        assert (some in set(sets)) == (not violated(problem, some, InProcess()))
        compared += 1
    assert compared >= 15
