"""What the functions of `matching` use when they run: the model they look in, and what they compute with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from subvent.logic.exact import ExactError, called
from subvent.logic.terms import Atom, Term, order_key

Signature = tuple[str, int]


class Model:
    """A finished model, looked up by predicate and by any of its arguments: indexes are made when needed."""

    def __init__(self, atoms: frozenset[Atom], groups: Mapping[Signature, list[Atom]] | None = None) -> None:
        self.atoms = atoms
        self.asked: list[Atom] = []
        """What the functions that look in it still ask for."""
        self._groups = by_signature(atoms) if groups is None else groups
        self._indexes: dict[tuple[Signature, tuple[int, ...]], dict[Any, list[Atom]]] = {}

    def group(self, signature: Signature) -> list[Atom]:
        """The atoms of a predicate."""
        return self._groups.get(signature, [])

    def index(self, signature: Signature, places: tuple[int, ...]) -> dict[Any, list[Atom]]:
        """The atoms of a predicate by their arguments at some places: by one alone, by several as a tuple."""
        found = self._indexes.get((signature, places))
        if found is None:
            made: defaultdict[Any, list[Atom]] = defaultdict(list)
            key = itemgetter(*places)
            for atom in self.group(signature):
                made[key(atom)].append(atom)
            found = self._indexes[signature, places] = dict(made)
        return found


def by_signature(atoms: Iterable[Atom]) -> dict[Signature, list[Atom]]:
    """Atoms by name and arity of their predicate."""
    groups: defaultdict[Signature, list[Atom]] = defaultdict(list)
    for atom in atoms:
        groups[atom[0], len(atom) - 1].append(atom)
    return dict(groups)


def order_of(rows: Collection[tuple[Atom, ...]]) -> Callable[[tuple[Atom, ...]], list[Any]]:
    """What to put some sequences of atoms in order by: where all have the same atom none need be ranked."""
    shortest = min(map(len, rows))
    places = [n for n, column in enumerate(zip(*rows, strict=False)) if column.count(column[0]) < len(rows)]
    return lambda row: [order_key(atom) for atom in (*[row[n] for n in places], *row[shortest:])]


def _rank(term: Term) -> tuple[Any, ...]:
    """The order of terms that clingo has: numbers, constants, strings, functions by size, name, arguments."""
    if isinstance(term, int):
        return (1, term)
    if isinstance(term, str):
        return (4, term)
    if len(term) == 1 and term[0]:
        return ({"#inf": 0, "#sup": 9}.get(term[0], 2), term[0])
    return (5, len(term), term[0], *map(_rank, term[1:]))


def _above(first: Term, second: Term) -> bool:
    if type(first) is int and type(second) is int:
        return first > second
    return _rank(first) > _rank(second)


def _in_order(atoms: Collection[Atom]) -> tuple[Atom, ...]:
    """Atoms in canonical order. Most are alone, and the key of an order is long to make."""
    return tuple(sorted(atoms, key=order_key) if len(atoms) > 1 else atoms)


def _merged(parts: Sequence[tuple[Atom, ...]]) -> tuple[Atom, ...]:
    """What several aggregates counted, in order and each once."""
    return _in_order({atom for part in parts for atom in part})


@lru_cache(maxsize=100_000)
def _called(name: str, arguments: tuple[Term, ...]) -> Term | None:
    """What an @-function gives; None where it is not defined."""
    try:
        return called(name, arguments)
    except ExactError:
        return None


USED: dict[str, Any] = {
    "above": _above,
    "merged": _merged,
    "called": _called,
    "in_order": _in_order,
    "count_of": len,
    "sum_of": lambda values: sum(value[0] for value in values if isinstance(value[0], int)),
    "max_of": lambda values: max((value[0] for value in values), key=_rank, default=("#inf",)),
    "min_of": lambda values: min((value[0] for value in values), key=_rank, default=("#sup",)),
}
"""What a function uses beside its own constants, by the names that its source calls it."""
