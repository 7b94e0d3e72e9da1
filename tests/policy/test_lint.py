"""Rules say what their phrases say, and every name has words and a meaning."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.packs import benefit, question, worded

from subvent.policy.lint import lint
from subvent.policy.loader import load_policies
from subvent.policy.sources import verify_sources

from .conftest import MANIFEST, TERMS, City


def test_the_shipped_packs_are_clean() -> None:
    """Nothing is to be mended in what is shipped."""
    assert [str(found) for found in lint(load_policies()) if found.severity == "error"] == []


def test_a_right_pack_is_clean(city: City) -> None:
    """Full-width digits, Chinese numerals, cents and inputs of its own: nothing to mend."""
    assert city.lint_with() == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(300,0)", "(300,1)"),
        ("(300,0)", "(299,999999)"),
        ("(800,0)", "(801,0)"),
        ("25)", "26)"),
        ("25)", "800)"),
        ("(50,500000)", "(50,0)"),
        ("(50,500000)", "(505,0)"),
    ],
)
def test_a_number_the_phrases_do_not_state(city: City, old: str, new: str) -> None:
    """Any change of a number of the law is found."""
    assert "number-not-stated" in city.lint_with(TERMS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("不低于八百", "不超过八百", "bound-is-upper"),
        ("不低于八百", "高于八百", "bound-excludes"),
        ("不低于八百", "约八百", "bound-not-said"),
        ("最高50.5", "不低于50.5", "bound-is-lower"),
        ("达到３百万元及以上", "在３百万元以下", "bound-is-upper"),
        ("at_least(bright", "at_most(bright", "bound-is-lower"),
    ],
)
def test_words_of_comparison(city: City, old: str, new: str, code: str) -> None:
    """The words around a number and the rule's operator must agree."""
    assert code in city.lint_with(TERMS.replace(old, new))


MET = "met(S,bright) :- asked(S,bright), "
FULL = MET + "choice(S,filing_years,N), "


