"""The model a second time: genuine models are shown to follow, and no changed one that proves too little.

SUBVENT_AUDIT_SEEDS sets how many random portfolios are modelled (default 12), SUBVENT_AUDIT_CHANGES how many
changes of each model and each plan are tried (default 12).
"""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.export.solved import drawn

from subvent.audit.grounding import Instance, ground
from subvent.audit.meaning import Meaning
from subvent.audit.propagation import Search
from subvent.audit.reader import read_statements
from subvent.audit.relaxation import doubts
from subvent.audit.rows import Rows
from subvent.audit.rules import AuditError
from subvent.diagnostics import InputError
from subvent.document.reader import plan_from_json
from subvent.logic.ground import BySignature
from subvent.logic.session import InProcess
from subvent.model.components import components
from subvent.model.linear import LinearModel, faults
from subvent.optimise.optimum import optimise
from subvent.plan import Solved
from subvent.policy.loader import load_policies
from subvent.problem import Problem
from subvent.recheck import rechecked
from subvent.report.json import plan_json
from subvent.verify import check

SEEDS = int(os.environ.get("SUBVENT_AUDIT_SEEDS", "12"))
CHANGES = int(os.environ.get("SUBVENT_AUDIT_CHANGES", "12"))


@cache
def statements() -> tuple[Any, ...]:
    """The decision of the built-in packs."""
    return tuple(read_statements(load_policies().program("decision")))


def instances(problem: Problem) -> list[Instance]:
    """Its ground statements."""
    return ground(statements(), problem.atoms)


def best(model: LinearModel) -> int:
    """The optimum of a model; nothing at all where it has no values."""
    found = [optimise(part) for part in components(model)]
    if any(one.status == "infeasible" for one in found):
        return -1
    assert {one.status for one in found} <= {"optimal"}
    return model.constant + sum(one.total for one in found)


def changed(model: LinearModel, dice: random.Random) -> LinearModel:
    """A model in which one thing is another: a row, a coefficient, a gain, a range, the constant."""
    variables, rows = list(model.variables), list(model.rows)
    j = dice.randrange(len(variables))
    kind = dice.choice(["row", "row", "coefficient", "gain", "upper", "terms", "constant"])
    if kind == "gain":
        variables[j] = variables[j]._replace(gain=variables[j].gain - dice.choice([1, 10**6, -1]))
    elif kind == "upper":
        variables[j] = variables[j]._replace(upper=max(0, variables[j].upper - 1))
    elif kind == "constant":
        return model._replace(constant=model.constant - dice.choice([1, -1]))
    elif rows:
        i = dice.randrange(len(rows))
        terms = dict(rows[i].terms)
        if kind == "row":
            rows[i] = rows[i]._replace(upper=rows[i].upper - dice.choice([1, 2, -1]))
        elif kind == "coefficient" and terms:
            terms[dice.choice(list(terms))] += dice.choice([1, 2, -1])
        else:
            terms[j] = terms.get(j, 0) + 1
        if kind != "row":
            rows[i] = rows[i]._replace(terms=tuple(sorted((v, a) for v, a in terms.items() if a)))
    return model._replace(variables=tuple(variables), rows=tuple(rows))


def problems(first: int, folder: Path, count: int = SEEDS) -> Iterator[tuple[int, Solved]]:
    """Random portfolios with loans, funds, contacts, shared costs."""
    yield from drawn(range(first, first + count), folder)


def test_models_are_shown_to_follow_and_changed_ones_prove_nothing_untrue(tmp_path: Path) -> None:
    """Every row of a genuine model holds; a changed model without doubts has no lower optimum."""
    dice = random.Random(1)
    doubted = accepted = 0
    for seed, solved in problems(520_000, tmp_path):
        problem = solved.problem
        own, model = instances(problem), problem.model
        used = {row.name for row in model.rows}
        found = doubts(Meaning(own), model, used)
        assert (not found, found.checked) == (True, len(used)), (seed, found)
        for _ in range(CHANGES if model.variables else 0):
            other = changed(model, dice)
            if faults(other):
                continue
            if doubts(Meaning(own), other, used):
                doubted += 1
                continue
            accepted += 1
            assert best(other) >= solved.plan.total_fen, seed
    assert min(doubted, accepted) > SEEDS


