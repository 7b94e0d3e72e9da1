"""The result workbook says what the plan says, in numbers that add up, and prints as it stands."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from subvent.diagnostics import Text
from subvent.explain.insisted import Insisted, Moved
from subvent.report.workbook import write_plan_workbook
from subvent.report.workbook_conditions import conditions, limits
from subvent.result import Consequence, FilingStep, Material, RuleUse

from .plans import GOAL, ONE, RATE, STEPS, claim, plan

WIDEST = 168
"""Characters: what A4 takes in landscape at nine tenths of its size."""
SHEETS = ["申报方案", "材料清单", "时间安排", "逐条依据", "未申报原因", "待补事实", "历史", "解读与假设"]
HEADER = "DCE6F1"
"""The fill of a header row."""


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
    """There are eight sheets, seven if no fact is missing, named in the language of the workbook."""
    assert _written(tmp_path / "a.xlsx").sheetnames == SHEETS
    assert _written(tmp_path / "b.xlsx", language="en").sheetnames == [
        "Plan",
        "Materials",
        "Schedule",
        "Grounds",
        "Not claimed",
        "Facts to state",
        "History",
        "Readings",
    ]
    write_plan_workbook(tmp_path / "c.xlsx", replace(plan(claim(1)), unknown=()), "zh")
    assert openpyxl.load_workbook(tmp_path / "c.xlsx").sheetnames == [s for s in SHEETS if s != "待补事实"]


def test_amounts_are_numbers_that_add_up(tmp_path: Path) -> None:
    """Each claim has its year, parties, amount in both units and article; totals are the sums."""
    rows = _table(_written(tmp_path / "p.xlsx")["申报方案"], "序号")
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
    assert claims[0][7] == "示范办法：第2条"


def test_materials_and_steps_stand_ready_to_be_ticked_off(tmp_path: Path) -> None:
    """Each claim has its documents and dated steps with a box each, then come benefits and duties."""
    use = (RuleUse("demo#9.1", ONE),)
    first = replace(
        claim(1),
        materials=(Material("form", Text("申请表", "form"), use), Material("map", Text("=图纸", "map"), use)),
        steps=(
            FilingStep("go", Text("递交", "hand in"), use, date(2030, 5, 6), date(2030, 5, 20)),
            FilingStep("wait", Text("等候", "wait"), use),
        ),
    )
    duty = Consequence("report", Text("P1：须报统计", "P1: to be reported"), ("P1",), use)
    write_plan_workbook(tmp_path / "p.xlsx", replace(plan(first, claim(2)), duties=(duty,)), "zh")
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")

    materials = _table(book["材料清单"], "序号")
    assert [row[0] for row in materials] == [1, 1, 2]
    assert [row[1:3] for row in materials[1:]] == [["☐", "申请表"], ["☐", "=图纸"]]
    assert [row[3] for row in materials[1:]] == [f"示范办法：第9条「{ONE.phrase}」", "示范办法：第9条"]
    steps = _table(book["时间安排"], "序号")
    assert [row[1:5] for row in steps[1:]] == [
        ["☐", "递交", "2030-05-06", "2030-05-20"],
        ["☐", "等候", None, None],
    ]
    texts = _texts(book["时间安排"])
    assert texts.index("须履行的义务") < texts.index("P1：须报统计")
    assert any(text.startswith("其余各项申报：") for text in texts)


def test_where_no_claim_has_materials_none_is_called_one_of_the_others(tmp_path: Path) -> None:
    """A plan without any green claim of the round at hand has two sheets with nothing to tick."""
    write_plan_workbook(tmp_path / "a.xlsx", plan(claim(1), claim(2)), "zh")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for name in ("材料清单", "时间安排"):
        texts = _texts(book[name])
        assert any(text.startswith("手边的文件没有给出本方案各项申报") for text in texts)
        assert not any(text.startswith("其余") for text in texts)


def _grounds(path: Path, language: str = "zh") -> list[list[list[object]]]:
    """The rows of the grounds, a list a claim, each beginning with its heading."""
    sheet = _written(path, language=language).worksheets[3]
    blocks: list[list[list[object]]] = []
    for row in _table(sheet, "序号" if language == "zh" else "No."):
        if isinstance(row[0], int):
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def test_grounds_say_amount_conditions_and_limits(tmp_path: Path) -> None:
    """A claim has a line a stage in numbers, a condition with its facts and phrase, and a limit."""
    first = _grounds(tmp_path / "p.xlsx")[0]
    source = "示范办法："
    third = 163_333_333.333333
    assert [row[0] for row in first] == [1, "金额", "金额", "金额", "条件", "条件", "限制"]
    assert first[0][1:4] == [
        "精密注塑车间数字化与节能综合改造（二期）（P1） · 设备更新",
        490_000_000,
        '=HYPERLINK("http://x","y")（A） · 2030',
    ]
    assert first[2][1] == "三分之一\n490000000/3 → 163,333,333.33"
    assert first[2][2] == pytest.approx(third)
    assert first[2][4:] == [f"{source}第2条「{RATE.phrase}」"]
    assert first[4][1:] == [
        "总投资额 6.2亿元 ≥ 5亿元",
        None,
        "总投资额 6.2亿元  项目!F7",
        f"{source}第1条「{GOAL.phrase}」",
    ]
    # What the applicant answers stands in its words; an assumption has no place, and says so itself.
    assert first[5][1:4] == ["A：存续：是", None, "A：存续 是（未填，按此计）"]
    assert first[6][1] == "计入限制：择一"


def test_grounds_say_nothing_twice(tmp_path: Path) -> None:
    """Within a claim no row and no phrase comes twice, and nothing of the engine's own steps is shown."""
    for number, language in enumerate(("zh", "en")):
        for block in _grounds(tmp_path / f"{number}.xlsx", language):
            rows = [tuple(row) for row in block]
            quoted = re.findall("「.*?」", "".join(str(row[4]) for row in block))
            assert quoted
            assert len(set(rows)) == len(rows)
            assert len(set(quoted)) == len(quoted)
    shown = " ".join(str(value) for row in _grounds(tmp_path / "p.xlsx")[0] for value in row)
    assert not [word for word in ("须满足", "可以申报", "价值", "没有停业", "申报单位 A") if word in shown]


