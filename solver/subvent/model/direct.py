"""The kernel's own limits as rows, straight from the derivation: what grounding and translation would find.

Most claims are bound by `limit`, `conflict` and `group_limit` alone. Of these the decision's meaning is
known, so their rows are written down here; only claims that something else binds (a pack's own rule, a
shared cost or cap, a choice of rows) need the decision to be ground. Both ways give the same optima.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, Term, order_key, text
from subvent.model.cliques import CROWDED, Cliques, Named
from subvent.model.linear import LinearModel, Row, Variable, unique
from subvent.partition import Partition

KEYED = {("counts", 2): 1, ("left", 2): 1, ("right", 2): 1, ("group", 3): 2}
"""Words that tie a claim to a limit, with the place of the claim after that of the limit."""
FURTHER = {("draws", 2): 1, ("draws", 3): 1, ("splits", 3): 2}
"""Words that tie a claim to what only the ground decision tells."""


class Division(NamedTuple):
    """Candidates apart: those whose limits are written down here, and those that have to be ground."""

    direct: frozenset[Atom]
    ground: frozenset[Atom]


def divide(groups: BySignature) -> Division:
    """Which candidates are bound by limits, conflicts and groups alone, their neighbours included.

    What a limit joins stays together: one claim that has to be ground takes its component along.
    """
    claims = [("claim", *atom[1:]) for atom in groups.unordered("candidate", 4)]
    members: defaultdict[Term, list[Atom]] = defaultdict(list)
    known = set(claims)
    for signature, place in (*KEYED.items(), *FURTHER.items()):
        for atom in groups.unordered(*signature):
            if atom[place + 1] in known:
                members[atom[1]].append(atom[place + 1])
    together = Partition[Atom]()
    for joined in members.values():
        together.join(joined)
    choosing = {(atom[1], atom[2]) for atom in groups.unordered("choosing", 2)}
    special = {claim for claim in claims if (claim[2], claim[3]) in choosing}
    special |= {
        atom[place + 1] for signature, place in FURTHER.items() for atom in groups.unordered(*signature)
    } & known
    roots = {together.of(claim) for claim in special}
    ground = frozenset(claim for claim in claims if together.of(claim) in roots)
    return Division(frozenset(known - ground), ground)


def model_of(groups: BySignature, claims: Collection[Atom], worth: Mapping[Atom, int]) -> LinearModel:
    """The linear model of some candidates under `limit`, `conflict` and `group_limit`, in canonical order."""
    return _Writer(groups, claims, worth).model()


class _Writer:
    """The rows of one model while they are collected. Claims are indices in the order of their names."""

    def __init__(self, groups: BySignature, claims: Collection[Atom], worth: Mapping[Atom, int]) -> None:
        self._groups = groups
        named = sorted((text(claim), claim) for claim in claims)
        self._names = [name for name, _ in named]
        self._gains = [worth[claim] for _, claim in named]
        self._index = {claim: j for j, (_, claim) in enumerate(named)}
        self._cliques = Cliques()
        self._variables: dict[frozenset[int], int] = {}
        self._rows: list[tuple[str, tuple[tuple[int, int], ...], int, tuple[str, ...]]] = []

    def model(self) -> LinearModel:
        """Limits first, for conflicts and groups are stated over their cliques."""
        self._limits()
        self._conflicts()
        self._group_limits()
        for members, sources in self._cliques.maximal():
            self._add(sources[0], [(j, 1) for j in members], 1, sources)
        return self._ordered()

    def _add(
        self, name: str, terms: Iterable[tuple[int, int]], upper: int, sources: tuple[str, ...] = ()
    ) -> None:
        self._rows.append((name, tuple(sorted(terms)), upper, sources or (name,)))

    def _keyed(self, name: str, arity: int, place: int) -> dict[Term, list[int]]:
        """The claims under each key, as indices."""
        found: defaultdict[Term, list[int]] = defaultdict(list)
        for atom in self._groups.unordered(name, arity):
            if (j := self._index.get(atom[place + 1])) is not None:
                found[atom[1]].append(j)
        return found

    def _limits(self) -> None:
        counted = self._keyed("counts", 2, 1)
        for _, key, room in self._groups.unordered("room", 2):
            members = set(counted.get(key, ()))
            if len(members) > room:
                name = _violated(key)
                if room == 1:
                    self._cliques.add(members, (name,))
                else:
                    self._add(name, ((j, 1) for j in members), room)

    def _conflicts(self) -> None:
        left, right = self._keyed("left", 2, 1), self._keyed("right", 2, 1)
        unions = []
        for _, key in self._groups.get(("conflict", 1), []):
            name, one, other = _violated(key), set(left.get(key, ())), set(right.get(key, ()))
            for j in sorted(one & other):
                self._add(name, [(j, 1)], 0)
            unions += self._excluded(name, key, one - other, other - one)
        for union, sources in unions:
            self._cliques.add(union, sources)

    def _excluded(self, name: str, key: Term, one: set[int], other: set[int]) -> list[Named]:
        """None of one side with one of the other: unions of their cliques, or through two variables."""
        if not one or not other:
            return []
        sides = self._cliques.cover(one, self._names), self._cliques.cover(other, self._names)
        if len(sides[0]) * len(sides[1]) <= CROWDED * (len(sides[0]) + len(sides[1])):
            return [
                (a | b, (name, *sorted({*for_a, *for_b} - {name})))
                for a, for_a in sides[0]
                for b, for_b in sides[1]
            ]
        held = [
            self._used(text((side, key)), cover) for side, cover in zip(("left", "right"), sides, strict=True)
        ]
        self._add(name, ((j, 1) for j in held), 1)
        return []

    def _used(self, name: str, cover: list[Named]) -> int:
        """A variable that is 1 when one of the covered claims is made: the same one for the same claims."""
        covered = frozenset(j for clique, _ in cover for j in clique)
        if covered in self._variables:
            return self._variables[covered]
        variable = self._variables[covered] = len(self._names)
        self._names.append(name)
        self._gains.append(0)
        for clique, sources in cover:
            self._add(f"{name} if", [*((j, 1) for j in clique), (variable, -1)], 0, (f"{name} if", *sources))
        return variable

    def _group_limits(self) -> None:
        members: defaultdict[Term, defaultdict[Term, set[int]]] = defaultdict(lambda: defaultdict(set))
        held = {(atom[1], atom[2]) for atom in self._groups.unordered("held_group", 2)}
        for atom in self._groups.unordered("group", 3):
            if (j := self._index.get(atom[3])) is not None and (atom[1], atom[2]) not in held:
                members[atom[1]][atom[2]].add(j)
        for _, key, room in self._groups.get(("group_room", 2), []):
            if len(members[key]) > room:
                groups = sorted(members[key].items(), key=lambda item: order_key(item[0]))
                used = [
                    self._used(text(("used", key, group)), self._cliques.cover(claims, self._names))
                    for group, claims in groups
                ]
                self._add(_violated(key), ((j, 1) for j in used), room)

    def _ordered(self) -> LinearModel:
        ranked = sorted(range(len(self._names)), key=self._names.__getitem__)
        place = {old: new for new, old in enumerate(ranked)}
        variables = tuple(Variable(self._names[j], 0, 1, self._gains[j]) for j in ranked)
        rows = sorted(
            (name, tuple(sorted((place[j], a) for j, a in terms)), upper, sources)
            for name, terms, upper, sources in self._rows
        )
        named = zip(unique([row[0] for row in rows]), rows, strict=True)
        return LinearModel(variables, tuple(sorted(Row(label, *row[1:]) for label, row in named)))


def _violated(key: Term) -> str:
    return f"violated({text(key)})"