def test_a_candidate_that_is_left_out_is_named(tmp_path: Path) -> None:
    """A model without a claim that may be made, or with one settled that need not be, is doubted."""
    for _, solved in problems(530_000, tmp_path):
        problem, model = solved.problem, solved.problem.model
        free = [v.name for v in model.variables if v.name.startswith("claim(") and v.gain > 0]
        for name in free[:2]:
            lone = [v for v in model.variables if v.name != name]
            if any(v.name == name for row in model.rows for v in [model.variables[j] for j, _ in row.terms]):
                continue
            without = LinearModel(tuple(lone), (), model.constant)
            assert name in doubts(Meaning(instances(problem)), without, ()).choices
            settled = without._replace(settled=((name, 0),))
            assert name in doubts(Meaning(instances(problem)), settled, ()).variables


def _steps(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every number and amount of a plan's claims, sums and certificate."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _steps(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _steps(value, (*path, index))
    elif isinstance(data, int) or path[-1] in (
        "amount_yuan",
        "total_yuan",
        "bound_yuan",
        "subject",
        "benefit",
    ):
        yield path


def altered(data: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A plan with one or two changes to its claims, sums, status or certificate."""
    plan = copy.deepcopy(data)
    parts = {key: plan[key] for key in ("claims", "total_yuan", "bound_yuan", "certificate", "shared_costs")}
    for _ in range(dice.choice([1, 1, 2])):
        kind = dice.random()
        if kind < 0.15 and plan["claims"]:
            del plan["claims"][dice.randrange(len(plan["claims"]))]
        elif kind < 0.2:
            plan["total_yuan"] = plan["bound_yuan"]
        elif path := dice.choice(list(_steps(parts)) or [()]):
            at: Any = plan
            for step in path[:-1]:
                at = at[step] if not isinstance(at, list) or step < len(at) else {}
            old = at.get(path[-1]) if isinstance(at, dict) else None
            if isinstance(old, int):
                at[path[-1]] = old + dice.choice([-1, 1, 2, -old, old])
            elif path[-1] in ("subject", "benefit"):
                at[path[-1]] = dice.choice(plan["claims"])[path[-1]] if plan["claims"] else old
            elif isinstance(old, str):
                at[path[-1]] = f"{max(0, int(old.replace('.', '')) + dice.choice([-1, 1, 100])) / 100:.2f}"
    return plan


@pytest.mark.long
def test_no_changed_plan_is_accepted_that_states_an_untruth(tmp_path: Path) -> None:
    """A plan that passes is worth what it says, no more than the optimum, and its bound is no less."""
    dice = random.Random(2)
    refused = accepted = 0
    for seed, solved in problems(540_000, tmp_path, max(4, SEEDS // 2)):
        data, total = json.loads(plan_json(solved.plan)), solved.plan.total_fen
        assert list(check(solved.problem, plan_from_json(json.dumps(data)), InProcess())) == [], seed
        for _ in range(CHANGES):
            try:
                document = plan_from_json(json.dumps(altered(data, dice)))
                findings = list(check(solved.problem, document, InProcess()))
            except InputError:
                refused += 1
                continue
            if findings:
                refused += 1
                continue
            accepted += 1
            assert document.bound_fen >= total, seed
            assert document.total_fen == sum(claim.fen for claim in document.claims) <= total, seed
            assert document.status != "optimal" or document.total_fen == total, seed
    assert refused > SEEDS
    assert accepted > 0


def test_what_differs_is_named(tmp_path: Path) -> None:
    """A fact that does not follow, one left out, and a changed shared cap are told by name."""
    _, solved = next(iter(problems(550_000, tmp_path)))
    problem = solved.problem
    some = min((atom for atom in problem.atoms if atom[0] == "asked"), key=str)
    more = replace(problem, groups=BySignature(problem.atoms | {("asked", "nobody", ("nothing",))}))
    less = replace(problem, groups=BySignature(problem.atoms - {some}))
    assert [d.code for d in rechecked(more, {}, ())] == ["verify.fact-not-derived"]
    assert [d.code for d in rechecked(less, {}, ())] == ["verify.fact-left-out"]
    assert "nobody" in next(rechecked(more, {}, ())).what.en


def test_pools_and_shared_costs_are_compared(tmp_path: Path) -> None:
    """A shared cap of another limit, or a shared cost of another size, is told by its name."""
    seen = set()
    for _, solved in problems(560_000, tmp_path):
        problem = solved.problem
        if problem.cuts and any(cut.terms for cut in problem.cuts):
            cut = next(cut for cut in problem.cuts if cut.terms)
            other = replace(
                problem, stated=replace(problem.stated, cuts=(cut._replace(limit=cut.limit + 1),))
            )
            assert "verify.sharing-differs" in {d.code for d in rechecked(other, {}, ())}
            seen.add("cut")
        if problem.splits:
            split = problem.splits[0]._replace(shared=problem.splits[0].shared + 1)
            other = replace(problem, stated=replace(problem.stated, splits=(split, *problem.splits[1:])))
            assert "verify.sharing-differs" in {d.code for d in rechecked(other, {}, ())}
            seen.add("split")
    assert "cut" in seen


@pytest.mark.parametrize(
    ("program", "terms", "upper", "shown"),
    [
        # At most one of any two is at most one of all three.
        ("{ a }. { b }. { c }. :- a, b. :- b, c. :- a, c.", "abc", 1, True),
        ("{ a }. { b }. { c }. :- a, b. :- b, c.", "abc", 1, False),
        ("{ a }. { b }. { c }. :- 2 < #count { 1 : a; 2 : b; 3 : c }.", "abc", 2, True),
        ("{ a }. { b }. { c }. :- 2 < #count { 1 : a; 2 : b; 3 : c }.", "abc", 1, False),
        # Through an atom that stands for others: whichever makes it true.
        ("{ a }. { b }. { c }. u :- a. u :- b. :- u, c.", "ac", 1, True),
        ("{ a }. { b }. { c }. u :- a. u :- b. :- a, c. :- b, c.", "uc", 1, True),
        ("{ a }. { b }. { c }. u :- a. u :- b. :- a, c.", "uc", 1, False),
        ("{ a }. { b }. u :- a, not b. :- u.", "ab", 1, False),
        ("{ a }. { b }. u :- a, not b. :- u. :- b.", "a", 0, True),
        ("{ a }. { b }. u :- 1 = #count { 1 : a; 2 : b }. :- u. :- a.", "b", 0, True),
        # What is claimed may be asked for a year earlier; where there is no number there is no instance.
        ("{ p(1) }. { p(2) }. a :- p(1). b :- p(2). :- p(Y), not p(Y-1).", "ab", 0, True),
        ("{ p(1) }. { p(2) }. a :- p(2). :- p(Y), not p(Y-2).", "a", 0, True),
        ("{ p(x) }. a :- p(x). :- p(Y), not p(Y-1).", "a", 0, False),
    ],
)
def test_a_row_is_shown_when_it_follows(program: str, terms: str, upper: int, shown: bool) -> None:  # noqa: FBT001
    """Rows that follow from the statements are shown to, rows that do not are not."""
    meaning = Meaning(ground(list(read_statements(program)), []))
    search = Search(meaning.rows, {})
    literals = [meaning.named[name] for name in terms]
    assert all(isinstance(one, int) and one >= 0 for one in literals)
    row = tuple(sorted((one, 1) for one in literals if isinstance(one, int)))
    assert search.holds(row, upper) is shown


def test_nothing_is_shown_of_what_contradicts_itself() -> None:
    """Where no choice is lawful everything would follow; then nothing counts as shown."""
    rows = Rows()
    one = rows.variable()
    rows.add({one: 1}, 0)
    rows.add({one: -1}, -1)
    assert not Search(rows, {}).holds(((one, 1),), 0)


@pytest.mark.parametrize(
    "program",
    ["{ a }. b :- a. b :- c. c :- b.", "{ a }. b :- a, 1 < #max { 2 : a }.", "{ a }. :- a : b. b."],
)
def test_what_the_second_model_does_not_read_is_refused(program: str) -> None:
    """Atoms defined through one another, other aggregates over claims, conditional literals over them."""
    with pytest.raises(AuditError):
        Meaning(ground(list(read_statements(program)), []))
