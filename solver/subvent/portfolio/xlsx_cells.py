"""What one cell of a workbook states, given its column: values that every later stage understands.

Numbers are taken at the 15 significant digits that a workbook guarantees, as decimals; amounts carry
their column's unit in words ("500.01万元"); codes and ids stay text. Ranges, references and choices are
not checked here: that is the same for every kind of file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from openpyxl.cell import Cell as FullCell
from openpyxl.cell.read_only import ReadOnlyCell

from subvent.diagnostics import Diagnostic, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.types import Cell, Scalar
from subvent.portfolio.vocabulary import FieldType
from subvent.portfolio.xlsx_columns import Column
from subvent.portfolio.xlsx_formats import hides_part_of_day, in_full, is_scaled, other_unit

SheetCell: TypeAlias = ReadOnlyCell | FullCell

SEPARATORS = "、，,；;\n"
"""What may stand between the members of a list in one cell."""

_SPLIT = re.compile(f"[{SEPARATORS}]")
_ENTRY = re.compile(r"(.+?)\s*[=＝:：]\s*([^=＝:：]+)")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?\Z")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?([ T]00:00(:00)?)?\Z")
"""A day; programs write it as its midnight."""
_CONTROL = re.compile(r"_x(00[01][0-9A-Fa-f]|007[Ff])_")
_YES = {"是", "true", "yes", "y", "√", "✓"}
_NO = {"否", "false", "no", "n", "×", "✗"}
_SIGNIFICANT = 15


class _WrongError(Exception):
    """A cell that does not fit its column: the message's code and its values."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class CellReader:
    """Reads the cells of one sheet, and keeps what is wrong with them.

    `errors` are the cells of type error; `uncached` the formulas whose result was not saved;
    `units` are the money units as they may stand behind an amount.
    """

    def __init__(
        self,
        place: Callable[[int, int], Place],
        problems: list[Diagnostic],
        *,
        errors: Collection[tuple[int, int]],
        uncached: Collection[tuple[int, int]],
        units: Collection[str],
    ) -> None:
        self.place = place
        self.problems = problems
        self.errors = errors
        self.uncached = uncached
        self.amount = re.compile(rf"[-+]?[0-9]+(\.[0-9]+)?\s*({'|'.join(sorted(units, key=len)[::-1])})\Z")

    def is_blank(self, cell: SheetCell) -> bool:
        """Whether nobody wrote anything into the cell."""
        if cell.value is None:
            return position(cell) not in self.uncached
        return isinstance(cell.value, str) and not cell.value.strip()

    def read(self, cell: SheetCell, column: Column) -> Cell | None:
        """The cell as a value of its column; None when it does not fit, which is then reported."""
        where = self.place(*(position(cell) or (1, 1)))
        try:
            self._check_whole(cell)
            if column.keys:
                return self._entries(cell, column, where)
            return self._value(cell, column, where)
        except _WrongError as wrong:
            known = {"shown": shown(cell), "field": column.field.label.zh, "field_en": column.field.label.en}
            self.problems.append(diagnostic(wrong.code, where, None, "error", **(known | wrong.values)))
            return None

    def _check_whole(self, cell: SheetCell) -> None:
        """What no column can take: error values and formulas without a result."""
        here = position(cell)
        if here in self.uncached:
            raise _WrongError("xlsx.uncached-formula")
        if cell.data_type == "e":
            raise _WrongError("xlsx.error-value" if here in self.errors else "xlsx.date-out-of-range")

    def _entries(self, cell: SheetCell, column: Column, where: Place) -> Cell:
        """A map in one cell: `I2=1000、I3=20`, with `/` between two levels of keys."""
        example = f"{'/'.join(key.label.zh for key in column.keys)}=…"
        if not isinstance(cell.value, str):
            if column.keys[0].type == "year":
                raise _WrongError("xlsx.year-missing", header=column.field.label.zh)
            raise _WrongError("xlsx.not-entries", example=example)
        entries: dict[str, Cell] = {}
        for part in split_list(text_of(cell)):
            match = _ENTRY.fullmatch(part)
            levels = [k.strip() for k in match[1].split("/", len(column.keys) - 1)] if match else []
            if match is None or len(levels) != len(column.keys) or not all(levels):
                raise _WrongError("xlsx.not-entries", example=example)
            value = Cell(self._scalar_text(match[2].strip(), column), where)
            if not put(entries, levels, value, where):
                raise _WrongError("xlsx.duplicate-entry", key=shortened("/".join(levels)))
        return Cell(entries, where)

    def _value(self, cell: SheetCell, column: Column, where: Place) -> Cell:
        kind = column.field.value_type
        if kind in {"refs", "choices", "years"}:
            members = split_list(text_of(cell)) if isinstance(cell.value, str) else [self._id_text(cell)]
            return Cell([Cell(_member(text, kind), where) for text in members], where)
        return Cell(self._scalar(cell, column), where)

    def _scalar(self, cell: SheetCell, column: Column) -> Scalar:
        value, kind = cell.value, column.field.value_type
        if isinstance(value, str):
            return self._scalar_text(text_of(cell), column)
        if kind == "flag":
            if isinstance(value, bool):
                return value
            raise _WrongError("xlsx.not-a-flag")
        if kind == "date":
            return _date(cell)
        if kind == "code":
            return self._code(cell, column)
        if kind in {"id", "ref", "text", "choice"}:
            return self._id_text(cell)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _WrongError("xlsx.date-in-number" if cell.data_type == "d" else "xlsx.not-a-number")
        return self._number(_as_shown(plain_number(value), cell, column), column)

    def _code(self, cell: SheetCell, column: Column) -> str:
        """A code that Excel took for a number: with all of its digits it cannot have lost a leading 0."""
        value, digits = cell.value, column.field.digits
        if not isinstance(value, bool) and isinstance(value, int) and len(str(value)) == digits:
            return str(value)
        raise _WrongError("xlsx.code-as-number", digits=str(digits))

    def _scalar_text(self, text: str, column: Column) -> Scalar:
        """A value that is written as text, in a cell of its own or within a list."""
        kind = column.field.value_type
        if kind in {"id", "ref", "text", "choice"}:
            return text
        narrow = unicodedata.normalize("NFKC", text).strip()
        if kind == "code":
            return narrow
        if kind == "flag":
            if narrow.casefold() in _YES | _NO or text in _YES | _NO:
                return narrow.casefold() in _YES or text in _YES
            raise _WrongError("xlsx.not-a-flag", shown=shortened(text))
        if kind == "date":
            return _date_text(narrow)
        if kind == "money" and self.amount.match(amount := _with_unit(narrow)):
            return amount.replace(" ", "")
        if kind == "year":
            narrow = narrow.removesuffix("年")
        if kind == "percent":
            narrow = narrow.removesuffix("%").strip()
        if not _NUMBER.match(narrow):
            raise _WrongError("xlsx.text-in-number", shown=shortened(text))
        return self._number(Decimal(narrow), column)

    def _number(self, number: Decimal, column: Column) -> Scalar:
        kind: FieldType = column.field.value_type
        if kind == "money":
            if not column.unit:
                raise _WrongError("xlsx.missing-unit-here")
            return f"{number:f}{column.unit}"
        if kind in {"integer", "year"} and number == number.to_integral_value():
            return int(number)
        return number

    def _id_text(self, cell: SheetCell) -> str:
        """A whole number typed into an id column is its digits; a date there is Excel's own doing."""
        value = cell.value
        if isinstance(value, bool):
            return str(value).upper()
        if not isinstance(value, int | float):
            raise _WrongError("xlsx.date-in-text")
        if abs(value) >= 10**_SIGNIFICANT:
            raise _WrongError("xlsx.digits-lost", digits=str(_SIGNIFICANT))
        return in_full(f"{plain_number(value):f}", _format(cell))


