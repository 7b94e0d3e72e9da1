"""The atoms found so far, by predicate, with the indexes that joins ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter

from subvent.audit.rules import GroundAtom

Signature = tuple[str, int]
Index = dict[object, list[GroundAtom]]


class Relation:
    """The atoms of one predicate. An index is built when first asked for, and kept up from then on."""

    def __init__(self) -> None:
        self.rows: dict[GroundAtom, None] = {}
        self._indexes: dict[tuple[int, ...], tuple[Callable[[GroundAtom], object], Index]] = {}

    def add(self, rows: Iterable[GroundAtom]) -> list[GroundAtom]:
        """Those of the atoms that are new, now part of the relation."""
        fresh = []
        for row in rows:
            if row not in self.rows:
                self.rows[row] = None
                fresh.append(row)
        for key_of, index in self._indexes.values():
            for row in fresh:
                index.setdefault(key_of(row), []).append(row)
        return fresh

    def index(self, positions: tuple[int, ...]) -> Index:
        """The atoms by their parts at these places (1 is the first): the part itself if it is one place."""
        if positions not in self._indexes:
            key_of: Callable[[GroundAtom], object] = itemgetter(*positions)
            index: Index = {}
            for row in self.rows:
                index.setdefault(key_of(row), []).append(row)
            self._indexes[positions] = (key_of, index)
        return self._indexes[positions][1]


class Relations(dict[Signature, Relation]):
    """All relations; one that nothing derives is empty."""

    def __missing__(self, signature: Signature) -> Relation:
        self[signature] = Relation()
        return self[signature]
