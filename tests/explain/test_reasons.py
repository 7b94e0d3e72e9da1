"""Everything not claimed has exactly one reason, the first that applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from subvent.diagnostics import Language
from subvent.explain import Explanation, assumptions, unclaimed, unknown_facts, warnings
from subvent.logic.terms import Atom
from subvent.result import Plan, Unclaimed


def only(told: Explanation, losses: dict[tuple[str, Atom], int | None] | None = None) -> Unclaimed:
    """The only entry."""
    (entry,) = unclaimed(told, losses or {})
    return entry


def kinds(entry: Unclaimed) -> list[tuple[str, str]]:
    """Kind and name of its findings."""
    return [(finding.kind, finding.name) for finding in entry.findings]


def test_unmet_lists_every_failing_condition_with_its_articles(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Two conditions fail: two findings, each citing the articles that ask for it."""
    entry = only(tell([project(total_investment=1880, completed=False)]))
    assert entry.reason == "unmet"
    assert kinds(entry) == [("failed", "finished"), ("failed", "total(equipment)")]
    assert entry.findings[1].shortfall.zh == "差120万元"
    assert {citation.article for citation in entry.findings[1].citations} == {"2"}
    assert entry.worth_fen == 250_000_000
    assert {use.citation.article for use in entry.rules} >= {"2", "基4"}


