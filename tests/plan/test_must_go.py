"""What of a plan cannot stay beside a claim that is outbid: for shared caps, funds, a pack's own rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.packs import LAMPS, benefit, group_under, manifest, worded, write_pack

from subvent.document.answers import ANSWERS
from subvent.explain.asked import Question
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.questions.insist import questions_about
from subvent.questions.saved import questions_saved
from subvent.report.json import plan_json
from subvent.report.workbook_why import write_why_workbook

MANIFEST = manifest(
    "xy/lamps",
    benefit("lamp", "路灯", "lamps"),
    benefit("plan", "规划", "plans"),
    articles={**LAMPS, "2": ("限制", "Limits")},
)
BOUND = worded("limits.bound", "{0}的限制", "the limit of {0}")
TERMS = """\
%* [1] 路灯
   「按照审定费用的50%给予资助」
*%
base_field((lamp;plan), audited_cost).
amount(S,B,share(50,E)) :- counted(S,B,E).

%* [2] 限制
   「合计不超过120万元，最多2项，3项中的规划先行」
*%
"""
GROUP = """\
unit: 万元
as_of: 2030-05-06
horizon: [2030]
companies: [{id: A, name: 星河}]
projects:
  - {id: P, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: 160}
  - {id: Q, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: 140}
  - {id: R, applicant: A, kinds: [plan], filing_years: [2030], audited_cost: 60}
"""
LIMIT = """\
limit(bound(A), 2) :- claimable(A,_,_,_).
counts(bound(A), claim(A,S,B,Y)) :- claimable(A,S,B,Y).
"""
POOL = """\
pool(bound(A), (120,0)) :- claimable(A,_,_,_).
draws(bound(A), claim(A,S,B,Y)) :- claimable(A,S,B,Y).
"""
SUM = "&cap(bound(A)) { Q,S,Y : claim(A,S,lamp,Y), worth(A,S,lamp,Y,Q) } <= (120,0) :- row(companies,A).\n"
RULE = 'violated(bound(A)) :- claim(A,"P",lamp,_), claim(A,"R",plan,_).\n'
CONSTRAINT = ':- claim(A,"P",lamp,_), claim(A,"R",plan,_).\n'
PHRASE = "合计不超过120万元，最多2项，3项中的规划先行"
RESTS = """\
violated(bound(A)) :- claim(A,"Q",lamp,_), not claim(A,"P",lamp,_).
"""
ONE_OF = """\
violated(bound(A)) :- claim(A,"P",lamp,_), claim(A,"Q",lamp,_), claim(A,"R",plan,_).
"""


def asked(folder: Path, rules: str, subject: str, group: str = GROUP) -> tuple[Questions, Questions]:
    """What a saved plan says of a subject, nothing planned anew, and what planning anew says."""
    pack = write_pack(folder, MANIFEST + BOUND * ("bound(" in rules), TERMS + rules)
    rows, policies = group_under(pack, group)
    file, saved, packs = pack / "group.yaml", folder / "plan.json", [str(pack)]
    saved.write_text(plan_json(plan_rows(rows, policies, {}, InProcess())), encoding="utf-8")
    return questions_saved(file, saved, subject, packs), questions_about(file, subject, policies=packs)


def answer(text: str) -> list[dict[str, Any]]:
    """What is not claimed, of an answer that is as its schema says."""
    ANSWERS["why"].validate_json(text)
    found: list[dict[str, Any]] = json.loads(text)["not_claimed"]
    return found


def must_go(questions: Questions, subject: str) -> dict[str, Any]:
    """What goes for a subject in its one year: the limits of each claim, and of several together."""
    (entry,) = answer(questions.json(subject))
    (way,) = entry["must_go"]
    shared = [(one["forced_by"]["limit"], [c["id"] for c in one["claims"]]) for one in way.get("not_all", [])]
    return {"alone": _limits(way["claims"]), "shared": shared}


def _limits(claims: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {one["id"].split("/")[1]: [force["limit"] for force in one["forced_by"]] for one in claims}


@pytest.mark.parametrize(
    ("rules", "subject", "alone", "shared"),
    [
        # One of two places.
        (LIMIT, "R", {}, [('bound("A")', ["A/P/lamp/2030", "A/Q/lamp/2030"])]),
        # 80 + 70 come to 120 already: a shared cap forbids nothing, and pays no more.
        (POOL, "R", {}, [('bound("A")', ["A/P/lamp/2030", "A/Q/lamp/2030"])]),
        # Lamps bring 120 at most: 80 and 70 are too much.
        (SUM, "Q", {"P": ['bound("A")']}, []),
        (RULE, "R", {"P": ['bound("A")']}, []),
        (CONSTRAINT, "R", {"P": ['constraint("xy/lamps#2.1")']}, []),
        # Q rests on P, which has to go for R.
        (CONSTRAINT + RESTS, "R", {"P": ['constraint("xy/lamps#2.1")'], "Q": ['bound("A")']}, []),
        (ONE_OF, "R", {}, [('bound("A")', ["A/P/lamp/2030", "A/Q/lamp/2030"])]),
    ],
)
def test_what_must_go_is_told_of_every_kind_of_rule(
    tmp_path: Path, rules: str, subject: str, alone: dict[str, list[str]], shared: list[tuple[str, list[str]]]
) -> None:
    """Claims that cannot stay by themselves, and those of which not all can: with the limit in both."""
    told = must_go(asked(tmp_path, rules, subject)[0], subject)
    assert told == {"alone": alone, "shared": shared}


def test_a_fund_counts_what_other_caps_leave_of_a_claim(tmp_path: Path) -> None:
    """P and Q use up the 120 that are paid beside R's 30: a fund of as much is not passed."""
    fund = """\
ceiling(bound(fund), (120,0)).
draws(bound(fund), claim(A,S,B,Y)) :- claimable(A,S,B,Y).
"""
    saved, _ = asked(tmp_path, POOL + fund, "R")
    assert must_go(saved, "R")["shared"] == [('bound("A")', ["A/P/lamp/2030", "A/Q/lamp/2030"])]


