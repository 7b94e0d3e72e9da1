"""The sheets 材料清单 and 时间安排: what to prepare and do for each claim, to be ticked off."""

from __future__ import annotations

from collections.abc import Sequence

from subvent.diagnostics import Citation, Text
from subvent.display import harmless
from subvent.report.workbook_cells import Across, Middle
from subvent.report.workbook_page import Output, Page, named
from subvent.result import Claim, Consequence, Plan, RuleUse

_TICK = "☐"
_WITHOUT = Text(
    "其余各项申报：手边的文件没有给出材料与受理时间，以当年的申报指南为准。",
    "For all other claims the documents at hand give no materials and no window: see the guide of the year.",
)
_NONE_WITH = Text(
    "手边的文件没有给出本方案各项申报的材料与受理时间，以当年的申报指南为准。",
    "The documents at hand give no materials and no window for any claim of this plan: see the guide of the "
    "year.",
)
_MATERIALS, _MATERIALS_TITLE = Text("材料清单", "Materials"), Text("材料清单", "Materials of every claim")
_MATERIAL_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("完成", "Done"), 7),
    (Text("材料", "Document"), 66),
    (Text("依据与原文（每项之内只引一次）", "Article and its words (quoted once a claim)"), 72),
)
_STEPS, _STEPS_TITLE = Text("时间安排", "Schedule"), Text("时间安排", "Steps and dates of every claim")
_STEP_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("完成", "Done"), 7),
    (Text("步骤", "Step"), 56),
    (Text("起", "From"), 12),
    (Text("止", "Until"), 12),
    (Text("依据与原文（每项之内只引一次）", "Article and its words (quoted once a claim)"), 60),
)
_ENTITLEMENTS = Text("不计金额的权益", "Benefits without amount")
_DUTIES = Text("须履行的义务", "Duties")


def write_to_do(output: Output, plan: Plan, claims: Sequence[Claim]) -> None:
    """Add both sheets, with the claims numbered as in the plan's first sheet.

    The second ends with the benefits without amount and the duties.
    """
    numbered = list(enumerate(claims, 1))
    page = Page(output, _MATERIALS, _MATERIAL_COLUMNS)
    _begin(page, _MATERIALS_TITLE, [bool(claim.materials) for claim in claims])
    for number, claim in numbered:
        quoted: set[Citation] = set()
        if claim.materials:
            _heading(page, number, claim)
        for place, material in enumerate(claim.materials, 1):
            text = harmless(page.say(material.text))
            page.write([place, Middle(_TICK), text, _law(page, material.rules, quoted)])
    page = Page(output, _STEPS, _STEP_COLUMNS)
    _begin(page, _STEPS_TITLE, [bool(claim.steps) for claim in claims])
    for number, claim in numbered:
        quoted = set()
        if claim.steps:
            _heading(page, number, claim)
        for place, step in enumerate(claim.steps, 1):
            days = [Middle(day.isoformat()) if day else None for day in (step.first, step.last)]
            text, law = harmless(page.say(step.text)), _law(page, step.rules, quoted)
            page.write([place, Middle(_TICK), text, *days, law])
    _consequences(page, _ENTITLEMENTS, plan.entitlements)
    _consequences(page, _DUTIES, plan.duties)


def _begin(page: Page, title: Text, given: Sequence[bool]) -> None:
    """The top of a sheet; `given`: of which claims it has anything."""
    page.title(title)
    if not all(given):
        page.remark(page.say(_WITHOUT if any(given) else _NONE_WITH))
    page.header(repeat=True)


def _heading(page: Page, number: int, claim: Claim) -> None:
    applicant = named(claim.applicant_name, claim.applicant)
    subject = named(claim.subject_name, claim.subject)
    title = f"{claim.year}  {applicant}  {subject}  {page.say(claim.benefit_label)}"
    page.heading([number, Across(len(page.columns) - 1, title)])


def _consequences(page: Page, title: Text, entries: Sequence[Consequence]) -> None:
    if not entries:
        return
    page.section(title)
    quoted: set[Citation] = set()
    for place, entry in enumerate(entries, 1):
        page.write(
            [
                place,
                Across(4, harmless(page.say(entry.text))),
                None,
                None,
                None,
                _law(page, entry.rules, quoted),
            ]
        )


def _law(page: Page, rules: Sequence[RuleUse], quoted: set[Citation]) -> str:
    return page.cite((use.citation for use in rules), quoted)
