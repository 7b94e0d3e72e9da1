"""Sentences with holes for the arguments of an atom, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from subvent.diagnostics import Text

HOLE = re.compile(r"\{(\d+)(?::(\w+))?(?:\.(\d+))?\}")
"""A hole: the argument's place, its kind, and the argument that says more of it."""


def fill(template: Text, values: Sequence[Text]) -> Text:
    """A label with `{0}`, `{1}` … replaced; a hole without a value stays empty."""
    zh, en, holes = cut(template)
    shown = [values[hole.place] if hole.place < len(values) else Text("", "") for hole in holes]
    return Text(zh.format(*[one.zh for one in shown]), en.format(*[one.en for one in shown]))


class Hole(NamedTuple):
    """A place in a sentence for an argument: its kind, and the argument that says more of it."""

    place: int
    kind: str | None
    other: int


@lru_cache(maxsize=4096)
def cut(template: Text) -> tuple[str, str, tuple[Hole, ...]]:
    """A sentence in both languages as format strings over its holes."""
    numbers: dict[str, int] = {}
    holes: list[Hole] = []

    def number(found: re.Match[str]) -> str:
        if found[0] not in numbers:
            numbers[found[0]] = len(holes)
            holes.append(Hole(int(found[1]), found[2], int(found[3] or 0)))
        return f"\0{numbers[found[0]]}\1"

    zh, en = HOLE.sub(number, template.zh), HOLE.sub(number, template.en)
    return _as_format(zh), _as_format(en), tuple(holes)


def _as_format(text_: str) -> str:
    return text_.replace("{", "{{").replace("}", "}}").replace("\0", "{").replace("\1", "}")
