"""Rules made narrower for what they are asked for: by the constants in it, and by what names no row.

Of a hundred rules for `met(X,C)` only those can fire for `met(X,big)` that a declaration of `big` leads to.
Which these are is the same for every row: it is found out once, and what is left of their bodies is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from subvent.explain.matched import Model
from subvent.explain.patterns import AtomPattern, Pattern, Patterns
from subvent.logic.terms import Atom, Term

Bound = dict[str, Term]
"""What variables stand for."""
MOST = 4
"""Of a declaration that more atoms match than these, no rule is made for each: it is looked up when asked."""

DECLARED = 1_000
"""Predicates with more atoms than these are taken to be about rows."""


class Narrowed(NamedTuple):
    """A statement with variables that are bound, and the atoms of those premises that need no search."""

    bound: Bound
    found: dict[int, Atom]
    """By the place of the premise in the body."""


def telling_places(atom: Atom) -> tuple[int, ...]:
    """The places of an atom's arguments that are constants: by these its predicate's atoms are told apart."""
    return tuple(place for place, argument in enumerate(atom) if place and is_constant(argument))


def is_constant(term: Term) -> bool:
    """Whether a term is a constant, which names something of the packs or of the vocabulary."""
    return isinstance(term, tuple) and len(term) == 1 and term[0] != ""


def narrowed(statement: Patterns, places: Sequence[int], atom: Atom, model: Model) -> list[Narrowed]:
    """The ways in which a statement may still fire for atoms with the constants that this one has."""
    bound: Bound = {}
    for place in places:
        pattern = statement.head.args[place - 1]
        if pattern is not None and is_constant(atom[place]) and not _agrees(pattern, atom[place], bound):
            return []
    return list(_without_rows(statement, Narrowed(bound, {}), model))


def _without_rows(statement: Patterns, so_far: Narrowed, model: Model) -> Iterator[Narrowed]:
    """Each way to meet the premises that name no row."""
    for number, part in enumerate(statement.body):
        if not isinstance(part, AtomPattern) or part.negated or number in so_far.found:
            continue
        atoms = _matching(part, so_far.bound, model)
        if atoms is None:
            continue
        for atom in atoms:
            bound = dict(so_far.bound)
            if all(_agrees(arg, term, bound) for arg, term in zip(part.args, atom[1:], strict=True) if arg):
                yield from _without_rows(statement, Narrowed(bound, {**so_far.found, number: atom}), model)
        return
    yield so_far


def _matching(part: AtomPattern, bound: Bound, model: Model) -> list[Atom] | None:
    """The few atoms that a premise can mean, if they name no row; None where it has to be looked up."""
    if any(_is_computed(arg) for arg in part.args if arg):
        return None
    signature = part.signature
    if len(model.group(signature)) > DECLARED:
        return None
    values = [(place, _value(arg, bound)) for place, arg in enumerate(part.args, 1) if arg]
    known = [(place, value) for place, value in values if value is not None]
    if known:
        places = tuple(place for place, _ in known)
        key = itemgetter(*range(len(known)))([value for _, value in known])
        atoms = model.index(signature, places).get(key, [])
    else:
        atoms = model.group(signature)
    return atoms if len(atoms) <= MOST and not any(map(_names_row, atoms)) else None


def _value(pattern: Pattern, bound: Bound) -> Term | None:
    """What a pattern stands for, where that is settled."""
    if pattern.kind == "constant":
        return pattern.value
    return bound.get(pattern.name) if pattern.kind == "variable" else None


def _agrees(pattern: Pattern, term: Term, bound: Bound) -> bool:
    """Whether a pattern may mean a term; its variables are bound to what they then stand for."""
    if pattern.kind == "constant":
        return pattern.value == term
    if pattern.kind == "variable":
        return bound.setdefault(pattern.name, term) == term
    if pattern.kind == "function":
        return (
            isinstance(term, tuple)
            and len(term) == len(pattern.args) + 1
            and term[0] == pattern.name
            and all(_agrees(part, own, bound) for part, own in zip(pattern.args, term[1:], strict=True))
        )
    return True  # what is computed is compared when the rule is tried


def _is_computed(pattern: Pattern) -> bool:
    return pattern.kind in {"operation", "external"} or any(map(_is_computed, pattern.args))


def _names_row(term: Term) -> bool:
    """Whether a row's id, which is a string, stands anywhere in a term."""
    return isinstance(term, str) or (isinstance(term, tuple) and any(map(_names_row, term[1:])))
