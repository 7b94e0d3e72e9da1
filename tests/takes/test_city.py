"""In an invented city, whose rules the engine has never seen: every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.takes.replanned import Replanner

from subvent.logic.session import InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.takes import Answers, Takes, Way, takes_of_rows

CITY = Path(__file__).resolve().parents[1] / "cities"
PACKS = load_policies((str(CITY / "linhai"),))
GROUP = read_portfolio(CITY / "group.yaml", vocabulary_of(PACKS))
FEN = 1_000_000
"""Fen in 万元."""


def answers(
    subject: str, benefit: str | None = None, year: int | None = None, allowed: tuple[str, ...] = ()
) -> Answers:
    """What it would take in the group."""
    return takes_of_rows(GROUP, PACKS, (subject, benefit, year), InProcess(), allowed=allowed)


def answer(
    subject: str, benefit: str | None = None, year: int | None = None, allowed: tuple[str, ...] = ()
) -> Takes:
    """The one answer, every way of which holds when planned anew."""
    (found,) = answers(subject, benefit, year, allowed).takes
    Replanner(PACKS, GROUP).check(found)
    return found


def only(ways: tuple[Way, ...]) -> tuple[str, str, object, str, int]:
    """Row, field, new value, bound and gain of the one way, which changes one fact."""
    (way,) = ways
    (fact,) = way.facts
    return fact.row, fact.field, fact.after, fact.bound, way.gain_fen


def test_one_fen_below_a_threshold() -> None:
    """W2 has 39.999999 of 40: one fen more, and it brings 25 % of 39, for which 甲 leaves out K1's 4."""
    found = answer("W2")
    assert found.state == "impossible"
    assert only(found.possible) == ("W2", "total_investment", Decimal(40), "least", 575 * FEN // 100)


def test_one_watt_below_a_threshold() -> None:
    """S5 has 199.999999 kW of 200, and brings 300 yuan a kW: 6; 丙 files two others in 2025 already."""
    found = answer("S5")
    (way,) = found.possible
    assert [(fact.field, fact.after) for fact in way.facts] == [("solar_kw", Decimal(200))]
    assert not way.planned
    assert way.gain_fen == 0
    assert way.loss_fen == (15 - 6) * FEN


def test_a_claim_that_is_outbid_has_to_bring_as_much() -> None:
    """Of S5, S4 (15) and W3 (80) two may be filed: S5 brings 15 at 500 kW, one millionth less does not do."""
    found = answer("S5", "solar", 2025)
    (way,) = found.planned
    (fact,) = way.facts
    assert fact.field == "solar_kw"
    assert isinstance(fact.after, Decimal)
    assert Decimal(500) <= fact.after <= Decimal("500.00004")
    assert found.most[0].gain_fen == (60 - 15) * FEN
    assert [one.after for one in found.most[0].facts] == [Decimal(2000)]


def test_what_has_happened_is_not_advised() -> None:
    """乙 is one day too young: it is said, and asked about only when its day is named."""
    found = answer("S3")
    assert found.possible == ()
    assert any("2024-08-02" in said.zh for said in found.in_the_way)
    named = answer("S3", allowed=("乙.established",))
    row, field, after, bound, _ = only(named.possible)
    assert (row, field, after, bound) == ("乙", "established", date(2024, 8, 1), "most")
    assert named.possible[0].facts[0].past


def test_a_claim_in_the_plan_tells_up_to_where_it_grows() -> None:
    """S1 brings 0.03 a kW for 1,500 kW; the cap of 60 is reached at 2,000 kW."""
    found = answer("S1")
    assert found.state == "planned"
    assert only(found.most) == ("S1", "solar_kw", Decimal(2000), "least", 15 * FEN)


def test_the_whole_goes_along_with_its_part() -> None:
    """W3 brings 25 % of 400; W2's cap of 80 takes an audited cost of 320, and so a total of 320."""
    (way,) = [way for way in answer("W2").most if way.facts[0].field == "audited_cost"]
    assert [(fact.field, fact.after, fact.implied) for fact in way.facts] == [
        ("audited_cost", Decimal(320), False),
        ("total_investment", Decimal(320), True),
    ]


def test_what_is_at_its_cap_grows_no_more() -> None:
    """K2 has 150 pupils at 500 yuan, capped at 5 万元: nothing brings it more."""
    found = answer("K2")
    assert found.most == ()
    assert found.exhausted


@pytest.mark.parametrize(
    "row", [row.id for listed in GROUP.rows.values() for row in listed if row.id[0] in "SWK"]
)
def test_every_answer_of_the_group_holds(row: str) -> None:
    """Whatever it would take for a row: planned anew it is so, and one step less does not do."""
    replanner = Replanner(PACKS, GROUP)
    for found in answers(row, allowed=(row, "甲", "乙", "丙")).takes:
        replanner.check(found)
