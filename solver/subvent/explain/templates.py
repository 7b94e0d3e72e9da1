"""Sentences with holes for the arguments of an atom, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from string import Formatter
from types import CodeType
from typing import Any, NamedTuple

from subvent.diagnostics import Text
from subvent.logic.terms import Atom, Term

Kind = Callable[[Term, Atom, int], Text]
"""Tells an argument, given its atom and the place of the one that says more of it."""
_ANY: Term = ("_any",)
"""Stands in a negated premise for what may be anything."""
HOLE = re.compile(r"\{(\d+)(?::(\w+))?(?:\.(\d+))?\}")
"""A hole: the argument's place, its kind, and the argument that says more of it."""


def fill(template: Text, values: Sequence[Text]) -> Text:
    """A label with `{0}`, `{1}` … replaced; a hole without a value stays empty."""
    zh, en, holes = cut(template)
    shown = [values[hole.place] if hole.place < len(values) else Text("", "") for hole in holes]
    return Text(zh.format(*[one.zh for one in shown]), en.format(*[one.en for one in shown]))


def alike(names: Iterable[Term]) -> list[tuple[tuple[Term, ...], list[Term]]]:
    """The arguments of names but the last, each with the last ones of all names that agree in the others."""
    found: dict[tuple[Term, ...], list[Term]] = {}
    for name in names:
        if isinstance(name, tuple):
            found.setdefault(name[1:-1], []).extend(name[1:][-1:])
    return list(found.items())


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


def filling(
    template: Text, kinds: Mapping[str, Kind], terms: Mapping[Term, Text], *, many: bool
) -> Callable[[Atom], Text]:
    """A sentence as a function of the atom whose arguments it is filled with.

    `kinds` tell arguments of a kind, `terms` any. Where there are `many` atoms the function is written for
    the sentence: that takes as long as to fill a hundred, and fills each in a third of the time.
    """
    zh, en, holes = cut(template)
    if many:
        return _written(zh, en, holes, {**kinds, "ANY": _ANY, "terms": terms})
    shown = [(hole.place + 1, hole.kind and kinds[hole.kind], hole.other) for hole in holes]

    def filled(atom: Atom) -> Text:
        found = [
            kind(atom[place], atom, other) if kind and atom[place] != _ANY else terms[atom[place]]
            for place, kind, other in shown
        ]
        return Text(zh.format(*[one.zh for one in found]), en.format(*[one.en for one in found]))

    return filled


def _written(zh: str, en: str, holes: Sequence[Hole], used: Mapping[str, Any]) -> Callable[[Atom], Text]:
    lines = ["def filled(atom):"]
    for number, (place, kind, other) in enumerate(holes):
        argument = f"atom[{place + 1}]"
        plain = f"terms[{argument}]"
        told = f"{kind}({argument}, atom, {other}) if {argument} != ANY else {plain}" if kind else plain
        lines.append(f"    p{number} = {told}")
    lines.append(f"    return new(Text, ({_as_source(zh, 'zh')}, {_as_source(en, 'en')}))")
    found: dict[str, Any] = {"Text": Text, "new": tuple.__new__, **used}
    exec(_compiled("\n".join(lines)), found)  # noqa: S102 - names of our own, and texts as literals
    made: Callable[[Atom], Text] = found["filled"]
    return made


@lru_cache(maxsize=4096)
def _compiled(source: str) -> CodeType:
    return compile(source, "<sentence>", "exec")


def _as_source(text_: str, language: str) -> str:
    """A format string over numbers as the source of an f-string."""
    parts = []
    for literal, number, _, _ in Formatter().parse(text_):
        parts.append(literal.replace("{", "{{").replace("}", "}}").encode("unicode_escape").decode())
        parts.append("" if number is None else f"{{p{number}.{language}}}")
    inside = "".join(parts).replace('"', '\\"')
    return f'f"{inside}"'


def _as_format(text_: str) -> str:
    return text_.replace("{", "{{").replace("}", "}}").replace("\0", "{").replace("\1", "}")
