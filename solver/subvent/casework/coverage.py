"""What became of every numbered item of the documents: its class, its rules, and the cases on their sides.

    report = coverage(load_policies(), sources=Path("sources"))

An item is covered when it has an entry with a phrase, rules where its class asks for them, and a worked
case on every side of every rule (`exercise.py` says which sides a rule has) and one for every answer to
a question it leaves open that comes out otherwise than the default.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from subvent.casework.exercise import exercised, sides_of
from subvent.casework.worked import outcome, planned
from subvent.diagnostics import Diagnostic, Place, SubventError, Text, diagnostic, joined
from subvent.display import shortened
from subvent.logic.session import InProcess
from subvent.policy.cases import read_cases
from subvent.policy.lint import answers_asked
from subvent.policy.loader import vocabulary_of
from subvent.policy.outcomes import Outcome
from subvent.policy.register import (
    CLASSES,
    REGISTER,
    WITH_RULES,
    Item,
    Register,
    check_register,
    read_register,
    rules_of,
)
from subvent.policy.sources import verify_numbers, verify_sources
from subvent.policy.types import Pack, PolicySet, Reading, Rule

SIDES: Mapping[str, Text] = {
    "met": Text("满足", "met"),
    "failed": Text("不满足", "failed"),
    "unknown": Text("未知", "unknown"),
    "binds": Text("封顶", "capping"),
    "free": Text("未封顶", "not capping"),
    "counts": Text("计入", "counting"),
    "idle": Text("不计入", "not counting"),
    "bars": Text("拦下申报", "barring a claim"),
    "lets": Text("放行申报", "letting claims through"),
    "raised": Text("提示", "raised"),
    "quiet": Text("不提示", "not raised"),
    "fires": Text("用到", "used"),
}
"""The words for the sides of rules."""

CaseNames = tuple[str, ...]
"""`PACK/NAME` of worked cases, in the order of the packs."""


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """A rule with the cases that exercise it on each of its sides."""

    rule: Rule
    sides: Mapping[str, CaseNames]


@dataclass(frozen=True, slots=True)
class ReadingCoverage:
    """A question with, of each answer, the first case that comes out otherwise than under the default.

    The name is empty when there is none.
    """

    reading: Reading
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """An item with its rules, the questions it leaves open, and the cases written for its articles."""

    item: Item
    rules: tuple[RuleCoverage, ...]
    readings: tuple[ReadingCoverage, ...]
    cases: CaseNames

    @property
    def sides(self) -> tuple[int, int]:
        """How many sides of rules and answers have a case, and how many there are."""
        found = [bool(names) for part in self.rules for names in part.sides.values()]
        found += [bool(name) for part in self.readings for name in part.answers.values()]
        return sum(found), len(found)


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """A document with its items in the order of its text."""

    pack: Pack
    items: tuple[ItemCoverage, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The documents asked about, and everything about them that is not covered."""

    documents: tuple[DocumentCoverage, ...]
    findings: tuple[Diagnostic, ...]


def coverage(policies: PolicySet, wanted: Collection[str] = (), sources: Path | None = None) -> Coverage:
    """The coverage of the packs with these ids (none: of all), by the worked cases of all packs.

    With `sources`, numbers and phrases are looked up in the documents' texts in that folder; without,
    numbers in the register's own list. Raises PolicyError when the packs' vocabularies do not fit.
    """
    packs = tuple(pack for pack in policies.packs if not wanted or pack.id in wanted)
    tried, stopped = _try_cases(policies)
    found = [*stopped]
    documents = []
    for pack in packs:
        register, faults = read_register(pack)
        found += faults
        if register is None:
            place = Place(pack.manifest_name.rpartition("/")[0] + "/" + REGISTER)
            found += () if faults else (diagnostic("policy.no-register", place, pack=pack.id),)
            continue
        document = DocumentCoverage(
            pack, tuple(_item(item, register, policies, tried) for item in register.items)
        )
        documents.append(document)
        found += check_register(register, policies)
        found += _lacking(document, register)
        if sources is not None:
            found += verify_numbers(register, sources)
    if sources is not None:
        found += verify_sources(PolicySet(packs, policies.kernel), sources)
    return Coverage(tuple(documents), tuple(sorted(dict.fromkeys(found), key=_order)))


def _order(found: Diagnostic) -> tuple[Place, str]:
    return found.place or Place(""), found.code


