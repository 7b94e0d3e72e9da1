"""The functions that rules call with `@`, computed once more, in fractions of a whole unit.

An amount is a pair (whole, millionths) or an expression over such pairs. `fen` floors it to the
millionth, `reaches` compares two of them, `earlier` and `later` move a day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import lru_cache

from subvent.audit.rules import AuditError, Value

_PER_UNIT = 1_000_000
_LARGEST = 2**31 - 1


@lru_cache(maxsize=65536)
def worth(term: Value) -> Fraction:
    """The exact value of an expression. Raises AuditError when it is none."""
    if isinstance(term, int):
        return Fraction(term)
    if isinstance(term, str):
        raise AuditError(f'"{term}" is no amount')
    name, *args = term
    if not name and len(args) == 2 and all(isinstance(arg, int) for arg in args):  # noqa: PLR2004 - a pair
        whole, millionths = args
        return Fraction(whole * _PER_UNIT + millionths, _PER_UNIT)  # type: ignore[operator]
    try:
        return _COMBINED[str(name)](*[worth(arg) for arg in args])
    except (ZeroDivisionError, KeyError, TypeError) as error:
        raise AuditError(f"{name}/{len(args)} is no amount") from error


def _whole_units(unit: Fraction, of: Fraction) -> int:
    """How many of them are in it altogether, the rest left out; none in less than nothing."""
    if unit <= 0:
        raise ZeroDivisionError
    return int(of / unit) if of > 0 else 0


# x is at most p per cent of a + x when x·(100 - p) is at most p·a.
_COMBINED: dict[str, Callable[..., Fraction]] = {
    "sum": lambda one, other: one + other,
    "less": lambda one, other: one - other,
    "least": lambda one, other: min(other, one),
    "most": lambda one, other: max(other, one),
    "share": lambda per_cent, of: of * per_cent / 100,
    "times": lambda one, other: one * other,
    "part": lambda numerator, denominator, of: of * numerator / denominator,
    "upto": lambda per_cent, of: of * per_cent / (100 - per_cent),
    "full": lambda unit, of: Fraction(_whole_units(unit, of)),
}


def _fen(amount: Value) -> Value:
    whole, millionths = divmod(worth(amount) * _PER_UNIT // 1, _PER_UNIT)
    if whole < 0:
        return ("", 0, 0)
    if whole > _LARGEST:
        raise AuditError(f"{whole} is too large for an amount")
    return ("", int(whole), int(millionths))


def _reaches(amount: Value, bound: Value) -> Value:
    return 1 if worth(amount) - worth(bound) >= 0 else 0


def _earlier(day: Value, start: Value, end: Value) -> Value:
    try:
        moved = _number_of(day) + _number_of(start) - _number_of(end)
        found = date.fromordinal(moved)
    except (ValueError, TypeError, OverflowError) as error:
        raise AuditError(f"@earlier of {day}, {start}, {end} is no day") from error
    return ("", found.year, found.month, found.day)


def _later(day: Value, days: Value) -> Value:
    try:
        found = date.fromordinal(_number_of(day) + days)  # type: ignore[operator]
    except (ValueError, TypeError, OverflowError) as error:
        raise AuditError(f"@later of {day}, {days} is no day") from error
    return ("", found.year, found.month, found.day)


def _number_of(day: Value) -> int:
    if not isinstance(day, tuple) or day[0]:
        raise TypeError(day)
    year, month, of_month = day[1:]
    return date(year, month, of_month).toordinal()  # type: ignore[arg-type]


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "fen": _fen,
    "reaches": _reaches,
    "earlier": _earlier,
    "later": _later,
}
"""By name, without the `@`."""