def test_grounds_quote_every_phrase_of_the_claim(tmp_path: Path) -> None:
    """What a claim rests on beside its stages and conditions is cited in a last row."""
    made = replace(plan(claim(1)), steps=())
    write_plan_workbook(tmp_path / "p.xlsx", made, "zh")
    rows = _table(openpyxl.load_workbook(tmp_path / "p.xlsx")["逐条依据"], "序号")
    assert rows[-1][1:] == ["其他适用的条文", None, None, f"示范办法：第1条「{GOAL.phrase}」"]


def test_a_claim_takes_few_rows(tmp_path: Path) -> None:
    """The sheet grows with what was asked of a claim, not with how the engine derived it."""
    for block in _grounds(tmp_path / "p.xlsx"):
        asked = len(conditions(STEPS, 0)) + len(limits(STEPS, 0))
        assert len(block) <= 1 + len(claim(1).stages) + asked + 1


def test_reasons_are_grouped(tmp_path: Path) -> None:
    """What is not claimed stands under its reason with its count, a row each, with shortfall and loss."""
    book = _written(tmp_path / "p.xlsx")
    rows = _table(book["未申报原因"], "申报单位")
    assert [row[0] for row in rows if row[1] is None] == ["被更优的组合取代（1项）", "条件不满足（1项）"]
    assert rows[1][4:] == [0.01, 0.005, f"示范办法：第9条「{ONE.phrase}」"]
    assert rows[3][3] == "总投资额达到起点\n还差 120万元\n2031：成立满三年"
    assert rows[3][6] == f"示范办法：第1条「{GOAL.phrase}」；第9条「{ONE.phrase}」"
    assert [row[2] for row in _table(book["待补事实"], "行")] == [700, None]


