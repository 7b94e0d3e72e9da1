"""Whether components come to what one model comes to: ``python -m tests.audit.one_model [N [FIRST]]``.

Random portfolios, several in one file, are planned as the engine does, a component at a time, with a
certificate each; then CP-SAT solves the engine's model as one, and the model that the check of plans builds
apart, as one too. All totals agree.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count, islice
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

from ortools.sat.python import cp_model
from tests.audit.changes import PARTS
from tests.oracle.facts import Row
from tests.oracle.generator import as_json, whole_portfolio, whole_readings
from tests.oracle.test_engine_agrees import loaded

from subvent.audit.evaluate import evaluate
from subvent.audit.grounding import ground
from subvent.audit.meaning import Meaning
from subvent.audit.reader import read_statements
from subvent.audit.written import facts_of
from subvent.certified import certified_bound, write
from subvent.derivation import given
from subvent.logic.session import InProcess
from subvent.model.linear import LinearModel
from subvent.optimise.search import Limits
from subvent.plan import choose
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose

TOGETHER = 4
"""Random portfolios in one file."""
SECONDS = 20.0
"""After which CP-SAT is no longer asked for a proof: what it found and its bound enclose the total."""

Terms = Iterable[tuple[int, int]]


class Most(NamedTuple):
    """The most that CP-SAT found, and what it proved that nothing exceeds, in fen."""

    found: int
    bound: int


def together(seed: int) -> Row:
    """Random portfolios in one: the settings of the first, the rows of all, under ids of their own."""
    drawn = (whole_portfolio(seed + 1_000_000 * i, PARTS[seed % len(PARTS)]) for i in count())
    whole = dict(next(drawn))
    same_unit = (one for one in drawn if one.get("unit") == whole.get("unit"))
    for number, one in enumerate(islice(same_unit, TOGETHER - 1), 1):
        lists = {name: rows for name, rows in one.items() if _is_table(rows)}
        ids = {str(row["id"]) for rows in lists.values() for row in rows}
        for name, rows in lists.items():
            whole[name] = [*whole.get(name, []), *_renamed(rows, ids, f".{number}")]
    return whole


def _is_table(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) and "id" in row for row in rows)


def _renamed(value: Any, ids: set[str], suffix: str) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, ids, suffix): _renamed(one, ids, suffix) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, ids, suffix) for one in value]
    return f"{value}{suffix}" if isinstance(value, str) and value in ids else value


def best(
    ends: Sequence[tuple[int, int]], rows: Iterable[tuple[Terms, int]], gains: Terms, constant: int
) -> Most:
    """The most of `constant` and the gains, over whole numbers between their ends."""
    model = cp_model.CpModel()
    variables = [model.new_int_var(low, high, "") for low, high in ends]

    def total(terms: Terms) -> Any:
        pairs = list(terms)
        return cp_model.LinearExpr.weighted_sum([variables[j] for j, _ in pairs], [a for _, a in pairs])

    for terms, upper in rows:
        model.add(total(terms) <= upper)
    objective = total(gains)
    model.maximize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = SECONDS
    try:
        status = solver.solve(model)
    except MemoryError:  # as some numbers of eleven digits make it: nothing is learnt of the total
        return Most(0, sys.maxsize)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Most(constant + solver.value(objective), constant + floor(solver.best_objective_bound + 1e-3))


def of_engine(model: LinearModel) -> Most:
    """The most of the engine's model, as one."""
    ends = [(v.lower, v.upper) for v in model.variables]
    gains = [(j, v.gain) for j, v in enumerate(model.variables)]
    return best(ends, ((row.terms, row.upper) for row in model.rows), gains, model.constant)


def of_audit(problem: Problem) -> Most:
    """The most of the model that the check builds from the rules and the facts alone, as one."""
    facts = facts_of(given(problem.policies, problem.facts.values()))
    atoms = evaluate(problem.policies.program("derivation"), facts)
    meaning = Meaning(ground(list(read_statements(problem.policies.program("decision"))), atoms))
    meaning.add_money({})
    rows = meaning.rows
    return best([(0, upper) for upper in rows.upper], rows.rows.items(), rows.gains.items(), rows.constant)


class Compared(NamedTuple):
    """The components of a portfolio, the totals that differ, and whether CP-SAT proved all of its own."""

    parts: int
    faults: list[str]
    proven: bool


def compared(seed: int, folder: Path) -> Compared:
    """What comes of one portfolio."""
    policies, vocabulary = loaded()
    path = folder / "group.json"
    path.write_text(as_json(together(seed)), encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary)
    problem = pose(policies, vocabulary, portfolio, whole_readings(seed), InProcess())
    chosen = choose(problem, Limits())
    certificate = write(chosen.whole.parts, [one.certificate for one in chosen.whole.solutions])
    mine, bound = sum(chosen.fen.values()), certified_bound(problem.model, certificate)
    totals = {
        "proven": Most(bound, bound),
        "engine's model as one": of_engine(problem.model),
        "model apart as one": of_audit(problem),
    }
    faults = [
        f"{seed}: the plan comes to {mine}, {name}: {most}"
        for name, most in totals.items()
        if not most.found <= mine <= most.bound
    ]
    proven = all(most.found == most.bound for most in totals.values())
    return Compared(len(chosen.whole.parts), faults, proven)


def main() -> int:
    """Compare, print how many components the portfolios have, and return 1 where a total differs."""
    number, first = (
        int(sys.argv[i]) if len(sys.argv) > i else usual for i, usual in ((1, 400), (2, 900_000))
    )
    with tempfile.TemporaryDirectory() as name:
        found = [compared(seed, Path(name)) for seed in range(first, first + number)]
    parts = Counter(one.parts for one in found)
    lines = [f"{size} components: {parts[size]} portfolios" for size in sorted(parts)]
    lines.append(f"all proven by CP-SAT too: {sum(one.proven for one in found)} of {number}")
    faults = [f"FAULT: {fault}" for one in found for fault in one.faults]
    sys.stdout.write("\n".join([*lines, *faults, ""]))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
