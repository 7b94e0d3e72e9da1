"""The 2014 reward, contacts and funds in the oracle against hand-computed cases; amounts in 万元."""

from __future__ import annotations

from fractions import Fraction

import pytest

from .cases import COMPANY, factory, financed, group, idle, loan, project, rewarded, wan
from .facts import Row

# Shares of 2013–2018: province 80 90 120 110 150 200, city 60 70 60 100 90 90, county 50 65 75 60 90 90.


@pytest.mark.parametrize(
    ("year", "readings", "paid"),
    [
        (2015, {}, "22"),  # 60 % of 30, a city that fell by 10, 40 % of 10
        (2015, {"negative_increment": "net"}, "17"),
        (2015, {"baseline": "year-before"}, "34"),  # 40, 0, 25
        (2015, {"baseline": "year-on-year"}, "22"),
        (2016, {}, "27"),  # 20, 30, a county that fell by 5
        (2016, {"negative_increment": "net"}, "25"),
        (2016, {"baseline": "year-on-year"}, "20"),  # −10, 40, −15
        (2016, {"baseline": "year-on-year", "negative_increment": "net"}, "8"),
        (2017, {}, "56"),  # 60, 20, 25
        (2014, {}, "0"),
        (2018, {}, "0"),
    ],
)
def test_increments(year: int, readings: dict[str, str], paid: str) -> None:
    """60, 50 and 40 % of what the three levels take more than in the baseline year, for three years."""
    assert wan(factory(rewarded(), horizon=(year,)), **readings) == Fraction(paid)


def test_a_negative_year_counts_nothing() -> None:
    """Under net levels may cancel out within a year, but a bad year takes nothing from another."""
    table = {
        2014: {"province": 100, "city": 100, "county": 100},
        2015: {"province": 50, "city": 100, "county": 150},
        2016: {"province": 100, "city": 100, "county": "100.000001"},
    }
    portfolio = factory(rewarded(), horizon=(2015, 2016), company={"fiscal_contribution": table})
    assert wan(portfolio) == 20
    assert wan(portfolio, negative_increment="net") == 0
    table[2016]["county"] = "100.000003"
    assert wan(portfolio, negative_increment="net") == Fraction(1, 10**6)


def test_until_2017() -> None:
    """A project completed in 2016 is rewarded in 2017–2019, or in 2017 only."""
    portfolio = factory(rewarded(end="2016-12-31"), horizon=(2017, 2018, 2019))
    assert wan(portfolio) == (24 + 0 + 12) + (54 + 0 + 12)
    assert wan(portfolio, reward_tail="until-2017") == 36


def test_from_2015() -> None:
    """从2015年起 is about the reward, or about completion: one of 2013 counts in two years, or never."""
    portfolio = factory(rewarded(end="2013-12-31"), horizon=(2014, 2015, 2016))
    assert wan(portfolio) == (24 + 0 + 10) + (18 + 20 + 4)
    assert wan(portfolio, reward_start="completion") == 0
    first = factory(rewarded(end="2015-01-01"), horizon=(2016,))
    assert wan(first, reward_start="completion") == 20


@pytest.mark.parametrize(
    ("change", "company", "passes"),
    [
        ({}, {}, True), ({}, {"city": "广州市"}, True), ({}, {"city": "北京"}, False),
        ({}, {"city": None}, False), ({}, {"above_scale": False}, False), ({}, {"above_scale": None}, False),
        ({}, {"industry_code": "4690"}, True), ({}, {"industry_code": "4691"}, False),
        ({}, {"operates_in_shenzhen": False}, True),
        ({"filing_certificate": False}, {}, False), ({"filing_certificate": None}, {}, False),
        ({"in_catalogue": False}, {}, False), ({"in_catalogue": None}, {}, False),
        ({"restricted_industry": True}, {}, False), ({"restricted_industry": False}, {}, True),
        ({"completed": False}, {}, False), ({"completed": None}, {}, False), ({"end": None}, {}, False),
        ({"filing_years": None}, {}, False), ({"filing_years": [2016]}, {}, False),
        ({"kinds": ["smart"]}, {}, False),
    ],
)  # fmt: skip
def test_conditions(change: Row, company: Row, *, passes: bool) -> None:
    """Who, where and which project decide; what is missing is never met."""
    assert bool(wan(factory(rewarded() | change, company=company))) == passes


