"""Whether what is asked of a row can be known of it, and whether every benefit has an amount.

A condition whose fields the rows it is asked of do not have stays unknown for ever, and an amount from such a
field is missing for ever: nothing is claimed, and the plan asks for a fact that nobody can state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from subvent.diagnostics import Diagnostic, Place, diagnostic
from subvent.policy.loader import MANIFEST
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.toml_lines import Lines
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import BENEFITS, CONDITIONS, FIELDS, OWN_FIELDS, QUESTIONS, Signature
from subvent.portfolio.vocabulary import Vocabulary

_ASKED = frozenset((("requires", 2), ("requires", 3), ("requires_in_year", 2), ("requires_in_year", 3)))
_OF_BENEFITS = frozenset((("base_field", 2), ("filed_in", 2), ("threshold", 3)))
_PARTS = frozenset((("all_of", 2), ("any_of", 2)))
_THROUGH = ("through", 3)
_ANSWERED = frozenset((("met", 2), ("failed", 2)))
_ANY = "*"


@dataclass(slots=True)
class _Known:
    """What packs say of conditions and fields, by names alone; what a variable may mean is left open."""

    vocabulary: Vocabulary
    fields: Mapping[str, frozenset[str]]
    """The fields of each list."""
    refs: Mapping[tuple[str, str], frozenset[str]]
    """The lists that a field of a list refers to."""
    own: set[str] = field(default_factory=set)
    """Fields that rules derive, and days that the kernel knows."""
    asked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The lists whose rows each condition is asked of."""
    tests: defaultdict[str, list[tuple[Rule, Term]]] = field(default_factory=lambda: defaultdict(list))
    """The heads that say how each condition is tested."""

    def has(self, name: str, spec: str) -> bool:
        """Whether rows of a list may have a field."""
        return name in self.own or name in self.fields.get(spec, ())


class _Meant:
    """Which constants a variable may stand for, as far as facts alone say so."""

    def __init__(self, policies: PolicySet) -> None:
        self._rules: defaultdict[Signature, list[tuple[Rule, Term]]] = defaultdict(list)
        for rule, head in _heads(policies):
            self._rules[head.signature].append((rule, head))

    def by(self, rule: Rule, term: Term, depth: int = 4) -> tuple[str, ...]:
        """The constants that an argument of a rule's head may stand for; none where that is not known."""
        if term.kind != "variable":
            return _constants(term)
        for literal in parsed(rule).literals:
            if literal.negative or literal.inside or not depth:
                continue
            for position, argument in enumerate(literal.atom.args):
                if argument.kind == "variable" and argument.name == term.name:
                    heads = self._rules[literal.atom.signature]
                    found = [self.by(other, head.args[position], depth - 1) for other, head in heads]
                    if found and all(found):
                        return tuple(dict.fromkeys(name for names in found for name in names))
        return ()