def _as_shown(number: Decimal, cell: SheetCell, column: Column) -> Decimal:
    """The number of a cell, if it is what its format shows; of a percentage the per cent."""
    shown_as, kind = _format(cell), column.field.value_type
    if kind == "percent":
        return number * 100 if "%" in shown_as else number
    if number and is_scaled(shown_as):
        raise _WrongError("xlsx.scaled-number", number=f"{number:f}", format=shortened(shown_as))
    stated = column.field.unit.zh if column.field.unit else column.unit
    if stated and (unit := other_unit(shown_as, stated)):
        raise _WrongError("xlsx.other-unit", format=shortened(shown_as), unit=unit, stated=stated)
    return number


def _format(cell: SheetCell) -> str:
    """How a cell shows its number; empty where a damaged file lacks the style that says so."""
    try:
        return str(cell.number_format)
    except (IndexError, KeyError):
        return ""


def position(cell: SheetCell) -> tuple[int, int] | None:
    """Row and column of a cell, None for a cell that the file does not have."""
    row, column = getattr(cell, "row", None), getattr(cell, "column", None)
    return (row, column) if isinstance(row, int) and isinstance(column, int) else None


def text_of(cell: SheetCell) -> str:
    """A cell's text as it was typed, without outer blanks; what is no text, as a message quotes it.

    Excel stores control characters as _x000D_ and the like.
    """
    if not isinstance(cell.value, str):
        return shown(cell)
    return _CONTROL.sub(lambda match: chr(int(match[1], 16)), cell.value).strip()


