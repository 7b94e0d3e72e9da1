"""Open questions side by side: totals, changes, what knowing an answer is worth, and what to file now."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain, combinations
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, random_portfolio

from subvent.diagnostics import InputError
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom
from subvent.optimise.search import Limits
from subvent.plan import plan_portfolio
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, violated
from subvent.questions import readings, regret, standing
from subvent.questions.open_questions import ReadingsCompared
from subvent.questions.outline import Line, Outline, outlined
from subvent.questions.readings import ReadingsComparison, compare_readings
from subvent.questions.standing import best_standing
from subvent.report.compare_json import readings_json
from subvent.report.text_readings import readings_text

CONTRACT = Path(__file__).parent / "contract"
EXAMPLE = Path("examples/traditional-group.yaml")
PACKS = load_policies()
CONSTANTS = {benefit.name: (benefit.constant,) for benefit in PACKS.benefits}
GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true,
     established: 2021-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major, smart], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: true}
  - {id: P3, applicant: A, kinds: [fusion], total_investment: 3000, audited_cost: 400,
     filing_years: [2026], end: 2025-12-31, completed: true, in_shenzhen: true,
     filed_before_start: false}
"""
LOAN = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies: [{id: A, industry_code: "3922"}]
projects:
  - {id: P1, applicant: A}
  - {id: P2, applicant: A, kinds: [smart]}
loans:
  - {id: L, borrower: A, kind: loan, projects: [P1, P2], dedicated_product: true, interest_paid: {2025: 100},
     filing_years: [2026], subsidised_before: false}
"""


def read(path: Path) -> Portfolio:
    """A portfolio under the built-in packs."""
    return read_portfolio(path, vocabulary_of(PACKS))


def posed(portfolio: Portfolio, answers: dict[str, str]) -> Problem:
    """The problem under these answers alone, as plans pose it."""
    return pose(PACKS, vocabulary_of(PACKS), portfolio, answers, InProcess(), "decision")


def compared(portfolio: Portfolio, **answers: str) -> ReadingsCompared:
    """The open questions of a portfolio under the built-in packs."""
    return ReadingsComparison(PACKS, portfolio, answers, InProcess(), Limits()).made()


@pytest.fixture(name="group")
def group_fixture(tmp_path: Path) -> Portfolio:
    """Three projects whose category turns on the readings."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    return read(path)


def kept(problem: Problem, filed: Outline) -> int:
    """By trying every subset: the most that lawful ones of the claims filed bring, in fen."""
    assert (problem.splits, problem.cuts) == ((), ()), "each claim brings its own worth"
    made_for = {
        ("claim", line.applicant, line.subject, CONSTANTS[line.benefit], line.year): line.made_for
        for line in filed.claims
    }
    left = [claim for claim in problem.candidates if claim in made_for]
    every: Iterator[tuple[Atom, ...]] = chain.from_iterable(
        combinations(left, n) for n in range(len(left), -1, -1)
    )
    best = 0
    for subset in every:
        brings = sum(problem.worth[claim] for claim in subset)
        rows = {claim: made_for[claim] for claim in subset if made_for[claim]}
        if brings > best and not violated(problem, problem.chosen(subset, rows), InProcess()):
            best = brings
    return best


def _claim(line: Line) -> Atom:
    """The claim that a line of an outline stands for."""
    return ("claim", line.applicant, line.subject, (line.benefit.replace("-", "_"),), line.year)


