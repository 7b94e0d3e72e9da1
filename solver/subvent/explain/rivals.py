"""What brings more: the limits and caps a claim would share with chosen ones, and those claims."""

from __future__ import annotations

from collections.abc import Sequence

from subvent.diagnostics import Text
from subvent.explain.caps import full_caps, worth
from subvent.explain.explanation import Explanation
from subvent.explain.words import joined
from subvent.logic.terms import Atom, Term, text
from subvent.result import Finding

_OTHER_SIDE = {"left": "right", "right": "left"}


def rivals(told: Explanation, candidates: Sequence[Atom]) -> tuple[list[Finding], list[Atom]]:
    """The findings on each limit shared with chosen claims, on those claims, and on each cap that binds.

    With the atoms that hold the rules.

    `candidates` are the claims that could have been made instead, of one subject and benefit.
    """
    shared: dict[Term, tuple[list[Atom], list[Atom]]] = {}
    for candidate in candidates:
        for atom in told.finished.naming(candidate):
            against = _against(told, atom)
            if against:
                chosen, grounds = shared.setdefault(atom[1], ([], []))
                chosen += [claim for claim in against if claim not in chosen]
                grounds.append(atom)
    found = [_limit(told, limit, chosen, grounds) for limit, (chosen, grounds) in shared.items()]
    claims = dict.fromkeys(claim for chosen, _ in shared.values() for claim in chosen)
    found += [_rival(told, claim) for claim in claims]
    if not shared and not any(worth(told, candidate) for candidate in candidates):
        found.append(Finding("limit", "no_worth", told.words.say("no_worth")))
    # Of a limit its own rules count, not the conditions that the claims under it meet.
    grounds = [atom for _, own in shared.values() for atom in own]
    for finding, own in full_caps(told, candidates):
        found.append(finding)
        grounds += own
    return found, grounds


def _against(told: Explanation, atom: Atom) -> list[Atom]:
    """The chosen claims that take the place which this atom says a candidate needs."""
    name = atom[0]
    side = {"counts": "counts", "group": "group", **_OTHER_SIDE}.get(name)
    if side is None:
        return []
    key = (side, atom[1])
    if key not in told.taken:
        arity = len(atom) - 1
        told.taken[key] = [o for o in told.finished.all(side, arity, atom[1]) if o[-1] in told.chosen]
    same = atom[2] if name == "group" else None
    return [o[-1] for o in told.taken[key] if o[-1] != atom[-1] and (same is None or o[2] != same)]


def _limit(told: Explanation, limit: Term, chosen: Sequence[Atom], grounds: Sequence[Atom]) -> Finding:
    names = joined([told.words.claim(claim) for claim in chosen])
    law = told.cited(atom for atom in grounds if atom in told.nodes)
    return Finding(
        kind="limit",
        name=text(limit),
        text=told.words.say("shares_limit", limit=told.words.limit(limit), rivals=names),
        citations=tuple(citation for _, citation in law),
    )


def _rival(told: Explanation, claim: Atom) -> Finding:
    _, applicant, subject, benefit, year = claim
    amount = told.finished.last_argument("worth", 5, *claim[1:])
    shown = told.words.money(amount) if amount is not None else Text("–", "–")
    return Finding(
        kind="rival",
        name=text(claim),
        text=told.words.say(
            "rival",
            applicant=told.words.term(applicant),
            subject=told.words.term(subject),
            benefit=told.words.benefit(benefit),
            year=str(year),
            amount=shown,
        ),
        year=year,
    )
