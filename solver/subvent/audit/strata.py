"""In which order rules are evaluated: first those that others rest on.

A rule rests on another when its body may need what the other's head may give. Rules that rest on each
other may do so through positive literals alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from subvent.audit.rules import (
    Aggregate,
    Atom,
    AuditError,
    Conditional,
    Constant,
    Function,
    Literal,
    Rule,
    Term,
)


class Stratum(NamedTuple):
    """Rules, by number, that rest on each other, and of each the positive literals that do so."""

    rules: tuple[int, ...]
    inner: dict[int, tuple[int, ...]]


def strata(rules: Sequence[Rule]) -> list[Stratum]:
    """The rules in order. Raises AuditError for one that rests on its own negation, with its text."""
    heads: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for number, rule in enumerate(rules):
        heads[rule.head.name, len(rule.head.args)].append(number)
    needs = [
        sorted({other for _, _, atom in _atoms(rule.body) for other in _givers(atom, heads, rules)})
        for rule in rules
    ]
    found = []
    for members in _components(needs):
        own = set(members)
        inner: dict[int, tuple[int, ...]] = {}
        for number in sorted(own):
            rule, focuses = rules[number], []
            for at, plain, atom in _atoms(rule.body):
                if not own.isdisjoint(_givers(atom, heads, rules)):
                    if not plain:
                        raise AuditError(f"it rests on its own negation: {' '.join(rule.text.split())}")
                    focuses.append(at)
            if focuses:
                inner[number] = tuple(focuses)
        found.append(Stratum(tuple(sorted(own)), inner))
    return found


def _atoms(body: Iterable[Literal]) -> Iterator[tuple[int, bool, Atom]]:
    """Every atom of a body: the number of its literal, whether that is the plain atom, and the atom."""
    for at, literal in enumerate(body):
        if isinstance(literal, Atom):
            yield at, not literal.negations, literal
        elif isinstance(literal, Aggregate):
            for element in literal.elements:
                yield from ((at, False, one) for one in element.condition if isinstance(one, Atom))
        elif isinstance(literal, Conditional):
            inside = (literal.literal, *literal.condition)
            yield from ((at, False, one) for one in inside if isinstance(one, Atom))


def _givers(atom: Atom, heads: dict[tuple[str, int], list[int]], rules: Sequence[Rule]) -> Iterator[int]:
    for number in heads.get((atom.name, len(atom.args)), ()):
        if all(map(_agree, atom.args, rules[number].head.args)):
            yield number


def _agree(one: Term, other: Term) -> bool:
    """Whether two terms might be equal, whatever their variables stand for."""
    if isinstance(one, Constant) and isinstance(other, Constant):
        return one.value == other.value
    if isinstance(one, Function | Constant) and isinstance(other, Function | Constant):
        left, right = _taken_apart(one), _taken_apart(other)
        return (
            left is not None
            and right is not None
            and left[0] == right[0]
            and (len(left[1]) == len(right[1]) and all(map(_agree, left[1], right[1])))
        )
    return True


def _taken_apart(term: Function | Constant) -> tuple[object, Sequence[Term]] | None:
    if isinstance(term, Function):
        return term.name, term.args
    if not isinstance(term.value, tuple):
        return None
    name, *args = term.value
    return name, [Constant(arg) for arg in args]  # type: ignore[arg-type]


def _components(needs: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The strongly connected components, each after those it needs (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    on_stack: set[int] = set()
    for root in range(len(needs)):
        if root in index:
            continue
        path: list[tuple[int, Iterator[int]]] = [(root, iter(needs[root]))]
        index[root] = low[root] = len(index)
        open_.append(root)
        on_stack.add(root)
        while path:
            node, following = path[-1]
            for other in following:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_.append(other)
                    on_stack.add(other)
                    path.append((other, iter(needs[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    at = open_.index(node)
                    component, open_[at:] = open_[at:], []
                    on_stack.difference_update(component)
                    yield component
