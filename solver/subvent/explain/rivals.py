"""What brings more: the limits a claim would share with chosen ones, and those claims."""

from __future__ import annotations

from collections.abc import Sequence

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.words import joined
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term, text
from subvent.result import Finding


def rivals(told: Explanation, candidates: Sequence[Atom]) -> tuple[list[Finding], list[Atom]]:
    """The findings on each limit shared with chosen claims, those claims, and the atoms that hold the rules.

    `candidates` are the claims that could have been made instead, of one subject and benefit.
    """
    shared: dict[Term, tuple[list[Atom], list[Atom]]] = {}
    for candidate in candidates:
        for atom in told.finished.naming(candidate):
            against = told.usage.room.taken(atom)
            if against:
                chosen, grounds = shared.setdefault(atom[1], ([], []))
                chosen += [claim for claim in against if claim not in chosen]
                grounds.append(atom)
    found = [_limit(told, limit, chosen, grounds) for limit, (chosen, grounds) in shared.items()]
    claims = dict.fromkeys(claim for chosen, _ in shared.values() for claim in chosen)
    found += [_rival(told, claim) for claim in claims]
    if not shared:
        found += [*_used_up(told, candidates), *_counted_elsewhere(told, candidates)]
    if not found and all(_worth(told, candidate) == 0 for candidate in candidates):
        found.append(Finding("limit", "no_worth", told.words.say("no_worth")))
    # Of a limit its own rules count, not the conditions that the claims under it meet.
    return found, [atom for _, grounds in shared.values() for atom in grounds]


def _used_up(told: Explanation, candidates: Sequence[Atom]) -> list[Finding]:
    """The shared caps that leave nothing to a claim, with what uses them up and the phrases behind them."""
    draws = [atom for claim in candidates for atom in told.finished.naming(claim) if atom[0] == "draws"]
    caps = {atom[1]: atom for atom in told.usage.used_up(draws)}
    return [
        Finding(
            kind="limit",
            name=text(limit),
            text=told.words.say(
                "nothing_fed" if told.usage.is_empty(limit) else "used_up", limit=told.usage.named(atom)
            ),
            citations=tuple(citation for _, citation in told.cited([atom])) if atom in told.nodes else (),
        )
        for limit, atom in caps.items()
    ]


def _counted_elsewhere(told: Explanation, candidates: Sequence[Atom]) -> list[Finding]:
    """The costs of a claim that count in chosen ones, which leave it less, or nothing."""
    found: dict[Term, tuple[list[Atom], list[Atom]]] = {}
    for claim in candidates:
        for atom in (atom for atom in told.finished.naming(claim) if atom[0] == "splits"):
            rest = [one for one in told.finished.all("splits", 3, atom[1]) if one[2] != atom[2]]
            if against := [one[3] for one in rest if one[3] in told.chosen]:
                found[atom[1]] = (against, [atom])
    return [_limit(told, limit, chosen, grounds) for limit, (chosen, grounds) in found.items()]


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


def _worth(told: Explanation, claim: Atom) -> int | None:
    amount = told.finished.last_argument("worth", 5, *claim[1:])
    return None if amount is None else to_fen(amount)
