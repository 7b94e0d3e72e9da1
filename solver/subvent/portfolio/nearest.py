"""The valid name that a mistaken one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

MOST_SEARCHES = 100
"""How many mistakes of one kind deserve a search: who makes more of them has another problem."""

_CUTOFF = 0.5
_LONGEST = 100


def nearest(wrong: str, valid: Iterable[str]) -> str:
    """The name in `valid` most like `wrong`, empty if none is. Ties go to the first in order."""
    # difflib is quadratic in the length of the text, and no name is that long.
    return _nearest(wrong[:_LONGEST], tuple(sorted({name for name in valid if len(name) <= _LONGEST})))


@lru_cache(maxsize=1024)
def _nearest(wrong: str, names: tuple[str, ...]) -> str:
    folded = {_folded(name): name for name in reversed(names)}
    found = get_close_matches(_folded(wrong), folded, n=1, cutoff=_CUTOFF)
    return folded[found[0]] if found else ""


def _folded(name: str) -> str:
    return name.casefold().replace("_", "-")
