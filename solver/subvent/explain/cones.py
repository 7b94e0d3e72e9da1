"""What is told below an atom: in which order, and which rules it rests on; each is walked through once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from subvent.explain.derivation import REFUTED, Node
from subvent.explain.words import Words
from subvent.logic.terms import Atom


class Cones:
    """The part of a derivation's graph that is told, as far as somebody asked for it.

    `order` numbers its atoms in the order of the telling, premises after what they support; `rank` is the
    place of each rule, by its id.
    """

    def __init__(
        self, nodes: Mapping[Atom, Node], words: Words, plain: frozenset[int], rank: Mapping[str, int]
    ) -> None:
        self.order: dict[Atom, int] = {}
        self.shown: dict[Atom, Sequence[Atom]] = {}
        """The premises that are told of each atom."""
        self.walked: dict[Atom, int] = {}
        """What was asked for and not met before, with its number: its walk goes up to the next."""
        self._rules: dict[Atom, int] = {}
        self._nodes, self._words, self._plain, self._rank = nodes, words, plain, rank

    def enter(self, roots: Iterable[Atom]) -> None:
        """Walk through everything below some atoms, they themselves first."""
        for root in roots:
            if root not in self.order and root in self._nodes:
                self._walk(root)

    def rules(self, atom: Atom) -> int:
        """The rules that an atom and all below it rest on, as bits that are set; none of what is unknown."""
        self.enter((atom,))
        return self._rules.get(atom, 0)

    def _walk(self, root: Atom) -> None:
        order, rules, shown, nodes = self.order, self._rules, self.shown, self._nodes
        order[root] = self.walked[root] = len(order)
        path = [root]
        shown[root] = self._children(nodes[root])
        waiting = [iter(shown[root])]
        below = [self._own(nodes[root])]
        while waiting:
            for child in waiting[-1]:
                known = rules.get(child)
                if known is not None:
                    below[-1] |= known
                elif (node := nodes.get(child)) is not None:
                    order[child] = len(order)
                    found = shown[child] = self._children(node)
                    if found:
                        path.append(child)
                        waiting.append(iter(found))
                        below.append(self._own(node))
                        break
                    own = rules[child] = self._own(node)
                    below[-1] |= own
            else:
                waiting.pop()
                own = rules[path.pop()] = below.pop()
                if below:
                    below[-1] |= own

    def _own(self, node: Node) -> int:
        rule = node.rule
        return 0 if rule is None else 1 << self._rank[rule.id]

    def _children(self, node: Node) -> Sequence[Atom]:
        """The premises of an atom that are told: hidden ones are replaced by what they keep, each once."""
        if node.number in self._plain or not node.children:
            return node.children
        found: dict[Atom, None] = {}
        hidden = self._words.hidden
        for child in node.children:
            if child[0] != REFUTED and not hidden(child):
                found[child] = None
            else:
                self._collect(child, found, set())
        return tuple(found)

    def _collect(self, child: Atom, found: dict[Atom, None], inside: set[Atom]) -> None:
        if child[0] == REFUTED:
            if not self._words.hidden(child[1]):
                found[child] = None
            return
        if not self._words.hidden(child):
            found[child] = None
        elif child not in inside:
            inside.add(child)
            for below in self._nodes[child].children:
                if below[0] != REFUTED and self._words.kept_below(child, below):
                    self._collect(below, found, inside)


def members(bits: int) -> Iterator[int]:
    """The places of the bits that are set, in order."""
    while bits:
        yield (bits & -bits).bit_length() - 1
        bits &= bits - 1
