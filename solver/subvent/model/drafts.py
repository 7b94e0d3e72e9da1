"""The completion as linear rows over atoms, still without order and final names.

Each body is a threshold, so each direction of `atom <-> some body` is a linear row or a few. Only
the directions that can matter are written for auxiliary atoms: where a larger value only hurts, the
atom need not be held down (Plaisted and Greenbaum 1986, on rows). Named atoms are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from subvent.model.cliques import CROWDED, Cliques, merged_pairs
from subvent.model.completion import FALSE, TRUE, Body, Completion
from subvent.model.settle import strong_components

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PAIR = 2


class Draft(NamedTuple):
    """`sum(coefficient * key) <= upper`; keys are atoms, auxiliary atoms, or pools (see Drafts)."""

    name: str
    terms: tuple[tuple[int, int], ...]
    upper: int
    sources: tuple[str, ...]


@dataclass(slots=True)
class Drafts:
    """Rows under construction. `text` names every atom, auxiliary ones by what they are defined as."""

    completion: Completion
    text: Callable[[int], str]
    rows: list[Draft] = field(default_factory=list)
    cliques: Cliques = field(default_factory=Cliques)
    auxiliary: dict[Body, int] = field(default_factory=dict)
    _done: set[tuple[int, bool]] = field(default_factory=set)
    _demands: list[tuple[int, bool]] = field(default_factory=list)

    def atom_for(self, body: Body) -> int:
        """The literal that stands for a body that may be true or false: its only one, or a new atom."""
        if len(body.terms) == 1:
            return body.terms[0][0]
        if body not in self.auxiliary:
            self.auxiliary[body] = self.completion.define([body])
        return self.auxiliary[body]

    def add(
        self, name: str, terms: Iterable[tuple[int, int]], upper: int, sources: tuple[str, ...] = ()
    ) -> None:
        """Add the row `sum(weight * literal) <= upper`, and demand what its atoms' values rest on."""
        weights: dict[int, int] = {}
        for literal, weight in terms:
            if literal < 0:
                upper -= weight
            weights[abs(literal)] = weights.get(abs(literal), 0) + (weight if literal > 0 else -weight)
        kept = tuple(sorted((atom, weight) for atom, weight in weights.items() if weight))
        if sum(weight for _, weight in kept if weight > 0) <= upper:
            return
        self.rows.append(Draft(name, kept, upper, sources or (name,)))
        for atom, weight in kept:
            self.demand(atom, lower=weight > 0)

    def demand(self, atom: int, *, lower: bool) -> None:
        """Ask for the rows that keep an atom from being too small (`lower`) or too large."""
        if (atom, lower) not in self._done:
            self._done.add((atom, lower))
            self._demands.append((atom, lower))

    def define(self) -> None:
        """Write the rows of all demanded directions, and of those that these demand in turn."""
        while self._demands:
            atom, lower = self._demands.pop()
            if atom in self.completion.supports:
                (self._hold_up if lower else self._hold_down)(atom)

    def _hold_up(self, atom: int) -> None:
        """Rows `atom >= body` for every rule (choices force nothing)."""
        name = f"{self.text(atom)} if"
        alone: set[int] = set()
        for support in self.completion.supports[atom]:
            if support.choice:
                continue
            body = support.body
            alone.update(literal for literal, w in body.terms if w >= body.bound)
            rest = [(literal, w) for literal, w in body.terms if w < body.bound]
            surplus = sum(w for _, w in rest) - body.bound + 1
            if surplus > 0:
                self.add(name, [*rest, (atom, -surplus)], body.bound - 1)
        # A clique of sufficient literals holds the atom up with its sum, not one by one.
        parts = self.cliques.within(alone)
        for part, sources in parts.items():
            self.add(name, [*((a, 1) for a in part), (atom, -1)], 0, (name, *sources))
        for literal in alone.difference(*parts):
            self.add(name, [(literal, 1), (atom, -1)], 0)

    def _hold_down(self, atom: int) -> None:
        """Rows `atom <= sum of bodies`."""
        self.require(f"{self.text(atom)} only if", [s.body for s in self.completion.supports[atom]], atom)

    def require(self, name: str, bodies: list[Body], atom: int | None = None) -> None:
        """One of the bodies must hold (if `atom` does, where one is given)."""
        if TRUE in bodies:
            return
        bodies = [body for body in bodies if body != FALSE]
        if len(bodies) == 1 and not bodies[0].is_or:
            self._require_all(name, bodies[0], atom)
            return
        members: dict[int, int] = {}
        for body in bodies:
            literals = body.literals if body.is_or else (self.atom_for(body),)
            members.update((literal, -1) for literal in literals)
        head = [(atom, 1)] if atom else []
        self.add(name, [*head, *members.items()], 0 if atom else -1)

    def _require_all(self, name: str, body: Body, atom: int | None) -> None:
        slack = sum(w for _, w in body.terms) - body.bound
        needed = [(literal, w) for literal, w in body.terms if w > slack]
        for literal, _ in needed:
            self.add(name, [(literal, -1), *([(atom, 1)] if atom else [])], 0 if atom else -1)
        bound = body.bound - sum(w for _, w in needed)
        rest = [(literal, -w) for literal, w in body.terms if w <= slack]
        if bound > 0:
            self.add(name, [*rest, *([(atom, bound)] if atom else [])], 0 if atom else -bound)


