"""Whether what rules derive stays among rows that refer to each other: then a portfolio may be cut apart.

Rows that are connected by references form a component. Every stated atom speaks of rows of one component,
or of no row at all. So does every derived one, if the atoms of its rule's body that speak of rows are
joined by variables that stand for rows. The rules are evaluated over shapes of atoms (`policy.shapes`)
instead of atoms, comparisons left out: what can be derived at all is found, and every way to join it.

Two kinds of rules need more than a component. One joins what no row connects, or counts it, or asks that
it is nowhere: what it says is only right of the whole. The other says something of no row because of some
row (“somebody files in 2025”): that is right wherever it is found, and has to be told to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from subvent.policy.parsed import parsed
from subvent.policy.shapes import (
    PLAIN,
    Bindings,
    Shape,
    ShapeError,
    common,
    holds_row,
    matches,
    shapes_of,
    tuples_of,
)
from subvent.policy.syntax import Literal, Statement, Term
from subvent.policy.types import Rule
from subvent.policy.words import Signature

Shapes = tuple[Shape, ...]
Premises = tuple[tuple[Literal, Shapes, frozenset[str]], ...]
"""The positive atoms of a body: each with its shape, and the variables that stand for rows in it."""


class Locality(NamedTuple):
    """What keeps rules from being evaluated component by component."""

    joining: tuple[str, ...]
    """Ids of the rules that may speak of rows that no reference connects. With any, nothing may be cut."""
    told: Mapping[Signature, tuple[Shapes, ...]]
    """The shapes of atoms that speak of no row, but follow from some: each component has to hear of these."""


def locality(rules: Iterable[Rule], stated: Iterable[tuple[str, Shapes]]) -> Locality:
    """What of these rules is not local, over the shapes of the stated facts (predicate and arguments)."""
    statements = [(rule.id, parsed(rule)) for rule in rules]
    known = _Known(stated)
    try:
        known.close([statement for _, statement in statements])
    except ShapeError:
        return Locality(tuple(name for name, _ in statements), {})
    mixed = known.mixed
    joining = tuple(
        name
        for name, statement in statements
        if not _is_local(statement, known) or any(head.signature in mixed for head in statement.heads)
    )
    return Locality(joining, known.told())


class _Known:
    """The shapes of all atoms that may be derived, each with whether it tells of rows without naming one."""

    def __init__(self, stated: Iterable[tuple[str, Shapes]]) -> None:
        self.atoms: defaultdict[Signature, dict[Shapes, bool]] = defaultdict(dict)
        for name, shapes in stated:
            self.atoms[name, len(shapes)][shapes] = False

    def close(self, statements: Sequence[Statement]) -> None:
        """Derive all that follows. Raises ShapeError where a shape cannot be told."""
        readers: defaultdict[Signature, list[tuple[Statement, Literal]]] = defaultdict(list)
        pending: list[tuple[Signature, Shapes]] = [
            (signature, shapes) for signature, found in self.atoms.items() for shapes in found
        ]
        for statement in statements:
            premises = list(_premises(statement))
            for literal in premises:
                readers[literal.atom.signature].append((statement, literal))
            if not premises:
                pending += self._conclude(statement, {}, ())
        while pending:
            signature, shapes = pending.pop()
            for statement, literal in readers[signature]:
                others = [other for other in _premises(statement) if other is not literal]
                for bound, held in matches(literal.atom.args, shapes, {}):
                    for found, joined in self.joined(others, bound):
                        pending += self._conclude(statement, found, (*joined, (literal, shapes, held)))

    def joined(self, literals: Sequence[Literal], bound: Bindings) -> Iterator[tuple[Bindings, Premises]]:
        """Every way in which all of some literals may hold, those with the fewest shapes first."""
        if not literals:
            yield bound, ()
            return
        first = min(literals, key=lambda literal: len(self.atoms.get(literal.atom.signature, ())))
        rest = [literal for literal in literals if literal is not first]
        for shapes in tuple(self.atoms.get(first.atom.signature, ())):
            for now, held in matches(first.atom.args, shapes, bound):
                for found, premises in self.joined(rest, now):
                    yield found, ((first, shapes, held), *premises)

    def told(self) -> dict[Signature, tuple[Shapes, ...]]:
        """The shapes of atoms that tell of rows without naming one, by predicate."""
        found = {
            signature: tuple(shapes for shapes, tells in atoms.items() if tells)
            for signature, atoms in self.atoms.items()
        }
        return {signature: shapes for signature, shapes in found.items() if shapes}

    @property
    def mixed(self) -> set[Signature]:
        """Predicates of which an atom may name a row or tell of one without: only its text says which."""
        return {
            signature
            for signature, shapes in self.told().items()
            for one in shapes
            for other in self.atoms[signature]
            if any(map(holds_row, other)) and None not in map(common, one, other)
        }

    def tells(self, literal: Literal, shapes: Shapes) -> bool:
        """Whether an atom follows from rows that it does not name."""
        return self.atoms[literal.atom.signature][shapes]

    def _conclude(
        self, statement: Statement, bound: Bindings, premises: Premises
    ) -> Iterator[tuple[Signature, Shapes]]:
        """What a rule derives, as far as it is new."""
        full = _assigned(statement, bound)
        of_rows = any(
            any(map(holds_row, shapes)) or self.tells(literal, shapes) for literal, shapes, _ in premises
        )
        of_rows = of_rows or any(literal.inside for literal in statement.literals)
        for head in statement.heads:
            known = self.atoms[head.signature]
            for shapes in tuples_of(head.args, full):
                tells = of_rows and not any(map(holds_row, shapes))
                if shapes not in known or (tells and not known[shapes]):
                    known[shapes] = tells
                    yield head.signature, shapes


def _premises(statement: Statement) -> Iterator[Literal]:
    return (one for one in statement.literals if not (one.negative or one.inside))


def _assigned(statement: Statement, bound: Bindings) -> Bindings:
    """The bindings with the variables that only a comparison gives a value. Raises ShapeError."""
    found = dict(bound)
    for comparison in (*statement.comparisons, *reversed(statement.comparisons)):
        if comparison.op != "=":
            continue
        for one, other in (
            (comparison.left, comparison.right),
            (comparison.right, comparison.left),
        ):
            if one.kind == "variable" and one.name not in found and _is_known(other, found):
                found[one.name] = _value(other, found)
    return found


def _is_known(term: Term, bound: Mapping[str, Shape]) -> bool:
    return all(part.name in bound for part in term.walk() if part.kind == "variable")


def _value(term: Term, bound: Bindings) -> Shape:
    if term.kind == "aggregate":
        if term.name in ("#min", "#max"):
            raise ShapeError(term.name)
        return PLAIN
    return shapes_of(term, bound)[0]


def _is_local(statement: Statement, known: _Known) -> bool:
    """Whether every way in which a rule may fire stays within one component."""
    if statement.conditional or statement.kind != "rule":
        return False
    elements: defaultdict[int, list[Literal]] = defaultdict(list)
    for literal in statement.literals:
        if literal.inside:
            elements[literal.element].append(literal)
    denied = [one for one in statement.literals if one.negative and not one.inside]
    for bound, premises in known.joined(list(_premises(statement)), {}):
        if not _connected(premises):
            return False
        rows = frozenset(name for _, _, held in premises for name in held)
        if not all(_is_denied_locally(literal, bound, rows, known) for literal in denied):
            return False
        if not all(_is_counted_locally(part, bound, premises, known) for part in elements.values()):
            return False
    return True


def _connected(premises: Premises) -> bool:
    """Whether the atoms that speak of rows are joined by variables that stand for rows."""
    parts = [held for _, shapes, held in premises if any(map(holds_row, shapes))]
    reached, waiting = parts[:1], parts[1:]
    while reached:
        here = reached.pop()
        reached += [part for part in waiting if part & here]
        waiting = [part for part in waiting if not part & here]
    return not waiting


def _is_denied_locally(literal: Literal, bound: Bindings, rows: frozenset[str], known: _Known) -> bool:
    """Whether that an atom does not hold is known in each component alone."""
    for shapes in known.atoms.get(literal.atom.signature, ()):
        for _, held in matches(literal.atom.args, shapes, bound):
            if known.tells(literal, shapes) or (any(map(holds_row, shapes)) and not held & rows):
                return False
    return True


def _is_counted_locally(
    element: Sequence[Literal], bound: Bindings, premises: Premises, known: _Known
) -> bool:
    """Whether all that an element of an aggregate takes in belongs to the component of the rule's rows."""
    outer = any(any(map(holds_row, shapes)) for _, shapes, _ in premises)
    positive = [literal for literal in element if not literal.negative]
    for found, counted in known.joined(positive, bound):
        of_rows = any(any(map(holds_row, shapes)) for _, shapes, _ in counted)
        if any(known.tells(literal, shapes) for literal, shapes, _ in counted):
            return False
        if of_rows and not (outer and _connected((*premises, *counted))):
            return False
        rows = frozenset(name for _, _, held in (*premises, *counted) for name in held)
        negative = [literal for literal in element if literal.negative]
        if not all(_is_denied_locally(literal, found, rows, known) for literal in negative):
            return False
    return True
