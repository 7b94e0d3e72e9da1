"""Terms without their values: which parts of an atom hold the id of a row, and which hold none.

A shape is `ROW` (a row's id), `TEXT` (a string that could be one by chance), `PLAIN` (anything that holds
neither), `NUMBER` (of that a number, or numbers alone, as days and quantities are), the tuple `(name,)` of a
constant, or `(name, shape, …)` of a function with a row or text inside, or of constants alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from subvent.policy.syntax import Term

Shape = str | tuple[Any, ...]
Bindings = Mapping[str, Shape]
"""What the variables of a rule stand for, by name."""

ROW, TEXT, PLAIN, NUMBER = "row", "text", "plain", "number"
LIST = "row of"
"""A name, which no rule can write, of shapes that tell a row's id with its list: `(LIST, (name,), ROW)`."""
DEEPEST = 5
"""Functions nested deeper than this are not followed: recursion that wraps rows would never end."""

DEEPEST_CONSTANT = 2
"""Functions of constants that are nested deeper are `PLAIN`: `outer(inner)` is not."""


class ShapeError(Exception):
    """A term whose shape is not known."""


def holds_row(shape: Shape) -> bool:
    """Whether a row's id stands somewhere in the shape."""
    return shape == ROW if isinstance(shape, str) else any(map(holds_row, shape[1:]))


def is_constant(shape: Shape) -> bool:
    """Whether only one term has the shape: a constant, or a function of such."""
    return isinstance(shape, tuple) and all(map(is_constant, shape[1:]))


def fits(shape: Shape, term: Any) -> bool:
    """Whether a ground term (`logic.terms`) has a shape."""
    if isinstance(term, str):
        return shape in (ROW, TEXT)
    if shape == PLAIN:
        return not isinstance(term, tuple) or all(fits(PLAIN, part) for part in term[1:])
    if shape == NUMBER:
        return isinstance(term, int) or (term[0] == "" and all(fits(NUMBER, part) for part in term[1:]))
    if isinstance(shape, str) or not isinstance(term, tuple):
        return False
    parts = zip(shape[1:], term[1:], strict=False)
    return shape[0] == term[0] and len(shape) == len(term) and all(fits(a, b) for a, b in parts)


def compound(name: str, parts: Sequence[Shape]) -> Shape:
    """The shape of a function of these parts. Raises ShapeError when it is nested too deep."""
    if not parts:
        return (name,)
    found = (name, *parts)
    if not any(_holds_string(part) for part in parts):
        return found if is_constant(found) and _depth(found) <= DEEPEST_CONSTANT else PLAIN
    if _depth(found) > DEEPEST:
        raise ShapeError(name)
    return found


def _holds_string(shape: Shape) -> bool:
    return shape in (ROW, TEXT) if isinstance(shape, str) else any(map(_holds_string, shape[1:]))


def _depth(shape: Shape) -> int:
    return 0 if isinstance(shape, str) else 1 + max(map(_depth, shape[1:]), default=0)


def common(one: Shape, other: Shape) -> Shape | None:
    """The shape of what may have both shapes, None where nothing has."""
    if one == other:
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        if one[0] != other[0] or len(one) != len(other):
            return None
        parts = [common(a, b) for a, b in zip(one[1:], other[1:], strict=True)]
        return None if None in parts else (one[0], *parts)
    if isinstance(other, tuple):
        one, other = other, one
    if isinstance(one, tuple):
        # Of functions only those of constants are plain: the others hold a row or text.
        return one if (other == PLAIN and is_constant(one)) or (other == TEXT and one[0] == LIST) else None
    narrower = {frozenset[Shape]((ROW, TEXT)): ROW, frozenset[Shape]((PLAIN, NUMBER)): NUMBER}
    return narrower.get(frozenset((one, other)))


def matches(
    patterns: Sequence[Term], shapes: Sequence[Shape], bound: Bindings
) -> Iterator[tuple[Bindings, frozenset[str]]]:
    """The ways in which terms of a rule may stand for shapes: bindings, and the variables that hold rows."""
    if not patterns:
        yield bound, frozenset()
        return
    for now, here in _match(patterns[0], shapes[0], bound):
        for found, others in matches(patterns[1:], shapes[1:], now):
            yield found, here | others


def _match(pattern: Term, shape: Shape, bound: Bindings) -> Iterator[tuple[Bindings, frozenset[str]]]:
    kind = pattern.kind
    if kind == "variable":
        yield from _named(pattern.name, shape, bound)
    elif kind == "pool":
        for alternative in pattern.args:
            yield from _match(alternative, shape, bound)
    elif kind in ("name", "tuple") and pattern.args and shape not in (PLAIN, NUMBER):
        if isinstance(shape, tuple) and shape[0] == pattern.name and len(shape) == len(pattern.args) + 1:
            yield from matches(pattern.args, shape[1:], bound)
    elif kind == "string":
        if shape in (ROW, TEXT) or shape[0] == LIST:
            yield bound, frozenset()
    elif kind == "name" and shape == (pattern.name,):
        yield bound, frozenset()
    elif shape == PLAIN or (shape == NUMBER and kind != "name"):
        # What is no text and of no row has no part that is one; of `Y-1` the variable is a number as well.
        inner = [part for part in pattern.walk() if part.kind == "variable"]
        yield from matches(inner, [shape] * len(inner), bound)


def _named(name: str, shape: Shape, bound: Bindings) -> Iterator[tuple[Bindings, frozenset[str]]]:
    """A variable that stands for a shape, as far as it may."""
    known = bound.get(name)
    meant = shape if known is None else common(known, shape)
    if name == "_":
        yield bound, frozenset()
    elif meant is not None:
        held = frozenset((name,)) if holds_row(shape) else frozenset[str]()
        yield (bound if meant == known else {**bound, name: meant}), held


def shapes_of(term: Term, bound: Bindings) -> list[Shape]:
    """The shapes that a term has where its variables stand for these. Raises ShapeError."""
    if term.kind == "variable":
        if term.name not in bound:
            raise ShapeError(term.name)
        return [bound[term.name]]
    if term.kind == "string":
        return [TEXT]
    if term.kind == "pool":
        return [shape for alternative in term.args for shape in shapes_of(alternative, bound)]
    if term.kind not in ("name", "tuple"):
        return [PLAIN]
    return [compound(term.name, parts) for parts in tuples_of(term.args, bound)]


def tuples_of(terms: Sequence[Term], bound: Bindings) -> list[tuple[Shape, ...]]:
    """The shapes that some terms have together. Raises ShapeError."""
    found: list[tuple[Shape, ...]] = [()]
    for term in terms:
        found = [(*parts, shape) for parts in found for shape in shapes_of(term, bound)]
    return found
