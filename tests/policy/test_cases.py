"""Worked cases say what is right, and changes of rules do not go by unnoticed."""

from __future__ import annotations

import pytest

from subvent.casework.worked import run_worked_cases, solve
from subvent.diagnostics import PolicyError, ResourceError, diagnostic
from subvent.policy.cases import read_cases, run_cases
from subvent.policy.mutants import Mutant, mutants, mutate

from .conftest import MANIFEST, TERMS, City

CASES = """\
base:
  unit: 万元
  as_of: 2030-05-06
  horizon: [2030]
  companies: [{id: A}]
  projects:
    - {id: P, applicant: A, kinds: [lantern], filing_years: [2030],
       total_investment: 300, audited_cost: 100, lumens: 800}
cases:
  - name: 正好达到起点
    article: "1"
    note: 100 × 25% = 25
    expect: {total: 25, claims: [[P, lantern, 2030, 25]]}
  - name: 差一分
    article: "1"
    with: {projects: [{id: P, total_investment: 299.999999}]}
    expect: {total: 0, reasons: {P/lantern: {reason: unmet, conditions: [total(lantern)]}}}
"""
LIMITS = """\
  - name: 亮度差一点
    article: "1"
    with: {projects: [{id: P, lumens: 799.999999}]}
    expect: {total: 0, reasons: {P/lantern: unmet}}
  - name: 上限
    article: "1"
    with: {projects: [{id: P, audited_cost: 202.000004}]}
    expect: {total_yuan: 505000.00}
  - name: 上限以上一分
    article: "1"
    with: {projects: [{id: P, audited_cost: 202.000004}]}
    expect: {total: 50.5}
"""


def put(city: City, text: str) -> City:
    """Write the city's cases."""
    (city.folder / "cases.yaml").write_text(text, encoding="utf-8")
    return city


def test_right_cases_hold(city: City) -> None:
    """Totals, claims and reasons come out as the cases say."""
    assert run_worked_cases(put(city, CASES + LIMITS).load()) == ()


def test_a_wrong_case_is_told_with_both_values(city: City) -> None:
    """What the case says and what was found stand side by side, at the case's line."""
    (found,) = run_worked_cases(put(city, CASES.replace("{total: 25, ", "{total: 26, ")).load())
    assert found.code == "policy.case-failed"
    assert "26 ≠ 25" in found.what.en
    assert found.place is not None
    assert found.place.line == 10


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('article: "1"\n    note', 'article: "9"\n    note', "policy.unknown-article"),
        ("    note: 100", "    nota: 100", "policy.toml-unknown"),
        ("name: 差一分", "name: 正好达到起点", "policy.case-twice"),
        ("    expect: {total: 25, claims: [[P, lantern, 2030, 25]]}\n", "", "policy.case-lacks"),
        ("[[P, lantern, 2030, 25]]", "[[P, lantern, 2030]]", "policy.case-shape"),
        ("{total: 25,", "{total: viele,", "policy.case-shape"),
        ("{total: 25,", "{total: 25.0000001,", "policy.case-shape"),
        (
            "    with: {projects: [{id: P, total",
            "    readings: {shade: big}\n    with: {projects: [{id: P, total",
            "policy.case-reading",
        ),
        ("lumens: 800}", "lumen: 800}", "portfolio.unknown-key"),
    ],
)
def test_faults_in_cases_have_their_place(city: City, old: str, new: str, code: str) -> None:
    """A case that is written wrongly is told with file and line."""
    assert old in CASES
    _, found = read_cases(put(city, CASES.replace(old, new, 1)).load())
    assert code in [fault.code for fault in found]
    assert all(fault.place is not None and fault.place.line for fault in found)


def test_null_takes_a_field_away(city: City) -> None:
    """A fact that a case takes away is unknown."""
    patch = CASES.replace("total_investment: 299.999999", "lumens: null").replace(
        "{reason: unmet, conditions: [total(lantern)]}", "{reason: unknown, conditions: [bright]}"
    )
    assert run_worked_cases(put(city, patch).load()) == ()


def changes(city: City, terms: str) -> list[str]:
    """The changes made to a pack with these rules."""
    return [mutant.change for mutant in mutants(city.write(terms).load())]


def test_every_number_moves_one_step_each_way(city: City) -> None:
    """Quantities move by a fen, rates and counts by one, each rule is dropped once."""
    found = changes(city, TERMS)
    assert found[:3] == ["(300,0) → (299,999999)", "(300,0) → (300,1)", "dropped"]
    assert "25 → 24" in found
    assert "25 → 26" in found
    assert found.count("dropped") == 6


def test_nothing_moves_below_zero(city: City) -> None:
    """No law says a number below nothing, and no case could show it."""
    found = changes(city, TERMS + "lit(S) :- value(S,lumens,V), V > (0,0).\n")
    assert "(0,0) → (0,1)" in found
    assert not [change for change in found if "→ (-" in change or "→ -" in change]


