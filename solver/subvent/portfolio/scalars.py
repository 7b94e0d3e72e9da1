"""From what a file says to what a field means: one function a type, each exact, each with its refusals.

Every function takes a raw scalar (text, truth value, Decimal, date) and returns the value, or raises
`RefusedError` with the code of the message in messages/portfolio.toml and what that message shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

from subvent.display import shortened
from subvent.portfolio.nearest import nearest
from subvent.portfolio.numbers import Written, is_manageable, looks_like_number, number_text, plain
from subvent.portfolio.vocabulary import Choice

UNITS = {"元": -4, "万元": 0, "亿元": 4}
"""Money unit → power of ten that turns an amount in it into 万元."""

_AMOUNT = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)\s*(.*)\Z", re.ASCII | re.DOTALL)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_DIGITS = re.compile(r"[0-9]+\Z", re.ASCII)
_HALF = re.compile("[\ud800-\udfff]")
"""Half of a character, as UTF-16 has it."""
_DECIMALS = 6
"""Of a quantity, and of money in 万元, where the sixth is the fen."""
_WHOLE = 2**31
"""Whole parts reach clingo as 32-bit integers."""


class Bounds(NamedTuple):
    """The least and the greatest value that is sensible, both inclusive, in `unit` (as messages show it)."""

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""


ANY = Bounds()
"""Whatever fits into 32 bits."""


class RefusedError(ValueError):
    """A value that cannot be taken. `code` is the message without its area; `shown` fills the message."""

    def __init__(self, code: str, **shown: str) -> None:
        super().__init__(code)
        self.code = code
        self.shown = shown


def shown(value: object) -> str:
    """A raw value as a message quotes it: short and harmless."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return shortened(number_text(value))
    if isinstance(value, list):
        return shortened("[" + ", ".join(map(shown, value)) + "]")
    return shortened(str(value))


def to_text(value: object) -> str:
    """Free text without outer blanks; a number stands for its own text. Refuses NUL and half characters."""
    if isinstance(value, Decimal):
        return number_text(value)
    if not isinstance(value, str):
        raise RefusedError("not-text", shown=shown(value))
    if "\0" in value or (not value.isascii() and _HALF.search(value)):
        raise RefusedError("bad-character", shown=shown(value))
    return value.strip()


def to_name(value: object) -> str:
    """Text that names something, such as an id: not empty."""
    text = to_text(value)
    if not text:
        raise RefusedError("empty-name")
    return text


def to_flag(value: object) -> bool:
    """A truth value, and nothing that merely resembles one."""
    if not isinstance(value, bool):
        raise RefusedError("not-flag", shown=shown(value))
    return value


def to_integer(value: object, bounds: Bounds = ANY) -> int:
    """A whole number within the bounds, both inclusive."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RefusedError("not-integer", shown=shown(value))
    number = Decimal(value)
    if not is_manageable(number):
        raise _unmanageable("not-integer", number, value, bounds)
    if number != number.to_integral_value():
        raise RefusedError("not-integer", shown=shown(value))
    _within(number, value, bounds)
    return int(number)


def to_year(value: object, bounds: Bounds = ANY) -> int:
    """A calendar year in four digits, as a number or as text."""
    digits = value.strip() if isinstance(value, str) else None
    if digits is not None and _DIGITS.match(digits) and len(digits) == len("2000"):
        return to_integer(Decimal(digits), bounds)
    try:
        return to_integer(value, bounds)
    except RefusedError as refused:
        if refused.code == "not-integer":
            raise RefusedError("not-year", shown=shown(value)) from None
        raise


def to_date(value: object, bounds: Bounds = ANY) -> date:
    """A day that exists, written YYYY-MM-DD; the bounds are years."""
    if isinstance(value, datetime):
        if value.time() != time():
            raise RefusedError("not-date", shown=shown(value))
        value = value.date()
    if isinstance(value, str) and _DATE.match(value.strip()):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise RefusedError("impossible-date", shown=shown(value)) from None
    if not isinstance(value, date):
        raise RefusedError("not-date", shown=shown(value))
    _within(Decimal(value.year), value, bounds)
    return value


def to_money(value: object, unit: str, bounds: Bounds = ANY) -> Decimal:
    """An amount in 万元, exact to the fen: a bare number is in `unit`, text carries its own unit."""
    if isinstance(value, str):
        match = _AMOUNT.match(value.strip())
        if match is None or not match[2]:
            raise RefusedError("not-money", shown=shown(value))
        number, unit = Decimal(match[1]), match[2]
        if unit not in UNITS:
            raise RefusedError("unknown-unit", shown=shown(value))
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        raise RefusedError("not-money", shown=shown(value))
    if not is_manageable(number):
        raise _unmanageable("part-of-fen", number, value, bounds)
    amount = number.scaleb(UNITS[unit])
    if not _has_six_decimals(amount):
        raise RefusedError("part-of-fen", shown=shown(value))
    _within(amount, value, bounds)
    return amount


def to_quantity(value: object, bounds: Bounds = ANY) -> Decimal:
    """A measured quantity in its field's unit, with six decimals at most."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise RefusedError("not-number", shown=shown(value))
    number = Decimal(value)
    if not is_manageable(number):
        raise _unmanageable("too-precise", number, value, bounds)
    if not _has_six_decimals(number):
        raise RefusedError("too-precise", shown=shown(value))
    _within(number, value, bounds)
    return number


