"""A portfolio cut into parts that do not refer to each other.

Rows that a reference connects, of whatever field, belong together; settings go to every part. The parts
depend on what is stated alone, as facts do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from subvent.partition import Partition
from subvent.portfolio.relations import references, referring_fields
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.vocabulary import ListSpec, Vocabulary

SIZE = 1_000
"""Rows of a shard, about: of larger ones grounding is hardly quicker, and takes more memory."""


def components(portfolio: Portfolio, vocabulary: Vocabulary) -> list[tuple[Row, ...]]:
    """The rows that references connect, each component in canonical order, the components by their first row.

    A row that is referred to connects whether it stands in the file or not.
    """
    together = Partition[str]()
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for name, rows in portfolio.rows.items():
        for row, target in _references(rows, vocabulary.lists[name], vocabulary):
            together.join((row.id, target))
    # Rows stand by list and then by id, so their components are in the order of the least of these.
    for name in sorted(portfolio.rows):
        for row in portfolio.rows[name]:
            found[together.of(row.id)].append(row)
    return [tuple(rows) for rows in sorted(found.values(), key=lambda rows: (rows[0].list, rows[0].id))]


def shards(portfolio: Portfolio, vocabulary: Vocabulary, size: int = SIZE) -> list[Portfolio]:
    """The portfolio as parts of about `size` rows, each of whole components, with all settings.

    Settings that refer to a row keep it in one piece.
    """
    if any(_references((portfolio.settings,), vocabulary.settings, vocabulary)):
        return [portfolio]
    packed: list[list[Row]] = []
    room = 0
    for rows in components(portfolio, vocabulary):
        if not packed or len(rows) > room:
            packed.append([])
            room = size
        packed[-1] += rows
        room -= len(rows)
    return [_part(portfolio, rows) for rows in packed]


def connected(portfolio: Portfolio, vocabulary: Vocabulary, ids: Collection[str]) -> Portfolio:
    """The rows of these ids with all that references connect with them, and all settings.

    Settings that refer to a row keep the portfolio in one piece.
    """
    if any(_references((portfolio.settings,), vocabulary.settings, vocabulary)):
        return portfolio
    held = [rows for rows in components(portfolio, vocabulary) if any(row.id in ids for row in rows)]
    return _part(portfolio, (row for rows in held for row in rows))


def parts_of(portfolio: Portfolio, vocabulary: Vocabulary) -> list[Portfolio]:
    """The portfolio as its components, each with all settings."""
    return [_part(portfolio, rows) for rows in components(portfolio, vocabulary)]


def _part(portfolio: Portfolio, rows: Iterable[Row]) -> Portfolio:
    lists: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        lists[row.list].append(row)
    ordered = {name: tuple(sorted(lists[name], key=lambda row: row.id)) for name in portfolio.rows}
    return portfolio._replace(rows=ordered)


def _references(rows: Iterable[Row], spec: ListSpec, vocabulary: Vocabulary) -> Iterator[tuple[Row, str]]:
    """Every id that a row refers to: in a field, in the keys of a map, and in what stands under them."""
    referring = referring_fields(spec)
    holding = [field for field in spec.fields if field.of in ("ref", "refs")]
    for row in rows:
        for _, target in references(row, referring, vocabulary):
            yield row, target
        for field in holding:
            for target in _innermost(row.fields.get(field.name)):
                yield row, target


def _innermost(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _innermost(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _innermost(inner)
    elif value is not None:
        yield str(value)
