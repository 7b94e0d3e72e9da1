"""Whether a limit or a shared cap is full: the claims of a plan that take its places, and what they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from heapq import nsmallest
from math import floor
from typing import NamedTuple

from subvent.explain.finished import Finished
from subvent.logic.exact import evaluate, to_fen
from subvent.logic.terms import Atom, Term, order_key

LIMITS: Mapping[str, str] = {"counts": "counts", "left": "right", "right": "left", "group": "group"}
"""What says that a claim counts for a limit, and what says so of the claims that can fill it."""
DRAWS = "draws"
_FEEDS = "feeds"
_LAST = "ceiling"
_CAPS = ("pool_room", _LAST)
Claims = tuple[Atom, ...]


class _Used(NamedTuple):
    """The claims of a plan that count for a limit, and the groups that they belong to."""

    claims: Claims
    groups: frozenset[Term]


class Room:
    """The limits and caps of a finished derivation beside the claims of a plan.

    `chosen` holds those claims, and the atoms that say for which rows they are made; `fen` says what each
    counts, which only shared caps ask.
    """

    def __init__(self, finished: Finished, fen: Mapping[Atom, int], chosen: Collection[Atom]) -> None:
        self._finished, self._fen, self._chosen = finished, fen, chosen
        self._beside: dict[tuple[str, Term], _Used] = {}
        self._full: dict[Term, bool] = {}
        self._least: dict[tuple[int, int], tuple[Claims, Claims]] = {}
        """By the identity of the claims, which are kept for that."""

    def taken(self, atom: Atom) -> Claims:
        """The claims that take the last place which this atom says a further claim needs; none: there is one.

        A group of the history has its place already.
        """
        name, limit = atom[0], atom[1]
        if name not in LIMITS:
            return ()
        used = self._used(LIMITS[name], len(atom) - 1, limit)
        if name == "counts" and len(used.claims) < self._places("room", limit):
            return ()
        if name == "group" and not self._needs_place(atom, used):
            return ()
        claim = claim_of(atom)
        # Asked of many claims, of which most are none of these: the same one every time.
        return tuple(one for one in used.claims if one != claim) if claim in self._chosen else used.claims

    def least(self, claims: Claims, count: int) -> Claims:
        """The claims of the plan that bring the least, so many of these."""
        # The same ones are asked for again and again: to look them up by what they hold would take long.
        key = id(claims), count
        if key not in self._least:
            found = nsmallest(count, claims, key=lambda one: (self._fen.get(one, 0), order_key(one)))
            self._least[key] = claims, tuple(found)
        return self._least[key][1]

    def used_up(self, cap: Term) -> bool:
        """Whether a shared cap leaves nothing to a further claim."""
        if cap not in self._full:
            self._full[cap] = self.unused(cap) == 0
        return self._full[cap]

    def left(self, cap: Term) -> int | None:
        """What is left of a shared cap for the plan beside what was filed before, in fen.

        What claims of the plan add to it is in that.
        """
        for name in _CAPS:
            found = self._finished.last_argument(name, 2, cap)
            if found is not None:
                return to_fen(found) + floor(sum((fen * rate for _, fen, rate in self.fed(cap)), Fraction(0)))
        return None

    def fed(self, cap: Term) -> list[tuple[Atom, int, Fraction]]:
        """The claims of the plan that add to a shared cap, the fen of each, and the part that it adds."""
        feeds = ((atom[3], evaluate(atom[2]) / 100) for atom in self._finished.all(_FEEDS, 3, cap))
        return [(claim, self._fen[claim], rate) for claim, rate in feeds if claim in self._fen]

    def is_last(self, cap: Term) -> bool:
        """Whether a shared cap cuts what all others leave of the claims."""
        return self._finished.last_argument(_LAST, 2, cap) is not None

    def unused(self, cap: Term) -> int | None:
        """What the claims of the plan leave of a shared cap, in fen; None where there is no such cap."""
        left = self.left(cap)
        return None if left is None else max(0, left - sum(self.parts(cap).values()))

    def parts(self, cap: Term) -> dict[Atom, int]:
        """What each claim of the plan counts that draws on a shared cap, for the row that it is made for."""
        finished = self._finished
        claims = [atom[2] for atom in finished.all(DRAWS, 2, cap)]
        claims += [
            atom[2]
            for atom in finished.all(DRAWS, 3, cap)
            if ("claim_for", *atom[2][1:], atom[3]) in self._chosen
        ]
        return {claim: self._fen[claim] for claim in claims if claim in self._fen}

    def _used(self, name: str, arity: int, limit: Term) -> _Used:
        """What the claims of the plan use of a limit."""
        key = (name, limit)
        if key not in self._beside:
            atoms = [a for a in self._finished.all(name, arity, limit) if claim_of(a) in self._chosen]
            groups = frozenset(atom[2] for atom in atoms) if name == "group" else frozenset()
            self._beside[key] = _Used(tuple(dict.fromkeys(map(claim_of, atoms))), groups)
        return self._beside[key]

    def _needs_place(self, atom: Atom, used: _Used) -> bool:
        """Whether the group of a claim is a further one, and all places are taken."""
        if atom[2] in used.groups:
            return False
        before = {one[2] for one in self._finished.all("held_group", 2, atom[1])}
        return atom[2] not in before and len(used.groups - before) >= self._places("group_room", atom[1])

    def _places(self, name: str, limit: Term) -> int:
        """How many claims, or groups, a limit has room for; none where what was filed before took it all."""
        room = self._finished.last_argument(name, 2, limit)
        return room if isinstance(room, int) else 0


def claim_of(atom: Atom) -> Atom:
    """The claim that an atom says counts for a limit or draws on a cap."""
    claim = atom[3] if atom[0] == "group" else atom[2]
    return claim if isinstance(claim, tuple) else ()