def lint_lists(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Findings on conditions and amounts that no row could ever meet or bring."""
    known = _known(policies, vocabulary)
    for name, specs in sorted(known.asked.items()):
        for spec in sorted(specs):
            yield from _condition(known, name, spec)
    for rule, head in _heads(policies):
        if head.signature in _OF_BENEFITS:
            yield from _of_benefits(policies, known, rule, head)
    yield from _amounts(policies)
    yield from _suited(policies, vocabulary)


def _heads(policies: PolicySet) -> Iterator[tuple[Rule, Term]]:
    return ((rule, head) for pack in policies.packs for rule in pack.rules for head in parsed(rule).heads)


def _known(policies: PolicySet, vocabulary: Vocabulary) -> _Known:
    lists = vocabulary.all_lists
    known = _Known(
        vocabulary,
        {spec.name: frozenset(one.constant for one in spec.fields) for spec in lists},
        {
            (spec.name, one.constant): frozenset(vocabulary.targets(one.to))
            for spec in lists
            for one in spec.fields
            if one.to
        },
    )
    for rule in policies.rules:
        for head in parsed(rule).heads:
            if head.signature in OWN_FIELDS:
                known.own.update(_constants(head.args[OWN_FIELDS[head.signature]]))
    of = {benefit.constant: benefit.of for benefit in policies.benefits}
    meant = _Meant(policies)
    for rule, head in _heads(policies):
        if head.signature in _ASKED:
            for benefit in meant.by(rule, head.args[BENEFITS[head.signature][0]]):
                for name in _constants(head.args[CONDITIONS[head.signature][0]]):
                    known.asked[name].update({of[benefit]} if benefit in of else ())
        if head.signature in QUESTIONS:
            position = 1 if head.signature in _ANSWERED else 0
            for name in _constants(head.args[position]) or (_ANY,):
                known.tests[name].append((rule, head))
    _spread(known)
    return known


def _spread(known: _Known) -> None:
    """What is asked of a row is asked of its parts, and through a reference of the row referred to."""
    waiting = list(known.asked)
    while waiting:
        name = waiting.pop()
        for _, head in known.tests[name]:
            if head.signature in _PARTS:
                specs = set(known.asked[name])
            elif head.signature == _THROUGH:
                pairs = ((spec, own) for spec in known.asked[name] for own in _constants(head.args[1]))
                specs = {to for pair in pairs for to in known.refs.get(pair, ())}
            else:
                continue
            for part in _constants(head.args[-1]):
                if not specs <= known.asked[part]:
                    known.asked[part] |= specs
                    waiting.append(part)


def _constants(term: Term) -> tuple[str, ...]:
    """The constants that an argument may stand for; none of a variable or of a function."""
    if term.kind == "pool":
        return tuple(name for part in term.args for name in _constants(part))
    return (term.name,) if term.kind == "name" and not term.args else ()


def _condition(known: _Known, name: str, spec: str) -> Iterator[Diagnostic]:
    """A condition asked of rows of a list by none of whose fields it can be tested."""
    tests = known.tests[name]
    if not tests or known.tests[_ANY] or any(head.signature in _ANSWERED for _, head in tests):
        return
    asked_for: dict[str, None] = {}
    for _, head in tests:
        # A pool stands for as many facts: one that these rows can answer is enough.
        named = [_constants(head.args[position]) for position in FIELDS.get(head.signature, ())]
        if not all(named) or all(any(known.has(one, spec) for one in names) for names in named):
            return
        asked_for.update(dict.fromkeys(one for names in named for one in names if not known.has(one, spec)))
    rule, head = tests[0]
    if all(any(one in fields for fields in known.fields.values()) for one in asked_for):
        yield _elsewhere("policy.asked-elsewhere", rule, head, (known, spec), asked_for, name=name)


def _of_benefits(policies: PolicySet, known: _Known, rule: Rule, head: Term) -> Iterator[Diagnostic]:
    """An amount, a threshold or a filing year from a field that the benefit's rows do not have."""
    of = {benefit.constant: benefit.of for benefit in policies.benefits}
    for benefit in _constants(head.args[0]):
        for name in _constants(head.args[1]):
            somewhere = any(name in fields for fields in known.fields.values())
            if benefit in of and somewhere and not known.has(name, of[benefit]):
                yield _elsewhere(
                    "policy.field-elsewhere", rule, head, (known, of[benefit]), (name,), name=head.name
                )


def _elsewhere(
    code: str, rule: Rule, head: Term, of: tuple[_Known, str], fields: Collection[str], *, name: str
) -> Diagnostic:
    """A finding on a list that lacks fields, with the lists that have one of them."""
    known, spec = of
    label = known.vocabulary.spec(spec).label
    owners = sorted(one for one, has in known.fields.items() if any(part in has for part in fields))
    return diagnostic(
        code,
        place_in(rule, head.begin),
        next(iter(rule.citations), None),
        name=name,
        list_zh=label.zh,
        list_en=label.en,
        fields=", ".join(fields),
        owners=", ".join(owners),
    )


def _amounts(policies: PolicySet) -> Iterator[Diagnostic]:
    """Benefits that no rule gives an amount: they would be closed to everybody, without a word."""
    given: defaultdict[str, set[str]] = defaultdict(set)
    for _, head in _heads(policies):
        words = {"base_field": "base"}
        if head.name in {"amount", "base", "base_field", "rate", "cap"} and head.signature in BENEFITS:
            names = _constants(head.args[BENEFITS[head.signature][0]]) or (_ANY,)
            for name in names:
                given[name].add(words.get(head.name, head.name))
    for pack in policies.packs:
        lines = Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
        for benefit in pack.benefits:
            has = given[benefit.constant] | given[_ANY]
            lacks = [word for word in ("base", "rate", "cap") if word not in has]
            if "amount" not in has and lacks:
                place: Place = lines.place("benefits", benefit.name)
                yield diagnostic("policy.no-amount", place, name=benefit.name, lacks=", ".join(lacks))


def _suited(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Benefits of a list whose rows cannot say that they suit one, or in which year they can be filed."""
    for pack in policies.packs:
        lines = Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
        for benefit in pack.benefits:
            fields = {one.constant: one for one in vocabulary.spec(benefit.of).fields}
            offered = {choice.constant for choice in fields["kinds"].choices} if "kinds" in fields else set()
            place, values = lines.place("benefits", benefit.name), (benefit.constant, benefit.of)
            if not _spoken_of(policies, "covers_all", benefit.constant) and benefit.constant not in offered:
                yield diagnostic("policy.suits-none", place, name=values[0], list=values[1])
            dated = any(_spoken_of(policies, word, benefit.constant) for word in ("filed_in", "aside"))
            years = fields.get("filing_years")
            if (years is None or years.type != "years") and not dated:
                yield diagnostic("policy.never-filed", place, name=values[0], list=values[1])


def _spoken_of(policies: PolicySet, word: str, benefit: str) -> bool:
    """Whether some head of this word has the benefit, or a variable, as its first argument."""
    heads = (head for _, head in _heads(policies) if head.name == word)
    return any(benefit in (_constants(head.args[0]) or (benefit,)) for head in heads)
