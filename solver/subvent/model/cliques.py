"""At-most-one rows as cliques of a conflict graph: cover a set by them, merge what pairs forbid.

A row `x1 + ... + xn <= 1` says more to a linear relaxation than the n(n-1)/2 pairs that it implies.
Exclusions between two groups are therefore stated as rows over the union of a clique of one and a
clique of the other, and implications `x <= u` of a clique are added up to `sum x <= u`.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Named = tuple[frozenset[int], tuple[str, ...]]
"""A clique with the names of the statements that imply it."""
Names = dict[int, str] | list[str]
"""What each member is called: ties are broken by it."""
CROWDED = 4
"""An exclusion of two groups is stated over their union unless that takes this many times the rows
of the equally strong statement through two auxiliary variables."""


class Cliques:
    """The at-most-one sets known so far, each with the names of the statements that imply it."""

    def __init__(self) -> None:
        self._sets: dict[frozenset[int], tuple[str, ...]] = {}
        self._touching: dict[int, list[frozenset[int]]] = defaultdict(list)

    def add(self, members: Iterable[int], sources: tuple[str, ...]) -> None:
        """Note that at most one of the members (two or more atoms) is true."""
        clique = frozenset(members)
        if clique in self._sets:
            self._sets[clique] = min(self._sets[clique], sources)
            return
        self._sets[clique] = sources
        for member in clique:
            self._touching[member].append(clique)

    def within(self, group: Iterable[int]) -> dict[frozenset[int], tuple[str, ...]]:
        """The largest parts (two members or more) of the group that lie in one known clique."""
        wanted = frozenset(group)
        parts: dict[frozenset[int], tuple[str, ...]] = {}
        for clique in {c: None for member in wanted for c in self._touching.get(member, ())}:
            part = wanted & clique
            if len(part) > 1:
                sources = self._sets[clique]
                parts[part] = min(parts.get(part, sources), sources)
        return {part: named for part, named in parts.items() if not any(part < other for other in parts)}

    def cover(self, group: Iterable[int], order: Names) -> list[Named]:
        """Cliques that together hold the whole group; single members where nothing better is known.

        Greedy: the part with most members not covered yet, ties by the names in `order`.
        """
        left = set(group)
        parts = self.within(left)
        ranked = sorted(parts, key=lambda part: sorted(order[a] for a in part))
        chosen: list[Named] = []
        while left:
            best = max(ranked, key=lambda part: len(part & left), default=frozenset[int]())
            if len(best & left) < 2:  # noqa: PLR2004
                break
            chosen.append((best, parts[best]))
            left -= best
        return [*chosen, *((frozenset({a}), ()) for a in sorted(left, key=order.__getitem__))]

    def source(self, pair: frozenset[int]) -> str:
        """The first name of a known clique that holds both members of the pair."""
        a = min(pair, key=lambda member: (len(self._touching[member]), member))
        return min(self._sets[clique][0] for clique in self._touching[a] if pair <= clique)

    def neighbours(self, member: int) -> set[int]:
        """What cannot be true together with the member."""
        found: set[int] = set()
        for clique in self._touching.get(member, ()):
            found |= clique
        return found - {member}

    def maximal(self) -> list[Named]:
        """The cliques that lie in no other one."""
        kept = []
        for clique, sources in self._sets.items():
            rarest = min(clique, key=lambda a: len(self._touching[a]))
            if not any(clique < other for other in self._touching[rarest]):
                kept.append((clique, sources))
        return kept


def merged_pairs(cliques: Cliques, pairs: dict[frozenset[int], str], order: dict[int, str]) -> list[Named]:
    """Cliques that imply all the pairs, as few as a greedy walk in the order of names finds.

    `pairs` are the conflicts between two atoms, each with its name; the known cliques help to grow
    them but need no covering.
    """
    beside: dict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        a, b = pair
        beside[a].add(b)
        beside[b].add(a)

    def conflicts(atom: int) -> set[int]:
        return beside[atom] | cliques.neighbours(atom)

    found: list[Named] = []
    covered: set[frozenset[int]] = set()
    for pair in sorted(pairs, key=lambda p: sorted(order[a] for a in p)):
        if pair in covered:
            continue
        a, b = pair
        clique, candidates = {a, b}, conflicts(a) & conflicts(b)
        while candidates:
            # Prefer atoms that pairs bring in: they save rows, cliques alone save none.
            atom = min(candidates, key=lambda c: (not beside.get(c, set()) & clique, order[c]))
            clique.add(atom)
            candidates &= conflicts(atom)
        inside = {frozenset(p) for p in combinations(clique, 2)}
        covered |= inside
        sources = {pairs[p] if p in pairs else cliques.source(p) for p in inside}
        found.append((frozenset(clique), tuple(sorted({pairs[pair]} | sources))))
    return found
