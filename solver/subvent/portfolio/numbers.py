"""Numbers exactly as a file writes them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Self

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z", re.ASCII)
_LONGEST = 28
"""Digits: more than any quantity needs, and what the default decimal context keeps without rounding."""
_MOST_EXPONENT = 28


class Written(Decimal):
    """A number together with its text in the file: 0610 is 610, and still knows its zero."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """The number that `text` denotes. Raises decimal.InvalidOperation when it denotes none."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def looks_like_number(text: str) -> bool:
    """Whether `text` is written as a decimal number (ASCII digits, point, exponent)."""
    return _NUMBER.match(text) is not None


def is_manageable(number: Decimal) -> bool:
    """Whether exact arithmetic on `number` is harmless: finite, at most 28 digits, a small exponent."""
    text = str(number)
    if len(text) <= _LONGEST and "E" not in text:
        return number.is_finite()
    _, digits, exponent = number.as_tuple()
    return (
        isinstance(exponent, int)
        and len(digits) <= _LONGEST
        and abs(exponent) <= _LONGEST
        and abs(number.adjusted()) <= _MOST_EXPONENT
    )


def number_text(number: Decimal) -> str:
    """The number as the file had it, or in plain digits where it stands in no text."""
    if isinstance(number, Written):
        return number.text
    return format(number, "f") if is_manageable(number) else str(number)


def plain(number: Decimal) -> str:
    """The number in plain digits without trailing zeros: one text for one value."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
