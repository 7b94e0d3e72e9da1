"""Whether components come to what one model comes to: ``python -m tests.audit.one_model [N [FIRST]]``.

Random portfolios, several in one file, are planned as the engine does, a component at a time, with a
certificate each; then CP-SAT solves the engine's model as one, and the model that the check of plans builds
apart, as one too. All totals agree. Every eighth file is a large one, whose limits and funds hold many
companies together, and every eighth a realistic group of one class of coupling, as in the benchmarks: their
components are proven by prices. What CP-SAT does not prove within its time and memory is counted and named.
"""

from __future__ import annotations

import json
import multiprocessing
import runpy
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count, islice
from math import floor
from multiprocessing.connection import Connection
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
from subvent.choice import Chosen, choose
from subvent.derivation import given
from subvent.logic.session import InProcess
from subvent.model.certificate import Priced
from subvent.model.linear import LinearModel
from subvent.optimise.coupling import coupling
from subvent.optimise.optimum import Solution
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose

TOGETHER, MANY, LARGE = 4, 40, 8
"""Random portfolios in one file; in a large file; one file of so many is large, and one a realistic group."""
PROJECTS = (40, 60, 90, 150)
"""Sizes of a realistic group."""
BENCHMARKS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "portfolios.py"))
SECONDS, MEGABYTES = 20.0, 2_000
"""After which CP-SAT is no longer asked for a proof: what it found and its bound enclose the total."""

Terms = Sequence[tuple[int, int]]


class Most(NamedTuple):
    """The most that was found, and what is proven that nothing exceeds, in fen."""

    found: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.found == self.bound

    def may_be(self, other: Most) -> bool:
        """Whether both can speak of one optimum."""
        return self.found <= other.bound and other.found <= self.bound


NOTHING = Most(0, sys.maxsize)
"""What is known of the most when nothing was found out."""


def together(seed: int) -> Row:
    """Random portfolios in one: the settings of the first, the rows of all, under ids of their own."""
    drawn = (whole_portfolio(seed + 1_000_000 * i, PARTS[seed % len(PARTS)]) for i in count())
    whole = dict(next(drawn))
    same_unit = (one for one in drawn if one.get("unit") == whole.get("unit"))
    large = seed % LARGE == 0
    for number, one in enumerate(islice(same_unit, (MANY if large else TOGETHER) - 1), 1):
        lists = {name: rows for name, rows in one.items() if _is_table(rows)}
        ids = {str(row["id"]) for rows in lists.values() for row in rows}
        for name, rows in lists.items():
            whole[name] = [*whole.get(name, []), *_renamed(rows, ids, f".{number}")]
    return _crowded(whole, seed // LARGE) if large else whole


def drawn(seed: int) -> tuple[str, dict[str, str]]:
    """The file of a seed, and the readings to plan it with."""
    number, kind = divmod(seed, LARGE)
    if kind != LARGE // 2:
        return as_json(together(seed)), whole_readings(seed)
    couplings = BENCHMARKS["COUPLINGS"]
    case = BENCHMARKS["instance"](PROJECTS[number % len(PROJECTS)], couplings[number % len(couplings)], seed)
    # Every second one under other answers as well: some of them take away what couples it.
    others = whole_readings(seed) if number // len(couplings) % 2 else {}
    return json.dumps(case.portfolio, ensure_ascii=False), {**others, **case.readings}


def _crowded(whole: Row, number: int) -> Row:
    """The same over five years, with few contacts every second time, with small funds every third.

    Without shared costs, which with so many rows CP-SAT proves nothing about.
    """
    years = range(2024, 2029)
    projects = [{k: v for k, v in row.items() if k != "shared_cost"} for row in whole["projects"]]
    crowded = {**whole, "projects": projects, "horizon": list(years)}
    if number % 2:
        crowded["contacts"] = {year: 3 + (number + year) % 7 for year in years}
    if number % 3 == 1:
        crowded["fund_ceilings"] = {year: f"{(number * year) % 9000 + 500}.01万元" for year in years}
    return crowded


def _is_table(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) and "id" in row for row in rows)


def _renamed(value: Any, ids: set[str], suffix: str) -> Any:
    if isinstance(value, dict):
        return {_renamed(key, ids, suffix): _renamed(one, ids, suffix) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, ids, suffix) for one in value]
    return f"{value}{suffix}" if isinstance(value, str) and value in ids else value


