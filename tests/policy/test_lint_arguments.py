"""Arguments stand where their word takes them, and what a rule says can hold and counts for something."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.packs import changed_pack, question, worded

from subvent.diagnostics import Diagnostic
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies

from .conftest import MANIFEST, TERMS, City

LINHAI = Path(__file__).parents[1] / "cities" / "linhai"
WORDS = worded("conditions.near", "近", "near")


def of_linhai(folder: Path, old: str, new: str) -> list[Diagnostic]:
    """What lint says of the invented city's pack with one rule written otherwise."""
    pack = changed_pack(folder, LINHAI, old, new)
    return [found for found in lint(load_policies([str(pack)])) if found.severity == "error"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("value(S,solar_kw,Q)", "value(S,Q,solar_kw)", "never-holds"),
        ("value(S,grid_kw,Q)", "value(grid_kw,S,Q)", "never-given"),
        ("text(S,building,T), claimable(_,", "text(T,building,S), claimable(_,", "never-holds"),
        ("claimable(A,_,solar,Y)", "claimable(_,A,solar,Y)", "never-holds"),
        ("limit(once(S), 1) :- claimable(_,S,B,_)", "limit(once(S), 1) :- claimable(_,S,_,B)", "never-holds"),
        (
            "counts(two_a_year(A,Y), claim(A,S,B,Y)) :- claimable(A,S,B,Y)",
            "counts(two_a_year(A,Y), claim(S,A,B,Y)) :- claimable(A,S,B,Y)",
            "no-effect",
        ),
        ("amount(S, course,", "amount(course, S,", "no-effect"),
        ("missing(S, course, attendees) :-", "missing(course, S, attendees) :-", "no-effect"),
        ("not value(S,attendees,_)", "not value(attendees,S,_)", "never-given"),
        ("rate(workshop, 25).", "rate(25, workshop).", "wrong-kind"),
        ("workshop, total_investment, (40,0)", "workshop, (40,0), total_investment", "wrong-kind"),
        ("(2025,7,1), years(3))", "years(3), (2025,7,1))", "wrong-kind"),
        ("requires(workshop, trained).", "", "no-effect"),
    ],
    ids=[
        *("field", "row", "text", "company", "year", "claim", "amount", "missing", "denied"),
        *("rate", "threshold", "term", "not-asked"),
    ],
)  # fmt: skip
def test_an_argument_in_anothers_place(tmp_path: Path, old: str, new: str, code: str) -> None:
    """It is told at its rule, whatever else it leads to elsewhere."""
    found = of_linhai(tmp_path, old, new)
    assert code in {one.code.removeprefix("policy.") for one in found}


def test_any_two_arguments_of_a_limit_in_each_others_place() -> None:
    """Of a claim that is counted none of the four arguments can stand elsewhere unnoticed."""
    policies = load_policies([str(LINHAI)])
    (pack,) = policies.packs
    at, rule = next((n, one) for n, one in enumerate(pack.rules) if one.text.startswith("counts(two_a_year"))
    names = ("A", "S", "B", "Y")
    for one, other in ((a, b) for a in names for b in names if a < b):
        swapped = {one: other, other: one}
        text = re.sub(r"claim\(A,S,B,Y\)", f"claim({','.join(swapped.get(n, n) for n in names)})", rule.text)
        rules = (*pack.rules[:at], replace(rule, text=text), *pack.rules[at + 1 :])
        changed = replace(policies, packs=(replace(pack, rules=rules),))
        assert [
            found.code for found in lint(changed) if found.severity == "error" and found.place == rule.place
        ]


def test_where_two_atoms_disagree_is_told_in_words(tmp_path: Path) -> None:
    """The variable, and what it is on either side."""
    (found,) = of_linhai(
        tmp_path,
        "capacity(S, Q) :- suits(S,solar), value(S,solar_kw,Q)",
        "capacity(S, Q) :- subject(_,S,_), suits(S,solar), value(S,solar_kw,Q)",
    )
    assert found.code == "policy.never-holds"
    assert "S is a row of “Projects” in suits(S,solar), and a row of “Companies” before it" in found.what.en
    assert str(found.place).endswith("terms.lp:21:35")


