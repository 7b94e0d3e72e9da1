"""Why a claim cannot stay beside others: the limits that these leave no room under, and their articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

from subvent.diagnostics import Citation
from subvent.explain.finished import Finished
from subvent.explain.insisted import Force
from subvent.explain.words import Words
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term, text
from subvent.policy.provisions import provisions
from subvent.policy.types import PolicySet
from subvent.portfolio.vocabulary import Vocabulary

_BINDING = (("counts", 2), ("left", 2), ("right", 2), ("group", 3), ("draws", 2), ("draws", 3))
_OTHER_SIDE = {"left": "right", "right": "left"}
_KINDS = frozenset({"limit", "shared-cap"})


class Forcing:
    """The limits of a problem, asked which of them keep a claim out of a plan.

    `atoms` are those of its derivation. Of limits that a pack states by a rule of its own nothing is told.
    """

    def __init__(self, policies: PolicySet, vocabulary: Vocabulary, atoms: Collection[Atom]) -> None:
        self._finished = Finished(frozenset(atoms))
        self._words = Words(policies, vocabulary, self._finished)
        self._laws = _laws(policies)
        self._binding: defaultdict[Atom, list[Atom]] = defaultdict(list)
        for name, arity in _BINDING:
            for atom in self._finished.all(name, arity):
                self._binding[_claim(atom)].append(atom)

    def of(self, claim: Atom, held: Mapping[Atom, int]) -> tuple[Force, ...]:
        """What keeps a claim out of a plan that holds others, each with the fen that it counts there."""
        found: dict[Term, Force] = {}
        for atom in self._binding.get(claim, ()):
            if atom[1] not in found and self._is_full(atom, held):
                limit = atom[1]
                law = self._laws.get(str(limit[0]), ()) if isinstance(limit, tuple) else ()
                found[limit] = Force(text(limit), self._words.limit(limit), law)
        return tuple(found.values())

    def _is_full(self, atom: Atom, held: Mapping[Atom, int]) -> bool:
        tell: Callable[[Atom, Mapping[Atom, int]], bool] = {
            "counts": self._counted, "group": self._grouped, "draws": self._drawn,
        }.get(atom[0], self._opposed)  # fmt: skip
        return tell(atom, held)

    def _counted(self, atom: Atom, held: Mapping[Atom, int]) -> bool:
        room = self._finished.last_argument("room", 2, atom[1])
        return room is not None and sum(1 for _ in self._beside("counts", 2, atom, held)) >= int(str(room))

    def _opposed(self, atom: Atom, held: Mapping[Atom, int]) -> bool:
        return any(self._beside(_OTHER_SIDE[atom[0]], 2, atom, held))

    def _grouped(self, atom: Atom, held: Mapping[Atom, int]) -> bool:
        room = self._finished.last_argument("group_room", 2, atom[1])
        before = {one[2] for one in self._finished.all("held_group", 2, atom[1])}
        groups = {one[2] for one in self._beside("group", 3, atom, held)} - before
        return room is not None and atom[2] not in groups | before and len(groups) >= int(str(room))

    def _drawn(self, atom: Atom, held: Mapping[Atom, int]) -> bool:
        rooms = (self._finished.last_argument(name, 2, atom[1]) for name in ("pool_room", "ceiling"))
        room = next((one for one in rooms if one is not None), None)
        used = {_claim(one): held[_claim(one)] for one in self._beside("draws", len(atom) - 1, atom, held)}
        return room is not None and sum(used.values()) >= to_fen(room)

    def _beside(self, name: str, arity: int, atom: Atom, held: Mapping[Atom, int]) -> Iterator[Atom]:
        """The atoms by which the claims of a plan count for the same limit."""
        return (one for one in self._finished.all(name, arity, atom[1]) if _claim(one) in held)


def _claim(atom: Atom) -> Atom:
    claim = atom[3] if atom[0] == "group" else atom[2]
    return claim if isinstance(claim, tuple) else ()


def _laws(policies: PolicySet) -> dict[str, tuple[Citation, ...]]:
    """The phrases behind the limits of each name."""
    found: defaultdict[str, dict[Citation, None]] = defaultdict(dict)
    for one in provisions(policies).provisions:
        if one.named.kind in _KINDS:
            found[one.named.name] |= dict.fromkeys(c for rule in one.rules for c in rule.citations)
    return {name: tuple(phrases) for name, phrases in found.items()}
