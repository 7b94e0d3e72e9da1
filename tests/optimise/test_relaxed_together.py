"""Problems side by side: what is told of each is what holds of it alone."""

from __future__ import annotations

import random
from itertools import product

import pytest
from tests.optimise.models import random_model, solutions

from subvent.model.linear import LinearModel, Row, Variable, total
from subvent.optimise.decided import decided_together
from subvent.optimise.problem import lawful
from subvent.optimise.relaxed_together import Loaded, batches, side_by_side
from subvent.optimise.search import Limits


@pytest.mark.parametrize("seed", range(40))
def test_what_is_proven_is_best_and_what_is_left_open_are_its_equals(seed: int) -> None:
    """All points that are as good as one that is proven, and no other, are those of what is left."""
    drawn = (random_model(10 * seed + k) for k in range(6))
    models = [model for model in drawn if model.rows and solutions(model)]
    together = side_by_side(models)
    gains = [v.gain for model in models for v in model.variables]
    relaxed = together.relaxed(gains)
    assert relaxed is not None
    point, multipliers = (list(map(round, numbers)) for numbers in relaxed)
    reduced, taken, wrong = together.checked(gains, point, multipliers)
    ends = zip(reduced, together.lower, together.upper, strict=True)
    kept = [j for j, (d, low, high) in enumerate(ends) if not d and low < high]
    left = together.narrowed(kept, point, multipliers, taken)
    for k, model in enumerate(models):
        if k in wrong:
            continue
        first, last = together.starts[k : k + 2]
        best = max(total(model, xs) for xs in solutions(model))
        assert total(model, tuple(point[first:last])) == best
        problem, own = left.problem(k), kept[slice(*left.starts[k : k + 2])]
        equals = set()
        for xs in product(*(range(a, b + 1) for a, b in zip(problem.lower, problem.upper, strict=True))):
            if lawful(problem, xs):
                equal = dict(zip(own, xs, strict=True))
                equals.add(tuple(equal.get(j, point[j]) for j in range(first, last)))
        assert equals == {xs for xs in solutions(model) if total(model, xs) == best}


@pytest.mark.parametrize("seed", range(10))
def test_a_loaded_program_is_solved_anew_under_every_objective(seed: int) -> None:
    """Whatever it was asked before, it answers as one that was loaded for that objective alone."""
    drawn = (random_model(10 * seed + k) for k in range(6))
    models = [model for model in drawn if model.rows and solutions(model)]
    together, rng = side_by_side(models), random.Random(seed)
    loaded, gains = Loaded(together), [v.gain for model in models for v in model.variables]
    for _ in range(3):
        assert loaded.at(gains) == together.relaxed(gains)
        rng.shuffle(gains)


def test_what_does_not_hold_of_one_is_no_matter_of_the_others() -> None:
    """A point that breaks a row, and multipliers of a row that is not used up: those two alone are wrong."""
    model = LinearModel((Variable("a", 0, 1, 3), Variable("b", 0, 1, 2)), (Row("one", ((0, 1), (1, 1)), 1),))
    together = side_by_side([model] * 4)
    point, multipliers = [1, 0, 1, 1, 0, 0, 1, 0], [2, 2, 2, 3]
    assert together.checked([3, 2] * 4, point, multipliers).wrong == {1, 2}


def test_ties_may_fall_as_they_do() -> None:
    """Where nothing is preferred, values are the best, and nothing is said about others as good."""
    models = [model for seed in range(60) if solutions(model := random_model(seed))]
    told = decided_together(models, None, Limits())
    found = [(model, solution) for model, (solution, _) in zip(models, told, strict=True) if solution]
    assert len(found) > len(models) // 2
    for model, solution in found:
        assert (
            solution.total
            == total(model, solution.values)
            == max(total(model, xs) for xs in solutions(model))
        )
        assert not solution.unique


def test_every_model_is_in_one_batch_but_one_that_would_be_alone() -> None:
    """Those without rows stand together; the last one with rows has no other to stand with."""
    with_row = LinearModel(
        tuple(Variable(f"v{j:04}", 0, 1, 1) for j in range(2000)), (Row("r", ((0, 1),), 1),)
    )
    without = LinearModel((Variable("a", 0, 1, 1),), ())
    assert list(batches([with_row, without, with_row, without, with_row])) == [[1, 3], [0, 2]]
