"""What the language of packs does not allow is refused by name, with place, article and way out."""

from __future__ import annotations

import pytest

from subvent.casework.worked import run_worked_cases
from subvent.logic.exact import FUNCTIONS as EVALUATED
from subvent.logic.exact import OPERATORS as COMBINED
from subvent.policy.words import FUNCTIONS, OPERATORS

from .conftest import MANIFEST, TERMS, City


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("#script (python) import os #end.", "directive"),
        ('#include "other.lp".', "directive"),
        ("#external lit.", "directive"),
        ("#heuristic claim(A,S,B,Y) : candidate(A,S,B,Y). [1,true]", "directive"),
        ("#edge (a,b).", "directive"),
        ("#const n = 3.", "directive"),
        ("#project claim(A,S,B,Y) : candidate(A,S,B,Y).", "directive"),
        ("#show claim/4.", "directive"),
        ("#theory t { }.", "other-directive"),
        ("lit(S) :- suits(S,lantern), &bright(S) { }.", "theory-in-body"),
        ("#minimize { 1,S : claim(_,S,_,_) }.", "small-sum"),
        ("#maximize { 1,S : claim(_,S,_,_) }.", "small-sum"),
        (":~ claim(_,S,_,_). [1,S]", "small-sum"),
        ("lit(S) :- value(S,lumens,V), @bright(V) = 1.", "function"),
        ("lit(S) :- value(S,lumens,V), @reaches(V) = 1.", "function"),
        ("cap(lantern, (3000000000,0)).", "large-number"),
        ("lit(1..2000000000).", "wide-interval"),
        ("lit(N) :- N = #sum { 2000000000,S : suits(S,lantern) }.", "large-weight"),
        ("{ lit(S) } :- suits(S,lantern).", "choice"),
        ("lit(S) ; dim_lit(S) :- suits(S,lantern).", "disjunction"),
        ("claim(A,S,lantern,Y) :- candidate(A,S,lantern,Y).", "kernel-word"),
        ("eligible(S,lantern) :- suits(S,lantern).", "kernel-word"),
        ("reading(exclusivity, none).", "kernel-word"),
        ("horizon(2030).", "kernel-word"),
        (":- suits(S,lantern), not value(S,lumens,_).", "constraint"),
        ("requires(S,lantern,bright) :- suits(S,lantern), claim(_,S,_,_).", "decision-head"),
        ("base(S,lantern,V*2) :- value(S,audited_cost,V).", "arithmetic"),
        ("base(S,lantern,(W+1,M)) :- value(S,audited_cost,(W,M)).", "arithmetic"),
        ("lit(S,V+W) :- base(S,lantern,V), base(S,lantern,W).", "arithmetic"),
        ("lit(S) :- suited(S,lantern).", "unknown-word"),
        ("lit(S) :- suits(S,lantern,x).", "unknown-word"),
        ("lit(S) :- remark(x,S).", "remark-in-body"),
        ("lit(S) :- suits(S,_), duty(x,S).", "remark-in-body"),
        ("material(list, S) :- claim(_,S,_,_).", "of-a-claim"),
        ("step(list, claim(S)) :- claim(_,S,_,_).", "of-a-claim"),
        ("lit(S,V) :- suits(S,lantern).", "unsafe"),
        ("lit(S :- suits(S,lantern).", "syntax"),
        (
            "lit(S) :- suits(S,lantern), not unlit(S).\nunlit(S) :- suits(S,lantern), not lit(S).",
            "negative-cycle",
        ),
        ("lit(S) :- suits(S,lantern), 1 <= #sum { 1 : lit(S) } .", "negative-cycle"),
        ("#sum { 1 : lit(S) : suits(S,lantern) } > 0.", "not-understood"),
        ("later(Y) :- horizon(Y).\nlater(Y+1) :- later(Y).", "runaway"),
        ("later(Y) :- horizon(Y).\nlater(Y+1) :- later(Y), Y > 2000.", "runaway"),
        ("later(Y) :- horizon(Y).\nlast(Y-1) :- later(Y).\nlater(Y) :- last(Y).", "runaway"),
        ("lit(S) :- suits(S,lantern).\nlit(next(S)) :- lit(S).", "runaway"),
        ("amount(S,lantern,share(9,E)) :- amount(S,B,E), benefit(B,_).", "runaway"),
        ("barred(A,S,lantern,Y,twice) :- candidate(A,S,lantern,Y).", "negative-cycle"),
        ("rate(lantern, 0.5).", "decimal"),
        ("lit(S) :- value(S,hard-cost,_).", "arithmetic"),
        ("not requires(lantern, bright).", "not-understood"),
        ("lit(S) :- value(S,lumens,V), V > 0.5.", "decimal"),
        ("%* [1] 灯\n   「甲\n   「乙」\n*%", "phrase-open"),
        ("cap(lantern, (-50,500000)).", "below-zero"),
        ("rate(lantern, -25).", "below-zero"),
        ("&maximize { (5,0),S : claim(_,S,_,_) }.", "own-objective"),
        ("&cap { Q,S : claim(A,S,B,Y), worth(A,S,B,Y,Q) } <= (50,500000).", "no-such-sum"),
        ("lit(" + "f(" * 500 + "a" + ")" * 500 + ").", "not-understood"),
        ("lit(" + "1+" * 500 + "1).", "not-understood"),
        (
            "amount(S,lantern,share(9,E)) :- amount(S,t,E).\namount(S,t,share(9,E)) :- amount(S,lantern,E).",
            "runaway",
        ),
    ],
)
def test_refused(city: City, rules: str, code: str) -> None:
    """Each construct outside the language has a message of its own."""
    assert code in city.codes_with(rules + "\n")


