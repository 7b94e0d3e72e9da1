"""Article 12 in the oracle against hand-computed cases; amounts in 万元."""

from __future__ import annotations

from fractions import Fraction

import pytest

from .cases import COMPANY, STACKING, financed, idle, loan, project, wan
from .ends import ends
from .facts import Row
from .law import best
from .tax import deduction

WAN = 10**6


def held(year: int, amount: object, **more: object) -> Row:
    """A granted claim of company A on the interest of loan L."""
    entry: Row = {"applicant": "A", "subject": "L", "benefit": "interest", "year": year, "status": "granted"}
    return entry | ({} if amount is None else {"amount": amount}) | more


def test_stacking() -> None:
    """Articles 3, 10, 11 and 12 add up; equipment is deducted beside the total, its limits included."""
    assert wan(STACKING) == 1625
    assert wan(STACKING, honour_amount="max") == 1720
    assert deduction(STACKING) == 999 * WAN


@pytest.mark.parametrize(
    ("interest", "best_three", "first_three"),
    [
        ({2024: 300, 2025: 280, 2026: 260}, 420, 420),
        ({2023: 100, 2024: 300, 2025: 280, 2026: 260}, 420, 340),
        ({2022: 400, 2024: 300, 2026: 400}, 350, 350),
        ({2022: 0, 2023: 10, 2026: 400}, 200, 5),
        ({2026: 400, 2027: 900}, 200, 200),
        ({2027: 900}, 0, 0),
        ({2024: 333, 2025: 333, 2026: 334}, 500, 500),
        ({2024: 333, 2025: 333, 2026: "333.999999"}, "499.999999", "499.999999"),
        ({2024: 400, 2025: 400, 2026: 400}, 500, 500),
    ],
)
def test_half_of_three_years_up_to_the_cap(interest: Row, best_three: object, first_three: object) -> None:
    """Half of three consecutive years before filing, floored to the fen, and at most 500万."""
    portfolio = financed(loan("L", interest))
    assert wan(portfolio) == Fraction(str(best_three))
    assert wan(portfolio, interest_term="first-36-months") == Fraction(str(first_three))


def test_a_claim_is_floored_to_the_fen() -> None:
    """Half of an odd fen is cut, for each claim by itself."""
    rows = [loan(name, {2026: "0.000003"}) for name in ("L", "M")]
    assert wan(financed(*rows)) == Fraction(2, 10**6)


@pytest.mark.parametrize(
    ("change", "company", "dedicated", "any_bank"),
    [
        ({}, {}, True, True), ({"dedicated_product": False}, {}, False, True),
        ({"dedicated_product": None}, {}, False, True),
        ({"kind": "lease", "dedicated_product": False}, {}, True, True), ({"kind": None}, {}, True, True),
        ({"kind": None, "dedicated_product": None}, {}, False, True), ({"projects": []}, {}, False, False),
        ({"subsidised_before": True}, {}, False, False), ({"subsidised_before": False}, {}, True, True),
        ({"filing_years": None}, {}, False, False), ({"filing_years": [2026]}, {}, False, False),
        ({"interest_paid": None}, {}, False, False), ({}, {"industry_code": "0609"}, False, False),
        ({}, {"industry_code": "0610"}, True, True), ({}, {"industry_code": "4690"}, True, True),
        ({}, {"industry_code": "4691"}, False, False), ({}, {"industry_code": None}, False, False),
    ],
)  # fmt: skip
def test_conditions(change: Row, company: Row, *, dedicated: bool, any_bank: bool) -> None:
    """Borrower, product, projects and what was asked before decide; what is missing is never met."""
    portfolio = financed(loan("L", {2026: 400}) | change, company=company)
    assert bool(wan(portfolio)) == dedicated
    assert bool(wan(portfolio, interest_product="any-bank")) == any_bank
    assert bool(wan(portfolio, interest_once="instalments")) == dedicated


