"""The atoms found so far, by predicate, with the indexes that joins ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import NamedTuple

from subvent.audit.rules import GroundAtom

Signature = tuple[str, int]
Index = dict[object, list[GroundAtom]]
_ABSENT = object()


class Path(NamedTuple):
    """A part of an atom (`at`: 1 is the first) or, of a function there, one of its parts."""

    at: int
    function: str = ""
    size: int = 0
    part: int = 0
    """The function's name, how long its tuple is, and which part is meant; 0: the whole."""

    def of(self, row: GroundAtom) -> object:
        """What stands there, or a mark that there is no such part."""
        value = row[self.at]
        if not self.part:
            return value
        if isinstance(value, tuple) and len(value) == self.size and value[0] == self.function:
            return value[self.part]
        return _ABSENT


class Relation:
    """The atoms of one predicate. An index is built when first asked for, and kept up from then on."""

    def __init__(self) -> None:
        self.rows: dict[GroundAtom, None] = {}
        self._indexes: dict[tuple[Path, ...], tuple[Callable[[GroundAtom], object], Index]] = {}

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

    def index(self, paths: tuple[Path, ...]) -> Index:
        """The atoms by what stands at these paths: the part itself if it is one path, else a tuple."""
        if paths not in self._indexes:
            key_of = _key_of(paths)
            index: Index = {}
            for row in self.rows:
                index.setdefault(key_of(row), []).append(row)
            self._indexes[paths] = (key_of, index)
        return self._indexes[paths][1]


def _key_of(paths: tuple[Path, ...]) -> Callable[[GroundAtom], object]:
    if not any(path.part for path in paths):
        return itemgetter(*(path.at for path in paths))
    if len(paths) == 1:
        return paths[0].of
    return lambda row: tuple([path.of(row) for path in paths])


class Relations(dict[Signature, Relation]):
    """All relations; one that nothing derives is empty."""

    def __missing__(self, signature: Signature) -> Relation:
        self[signature] = Relation()
        return self[signature]
