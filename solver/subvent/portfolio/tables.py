"""What is unusual in a table that a portfolio brings along: rates by amount, awards by title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, cast

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.portfolio.nearest import nearest
from subvent.portfolio.numbers import plain
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.vocabulary import SETTINGS, Field, Key, Vocabulary


def table_remarks(
    row: Row, tables: Iterable[Field], portfolio: Portfolio, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """Warnings about some maps of a row: empty, a gap below, values that fall, fractions, unmatched keys."""
    for field in tables:
        table = cast("Any", row.fields.get(field.name))
        if table is None:
            continue
        if field.list == SETTINGS and not _says_something(table):
            yield _warning("portfolio.table-empty", row, field)
        elif field.begins is not None and min(table) > field.begins:
            first = plain(min(table))
            yield _warning("portfolio.table-begins", row, field, first=first, begins=plain(field.begins))
        if field.rising:
            yield from _falls(row, field, table)
        if field.value_type == "percent":
            yield from _fractions(row, field, table)
        if field.keys[0].like:
            yield from _unmatched(row, field, table, portfolio, vocabulary)


def _says_something(table: Mapping[Any, object]) -> bool:
    """Whether there is a value at the end of every key."""
    inner = [value for value in table.values() if isinstance(value, Mapping)]
    return bool(table) and all(map(_says_something, inner))


def _falls(row: Row, field: Field, table: Mapping[Any, Any]) -> Iterator[Diagnostic]:
    for (_, before), (amount, after) in pairwise(sorted(table.items())):
        if after < before:
            said = {"amount": plain(amount), "before": plain(before), "after": plain(after)}
            yield _warning("portfolio.table-falls", row, field, **said)


def _fractions(row: Row, field: Field, table: Mapping[Any, object]) -> Iterator[Diagnostic]:
    """Per cent that are below one are probably fractions of one: 0.15 is meant to be 15 %."""
    below = [value for value in _values(table) if 0 < value < 1]
    if below:
        hundred = plain(min(below) * 100)
        yield _warning("portfolio.table-fraction", row, field, value=plain(min(below)), meant=hundred)


def _values(table: Mapping[Any, object]) -> Iterator[Decimal]:
    """The values at the ends of all keys."""
    for value in table.values():
        if isinstance(value, Mapping):
            yield from _values(value)
        elif isinstance(value, Decimal):
            yield value


def _unmatched(
    row: Row, field: Field, table: Mapping[Any, object], portfolio: Portfolio, vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    key = field.keys[0]
    known = _known(key, portfolio, vocabulary)
    for text in table:
        if str(text) not in known:
            near = nearest(str(text), known)
            said = {"shown": shortened(str(text)), "zh_key": key.label.zh, "en_key": key.label.en}
            yield _warning(
                "portfolio.table-unmatched", row, field, nearest=near or "、".join(sorted(known)), **said
            )


def _known(key: Key, portfolio: Portfolio, vocabulary: Vocabulary) -> set[str]:
    """The texts that a key may match: those that rows state, and the usual ones."""
    assert key.like is not None  # noqa: S101 - the caller asks for keys that have it
    name, of = key.like
    stated = {str(row.fields[of]) for row in portfolio.rows.get(name, ()) if of in row.fields}
    usual = vocabulary.lists[name].field(of)
    return stated | set(usual.suggestions if usual else ())


def _warning(code: str, row: Row, field: Field, **said: str) -> Diagnostic:
    about: dict[str, Any] = {"field": field.name, "zh_label": field.label.zh, "en_label": field.label.en}
    about |= said
    return diagnostic(code, row.places[field.name], severity="warning", **about)
