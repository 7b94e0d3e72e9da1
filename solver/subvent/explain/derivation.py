"""Of everything that fired, one derivation an atom: an acyclic graph from what is asked to what was stated.

Of several derivations the same one is always taken: least height, then the earliest rule, then the
least premises in canonical order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from subvent.explain.proof_program import ProofProgram, proof_program, wanted_name
from subvent.logic.terms import Atom, order_key, text
from subvent.policy.types import PolicySet, Rule

REFUTED = "not"
"""The function a negated premise is wrapped in, so that it can stand among atoms."""

Evaluate = Callable[[str, Sequence[str], Collection[str]], Collection[Atom]]
"""Evaluates a stratified program over facts as text: `logic.ground.derive`, or a grounder's `derive`.

The last argument names the predicates that are read back.
"""

READ_BACK = ("_fired", "_element", "_refuted")
"""What the proof program tells of the proofs; the rest of its atoms only serve it."""


@dataclass(frozen=True, slots=True)
class Node:
    """An atom with the rule that derives it and its premises; a stated atom has neither.

    A negated premise is the atom `("not", p)`. Its children are, for each way to `p` that would be open
    but for something it negates, the grounds of that way and the atom that closes it.
    `index` is that of the fired statement in the proof program, -1 where none fired. `premises` are the
    statement's positive ones in order, `children` these, the negated ones, and what an aggregate counted.
    """

    atom: Atom
    rule: Rule | None = None
    index: int = -1
    premises: tuple[Atom, ...] = ()
    children: tuple[Atom, ...] = ()


@dataclass(frozen=True, slots=True)
class _Firing:
    index: int
    premises: tuple[Atom, ...]
    children: tuple[Atom, ...]


def derivations(
    policies: PolicySet,
    atoms: Collection[Atom],
    wanted: Iterable[Atom],
    evaluate: Evaluate,
    silent: frozenset[str] = frozenset(),
) -> dict[Atom, Node]:
    """One derivation for each wanted atom and everything below it, keyed by atom.

    `atoms` is the finished model. What no rule derives, and what is `silent` (`name/arity`), is a leaf.
    Raises what `evaluate` raises.
    """
    program = proof_program(policies, silent)
    wanted = sorted(set(wanted), key=order_key)
    given = [text(atom) for atom in atoms if atom[0] in program.predicates]
    asked = [
        text((wanted_name(a[0], len(a) - 1), *a[1:])) for a in wanted if (a[0], len(a) - 1) in program.heads
    ]
    derived = evaluate(program.text, sorted({*given, *asked}), READ_BACK)
    fired, refuted = _read(derived)
    heights = _heights(fired, refuted)
    return _chosen(program, wanted, fired, refuted, heights)


def _read(derived: Iterable[Atom]) -> tuple[dict[Atom, list[_Firing]], dict[Atom, tuple[Atom, ...]]]:
    """The firings of each atom, and of each negated premise the atoms that refute it."""
    elements: defaultdict[tuple[int, Atom], set[Atom]] = defaultdict(set)
    ways: defaultdict[Atom, set[tuple[Atom, ...]]] = defaultdict(set)
    firings = []
    for atom in derived:
        if atom[0] == "_fired":
            firings.append(atom)
        elif atom[0] == "_element":
            elements[atom[1], atom[2]] |= set(atom[3][1:])
        elif atom[0] == "_refuted":
            ways[atom[1]].add((*atom[2][1:], atom[3]))
    fired: defaultdict[Atom, list[_Firing]] = defaultdict(list)
    refuted: dict[Atom, tuple[Atom, ...]] = {}
    for _, index, head, variables, premises, denied in firings:
        negated = tuple((REFUTED, term) for term in denied[1:])
        counted = sorted(elements[index, variables], key=order_key)
        children = tuple(dict.fromkeys((*premises[1:], *negated, *counted)))
        fired[head].append(_Firing(index, premises[1:], children))
        for premise in negated:
            closed = sorted(ways.get(premise[1], ()), key=lambda way: tuple(map(order_key, way)))
            refuted[premise] = tuple(dict.fromkeys(atom for way in closed for atom in way))
    return dict(fired), refuted


def _heights(
    fired: Mapping[Atom, list[_Firing]], refuted: Mapping[Atom, tuple[Atom, ...]]
) -> dict[Atom, int]:
    """The least height of every atom that fired: one more than that of its highest premise; a leaf has none.

    Level by level, as Knuth generalised Dijkstra's method: what is lowest of all that is left is final.
    """
    heights: dict[Atom, int] = {}

    def height(atom: Atom) -> int | None:
        if atom[0] == REFUTED:
            return above(refuted.get(atom, ()))
        return heights.get(atom) if atom in fired else 0

    def above(children: Iterable[Atom]) -> int | None:
        highest = 0
        for child in children:
            below = height(child)
            if below is None:
                return None
            highest = max(highest, below)
        return highest + 1

    pending = dict(fired)
    while pending:
        reached = {
            atom: min(known)
            for atom, firings in pending.items()
            if (known := [h for f in firings if (h := above(f.children)) is not None])
        }
        if not reached:
            break
        lowest = min(reached.values())
        for atom, level in reached.items():
            if level == lowest:
                heights[atom] = level
                del pending[atom]
    return heights


def _chosen(
    program: ProofProgram,
    wanted: Sequence[Atom],
    fired: Mapping[Atom, list[_Firing]],
    refuted: Mapping[Atom, tuple[Atom, ...]],
    heights: Mapping[Atom, int],
) -> dict[Atom, Node]:
    nodes: dict[Atom, Node] = {}

    def height(atom: Atom) -> int:
        if atom[0] == REFUTED:
            return 1 + max((height(witness) for witness in refuted.get(atom, ())), default=0)
        return heights.get(atom, 0)

    def rank(firing: _Firing) -> tuple[object, ...]:
        highest = max(map(height, firing.children), default=0)
        return (highest, firing.index, tuple(map(order_key, firing.premises)))

    pending = list(wanted)
    while pending:
        atom = pending.pop()
        if atom in nodes:
            continue
        if atom[0] == REFUTED:
            nodes[atom] = Node(atom, children=refuted.get(atom, ()))
        elif atom in heights:
            # Only a firing whose premises all lie lower keeps the graph free of cycles.
            low = [f for f in fired[atom] if all(height(c) < heights[atom] for c in f.children)]
            best = min(low, key=rank)
            nodes[atom] = Node(
                atom, program.statements[best.index].rule, best.index, best.premises, best.children
            )
        else:
            nodes[atom] = Node(atom)
        pending += nodes[atom].children
    return nodes
