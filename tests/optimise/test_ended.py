"""Searches that are ended: long calls into other solvers stop too, and what is told is lawful and proven."""

from __future__ import annotations

import threading
from math import inf

import pytest

from subvent.model.certificate import Certificate, Leaf, evaluate
from subvent.model.linear import LinearModel, Row, Variable, broken
from subvent.optimise import linear_program, whole
from subvent.optimise.ascent import ascended
from subvent.optimise.incumbent import searched
from subvent.optimise.lifting import lifted
from subvent.optimise.linear_program import LinearProgram
from subvent.optimise.optimum import Solution, optimise
from subvent.optimise.problem import lawful, problem_of, worth
from subvent.optimise.relaxation import silence
from subvent.optimise.search import Budget, Limits
from subvent.optimise.whole import optimise_whole
from subvent.process.progress import Progress
from subvent.process.watched import awaited

from .models import random_model, solutions
from .test_priced import group


class Stopped(Progress):
    """A search that is over before it begins."""

    @property
    def stopped(self) -> bool:
        """At once."""
        return True


def model(gains: list[int], rows: list[tuple[list[tuple[int, int]], int]]) -> LinearModel:
    """0/1 variables that bring something, and rows by their terms and limits."""
    variables = tuple(Variable(f"x{j}", 0, 1, gain) for j, gain in enumerate(gains))
    named = (Row(f"r{i}", tuple(terms), limit) for i, (terms, limit) in enumerate(rows))
    return LinearModel(variables, tuple(named), 0)


def gains(component: LinearModel) -> list[int]:
    """What each variable brings."""
    return [v.gain for v in component.variables]


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_no_random_model_has_more_than_is_proven_in_no_time(first: int) -> None:
    """Whatever rows there are, those that ask for something among them: bound and point hold."""
    for seed in range(first, first + 50):
        drawn = random_model(seed)
        problem, every = problem_of(drawn), solutions(drawn)
        bound = ascended(problem, gains(drawn)).bound
        assert all(worth(gains(drawn), x) <= bound for x in every)
        point = lifted(problem, gains(drawn))
        assert point is None or point in every


@pytest.mark.parametrize("seed", range(20))
def test_what_is_proven_in_no_time_is_true(seed: int) -> None:
    """Multipliers found without a solver bound the optimum, and the point found without one is lawful."""
    component = group(seed)
    problem, best = problem_of(component), optimise(component)
    point = lifted(problem, gains(component))
    assert point is not None
    assert lawful(problem, point)
    found = ascended(problem, gains(component))
    assert worth(gains(component), point) <= best.total - component.constant <= found.bound


@pytest.mark.parametrize("seed", range(6))
def test_multipliers_that_are_given_are_not_made_worse(seed: int) -> None:
    """The passes begin where an ended relaxation stood: what they prove is no weaker, but for rounding."""
    component = group(seed)
    problem, start = problem_of(component), [1000.0] * len(component.rows)
    given = sum(1000 * limit for _, limit in problem.rows)
    left = gains(component)
    for terms, _ in problem.rows:
        for j, a in terms:
            left[j] -= 1000 * a
    given += sum(d * (v.upper if d > 0 else v.lower) for d, v in zip(left, component.variables, strict=True))
    assert ascended(problem, gains(component), start).bound <= given


def test_what_needs_room_is_taken_with_what_makes_it() -> None:
    """A claim needs its company, which costs less than it brings; one that costs more is left."""
    needs = model([9, -4, 3, -5], [([(0, 1), (1, -1)], 0), ([(2, 1), (3, -1)], 0)])
    assert lifted(problem_of(needs), gains(needs)) == (1, 1, 0, 0)


def test_what_must_be_taken_is_taken_first() -> None:
    """Where a row cannot stay empty, room is made for it; where nothing can, there is no point."""
    must = model([-2, 5], [([(0, -1)], -1), ([(0, 1), (1, 1)], 1)])
    assert lifted(problem_of(must), gains(must)) == (1, 0)
    never = model([-2], [([(0, -1)], -2)])
    assert lifted(problem_of(never), gains(never)) is None


