"""Why a claim cannot stay beside others: the limits that these leave no room under, and their articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from subvent.diagnostics import Citation
from subvent.explain.finished import Finished
from subvent.explain.insisted import Force
from subvent.explain.own_limits import citations_of, in_words, name_of
from subvent.explain.room import DRAWS, Room, claim_of
from subvent.explain.words import Words
from subvent.logic.terms import Atom, Term, text
from subvent.policy.provisions import provisions
from subvent.policy.types import PolicySet
from subvent.problem import Problem

_BINDING = (("counts", 2), ("left", 2), ("right", 2), ("group", 3), (DRAWS, 2), (DRAWS, 3))
_KINDS = frozenset({"limit", "shared-cap"})


class Shared(NamedTuple):
    """A limit that claims of a plan come under with a further one, which cannot have all of them beside it.

    Of a shared cap `together` is what they and the further one come to by themselves, `most` what it leaves
    them, in fen; of a limit by number both are None.
    """

    force: Force
    claims: tuple[Atom, ...]
    together: int | None = None
    most: int | None = None


class Forcing:
    """The limits of a problem in the kernel's words, asked which of them keep a claim out of a plan."""

    def __init__(self, problem: Problem) -> None:
        self._policies = problem.policies
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
                found[atom[1]] = self.force(atom[1])
        return tuple(found.values())

    def cutting(self, claim: Atom, room: Room) -> tuple[Force, ...]:
        """The shared caps that are used up and that a claim of the plan draws on."""
        caps = [atom[1] for atom in self._binding.get(claim, ()) if atom[0] == DRAWS]
        return tuple(
            self.force(cap) for cap in dict.fromkeys(caps) if room.used_up(cap) and claim in room.parts(cap)
        )

    def shared(self, claim: Atom, worth: int, room: Room) -> Iterator[Shared]:
        """The limits without a place for a claim of this worth, and the caps with too little left for it."""
        told: dict[Term, Shared] = {}
        for atom in self._binding.get(claim, ()):
            if atom[1] not in told and (taken := room.taken(atom)):
                told[atom[1]] = Shared(self.force(atom[1]), tuple(dict.fromkeys(taken)))
        yield from told.values()
        yield from self._caps(claim, worth, room)

    def force(self, limit: Term) -> Force:
        """A limit with what it is called and its phrases."""
        law = self._laws.get(str(limit[0]), ()) if isinstance(limit, tuple) else ()
        return Force(text(limit), self._words.limit(limit), law)

    def own(self, limit: Term) -> Force:
        """The same of a limit that a rule of a pack's own states."""
        said, rules = in_words(self._policies, self._words, limit)
        return Force(name_of(limit), said, citations_of(rules) or self.force(limit).citations)

    def _caps(self, claim: Atom, worth: int, room: Room) -> Iterator[Shared]:
        """The caps that the claims of the plan and the further one would pass together.

        Where it could be made for several rows, those of the row that leaves it most.
        """
        draws = [atom for atom in self._binding.get(claim, ()) if atom[0] == DRAWS]
        rows = {atom[3] for atom in self._finished.all("serves", 3, *claim[2:4])}
        ways = [[atom for atom in draws if not atom[3:] or atom[3] == row] for row in sorted(rows)] or [draws]
        passed = [list(self._passed_of([atom[1] for atom in way], worth, room)) for way in ways]
        yield from min(passed, key=lambda way: max((_over(one) for one in way), default=0))

    def _passed_of(self, caps: Collection[Term], worth: int, room: Room) -> Iterator[Shared]:
        """Those of the caps on a claim that are passed; the last ones count what the others leave of it."""
        first = [cap for cap in caps if not room.is_last(cap)]
        unused = [left for cap in first if (left := room.unused(cap)) is not None]
        for cap in caps:
            counted = min([worth, *unused]) if room.is_last(cap) else worth
            if (shared := self._passed(cap, counted, room)) is not None:
                yield shared

    def _passed(self, cap: Term, worth: int, room: Room) -> Shared | None:
        left, parts = room.left(cap), room.parts(cap)
        together = worth + sum(parts.values())
        if left is None or not parts or together <= left:
            return None
        return Shared(self.force(cap), tuple(parts), together, left)

    def _leaves_nothing(self, claim: Atom, atom: Atom, room: Room) -> bool:
        """Whether a cap is used up, and one is for each row that the claim could be made for instead."""
        if atom[0] != DRAWS or not room.used_up(atom[1]):
            return False
        rows = {one[3] for one in self._finished.all("serves", 3, *claim[2:4])}
        draws = [one for one in self._binding[claim] if one[0] == DRAWS and one[3:]]
        shut = {one[3] for one in draws if room.used_up(one[1])}
        return not atom[3:] or rows <= shut


def _over(shared: Shared) -> int:
    return (shared.together or 0) - (shared.most or 0)


def _laws(policies: PolicySet) -> dict[str, tuple[Citation, ...]]:
    """The phrases behind the limits of each name."""
    found: defaultdict[str, dict[Citation, None]] = defaultdict(dict)
    for one in provisions(policies).provisions:
        if one.named.kind in _KINDS:
            found[one.named.name] |= dict.fromkeys(c for rule in one.rules for c in rule.citations)
    return {name: tuple(phrases) for name, phrases in found.items()}