def test_an_amount_may_rest_on_that_of_another_benefit(city: City) -> None:
    """A share of what another benefit brings is no recursion, though one word says both."""
    city.write(TERMS + "amount(S,top,share(9,E)) :- suits(S,top), amount(S,lantern,E).\n").load()


def test_the_message_names_line_and_article(city: City) -> None:
    """File, line and column, document and article, and what to do."""
    fault = city.write(TERMS + "\n#external lit.\n").faults()[0]
    assert str(fault.place).endswith(f"terms.lp:{TERMS.count(chr(10)) + 2}:1")
    assert fault.citation is not None
    assert fault.citation.article == "1"
    assert "#external" in fault.what.zh
    assert "#external" in fault.what.en
    assert fault.way_out.en


def test_the_nearest_word_is_offered(city: City) -> None:
    """A mistaken predicate is answered with the one that was meant."""
    fault = city.write(TERMS + "lit(S) :- suit(S,lantern).\n").faults()[0]
    assert "suits/2" in fault.way_out.en


def test_an_included_file_is_never_opened(city: City) -> None:
    """#include is refused before clingo could read what it names."""
    (city.folder / "other.txt").write_text("this is no program", encoding="utf-8")
    path = (city.folder / "other.txt").as_posix()
    assert city.codes_with(f'#include "{path}".\n') == ["directive"]


def test_all_faults_come_in_one_report(city: City) -> None:
    """A bad manifest and several bad rules are told at once, in the order of the files."""
    city.write(TERMS + "#show x/1.\nlit(S) :- sut(S).\n{ a }.\n")
    manifest = (city.folder / "policy.toml").read_text(encoding="utf-8")
    (city.folder / "policy.toml").write_text(manifest + '\n[limits.x]\nzh = "甲"\n', encoding="utf-8")
    codes = [fault.code.removeprefix("policy.") for fault in city.faults()]
    assert sorted(codes) == ["choice", "directive", "toml-missing", "unknown-word"]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ("rate(lantern, 25).\n" + TERMS, "outside-block"),
        (TERMS.replace("最高50.5万元」\n*%", "最高50.5万元」 *%"), "block-not-closed"),
        (TERMS.replace("[1] ", ""), "block-header"),
        (TERMS + "%* [1] 空\n   「」\n*%\n", "empty-phrase"),
        (TERMS + "%* [1] 无\n*%\n", "block-without-phrase"),
        (TERMS.replace("[1]", "[7]"), "unknown-article"),
    ],
)
def test_blocks_are_checked(city: City, terms: str, code: str) -> None:
    """Rules stand under blocks that name an article and quote it."""
    assert f"policy.{code}" in [fault.code for fault in city.write(terms).faults()]


