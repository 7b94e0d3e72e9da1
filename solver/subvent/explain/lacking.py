"""Why no rule derives what is denied: a fact is not stated, an answer not taken, nothing filed before.

Of each rule that could have made it true it is told which premise fails, in the words of the packs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.patterns import AtomPattern, Comparison, Part, UnmatchedError, patterns
from subvent.explain.shortfalls import ANY, Shortfall, UndecidedError, instances, shortfalls, valued
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term

_STATED = frozenset({"value", "entry", "flag", "choice", "text", "link"})
_STATES = frozenset({"met", "failed"})
_DEEPEST = 2
"""How many rules deep the reason of a reason is looked for."""
_MOST = 3
"""Reasons that are told of one denied atom."""
_SIGNS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Way(NamedTuple):
    """A rule that could derive an atom: its head and its body. `by_pack`: a document says so."""

    head: AtomPattern
    body: tuple[Part, ...]
    by_pack: bool

    @property
    def premises(self) -> tuple[AtomPattern, ...]:
        """The atoms that have to hold for it."""
        return tuple(part for part in self.body if isinstance(part, AtomPattern) and not part.negated)


def lacking(told: Explanation, denied: Atom, depth: int = 0) -> Text | None:
    """What each rule for a denied atom (`ANY`: whatever it may be) lacks; None where that is not told."""
    reasons: dict[Text, None] = {}
    ways = _ways(told, denied[0], len(denied) - 1)
    if ways is None:
        return None
    if not ways:
        return told.words.say("no_rule")
    for way in ways:
        bound = _bound(way.head, denied)
        if bound is None:
            continue
        found = next(_lacks(told, way, bound), None) or _falls_short(told, way, bound, depth)
        if found is None:
            return None
        reasons[found] = None
    between = ("，", ", and ") if depth == 0 else ("、", " and ")
    return joined(list(reasons), *between) if 0 < len(reasons) <= _MOST else None


def is_of_packs(told: Explanation, denied: Atom) -> bool:
    """Whether only rules of documents derive such atoms."""
    ways = _ways(told, denied[0], len(denied) - 1)
    return bool(ways) and all(way.by_pack for way in ways or ())


def _ways(told: Explanation, name: str, arity: int) -> tuple[Way, ...] | None:
    """The rules with such a head, read once for each predicate; None where one is not understood."""
    if (name, arity) not in told.ways:
        try:
            told.ways[name, arity] = tuple(
                Way(*patterns(statement), by_pack=bool(statement.rule.document))
                for statement in told.statements
                if statement.head.signature == (name, arity)
            )
        except UnmatchedError:
            told.ways[name, arity] = None
    ways: tuple[Way, ...] | None = told.ways[name, arity]
    return ways


def _bound(head: AtomPattern, denied: Atom) -> dict[str, Term] | None:
    """What a denied atom makes of the variables of a rule's head; None where the rule is not about it."""
    bound: dict[str, Term] = {}
    for part, given in zip(head.args, denied[1:], strict=True):
        if part is None or given == ANY:
            continue
        if part.kind == "variable":
            if bound.setdefault(part.name, given) != given:
                return None
        elif part.kind == "constant" and part.value != given:
            return None
    return bound


def _lacks(told: Explanation, way: Way, bound: Mapping[str, Term]) -> Iterator[Text]:
    """What a rule lacks: first of what the row could state, then answers, then what was filed before."""
    known = [(part, [valued(arg, bound) for arg in part.args]) for part in way.premises]
    absent = [
        (part.name, given) for part, given in known if not any(instances(told.finished, part.name, given))
    ]
    for name, given in absent:
        if name in _STATED and told.words.has_field(given[0], given[1]):
            yield told.words.say("unstated_field", field=told.words.field_label(given[1], given[0]))
    for name, given in absent:
        if name == "reading" and ANY not in given:
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
            for atom in instances(told.finished, part.name, [valued(arg, bound) for arg in part.args])
        }
        if rows and not any(atom[2] in rows for atom in told.finished.all("held", 4)):
            named = joined([told.words.term(row) for row in sorted(rows, key=str)])
            yield told.words.say("never_filed", rows=named)


# ── what fails of a rule whose premises are there one by one ─────────────────────────────────────────


def _falls_short(told: Explanation, way: Way, bound: Mapping[str, Term], depth: int) -> Text | None:
    """The premises that fail, on every way through a rule's body; None where that is not told."""
    try:
        found = shortfalls(told.finished, way.body, bound)
        reasons = dict.fromkeys(_failing(told, one, depth) for one in found)
    except UndecidedError:
        return None
    said = [reason for reason in reasons if reason is not None]
    return joined(said, "，", ", and ") if len(said) == len(reasons) and 0 < len(said) <= _MOST else None


def _failing(told: Explanation, one: Shortfall, depth: int) -> Text | None:
    if isinstance(one.premise, Comparison):
        return _compared(told, one.premise, one)
    given = [valued(arg, one.bound) for arg in one.premise.args]
    name = one.premise.name
    if one.premise.negated:
        return _there(told, next(instances(told.finished, name, given), None))
    return _absent(told, (name, *given), one, depth)


def _there(told: Explanation, atom: Atom | None) -> Text | None:
    """Something that holds, though a rule denies it."""
    if atom is None or told.words.is_hidden(atom[0], len(atom) - 1):
        return None
    if atom[0] in _STATES:
        return told.conditions.sentence(*atom[1:])
    return told.words.atom(atom)


def _absent(told: Explanation, atom: Atom, one: Shortfall, depth: int) -> Text | None:
    """Something that does not hold, though a rule asks for it: in its own words, else why it does not."""
    if atom[0] in _STATED:
        return None if atom[1] == ANY else told.words.atom(atom, negated=True)
    if told.words.has_negation(atom):
        return told.words.atom(atom, negated=True)
    ways = _ways(told, atom[0], len(atom) - 1)
    if ways and not any(way.body for way in ways):
        # Of a table that lacks something it is told what was looked up there.
        return next(_told(told, reversed(one.led)), None)
    deeper = lacking(told, atom, depth + 1) if ways and depth < _DEEPEST else None
    if deeper is not None or told.words.is_hidden(atom[0], len(atom) - 1):
        return deeper
    return told.words.atom(atom, negated=True)


def _compared(told: Explanation, comparison: Comparison, one: Shortfall) -> Text:
    """What is not so: two values, behind the atoms that they come from."""
    names = set(comparison.variables())
    values = {one.bound[name] for name in names if name in one.bound}
    led = [atom for atom in one.led if values.intersection(_parts(atom))]
    left, right = (valued(side, one.bound) for side in (comparison.left, comparison.right))
    said = told.words.say(
        "not_compared",
        left=told.words.term(left),
        sign=_SIGNS[comparison.op],
        right=told.words.term(right),
    )
    if comparison.left.kind == "external" and len(comparison.left.args) > 1:
        reached = [told.words.term(valued(side, one.bound)) for side in comparison.left.args]
        phrase = "not_reached" if right == 1 else "reached"
        said = told.words.say(phrase, left=reached[0], right=reached[1])
    before = list(_told(told, led))
    return told.words.say("compared", led=joined(before, "、", ", "), text=said) if before else said


def _told(told: Explanation, atoms: Iterable[Atom]) -> Iterator[Text]:
    for atom in atoms:
        if not told.words.is_hidden(atom[0], len(atom) - 1):
            yield told.words.atom(atom)


def _parts(term: Term) -> Iterator[Term]:
    """All parts of a term, they themselves too."""
    yield term
    if isinstance(term, tuple):
        for part in term[1:]:
            yield from _parts(part)
