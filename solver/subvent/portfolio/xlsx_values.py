"""From a plain value, as YAML gives it, to what one cell of a workbook holds: the reader's inverse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from subvent.diagnostics import InputError, Place, diagnostic
from subvent.portfolio.numbers import plain
from subvent.portfolio.scalars import UNITS, RefusedError, to_money
from subvent.portfolio.types import Cell, RawPortfolio
from subvent.portfolio.vocabulary import Choice, Field, Key
from subvent.portfolio.xlsx_cells import SEPARATORS
from subvent.portfolio.xlsx_columns import Column
from subvent.portfolio.xlsx_output import LONGEST_TEXT

CellContent: TypeAlias = str | Decimal | date | None
"""What goes into a cell: text, a number, a day, or nothing."""

_SIGNIFICANT = 15
_YES_NO = {True: "是", False: "否"}
_UNCELLABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
"""Characters that XML cannot hold, and the escapes by which Excel stands in for them."""


def plain_portfolio(raw: RawPortfolio) -> dict[str, object]:
    """The plain settings and lists of a portfolio that was read from a file."""
    found: dict[str, object] = {name: _plain(cell) for name, cell in raw.settings.cells.items()}
    for name, rows in raw.lists.items():
        found[name] = [{field: _plain(cell) for field, cell in row.cells.items()} for row in rows]
    return found


def _plain(cell: Cell) -> object:
    value = cell.value
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    return value


def stated_years(field: Field, values: Iterable[object]) -> list[str]:
    """The years that values of a map by year state, in order; none for any other field."""
    if not field.keys or field.keys[0].type != "year":
        return []
    return sorted({str(year) for value in values if isinstance(value, Mapping) for year in value})


def cell_content(value: object, column: Column, unit: str) -> CellContent:
    """What the column's cell holds of a field's `value`; bare amounts of money are in `unit`.

    Raises InputError when the value cannot stand in one cell so that it is read back as itself.
    """
    inner = _descend(value, column)
    if inner is None:
        return None
    try:
        return _content(inner, column, unit)
    except (RefusedError, InvalidOperation) as error:
        raise _unwritable(inner, column) from error


def _descend(value: object, column: Column) -> object:
    """Follow the keys that the column's header fixes."""
    for name, key in zip(column.path, column.field.keys, strict=False):
        if not isinstance(value, Mapping):
            return None
        spelled = _spellings(name, key)
        value = next((v for k, v in value.items() if str(k) in spelled), None)
    return value


def _spellings(name: str, key: Key) -> set[str]:
    labels = [c.label for c in key.choices if c.name == name]
    return {name, *(label.zh for label in labels), *(label.en for label in labels)}


def _content(value: object, column: Column, unit: str) -> CellContent:
    if column.keys:
        return _checked(_entries(value, column, unit), column)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _checked("、".join(_member(member, column) for member in value), column)
    kind = column.field.value_type
    if kind == "money":
        return _exact(to_money(value, unit).scaleb(-UNITS[column.unit]), column.unit)
    if kind in {"quantity", "percent", "integer", "year"} and not isinstance(value, bool | str):
        return _exact(Decimal(str(value)), "")
    return _words(value, column)


def _words(value: object, column: Column) -> CellContent:
    """What is no number: yes and no, days, and texts, named values by their Chinese label."""
    kind = column.field.value_type
    if kind == "flag" and isinstance(value, bool):
        return _YES_NO[value]
    if kind == "date" and isinstance(value, date | str):
        return value if isinstance(value, date) else _iso(value)
    return _checked(_label(str(value), column.field.choices), column)


def _exact(number: Decimal, unit: str) -> CellContent:
    """The number, or its text where a workbook's binary fractions would lose digits."""
    if len(number.normalize().as_tuple().digits) > _SIGNIFICANT:
        return f"{plain(number)}{unit}"
    return number


def _entries(value: object, column: Column, unit: str) -> str:
    """A map in one cell: `I2=1000、I3=20`; two levels of keys as `A/B=1`."""
    if not isinstance(value, Mapping):
        raise _unwritable(value, column)
    leaf = column._replace(path=tuple("" for _ in column.field.keys))
    parts: list[str] = []
    for key, inner in value.items():
        name = _label(str(key), column.keys[0].choices)
        if re.search(f"[{SEPARATORS}=＝:：/]", name):
            raise _unwritable(name, column)
        if len(column.keys) > 1 and isinstance(inner, Mapping):
            nested = column._replace(path=(*column.path, ""))
            parts += [f"{name}/{part}" for part in _entries(inner, nested, unit).split("、") if part]
            continue
        content = _content(inner, leaf, unit)
        parts.append(f"{name}={plain(content) if isinstance(content, Decimal) else content}")
    return "、".join(parts)


def _member(value: object, column: Column) -> str:
    text = _label(str(value), column.field.choices)
    if re.search(f"[{SEPARATORS}]", text) or not text.strip():
        raise _unwritable(value, column)
    return text


def _label(text: str, choices: Sequence[Choice]) -> str:
    """The Chinese label of a named value; any other text as it is."""
    return next((c.label.zh for c in choices if text == c.name), text)


def _iso(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _checked(text: str, column: Column) -> str:
    if len(text) > LONGEST_TEXT or _UNCELLABLE.search(text):
        raise _unwritable(text, column)
    return text


def _unwritable(value: object, column: Column) -> InputError:
    label = column.field.label
    place = Place(f"{column.field.list}.{column.field.name}")
    return InputError(
        diagnostic(
            "xlsx.unwritable-value", place, field=label.zh, field_en=label.en, shown=repr(str(value)[:60])
        )
    )
