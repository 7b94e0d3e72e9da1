"""One sheet of a portfolio's workbook: its header, its rows, and what stands where it should not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.partly_read import REPORTED
from subvent.portfolio.scalars import UNITS
from subvent.portfolio.types import Cell, RawRow
from subvent.portfolio.vocabulary import Field, ListSpec, Vocabulary
from subvent.portfolio.xlsx_cells import CellReader, SheetCell, position, put, shown, text_of
from subvent.portfolio.xlsx_columns import Column, HeaderFault, Headers, header, is_remark, normal
from subvent.portfolio.xlsx_formats import unit_said
from subvent.portfolio.xlsx_package import SheetScan, cell_name, cell_position, column_letters

EXAMPLE = "示例"
"""A row whose id begins so is the template's example: it is read past, with a warning."""

GUIDE_SHEET = "填写说明"
"""The sheet of a new workbook that only explains it."""

MAX_GAP = 1_000
"""Blank rows in a row, after which content is a stray cell and no further row of the table."""

_HEADER_WITHIN = 50
"""The header is among so many rows with content: above it there is at most a title and some notes."""
_NAMED = 5
_TOTALS, _TOTALS_ALONE = ("合计", "总计", "小计", "共计"), {"total", "sum"}
_ITEM = ("项", "item", "key", "设置项")
_VALUE = ("值", "value")


class _Line(NamedTuple):
    """A row of a sheet with content: its number and its cells by column, blank ones left out."""

    number: int
    cells: Mapping[int, SheetCell]


@dataclass(slots=True)
class Sheet:
    """A sheet to read. `rows` are openpyxl's, from row 1; `problems` is shared by the whole workbook."""

    file: str
    name: str
    rows: Iterable[Sequence[SheetCell]]
    scan: SheetScan
    problems: list[Diagnostic]
    cells: CellReader = field(init=False)
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        """Prepare the reader of cells."""
        self.cells = CellReader(
            self.place, self.problems, errors=self.scan.errors, uncached=self.scan.uncached, units=UNITS
        )

    def place(self, row: int, column: int) -> Place:
        """A cell of this sheet as a place."""
        return Place(self.file, sheet=self.name, cell=cell_name(row, column))

    def report(self, code: str, row: int, column: int, **values: str) -> None:
        """Keep an error at a cell."""
        self.problems.append(diagnostic(f"xlsx.{code}", self.place(row, column), None, "error", **values))

    def warn(self, code: str, row: int, column: int, **values: str) -> None:
        """Keep a warning at a cell."""
        self.problems.append(diagnostic(f"xlsx.{code}", self.place(row, column), None, "warning", **values))

    def lines(self) -> Iterator[_Line]:
        """The rows with content. What stands beyond any table is reported and left out."""
        for row, column in self.scan.outside:
            self.report("stray-cell", row, column, cell=cell_name(row, column))
        last = 0
        # A gap is filled with rows of one and the same empty cell: the next are told by comparing.
        blank: Sequence[SheetCell] = ()
        for number, row_cells in enumerate(self.rows, 1):
            if blank and all(map(is_, row_cells, blank)):
                continue
            cells = {
                here[1]: cell
                for cell in row_cells
                if (here := position(cell)) is not None and not self.cells.is_blank(cell)
            }
            if not cells:
                blank = row_cells
                continue
            if number - last > MAX_GAP:
                column = min(cells)
                self.report("stray-cell", number, column, cell=cell_name(number, column))
                continue
            last = number
            yield _Line(number, cells)

    def check_merged(self, header_row: int) -> None:
        """Report merged ranges in the header and below it: they hide which cell a value belongs to."""
        for merged in self.scan.merged:
            ends = [cell_position(end) for end in merged.split(":")]
            first, last = ends[0], ends[-1]
            if first is None or last is None or last[0] < header_row:
                continue
            code = "merged-header" if first[0] <= header_row else "merged-cells"
            self.report(code, *first, range=merged)
            self.merged.append((first, last))

    def is_merged(self, row: int, column: int) -> bool:
        """Whether a cell lies in a merged range that was reported, and so cannot be missed as well."""
        return any(a[0] <= row <= b[0] and a[1] <= column <= b[1] for a, b in self.merged)


