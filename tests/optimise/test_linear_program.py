"""A linear program solved again and again: what is added or changed counts, and only what was asked."""

from __future__ import annotations

from math import inf

import pytest

from subvent.optimise.linear_program import LinearProgram
from subvent.optimise.relaxation import silence


def knapsack(*, whole: bool = False) -> LinearProgram:
    """Three columns that bring 4, 3 and 2, of which two and a half may be taken in all."""
    program = LinearProgram(whole=whole)
    program.columns((4.0, 3.0, 2.0), [whole] * 3)
    program.row(range(3), [1.0] * 3, -inf, 2.5)
    return program


def test_the_best_values_and_what_the_row_is_worth() -> None:
    """The dearest first, the last one by half; one more unit of the row is worth that column's cost."""
    answer = knapsack().solve([0.0] * 3, [1.0] * 3)
    assert answer.feasible
    assert list(answer.values) == pytest.approx([1, 1, 0.5])
    assert list(answer.duals) == pytest.approx([2])


def test_whole_columns_are_whole_and_have_no_duals() -> None:
    """With whole numbers two are taken, and no multipliers are read."""
    with silence():
        answer = knapsack(whole=True).solve([0.0] * 3, [1.0] * 3)
    assert answer.feasible
    assert list(answer.values) == pytest.approx([1, 1, 0])
    assert list(answer.duals) == []


def test_other_bounds_count_for_the_next_solve_and_may_be_taken_back() -> None:
    """A column that is closed makes room for the next; opened again, all is as it was."""
    program = knapsack()
    for upper, expected in (([1.0] * 3, [1, 1, 0.5]), ([0.0, 1.0, 1.0], [0, 1, 1]), ([1.0] * 3, [1, 1, 0.5])):
        assert list(program.solve([0.0] * 3, upper).values) == pytest.approx(expected)


def test_other_costs_count_for_the_next_solve() -> None:
    """The columns' order turns round with their costs, and a cost of nothing is one."""
    program = knapsack()
    program.solve([0.0] * 3, [1.0] * 3)
    program.recost([0.0, 3.0, 5.0])
    answer = program.solve([0.0] * 3, [1.0] * 3)
    assert sum(cost * x for cost, x in zip((0.0, 3.0, 5.0), answer.values, strict=True)) == pytest.approx(8)
    assert list(answer.values[1:]) == pytest.approx([1, 1])


def test_rows_together_are_the_rows_one_by_one() -> None:
    """A limit and an equation: what brings nothing is taken all the same, where it must be."""
    one, other = LinearProgram(), LinearProgram()
    for program in (one, other):
        program.columns((1.0, 0.0, -1.0), [False] * 3)
    one.row([0, 1], [1.0, 2.0], -inf, 2.0)
    one.row([0, 1, 2], [1.0, 1.0, 1.0], 2.5, 2.5)
    other.rows([[0, 1], [0, 1, 2]], [1.0, 2.0, 1.0, 1.0, 1.0], [-inf, 2.5], [2.0, 2.5])
    answers = [program.solve([0.0] * 3, [1.0] * 3) for program in (one, other)]
    assert answers[0] == answers[1]
    assert list(answers[0].values) == pytest.approx([1, 0.5, 1])


def test_columns_and_rows_may_be_added_after_a_solve() -> None:
    """A column that takes of an old row and stands in a new one, beside other costs of the old ones."""
    program = knapsack()
    program.solve([0.0] * 3, [1.0] * 3)
    program.recost([4.0, 3.0, 0.0])
    better, limit = program.columns([10.0], [False]), program.row((), (), -inf, 0.5)
    program.entry(0, better, 1.0)
    program.entry(limit, better, 1.0)
    answer = program.solve([0.0] * 3, [1.0] * 3)
    assert list(answer.values) == pytest.approx([1, 1, 0, 0.5])
    # The first row has half a unit left, or just none: its multiplier is nothing.
    assert list(answer.duals) == pytest.approx([0, 10])


def test_what_cannot_be_kept_is_said() -> None:
    """An equation beyond all bounds has no answer, and none once more when it is asked again."""
    program = knapsack()
    program.row([0], [1.0], 2.0, 2.0)
    assert program.solve([0.0] * 3, [1.0] * 3).feasible is False
    assert program.solve([0.0] * 3, [1.0, 1.0, 0.0]).feasible is False
    assert program.solve([0.0] * 3, [2.0, 1.0, 0.0]).feasible
