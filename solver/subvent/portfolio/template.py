"""The workbook to fill in: one sheet a list, with help, drop-downs and an example; and a filled one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from subvent.portfolio.numbers import plain
from subvent.portfolio.template_format import Formats, comment_of, height_of, validation_of, width_of
from subvent.portfolio.template_guide import write_guide
from subvent.portfolio.types import RawPortfolio
from subvent.portfolio.vocabulary import Field, ListSpec, Vocabulary
from subvent.portfolio.xlsx_columns import Column, field_columns, header, money_units, offered_columns
from subvent.portfolio.xlsx_output import new_workbook
from subvent.portfolio.xlsx_sheet import EXAMPLE
from subvent.portfolio.xlsx_values import CellContent, cell_content, plain_portfolio, stated_years

ROWS = 2_000
"""Rows of a sheet that are prepared with formats and drop-downs."""

_HEADER_HEIGHT = 48
_COLUMNS_A_PAGE = 12
_SETTING_WIDTHS = (34, 28, 90)


class _Layout(NamedTuple):
    """A workbook under way."""

    book: Workbook
    formats: Formats
    vocabulary: Vocabulary
    unit: str


def write_template(
    path: Path, vocabulary: Vocabulary, *, overwrite: bool = False, years: Sequence[int] = ()
) -> None:
    """Write an empty workbook for `vocabulary`, with one example row a sheet, to `path`.

    Maps by year get a column for each of `years`; without any, for the years of their examples and a few
    after. Raises SubventError when the file exists and `overwrite` is not set, or cannot be written.
    """
    unit = _file_unit(vocabulary, {})
    with new_workbook(path, overwrite=overwrite, title="subvent") as book:
        layout = _Layout(book, Formats(book), vocabulary, unit)
        write_guide(book, layout.formats, vocabulary)
        _settings_sheet(
            layout, _example_settings(vocabulary), offered_columns(vocabulary.settings, unit, years)
        )
        for spec in vocabulary.lists.values():
            columns = offered_columns(spec, unit, years)
            _list_sheet(layout, spec, columns, [], example=_example_row(spec))


def write_portfolio(
    path: Path,
    vocabulary: Vocabulary,
    portfolio: RawPortfolio | Mapping[str, object],
    *,
    overwrite: bool = False,
) -> None:
    """Write a portfolio as a workbook that reads back as the same portfolio.

    `portfolio` is plain data as YAML gives it (settings and lists by name), or what a reader returned.
    Raises InputError for a value that no cell can hold, else SubventError as `write_template` does.
    """
    data = plain_portfolio(portfolio) if isinstance(portfolio, RawPortfolio) else portfolio
    unit = _file_unit(vocabulary, data)
    settings = {f.name: data[f.name] for f in vocabulary.settings.fields if data.get(f.name) is not None}
    with new_workbook(path, overwrite=overwrite, title="subvent") as book:
        layout = _Layout(book, Formats(book), vocabulary, unit)
        write_guide(book, layout.formats, vocabulary)
        lines = tuple(_stated_columns(vocabulary.settings, [settings], unit, blank_maps=True))
        _settings_sheet(layout, settings, lines)
        for name, spec in vocabulary.lists.items():
            rows = _rows(data.get(name))
            columns = tuple(_stated_columns(spec, rows, unit))
            _list_sheet(layout, spec, columns, rows)


def _file_unit(vocabulary: Vocabulary, data: Mapping[str, object]) -> str:
    """The money unit of a file, as its headers write it: the stated one, else that of the example."""
    field = vocabulary.settings.field("unit")
    stated = data.get("unit", field.example if field else None)
    units = money_units(vocabulary)
    return next((u.label.zh for u in units if stated in (u.name, u.label.zh, u.label.en)), units[0].label.zh)


def _rows(value: object) -> list[Mapping[str, object]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, Sequence) else []


def _stated_columns(
    spec: ListSpec, rows: Sequence[Mapping[str, object]], unit: str, *, blank_maps: bool = False
) -> Iterable[Column]:
    """The columns that rows need: all fields, and of maps by year the years that occur."""
    for entry in spec.fields:
        years = stated_years(entry, (row.get(entry.name) for row in rows))
        if not years and blank_maps:
            years = stated_years(entry, [entry.example])
        yield from field_columns(entry, unit, years)


def _example_row(spec: ListSpec) -> Mapping[str, object]:
    """The row of the fields' examples, with ids that mark it as an example."""
    row: dict[str, object] = {}
    examples = {entry.name: entry.example for entry in spec.fields}
    for entry in spec.fields:
        # What only goes with another value of a choice would contradict the example's own.
        other, value = entry.wanted_if or ("", "")
        if entry.example is None or (other and examples.get(other) != value):
            continue
        if entry.type in {"id", "ref"}:
            row[entry.name] = f"{EXAMPLE}{entry.example}"
        elif entry.type == "refs" and isinstance(entry.example, Sequence):
            row[entry.name] = [f"{EXAMPLE}{member}" for member in entry.example]
        else:
            row[entry.name] = entry.example
    return row


