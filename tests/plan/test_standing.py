"""What can be filed under every answer, compared with trying every plan that all of them make lawful."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.plan.test_clasp_agrees import answer_sets
from tests.plan.test_regret import SMALL, problems

from subvent.choice import preferences
from subvent.logic.session import InProcess
from subvent.logic.terms import text
from subvent.model.linear import LinearModel, Row, Variable
from subvent.model.restricted import fixed
from subvent.optimise.search import Limits
from subvent.optimise.whole import best_of
from subvent.problem import Problem, violated
from subvent.questions import standing
from subvent.questions.regret import is_choice
from subvent.questions.standing import Standing, TooLarge, best_standing

ANSWERS = (
    {},
    {"exclusivity": "one-a-year"},
    {"smart-tiers": "refuse"},
    {"interest-project": "of-a-category"},
    {"cost-overlap": "exclude"},
)
Filed = frozenset[tuple[object, ...]]


def best(models: list[LinearModel]) -> Standing | None:
    """What is best in all models, ties as they fall."""
    return best_standing(models, (), (), Limits())


def brings(problem: Problem, filed: Filed) -> int:
    """What claims bring that are filed just so, in fen."""
    names = {text(atom) for atom in filed}  # type: ignore[arg-type]
    made = {v.name: int(v.name in names) for v in problem.model.variables if is_choice(v.name)}
    whole = best_of(fixed(problem.model, made), None, {})
    assert whole.total == whole.bound
    return whole.total


@pytest.mark.long
def test_no_plan_that_all_answers_allow_is_sure_of_more(tmp_path: Path) -> None:
    """The told plan breaks no limit under any answer, and of all such plans it brings most at least."""
    compared = less = 0
    for seed in range(30):
        found = problems(seed, tmp_path, ANSWERS)
        if not found[0].candidates or any(len(one.candidates) > SMALL for one in found):
            continue
        lawful = [set(answer_sets(one, "claim", "claim_for")) for one in found]
        least = {filed: min(brings(one, filed) for one in found) for filed in set.intersection(*lawful)}
        preferred = preferences(found[0])
        order = (*preferred.claims, *preferred.options)
        told = best_standing([one.model for one in found], preferred.ties, order, Limits())
        assert told is not None
        assert told.total == told.bound == max(least.values())
        (filed,) = (plan for plan in least if {text(atom) for atom in plan} == told.filed)  # type: ignore[arg-type]
        assert least[filed] == told.total
        for one in found:
            assert not violated(one, filed, InProcess())  # type: ignore[arg-type]
        compared += 1
        less += told.total < min(best_of(one.model, None, {}).total for one in found)
    assert compared >= 8
    assert less >= 1


def model(*gains: int, rows: tuple[Row, ...] = ()) -> LinearModel:
    """Claims a, b, … that bring so much."""
    return LinearModel(
        tuple(Variable(f"claim({n})", 0, 1, g) for n, g in zip("abcd", gains, strict=False)), rows
    )


def test_the_total_counts_not_each_claim_by_itself() -> None:
    """Of a, 10 or 2, and b, 2 or 10, one can be filed with c, 5: both lots together are sure of 12."""
    one = Row("one", ((0, 1), (1, 1), (2, 1)), 2, ("one",))
    first, second = model(10, 2, 5, rows=(one,)), model(2, 10, 5, rows=(one,))
    assert best([first, second]) == Standing(frozenset({"claim(a)", "claim(b)"}), 12, 12)


def test_among_equals_it_brings_most_in_the_first() -> None:
    """A claim that adds nothing to the least total, but much in the first model, is filed too."""
    assert best([model(10, 50), model(10, 0)]) == Standing(frozenset({"claim(a)", "claim(b)"}), 10, 10)


def test_what_one_answer_does_not_know_is_not_filed() -> None:
    """A claim that is a variable in one model only, or that another has settled at nothing, is left out."""
    assert best([model(10, 5), model(10)]) == Standing(frozenset({"claim(a)"}), 10, 10)
    settled = model(10)._replace(settled=(("claim(b)", 0),))
    assert best([model(10, 5), settled]) == Standing(frozenset({"claim(a)"}), 10, 10)


def test_what_one_answer_demands_is_filed_or_nothing_is() -> None:
    """A claim settled at one is filed under all, whatever it displaces; where one bars it, nothing is."""
    demanded = LinearModel((Variable("claim(b)", 0, 1, 5),), (), 1, (), (("claim(a)", 1),))
    instead = Row("instead", ((0, 1), (1, 1)), 1, ("instead",))
    assert best([model(1, 5, rows=(instead,)), demanded]) == Standing(frozenset({"claim(a)"}), 1, 1)
    assert best([LinearModel((Variable("claim(b)", 0, 1, 5),), ()), demanded]) is None


def test_a_model_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the number of variables that are tried nothing is sought."""
    monkeypatch.setattr(standing, "LARGEST", 2)
    with pytest.raises(TooLarge):
        best([model(1, 2, 3), model(1, 2, 4)])