def random_group(seed: int, folder: Path) -> Portfolio:
    """A random portfolio of the oracle's, read from a file."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("draw", [3, 11, "stacking", "group"])
def test_each_answer_is_told_as_a_plan_with_it_is_made(
    draw: int | str, tmp_path: Path, group: Portfolio
) -> None:
    """Totals and changed claims are those of plans made one by one; an idle question changes none."""
    if isinstance(draw, int):
        portfolio = random_group(draw, tmp_path)
    else:
        portfolio = group if draw == "group" else read(CONTRACT / f"{draw}.yaml")
    found = compared(portfolio)
    assert found.proven
    base = outlined(posed(portfolio, {}), Limits())
    assert found.base == base
    told = {(q.name, e.answer): e for q in found.questions for e in q.effects}
    for question in PACKS.readings:
        for answer in question.answers:
            if answer.default:
                continue
            best = outlined(posed(portfolio, {question.name: answer.name}), Limits())
            effect = told.get((question.name, answer.name))
            if effect is None:
                assert question.name in found.idle
                assert best.claims == base.claims
                continue
            assert (effect.total_fen, effect.difference_fen) == (best.total, best.total - base.total)
            lines = {*base.claims, *best.claims}
            differ = {n: (base.claims.get(n), best.claims.get(n)) for n in lines}
            assert {c.line: (c.before, c.after) for c in effect.changes} == {
                line: pair for line, pair in differ.items() if pair[0] != pair[1]
            }


def test_the_base_plan_is_the_one_that_plan_makes() -> None:
    """Claims, amounts and total of the base are those of `subvent plan` with the same readings."""
    given = {"exclusivity": "one-a-year"}
    plan, found = plan_portfolio(EXAMPLE, readings=given), compare_readings(EXAMPLE, (), given)
    assert found.given == given
    assert found.base.bound == plan.bound_fen
    assert dict(found.base.claims) == {
        Line(c.applicant, c.subject, c.benefit, c.year, c.made_for): c.fen for c in plan.claims
    }
    assert [line.id for line in found.base.claims] == [claim.id for claim in plan.claims]


@pytest.mark.parametrize("answers", [{}, {"smart-tiers": "refuse"}, {"exclusivity": "one-a-year"}])
def test_the_value_of_knowing_is_the_largest_regret(group: Portfolio, answers: dict[str, str]) -> None:
    """By trying every subset of what is filed: the best total less what is kept, the most of all answers."""
    found = compared(group, **answers)
    assert found.questions
    for question in found.questions:
        regrets = []
        for effect in question.effects:
            problem = posed(group, {**answers, question.name: effect.answer})
            regrets.append(outlined(problem, Limits()).total - kept(problem, found.base))
            assert effect.regret_fen == regrets[-1] >= 0
        assert question.knowing_fen == max(regrets)
    values = [question.knowing_fen for question in found.questions]
    assert values == sorted(values, reverse=True)
    assert found.first == (found.questions[0] if values[0] else None)


@pytest.mark.parametrize("answers", [{}, {"exclusivity": "one-a-year"}])
def test_the_plan_to_decide_on_has_the_least_worst_regret(group: Portfolio, answers: dict[str, str]) -> None:
    """No base plan nor plan best under one answer has a smaller worst regret; among equals the base.

    Another plan is told only if it regrets less than all of these, and is lawful under its answer.
    """
    found = compared(group, **answers)
    deciding = found.deciding
    assert deciding is not None
    asked: list[tuple[str, str] | None] = [None]
    asked += [(q.name, e.answer) for q in found.questions for e in q.effects]
    problems = [posed(group, {**answers, **dict([one] if one else [])}) for one in asked]
    plans = [outlined(problem, Limits()) for problem in problems]
    worst = [
        max(best.total - kept(problem, plan) for problem, best in zip(problems, plans, strict=True))
        for plan in plans
    ]
    assert deciding.base_regret_fen == worst[0]
    assert deciding.bound_fen <= deciding.regret_fen
    own = asked.index(deciding.best_under)
    after = {**found.base.claims, **{c.line: c.after for c in deciding.changes}}
    chosen = Outline({line: fen for line, fen in after.items() if fen is not None}, 0)
    if deciding.other:
        assert deciding.regret_fen < min(worst)
        filed = [c for c in problems[own].candidates if c in {_claim(line) for line in chosen.claims}]
        rows = {_claim(line): line.made_for for line in chosen.claims if line.made_for}
        assert len(filed) == len(chosen.claims)
        assert not violated(problems[own], problems[own].chosen(filed, rows), InProcess())
    else:
        assert deciding.regret_fen == worst[own] == min(worst)
        assert deciding.best_under is None or worst[0] > min(worst)
        assert chosen.claims.keys() == plans[own].claims.keys()
    assert deciding.total_fen == kept(problems[0], chosen)
    regrets = [best.total - kept(problem, chosen) for problem, best in zip(problems, plans, strict=True)]
    told = {one.asked: (one.best_fen, one.regret_fen) for one in deciding.under_each}
    assert told == dict(zip(asked, zip([plan.total for plan in plans], regrets, strict=True), strict=True))
    assert max(regrets) == deciding.regret_fen == regrets[asked.index(deciding.under)]
    everywhere = set.intersection(*(set(plan.claims) for plan in plans))
    assert set(deciding.always) == everywhere


def test_the_least_regret_of_few_claims_is_proven(tmp_path: Path) -> None:
    """Also where plans differ by so little that relaxations take it for nothing: what remains is searched."""
    deciding = compared(random_group(84_100_340, tmp_path)).deciding
    assert deciding is not None
    assert deciding.least
    assert deciding.regret_fen == 29_573_891


def test_the_least_regret_of_a_group_is_proven_where_many_answers_decide() -> None:
    """Under several answers the plan of least regret loses the same, and no other loses a fen less."""
    found = compare_readings(Path("examples/manufacturing-group.yaml"), (), {"exclusivity": "green-alone"})
    assert found.deciding is not None
    assert found.deciding.least
    assert found.deciding.regret_fen == 2_882_000_000


@pytest.mark.parametrize("answers", [{}, {"exclusivity": "one-a-year"}])
def test_what_is_guaranteed_is_lawful_and_paid_under_every_answer(
    group: Portfolio, answers: dict[str, str]
) -> None:
    """No answer alone, of questions that change no plan either, breaks it or leaves less than is told."""
    found = compared(group, **answers)
    plan = found.guaranteed
    assert plan is not None
    assert plan.proven
    filed = {_claim(line): fen for line, fen in plan.claims.items()}
    totals = {}
    for question in PACKS.readings:
        for answer in question.answers:
            problem = posed(group, {**answers, question.name: answer.name})
            assert not violated(problem, problem.chosen(filed, {}), InProcess())
            totals[question.name, answer.name] = sum(problem.worth[claim] for claim in filed)
            assert all(problem.worth[claim] >= fen for claim, fen in filed.items())
    assert plan.total_fen == min(totals.values())
    if plan.under is None:
        assert plan.base_fen == plan.total_fen
    else:
        assert totals[plan.under] == plan.total_fen
    assert plan.base_fen == sum(posed(group, answers).worth[claim] for claim in filed)
    after = {**found.base.claims, **{c.line: c.after for c in plan.changes}}
    assert {line for line, fen in after.items() if fen is not None} == set(plan.claims)
    assert found.base.total - plan.base_fen == sum((c.before or 0) - (c.after or 0) for c in plan.changes)


def test_what_is_too_large_is_said_apart(group: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guaranteed, and of the worst loss only the best plans are compared; text and data say so."""
    for module in (regret, standing):
        monkeypatch.setattr(module, "LARGEST", 1)
    found = compared(group)
    assert (found.guaranteed, found.too_large) == (None, True)
    assert found.deciding is not None
    assert not found.deciding.sought
    assert found.deciding.bound_fen < found.deciding.regret_fen
    data = json.loads(readings_json(found))
    assert (data["guaranteed"], data["guaranteed_sought"]) == (None, False)
    assert data["deciding_now"]["all_plans_sought"] is False
    shown = " ".join(readings_text(found, "en", 400).split())
    assert "Not sought: the model is too large (over 20,000 variables)." in shown
    assert "Only the base plan and the best plan under each answer were compared" in shown
    assert "没有求：模型过大（变量超过 20,000 个）。" in readings_text(found, "zh", 400)


