"""Whether a condition is tested by one thing at a time, and a test has one answer.

A condition that two tests answer is met as soon as one of them says so, though the other waits for a fact
that is not known; so is one that is asked of several rows or named values, of which one says yes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, islice, product
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import FIELDS, QUESTIONS
from subvent.portfolio.vocabulary import FieldType, Vocabulary

_ANSWERED = frozenset(("met", "failed"))
_TOGETHER = frozenset(("all_of", "any_of"))
"""Several facts with one of these words name the parts of one condition."""
_COMBINED = frozenset((name, 2) for name in _TOGETHER)
_SEVERAL: Mapping[str, frozenset[FieldType]] = {
    "through": frozenset(("refs",)),
    "among": frozenset(("choices", "years")),
}
"""Words that ask for one value, with the types of fields that may have several."""


class _Test(NamedTuple):
    """One way to answer a condition: the fields it asks for, and what distinguishes it from other tests."""

    rule: Rule
    head: Term
    fields: tuple[str, ...]
    meant: tuple[str, ...]


def lint_tests(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Findings on conditions that several things answer."""
    tests: defaultdict[str, list[_Test]] = defaultdict(list)
    types: defaultdict[str, set[FieldType]] = defaultdict(set)
    for spec in vocabulary.all_lists:
        for field in spec.fields:
            types[field.constant].add(field.type)
    heads = [(rule, head) for pack in policies.packs for rule in pack.rules for head in parsed(rule).heads]
    for rule, head in heads:
        if head.signature in QUESTIONS and head.name not in _ANSWERED:
            for name in _names(head.args[0]):
                tests[f"total({name})" if head.name == "threshold" else name] += _tests(rule, head)
            several = _SEVERAL.get(head.name, frozenset())
            for name in _names(head.args[1]) if several else ():
                if types[name] & several:
                    yield _finding("policy.several-values", rule, head, name=name, word=head.name)
    yield from _circles(heads)
    lists = [{field.constant for field in spec.fields} for spec in vocabulary.all_lists]
    for name, found in sorted(tests.items()):
        pairs = ((one, other) for one, other in combinations(found, 2) if _meet(one, other, lists))
        for one, other in islice(pairs, 1):
            place = f"{one.rule.place} ({one.rule.id})"
            yield _finding("policy.tested-twice", other.rule, other.head, name=name, other=place)


def _circles(heads: Iterable[tuple[Rule, Term]]) -> Iterator[Diagnostic]:
    """Conditions that are parts of themselves: nothing would ever settle them."""
    parts: defaultdict[str, dict[str, tuple[Rule, Term]]] = defaultdict(dict)
    for rule, head in heads:
        if head.signature in _COMBINED:
            for whole, part in product(_names(head.args[0]), _names(head.args[1])):
                parts[whole].setdefault(part, (rule, head))
    for whole, own in sorted(parts.items()):
        within, queue = set(own), list(own)
        while queue:
            fresh = [part for part in parts.get(queue.pop(), ()) if part not in within]
            within.update(fresh)
            queue += fresh
        if whole in within:
            rule, head = next(iter(own.values()))
            yield _finding("policy.condition-circle", rule, head, name=whole)


def _meet(one: _Test, other: _Test, lists: Iterable[Collection[str]]) -> bool:
    """Whether two tests ask different things of the same row; one that lacks a field answers none of its."""
    asked = {*one.fields, *other.fields}
    somewhere = not asked or any(asked <= {*fields} for fields in lists)
    return one.meant != other.meant and somewhere and _together(one.rule, other.rule)


def _tests(rule: Rule, head: Term) -> Iterator[_Test]:
    """The tests that a head stands for, one for each of the fields in a pool."""
    positions = FIELDS.get(head.signature, ())
    written = [rule.text[part.begin : part.end] for part in head.args]
    for fields in product(*(_names(head.args[position]) for position in positions)):
        if head.name in _TOGETHER:
            meant: tuple[str, ...] = (head.name,)
        elif head.name == "among":
            meant = (head.name, *fields)
        else:
            rest = [one for at, one in enumerate(written) if at and at not in positions]
            meant = (head.name, *fields, *rest)
        yield _Test(rule, head, fields, meant)


def _names(term: Term) -> tuple[str, ...]:
    """The constants that an argument may stand for; none of a variable or of a function."""
    if term.kind == "pool":
        return tuple(name for part in term.args for name in _names(part))
    return (term.name,) if term.kind == "name" and not term.args else ()


def _together(one: Rule, other: Rule) -> bool:
    """Whether two rules surely hold at once: they ask for answers alone, and not for different ones."""
    answers: defaultdict[str, set[str]] = defaultdict(set)
    for statement in (parsed(one), parsed(other)):
        for literal in statement.literals:
            question, answer = (*literal.atom.args, None, None)[:2]
            if literal.atom.name != "reading" or literal.negative or question is None or answer is None:
                return False
            answers[question.name].add(answer.name)
        if statement.comparisons:
            return False
    return all(len(found) == 1 for found in answers.values())


def _finding(code: str, rule: Rule, head: Term, **values: object) -> Diagnostic:
    citation = next(iter(rule.citations), None)
    return diagnostic(code, place_in(rule, head.begin), citation, "error", **values)
