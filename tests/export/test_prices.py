"""The proof pack's checker reads prices on coupling rows as the engine does, by its own arithmetic."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.optimise.test_priced import group

from subvent.export.check import Model, WrongError, check_bound
from subvent.model.certificate import to_json
from subvent.model.linear import LinearModel
from subvent.optimise.optimum import Solution
from subvent.optimise.priced import by_prices


@pytest.fixture(scope="module")
def solved() -> tuple[LinearModel, Solution]:
    """A component that prices prove, with its solution."""
    model = group(3)
    solution = by_prices(model)
    assert solution is not None
    return model, solution


def told(model: LinearModel) -> Model:
    """The model as the checker reads it."""
    names = [variable.name for variable in model.variables]
    return Model(
        {
            "constant": model.constant,
            "variables": [
                {"name": v.name, "lower": v.lower, "upper": v.upper, "gain": v.gain} for v in model.variables
            ],
            "rows": [
                {"name": r.name, "sum": {names[j]: a for j, a in r.terms}, "at_most": r.upper}
                for r in model.rows
            ],
        }
    )


def written(model: LinearModel, solution: Solution) -> dict[str, Any]:
    """The certificate as the pack holds it."""
    return {"components": [{"first": model.variables[0].name, **to_json(solution.certificate)}]}


def test_the_checker_proves_the_same_bound(solved: tuple[LinearModel, Solution]) -> None:
    """Prices and parts come to the optimum."""
    model, solution = solved
    assert check_bound(told(model), written(model, solution))[0] == solution.total


@pytest.mark.parametrize("seed", range(60))
def test_changed_prices_never_prove_less(solved: tuple[LinearModel, Solution], seed: int) -> None:
    """A change weakens the bound or is refused."""
    model, solution = solved
    certificate, rng = written(model, solution), random.Random(seed)
    tree = certificate["components"][0]["tree"]
    parts = [part["tree"] for part in tree["parts"].values()]
    table = rng.choice([tree["prices"], *(p["multipliers"] for p in parts if p.get("multipliers"))])
    name = rng.choice(sorted(table))
    table[name] = rng.choice((table[name] + rng.randint(-9, 9), 0, 3, -2))
    if rng.random() < 0.2:
        tree["parts"].popitem()
    try:
        bound = check_bound(told(model), certificate)[0]
    except WrongError:
        return
    assert bound >= solution.total
