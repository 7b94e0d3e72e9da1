"""Coverage: what became of every item, and whether the worked cases exercise its rules on both sides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.commands import ran
from tests.packs import question, worded

from subvent.casework.coverage import Coverage, coverage
from subvent.casework.exercise import sides_of
from subvent.policy.loader import load_policies

from .conftest import MANIFEST, TERMS, City
from .test_cases import CASES, put
from .test_register import REGISTER, TEXT, with_register

BOTH_SIDES = (
    CASES
    + """\
  - name: 不够亮
    article: "1"
    with: {projects: [{id: P, lumens: 799}]}
    expect: {total: 0}
  - name: 封顶
    article: "1"
    with: {projects: [{id: P, audited_cost: 300}]}
    expect: {total: 50.5}
"""
)
LIMIT = """\
limit(once(A), 1) :- claimable(A,_,lantern,_).
counts(once(A), claim(A,S,lantern,Y)) :- claimable(A,S,lantern,Y).
"""
TWO = """\
  - name: 两项取其一
    article: "1"
    with:
      projects:
        - {id: Q, applicant: A, kinds: [lantern], filing_years: [2030],
           total_investment: 300, audited_cost: 80, lumens: 800}
    expect: {total: 25}
"""
REMARK = "remark(dim, S) :- claim(_,S,lantern,_), value(S,lumens,V), V < (900,0).\n"
BRIGHT = """\
  - name: 很亮
    article: "1"
    with: {projects: [{id: P, lumens: 1000}]}
    expect: {total: 25}
"""
READING = question("base", "declared", "audited, default = true", phrase="按照不超过审定费用的25%给予资助")
READ = TERMS.replace(
    "base_field(lantern, audited_cost).",
    "base(S,lantern,V) :- suits(S,lantern), value(S,audited_cost,V), reading(base, audited).\n"
    "base(S,lantern,V) :- suits(S,lantern), value(S,total_investment,V), reading(base, declared).",
)
DECLARED = """\
  - name: 按申报数
    article: "1"
    readings: {base: declared}
    with: {projects: [{id: P, audited_cost: AUDITED}]}
    expect: {total: 50.5}
