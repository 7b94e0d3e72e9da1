"""The instances of the statements on what may be claimed, with the atoms that a choice decides left open.

First every atom that might come true is found, as if all choices were made and nothing negative stood in
the way; then each statement is joined over these, and of an instance is kept what is still open: a
conjunction of literals over decided atoms and of sums over them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from subvent.audit.evaluate import close
from subvent.audit.joins import Join
from subvent.audit.needs import outside
from subvent.audit.relations import Relations, Signature
from subvent.audit.rules import (
    Aggregate,
    Atom,
    AuditError,
    Conditional,
    Constant,
    Element,
    Function,
    GroundAtom,
    Literal,
    Rule,
    Statement,
    Sum,
    Term,
    Value,
    Variable,
)
from subvent.audit.terms import Places, Undefined, added, matcher, variables

OpenLiteral = tuple[GroundAtom, bool]
"""A decided atom, and whether it is to be true."""
Conjunction = tuple[OpenLiteral, ...]


_Elements = dict[tuple[Value, ...], list[tuple[tuple[Value, ...], Conjunction]]]
"""By the values of an instance's variables: the tuples of an aggregate, each with its open condition."""
_Tallied = tuple[Aggregate, _Elements]


class Tally(NamedTuple):
    """A sum over tuples that count as often as their weight where one of their conjunctions holds.

    It is read `sum op bound` for every guard, or that this does not hold.
    """

    weights: tuple[tuple[int, tuple[Conjunction, ...]], ...]
    guards: tuple[tuple[str, int], ...]
    negated: bool


class Instance(NamedTuple):
    """A ground statement: its kind and head, and what of its body is open."""

    kind: str
    head: GroundAtom | None
    literals: Conjunction
    tallies: tuple[Tally, ...]
    elements: tuple[tuple[tuple[Value, ...], Conjunction], ...] = ()
    """Of a statement on money: its tuples, each with a condition that makes it count."""
    limit: Value | None = None
    text: str = ""


def ground(statements: Sequence[Statement], facts: Iterable[GroundAtom]) -> list[Instance]:
    """All instances of the statements over what is derived. Raises AuditError for what it does not read."""
    relations = Relations()
    # Of all that is derived the statements read little: the rest is neither indexed nor kept.
    read = read_by(statements)
    by_signature: defaultdict[Signature, list[GroundAtom]] = defaultdict(list)
    for atom in facts:
        if (signature := (str(atom[0]), len(atom) - 1)) in read:
            by_signature[signature].append(atom)
    for signature, atoms in by_signature.items():
        relations[signature].add(atoms)
    return ground_over(statements, relations)


def ground_over(statements: Sequence[Statement], relations: Relations) -> list[Instance]:
    """The same over relations of what is derived, which then have all that might come true as well."""
    decided = decided_by(statements)
    close([_possible(one, decided) for one in statements if one.kind in ("rule", "choice")], relations)
    return [instance for one in statements for instance in _Instances(one, decided, relations).found()]


def decided_by(statements: Sequence[Statement]) -> frozenset[Signature]:
    """The predicates that rest on a choice, directly or in turn."""
    found = {_signature(one.head) for one in statements if one.kind == "choice" and one.head}
    size = 0
    while size != len(found):
        size = len(found)
        for one in statements:
            if one.kind == "rule" and one.head and not found.isdisjoint(_needed(one.body)):
                found.add(_signature(one.head))
    return frozenset(found)


def _signature(atom: Atom) -> Signature:
    return atom.name, len(atom.args)


def _needed(body: Iterable[Literal]) -> set[Signature]:
    found = set()
    for literal in body:
        if isinstance(literal, Atom):
            found.add(_signature(literal))
        elif isinstance(literal, Aggregate):
            found |= {s for element in literal.elements for s in _needed(element.condition)}
        elif isinstance(literal, Conditional):
            found |= _needed((literal.literal, *literal.condition))
    return found


def read_by(statements: Iterable[Statement]) -> set[Signature]:
    """The predicates that statements speak of, in their heads, their bodies or their elements."""
    found = set[Signature]()
    for one in statements:
        found |= _needed(one.body).union(*(_needed(element.condition) for element in one.elements))
        found |= {_signature(one.head)} if one.head else set()
    return found


def _is_open(literal: Literal, decided: frozenset[Signature]) -> bool:
    return not decided.isdisjoint(_needed([literal]))


def _joinable(body: Iterable[Literal], decided: frozenset[Signature]) -> tuple[Literal, ...]:
    """What of a body is no test of decided atoms: the rest, and decided atoms that have to be true."""
    return tuple(
        one for one in body if not _is_open(one, decided) or (isinstance(one, Atom) and not one.negations)
    )


def _possible(statement: Statement, decided: frozenset[Signature]) -> Rule:
    if statement.head is None:
        raise TypeError(statement)
    return Rule(statement.head, _joinable(statement.body, decided), statement.text)


