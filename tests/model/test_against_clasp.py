"""From program to proven optimum: what is best is what clasp finds best on the same program."""

from __future__ import annotations

import clingo

from subvent.diagnostics import PolicyError
from subvent.logic.ground import observe
from subvent.logic.program import GroundProgram
from subvent.model.components import components
from subvent.model.linear import LinearModel
from subvent.model.translate import translate
from subvent.optimise.optimum import optimise

from .programs import random_program

OBJECTIVE = "\n#maximize { 2*X+1@1,c,X : c(X); X@1,d,X : d(X) }."


def clasp_best(program: str) -> tuple[int | None, int]:
    """The worth of clasp's best answer set (None: there is none), and what facts contribute to it."""
    control = clingo.Control(["--opt-mode=opt", "--warn=none"])
    control.add("base", [], program)
    control.ground([("base", [])])
    found: list[int] = []
    control.solve(on_model=lambda model: found.append(-sum(model.cost)))
    facts = [a.symbol for a in control.symbolic_atoms if a.is_fact and a.symbol.name in "cd"]
    worth = sum((2 if s.name == "c" else 1) * s.arguments[0].number + (s.name == "c") for s in facts)
    return found[-1] if found else None, worth


def _translated(ground: GroundProgram) -> LinearModel | None:
    try:
        return translate(ground)
    except PolicyError:
        return None


def test_the_optimum_agrees_with_clasp() -> None:
    """On random programs with `#maximize`, the proven optimum is clasp's (facts may be left out)."""
    compared = 0
    for seed in range(250):
        program = random_program(seed) + OBJECTIVE
        model = _translated(observe(program))
        best, facts = clasp_best(program)
        if model is None:
            continue
        parts = [optimise(part) for part in components(model)]
        if best is None:
            assert "infeasible" in {part.status for part in parts}, seed
            continue
        assert {part.status for part in parts} <= {"optimal"}, seed
        assert best in {model.constant + sum(part.total for part in parts) + f for f in (0, facts)}, seed
        compared += 1
    assert compared > 80
