"""What open questions are worth: totals by default, all strict, and with each strict answer alone."""

import dataclasses
import time
from itertools import product
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, random_portfolio, random_readings

from subvent.choice import choose
from subvent.diagnostics import InputError
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.plan import plan_portfolio, solve_portfolio
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import pose
from subvent.strictness import Comparison, strictest

CONTRACT = Path(__file__).parent / "contract"
EXAMPLE = Path("examples/traditional-group.yaml")
PACKS = load_policies()
QUESTIONS = {question.name: question for question in PACKS.readings}
UNORDERED = [question for question in PACKS.readings if not question.ordered]


def read(path: Path) -> Portfolio:
    """A portfolio under the built-in packs."""
    return read_portfolio(path, vocabulary_of(PACKS))


def total(portfolio: Portfolio, answers: dict[str, str]) -> int:
    """The optimum in fen as plans find it: posed and chosen for these answers alone."""
    return sum(
        choose(
            pose(PACKS, vocabulary_of(PACKS), portfolio, answers, InProcess(), "decision"), Limits()
        ).fen.values()
    )


def comparison(portfolio: Portfolio, most: int = 256, **limits: float) -> Comparison:
    """Totals of a portfolio under the built-in packs."""
    return Comparison(PACKS, portfolio, InProcess(), Limits(**limits), most)


