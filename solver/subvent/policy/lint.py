"""Whether packs say what their phrases say, and whether every name they use has words and a meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from subvent.diagnostics import Citation, Diagnostic, Place, Text, diagnostic
from subvent.policy.lint_amounts import lint_amounts
from subvent.policy.lint_fields import lint_fields
from subvent.policy.lint_kinds import lint_kinds
from subvent.policy.lint_limits import lint_limits
from subvent.policy.lint_lists import lint_lists
from subvent.policy.lint_numbers import lint_numbers
from subvent.policy.lint_reach import lint_reach, reached
from subvent.policy.lint_tests import lint_tests
from subvent.policy.lint_tiers import lint_tiers
from subvent.policy.loader import MANIFEST, specs_directory, vocabulary_of
from subvent.policy.parsed import parsed, place_in
from subvent.policy.register import check_register, read_register
from subvent.policy.sums import is_own_sum
from subvent.policy.syntax import Term
from subvent.policy.toml_lines import Lines
from subvent.policy.types import Pack, PolicySet, Rule
from subvent.policy.words import (
    BENEFITS,
    CONDITIONS,
    FIELDS,
    LIMITS,
    QUESTIONS,
    READ_BY_THE_ENGINE,
    SAID,
    SET_BY,
    Signature,
)
from subvent.portfolio.nearest import suggestion

_WORDS: frozenset[Signature] = frozenset(
    (*BENEFITS, *CONDITIONS, *FIELDS, *LIMITS, *QUESTIONS, *SAID, *SET_BY)
)
"""The words of the language that take names."""
_TABLED = frozenset(("benefits", "conditions"))
"""What a table of a pack's own may name: `level(lamp, (10,0))` beside `amount(S,B,E) :- level(B,E)`."""
_PLACEHOLDER = re.compile(r"\{(\d*)\}")


@dataclass(slots=True)
class _Names:
    """Where each name of a kind is used, with the most arguments it has there."""

    places: dict[str, tuple[Place, Citation | None]] = field(default_factory=dict)
    arity: Counter[str] = field(default_factory=Counter)

    def add(self, rule: Rule, term: Term, more: int = 0) -> None:
        for name in _constants(term):
            citation = next(iter(rule.citations), None)
            self.places.setdefault(name.name, (place_in(rule, name.begin), citation))
            self.arity[name.name] = max(self.arity[name.name], len(name.args) + more)


@dataclass(slots=True)
class _Use:
    """Every name the rules of a set of packs use."""

    conditions: _Names = field(default_factory=_Names)
    tested: set[str] = field(default_factory=set)
    benefits: _Names = field(default_factory=_Names)
    limits: _Names = field(default_factory=_Names)
    said: dict[str, _Names] = field(default_factory=lambda: {table: _Names() for table in SAID.values()})
    answers: dict[tuple[str, str], tuple[Place, Citation | None]] = field(default_factory=dict)
    tabled: dict[str, int] = field(default_factory=dict)
    """What stands in predicates of the packs' own, from which a variable may bring it: with its arguments."""


def lint(policies: PolicySet) -> tuple[Diagnostic, ...]:
    """Everything to mend in the packs: errors, and notes on what may well be meant. By place."""
    # What may be meant in a pack that was only pulled in is none of the asker's concern.
    others = tuple(pack.manifest_name.rpartition("/")[0] + "/" for pack in policies.packs if pack.pulled)
    found = [*_of_rules(policies), *_registers(policies)]
    return _sorted(
        one
        for one in found
        if one.severity == "error" or not (one.place and others and one.place.file.startswith(others))
    )


def lint_rules(policies: PolicySet) -> tuple[Diagnostic, ...]:
    """The same without registers, on which nothing that is planned rests; of shipped packs alone nothing."""
    shipped = specs_directory()
    if all(pack.directory.is_relative_to(shipped) for pack in policies.packs):
        return ()  # Tests see to it that there is nothing to mend in them.
    return _sorted(_of_rules(policies))


def _sorted(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda d: (d.place or Place(""), d.code)))