def test_dates_and_codes_move_by_one(city: City) -> None:
    """A day over the end of a month or year, a code with its carry and zeros."""
    rules = "at_most(bright, start, (2031,12,31)).\nat_least(bright, industry_code, (0,6,1,0)).\n"
    found = changes(city, TERMS + rules)
    assert {"(2031,12,31) → (2032,1,1)", "(0,6,1,0) → (0,6,0,9)"} <= set(found)


def test_comparisons_turn(city: City) -> None:
    """Each comparison takes every other direction; at_least and at_most change places."""
    rules = "lit(S) :- value(S,lumens,V), V >= (800,0), S != x.\n"
    found = changes(city, TERMS + rules)
    assert {">= → <", ">= → >", "!= → =", "at_least → at_most"} <= set(found)


def test_cases_at_the_limit_notice_every_change(city: City) -> None:
    """With a case on either side of every limit nothing survives; without them it does, by name."""
    policies = put(city, CASES + LIMITS).load()
    assert [found.what.en for found in mutate(policies, solve, workers=1)] == []
    survivors = mutate(put(city, CASES).load(), solve, workers=1)
    assert {found.code for found in survivors} == {"policy.mutant-unnoticed"}
    assert any("(50,500000)" in found.what.en for found in survivors)


def test_checks_can_be_kept_to_some_packs(city: City) -> None:
    """Of packs that are named only theirs are run and changed; a name that is none of them is an error."""
    failing = CASES.replace("{total: 25, ", "{total: 26, ")
    policies = put(city, failing).load()
    (own,) = [pack.id for pack in policies.packs]
    assert run_cases(policies, solve, ()) == ()
    assert len(run_worked_cases(policies, [own])) == 1
    assert list(mutants(policies, ())) == []
    with pytest.raises(PolicyError) as stopped:
        run_worked_cases(policies, ["xy/lantern"])
    (found,) = stopped.value.diagnostics
    assert (found.code, own in found.way_out.en) == ("policy.unknown-pack", True)


def test_harmless_changes_are_listed_with_their_reason(city: City) -> None:
    """An entry of mutants.toml silences one change; one that names no survivor is told."""
    put(city, CASES + LIMITS).write(TERMS + "requires(lantern, bright).\n")
    entry = '[[harmless]]\nrule = "xy/lanterns#1.{n}"\nchange = "dropped"\nreason = "said twice"\n\n'
    path = city.folder / "mutants.toml"
    path.write_text(entry.format(n=2) + entry.format(n=7), encoding="utf-8")
    assert mutate(city.load(), solve, workers=1) == ()
    path.write_text(entry.format(n=2) + entry.format(n=7) + entry.format(n=1), encoding="utf-8")
    (found,) = mutate(city.load(), solve, workers=1)
    assert found.code == "policy.harmless-stale"
    assert found.place is not None
    assert found.place.line == 11


def test_a_mutant_knows_its_place(city: City) -> None:
    """A survivor is shown where the number stands."""
    (mutant,) = [m for m in mutants(city.load()) if m.change == "(800,0) → (800,1)"]
    assert isinstance(mutant, Mutant)
    assert (mutant.place.line, mutant.place.column) == (7, 26)


def test_the_cases_of_what_a_pack_builds_on_are_not_its_own(city: City) -> None:
    """A pack is tested by its own cases: those of one it builds on may speak of packs that are not there."""
    built_on = "cn/gb-t-4754"
    put(city, CASES).write(manifest=MANIFEST.replace("[in_force]", f'builds_on = ["{built_on}"]\n[in_force]'))
    policies = city.load()
    assert {pack.id: pack.pulled for pack in policies.packs} == {built_on: True, "xy/lanterns": False}
    cases, found = read_cases(policies)
    assert ({case.pack for case in cases}, found) == ({"xy/lanterns"}, ())
    assert run_worked_cases(policies) == ()


def test_a_case_that_cannot_be_planned_is_told(city: City) -> None:
    """What stops a case is its fault, in the words of what stopped it; its mutants cannot be told from it."""
    policies = put(city, CASES).load()

    def stopped(*_: object) -> None:
        raise ResourceError(diagnostic("plan.nothing-found"))

    found = run_cases(policies, stopped)
    assert {one.code for one in found} == {"policy.case-stopped"}
    assert len(found) == 2
    failing = put(city, CASES.replace("{total: 25, ", "{total: 26, ")).load()
    assert "policy.case-fails-already" in {one.code for one in mutate(failing, solve, workers=1)}


def test_a_harmless_change_needs_its_reason(city: City) -> None:
    """An entry of mutants.toml that leaves something out is told with its line."""
    put(city, CASES + LIMITS)
    entry = '[[harmless]]\nrule = "xy/lanterns#1.1"\nchange = "dropped"\n'
    (city.folder / "mutants.toml").write_text(entry, encoding="utf-8")
    (found,) = mutate(city.load(), solve, workers=1)
    assert (found.code, found.place and found.place.line) == ("policy.harmless-lacks", 1)


def test_a_pack_without_cases_passes_nothing(city: City) -> None:
    """Where nothing is tried, nothing holds."""
    (found,) = run_worked_cases(city.load(), ["xy/lanterns"])
    assert (found.code, str(found.place)) == ("policy.no-cases", f"{city.folder}/cases.yaml")