# ── running the cases ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Tried:
    """The sides rules have; the names of the cases by rule and side, and by pack and article.

    Of each answer that differs from the default the first case that shows it; empty when none does.
    """

    required: Mapping[str, tuple[str, ...]]
    sides: Mapping[tuple[str, str], list[str]]
    answers: Mapping[tuple[str, str], str]
    articles: Mapping[tuple[str, str], list[str]]


def _try_cases(policies: PolicySet) -> tuple[_Tried, list[Diagnostic]]:
    cases, faults = read_cases(policies)
    found = [*faults]
    vocabulary = vocabulary_of(policies)
    sides: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    answers: dict[tuple[str, str], str] = {}
    required = _required_answers(policies)
    defaults = {reading.name: reading.default for reading in policies.readings}
    articles: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        name = f"{case.pack}/{case.name}"
        try:
            here = planned(policies, vocabulary, case, case.readings, InProcess())
            for rule, on in exercised(here.problem, here.fen, here.made_for, InProcess()).items():
                for side in on:
                    sides[rule, side].append(name)
            for answer in case.readings.items():
                if answer in required and answer not in answers:
                    readings = {**case.readings, answer[0]: defaults[answer[0]]}
                    other = planned(policies, vocabulary, case, readings, InProcess())
                    if not _alike(outcome(here), outcome(other)):
                        answers[answer] = name
        except SubventError as error:
            reason = joined(error.diagnostics)
            found.append(diagnostic("policy.case-stopped", case.place, name=case.name, reason=reason))
        articles[case.pack, case.article].append(name)
    told = {answer: answers.get(answer, "") for answer in required}
    return _Tried(sides_of(policies), sides, told, articles), found


def _required_answers(policies: PolicySet) -> frozenset[tuple[str, str]]:
    """The answers other than defaults; one that no rule asks for is the default, if none asks for that."""
    asked = answers_asked(policies)

    def silent(question: str, answer: str) -> bool:
        return (question.replace("-", "_"), answer.replace("-", "_")) not in asked

    return frozenset(
        (reading.name, answer.name)
        for reading in policies.readings
        for answer in reading.answers
        if not answer.default
        and not (silent(reading.name, answer.name) and silent(reading.name, reading.default))
    )


def _alike(one: Outcome, other: Outcome) -> bool:
    return (
        (one.claims, one.ends, one.beside) == (other.claims, other.ends, other.beside)
        and one.said() == other.said()
        and one.reasons() == other.reasons()
    )


# ── items ────────────────────────────────────────────────────────────────────────────────────────────


def _item(item: Item, register: Register, policies: PolicySet, tried: _Tried) -> ItemCoverage:
    rules = rules_of(item, register.pack, policies)
    questions = (r for r in register.pack.readings if r.citation.article == item.key)
    articles = dict.fromkeys(
        [(register.pack.id, item.key), *((r.id.partition("#")[0], r.article) for r in rules)]
    )
    return ItemCoverage(
        item=item,
        rules=tuple(
            RuleCoverage(
                rule,
                {
                    side: tuple(tried.sides.get((rule.id, side), ()))
                    for side in tried.required.get(rule.id, ())
                },
            )
            for rule in rules
        ),
        readings=tuple(
            ReadingCoverage(
                reading,
                {
                    answer.name: tried.answers[reading.name, answer.name]
                    for answer in reading.answers
                    if (reading.name, answer.name) in tried.answers
                },
            )
            for reading in questions
        ),
        cases=tuple(name for article in articles for name in tried.articles.get(article, ())),
    )


def _lacking(document: DocumentCoverage, register: Register) -> Iterator[Diagnostic]:
    for part in document.items:
        item = part.item
        if item.kind in WITH_RULES and not part.rules:
            words = CLASSES[item.kind]
            yield diagnostic(
                "policy.item-without-rule",
                item.place,
                register.citation(item),
                item=item.key,
                class_zh=words.zh,
                class_en=words.en,
            )
        for rule in part.rules:
            yield from _sides_without_case(rule)
        for reading in part.readings:
            for answer in (answer for answer, case in reading.answers.items() if not case):
                cited = reading.reading.citation
                yield diagnostic(
                    "policy.answer-without-case",
                    item.place,
                    cited,
                    question=reading.reading.name,
                    answer=answer,
                )


def _sides_without_case(covered: RuleCoverage) -> Iterator[Diagnostic]:
    rule = covered.rule
    for side in (side for side, cases in covered.sides.items() if not cases):
        words = SIDES[side]
        yield diagnostic(
            "policy.side-without-case",
            rule.place,
            next(iter(rule.citations), None),
            rule=rule.id,
            side_zh=words.zh,
            side_en=words.en,
            what=shortened(rule.text, 90),
        )
