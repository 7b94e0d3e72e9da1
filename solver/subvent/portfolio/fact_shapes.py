"""The shapes (`policy.shapes`) of all that a portfolio states: which of its atoms name a row, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product

from subvent.policy.shapes import PLAIN, ROW, TEXT, Shape, compound
from subvent.portfolio.facts import PREDICATES, SETTINGS_HORIZON, constant, is_reading_aid
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.validate import SETTINGS_ROW
from subvent.portfolio.vocabulary import SETTINGS, Choice, Field, FieldType, KeyType, ListSpec, Vocabulary

_TEXTS = frozenset(("text", "id"))
_ROWS = frozenset(("ref", "refs"))
_NAMED = frozenset(("choice", "choices"))


def fact_shapes(
    portfolio: Portfolio, vocabulary: Vocabulary, readings: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """Predicate and arguments of every shape among the facts, a few of them in vain.

    What is stated by some row counts as stated, and so does each value of a choice.
    """
    for question, answer in readings.items():
        yield "reading", ((constant(question),), (constant(answer),))
    stated = {(row.list, name) for rows in portfolio.rows.values() for row in rows for name in row.fields}
    stated |= {(SETTINGS, name) for name in portfolio.settings.fields}
    for spec in vocabulary.all_lists:
        if spec.name == SETTINGS or portfolio.rows.get(spec.name):
            rows = (portfolio.settings,) if spec.name == SETTINGS else portfolio.rows[spec.name]
            yield from _list_shapes(spec, rows, stated)


def _list_shapes(
    spec: ListSpec, rows: Collection[Row], stated: set[tuple[str, str]]
) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    row: Shape = (SETTINGS_ROW,) if spec.name == SETTINGS else ROW
    if spec.name != SETTINGS:
        yield "row", ((spec.constant,), ROW)
    if spec.subject:
        yield "subject", (ROW, ROW, (spec.constant,))
    for field in spec.fields:
        name = (field.constant,)
        if (spec.name, field.name) in stated and not is_reading_aid(field):
            for parts in _field_shapes(field, rows):
                yield from _atoms(row, field, parts)
                if field.symmetric:
                    yield "entry", (ROW, name, ROW, parts[-1])
        if field.absent != "unknown":
            yield "assumed", (row, name)
        if field.absent == "false":
            yield "flag", (row, name, ("false",))
        if field.absent == "zero":
            yield "value", (row, name, PLAIN)


def _atoms(row: Shape, field: Field, parts: tuple[Shape, ...]) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    if field.list == SETTINGS and field.name == SETTINGS_HORIZON:
        yield SETTINGS_HORIZON, parts
    else:
        predicate = "entry" if field.type == "map" else PREDICATES[field.type]
        yield predicate, (row, (field.constant,), *parts)


def _field_shapes(field: Field, rows: Iterable[Row]) -> Iterator[tuple[Shape, ...]]:
    """The shapes of what stands behind row and field: a value, or a key and a value."""
    if field.type in _NAMED:
        values = {row.fields.get(field.name, ()) for row in rows}
        chosen = {name for value in values for name in (value if isinstance(value, tuple) else (value,))}
        yield from (((choice.constant,),) for choice in field.choices if choice.name in chosen)
    elif field.type != "map":
        yield from ((shape,) for shape in _shapes(field.type, field.choices))
    else:
        yield from _entry_shapes(field)


def _entry_shapes(field: Field) -> Iterator[tuple[Shape, ...]]:
    values = _shapes(field.of, field.choices)
    keys = [_shapes(key.type, key.choices) for key in field.keys]
    for parts in product(*keys, values):
        key = parts[0] if len(keys) == 1 else compound("", parts[:-1])
        yield key, parts[-1]


def _shapes(kind: FieldType | KeyType, choices: tuple[Choice, ...]) -> list[Shape]:
    if kind in _NAMED:
        return [(choice.constant,) for choice in choices]
    if kind == "flag":
        return [("true",), ("false",)]
    if kind in _ROWS:
        return [ROW]
    return [TEXT] if kind in _TEXTS else [PLAIN]
