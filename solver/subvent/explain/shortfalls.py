"""How far a rule gets that could have derived something: the premises that fail, whatever the others bind.

    for one in shortfalls(finished, body, {"S": "P1"}): ...   # each failing premise, with what led to it

A body is walked from what is known of its head: first what is settled by that, so that no premise is taken
from rows that nothing connects with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from subvent.explain.finished import Finished
from subvent.explain.patterns import AtomPattern, Comparison, Part, Pattern
from subvent.logic.exact import ExactError, called
from subvent.logic.terms import Atom, Term, order_key

ANY: Term = ("_any",)
"""An argument that may be anything."""
MOST = 40
"""Ways through a body that are followed."""
Bound = Mapping[str, Term]


class UndecidedError(Exception):
    """A body holds as far as it can be told, or would have to be followed too far."""


class Shortfall(NamedTuple):
    """A premise that fails where `bound` says what its variables are; `led` are the atoms that bound them."""

    premise: AtomPattern | Comparison
    bound: Bound
    led: tuple[Atom, ...]


def shortfalls(finished: Finished, body: Sequence[Part], bound: Bound) -> list[Shortfall]:
    """What fails on each way through a body. Raises UndecidedError."""
    found = list(islice(_walk(finished, tuple(body), bound, ()), MOST + 1))
    if len(found) > MOST:
        raise UndecidedError
    return found


def matched(pattern: Pattern | None, term: Term, bound: Bound) -> Bound | None:
    """What is known once a pattern is a term; None where it cannot be."""
    if pattern is None:
        return bound
    if pattern.kind == "variable" and pattern.name not in bound:
        return {**bound, pattern.name: term}
    if pattern.kind == "function":
        if not isinstance(term, tuple) or (term[0], len(term)) != (pattern.name, len(pattern.args) + 1):
            return None
        found: Bound | None = bound
        for part, given in zip(pattern.args, term[1:], strict=True):
            found = None if found is None else matched(part, given, found)
        return found
    return bound if valued(pattern, bound) == term else None


def valued(pattern: Pattern | None, bound: Bound) -> Term:
    """The term that a pattern comes to; ANY where that is not known."""
    if pattern is None:
        return ANY
    if pattern.kind == "constant":
        return pattern.value
    if pattern.kind == "variable":
        return bound.get(pattern.name, ANY)
    parts = [valued(part, bound) for part in pattern.args]
    if ANY in parts:
        return ANY
    if pattern.kind == "function":
        return (pattern.name, *parts)
    try:
        return _computed(pattern, parts)
    except (ExactError, ValueError) as error:
        raise UndecidedError from error


def instances(finished: Finished, name: str, given: Sequence[Term]) -> Iterator[Atom]:
    """The atoms of a predicate with these arguments, as far as they are known."""
    leading = given[: given.index(ANY)] if ANY in given else given
    for atom in finished.all(name, len(given), *leading):
        if all(one in (ANY, part) for one, part in zip(given, atom[1:], strict=True)):
            yield atom


def _computed(pattern: Pattern, parts: Sequence[Term]) -> Term:
    if pattern.kind == "external":
        return called(pattern.name, parts)
    left, right = parts
    if not isinstance(left, int) or not isinstance(right, int):
        raise UndecidedError
    return left + right if pattern.name == "+" else left - right


def _walk(
    finished: Finished, body: tuple[Part, ...], bound: Bound, led: tuple[Atom, ...]
) -> Iterator[Shortfall]:
    if not body:
        raise UndecidedError
    at = min(range(len(body)), key=lambda place: (_rank(body[place], bound), place))
    part, rest = body[at], (*body[:at], *body[at + 1 :])
    if isinstance(part, Comparison):
        yield from _compared(finished, part, rest, bound, led)
    elif isinstance(part, AtomPattern):
        yield from _looked_up(finished, part, rest, bound, led)
    else:
        raise UndecidedError


def _looked_up(
    finished: Finished, part: AtomPattern, rest: tuple[Part, ...], bound: Bound, led: tuple[Atom, ...]
) -> Iterator[Shortfall]:
    given = [valued(arg, bound) for arg in part.args]
    there = False
    for atom in instances(finished, part.name, given):
        further: Bound | None = bound
        for arg, term in zip(part.args, atom[1:], strict=True):
            further = None if further is None else matched(arg, term, further)
        if further is None:
            continue
        there = True
        if part.negated:
            break
        yield from _walk(finished, rest, further, (*led, atom))
    if part.negated and not there:
        yield from _walk(finished, rest, bound, led)
    elif there == part.negated:
        yield Shortfall(part, bound, led)


def _compared(
    finished: Finished, part: Comparison, rest: tuple[Part, ...], bound: Bound, led: tuple[Atom, ...]
) -> Iterator[Shortfall]:
    left, right = valued(part.left, bound), valued(part.right, bound)
    if ANY not in (left, right):
        if _holds(part.op, left, right):
            yield from _walk(finished, rest, bound, led)
        else:
            yield Shortfall(part, bound, led)
        return
    known, open_ = (left, part.right) if left != ANY else (right, part.left)
    further = matched(open_, known, bound) if part.op == "==" and known != ANY else None
    if further is None:
        raise UndecidedError
    yield from _walk(finished, rest, further, led)


def _holds(op: str, left: Term, right: Term) -> bool:
    if op in ("==", "!="):
        return (left == right) == (op == "==")
    below, same = order_key(left) < order_key(right), left == right
    return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}[op]


def _rank(part: Part, bound: Bound) -> int:
    """What is settled comes first, then what is connected with what is known, then what binds by equality."""
    names = set(part.variables())
    if isinstance(part, Comparison):
        return 0 if names <= bound.keys() else 2 if part.op == "==" else 4
    if not isinstance(part, AtomPattern):
        return 5
    if names <= bound.keys():
        return 0
    if part.negated:
        return 4
    return 1 if names & bound.keys() else 3
