"""Why a claim cannot stay beside others: the limits that these leave no room under, and their articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from subvent.diagnostics import Citation
from subvent.explain.finished import Finished
from subvent.explain.insisted import Force
from subvent.explain.room import DRAWS, Room, claim_of
from subvent.explain.words import Words
from subvent.logic.terms import Atom, Term, text
from subvent.policy.provisions import provisions
from subvent.policy.types import PolicySet
from subvent.problem import Problem

_BINDING = (("counts", 2), ("left", 2), ("right", 2), ("group", 3), (DRAWS, 2), (DRAWS, 3))
_KINDS = frozenset({"limit", "shared-cap"})


class Forcing:
    """The limits of a problem, asked which of them keep a claim out of a plan.

    Of limits that a pack states by a rule of its own nothing is told.
    """

    def __init__(self, problem: Problem) -> None:
        self._finished = Finished.of(problem, ())
        self._words = Words(problem.policies, problem.vocabulary, self._finished)
        self._laws = _laws(problem.policies)
        self._binding: defaultdict[Atom, list[Atom]] = defaultdict(list)
        for name, arity in _BINDING:
            for atom in self._finished.all(name, arity):
                self._binding[claim_of(atom)].append(atom)

    def room(self, fen: Mapping[Atom, int], chosen: Collection[Atom]) -> Room:
        """What the claims of a plan leave: how many fen each counts, what choosing them makes true."""
        return Room(self._finished, fen, chosen)

    def of(self, claim: Atom, room: Room) -> tuple[Force, ...]:
        """What keeps a claim out of the plan that leaves so much room."""
        found: dict[Term, Force] = {}
        for atom in self._binding.get(claim, ()):
            if atom[1] not in found and (room.taken(atom) or self._leaves_nothing(claim, atom, room)):
                limit = atom[1]
                law = self._laws.get(str(limit[0]), ()) if isinstance(limit, tuple) else ()
                found[limit] = Force(text(limit), self._words.limit(limit), law)
        return tuple(found.values())

    def _leaves_nothing(self, claim: Atom, atom: Atom, room: Room) -> bool:
        """Whether a cap is used up, and one is for each row that the claim could be made for instead."""
        if atom[0] != DRAWS or not room.used_up(atom[1]):
            return False
        rows = {one[3] for one in self._finished.all("serves", 3, *claim[2:4])}
        draws = [one for one in self._binding[claim] if one[0] == DRAWS and one[3:]]
        shut = {one[3] for one in draws if room.used_up(one[1])}
        return not atom[3:] or rows <= shut


def _laws(policies: PolicySet) -> dict[str, tuple[Citation, ...]]:
    """The phrases behind the limits of each name."""
    found: defaultdict[str, dict[Citation, None]] = defaultdict(dict)
    for one in provisions(policies).provisions:
        if one.named.kind in _KINDS:
            found[one.named.name] |= dict.fromkeys(c for rule in one.rules for c in rule.citations)
    return {name: tuple(phrases) for name, phrases in found.items()}
