"""What brings more: the limits a claim would share with chosen ones, and those claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.explain.explanation import Explanation
from subvent.explain.room import Claims
from subvent.explain.words import joined
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term, text
from subvent.result import Finding

MOST = 8
"""Claims under one limit that are all named."""
_FEWEST = 3
"""Of more so many are: those that bring the least, which would be the first to make room."""


class _Shared(NamedTuple):
    """A limit that claims could come under: the chosen ones there, and the atoms that say so."""

    chosen: Claims
    grounds: tuple[Atom, ...]


def rivals(told: Explanation, candidates: Sequence[Atom]) -> tuple[list[Finding], list[Atom]]:
    """The findings on each limit shared with chosen claims, those claims, and the atoms that hold the rules.

    `candidates` are the claims that could have been made instead, of one subject and benefit.
    """
    shared: dict[Term, _Shared] = {}
    for candidate in candidates:
        for atom in told.finished.naming(candidate):
            against = told.usage.room.taken(atom)
            if against:
                before, grounds = shared.get(atom[1], _Shared(against, ()))
                both = before if against is before else tuple(dict.fromkeys((*before, *against)))
                shared[atom[1]] = _Shared(both, (*grounds, atom))
    named = {limit: _named(told, one.chosen) for limit, one in shared.items()}
    found = [_limit(told, limit, *one, named[limit]) for limit, one in shared.items()]
    found += [
        _rival(told, claim) for claim in dict.fromkeys(claim for one in named.values() for claim in one)
    ]
    if not shared:
        found += [*_used_up(told, candidates), *_counted_elsewhere(told, candidates)]
    if not found and all(_worth(told, candidate) == 0 for candidate in candidates):
        found.append(Finding("limit", "no_worth", told.words.say("no_worth")))
    # Of a limit its own rules count, not the conditions that the claims under it meet.
    return found, [atom for one in shared.values() for atom in one.grounds]


def _named(told: Explanation, chosen: Claims) -> Claims:
    """Those of the claims under a limit that are named."""
    return chosen if len(chosen) <= MOST else told.usage.room.least(chosen, _FEWEST)


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
    found: dict[Term, _Shared] = {}
    for claim in candidates:
        for atom in (atom for atom in told.finished.naming(claim) if atom[0] == "splits"):
            rest = [one for one in told.finished.all("splits", 3, atom[1]) if one[2] != atom[2]]
            if against := tuple(one[3] for one in rest if one[3] in told.chosen):
                found[atom[1]] = _Shared(against, (atom,))
    return [_limit(told, limit, *one, one.chosen) for limit, one in found.items()]


def _limit(told: Explanation, limit: Term, chosen: Claims, grounds: Sequence[Atom], named: Claims) -> Finding:
    """That a limit is taken by chosen claims, of which some are named."""
    names = joined([told.words.claim(claim) for claim in named])
    phrase = "shares_limit" if len(named) == len(chosen) else "shares_limit_with_many"
    law = told.cited(atom for atom in grounds if atom in told.nodes)
    return Finding(
        kind="limit",
        name=text(limit),
        text=told.words.say(phrase, limit=told.words.limit(limit), rivals=names, count=str(len(chosen))),
        citations=tuple(citation for _, citation in law),
    )


def _rival(told: Explanation, claim: Atom) -> Finding:
    _, applicant, subject, benefit, year = claim
    amount = told.around.last_argument("worth", 5, *claim[1:])
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
