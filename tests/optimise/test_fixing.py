"""Fixing one variable after another leads to what comes of following all rows anew after each of them."""

from __future__ import annotations

import random

from subvent.optimise.fixing import completed
from subvent.optimise.problem import Problem, lawful, problem_of, propagated, with_equation, with_whole

from .models import random_model, solutions


def _one_by_one(problem: Problem, wishes: list[float]) -> tuple[int, ...] | None:
    """Yes or no for each variable in the order of how decided its wish is, all rows followed every time."""
    current = propagated(with_whole(problem, wishes)) or propagated(problem)
    for j in sorted(current.free if current else (), key=lambda j: (abs(wishes[j] - round(wishes[j])), j)):
        assert current is not None
        for value in (round(wishes[j]), 1 - round(wishes[j])):
            ends = (
                (*current.lower[:j], value, *current.lower[j + 1 :]),
                (*current.upper[:j], value, *current.upper[j + 1 :]),
            )
            if current.lower[j] <= value <= current.upper[j] and (
                tried := propagated(current._replace(lower=ends[0], upper=ends[1]))
            ):
                current = tried
                break
        else:
            return None
    return current.lower if current and lawful(current, current.lower) else None


def test_a_point_is_completed_as_if_all_rows_were_followed_anew() -> None:
    """Over random models of 0/1 variables, half of them with an equation; where nothing leads on, too."""
    dice, found, nothing = random.Random(11), 0, 0
    for seed in range(3_000):
        model = random_model(seed)
        if any(v.upper > 1 for v in model.variables):
            continue
        problem = problem_of(model)
        points = solutions(model)
        if points and seed % 2:
            weights = [dice.choice([-2, -1, 1, 3]) for _ in model.variables]
            point = dice.choice(points)
            problem = with_equation(problem, weights, sum(w * x for w, x in zip(weights, point, strict=True)))
        wishes = [dice.choice([0.0, 0.25, 0.4, 0.75, 1.0]) for _ in model.variables]
        got = completed(problem, wishes, [0] * len(wishes))
        assert got == _one_by_one(problem, wishes), seed
        assert got is None or lawful(problem, got)
        found, nothing = found + (got is not None), nothing + (got is None)
    assert found > 1_000
    assert nothing > 100


def test_wide_variables_end_where_the_objective_likes() -> None:
    """A lawful point comes of wishes near it, and a wide variable worth something goes to its end."""
    led = 0
    for seed in range(3_000):
        model = random_model(seed)
        wide = [j for j, v in enumerate(model.variables) if v.upper > 1]
        points = solutions(model)
        if not wide or not points:
            continue
        gains = [v.gain for v in model.variables]
        for point in points[:5]:
            wishes = [float(x) for x in point]
            got = completed(problem_of(model), wishes, gains)
            assert got is not None, seed
            assert lawful(problem_of(model), got)
            for j in wide:
                best = max(p[j] for p in points if all(p[k] == got[k] for k in range(len(p)) if k != j))
                assert got[j] == best or not gains[j], seed
            led += 1
    assert led > 500