def test_what_no_lawful_plan_holds_has_no_number(tmp_path: Path) -> None:
    """Insisting on what no lawful plan holds is called impossible; unmet conditions have no such number."""
    made = plan(claim(1))
    out = replace(
        made,
        not_claimed=tuple(
            replace(entry, loss_fen=None, possible=False) if entry.reason == "outbid" else entry
            for entry in made.not_claimed
        ),
    )
    write_plan_workbook(tmp_path / "p.xlsx", out, "zh")
    rows = _table(openpyxl.load_workbook(tmp_path / "p.xlsx")["未申报原因"], "申报单位")
    assert [row[5] for row in rows if row[1]] == ["无法同时", None]


def test_chosen_readings_come_first(tmp_path: Path) -> None:
    """Readings other than the default stand before the others; codes of messages are not printed."""
    sheet = _written(tmp_path / "p.xlsx")["解读与假设"]
    assert [row[2:4] for row in _table(sheet, "问题")] == [
        ["scope=company", "另选"],
        ["reclaim=once", "默认"],
    ]
    assert "assumed" not in _texts(sheet)


def test_readings_and_bound(tmp_path: Path) -> None:
    """Readings with their phrase, total and bound, assumptions and checksums are all there."""
    sheet = _written(tmp_path / "p.xlsx", status="feasible")["解读与假设"]
    rows = {row[0]: row[2:4] for row in _table(sheet, "项")}
    assert rows["合计"] == [49_012.345679, 490_123_456.79]
    assert rows["尚未证明的差额"] == [0.000001, 0.01]
    texts = _texts(sheet)
    assert {
        "能否再次申报",
        "另选",
        "示范办法：第9条「选择其中一类，不可重复」",
        "P1：未填“政府投资”，视为没有",
    } <= set(texts)
    assert "0123456789abcdef" * 4 in texts
    assert "group.xlsx" in texts


def test_an_unproven_plan_says_so(tmp_path: Path) -> None:
    """The first lines of the plan tell a proof from the lack of one."""
    proven = _texts(_written(tmp_path / "a.xlsx")["申报方案"])
    unproven = _texts(_written(tmp_path / "b.xlsx", status="feasible")["申报方案"])
    assert "合计 49,012.345679万元，已证明不存在合法且更高的组合。" in proven
    assert any("未能在限定时间内证明最高" in text for text in unproven)


def test_nothing_becomes_a_formula_or_a_way_out(tmp_path: Path) -> None:
    """No cell of the workbook is a formula, and no link leads out of it."""
    path = tmp_path / "p.xlsx"
    _written(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in data for name, data in parts.items() if "sheet" in name)
    assert not any(b'TargetMode="External"' in data for data in parts.values())


def test_claims_and_their_grounds_lead_to_each_other(tmp_path: Path) -> None:
    """The number of a claim is a link to its grounds, whose number leads back; both stay numbers."""
    book = _written(tmp_path / "p.xlsx")
    first, grounds = book["申报方案"], book["逐条依据"]
    listed = [row[0] for row in first.iter_rows() if isinstance(row[0].value, int)]
    assert [cell.value for cell in listed] == [1, 2, 3]
    for cell in listed:
        assert cell.hyperlink is not None
        sheet, _, place = cell.hyperlink.location.partition("!")
        assert (sheet, grounds[place].value) == ("'逐条依据'", cell.value)
        back = grounds[place].hyperlink
        assert back is not None
        assert back.location == f"'申报方案'!{cell.coordinate}"


def test_tables_can_be_filtered(tmp_path: Path) -> None:
    """The header of claims, grounds and reasons has drop-downs for its rows, and no total is among them."""
    book = _written(tmp_path / "p.xlsx")
    for name, last in (("申报方案", "2031年小计"), ("逐条依据", None), ("未申报原因", None)):
        sheet = book[name]
        table = sheet[sheet.auto_filter.ref]
        assert table[0][0].value in {"序号", "申报单位"}
        assert last is None or table[-1][2].value == last


def test_the_plan_is_made_to_be_signed(tmp_path: Path) -> None:
    """Below the plan there is a line each for who made, checked and approved it, and for the day."""
    texts = _texts(_written(tmp_path / "p.xlsx")["申报方案"])
    assert texts[-6:] == ["编制：", "日期：", "复核：", "日期：", "批准：", "日期："]


