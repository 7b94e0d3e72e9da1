"""A plan over 2014 to 2029 uses each document in its time, and says when only the date is against a claim."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio
from subvent.result import Plan, Unclaimed

FILE = Path(__file__).parent / "in-force.yaml"
REWARD, MEASURES = "粤府办〔2014〕51号", "深府办规〔2023〕6号"
IN_FORCE = "本措施自2024年1月1日起实施，有效期5年"
DEDUCTION = "在2024年1月1日至2027年12月31日期间新购进的设备、器具"
THREE_YEARS = "从完工下一年起连续三年内"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the portfolio under every built-in pack."""
    return plan_portfolio(FILE)


def _documents(plan: Plan, benefit: str) -> set[str]:
    """The documents that a benefit's claims cite."""
    return {use.citation.document for claim in plan.claims if claim.benefit == benefit for use in claim.rules}


def test_each_document_gives_its_claims_in_its_years(plan: Plan) -> None:
    """The reward of 2014 is claimed for the years after completion from 2015, the rest from 2024 to 2028."""
    claims = [(c.year, c.subject, c.benefit, c.fen // 1_000_000) for c in plan.claims]
    assert claims == [
        (2015, "R13", "post-completion-reward", 12),
        (2016, "R13", "post-completion-reward", 18),
        (2018, "R17", "post-completion-reward", 6),
        (2019, "R17", "post-completion-reward", 12),
        (2020, "R17", "post-completion-reward", 18),
        (2024, "Q24", "equipment", 200),
        (2025, "L25", "interest", 100),
        (2026, "G26", "green", 900),
        (2028, "Q28", "equipment", 200),
        (2028, "W28", "honour", 5),
    ]
    assert _documents(plan, "post-completion-reward") & {REWARD, MEASURES} == {REWARD}
    for benefit in ("equipment", "interest", "green", "honour"):
        assert _documents(plan, benefit) & {REWARD, MEASURES} == {MEASURES}


def _entry(plan: Plan, subject: str, year: int | None) -> Unclaimed:
    (found,) = [u for u in plan.not_claimed if (u.subject, u.year) == (subject, year)]
    return found


@pytest.mark.parametrize(
    ("subject", "year", "document", "phrase", "day"),
    [
        ("Q23", None, MEASURES, IN_FORCE, "2024-01-01"),
        ("Q29", None, MEASURES, IN_FORCE, "2028-12-31"),
        ("L29", None, MEASURES, IN_FORCE, "2028-12-31"),
        ("W23", None, MEASURES, IN_FORCE, "2024-01-01"),
        ("E23", None, MEASURES, DEDUCTION, "2024-01-01"),
        ("E28", None, MEASURES, DEDUCTION, "2027-12-31"),
        ("R11", None, REWARD, THREE_YEARS, "2012 至 2014"),
        ("R13", 2014, REWARD, "从２０１５年起", "2014 < 2015"),
        ("R13", 2017, REWARD, THREE_YEARS, "2014 至 2016"),
        ("R17", 2017, REWARD, THREE_YEARS, "2018 至 2020"),
        ("R17", 2021, REWARD, THREE_YEARS, "2018 至 2020"),
    ],
)
def test_what_only_the_date_rules_out_is_closed_with_the_phrase_and_the_days(
    plan: Plan, subject: str, year: int | None, document: str, phrase: str, day: str
) -> None:
    """It is closed, not unmet; the finding cites the document's own words on its time, and names the days."""
    entry = _entry(plan, subject, year)
    assert entry.reason == "closed"
    cited = {c for finding in entry.findings for c in finding.citations}
    assert any(c.document == document and phrase in c.phrase for c in cited)
    assert day in "".join(finding.text.zh for finding in entry.findings)


def test_what_waits_for_rules_is_not_a_matter_of_the_date(plan: Plan) -> None:
    """The reward of a company of Shenzhen is pending, unmet, with the sentence that defers it."""
    entry = _entry(plan, "RB", None)
    assert (entry.reason, entry.worth_fen) == ("unmet", 6_000_000)
    (finding,) = entry.findings
    assert [(c.document, c.article) for c in finding.citations] == [("深府办〔2015〕20号", "十一")]
    assert "另行研究制定" in finding.citations[0].phrase


def test_nothing_else_is_left_unclaimed(plan: Plan) -> None:
    """Every other project, loan, honour and piece of equipment is claimed or stands beside the total."""
    known = {"Q23", "Q29", "L29", "W23", "E23", "E28", "R11", "R13", "R17", "RB"}
    assert {entry.subject for entry in plan.not_claimed} == known
    assert [line.subject for total in plan.beside_total for line in total.lines] == ["E27"]


def test_another_year_s_guide_is_asked_for(plan: Plan) -> None:
    """A green claim outside the one round whose guide is at hand says so."""
    assert any(note.code == "remark.other-round" and "G26" in note.text.zh for note in plan.warnings)


@pytest.mark.parametrize(
    ("answer", "years"),
    [("application", [2024, 2028]), ("completion", [2028, 2029]), ("payment", [2023, 2024])],
)
def test_what_must_lie_in_the_term_is_a_reading(answer: str, years: list[int]) -> None:
    """Filing, completion, or payment in the year after filing: each puts other claims in the term."""
    plan = plan_portfolio(FILE, readings={"in-force": answer})
    assert [claim.year for claim in plan.claims if claim.benefit == "equipment"] == years
