"""The sheet 历史: what was filed before, and the plan's claims in the columns of the portfolio's own 历史."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from subvent.diagnostics import Text
from subvent.report.text_history import EARLIER
from subvent.report.workbook_cells import Across, Shown, Wan
from subvent.report.workbook_page import Output, Page
from subvent.result import Claim, Plan

_NAME, _TITLE = Text("历史", "History"), Text("申报历史，连同本方案", "The history, and this plan")
_COLUMNS: Sequence[tuple[Text, int]] = tuple(
    (Text(title, title), width)
    for title, width in (
        ("申报单位", 22), ("申报对象", 22), ("申报类别", 24), ("申报年度", 11), ("状态", 12),
        ("金额（万元）", 16), ("所归项目", 22),
    )
)  # fmt: skip
"""As the portfolio's own sheet has them, which is Chinese in every language."""
_HOW = (
    Text(
        "某年的申报报出后，把该年各行原样复制到资料工作簿的“历史”表，即不再重复规划。",
        "Once a year is filed, copy its rows as they are to 历史 in the portfolio: none is planned again.",
    ),
    Text(
        "有了结果，就在资料的那一行改状态和金额，不要另加一行。",
        "When there is a result, change status (已获批, 未获批) and amount in that row; add no other.",
    ),
)
_CLAIMS = Text("本方案 {0}年", "This plan, {0}")
_FILED = "已申报"


def write_history(output: Output, plan: Plan, claims: Sequence[Claim]) -> None:
    """Add the sheet: a row a filing of the history, then a row a claim, year by year, as if it were filed.

    Cells hold what the portfolio's sheet takes: ids, and Chinese labels.
    """
    page = Page(output, _NAME, _COLUMNS)
    page.title(_TITLE)
    for remark in _HOW:
        page.remark(page.say(remark))
    page.header(repeat=True)
    if plan.history:
        page.heading([Across(len(_COLUMNS), page.say(EARLIER))])
    for one in plan.history:
        amount = None if one.fen is None else Wan(one.fen)
        what = (one.benefit_label.zh, one.year, one.status_label.zh)
        page.write([one.applicant, one.subject, *what, amount, one.made_for])
    for year, members in groupby(claims, key=lambda claim: claim.year):
        page.heading([Across(len(_COLUMNS), page.say(_CLAIMS).format(year))])
        for claim in members:
            page.write(_row(claim))


def _row(claim: Claim) -> Sequence[Shown]:
    what = (claim.benefit_label.zh, claim.year, _FILED)
    return (claim.applicant, claim.subject, *what, Wan(claim.fen), claim.made_for)
