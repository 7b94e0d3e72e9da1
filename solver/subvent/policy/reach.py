"""What rules may derive, over shapes of atoms (`policy.shapes`): every shape, and every way a rule may fire.

Comparisons are left out, so more is found than any portfolio will derive, and nothing less. Each atom meets
each premise once: what it binds there is kept, by the constants among it, for the other premises to find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from subvent.policy.shapes import (
    PLAIN,
    Bindings,
    Shape,
    ShapeError,
    common,
    holds_row,
    is_constant,
    matches,
    shapes_of,
    tuples_of,
)
from subvent.policy.syntax import Literal, Statement, Term
from subvent.policy.words import Signature

Shapes = tuple[Shape, ...]
Atom = tuple[Signature, Shapes]


class Premise(NamedTuple):
    """An atom that a body asks for: its literal, its shapes, and the variables that stand for rows in it."""

    literal: Literal
    shapes: Shapes
    held: frozenset[str]

    @property
    def atom(self) -> Atom:
        """The atom with its predicate."""
        return self.literal.atom.signature, self.shapes


class Way(NamedTuple):
    """One way in which a rule may fire."""

    bound: Bindings
    premises: tuple[Premise, ...]
    heads: tuple[Atom, ...]


class _Meeting:
    """One literal with all atoms that it has met, found again by the constants that its variables take."""

    def __init__(self, literal: Literal) -> None:
        self.literal = literal
        parts = list(literal.atom.walk())
        # Each alternative of a pool has variables of its own.
        self._variables = frozenset(
            part.name for part in parts if part.kind == "variable" and all(p.kind != "pool" for p in parts)
        )
        self._all: list[tuple[Bindings, Premise]] = []
        self._taking: defaultdict[tuple[str, Shape], list[tuple[Bindings, Premise]]] = defaultdict(list)

    def meet(self, shapes: Shapes) -> Iterator[tuple[Bindings, Premise]]:
        """Note an atom; the ways in which the literal may speak of it."""
        for bound, held in matches(self.literal.atom.args, shapes, {}):
            met = bound, Premise(self.literal, shapes, held)
            self._all.append(met)
            for name, shape in bound.items():
                if shape == PLAIN or is_constant(shape):
                    self._taking[name, shape].append(met)
            yield met

    def candidates(self, bound: Bindings) -> list[tuple[Bindings, Premise]]:
        """Of what was met, a part that holds all that agrees with `bound`."""
        best = self._all
        for name, shape in bound.items():
            if len(best) > 1 and name in self._variables and is_constant(shape):
                # A constant agrees with itself, and with what may be any number or constant.
                own, any_ = self._taking.get((name, shape), []), self._taking.get((name, PLAIN), [])
                if len(own) + len(any_) < len(best):
                    best = own + any_
        return best

    def agreeing(self, bound: Bindings) -> Iterator[tuple[Bindings, Premise]]:
        """Of what was met, all that agrees with `bound`, each with the bindings of both."""
        for own, premise in self.candidates(bound):
            if (both := _both(bound, own)) is not None:
                yield both, premise


def _both(bound: Bindings, own: Bindings) -> Bindings | None:
    """What two bindings say together, None where they disagree."""
    found: dict[str, Shape] | None = None
    for name, shape in own.items():
        known = bound.get(name)
        if known == shape:
            continue
        meant = shape if known is None else common(known, shape)
        if meant is None:
            return None
        if found is None:
            found = dict(bound)
        found[name] = meant
    return bound if found is None else found


class Reach:
    """All that some rules may derive from the shapes of stated facts (predicate and arguments).

    Raises ShapeError where a shape cannot be told.
    """

    def __init__(self, statements: Sequence[Statement], stated: Iterable[tuple[str, Shapes]]) -> None:
        self.atoms: defaultdict[Signature, dict[Shapes, bool]] = defaultdict(dict)
        """The shapes of all atoms, each with whether it tells of rows without naming one."""
        self.stated: set[Signature] = set()
        """The predicates of the stated facts."""
        self.ways: list[list[Way]] = [[] for _ in statements]
        """Of each statement every way in which it may fire."""
        self._asked: dict[int, _Meeting] = {}
        self._pending: list[Atom] = []
        for name, shapes in stated:
            self.stated.add((name, len(shapes)))
            self._derive(((name, len(shapes)), shapes))
        self._close(statements)
        self._tell(statements)

    def _derive(self, atom: Atom) -> None:
        signature, shapes = atom
        if shapes not in self.atoms[signature]:
            self.atoms[signature][shapes] = False
            self._pending.append(atom)

    def _close(self, statements: Sequence[Statement]) -> None:
        readers: defaultdict[Signature, list[tuple[int, _Meeting, list[_Meeting]]]] = defaultdict(list)
        for number, statement in enumerate(statements):
            meetings = [_Meeting(literal) for literal in premises_of(statement)]
            for meeting in meetings:
                others = [other for other in meetings if other is not meeting]
                readers[meeting.literal.atom.signature].append((number, meeting, others))
            if not meetings:
                self._fire(number, statement, {}, ())
        while self._pending:
            signature, shapes = self._pending.pop()
            for number, meeting, others in readers.get(signature, ()):
                for bound, premise in list(meeting.meet(shapes)):
                    for found, premises in _joined(others, bound, (premise,)):
                        self._fire(number, statements[number], found, premises)

    def _fire(
        self, number: int, statement: Statement, bound: Bindings, premises: tuple[Premise, ...]
    ) -> None:
        full = _assigned(statement, bound)
        heads = tuple(
            (head.signature, shapes) for head in statement.heads for shapes in tuples_of(head.args, full)
        )
        self.ways[number].append(Way(bound, premises, heads))
        for head in heads:
            self._derive(head)

    def _tell(self, statements: Sequence[Statement]) -> None:
        """Find which atoms tell of rows without naming one, by what they follow from."""
        waiting: list[tuple[Atom, tuple[Premise, ...]]] = []
        for statement, ways in zip(statements, self.ways, strict=True):
            for way in ways:
                premises = (*way.premises, *self._counted(statement, way.bound))
                of_rows = any(any(map(holds_row, one.shapes)) for one in premises)
                for head in way.heads:
                    if any(map(holds_row, head[1])):
                        continue
                    if of_rows:
                        self.atoms[head[0]][head[1]] = True
                    else:
                        waiting.append((head, premises))
        changed = True
        while changed:
            changed = False
            for (signature, shapes), premises in waiting:
                if not self.atoms[signature][shapes] and any(map(self.tells, premises)):
                    self.atoms[signature][shapes] = changed = True

    def _counted(self, statement: Statement, bound: Bindings) -> Iterator[Premise]:
        """What the aggregates of a rule may take in, and what they ask not to be, where it fires so."""
        elements: defaultdict[int, list[Literal]] = defaultdict(list)
        for literal in statement.literals:
            if literal.inside:
                elements[literal.element].append(literal)
        if statement.conditional:
            # What has to hold for all of some kind rests on that kind, too.
            for literal in chain.from_iterable(elements.values()):
                yield from (premise for _, premise in self.agreeing(literal, bound))
            return
        for element in elements.values():
            for found, premises in self.joined([one for one in element if not one.negative], bound):
                yield from premises
                for denied in (one for one in element if one.negative):
                    yield from (premise for _, premise in self.agreeing(denied, found))

    def tells(self, premise: Premise) -> bool:
        """Whether an atom follows from rows that it does not name."""
        return self.atoms[premise.literal.atom.signature][premise.shapes]

    def agreeing(self, literal: Literal, bound: Bindings) -> Iterator[tuple[Bindings, Premise]]:
        """The atoms that a literal may speak of where variables stand for these shapes."""
        return self._meeting(literal).agreeing(bound)

    def joined(
        self, literals: Sequence[Literal], bound: Bindings
    ) -> Iterator[tuple[Bindings, tuple[Premise, ...]]]:
        """Every way in which all of some literals may hold."""
        return _joined([self._meeting(literal) for literal in literals], bound, ())

    def _meeting(self, literal: Literal) -> _Meeting:
        if (found := self._asked.get(id(literal))) is None:
            found = self._asked[id(literal)] = _Meeting(literal)
            for shapes in self.atoms.get(literal.atom.signature, ()):
                for _ in found.meet(shapes):
                    pass
        return found

    def naming_rows(self) -> set[Signature]:
        """The predicates of which every atom names a row."""
        return {
            signature
            for signature, atoms in self.atoms.items()
            if all(any(map(holds_row, shapes)) for shapes in atoms)
        }

    def told(self) -> dict[Signature, tuple[Shapes, ...]]:
        """The shapes of atoms that tell of rows without naming one, by predicate."""
        found = {
            signature: tuple(shapes for shapes, tells in atoms.items() if tells)
            for signature, atoms in self.atoms.items()
        }
        return {signature: shapes for signature, shapes in found.items() if shapes}


def premises_of(statement: Statement) -> Iterator[Literal]:
    """The literals that have to hold for a rule to fire: neither denied nor inside an aggregate."""
    return (one for one in statement.literals if not (one.negative or one.inside))


def _joined(
    meetings: Sequence[_Meeting], bound: Bindings, met: tuple[Premise, ...]
) -> Iterator[tuple[Bindings, tuple[Premise, ...]]]:
    """Every way in which literals may hold together, those first that may speak of the fewest atoms."""
    if not meetings:
        yield bound, met
        return
    first = min(meetings, key=lambda meeting: len(meeting.candidates(bound)))
    rest = [meeting for meeting in meetings if meeting is not first]
    for found, premise in first.agreeing(bound):
        yield from _joined(rest, found, (*met, premise))


def _assigned(statement: Statement, bound: Bindings) -> Bindings:
    """The bindings with the variables that only a comparison gives a value. Raises ShapeError."""
    if not statement.comparisons:
        return bound
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