def test_which_project_carries_interest() -> None:
    """Any project, one with a kind of articles 1–7, or one that is claimed in the plan or was before."""
    platform = project("P", 50, kinds=["public-platform"], filing_years=[2027])
    portfolio = financed(loan("L", {2026: 400}), projects=(platform,))
    assert wan(portfolio) == 200
    assert wan(portfolio, interest_project="of-a-category") == 0
    portfolio = financed(loan("L", {2026: 400}))
    assert wan(portfolio, interest_project="of-a-category") == 200
    assert wan(portfolio, interest_project="claimed") == 0
    before: Row = {"applicant": "A", "subject": "P", "benefit": "smart", "year": 2025, "status": "granted"}
    assert wan(portfolio | {"history": [before]}, interest_project="claimed") == 200
    assert wan(portfolio | {"history": [before | {"status": "refused"}]}, interest_project="claimed") == 0
    filed = financed(loan("L", {2026: 400}), projects=(idle("P", filing_years=[2027]),))
    assert wan(filed, interest_project="claimed") == 1000


def test_interest_may_turn_the_choice_of_claims() -> None:
    """Where one of two projects can be claimed, the smaller one with a loan to carry may be the better."""
    rows = (
        project("P", 3000, kinds=["equipment"], filing_years=[2027]),
        project("Q", 3500, kinds=["equipment"], filing_years=[2027]),
    )
    portfolio = financed(loan("L", {2026: 400}), projects=rows)
    assert wan(portfolio) == 350 + 200
    assert wan(portfolio, interest_project="claimed") == 300 + 200


def test_in_force() -> None:
    """Filed in 2024–2028; under payment the year after must lie in the term too."""
    for year, filed, settled in ((2023, 0, 0), (2024, 50, 50), (2027, 50, 50), (2028, 50, 0), (2029, 0, 0)):
        portfolio = financed(loan("L", {year - 1: 100}, filing_years=[year]), horizon=[year])
        assert wan(portfolio) == wan(portfolio, in_force="completion") == filed
        assert wan(portfolio, in_force="payment") == settled


def test_one_application_or_instalments() -> None:
    """One application waits for the best year; instalments are three, on the interest of the year before."""
    years = [2024, 2025, 2026, 2027, 2028]
    interest = {2023: 100, 2024: 90, 2025: 80, 2026: 70, 2027: 200}
    portfolio = financed(loan("L", interest, filing_years=years), horizon=years)
    assert wan(portfolio) == 175
    assert wan(portfolio, interest_once="instalments") == 175
    assert wan(portfolio, interest_once="instalments", interest_term="first-36-months") == 135
    twice = portfolio | {"history": [held(2026, 40)]}
    assert wan(twice) == 0
    # 2026 is used up; with it go 2027 and 2028, or 2024 and 2025, or the years on both sides.
    assert wan(twice, interest_once="instalments") == (70 + 200) // 2
    assert wan(twice | {"history": [held(2024, 50)]}, interest_once="instalments") == (90 + 80) // 2
    # A year the interest window does not reach is no instalment.
    late = portfolio | {"history": [held(2028, 100)]}
    assert wan(late, interest_once="instalments") == (80 + 70) // 2


def test_caps() -> None:
    """The 500万 hold per loan, per project, per company and year, or per company."""
    rows = [loan(name, {2025: 800}, filing_years=[2026]) for name in ("L", "M")]
    rows.append(loan("N", {2025: 800}, projects=["P", "Q"]))
    portfolio = financed(*rows, horizon=[2026, 2027])
    assert wan(portfolio, interest_cap="per-loan") == 1200
    # N goes to Q, where nothing else stands.
    assert wan(portfolio) == 900
    assert wan(portfolio, interest_cap="per-company-year") == 900
    assert wan(portfolio, interest_cap="per-company") == 500


def test_instalments_share_their_cap() -> None:
    """Instalments of a loan are for one project, so they share its 500万; years do not share a year's."""
    years = [2025, 2026, 2027]
    portfolio = financed(
        loan("L", {2024: 800, 2025: 800, 2026: 800}, projects=["P", "Q"], filing_years=years), horizon=years
    )
    assert wan(portfolio, interest_once="instalments") == 500
    assert wan(portfolio, interest_once="instalments", interest_cap="per-loan") == 500
    assert wan(portfolio, interest_once="instalments", interest_cap="per-company-year") == 1200


