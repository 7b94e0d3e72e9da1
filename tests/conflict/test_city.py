"""Conflicts in an invented city: articles that forbid only together, documents of which one prevails."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import LAMPS, benefit, manifest, worded, write_pack

from subvent.diagnostics import Language, PolicyError
from subvent.policy.loader import load_policies
from subvent.questions.conflict import Answer, conflict_portfolio
from subvent.questions.price import price_portfolio
from subvent.report.text_conflict import conflict_text

CITY = manifest(
    "xy/city",
    benefit("lamp", "路灯", "lamps"),
    benefit("plan", "规划", "plans"),
    worded("limits.planned_first", "{0}的路灯以其规划为前提", "lamps of {0} rest on its plan"),
    articles={**LAMPS, "2": ("一处一项", "One a place"), "3": ("先后", "Order")},
)
ONE_A_PLACE = worded("limits.one_a_place", "{0}的项目只申报一项", "one project of {0} is claimed")
CITY_TERMS = """\
%* [1] 路灯
   「按照审定费用的50%给予资助，最高100万元」
*%
base_field((lamp;plan), audited_cost).
rate((lamp;plan), 50).
cap((lamp;plan), (100,0)).

%* [2] 一处一项
   「同一地点每年只申报1项」
*%
limit(one_a_place(A,Y), 1) :- claimable(A,_,_,Y).
counts(one_a_place(A,Y), claim(A,S,B,Y)) :- claimable(A,S,B,Y).

%* [3] 先后
   「未申报规划的，不得申报路灯」
*%
planned(A) :- claim(A,_,plan,_).
violated(planned_first(A)) :- claim(A,_,lamp,_), not planned(A).
"""
STREET_TERMS = """\
%* [4] 街道
   「每家单位只申报1项，与市级办法不一致的，以本细则为准」
*%
limit(one_street(A), 1) :- claimable(A,_,_,_).
counts(one_street(A), claim(A,S,B,Y)) :- claimable(A,S,B,Y).
"""
PREVAILS = """\
builds_on = ["xy/city"]
[prevails_over."xy/city"]
article = "4"
phrase = "与市级办法不一致的，以本细则为准"
"""
PORTFOLIO = """\
unit: 万元
as_of: 2030-05-06
horizon: [2030]
companies: [{id: A}, {id: B}]
projects:
  - {id: P, applicant: A, kinds: [lamp], filing_years: [2030], audited_cost: 160}
  - {id: Q, applicant: A, kinds: [plan], filing_years: [2030], audited_cost: 140}
  - {id: R, applicant: A, kinds: [plan], filing_years: [2030], audited_cost: 60}
"""


def packs(folder: Path, *, street: bool = False, prevails: str = PREVAILS, terms: str = CITY_TERMS) -> Path:
    """The packs of the city, with those of the street."""
    write_pack(folder / "packs" / "city", CITY + ONE_A_PLACE * ("one_a_place" in terms), terms)
    if street:
        one_street = worded("limits.one_street", "{0}只申报一项", "{0} claims one")
        told = manifest(
            "xy/street",
            one_street,
            articles={"4": ("街道", "Streets")},
            document="云江街〔2030〕9号",
            head=prevails,
        )
        write_pack(folder / "packs" / "street", told, STREET_TERMS)
    (folder / "group.yaml").write_text(PORTFOLIO, encoding="utf-8")
    return folder


def ask(folder: Path, *claims: str) -> Answer:
    """The answer under the packs of the folder."""
    return conflict_portfolio(folder / "group.yaml", claims, policies=(str(folder / "packs"),))


def articles(answer: Answer) -> list[list[str]]:
    """The articles of each conflict."""
    assert answer.proven
    assert answer.complete
    return [[part.cause.article for part in one.parts] for one in answer.conflicts]


def test_articles_that_forbid_only_together(tmp_path: Path) -> None:
    """A lamp needs a plan beside it, and one a place leaves no room: neither article alone forbids it."""
    answer = ask(packs(tmp_path), "P/lamp")
    assert articles(answer) == [["2", "3"]]
    assert {limit.name for limit in answer.conflicts[0].instances[0]} == {
        'one_a_place("A",2030)',
        'planned_first("A")',
    }
    witness = {
        part.cause.article: {line.subject for line in part.witness} for part in answer.conflicts[0].parts
    }
    assert witness["3"] == {"P"}
    assert len(witness["2"]) == 2


def test_what_prevails_is_told_first(tmp_path: Path) -> None:
    """Of two articles that forbid the same, that of the document which prevails; else as the packs stand."""
    folder = packs(tmp_path, street=True)
    answer = ask(folder, "Q/plan", "R/plan")
    assert articles(answer) == [["4"], ["2"]]
    said: tuple[tuple[Language, str], ...] = (
        ("zh", "一样大的，先列优先适用的文件：第4条[B]「与市级办法不一致的，以本细则为准」，优先于[A]。"),
        ("en", "Of equal ones the document that prevails comes first: art. 4[B]"),
    )
    for language, told in said:
        assert told in conflict_text(answer, language, 200)
    packs(tmp_path, street=True, prevails='builds_on = ["xy/city"]\n')
    assert articles(ask(folder, "Q/plan", "R/plan")) == [["2"], ["4"]]


def test_a_smaller_set_is_told_before_what_prevails(tmp_path: Path) -> None:
    """The lamp with one article of the city, or with one of the street: all sets are of two here."""
    answer = ask(packs(tmp_path, street=True), "P/lamp")
    assert sorted(map(sorted, articles(answer))) == [["2", "3"], ["3", "4"]]
    assert articles(answer)[0] == ["4", "3"]


def test_a_constraint_and_a_sum_are_articles_too(tmp_path: Path) -> None:
    """What a pack says without a word of the kernel forbids as well, and has a price."""
    constraint = ':- claim("A","Q",plan,Y), claim("A","R",plan,Y).\n'
    budget = "&cap(budget) { Q,A,S,B,Y : claim(A,S,B,Y), worth(A,S,B,Y,Q) } <= (90,0).\n"
    first, last = CITY_TERMS.split("%* [2]", maxsplit=1)[0], CITY_TERMS.split("%* [3]")[1]
    head = f"{first}%* [3]{last}\n%* [2] 一处一项\n   「同一地点每年只申报1项，合计不超过90万元」\n*%\n"
    for rule in (constraint, budget):
        folder = packs(tmp_path, terms=head + rule)
        assert articles(ask(folder, "Q/plan", "R/plan")) == [["2"]]
        prices = price_portfolio(folder / "group.yaml", policies=(str(folder / "packs"),))
        assert ("2", "limit") in [(one.article, one.kind) for one in prices.told]


def test_a_document_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """With the nearest that there is, and an article of its own that must be there."""
    folder = packs(tmp_path, street=True, prevails=PREVAILS.replace('over."xy/city"', 'over."xy/ctiy"'))
    with pytest.raises(PolicyError, match="xy/ctiy"):
        load_policies((str(folder / "packs"),))
    packs(tmp_path, street=True, prevails=PREVAILS.replace('"4"', '"40"'))
    with pytest.raises(PolicyError, match="40"):
        load_policies((str(folder / "packs"),))
