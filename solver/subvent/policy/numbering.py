r"""The numbering of a document's text: which numbers it has, as its own headings give them.

    numbering("一、目标\n（一）近期。…\n（二）远期。…")   # ("一（一）", "一（二）")

Chinese documents number in a fixed order of ranks: 章, 节, 条, then 一、 （一） 1. （1）. A number is
written with the numbers above it, unless its rank is counted once through the whole text, as articles
are: then it stands alone. A heading that only holds lower numbers is not an item of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

_CN = "[零〇一二三四五六七八九十百]+"
_RANKS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第{_CN}章",
        rf"第{_CN}节",
        rf"第{_CN}条",
        rf"({_CN})、",
        rf"\({_CN}\)",
        r"(\d{1,3})(?:\.(?!\d)|、)",
        r"\(\d{1,3}\)",
    )
)
"""What a line begins with that opens an item, highest rank first; a group leaves the punctuation out."""
_WHITE = re.compile("[\\s\u200b\ufeff]+")
_SAME = 150
"""A heading is the repeat of an earlier one when so many characters after it are the same, or all that
are left: documents repeat short headings and sentences, not whole items."""


class _Heading(NamedTuple):
    rank: int
    number: str
    begin: int


def plain(text: str) -> str:
    """The text without white space, full-width characters made half-width: how phrases are compared."""
    return _WHITE.sub("", unicodedata.normalize("NFKC", text))


def canonical(number: str) -> str:
    """A number as `numbering` writes it, however it is written: `8．` is 8, `三(二)` is 三（二）."""
    shown = re.sub("[.、]", "", plain(number))
    return shown.replace("(", "（").replace(")", "）")


def numbering(text: str) -> tuple[str, ...]:
    """The numbers of a text's items in its order, each once though the text repeats itself."""
    lines = [plain(line) for line in text.splitlines()]
    whole = "".join(lines)
    headings = list(_without_repeats(whole, list(_headings(lines))))
    counted = Counter(heading[:2] for heading in headings)
    once = {h.rank for h in headings} - {rank for (rank, _), count in counted.items() if count > 1}
    found: list[str] = []
    above: list[_Heading] = []
    for heading, following in zip_longest(headings, headings[1:]):
        above = [*(h for h in above if h.rank < heading.rank), heading]
        if following is None or following.rank <= heading.rank:
            start = max((i for i, h in enumerate(above) if h.rank in once), default=0)
            found.append(canonical("".join(h.number for h in above[start:])))
    return tuple(found)


def _headings(lines: list[str]) -> Iterator[_Heading]:
    begin = 0
    for line in lines:
        for rank, pattern in enumerate(_RANKS):
            if match := pattern.match(line):
                yield _Heading(rank, match.group(match.lastindex or 0), begin)
                break
        begin += len(line)


def _without_repeats(whole: str, headings: list[_Heading]) -> Iterator[_Heading]:
    seen: set[str] = set()
    for heading in headings:
        # What is left at the end of the text may be less; no earlier item begins with it by chance.
        follows = whole[heading.begin : heading.begin + _SAME]
        if not any(earlier.startswith(follows) for earlier in seen):
            yield heading
        seen.add(follows)