def test_unmet_goes_before_unknown(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A failed condition decides, whatever else is missing."""
    assert only(tell([project(in_shenzhen=False, completed=None)])).reason == "unmet"


def test_unknown_names_the_fact_the_row_and_the_worth(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A missing answer is named with its row and label, and what it would be worth."""
    told = tell([project(completed=None)])
    entry = only(told)
    assert (entry.reason, entry.worth_fen) == ("unknown", 250_000_000)
    assert kinds(entry) == [("unknown", "finished")]
    assert entry.findings[0].text.zh.startswith("P1：缺“已完工”")
    (fact,) = unknown_facts(told)
    assert (fact.row, fact.field, fact.claims, fact.worth_fen) == (
        "P1",
        "completed",
        (("P1", "equipment"),),
        250_000_000,
    )


def test_a_fact_of_the_company_is_looked_for_there(
    tell: Callable[..., Explanation],
    project: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """Through a reference, the missing fact is the other row's; what hangs on it is added up by subject."""
    rows = [project(kinds=["equipment", "smart"]), project(id="P2")]
    told = tell(rows, companies=[company(industry_code=None)])
    (fact,) = unknown_facts(told)
    assert (fact.row, fact.field) == ("A", "industry_code")
    assert fact.claims == (("P1", "equipment"), ("P1", "smart"), ("P2", "equipment"))
    assert fact.worth_fen == 500_000_000 + 250_000_000


def test_a_missing_amount_has_no_worth(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Without the base there is nothing to compute."""
    told = tell([project(audited_cost=None)])
    entry = only(told)
    assert (entry.reason, entry.worth_fen, kinds(entry)) == ("unknown", None, [("missing", "audited_cost")])
    assert [fact.worth_fen for fact in unknown_facts(told)] == [None]


def test_what_is_worth_most_to_state_comes_first(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Missing facts are told from the largest worth down, those without any worth last."""
    small, large = project(completed=None, audited_cost=100), project(id="P2", completed=None)
    told = tell([project(id="P0", audited_cost=None), small, large])
    facts = unknown_facts(told)
    assert [fact.row for fact in facts] == ["P2", "P1", "P0"]
    assert [fact.worth_fen for fact in facts] == [250_000_000, 10_000_000, None]


def test_a_missing_table_is_looked_for_in_the_settings(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """What only the settings can state is not asked of the project."""
    told = tell([project(kinds=["smart"])], readings={"smart-tiers": "table"})
    (fact,) = unknown_facts(told)
    assert fact.field == "smart_tiers"
    assert fact.row == "设置"


def test_a_missing_parent_fact_is_named_by_its_need(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """What an age with the parent's added lacks is the parent's date."""
    child = company(established="2023-01-01", parent="H")
    parent = company(id="H", established=None)
    told = tell([green()], companies=[child, parent])
    assert ("H", "established") in {(fact.row, fact.field) for fact in unknown_facts(told)}


def test_an_unplanned_year_is_closed(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A project that can only be filed outside the years planned is closed, not unmet."""
    entry = only(tell([project(filing_years=[2027])]))
    assert entry.reason == "closed"
    assert kinds(entry) == [("shut", "horizon")]
    assert entry.findings[0].year == 2027


def test_what_has_no_year_left_lacks_no_fact(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Where none of its years is planned no fact is worth finding out, so it is closed, not unknown."""
    told = tell([project(filing_years=[2027], completed=None)])
    assert (only(told).reason, kinds(only(told))) == ("closed", [("shut", "horizon")])
    assert unknown_facts(told) == ()
    assert only(tell([project(filing_years=[2025, 2027], completed=None)])).reason == "unknown"


def test_the_end_of_the_policy_closes_a_year(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A year after the term of the measures is closed, with the article that ends it."""
    entry = only(tell([project(filing_years=[2029])], horizon=[2029]))
    assert (entry.reason, kinds(entry)) == ("closed", [("shut", "filed_in_force")])
    assert "2028-12-31" in entry.findings[0].text.zh
    assert {citation.article for citation in entry.findings[0].citations} >= {"附a"}


def test_what_was_filed_before_closes(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A project that was granted once is barred, citing the limit and not the conditions it meets."""
    past = {"applicant": "A", "subject": "P1", "benefit": "smart", "year": 2024, "status": "granted"}
    entry = only(tell([project()], history=[past]))
    assert (entry.reason, kinds(entry)) == ("closed", [("barred", 'one_category("P1")')])
    assert {citation.article for citation in entry.findings[0].citations} == {"附b"}


def test_outbid_names_the_limit_and_the_rivals(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """What shares a limit with a chosen claim names both, and what insisting would cost."""
    told = tell([project(), project(id="P2")], [("P1", "equipment", 2025)])
    entry = only(told, {("P2", ("equipment",)): 70_000_000})
    assert (entry.reason, entry.loss_fen) == ("outbid", 70_000_000)
    assert kinds(entry) == [
        ("limit", 'per_category("A",equipment,2025)'),
        ("rival", 'claim("A","P1",equipment,2025)'),
    ]
    assert "P1“设备更新”（2025年）" in entry.findings[0].text.zh
    assert {citation.article for citation in entry.findings[0].citations} == {"三注2"}


def test_of_many_claims_under_a_limit_those_that_bring_least_are_named(
    plan_of: Callable[..., Plan],
    project: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """Up to eight claims under it are all named; of nine the number is told, and three of them."""
    for places, named in ((8, range(1, 9)), (9, (9, 8, 7))):
        ids = [f"C{number}" for number in range(1, places + 2)]
        projects = [
            project(id=f"P{number}", applicant=owner, kinds=["smart"], audited_cost=2000 - number)
            for number, owner in enumerate(ids, 1)
        ]
        companies = [company(id=owner, name=None) for owner in ids]
        plan = plan_of(projects, {"contact": "hard"}, companies=companies, contacts={"2025": places})
        (entry,) = plan.not_claimed
        assert entry.subject == f"P{places + 1}"
        rivals = [finding.name for finding in entry.findings if finding.kind == "rival"]
        assert rivals == [f'claim("C{number}","P{number}",smart,2025)' for number in named]
        assert ("9 项申报" in entry.findings[0].text.zh) == (places == 9)


def test_outbid_by_an_exclusion_and_by_a_group(
    tell: Callable[..., Explanation],
    project: Callable[..., dict[str, Any]],
    green: Callable[..., dict[str, Any]],
) -> None:
    """Exclusions name the other side, and a limit on groups the claims of other groups."""
    alone = tell([project(), green()], [("P1", "equipment", 2025)], readings={"exclusivity": "green-alone"})
    assert ("limit", 'green_alone("A",2025)') in kinds(only(alone))
    ever = tell([project(), green()], [("P1", "equipment", 2025)], readings={"exclusivity": "one-ever"})
    assert ("limit", 'one_ever("A")') in kinds(only(ever))


def test_an_amount_of_zero_is_said_to_be_one(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A candidate that brings nothing is not filed, and that is the reason given."""
    entry = only(tell([project(audited_cost=0)]))
    assert (entry.reason, entry.worth_fen) == ("outbid", 0)
    assert [finding.name for finding in entry.findings] == ["no_worth"]


def test_a_fund_that_is_used_up_is_the_reason(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """Where no limit keeps claims apart, the cap that leaves no room for both is told, with its article."""
    projects = [project(), project(id="P2", kinds=["smart"])]
    (entry,) = plan_of(projects, fund_ceilings={"2025": 1}).not_claimed
    assert entry.reason == "outbid"
    assert kinds(entry) == [("limit", "fund(2025)")]
    assert {citation.article for citation in entry.findings[0].citations} == {"17"}


def test_a_fund_of_nothing_is_the_reason_in_a_plan_without_claims(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]]
) -> None:
    """A cap with no room at all is told where the plan claims nothing."""
    (entry,) = plan_of([project()], fund_ceilings={"2025": 0}).not_claimed
    assert kinds(entry) == [("limit", "fund(2025)")]


def test_nothing_is_both_claimed_and_not(
    plan_of: Callable[..., Plan], project: Callable[..., dict[str, Any]], green: Callable[..., dict[str, Any]]
) -> None:
    """Every subject and kind stands once in the plan."""
    plan = plan_of([project(kinds=["equipment", "smart"]), project(id="P2"), green()])
    claimed = [(claim.subject, claim.benefit) for claim in plan.claims]
    others = [(entry.subject, entry.benefit) for entry in plan.not_claimed]
    assert len(set(claimed + others)) == len(claimed + others) == 4


def test_assumptions_are_those_a_claim_rests_on(
    tell: Callable[..., Explanation],
    project: Callable[..., dict[str, Any]],
    green: Callable[..., dict[str, Any]],
) -> None:
    """A field left out is an assumption where the claim's proof uses it, and shared cost always."""
    rows = [project(), green(restricted_industry=None)]
    codes = {note.code for note in assumptions(tell(rows, [("P1", "equipment", 2025)]))}
    assert codes == {"assumed.shared-cost"}
    with_green = assumptions(tell(rows, [("G", "green", 2025)]))
    assert [note.text.zh for note in with_green if "类" in note.text.zh] == [
        "G：未填“限制类或淘汰类”，按否计"
    ]


def test_a_remark_is_told_once_for_all_its_rows(
    tell: Callable[..., Explanation], green: Callable[..., dict[str, Any]]
) -> None:
    """Rows with the same remark share one warning that cites its article."""
    rows = [green(rd_cost=None), green(id="G2", rd_cost=None, filing_years=[2026])]
    told = tell(rows, [("G", "green", 2025), ("G2", "green", 2026)], readings={"construction-half": "trim"})
    found = {note.code: note for note in warnings(told)}
    assert found["remark.cost-not-split"].text.zh.startswith("G、G2：")
    assert [citation.article for citation in found["remark.cost-not-split"].citations] == ["三c"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_findings_have_both_languages(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]], language: Language
) -> None:
    """No finding is empty in either language."""
    told = tell(
        [
            project(total_investment=1880),
            project(id="P2", completed=None),
            project(id="P3", filing_years=[2027]),
        ]
    )
    for entry in unclaimed(told, {}):
        assert all(finding.text.in_(language) for finding in entry.findings)


HONOUR = {"id": "W1", "holder": "A", "title": "绿色工厂", "level": "国家", "year": 2029, "first_time": True}


def test_a_closed_year_cites_what_closes_it(tell: Callable[..., Explanation]) -> None:
    """The term of the document, not the article under which years are proposed; of the horizon no law."""
    entry = only(tell([], honours=[HONOUR], horizon=[2025]))
    assert entry.reason == "closed"
    assert kinds(entry) == [("shut", "filed_in_force"), ("shut", "horizon")]
    assert [{law.article for law in finding.citations} for finding in entry.findings] == [{"附a"}, set()]


def test_words_that_no_rule_knows_are_shown_where_they_stand(tell: Callable[..., Explanation]) -> None:
    """The title, not its row: that is what would have to be written otherwise."""
    told = tell([], honours=[{**HONOUR, "title": "未来工厂", "year": 2025}])
    entry = only(told)
    (finding,) = entry.findings
    title = told.facts["text", "W1", ("title",), "未来工厂"]
    assert (finding.kind, finding.place) == ("unknown", title.place)
    assert finding.place != told.places["W1"]
