"""Facts cut into groups such that no row is named in two of them, by what the facts themselves say.

Rows that one fact names belong together. A fact is a line of text; `row(L,"X")` says that X is a row.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from subvent.partition import Partition

SIZE = 1_000
"""Rows of a group, about: so many take some 50 MB while they are evaluated."""
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ROW = re.compile(r'row\([^,"]*,"((?:[^"\\]|\\.)*)"\)')


class Groups(NamedTuple):
    """`lines[N]` are the facts of group N, `shared` those of all; `of` has the group of each row's id.

    Ids are written as in a fact, between its quotation marks.
    """

    lines: Sequence[Sequence[str]]
    shared: Sequence[str]
    of: dict[str, int]


def groups(held: Sequence[str], named: Collection[str], size: int = SIZE) -> Groups:
    """The facts in groups of about `size` rows. What is `named` by rules counts as no row's id."""
    rows = {one[1] for line in held if (one := _ROW.fullmatch(line))}.difference(named)
    together = Partition[str]()
    first = []
    for line in held:
        about = [name for name in strings(line) if name in rows]
        first.append(about[0] if about else "")
        if len(about) > 1:
            together.join(about)
    many = Counter(map(together.of, rows))
    number: dict[str, int] = {}
    last, room = -1, 0
    found: defaultdict[int, list[str]] = defaultdict(list)
    shared = []
    for line, name in zip(held, first, strict=True):
        if not name:
            shared.append(line)
            continue
        root = together.of(name)
        if root not in number:
            if many[root] > room:
                last, room = last + 1, size
            room -= many[root]
            number[root] = last
        found[number[root]].append(line)
    of = {name: number[together.of(name)] for name in rows}
    return Groups([found[at] for at in range(last + 1)], shared, of)


def strings(text: str) -> list[str]:
    """What stands between quotation marks, as it is written."""
    return _STRING.findall(text)
