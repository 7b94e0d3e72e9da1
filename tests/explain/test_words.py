"""Every atom that can appear has words in both languages, with exact quantities and the packs' labels."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import Text
from subvent.explain import Explanation, prove
from subvent.explain.lexicon import lexicon
from subvent.explain.quantities import anniversary, code, day, exact, number, readable, rounded_down, wan
from subvent.explain.statements import statements
from subvent.explain.templates import HOLE, fill, filling
from subvent.logic.exact import evaluate
from subvent.logic.terms import parse
from subvent.plan import plan_portfolio
from subvent.policy.types import PolicySet
from subvent.policy.words import PROCEDURE

FACTS = {"row": 2, "subject": 3, "value": 3, "entry": 4, "flag": 3, "choice": 3, "text": 3, "link": 3}
FACTS |= {"assumed": 2, "horizon": 1, "reading": 2, "benefit": 2}
NOT_PROVEN = {"violated/1", "used/2", "made_for/3", *(f"{name}/{arity}" for name, arity in PROCEDURE)}


def test_every_predicate_of_kernel_and_packs_has_words(policies: PolicySet) -> None:
    """What a rule derives, a pack declares or a portfolio states is told in words or spliced out."""
    words = lexicon(policies).predicates
    heads = {"{}/{}".format(*s.head.signature) for s in statements(policies.rules)} - NOT_PROVEN
    heads |= {f"{name}/{arity}" for name, arity in FACTS.items()} | {"claim/4"}
    assert sorted(heads - set(words)) == []


HARMFUL = "a \"b\" 'c' \\ \n \\n {d} “e” #"


@pytest.mark.parametrize("many", [False, True])
def test_words_may_hold_any_character(many: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Quotes, braces, backslashes and ends of lines stand in a sentence as they stand in its words."""
    template = Text(HARMFUL + "{0}", "{1:kind.0}" + HARMFUL + "{0}{1}")
    terms = {"a": Text(HARMFUL, "x"), "b": Text("y", "z")}
    kinds = {"kind": lambda term, atom, other: Text("", f"{term}{atom[1 + other]}")}
    said = filling(template, kinds, terms, many=many)(("p", "a", "b"))
    assert said == Text(HARMFUL + HARMFUL, "ba" + HARMFUL + "xz")
    assert fill(template, list(terms.values())) == Text(HARMFUL + HARMFUL, "z" + HARMFUL + "xz")


def test_no_words_are_left_without_a_predicate(policies: PolicySet) -> None:
    """A predicate that is gone takes its words with it."""
    used = {"{}/{}".format(*s.head.signature) for s in statements(policies.rules)}
    used |= {
        f"{n}/{len(lit.arguments)}"
        for s in statements(policies.rules)
        for lit in s.body
        for n in [lit.name]
        if n
    }
    used |= {f"{name}/{arity}" for name, arity in FACTS.items()} | {"claim/4"}
    known = {"among/3", "room/2", "group_room/2", "closing/1"}
    assert sorted(set(lexicon(policies).predicates) - used - known) == []


def test_holes_fit_the_arguments_and_are_the_same_in_both_languages(policies: PolicySet) -> None:
    """A sentence fills in arguments that are there, and both languages tell the same ones."""
    for name, words in lexicon(policies).predicates.items():
        for text in filter(None, (words.text, words.negated)):
            zh, en = ({h[0] for h in HOLE.finditer(side)} for side in (text.zh, text.en))
            assert zh == en, name
            assert all(int(h[1]) < int(name.partition("/")[2]) for h in HOLE.finditer(text.zh)), name


def test_every_form_and_phrase_fills_the_same_values_in_both_languages(policies: PolicySet) -> None:
    """No placeholder is in one language only."""
    words = lexicon(policies)
    texts = [*words.phrases.values(), *(text for states in words.forms.values() for text in states.values())]
    for text in texts:
        assert set(re.findall(r"{(\w+)}", text.zh)) == set(re.findall(r"{(\w+)}", text.en)), text


def test_no_step_of_an_example_shows_the_programs_own_syntax() -> None:
    """Sentences hold no compound term, no underscore name, no placeholder."""
    for name in ("manufacturing-group", "traditional-group"):
        plan = plan_portfolio(Path(f"examples/{name}.yaml"))
        sentences = [step.text for step in plan.steps]
        sentences += [f.text for entry in plan.not_claimed for f in entry.findings]
        sentences += [note.text for note in (*plan.assumptions, *plan.warnings)]
        for text in sentences:
            for side in (text.zh, text.en):
                assert not re.search(
                    r"[a-z]_[a-z]|[a-z]\w*\((?!es\)|s\)|y\))|[{}]", side.replace("min(", "")
                ), side