@pytest.mark.parametrize(
    ("phrase", "rule", "codes"),
    [
        ("自11月15日起", "window(lantern, Y, (Y,11,15), (Y,11,15)) :- horizon(Y).", []),
        ("至次年1月31日止", "window(lantern, Y, (Y+1,1,31), (Y+1,1,31)) :- horizon(Y).", []),
        ("自11月15日起", "window(lantern, Y, (Y,11,14), (Y,11,15)) :- horizon(Y).", ["number-not-stated"]),
        ("不低于1000流明", MET + "value(S,lumens,V), V >= (1000,0).", []),
        ("不低于1000千瓦时", MET + "value(S,lumens,V), V >= (1000,0).", []),
        ("不少于12个月", FULL + "@reaches(times((1,0),N),(12,0)) = 1.", []),
        ("不少于12个月", FULL + "@reaches(times((2,0),N),(12,0)) = 1.", ["number-not-stated"]),
        ("各年度", MET + "N = #count { Y : choice(S,filing_years,Y) }, N > 0.", []),
        ("各年度", MET + "N = #count { Y : choice(S,filing_years,Y) }, N > 1.", ["number-not-stated"]),
        ("超过300元的部分自行承担", "cap(lantern, (0,30000)).", []),
    ],
)
def test_days_of_every_year_and_amounts_of_four_digits(
    city: City, phrase: str, rule: str, codes: list[str]
) -> None:
    """A day whose year is a variable is stated by month and day; four digits need not be a code.

    Nor is the one that makes a quantity of a count, to compare it, a number of the law, or nothing. The part
    above an amount leaves what is up to it.
    """
    assert city.lint_with(TERMS + f"%* [1] 窗口\n   「{phrase}」\n*%\n{rule}\n") == codes


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ('pool(all, "500").\ndraws(all, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n', "limit-no-amount"),
        (
            "pool(all, share(25,(300,0))).\ndraws(all, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n",
            "limit-no-amount",
        ),
        ("amount(S, lantern, shar(25,E)) :- value(S, lumens, E).\n", "not-an-amount"),
        ("amount(S, lantern, share(25)) :- value(S, lumens, _).\n", "not-an-amount"),
        ("amount(S, lantern, sum(E,300)) :- value(S, lumens, E).\n", "not-an-amount"),
        ('off(S, T, "300") :- link(S, applicant, T).\n', "not-an-amount"),
        ("amount(S, lantern, full((300,0),E)) :- value(S, lumens, E).\n", "count-no-amount"),
        ("amount(S, lantern, sum((300,0),full((300,0),E))) :- value(S, lumens, E).\n", "count-no-amount"),
        ("amount(S, lantern, times((300,0),full((0,0),E))) :- value(S, lumens, E).\n", "not-an-amount"),
        ("amount(S, lantern, times((300,0),full((300,0),D))) :- value(S, start, D).\n", "field-no-amount"),
        ("rate(S, lantern, V) :- value(S, audited_cost, V).\n", "field-no-rate"),
        ("amount(S, lantern, share(V,(300,0))) :- value(S, audited_cost, V).\n", "field-no-rate"),
        ("base(at(S,Y), lantern, E) :- proposed(S, lantern, Y), value(S, lumens, E).\n", "not-yearly"),
        ("yearly(lantern).\nbase(S, lantern, E) :- value(S, lumens, E).\n", "by-year"),
        ("amount(S, lantern, E) :- value(S, hard_cost, E).\n", "never-missing"),
        ("is(bright, completed, yes).\n", "flag-value"),
        ("lit(S) :- flag(S, completed, (true;no)).\n", "flag-value"),
        (
            "violated(all) :- not claim(A,S,B,Y) : claimable(A,S,B,Y).\n",
            "not-verified",
        ),
    ],
)
def test_what_nobody_could_ever_claim(city: City, rules: str, code: str) -> None:
    """Amounts are amounts of the row or of its year, and say what they lack; a flag is true or false."""
    assert code in city.lint_with(TERMS + rules)


@pytest.mark.parametrize(
    "rule",
    [
        """\
amount(S, lantern, times((0,250000),E)) :- value(S, lumens, E).
missing(S, lantern, lumens) :- suits(S,lantern), not value(S,lumens,_).
""",
        "pool(all, @fen(share(25,(300,0)))).\ndraws(all, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n",
        "amount(S, lantern, (300,0)) :- suits(S,lantern).\n",
        """\
amount(S, lantern, times((50,500000), full((300,0),less(E,(800,0))))) :- value(S, lumens, E).
missing(S, lantern, lumens) :- suits(S,lantern), not value(S,lumens,_).
""",
    ],
)
def test_an_amount_for_each_and_a_cap_that_is_computed(city: City, rule: str) -> None:
    """2500元 for each is (0,250000) times a count; a shared cap is one @fen; a fixed amount lacks nothing."""
    manifest = MANIFEST + worded("limits.all", "共", "all") * ("pool" in rule)
    block = "%* [1] 每流明\n   「每流明2500元，25%，300万元，超过800流明的部分每300流明50.5万元」\n*%\n"
    assert city.lint_with(TERMS + block + rule, manifest) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ('[inputs.lamps.filing_years]\ntype = "years"\nzh = "年"\nen = "years"\n', "suits-none"),
        (
            '[inputs.lamps.kinds]\ntype = "choices"\nbenefits = "lamps"\nzh = "类"\nen = "kinds"\n',
            "never-filed",
        ),
    ],
)
def test_a_list_of_ones_own_says_what_its_rows_suit_and_when(city: City, fields: str, code: str) -> None:
    """Without kinds (or covers_all) nothing suits, without filing years (or filed_in) nothing is filed."""
    own = (
        '[lists.lamps]\nsheet = "灯"\nzh = "灯"\nen = "Lamps"\nsubject = "owner"\n'
        '[inputs.lamps.id]\ntype = "id"\nzh = "号"\nen = "ID"\nrequired = true\n'
        '[inputs.lamps.owner]\ntype = "ref"\nto = ["companies"]\nzh = "主"\nen = "Owner"\nrequired = true\n'
    )
    manifest = MANIFEST.replace('of = "projects"', 'of = "lamps"') + own + fields
    assert code in city.lint_with(manifest=manifest)