def test_what_insisting_changes_is_told(tmp_path: Path) -> None:
    """Of what something else outbids: which claims come and go, without the name of its own applicant."""
    gone = Moved("1", Text("B · P1 · 设备更新 · 2030", "B · P1 · renewal · 2030"), 300_000_000, None)
    new = Moved("9", Text("星河 · P9 · 设备更新 · 2031", "X · P9 · renewal · 2031"), None, 100_000_000)
    for proven, said in ((True, "（万元）"), (False, "（万元，未能在时限内证明）")):
        told = {("P9", "renewal"): Insisted(None, 200_000_000, (gone, new), proven)}
        write_plan_workbook(tmp_path / "p.xlsx", plan(claim(1)), "zh", told)
        rows = _table(openpyxl.load_workbook(tmp_path / "p.xlsx")["未申报原因"], "申报单位")
        assert rows[1][3] == (
            f"若坚持申报，方案的变化{said}：\n"
            "− 300.00  P1 · 设备更新 · 2030\n+ 100.00  星河 · P9 · 设备更新 · 2031"
        )


@pytest.mark.parametrize("name", ["\x1b[31m红", "a\u202eb", "x\ny"])
def test_names_are_shown_harmlessly(tmp_path: Path, name: str) -> None:
    """Control characters and direction overrides of a name are visible escapes in the sheets."""
    path = tmp_path / "p.xlsx"
    write_plan_workbook(path, plan(claim(1, name=name)), "zh")
    shown = next(text for text in _texts(openpyxl.load_workbook(path)["申报方案"]) if "（A）" in text)
    assert re.fullmatch(r"(␛\[31m红|a\\u202eb|x␊y)（A）", shown)


def test_sheets_are_ready_to_print(tmp_path: Path) -> None:
    """Landscape, one page wide, the header frozen and on every page, pages numbered.

    Where a sheet has headers of several tables none is repeated: it would stand above rows of another one.
    """
    for sheet in _written(tmp_path / "p.xlsx"):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # As wide as A4, or a tenth more, so that print stays as large as it is set.
        assert sum(column.width or 0 for column in sheet.column_dimensions.values()) <= WIDEST
        # One page wide is what the attribute means when it is left out.
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        headers = sum(row[0].fill.fgColor.rgb.endswith(HEADER) for row in sheet.iter_rows())
        assert (sheet.freeze_panes is not None) == (headers == 1)
        assert (sheet.print_title_rows is not None) == (headers == 1)
        assert sheet.oddFooter.center.text == "&P / &N"
        printed = (sheet.oddHeader, sheet.oddFooter)
        parts = [part.text or "" for band in printed for part in (band.left, band.center, band.right)]
        assert not any("&D" in text or "&T" in text for text in parts)


def test_rows_are_as_high_as_their_text(tmp_path: Path) -> None:
    """A row has room for its lines, and an id is not torn from its brackets where a name is long."""
    write_plan_workbook(tmp_path / "p.xlsx", plan(claim(1, name="很" * 19)), "zh")
    sheet = openpyxl.load_workbook(tmp_path / "p.xlsx")["申报方案"]
    cell = next(c for row in sheet.iter_rows() for c in row if "很" in str(c.value))
    assert cell.value == "很" * 19 + "\n（A）"
    assert (sheet.row_dimensions[cell.row].height or 0) >= 2 * 13


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    """A workbook does not depend on the day or the path it is written to."""
    for name in ("a.xlsx", "b.xlsx"):
        write_plan_workbook(tmp_path / name, plan(claim(1)), "zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_plan_is_a_workbook_too(tmp_path: Path) -> None:
    """A plan without claims says that there are none, and its total is zero."""
    write_plan_workbook(tmp_path / "p.xlsx", plan(), "zh")
    texts = _texts(openpyxl.load_workbook(tmp_path / "p.xlsx")["申报方案"])
    assert any("没有可以申报的项目" in text for text in texts)