def draft_denials(drafts: Drafts) -> None:
    """Rows for everything that must not hold; pairs merged to cliques, exclusions of groups spread."""
    pairs: dict[frozenset[int], str] = {}
    exclusions: list[tuple[str, list[int], list[int], Body]] = []
    for name, body in drafts.completion.denials:
        groups = [_group(drafts.completion, literal) for literal in body.literals]
        if len(groups) == _PAIR and body.is_and and max(map(len, groups)) > 1:
            exclusions.append((name, groups[0], groups[1], body))
        elif not _at_most_one(body):
            drafts.add(name, body.terms, body.bound - 1)
        elif len(body.terms) == _PAIR:
            pairs.setdefault(frozenset(body.literals), name)
        else:
            drafts.cliques.add(body.literals, (name,))
    order = {a: drafts.text(a) for pair in pairs for a in pair}
    _draft_cliques(drafts, pairs, exclusions, order)


def _draft_cliques(
    drafts: Drafts,
    pairs: dict[frozenset[int], str],
    exclusions: list[tuple[str, list[int], list[int], Body]],
    order: dict[int, str],
) -> None:
    known = drafts.cliques
    near = {a for pair in pairs for a in pair}
    order |= {b: drafts.text(b) for a in near for b in known.neighbours(a)}
    merged = merged_pairs(known, pairs, order)
    for clique, sources in merged:
        known.add(clique, sources)
    unions = []
    for name, left, right, body in exclusions:
        spread = _spread(drafts, name, left, right)
        if spread is None:
            drafts.add(name, body.terms, 1)
        unions += spread or []
    for union, sources in unions:
        known.add(union, sources)
    for clique, sources in known.maximal():
        drafts.add(sources[0], [(literal, 1) for literal in clique], 1, sources)


def _spread(
    drafts: Drafts, name: str, left: list[int], right: list[int]
) -> list[tuple[frozenset[int], tuple[str, ...]]] | None:
    """Rows over unions of a clique of each side; None where auxiliary atoms say it shorter."""
    if set(left) & set(right) or any(-a in right for a in left):
        return None
    order = {a: drafts.text(a) for a in (*left, *right)}
    one, other = drafts.cliques.cover(left, order), drafts.cliques.cover(right, order)
    if len(one) * len(other) > CROWDED * (len(one) + len(other)):
        return None
    return [
        (a | b, (name, *sorted({*sources_a, *sources_b} - {name})))
        for a, sources_a in one
        for b, sources_b in other
    ]


def _at_most_one(body: Body) -> bool:
    """Whether any two of the body's literals already make it hold."""
    smallest = sorted(w for _, w in body.terms)[:_PAIR]
    return not body.is_or and len(smallest) == _PAIR and sum(smallest) >= body.bound


def _group(completion: Completion, literal: int) -> list[int]:
    """The literals of which the literal is the disjunction (itself, when it is none)."""
    leaves: set[int] = set()
    path: set[int] = set()

    def unfold(member: int) -> bool:
        supports = completion.supports[member] if member > 0 else []
        if not supports or any(s.choice or not s.body.is_or for s in supports):
            leaves.add(member)
            return True
        if member in path:
            # Through a double `not` a disjunction may come to contain itself: it defines nothing then.
            return False
        path.add(member)
        sound = all(unfold(inner) for s in supports for inner in s.body.literals)
        path.discard(member)
        return sound

    return sorted(leaves) if unfold(literal) else [literal]


def demand_exact(drafts: Drafts) -> None:
    """Demand both directions of named atoms and of atoms on cycles, and support for true atoms.

    Only on a cycle (through `not`) can an auxiliary atom have values that its program's other atoms
    do not determine, or none at all.
    """
    completion = drafts.completion
    free = {a: s for a, s in completion.supports.items() if a not in completion.values}
    edges = {a: [abs(lit) for s in supports for lit, _ in s.body.terms] for a, supports in free.items()}
    for component in strong_components(edges):
        cyclic = len(component) > 1 or component[0] in edges[component[0]]
        for atom in component:
            if cyclic or atom in completion.symbols:
                drafts.demand(atom, lower=True)
                drafts.demand(atom, lower=False)
    for atom, value in sorted(completion.values.items()):
        if value:
            bodies = [s.body for s in completion.supports[atom]]
            drafts.require(f"{drafts.text(atom)} only if", bodies)