def _example_settings(vocabulary: Vocabulary) -> Mapping[str, object]:
    """What an empty workbook has filled in: the settings that nothing can do without."""
    return {f.name: f.example for f in vocabulary.settings.fields if f.required and f.example is not None}


def _list_sheet(
    layout: _Layout,
    spec: ListSpec,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, object]],
    example: Mapping[str, object] | None = None,
) -> None:
    sheet = layout.book.add_worksheet(spec.sheet)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, _HEADER_HEIGHT)
    filled = [*([example] if example else []), *rows]
    for number, column in enumerate(columns):
        contents = [cell_content(row.get(column.field.name), column, layout.unit) for row in filled]
        sheet.set_column(number, number, width_of(column, contents), layout.formats.of(column))
        sheet.write_string(0, number, header(column), layout.formats.header(required=column.field.required))
        sheet.write_comment(0, number, comment_of(column), {"x_scale": 2, "y_scale": 1.6, "font_size": 9})
        rule = validation_of(column, layout.vocabulary, ROWS)
        if rule is not None:
            sheet.data_validation(1, number, ROWS, number, rule)
        for line, content in enumerate(contents, 1):
            shade = example is not None and line == 1
            _write(sheet, (line, number), content, layout.formats.of(column, example=shade))
    sheet.repeat_columns(0)
    _print_setup(sheet, 1 + len(columns) // _COLUMNS_A_PAGE)


def _settings_sheet(layout: _Layout, values: Mapping[str, object], lines: Sequence[Column]) -> None:
    """One line a setting: its name, its value, and what it means."""
    sheet = layout.book.add_worksheet(layout.vocabulary.settings.sheet)
    sheet.freeze_panes(1, 0)
    for number, (title, width) in enumerate(zip(("项", "值", "说明"), _SETTING_WIDTHS, strict=True)):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, title, layout.formats.header(required=False))
    for row, line in enumerate(lines, 1):
        content = cell_content(values.get(line.field.name), line, layout.unit)
        sheet.write_string(row, 0, header(line), layout.formats.item(required=line.field.required))
        _write(sheet, (row, 1), content, layout.formats.of(line, framed=True))
        words = _setting_help(line, layout.unit)
        sheet.set_row(row, height_of(words, _SETTING_WIDTHS[2]))
        sheet.write_string(row, 2, words, layout.formats.note)
        rule = validation_of(line, layout.vocabulary, ROWS)
        if rule is not None:
            sheet.data_validation(row, 1, row, 1, rule)
    _print_setup(sheet, 1)


def _setting_help(line: Column, unit: str) -> str:
    field: Field = line.field
    shown = cell_content(field.example, line, unit) if field.example is not None else None
    words = ("必填。" if field.required else "") + field.help.zh
    if shown is None:
        return words
    return f"{words}例：{plain(shown) if isinstance(shown, Decimal) else shown}"


def _write(sheet: Worksheet, at: tuple[int, int], content: CellContent, form: object) -> None:
    """Write a cell by its type, so that no text is ever taken for a formula, a number or a link."""
    row, column = at
    if content is None:
        sheet.write_blank(row, column, None, form)
    elif isinstance(content, Decimal):
        sheet.write_number(row, column, float(content), form)
    elif isinstance(content, date):
        sheet.write_datetime(row, column, content, form)
    else:
        sheet.write_string(row, column, content, form)


def _print_setup(sheet: Worksheet, pages_wide: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(pages_wide, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&C&A")
    sheet.set_footer("&C&P / &N")