@pytest.mark.parametrize(
    "tests",
    [
        "at_least(near, lumens, (800,0)).\nat_most(near, audited_cost, (50,500000)).\n",
        "is(near, completed, true).\nat_least(near, lumens, (800,0)).\n",
        "is(near, (completed; in_shenzhen), true).\n",
        "among(near, green_track, energy).\nis(near, completed, true).\n",
    ],
    ids=["bounds", "kinds", "pool", "choice"],
)
def test_one_condition_tests_one_thing(city: City, tests: str) -> None:
    """Tested twice, it would be met by the one though the other is not known."""
    rules = "requires(lantern, near).\n" + tests
    assert "tested-twice" in city.lint_with(TERMS + rules, MANIFEST + WORDS)


@pytest.mark.parametrize(
    "tests",
    [
        "is(near, completed, true) :- reading(shade, yes).\nstated(near, name) :- reading(shade, no).\n",
        "among(near, green_track, energy).\namong(near, green_track, solid_waste).\n",
        "all_of(near, bright).\nall_of(near, done).\nis(done, completed, true).\n",
        "through(near, (applicant; borrower), done).\nis(done, high_tech, true).\n",
    ],
)  # fmt: skip
def test_tests_that_do_not_meet(city: City, tests: str) -> None:
    """Answers exclude each other, named values and parts belong together, rows have one of the references."""
    done = worded("conditions.done", "完", "done") if "done" in tests else ""
    asked = question("shade", "yes, default = true", "no", phrase="灯具") if "shade" in tests else ""
    assert city.lint_with(TERMS + "requires(lantern, near).\n" + tests, MANIFEST + WORDS + done + asked) == []


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("through(near, partners, done).\nis(done, high_tech, true).\n", 'refs"\nto = ["companies"]'),
        ("among(near, partners, old).\n", 'choices"\nvalues = [{ name = "old", zh = "老", en = "old" }]'),
    ],
    ids=["references", "choices"],
)
def test_one_of_several_values_is_no_answer(city: City, word: str, field: str) -> None:
    """Of several companies one that meets a condition would speak for those of which it is not known."""
    done = worded("conditions.done", "完", "done") if "done" in word else ""
    partners = f'[inputs.projects.partners]\ntype = "{field}\nzh = "伙伴"\nen = "Partners"\n'
    found = city.lint_with(TERMS + "requires(lantern, near).\n" + word, MANIFEST + WORDS + done + partners)
    assert found == ["several-values"]


def test_conditions_for_other_packs_need_not_be_asked() -> None:
    """A pack of conditions alone, and each that is shipped, is right by itself."""
    for pack in load_policies().packs:
        assert [str(found) for found in lint(load_policies([pack.id])) if found.severity == "error"] == []


def test_a_row_may_be_named_by_its_id(city: City) -> None:
    """As in a change tried on one company."""
    own = 'barred(A,"P",lantern,Y,night) :- hopeful(A,"P",lantern,Y), link("P",applicant,A).\n'
    assert city.lint_with(TERMS + own, MANIFEST + worded("limits.night", "夜", "night")) == []


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("V < (300,0)", "V >= (300,0)", ""),
        ("V <= (300,0)", "(300,0) < V", ""),
        ("V < (300,0)", "V >= (300,0), V < (800,0)", ""),
        ("V < (300,0)", "V > (800,0)", ""),
        ("V <= (300,0)", "V >= (300,0)", "tiers-overlap"),
        ("V < (800,0)", "V >= (300,0)", "tiers-overlap"),
        ("V < (300,0)", "V > (300,0)", "tiers-gap"),
        ("V < (300,0)", "V < (800,0)", "tiers-overlap"),
    ],
)
def test_tiers_meet(city: City, one: str, other: str, code: str) -> None:
    """No value has two rates, and none that bounds a tier has none."""
    body = "suits(S,lantern), value(S,audited_cost,V)"
    tiers = f"rate(S, lantern, 20) :- {body}, {one}.\nrate(S, lantern, 25) :- {body}, {other}.\n"
    phrase = "   「按照20%、25%给予资助，以300、800为界」\n"
    terms = TERMS.replace("rate(lantern, 25).\n", tiers).replace("*%\n", phrase + "*%\n")
    assert city.lint_with(terms) == [code] * bool(code)


def test_a_circle_without_a_beginning(city: City) -> None:
    """What rests on itself alone is never derived."""
    circle = "lit(S) :- dim(S).\ndim(S) :- lit(S).\nmet(S,bright) :- asked(S,bright), lit(S).\n"
    assert city.lint_with(TERMS + circle) == ["only-itself"] * 3
