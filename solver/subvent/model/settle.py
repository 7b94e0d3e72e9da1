"""Settle what has one value in every answer set, and refuse programs that are not tight.

Two steps, for two reasons. Facts are derived bottom up first, because they found what they derive.
Then literals are propagated through the completion in both directions, which is sound for values but
founds nothing: whether the program is tight is decided in between, with facts and impossible bodies
gone and everything else in place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from subvent.diagnostics import Diagnostic, PolicyError, diagnostic
from subvent.model.completion import CONSTRAINT, FALSE, TRUE, Body, Completion, Support

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def settle(completion: Completion) -> None:
    """Settle atoms, reduce all bodies, and turn what false atoms forbid into named denials.

    Raises PolicyError (`engine.positive-cycle`) with the atoms and rules of a positive cycle. That a
    program has no answer set may be found out here: then the completion is marked contradictory, and
    nothing else of it is to be used.
    """
    _derive_facts(completion)
    _simplify(completion)
    derived = dict(completion.values)
    _Propagation(completion).run()
    # What a failed propagation settled last is chance: whether there is a cycle must not depend on it.
    settled = derived if completion.contradictory else completion.values
    impossible = {atom for atom, value in settled.items() if not value}
    _refuse_cycles(completion, derived, impossible)
    _name_denials(completion)
    _simplify(completion)


def propagate(completion: Completion) -> None:
    """Settle what follows by propagation, once `settle` found the program tight."""
    _Propagation(completion).run()
    _name_denials(completion)
    _simplify(completion)


def _simplify(completion: Completion) -> None:
    """Reduce every body; drop bodies that cannot be true and denials that cannot be broken."""
    for atom, supports in completion.supports.items():
        bodies = {Support(s.choice, completion.reduced(s.body)) for s in supports}
        # A choice adds nothing where a rule already forces the same.
        forced = {s.body for s in bodies if not s.choice}
        kept = [s for s in bodies if s.body != FALSE and not (s.choice and s.body in forced)]
        completion.supports[atom] = sorted(kept)
    named = {(name, completion.reduced(body)) for name, body in completion.denials}
    completion.denials = sorted((name, body) for name, body in named if body != FALSE)


def _occurrences(completion: Completion) -> dict[int, set[int]]:
    """For each atom, the atoms whose supports mention it."""
    found: dict[int, set[int]] = defaultdict(set)
    for atom, supports in completion.supports.items():
        for support in supports:
            for literal, _ in support.body.terms:
                found[abs(literal)].add(atom)
    return found


def _derive_facts(completion: Completion) -> None:
    """Settle, bottom up, what rules without open conditions derive and what nothing can derive."""
    users = _occurrences(completion)
    waiting = sorted(completion.supports)
    while waiting:
        atom = waiting.pop()
        if atom in completion.values:
            continue
        bodies = [(s.choice, completion.reduced(s.body)) for s in completion.supports[atom]]
        if any(not choice and body == TRUE for choice, body in bodies):
            completion.values[atom] = True
        elif all(body == FALSE for _, body in bodies):
            completion.values[atom] = False
        if atom in completion.values:
            waiting += sorted(users[atom])


class _Propagation:
    """Unit propagation over the completion: from bodies to atoms and back."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion
        self._users = _occurrences(completion)
        self._denied: dict[int, list[int]] = defaultdict(list)
        for index, (_, body) in enumerate(completion.denials):
            for literal, _ in body.terms:
                self._denied[abs(literal)].append(index)
        self._atoms = sorted(completion.supports, reverse=True)
        self._queued = set(self._atoms)
        self._open = list(range(len(completion.denials)))
        self.contradiction = False

    def run(self) -> None:
        """Propagate until nothing more follows."""
        while (self._open or self._atoms) and not self.contradiction:
            if self._open:
                self._force(self._completion.denials[self._open.pop()][1], holds=False)
            else:
                atom = self._atoms.pop()
                self._queued.discard(atom)
                self._visit(atom)
        self._completion.contradictory |= self.contradiction

    def _visit(self, atom: int) -> None:
        value = self._completion.values.get(atom)
        supports = [
            Support(s.choice, self._completion.reduced(s.body)) for s in self._completion.supports[atom]
        ]
        possible = [s for s in supports if s.body != FALSE]
        if not possible:
            self._assign(atom, value=False)
        elif any(not s.choice and s.body == TRUE for s in possible):
            self._assign(atom, value=True)
        elif value is True and len(possible) == 1:
            self._force(possible[0].body, holds=True)
        elif value is False:
            for support in possible:
                if not support.choice:
                    self._force(support.body, holds=False)

    def _force(self, body: Body, *, holds: bool) -> None:
        """Assign the literals that must have one value for the body to hold, or not to hold."""
        body = self._completion.reduced(body)
        if body == (FALSE if holds else TRUE):
            self.contradiction = True
        elif holds:
            slack = sum(w for _, w in body.terms) - body.bound
            self._assign_all((literal, True) for literal, w in body.terms if w > slack)
        else:
            self._assign_all((literal, False) for literal, w in body.terms if w >= body.bound)

    def _assign_all(self, literals: Iterable[tuple[int, bool]]) -> None:
        for literal, value in list(literals):
            self._assign(abs(literal), value=value == (literal > 0))

    def _assign(self, atom: int, *, value: bool) -> None:
        known = self._completion.values.get(atom)
        if known is not None:
            self.contradiction |= known != value
            return
        self._completion.values[atom] = value
        self._open += self._denied[atom]
        for user in sorted({atom, *self._users[atom]}, reverse=True):
            if user not in self._queued:
                self._queued.add(user)
                self._atoms.append(user)


