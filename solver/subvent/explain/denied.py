"""Why something is not so: a denied premise in words, with what it comes down to."""

from __future__ import annotations

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.lacking import lacking
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term

_STATES = frozenset({"met", "failed"})
_LASTING = frozenset({"blocked", "doubtful"})
_OF_A_YEAR = frozenset({"shut", "dim"})
_LIMITS = frozenset({"counts", "group", "left", "right"})
_ANY = ("_any",)


def denied(told: Explanation, atom: Atom) -> Text:
    """A sentence that an atom does not hold, and why: which fact is not stated, what leaves room for it."""
    said = told.words.atom(atom, negated=True)
    if atom[0] in _STATES and _ANY not in atom:
        return _unstated(told, said, atom[1], atom[2])
    if atom[0] in _LASTING and _ANY not in atom[1:3]:
        return _conditions(told, said, "because_none_fails", ("requires", *atom[1:3]))
    if atom[0] in _OF_A_YEAR and _ANY not in atom[1:4]:
        known = _conditions(told, said, "because_none_of_year", ("requires_in_year", *atom[1:3]))
        return _open_year(told, known, atom) if atom[0] == "shut" else known
    if atom[0] == "barred" and _ANY not in atom[1:5]:
        return _unbarred(told, said, ("claim", *atom[1:5]))
    reason = lacking(told, atom) if atom[0] == "off" else None
    return said if reason is None else told.words.say("because", text=said, reason=reason)


def _conditions(told: Explanation, said: Text, phrase: str, required: Atom) -> Text:
    """Of conditions none of which fails, or is unknown: how many there are."""
    needed = told.finished.count(required[0], 3, *required[1:])
    return told.words.say(phrase, text=said, count=str(needed))


def _open_year(told: Explanation, said: Text, shut: Atom) -> Text:
    """Of a year that nothing shuts: that it is planned, and brings something where amounts go by the year."""
    planned = ("horizon", shut[3]) in told.finished
    brings = ("brings", *shut[1:4]) in told.finished
    phrase = {(True, True): "because_planned_brings", (True, False): "because_planned"}.get((planned, brings))
    return told.words.say(phrase, text=said, year=str(shut[3])) if phrase else said


def _unstated(told: Explanation, said: Text, row: Term, condition: Term) -> Text:
    """Of a condition neither met nor failed: the facts that nobody stated."""
    if told.conditions.state(row, condition) != "unknown":
        return said
    fields = [told.words.field_label(name, where) for where, name in told.conditions.missing(row, condition)]
    return told.words.say("because_unstated", text=said, fields=joined(fields)) if fields else said


def _unbarred(told: Explanation, said: Text, claim: Atom) -> Text:
    """Of what was filed before and does not bar a claim: whether it takes any place under its limits."""
    limits = [atom for atom in told.finished.naming(claim) if atom[0] in _LIMITS]
    taken = [atom for atom in limits if told.usage.held(atom)]
    if taken:
        named = joined([told.usage.named(atom) for atom in taken], "；", "; ")
        return told.words.say("because_room", text=said, limits=named)
    return told.words.say("because_none_filed" if limits else "because_no_limit", text=said)