def test_a_shared_cap_is_told_with_what_it_pays(tmp_path: Path) -> None:
    """80, 40 of 70 and 30 more are 150 together, of which 120 is paid."""
    saved, _ = asked(tmp_path, POOL, "R")
    (entry,) = answer(saved.json("R"))
    (cap,) = entry["must_go"][0]["not_all"]
    assert (cap["together_yuan"], cap["at_most_yuan"]) == ("1500000.00", "1200000.00")
    assert [(one["id"], one["amount_yuan"]) for one in cap["claims"]] == [
        ("A/P/lamp/2030", "800000.00"),
        ("A/Q/lamp/2030", "400000.00"),
    ]
    assert "与它合计 150万元，最多只付 120万元，因：A的限制" in saved.text("R")
    assert "Claims of the plan that share a cap with it:" in saved.text("R", language="en")


@pytest.mark.parametrize(
    ("rules", "subject", "forced"),
    [
        (SUM, "Q", {"P": ['bound("A")']}),
        (RULE, "R", {"P": ['bound("A")']}),
        (CONSTRAINT + RESTS, "R", {"P": ['constraint("xy/lamps#2.1")'], "Q": ['bound("A")']}),
    ],
)
def test_a_plan_with_the_claim_tells_the_rule_of_what_goes(
    tmp_path: Path, rules: str, subject: str, forced: dict[str, list[str]]
) -> None:
    """The best plan that holds it leaves claims out: each because of the rule it would break there."""
    _, planned = asked(tmp_path, rules, subject)
    (entry,) = answer(planned.json(subject))
    gone = [change for change in entry["if_insisted"]["changes"] if change["after_yuan"] is None]
    assert _limits(gone) == forced


def test_what_a_cap_leaves_less_is_told_with_the_cap(tmp_path: Path) -> None:
    """P and Q bring the 120 that are paid; with O before them Q is paid less."""
    group = GROUP.replace("audited_cost: 140", "audited_cost: 80").replace("id: R", "id: O")
    _, planned = asked(tmp_path, POOL, "O", group)
    (entry,) = answer(planned.json("O"))
    less = [one["forced_by"] for one in entry["if_insisted"]["changes"] if one["before_yuan"]]
    assert [[force["limit"] for force in forces] for forces in less] == [['bound("A")']]


@pytest.mark.parametrize("rules", [POOL, CONSTRAINT])
def test_the_workbook_of_an_answer_tells_it_too(tmp_path: Path, rules: str) -> None:
    """The sheet of what is not claimed names the claims, the limit and its phrase."""
    saved, _ = asked(tmp_path, rules, "R")
    write_why_workbook(tmp_path / "a.xlsx", saved, Question("R"), "zh")
    rows = list(load_workbook(tmp_path / "a.xlsx")["未申报原因"].values)
    (row,) = (row for row in rows if row[0] == "星河" or str(row[0]).startswith("星河"))
    assert "没有重新求解" in row[3]
    assert "80.00" in row[3]
    assert PHRASE in row[6]
