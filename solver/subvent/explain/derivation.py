"""Of everything that fired, one derivation an atom: an acyclic graph from what is asked to what was stated.

Of several derivations the same one is always taken: least height, then the earliest rule, then the
least premises in canonical order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from subvent.explain.firing import Fired, fired
from subvent.explain.matched import order_of
from subvent.explain.matching import REFUTED, Firing
from subvent.explain.patterns import UnmatchedError
from subvent.explain.proof_program import ProofProgram, proof_program, wanted_name
from subvent.logic.terms import Atom, order_key, text
from subvent.policy.types import PolicySet, Rule
from subvent.process.progress import SILENT, Progress

__all__ = ["REFUTED", "Evaluate", "Node", "derivations", "first_of"]

Evaluate = Callable[[str, Sequence[str], Collection[str]], Collection[Atom]]
"""Evaluates a stratified program over facts as text: `logic.ground.derive`, or a grounder's `derive`.

The last argument names the predicates that are read back.
"""

READ_BACK = ("_fired", "_element", "_refuted")
"""What the proof program tells of the proofs; the rest of its atoms only serve it."""


class Node(NamedTuple):
    """An atom with the rule that derives it and its premises; a stated atom has neither.

    A negated premise is the atom `("not", p)`. Its children are, for each way to `p` that would be open
    but for something it negates, the grounds of that way and the atom that closes it.
    `number` is the index of the fired statement in the proof program, -1 where none fired. `premises` are the
    statement's positive ones in order, `children` these, the negated ones, and what an aggregate counted.
    """

    atom: Atom
    rule: Rule | None = None
    number: int = -1
    premises: tuple[Atom, ...] = ()
    children: tuple[Atom, ...] = ()


def derivations(
    policies: PolicySet,
    atoms: Collection[Atom],
    wanted: Iterable[Atom],
    evaluate: Evaluate,
    silent: frozenset[str] = frozenset(),
    groups: Mapping[tuple[str, int], list[Atom]] | None = None,
    *,
    progress: Progress = SILENT,
) -> dict[Atom, Node]:
    """One derivation for each wanted atom and everything below it, keyed by atom.

    `atoms` is the finished model. What no rule derives, and what is `silent` (`name/arity`), is a leaf.
    `groups` are those atoms by predicate, where they are known; `progress` hears how far one has come.
    `evaluate` is asked only for packs with rules that are not matched here; what it raises is raised.
    """
    program = proof_program(policies, silent)
    wanted = set(wanted)
    try:
        found = fired(program.statements, program.heads, frozenset(atoms), wanted, groups, progress)
    except UnmatchedError:
        found = evaluated(program, atoms, wanted, evaluate)
    return _chosen(program, wanted, found)


def evaluated(
    program: ProofProgram, atoms: Iterable[Atom], wanted: Iterable[Atom], evaluate: Evaluate
) -> Fired:
    """What fired, as clingo finds it by the proof program."""
    given = [text(atom) for atom in atoms if atom[0] in program.predicates]
    asked = [
        text((wanted_name(a[0], len(a) - 1), *a[1:])) for a in wanted if (a[0], len(a) - 1) in program.heads
    ]
    elements: defaultdict[tuple[int, Atom], set[Atom]] = defaultdict(set)
    ways: defaultdict[Atom, set[tuple[Atom, ...]]] = defaultdict(set)
    firings = []
    for atom in evaluate(program.text, sorted({*given, *asked}), READ_BACK):
        if atom[0] == "_fired":
            firings.append(atom)
        elif atom[0] == "_element":
            elements[atom[1], atom[2]] |= set(atom[3][1:])
        elif atom[0] == "_refuted":
            ways[atom[1]].add((*atom[2][1:], atom[3]))
    found = Fired({}, {})
    for _, index, head, variables, premises, denied in firings:
        negated = tuple((REFUTED, term) for term in denied[1:])
        counted = tuple(sorted(elements[index, variables], key=order_key))
        found.firings.setdefault(head, []).append(Firing(index, premises[1:], negated, counted))
        for premise in negated:
            closed = sorted(ways.get(premise[1], ()), key=lambda way: tuple(map(order_key, way)))
            found.refuted[premise] = tuple(dict.fromkeys(atom for way in closed for atom in way))
    return found


_COUNTED = "#counted"


class _Heights:
    """The least height of every atom that fired: one more than that of its highest premise; a leaf has none.

    Level by level, as Knuth generalised Dijkstra's method. `of` holds the heights, `lowest` of each atom
    the firings that give it. What an aggregate counted is shared by many firings, and is waited for once.
    """

    def __init__(self, found: Fired) -> None:
        self.of: dict[Atom, int] = {}
        self.lowest: defaultdict[Atom, list[Firing]] = defaultdict(list)
        self._found = found
        self._heads: list[tuple[Atom, Firing | None]] = []
        self._open: list[int] = []
        self._users: defaultdict[Atom, list[int]] = defaultdict(list)
        self._ready: list[int] = []
        self._groups: dict[int, tuple[Atom, ...]] = {}
        for atom, firings in found.firings.items():
            for firing in firings:
                self._wait(atom, firing, (*firing.premises, *firing.denied, *self._group(firing.counted)))
        for premise, witnesses in found.refuted.items():
            self._wait(premise, None, witnesses)
        self._climb()

    def _group(self, counted: tuple[Atom, ...]) -> tuple[Atom, ...]:
        """What stands for all that an aggregate counted; nothing where these are leaves."""
        key = id(counted)
        if key not in self._groups:
            awaited = self._awaited(counted)
            self._groups[key] = ((_COUNTED, key),) if awaited else ()
            if awaited:
                self._wait((_COUNTED, key), None, awaited)
        return self._groups[key]

    def _awaited(self, needs: Iterable[Atom]) -> set[Atom]:
        firings = self._found.firings
        return {need for need in needs if need in firings or need[0] in {REFUTED, _COUNTED}}

    def _wait(self, head: Atom, firing: Firing | None, needs: Iterable[Atom]) -> None:
        number, awaited = len(self._open), self._awaited(needs)
        self._heads.append((head, firing))
        self._open.append(len(awaited))
        for need in awaited:
            self._users[need].append(number)
        if not awaited:
            self._ready.append(number)

    def _climb(self) -> None:
        level = 0
        while self._ready:
            level += 1
            reached, self._ready = self._ready, []
            settled = []
            for number in reached:
                head, firing = self._heads[number]
                if firing is not None and self.of.get(head, level) == level:
                    self.lowest[head].append(firing)
                if head not in self.of:
                    self.of[head] = level
                    settled.append(head)
            # A group is as high as the highest of its atoms: whoever waits for it goes on at once.
            for head in settled:
                for number in self._users.get(head, ()):
                    self._open[number] -= 1
                    if self._open[number]:
                        continue
                    above = self._heads[number][0]
                    if above[0] == _COUNTED:
                        settled.append(above)
                    else:
                        self._ready.append(number)


def _to_choose(found: Fired) -> Fired:
    """What fired below the atoms with several firings: among those alone heights decide."""
    part = Fired({}, {})
    pending = [atom for atom, firings in found.firings.items() if len(firings) > 1]
    counted: set[int] = set()
    while pending:
        atom = pending.pop()
        if atom in found.refuted and atom not in part.refuted:
            part.refuted[atom] = found.refuted[atom]
            pending += found.refuted[atom]
        elif atom in found.firings and atom not in part.firings:
            part.firings[atom] = found.firings[atom]
            for firing in found.firings[atom]:
                pending += (*firing.premises, *firing.denied)
                if id(firing.counted) not in counted:
                    counted.add(id(firing.counted))
                    pending += firing.counted
    return part


def _chosen(program: ProofProgram, wanted: Iterable[Atom], found: Fired) -> dict[Atom, Node]:
    """One node for all that fired, for every negated premise, and for what none of them derives."""
    nodes = {premise: Node(premise, children=grounds) for premise, grounds in found.refuted.items()}
    lowest = _Heights(_to_choose(found)).lowest
    rules = [statement.rule for statement in program.statements]
    # Tens of thousands are made: past the function that fills in what is not given.
    made = tuple.__new__
    for atom, firings in found.firings.items():
        # Only a firing whose premises all lie lower keeps the graph free of cycles; the only one does.
        best = firings[0] if len(firings) == 1 else first_of(lowest[atom])
        nodes[atom] = made(Node, (atom, rules[best[0]], best[0], best[1], best.children))
    for leaf in chain(chain.from_iterable([node[4] for node in nodes.values()]), wanted):
        if leaf not in nodes:
            nodes[leaf] = made(Node, (leaf, None, -1, (), ()))
    return nodes


def first_of(firings: Sequence[Firing]) -> Firing:
    """That of the earliest rule; of several those with the least premises."""
    earliest = min(firing.number for firing in firings)
    tied = [firing for firing in firings if firing.number == earliest]
    if len(tied) == 1:
        return tied[0]
    order = order_of([firing.premises for firing in tied])
    return min(tied, key=lambda one: order(one.premises))