def shown(cell: SheetCell) -> str:
    """A cell's content as a message quotes it."""
    value = cell.value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return format(value, f".{_SIGNIFICANT}g")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else shortened(str(value))


def plain_number(value: float) -> Decimal:
    """A number of a workbook as the decimal that Excel shows at 15 significant digits.

    A workbook stores binary fractions: 4.35 × 100 stands there as 434.9999999999999 and means 435.
    """
    try:
        number = Decimal(format(value, f".{_SIGNIFICANT}g"))
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise _WrongError("xlsx.not-a-number") from error
    if not number.is_finite():
        raise _WrongError("xlsx.not-a-number")
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def split_list(text: str) -> list[str]:
    """The members of a list in one cell, without the blank ones."""
    return [part.strip() for part in _SPLIT.split(text) if part.strip()]


def put(into: dict[str, Cell], levels: list[str], value: Cell, where: Place) -> bool:
    """Put a value below nested keys; False when one stands there already."""
    for level in levels[:-1]:
        inner = into.setdefault(level, Cell({}, where)).value
        if not isinstance(inner, dict):
            return False
        into = inner
    if levels[-1] in into:
        return False
    into[levels[-1]] = value
    return True


def _member(text: str, kind: FieldType) -> Scalar:
    """A member of a list; what is no year stays text, for the check of ranges to refuse."""
    digits = unicodedata.normalize("NFKC", text).removesuffix("年").strip()
    return int(digits) if kind == "years" and digits.isdecimal() and len(digits) < _SIGNIFICANT else text


def _date(cell: SheetCell) -> date:
    """The day of a cell that shows all of it."""
    value = cell.value
    if not isinstance(value, date):
        raise _WrongError("xlsx.number-in-date" if isinstance(value, int | float) else "xlsx.not-a-date")
    if hides_part_of_day(shown_as := _format(cell)):
        raise _WrongError("xlsx.hidden-day", format=shortened(shown_as))
    return value.date() if isinstance(value, datetime) else value


def _with_unit(amount: str) -> str:
    """An amount in 万 or 亿, with the 元 that was left off."""
    return f"{amount}元" if amount.endswith(("万", "亿")) else amount


def _date_text(text: str) -> date:
    match = _DATE.match(text)
    if match is None:
        raise _WrongError("xlsx.not-a-date", shown=shortened(text))
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise _WrongError("xlsx.not-a-date", shown=shortened(text)) from error
