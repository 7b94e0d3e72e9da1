"""Random portfolios: proofs hold by an independent checker, and no explanation contradicts its plan.

SUBVENT_EXPLAIN_SEEDS sets how many portfolios (default 20), SUBVENT_EXPLAIN_FIRST the seed to begin with.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.account import account_of
from subvent.choice import choose
from subvent.explain import Explanation, Finished, explain
from subvent.explain.derivation import REFUTED, evaluated
from subvent.explain.firing import fired
from subvent.explain.proof_program import proof_program
from subvent.logic.ground import derive
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom, order_key, text
from subvent.model.linear import LinearModel
from subvent.optimise.search import Limits
from subvent.optimise.whole import best_of
from subvent.plan import Made, solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, finished, review
from subvent.result import Plan

SEEDS = int(os.environ.get("SUBVENT_EXPLAIN_SEEDS", "20"))
FIRST = int(os.environ.get("SUBVENT_EXPLAIN_FIRST", "0"))
BATCH = 10
STARTS = range(FIRST, FIRST + SEEDS, BATCH)
NODES = 40
"""Nodes of each explanation that the checker grounds one by one."""


class Drawn(NamedTuple):
    """A random portfolio, planned."""

    plan: Plan
    problem: Problem


PACKS = load_policies()


@lru_cache(maxsize=100)
def drawn(seed: int) -> Drawn:
    """The plan of a random portfolio of all packs, under random answers."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{seed}.json"
        path.write_text(as_json(whole_portfolio(seed)), encoding="utf-8")
        portfolio = read_portfolio(path, vocabulary_of(PACKS))
    solved = solve_rows(portfolio, PACKS, whole_readings(seed), InProcess())
    return Drawn(solved.plan, finished(solved.problem, InProcess()))


def seeds(start: int) -> range:
    """The seeds of a batch."""
    return range(start, min(start + BATCH, FIRST + SEEDS))


def told_of(one: Drawn) -> Explanation:
    """The explanation of a plan, with its nodes."""
    problem = one.problem
    constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}
    claims = [("claim", c.applicant, c.subject, (constants[c.benefit],), c.year) for c in one.plan.claims]
    chosen = problem.chosen(
        claims, {a: c.made_for for a, c in zip(claims, one.plan.claims, strict=True) if c.made_for}
    )
    atoms = Finished.of(problem, {*chosen, *review(problem, chosen, InProcess())})
    return explain(problem.policies, problem.vocabulary, atoms, problem.facts, claims)


@pytest.mark.parametrize("start", STARTS)
def test_nodes_follow_from_their_children_by_their_rules(start: int) -> None:
    """Each statement, grounded by clingo over a node's children alone, derives the node; leaves are true."""
    for seed in seeds(start):
        told = told_of(drawn(seed))
        some = sorted(told.nodes, key=order_key)
        for atom in random.Random(seed).sample(some, min(NODES, len(some))):
            node = told.nodes[atom]
            if atom[0] == REFUTED:
                assert holds_nowhere(atom[1], told), (seed, text(atom))
            elif node.rule is None or node.number < 0:
                assert atom in told.finished, (seed, text(atom))
            else:
                statement = told.statements[node.number]
                body = "; ".join(literal.text for literal in statement.body)
                rule = f"{statement.head.text} :- {body}." if body else f"{statement.head.text}."
                given = [text(child) for child in node.children if child[0] != REFUTED]
                assert atom in derive(rule, given), (seed, text(atom))


def holds_nowhere(denied: Atom, told: Explanation) -> bool:
    """Whether no atom of the model is an instance of a denied one."""
    known = [(place, part) for place, part in enumerate(denied) if part != ("_any",)]
    atoms = told.finished.all(denied[0], len(denied) - 1)
    return not any(all(atom[place] == part for place, part in known) for atom in atoms)


