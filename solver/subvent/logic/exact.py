"""Exact quantities: expression terms over 万元-pairs, evaluated in rationals, never in 32 bits.

A quantity is the pair `(whole, millionths)`; of money in 万元 one millionth is one fen. An expression
combines quantities with `sum`, `less`, `least`, `most`, `share`, `part`, `times`, `upto` and `full`. The
functions a pack may call are the methods of `ExactFunctions`, given to clingo as its context: `@fen(E)`
floors an expression to the fen, `@reaches(E,T)` compares two exactly, `@earlier(D,F,T)` and `@later(D,N)`
move a day.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

import clingo

from subvent.logic.terms import Reader, Term, symbol, text

MILLION = 10**6
WHOLE_LIMIT = 2**31
"""The whole part of a quantity stays below this: clingo's integers have 32 bits."""
OPERATORS = frozenset({"sum", "less", "least", "most", "share", "part", "times", "upto", "full"})
FUNCTIONS = frozenset({"fen", "reaches", "earlier", "later"})
"""The @-names a pack may use."""


_Ratio = tuple[int, int]
"""A numerator over a denominator that is positive: reducing them at every step would take longest."""

_GRANT = re.compile(r"least\(\((\d+),(\d+)\),share\((\d+),\((\d+),(\d+)\)\)\)", re.ASCII)
"""A share of a cost up to a cap, as nearly every amount is."""