def test_where_nothing_stands_under_every_answer_it_is_said(tmp_path: Path) -> None:
    """A loan that one answer allows for no project is not filed for any; that nothing is sure is proven."""
    path = tmp_path / "group.yaml"
    path.write_text(LOAN, encoding="utf-8")
    found = compared(read(path))
    assert found.guaranteed is not None
    assert (found.guaranteed.claims, found.guaranteed.total_fen, found.guaranteed.proven) == ({}, 0, True)
    assert "No claim is lawful under every answer" in readings_text(found, "en", 400)
    # With two of the answers alone the other project would do for both.
    both = [posed(read(path), answers) for answers in ({}, {"interest-project": "of-a-category"})]
    told = best_standing([problem.model for problem in both], (), (), Limits())
    assert told is not None
    assert told.total == found.base.total
    assert {name for name in told.filed if name.startswith("claim_for(")} == {
        'claim_for("A","L",interest,2026,"P2")'
    }


def test_answers_that_interact_are_told_with_what_they_cost_together(group: Portfolio) -> None:
    """Each pair told costs more or less than its sum, each other pair just that; so do all together."""
    found = compared(group)
    assert found.joint
    costly = [question for question in found.questions if question.costs_fen]
    told = {joint.answers for joint in found.joint}
    for one, other in combinations(costly, 2):
        pair = {q.name: q.least.answer for q in (one, other)}
        total = outlined(posed(group, pair), Limits()).total
        joint = next((j for j in found.joint if dict(j.answers) == pair), None)
        together, apart = found.base.total - total, one.costs_fen + other.costs_fen
        assert (joint is not None) == (together != apart)
        if joint is not None:
            assert (joint.total_fen, joint.together_fen, joint.apart_fen) == (total, together, apart)
    assert len(told) == len(found.joint)
    assert found.together is not None
    assert found.together.total_fen == outlined(posed(group, dict(found.together.answers)), Limits()).total


