"""Exact quantities, days and codes as people read them. Nothing is rounded unless it says so."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

from subvent.diagnostics import Text
from subvent.logic.exact import MILLION, evaluate, later, parts
from subvent.logic.terms import Term, text
from subvent.money import FEN_PER_WAN

_DATE_PARTS = 3
_MONTHS = 12
_UNITS = {"years": ("年", "year"), "months": ("个月", "month"), "days": ("日", "day")}
"""Units of a length of time, in Chinese and in English."""


def counted(number: int, one: str) -> Text:
    """A count with what is counted: 1 day, 2 days; Chinese has the noun in its sentence."""
    return Text(str(number), f"{number} {one}" if number == 1 else f"{number} {one}s")


def length(span: Term) -> Text:
    """A length of time, `years(N)`, `months(N)` or `days(N)`, in words."""
    unit, number = span if isinstance(span, tuple) else ("years", span)
    in_zh, one = _UNITS[unit]
    said = counted(number, one)
    return Text(said.zh + in_zh, said.en)


def number(value: Fraction | int) -> str:
    """An exact number with thousands separators: a decimal where it has a finite one, else `n/d`."""
    value = Fraction(value)
    digits = _decimal_places(value.denominator)
    if digits is None:
        return f"{value.numerator:,}/{value.denominator:,}"
    sign, scaled = ("-" if value < 0 else ""), abs(value.numerator) * 10**digits // value.denominator
    whole, rest = divmod(scaled, 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "")


def readable(value: Fraction | int, decimals: int = 6) -> str:
    """An exact number; where it has no finite decimal, with about what that is, cut to so many decimals."""
    shown = number(value)
    if "/" not in shown:
        return shown
    while abs(value) * 10**decimals < 1:
        decimals += 1
    return f"{shown}≈{'-' if value < 0 else ''}{rounded_down(abs(Fraction(value)), decimals)}"


def exact(term: Term) -> str:
    """An expression as a readable number; that of a quantity stands in it. Raises ExactError."""
    quantity = parts(term)
    if quantity and quantity[0] >= 0 and 0 <= quantity[1] < MILLION:
        whole, rest = quantity
        return f"{whole:,}.{rest:06d}".rstrip("0") if rest else f"{whole:,}"
    return readable(evaluate(term))


def plain(value: Fraction | int) -> str:
    """The same without separators, for programs."""
    return number(value).replace(",", "")


def wan(fen: int, decimals: int = 0) -> str:
    """Fen as 万元 with thousands separators, exact, with at least so many decimals."""
    shown = number(Fraction(fen, FEN_PER_WAN))
    whole, _, rest = shown.partition(".")
    rest = rest.ljust(decimals, "0")
    return f"{whole}.{rest}" if rest else whole


def _decimal_places(denominator: int) -> int | None:
    """The least number of decimals that a denominator needs; None when no number of them suffices."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def rounded_down(value: Fraction, digits: int) -> str:
    """A number cut to so many decimals, for what is said to be approximate."""
    return number(Fraction((value * 10**digits).__floor__(), 10**digits))


def is_day(term: Term) -> bool:
    """Whether the term is (year, month, day)."""
    return isinstance(term, tuple) and term[0] == "" and len(term) == 1 + _DATE_PARTS and _numbers(term)


def is_digits(term: Term) -> bool:
    """Whether the term is a code: a tuple of single digits, neither a pair nor a day."""
    return (
        isinstance(term, tuple)
        and term[0] == ""
        and len(term) > 1
        and _numbers(term)
        and all(0 <= digit <= 9 for digit in term[1:])  # noqa: PLR2004 - a decimal digit
    )


def _numbers(term: Term) -> bool:
    return isinstance(term, tuple) and all(isinstance(part, int) for part in term[1:])


def day(term: Term) -> date:
    """The day of (year, month, day). Raises ValueError for what is no day."""
    if not is_day(term) or not isinstance(term, tuple):
        raise ValueError(text(term))
    return date(*term[1:])


def anniversary(start: Term, span: Term) -> Term:
    """The same day of the month, so many years or months later, or the day so many days later.

    `span` is `years(N)`, `months(N)` or `days(N)`. In a month without that day it is the first of the next.
    """
    match start, span:
        case _, ("days", int() as count):
            return later(start, count)
        case ("", int() as year, int() as month, int() as day_), (str() as unit, int() as count):
            further, before = divmod(month - 1 + count * (_MONTHS if unit == "years" else 1), _MONTHS)
            there = day_ <= monthrange(year + further, before + 1)[1]
            return ("", year + further, before + 1 + (not there), day_ if there else 1)
    raise TypeError(text(start))


def years_until(earlier: date, later: date) -> int:
    """The least number of years after which the same day of the year is no more before the later day."""
    again = (earlier.month, earlier.day) < (later.month, later.day)
    return later.year - earlier.year + again


def code(term: Term) -> str:
    """The digits of a code."""
    return "".join(str(digit) for digit in term[1:]) if isinstance(term, tuple) else text(term)


def by_shape(term: Term) -> str:
    """A value of which no field is known: a pair is a number, three numbers a day, more a code."""
    if isinstance(term, str):
        return term
    if is_quantity(term):
        return exact(term)
    if is_day(term):
        return day(term).isoformat()
    if is_digits(term):
        return code(term)
    return text(term)


def is_quantity(term: Term) -> bool:
    """Whether the term is a quantity: a pair (whole, millionths)."""
    return parts(term) is not None