@pytest.mark.parametrize(
    ("entry", "per_project", "per_loan", "per_year", "per_company"),
    [
        (held(2026, 300), 200, 400, 400, 200),
        (held(2027, 300), 200, 400, 200, 200),
        (held(2026, 500), 0, 400, 400, 0),
        (held(2026, 600), 0, 400, 400, 0),
        (held(2026, None), 0, 400, 400, 0),
        (held(2026, 300, status="refused"), 400, 400, 400, 400),
        (held(2026, 300, subject="L0", project="P"), 200, 400, 400, 200),
        (held(2026, 300, subject="L0", project="Q"), 400, 400, 400, 200),
        (held(2026, 300, subject="B"), 200, 400, 400, 200),
        (held(2026, 300, subject="B", project="Q"), 400, 400, 400, 200),
        (held(2026, 300, applicant="Z"), 200, 400, 400, 400),
    ],
)
def test_held_claims_take_their_room(
    entry: Row, per_project: int, per_loan: int, per_year: int, per_company: int
) -> None:
    """What was granted before takes room under the cap; without amount or project in the stricter way."""
    bought = loan("L", {2025: 900}, filing_years=[2026])
    both = loan("B", {2025: 900}, projects=["P", "Q"], filing_years=[2026])
    portfolio = financed(bought, both, loan("M", {2026: 800}), history=[entry])
    assert wan(portfolio) == per_project
    assert wan(portfolio, interest_cap="per-loan") == per_loan
    assert wan(portfolio, interest_cap="per-company-year") == per_year
    assert wan(portfolio, interest_cap="per-company") == per_company


def test_one_claim_on_interest_a_year() -> None:
    """Under with-interest a borrower makes one claim on interest a year, history's included."""
    portfolio = financed(loan("L", {2026: 400}), loan("M", {2026: 300}, projects=["Q"]))
    assert wan(portfolio) == 350
    assert wan(portfolio, per_category="with-interest") == 200
    entry = held(2027, 1, subject="L0", project="P")
    assert wan(portfolio | {"history": [entry]}, per_category="with-interest") == 0
    entry["year"] = 2026
    assert wan(portfolio | {"history": [entry]}, per_category="with-interest") == 200


def test_interest_stands_beside_what_binds_projects() -> None:
    """Filing duty, shared cost and the choice of one category do not touch interest."""
    rows = (
        project("P", 3000, kinds=["equipment"], filing_years=[2027], filed_before_start=False),
        project("Q", 3000, kinds=["equipment"], filing_years=[2027], shared_cost={"P": 1000}),
    )
    portfolio = financed(loan("L", {2026: 400}), loan("M", {2026: 400}, projects=["Q"]), projects=rows)
    assert wan(portfolio) == wan(portfolio, exclusivity="one-ever") == 300 + 400


def test_ends_of_the_range() -> None:
    """Interest from the year of as_of on is a forecast; awards of article 11 lie between 5 and 100万."""
    rows = loan("L", {2024: 100, 2025: 200, 2026: 300}, filing_years=[2027])
    portfolio = financed(rows, as_of="2026-12-31")
    assert best(portfolio, {})[0] == 300 * WAN
    assert ends(portfolio, {}, best(portfolio, {})[1]) == (150 * WAN, 300 * WAN)
    portfolio["as_of"] = "2027-01-01"
    assert ends(portfolio, {}, best(portfolio, {})[1]) == (300 * WAN, 300 * WAN)
    assert ends(STACKING, {}, best(STACKING, {})[1]) == (1625 * WAN, 1720 * WAN)
    capped = financed(loan("L", {2025: 900, 2026: 900}), as_of="2026-12-31")
    assert ends(capped, {}, best(capped, {})[1]) == (450 * WAN, 500 * WAN)


def test_borrower_of_another_company() -> None:
    """The borrower claims, whoever built the project; a company's cap is its own."""
    rows = [loan("L", {2026: 800}), loan("M", {2026: 800}, borrower="B")]
    portfolio = financed(*rows)
    portfolio["companies"].append(COMPANY | {"id": "B"})
    assert wan(portfolio) == 500
    assert wan(portfolio, interest_cap="per-company") == 800
