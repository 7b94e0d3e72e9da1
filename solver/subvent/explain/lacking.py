"""Why no rule derives what is denied: a fact is not stated, an answer not taken, nothing filed before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.patterns import AtomPattern, Pattern, UnmatchedError, patterns
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term

_ANY: Term = ("_any",)
_STATED = frozenset({"value", "entry", "flag", "choice", "text", "link"})


class Way(NamedTuple):
    """A rule that could derive an atom: its head, and the premises that have to hold for it."""

    head: AtomPattern
    premises: tuple[AtomPattern, ...]


def lacking(told: Explanation, denied: Atom) -> Text | None:
    """What each rule for a denied atom (`_any`: whatever it may be) lacks; None where that is not told."""
    reasons: dict[Text, None] = {}
    ways = _ways(told, denied[0], len(denied) - 1)
    if not ways:
        return told.words.say("no_rule")
    for way in ways:
        bound = _bound(way.head, denied)
        if bound is None:
            continue
        found = next(_lacks(told, way, bound), None)
        if found is None:
            return None
        reasons[found] = None
    return joined(list(reasons), "，", ", and ") if reasons else None


def _ways(told: Explanation, name: str, arity: int) -> tuple[Way, ...]:
    """The rules of the packs with such a head, read once for each predicate."""
    if (name, arity) not in told.ways:
        found = []
        try:
            for statement in told.statements:
                if statement.head.signature == (name, arity):
                    head, body = patterns(statement)
                    atoms = [part for part in body if isinstance(part, AtomPattern) and not part.negated]
                    found.append(Way(head, tuple(atoms)))
        except UnmatchedError:
            found = []
        told.ways[name, arity] = tuple(found)
    ways: tuple[Way, ...] = told.ways[name, arity]
    return ways


def _bound(head: AtomPattern, denied: Atom) -> dict[str, Term] | None:
    """What a denied atom makes of the variables of a rule's head; None where the rule is not about it."""
    bound: dict[str, Term] = {}
    for part, given in zip(head.args, denied[1:], strict=True):
        if part is None or given == _ANY:
            continue
        if part.kind == "variable":
            if bound.setdefault(part.name, given) != given:
                return None
        elif part.kind == "constant" and part.value != given:
            return None
    return bound


def _lacks(told: Explanation, way: Way, bound: Mapping[str, Term]) -> Iterator[Text]:
    """What a rule lacks: first of what the row could state, then answers, then what was filed before."""
    known = [(part, [_value(arg, bound) for arg in part.args]) for part in way.premises]
    absent = [(part.name, given) for part, given in known if not any(_instances(told, part.name, given))]
    for name, given in absent:
        if name in _STATED and told.words.has_field(given[0], given[1]):
            yield told.words.say("unstated_field", field=told.words.field_label(given[1], given[0]))
    for name, given in absent:
        if name == "reading" and _ANY not in given:
            yield told.words.atom((name, *given), negated=True)
    yield from _unfiled(told, way, bound)


def _unfiled(told: Explanation, way: Way, bound: Mapping[str, Term]) -> Iterator[Text]:
    """The rows that a premise names and nothing was filed for."""
    for held in (part for part in way.premises if part.name == "held"):
        subject = held.args[1]
        if subject is None or subject.kind != "variable":
            continue
        rows = {
            atom[1 + place]
            for part in way.premises
            if part.name in _STATED and subject in part.args
            for place in [part.args.index(subject)]
            for atom in _instances(told, part.name, [_value(arg, bound) for arg in part.args])
        }
        if rows and not any(atom[2] in rows for atom in told.finished.all("held", 4)):
            named = joined([told.words.term(row) for row in sorted(rows, key=str)])
            yield told.words.say("never_filed", rows=named)


def _value(part: Pattern | None, bound: Mapping[str, Term]) -> Term:
    if part is None or part.kind not in {"variable", "constant"}:
        return _ANY
    return part.value if part.kind == "constant" else bound.get(part.name, _ANY)


def _instances(told: Explanation, name: str, given: list[Term]) -> Iterator[Atom]:
    """The atoms of a predicate with these arguments, as far as they are known."""
    leading = given[: given.index(_ANY)] if _ANY in given else given
    for atom in told.finished.all(name, len(given), *leading):
        if all(one in (_ANY, part) for one, part in zip(given, atom[1:], strict=True)):
            yield atom
