"""Random plans, each with one thing of the plan, of its readings or of its portfolio another."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.facts import ANSWERS, Row
from tests.oracle.generator import as_json, whole_portfolio, whole_readings
from tests.oracle.test_engine_agrees import loaded

from subvent.certified import certified_bound
from subvent.document.reader import plan_from_json
from subvent.logic.session import InProcess
from subvent.money import yuan
from subvent.plan import solve_rows
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose
from subvent.report.json import plan_json

PARTS = (("loans", "funds"), ("applicants", "contacts"), ("rewards",), ("equipment", "funds"))

Plan = dict[str, Any]
Dice = random.Random


class Planned(NamedTuple):
    """A portfolio as the oracle reads it, the answers it is planned under, its problem, and the plan."""

    row: Row
    readings: dict[str, str]
    problem: Problem
    plan: Plan


class Change(NamedTuple):
    """Another plan for another question, and the subject that a refusal has to name, where there is one."""

    planned: Planned
    subject: str = ""


def planned(seed: int, folder: Path) -> Planned:
    """The plan of a seed."""
    policies, _ = loaded()
    row = whole_portfolio(seed, PARTS[seed % len(PARTS)])
    readings = whole_readings(seed)
    solved = solve_rows(_read(row, folder), policies, readings, InProcess())
    return Planned(row, readings, solved.problem, json.loads(plan_json(solved.plan)))


def _read(row: Row, folder: Path) -> Any:
    path = folder / "group.json"
    path.write_text(as_json(row), encoding="utf-8")
    return read_portfolio(path, loaded()[1])


def _posed(held: Planned, row: Row, readings: dict[str, str], folder: Path) -> Change:
    """The same claims as the plan of another question."""
    policies, vocabulary = loaded()
    problem = pose(policies, vocabulary, _read(row, folder), readings, InProcess())
    plan = {**copy.deepcopy(held.plan), "readings": dict(problem.readings)}
    return Change(Planned(row, readings, problem, plan))


def amount(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A claim brings more or less."""
    return _of_claim(held, dice, "amount_yuan", lambda line: _other_sum(line["amount_yuan"], dice))


