"""What it would take, as a workbook: the changes of facts, what the next steps bring, what may change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.portfolio.xlsx_output import new_workbook
from subvent.questions.takes.result import Answers, Bound, FactChange, Rate, Way
from subvent.report import text_takes as words
from subvent.report.text_changes import change_lines
from subvent.report.text_takes import Sentences
from subvent.report.workbook_cells import Across, Middle, Shown, Wan
from subvent.report.workbook_page import Formats, Output, Page

_NAME, _TITLE = Text("还差什么", "What it takes"), Text("要申报它，还差什么", "What it would take")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("资料行", "Row"), 14),
    (Text("事实", "Fact"), 22),
    (Text("现在", "Now"), 15),
    (Text("要改为", "Has to be"), 20),
    (Text("相差", "By"), 14),
    (Text("合计变化\n（万元）", "Total changes\n(万元)"), 13),
    (Text("改后合计\n（万元）", "Total then\n(万元)"), 13),
    (Text("它的金额\n（万元）", "It brings\n(万元)"), 13),
    (Text("改后的方案", "The plan then"), 36),
)
_STEPS = Text("每改一步", "Next steps")
_STEPS_TITLE = Text("每改动一步，最优方案的合计变多少", "What the next step of a fact does to the best total")
_STEP_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("资料行", "Row"), 16),
    (Text("事实", "Fact"), 26),
    (Text("一步", "Step"), 16),
    (Text("合计变化\n（万元）", "Total changes\n(万元)"), 13),
    (Text("下一个跳变", "Next jump"), 54),
    (Text("最后一步\n（万元）", "Its last step\n(万元)"), 13),
    (Text("与现在相比\n（万元）", "In all\n(万元)"), 13),
    (Text("此后每步\n（万元）", "Each step on\n(万元)"), 13),
)
_FIELDS = Text("改动范围", "What may change")
_FIELD_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("资料行", "Row"), 24),
    (Text("事实", "Fact"), 44),
    (Text("是否尝试", "Tried"), 18),
)
_TRIED, _NOT_TRIED = Text("允许改动", "may change"), Text("没有试", "not tried")
_TO: dict[Bound, Text] = {
    "least": Text("达到 {after}", "{after} or more"),
    "most": Text("不超过 {after}", "{after} or less"),
    "is": Text("{after}", "{after}"),
    "any": Text("填写即可（按 {after} 计算）", "any value (reckoned with {after})"),
}
_DAY_TO: dict[Bound, Text] = {
    "least": Text("不早于 {after}", "{after} or later"),
    "most": Text("不晚于 {after}", "{after} or earlier"),
}
_UNWRAPPED, _MOST_CHANGES = 10_000, 8
"""Columns that no line needs; changes of the plan that are told of one way."""


def write_takes_workbook(path: Path, found: Answers, language: Language) -> None:
    """Write what it would take to `path` as .xlsx; an existing file is replaced.

    The sheets are 还差什么, 每改一步 where some step changes the total, and 改动范围, or their English names.
    Raises SubventError when the file cannot be written.
    """
    said = Sentences(found, language, _UNWRAPPED)
    with new_workbook(path, overwrite=True, title=_TITLE.in_(language)) as book:
        output = Output(book, Formats(book), language, {})
        _write_answers(Page(output, _NAME, _COLUMNS), found, said)
        if found.rates:
            _write_rates(Page(output, _STEPS, _STEP_COLUMNS), found.rates, said)
        _write_fields(Page(output, _FIELDS, _FIELD_COLUMNS), found)


def _write_answers(page: Page, found: Answers, said: Sentences) -> None:
    page.title(_TITLE)
    page.remark(harmless(Path(found.file).name) + f"  SHA-256 {found.sha256}")
    for line in said.meaning():
        page.remark(line)
    page.header(repeat=True)
    for one in found.takes:
        page.heading([Across(len(_COLUMNS), harmless(said.title(one)))])
        _across(page, said.now(one))
        for line in said.stuck(one):
            _across(page, line.strip())
        for head, ways in said.stages(one):
            if ways:
                _across(page, head, bold=True)
            for number, way in enumerate(ways, 1):
                _write_way(page, number, way, found, said)
        for line in filter(None, (said.never(one), *said.unsearched(one))):
            _across(page, line)


def _across(page: Page, text: str, **extra: Any) -> None:
    page.write([Across(len(_COLUMNS), harmless(text))], **extra)


def _write_way(page: Page, number: int, way: Way, found: Answers, said: Sentences) -> None:
    """A row a fact; what comes of all of them together beside the first."""
    changes = change_lines(way.changes, found.words, page.language, _UNWRAPPED, _MOST_CHANGES)
    plan = "\n".join([said.outcome(way), *(harmless(line.strip()) for line in changes)])
    amounts: list[Shown] = [Wan(way.gain_fen), Wan(way.total_fen), Wan(way.fen), plan]
    for place, fact in enumerate(way.facts):
        first = place == 0
        page.write([number if first else None, *_fact(page, fact), *(amounts if first else [None] * 4)])


def _fact(page: Page, fact: FactChange) -> list[Shown]:
    to = (_DAY_TO if words.is_day(fact) else _TO).get(fact.bound, _TO[fact.bound])
    further = (words.ALONG if fact.implied else None, words.PAST if fact.past else None)
    label = "".join((page.say(fact.label), *(page.say(one) for one in further if one is not None)))
    return [
        harmless(fact.row),
        harmless(label),
        harmless(page.say(fact.shown_before)),
        harmless(page.say(to).format(after=page.say(fact.shown_after))),
        harmless(page.say(fact.by)) if fact.by else None,
    ]


def _write_rates(page: Page, rates: Sequence[Rate], said: Sentences) -> None:
    page.title(_STEPS_TITLE)
    page.header(repeat=True)
    for rate in rates:
        jump = rate.jump
        facts = "\n".join(words.fact_said(fact, page.language) for fact in jump.facts) if jump else ""
        page.write(
            [
                harmless(rate.row),
                harmless(page.say(rate.label)),
                said.step(rate),
                _wan(rate.gain_fen),
                "\n".join(map(harmless, facts.split("\n"))),
                _wan(jump.step_fen if jump else None),
                _wan(jump.gain_fen if jump else None),
                _wan(jump.then_fen if jump else None),
            ]
        )


def _wan(fen: int | None) -> Wan | None:
    return None if fen is None else Wan(fen)


def _write_fields(page: Page, found: Answers) -> None:
    """What was allowed to change, and what was left out because it has happened or was chosen."""
    page.title(_FIELDS)
    page.header(repeat=True)
    first = page.row
    for listed, tried in ((found.allowed, _TRIED), (found.left_out, _NOT_TRIED)):
        for row, label in listed:
            page.write([harmless(row), harmless(page.say(label)), Middle(page.say(tried))])
    page.filter(first)