@pytest.mark.parametrize("seed", range(6))
def test_a_search_that_is_over_tells_a_lawful_plan_and_its_gap(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In haste no relaxation is solved: there are values, and a certificate that proves the bound told."""
    component, best = group(seed), optimise(group(seed))
    monkeypatch.setattr(LinearProgram, "solve", None)
    found = optimise_whole(component, (), (), Limits(progress=Stopped(), hurried=True))
    assert found.found
    assert found.total <= best.total <= found.bound
    for part, solution in zip(found.parts, found.solutions, strict=True):
        assert broken(part, solution.values) == ()
        assert evaluate(part, solution.certificate) == solution.bound


def test_where_no_values_are_found_in_time_claiming_nothing_is_the_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All zeros, where that is lawful, under the bound that is proven."""

    def nothing(*_: object) -> Solution:
        return Solution((), 7, 7, Certificate(1, Leaf({})), "unknown", unique=False)

    monkeypatch.setattr(whole, "decided_together", lambda models, *_: [whole.Told() for _ in models])
    monkeypatch.setattr(whole, "best_values", nothing)
    found = whole.optimise_whole(LinearModel((Variable("a", 0, 1, 7),), ()), (), ())
    assert (found.found, found.total, found.bound) == (True, 0, 7)
    forced = whole.optimise_whole(LinearModel((Variable("a", 1, 1, 7),), ()), (), ())
    assert not forced.found


def test_a_long_call_ends_when_it_is_told_to() -> None:
    """It is told as soon as the time is over, and what it returns then counts."""
    told = threading.Event()

    def work() -> str:
        return "ended" if told.wait(60) else "never told"

    assert awaited(work, lambda: True, told.set) == "ended"
    assert awaited(lambda: "done", lambda: False, told.clear) == "done"


def test_a_call_that_cannot_be_ended_is_not_waited_for() -> None:
    """HiGHS hears of nothing: what it finds after the time is over is not heard."""
    go_on = threading.Event()
    assert awaited(lambda: go_on.wait(60), lambda: True, lambda: None) is None
    go_on.set()


def test_what_a_long_call_raises_is_raised() -> None:
    """As if it had been called here."""

    def work() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        awaited(work, lambda: False, lambda: None)


@pytest.mark.parametrize("whole", [False, True])
def test_a_watched_program_comes_to_the_same(monkeypatch: pytest.MonkeyPatch, *, whole: bool) -> None:
    """Whether it is solved in a thread of its own or not, its answer is the same."""
    for name in ("_LONG", "_LONG_WHOLE"):
        monkeypatch.setattr(linear_program, name, 0)
    answers = []
    for over in (None, lambda: False):
        program = LinearProgram(whole=whole)
        program.columns((4.0, 3.0, 2.0), [whole] * 3)
        program.row(range(3), [1.0] * 3, -inf, 2.5)
        with silence():
            answers.append(program.solve([0.0] * 3, [1.0] * 3, over=over))
    assert answers[0] == answers[1]
    assert answers[0].feasible


def test_amounts_that_rest_on_each_other_are_not_given_to_a_solver_that_counts_by_ones() -> None:
    """Two bases lose a shared cost between them, each claim a tenth of its part, and both a fen less.

    CP-SAT raised one by what the other cannot lose, fen by fen, in gigabytes, and heard of no limit.
    """
    cost = 1_974_000_000
    lost = [Variable(f"lost {name}", 0, cost, 0) for name in "ab"]
    less = [Variable(f"less {name}", 0, cost // 10, -1) for name in "ab"]
    rows = (
        Row("part a", ((0, 1), (2, -10)), 0),
        Row("part b", ((1, 1), (3, -10)), 0),
        Row("all", ((0, -1), (1, -1)), -cost),
        Row("too little", ((2, 1), (3, 1)), cost // 10 - 1),
    )
    shared = problem_of(LinearModel((*lost, *less), rows, 0))
    assert searched(shared, [0, 0, -1, -1], None, Budget(Limits())) is None
