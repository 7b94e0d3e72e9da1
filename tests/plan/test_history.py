"""What was filed before is told, never as something left out, and in a form that the next year takes up."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from subvent.diagnostics import InputError
from subvent.document.reader import plan_from_json
from subvent.explain.why import Questions
from subvent.plan import plan_portfolio
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.template import write_portfolio
from subvent.portfolio.text_reader import read_raw, read_with_remarks
from subvent.report.json import plan_json
from subvent.report.text import plan_text
from subvent.report.workbook import write_plan_workbook
from subvent.result import Plan

GROUP = """\
unit: 万元
as_of: 2026-03-01
horizon: [2026, 2027]
companies:
  - {id: A, city: 深圳, legal_person: true, operates_in_shenzhen: true, industry_code: "3922"}
projects:
  - {id: P1, applicant: A, kinds: [smart], filing_years: [2025], total_investment: 3000, audited_cost: 2000,
     completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment], filing_years: [2025, 2026], total_investment: 3000,
     audited_cost: 2000, completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P3, applicant: A, kinds: [iiot], filing_years: [2026], total_investment: 3000, audited_cost: 900,
     completed: true, in_shenzhen: true, filed_before_start: true}
loans:
  - {id: L1, borrower: A, kind: loan, projects: [P3], dedicated_product: true, interest_paid: {2025: 80.55},
     filing_years: [2027]}
