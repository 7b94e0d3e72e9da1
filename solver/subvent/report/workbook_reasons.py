"""The sheet 未申报原因: what is not claimed, why, how far off it is, and what missing facts are worth."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.workbook import Workbook

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.report.workbook_page import Formats, Page, Wan, lines, named, phrases, sources
from subvent.result import Finding, Plan, Reason, Unclaimed

_NAME = Text("未申报原因", "Not claimed")
_TITLE = Text("未申报的项目与类别，及其原因", "What is not claimed, and why")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("申报单位", "Applicant"), 20),
    (Text("申报对象", "Subject"), 24),
    (Text("类别", "Benefit"), 17),
    (Text("原因", "Reason"), 15),
    (Text("具体情况", "In particular"), 44),
    (Text("单独可得（万元）", "Worth by itself (万元)"), 15),
    (Text("若坚持申报，合计减少（万元）", "Insisting on it costs (万元)"), 15),
    (Text("依据", "Article"), 24),
    (Text("原文", "Words of the document"), 36),
)
_REASONS: dict[Reason, Text] = {
    "unmet": Text("条件不满足", "conditions not met"),
    "closed": Text("不在申报期内", "closed"),
    "unknown": Text("缺少事实", "facts missing"),
    "outbid": Text("有更优的组合", "outbid by a better set"),
}
_NONE = Text("所有项目和类别都已列入申报计划。", "Everything is in the plan.")
_UNKNOWN = Text("尚未填写的事实，及其可能的价值", "Facts nobody stated, and what they may be worth")
_UNKNOWN_COLUMNS = (
    Text("行", "Row"),
    Text("事实", "Fact"),
    Text("字段", "Field"),
    Text("至多可得（万元）", "At most (万元)"),
    Text("关系到的申报", "Claims that hang on it"),
)


def write_reasons(book: Workbook, formats: Formats, language: Language, plan: Plan) -> None:
    """Add the sheet: a row a finding, then the facts that are missing."""
    page = Page(book, formats, language, _NAME, _COLUMNS)
    page.title(_TITLE)
    page.header(repeat=True)
    names = {claim.applicant: claim.applicant_name for claim in plan.claims}
    if not plan.not_claimed:
        page.write([None, page.say(_NONE)])
    for entry in plan.not_claimed:
        _write_entry(page, entry, names.get(entry.applicant, ""))
    if plan.unknown:
        page.section(_UNKNOWN)
        page.header(_UNKNOWN_COLUMNS)
        subjects = {entry.subject: entry.subject_name for entry in plan.not_claimed}
        labels = {entry.benefit: page.say(entry.benefit_label) for entry in plan.not_claimed}
        for fact in plan.unknown:
            claims = lines(f"{named(subjects.get(s, ''), s)} · {labels.get(b, b)}" for s, b in fact.claims)
            worth = Wan(fact.worth_fen) if fact.worth_fen is not None else None
            page.write([harmless(fact.row), page.say(fact.label), harmless(fact.field), worth, claims])


def _write_entry(page: Page, entry: Unclaimed, applicant_name: str) -> None:
    """Every finding has a row; what is said of the whole stands in each, so that rows can be filtered."""
    whole = (
        named(applicant_name, entry.applicant),
        named(entry.subject_name, entry.subject),
        page.say(entry.benefit_label),
        page.say(_REASONS[entry.reason]),
    )
    worth = Wan(entry.worth_fen) if entry.worth_fen is not None else None
    loss = Wan(entry.loss_fen) if entry.loss_fen is not None else None
    cited = [use.citation for use in entry.rules]
    if not entry.findings:
        page.write([*whole, None, worth, loss, sources(cited, page.language), phrases(cited)])
    for finding in entry.findings:
        citations = finding.citations or cited
        page.write(
            [
                *whole,
                _finding(page, finding),
                worth,
                loss,
                sources(citations, page.language),
                phrases(citations),
            ]
        )


def _finding(page: Page, finding: Finding) -> str:
    """What was found, its year where it is about one, and the shortfall below it."""
    year = f"{finding.year}：" if finding.year is not None else ""
    shortfall = page.say(finding.shortfall) if finding.shortfall is not None else ""
    return lines((year + page.say(finding.text), shortfall))
