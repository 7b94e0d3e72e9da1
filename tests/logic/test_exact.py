"""Exact quantities: expressions in rationals, floored once, refused when they do not fit."""

from fractions import Fraction

import clingo
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subvent.logic.exact import ExactError, ExactFunctions, evaluate, to_fen, to_quantity
from subvent.logic.terms import parse, text

FEN = st.integers(min_value=0, max_value=10**14)


def pair(fen: int) -> str:
    """A 万元-pair as text."""
    return text(to_quantity(fen))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("(62000,350000)", Fraction(6200035, 100)),
        ("sum((1,0),(0,1))", Fraction(1000001, 10**6)),
        ("less((1,0),(2,0))", -1),
        ("least((3,0),(2,0))", 2),
        ("most((3,0),(2,0))", 3),
        ("share(30,(10,0))", 3),
        ("share((12,500000),(8,0))", 1),
        ("part(1,3,(1,0))", Fraction(1, 3)),
        ("upto(30,(7,0))", 3),
        ("upto(150,(1,0))", -3),
        ("full((100,0),(300,0))", 3),
        ("full((100,0),(299,999999))", 2),
        ("full((0,500000),part(1,3,(5,0)))", 3),
        ("full((100,0),less((99,0),(500,0)))", 0),
        ("full((100,0),(0,0))", 0),
        ("full(10,39)", 3),
        ("times((2,0),full((100,0),(1250,0)))", 24),
        ("part((-2,0),3,(1,0))", Fraction(-2, 3)),
        ("part(2,(-3,0),(1,0))", Fraction(-2, 3)),
        ("less(part(1,3,(1,0)),part(1,7,(1,0)))", Fraction(4, 21)),
        ("least(part(1,3,(1,0)),part(1,2,(1,0)))", Fraction(1, 3)),
        ("most(part(-1,3,(1,0)),part(-1,2,(1,0)))", Fraction(-1, 3)),
    ],
)
def test_every_operator_is_exact(expression: str, value: Fraction) -> None:
    """Each operator of the policy language has its exact rational value."""
    assert evaluate(parse(expression)) == value


def test_an_amount_is_floored_once_at_the_end() -> None:
    """Stages keep their fractions: 20 % of 30 % of 9 fen is floored from 0.54, not stage by stage."""
    inner = "share(30,(0,9))"
    assert [str(ExactFunctions().fen(clingo.parse_term(e))) for e in (f"sum({inner},{inner})", inner)] == [
        "(0,5)",
        "(0,2)",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        *("f((1,0))", "abc", '"x"', "part(1,0,(1,0))", "sum((1,0))", "upto(100,(1,0))"),
        *("full((0,0),(1,0))", "full(less((1,0),(2,0)),(1,0))"),
    ],
)
def test_what_is_no_amount_is_refused(expression: str) -> None:
    """An unknown operator, a missing operand and a division by zero are errors, never a number."""
    with pytest.raises(ExactError):
        evaluate(parse(expression))


def test_what_does_not_fit_is_refused() -> None:
    """A whole part beyond 32 bits is an error, not a wrapped number."""
    assert to_quantity((2**31 - 1) * 10**6) == ("", 2**31 - 1, 0)
    with pytest.raises(ExactError):
        to_quantity(2**31 * 10**6)


@given(FEN)
def test_fen_and_pairs_are_the_same_number(fen: int) -> None:
    """A pair holds a number of fen exactly."""
    assert to_fen(to_quantity(fen)) == fen


@given(FEN, FEN)
def test_pairs_compare_in_clingo_as_amounts_do(left: int, right: int) -> None:
    """The order clingo gives of pairs is that of amounts, so thresholds need no arithmetic."""
    assert (clingo.parse_term(pair(left)) >= clingo.parse_term(pair(right))) == (left >= right)


@given(FEN, st.integers(min_value=0, max_value=100), FEN)
def test_at_fen_is_the_floored_grant(base: int, rate: int, cap: int) -> None:
    """@fen(least(cap, share(rate, base))) is the integer formula that an accountant would use."""
    expression = clingo.parse_term(f"least({pair(cap)},share({rate},{pair(base)}))")
    assert to_fen(parse(str(ExactFunctions().fen(expression)))) == min(cap, base * rate // 100)


@pytest.mark.parametrize(
    ("day", "start", "end", "moved"),
    [
        ("(2023,5,6)", "(2023,11,6)", "(2025,5,6)", "(2021,11,5)"),
        ("(2024,3,1)", "(2025,1,1)", "(2025,1,2)", "(2024,2,29)"),
    ],
)
def test_ages_are_added_day_by_day(day: str, start: str, end: str, moved: str) -> None:
    """@earlier moves a founding day back by the days of another age."""
    found = ExactFunctions().earlier(*(clingo.parse_term(t) for t in (day, start, end)))
    assert str(found) == moved


@pytest.mark.parametrize(
    ("day", "days", "moved"),
    [
        ("(2024,2,1)", "30", "(2024,3,2)"),
        ("(2025,12,31)", "1", "(2026,1,1)"),
        ("(2025,3,1)", "0", "(2025,3,1)"),
    ],
)
def test_days_are_counted_in_the_calendar(day: str, days: str, moved: str) -> None:
    """@later moves a day on, over ends of months and of years."""
    assert str(ExactFunctions().later(*(clingo.parse_term(t) for t in (day, days)))) == moved


@pytest.mark.parametrize(("day", "days"), [("(2025,2,30)", "1"), ("(9999,12,31)", "1"), ("(2025,1,1)", "x")])
def test_what_is_no_day_is_refused(day: str, days: str) -> None:
    """A day that no calendar has, and one beyond all calendars, are errors."""
    with pytest.raises(ExactError):
        ExactFunctions().later(clingo.parse_term(day), clingo.parse_term(days))