def test_half_a_range(city: City) -> None:
    """Of a range both ends are to be used."""
    manifest = MANIFEST + worded("conditions.late", "晚", "late")
    terms = TERMS + (
        "%* [1] 期间\n   「在2030年1月1日至2031年12月31日期间开工」\n*%\n"
        "requires(lantern, late).\nat_least(late, start, (2030,1,1)).\n"
    )
    assert city.lint_with(terms, manifest) == ["half-a-range"]


@pytest.mark.parametrize(
    ("rules", "words", "code"),
    [
        ("requires(lantern, tall).\nis(tall, completed, true).\n", "", "no-words"),
        ("requires(lantern, tall).\n", worded("conditions.tall", "高", "tall"), "untested-condition"),
        ("", worded("conditions.tall", "高", "tall"), "unused-words"),
        ("", worded("notes.odd", "怪", "odd"), "unused-words"),
        ("remark(odd, S) :- claim(_,S,_,_).\n", "", "no-words"),
        ("remark(odd, S) :- claim(_,S,_,_).\n", worded("notes.odd", "{1}", "{1}"), "placeholder"),
        (
            "remark(odd, S) :- claim(_,S,_,_).\n",
            worded("notes.odd", "{0}", "odd"),
            "placeholders-differ",
        ),
        (
            "remark(odd(1), S) :- claim(_,S,_,_).\n",
            worded("notes.odd", "{2}", "{2}", 'each_zh = "{0}"\neach_en = "{0}"\n'),
            "placeholder",
        ),
        (
            "remark(odd(1), S) :- claim(_,S,_,_).\n",
            worded("notes.odd", "{0}", "{0}", 'each_zh = "{1}"\neach_en = "{1}"\n'),
            "placeholder",
        ),
        ("material(list, claim(A,S,B,Y)) :- claim(A,S,B,Y).\n", "", "no-words"),
        ("step(go(Y), claim(A,S,B,Y)) :- claim(A,S,B,Y).\n", "", "no-words"),
        ("entitlement(land, A) :- claim(A,_,_,_).\n", worded("notes.land", "地", "land"), "no-words"),
        ("", worded("duties.odd", "怪", "odd"), "unused-words"),
        ("duty(odd, S) :- claim(_,S,_,_).\n", worded("duties.odd", "{1}", "{1}"), "placeholder"),
        ("conflict(pair(S)) :- claimable(_,S,_,_).\n", "", "no-words"),
        ("rate(lanten, 25).\n", "", "no-words"),
        ("lit(S) :- suits(S,lantern), reading(shade, big).\n", "", "no-such-reading"),
        ("lit(S) :- value(S, lumen, _).\n", "", "unknown-field"),
        ('lit(S) :- value(S, "lumens", _).\n', "", "unknown-field"),
        ("missing(S, lantern, lumen) :- suits(S, lantern).\n", "", "unknown-field"),
        ("lit(S) :- flag(S, lumens, true).\n", "", "field-type"),
        ("is(bright, lumens, true).\n", "", "field-type"),
        ("at_most(bright, lumens, 800).\n", "", "bound-shape"),
        ("lit(S) :- choice(S, green_track, enrgy).\n", "", "unknown-choice"),
        ("value(S, lumens, (800,0)) :- suits(S,lantern).\n", "", "states-a-field"),
        ("lit(S,V+1) :- value(S, lumens, V).\n", "", "arithmetic"),
    ],
)
def test_names(city: City, rules: str, words: str, code: str) -> None:
    """What a rule names is declared, worded, tested and of the right type; what is declared is used."""
    assert code in city.lint_with(TERMS + rules, MANIFEST + words)