def _of_rules(policies: PolicySet) -> list[Diagnostic]:
    use = _use(policies)
    found: list[Diagnostic] = []
    for pack in policies.packs:
        found += lint_numbers(pack.rules)
    found += lint_kinds(policies)
    found += lint_fields(policies, vocabulary_of(policies))
    everything = reached(policies, vocabulary_of(policies))
    found += lint_limits(policies, everything)
    found += lint_amounts(policies, vocabulary_of(policies))
    found += lint_lists(policies, vocabulary_of(policies))
    found += lint_tests(policies, vocabulary_of(policies))
    found += lint_tiers(policies)
    found += _named(policies, use)
    found += _conditions_tested(policies, use)
    found += _readings(policies, use)
    found += _read_by_none(policies)
    found += _not_verified(policies)
    if everything is not None:
        told = [one.place for one in found if one.place]
        found += lint_reach(policies, vocabulary_of(policies), everything, told)
    return found


def answers_asked(policies: PolicySet) -> frozenset[tuple[str, str]]:
    """The questions and answers, as clingo constants, that some rule asks for."""
    return frozenset(_use(policies).answers)


# ── what is used ─────────────────────────────────────────────────────────────────────────────────────


def _constants(term: Term) -> Iterator[Term]:
    """The constants and functions that an argument may stand for."""
    if term.kind == "name":
        yield term
    elif term.kind == "pool":
        for part in term.args:
            yield from _constants(part)


def _use(policies: PolicySet) -> _Use:
    use = _Use()
    for rule in (r for pack in policies.packs for r in pack.rules):
        statement = parsed(rule)
        for head in statement.heads:
            _head(use, rule, head)
        for atom in (*statement.heads, *(literal.atom for literal in statement.literals)):
            _atom(use, rule, atom)
    return use


def _head(use: _Use, rule: Rule, head: Term) -> None:
    signature = head.signature
    if signature in SAID:
        use.said[SAID[signature]].add(rule, head.args[0], more=1)
    if signature in LIMITS:
        use.limits.add(rule, head.args[LIMITS[signature]])
    if signature == ("threshold", 3):
        use.conditions.places.setdefault("total", (rule.place, next(iter(rule.citations), None)))
        use.conditions.arity["total"] = 1
        use.tested.add("total")
    if signature in QUESTIONS:
        position = 1 if head.name in ("met", "failed") else 0
        use.tested.update(name.name for name in _constants(head.args[position]))


def _atom(use: _Use, rule: Rule, atom: Term) -> None:
    signature: Signature = atom.signature
    for position in CONDITIONS.get(signature, ()):
        use.conditions.add(rule, atom.args[position])
    for position in BENEFITS.get(signature, ()):
        use.benefits.add(rule, atom.args[position])
    if signature not in _WORDS:
        use.tabled |= {name.name: len(name.args) for arg in atom.args for name in _constants(arg)}
    if signature == ("reading", 2):
        for question in _constants(atom.args[0]):
            for answer in _constants(atom.args[1]):
                place = (place_in(rule, answer.begin), next(iter(rule.citations), None))
                use.answers.setdefault((question.name, answer.name), place)


# ── names and words ──────────────────────────────────────────────────────────────────────────────────


def _named(policies: PolicySet, use: _Use) -> Iterator[Diagnostic]:
    packs = policies.packs
    tables: tuple[tuple[str, _Names, dict[str, Pack], Mapping[str, Text]], ...] = (
        (
            "conditions",
            use.conditions,
            {c.name: p for p in packs for c in p.conditions},
            {c.name: c.label for p in packs for c in p.conditions},
        ),
        (
            "limits",
            use.limits,
            {limit.name: p for p in packs for limit in p.limits},
            {limit.name: limit.label for p in packs for limit in p.limits},
        ),
        *(
            (
                table,
                names,
                {name: p for p in packs for name in p.said.get(table, {})},
                {name: text for p in packs for name, text in p.said.get(table, {}).items()},
            )
            for table, names in use.said.items()
        ),
        (
            "benefits",
            use.benefits,
            {b.name: p for p in packs for b in p.benefits},
            {b.name: b.label for p in packs for b in p.benefits},
        ),
    )
    lines, sums = _lines(policies), _named_sums(policies)
    for table, names, owner, words in tables:
        declared = {name.replace("-", "_"): name for name in words}
        for name, (place, citation) in names.places.items():
            if name not in declared:
                near = suggestion(name, declared, listed=False)
                yield diagnostic("policy.no-words", place, citation, name=name, table=table, nearest=near)
        for constant, name in declared.items():
            place = lines[owner[name].id].place(table, name)
            if table == "limits" and constant in sums:
                yield from _placeholders(words[name], sums[constant], name, place)
            elif constant not in names.places and table in _TABLED and constant in use.tabled:
                yield from _placeholders(words[name], use.tabled[constant], name, place)
            elif constant not in names.places:
                yield diagnostic("policy.unused-words", place, name=name, table=table)
            elif table == "notes" and name in (each := owner[name].each):
                yield from _placeholders(each[name], names.arity[constant] - 1, name, place)
                yield from _placeholders(words[name], 2, name, place)
            else:
                yield from _placeholders(words[name], names.arity[constant], name, place)