def test_shenzhen_is_pending() -> None:
    """深府办〔2015〕20号 defers the reward in Shenzhen; read directly, it is as elsewhere."""
    portfolio = factory(rewarded(), company={"city": "深圳"})
    assert wan(portfolio) == 0
    assert wan(portfolio, shenzhen_reward="direct") == 22
    nowhere = factory(rewarded(), company={"city": None})
    assert wan(nowhere, shenzhen_reward="direct") == 0


def test_a_missing_share_is_unknown() -> None:
    """Of the year and its baseline all three levels must be known."""
    for year, paid in ((2014, 0), (2015, 0), (2013, 22), (2016, 22)):
        table = {key: dict(row) for key, row in factory()["companies"][0]["fiscal_contribution"].items()}
        del table[year]["county"]
        assert wan(factory(rewarded(), company={"fiscal_contribution": table})) == paid


def test_the_latest_completion_counts() -> None:
    """A company has one reward a year, by the latest completion, in whatever years that is offered."""
    portfolio = factory(rewarded("R"), rewarded("S", end="2015-12-31"), horizon=(2016,))
    # Over 2015: −10, 40 and −15, although over 2014 it would be 27.
    assert wan(portfolio) == 20
    portfolio["projects"][1]["in_catalogue"] = False
    assert wan(portfolio) == 27
    portfolio["projects"][1] |= {"in_catalogue": True, "filing_years": [2017]}
    assert wan(portfolio) == 0
    assert wan(factory(rewarded("R"), rewarded("S"), horizon=(2016,))) == 27


def test_each_project_may_be_rewarded() -> None:
    """Read so, projects that overlap, or were completed together, each have the reward; no fund cuts it."""
    portfolio = factory(rewarded("R"), rewarded("S", end="2015-12-31"), horizon=(2016,))
    assert wan(portfolio, reward_increment="per-project") == 27 + 20
    portfolio["fund_ceilings"] = {2016: 10}
    assert wan(portfolio, reward_increment="per-project") == 27 + 20
    assert wan(factory(rewarded("R"), rewarded("S"), horizon=(2016,)), reward_increment="per-project") == 54


def test_held_reward() -> None:
    """A reward of the company and year that was granted before leaves none; another year's does."""
    entry: Row = {"applicant": "A", "subject": "R0", "benefit": "post-completion-reward", "year": 2015}
    for year, status, paid in ((2015, "granted", 0), (2015, "refused", 22), (2016, "granted", 22)):
        held = entry | {"year": year, "status": status}
        assert wan(factory(rewarded()) | {"history": [held]}) == paid


def test_reward_stands_beside_everything() -> None:
    """It is no claim of articles 1–7, and cost that two projects share is nothing to it."""
    end = {"end": "2024-06-30", "filing_years": [2025]}
    table = {year: {"province": more, "city": 0, "county": 0} for year, more in ((2024, 100), (2025, 200))}
    row = rewarded(kinds=["equipment", "post-completion-reward"], **end)
    row = project("R", 3000) | row
    other = project("Q", 2000, kinds=["equipment"], shared_cost={"R": 500})
    facts = {"city": "佛山", "above_scale": True, "fiscal_contribution": table}
    portfolio = group(row, other, company=facts)
    assert wan(portfolio) == wan(portfolio, exclusivity="one-ever") == 300 + 60


# A files equipment for 300, B for 250, C for 200, D for a loan of 100.
def firms(*cards: Row | None, contacts: Row | None = None, history: list[Row] | None = None) -> Row:
    """Four companies that file something each, with these contact cards."""
    names = ("A", "B", "C")
    rows = tuple(
        project(f"P{name}", size, applicant=name, kinds=["equipment"], filing_years=[2027])
        for name, size in zip(names, (3000, 2500, 2000), strict=True)
    )
    lent = loan("L", {2026: 200}, borrower="D", projects=["PA"])
    portfolio = financed(lent, projects=rows, history=history or [], contacts=contacts or {})
    portfolio["companies"] = [
        COMPANY | {"id": name} | ({} if card is None else {"contact": card})
        for name, card in zip((*names, "D"), cards, strict=True)
    ]
    return portfolio


def card(person: str | None, phone: str | None) -> Row:
    """A contact card with what is known."""
    return {key: value for key, value in (("person", person), ("phone", phone)) if value is not None}