def _name_denials(completion: Completion) -> None:
    """Give what must not hold its name, then state the bodies of false atoms as denials.

    A false atom with a symbol names the denials of its bodies. An auxiliary one takes the name of
    what made it false: the first, in the order of names, of those that forbid it alone.
    """
    heirs: list[tuple[str, Body]] = list(completion.denials)
    forbidden = sorted(
        (completion.symbols[atom], atom)
        for atom, value in completion.values.items()
        if not value and atom in completion.symbols
    )
    named = [(name, s.body) for name, atom in forbidden for s in completion.supports[atom] if not s.choice]
    names: dict[int, str] = {}
    # Last come first served: names in order, what has none of its own at the end.
    waiting = sorted([*named, *heirs], key=lambda pair: (pair[0] == CONSTRAINT, pair[0]), reverse=True)
    found: list[tuple[str, Body]] = []
    while waiting:
        name, body = waiting.pop()
        found.append((name, body))
        for blamed in _blamed(completion, body):
            if blamed not in names and blamed not in completion.symbols:
                names[blamed] = name
                waiting += [(name, s.body) for s in completion.supports[blamed] if not s.choice]
    for atom in sorted(atom for atom, value in completion.values.items() if not value):
        if atom not in names and atom not in completion.symbols:
            found += [(CONSTRAINT, s.body) for s in completion.supports[atom] if not s.choice]
        completion.supports[atom] = []
    completion.denials = found


def _blamed(completion: Completion, body: Body) -> list[int]:
    """The false atoms of which each alone would make the body hold."""
    true = sum(w for literal, w in body.terms if completion.value(literal) is True)
    return [
        literal
        for literal, w in body.terms
        if literal > 0 and completion.value(literal) is False and true + w >= body.bound
    ]


def _refuse_cycles(completion: Completion, derived: dict[int, bool], impossible: set[int]) -> None:
    edges: dict[int, list[int]] = {}
    for atom, supports in completion.supports.items():
        if atom in derived or atom in impossible:
            continue
        needed = {a for s in supports if _can_hold(s.body, impossible) for a in s.body.literals if a > 0}
        edges[atom] = sorted(needed.difference(derived, impossible))
    for component in strong_components(edges):
        if len(component) > 1 or component[0] in edges.get(component[0], []):
            raise PolicyError(_cycle_message(completion, edges, component))


def _can_hold(body: Body, impossible: set[int]) -> bool:
    return sum(w for literal, w in body.terms if literal not in impossible) >= body.bound


def _cycle_message(completion: Completion, edges: dict[int, list[int]], component: list[int]) -> Diagnostic:
    def name(literal: int) -> str:
        text = completion.symbols.get(abs(literal), f"#{abs(literal)}")
        return text if literal > 0 else f"not {text}"

    inside = set(component)
    cycle = _shortest_cycle(edges, inside, min(component, key=lambda a: (name(a).startswith("#"), name(a))))
    rules = []
    for head, needed in zip(cycle, [*cycle[1:], cycle[0]], strict=True):
        body = next(s.body for s in completion.supports[head] if needed in s.body.literals)
        rules.append(f"{name(head)} :- {rendered(body, name)}.")
    atoms = " → ".join(map(name, [*cycle, cycle[0]]))
    return diagnostic("engine.positive-cycle", atoms=atoms, rules=" ".join(rules))


def _shortest_cycle(edges: dict[int, list[int]], inside: set[int], start: int) -> list[int]:
    came: dict[int, int] = {}
    frontier = [start]
    while True:
        following = []
        for atom in frontier:
            for needed in edges[atom]:
                if needed == start:
                    path = [atom]
                    while path[-1] != start:
                        path.append(came[path[-1]])
                    return path[::-1]
                if needed in inside and needed not in came:
                    came[needed] = atom
                    following.append(needed)
        frontier = following


def rendered(body: Body, name: Callable[[int], str]) -> str:
    """The body as clingo would write it."""
    if not body.terms:
        return "#true" if body == TRUE else "#false"
    if body.is_and:
        return ", ".join(name(literal) for literal, _ in body.terms)
    elements = "; ".join(f"{w},{i} : {name(literal)}" for i, (literal, w) in enumerate(body.terms))
    return f"{body.bound} <= #sum {{ {elements} }}"


def strong_components(edges: dict[int, list[int]]) -> list[list[int]]:
    """The strongly connected components of a graph (Tarjan 1972, without recursion)."""
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root, first in edges.items():
        if root in number:
            continue
        work = [(root, iter(first))]
        number[root] = low[root] = len(number)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, successors = work[-1]
            for successor in successors:
                if successor not in number:
                    number[successor] = low[successor] = len(number)
                    stack.append(successor)
                    on_stack.add(successor)
                    work.append((successor, iter(edges.get(successor, ()))))
                    break
                if successor in on_stack:
                    low[node] = min(low[node], number[successor])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    cut = stack.index(node) if stack[-1] != node else len(stack) - 1
                    found.append(sorted(stack[cut:]))
                    on_stack.difference_update(stack[cut:])
                    del stack[cut:]
    return found