def test_a_table_of_the_packs_own_names_benefits_and_conditions(city: City) -> None:
    """What a variable brings from it is used; a slip in it leaves the benefit that was meant unused."""
    manifest = MANIFEST + benefit("torch", "火把", "torch")
    rules = "level({}, (300,0)).\namount(S, B, E) :- suits(S,B), level(B,E).\n"
    assert city.lint_with(TERMS + rules.format("torch"), manifest) == []
    assert "unused-words" in city.lint_with(TERMS + rules.format("troch"), manifest)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("limit(few, 1).\ncounts(fw, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n", "limit-not-set"),
        ("limit(few, 1).\ncounts(few(S), claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n", "limit-not-set"),
        (
            "ceiling(few, (50,500000)).\ndraws(few, claim(A,S,B,Y), S) :- claimable(A,S,B,Y).\n",
            "limit-not-set",
        ),
        ("conflict(few).\nleft(few, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n", "limit-of-none"),
        ("limit(few, 1).\ncounts(few, lantern(S)) :- claimable(_,S,_,_).\n", "counts-no-claim"),
        ("split(few, (800,0)).\nsplits(few, one, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n", "no-such-side"),
        ("limit(few, (1,0)).\ncounts(few, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n", "limit-no-number"),
        (
            "pool(few, @fen(dim)).\ndraws(few, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n",
            "not-an-amount",
        ),
    ],
    ids=["slip", "arguments", "row", "one-side", "no-claim", "no-side", "no-number", "no-amount"],
)
def test_what_falls_under_a_limit(city: City, rules: str, code: str) -> None:
    """A limit is set under the name that claims fall under, and only claims do."""
    assert code in city.lint_with(TERMS + rules, MANIFEST + worded("limits.few", "少", "few"))


@pytest.mark.parametrize(
    "rules",
    [
        "limit(few, 1).\ncounts(few, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n",
        "limit(K, 1) :- named(K).\nnamed(few).\ncounts(few, claim(A,S,B,Y)) :- claimable(A,S,B,Y).\n",
        "limit(few, 1).\nnamed(few).\ncounts(K, claim(A,S,B,Y)) :- claimable(A,S,B,Y), named(K).\n",
    ],
)
def test_a_limit_and_its_claims_meet(city: City, rules: str) -> None:
    """Names that meet, or may meet through a variable, are not told."""
    found = city.lint_with(TERMS + rules, MANIFEST + worded("limits.few", "少", "few"))
    assert not {code for code in found if "limit-" in code}


HERE = worded("conditions.bright_here", "亮", "bright") + worded("conditions.here", "此", "here")
LOCAL = "requires(lantern, bright_here).\nis(bright_here, operates_in_shenzhen, true).\n"
THROUGH = LOCAL.replace("is(bright_here,", "through(bright_here, applicant, here).\nis(here,")
KINDS = LOCAL.replace("requires(lantern,", "lamp(lantern).\nrequires(B,").replace(
    "here).", "here) :- lamp(B).", 1
)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (TERMS + LOCAL, "asked-elsewhere"),
        (TERMS + KINDS, "asked-elsewhere"),
        (TERMS + THROUGH.replace("applicant", "shared_cost"), "field-type"),
        (TERMS.replace("audited_cost", "unit_price"), "field-elsewhere"),
        (TERMS.replace("rate(lantern, 25).\n", ""), "no-amount"),
    ],
    ids=["condition", "of-kinds", "no-reference", "base", "no-rate"],
)
def test_what_no_row_can_state(city: City, rules: str, code: str) -> None:
    """A condition or an amount rests on a field that its rows have, or reach; every benefit has an amount."""
    assert code in city.lint_with(rules, MANIFEST + HERE)


def test_a_condition_asked_through_a_reference(city: City) -> None:
    """What the row referred to can state is asked of it."""
    assert city.lint_with(TERMS + THROUGH, MANIFEST + HERE) == []


