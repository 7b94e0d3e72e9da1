"""Bounds that are reached, and parts of a problem that hold no point."""

from __future__ import annotations

import random

from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.bounds import infeasibility
from subvent.optimise.problem import problem_of, propagated, worth
from subvent.optimise.relaxation import Relaxation, silence
from subvent.optimise.search import Budget, Limits, search

from .models import random_model, solutions


def test_a_bound_that_some_point_reaches_is_reached_without_branching() -> None:
    """Many sums come to the limit: one is found on the relaxation's face, of as few or many as wanted."""
    dice = random.Random(1)
    weights = [dice.randint(100, 1000) for _ in range(100)]
    limit = sum(weights[:50])
    model = LinearModel(
        tuple(Variable(f"x{i:03}", 0, 1, w) for i, w in enumerate(weights)),
        (Row("limit", tuple(enumerate(weights)), limit),),
    )
    counts = []
    for sign in (-1, 1):
        budget = Budget(Limits(), wanted=[sign] * 100)
        with silence():
            found = search(problem_of(model), weights, budget)
        assert found.closed
        assert found.values is not None
        assert (found.value, worth(weights, found.values), budget.nodes) == (limit, limit, 1)
        counts.append(sum(found.values))
    fewest, most = counts
    assert fewest < most


def test_a_part_without_points_is_proven_to_have_none_beside_large_amounts() -> None:
    """Multipliers of rows in amounts are a million million times smaller than those of rows that count."""
    amount = 8_000_000_000_000_001
    model = LinearModel(
        tuple(Variable(name, 0, 1, 0) for name in "abc"),
        (
            Row("all", ((0, -amount), (1, -amount), (2, -amount)), -2 * amount),
            Row("one", ((0, 1), (1, 1), (2, 1)), 1),
        ),
    )
    problem = problem_of(model)
    with silence():
        guess = Relaxation(problem, [0] * 3, elastic=True).solve(problem.lower, problem.upper)
    found = infeasibility(problem, guess.multipliers)
    assert found is not None
    assert found.numerator < 0


def test_what_follows_from_an_equation_is_true_of_every_point() -> None:
    """Bounds that an equation shrinks lose no point that keeps it, and keep none that cannot be."""
    for seed in range(300):
        model, dice = random_model(seed), random.Random(seed)
        points = solutions(model)
        if not points or not model.rows:
            continue
        row = dice.choice(model.rows)
        value = sum(a * points[0][j] for j, a in row.terms)
        rows = ((row.terms, value), *((r.terms, r.upper) for r in model.rows))
        evenly = problem_of(model._replace(rows=(row._replace(upper=value), *model.rows)))
        assert evenly.rows == rows
        narrowed = propagated(evenly._replace(tight=frozenset({0})))
        assert narrowed is not None, seed
        for x in points:
            if sum(a * x[j] for j, a in row.terms) == value:
                assert all(a <= b <= c for a, b, c in zip(narrowed.lower, x, narrowed.upper, strict=True)), (
                    seed
                )


def test_bounds_that_lead_each_other_on_by_one_are_not_followed_to_the_end() -> None:
    """Of x < y and y <= x no bound says so before all values are gone: it ends, and the search decides."""
    for width in (90, 10**15):
        wide = (Variable("x", 0, width, 1), Variable("y", 0, width, 0))
        model = LinearModel(wide, (Row("less", ((0, 1), (1, -1)), -1), Row("least", ((0, -1), (1, 1)), 0)))
        assert (propagated(problem_of(model)) is None) == (width < 100)
        assert search(problem_of(model), [1, 0], Budget(Limits())).values is None
        even = LinearModel(wide, (Row("no more", ((0, 1), (1, -1)), 0), Row("no less", ((0, -1), (1, 1)), 0)))
        assert search(problem_of(even), [1, 0], Budget(Limits())).values == (width, width)
