"""The totals of a batch as a workbook: by year, document, benefit and applicant, and what is summed up.

The sheets of files, applicants and claims begin with their header: other programs read them as tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from xlsxwriter.workbook import Workbook

from subvent.diagnostics import Language, Place, SubventError, Text, diagnostic
from subvent.display import harmless
from subvent.money import from_yuan
from subvent.portfolio.xlsx_output import TOO_LARGE, new_workbook
from subvent.report.outcome import Listed, Outcome, counts
from subvent.report.workbook_cells import Shown, Wan, Yuan
from subvent.report.workbook_page import Formats, Output, Page, lines

_Key = TypeVar("_Key")

_MOST_ROWS = 1_000_000
"""Rows of a table; a sheet of Excel takes a few more."""
_TITLE = Text("批量规划合计", "Totals of the batch")
_FILE, _APPLICANT, _SUBJECT = Text("资料", "File"), Text("申报单位", "Applicant"), Text("申报对象", "Subject")
_APPLICANT_NAME, _SUBJECT_NAME = (
    Text("申报单位名称", "Applicant's name"),
    Text("申报对象名称", "Subject's name"),
)
_YEAR, _BENEFIT, _DOCUMENT = Text("年度", "Year"), Text("类别", "Benefit"), Text("政策文件", "Document")
_CLAIMS, _ONE_YEAR = Text("项数", "Claims"), Text("{0}年（万元）", "{0} (万元)")
_WAN, _YUAN = Text("金额上限（万元）", "At most (万元)"), Text("金额上限（元）", "At most (yuan)")
_BOUND = Text("已证明的上界（万元）", "Proven bound (万元)")
_STATUS, _WARNINGS = Text("结果", "Result"), Text("警告数", "Warnings")
_WRITTEN, _WRONG = Text("方案文件", "Plan's files"), Text("有误之处", "What is wrong")
_TOTAL = Text("合计", "Total")
_STATUSES = {
    "optimal": Text("已证明最优", "proven optimal"),
    "feasible": Text("未证明最优", "not proven optimal"),
}
_NONE = Text("没有方案", "no plan")
_COUNTED = Text(
    "{files} 份资料：已证明最优 {optimal} 份，未证明最优 {feasible} 份，没有方案 {none} 份。",
    "Files: {files}; proven optimal: {optimal}, not proven optimal: {feasible}, without a plan: {none}.",
)
_CEILING = Text(
    "金额为文件规定的上限（不超过），不是预测；以主管部门审定为准。",
    "Amounts are ceilings in the words of the documents, not forecasts; the authority decides.",
)
_WIDTHS = (30, 40, 10, 20, 22)


class Row(NamedTuple):
    """A claim, with the name of the file that it is planned for."""

    file: str
    claim: Listed


def write_totals(path: Path, outcomes: Sequence[Outcome], language: Language) -> None:
    """Write the totals of a batch to `path` as .xlsx; an existing file is replaced.

    Raises SubventError when the file cannot be written, or there are more claims than a sheet takes.
    """
    rows = [Row(str(one.file), claim) for one in outcomes for claim in one.claims]
    if max(len(rows), len(outcomes)) > _MOST_ROWS:
        raise SubventError(diagnostic("xlsx.cannot-write", Place(str(path)), reason=TOO_LARGE))
    with new_workbook(path, overwrite=True, title=_TITLE.in_(language)) as book:
        _write(book, outcomes, rows, language)


def _write(book: Workbook, outcomes: Sequence[Outcome], rows: Sequence[Row], language: Language) -> None:
    output = Output(book, Formats(book), language, {})
    _write_totals(output, outcomes, rows)
    _write_files(output, outcomes)
    _write_applicants(output, rows)
    _write_claims(output, rows)


def _write_totals(output: Output, outcomes: Sequence[Outcome], rows: Sequence[Row]) -> None:
    page = Page(output, _TOTAL, [(Text("", ""), width) for width in _WIDTHS])
    page.title(_TITLE)
    page.remark(page.say(_COUNTED).format(**counts(outcomes)._asdict()))
    page.remark(page.say(_CEILING))
    claims = [row.claim for row in rows]
    _write_table(page, (_YEAR,), claims, lambda claim: (claim.year,))
    _write_table(page, (_DOCUMENT,), claims, lambda claim: (claim.document,))
    # A name may stand for benefits of several packs.
    _write_table(
        page,
        (_BENEFIT, _DOCUMENT),
        claims,
        lambda claim: (page.say(claim.benefit_label), claim.document),
    )


def _write_table(
    page: Page,
    titles: Sequence[Text],
    claims: Sequence[Listed],
    key: Callable[[Listed], tuple[str | int, ...]],
) -> None:
    """The sums of the claims that are alike, and of all."""
    page.gap()
    page.header([*titles, _CLAIMS, _WAN, _YUAN])
    blank: list[Shown] = [None] * (len(titles) - 1)
    for named, found in sorted(_together(claims, key).items()):
        page.write([*_harmless(named), *_sums(found)])
    page.total([page.say(_TOTAL), *blank, *_sums(claims)])


def _write_files(output: Output, outcomes: Sequence[Outcome]) -> None:
    columns = (
        (_FILE, 36), (_STATUS, 14), (_CLAIMS, 8), (_WAN, 18), (_BOUND, 18), (_YUAN, 20), (_WARNINGS, 9),
        (_WRITTEN, 36), (_WRONG, 60),
    )  # fmt: skip
    page = Page(output, Text("各份资料", "Files"), columns)
    page.header(repeat=True)
    first = page.row
    for one in outcomes:
        page.write([harmless(str(one.file)), *_of_plan(page, one), *_told(page, one)])
    page.filter(first)


def _of_plan(page: Page, one: Outcome) -> Iterator[Shown]:
    if (plan := one.plan) is None:
        yield from (page.say(_NONE), None, None, None, None, None)
        return
    total, bound = from_yuan(plan.total_yuan), from_yuan(plan.bound_yuan)
    yield page.say(_STATUSES[plan.status])
    yield from (int(plan.claims), Wan(total), Wan(bound), Yuan(total), int(plan.warnings))


def _told(page: Page, one: Outcome) -> Iterator[Shown]:
    yield lines(map(str, one.written))
    said = (f"{found.place}: {page.say(found.what)}" for found in one.diagnostics)
    yield lines(text.removeprefix("None: ") for text in said)


def _write_applicants(output: Output, rows: Sequence[Row]) -> None:
    years = sorted({row.claim.year for row in rows})
    columns = [(_FILE, 36), (_APPLICANT, 18), (_APPLICANT_NAME, 30), (_CLAIMS, 8)]
    columns += [(Text(_ONE_YEAR.zh.format(year), _ONE_YEAR.en.format(year)), 16) for year in years]
    page = Page(output, Text("申报单位", "Applicants"), [*columns, (_WAN, 18), (_YUAN, 20)])
    page.header(repeat=True)
    first = page.row
    alike = _together(rows, lambda row: (row.file, row.claim.applicant, row.claim.applicant_name))
    for who, found in alike.items():
        claims = [row.claim for row in found]
        count, *sums = _sums(claims)
        by_year = [Wan(sum(claim.fen for claim in claims if claim.year == year)) for year in years]
        page.write([*_harmless(who), count, *by_year, *sums])
    page.filter(first)


def _write_claims(output: Output, rows: Sequence[Row]) -> None:
    columns = (
        (_FILE, 36), (_APPLICANT, 18), (_APPLICANT_NAME, 30), (_SUBJECT, 18), (_SUBJECT_NAME, 30),
        (_BENEFIT, 22), (_YEAR, 8), (_DOCUMENT, 30), (_WAN, 18), (_YUAN, 20),
    )  # fmt: skip
    page = Page(output, Text("各项申报", "Claims"), columns)
    page.header(repeat=True)
    first = page.row
    for file, claim in rows:
        who = (file, claim.applicant, claim.applicant_name, claim.subject, claim.subject_name)
        what = (page.say(claim.benefit_label), claim.year, claim.document)
        page.write([*_harmless((*who, *what)), Wan(claim.fen), Yuan(claim.fen)])
    page.filter(first)


def _together(
    given: Iterable[_Key], key: Callable[[_Key], tuple[str | int, ...]]
) -> dict[tuple[str | int, ...], list[_Key]]:
    found: defaultdict[tuple[str | int, ...], list[_Key]] = defaultdict(list)
    for one in given:
        found[key(one)].append(one)
    return found


def _sums(claims: Sequence[Listed]) -> Sequence[Shown]:
    fen = sum(claim.fen for claim in claims)
    return len(claims), Wan(fen), Yuan(fen)


def _harmless(shown: Iterable[str | int]) -> list[Shown]:
    return [harmless(one) if isinstance(one, str) else one for one in shown]
