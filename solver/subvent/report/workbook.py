"""The plan as a workbook for the auditor: the claims, their grounds, what was left out, what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.insisted import Insisted
from subvent.portfolio.xlsx_output import new_workbook
from subvent.report.workbook_cells import Named, Shown, Wan, Yuan
from subvent.report.workbook_grounds import write_grounds
from subvent.report.workbook_history import write_history
from subvent.report.workbook_page import Formats, Output, Page, short_titles, wan_text
from subvent.report.workbook_readings import write_readings
from subvent.report.workbook_reasons import write_reasons
from subvent.report.workbook_to_do import write_to_do
from subvent.result import Beside, Claim, Plan

_TITLE = Text("申报方案", "Claims to file")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("年度", "Year"), 7),
    (Text("申报单位", "Applicant"), 35),
    (Text("申报对象", "Subject"), 34),
    (Text("类别", "Benefit"), 19),
    (Text("金额上限（万元）", "At most (万元)"), 14),
    (Text("金额上限（元）", "At most (yuan)"), 17),
    (Text("依据", "Article"), 25),
)
_TOTAL, _SUBTOTAL = Text("合计", "Total"), Text("{0}年小计", "Subtotal {0}")
_BY_APPLICANT = Text("按申报单位汇总", "By applicant")
_BESIDE = Text("不计入合计", "Beside the total")
_NOTHING = Text(
    "没有可以申报的项目，原因见“未申报原因”。", "Nothing can be claimed; see the sheet “Not claimed”."
)
_SIGNED = Text("编制：", "Prepared:"), Text("复核：", "Checked:"), Text("批准：", "Approved:")
_DATE = Text("日期：", "Date:")
_CEILING = Text(
    "金额为文件规定的上限（不超过），不是预测；以主管部门审定为准。",
    "Amounts are ceilings in the words of the documents, not forecasts; the authority decides.",
)
_OPTIMAL = Text(
    "合计 {total}，已证明不存在合法且更高的组合。",
    "Total {total}; proven that no lawful set of claims brings more.",
)
_FEASIBLE = Text(
    "合计 {total}，合法，但未能在限定时间内证明最高；任何合法组合都不超过 {bound}。",
    "Total {total}: lawful, but not proven the best in the time given; no lawful set exceeds {bound}.",
)


def write_plan_workbook(
    path: Path,
    plan: Plan,
    language: Language,
    told: Mapping[tuple[str, str], Insisted] = MappingProxyType({}),
    properties: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write a plan to `path` as .xlsx of up to eight sheets, ready to print; an existing file is replaced.

    `told`: of subjects and benefits that something else outbids, what insisting on them changes.
    `properties` of the document are read by programs, not shown on a sheet.
    The sheets are 申报方案, 材料清单, 时间安排, 逐条依据, 未申报原因, 待补事实 if any fact is missing, 历史,
    解读与假设, or English ones.
    Amounts are numbers; nothing from the portfolio becomes a formula or a link. Raises SubventError when
    the file cannot be written, for instance because Excel holds it open.
    """
    claims = in_filing_order(plan.claims)
    with new_workbook(path, overwrite=True, title=_TITLE.in_(language)) as book:
        for name, value in properties.items():
            book.set_custom_property(name, value, "text")
        output = Output(book, Formats(book), language, short_titles(plan.policies, language))
        page = Page(output, Text("申报方案", "Plan"), _COLUMNS)
        listed = _write_claims(page, plan, claims)
        write_to_do(output, plan, claims)
        grounds, begins = write_grounds(output, plan, claims)
        for number, (row, target) in enumerate(zip(listed, begins, strict=True), 1):
            page.link(row, number, grounds, target)
            grounds.link(target, number, page, row, heading=True)
        write_reasons(output, plan, told)
        write_history(output, plan, claims)
        write_readings(output, plan)


def in_filing_order(claims: Iterable[Claim]) -> list[Claim]:
    """Claims as they are filed: by year, then applicant; within, in the plan's own order."""
    return sorted(claims, key=lambda claim: (claim.year, claim.applicant))


def _write_claims(page: Page, plan: Plan, claims: Sequence[Claim]) -> list[int]:
    """The rows that the claims stand in."""
    page.title(_TITLE)
    verdict = _OPTIMAL if plan.status == "optimal" else _FEASIBLE
    page.remark(page.say(verdict).format(total=wan_text(plan.total_fen), bound=wan_text(plan.bound_fen)))
    page.remark(page.say(_CEILING))
    page.remark(harmless(Path(plan.file).name) + f"  SHA-256 {plan.sha256}")
    page.header(repeat=True)
    if not claims:
        page.write([None, None, page.say(_NOTHING)])
    first, listed = page.row, []
    by_year: defaultdict[int, list[tuple[int, Claim]]] = defaultdict(list)
    for number, claim in enumerate(claims, 1):
        by_year[claim.year].append((number, claim))
    for year, members in by_year.items():
        for number, claim in members:
            listed.append(page.row)
            page.write(_row(page, number, claim))
        if len(by_year) > 1:
            fen = sum(claim.fen for _, claim in members)
            label = page.say(_SUBTOTAL).format(year)
            page.total([None, None, label, None, None, Wan(fen), Yuan(fen), None])
    page.filter(first)
    page.total([None, None, page.say(_TOTAL), None, None, Wan(plan.total_fen), Yuan(plan.total_fen), None])
    _write_by_applicant(page, claims)
    _write_beside(page, plan)
    page.sign(_SIGNED, _DATE)
    return listed


def _row(page: Page, number: int, claim: Claim) -> Sequence[Shown]:
    return (
        number,
        claim.year,
        Named(claim.applicant_name, claim.applicant),
        Named(claim.subject_name, claim.subject),
        page.say(claim.what),
        Wan(claim.fen),
        Yuan(claim.fen),
        page.cite(claim.governed),
    )


def _write_by_applicant(page: Page, claims: Sequence[Claim]) -> None:
    """The same money by applicant, where there is more than one."""
    sums: dict[str, int] = defaultdict(int)
    names = {c.applicant: Named(c.applicant_name, c.applicant) for c in claims}
    for claim in claims:
        sums[claim.applicant] += claim.fen
    if len(sums) < 2:  # noqa: PLR2004 - one applicant has the total above
        return
    page.section(_BY_APPLICANT)
    for applicant in sorted(sums):
        fen = sums[applicant]
        page.write([None, None, names[applicant], None, None, Wan(fen), Yuan(fen), None])


def _write_beside(page: Page, plan: Plan) -> None:
    """What stands beside the total, with the sum of each benefit."""
    held = [total for total in plan.beside_total if total.lines]
    if not held:
        return
    page.section(_BESIDE)
    for total in held:
        for line in total.lines:
            page.write(_beside_row(page, line))
        page.total(
            [None, None, page.say(_TOTAL), None, page.say(total.label), Wan(total.fen), Yuan(total.fen), None]
        )


def _beside_row(page: Page, line: Beside) -> Sequence[Shown]:
    return (
        None,
        None,
        Named(line.applicant_name, line.applicant),
        Named(line.subject_name, line.subject),
        page.say(line.benefit_label),
        Wan(line.fen),
        Yuan(line.fen),
        page.cite(use.citation for use in line.rules),
    )
