"""The valid name that a mistaken one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from subvent.diagnostics import Text

MOST_SEARCHES = 100
"""How many mistakes of one kind deserve a search: who makes more of them has another problem."""

_CUTOFF, _CUTOFF_SHORT, _SHORT = 0.6, 0.5, 4
"""How alike two names must be; of short ones half is all that is left when one character is wrong."""
_MOST_NAMED = 8
_LONGEST = 100


def nearest(wrong: str, valid: Iterable[str]) -> str:
    """The name in `valid` most like `wrong`, empty if none is. Ties go to the first in order."""
    # difflib is quadratic in the length of the text, and no name is that long.
    return _nearest(wrong[:_LONGEST], tuple(sorted({name for name in valid if len(name) <= _LONGEST})))


@lru_cache(maxsize=1024)
def _nearest(wrong: str, names: tuple[str, ...]) -> str:
    folded = {_folded(name): name for name in reversed(names)}
    short = len(wrong) <= _SHORT
    likely = [name for name in folded if not short or abs(len(name) - len(wrong)) <= _SHORT // 2]
    found = get_close_matches(_folded(wrong), likely, n=1, cutoff=_CUTOFF_SHORT if short else _CUTOFF)
    return folded[found[0]] if found else ""


def suggestion(
    wrong: str, valid: Iterable[str], titles: Mapping[str, Text] | None = None, *, listed: bool = True
) -> Text:
    """The beginning of a way out: the name that was meant, else those there are (unless not `listed`).

    `titles` are what some of the names are called; a part of a title will do where no other has it. Empty
    where there is nothing to offer.
    """
    own = list(dict.fromkeys(valid))
    words = {word: name for name, title in (titles or {}).items() for word in (title.zh, title.en)}
    words |= {name: name for name in own}
    near = words.get(nearest(wrong, words), "")
    parts = {name for word, name in words.items() if len(wrong) > 1 and _folded(wrong) in _folded(word)}
    if len(parts) == 1:
        near = parts.pop()
    if near:
        return Text(f"是否指“{near}”？", f"did you mean “{near}”? ")
    if not own or not listed:
        return Text("", "")
    some, more = own[:_MOST_NAMED], len(own) > _MOST_NAMED
    zh, en = "、".join(some) + "等" * more, ", ".join(some) + ", …" * more
    return Text(f"现有：{zh}；", f"there are {en}; ")


def _folded(name: str) -> str:
    """As names are compared: full-width letters and digits are those they stand for."""
    return normalize("NFKC", name).casefold().replace("_", "-")