"""


def ready(city: City, cases: str = BOTH_SIDES, terms: str = TERMS, manifest: str = MANIFEST) -> City:
    """The city with a register and cases."""
    city.write(terms, manifest)
    return put(with_register(city), cases)


def findings(city: City, sources: Path | None = None) -> list[str]:
    """The codes of what is not covered."""
    return [f.code.removeprefix("policy.") for f in coverage(city.load(), (), sources).findings]


def missing(report: Coverage) -> set[tuple[str, str]]:
    """Rules, by the word they begin with, and the sides that no case exercises."""
    return {
        (covered.rule.text.partition("(")[0], side)
        for document in report.documents
        for part in document.items
        for covered in part.rules
        for side, cases in covered.sides.items()
        if not cases
    }


def test_a_covered_pack(city: City, tmp_path: Path) -> None:
    """Every number entered, every phrase found, every side with a case: nothing is missing."""
    (tmp_path / "lanterns.txt").write_text(TEXT, encoding="utf-8")
    report = coverage(ready(city).load(), (), tmp_path)
    assert report.findings == ()
    (document,) = report.documents
    assert [part.item.key for part in document.items] == ["1", "2"]
    lanterns, hopes = document.items
    assert lanterns.sides == (12, 12)
    assert len(lanterns.cases) == 4
    assert hopes.rules == ()


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("差一分", {("threshold", "failed")}),
        ("不够亮", {("requires", "failed"), ("at_least", "failed")}),
        ("封顶", {("cap", "binds")}),
    ],
)
def test_a_side_without_a_case(city: City, name: str, lacking: set[tuple[str, str]]) -> None:
    """Without the one case that has it, a condition never fails and a cap never binds."""
    cases = [f"  - name:{case}" for case in BOTH_SIDES.split("  - name:")[1:] if name not in case]
    report = coverage(ready(city, BOTH_SIDES.partition("  - name:")[0] + "".join(cases)).load())
    assert missing(report) == lacking
    assert {f.code for f in report.findings} == {"policy.side-without-case"}


def test_without_cases_everything_is_lacking(city: City) -> None:
    """Each side of each rule is named: met and failed, binding or not, counting or not."""
    report = coverage(with_register(city).load())
    assert missing(report) == {
        *((word, side) for word in ("threshold", "requires", "at_least") for side in ("met", "failed")),
        *((word, side) for word in ("rate", "base_field") for side in ("counts", "idle")),
        ("cap", "binds"),
        ("cap", "free"),
    }


def test_both_sides_of_a_limit(city: City) -> None:
    """It lets one claim through, and bars the second: two cases."""
    manifest = MANIFEST + worded("limits.once", "{0}一次", "{0} once")
    assert missing(coverage(ready(city, BOTH_SIDES, TERMS + LIMIT, manifest).load())) == {
        ("limit", "bars"),
        ("counts", "bars"),
    }
    assert findings(ready(city, BOTH_SIDES + TWO, TERMS + LIMIT, manifest)) == []


def test_both_sides_of_a_remark(city: City) -> None:
    """It is raised in one plan and not in another that claims something."""
    terms = TERMS.replace("「按照", "「亮度900流明」\n   「按照") + REMARK
    manifest = MANIFEST + worded("notes.dim", "{0}偏暗", "{0} is dim")
    assert missing(coverage(ready(city, BOTH_SIDES, terms, manifest).load())) == {("remark", "quiet")}
    assert findings(ready(city, BOTH_SIDES + BRIGHT, terms, manifest)) == []


@pytest.mark.parametrize(
    ("pools", "lacking"),
    [
        ("(60,0)", {("pool", "binds"), ("draws", "binds")}),
        ("(30,0)", set()),
    ],
)
def test_both_sides_of_a_shared_cap(city: City, pools: str, lacking: set[tuple[str, str]]) -> None:
    """Two claims that together pass it, and one that does not."""
    terms = TERMS + (
        f"pool(purse(A), {pools}) :- subject(_,A,projects).\n"
        "draws(purse(A), claim(A,S,lantern,Y)) :- claimable(A,S,lantern,Y).\n"
    )
    manifest = MANIFEST + worded("limits.purse", "{0}合计", "{0} together")
    cases = CASES + TWO + BOTH_SIDES[len(CASES) :].replace("50.5", "30")
    assert missing(coverage(ready(city, cases, terms, manifest).load())) == lacking


def test_a_condition_that_nothing_can_meet(city: City) -> None:
    """What only fails, as while rules are pending, is not asked to be met."""
    terms = TERMS + "requires(lantern, later).\nfailed(S, later) :- asked(S,later).\n"
    manifest = MANIFEST + worded("conditions.later", "待定", "pending")
    report = coverage(ready(city, CASES, terms, manifest).load())
    assert [c.sides for c in report.documents[0].items[0].rules][-2:] == [
        {"failed": tuple(f"xy/lanterns/{name}" for name in ("正好达到起点", "差一分"))}
    ] * 2


def test_both_sides_of_a_prohibition_of_ones_own(city: City) -> None:
    """A rule that bars claims itself is exercised where it does, and where something is claimed."""
    terms = TERMS + (
        "barred(A, S, lantern, Y, dear) :- hopeful(A,S,lantern,Y), value(S,audited_cost,V), V > (300,0).\n"
    )
    terms = terms.replace("「按照", "「300万元以上的除外」\n   「按照")
    manifest = MANIFEST + worded("limits.dear", "太贵", "too dear")
    dear = BRIGHT.replace("lumens: 1000", "audited_cost: 301").replace("25", "0")
    assert missing(coverage(ready(city, BOTH_SIDES, terms, manifest).load())) == {("barred", "bars")}
    assert findings(ready(city, BOTH_SIDES + dear, terms, manifest)) == []


def test_a_condition_that_nothing_can_fail(city: City) -> None:
    """What only has to be stated is met or unknown, so these are its two sides."""
    terms = TERMS + "requires(lantern, named).\nstated(named, kinds).\n"
    manifest = MANIFEST + worded("conditions.named", "已填", "named")
    sides = {
        r.rpartition(".")[2]: s
        for r, s in sides_of(ready(city, terms=terms, manifest=manifest).load()).items()
    }
    assert sides["7"] == sides["8"] == ("met", "unknown")


def test_an_answer_that_makes_no_difference(city: City) -> None:
    """A case under another answer counts only if it comes out otherwise than under the default."""
    alike, unlike = (DECLARED.replace("AUDITED", cost) for cost in ("300", "100"))
    assert findings(ready(city, BOTH_SIDES + alike, READ, MANIFEST + READING)) == ["answer-without-case"]
    assert findings(ready(city, BOTH_SIDES + unlike, READ, MANIFEST + READING)) == []


def test_items_that_should_compute(city: City) -> None:
    """An item of a class that bears on claims has rules, of its own article or of one that it names."""
    put(city, BOTH_SIDES)
    eligibility = REGISTER.replace('"declaration"', '"eligibility"')
    assert findings(with_register(city, eligibility)) == ["item-without-rule"]
    named = eligibility.replace('phrase = "灯具照亮云江"', 'phrase = "灯具照亮云江"\narticles = ["1"]')
    assert findings(with_register(city, named)) == []


def test_registers_and_texts_that_do_not_agree(city: City, tmp_path: Path) -> None:
    """Numbers and phrases are looked up in the text; without it numbers in the register's own list."""
    put(city, BOTH_SIDES)
    (tmp_path / "lanterns.txt").write_text(TEXT.replace("照亮", "点亮") + "3．附则\n", encoding="utf-8")
    assert sorted(findings(with_register(city), tmp_path)) == [
        "number-without-item",
        "numbers-differ",
        "phrase-not-found",
    ]
    assert findings(with_register(city)) == []
    assert findings(with_register(city, REGISTER.replace('"2"]', '"2", "3"]'))) == ["number-without-item"]
    assert findings(with_register(city, REGISTER.replace('phrase = "灯具照亮云江"\n', ""))) == [
        "toml-missing"
    ]
    (city.folder / "register.toml").unlink()
    assert findings(city) == ["no-register"]


