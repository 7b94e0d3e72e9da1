"""What a plan rests on beside what was stated: facts nobody gave or taken for granted, remarks of packs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from subvent.diagnostics import Citation, Text
from subvent.explain.explanation import Explanation
from subvent.explain.reasons import benefit_name, why_not, worth
from subvent.explain.words import Words, joined
from subvent.logic.terms import Atom, Term, order_key, text
from subvent.policy.types import Rule
from subvent.result import Note, UnknownFact

_NAME = re.compile(r"[a-z]\w*", re.ASCII)


class Lacking(NamedTuple):
    """A fact nobody stated, under one of the things that cannot be claimed for want of it."""

    fact: tuple[Term, Term]
    """Its row and field."""
    row: str
    named: Text | None
    field: str
    label: Text
    asked: tuple[Term, Term, int | None]
    """Subject, benefit, and the year where only one is spoken of."""
    claim: tuple[str, str]
    worth: int | None


class Assumed(NamedTuple):
    """That a field was left out which a claim rests on: its atom, and what it was taken to say."""

    atom: Atom
    row: Text
    label: Text
    value: str


class Remark(NamedTuple):
    """A remark, what it is about, and the id of the rule that makes it."""

    atom: Atom
    about: Text
    rule: str


def unknown_facts(told: Explanation) -> tuple[UnknownFact, ...]:
    """Each fact for want of which something cannot be claimed, with all that hangs on it.

    `worth_fen` is the most that the claims hanging on it could bring, of each subject the best one; None
    where an amount cannot be computed either. The fact that is worth most comes first.
    """
    return unknown_of(lacking(told))


def lacking(told: Explanation) -> Iterator[Lacking]:
    """What cannot be claimed, in canonical order, with each fact that it lacks."""
    pairs = [(subject, benefit, None) for subject, benefit in told.unclaimed]
    for asked in (*pairs, *told.unclaimed_years):
        case = why_not(told, *asked)
        for row, name in dict.fromkeys(case.facts) if case.reason == "unknown" else ():
            field = told.words.field(name, row)
            yield Lacking(
                fact=(row, name),
                row=str(told.words.term(row).zh) if isinstance(row, tuple) else str(row),
                named=told.words.named(row),
                field=field.name if field else str(name[0] if isinstance(name, tuple) else name),
                label=told.words.field_label(name, row),
                asked=asked,
                claim=(str(asked[0]), benefit_name(told, asked[1])),
                worth=worth(told, *asked),
            )


def unknown_of(found: Iterable[Lacking]) -> tuple[UnknownFact, ...]:
    """The facts by what lacks them."""
    hanging: dict[tuple[Term, Term], list[Lacking]] = {}
    for one in found:
        hanging.setdefault(one.fact, []).append(one)
    facts = [
        UnknownFact(
            row=held[0].row,
            field=held[0].field,
            label=held[0].label,
            claims=tuple(dict.fromkeys(one.claim for one in held)),
            worth_fen=_most(held),
            named=held[0].named,
            path=tuple(key[0] if isinstance(key, tuple) else key for key in _keys(name)),
        )
        for (_, name), held in sorted(hanging.items(), key=lambda item: tuple(map(order_key, item[0])))
    ]
    # What is worth most to find out comes first; what cannot be told comes last, else the order of rows.
    return tuple(sorted(facts, key=lambda one: -1 if one.worth_fen is None else one.worth_fen, reverse=True))


def _keys(name: Term) -> tuple[Term, ...]:
    """Of a field that names an entry of its map, the keys of it."""
    return name[1:] if isinstance(name, tuple) else ()


def _most(held: Iterable[Lacking]) -> int | None:
    best: dict[tuple[Term, int | None], int] = {}
    for one in held:
        if one.worth is None:
            return None
        subject, _, year = one.asked
        best[subject, year] = max(best.get((subject, year), 0), one.worth)
    return sum(best.values())


def assumptions(told: Explanation) -> tuple[Note, ...]:
    """What fields that were left out were taken to say, wherever a claim rests on it."""
    return assumptions_of(assumed(told), told.words)


def assumed(told: Explanation) -> Iterator[Assumed]:
    """The fields left out that claims rest on, in canonical order: those that a rule of the packs names."""
    asked = {name for rule in told.rules for name in _NAME.findall(rule.text)}
    order, used = told.cones.order, told.below_claims
    rows = {claim[2] for claim in told.claims}
    for atom in told.finished.all("assumed", 2):
        _, row, name = atom
        taken = _taken(told, atom)
        if text(name).partition("(")[0] not in asked:
            continue
        if (taken is not None and order.get(taken, used) < used) or (taken is None and row in rows):
            value = "none" if taken is None else {"flag": "no"}.get(taken[0], "zero")
            yield Assumed(atom, told.words.term(row), told.words.field_label(name, row), value)


def _taken(told: Explanation, assumed: Atom) -> Atom | None:
    """The atom that an absent field was taken for; None where it counts as no entries."""
    _, row, name = assumed
    return told.finished.first("flag", 3, row, name) or told.finished.first("value", 3, row, name)


def assumptions_of(found: Iterable[Assumed], words: Words) -> tuple[Note, ...]:
    """What was assumed, field by field."""
    by_field: dict[Atom, list[Assumed]] = {}
    for one in found:
        by_field.setdefault(one.atom[2], []).append(one)
    return tuple(_assumption(name, by_field[name], words) for name in sorted(by_field, key=order_key))


def _assumption(name: Atom, held: list[Assumed], words: Words) -> Note:
    rows, first = joined([one.row for one in held]), held[0]
    text = words.say("assumption", row=rows, field=first.label, value=words.say(first.value))
    return Note(f"assumed.{name[0].replace('_', '-')}", text)


def warnings(told: Explanation) -> tuple[Note, ...]:
    """The remarks that the packs make on the plan, each once for all its rows, with its articles."""
    return warnings_of(remarks(told), told.words, {rule.id: rule for rule in told.rules})


def remarks(told: Explanation) -> Iterator[Remark]:
    """The remarks, in canonical order."""
    for atom in told.finished.all("remark", 2):
        node = told.nodes.get(atom)
        yield Remark(atom, told.words.term(atom[2]), node.rule.id if node and node.rule else "")


def warnings_of(found: Iterable[Remark], words: Words, rules: Mapping[str, Rule]) -> tuple[Note, ...]:
    """The remarks by what they say; `rules` are all rules of the packs in order, by their ids.

    Where a pack says it of each, those of one kind on the same rows are one warning.
    """
    by_name: dict[Term, list[Remark]] = {}
    for one in found:
        by_name.setdefault(one.atom[1], []).append(one)
    together: dict[Any, list[Term]] = {}
    for name, held in by_name.items():
        rows = tuple(one.atom[2] for one in held)
        one_by = words.told_as_one(name)
        together.setdefault((one_by, rows) if one_by else name, []).append(name)
    rank = {id_: place for place, id_ in enumerate(rules)}
    notes = []
    for names in together.values():
        name, held = names[0], [one for name in names for one in by_name[name]]
        ids = sorted({one.rule for one in held if one.rule}, key=rank.__getitem__)
        law: dict[Citation, None] = dict.fromkeys(c for id_ in ids for c in rules[id_].citations)
        constant = str(name[0] if isinstance(name, tuple) else name).replace("_", "-")
        said = words.note(names, joined([one.about for one in by_name[name]]))
        notes.append(Note(f"remark.{constant}", said, tuple(law)))
    return tuple(notes)