def best(ends: Terms, rows: Iterable[tuple[Terms, int]], gains: Terms, constant: int) -> Most:
    """The most of `constant` and the gains, over whole numbers between their ends, by a process of its own.

    What it does not find out within its time and memory is not known. A process, for CP-SAT does not
    always hear of its own limits, and what it could not have ends it.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    rows = [(tuple(terms), upper) for terms, upper in rows]
    child = multiprocessing.Process(target=_solved, args=(sender, ends, rows, gains, constant))
    child.start()
    sender.close()
    try:
        return Most(*receiver.recv()) if receiver.poll(2 * SECONDS) else NOTHING
    except EOFError:
        return NOTHING
    finally:
        child.kill()
        child.join()


def _solved(
    sender: Connection, ends: Terms, rows: Sequence[tuple[Terms, int]], gains: Terms, constant: int
) -> None:
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on every platform

        resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))
    model = cp_model.CpModel()
    variables = [model.new_int_var(low, high, "") for low, high in ends]

    def total(terms: Terms) -> Any:
        return cp_model.LinearExpr.weighted_sum([variables[j] for j, _ in terms], [a for _, a in terms])

    for terms, upper in rows:
        model.add(total(terms) <= upper)
    objective = total(gains)
    model.maximize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    # Otherwise it asks of wide numbers, such as what a claim loses for a shared cost, value by value.
    solver.parameters.add_lp_constraints_lazily = False
    solver.parameters.max_time_in_seconds = SECONDS
    with suppress(MemoryError):
        status = solver.solve(model)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            bound = floor(solver.best_objective_bound + 1e-3)
            sender.send((constant + solver.value(objective), constant + bound))
        elif status != cp_model.UNKNOWN:
            sender.send((sys.maxsize, 0))  # nothing at all is lawful: no total can be this


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
    return best(
        [(0, upper) for upper in rows.upper], rows.rows.items(), list(rows.gains.items()), rows.constant
    )


class Compared(NamedTuple):
    """The components of a portfolio, what holds them together, and the totals, by who says so."""

    parts: int
    classes: frozenset[str]
    totals: dict[str, Most]

    @property
    def faults(self) -> list[str]:
        """The totals that cannot be those of one optimum."""
        mine, *others = self.totals.items()
        return [f"{mine}, but {other}" for other in others if not mine[1].may_be(other[1])]

    @property
    def unproven(self) -> list[str]:
        """Who did not prove a total."""
        return [name for name, most in self.totals.items() if not most.proven]


def compared(seed: int, folder: Path) -> Compared:
    """What comes of one portfolio."""
    policies, vocabulary = loaded()
    path, (text, readings) = folder / "group.json", drawn(seed)
    path.write_text(text, encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary)
    problem = pose(policies, vocabulary, portfolio, readings, InProcess())
    chosen = choose(problem, Limits())
    certificate = write(chosen.whole.parts, [one.certificate for one in chosen.whole.solutions])
    mine = Most(sum(chosen.fen.values()), certified_bound(problem.model, certificate))
    # What is small enough is searched as it is; prices, which large ones need, come to the same.
    priced = [
        by_prices(part) or one for part, one in zip(chosen.whole.parts, chosen.whole.solutions, strict=True)
    ]
    whole = problem.model.constant
    totals = {
        "components": mine,
        "by prices": Most(whole + sum(one.total for one in priced), whole + sum(one.bound for one in priced)),
        "engine's model as one": of_engine(problem.model),
        "model apart as one": of_audit(problem),
    }
    return Compared(len(chosen.whole.parts), frozenset(_classes(problem, chosen, priced)), totals)


def _classes(problem: Problem, chosen: Chosen, priced: Sequence[Solution]) -> Iterator[str]:
    """What holds the claims of a portfolio together, by the names of its rows."""
    if len(chosen.whole.parts) > 1:
        yield "several components"
    yield from (row.name.split("(")[1] for row in problem.model.rows if row.name.startswith("violated("))
    if problem.splits:
        yield "shared costs"
    yield from (cut.name.split("(")[1] for cut in problem.cuts if sum(t.fen for t in cut.terms) > cut.limit)
    if any(coupling(part) for part in chosen.whole.parts):
        yield "coupling rows"
    if any(isinstance(one.certificate.tree, Priced) for one in priced):
        yield "proven by prices"


def main() -> int:
    """Compare, print what the portfolios were, and return 1 where a total differs."""
    number, first = (
        int(sys.argv[i]) if len(sys.argv) > i else usual for i, usual in ((1, 400), (2, 900_000))
    )
    classes, unproven, faults = Counter[str](), Counter[str](), []
    with tempfile.TemporaryDirectory() as name:
        for seed in range(first, first + number):
            one = compared(seed, Path(name))
            classes.update(one.classes)
            unproven.update(one.unproven)
            faults += [f"FAULT: {seed}: {fault}" for fault in one.faults]
            if one.faults or one.unproven or (seed - first) % 50 == 0:
                sys.stderr.write(f"{seed}: {one}\n")
    lines = [f"{label:26} {count:5}" for label, count in sorted(classes.items())]
    lines += [f"{f'unproven: {label}':36} {count:5}" for label, count in sorted(unproven.items())]
    sys.stdout.write("\n".join([*lines, f"compared {number}", *faults, ""]))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
