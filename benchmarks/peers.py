"""Other solvers on the problem that was posed for ours, each in a process of its own.

    python benchmarks/peers.py CP-SAT problem.pickle 60      prints what it found, as JSON

Every answer is judged the same way and outside the time measured: the claims it makes are worth what the
law pays for them, in exact fen, and clingo alone says whether they are lawful.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import pickle
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

from asp import clasp, greedy
from child import Clock
from found import Found, drawn_of
from ortools.graph.python import min_cost_flow
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from subvent.certified import bound_of_parts, write
from subvent.choice import choose
from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.model.direct import Stated
from subvent.model.linear import LinearModel
from subvent.model.pools import together
from subvent.optimise.search import Limits
from subvent.problem import Problem, violated
from subvent.process.collector import collect_rarely

CORES = os.cpu_count() or 1
WIDE = 10**6
"""Fen in 万元: what a solver in floating point counts in, for its tolerances are made for numbers near 1."""


def ours(problem: Problem, limit: float) -> Found:
    """The planner itself: the best claims among equals, with a certificate and the bound read back."""
    chosen = choose(problem, Limits(deadline=time.monotonic() + limit))
    whole = chosen.whole
    written = write(whole.parts, [solution.certificate for solution in whole.solutions])
    bound = bound_of_parts(whole.parts, whole.constant, written)
    return Found(drawn_of(problem.model, whole.values), bound, bound == whole.total)


def cp_sat(problem: Problem, limit: float) -> Found:
    """CP-SAT on the model as one, in fen."""
    posed, model = problem.model, cp_model.CpModel()
    variables = [model.new_int_var(v.lower, v.upper, v.name) for v in posed.variables]
    for row in posed.rows:
        model.add(cp_model.LinearExpr.weighted_sum(*_sides(row.terms, variables)) <= row.upper)
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, [v.gain for v in posed.variables]))
    solver = cp_model.CpSolver()
    solver.parameters.linearization_level = 2
    solver.parameters.num_workers = CORES
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    bound = posed.constant + floor(solver.best_objective_bound + 1e-3)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, bound)
    values = {v.name: solver.value(x) for v, x in zip(posed.variables, variables, strict=True)}
    return Found(drawn_of(posed, values), bound, status == cp_model.OPTIMAL)


def _sides(terms: tuple[tuple[int, int], ...], variables: list[Any]) -> tuple[list[Any], list[int]]:
    return [variables[j] for j, _ in terms], [a for _, a in terms]


def highs(problem: Problem, limit: float) -> Found:
    """HiGHS on the model as one, in 万元. What stands for an amount of money need not be whole fen."""
    posed, model = problem.model, mathopt.Model()
    unit = [1 if v.upper - v.lower == 1 else WIDE for v in posed.variables]
    variables = [
        model.add_variable(lb=v.lower / u, ub=v.upper / u, is_integer=u == 1)
        for v, u in zip(posed.variables, unit, strict=True)
    ]
    for row in posed.rows:
        # A row that speaks of money is one in 万元.
        scale = WIDE if max((abs(a * unit[j]) for j, a in row.terms), default=0) >= WIDE else 1
        model.add_linear_constraint(
            mathopt.fast_sum(a * unit[j] / scale * variables[j] for j, a in row.terms) <= row.upper / scale
        )
    gains = zip(posed.variables, unit, variables, strict=True)
    model.maximize(mathopt.fast_sum(v.gain * u / WIDE * x for v, u, x in gains if v.gain))
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=limit),
        relative_gap_tolerance=0.0,
        absolute_gap_tolerance=0.0,
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    bound = posed.constant + round(result.dual_bound() * WIDE)
    if not result.has_primal_feasible_solution():
        return Found(None, bound)
    values = {
        v.name: round(result.variable_values(x) * u)
        for v, u, x in zip(posed.variables, unit, variables, strict=True)
    }
    proven = result.termination.reason is mathopt.TerminationReason.OPTIMAL
    return Found(drawn_of(posed, values), bound, proven)


def flow(problem: Problem, _: float) -> Found:
    """Minimum-cost flow, where every claim stands in two limits at most and the limits have two sides."""
    posed = problem.model
    sides = _two_sides(posed)
    if sides is None:
        return Found(None, remark="does not apply")
    source, sink = len(posed.rows), len(posed.rows) + 1
    network = min_cost_flow.SimpleMinCostFlow()
    supply = sum(row.upper for row in posed.rows) + len(posed.variables)
    network.add_arc_with_capacity_and_unit_cost(source, sink, supply, 0)
    for i, row in enumerate(posed.rows):
        ends = (i, sink) if sides[i] else (source, i)
        network.add_arc_with_capacity_and_unit_cost(*ends, row.upper, 0)
    arcs, touching = [], _rows_of(posed)
    for j, variable in enumerate(posed.variables):
        own = touching[j]
        begin = next((i for i in own if not sides[i]), source)
        end = next((i for i in own if sides[i]), sink)
        arcs.append(network.add_arc_with_capacity_and_unit_cost(begin, end, variable.upper, -variable.gain))
    network.set_node_supply(source, supply)
    network.set_node_supply(sink, -supply)
    if network.solve() != network.OPTIMAL:
        return Found(None, remark="no flow")
    values = {v.name: network.flow(arc) for v, arc in zip(posed.variables, arcs, strict=True)}
    return Found(drawn_of(posed, values), posed.constant - network.optimal_cost(), proven=True)


def _rows_of(model: LinearModel) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in model.variables]
    for i, row in enumerate(model.rows):
        for j, _ in row.terms:
            found[j].append(i)
    return found


def _two_sides(model: LinearModel) -> list[bool] | None:
    """A side for every row so that no variable has two rows on one side; None where there is none."""
    if any(a != 1 for row in model.rows for _, a in row.terms) or any(v.lower for v in model.variables):
        return None
    touching, side = _rows_of(model), [None] * len(model.rows)
    if any(len(own) > 2 for own in touching):
        return None
    for first in range(len(side)):
        waiting = deque([first] if side[first] is None else ())
        side[first] = False if waiting else side[first]
        while waiting:
            i = waiting.popleft()
            for other in {k for j, _ in model.rows[i].terms for k in touching[j] if k != i}:
                if side[other] is None:
                    side[other] = not side[i]
                    waiting.append(other)
                elif side[other] == side[i]:
                    return None
    return side


PEERS: Mapping[str, Callable[[Problem, float], Found]] = {
    "subvent": ours,
    "clasp": clasp,
    "CP-SAT": cp_sat,
    "HiGHS": highs,
    "min-cost flow": flow,
    "greedy": greedy,
}


class Judged(NamedTuple):
    """What an answer is worth, in fen, and the limits that it breaks."""

    total: int | None
    broken: list[str]


def judged(problem: Problem, found: Found) -> Judged:
    """The claims of an answer, valued in exact fen and checked by clingo alone."""
    if found.drawn is None:
        return Judged(None, [])
    claims = [claim for claim in problem.candidates if text(claim) in found.drawn]
    rows = {
        (name, *claim[1:], row)
        for claim in claims
        for row in problem.options.get((claim[2], claim[3]), ())
        if text((name := "claim_for", *claim[1:], row)) in found.drawn
    }
    worth = {text(claim): problem.worth[claim] for claim in claims}
    broken = violated(problem, [*claims, *sorted(rows)], InProcess())
    return Judged(together(worth, found.drawn, problem.cuts), [text(key) for key in broken])


def main() -> None:
    """Ask one solver and print what it found."""
    name, path, limit = sys.argv[1:]
    problem = pickle.loads(Path(path).read_bytes())  # noqa: S301 - written by the run that asks
    collect_rarely()  # as the command does
    # Everybody has it in one model, made outside the time measured.
    problem = replace(problem, stated=Stated((problem.model,), problem.splits, problem.cuts))
    clock = Clock()
    found = PEERS[name](problem, float(limit))
    taken = clock.taken()
    total, broken = judged(problem, found)
    answer = {"total": total, "broken": broken, "bound": found.bound, "proven": found.proven}
    print(json.dumps({**answer, "remark": found.remark, "taken": taken}))


if __name__ == "__main__":
    main()
