"""Sentences with holes for the arguments of an atom, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from string import Formatter
from types import CodeType
from typing import Any, NamedTuple

from subvent.diagnostics import Text

HOLE = re.compile(r"\{(\d+)(?::(\w+))?(?:\.(\d+))?\}")
"""A hole: the argument's place, its kind, and the argument that says more of it."""


def fill(template: Text, values: Sequence[Text]) -> Text:
    """A label with `{0}`, `{1}` … replaced; a hole without a value stays empty."""
    return _filled(template, len(values))(values)


@lru_cache(maxsize=4096)
def _filled(template: Text, count: int) -> Callable[[Sequence[Text]], Text]:
    zh, en, holes = cut(template)
    if not holes:
        whole = Text(zh.format(), en.format())
        return lambda _: whole
    shown = {
        str(number): f"values[{hole.place}]" if hole.place < count else "('', '')"
        for number, hole in enumerate(holes)
    }
    return written(Text(zh, en), "values", shown, {})


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


@lru_cache(maxsize=4096)
def phrase(template: Text) -> Callable[[Mapping[str, Text | str]], Text]:
    """A sentence with holes that have names as a function of what to fill them with.

    That raises KeyError where one of these is not given.
    """
    names = dict.fromkeys(name for text_ in template for _, name in _pieces(text_) if name is not None)
    shown = {name: f"v if type(v := given[{name!r}]) is Text else (v, v)" for name in names}
    return written(template, "given", shown, {})


def written(
    template: Text, argument: str, shown: Mapping[str, str], used: Mapping[str, Any]
) -> Callable[[Any], Text]:
    """A sentence, in both languages a format string, as a function of one argument.

    `shown` has for each hole the expression, over the argument and the names in `used`, of what it is filled
    with: thousands are filled alike, and to go through a list of holes for each takes most of the time.
    """
    places = {name: f"p{number}" for number, name in enumerate(shown)}
    lines = [f"    {places[name]} = {expression}" for name, expression in shown.items()]
    zh, en = (_as_source(text_, language, places) for language, text_ in enumerate(template))
    source = "\n".join([f"def filled({argument}):", *lines, f"    return new(Text, ({zh}, {en}))"])
    found: dict[str, Any] = {"Text": Text, "new": tuple.__new__, **used}
    exec(_compiled(source), found)  # noqa: S102 - names of our own, and texts as literals
    made: Callable[[Any], Text] = found["filled"]
    return made


@lru_cache(maxsize=4096)
def _compiled(source: str) -> CodeType:
    return compile(source, "<sentence>", "exec")


def _pieces(text_: str) -> list[tuple[str, str | None]]:
    """What stands before each hole of a format string, with the hole's name; None after the last one."""
    return [(literal, name) for literal, name, _, _ in Formatter().parse(text_)]


def _as_source(text_: str, language: int, places: Mapping[str, str]) -> str:
    """A format string as the source of an f-string."""
    parts = []
    for literal, name in _pieces(text_):
        parts.append(literal.replace("{", "{{").replace("}", "}}").encode("unicode_escape").decode())
        parts.append("" if name is None else f"{{{places[name]}[{language}]}}")
    inside = "".join(parts).replace('"', '\\"')
    return f'f"{inside}"'


def _as_format(text_: str) -> str:
    return text_.replace("{", "{{").replace("}", "}}").replace("\0", "{").replace("\1", "}")
