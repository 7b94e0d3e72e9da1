"""On which day a row is filed, and that a condition has one answer, a claim one side of a conflict."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import benefit, group_under, manifest, worded, write_pack

from subvent.diagnostics import PolicyError
from subvent.logic.session import InProcess
from subvent.plan import plan_rows

MANIFEST = manifest(
    "xy/lamps",
    benefit("lamp", "路灯", "lamps"),
    benefit("sign", "路牌", "signs"),
    worded("conditions.ripe", "满一年", "a year old"),
)
TERMS = """\
%* [1] 路灯
   「满1年，路灯10万元，路牌5万元，2030年3月31日、2030年9月30日截止」
*%
amount(S, lamp, (10,0)) :- suits(S,lamp).
amount(S, sign, (5,0)) :- suits(S,sign).
requires_in_year((lamp; sign), ripe).
passed(ripe, end, years(1), filing_day).
window(lamp, 2030, (2030,3,31), (2030,3,31)).
"""
LATER = "window(sign, 2030, (2030,9,30), (2030,9,30)).\n"
PORTFOLIO = """\
unit: 万元
as_of: 2030-07-01
horizon: [2030]
companies: [{id: A}]
projects:
  - {id: P, applicant: A, kinds: [lamp], filing_years: [2030], end: 2029-06-01}
  - {id: Q, applicant: A, kinds: [sign], filing_years: [2030], end: 2029-06-01}
"""


def total(folder: Path, terms: str, group: str = PORTFOLIO, more: str = "") -> int:
    """What the group's plan comes to, in fen; `more` are further tables of the pack."""
    portfolio, policies = group_under(write_pack(folder, MANIFEST + more, terms), group)
    return plan_rows(portfolio, policies, {}, InProcess()).total_fen


@pytest.mark.parametrize("terms", [TERMS, TERMS + LATER])
def test_a_window_binds_what_it_is_for(tmp_path: Path, terms: str) -> None:
    """Lamps close before their year has passed; signs are filed on the day of planning, or later."""
    assert total(tmp_path, terms) == 5_000_000


def test_a_row_with_two_filing_days_is_refused(tmp_path: Path) -> None:
    """A condition would be both met and failed: neither is taken, and every rule behind it is named."""
    with pytest.raises(PolicyError) as caught:
        total(tmp_path, TERMS + LATER, PORTFOLIO.replace("[sign]", "[lamp, sign]"))
    (fault,) = caught.value.diagnostics
    assert fault.code == "policy.met-and-failed"
    assert all(f"terms.lp:{line}:1" in fault.what.en for line in (7, 8, 9))


def test_answers_that_overlap_are_refused(tmp_path: Path) -> None:
    """Of >= and <= both hold at the bound itself."""
    own = """\
met(at(S,Y), ripe) :- asked(at(S,Y),ripe), value(S,end,D), D <= (2029,6,1).
failed(at(S,Y), ripe) :- asked(at(S,Y),ripe), value(S,end,D), D >= (2029,6,1).
"""
    terms = TERMS.replace("「满1年", "「2029年6月1日，满1年").replace(
        "passed(ripe, end, years(1), filing_day).\n", own
    )
    with pytest.raises(PolicyError) as caught:
        total(tmp_path, terms)
    assert [fault.code for fault in caught.value.diagnostics] == ["policy.met-and-failed"]
    assert total(tmp_path, terms, PORTFOLIO.replace("06-01", "05-31")) == 15_000_000


def test_a_claim_on_both_sides_of_a_conflict_is_refused(tmp_path: Path) -> None:
    """Nobody could make it, and no reason would be told."""
    sides = """\
conflict(budget).
left(budget, claim(A,S,lamp,Y)) :- claimable(A,S,lamp,Y).
right(budget, claim(A,S,B,Y)) :- claimable(A,S,B,Y).
"""
    group = PORTFOLIO.replace("06-01", "01-01")
    with pytest.raises(PolicyError) as caught:
        total(tmp_path, TERMS + sides, group, worded("limits.budget", "预算", "budget"))
    (fault,) = caught.value.diagnostics
    assert fault.code == "policy.excludes-itself"
    assert all(f"terms.lp:{line}:1" in fault.what.en for line in (10, 11))