history:
  - {applicant: A, subject: P1, benefit: smart, year: 2025, status: granted, amount: 380.5}
  - {applicant: A, subject: P2, benefit: equipment, year: 2025, status: refused}
  - {applicant: A, subject: P0, benefit: iiot, year: 2024, status: filed}
  - {applicant: A, subject: P7, benefit: smart, year: 2024, status: filed, amount: 20}
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A group that filed something before."""
    path = tmp_path_factory.mktemp("history") / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plan(file: Path) -> Plan:
    """Its plan."""
    return plan_portfolio(file)


def test_what_was_filed_is_summed_by_year_beside_the_total(plan: Plan) -> None:
    """How many filings became what, and what those come to that bind; none of it is in the total."""
    assert sum(claim.fen for claim in plan.claims) == plan.total_fen
    lines = plan_text(plan).splitlines()
    start = lines.index("以往申报（不再规划，不计入合计）")
    assert lines[start + 1 : start + 3] == [
        "  - 2024年：已申报 2 项，20.00 万元（其中 1 项未填金额）",
        "  - 2025年：已获批 1 项，380.50 万元；未获批 1 项",
    ]
    english = plan_text(plan, "en")
    assert "Filed before (not planned again, no part of the total)\n" in english
    assert "  - 2024: filed: 2, 20.00 万元 (1 of them without an amount)\n" in english
    assert "  - 2025: granted: 1, 380.50 万元; refused: 1\n" in english


def test_what_was_granted_is_not_left_out(plan: Plan) -> None:
    """It stands under a heading of its own, with what became of it; what was refused is planned again."""
    (entry,) = [entry for entry in plan.not_claimed if entry.subject == "P1"]
    assert entry.settled
    assert entry.findings[-1].text.zh == "历史：2025年已获批，380.50 万元"
    lines = plan_text(plan).splitlines()
    assert lines[lines.index("已申报或已获批，没有其他可申报的年度") + 1].startswith("  P1 · 智能化改造")
    assert "未申报：没有可申报的年度" not in lines
    assert {claim.subject for claim in plan.claims} == {"P2", "P3", "L1"}
    assert "历史：2025年已获批，380.50 万元" in Questions(plan).text("P1", "smart", 2026)


def test_the_history_stands_in_the_plan_as_json(plan: Plan) -> None:
    """Every filing with its amount in yuan, or none where it states none."""
    told = [
        (f.year, f.subject, f.status, f.amount_yuan, f.binds) for f in plan_from_json(plan_json(plan)).history
    ]
    assert told == [
        (2024, "P0", "filed", None, True),
        (2024, "P7", "filed", "200000.00", True),
        (2025, "P1", "granted", "3805000.00", True),
        (2025, "P2", "refused", None, False),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_year_filed_is_pasted_into_the_portfolio(
    plan: Plan, file: Path, tmp_path: Path, language: str
) -> None:
    """Rows copied from the sheet 历史 as they are are read as that history, and are not planned again."""
    write_plan_workbook(tmp_path / "plan.xlsx", plan, "zh" if language == "zh" else "en")
    vocabulary = vocabulary_of(load_policies())
    target = tmp_path / "group.xlsx"
    write_portfolio(target, vocabulary, read_raw(file, vocabulary))
    book, planned = openpyxl.load_workbook(target), openpyxl.load_workbook(tmp_path / "plan.xlsx")
    sheet, source = book["历史"], planned["历史" if language == "zh" else "History"]
    copied = [[cell.value for cell in row] for row in source.iter_rows()]
    header = next(row for row in copied if row[0] == "申报单位")
    assert header == [cell.value for cell in sheet[1]]
    rows = [row for row in copied if row[3] in {2026, 2027}]
    first = len(plan.history) + 2
    for number, row in enumerate(rows, first):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column, value)
    book.save(target)
    again = plan_portfolio(target)
    assert not again.claims
    filed = {(f.year, f.subject, f.benefit, f.fen, f.made_for) for f in again.history if f.year > 2025}
    assert filed == {(c.year, c.subject, c.benefit, c.fen, c.made_for) for c in plan.claims}


def test_what_stands_in_the_history_alone_is_told_so(plan: Plan) -> None:
    """A question about an old project is answered with what became of it, not with a name that is near."""
    with pytest.raises(InputError) as wrong:
        Questions(plan).text("P7")
    (found,) = wrong.value.diagnostics
    assert found.code == "why.only-in-history"
    assert found.what.zh == "“P7”只在申报历史中：智能化改造 · 历史：2024年已申报，20.00 万元"


def told(tmp_path: Path, *rows: str) -> list[tuple[str, int]]:
    """The warnings about filings with these rows as well: the code, and the line among them."""
    path = tmp_path / "group.yaml"
    companies = GROUP.replace("companies:\n", 'companies:\n  - {id: B, industry_code: "3922"}\n')
    path.write_text(companies + "".join(f"  - {row}\n" for row in rows), encoding="utf-8")
    _, found = read_with_remarks(path, vocabulary_of(load_policies()))
    before = companies.count("\n")
    named = ("portfolio.filed", "portfolio.refused")
    return [(f.code, f.place.line - before) for f in found if f.place and f.code.startswith(named)]


def test_a_filing_in_two_rows_is_told(tmp_path: Path) -> None:
    """Both would take their amount out of shared caps; a refusal binds nothing, another year is another."""
    filed = "{applicant: A, subject: P1, benefit: smart, year: 2025, status: filed, amount: 400}"
    refused = "{applicant: A, subject: P1, benefit: smart, year: 2025, status: refused}"
    earlier = "{applicant: A, subject: P1, benefit: smart, year: 2024, status: filed}"
    assert told(tmp_path, refused, earlier) == []
    ((code, _),) = told(tmp_path, filed)
    assert code == "portfolio.filed-twice"


def test_a_filing_of_the_future_is_told(tmp_path: Path) -> None:
    """What is filed in a year after that of as_of cannot have been filed; in that year it can."""
    row = "{{applicant: A, subject: P9, benefit: smart, year: {0}, status: filed}}"
    assert told(tmp_path, row.format(2026), row.format(2027)) == [("portfolio.filed-later", 2)]


def test_a_filing_by_another_company_is_told(tmp_path: Path) -> None:
    """A subject of the file that the history has under another company: a merger, or a slip."""
    row = "{{applicant: B, subject: {0}, benefit: smart, year: 2024, status: filed}}"
    assert told(tmp_path, row.format("P9"), row.format("P3")) == [("portfolio.filed-by-other", 2)]


def test_a_refusal_in_a_year_that_is_planned_is_told(tmp_path: Path) -> None:
    """The plan may claim it again in that year; not if it is filed again, or the year is none of its own."""
    row = "{{applicant: A, subject: {0}, benefit: equipment, year: {1}, status: {2}}}"
    again, other = row.format("P2", 2026, "refused"), row.format("P3", 2025, "refused")
    assert told(tmp_path, again, other) == [("portfolio.refused-and-planned", 1)]
    assert told(tmp_path, again, row.format("P2", 2026, "filed")) == []
    assert told(tmp_path, row.format("P9", 2026, "refused")) == []