def test_a_case_that_cannot_be_planned(city: City) -> None:
    """It is told with its place, and the other cases still count."""
    broken = BOTH_SIDES + BRIGHT.replace("lumens: 1000", "applicant: Z")
    (found,) = coverage(ready(city, broken).load()).findings
    assert found.place is not None
    assert found.place.file.endswith("cases.yaml")


def test_the_command(city: City, capfd: pytest.CaptureFixture[str]) -> None:
    """Exit 0 when all is covered and 1 when not; a line an item, more with --all, and everything as JSON."""

    def covered(*arguments: str) -> tuple[int, str]:
        return ran("policy", "coverage", str(city.folder), *arguments), capfd.readouterr().out

    ready(city)
    status, text = covered()
    assert status == 0
    assert "1     computed     Lanterns" in text
    assert "every side of every rule has a case" in text
    assert "xy/lanterns/封顶" in covered("--all")[1]
    status, told = covered("--format", "json")
    report = json.loads(told)
    assert (status, report["exit_status"], report["diagnostics"]) == (0, 0, [])
    (document,) = report["documents"]
    assert document["pack"] == "xy/lanterns"
    first, second = document["items"]
    assert set(first) == {
        "key",
        "numbers",
        "class",
        "label",
        "phrase",
        "effect",
        "rules",
        "readings",
        "cases",
    }
    assert first["rules"][0] == {
        "rule": "xy/lanterns#1.1",
        "text": "threshold(lantern, total_investment, (300,0)).",
        "sides": {
            "met": [f"xy/lanterns/{name}" for name in ("正好达到起点", "不够亮", "封顶")],
            "failed": ["xy/lanterns/差一分"],
        },
    }
    assert second["effect"]["en"] == "no condition and no amount"
    put(city, CASES)
    assert covered()[0] == 1
    assert "policy.side-without-case" in covered()[1]


@pytest.mark.long
def test_the_shipped_cases_reach_every_side_of_every_rule() -> None:
    """What is shipped has a case on each side of each rule, and for each answer that differs."""
    assert [f.what.en for f in coverage(load_policies()).findings] == []
