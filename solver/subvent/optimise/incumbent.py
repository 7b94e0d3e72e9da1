"""Points from HiGHS and CP-SAT, for components whose own search does not close soon.

What they say of a bound is not read, and a point counts when it is lawful in integers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.fixing import completed
from subvent.optimise.problem import lawful, propagated, with_whole
from subvent.optimise.relaxation import Relaxation
from subvent.process.watched import awaited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.optimise.problem import Problem
    from subvent.optimise.search import Budget

_WIDEST = 1 << 62
_AMOUNT = 1 << 16
"""Values from which on a variable is an amount: fewer are soon gone through one by one."""


def near(
    problem: Problem, objective: Sequence[int], wishes: Sequence[float], budget: Budget
) -> tuple[int, ...] | None:
    """The best point that HiGHS finds with what the relaxation made whole left as it is."""
    rest = propagated(with_whole(problem, wishes))
    return None if rest is None else whole(rest, objective, budget)


def whole(problem: Problem, objective: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
    """The best point by HiGHS, with one thread and a fixed seed; None when it ends before it is sure."""
    if not problem.free:
        return problem.lower if lawful(problem, problem.lower) else None
    relaxation = Relaxation(problem, objective, whole=True)
    guess = relaxation.solve(problem.lower, problem.upper, budget.seconds_left, budget.over)
    return completed(problem, guess.values, objective) if guess.feasible else None


class Point(NamedTuple):
    """A lawful point; `complete` when CP-SAT says that nothing better exists (a hint, not a proof)."""

    values: tuple[int, ...]
    complete: bool


def searched(
    problem: Problem, objective: Sequence[int], hint: Sequence[int] | None, budget: Budget
) -> Point | None:
    """The best point CP-SAT finds with one worker and a fixed seed; None when it finds none.

    The limits' `effort` counts in CP-SAT's deterministic time (the same work on every machine); where they
    are over before, it ends with the best it has. Not tried are numbers that leave its 64 bits, and amounts
    that rest on each other alone: in a circle of such rows it raises one by a fen, then the next by what
    follows, billions of times in one step, which neither its limits nor a call to stop can end.
    """
    if any(len(terms) > 1 and all(_is_amount(problem, j) for j, _ in terms) for terms, _ in problem.rows):
        return None
    reach = [max(abs(a), abs(b)) for a, b in zip(problem.lower, problem.upper, strict=True)]
    sums = [sum(abs(a) * reach[j] for j, a in terms) for terms, _ in problem.rows]
    if max([*sums, sum(abs(c) * r for c, r in zip(objective, reach, strict=True))], default=0) >= _WIDEST:
        return None
    # Half a second that only stubborn components need.
    from ortools.sat.python import cp_model  # noqa: PLC0415

    model = cp_model.CpModel()
    xs = [model.new_int_var(a, b, "") for a, b in zip(problem.lower, problem.upper, strict=True)]
    for i, (terms, limit) in enumerate(problem.rows):
        total = cp_model.LinearExpr.weighted_sum([xs[j] for j, _ in terms], [a for _, a in terms])
        model.add(total == limit if i in problem.tight else total <= limit)
    model.maximize(cp_model.LinearExpr.weighted_sum(xs, list(objective)))
    for x, value in zip(xs, hint or (), strict=False):
        model.add_hint(x, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.linearization_level = 2
    # Taken up one by one, rows on amounts let it search value by value, past its limits on time and memory.
    solver.parameters.add_lp_constraints_lazily = False
    # Ctrl-C is for the caller to hear; CP-SAT would end this one search and say nothing.
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_deterministic_time = budget.limits.effort
    if budget.seconds_left is not None:
        solver.parameters.max_time_in_seconds = max(budget.seconds_left, 0.01)
    status = awaited(lambda: solver.solve(model), budget.over, solver.stop_search)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    values = tuple(int(solver.value(x)) for x in xs)
    return Point(values, status == cp_model.OPTIMAL) if lawful(problem, values) else None


def _is_amount(problem: Problem, j: int) -> bool:
    return problem.upper[j] - problem.lower[j] > _AMOUNT
