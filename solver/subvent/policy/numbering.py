r"""The numbering of a document's text: which numbers it has, as its own headings give them.

    numbering("一、目标\n（一）近期。…\n（二）远期。…")   # ("一（一）", "一（二）")

Chinese documents number in a fixed order of ranks: 章, 节, 条, then 一、 （一） 1. （1）. A number is
written with the numbers above it, unless its rank counts on under several headings, as articles do:
then it stands alone. A heading that only holds lower numbers is not an item of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
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
_PAGE_MARK = re.compile(r"(?m)^\s*[—–-]+\s*\d+\s*[—–-]+\s*$")
_SAME = 150
"""A heading is the repeat of an earlier one when so many characters from it on are the same: documents use
short headings and sentences again, not whole items."""


class _Heading(NamedTuple):
    rank: int
    number: str
    begin: int


def plain(text: str) -> str:
    """The text without white space and page marks (—2—), full-width characters made half-width.

    So phrases are compared.
    """
    return _WHITE.sub("", unicodedata.normalize("NFKC", _PAGE_MARK.sub("", text)))


def canonical(number: str) -> str:
    """A number as `numbering` writes it, however it is written: `8．` is 8, `三(二)` is 三（二）."""
    shown = re.sub("[.、]", "", plain(number))
    return shown.replace("(", "（").replace(")", "）")


def numbering(text: str) -> tuple[str, ...]:
    """The numbers of a text's items in its order, each once though the text repeats itself."""
    lines = [plain(line) for line in text.splitlines()]
    whole = "".join(lines)
    headings = list(_without_repeats(whole, list(_headings(lines))))
    paths: list[list[_Heading]] = []
    for heading in headings:
        above = [h for h in (paths[-1] if paths else ()) if h.rank < heading.rank]
        paths.append([*above, heading])
    alone = _counted_on(paths)
    found: list[str] = []
    for path, following in zip_longest(paths, headings[1:]):
        if following is None or following.rank <= path[-1].rank:
            start = max((i for i, h in enumerate(path) if h.rank in alone), default=0)
            found.append(canonical("".join(h.number for h in path[start:])))
    return tuple(found)


def _counted_on(paths: list[list[_Heading]]) -> set[int]:
    """The ranks that stand under several headings and do not begin anew under each."""
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    under: defaultdict[int, set[tuple[_Heading, ...]]] = defaultdict(set)
    for *above, heading in paths:
        numbers[heading.rank].append(heading.number)
        under[heading.rank].add(tuple(above))
    return {
        rank for rank, all_of in numbers.items() if len(set(all_of)) == len(all_of) and len(under[rank]) > 1
    }


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
    repeating = False
    for heading in headings:
        follows = whole[heading.begin : heading.begin + _SAME]
        known = any(earlier.startswith(follows) for earlier in seen)
        # Where less is left of the text, it is a repeat if what stands before it is one.
        repeating = known and (repeating or len(follows) == _SAME)
        if not repeating:
            yield heading
        seen.add(follows)
