"""What the explanations of a small corpus print, in both languages: portfolios, and questions to them.

Answers that only a time limit leaves are made from proven ones, since no test waits for a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

import pytest

from subvent.diagnostics import Citation, InputError, Language, Text
from subvent.document.reader import plan_from_json
from subvent.explain.insisted import Insisted, Way
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.plan import Solved, Wanted, solve_rows
from subvent.policy.cases import read_cases
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose
from subvent.questions.alternatives import Asked, alternatives
from subvent.questions.conflict import Preference, conflict_rows
from subvent.questions.insist import insisted
from subvent.questions.lost import Cause, Lost
from subvent.questions.outline import Compared, Outline, Version, changes, outlined, words_of
from subvent.questions.price import price_rows
from subvent.questions.readings import ReadingsComparison
from subvent.questions.replan import replanned
from subvent.questions.saved import must_go
from subvent.questions.takes import takes_of_rows
from subvent.report.json import plan_json
from subvent.report.text import plan_text
from subvent.report.text_alternatives import alternatives_text
from subvent.report.text_changes import versions_text
from subvent.report.text_conflict import conflict_text
from subvent.report.text_price import price_text
from subvent.report.text_readings import readings_text
from subvent.report.text_replan import replan_text
from subvent.result import Plan, Unclaimed

LANGUAGES: tuple[Language, ...] = ("zh", "en")
WIDE = 10_000
"""Columns: no line wraps."""
CASES = frozenset(
    {
        "一次：instalments 以往一期归 P2，其余各期随之",
        "三年重叠：后完工者为准",
        "审定数也须达到起点：各差一分都不达",
        "对象：工业、省内、规模以上",
        "建设投资占一半：不到即不合格",
        "历史：未写所归项目，占用其每个项目的上限",
        "历史：金额未填，interest-cap=per-company 则该企业的贴息都不明",
        "受理期间：网络填报截止次日起只能重报退回的",
        "有效期：按完工日期",
        "期限：first-36-months 自首次付息起三年",
        "智能化分档：按给出的表，全部基数适用够得着的最高一档",
        "用能方向期间：2022-01-01 至 2023-12-31，首尾在内",
        "用能方向期间：日期未填",
        "申报年度不在规划年度之内，或未填",
        "绿色称号：honour-amount=table 按表，限于5万元至100万元",
        "联系人（硬约束）：以往申报的单位先占",
        "荣誉：以往申报的荣誉不在表内时提示",
        "该年增量以往已奖补的，不再申报",
        "费用重复：共用一分钱也只计一次，共用为零则互不相干",
        "贴息：interest-project=of-a-category",
        "贴息：专属信贷产品或设备租赁",
        "软件占比：占认可总费用的30%，即其余的七分之三",
        "项目：备案证、《目录》、完工、完工日期未填",
        "预测：全部未付，低端为零",
    }
)
"""Worked cases of the packs whose proofs and reasons hold what the examples do not."""
GROUNDER = InProcess()
STRICT, FOLDER = {"construction-half": "trim"}, "tests/explain/sentences"
PACKS = (*((f"tests/cities/{one}",) for one in ("linhai", "ningjiang", "jinghe")), (f"{FOLDER}/lamps",))
ROWS = (*(f"tests/cities/{one}.yaml" for one in ("group", "ningjiang", "jinghe")), f"{FOLDER}/lamps.yaml")
FIRST = "examples/manufacturing-group.yaml"
GROUP, LATER, CONFLICTS, TAKES = (f"{FOLDER}/{name}.yaml" for name in ("group", "later", "conflict", "takes"))


class Printed(NamedTuple):
    """Lines in both languages."""

    zh: str
    en: str


@cache
def packs() -> PolicySet:
    """All built-in packs."""
    return load_policies()


def read(path: str) -> Portfolio:
    """A portfolio under the built-in packs."""
    return read_portfolio(Path(path), vocabulary_of(packs()))


def posed(portfolio: Portfolio, kind: Literal["all", "decision"] = "decision") -> Problem:
    """Its problem, with all readings by default."""
    return pose(packs(), vocabulary_of(packs()), portfolio, {}, GROUNDER, kind)


def plans() -> tuple[Plan, ...]:
    """The plans of the examples, of invented documents, and of worked cases."""
    return tuple(one.plan for one in solved())


@cache
def solved() -> tuple[Solved, ...]:
    """The same, with what they were made from."""
    groups: list[tuple[PolicySet, Portfolio, Mapping[str, str]]] = [
        (packs(), read(f"examples/{name}-group.yaml"), {}) for name in ("manufacturing", "traditional")
    ]
    groups += [(packs(), read(f"{FOLDER}/stated.yaml"), {})]
    groups += [(packs(), read(f"{FOLDER}/{name}.yaml"), {"contact": "hard"}) for name in ("limits", "crowd")]
    invented = zip(map(load_policies, PACKS), ROWS, strict=True)
    groups += [(own, read_portfolio(Path(rows), vocabulary_of(own)), {}) for own, rows in invented]
    groups += [
        (packs(), case.portfolio, case.readings) for case in read_cases(packs())[0] if case.name in CASES
    ]
    return tuple(solve_rows(rows, policies, given, GROUNDER) for policies, rows, given in groups)


def in_both(tell: Callable[[Language], Iterator[str]]) -> Printed:
    """What is told in each language."""
    return Printed(
        *(
            "\n".join(dict.fromkeys(line for said in tell(language) for line in said.split("\n")))
            for language in LANGUAGES
        )
    )


def said_by_plans() -> Printed:
    """Every sentence of the proofs, reasons, notes and stages that the plans carry."""
    return in_both(lambda language: (text.in_(language) for plan in plans() for text in _texts(plan)))


def _texts(plan: Plan) -> Iterator[Text]:
    yield from (step.text for step in plan.steps)
    yield from (finding.text for entry in plan.not_claimed for finding in entry.findings)
    yield from (note.text for note in (*plan.assumptions, *plan.warnings))
    yield from (stage.text for claim in plan.claims for stage in claim.stages)
    yield from (said for listed in plan.shut_years.values() for said in listed)


def asked_why() -> Printed:
    """`why` of everything in the plans, as deep as proofs go and one level deep, and of each year."""
    return in_both(_why)


@cache
def insisting() -> tuple[Unclaimed, tuple[dict[tuple[str, str], Insisted], ...]]:
    """Something outbid, and what insisting on it changes: all rows planned or only some, proven or not."""
    first = solved()[0]
    entry = next(entry for entry in first.plan.not_claimed if entry.loss_fen)
    key = entry.subject, entry.benefit
    told = [insisted(first.problem, first.chosen, [entry], Limits(), whole=whole) for whole in (True, False)]
    return entry, (*told, *({key: one[key]._replace(proven=False)} for one in told))


def _why(language: Language) -> Iterator[str]:
    first = plans()[0]
    lost = tuple(replace(entry, possible=False) for entry in first.not_claimed if entry.loss_fen is not None)
    for plan in (*plans()[1:], replace(first, not_claimed=lost)):
        asked = Questions(plan)
        beside = (line.subject for total in plan.beside_total for line in total.lines)
        claimed = (claim.subject for claim in plan.claims)
        subjects = dict.fromkeys((*claimed, *(entry.subject for entry in plan.not_claimed), *beside))
        for subject in subjects:
            yield asked.text(subject, None, None, language, WIDE, 1)
            for year in plan.horizon[1:]:
                yield asked.text(subject, None, year, language, WIDE, 1)
    yield Questions(first, {}).text(first.claims[0].applicant, None, None, language, WIDE)
    entry, changed = insisting()
    for told in ({}, *changed):
        yield Questions(first, told).text(entry.subject, entry.benefit, None, language, WIDE)
    leaving = must_go(solved()[0].problem, solved()[0].plan, entry.subject, InProcess())
    key, ways = next(iter(leaving.items()))
    for some in (ways, [*ways, Way(ways[0].year, ())]):
        yield Questions(first, {}, None, {key: some}).text(*key, None, language, WIDE)


@cache
def paged() -> tuple[Plan, ...]:
    """The plans, one that a time limit cut short, and one that holds nothing."""
    first = solve_rows(read(GROUP), packs(), {}, GROUNDER, Wanted(strict="told")).plan
    strict = first.strict
    assert strict is not None
    one = strict.alone[0]
    cut = replace(
        first,
        status="feasible",
        bound_fen=first.bound_fen + 1,
        strict=replace(strict, every_combination=False),
    )
    lost = tuple(replace(entry, possible=False) for entry in first.not_claimed)
    unsure = replace(strict, strict_fen=None, alone=(replace(one, total_fen=None),), taken=True)
    return (
        *plans(),
        first,
        cut,
        replace(first, strict=unsure, not_claimed=lost),
        replace(first, strict=replace(strict, taken=True)),
        solve_rows(read(GROUP), packs(), {}, GROUNDER, Wanted(reasons="never")).plan,
        replace(first, claims=(), not_claimed=(), assumptions=(), strict=replace(strict, alone=())),
    )


def planned() -> Printed:
    """The pages of the plans."""
    return in_both(lambda language: (plan_text(plan, language, WIDE) for plan in paged()))


def conflicting() -> Printed:
    """`conflict` of claims that can stand together, that cannot, and that nobody could file."""
    rows = read(CONFLICTS)
    many = ("P", "Q", "S", "T", "U", "V", "W")
    asked: tuple[tuple[tuple[str, ...], dict[str, str]], ...] = (
        (("P/smart", "Q/smart"), {}), (("P/smart", "P/equipment"), {}), (("P/smart", "R/major"), {}),
        (("P/smart", "Q/smart", "R/major"), {}), (("S/equipment/2025",), {}), (("P/smart/2026",), {}),
        (("P/smart/2025", "N/smart"), {}), (("P/smart", "S/equipment"), {"cost-overlap": "exclude"}),
        (("P/smart/2025", "B1/smart/2025"), {"contact": "hard"}),
        (tuple(f"{row}/smart/2025" for row in many), {}),
        (("L/interest/2025", "P/smart/2025"), {"interest-project": "claimed"}), (("Q/smart/2026",), {}),
        (("G/green", "G/smart"), {"exclusivity": "green-alone"}), (("B1/smart",), {}),
        (("G/green", "G/smart"), {"exclusivity": "green-after-others"}),
    )  # fmt: skip
    found = [conflict_rows(rows, packs(), given, claims, GROUNDER) for claims, given in asked]
    found.append(conflict_rows(read(FIRST), packs(), {}, ("DC-03/smart", "XH-03/smart"), GROUNDER))
    (phrase, *_), *_ = ([*each.parts] for one in found for each in one.conflicts)
    law = Citation(phrase.cause.document, phrase.cause.article, phrase.cause.phrases[0])
    found = [replace(one, preferences=(Preference(law, law.document),)) for one in found]
    cut = [replace(one, smallest=False, complete=False) for one in found]
    cut += [replace(one, complete=False) for one in found]
    cut += [replace(one, decided=False) for one in found]
    cut += [
        replace(one, conflicts=tuple(replace(each, parts=(), whole=False) for each in one.conflicts))
        for one in found
    ]
    held = [(one, one.together) for one in found if one.together]
    cut += [
        replace(one, together=on._replace(held=on.held._replace(bound=on.held.bound + 1))) for one, on in held
    ]
    cut += [replace(one, whole=False) for one in found]
    cut += [replace(one, together=None) for one, _ in held]
    return in_both(lambda language: (conflict_text(one, language, WIDE) for one in (*found, *cut)))


def priced() -> Printed:
    """`price`, whole, and as a time limit leaves it."""
    found = price_rows(read(GROUP), packs(), STRICT, GROUNDER)
    open_ = tuple(replace(one, least_fen=0, most_fen=1) for one in found.prices[:2])
    cut = replace(found, bound_fen=found.bound_fen + 1, prices=open_, readings=found.readings[:1])
    none = replace(found, prices=found.free)
    return in_both(
        lambda language: (
            price_text(one, language, WIDE, every=every)
            for one in (found, cut, none)
            for every in (False, True)
        )
    )


def compared() -> Printed:
    """`compare --readings`, and as a time limit leaves it."""
    found = [
        ReadingsComparison(packs(), read(GROUP), given, GROUNDER, Limits()).made() for given in ({}, STRICT)
    ]
    first = found[0]
    base = first.base._replace(bound=first.base.bound + 1)
    effects = tuple(
        replace(one, total_fen=None, difference_fen=None, regret_fen=None)
        for one in first.questions[0].effects
    )
    question = replace(first.questions[0], effects=effects)
    cut = [replace(first, questions=(question,), proven=False), replace(first, questions=(question,))]
    if first.deciding is not None:
        known = ("a", "b")
        cut += [
            replace(first, deciding=replace(first.deciding, other=other, best_under=under, bound_fen=0))
            for other in (False, True)
            for under in (None, known)
        ]
        cut.append(replace(first, deciding=replace(first.deciding, bound_fen=0, sought=False)))
        regret = first.deciding.regret_fen
        cut.append(replace(first, deciding=replace(first.deciding, bound_fen=regret)))
    sure = first.guaranteed
    assert sure is not None
    cut += [replace(first, guaranteed=None, too_large=True), replace(first, base=base)]
    for claims in ({}, sure.claims):
        more = replace(sure, claims=claims, bound_fen=sure.bound_fen + 1)
        cut.append(replace(first, guaranteed=more))
    return in_both(lambda language: (readings_text(one, language, WIDE) for one in (*found, *cut)))


def beside() -> Printed:
    """`alternatives`, with plans to be found and without, and as a time limit leaves it."""
    found = [
        alternatives(posed(read(GROUP)), Asked(count, share, ("filings", "applicants")), Limits())
        for count, share in ((1, Fraction(1, 100)), (9, Fraction(1, 2)), (1, Fraction(0)))
    ]
    first = found[1]
    best = first.best
    few = dict.fromkeys(list(best.claims)[:1], best.total)
    cut = replace(
        first,
        exhausted=False,
        readings={"a": "b"},
        best=best._replace(bound=best.bound + 1),
        next_best=tuple(one._replace(outline=best, proven=False) for one in first.next_best),
        simplest=tuple(
            one._replace(plan=one.plan._replace(outline=one.plan.outline._replace(claims=few)))
            for one in first.simplest
        ),
    )
    return in_both(lambda language: (alternatives_text(one, language, WIDE) for one in (*found, cut)))


def since() -> Printed:
    """`replan` since the plan of a group of which projects have gone: each cause, many, and cut short."""
    document = plan_from_json(plan_json(solve_rows(read(GROUP), packs(), {}, GROUNDER).plan))
    found = [
        replanned(posed(read(file), "all"), document, "plan.json", (), most, Limits(), GROUNDER)
        for file in (GROUP, LATER)
        for most in (None, 0)
    ]
    line, later = next(iter(found[0].earlier.claims)), found[2]
    stages = tuple(stage._replace(changed=2 * place) for place, stage in enumerate(later.stages))
    causes = replace(later, stages=stages, lost=tuple(Lost(line, 1, cause) for cause in get_args(Cause)))
    lines = {line._replace(subject=f"P{number}"): 1 for number in range(50)}
    many = replace(later, kept=Outline(lines, 50), history=dict.fromkeys(lines, ()))
    cut = replace(later, kept=Outline({}, 0), best_total=0, best_bound=1, warnings=plans()[0].warnings)
    return in_both(lambda language: (replan_text(one, language, WIDE) for one in (*found, causes, many, cut)))


def versions() -> Printed:
    """`compare` of two versions of a group, of one with itself, and as a time limit leaves it."""
    words = words_of(packs(), read(GROUP))
    both = [(Path(file), outlined(posed(read(file)), Limits())) for file in (GROUP, LATER, GROUP)]
    first = both[0][1]
    found = [
        Compared(Version(path, packs_, {}), one, changes(first, one), words)
        for (path, one), packs_ in zip(both, ((), ("other",), ()), strict=True)
    ]
    moved = found[1].changes[0]
    made_for = moved._replace(line=moved.line._replace(made_for="P1"))
    granted = next(one for plan in plans() for one in plan.history if one.binds and one.fen)
    filed = {made_for.line: (granted,)}
    cut = [
        one._replace(
            changes=(made_for,), filed=filed, outline=one.outline._replace(bound=one.outline.bound + 1)
        )
        for one in found
    ]
    return in_both(
        lambda language: (versions_text(one, language, WIDE) for one in (found, found[:2], found[::2], cut))
    )


def refused() -> Printed:
    """What a question is answered that names what is not there."""
    asked = Questions(plans()[0], None, {one.name: one.label for one in packs().benefits})
    rows = read(TAKES)
    known = asked.plan.claims[0]
    own = {
        one.benefit for one in (*asked.plan.claims, *asked.plan.not_claimed) if one.subject == known.subject
    }
    other = next(one.name for one in packs().benefits if one.name not in own)
    only = next(line for total in asked.plan.beside_total for line in total.lines)
    questions: list[Callable[[], object]] = [
        lambda: asked.why("?"),
        lambda: asked.why(known.subject + "x"),
        lambda: asked.why(known.subject, "?"),
        lambda: asked.why(known.subject, other),
        lambda: asked.why(known.subject, None, 1999),
        lambda: Questions(replace(asked.plan, row_digests={"控股": ""})).why("控股"),
        lambda: conflict_rows(rows, packs(), {}, ("P1",), GROUNDER),
        lambda: takes_of_rows(read(FIRST), packs(), (only.subject, only.benefit, None), GROUNDER),
        *(
            lambda field=field: takes_of_rows(rows, packs(), ("P1", None, None), GROUNDER, allowed=(field,))
            for field in ("?", "?.name", "P1.?", "P1.name")
        ),
    ]
    told = []
    for question in questions:
        with pytest.raises(InputError) as refusal:
            question()
        told += [text for one in refusal.value.diagnostics for text in (one.what, one.way_out) if text]
    return in_both(lambda language: (text.in_(language) for text in told))