def test_a_met_condition_shows_what_was_compared(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """The value, the bound and the label stand in one sentence, money in 万元 with separators."""
    told = tell([project(total_investment=60000)], [("P1", "equipment", 2025)])
    texts = [step.text for step in prove(told)[0]]
    zh = "P1：总投资额 60,000万元 ≥ 2,000万元（总投资额达到起点（设备更新））"
    assert zh in [text.zh for text in texts]
    en = "P1: total investment 60,000万元 ≥ 2,000万元 (total investment reaches the threshold"
    assert f"{en} (renewal of equipment))" in [text.en for text in texts]


@pytest.mark.parametrize(
    ("atom", "zh"),
    [
        ('value("P1",start,(2022,3,1))', "P1：开工日期 2022-03-01"),
        ('value("A",industry_code,(0,6,1,0))', "A：行业代码 0610"),
        ('value("P1",audited_cost,(62000,350001))', "P1：审定总投资建设费用 62,000.350001万元"),
        ('value("P1",energy_saving_tce,(49,990000))', "P1：年节能量 49.99吨标准煤"),
        ('entry("A",energy_tce,2024,(1100,0))', "A：综合能源消费量（2024）1,100吨标准煤"),
        ('flag("P1",completed,false)', "P1：已完工：否"),
        ('choice("P1",green_track,solid_waste)', "P1：绿色化改造方向：工业固废资源化利用"),
        (
            "reading(construction_half,gate)",
            "解读「建设投资不低于50%：超出部分剔除，还是整项不合格」，采用：不到50%即不合格",
        ),
        ('requires_in_year("P1",green,stable_run)', "P1 申报“绿色化改造”的年度须满足：完成后稳定运行满一年"),
        ('limit(per_category("A",green,2025),1)', "企业 A 在2025年“绿色化改造”类只申报一个项目：最多1项"),
        ('unheard("of",(1,500000))', "unheard（of、1.5）"),
    ],
)
def test_atoms_in_words(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]], atom: str, zh: str
) -> None:
    """Dates, codes, units, named values and labels; an atom without words stands as it is."""
    told = tell([project()])
    assert told.words.atom(parse(atom)).zh == zh  # type: ignore[arg-type]


def test_numbers_are_exact_and_never_rounded_silently() -> None:
    """A fraction without a finite decimal stays one; thousands are separated."""
    assert number(Fraction(1234567, 100)) == "12,345.67"
    assert number(Fraction(-1, 8)) == "-0.125"
    assert number(Fraction(10000, 3)) == "10,000/3"
    assert readable(Fraction(10000, 3)) == "10,000/3≈3,333.333333"
    assert readable(Fraction(-1, 3_000_000)) == "-1/3,000,000≈-0.0000003"
    assert readable(Fraction(5, 2)) == "2.5"
    assert rounded_down(Fraction(2, 3), 2) == "0.66"
    assert wan(97000000_00) == "9,700"
    assert wan(123456, 2) == "0.123456"
    assert wan(5_000_000, 2) == "5.00"


@pytest.mark.parametrize(
    "written",
    ["(0,0)", "(1234,0)", "(1234,500000)", "(0,1)", "(-1,250000)", "(7,1000000)", "part(1,3,(1,0))"],
)
def test_a_quantity_is_shown_as_what_it_comes_to(written: str) -> None:
    """Whether its number is read off it or reckoned; of an expression what it comes to."""
    term = parse(written)
    assert exact(term) == readable(evaluate(term))


def test_days_and_anniversaries() -> None:
    """The anniversary of 29 February is 1 March in a year without one."""
    leap = ("", 2024, 2, 29)
    assert day(anniversary(leap, ("years", 1))).isoformat() == "2025-03-01"
    assert day(anniversary(leap, ("years", 4))).isoformat() == "2028-02-29"
    assert day(anniversary(leap, ("months", 22))).isoformat() == "2025-12-29"
    assert day(anniversary(leap, ("days", 2))).isoformat() == "2024-03-02"
    assert day(anniversary(("", 2024, 8, 31), ("months", 6))).isoformat() == "2025-03-01"
    assert code(("", 0, 6, 1, 0)) == "0610"
    with pytest.raises(ValueError, match="1"):
        day(("", 1, 2))
