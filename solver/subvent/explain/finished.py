"""The finished derivation, looked up by predicate and first arguments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from subvent.logic.terms import Atom, Term, order_key


class Finished:
    """All atoms of a derivation (and of the claims chosen on it), each list in canonical order.

    A predicate is looked up by name and arity with the leading arguments that are known.
    """

    def __init__(self, atoms: Collection[Atom]) -> None:
        self.atoms = frozenset(atoms)
        self._by_name: defaultdict[tuple[str, int], list[Atom]] = defaultdict(list)
        self._by_first: defaultdict[tuple[str, int, Term], list[Atom]] = defaultdict(list)
        self._by_two: defaultdict[tuple[str, int, Term, Term], list[Atom]] = defaultdict(list)
        for atom in sorted(self.atoms, key=order_key):
            arity = len(atom) - 1
            self._by_name[atom[0], arity].append(atom)
            if arity > 0:
                self._by_first[atom[0], arity, atom[1]].append(atom)
            if arity > 1:
                self._by_two[atom[0], arity, atom[1], atom[2]].append(atom)
        self._naming: defaultdict[Atom, list[Atom]] | None = None

    def __contains__(self, atom: Atom) -> bool:
        return atom in self.atoms

    def all(self, name: str, arity: int, *known: Term) -> list[Atom]:
        """The atoms of a predicate whose first arguments are `known`."""
        if not known:
            return self._by_name.get((name, arity), [])
        if len(known) == 1:
            return self._by_first.get((name, arity, known[0]), [])
        found = self._by_two.get((name, arity, known[0], known[1]), [])
        return [atom for atom in found if atom[3 : 1 + len(known)] == known[2:]]

    def first(self, name: str, arity: int, *known: Term) -> Atom | None:
        """The first such atom, if there is one."""
        return next(iter(self.all(name, arity, *known)), None)

    def last_argument(self, name: str, arity: int, *known: Term) -> Term | None:
        """The last argument of the first such atom."""
        atom = self.first(name, arity, *known)
        return None if atom is None else atom[-1]

    def naming(self, claim: Atom) -> Iterator[Atom]:
        """The atoms that have this claim as an argument: what it counts for."""
        if self._naming is None:
            self._naming = defaultdict(list)
            for name, arity in sorted(self._by_name):
                for atom in self._by_name[name, arity]:
                    for argument in atom[1:]:
                        if isinstance(argument, tuple) and argument[0] == "claim":
                            self._naming[argument].append(atom)
        yield from self._naming.get(claim, [])
