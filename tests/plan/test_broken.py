"""What is outbid because of a rule of a pack's own is told with that rule."""

from __future__ import annotations

from pathlib import Path

from subvent.document.reader import plan_from_json
from subvent.logic.session import InProcess
from subvent.plan import solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.report.json import plan_json
from subvent.verify import check

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies: [{id: A, operates_in_shenzhen: true, industry_code: "3922"}]
projects:
  - {id: P, applicant: A, kinds: [equipment], filing_years: [2026], completed: true, in_shenzhen: true,
     filed_before_start: true, total_investment: 5000, audited_cost: 4000}
  - {id: Q, applicant: A, kinds: [equipment], filing_years: [2026], completed: true, in_shenzhen: true,
     filed_before_start: true, total_investment: 3000, audited_cost: 2500}
loans:
  - {id: L, borrower: A, kind: loan, projects: [Q], dedicated_product: true, interest_paid: {2025: 60},
     filing_years: [2026], subsidised_before: false}
"""


def test_a_loan_whose_project_claims_nothing_is_told_why(tmp_path: Path) -> None:
    """Q gives way to P, of which one a year counts; the interest of Q's loan needs a claim on Q."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    packs = load_policies()
    rows = read_portfolio(path, vocabulary_of(packs))
    solved = solve_rows(rows, packs, {"interest-project": "claimed"}, InProcess())
    assert [claim.subject for claim in solved.plan.claims] == ["P"]
    (entry,) = (one for one in solved.plan.not_claimed if one.subject == "L")
    assert entry.reason == "outbid"
    (finding,) = entry.findings
    assert finding.text.zh == "L 的贴息须以项目 Q 的1—7类申报（有资助金额的）为前提"
    assert {citation.article for citation in finding.citations} == {"12a"}
    assert "12a" in {use.citation.article for use in entry.rules}
    document = plan_from_json("".join(plan_json(solved.plan)))
    assert list(check(solved.problem, document, InProcess())) == []
