"""The total order of ground terms: numbers, then names, then strings, then functions and tuples.

Functions are ordered by how many parts they have, then by name, then by their parts; names and strings
by their characters.
"""

from __future__ import annotations

from functools import lru_cache

from subvent.audit.rules import Value


@lru_cache(maxsize=65536)
def order(term: Value) -> tuple[object, ...]:
    """A key by which Python orders terms."""
    if isinstance(term, int):
        return (1, term)
    if isinstance(term, str):
        return (3, term)
    name, *args = term
    if not args and name:
        return (2, name)
    return (4, len(args), name, *(order(arg) for arg in args))  # type: ignore[arg-type]


def compares(op: str, one: Value, other: Value) -> bool:
    """Whether the comparison holds."""
    if op == "=":
        return one == other
    if op == "!=":
        return one != other
    left: object = one
    right: object = other
    if not (isinstance(one, int) and isinstance(other, int)):
        left, right = order(one), order(other)
    if op == "<":
        return left < right  # type: ignore[operator, no-any-return]
    if op == ">":
        return left > right  # type: ignore[operator, no-any-return]
    if op == "<=":
        return left <= right  # type: ignore[operator, no-any-return]
    return left >= right  # type: ignore[operator, no-any-return]