def read_rows(
    sheet: Sheet, spec: ListSpec, vocabulary: Vocabulary
) -> tuple[tuple[RawRow, ...], tuple[Place, ...]]:
    """The rows of a list's sheet, and where the template's example rows were left in."""
    lines = list(sheet.lines())
    headers = Headers(spec, vocabulary)
    top = _find_header(lines, headers)
    if top is None:
        if lines:
            first = lines[0]
            sheet.report("no-header", first.number, min(first.cells), expected=_expected(spec))
        return (), ()
    sheet.check_merged(lines[top].number)
    columns, known = _columns(sheet, lines[top], headers)
    lost = _missing(sheet, lines[top], spec, columns)
    marker = next((f for f in spec.fields if f.type == "id"), spec.fields[0])
    rows: list[RawRow] = []
    examples: list[Place] = []
    hidden: list[int] = []
    _headless(sheet, lines[top:], known)
    _unit_above(sheet, lines[:top], columns)
    _hidden(sheet, lines[top:], columns)
    for line in lines[top + 1 :]:
        if _is_example(line, columns, marker):
            examples.append(sheet.place(line.number, min(line.cells)))
        elif total := _total(line, columns, spec):
            sheet.report("total-row", line.number, min(line.cells), shown=total)
        elif _repeats_header(line, lines[top]):
            sheet.report("repeated-header", line.number, min(line.cells))
        elif note := _note(line, columns, spec):
            sheet.report("note-row", line.number, min(line.cells), shown=note)
        elif set(line.cells) & set(columns):
            rows.append(_row(sheet, line, columns, lost))
            hidden += [line.number] * (line.number in sheet.scan.hidden)
    if hidden:
        sheet.warn("hidden-rows", hidden[0], 1, rows=_few(hidden))
    return tuple(rows), tuple(examples)


def _headless(sheet: Sheet, lines: Sequence[_Line], known: set[int]) -> None:
    """Report the first cell of every column that has no header; the header is the first of the lines."""
    top, *below = lines
    orphans: set[int] = set()
    for line in below:
        for column in sorted(set(line.cells) - known - orphans):
            orphans.add(column)
            if not sheet.is_merged(top.number, column):
                sheet.report("headless-cell", line.number, column, shown=shown(line.cells[column]))


def _unit_above(sheet: Sheet, lines: Iterable[_Line], columns: Mapping[int, Column]) -> None:
    """Warn of a title that says another unit of money than the headers do."""
    stated = sorted({column.unit for column in columns.values() if column.unit}, key=list(UNITS).index)
    cells = [(line.number, number, text_of(cell)) for line in lines for number, cell in line.cells.items()]
    for row, number, words in cells:
        unit = unit_said(words)
        if unit and stated and stated != [unit]:
            sheet.warn("unit-above", row, number, unit=unit, stated="、".join(stated))


def _hidden(sheet: Sheet, lines: Sequence[_Line], columns: Iterable[int]) -> None:
    """Warn of the columns that are hidden and yet hold values; the header is the first of the lines."""
    top, *below = lines
    held = [number for number in columns if any(number in line.cells for line in below)]
    runs = sheet.scan.hidden_columns
    hidden = [number for number in held if any(first <= number <= last for first, last in runs)]
    if hidden:
        named = _few([column_letters(number) for number in hidden])
        sheet.warn("hidden-columns", top.number, hidden[0], columns=named)


def _few(names: Sequence[object]) -> str:
    """The first few of some rows or columns."""
    return "、".join(map(str, names[:_NAMED])) + " …" * (len(names) > _NAMED)


