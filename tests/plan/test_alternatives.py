"""Plans beside the best one: the next best that differ in substance, and the simplest near it."""

from __future__ import annotations

import json
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from tests.oracle.every import Made, every_set, next_best
from tests.oracle.facts import Row
from tests.oracle.generator import (
    as_json,
    random_portfolio,
    random_readings,
    whole_portfolio,
    whole_readings,
)

from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import pose, violated
from subvent.questions import alternatives as engine
from subvent.questions.alternatives import Alternatives, Asked, alternatives
from subvent.report.json_alternatives import alternatives_json
from subvent.report.text_alternatives import alternatives_text

PACKS = load_policies()
GROUP = """\
unit: 万元
as_of: 2027-05-06
horizon: [2026, 2027]
companies: [{id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922",
             good_standing: true}]
projects:
  - {id: P1, applicant: A, kinds: [smart, equipment], total_investment: 3000, audited_cost: 3000,
     filing_years: [2026, 2027], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A}
loans:
  - {id: L, borrower: A, kind: loan, projects: [P1, P2], dedicated_product: true, interest_paid: {2025: 100},
     filing_years: [2026], subsidised_before: false}
"""
"""P1 as smart 600 or as equipment 600 at less, in either year; the interest of L for either project."""
COUNT = 4
MOST = 14


def found_for(path: Path, asked: Asked, readings: dict[str, str]) -> Alternatives:
    """What the engine finds for a portfolio in a file."""
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    problem = pose(PACKS, vocabulary_of(PACKS), portfolio, readings, InProcess(), "decision")
    return alternatives(problem, asked, Limits(), readings)


def drawn(seed: int) -> tuple[Row, dict[str, str]]:
    """A random portfolio with readings: every other one with loans, rewards and yearly funds."""
    if seed % 2:
        return whole_portfolio(seed), whole_readings(seed)
    return random_portfolio(seed), random_readings(seed)


@pytest.mark.parametrize("start", range(0, 60, 10))
def test_the_next_best_are_those_found_by_trying_every_lawful_set(start: int, tmp_path: Path) -> None:
    """The plans, in falling order, bring what the best sets bring that do not file what one before does."""
    tried = 0
    for seed in range(start, start + 10):
        portfolio, readings = drawn(seed)
        sets = every_set(portfolio, readings, MOST)
        if sets is None:
            continue
        tried += 1
        path = tmp_path / f"{seed}.json"
        path.write_text(as_json(portfolio), encoding="utf-8")
        found = found_for(path, Asked(COUNT, Fraction(1, 20)), readings)
        right = next_best(sets, 1 + COUNT)
        totals = [found.best.total, *(plan.outline.total for plan in found.next_best)]
        assert totals == [one.total for one in right], (seed, readings)
        assert found.proven, seed
        assert found.exhausted is (len(right) <= COUNT), seed
        for one in found.simplest:
            assert (one.number, one.plan.outline.total) == simplest(sets, found.best.total, one.fewest), seed
    assert tried


def simplest(sets: list[Made], optimum: int, fewest: str) -> tuple[int, int]:
    """The fewest of a set that gives up a twentieth of the optimum at most, and the most it then brings."""
    counts = [
        (
            len(one.claims) if fewest == "filings" else len({claim.applicant for claim in one.claims}),
            -one.total,
        )
        for one in sets
        if one.total * 20 >= optimum * 19
    ]
    count, total = min(counts)
    return count, -total


def test_a_plan_that_differs_by_the_year_the_row_or_nothing_is_no_alternative(tmp_path: Path) -> None:
    """Two years, two rows of one loan, and a loan under a cap that is used up: one plan, and two left."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    found = found_for(path, Asked(9), {})
    told = [sorted({line.subject + "/" + line.benefit for line in found.best.claims})]
    told += [
        sorted({line.subject + "/" + line.benefit for line in plan.outline.claims})
        for plan in found.next_best
    ]
    assert told == [["L/interest", "P1/smart"], ["L/interest", "P1/equipment"]]
    assert found.exhausted
    assert found.proven


def test_a_claim_of_a_further_year_is_no_other_plan_whatever_limits_that_year(tmp_path: Path) -> None:
    """P2 can be claimed again in a year in which one company files: without P1 it is, and nothing is new."""
    projects = """\
  - {id: P1, applicant: A, kinds: [smart], total_investment: 3000, audited_cost: 3000, filing_years: [2027],
     completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: B, kinds: [smart], total_investment: 1000, audited_cost: 1000,
     filing_years: [2026, 2027], completed: true, in_shenzhen: true, filed_before_start: true}
