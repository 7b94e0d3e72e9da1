"""One portfolio, one result: whatever the order of the model, the run, or how its relaxations were solved."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from subvent.model.components import components
from subvent.model.linear import LinearModel, broken
from subvent.optimise.optimum import optimise
from subvent.optimise.priced import by_prices
from subvent.optimise.whole import Whole, optimise_whole

from .models import coupled, permuted, random_model

COUPLINGS = ("contacts", "contacts-green", "fund")


def chosen(model: LinearModel) -> Whole:
    """The best values: fewest claims among equals, then the first names."""
    names = sorted(v.name for v in model.variables if v.upper == 1)
    return optimise_whole(model, [dict.fromkeys(names, -1)], names)


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_a_coupled_model_changes_nothing(coupling: str, seed: int) -> None:
    """Variables and rows in another order: the same proven total, and the same values by name.

    What reaches a fund is best in more ways than are told apart in time; it is said then.
    """
    model = coupled(seed, coupling, 6 if coupling == "fund" else 14)
    first, other = chosen(model), chosen(permuted(model, seed))
    assert first.total == first.bound == other.total == other.bound
    unique = [s.unique for s in (*first.solutions, *other.solutions)]
    assert coupling == "fund" or all(unique)
    if all(unique):
        assert first.values == other.values


@pytest.mark.parametrize("coupling", COUPLINGS[:2])
@pytest.mark.parametrize("seed", range(3))
def test_prices_single_out_the_same_point_in_any_order(coupling: str, seed: int) -> None:
    """Where prices close a component to the end of the tie-breaks, its order does not matter."""
    found = []
    for model in (coupled(seed, coupling), permuted(coupled(seed, coupling), seed)):
        names = [v.name for v in model.variables]
        ties = [[-(name < "used") for name in names]]
        solution = by_prices(model, ties, sorted(range(len(names)), key=names.__getitem__))
        if solution is not None and solution.unique:
            found.append(dict(zip(names, solution.values, strict=True)))
    assert all(values == found[0] for values in found)


def test_parts_relaxed_together_end_as_they_do_alone() -> None:
    """Hundreds of small components, solved as one program first: each as if it were the only one."""
    parts = [random_model(seed) for seed in range(200)]
    variables = [v._replace(name=f"{k:03} {v.name}") for k, part in enumerate(parts) for v in part.variables]
    rows, first = [], 0
    for k, part in enumerate(parts):
        rows += [
            r._replace(name=f"{k:03} {r.name}", terms=tuple((first + j, a) for j, a in r.terms))
            for r in part.rows
        ]
        first += len(part.variables)
    model = LinearModel(tuple(variables), tuple(rows))
    together = optimise_whole(model, [], [v.name for v in variables if v.upper - v.lower == 1])
    for part, solution in zip(components(model), together.solutions, strict=True):
        alone = optimise(part)
        assert (solution.values, solution.bound, solution.status) == (alone.values, alone.bound, alone.status)
        assert solution.status == "infeasible" or not broken(part, solution.values)


PROGRAM = """
from subvent.model.certificate import to_json
from tests.optimise.models import coupled
from tests.optimise.test_determinism import chosen
for coupling in {couplings}:
    whole = chosen(coupled(1, coupling, 6))
    print(whole.values, [to_json(solution.certificate) for solution in whole.solutions])
"""


def test_two_runs_write_the_same_bytes() -> None:
    """Values and certificates of two processes that hash strings differently."""
    root = Path(__file__).parents[2]
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM.format(couplings=COUPLINGS)],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([*sys.path, str(root)])},
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0]
    assert runs[0] == runs[1]
