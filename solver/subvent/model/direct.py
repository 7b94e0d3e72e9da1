"""The decision as rows, straight from the derivation: what grounding and translation would find.

What the kernel's words say of claims is known: limits, conflicts and groups, for which of several rows a
claim is made, shared costs and shared caps. So their rows are written down here; only a pack's own rules
about claims have to be ground, and their rows stand beside these. Grounding all gives the same optima.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from subvent.logic.ground import BySignature
from subvent.logic.program import Cut, Split
from subvent.logic.terms import Atom, Term, order_key, text, texts
from subvent.model.cliques import CROWDED, Cliques, Named
from subvent.model.linear import LinearModel, Row, Variable, joined, unique, without
from subvent.model.pools import add_cuts
from subvent.model.shared import add_splits
from subvent.model.sharing import cuts_of, splits_of

BINDING = (
    ("counts", 2), ("group", 3), ("left", 2), ("right", 2), ("splits", 3),
    ("draws", 2), ("draws", 3), ("feeds", 3),
)  # fmt: skip
"""What tells of a limit, of a cap or of a cost that claims share: what binds them is the first argument."""


class Own(NamedTuple):
    """What packs' own rules say of the same candidates, ground and translated by themselves.

    `objective`: the model has the whole of it, the kernel's elements as well.
    """

    model: LinearModel
    splits: tuple[Split, ...]
    cuts: tuple[Cut, ...]
    objective: bool


@dataclass(frozen=True)
class Stated:
    """A decision: models of all candidates, with what these share; no two models share anything."""

    models: tuple[LinearModel, ...]
    splits: tuple[Split, ...] = ()
    cuts: tuple[Cut, ...] = ()

    @cached_property
    def model(self) -> LinearModel:
        """All of it in one model."""
        return self.models[0] if len(self.models) == 1 else joined(self.models)

    @property
    def settled(self) -> tuple[tuple[str, int], ...]:
        """The atoms that have one value in every solution, as (name, 0 or 1)."""
        return tuple(atom for model in self.models for atom in model.settled)


def decision_of(groups: BySignature, worth: Mapping[Atom, int], own: Own | None = None) -> Stated:
    """The decision on the candidates of a derivation, under the kernel's words and own rules.

    `worth` is in fen.
    """
    claims = [("claim", *atom[1:]) for atom in groups.unordered("candidate", 4)]
    names = dict(zip(claims, texts(claims), strict=True))
    splits, cuts = splits_of(groups, names), cuts_of(groups, names, worth)
    gains = dict.fromkeys(worth, 0) if own and own.objective else worth
    model = model_of(groups, names, gains)
    if own:
        never = {name for name, value in own.model.settled if not value}
        splits, cuts = tuple(sorted((*splits, *own.splits))), tuple(sorted((*cuts, *own.cuts)))
        model = joined((without(model, never), own.model))
    return Stated((add_cuts(add_splits(model, splits), cuts),), splits, cuts)


def bound_by(groups: BySignature) -> set[Term]:
    """What binds the claims of a derivation by the kernel's words: limits, conflicts, costs and caps."""
    return {atom[1] for one in BINDING for atom in groups.unordered(*one)}


def model_of(groups: BySignature, names: Mapping[Atom, str], worth: Mapping[Atom, int]) -> LinearModel:
    """The linear model of some candidates (with their names), without what they share, in canonical order."""
    return _Writer(groups, names, worth).model()


class _Writer:
    """The rows of one model while they are collected. Claims are indices in the order of their names."""

    def __init__(self, groups: BySignature, names: Mapping[Atom, str], worth: Mapping[Atom, int]) -> None:
        self._groups = groups
        named = sorted((name, claim) for claim, name in names.items())
        self._names = [name for name, _ in named]
        self._gains = [worth[claim] for _, claim in named]
        self._index = {claim: j for j, (_, claim) in enumerate(named)}
        self._cliques = Cliques()
        self._variables: dict[frozenset[int], int] = {}
        self._rows: list[tuple[str, tuple[tuple[int, int], ...], int, tuple[str, ...]]] = []

    def model(self) -> LinearModel:
        """Limits first, for what follows is stated over their cliques."""
        self._limits()
        self._conflicts()
        self._options()
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
        variable = self._variables[covered] = self._new(name)
        for clique, sources in cover:
            self._add(f"{name} if", [*((j, 1) for j in clique), (variable, -1)], 0, (f"{name} if", *sources))
        return variable

    def _new(self, name: str) -> int:
        """A variable beside the claims: 0 or 1, and it brings nothing."""
        self._names.append(name)
        self._gains.append(0)
        return len(self._names) - 1

    def _options(self) -> None:
        """What is made for one of several rows: each claim for one of them, and all for the same."""
        rows, made = self._options_of(), defaultdict[tuple[Term, Term], list[Atom]](list)
        for claim in self._index if rows else ():
            made[claim[2], claim[3]].append(claim)
        for key, options in rows.items():
            ways = {self._index[claim]: self._ways(claim, options) for claim in made[key]}
            cover = self._cliques.cover(ways, self._names)
            # Of claims that exclude each other only one is made, and so for one row.
            if len(options) > 1 and len(cover) > 1:
                self._for_one(key, options, ways, cover)

    def _options_of(self) -> dict[tuple[Term, Term], list[Term]]:
        """The rows that the claims of a subject under a benefit can be made for."""
        found: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
        for atom in self._groups.get(("serves", 3), ()):
            found[atom[1], atom[2]].append(atom[3])
        return found

    def _ways(self, claim: Atom, options: Iterable[Term]) -> list[int]:
        """A variable for each row that the claim can be made for: it is made when one of them is 1."""
        j, name = self._index[claim], text(claim)
        found = [self._new(text(("claim_for", *claim[1:], row))) for row in options]
        self._add(f"{name} if", [*((way, 1) for way in found), (j, -1)], 0)
        self._add(f"{name} only if", [*((way, -1) for way in found), (j, 1)], 0)
        return found

    def _for_one(
        self,
        key: tuple[Term, Term],
        options: Iterable[Term],
        ways: Mapping[int, Sequence[int]],
        cover: Iterable[Named],
    ) -> None:
        """At most one row that some of the claims are made for."""
        used = [self._new(text(("made_for", *key, row))) for row in options]
        for place, variable in enumerate(used):
            name = f"{self._names[variable]} if"
            for clique, sources in cover:
                terms = [*((ways[j][place], 1) for j in clique), (variable, -1)]
                self._add(name, terms, 0, (name, *sources))
        self._add(_violated(("for_one", *key)), ((j, 1) for j in used), 1)

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
