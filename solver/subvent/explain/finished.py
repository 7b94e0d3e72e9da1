"""The finished derivation, looked up by predicate and first arguments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import itemgetter
from typing import Any, Self

from subvent.explain.matched import Signature, by_signature
from subvent.logic.terms import Atom, Term, order_key
from subvent.problem import Problem


class Finished:
    """All atoms of a derivation (and of the claims chosen on it), each list in canonical order.

    A predicate is looked up by name and arity with the leading arguments that are known. What is never
    asked for is never sorted.
    """

    def __init__(self, atoms: Collection[Atom], groups: Mapping[Signature, list[Atom]] | None = None) -> None:
        self.atoms = atoms if isinstance(atoms, frozenset) else frozenset(atoms)
        self.groups = by_signature(self.atoms) if groups is None else groups
        """The atoms of each predicate, in no order."""
        self._sorted: set[int] = set()
        """Which lists of the indexes are in order, by identity."""
        self._indexed: dict[tuple[str, int, int], dict[tuple[Term, ...], list[Atom]]] = {}
        self._naming: dict[Atom, list[Atom]] | None = None
        self._named: dict[Atom, list[Atom]] = {}

    @classmethod
    def of(cls, problem: Problem, more: Iterable[Atom]) -> Self:
        """What follows in a problem, with what is true beside it: the claims chosen, the remarks on them."""
        added = frozenset(more) - problem.atoms
        return cls(problem.atoms | added, problem.groups.with_more(added).grouped)

    def __contains__(self, atom: Atom) -> bool:
        return atom in self.atoms

    def all(self, name: str, arity: int, *known: Term) -> list[Atom]:
        """The atoms of a predicate whose first arguments are `known`."""
        index = self._indexed.get((name, arity, len(known)))
        if index is None:
            index = self._index(name, arity, len(known))
        found = index.get(known)
        if found is None:
            return []
        if len(found) > 1 and id(found) not in self._sorted:
            found.sort(key=order_key)
            self._sorted.add(id(found))
        return found

    def count(self, name: str, arity: int, *known: Term) -> int:
        """How many these are."""
        return len(self.all(name, arity, *known))

    def _index(self, name: str, arity: int, length: int) -> dict[tuple[Term, ...], list[Atom]]:
        """The atoms of a predicate by so many of their first arguments."""
        index: defaultdict[tuple[Term, ...], list[Atom]] = defaultdict(list)
        for atom in self.groups.get((name, arity), ()):
            index[atom[1 : 1 + length]].append(atom)
        made = self._indexed[name, arity, length] = dict(index)
        return made

    def first(self, name: str, arity: int, *known: Term) -> Atom | None:
        """The first such atom, if there is one."""
        found = self.all(name, arity, *known)
        return found[0] if found else None

    def last_argument(self, name: str, arity: int, *known: Term) -> Term | None:
        """The last argument of the first such atom."""
        found = self.all(name, arity, *known)
        return found[0][-1] if found else None

    def naming(self, claim: Atom) -> list[Atom]:
        """The atoms that have this claim as an argument: what it counts for."""
        if self._naming is None:
            found: defaultdict[Atom, list[Atom]] = defaultdict(list)
            for (_, arity), atoms in self.groups.items():
                for argument in map(itemgetter, range(1, arity + 1)):
                    # Of most predicates no argument is ever a claim.
                    if "claim" in {part[0] for part in map(argument, atoms) if type(part) is tuple}:
                        for atom in atoms:
                            part = argument(atom)
                            if type(part) is tuple and part[0] == "claim":
                                found[part].append(atom)
            self._naming = dict(found)
        if claim not in self._named:
            own = order_key(claim)

            def as_grouped(atom: Atom) -> tuple[Any, ...]:
                """Predicate by predicate, the atoms of each in canonical order."""
                return atom[0], len(atom), [own if part == claim else order_key(part) for part in atom[1:]]

            self._named[claim] = sorted(self._naming.get(claim, ()), key=as_grouped)
        return self._named[claim]
