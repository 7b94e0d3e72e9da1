"""The sheet that explains how to fill in the others, made from the vocabulary."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook

from subvent.portfolio.template_format import Formats, height_of
from subvent.portfolio.vocabulary import Field, Vocabulary
from subvent.portfolio.xlsx_columns import Column, header, money_units
from subvent.portfolio.xlsx_sheet import EXAMPLE, GUIDE_SHEET

_WIDTHS = (12, 34, 8, 22, 80)
_TITLES = ("工作表", "列", "必填", "填什么", "说明")
_KINDS = {
    "id": "编号（文字，全表唯一）",
    "text": "文字",
    "flag": "是 / 否",
    "integer": "整数",
    "year": "四位年份",
    "years": "年份，可多个",
    "date": "日期",
    "money": "金额（数字）",
    "quantity": "数字",
    "percent": "百分数（写 20 表示 20%）",
    "code": "代码（文本格式）",
    "choice": "选一个",
    "choices": "可选多个",
    "ref": "另一张表的编号",
    "refs": "另一张表的编号，可多个",
}


def write_guide(book: Workbook, formats: Formats, vocabulary: Vocabulary) -> None:
    """Add the sheet: how to fill in, then every column of every sheet with its meaning."""
    sheet = book.add_worksheet(GUIDE_SHEET)
    for number, width in enumerate(_WIDTHS):
        sheet.set_column(number, number, width)
    sheet.write_string(0, 0, "填写说明", formats.title)
    row = 2
    for line in _notes(vocabulary):
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", formats.text)
        sheet.write_string(row, 0, line, formats.text)
        row += 1
    row += 1
    for number, title in enumerate(_TITLES):
        sheet.write_string(row, number, title, formats.header(required=False))
    sheet.repeat_rows(row)
    sheet.freeze_panes(row + 1, 0)
    for spec in vocabulary.all_lists:
        for field in spec.fields:
            row += 1
            cells = (
                spec.sheet,
                _heading(field),
                "必填" if field.required else "",
                _kind(field),
                field.help.zh,
            )
            sheet.set_row(row, max(map(height_of, cells, _WIDTHS)))
            for number, text in enumerate(cells):
                sheet.write_string(row, number, text, formats.text)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def _notes(vocabulary: Vocabulary) -> list[str]:
    units = "、".join(f"（{unit.label.zh}）" for unit in money_units(vocabulary))
    sheets = "、".join(spec.sheet for spec in vocabulary.all_lists)
    return [
        f"1. 各表：{sheets}。没有内容的表可以留空，表的次序不限，表名和列名不要改。底色较深的列和项必填。",
        "2. 不知道的留空：空着表示“不知道”，不等于“否”，也不等于 0。结果里会说明缺哪一项、值多少。",
        f"3. 金额的单位写在列名里，可改为{units}之一，整列按它计；单元格里只填数字，不要千分位逗号和文字。",
        "4. 代码和编号按文本填写（先设单元格格式为“文本”），否则 0610 会变成 610。",
        "5. 按年填写的内容一年一列，列名写作“2024年……”；需要更多年份，照样加列即可。一格填多项时用、分开。",
        f"6. 编号以“{EXAMPLE}”开头的行是示例，不会被读取；填好后整行删去。",
        "7. “序号”列和列名以“备注”开头的列不会被读取。不要合并单元格；公式要先计算再保存。",
        "8. 以单元格显示的为准：格式显示的单位与列名不同、日期没有显示出年月日的，不予读取，会提示改法。",
    ]


def _heading(field: Field) -> str:
    """The field's header; a map by year shows where the year stands."""
    if not field.keys:
        return header(Column(field))
    named = header(Column(field))
    parts = "".join(f"·{'/'.join(c.label.zh for c in key.choices)}" for key in field.keys if key.choices)
    year = "〔年份〕年" if field.keys[0].type == "year" else ""
    return f"{year}{named}{parts}"


def _kind(field: Field) -> str:
    if field.keys and field.keys[0].type not in {"year", "choice"}:
        return f"{'/'.join(key.label.zh for key in field.keys)}=数值，可多项"
    if field.choices and field.type == "choice":
        return "、".join(choice.label.zh for choice in field.choices[:6])
    return _KINDS.get(field.value_type, "文字")