def test_a_slip_in_a_head_is_found(city: City) -> None:
    """A rule that derives what nobody asks for has no effect."""
    assert "read-by-none" in city.lint_with(TERMS.replace("base_field(", "base_feild("))


def test_answers_of_readings(city: City) -> None:
    """A question nobody asks is told; so is an answer that does not exist; equal answers are a note."""
    reading = question("shade", "big, default = true", "mid", "small", phrase="灯具")
    assert city.lint_with(manifest=MANIFEST + reading) == ["unused-reading"]
    one = TERMS + "advises(lantern, bright) :- reading(shade, small).\n"
    assert city.lint_with(one, MANIFEST + reading) == ["equal-answers"]
    wrong = one + "advises(lantern, bright) :- reading(shade, bigg).\n"
    assert "no-such-answer" in city.lint_with(wrong, MANIFEST + reading)


def test_phrases_are_looked_up_in_the_source(city: City) -> None:
    """White space, page marks and the width of characters do not matter; a wrong character does."""
    source = city.folder / "lanterns.txt"
    text = (
        "总投资额达到 3百万元及以上，灯具光通量不低于八百流明。\n"
        "按照不超过审定费用的２５％给予资助，最高\n\n —２—\n\n50.5万元"
    )
    source.write_text(text, encoding="utf-8")
    assert verify_sources(city.load(), city.folder) == ()
    source.write_text(text.replace("八百", "九百"), encoding="utf-8")
    (found,) = verify_sources(city.load(), city.folder)
    assert found.code == "policy.phrase-not-found"
    assert found.citation is not None
    assert "八百" in found.citation.phrase


def test_a_missing_source_is_named(city: City, tmp_path: Path) -> None:
    """A pack whose text is missing is an error, one that names none a note."""
    (found,) = verify_sources(city.load(), tmp_path / "nowhere")
    assert found.code == "policy.source-missing"
    assert "lanterns.txt" in found.what.en
    city.write(manifest=MANIFEST.replace('source = "lanterns"\n', ""))
    (found,) = verify_sources(city.load(), tmp_path)
    assert (found.code, found.severity) == ("policy.no-source", "note")


def test_of_the_packs_built_on_nothing_is_asked(city: City, tmp_path: Path) -> None:
    """Their documents need not be at hand, and what may be meant in them is no note on one's own pack."""
    (tmp_path / "lanterns.txt").write_text(TERMS, encoding="utf-8")
    built = MANIFEST.replace("[in_force]", 'builds_on = ["cn/shenzhen/2023-6"]\n\n[in_force]', 1)
    built = built.replace("投资达到起点", "总投资额达到起点").replace(
        "investment reaches", "total investment reaches"
    )
    assert verify_sources(city.write(manifest=built).load(), tmp_path) == ()
    assert city.lint_with(manifest=built) == []
    assert "equal-answers" in {found.code.removeprefix("policy.") for found in lint(load_policies())}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("choice(X,filing_years,2030)", True),
        ("choice(X,filing_years,2030), text(X,name,_)", True),
        ("choice(X,filing_years,2030), not asked(X,bright)", False),
        ("choice(X,filing_years,2030), row(projects,X)", False),
        ("choice(X,filing_years,2030), suits(X,lantern)", False),
        ("choice(X,filing_years,2030), value(X,lumens,_)", False),
        ("row(loans,L), link(L,projects,X), choice(X,filing_years,2030)", False),
        ("value(X,lumens,_)", False),
    ],
)
def test_a_row_of_any_of_several_lists(city: City, body: str, *, told: bool) -> None:
    """A row of which only fields that several lists have are named may be one of any of them."""
    rules = f"%* [1] 2030年\n   「2030年」\n*%\nremark(bright, X) :- {body}.\n"
    assert ("of-several-lists" in city.lint_with(TERMS + rules)) is told