"""
    head = GROUP.partition("companies:")[0] + "contacts: {2027: 1}\n"
    facts = 'legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true'
    companies = f"companies: [{{id: A, {facts}}}, {{id: B, {facts}}}]\n"
    path = tmp_path / "group.yaml"
    path.write_text(f"{head}{companies}projects:\n{projects}", encoding="utf-8")
    found = found_for(path, Asked(9), {"reclaim": "yearly", "contact": "hard"})
    assert [line.id for line in found.best.claims] == ["B/P2/smart/2026", "A/P1/smart/2027"]
    assert found.next_best == ()
    assert found.exhausted


def test_what_may_be_given_up_is_exact_to_the_fen(tmp_path: Path) -> None:
    """At exactly the share that a small claim brings it is left out, at the least bit less it is not."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    share = Fraction(50, 650)
    for within, filings in ((share, 1), (share - Fraction(1, 10**9), 2), (Fraction(0), 2), (Fraction(1), 0)):
        (one,) = found_for(path, Asked(1, within, ("filings",)), {}).simplest
        assert one.number == filings
        assert one.least == ceil((1 - within) * 650_000_000)


def test_no_time_leaves_the_best_plan_and_says_that_the_rest_is_not_proven(tmp_path: Path) -> None:
    """Past the deadline the best lawful plan is there, none is made up, and nothing is called proven."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    problem = pose(PACKS, vocabulary_of(PACKS), portfolio, {}, InProcess(), "decision")
    found = alternatives(problem, Asked(), Limits(deadline=0.0))
    assert found.best.total == 650_000_000
    assert (found.next_best, found.exhausted, found.proven) == ((), False, False)
    assert not any(one.plan.proven for one in found.simplest)


def test_no_plan_beside_the_best_brings_more_than_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the best is not proven, and what is sought beside it brings more, that is told as the best."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    portfolio = read_portfolio(path, vocabulary_of(PACKS))
    problem = pose(PACKS, vocabulary_of(PACKS), portfolio, {}, InProcess(), "decision")
    better = engine.choose(problem, Limits())
    values = dict.fromkeys(better.whole.values, 0)
    solutions = tuple(
        solution._replace(values=tuple(values[v.name] for v in part.variables), total=0, status="feasible")
        for part, solution in zip(better.whole.parts, better.whole.solutions, strict=True)
    )
    poor = engine.Chosen({}, {}, (), better.whole._replace(solutions=solutions))
    monkeypatch.setattr(engine, "choose", lambda *_: poor)
    found = alternatives(problem, Asked(), Limits())
    assert found.best.total == 650_000_000
    others = [one.outline for one in (*found.next_best, *(one.plan for one in found.simplest))]
    assert all(one.total <= found.best.total <= found.best.bound for one in others)
    assert all(one.plan.outline.total >= one.least for one in found.simplest)
    assert not found.proven


@pytest.mark.parametrize("seed", range(842_001, 842_013, 2))
def test_what_a_limit_forces_out_of_a_plan_beside_the_best_is_unlawful_there(
    seed: int, tmp_path: Path
) -> None:
    """Of random plans beside the best: what goes because of a limit cannot be claimed with the rest."""
    portfolio, readings = drawn(seed)
    path = tmp_path / "drawn.json"
    path.write_text(as_json(portfolio), encoding="utf-8")
    problem = pose(
        PACKS, vocabulary_of(PACKS), read_portfolio(path, vocabulary_of(PACKS)), readings, InProcess()
    )
    found = alternatives(problem, Asked(COUNT, Fraction(1, 20)), Limits(), readings)
    names = {benefit.constant: benefit.name for benefit in PACKS.benefits}
    atoms = {f"{a}/{s}/{names[b[0]]}/{y}": claim for claim in problem.candidates for _, a, s, b, y in [claim]}
    caps = {text(atom[1]) for arity in (2, 3) for atom in problem.of("draws", arity)}
    for plan in (*found.next_best, *(one.plan for one in found.simplest)):
        held = [atoms[line.id] for line in plan.outline.claims]
        for one in plan.changes:
            assert one.after is None or {force.name for force in one.forced} <= caps
            if one.after is None and {force.name for force in one.forced} - caps:
                assert violated(problem, [*held, atoms[one.line.id]], InProcess()), (seed, one)


def test_the_limits_that_force_a_claim_out_are_told(tmp_path: Path) -> None:
    """P1 takes one category: as equipment it is not smart; in both languages and as JSON, with its law."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    found = found_for(path, Asked(1, Fraction(0), ()), {})
    (law,) = ("深府办规〔2023〕6号 附b",)
    shown = " ".join(alternatives_text(found, "zh", 200).split())
    assert f"因：项目 P1 在1—7类中只享受一类 〔{law}〕" in shown
    assert f"because project P1 takes one of categories 1–7 〔{law}〕" in alternatives_text(found, "en", 200)
    (plan,) = json.loads(alternatives_json(found))["next_best"]
    forced = [one["forced_by"] for one in plan["changes"] if "forced_by" in one]
    assert [[force["limit"] for force in one] for one in forced] == [['one_category("P1")']]
    assert all(one["after_yuan"] is None for one in plan["changes"] if "forced_by" in one)
