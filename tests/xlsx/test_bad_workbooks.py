"""Bad workbooks get one complete report: every fault with its code, its sheet and cell, its way out.

The reports stand in `bad/NAME.report`. SUBVENT_WRITE_REPORTS=1 writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from subvent.diagnostics import InputError
from subvent.portfolio import xlsx_cells, xlsx_package, xlsx_sheet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary

from .books import COMPANIES, PROJECTS, SETTINGS, Rows, book, repacked, report, sheets

BAD = Path(__file__).parent / "bad"
Maker = Callable[[Path], Path]


def _rows(*content: Rows, name: str = "项目") -> Maker:
    return lambda path: book(path, sheets(**{name: tuple(row for rows in content for row in rows)}))


def _without(name: str) -> Maker:
    return lambda path: book(path, sheets(**{name: None}))


def _header(old: str, new: object) -> Maker:
    changed = tuple(new if cell == old else cell for cell in PROJECTS[0])
    return _rows((changed, *PROJECTS[1:]))


def _renamed(path: Path) -> Path:
    return book(path, {"公司": COMPANIES, "项目清单": PROJECTS, "设置": SETTINGS, "随手记": (("x",),)})


def _twice(path: Path) -> Path:
    return book(path, {**sheets(), "projects": PROJECTS})


def _all_at_once(path: Path) -> Path:
    """One of nearly everything, so that the report is seen to be complete."""
    header = (
        "项目编号",
        "申报单位",
        "总投资额（万元）",
        "审定总投资建设费用（万元）",
        "开工日期",
        "已完工",
        "可申报年度",
    )
    rows = (
        header,
        ("P1", "A", "约500", "#DIV/0!", "2025-02-30", "对", "2025、二六"),
        ("P1", "Q", -5, "=D3*2", date(2024, 1, 1), "是", 2025),
        ("P3", "A", date(2024, 1, 1), 1.234567891, 45000, True, "2025"),
    )
    return book(path, sheets(项目=rows))


def _merged(path: Path) -> Path:
    def merge(made: openpyxl.Workbook) -> None:
        made["项目"].merge_cells("C1:D1")
        made["项目"].merge_cells("B2:B3")

    return book(path, sheets(), merge)


def _blank_required(path: Path) -> Path:
    """Required cells left blank, in a row and in the settings: each is named where it stands."""
    rows = (("项目类别", "项目名称", "申报单位", "项目编号"), ("智能化改造", "一期", None, "P1"))
    settings = (*SETTINGS[:2], ("基准日", None), ("规划年度", "2025、后年"))
    return book(path, sheets(项目=rows, 设置=settings))


def _far(path: Path) -> Path:
    def stray(made: openpyxl.Workbook) -> None:
        made["项目"].cell(1_000_000, 3, "遗忘的数字")
        made["公司"].cell(2, 16_000, 7)
        made["公司"].cell(3, 9, "没有列名")

    return book(path, sheets(), stray)


def _uncached(path: Path) -> Path:
    return _rows((*PROJECTS, ("P3", "A", "smart", "=1000+500", None)))(path)


def _codes(path: Path) -> Path:
    return _rows(
        (
            ("公司编号", "行业代码", "成立日期", "2023年综合能源消费量（千瓦时）", "综合能源消费量"),
            ("A", 610, date(2020, 1, 1), 5, "2024=7、2024=8"),
            ("B", "0610", "2020年1月2日", None, "没有等号"),
        ),
        name="公司",
    )(path)


def _both_ways(path: Path) -> Path:
    """A year of a map in a column of its own and in one cell; a yes where a number belongs."""
    companies = (("公司编号", "2023年综合能源消费量（吨标准煤）", "综合能源消费量"), ("A", 5, "2023=7"))
    projects = (PROJECTS[0], ("P1", "A", "智能化改造", True, None))
    return book(path, sheets(公司=companies, 项目=projects))


def _settings(path: Path) -> Path:
    return _rows(
        SETTINGS,
        (
            ("基准日", "2025-05-07"),
            ("联系人数", 2),
            ("2025年联系人", 2),
            ("2025年专项资金年度总额", 20),
            (None, 5),
            ("完全不对的项目名", 1),
        ),
        name="设置",
    )(path)


def _bytes(content: bytes) -> Maker:
    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def _doctype(path: Path) -> Path:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    return repacked(book(path, sheets()), lambda name, old: bomb if "styles" in name else old)


def _cut_xml(path: Path) -> Path:
    return repacked(book(path, sheets()), lambda name, old: old[:-40] if "sheet1" in name else old)


def _with_writer(path: Path) -> xlsxwriter.Workbook:
    """The valid workbook as XlsxWriter makes it, with shared strings, not yet closed."""
    made = xlsxwriter.Workbook(path)
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets().items():
        sheet = made.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(line, column, value, day if isinstance(value, date) else None)
    return made


def _serial_out_of_range(path: Path) -> Path:
    with _with_writer(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        made.get_worksheet_by_name("项目").write_number("E2", 99_999_999, day)
    return path


def _wrong_string(path: Path) -> Path:
    """A cell that refers to a shared string that is not there."""
    _with_writer(path).close()
    return repacked(
        path, lambda name, old: old.replace(b"<v>0</v>", b"<v>99999</v>") if "sheet1" in name else old
    )


def _truncated(path: Path) -> Path:
    book(path, sheets())
    path.write_bytes(path.read_bytes()[:-400])
    return path


def _xlsb(path: Path) -> Path:
    return repacked(book(path, sheets()), lambda _, old: old, {"xl/workbook.bin": b"x"})


def _strict(path: Path) -> Path:
    """The other kind of .xlsx that Excel offers to save as: the same parts under other names."""
    transitional, strict = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    named = ((b"officeDocument/2006/", b"officeDocument/"), (b"spreadsheetml/2006/", b"spreadsheetml/"))

    def renamed(_: str, old: bytes) -> bytes:
        for before, after in named:
            old = old.replace(transitional + before, strict + after)
        return old

    return repacked(book(path, sheets()), renamed)


def _other_zip(path: Path) -> Path:
    return repacked(book(path, sheets()), lambda name, old: None if "Content_Types" in name else old)


CASES: dict[str, Maker] = {
    "missing-companies": _without("公司"),
    "missing-projects": _without("项目"),
    "missing-settings": _without("设置"),
    "renamed-sheet": _renamed,
    "two-sheets-of-one-list": _twice,
    "no-header": _rows((("这里", "只有"), ("一些", "文字"))),
    "empty-settings": _rows((), name="设置"),
    "renamed-column": _header("总投资额（万元）", "总投资金额（万元）"),
    "strange-column": _header("开工日期", "天气"),
    "required-column-renamed": _header("申报单位", "承办企业甲方"),
    "duplicate-column": _header("开工日期", "total_investment (万元)"),
    "money-without-unit": _header("总投资额（万元）", "总投资额"),
    "money-in-dollars": _header("总投资额（万元）", "总投资额（美元）"),
    "merged": _merged,
    "all-at-once": _all_at_once,
    "rows-that-are-no-data": _rows(
        (*PROJECTS, ("A小计", None, None, 1500), PROJECTS[0], ("注：以上金额均为含税", None, None, None))
    ),
    "far-away": _far,
    "blank-required": _blank_required,
    "uncached-formula": _uncached,
    "serial-out-of-range": _serial_out_of_range,
    "codes-and-maps": _codes,
    "both-ways": _both_ways,
    "settings": _settings,
    "settings-beside": _rows(
        (("项", "值", "说明", "备注：财务"), *SETTINGS[1:3]),
        (("规划年度", 2025, 2026, 2027), ("2025年联系人数", 2, "不含集团", "看过", "多写的")),
        name="设置",
    ),
    "date-in-id": _rows((PROJECTS[0], (date(2025, 1, 2), "A", None, 1, None))),
    "only-examples": lambda path: book(
        path, sheets(公司=(COMPANIES[0], ("示例A", "x")), 项目=(PROJECTS[0], ("示例P1", "示例A", "", 1)))
    ),
    "no-sheet-known": lambda path: book(path, {"申报计划": (("申报计划",),), "逐条依据": (("A",),)}),
    "empty-file": _bytes(b""),
    "not-a-workbook": _bytes("公司,项目\nA,P1\n".encode()),
    "old-xls": _bytes(_OLE),
    "encrypted": _bytes(_OLE + "EncryptedPackage".encode("utf-16-le") + bytes(40)),
    "doctype": _doctype,
    "cut-xml": _cut_xml,
    "wrong-string": _wrong_string,
    "truncated": _truncated,
    "binary-workbook": _xlsb,
    "strict-workbook": _strict,
    "zip-of-something-else": _other_zip,
}


@pytest.mark.parametrize("name", CASES)
def test_report_is_as_stored(name: str, tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A bad workbook yields exactly its stored report."""
    path = CASES[name](tmp_path / "group.xlsx")
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    stored = BAD / f"{name}.report"
    found = report(caught.value.diagnostics, path)
    if os.environ.get("SUBVENT_WRITE_REPORTS"):
        stored.write_text(found, encoding="utf-8")
    assert found == stored.read_text(encoding="utf-8")


