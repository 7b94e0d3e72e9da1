"""Whether statements say of groups of rows, taken one by one, what they say of all rows together.

Facts are cut into groups such that no row is named in two of them; facts that name no row are in each.
Each group is evaluated alone. Then it is looked at what came of it: in which places of a predicate rows are
named at all, in any group. A statement is local if, of atoms with rows in those places,

- those of its body that name rows are joined by variables that stand for them: no instance of it takes
  atoms of two groups;
- each atom that it denies or counts and that names rows shares such a variable with its body: what another
  group holds of them is nothing to the instance.

If all statements are local, and the groups hold the same atoms that name no row, then, stratum by stratum,
every instance over all that the groups hold is one over what one of them holds, and the other way round. So
what the groups hold together is the model of the whole, and their ground statements are those of the whole.
Nothing is taken on trust: the places are those of the atoms that were found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from subvent.audit.needs import names_of
from subvent.audit.relations import Relation, Relations, Signature
from subvent.audit.rules import (
    Aggregate,
    Atom,
    Conditional,
    Element,
    Function,
    GroundAtom,
    Literal,
    Rule,
    Statement,
    Sum,
    Term,
    Variable,
)
from subvent.audit.terms import variables

Shape = Any
"""Where rows are named in a term: `ROW` is a row's id, `NONE` names none; or a function and its parts."""
ROW, NONE = "row", ""
Columns = tuple[frozenset[Shape], ...]
Places = Mapping[Signature, Columns]
"""By predicate and argument: the shapes that were found there."""
Ways = Mapping[str, Shape]
"""What variables stand for."""


def shape(value: object, rows: Collection[str]) -> Shape:
    """The shape of a value, where these are the ids of rows."""
    if isinstance(value, str):
        return ROW if value in rows else NONE
    if isinstance(value, tuple):
        parts = [shape(part, rows) for part in value[1:]]
        return (value[0], *parts) if any(parts) else NONE
    return NONE


def places(relations: Relations, rows: Collection[str]) -> dict[Signature, Columns]:
    """Where rows are named in the atoms of some relations."""
    return {
        signature: tuple(
            frozenset(shape(value, rows) for value in set(map(itemgetter(at), relation.rows)))
            for at in range(1, signature[1] + 1)
        )
        for signature, relation in relations.items()
        if relation.rows
    }


def together(one: Places, other: Places) -> dict[Signature, Columns]:
    """The places of either."""
    both = {**one, **other}
    for signature in one.keys() & other.keys():
        both[signature] = tuple(a | b for a, b in zip(one[signature], other[signature], strict=True))
    return both


def naming_no_row(relations: Relations, found: Places, rows: Collection[str]) -> Iterator[GroundAtom]:
    """The atoms that name no row, of relations whose places are known."""
    for signature, columns in found.items():
        if may_name_none(columns):
            held: Relation = relations[signature]
            yield from (atom for atom in held.rows if not any(shape(part, rows) for part in atom[1:]))


def may_name_none(columns: Columns) -> bool:
    """Whether an atom with these places might name no row."""
    return all(NONE in column for column in columns)


def is_local(statement: Rule | Statement, found: Places) -> bool:
    """Whether a statement is local where its atoms are in these places; of an objective, each part."""
    elements = statement.elements if isinstance(statement, Statement) else ()
    if isinstance(statement, Statement) and statement.head and statement.head.name == "maximize":
        return all(_is_summed_apart(statement.body, one, found) for one in elements)
    body = statement.body
    if any(isinstance(one, Conditional) for one in body):
        return False
    counted = [*elements, *(e for one in body if isinstance(one, Aggregate) for e in one.elements)]
    for way in _ways(_positive(body), {}, found):
        held = [_held(one, way) for one in _positive(body)]
        if not (_connected(held) and _denied_here(body, way, held, found)):
            return False
        if not all(_counted_here(one, way, held, found) for one in counted):
            return False
    return True


def _is_summed_apart(body: Sequence[Literal], element: Element, found: Places) -> bool:
    """Whether each tuple of a sum is of one group: it names a row, and so the same tuple is of no other."""
    condition = (*body, *element.condition)
    if any(isinstance(one, Aggregate | Conditional) for one in condition):
        return False
    for way in _ways(_positive(condition), {}, found):
        held = [_held(one, way) for one in _positive(condition)]
        named = any(way.get(name) for term in element.terms for name in variables(term))
        if not (named and _connected(held) and _denied_here(condition, way, held, found)):
            return False
    return True


def _counted_here(element: Element, way: Ways, outer: list[set[str]], found: Places) -> bool:
    inner = _positive(element.condition)
    if any(isinstance(one, Aggregate | Conditional) for one in element.condition):
        return False
    for more in _ways(inner, way, found):
        counted = [_held(one, more) for one in inner]
        if any(counted) and not (any(outer) and _connected([*outer, *counted])):
            return False
        if not _denied_here(element.condition, more, [*outer, *counted], found):
            return False
    return True


def _denied_here(body: Iterable[Literal], way: Ways, held: Iterable[set[str]], found: Places) -> bool:
    """Whether all atoms that a negation of the body may be about are of the body's rows, or of none."""
    rows = {name for names in held for name in names}
    tests = [one for one in body if isinstance(one, Atom) and one.negations]
    return all(
        not names or names & rows
        for test in tests
        for names in (_held(test, more) for more in _ways([test], way, found))
    )


def _positive(body: Iterable[Literal]) -> list[Atom]:
    return [one for one in body if isinstance(one, Atom) and not one.negations]


def _held(atom: Atom, way: Ways) -> set[str]:
    """The variables of an atom that stand for what names a row. Rows stand nowhere else in it."""
    return {name for name in names_of(atom) if way.get(name)}


def _connected(held: Iterable[set[str]]) -> bool:
    """Whether the atoms that name rows are joined by variables that stand for rows."""
    waiting = [names for names in held if names]
    reached = set(waiting[0]) if waiting else set()
    while waiting:
        joined = [names for names in waiting if names & reached]
        if not joined:
            return False
        waiting = [names for names in waiting if not names & reached]
        reached = reached.union(*joined)
    return True


def _ways(atoms: Sequence[Atom], way: Ways, found: Places) -> list[Ways]:
    """What the variables of atoms may stand for, one way once."""
    ways = [way]
    for atom in atoms:
        columns = found.get((atom.name, len(atom.args)))
        if columns is None:
            return []
        for arg, shapes in zip(atom.args, columns, strict=True):
            more = [fit for one in ways for each in shapes if (fit := _fitted(arg, each, one)) is not None]
            ways = list({frozenset(one.items()): one for one in more}.values())
    return ways


def _fitted(term: Term, value: Shape, way: Ways) -> Ways | None:
    """The way in which the term may have this shape, None where it has none. No row is named in a rule."""
    if isinstance(term, Variable):
        known = way.get(term.name, value)
        return {**way, term.name: value} if known == value else None
    if isinstance(term, Function) and isinstance(value, tuple):
        if (value[0], len(value)) != (term.name, len(term.args) + 1):
            return None
        return _all_fitted(zip(term.args, value[1:], strict=True), way)
    if value != NONE:
        return None
    if isinstance(term, Function | Sum):
        parts = term.args if isinstance(term, Function) else (term.left, term.right)
        return _all_fitted(((part, NONE) for part in parts), way)
    return way


def _all_fitted(parts: Iterable[tuple[Term, Shape]], way: Ways) -> Ways | None:
    found: Ways | None = way
    for term, value in parts:
        found = None if found is None else _fitted(term, value, found)
    return found
