"""What is open falls apart, and the best point of a small part is the one that enumeration finds."""

from __future__ import annotations

import random

from subvent.optimise.groups import is_small, most, open_groups, part_of
from subvent.optimise.problem import Problem, problem_of, propagated, worth

from .models import random_model, solutions


def test_the_best_of_a_small_problem_is_found_in_integers_of_any_size() -> None:
    """With weights beyond any float, trying all agrees with enumeration; the equations hold too."""
    tried = 0
    for seed in range(300):
        model, dice = random_model(seed), random.Random(seed)
        points = solutions(model)
        problem = propagated(problem_of(model))
        if not points or problem is None or not is_small(problem, problem.free):
            continue
        if model.rows and dice.random() < 0.5:
            # The row of some lawful point becomes an equation.
            row = model.rows[0]
            value = sum(a * points[0][j] for j, a in row.terms)
            points = [x for x in points if sum(a * x[j] for j, a in row.terms) == value]
            rows = ((row.terms, value), *problem.rows[1:])
            narrowed = propagated(problem._replace(rows=rows, tight=frozenset({0})))
            assert narrowed is not None
            problem = narrowed
        weights = [dice.randint(-(10**40), 10**40) for _ in model.variables]
        open_only = _alone(problem, weights)
        assert open_only == max(points, key=lambda x: worth(weights, x)), seed
        tried += 1
    assert tried > 100


def _alone(problem: Problem, weights: list[int]) -> tuple[int, ...]:
    values = list(problem.lower)
    for group in open_groups(problem):
        own = most(part_of(problem, group), [weights[j] for j in group])
        for j, x in zip(group, own, strict=True):
            values[j] = x
    return tuple(values)


def test_groups_share_no_row_that_can_bind() -> None:
    """A row that may still bind has its open variables in one group; every open variable has a group."""
    for seed in range(200):
        problem = propagated(problem_of(random_model(seed)))
        if problem is None:
            continue
        groups = open_groups(problem)
        home = {j: k for k, group in enumerate(groups) for j in group}
        assert sorted(home) == problem.free
        for terms, limit in problem.rows:
            largest = sum(a * (problem.upper[j] if a > 0 else problem.lower[j]) for j, a in terms)
            assert largest <= limit or len({home[j] for j, _ in terms if j in home}) <= 1
