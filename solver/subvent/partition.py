"""Which things belong together, told pair by pair."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Partition(Generic[Thing]):
    """Sets of things that belong together (union-find with path halving); at first each is alone.

    together = Partition[str]()
    together.join(("A", "B"))
    together.of("A") == together.of("B")
    """

    def __init__(self) -> None:
        self._parent: dict[Thing, Thing] = {}
        self._size: dict[Thing, int] = {}

    def of(self, thing: Thing) -> Thing:
        """The one that stands for all that belong with this one."""
        parent = self._parent
        above = parent.setdefault(thing, thing)
        while above != thing:
            parent[thing] = thing = parent[above]
            above = parent[thing]
        return thing

    def join(self, things: Iterable[Thing]) -> int:
        """Let things belong together; how many then do."""
        size, first = self._size, None
        for root in map(self.of, things):
            if first is None:
                first = root
            elif root != first:
                self._parent[root] = first
                size[first] = size.get(first, 1) + size.pop(root, 1)
        return 0 if first is None else size.get(first, 1)
