"""What a workbook shows is what counts: a cell that holds something else, and what is hidden, is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles.numbers import BUILTIN_FORMATS

from subvent.diagnostics import Diagnostic, InputError
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.xlsx_reader import read_workbook

from .books import COMPANIES, PROJECTS, book, repacked, sheets


@pytest.mark.parametrize(
    ("shown_as", "taken"),
    [
        ("0%", False),
        ("0.00,", False),
        ('0!.0,"万元"', False),
        ("0\\.0", False),
        ("#,##0.00", True),
        ('#,##0.00"万元，含税5%"', True),
        ('_ "¥"* #,##0.00_ ;_ "¥"* \\-#,##0.00_ ', True),
        ("[$¥-804]#,##0", True),
        ("General", True),
        (BUILTIN_FORMATS[44], True),
    ],
)
def test_a_number_counts_only_as_it_is_shown(
    tmp_path: Path, vocabulary: Vocabulary, shown_as: str, *, taken: bool
) -> None:
    """An amount whose format shows another number, a percentage or tens of thousands, is not guessed at.

    The last format is one that every workbook has by number: its currency is that of who looks at it.
    """

    def formatted(made: openpyxl.Workbook) -> None:
        made["项目"]["D2"].number_format = shown_as

    path = book(tmp_path / "g.xlsx", sheets(), formatted)
    if taken:
        raw = read_workbook(path, vocabulary)
        assert raw.lists["projects"][0].cells["total_investment"].value == "1500万元"
        return
    with pytest.raises(InputError) as caught:
        read_workbook(path, vocabulary)
    assert [(d.code, d.place and d.place.cell) for d in caught.value.diagnostics] == [
        ("xlsx.scaled-number", "D2")
    ]


def _shown_as(code: str, cell: str, sheet: str = "项目") -> Callable[[openpyxl.Workbook], None]:
    def formatted(made: openpyxl.Workbook) -> None:
        made[sheet][cell].number_format = code

    return formatted


def _refused(path: Path, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_workbook(path, vocabulary)
    return [(d.code, d.place.cell if d.place else "") for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    "shown_as",
    [
        '0.00"元"',
        '#,##0.00"亿元"',
        '0" 千元"',
        '0"万美元"',
        "[$$-409]#,##0.00",
        "[$€-2] #,##0",
        '"HK$"#,##0',
        "[$USD] #,##0",
        '"￡"0',
    ],
)
def test_an_amount_in_the_unit_of_its_format_is_no_amount_in_that_of_its_column(
    tmp_path: Path, vocabulary: Vocabulary, shown_as: str
) -> None:
    """A cell that shows 1500亿元 or $1500 in a column headed 万元 states two things: neither is taken."""
    path = book(tmp_path / "g.xlsx", sheets(), _shown_as(shown_as, "D2"))
    assert _refused(path, vocabulary) == [("xlsx.other-unit", "D2")]


@pytest.mark.parametrize(("shown_as", "taken"), [('0.0"吨"', True), ('0.0"万吨标准煤"', False)])
def test_a_quantity_in_tens_of_thousands_is_told(
    tmp_path: Path, vocabulary: Vocabulary, shown_as: str, *, taken: bool
) -> None:
    """A format that shows 5万吨 where the cell holds 5 tons is refused; one that repeats the unit is not."""
    rows = (("公司编号", "2024年综合能源消费量（吨标准煤）"), ("A", 5), ("B", None))
    path = book(tmp_path / "g.xlsx", sheets(公司=rows), _shown_as(shown_as, "B2", "公司"))
    if taken:
        assert "energy_tce" in read_workbook(path, vocabulary).lists["companies"][0].cells
    else:
        assert _refused(path, vocabulary) == [("xlsx.other-unit", "B2")]


def test_a_title_that_says_another_unit_than_the_headers_is_told(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Above headers in 万元 a title says 元: the headers count, and whoever pasted the rows is told."""
    titles = (("2025年技改项目（单位：人民币元）",), ("填报单位：万和公司", "单位：万元"))
    remarks: list[Diagnostic] = []
    read_workbook(book(tmp_path / "g.xlsx", sheets(项目=(*titles, *PROJECTS))), vocabulary, remarks)
    assert [(d.code, d.severity, d.place and d.place.cell) for d in remarks] == [
        ("xlsx.unit-above", "warning", "A1")
    ]


