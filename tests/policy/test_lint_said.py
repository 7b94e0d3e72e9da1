"""What a phrase and a calendar allow, and what may be claimed anew: told by lint, or not."""

from __future__ import annotations

import re

import pytest
from tests.packs import worded

from subvent.policy.lint import lint

from .conftest import MANIFEST, TERMS, City


@pytest.mark.parametrize(
    ("phrase", "rules", "codes"),
    [
        # A share that is compared is reached or not: whatever its phrase says is a bound, and no cap.
        (
            "亮度达到费用20%及以上的，低于30%的",
            """lit(S) :- value(S,lumens,V), value(S,audited_cost,W), @reaches(V,share(20,W)) = 1,
            @reaches(V,share(30,W)) = 0. barred(A,S,B,Y,few) :- hopeful(A,S,B,Y), lit(S).""",
            [],
        ),
        (
            "按费用的三分之二",
            "base(S,lantern,part(2,3,V)) :- value(S,audited_cost,V).\n",
            [],
        ),
        ("按5:3:2拨付", "amount(S,lantern,part(5,10,V)) :- value(S,audited_cost,V), suits(S,lantern).\n", []),
        ("按1：1配套", "amount(S,lantern,share(100,V)) :- value(S,audited_cost,V), suits(S,lantern).\n", []),
        ("最高20万元（含）以上", "at_least(dear, audited_cost, (20,0)).\nrequires(lantern,dear).\n", []),
        ("6个月内", "within_term(dear, start, months(6), end).\nrequires(lantern,dear).\n", []),
        ("半年内", "within_term(dear, start, months(6), end).\nrequires(lantern,dear).\n", []),
        ("30日内", "within_term(dear, start, days(30), end).\nrequires(lantern,dear).\n", []),
        (
            "30个工作日内",
            "within_term(dear, start, days(30), end).\nrequires(lantern,dear).\n",
            ["number-not-stated"],
        ),
        ("8000日内", "within_term(dear, start, days(8000), end).\nrequires(lantern,dear).\n", ["wrong-kind"]),
        (
            "6个月内",
            "within_term(dear, start, years(6), end).\nrequires(lantern,dear).\n",
            ["number-not-stated"],
        ),
        (
            "300个月内",
            "within_term(dear, start, months(300), end).\nrequires(lantern,dear).\n",
            ["wrong-kind"],
        ),
        (
            "年度",
            "base(S,lantern,V) :- value(S,start,V).\n",
            ["field-no-amount"],
        ),
        (
            "按1",
            "base(S,lantern,part(1,0,V)) :- value(S,audited_cost,V).\n",
            ["not-an-amount"],
        ),
        (
            "年度",
            """lit(S) :- value(S,start,V), @reaches(V,darkly) = 1.
            barred(A,S,B,Y,few) :- hopeful(A,S,B,Y), lit(S).""",
            ["field-no-amount", "not-an-amount"],
        ),
        ("年度", "filed_in(lantern, audited_cost).\n", ["field-type"]),
        (
            "2030年2月31日",
            "window(lantern,2030,(2030,2,31),(2030,2,31)).\n",
            ["no-such-day"],
        ),
        (
            "2030年3月1日至2030年2月1日",
            "window(lantern,2030,(2030,3,1),(2030,2,1)).\n",
            ["window-order"],
        ),
        (
            "年度",
            "all_of(dear,dim).\nany_of(dim,dear).\nany_of(dim,bright).\nrequires(lantern,dear).\n",
            ["condition-circle", "condition-circle"],
        ),
    ],
    ids=[
        *("compared", "fraction", "instalments", "matching", "inclusive", "months", "half-a-year", "days"),
        *("working-days", "many-days"),
        *(
            "months-as-years",
            "many-months",
            "day",
            "of-nothing",
            "reached",
            "filed-in",
            "no-day",
            "order",
            "circle",
        ),
    ],
)
def test_what_phrases_and_calendars_allow(city: City, phrase: str, rules: str, codes: list[str]) -> None:
    """Parts, ratios and months are numbers of the law; a day, an amount and a condition have to be one."""
    words = "".join(
        worded(f"{table}.{name}", name, name)
        for table, name in (("conditions", "dear"), ("conditions", "dim"), ("limits", "few"))
        if re.search(rf"\b{name}\b", rules)
    )
    block = f"%* [1] 又\n   「{phrase}」\n*%\n"
    found = city.lint_with(TERMS + block + rules, MANIFEST + words)
    assert [code for code in found if code not in ("no-register", "never-missing")] == codes


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("", True),
        (
            """limit(few(S), 1) :- claimable(_,S,_,_).
            counts(few(S), claim(A,S,B,Y)) :- claimable(A,S,B,Y).""",
            False,
        ),
        (
            """limit(few(S,Y), 1) :- claimable(_,S,_,Y).
            counts(few(S,Y), claim(A,S,B,Y)) :- claimable(A,S,B,Y).""",
            True,
        ),
        ("recurring(lantern).\n", False),
    ],
    ids=["unlimited", "once", "once-a-year", "recurring"],
)
def test_what_may_be_claimed_anew_every_year_is_noted(city: City, rules: str, *, told: bool) -> None:
    """Unless a limit spans the years, or the pack says that it is meant."""
    words = worded("limits.few", "少", "few") if "few" in rules else ""
    block = "%* [1] 又\n   「只给1次」\n*%\n"
    found = lint(city.write(TERMS + block + rules, MANIFEST + words).load())
    assert ("policy.claimed-anew" in [one.code for one in found]) is told
