"""A pack's own statements on money count, whether or not anything else has to be ground."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.packs import benefit, group_under, manifest, question, worded, write_pack

from subvent.diagnostics import PolicyError
from subvent.document.reader import plan_from_json
from subvent.export.described import describe
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.plan import Solved, solve_rows
from subvent.report.json import plan_json
from subvent.strictness import Comparison
from subvent.verify import check

MANIFEST = manifest("xy/lamps", benefit("lamp", "路灯", "lamps"))
BUDGET = worded("limits.budget", "预算", "budget")
TERMS = """\
%* [1] 路灯
   「按照审定费用的50%给予资助，最高100万元；合计不超过120万元」
*%
base_field(lamp, audited_cost).
rate(lamp, 50).
cap(lamp, (100,0)).
"""
PORTFOLIO = """\
unit: 万元
as_of: 2030-05-06
horizon: [2030]
companies: [{id: A}]
projects:
  - {id: P, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: 160}
  - {id: Q, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: 140}
"""


def solved_with(folder: Path, terms: str, group: str, more: str = "") -> Solved:
    """The plan of a group under a pack with these terms, and further tables."""
    pack = write_pack(folder, MANIFEST + BUDGET * ("budget" in terms) + more, terms)
    return solve_rows(*group_under(pack, group), {}, InProcess())


@pytest.mark.parametrize(
    ("statement", "claims", "bound"),
    [
        # 80 + 70.
        ("", {"P", "Q"}, 150),
        # Only one of them fits into 120, the larger.
        (
            "&cap(budget) { Q,A,S,B,Y : claim(A,S,B,Y), worth(A,S,B,Y,Q) } <= (120,0).",
            {"P"},
            80,
        ),
    ],
)
def test_a_packs_own_cap_forbids_what_passes_it(
    tmp_path: Path, statement: str, claims: set[str], bound: int
) -> None:
    """Claims that come to more than the cap together are not made together."""
    plan = solved_with(tmp_path, TERMS + statement + "\n", PORTFOLIO).plan
    assert {claim.subject for claim in plan.claims} == claims
    assert plan.bound_fen == bound * 1_000_000


SHARED = """\
serves(S,lamp,E) :- suits(S,lamp), row(equipment,E).
pool(of(E), (T,0)) :- row(equipment,E), value(E,unit_price,(T,_)).
draws(of(E), claim(A,S,lamp,Y), E) :- claimable(A,S,lamp,Y), row(equipment,E).
split(both(S,T), Q) :- entry(S,shared_cost,T,Q), S < T.
splits(both(S,T), left, claim(A,S,lamp,Y)) :- split(both(S,T),_), claimable(A,S,lamp,Y).
splits(both(S,T), right, claim(A,T,lamp,Y)) :- split(both(S,T),_), claimable(A,T,lamp,Y).
"""
EQUIPMENT = "equipment: [{id: E, owner: A, unit_price: 60}, {id: F, owner: A, unit_price: 40}]\n"


def verified(solved: Solved) -> bool:
    """Whether the saved plan passes, its facts and its model derived a second time."""
    document = plan_from_json("".join(plan_json(solved.plan)))
    return not list(check(solved.problem, document, InProcess()))


def test_a_shared_cost_goes_to_the_claim_whose_row_has_room(tmp_path: Path) -> None:
    """A cost of 100 stands in 160 and in 140: at 50 % 100 in all, 60 for one row and 40 for the other."""
    group = PORTFOLIO.replace("audited_cost: 160", "audited_cost: 160, shared_cost: {Q: 100}") + EQUIPMENT
    solved = solved_with(tmp_path, TERMS + SHARED, group)
    assert solved.plan.status == "optimal"
    assert sorted(claim.fen for claim in solved.plan.claims) == [40_000_000, 60_000_000]
    assert verified(solved)
    labels = describe(solved.problem, solved.plan).variables
    assert any("fen less there for shared cost" in label.text.en for label in labels)


def test_a_claim_may_leave_to_others_more_than_its_base(tmp_path: Path) -> None:
    """Q has 40 of which 30 stand in P and 30 in R: with nothing for Q, P and R bring all of their 90."""
    split = "".join(f"{line}\n" for line in SHARED.splitlines() if line.startswith("split"))
    rows = (("P", 90, "{Q: 30}"), ("Q", 40, "{R: 30}"), ("R", 90, "{}"))
    projects = "".join(
        f"  - {{id: {name}, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: {cost}, "
        f"shared_cost: {shared}}}\n"
        for name, cost, shared in rows
    )
    solved = solved_with(tmp_path, TERMS + split, PORTFOLIO.split("  - ", maxsplit=1)[0] + projects)
    assert solved.plan.status == "optimal"
    assert solved.plan.total_fen == 90_000_000
    assert [entry.loss_fen for entry in solved.plan.not_claimed] == [0]
    assert any(v.name.startswith("void(") for v in solved.problem.model.variables)
    assert verified(solved)
    (label,) = (one for one in describe(solved.problem, solved.plan).variables if "void" in one.short)
    assert "shared cost counts elsewhere" in label.text.en


DRAWN = "draws({}, claim(A,S,lamp,Y)) :- claimable(A,S,lamp,Y).\n"


@pytest.mark.parametrize(
    ("caps", "total"),
    [
        # 80 + 70: of the company at most 90, of the city at most 100.
        ("pool(of(A), (90,0)) :- row(companies,A).\npool(city, (100,0)).\n", 90),
        ("pool(of(A), (90,0)) :- row(companies,A).\nceiling(city, (85,0)).\n", 85),
        ("ceiling(of(A), (90,0)) :- row(companies,A).\nceiling(city, (100,0)).\n", 90),
        ("ceiling(of(A), (120,0)) :- row(companies,A).\npool(city, (110,0)).\n", 110),
    ],
)
def test_caps_within_caps_bound_what_is_paid(tmp_path: Path, caps: str, total: int) -> None:
    """What a claim is paid less for one cap counts for those around it too."""
    solved = solved_with(tmp_path, TERMS + caps + DRAWN.format("of(A)") + DRAWN.format("city"), PORTFOLIO)
    assert solved.plan.status == "optimal"
    assert solved.plan.total_fen == total * 1_000_000
    assert verified(solved)
    for label in describe(solved.problem, solved.plan).variables:
        assert label.citations


def test_two_caps_of_the_row_a_claim_is_made_for(tmp_path: Path) -> None:
    """What is paid less for the row's cap is so for the city's: 60 + 40, of these 95."""
    rows = SHARED.split("split(", maxsplit=1)[0]
    terms = TERMS + rows + "pool(city, (95,0)).\n" + DRAWN.format("city")
    solved = solved_with(tmp_path, terms, PORTFOLIO + EQUIPMENT)
    assert solved.plan.status == "optimal"
    assert solved.plan.total_fen == 95_000_000
    assert verified(solved)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ("amount(S, lamp, (50,0)) :- suits(S,lamp).\n", "policy.amount-twice"),
        ("rate(lamp, 20).\n", "policy.amount-twice"),
        ("pool(k, (120,0)).\npool(k, (90,0)).\n" + DRAWN.format("k"), "policy.limit-twice"),
        ("ceiling(k, (120,0)).\nceiling(k, (90,0)).\n" + DRAWN.format("k"), "policy.limit-twice"),
    ],
    ids=["amount", "rate", "pool", "ceiling"],
)
def test_what_is_said_twice_is_refused(tmp_path: Path, terms: str, code: str) -> None:
    """Rules that give a claim two amounts, or a cap two limits, make no plan: neither is chosen silently."""
    with pytest.raises(PolicyError) as caught:
        solved_with(tmp_path, TERMS + terms, PORTFOLIO)
    (fault,) = caught.value.diagnostics
    assert fault.code == code
    lines = (TERMS + terms).splitlines()
    word = terms.partition("(")[0]
    said = [at for at, line in enumerate(lines, 1) if line.startswith(word)]
    if word == "amount":  # What base, rate and cap come to is the other amount.
        said += [at for at, line in enumerate(lines, 1) if line.startswith(("base_field", "rate", "cap"))]
    named = [int(at) for at in re.findall(r"terms\.lp:(\d+):1 \(", fault.what.en)]
    assert named == sorted(said)
    assert str(fault.place).endswith(f"terms.lp:{min(said)}:1")


def test_what_another_answer_says_twice_is_refused_where_its_total_is_told(tmp_path: Path) -> None:
    """By default a lamp has one amount, under the strict answer two: its strict total would be either."""
    terms = TERMS + "rate(lamp, 20) :- reading(night, yes).\n"
    night = question("night", "no, default = true", "yes", phrase="最高100万元")
    portfolio, policies = group_under(write_pack(tmp_path, MANIFEST + night, terms), PORTFOLIO)
    assert solve_rows(portfolio, policies, {}, InProcess()).plan.total_fen == 150_000_000
    with pytest.raises(PolicyError) as caught:
        Comparison(policies, portfolio, InProcess(), Limits()).strictness()
    (fault,) = caught.value.diagnostics
    assert fault.code == "policy.amount-twice"
    assert str(fault.place).endswith(".lp:5:1")


def test_a_share_of_no_cost_is_refused(tmp_path: Path) -> None:
    """A shared cost binds what is a share of a cost; of another amount it would count twice, unnoticed."""
    own = "%* [1] 路灯\n   「每盏最高100万元」\n*%\namount(S, lamp, (100,0)) :- suits(S,lamp).\n"
    split = "".join(f"{line}\n" for line in SHARED.splitlines() if line.startswith("split"))
    group = PORTFOLIO.replace("audited_cost: 160", "audited_cost: 160, shared_cost: {Q: 100}")
    with pytest.raises(PolicyError) as caught:
        solved_with(tmp_path, own + split, group)
    assert [found.code for found in caught.value.diagnostics] == ["policy.split-without-rate"]


def test_a_limit_with_room_left_is_not_what_stands_against_a_claim(tmp_path: Path) -> None:
    """Of two claims allowed one is made and uses the cap up: the cap is told, the limit of two is not."""
    limit = "limit(two, 2).\ncounts(two, claim(A,S,lamp,Y)) :- claimable(A,S,lamp,Y).\n"
    solved = solved_with(tmp_path, TERMS + limit + "pool(k, (80,0)).\n" + DRAWN.format("k"), PORTFOLIO)
    (entry,) = solved.plan.not_claimed
    assert (entry.subject, entry.reason) == ("Q", "outbid")
    assert [finding.name for finding in entry.findings] == ["k"]


def test_a_rate_with_decimals_and_an_amount_for_each(tmp_path: Path) -> None:
    """12.5 % of 160 is 20, and 0.5 for each of 8 is 4 more; both are told as what they are."""
    terms = (
        "%* [1] 路灯\n   「12.5%，每人5000元」\n*%\n"
        "amount(S, lamp, sum(share((12,500000),C),times((0,500000),N))) :-\n"
        "  suits(S,lamp), value(S,audited_cost,C), value(S,rd_cost,N).\n"
    )
    solved = solved_with(
        tmp_path, terms, PORTFOLIO.replace("audited_cost: 160", "audited_cost: 160, rd_cost: 8")
    )
    (claim,) = solved.plan.claims
    assert claim.fen == 24_000_000
    told = [stage.text.en for stage in claim.stages]
    assert any("12.5 % of audited cost" in one for one in told)
    assert any("0.5万元 × R&D cost" in one for one in told)
    assert verified(solved)
    (left,) = solved.plan.not_claimed
    assert left.reason == "unknown"
    assert "no rule gives an amount" in left.findings[0].text.en


def test_a_later_stage_asks_for_the_earlier_one_a_year_before(tmp_path: Path) -> None:
    """What rests on another benefit's amount and is filed the year after is planned and derived again."""
    terms = TERMS + (
        "amount(S, rest, share(50,E)) :- suits(S,rest), amount(S,lamp,E).\n"
        "violated(no_rest(S)) :- claim(A,S,rest,Y), not claim(A,S,lamp,Y-1).\n"
    )
    group = PORTFOLIO.replace("[2030]", "[2030, 2031]").replace("kinds: [lamp]", "kinds: [lamp, rest]", 1)
    solved = solved_with(tmp_path, terms, group, benefit("rest", "余款", "rest"))
    rest = [claim for claim in solved.plan.claims if claim.benefit == "rest"]
    assert [(claim.subject, claim.year, claim.fen) for claim in rest] == [("P", 2031, 40_000_000)]
    assert solved.plan.status == "optimal"
    assert verified(solved)


def test_what_a_rule_says_twice_by_what_it_rests_on_names_that_too(tmp_path: Path) -> None:
    """One amount of two tiers that overlap: the rules of the tiers are named beside it."""
    tiers = "tier(S,50) :- suits(S,lamp).\ntier(S,25) :- suits(S,lamp), value(S,audited_cost,_).\n"
    terms = (
        "%* [1] 路灯\n   「50%，25%」\n*%\n"
        + tiers
        + ("amount(S, lamp, share(P,E)) :- tier(S,P), value(S,audited_cost,E).\n")
    )
    with pytest.raises(PolicyError) as caught:
        solved_with(tmp_path, terms, PORTFOLIO)
    (fault,) = caught.value.diagnostics
    assert re.findall(r"terms\.lp:(\d+):1 \(", fault.what.en) == ["4", "5", "6"]
