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
        self.below: list[list[int]] = []
        """Of each, by its number, the premises that are told."""
        self.walked: dict[Atom, int] = {}
        """What was asked for and not met before, with its number: its walk goes up to the next."""
        self._rules: list[int] = []
        self._bits = {rule: 1 << place for rule, place in rank.items()}
        self._nodes, self._words, self._plain = nodes, words, plain
        self._hidden = words.lexicon.hidden

    def enter(self, roots: Iterable[Atom]) -> None:
        """Walk through everything below some atoms, they themselves first."""
        for root in roots:
            if root not in self.order and root in self._nodes:
                self._walk(root)

    def rules(self, atom: Atom) -> int:
        """The rules that an atom and all below it rest on, as bits that are set; none of what is unknown."""
        self.enter((atom,))
        return self._rules[self.order[atom]] if atom in self.order else 0

    def _walk(self, root: Atom) -> None:
        order, below, rules = self.order, self.below, self._rules
        waiting: list[tuple[int, Iterator[Atom]]] = []
        self.walked[root] = self._open(root, waiting)
        while waiting:
            number, children = waiting[-1]
            numbers = below[number]
            for child in children:
                known = order.get(child)
                if known is None:
                    numbers.append(self._open(child, waiting))
                    break
                numbers.append(known)
                rules[number] |= rules[known]
            else:
                waiting.pop()
                if waiting:
                    rules[waiting[-1][0]] |= rules[number]

    def _open(self, atom: Atom, waiting: list[tuple[int, Iterator[Atom]]]) -> int:
        """Give an atom the next number; what is told below it comes next."""
        node, number = self._nodes[atom], len(self.order)
        self.order[atom] = number
        self.below.append([])
        self._rules.append(0 if node.rule is None else self._bits[node.rule.id])
        waiting.append((number, iter(self._children(node))))
        return number

    def _children(self, node: Node) -> Sequence[Atom]:
        """The premises of an atom that are told: hidden ones are replaced by what they keep, each once."""
        if node.number in self._plain or not node.children:
            return node.children
        found: dict[Atom, None] = {}
        hidden = self._hidden
        for child in node.children:
            if child[0] != REFUTED and (child[0], len(child) - 1) not in hidden:
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
