"""The result workbook says what the plan says, in numbers that add up, and prints as it stands."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from subvent.diagnostics import Text
from subvent.report.workbook import in_filing_order, write_plan_workbook
from subvent.report.workbook_grounds import outline
from subvent.report.workbook_page import wan_text
from subvent.result import Step

from .plans import claim, plan

SHEETS = ["申报计划", "逐条依据", "未申报原因", "解读与假设"]


def _written(path: Path, *, language: str = "zh", status: str = "optimal") -> openpyxl.Workbook:
    first = claim(1, name='=HYPERLINK("http://x","y")')
    made = plan(first, claim(2, year=2031, fen=123_456_78), claim(3, fen=1), status=status)
    write_plan_workbook(path, made, "zh" if language == "zh" else "en")
    return openpyxl.load_workbook(path)


def _texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def _table(sheet: Worksheet, first_header: str) -> list[list[object]]:
    """The rows below the header that begins so, until a blank line."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(i for i, row in enumerate(rows) if row[0] == first_header)
    body = rows[start + 1 :]
    return body[: next((i for i, row in enumerate(body) if not any(v is not None for v in row)), len(body))]


def test_sheets_in_either_language(tmp_path: Path) -> None:
    """There are four sheets, named in the language of the workbook."""
    assert _written(tmp_path / "a.xlsx").sheetnames == SHEETS
    assert _written(tmp_path / "b.xlsx", language="en").sheetnames == [
        "Plan",
        "Grounds",
        "Not claimed",
        "Readings",
    ]


def test_amounts_are_numbers_that_add_up(tmp_path: Path) -> None:
    """Each claim has its year, parties, amount in both units and article; totals are the sums."""
    rows = _table(_written(tmp_path / "p.xlsx")["申报计划"], "序号")
    claims = [row for row in rows if isinstance(row[0], int)]
    assert [(row[1], row[5], row[6]) for row in claims] == [
        (2030, 49_000, 490_000_000),
        (2030, 0.000001, 0.01),
        (2031, 12.345678, 123_456.78),
    ]
    assert [(row[2], row[6]) for row in rows if row[0] is None and row[2]] == [
        ("2030年小计", 490_000_000.01),
        ("2031年小计", 123_456.78),
        ("合计", 490_123_456.79),
    ]
    assert claims[0][7] == "示范办法〔2030〕1号 第1条\n示范办法〔2030〕1号 第2条"


def test_grounds_unfold_the_proof_once(tmp_path: Path) -> None:
    """Every claim has its amount in stages and its proof, with phrases, and shared steps are not repeated."""
    texts = _texts(_written(tmp_path / "p.xlsx")["逐条依据"])
    assert texts.count("可以申报设备更新") == 3
    assert texts.count("总投资额达到起点") == 3
    assert texts.count("总投资额达到起点（理由同上）") == 3
    assert "三分之一\n490000000/3 → 163,333,333.33" in texts
    assert "「按照不超过项目核定费用的三分之一给予资助」" in texts
    assert "项目!F7" in texts


def test_reasons_show_shortfall_and_loss(tmp_path: Path) -> None:
    """What is not claimed has a row a finding, with what it lacks or what insisting on it would cost."""
    sheet = _written(tmp_path / "p.xlsx")["未申报原因"]
    rows = _table(sheet, "申报单位")
    assert [row[3] for row in rows] == ["条件不满足", "条件不满足", "有更优的组合"]
    assert rows[0][4] == "总投资额达到起点\n还差 120万元"
    assert rows[1][4] == "2031：成立满三年"
    assert rows[2][5:7] == [0.01, 0.005]
    assert [row[3] for row in _table(sheet, "行")] == [700, None]


def test_readings_and_bound(tmp_path: Path) -> None:
    """Readings with their phrase, total and bound, assumptions and checksums are all there."""
    sheet = _written(tmp_path / "p.xlsx", status="feasible")["解读与假设"]
    rows = {row[0]: row[2:4] for row in _table(sheet, "项")}
    assert rows["合计"] == [49_012.345679, 490_123_456.79]
    assert rows["尚未证明的差额"] == [0.000001, 0.01]
    texts = _texts(sheet)
    assert {
        "能否再次申报\nreclaim",
        "另选",
        "「选择其中一类，不可重复」",
        "P1：未填“政府投资”，视为没有",
    } <= set(texts)
    assert "0123456789abcdef" * 4 in texts
    assert "group.xlsx" in texts


def test_an_unproven_plan_says_so(tmp_path: Path) -> None:
    """The first lines of the plan tell a proof from the lack of one."""
    proven = _texts(_written(tmp_path / "a.xlsx")["申报计划"])
    unproven = _texts(_written(tmp_path / "b.xlsx", status="feasible")["申报计划"])
    assert "合计 49,012.345679万元，已证明不存在合法且更高的组合。" in proven
    assert any("未能在限定时间内证明最高" in text for text in unproven)


def test_nothing_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    """No cell of the workbook is a formula, and no text a link."""
    path = tmp_path / "p.xlsx"
    _written(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in data or b"<hyperlink" in data for name, data in parts.items() if "sheet" in name)


@pytest.mark.parametrize("name", ["\x1b[31m红", "a\u202eb", "x\ny"])
def test_names_are_shown_harmlessly(tmp_path: Path, name: str) -> None:
    """Control characters and direction overrides of a name are visible escapes in the sheets."""
    path = tmp_path / "p.xlsx"
    write_plan_workbook(path, plan(claim(1, name=name)), "zh")
    shown = next(text for text in _texts(openpyxl.load_workbook(path)["申报计划"]) if "（A）" in text)
    assert re.fullmatch(r"(␛\[31m红|a\\u202eb|x␊y)（A）", shown)


def test_sheets_are_ready_to_print(tmp_path: Path) -> None:
    """Landscape, one page wide, the header frozen and on every page, pages numbered."""
    for sheet in _written(tmp_path / "p.xlsx"):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what the attribute means when it is left out.
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows is not None
        assert sheet.oddFooter.center.text == "&P / &N"


def test_an_empty_plan_is_a_workbook_too(tmp_path: Path) -> None:
    """A plan without claims says that there are none, and its total is zero."""
    write_plan_workbook(tmp_path / "p.xlsx", plan(), "zh")
    texts = _texts(openpyxl.load_workbook(tmp_path / "p.xlsx")["申报计划"])
    assert any("没有可以申报的项目" in text for text in texts)


def test_filing_order_is_by_year_and_applicant() -> None:
    """Claims are listed as they are filed, whatever their order in the plan."""
    claims = [claim(2, year=2031), claim(1), claim(3)]
    assert [c.id for c in in_filing_order(claims)] == ["c1", "c3", "c2"]


def test_outline_of_a_deep_proof() -> None:
    """A long chain of reasons is laid out without recursion."""
    steps = [Step(str(i), Text("", ""), children=(i + 1,) if i < 5_000 else ()) for i in range(5_001)]
    assert [depth for depth, _, _ in outline(steps, 0)] == list(range(5_001))


@pytest.mark.parametrize(
    ("fen", "shown"),
    [(0, "0.00万元"), (1, "0.000001万元"), (4_900_000_000, "4,900.00万元"), (123_450_000, "123.45万元")],
)
def test_amounts_in_words(fen: int, shown: str) -> None:
    """An amount in words keeps every fen and at least two decimals."""
    assert wan_text(fen) == shown