def test_every_report_has_its_case() -> None:
    """No stored report is left over from a case that is gone."""
    assert {path.stem for path in BAD.iterdir()} == set(CASES)


def test_rows_that_are_not_there_are_not_visited(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many cells are looked at, however far below the table a stray one stands."""
    looked_at: list[object] = []

    def counted(cell: xlsx_cells.SheetCell) -> tuple[int, int] | None:
        looked_at.append(cell)
        return xlsx_cells.position(cell)

    def looks(row: int) -> int:
        path = book(tmp_path / "group.xlsx", sheets(), lambda made: made["项目"].cell(row, 3, "遗忘的数字"))
        looked_at.clear()
        with pytest.raises(InputError, match="stray-cell"):
            read_portfolio(path, vocabulary)
        return len(looked_at)

    monkeypatch.setattr(xlsx_sheet, "position", counted)
    assert looks(2_000) == looks(20_000) > 0


def test_zip_bomb_is_refused_unread(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A part that unpacks beyond the limit is refused by its stated size, before it is unpacked."""
    path = book(tmp_path / "group.xlsx", sheets())
    blank = b" " * (xlsx_package.MAX_UNPACKED + 1)
    repacked(path, lambda _, old: old, {"xl/worksheets/sheet9.xml": blank})
    assert path.stat().st_size < 2**20
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.unpacks-too-large"]


def test_limits_hold_for_cells(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More cells than the limit are refused, and so is a part that is longer than it says."""
    path = book(tmp_path / "group.xlsx", sheets())
    monkeypatch.setattr(xlsx_package, "MAX_CELLS", 5)
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.too-many-cells"]


def test_nothing_is_printed_on_a_wrong_style(
    tmp_path: Path, vocabulary: Vocabulary, capsys: pytest.CaptureFixture[str]
) -> None:
    """A style that refers to nothing does not make the reader write to stdout."""
    path = book(tmp_path / "group.xlsx", sheets())
    repacked(path, lambda _, old: re.sub(rb'(<cellStyle [^>]*xfId=)"0"', rb'\1"99"', old))
    with suppress(InputError):
        read_portfolio(path, vocabulary)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("encoding", [b"no-such-code", b"utf-7"])
def test_a_strange_encoding_is_damage(tmp_path: Path, vocabulary: Vocabulary, encoding: bytes) -> None:
    """A part that claims an encoding nobody can read is damage to the file, and no fault of ours."""
    path = book(tmp_path / "group.xlsx", sheets())
    head = b'<?xml version="1.0" encoding="' + encoding + b'"?>'
    repacked(path, lambda name, old: head + old.partition(b"?>")[2] if "styles" in name else old)
    with pytest.raises(InputError, match=r"xlsx\.damaged"):
        read_portfolio(path, vocabulary)


def test_a_workbook_that_cannot_be_read_is_told(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system refuses to read on, its reason is told in our words."""
    path = book(tmp_path / "group.xlsx", sheets())

    def refuse(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(xlsx_package.zipfile, "ZipFile", refuse)
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [found.code for found in caught.value.diagnostics] == ["xlsx.unreadable"]
    assert caught.value.exit_status == 1
