"""The finished derivation, looked up by predicate and first arguments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from subvent.logic.terms import Atom, Term, order_key


class Finished:
    """All atoms of a derivation (and of the claims chosen on it), each list in canonical order.

    A predicate is looked up by name and arity with the leading arguments that are known. What is never
    asked for is never sorted.
    """

    def __init__(self, atoms: Collection[Atom]) -> None:
        self.atoms = frozenset(atoms)
        self._unsorted: defaultdict[tuple[str, int], list[Atom]] = defaultdict(list)
        for atom in self.atoms:
            self._unsorted[atom[0], len(atom) - 1].append(atom)
        self._sorted: dict[tuple[str, int], list[Atom]] = {}
        self._by_first: dict[tuple[str, int], dict[tuple[Term, ...], list[Atom]]] = {}
        self._naming: dict[Atom, list[Atom]] | None = None

    def __contains__(self, atom: Atom) -> bool:
        return atom in self.atoms

    def all(self, name: str, arity: int, *known: Term) -> list[Atom]:
        """The atoms of a predicate whose first arguments are `known`."""
        key = (name, arity)
        if key not in self._sorted:
            self._sorted[key] = sorted(self._unsorted.get(key, ()), key=order_key)
        if not known:
            return self._sorted[key]
        if key not in self._by_first:
            index: defaultdict[tuple[Term, ...], list[Atom]] = defaultdict(list)
            for atom in self._sorted[key]:
                for length in range(1, arity + 1):
                    index[atom[1 : 1 + length]].append(atom)
            self._by_first[key] = dict(index)
        return self._by_first[key].get(known, [])

    def first(self, name: str, arity: int, *known: Term) -> Atom | None:
        """The first such atom, if there is one."""
        return next(iter(self.all(name, arity, *known)), None)

    def last_argument(self, name: str, arity: int, *known: Term) -> Term | None:
        """The last argument of the first such atom."""
        atom = self.first(name, arity, *known)
        return None if atom is None else atom[-1]

    def naming(self, claim: Atom) -> list[Atom]:
        """The atoms that have this claim as an argument: what it counts for."""
        if self._naming is None:
            found: defaultdict[Atom, list[Atom]] = defaultdict(list)
            for name, arity in sorted(self._unsorted):
                atoms = self._unsorted[name, arity]
                if any(_claims_of(atom) for atom in atoms):
                    for atom in self.all(name, arity):
                        for named in _claims_of(atom):
                            found[named].append(atom)
            self._naming = dict(found)
        return self._naming.get(claim, [])


def _claims_of(atom: Atom) -> list[Atom]:
    return [part for part in atom[1:] if isinstance(part, tuple) and part and part[0] == "claim"]