class _Instances:
    """The instances of one statement."""

    def __init__(self, statement: Statement, decided: frozenset[Signature], relations: Relations) -> None:
        self._statement = statement
        self._decided = decided
        self._relations = relations
        self._body = _joinable(statement.body, decided)
        self._open = [one for one in statement.body if _is_open(one, decided)]
        self._names = sorted(outside(self._body))

    def found(self) -> list[Instance]:
        """Every instance, once."""
        tallied = [(one, self._elements(one.elements)) for one in self._open if isinstance(one, Aggregate)]
        if any(isinstance(one, Conditional) for one in self._open):
            raise AuditError(f"conditional literals over claims are not read: {self._statement.text}")
        money = self._elements(self._statement.elements)
        instances: dict[Instance, None] = {}
        for key in dict.fromkeys(self._join([Variable(name) for name in self._names], ())):
            with suppress(Undefined):
                instances[self._instance(key, tallied, money)] = None
        return [one for one in instances if not self._impossible(one)]

    def _instance(self, key: tuple[Value, ...], tallied: Sequence[_Tallied], money: _Elements) -> Instance:
        """The instance in which the variables have these values. Raises Undefined where there is none."""
        values = dict(zip(self._names, key, strict=True))
        literals = [
            literal for one in self._open if isinstance(one, Atom) for literal in self._literals(one, values)
        ]
        head, guard = self._statement.head, self._statement.guard
        return Instance(
            self._statement.kind,
            _ground_atom(head, values) if head else None,
            tuple(dict.fromkeys(self._still_open(literals))),
            tuple(self._tally(one, elements.get(key, []), values) for one, elements in tallied),
            tuple(money.get(key, ())),
            _value(guard, values) if guard is not None else None,
            self._statement.text,
        )

    def _join(self, terms: Sequence[Term], more: Sequence[Literal]) -> list[tuple[Value, ...]]:
        rule = Rule(Atom("#instance", tuple(terms)), (*self._body, *more), self._statement.text)
        return [row[1:] for row in Join(rule, self._relations).run()]  # type: ignore[misc]

    def _elements(self, elements: Sequence[Element]) -> _Elements:
        """By instance: the tuples of an aggregate, each with what of its condition is open."""
        found: defaultdict[tuple[Value, ...], list[tuple[tuple[Value, ...], Conjunction]]] = defaultdict(list)
        for element in elements:
            condition = _joinable(element.condition, self._decided)
            open_ = [one for one in element.condition if _is_open(one, self._decided)]
            atoms = [one for one in open_ if isinstance(one, Atom)]
            if len(atoms) != len(open_):
                raise AuditError(f"not read: {self._statement.text}")
            parts: list[Term] = [
                *(Variable(name) for name in self._names),
                Function("", element.terms) if element.terms else Constant(("",)),
                *(Function(one.name, one.args) for one in atoms),
            ]
            size = len(self._names)
            for row in dict.fromkeys(self._join(parts, condition)):
                conjunction = [
                    (atom, one.negations != 1) for atom, one in zip(row[size + 1 :], atoms, strict=True)
                ]
                terms: tuple[Value, ...] = row[size][1:]  # type: ignore[index, assignment]
                found[row[:size]].append((terms, tuple(dict.fromkeys(self._still_open(conjunction)))))  # type: ignore[arg-type]
        return found

    def _literals(self, literal: Atom, values: dict[str, Value]) -> Iterable[OpenLiteral]:
        """The literal of an instance; of a negative one with `_`, all that it says do not hold."""
        if literal.negations and any(name not in values for arg in literal.args for name in variables(arg)):
            places = Places()
            bound = set(values)
            env: list[Value] = [values[name] for name in values if places[name] >= 0]
            parts = [matcher(arg, places, bound) for arg in literal.args]
            env += [0] * (len(places) - len(env))
            rows = self._relations[_signature(literal)].rows
            return [
                (row, literal.negations != 1)
                for row in rows
                if all(part(row[at], env) for at, part in enumerate(parts, 1))  # type: ignore[arg-type]
            ]
        return [(_ground_atom(literal, values), literal.negations != 1)]

    def _still_open(self, literals: Iterable[OpenLiteral]) -> Iterable[OpenLiteral]:
        """Without what nothing can make true: its negation holds."""
        return (one for one in literals if one[1] or self._can_be(one[0]))

    def _can_be(self, atom: GroundAtom) -> bool:
        return atom in self._relations[str(atom[0]), len(atom) - 1].rows

    def _impossible(self, instance: Instance) -> bool:
        return any(wanted and not self._can_be(atom) for atom, wanted in instance.literals)

    def _tally(
        self,
        aggregate: Aggregate,
        elements: Iterable[tuple[tuple[Value, ...], Conjunction]],
        values: dict[str, Value],
    ) -> Tally:
        if aggregate.function not in ("#count", "#sum", "#sum+"):
            raise AuditError(f"{aggregate.function} over claims is not read: {self._statement.text}")
        ways: defaultdict[tuple[Value, ...], list[Conjunction]] = defaultdict(list)
        for terms, conjunction in elements:
            ways[terms].append(conjunction)
        weights = []
        for terms, conjunctions in ways.items():
            weight = 1 if aggregate.function == "#count" else terms[0] if terms else 0
            if isinstance(weight, int) and (weight > 0 or aggregate.function != "#sum+"):
                weights.append((weight, tuple(dict.fromkeys(conjunctions))))
        guards = []
        for op, term in aggregate.guards:
            bound = _value(term, values)
            if not isinstance(bound, int):
                raise AuditError(f"a sum is compared with what is no number: {self._statement.text}")
            guards.append((op, bound))
        return Tally(tuple(weights), tuple(guards), aggregate.negated)


def _value(term: Term, values: dict[str, Value]) -> Value:
    if isinstance(term, Constant):
        return term.value
    if isinstance(term, Variable):
        if term.name not in values:
            raise AuditError(f"nothing binds {term.name}")
        return values[term.name]
    if isinstance(term, Function):
        return (term.name, *(_value(arg, values) for arg in term.args))
    if isinstance(term, Sum):
        return added(_value(term.left, values), _value(term.right, values), term.sign)
    raise AuditError(f"@{term.name} is not called of what is claimed")


def _ground_atom(atom: Atom, values: dict[str, Value]) -> GroundAtom:
    return (atom.name, *(_value(arg, values) for arg in atom.args))
