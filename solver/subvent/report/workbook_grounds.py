"""The sheet 逐条依据: for every claim its amount in stages and the steps of its proof, in the law's words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xlsxwriter.workbook import Workbook

from subvent.diagnostics import Language, Place, Text
from subvent.display import harmless
from subvent.report.workbook_page import (
    Exact,
    Formats,
    Indented,
    Page,
    Yuan,
    fraction_note,
    lines,
    named,
    phrases,
    sources,
)
from subvent.result import Claim, Plan, Stage, Step

_NAME = Text("逐条依据", "Grounds")
_TITLE = Text("逐条依据", "Grounds of every claim")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("理由与计算", "Reasons and amounts"), 60),
    (Text("金额（元）", "Amount (yuan)"), 19),
    (Text("依据", "Article"), 32),
    (Text("原文", "Words of the document"), 56),
    (Text("事实出处", "Where it is stated"), 20),
)
_AMOUNT = Text("金额的计算", "How the amount comes about")
_CONDITIONS = Text("满足的条件", "Conditions that are met")
_RESULT = Text("不超过（舍去不足一分的部分）", "At most (parts of a fen are dropped)")
_SEE_ABOVE = Text("（理由同上）", " (as above)")
_REMARK = Text(
    "缩进的每一行是其上一行的理由，直至申报资料中填写的事实。",
    "Each indented line is a reason for the one above it, down to the facts of the portfolio.",
)


def write_grounds(
    book: Workbook, formats: Formats, language: Language, plan: Plan, claims: Sequence[Claim]
) -> None:
    """Add the sheet, with the claims numbered as in the plan's first sheet."""
    page = Page(book, formats, language, _NAME, _COLUMNS)
    page.title(_TITLE)
    page.remark(page.say(_REMARK))
    page.header(repeat=True)
    for number, claim in enumerate(claims, 1):
        _write_claim(page, number, claim, plan.steps)


def _write_claim(page: Page, number: int, claim: Claim, steps: Sequence[Step]) -> None:
    title = " · ".join(
        (
            str(claim.year),
            named(claim.applicant_name, claim.applicant),
            named(claim.subject_name, claim.subject),
            page.say(claim.benefit_label),
        )
    )
    citations = [use.citation for use in claim.rules]
    page.heading([number, title, Yuan(claim.fen), None, None, None])
    if claim.stages:
        page.write([None, page.say(_AMOUNT)], italic=True)
        for stage in claim.stages:
            page.write([None, Indented(1, _stage_text(page, stage)), *_stage_cells(page, stage), None])
        page.write([None, Indented(1, page.say(_RESULT)), Yuan(claim.fen), None, None, None], bold=True)
    if not claim.proof < len(steps):
        page.write([None, None, None, sources(citations, page.language), phrases(citations), None])
        return
    page.write([None, page.say(_CONDITIONS)], italic=True)
    for depth, step, again in outline(steps, claim.proof):
        text = harmless(page.say(step.text)) + (page.say(_SEE_ABOVE) if again else "")
        cited = () if again else step.citations
        page.write(
            [
                None,
                Indented(depth + 1, text),
                None,
                sources(cited, page.language),
                phrases(cited),
                _where(step.place),
            ]
        )


def _stage_text(page: Page, stage: Stage) -> str:
    return lines((page.say(stage.text), fraction_note(stage.yuan)))


def _stage_cells(page: Page, stage: Stage) -> tuple[Exact | str, str, str]:
    try:
        Fraction(stage.yuan)
    except (ValueError, ZeroDivisionError):
        amount: Exact | str = harmless(stage.yuan)
    else:
        amount = Exact(stage.yuan)
    return amount, sources(stage.citations, page.language), phrases(stage.citations)


def outline(steps: Sequence[Step], root: int) -> Iterator[tuple[int, Step, bool]]:
    """A proof as an outline: depth, step, and whether the step's reasons were given further up.

    A proof is a DAG: what several steps rest on is unfolded once, so that the outline stays as long as
    the proof.
    """
    unfolded: set[int] = set()
    waiting = [(0, root)]
    while waiting:
        depth, index = waiting.pop()
        step = steps[index]
        again = index in unfolded and bool(step.children)
        yield depth, step, again
        if index not in unfolded:
            unfolded.add(index)
            waiting += [(depth + 1, child) for child in reversed(step.children)]


def _where(place: Place | None) -> str:
    """Where in the portfolio a fact stands; the file is the same everywhere and is not repeated."""
    if place is None:
        return ""
    if place.sheet:
        return harmless(f"{place.sheet}!{place.cell}" if place.cell else place.sheet)
    return ":".join(str(n) for n in (place.line, place.column) if n)