def to_code(value: object, digits: int) -> str:
    """A code of so many digits. A number will do only if its text in the file has exactly these digits."""
    text = value.text if isinstance(value, Written) else value
    if isinstance(text, str) and _DIGITS.match(text.strip()) and len(text.strip()) == digits:
        return text.strip()
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        raise RefusedError("code-as-number", shown=shown(value), digits=str(digits))
    raise RefusedError("not-code", shown=shown(value), digits=str(digits))


def to_choice(value: object, choices: Sequence[Choice]) -> str:
    """The name of one of `choices`, given by name or by label."""
    text = to_text(value)
    for choice in choices:
        if text in (choice.name, choice.label.zh, choice.label.en):
            return choice.name
    if choices and {choice.label.zh for choice in choices} <= UNITS.keys():
        # A foreign currency looks like one of ours, and is not: 美元 must never become 元.
        raise RefusedError("not-yuan", shown=shown(value))
    meant = _meant(text, choices)
    if meant != [""] and len(meant) == 1:
        raise RefusedError("unknown-choice", shown=shown(value), nearest=meant[0])
    offered = [c for c in choices if c.label.zh in meant] or choices
    zh = "、".join(f"{c.label.zh}（{c.name}）" if c.label.zh != c.name else c.name for c in offered)
    en = ", ".join(f"{c.name} ({c.label.en})" if c.label.en != c.name else c.name for c in offered)
    raise RefusedError("unknown-choice-alone", shown=shown(value), known_zh=zh or "-", known_en=en or "-")


def _meant(text: str, choices: Sequence[Choice]) -> list[str]:
    """What may have been meant that is no choice: several in one text, those it is a part of, or one."""
    written = sorted(
        {c.label.zh for c in choices if len(c.label.zh) > 1 and c.label.zh in text}, key=text.index
    )
    if len(written) > 1:
        return ["、".join(written)]
    parts = [c.label.zh for c in choices if len(text) > 1 and text in c.label.zh]
    near = nearest(text, [label for c in choices for label in (c.name, c.label.zh, c.label.en)])
    return parts or [near or "".join(written)]


def to_money_key(value: object, unit: str, bounds: Bounds = ANY) -> Decimal:
    """An amount that stands as a key, where every number is text."""
    if isinstance(value, str) and looks_like_number(value.strip()):
        return to_money(Written(value.strip()), unit, bounds)
    return to_money(value, unit, bounds)


def _has_six_decimals(number: Decimal) -> bool:
    scaled = number.scaleb(_DECIMALS)
    return scaled == scaled.to_integral_value()


def _unmanageable(precise: str, number: Decimal, value: object, bounds: Bounds) -> RefusedError:
    """A number with too many digits: too fine when it is of ordinary size, else beyond all bounds."""
    if number.is_finite() and number.adjusted() < len(str(_WHOLE)):
        return RefusedError(precise, shown=shown(value))
    return _out_of_range(value, bounds)


def _within(number: Decimal, value: object, bounds: Bounds) -> None:
    if (
        (bounds.low is not None and number < bounds.low)
        or (bounds.high is not None and number > bounds.high)
        or not (-_WHOLE < number < _WHOLE)
    ):
        raise _out_of_range(value, bounds)


def _out_of_range(value: object, bounds: Bounds) -> RefusedError:
    return RefusedError(
        "out-of-range",
        shown=shown(value),
        low=plain(bounds.low) if bounds.low is not None else str(1 - _WHOLE),
        high=plain(bounds.high) if bounds.high is not None else str(_WHOLE - 1),
        unit=bounds.unit,
    )