@pytest.mark.parametrize("seed", [start + 1 for start in STARTS][:3])
def test_clingo_finds_the_same_firings(seed: int) -> None:
    """The rules as functions and the proof program agree on all that is wanted and below it."""
    told = told_of(drawn(seed))
    program = proof_program(told.policies, told.words.lexicon.silent)
    wanted = [atom for atom in told.wanted if atom not in told.chosen]
    ours = fired(program.statements, program.heads, told.finished.atoms, wanted)
    theirs = evaluated(program, told.finished.atoms, wanted, derive)
    assert {a: set(f) for a, f in ours.firings.items()} == {a: set(f) for a, f in theirs.firings.items()}
    assert ours.refuted == theirs.refuted


@pytest.mark.parametrize("start", STARTS)
def test_no_explanation_contradicts_its_plan(start: int) -> None:
    """What is told of claims, of what is not claimed, and of facts agrees with the plan and the file."""
    for seed in seeds(start):
        one = drawn(seed)
        agrees(seed, one)
        for entry, loss in forced(one):
            assert entry == loss, seed


def agrees(seed: int, one: Drawn) -> None:
    """Claims and reasons against the model of the same portfolio."""
    plan, problem = one
    names = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
    candidates = {(c[2], names[c[3][0]], c[4]) for c in problem.candidates}
    pairs = {(subject, benefit) for subject, benefit, _ in candidates}
    claimed = Counter((c.subject, c.benefit, c.year) for c in plan.claims)
    assert set(claimed) <= candidates, seed
    assert set(claimed.values()) <= {1}, seed
    for claim in plan.claims:
        assert claim.stages, (seed, claim.id)
        assert Fraction(claim.stages[-1].yuan) * 100 == claim.fen, (seed, claim.id)
        assert plan.steps[claim.proof].atom.startswith("claim("), (seed, claim.id)
    for entry in plan.not_claimed:
        years = [
            year for subject, benefit, year in claimed if (subject, benefit) == (entry.subject, entry.benefit)
        ]
        assert entry.year not in years if entry.year else not years, (seed, entry)
        key = (entry.subject, entry.benefit)
        open_ = (*key, entry.year) in candidates if entry.year else key in pairs
        assert open_ == (entry.reason == "outbid"), (seed, entry)
        assert entry.reason == "outbid" or entry.loss_fen is None, (seed, entry)
        if entry.reason in {"unmet", "unknown"}:
            assert entry.findings, (seed, entry)
    stated = {
        (row.id, field) for rows in problem.portfolio.rows.values() for row in rows for field in row.fields
    } | {("portfolio", field) for field in problem.portfolio.settings.fields}
    maps = {f.name for spec in problem.vocabulary.all_lists for f in spec.fields if f.keys}
    for fact in plan.unknown:
        assert (fact.row, fact.field) not in stated or fact.field in maps, (seed, fact)


def forced(one: Drawn) -> list[tuple[int | None, int | None]]:
    """Of what is outbid, what the plan says insisting costs, and the difference of two plans."""
    plan, problem = one
    names = {benefit.name: benefit.constant for benefit in problem.policies.benefits}
    asked = [entry for entry in plan.not_claimed if entry.reason == "outbid" and entry.possible is not None]
    found = []
    for entry in asked[:2]:
        pair = (entry.subject, (names[entry.benefit],))
        totals = [
            total
            for claim in problem.candidates
            if claim[2:4] == pair and (total := with_claim(problem.model, text(claim))) is not None
        ]
        found.append((entry.loss_fen, plan.total_fen - max(totals) if totals else None))
    return found


def with_claim(model: LinearModel, name: str) -> int | None:
    """The best total of a model in which a variable is fixed at 1; None where there is none."""
    if name not in {variable.name for variable in model.variables}:
        return None
    fixed = model._replace(
        variables=tuple(v._replace(lower=1) if v.name == name else v for v in model.variables)
    )
    whole = best_of(fixed, Limits(), {})
    return whole.total if whole.found else None


def test_an_account_of_other_claims_has_no_loss_of_its_own() -> None:
    """An account is told of any lawful claims, whoever chose them: what they leave out has a reason."""
    problem = drawn(FIRST).problem
    chosen = choose(problem, Limits())
    some = dict(list(chosen.fen.items())[:1])
    plan = account_of(problem, Made(some, chosen.made_for, (), 0), {}, (), InProcess())
    assert len(plan.claims) == len(some)
    assert {entry.loss_fen for entry in plan.not_claimed} <= {None}
