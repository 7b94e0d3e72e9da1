"""How the cells of a portfolio's workbook look and what they take: formats, drop-downs, comments."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from subvent.portfolio.vocabulary import Field, FieldType, Vocabulary
from subvent.portfolio.xlsx_columns import Column, header
from subvent.portfolio.xlsx_package import column_letters
from subvent.portfolio.xlsx_values import CellContent

_NUMBER_FORMATS: dict[FieldType, str] = {
    "money": "#,##0.00####",
    "quantity": "General",
    "percent": "General",
    "integer": "0",
    "year": "0",
    "date": "yyyy-mm-dd",
    "flag": "General",
    "choice": "General",
}
_TEXT_FORMAT = "@"
_LONGEST_INLINE = 255
"""Characters that Excel takes for a drop-down written out."""
_NARROWEST, _WIDEST = 11, 40
_HEADER_LINES = 2
_LINE_HEIGHT = 15
_HEADER_FILL, _REQUIRED_FILL, _EXAMPLE_FILL, _BORDER = "#DCE6F1", "#F8CBAD", "#F2F2F2", "#BFBFBF"


class Formats:
    """The cell formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.note = self.make(text_wrap=True, valign="top", font_color="#595959")
        self.title = self.make(bold=True, font_size=16)
        self.text = self.make(text_wrap=True, valign="top")

    def make(self, **properties: object) -> Format:
        """The format with these XlsxWriter properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(dict(properties))
        return self._made[key]

    def header(self, *, required: bool) -> Format:
        """A header; those of required columns stand out."""
        fill = _REQUIRED_FILL if required else _HEADER_FILL
        return self.make(
            bold=True,
            text_wrap=True,
            valign="vcenter",
            align="center",
            border=1,
            border_color=_BORDER,
            bg_color=fill,
        )

    def item(self, *, required: bool) -> Format:
        """The name of a setting."""
        fill = _REQUIRED_FILL if required else _HEADER_FILL
        return self.make(valign="top", border=1, border_color=_BORDER, bg_color=fill)

    def of(self, column: Column, *, example: bool = False, framed: bool = False) -> Format:
        """The cells of a column: codes, ids and lists are text, so that Excel leaves them alone."""
        properties: dict[str, object] = {"num_format": number_format(column), "valign": "top"}
        if example:
            properties |= {"italic": True, "font_color": "#7F7F7F", "bg_color": _EXAMPLE_FILL}
        if framed:
            properties |= {"border": 1, "border_color": _BORDER, "align": "left"}
        return self.make(**properties)


def number_format(column: Column) -> str:
    """Excel's number format for the cells of a column."""
    return _TEXT_FORMAT if column.keys else _NUMBER_FORMATS.get(column.field.value_type, _TEXT_FORMAT)


def width_of(column: Column, contents: Sequence[CellContent]) -> float:
    """A sensible width, in characters, for a column with these contents below a header of two lines."""
    longest = max((_cells(_shown(c)) for c in contents if c is not None), default=0)
    return min(_WIDEST, max(_NARROWEST, longest + 2, _cells(header(column)) / _HEADER_LINES + 2))


def height_of(text: str, width: int) -> int:
    """The height, in points, of a row whose wrapped text stands in a column so many characters wide."""
    return _LINE_HEIGHT * max(1, -(-_cells(text) // width))


def _shown(content: CellContent) -> str:
    return f"{content:,.2f}" if isinstance(content, Decimal) else str(content)


def _cells(text: str) -> int:
    """The width of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def comment_of(column: Column) -> str:
    """The help that stands behind a column's header."""
    field = column.field
    lines = [("【必填】" if field.required else "") + field.help.zh]
    if column.keys:
        lines.append(f"写作：{'/'.join(key.label.zh for key in column.keys)}=数值，多项用、分开")
    elif field.type in {"choices", "refs", "years"}:
        lines.append("可填多个，用、分开")
    names = [choice.label.zh for choice in field.choices] or list(field.suggestions)
    if names:
        lines.append("可填：" + "、".join(names))
    if field.value_type == "flag":
        lines.append("填 是 或 否，不清楚的留空")
    if field.value_type == "date":
        lines.append("日期，如 2025-05-06")
    lines.append(field.label.en + (f": {field.help.en}" if field.help.en else ""))
    return "\n".join(lines)


def validation_of(column: Column, vocabulary: Vocabulary, rows: int) -> dict[str, Any] | None:
    """What Excel lets a user choose from, or check, in a column; None where it cannot help."""
    if column.keys:
        return None
    return _choosing(column.field, vocabulary, rows) or _checking(column.field)


def _choosing(field: Field, vocabulary: Vocabulary, rows: int) -> dict[str, Any] | None:
    """A drop-down, for a field whose values can be listed."""
    if field.value_type == "flag":
        return _list(["是", "否"], strict=True)
    if field.value_type == "choice":
        return _list([choice.label.zh for choice in field.choices], strict=True)
    if field.suggestions:
        return _list(list(field.suggestions), strict=False)
    return _reference(field, vocabulary, rows) if field.value_type == "ref" else None


def _checking(field: Field) -> dict[str, Any] | None:
    """A check of what was typed, which the user may overrule where the unit or the range could differ."""
    if field.value_type == "date":
        first, last = _whole(field.minimum, 1900), _whole(field.maximum, 2100)
        return _bounded("date", date(first, 1, 1), date(last, 12, 31))
    if field.value_type in {"integer", "year"}:
        return _bounded("integer", _whole(field.minimum, 0), _whole(field.maximum, 10**6))
    if field.value_type != "code":
        return None
    return {
        "validate": "length",
        "criteria": "==",
        "value": field.digits,
        "error_title": "位数不对",
        "error_message": f"应为 {field.digits} 位，按文本填写",
    }


def _whole(bound: Decimal | None, otherwise: int) -> int:
    return otherwise if bound is None else int(bound)


def _list(names: list[str], *, strict: bool) -> dict[str, Any] | None:
    """A drop-down; where it does not bind, other texts are taken without a question."""
    # The names go into one string, parted by commas, which a name with a comma would break.
    if not names or len(",".join(names)) > _LONGEST_INLINE or any("," in name for name in names):
        return None
    rule: dict[str, Any] = {"validate": "list", "source": names, "show_error": strict}
    if strict:
        rule |= {"error_title": "不在选项内", "error_message": "请从下拉列表中选择，不清楚的留空"}
    return rule


def _reference(field: Field, vocabulary: Vocabulary, rows: int) -> dict[str, Any] | None:
    """A drop-down of the ids on another sheet; there can be one only if a single list is meant."""
    targets = vocabulary.targets(field.to)
    if len(targets) != 1:
        return None
    spec = vocabulary.lists[targets[0]]
    place = next((i for i, entry in enumerate(spec.fields, 1) if entry.type == "id"), None)
    if place is None or any(entry.keys for entry in spec.fields[:place]):
        return None
    letters = column_letters(place)
    sheet = spec.sheet.replace("'", "''")
    return {
        "validate": "list",
        "source": f"='{sheet}'!${letters}$2:${letters}${rows + 1}",
        "show_error": not field.open_ref,
        "error_type": "warning",
        "error_title": "编号不存在",
        "error_message": f"“{spec.sheet}”表里没有这个编号",
    }


def _bounded(kind: str, low: object, high: object) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_type": "warning",
        "error_title": "请核对",
        "error_message": f"应在 {low} 与 {high} 之间",
    }
