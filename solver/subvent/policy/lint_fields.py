"""Whether the fields that rules name exist, are asked for as they are stated, and fit their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Statement, Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import FIELDS, OWN_FIELDS, STATEMENTS, Signature
from subvent.portfolio.nearest import suggestion
from subvent.portfolio.vocabulary import Field, Vocabulary

_STATED_BY: Mapping[str, frozenset[str]] = {
    "value": frozenset(("money", "quantity", "percent", "date", "code", "integer", "year")),
    "flag": frozenset(("flag",)),
    "choice": frozenset(("choice", "choices", "years")),
    "text": frozenset(("text",)),
    "link": frozenset(("ref", "refs")),
    "entry": frozenset(("map",)),
    "at_least": frozenset(("money", "quantity", "percent", "date", "code", "integer", "year")),
    "at_most": frozenset(("money", "quantity", "percent", "date", "code", "integer", "year")),
    "at_least_share": frozenset(("money", "quantity")),
    "threshold": frozenset(("money", "quantity")),
    "base_field": frozenset(("money",)),
    "is": frozenset(("flag",)),
    "among": frozenset(("choice", "choices", "years")),
    "stated": frozenset(("text", "choice", "choices", "years")),
    "within_term": frozenset(("date",)),
    "passed": frozenset(("date",)),
    "in_term": frozenset(("date",)),
    "in_years_after": frozenset(("date",)),
    "through": frozenset(("ref", "refs")),
    "averaged": frozenset(("map",)),
    "filed_in": frozenset(("year",)),
}
"""The types of field that each word can speak of."""

_SHAPES: Mapping[int, frozenset[str]] = {
    1: frozenset(("integer", "year")),
    2: frozenset(("money", "quantity", "percent")),
    3: frozenset(("date",)),
}
"""The types of field whose values are tuples of so many numbers; longer ones are codes."""

_BOUNDS: Mapping[Signature, tuple[int, int]] = {
    ("at_least", 3): (1, 2),
    ("at_most", 3): (1, 2),
    ("threshold", 3): (1, 2),
    ("value", 3): (1, 2),
}
"""Positions of a field and of a value of it."""

_QUANTITIES = frozenset(("money", "quantity", "percent"))


def lint_fields(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Findings on the fields of the packs' rules."""
    fields: dict[str, list[Field]] = {}
    for spec in vocabulary.all_lists:
        for entry in spec.fields:
            fields.setdefault(entry.constant, []).append(entry)
    derived = {
        head.args[OWN_FIELDS[head.signature]].name
        for rule in policies.rules
        for head in parsed(rule).heads
        if head.signature in OWN_FIELDS and head.args[OWN_FIELDS[head.signature]].kind == "name"
    }
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        yield from _rule(rule, fields, derived)
        yield from _of_several_lists(rule, vocabulary)


def _rule(rule: Rule, fields: Mapping[str, list[Field]], derived: set[str]) -> Iterator[Diagnostic]:
    statement = parsed(rule)
    citation = next(iter(rule.citations), None)
    for head in statement.heads:
        if head.name in STATEMENTS and head.signature in FIELDS and head.args[1].name in fields:
            name = head.args[1].name
            yield diagnostic("policy.states-a-field", place_in(rule, head.begin), citation, name=name)
    for atom in (*statement.heads, *(literal.atom for literal in statement.literals)):
        for position in FIELDS.get(atom.signature, ()):
            field = atom.args[position]
            if field.kind not in ("name", "string", "number") or field.name in derived:
                continue
            place = place_in(rule, field.begin)
            if field.name not in fields:
                near = suggestion(field.name, (*fields, *derived), listed=False)
                if atom.name == "missing" and not near.en:
                    continue  # What no field states may be missing under a name of its own.
                yield diagnostic("policy.unknown-field", place, citation, name=field.name, nearest=near)
                continue
            types = {entry.type for entry in fields[field.name]}
            if not types & _STATED_BY.get(atom.name, types):
                shown = ", ".join(sorted(types))
                yield diagnostic(
                    "policy.field-type", place, citation, name=field.name, word=atom.name, type=shown
                )
        yield from _value(rule, atom, fields)
    yield from _sums(rule, statement, fields)


