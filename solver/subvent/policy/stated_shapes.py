"""The shapes (`policy.shapes`) of all that any portfolio may state, each row's id known by its list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from subvent.policy.shapes import LIST, NUMBER, ROW, TEXT, Shape, compound
from subvent.policy.types import Reading
from subvent.portfolio.facts import PREDICATES, SETTINGS_HORIZON, constant, is_reading_aid
from subvent.portfolio.validate import SETTINGS_ROW
from subvent.portfolio.vocabulary import SETTINGS, Choice, Field, ListSpec, Vocabulary

STATED_TEXT: Shape = (LIST, ("text",), TEXT)
"""The shape of what is stated in words, which is no row's id; a text that a rule writes may be either."""
_Stated = tuple[str, tuple[Shape, ...]]


def row_of(spec: ListSpec) -> Shape:
    """The shape of the ids of a list's rows; of the settings the one constant."""
    return (SETTINGS_ROW,) if spec.name == SETTINGS else (LIST, (spec.name,), ROW)


def stated_shapes(vocabulary: Vocabulary, readings: Iterable[Reading]) -> Iterator[_Stated]:
    """Predicate and arguments of every shape that facts may have, under any answers."""
    for reading in readings:
        for answer in reading.answers:
            yield "reading", ((constant(reading.name),), (constant(answer.name),))
    for spec in vocabulary.all_lists:
        if spec.name != SETTINGS:
            yield "row", ((spec.constant,), row_of(spec))
        if spec.subject and (applicant := spec.field(spec.subject)):
            for one in _rows(vocabulary, applicant.to):
                yield "subject", (row_of(spec), one, (spec.constant,))
        for field in spec.fields:
            if not is_reading_aid(field):
                yield from _of_field(vocabulary, spec, field)


def _of_field(vocabulary: Vocabulary, spec: ListSpec, field: Field) -> Iterator[_Stated]:
    row, name = row_of(spec), (field.constant,)
    if field.absent != "unknown":
        yield "assumed", (row, name)
    if field.type == "map":
        keys = [_shapes(vocabulary, key.type, key.choices, key.to) for key in field.keys]
        for *parts, value in product(*keys, _shapes(vocabulary, field.of, field.choices, ())):
            yield "entry", (row, name, parts[0] if len(parts) == 1 else compound("", parts), value)
        return
    for value in _shapes(vocabulary, field.type, field.choices, field.to):
        if field.list == SETTINGS and field.name == SETTINGS_HORIZON:
            yield SETTINGS_HORIZON, (value,)
        else:
            yield PREDICATES[field.type], (row, name, value)


def _shapes(
    vocabulary: Vocabulary, kind: str, choices: tuple[Choice, ...], to: tuple[str, ...]
) -> list[Shape]:
    if kind in ("choice", "choices"):
        return [(choice.constant,) for choice in choices]
    if kind == "flag":
        return [("true",), ("false",)]
    if kind in ("ref", "refs"):
        return _rows(vocabulary, to)
    return [STATED_TEXT] if kind in ("text", "id") else [NUMBER]


def _rows(vocabulary: Vocabulary, to: tuple[str, ...]) -> list[Shape]:
    return [row_of(vocabulary.spec(name)) for name in vocabulary.targets(to)]