@pytest.mark.parametrize("shown_as", ['yyyy"年"m"月"', 'm"月"d"日"', "mmm-yy", "yyyy", "m/d", "h:mm"])
def test_a_day_counts_only_if_all_of_it_is_shown(
    tmp_path: Path, vocabulary: Vocabulary, shown_as: str
) -> None:
    """Who types 2024年3月 gets the first of the month, who types 3月1日 this year's: neither is seen."""
    path = book(tmp_path / "g.xlsx", sheets(), _shown_as(shown_as, "E2"))
    assert _refused(path, vocabulary) == [("xlsx.hidden-day", "E2")]


@pytest.mark.parametrize("number", [27, 28, 30, 31, 36, 50, 57, 58])
def test_days_in_the_formats_of_a_chinese_excel_are_days(
    tmp_path: Path, vocabulary: Vocabulary, number: int
) -> None:
    """Excel stores its Chinese days by number alone, without the code: 31 shows 2024年3月1日."""
    day = 'yyyy"年"m"月"d"日"'
    path = book(tmp_path / "g.xlsx", sheets(), _shown_as(day, "E2"))

    def by_number(name: str, old: bytes) -> bytes:
        if "styles" not in name:
            return old
        (own,) = re.findall(rb'numFmtId="(\d+)" formatCode="yyyy&quot;', old)
        left = re.sub(rb'<numFmt numFmtId="%s"[^>]*/>' % own, b"", old)
        return left.replace(b'numFmtId="%s"' % own, b'numFmtId="%d"' % number)

    repacked(path, by_number)
    if number in {30, 31}:
        raw = read_workbook(path, vocabulary)
        assert raw.lists["projects"][0].cells["start"].value == date(2024, 3, 1)
    else:
        assert ("xlsx.hidden-day", "E2") in _refused(path, vocabulary)


def test_an_id_is_what_its_cell_shows(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Leading zeros that a format shows belong to an id; digits that Excel has dropped cannot be had back."""
    rows = (PROJECTS[0], (7, "A", None, 1, None))
    path = book(tmp_path / "g.xlsx", sheets(项目=rows), _shown_as("000", "A2"))
    assert read_workbook(path, vocabulary).lists["projects"][0].cells["id"].value == "007"
    lost = (*COMPANIES, (914403001922038216, "鹏湾"))
    assert _refused(book(path, sheets(公司=lost)), vocabulary) == [("xlsx.digits-lost", "A4")]


def test_hidden_rows_count_and_are_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A filtered row is read like any other, with one warning a sheet: who hid it may think it is out."""

    def hide(made: openpyxl.Workbook) -> None:
        made["项目"].row_dimensions[3].hidden = True

    remarks: list[Diagnostic] = []
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets(), hide), vocabulary, remarks)
    assert len(raw.lists["projects"]) == 2
    assert [(d.code, d.severity, d.place and d.place.cell) for d in remarks] == [
        ("xlsx.hidden-rows", "warning", "A3")
    ]


def test_hidden_columns_and_sheets_count_and_are_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """As hidden rows do; a hidden column in which nothing stands is not told."""

    def hide(made: openpyxl.Workbook) -> None:
        made["项目"].column_dimensions["D"].hidden = True
        made["项目"].column_dimensions["F"].hidden = True
        made["公司"].sheet_state = "hidden"
        made["项目"]["F1"] = "完工日期"

    remarks: list[Diagnostic] = []
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets(), hide), vocabulary, remarks)
    assert len(raw.lists["companies"]) == 2
    assert raw.lists["projects"][0].cells["total_investment"].value == "1500万元"
    assert [(d.code, d.severity, d.place and (d.place.sheet, d.place.cell)) for d in remarks] == [
        ("xlsx.hidden-sheet", "warning", ("公司", "")),
        ("xlsx.hidden-columns", "warning", ("项目", "D1")),
    ]
