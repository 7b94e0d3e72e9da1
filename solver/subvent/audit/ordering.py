"""The total order of ground terms: numbers, then names, then strings, then functions and tuples.

Functions are ordered by how many parts they have, then by name, then by their parts; names and strings
by their characters.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

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
    return (4, len(args), name, *(order(arg) for arg in args))


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def compares(op: str, one: Value, other: Value) -> bool:
    """Whether the comparison holds."""
    if op in ("=", "!=") or (isinstance(one, int) and isinstance(other, int)):
        return _COMPARED[op](one, other)
    return _COMPARED[op](order(one), order(other))