def _total(line: _Line, columns: Mapping[int, Column], spec: ListSpec) -> str:
    """What a row of totals calls itself in its first cell; empty for any other row.

    The first cell of all counts too, one of a column 序号 say, where the row lacks what is required.
    """
    read = sorted(set(line.cells) & set(columns))
    stated = {columns[number].field.name for number in read}
    lacking = any(entry.required and entry.name not in stated for entry in spec.fields)
    for first in (*read[:1], *([min(line.cells)] if read and lacking else ())):
        text = text_of(line.cells[first])
        called = normal(text)
        if called in _TOTALS_ALONE or called.endswith(_TOTALS):
            return shortened(text)
    return ""


def _repeats_header(line: _Line, header: _Line) -> bool:
    """Whether a row is the header once more, as a block that was copied with it brings along."""
    texts = {number: normal(text_of(cell)) for number, cell in line.cells.items()}
    there = (
        number in header.cells and normal(text_of(header.cells[number])) == t for number, t in texts.items()
    )
    return len(texts) > 1 and all(there)


def _note(line: _Line, columns: Mapping[int, Column], spec: ListSpec) -> str:
    """The only text of a row, where a row of this list has to hold more; empty for any other row."""
    filled = set(line.cells) & set(columns)
    required = [entry for entry in spec.fields if entry.required]
    if len(filled) != 1 or len(required) <= 1:
        return ""
    cell = line.cells[filled.pop()]
    return shown(cell) if isinstance(cell.value, str) else ""


def _expected(spec: ListSpec) -> str:
    """The first few headers that a sheet should have."""
    return "、".join(f.label.zh for f in spec.fields[:3])


def _find_header(lines: Sequence[_Line], headers: Headers) -> int | None:
    """The line in which the most cells are known headers; None when there is none at all."""
    best, best_score = None, 0
    for index, line in enumerate(lines[:_HEADER_WITHIN]):
        texts = [cell.value for cell in line.cells.values() if isinstance(cell.value, str)]
        score = sum(isinstance(headers.read(text), Column) for text in texts)
        if score > best_score:
            best, best_score = index, score
    return best


def _columns(sheet: Sheet, line: _Line, headers: Headers) -> tuple[dict[int, Column], set[int]]:
    """The columns that the header names, and those that it accounts for, faulty ones included."""
    columns: dict[int, Column] = {}
    taken: dict[tuple[str, tuple[str, ...]], int] = {}
    for number, cell in line.cells.items():
        text, title = text_of(cell), shown(cell)
        if is_remark(text):
            continue
        column = headers.read(text)
        if isinstance(column, HeaderFault):
            sheet.report(column.code, line.number, number, header=title, hint=shortened(column.hint))
            continue
        key = (column.field.name, column.path)
        if key in taken:
            other = cell_name(line.number, taken[key])
            sheet.report("duplicate-column", line.number, number, header=title, other=other)
            continue
        taken[key] = number
        if column.needs_unit and not column.unit:
            sheet.report("missing-unit", line.number, number, header=title)
            continue
        columns[number] = column
    return columns, set(line.cells)


def _missing(sheet: Sheet, line: _Line, spec: ListSpec, columns: Mapping[int, Column]) -> list[str]:
    """The required fields that have no column; each is reported once, and not again in every row."""
    named = {column.field.name for column in columns.values()}
    lost = [entry for entry in spec.fields if entry.required and entry.name not in named]
    for entry in lost:
        sheet.report("missing-column", line.number, 1, header=header(Column(entry)), sheet=sheet.name)
    return [entry.name for entry in lost]


def _is_example(line: _Line, columns: Mapping[int, Column], marker: Field) -> bool:
    return any(
        columns[number].field == marker and text_of(cell).startswith(EXAMPLE)
        for number, cell in line.cells.items()
        if number in columns
    )


def _row(sheet: Sheet, line: _Line, columns: Mapping[int, Column], lost: Sequence[str]) -> RawRow:
    """One row: the cells of a map's columns are gathered into one value."""
    where = sheet.place(line.number, min(set(line.cells) & set(columns)))
    found: dict[str, Cell] = {name: Cell(REPORTED, where) for name in lost}
    for number, column in columns.items():
        if number in line.cells:
            _keep(sheet, found, column, line.cells[number])
        elif sheet.is_merged(line.number, number) and not column.path:
            found[column.field.name] = Cell(REPORTED, where)
    blank = {
        column.field.name: sheet.place(line.number, number)
        for number, column in sorted(columns.items(), reverse=True)
        if column.field.name not in found
    }
    return RawRow(where, found, blank)