def _named_sums(policies: PolicySet) -> dict[str, int]:
    """The names of the packs' own bounds on sums, which may have words, and how many arguments each has."""
    heads = [parsed(rule).heads[0] for rule in policies.rules if is_own_sum(rule)]
    return {head.args[0].name: len(head.args[0].args) for head in heads if head.args}


def _placeholders(text: Text, arity: int, name: str, place: Place) -> Iterator[Diagnostic]:
    zh, en = (set(_PLACEHOLDER.findall(words)) for words in (text.zh, text.en))
    wrong = sorted(p for p in zh | en if not p or int(p) >= arity)
    if wrong:
        shown = ", ".join(f"{{{p}}}" for p in wrong)
        yield diagnostic("policy.placeholder", place, name=name, placeholder=shown, count=arity)
    elif zh != en:
        yield diagnostic("policy.placeholders-differ", place, name=name)


def _lines(policies: PolicySet) -> dict[str, Lines]:
    return {
        pack.id: Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
        for pack in policies.packs
    }


def _conditions_tested(policies: PolicySet, use: _Use) -> Iterator[Diagnostic]:
    """Conditions that no rule tests: they would stay unknown for ever."""
    del policies
    for name, (place, citation) in use.conditions.places.items():
        if name not in use.tested:
            near = suggestion(name, use.tested, listed=False)
            yield diagnostic("policy.untested-condition", place, citation, name=name, nearest=near)


def _readings(policies: PolicySet, use: _Use) -> Iterator[Diagnostic]:
    declared = {r.name.replace("-", "_"): r for r in policies.readings}
    for (question, answer), (place, citation) in use.answers.items():
        reading = declared.get(question)
        if reading is None:
            near = suggestion(question, declared, listed=False)
            yield diagnostic("policy.no-such-reading", place, citation, name=question, nearest=near)
            continue
        answers = [a.name.replace("-", "_") for a in reading.answers]
        if answer not in answers:
            near = suggestion(answer, answers)
            yield diagnostic(
                "policy.no-such-answer", place, citation, question=reading.name, name=answer, nearest=near
            )
    lines = _lines(policies)
    for constant, reading in declared.items():
        place = lines[reading.pack].place("readings", reading.name)
        used = {answer for question, answer in use.answers if question == constant}
        silent = [a.name for a in reading.answers if a.name.replace("-", "_") not in used]
        yield from _silent(reading.name, silent, len(reading.answers), place)


def _silent(name: str, silent: Collection[str], answers: int, place: Place) -> Iterator[Diagnostic]:
    """Answers that no rule asks for: one is the case in which the others do not hold, two are one answer."""
    if len(silent) == answers:
        yield diagnostic("policy.unused-reading", place, name=name)
    elif len(silent) > 1:
        shown = ", ".join(silent)
        yield diagnostic("policy.equal-answers", place, None, "note", name=name, answers=shown)


def _read_by_none(policies: PolicySet) -> Iterator[Diagnostic]:
    """Heads that nothing asks for, as a slip of the pen in a word's name leaves them."""
    read = {literal.atom.signature for rule in policies.rules for literal in parsed(rule).literals}
    for rule in (r for pack in policies.packs for r in pack.rules):
        for head in parsed(rule).heads:
            if head.kind == "theory" or head.signature in read | READ_BY_THE_ENGINE:
                continue
            near = suggestion(head.name, {name for name, _ in read}, listed=False)
            yield diagnostic(
                "policy.read-by-none",
                place_in(rule, head.begin),
                next(iter(rule.citations), None),
                name=f"{head.name}/{len(head.args)}",
                nearest=near,
            )


def _not_verified(policies: PolicySet) -> Iterator[Diagnostic]:
    """Notes on rules about claims that the second derivation, on which `verify` rests, does not read."""
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        if rule.stratum == "decision" and parsed(rule).conditional:
            yield diagnostic("policy.not-verified", rule.place, next(iter(rule.citations), None), "note")


def _registers(policies: PolicySet) -> Iterator[Diagnostic]:
    """What is wrong with the registers; a pack may do without one."""
    for pack in policies.packs:
        register, faults = read_register(pack)
        yield from faults
        if register is not None:
            yield from check_register(register, policies)
