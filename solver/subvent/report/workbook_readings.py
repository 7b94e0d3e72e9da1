"""The sheet 解读与假设: what was proven, on which readings, assumptions and documents it rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from subvent.diagnostics import Text
from subvent.display import harmless
from subvent.report.text_strictness import (
    ALL_STRICT,
    BY_DEFAULT,
    COSTLIEST,
    NONE_LOWERS,
    NOT_PROVEN,
    SOME_TRIED,
)
from subvent.report.workbook_cells import Across, Middle, Shown, Wan, Yuan
from subvent.report.workbook_grounds import where
from subvent.report.workbook_page import Output, Page, lines
from subvent.result import Note, Plan, Strictness

_NAME = Text("解读与假设", "Readings")
_TITLE = Text("解读与假设", "Readings and assumptions")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("问题", "Question"), 36),
    (Text("采用的解读", "Answer taken"), 32),
    (Text("名称", "Name"), 22),
    (Text("是否默认", "Default"), 17),
    (Text("依据与原文", "Article and its words"), 50),
)
_YES, _NO = Text("默认", "default"), Text("另选", "chosen")
_RESULT = Text("结论", "Result")
_RESULT_COLUMNS = (
    Text("项", "Item"),
    Text("说明", "What it means"),
    Text("万元", "万元"),
    Text("元", "yuan"),
)
_TOTAL = Text("合计", "Total"), Text("方案中各项金额上限之和。", "The sum of the claims' ceilings.")
_BOUND = (
    Text("上界", "Bound"),
    Text(
        "任何合法组合都不超过此数，由整数证明得出。",
        "No lawful set of claims exceeds it; computed in integers.",
    ),
)
_GAP = (
    Text("尚未证明的差额", "Gap not proven"),
    Text("上界减合计；为零即已证明最优。", "Bound less total; zero is proof."),
)
_LOW = (
    Text("区间低端", "Low end of the range"),
    Text(
        "酌情或预计的部分取低端时，同一方案的合计。",
        "The same plan where what is discretionary or forecast is lowest.",
    ),
)
_HIGH = (
    Text("区间高端", "High end of the range"),
    Text(
        "酌情或预计的部分取高端时，同一方案的合计。",
        "The same plan where what is discretionary or forecast is highest.",
    ),
)
_STRICT = Text("解读从严", "Strict readings")
_BY_DEFAULT_MEANS = Text("每个问题都取默认解读时的合计。", "The total with every answer by default.")
_ALL_STRICT_MEANS = Text(
    "有先后次序的问题取最严的解读，其余问题取合起来最低的解读。",
    "The strictest answer of every chain; of the other questions those that together give least.",
)
_ALONE_MEANS = Text("仅此一问从严时的合计：", "The total with this answer alone strict: ")
_ASSUMPTIONS = Text("假设：未填写而视为没有的事实", "Assumptions: facts left out that count as none")
_WARNINGS = Text("提示", "Warnings")
_NOTE_COLUMNS = (
    Text("内容", "What"),
    Text("", ""),
    Text("", ""),
    Text("出处", "Where"),
    Text("依据与原文", "Article and its words"),
)
_INPUT = Text("输入与文件", "Input and documents")
_INPUT_COLUMNS = (
    Text("文件", "Document"),
    Text("标题", "Title"),
    Text("编号", "ID"),
    Text("版本", "Version"),
    Text("SHA-256", "SHA-256"),
)
_PORTFOLIO = Text("申报资料", "the portfolio")
_NO_NOTES = Text("无", "none")


def write_readings(output: Output, plan: Plan) -> None:
    """Add the sheet: open questions and their answers, the result, assumptions, warnings, input.

    What was chosen otherwise than by default stands first, in bold. No header is repeated in print: the
    tables have columns of their own, and the header of one would stand above the rows of another.
    """
    page = Page(output, _NAME, _COLUMNS)
    page.title(_TITLE)
    page.header()
    for use in sorted(plan.readings, key=lambda use: use.is_default):
        page.write(
            [
                page.say(use.label),
                page.say(use.answer_label),
                f"{use.name}={use.answer}",
                Middle(page.say(_YES if use.is_default else _NO)),
                page.cite([use.citation], set()),
            ],
            **({} if use.is_default else {"bold": True}),
        )
    _write_result(page, plan)
    if plan.strict is not None and plan.readings:
        _write_strict(page, plan.strict)
    _write_notes(page, _ASSUMPTIONS, plan.assumptions)
    _write_notes(page, _WARNINGS, plan.warnings)
    _write_input(page, plan)


def _write_result(page: Page, plan: Plan) -> None:
    page.section(_RESULT)
    page.header(_RESULT_COLUMNS)
    amounts = [(_TOTAL, plan.total_fen), (_BOUND, plan.bound_fen), (_GAP, plan.bound_fen - plan.total_fen)]
    if (plan.low_fen, plan.high_fen) != (plan.total_fen, plan.total_fen):
        amounts += [(_LOW, plan.low_fen), (_HIGH, plan.high_fen)]
    for (name, meaning), fen in amounts:
        page.write([page.say(name), page.say(meaning), Wan(fen), Yuan(fen)])


def _write_strict(page: Page, found: Strictness) -> None:
    """The totals by default and all strict, and the question that lowers the total most by itself."""
    page.section(_STRICT)
    page.header((*_RESULT_COLUMNS, *(title for title, _ in _COLUMNS[4:])))
    means = page.say(_ALL_STRICT_MEANS)
    if not found.every_combination:
        means = lines([means, page.say(SOME_TRIED).format(count=found.combinations)])
    totals = (
        (BY_DEFAULT, page.say(_BY_DEFAULT_MEANS), found.default_fen),
        (ALL_STRICT, means, found.strict_fen),
    )
    for name, meaning, fen in totals:
        amount: list[Shown] = [page.say(NOT_PROVEN), None] if fen is None else [Wan(fen), Yuan(fen)]
        page.write([page.say(name), meaning, *amount])
    one = found.costliest
    if one is None or one.total_fen is None:
        page.write([page.say(COSTLIEST), page.say(NONE_LOWERS)])
        return
    page.write(
        [
            lines([page.say(COSTLIEST), f"{one.name}={one.answer}"]),
            page.say(_ALONE_MEANS) + page.say(one.answer_label),
            Wan(one.total_fen),
            Yuan(one.total_fen),
            page.cite([one.citation], set()),
        ]
    )


def _write_notes(page: Page, title: Text, notes: Iterable[Note]) -> None:
    page.section(title)
    page.header(_NOTE_COLUMNS)
    rows: list[Sequence[Shown]] = [
        [
            Across(3, lines([page.say(note.text)])),
            None,
            None,
            where(note.place),
            page.cite(note.citations, set()),
        ]
        for note in notes
    ]
    for row in rows or [[page.say(_NO_NOTES)]]:
        page.write(row)


def _write_input(page: Page, plan: Plan) -> None:
    page.section(_INPUT)
    page.header(_INPUT_COLUMNS)
    page.write([harmless(Path(plan.file).name), page.say(_PORTFOLIO), None, None, plan.sha256])
    for policy in plan.policies:
        document, title = policy.document, page.say(policy.title)
        page.write([document, title, policy.id, Middle(policy.version), policy.sha256])