def _of_several_lists(rule: Rule, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """A row of which a rule says nothing but fields that the rows of several lists have."""
    may_be: dict[str, set[str]] = {}
    first: dict[str, Term] = {}
    known: set[str] = set()
    for literal in parsed(rule).literals:
        atom = literal.atom
        row = atom.args[0] if atom.args else atom
        stated = atom.name in STATEMENTS and atom.signature in FIELDS and atom.args[1].kind == "name"
        if stated and row.kind == "variable" and not literal.negative:
            owners = _owners(vocabulary, atom.args[1].name)
            may_be[row.name] = may_be.get(row.name, owners) & owners
            first.setdefault(row.name, atom)
            named = atom.args[2:]
        else:
            named = atom.args
        known |= {part.name for term in named for part in term.walk() if part.kind == "variable"}
    for name, lists in may_be.items():
        if name not in known and len(lists) > 1:
            yield diagnostic(
                "policy.of-several-lists",
                place_in(rule, first[name].begin),
                next(iter(rule.citations), None),
                "note",
                variable=name,
                lists=", ".join(sorted(lists)),
            )


def _owners(vocabulary: Vocabulary, field: str) -> set[str]:
    return {spec.name for spec in vocabulary.all_lists if any(one.constant == field for one in spec.fields)}


def _value(rule: Rule, atom: Term, fields: Mapping[str, list[Field]]) -> Iterator[Diagnostic]:
    """A bound of another shape than the field's values, or a choice the field does not offer."""
    citation = next(iter(rule.citations), None)
    positions = _BOUNDS.get(atom.signature)
    if positions and atom.args[positions[0]].name in fields:
        field, bound = (atom.args[position] for position in positions)
        if bound.kind in ("number", "tuple"):
            size = len(bound.args) or 1
            types = {entry.type for entry in fields[field.name]}
            fitting = _SHAPES.get(size, frozenset(("code",)))
            codes = {entry.digits for entry in fields[field.name] if entry.type == "code"}
            if not types & fitting and size not in codes:
                place = place_in(rule, bound.begin)
                shown = rule.text[bound.begin : bound.end]
                yield diagnostic(
                    "policy.bound-shape",
                    place,
                    citation,
                    bound=shown,
                    name=field.name,
                    type=", ".join(sorted(types)),
                )
    if atom.signature in (("flag", 3), ("is", 3)) and atom.args[2].kind != "variable":
        for option in atom.args[2].args if atom.args[2].kind == "pool" else (atom.args[2],):
            if option.name not in ("true", "false"):
                place = place_in(rule, option.begin)
                value = rule.text[option.begin : option.end]
                yield diagnostic("policy.flag-value", place, citation, word=atom.name, value=value)
    if atom.signature in (("choice", 3), ("among", 3)):
        field, chosen = atom.args[1], atom.args[2]
        offered = {c.constant for entry in fields.get(field.name, ()) for c in entry.choices}
        alternatives = chosen.args if chosen.kind == "pool" else (chosen,)
        for option in alternatives:
            if offered and option.kind == "name" and option.name not in offered:
                near = suggestion(option.name, offered)
                yield diagnostic(
                    "policy.unknown-choice",
                    place_in(rule, option.begin),
                    citation,
                    name=option.name,
                    field=field.name,
                    nearest=near,
                )


def _sums(rule: Rule, statement: Statement, fields: Mapping[str, list[Field]]) -> Iterator[Diagnostic]:
    """Arithmetic on a variable that holds a quantity of the portfolio."""
    held: set[str] = set()
    for literal in statement.literals:
        atom = literal.atom
        if atom.signature in (("value", 3), ("entry", 4)):
            types = {entry.value_type for entry in fields.get(atom.args[1].name, ())}
            if types & _QUANTITIES and atom.args[-1].kind == "variable":
                held.add(atom.args[-1].name)
    for term in statement.parts():
        if term.kind == "operation" and held & {part.name for part in term.walk() if part.kind == "variable"}:
            yield diagnostic(
                "policy.arithmetic",
                place_in(rule, term.begin),
                next(iter(rule.citations), None),
                expression=rule.text[term.begin : term.end],
            )