def test_a_claim_filed_for_one_row_stays_filed_for_it(tmp_path: Path) -> None:
    """A loan claimed for a project that an answer rules out is lost under it, though another would do."""
    path = tmp_path / "group.yaml"
    path.write_text(LOAN, encoding="utf-8")
    found = compared(read(path))
    (line,) = found.base.claims
    assert (line.subject, line.made_for) == ("L", "P1")
    question = next(one for one in found.questions if one.name == "interest-project")
    effect = next(one for one in question.effects if one.answer == "of-a-category")
    assert (effect.difference_fen, effect.regret_fen) == (0, found.base.total)
    assert [(c.line.made_for, c.before, c.after) for c in effect.changes] == [
        ("P1", found.base.total, None),
        ("P2", None, found.base.total),
    ]


def test_what_is_not_proven_is_not_told(group: Portfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A total that is not proven has no difference, no regret and no changes, and nothing is built on it."""
    honest: Callable[[Problem, Limits], Outline] = outlined

    def doubtful(problem: Problem, limits: Limits) -> Outline:
        found = honest(problem, limits)
        return found._replace(bound=found.bound + 1) if problem.readings["smart-tiers"] == "refuse" else found

    monkeypatch.setattr(readings, "outlined", doubtful)
    found = compared(group)
    assert not found.proven
    assert (found.joint, found.together, found.deciding) == ((), None, None)
    effects = {e.answer: e for q in found.questions if q.name == "smart-tiers" for e in q.effects}
    told = effects["refuse"]
    assert (told.total_fen, told.regret_fen, told.changes) == (None, None, ())


def test_the_order_of_rows_changes_nothing(group: Portfolio) -> None:
    """The same comparison, whatever order the lists of the file stand in."""
    turned = group._replace(rows={name: tuple(reversed(rows)) for name, rows in group.rows.items()})
    assert compared(turned) == compared(group)


def test_wrong_answers_are_refused() -> None:
    """A question that does not exist is named with the nearest."""
    with pytest.raises(InputError, match="reclam"):
        compare_readings(EXAMPLE, (), {"reclam": "yearly"})
