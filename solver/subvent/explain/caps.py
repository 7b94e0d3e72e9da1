"""Shared caps that bind a claim: history and the chosen claims leave less of them than it would bring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from subvent.explain.explanation import Explanation
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term, text
from subvent.result import Finding


def full_caps(told: Explanation, candidates: Sequence[Atom]) -> Iterator[tuple[Finding, list[Atom]]]:
    """A finding on each cap that some candidate draws on and binds it, with the atoms that hold its rules."""
    found: dict[Term, tuple[Term, list[Atom]]] = {}
    for candidate in candidates:
        for atom in told.finished.naming(candidate):
            room = _room(told, atom[1]) if atom[0] == "draws" else None
            if room is not None and _drawn(told, atom[1]) + worth(told, candidate) > to_fen(room):
                found.setdefault(atom[1], (room, []))[1].append(atom)
    for cap, (room, grounds) in found.items():
        yield _finding(told, cap, room, grounds), grounds


def worth(told: Explanation, claim: Atom) -> int:
    """What a claim brings before any cap, in fen."""
    amount = told.finished.last_argument("worth", 5, *claim[1:])
    return 0 if amount is None else to_fen(amount)


def _room(told: Explanation, cap: Term) -> Term | None:
    """What the history leaves of a cap, as a quantity."""
    left = told.finished.last_argument("pool_room", 2, cap)
    return told.finished.last_argument("ceiling", 2, cap) if left is None else left


def _drawn(told: Explanation, cap: Term) -> int:
    """What the chosen claims that draw on a cap would bring without it, in fen."""
    if cap not in told.drawn:
        always, for_some = (told.finished.all("draws", arity, cap) for arity in (2, 3))
        made = [atom for atom in for_some if ("claim_for", *atom[2][1:], atom[3]) in told.finished]
        claims = {atom[2] for atom in (*always, *made)} & told.chosen
        told.drawn[cap] = sum(worth(told, claim) for claim in claims)
    return told.drawn[cap]


def _finding(told: Explanation, cap: Term, room: Term, grounds: Sequence[Atom]) -> Finding:
    law = told.cited(atom for atom in grounds if atom in told.nodes)
    return Finding(
        kind="limit",
        name=text(cap),
        text=told.words.say(
            "shares_cap" if _drawn(told, cap) else "cap_left",
            limit=told.words.limit(cap),
            amount=told.words.money(room),
        ),
        citations=tuple(citation for _, citation in law),
    )