def _keep(sheet: Sheet, found: dict[str, Cell], column: Column, cell: SheetCell) -> None:
    """Put a cell's value where its column says: at the field, or below the keys that it fixes."""
    where = sheet.place(*(position(cell) or (1, 1)))
    value = sheet.cells.read(cell, column) or Cell(REPORTED, where)
    name = column.field.name
    whole = found.get(name)
    if not column.path and whole is None:
        found[name] = value
        return
    inner = found.setdefault(name, Cell({}, where)).value
    if not column.path or not isinstance(inner, dict) or not put(inner, list(column.path), value, where):
        label = column.field.label
        sheet.report("both-ways", *(position(cell) or (1, 1)), field=label.zh, field_en=label.en)


def read_settings(sheet: Sheet | None, vocabulary: Vocabulary, place: Place) -> RawRow:
    """The settings: below a header 项 | 值, each line names one and gives its value.

    Without a sheet, or without a header, what is required counts as reported; `place` is the sheet's.
    """
    lines = list(sheet.lines()) if sheet is not None else []
    top = _find_settings(lines)
    if sheet is None or top is None:
        if sheet is not None:
            sheet.report("no-settings-header", lines[0].number if lines else 1, 1)
        required = (entry.name for entry in vocabulary.settings.fields if entry.required)
        return RawRow(place, {name: Cell(REPORTED, place) for name in required})
    start, item, value = top
    sheet.check_merged(lines[start].number)
    headers = Headers(vocabulary.settings, vocabulary)
    found: dict[str, Cell] = {}
    blank: dict[str, Place] = {}
    taken: dict[tuple[str, tuple[str, ...]], int] = {}
    for line in lines[start + 1 :]:
        if item not in line.cells:
            if value in line.cells:
                sheet.report("value-without-item", line.number, value, shown=shown(line.cells[value]))
            continue
        _beside(sheet, line, lines[start], (item, value))
        column, title = headers.read(text_of(line.cells[item])), shown(line.cells[item])
        if isinstance(column, HeaderFault):
            code = _SETTING_CODES.get(column.code, column.code)
            sheet.report(code, line.number, item, header=title, hint=shortened(column.hint))
        elif value in line.cells:
            first = taken.setdefault((column.field.name, column.path), line.number)
            if first != line.number:
                sheet.report(
                    "duplicate-setting", line.number, item, header=title, other=cell_name(first, item)
                )
            else:
                _keep(sheet, found, column, line.cells[value])
        else:
            blank.setdefault(column.field.name, sheet.place(line.number, value))
    return RawRow(place, found, blank)


def _beside(sheet: Sheet, line: _Line, header: _Line, known: Sequence[int]) -> None:
    """Report what stands beside the value of a setting and is no words on it: it would be passed over."""
    for number, cell in line.cells.items():
        title = header.cells.get(number)
        words = title is not None and (is_remark(text_of(title)) or isinstance(cell.value, str))
        if number not in known and not words:
            sheet.report("beside-value", line.number, number, shown=shown(cell))


_SETTING_CODES = {"unknown-column": "unknown-setting", "strange-column": "strange-setting"}


def _find_settings(lines: Sequence[_Line]) -> tuple[int, int, int] | None:
    """Where the settings begin: index of the header line, columns of item and value."""
    for index, line in enumerate(lines[:_HEADER_WITHIN]):
        names = {normal(text_of(cell)): number for number, cell in line.cells.items()}
        item = next((names[n] for n in _ITEM if n in names), None)
        value = next((names[n] for n in _VALUE if n in names), None)
        if item is not None and value is not None:
            return index, item, value
    return None
