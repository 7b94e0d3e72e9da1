"""The next jump of a total whose claims a shared cap bounds, in a pack made up for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.packs import benefit, group_under, manifest, worded, write_pack
from tests.takes.replanned import Replanner

from subvent.logic.session import InProcess
from subvent.questions.takes import takes_of_rows

FEN = 1_000_000
"""Fen in 万元."""
MANIFEST = manifest(
    "xy/caps",
    benefit("equip", "设备奖励", "reward for equipment"),
    worded("limits.of_project", "{0} 的上限", "the cap of {0}"),
    worded("inputs.projects.device_cost", "设备投入", "Cost of equipment", 'type = "money"\n'),
)
TERMS = """\
%* [1] 设备
   「按设备投入的50%奖励，总投资500万元以下的最高10万元，达到500万元的最高20万元，达到800万元的按总投资的3%」
*%
amount(S, equip, share(50,V)) :- suits(S,equip), value(S,device_cost,V).
missing(S, equip, F) :- suits(S,equip), F = (device_cost; total_investment), not value(S,F,_).
pool(of_project(S), (10,0)) :- suits(S,equip), value(S,total_investment,T), T < (500,0).
pool(of_project(S), (20,0)) :- suits(S,equip), value(S,total_investment,T), T >= (500,0), T < (800,0).
pool(of_project(S), @fen(share(3,T))) :- suits(S,equip), value(S,total_investment,T), T >= (800,0).
draws(of_project(S), claim(A,S,equip,Y)) :- claimable(A,S,equip,Y).
"""
GROUP = """\
unit: 万元
as_of: 2030-06-30
horizon: [2030]
companies: [{{id: A}}]
projects:
  - {{id: P, applicant: A, kinds: [equip], filing_years: [2030], device_cost: 300, total_investment: {total}}}
"""


@pytest.mark.parametrize(
    ("total", "more", "at", "step"),
    [
        ("400", True, "500", 10),
        ("499.999999", True, "500", 10),
        ("500", True, "800", 4),
        ("700", False, "499.999999", -10),
        # It grows with the investment, by 3 %: a step of it is no jump.
        ("900", False, "799.999999", -4),
        ("900", True, None, 0),
    ],
)
def test_the_next_size_of_a_cap_is_a_jump(
    total: str, at: str | None, step: int, tmp_path: Path, *, more: bool
) -> None:
    """Up and down, one fen before it and at it, beside a cap that grows in proportion."""
    group, packs = group_under(write_pack(tmp_path, MANIFEST, TERMS), GROUP.format(total=total))
    found = takes_of_rows(group, packs, ("P", None, None), InProcess())
    for answer in found.takes:
        Replanner(packs, group).check(answer)
    rates = [one for one in found.rates if (one.field, one.more) == ("total_investment", more)]
    jumps = [one.jump for one in rates if one.jump]
    assert [(jump.facts[0].after, jump.step_fen) for jump in jumps] == (
        [] if at is None else [(Decimal(at), step * FEN)]
    )


FLAT = TERMS.replace("share(50,V)", "(30,0)").replace(", value(S,device_cost,V)", "")
BY_COST = """\
%* [1] 设备
   「按设备投入的50%奖励，设备投入500万元以下的最高10万元，500至600万元的最高15万元，600至800万元的最高40万元，
   800万元以上的最高15万元」
*%
amount(S, equip, share(50,V)) :- suits(S,equip), value(S,device_cost,V).
missing(S, equip, device_cost) :- suits(S,equip), not value(S,device_cost,_).
size((0,0), (500,0), (10,0)).
size((500,0), (600,0), (15,0)).
size((600,0), (800,0), (40,0)).
size((800,0), (2147483647,0), (15,0)).
pool(of_project(S), E) :- suits(S,equip), value(S,device_cost,V), size(C,D,E), C <= V, V < D.
draws(of_project(S), claim(A,S,equip,Y)) :- claimable(A,S,equip,Y).
"""
OF_ITSELF = """\
%* [1] 设备
   「总投资500万元以下的10万元，500至800万元的30万元，800万元以上的5万元」
*%
missing(S, equip, total_investment) :- suits(S,equip), not value(S,total_investment,_).
size((0,0), (500,0), (10,0)).
size((500,0), (800,0), (30,0)).
size((800,0), (2147483647,0), (5,0)).
amount(S, equip, E) :- suits(S,equip), value(S,total_investment,V), size(C,D,E), C <= V, V < D.
pool(of_project(S), (100,0)) :- suits(S,equip).
draws(of_project(S), claim(A,S,equip,Y)) :- claimable(A,S,equip,Y).
"""


@pytest.mark.parametrize(
    ("terms", "total", "field", "at", "brings"),
    [
        # It grows by 3 % from 800 on, until the amount itself is reached: 150, or 30.
        (TERMS, "400", "total_investment", "5000", 150),
        (FLAT, "400", "total_investment", "1000", 30),
        (FLAT, "900", "total_investment", "1000", 30),
        (FLAT, "1000", "total_investment", None, 30),
        (FLAT.replace("@fen(share(3,T))", "(12,0)"), "400", "total_investment", "500", 20),
        (FLAT.replace("@fen(share(3,T))", "(12,0)"), "900", "total_investment", "799.999999", 20),
        # Up and down again.
        (BY_COST, "400", "device_cost", "600", 40),
        (OF_ITSELF, "400", "total_investment", "500", 30),
        (OF_ITSELF, "600", "total_investment", None, 30),
    ],
)
def test_more_is_gained_up_to_the_best_size_of_a_cap(
    terms: str, total: str, field: str, at: str | None, brings: int, tmp_path: Path
) -> None:
    """Also where the claim by itself brings as much whatever the cap, and where a greater value has less."""
    group, packs = group_under(write_pack(tmp_path, MANIFEST, terms), GROUP.format(total=total))
    found = takes_of_rows(group, packs, ("P", None, None), InProcess())
    (answer,) = found.takes
    Replanner(packs, group).check(answer)
    told = [(fact.field, fact.after, way.total_fen) for way in answer.most for fact in way.facts]
    assert told == ([] if at is None else [(field, Decimal(at), brings * FEN)])
    assert answer.exhausted == (at is None)
