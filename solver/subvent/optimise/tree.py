"""The tree of a search: parts of a problem with their exact bounds, finished or not, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.optimise.bounds import Proof
    from subvent.optimise.problem import Problem
    from subvent.optimise.relaxation import Relaxation


@dataclass(slots=True, eq=False)
class Node:
    """A part of the problem with its exact bound; `children` are the parts `<= at` and `> at`."""

    problem: Problem
    proof: Proof
    variable: int = -1
    at: int = 0
    children: tuple[Node, ...] = ()
    wishes: Sequence[float] | None = None
    """What the relaxation would like, while the node may still be split."""
    stale: bool = False
    """Whether its multipliers are those of another objective."""


@dataclass(slots=True)
class Outcome:
    """The best point found (None: none), its value, the tree, and whether the tree proves it best."""

    values: tuple[int, ...] | None
    value: int | None
    root: Node
    closed: bool
    relaxation: Relaxation | None = None
    """That of the whole problem, where it was solved."""

    @property
    def bound(self) -> int:
        """What the tree proves that no point exceeds."""
        return highest(self.root)

    def surviving(self) -> list[Node]:
        """The leaves that can hold a point as good as the best, from left to right."""
        return [leaf for leaf in leaves(self.root) if self.value is None or leaf.proof.bound >= self.value]


def leaves(root: Node) -> list[Node]:
    """The leaves of a tree, from left to right."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.children:
            waiting += reversed(node.children)
        else:
            found.append(node)
    return found


def highest(root: Node) -> int:
    """What no point exceeds in any leaf."""
    return max(leaf.proof.bound for leaf in leaves(root))