def test_so_many_contacts_so_many_applicants() -> None:
    """No more applicants file in a year than the group can name contacts for it."""
    for count, paid in ((1, 300), (2, 550), (3, 750), (4, 850), (9, 850)):
        portfolio = firms(None, None, None, None, contacts={2027: count})
        assert wan(portfolio) == 850
        assert wan(portfolio, contact="hard") == paid


@pytest.mark.parametrize(
    ("cards", "paid"),
    [
        ((card("a", "1"), card("b", "2"), card("c", "3"), card("d", "4")), 850),
        ((card("a", "1"), card("a", "2"), card("c", "3"), card("d", "4")), 600),
        ((card("a", "1"), card("b", "1"), card("c", "1"), card("d", "4")), 400),
        ((card("a", "1"), card("b", "2"), card("c", None), card("d", "4")), 650),
        ((card("a", "1"), card("a", "1"), card("a", "1"), card("a", "1")), 300),
        ((None, card("b", "2"), card("c", "3"), card("d", "4")), 550),
        ((None, None, None, None), 300),
        ((card("a", "1"), card("b", "2"), None, None), 550),
    ],
)
def test_distinct_contacts(cards: tuple[Row | None, ...], paid: int) -> None:
    """Without a number, those who share a person or a phone, or have none, cannot file beside others."""
    assert wan(firms(*cards), contact="hard") == paid
    # A number for another year says nothing of this one.
    assert wan(firms(*cards, contacts={2026: 1}), contact="hard") == paid


def test_held_claims_are_filings() -> None:
    """Who has filed in the year already takes a contact; one that was refused does not."""
    entry: Row = {"applicant": "D", "subject": "X", "benefit": "smart", "year": 2027, "status": "filed"}
    for change, paid in (({}, 400), ({"status": "refused"}, 550), ({"year": 2026}, 550)):
        portfolio = firms(None, None, None, None, contacts={2027: 2}, history=[entry | change])
        assert wan(portfolio, contact="hard") == paid
    alike = [card("a", "1"), card("b", "2"), card("c", "3"), card("a", "4")]
    assert wan(firms(*alike, history=[entry]), contact="hard") == 250 + 200 + 100


def test_a_contact_that_history_holds_twice_bars_those_who_share_it() -> None:
    """A and D filed with one contact: neither files again, B and C do; beyond the number nobody does."""
    held: list[Row] = [
        {"applicant": name, "subject": "X", "benefit": "smart", "year": 2027, "status": "filed"}
        for name in ("A", "D")
    ]
    alike = [card("a", "1"), card("b", "2"), card("c", "3"), card("a", "4")]
    assert wan(firms(*alike, history=held), contact="hard") == 250 + 200
    assert wan(firms(*alike, history=held, contacts={2027: 1}), contact="hard") == 0
    assert wan(firms(*alike, history=held, contacts={2027: 2}), contact="hard") == 300 + 100


def test_a_fund_cuts_what_a_year_pays() -> None:
    """A year's fund cuts the sum of that year; what is held is not counted, and other years are not cut."""
    rows = (
        project("P", 3000, kinds=["equipment"], filing_years=[2026]),
        project("Q", 3500, kinds=["equipment"], filing_years=[2026, 2027]),
    )
    portfolio = financed(loan("L", {2025: 200}, filing_years=[2026, 2027]), projects=rows)
    portfolio |= {"horizon": [2026, 2027], "fund_ceilings": {2026: 250}}
    # In 2026 P alone uses the fund up; Q and the interest wait for 2027.
    assert wan(portfolio) == 250 + 350 + 100
    assert wan(portfolio | {"fund_ceilings": {2026: 250, 2027: "400万元"}}) == 250 + 400


def test_a_cap_leaves_its_room_where_the_fund_has_some() -> None:
    """Of a cap over two years, each year's claims take what pays best."""
    rows = [
        loan("L", {2025: 900}, filing_years=[2026]),
        loan("M", {2026: 900}, filing_years=[2027]),
    ]
    portfolio = financed(*rows, projects=(idle("P"),), horizon=[2026, 2027])
    assert wan(portfolio) == 500
    assert wan(portfolio | {"fund_ceilings": {2026: 100}}) == 500
    assert wan(portfolio | {"fund_ceilings": {2026: 100, 2027: 300}}) == 400
    assert wan(portfolio | {"fund_ceilings": {2026: 30}}) == 480
