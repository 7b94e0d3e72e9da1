"""What a sheet shows of an amount beside its column's header: the number format of the cell, a title above.

A spreadsheet shows one thing and holds another: a percentage for a fraction, tens of thousands for
units, a month for a day, a unit or a currency that the column does not name. Whoever fills in a sheet
believes what is shown, so what is held counts only where both say the same.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_REVERSE

_YEAR_MONTH, _MONTH_DAY, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
EAST_ASIAN_DAYS = {
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    30: "m-d-yy",
    31: _DAY,
}
"""The days among the formats of ECMA-376 part 1, 18.8.30 that a Chinese Excel has by number alone.

openpyxl knows none of them, and takes a day shown as 2024年3月1日 for a number.
"""
_SYMBOL = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_SPACING = re.compile(r"[_*].")
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]')
_ESCAPED = re.compile(r"[\\!].")
_BRACKETED = re.compile(r"\[[^\]]*\]")
_SCALED = re.compile(r"%|[0#?],+(?![0#?,])|[!\\]\.")
"""What shows another number than the cell holds: a percentage, thousands left out, a point only drawn."""
_ZEROS = re.compile(r"0+\Z")
_UNIT = re.compile(r"(?:人民币)?([十百千万亿]+元?|[^\W\d_]?元)")
_SAID = re.compile(r"单位\s*[:：]?\s*[（(]?\s*(?:人民币)?\s*([十百千万亿]*元)(?!\w)")
_OUR_CODES = {"CNY", "RMB"}
_OUR_SIGN = "¥"
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_PARTS_OF_DAY = (("y", "e"), ("m",), ("d",))


def know_east_asian_days() -> None:
    """Make openpyxl read those formats as the days they are."""
    for number, code in EAST_ASIAN_DAYS.items():
        BUILTIN_FORMATS.setdefault(number, code)


def is_scaled(code: str) -> bool:
    """Whether a format shows another number than the cell holds."""
    return _SCALED.search(_QUOTED.sub("", code)) is not None


def other_unit(code: str, unit: str) -> str:
    """The unit or currency that a format shows beside a number, where it is not `unit`; else empty.

    The formats that every workbook has by number show the currency of whoever looks at them: they say
    nothing. ¥ is yuan, and names no unit.
    """
    if code in BUILTIN_FORMATS_REVERSE:
        return ""
    words = _BRACKETED.sub("", _SYMBOL.sub(r"\1", code))
    words = unicodedata.normalize("NFKC", re.sub(r'["\\!]', "", _SPACING.sub("", words)))
    for found in _UNIT.findall(words):
        if found.removesuffix("元") + "元" != unit:
            return str(found)
    signs = (sign for sign in words if unicodedata.category(sign) == "Sc" and sign != _OUR_SIGN)
    codes = (found for found in _CODE.findall(words) if found not in _OUR_CODES)
    return next(chain(signs, codes), "")


def unit_said(text: str) -> str:
    """The unit that a title above a table says its amounts are in, as 单位：元 does; else empty."""
    found = _SAID.search(text)
    return found[1] if found else ""


def hides_part_of_day(code: str) -> bool:
    """Whether a format shows some of year, month and day, but not all three."""
    drawn = _ESCAPED.sub("", _QUOTED.sub("", code.partition(";")[0])).casefold().replace("general", "")
    shown = [any(letter in drawn for letter in letters) for letters in _PARTS_OF_DAY]
    return any(shown) and not all(shown)


def in_full(digits: str, code: str) -> str:
    """A whole number with the leading zeros that its format shows."""
    return digits.zfill(len(code)) if _ZEROS.match(code) else digits
