"""Why something is not so: a denied premise in words, with what it comes down to."""

from __future__ import annotations

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term

_STATES = frozenset({"met", "failed"})
_ANY = ("_any",)


def denied(told: Explanation, atom: Atom) -> Text:
    """A sentence that an atom does not hold, and why: which fact is not stated, what leaves room for it."""
    said = told.words.atom(atom, negated=True)
    if atom[0] in _STATES and _ANY not in atom:
        return _unstated(told, said, atom[1], atom[2])
    if atom[0] == "blocked" and _ANY not in atom[1:3]:
        needed = told.finished.all("requires", 3, *atom[1:3])
        return told.words.say("because_none_fails", text=said, count=str(len(needed))) if needed else said
    if atom[0] == "barred" and _ANY not in atom[1:5]:
        return _unbarred(told, said, ("claim", *atom[1:5]))
    return said


def _unstated(told: Explanation, said: Text, row: Term, condition: Term) -> Text:
    """Of a condition neither met nor failed: the facts that nobody stated."""
    if told.conditions.state(row, condition) != "unknown":
        return said
    fields = [told.words.field_label(name, where) for where, name in told.conditions.missing(row, condition)]
    return told.words.say("because_unstated", text=said, fields=joined(fields)) if fields else said


def _unbarred(told: Explanation, said: Text, claim: Atom) -> Text:
    """Of what was filed before and does not bar a claim: whether it takes any place under its limits."""
    limits = [atom for atom in told.finished.naming(claim) if atom[0] in {"counts", "group"}]
    taken = [atom for atom in limits if told.usage.held(atom)]
    if taken:
        named = joined([told.usage.named(atom) for atom in taken], "；", "; ")
        return told.words.say("because_room", text=said, limits=named)
    return told.words.say("because_none_filed", text=said) if limits else said