def random_file(seed: int, folder: Path) -> Portfolio:
    """A random portfolio of the oracle's, read from a file."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(random_portfolio(seed)), encoding="utf-8")
    return read(path)


@pytest.mark.parametrize("seed", range(500_000, 500_006))
def test_the_strict_total_is_the_least_of_all_combinations(seed: int, tmp_path: Path) -> None:
    """Under strict chains no answers to the other questions give less, not even those that are not tried."""
    portfolio = random_file(seed, tmp_path)
    free = UNORDERED[seed % len(UNORDERED) :: 2][:3]
    answers = random_readings(seed)
    fixed = {q.name: answers.get(q.name, q.default) for q in UNORDERED if q not in free}
    chains = {q.name: q.answers[-1].name for q in PACKS.readings if q.ordered}
    every = product(*([answer.name for answer in question.answers] for question in free))
    least = min(
        total(portfolio, {**chains, **fixed, **dict(zip([q.name for q in free], chosen, strict=True))})
        for chosen in every
    )
    found = comparison(portfolio).lowest(fixed)
    assert found.total is not None
    assert (found.total.proven, found.every) == (least, True)
    assert total(portfolio, dict(found.answers)) == least
    assert found.answers | fixed | chains == found.answers


def test_every_total_is_what_a_plan_with_those_answers_brings() -> None:
    """The default, the strict one, and each question alone, under every answer it could have."""
    portfolio = read(CONTRACT / "stacking.yaml")
    found = comparison(portfolio).strictness()
    assert found.default_fen == total(portfolio, {})
    assert found.strict_fen == total(portfolio, dict(found.answers))
    assert [one.name for one in found.alone] == [question.name for question in PACKS.readings]
    for one in found.alone:
        question = QUESTIONS[one.name]
        asked = [question.answers[-1]] if question.ordered else question.answers
        assert one.total_fen == total(portfolio, {one.name: one.answer})
        assert one.total_fen == min(total(portfolio, {one.name: answer.name}) for answer in asked)
    assert found.costliest is not None
    assert found.lowers(found.costliest) == max(map(found.lowers, found.alone)) > 0


@pytest.mark.parametrize("seed", range(520_000, 520_002))
def test_totals_do_not_depend_on_how_own_rules_are_ground(seed: int, tmp_path: Path) -> None:
    """Own rules ground by themselves for all answers, or with all else for each: the totals are the same."""
    portfolio = random_file(seed, tmp_path)
    whole = comparison(portfolio)
    whole._apart = False
    assert whole.strictness() == comparison(portfolio).strictness()


def test_equal_questions_are_told_in_the_order_of_the_packs() -> None:
    """Of questions that cost the same the first is told; where none lowers the total there is none."""
    found = comparison(read(CONTRACT / "stacking.yaml")).strictness()
    same = tuple(dataclasses.replace(one, total_fen=1) for one in found.alone)
    assert dataclasses.replace(found, default_fen=2, alone=same).costliest == same[0]
    assert dataclasses.replace(found, default_fen=1, alone=same).costliest is None


def test_chains_are_taken_to_their_end_even_where_it_changes_nothing() -> None:
    """All strict is all strict, whether or not this portfolio notices."""
    answers = comparison(read(CONTRACT / "greedy-fails.yaml")).lowest({}).answers
    assert set(answers) == set(QUESTIONS)
    assert all(answers[q.name] == q.answers[-1].name for q in PACKS.readings if q.ordered)


@pytest.mark.parametrize("seed", range(510_000, 510_030))
def test_an_answer_declared_never_to_give_more_never_does(seed: int, tmp_path: Path) -> None:
    """Whatever the portfolio and the other answers: `never_more_than` of every pack holds."""
    portfolio, others = random_file(seed, tmp_path), random_readings(seed)
    for question in UNORDERED:
        for answer in question.answers:
            for better in answer.never_more_than:
                less = total(portfolio, {**others, question.name: answer.name})
                assert less <= total(portfolio, {**others, question.name: better}), (answer.name, better)


def test_too_many_combinations_are_searched_and_not_called_all() -> None:
    """Past the limit a descent ends at a proven total of its own answers, and says it is one."""
    portfolio = read(EXAMPLE)
    found, all_tried = comparison(portfolio, most=1).lowest({}), comparison(portfolio).lowest({})
    assert found.total is not None
    assert all_tried.total is not None
    assert not found.every
    assert all_tried.every
    assert found.total.proven == total(portfolio, dict(found.answers))
    assert found.total.reached >= all_tried.total.reached


def test_past_the_deadline_nothing_is_claimed() -> None:
    """Without time every total is unknown, and not all combinations were tried."""
    found = comparison(read(EXAMPLE), deadline=time.monotonic() - 1).strictness()
    assert (found.default_fen, found.strict_fen, found.costliest, found.every_combination) == (None,) * 3 + (
        False,
    )
    assert found.unproven == found.alone


def test_a_strict_plan_is_made_with_the_strictest_answers() -> None:
    """Its total is the strict total; a question that is answered keeps its answer."""
    plan = plan_portfolio(EXAMPLE, strict="taken")
    assert plan.strict is not None
    assert plan.strict.taken
    assert plan.total_fen == plan.strict.strict_fen
    assert {reading.name: reading.answer for reading in plan.readings} == dict(plan.strict.answers)

    mild = plan_portfolio(EXAMPLE, readings={"exclusivity": "per-project"}, strict="taken")
    assert mild.strict == plan.strict
    assert mild.total_fen >= plan.total_fen
    assert {r.name: r.answer for r in mild.readings}["exclusivity"] == "per-project"


def test_the_strictest_answers_leave_given_ones_alone() -> None:
    """What is lowest is lowest with the given answers, not without them."""
    portfolio = read(EXAMPLE)
    fixed = {"in-force": "application", "smart-tiers": "flat", "honour-amount": "max"}
    answers, told = strictest(comparison(portfolio), fixed)
    assert answers | fixed == answers
    assert told == comparison(portfolio).strictness(taken=True)


def test_the_comparison_does_not_depend_on_the_plans_own_readings() -> None:
    """Default and all-strict totals stand beside a plan under any answers."""
    plain = plan_portfolio(EXAMPLE, strict="told")
    other = plan_portfolio(EXAMPLE, readings={"exclusivity": "one-ever"}, strict="told")
    assert plain.strict is not None
    assert plain.strict == other.strict
    assert plain.strict.default_fen == plain.total_fen != other.total_fen


@pytest.mark.parametrize("end", [KeyboardInterrupt, MemoryError])
def test_what_ends_comparing_keeps_the_plan(
    end: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan stands when the comparison begins, so ending that loses only the comparison."""

    def interrupted(_: Comparison) -> None:
        raise end

    monkeypatch.setattr(Comparison, "strictness", interrupted)
    plan = plan_portfolio(EXAMPLE, strict="quick")
    assert plan.status == "optimal"
    assert plan.strict is None


def test_large_portfolios_are_not_compared_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The candidates decide, not how the plan was explained."""
    count = len(solve_portfolio(EXAMPLE).problem.candidates)
    monkeypatch.setattr("subvent.plan.QUICK", count)
    assert plan_portfolio(EXAMPLE, strict="quick").strict is not None
    monkeypatch.setattr("subvent.plan.QUICK", count - 1)
    assert plan_portfolio(EXAMPLE, strict="quick").strict is None
    assert plan_portfolio(EXAMPLE, strict="told").strict is not None


def test_wrong_answers_are_told_before_anything_is_compared() -> None:
    """A question or answer that does not exist is refused as ever."""
    with pytest.raises(InputError, match="exclusivty"):
        comparison(read(EXAMPLE)).lowest({"exclusivty": "one-ever"})
