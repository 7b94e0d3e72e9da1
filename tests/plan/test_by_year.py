"""What a pack says of a filing year: terms of months, facts that lack for one year, and what caps it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import benefit, group_under, manifest, worded, write_pack

from subvent.diagnostics import PolicyError
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.policy.lint import lint
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.questions.takes.unknown import worths_of_rows
from subvent.result import Plan

MANIFEST = manifest(
    "xy/awards",
    benefit("match", "配套", "matching", article="2"),
    worded("conditions.recent", "到账后及时申报", "filed soon after"),
    worded("limits.once", "{0}只配套一次", "{0} once"),
    worded("limits.contribution", "{0}在{1}年不超过财政贡献", "{0} in {1} at most its contribution"),
    worded("inputs.projects.received", "到账日", "Received", 'type = "date"\n'),
    worded(
        "inputs.companies.local_tax",
        "地方财政贡献",
        "Local tax",
        'type = "map"\npast = true\nof = "money"\nkeys = [{ type = "year", zh = "年度", en = "year" }]\n',
    ),
    articles={"1": ("对象", "Who"), "2": ("配套", "Matching"), "3": ("财政贡献", "Contribution")},
)
TERMS = """\
%* [1] 对象
   「企业」
*%
grant(match).

%* [2] 配套
   「省级资金到账6个月内申报的，按1：1配套，每项1次」
*%
base_field(match, audited_cost).
amount(S, match, part(1,1,E)) :- base(S,match,E).
requires(match, recent).
within_term(recent, received, months(6), as_of).
limit(once(S), 1) :- claimable(_,S,match,_).
counts(once(S), claim(A,S,match,Y)) :- claimable(A,S,match,Y).

%* [3] 财政贡献
   「当年不超过上年度地方财政贡献」
*%
pool(contribution(A,Y), V) :- claimable(A,_,B,Y), grant(B), entry(A,local_tax,Y-1,V).
draws(contribution(A,Y), claim(A,S,B,Y)) :- claimable(A,S,B,Y), grant(B).
missing(at(S,Y), B, local_tax(Y-1)) :- grant(B), proposed(S,B,Y), link(S,applicant,A),
    not entry(A,local_tax,Y-1,_).
"""
GROUP = """\
unit: 万元
as_of: 2030-06-01
horizon: [2030, 2031]
companies: [{{id: A, local_tax: {tax}}}]
projects:
  - {{id: P, applicant: A, kinds: [match], filing_years: {years}, audited_cost: 50, received: {day}}}
"""


def read(
    folder: Path, tax: str, day: str = "2030-01-01", years: str = "[2030, 2031]", more: str = ""
) -> tuple[Portfolio, PolicySet]:
    """One project, and the pack, with further rules where there are any."""
    pack = write_pack(folder, MANIFEST, TERMS + more)
    return group_under(pack, GROUP.format(tax=tax, day=day, years=years))


def planned(folder: Path, *given: str) -> Plan:
    """The plan of one project."""
    portfolio, policies = read(folder, *given)
    assert not lint(policies)
    return plan_rows(portfolio, policies, {}, InProcess())


@pytest.mark.parametrize(
    ("day", "shortfall"),
    [
        ("2029-12-02", None),
        ("2029-12-01", "1 day"),
        ("2029-11-30", "3 days"),
        # Six months on from 31 August and from 29 August there is no such day in February: 1 March.
        ("2029-08-31", "93 days"),
        ("2029-08-29", "93 days"),
        ("2029-08-28", "94 days"),
    ],
)
def test_a_term_of_months_ends_on_the_day_of_its_last_month(
    tmp_path: Path, day: str, shortfall: str | None
) -> None:
    """As with years, the end has to lie before the day on which the months have passed."""
    plan = planned(tmp_path, "{2029: 100}", day)
    findings = [one for entry in plan.not_claimed for one in entry.findings if one.kind == "failed"]
    if shortfall is None:
        assert [claim.subject for claim in plan.claims] == ["P"]
        return
    assert plan.claims == ()
    assert findings[0].shortfall is not None
    assert findings[0].shortfall.en.startswith(shortfall)
    assert "6个月" in findings[0].text.zh
    assert "6 months" in findings[0].text.en


def test_what_lacks_for_a_year_bars_that_year_alone(tmp_path: Path) -> None:
    """Of a benefit that is not yearly too: nothing is claimed past a cap that nobody knows."""
    plan = planned(tmp_path, "{2029: 30}")
    assert [(claim.year, claim.fen) for claim in plan.claims] == [(2030, 30_000_000)]
    assert planned(tmp_path, "{2030: 40}").total_fen == 40_000_000
    (entry,) = planned(tmp_path, "{2020: 40}").not_claimed
    assert entry.reason == "unknown"
    assert [(one.row, one.path) for one in planned(tmp_path, "{2020: 40}").unknown] == [
        ("A", (2029,)),
        ("A", (2030,)),
    ]


def test_the_article_of_the_cap_governs_what_it_leaves(tmp_path: Path) -> None:
    """Not the one that says whose claims fall under it."""
    plan = planned(tmp_path, "{2029: 30}")
    assert [citation.article for citation in plan.claims[0].governed] == ["3"]
    # What no rule of the pack asks for is not assumed either.
    assert plan.assumptions == ()
    assert [c.article for c in planned(tmp_path, "{2029: 90}").claims[0].governed] == ["2"]


def test_a_fact_of_one_year_has_its_own_worth(tmp_path: Path) -> None:
    """Also of a year that is not over on the day of the plan."""
    portfolio, policies = read(tmp_path, "{2020: 30}", years="[2031]")
    assert plan_rows(portfolio, policies, {}, InProcess()).total_fen == 0
    (worth,) = worths_of_rows(portfolio, policies, InProcess()).worths
    assert worth.fact.path == (2030,)
    assert worth.gain_fen == 50_000_000
    assert [fact.after for fact in worth.facts] == [50]


def test_a_range_that_ends_below_its_beginning_is_refused(tmp_path: Path) -> None:
    """Its total at the low end would lie above that at the high one."""
    rules = "%* [2] 区间\n   「40万元至30万元」\n*%\nspread(S, match, (40,0), (30,0)) :- suits(S,match).\n"
    portfolio, policies = read(tmp_path, "{2029: 30}", more=rules)
    with pytest.raises(PolicyError, match="range-reversed"):
        plan_rows(portfolio, policies, {}, InProcess())
