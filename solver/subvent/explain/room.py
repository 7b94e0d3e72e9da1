"""Whether a limit or a shared cap is full: the claims of a plan that take its places, and what they leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from math import floor

from subvent.explain.finished import Finished
from subvent.logic.exact import evaluate, to_fen
from subvent.logic.terms import Atom, Term

LIMITS: Mapping[str, str] = {"counts": "counts", "left": "right", "right": "left", "group": "group"}
"""What says that a claim counts for a limit, and what says so of the claims that can fill it."""
DRAWS = "draws"
_FEEDS = "feeds"
_LAST = "ceiling"
_CAPS = ("pool_room", _LAST)


class Room:
    """The limits and caps of a finished derivation beside the claims of a plan.

    `chosen` holds those claims, and the atoms that say for which rows they are made; `fen` says what each
    counts, which only shared caps ask.
    """

    def __init__(self, finished: Finished, fen: Mapping[Atom, int], chosen: Collection[Atom]) -> None:
        self._finished, self._fen, self._chosen = finished, fen, chosen
        self._beside: dict[tuple[str, Term], list[Atom]] = {}
        self._full: dict[Term, bool] = {}

    def taken(self, atom: Atom) -> list[Atom]:
        """The claims that take the last place which this atom says a further claim needs; none: there is one.

        A group of the history has its place already.
        """
        name, limit = atom[0], atom[1]
        if name not in LIMITS:
            return []
        used = self._used(LIMITS[name], len(atom) - 1, limit)
        if name == "counts" and len(used) < self._places("room", limit):
            return []
        if name == "group" and not self._needs_place(atom, used):
            return []
        return [claim for one in used if (claim := claim_of(one)) != claim_of(atom)]

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

    def _used(self, name: str, arity: int, limit: Term) -> list[Atom]:
        """The atoms by which the claims of the plan count for a limit."""
        key = (name, limit)
        if key not in self._beside:
            atoms = self._finished.all(name, arity, limit)
            self._beside[key] = [atom for atom in atoms if claim_of(atom) in self._chosen]
        return self._beside[key]

    def _needs_place(self, atom: Atom, used: list[Atom]) -> bool:
        """Whether the group of a claim is a further one, and all places are taken."""
        before = {one[2] for one in self._finished.all("held_group", 2, atom[1])}
        groups = {one[2] for one in used} - before
        return atom[2] not in groups | before and len(groups) >= self._places("group_room", atom[1])

    def _places(self, name: str, limit: Term) -> int:
        """How many claims, or groups, a limit has room for; none where what was filed before took it all."""
        room = self._finished.last_argument(name, 2, limit)
        return room if isinstance(room, int) else 0


def claim_of(atom: Atom) -> Atom:
    """The claim that an atom says counts for a limit or draws on a cap."""
    claim = atom[3] if atom[0] == "group" else atom[2]
    return claim if isinstance(claim, tuple) else ()