def year(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A claim is filed in another year."""
    return _of_claim(held, dice, "year", lambda line: line["year"] + dice.choice([-1, 1]))


def made_for(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A claim is made for another row, or for none."""
    rows = ["", *(str(row["id"]) for row in held.row["projects"])]
    return _of_claim(held, dice, "made_for", lambda _: dice.choice(rows))


def subject(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A claim is for something else, or under another benefit."""
    key = dice.choice(["subject", "benefit", "applicant"])
    rows = [dict(zip(("applicant", "subject", "benefit"), _names(one), strict=True)) for one in _free(held)]
    return _of_claim(held, dice, key, lambda line: dice.choice([line, *rows])[key])


def _of_claim(held: Planned, dice: Dice, key: str, other: Callable[[Row], Any]) -> Change | None:
    plan = copy.deepcopy(held.plan)
    if not plan["claims"]:
        return None
    line = dice.choice(plan["claims"])
    line[key] = other(line)
    return Change(held._replace(plan=plan), line["subject"])


def left_out(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A claim is missing."""
    plan = copy.deepcopy(held.plan)
    if not plan["claims"]:
        return None
    gone = plan["claims"].pop(dice.randrange(len(plan["claims"])))
    plan["shared_costs"] = [one for one in plan["shared_costs"] if gone["subject"] not in one["claim"]]
    return Change(held._replace(plan=plan))


def added(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A candidate is claimed as well, at its worth; or one claim twice."""
    plan = copy.deepcopy(held.plan)
    if not plan["claims"]:
        return None
    line = copy.deepcopy(dice.choice(plan["claims"]))
    if free := _free(held):
        claim = dice.choice(free)
        line["applicant"], line["subject"], line["benefit"] = _names(claim)
        line["year"], line["amount_yuan"] = claim[4], yuan(held.problem.worth[claim])
        line["made_for"] = dice.choice(held.problem.options.get((claim[2], claim[3]), [""]))
    plan["claims"].append(line)
    return Change(held._replace(plan=plan))


def _free(held: Planned) -> list[Any]:
    """The candidates that are not claimed."""
    taken = {(c["applicant"], c["subject"], c["benefit"], c["year"]) for c in held.plan["claims"]}
    return [one for one in held.problem.candidates if (*_names(one), one[4]) not in taken]


def _names(claim: Any) -> tuple[str, str, str]:
    return str(claim[1]), str(claim[2]), claim[3][0].replace("_", "-")


def moved(held: Planned, dice: Dice, _: Path) -> Change | None:
    """One claim brings what another one brings less: a shared cap or a fund is paid out otherwise."""
    plan = copy.deepcopy(held.plan)
    if len(plan["claims"]) < 2:
        return None
    giver, taker = dice.sample(plan["claims"], 2)
    had, has = (int(line["amount_yuan"].replace(".", "")) for line in (giver, taker))
    fen = min(had, dice.choice([1, 100, 10**6, had]))
    giver["amount_yuan"], taker["amount_yuan"] = yuan(had - fen), yuan(has + fen)
    return Change(held._replace(plan=plan), taker["subject"])


def shared(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A shared cost is counted otherwise, twice, in another claim or not at all, or none is said to be."""
    plan = copy.deepcopy(held.plan)
    lines = plan["shared_costs"]
    names = [
        f"claim({','.join(map(_quoted, (*_names(one)[:2], one[3][0])))},{one[4]})" for one in _free(held)
    ]
    if not lines:
        if not names:
            return None
        lines.append({"split": "shared", "claim": dice.choice(names), "yuan": "1"})
        return Change(held._replace(plan=plan))
    line = dice.choice(lines)
    kind = dice.randrange(4)
    if kind == 0:
        line["yuan"] = dice.choice(["0", "1", "1/3", "999999999", str(Fraction(line["yuan"]) * 2)])
    elif kind == 1:
        lines.append(dict(line))
    elif kind == 2:
        line["claim"] = dice.choice([line["claim"], *names, *(one["claim"] for one in lines)])
    else:
        lines.remove(line)
    return Change(held._replace(plan=plan))


def _quoted(part: str) -> str:
    return part if part.isascii() and part.islower() else f'"{part}"'


def total(held: Planned, dice: Dice, _: Path) -> Change:
    """The total is another."""
    return _of_plan(held, "total_yuan", _other_sum(held.plan["total_yuan"], dice))


def bound(held: Planned, dice: Dice, _: Path) -> Change:
    """The bound is another."""
    return _of_plan(held, "bound_yuan", _other_sum(held.plan["bound_yuan"], dice))


def _of_plan(held: Planned, key: str, value: str) -> Change:
    return Change(held._replace(plan={**copy.deepcopy(held.plan), key: value}))


def _other_sum(written: str, dice: Dice) -> str:
    fen = int(written.replace(".", ""))
    return yuan(max(0, fen + dice.choice([-1, 1, 100, 10**6, fen, -fen // 2])))


def multiplier(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A multiplier, a price or a denominator is another, is gone, or stands at another row."""
    plan = copy.deepcopy(held.plan)
    places = [(node, key) for node in _nodes(plan["certificate"]) for key in node if _is_number(node, key)]
    if not places:
        return None
    node, key = dice.choice(places)
    rows = [row.name for row in held.problem.model.rows]
    kind = dice.random()
    if key != "denominator" and kind < 0.2:
        del node[key]
    elif key != "denominator" and kind < 0.4 and rows:
        node[dice.choice(rows)] = node.pop(key)
    else:
        node[key] += dice.choice([-1, 1, node[key], -node[key], -2 * node[key]])
    return Change(held._replace(plan=plan))


def _is_number(node: Row, key: str) -> bool:
    return isinstance(node[key], int) and key != "at"


def tree(held: Planned, dice: Dice, _: Path) -> Change | None:
    """A branching is at another value or variable, loses a side, has them swapped, or is added."""
    plan = copy.deepcopy(held.plan)
    nodes = [node for node in _nodes(plan["certificate"]) if "at" in node]
    leaves = [node for node in _nodes(plan["certificate"]) if "multipliers" in node]
    if not nodes or dice.random() < 0.2:
        if not leaves:
            return None
        node = dice.choice(leaves)
        low, high = dict(node), {"multipliers": dice.choice([{}, node["multipliers"]])}
        node.clear()
        variable = dice.choice(held.problem.model.variables).name
        node.update(variable=variable, at=dice.choice([-1, 0, 1, 10**30]), low=low, high=high)
        return Change(held._replace(plan=plan))
    node = dice.choice(nodes)
    kind = dice.randrange(4)
    if kind == 0:
        node["at"] += dice.choice([-1, 1])
    elif kind == 1:
        node["variable"] = dice.choice(held.problem.model.variables).name
    elif kind == 2:
        node["low"], node["high"] = node["high"], node["low"]
    else:
        side = node[dice.choice(["low", "high"])]
        node.clear()
        node.update(side)
    return Change(held._replace(plan=plan))


def component(held: Planned, dice: Dice, _: Path) -> Change | None:
    """What bounds one component is gone, or bounds another one."""
    plan = copy.deepcopy(held.plan)
    parts = plan["certificate"]["components"]
    if not parts:
        return None
    one, other = dice.choice(parts), dice.choice(parts)
    if one is other:
        parts.remove(one)
    else:
        one["tree"], other["tree"] = other["tree"], one["tree"]
    return Change(held._replace(plan=plan))


def _nodes(data: Any) -> Iterator[Row]:
    """Every object in a certificate."""
    if isinstance(data, dict):
        yield data
    for inner in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _nodes(inner)


def reading(held: Planned, dice: Dice, folder: Path) -> Change:
    """The plan is said to be of another answer."""
    name = dice.choice(sorted(ANSWERS))
    return _posed(held, held.row, {**held.readings, name: dice.choice(ANSWERS[name])}, folder)


def fact(held: Planned, dice: Dice, folder: Path) -> Change | None:
    """The portfolio says something else: a number is larger or smaller, a yes a no, or it is silent."""
    row = copy.deepcopy(held.row)
    places = [
        (one, key)
        for rows in row.values()
        for one in (rows if isinstance(rows, list) else ())
        if isinstance(one, dict)
        for key in one
        if key != "id"
    ]
    one, key = dice.choice(places)
    value = one[key]
    if isinstance(value, bool):
        one[key] = not value
    elif isinstance(value, int) and dice.random() < 0.8:
        one[key] = max(0, value + dice.choice([-1, 1, value, -value // 2]))
    else:
        del one[key]
    return _posed(held, row, held.readings, folder)


CHANGES: dict[str, Callable[[Planned, Dice, Path], Change | None]] = {
    one.__name__: one
    for one in (
        amount, year, made_for, subject, left_out, added, moved, shared, total, bound, multiplier, tree,
        component, reading, fact,
    )
}  # fmt: skip


def made_to_agree(held: Planned) -> Planned:
    """The plan with sums, range, bound and status as they follow from its claims and its certificate."""
    plan, problem = copy.deepcopy(held.plan), held.problem
    document = plan_from_json(json.dumps(plan))
    fen = {
        ("claim", c.applicant, c.subject, (c.benefit.replace("-", "_"),), c.year): c for c in document.claims
    }
    own = {claim: line.fen for claim, line in fen.items() if claim in problem.worth}
    ends_of = problem.ends(own, {claim: line.made_for for claim, line in fen.items() if line.made_for})
    plan["range_yuan"] = dict(zip(("low", "high"), map(yuan, ends_of), strict=True))
    plan["total_yuan"] = yuan(sum(line.fen for line in document.claims))
    plan["bound_yuan"] = yuan(certified_bound(problem.model, plan["certificate"]))
    plan["status"] = "optimal" if plan["bound_yuan"] == plan["total_yuan"] else "feasible"
    return held._replace(plan=plan)