def test_a_loop_without_end_does_not_stop_the_check(city: City) -> None:
    """Variables are checked without instantiating anything, so endless counting cannot hang it."""
    city.write(TERMS + "count_up(0).\ncount_up(N+1) :- count_up(N), N < 2000000000.\n").load()


@pytest.mark.parametrize(
    "rule",
    [
        "later(Y+1) :- later(Y), Y < 2040.",
        "later(Y+1) :- later(Y), 2040 >= Y.",
        "later(Y-1) :- later(Y), Y > 2000.",
        "later(Y+1) :- later(Y), horizon(Y).",
        "later(Z) :- later(Y), Z = 2030..Y.",
    ],
)
def test_recursion_that_ends_is_allowed(city: City, rule: str) -> None:
    """A comparison on the side of the growth, or a word with finitely many values, ends it."""
    city.write(f"{TERMS}later(Y) :- horizon(Y).\n{rule}\n").load()


def test_one_fault_hides_no_other(city: City) -> None:
    """A bracket left open spoils its own statement: all else is checked, and nothing follows from it."""
    rules = "lit(S :- suits(S,lantern).\nshining(S) :- lit(S), suitable(S).\nglow(S,V) :- suits(S,lantern).\n"
    fields = 'type = "quantity"\nzh = "光通量"'
    city.write(TERMS + rules, MANIFEST.replace(fields, 'type = "lumen"\nzh = "光通量"'))
    told = [(fault.code, fault.place.line if fault.place else 0) for fault in city.faults()]
    line = MANIFEST.splitlines().index("[inputs.projects.lumens]") + 2
    below = len(TERMS.splitlines())
    assert told == [
        ("vocabulary.bad-property", line),
        ("policy.syntax", below + 1),
        ("policy.unknown-word", below + 2),
        ("policy.unsafe", below + 3),
    ]


def test_a_value_of_another_type_is_told_in_both_languages(city: City) -> None:
    """The wrong value is named with its line, and what is expected in its place."""
    city.write(TERMS, MANIFEST.replace("issued = 2029-12-01", 'issued = "2029-12-01"'))
    (fault,) = city.faults()
    assert fault.code == "policy.toml-value"
    assert fault.place
    assert fault.place.line == 8
    assert "不带引号的日期" in fault.what.zh
    assert "a date without quotes" in fault.what.en


def test_a_case_is_placed_in_the_file_that_was_given(city: City) -> None:
    """Of a pack in a folder, messages on its cases name that folder's file, not the pack's id."""
    cases = city.folder / "cases.yaml"
    cases.write_text("cases: [{name: x, article: '9', expect: {total: 0}}]\n", encoding="utf-8")
    (fault,) = run_worked_cases(city.load())
    assert fault.place
    assert fault.place.file == cases.as_posix()


def test_years_may_be_moved(city: City) -> None:
    """A whole number may be added to a year or a count."""
    city.write(TERMS + "later(S,Y+1) :- choice(S,filing_years,Y).\nearlier(S,Y-1) :- later(S,Y).\n").load()


def test_what_may_be_called_is_what_is_evaluated() -> None:
    """The functions packs may call are those that grounding knows."""
    assert set(FUNCTIONS) == set(EVALUATED)
    assert set(OPERATORS) == set(COMBINED)


def test_what_rests_on_a_claim_is_told_where_it_first_does(city: City) -> None:
    """One condition that depends on claims makes all eligibility depend on them: it alone is named."""
    found = city.codes_with(
        "is(bright, completed, true) :- claim(_,_,lantern,_).\nlit(S) :- eligible(S,lantern).\n"
    )
    assert found == ["decision-head"]


def test_of_a_sentence_in_place_of_a_rule_one_character_is_told(city: City) -> None:
    """A comment without its star is one mistake."""
    assert city.codes_with("第一条 灯具改造\n") == ["foreign-character"] * 2