def _steps(unit: int, amount: int) -> int:
    """How often a unit goes into an amount; not once into one below zero. Raises ZeroDivisionError."""
    if unit <= 0:
        raise ZeroDivisionError
    return max(0, amount // unit)


_BINARY: dict[str, Callable[[int, int, int, int], _Ratio]] = {
    "sum": lambda a, m, b, n: (a + b, m) if m == n else (a * n + b * m, m * n),
    "less": lambda a, m, b, n: (a - b, m) if m == n else (a * n - b * m, m * n),
    "least": lambda a, m, b, n: (a, m) if a * n <= b * m else (b, n),
    "most": lambda a, m, b, n: (a, m) if a * n >= b * m else (b, n),
    "share": lambda a, m, b, n: (a * b, 100 * m * n),
    "times": lambda a, m, b, n: (a * b, m * n),
    # The largest x that is at most p per cent of a + x.
    "upto": lambda a, m, b, n: _over(a * b, (100 * m - a) * n),
    "full": lambda a, m, b, n: (_steps(a * n, b * m), 1),
}


class ExactError(ArithmeticError):
    """An expression that is none, or a quantity that does not fit."""


def parts(term: Term) -> tuple[int, int] | None:
    """Whole and millionths of a quantity; None when the term is no pair of numbers."""
    match term:
        case ("", int() as whole, int() as millionths):
            return whole, millionths
    return None


def is_quantity(term: Term) -> bool:
    """Whether the term is a pair of numbers."""
    return parts(term) is not None


def evaluate(term: Term) -> Fraction:
    """The exact value of an expression, in the unit of its quantities.

    Raises ExactError when the term is not an expression or divides by zero.
    """
    return Fraction(*_ratio(term))


def _ratio(term: Term) -> _Ratio:
    if isinstance(term, int):
        return term, 1
    if quantity := parts(term):
        return quantity[0] * MILLION + quantity[1], MILLION
    if not isinstance(term, tuple) or term[0] not in OPERATORS:
        raise ExactError(f"{text(term)} is not a quantity")
    values = [_ratio(argument) for argument in term[1:]]
    try:
        if term[0] == "part":
            (a, m), (b, n), (c, k) = values
            return _over(a * n * c, m * b * k)
        (a, m), (b, n) = values
        return _BINARY[term[0]](a, m, b, n)
    except (ValueError, ZeroDivisionError) as error:
        raise ExactError(f"{text(term)} cannot be computed") from error


def _over(numerator: int, denominator: int) -> _Ratio:
    if not denominator:
        raise ZeroDivisionError
    return (numerator, denominator) if denominator > 0 else (-numerator, -denominator)


def to_quantity(millionths: int) -> Term:
    """The pair for a number of millionths. Raises ExactError when it does not fit 32 bits."""
    whole, rest = divmod(millionths, MILLION)
    if not -WHOLE_LIMIT < whole < WHOLE_LIMIT:
        raise ExactError(f"{whole} does not fit a quantity")
    return ("", whole, rest)


def to_fen(quantity: Term) -> int:
    """Fen of a 万元-pair."""
    if (found := parts(quantity)) is None:
        raise ExactError(f"{text(quantity)} is not a quantity")
    return found[0] * MILLION + found[1]


class ExactFunctions:
    """The @-functions of the policy language, as a clingo context. Each raises ExactError."""

    def __init__(self) -> None:
        self._reader = Reader()

    def _term(self, expression: clingo.Symbol) -> Term:
        return self._reader[str(expression)]

    def fen(self, expression: clingo.Symbol) -> clingo.Symbol:
        """`@fen(E)`: the amount E (万元) floored to the fen, never below zero, as a pair."""
        written = str(expression)
        if grant := _GRANT.fullmatch(written):
            cap, capped, rate, whole, rest = map(int, grant.groups())
            fen = min(cap * MILLION + capped, rate * (whole * MILLION + rest) // 100)
            # What clingo reads is there sooner than what is put together of symbols.
            return clingo.parse_term(text(to_quantity(fen)))
        return symbol(_fen(self._reader[written]))

    def reaches(self, expression: clingo.Symbol, bound: clingo.Symbol) -> clingo.Symbol:
        """`@reaches(E,T)`: 1 when E is at least T, else 0."""
        return clingo.Number(_reaches(self._term(expression), self._term(bound)))

    def earlier(self, day: clingo.Symbol, start: clingo.Symbol, end: clingo.Symbol) -> clingo.Symbol:
        """`@earlier(D,F,T)`: the day D moved back by as many days as lie between F and T."""
        return symbol(_earlier(*map(self._term, (day, start, end))))

    def later(self, day: clingo.Symbol, days: clingo.Symbol) -> clingo.Symbol:
        """`@later(D,N)`: the day N days after D."""
        return symbol(later(self._term(day), self._term(days)))


def called(name: str, arguments: Sequence[Term]) -> Term:
    """What an @-function gives for plain terms. Raises ExactError."""
    return _PLAIN[name](*arguments)


def _fen(expression: Term) -> Term:
    numerator, denominator = _ratio(expression)
    return to_quantity(max(0, numerator * MILLION // denominator))


def _reaches(expression: Term, bound: Term) -> int:
    (a, m), (b, n) = _ratio(expression), _ratio(bound)
    return int(a * n >= b * m)


def _earlier(day: Term, start: Term, end: Term) -> Term:
    try:
        moved = _day(day) - (_day(end) - _day(start))
    except (ValueError, OverflowError, TypeError) as error:
        raise ExactError(f"@earlier({text(day)},{text(start)},{text(end)}) is not a day") from error
    return ("", moved.year, moved.month, moved.day)


def later(day: Term, days: Term) -> Term:
    """The day so many days after another. Raises ExactError."""
    try:
        moved = date.fromordinal(_day(day).toordinal() + operator.index(days))  # type: ignore[arg-type]
    except (ValueError, OverflowError, TypeError) as error:
        raise ExactError(f"@later({text(day)},{text(days)}) is not a day") from error
    return ("", moved.year, moved.month, moved.day)


def _day(term: Term) -> date:
    if not isinstance(term, tuple):
        raise TypeError
    _, year, month, day = term
    return date(year, month, day)


_PLAIN: dict[str, Callable[..., Term]] = {
    "fen": _fen,
    "reaches": _reaches,
    "earlier": _earlier,
    "later": later,
}
