"""What must hold between rows: one id a row, references to something, no circles, no contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from subvent.diagnostics import Diagnostic, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.nearest import MOST_SEARCHES, nearest
from subvent.portfolio.types import Row
from subvent.portfolio.vocabulary import Field, ListSpec, Vocabulary

_Lists = Mapping[str, list[Row]]
_MOST_CANDIDATES = 2_000
"""More ids than this are not searched for the nearest: it would take longer than reading the file."""


class _Reference(NamedTuple):
    """One reference of a row, and the lists it may point into."""

    row: Row
    field: Field
    target: str
    into: tuple[str, ...]

    @property
    def place(self) -> Place:
        return self.row.places[self.field.name]


def relations(
    lists: _Lists, settings: Row, vocabulary: Vocabulary, unread: frozenset[str]
) -> list[Diagnostic]:
    """Everything that is wrong between the rows, and between the fields of one row.

    References that may point into a list of `unread` are not followed: its rows are not known.
    """
    found: list[Diagnostic] = [*_order_of_dates(settings, _ordered(vocabulary.settings))]
    found += _duplicates(lists, vocabulary)
    known = {row.id: name for name in reversed(list(lists)) for row in lists[name] if row.id}
    dangling: list[_Reference] = []
    for name, spec in vocabulary.lists.items():
        ordered, referring = _ordered(spec), referring_fields(spec)
        for row in lists[name]:
            found += _order_of_dates(row, ordered)
            dangling += [
                reference
                for reference in _references(row, referring, vocabulary)
                if unread.isdisjoint(reference.into) and known.get(reference.target) not in reference.into
            ]
        for field in spec.fields:
            if field.acyclic:
                found += _cycles(lists[name], field)
            if field.symmetric:
                found += _contradictions(lists[name], field)
    called = _called(lists) if dangling else {}
    for number, reference in enumerate(dangling):
        found += _dangling(reference, known, called, vocabulary, search=number < MOST_SEARCHES)
    return found


def _called(lists: _Lists) -> dict[str, str]:
    """The id of the row of each name; of a name that several rows bear, of the first."""
    rows = (row for some in lists.values() for row in some if row.id)
    return {str(row.fields["name"]): row.id for row in reversed(list(rows)) if "name" in row.fields}


def referring_fields(spec: ListSpec) -> list[Field]:
    """The fields of a list that point to other rows, by their values or by keys."""
    return [f for f in spec.fields if f.type in ("ref", "refs") or any(key.type == "ref" for key in f.keys)]


def references(row: Row, fields: list[Field], vocabulary: Vocabulary) -> Iterator[tuple[Field, str]]:
    """Every reference that a row makes in some fields: the field, and the id it points to."""
    for reference in _references(row, fields, vocabulary):
        yield reference.field, reference.target


def _references(row: Row, fields: list[Field], vocabulary: Vocabulary) -> Iterator[_Reference]:
    for field in fields:
        value = row.fields.get(field.name)
        if value is None:
            continue
        if field.type in ("ref", "refs"):
            targets = value if isinstance(value, tuple) else (value,)
            yield from (_Reference(row, field, str(t), vocabulary.targets(field.to)) for t in targets)
        for level, key in enumerate(field.keys):
            if key.type == "ref":
                into = vocabulary.targets(key.to)
                yield from (_Reference(row, field, str(k), into) for k in _keys(value, level))


def _keys(value: object, level: int) -> Iterator[object]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if level:
                yield from _keys(inner, level - 1)
            else:
                yield key


def _duplicates(lists: _Lists, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    first: dict[str, Row] = {}
    for name, rows in lists.items():
        for row in rows:
            if not row.id:
                continue
            if row.id not in first:
                first[row.id] = row
                continue
            place = next(
                (row.places[f.name] for f in vocabulary.lists[name].fields if _is_id(f, row)), row.place
            )
            code = "duplicate-id" if vocabulary.lists[name].has_id else "same-row"
            yield diagnostic(f"portfolio.{code}", place, id=shortened(row.id), first=str(first[row.id].place))


def _is_id(field: Field, row: Row) -> bool:
    return field.type == "id" and field.name in row.places


def _dangling(
    reference: _Reference,
    known: Mapping[str, str],
    called: Mapping[str, str],
    vocabulary: Vocabulary,
    *,
    search: bool,
) -> Iterator[Diagnostic]:
    """What is wrong with a reference. `known`: the list of an id; `called`: the id by name."""
    target = reference.target
    field = reference.field
    about: dict[str, Any] = {
        "id": shortened(target),
        "field": field.name,
        "zh_label": field.label.zh,
        "en_label": field.label.en,
        "zh_lists": "、".join(vocabulary.lists[name].label.zh for name in reference.into),
        "en_lists": ", ".join(vocabulary.lists[name].label.en for name in reference.into),
    }
    if target in known:
        spec = vocabulary.lists[known[target]]
        yield diagnostic(
            "portfolio.wrong-list", reference.place, **about, zh_is=spec.label.zh, en_is=spec.label.en
        )
    elif not field.open_ref:
        ids = [name for name, of in known.items() if of in reference.into] if search else []
        near = called.get(target, "")
        if known.get(near) not in reference.into:
            near = nearest(target, ids) if len(ids) <= _MOST_CANDIDATES else ""
        code = "no-such-row" if near else "no-such-row-alone"
        yield diagnostic(f"portfolio.{code}", reference.place, **about, nearest=shortened(near))


def _cycles(rows: list[Row], field: Field) -> Iterator[Diagnostic]:
    """One message a circle, told from its first id on."""
    # Reversed, so that of two rows with one id, which is reported elsewhere, the first counts.
    pointing = {row.id: row for row in reversed(rows) if row.id and field.name in row.fields}
    next_id = {name: str(row.fields[field.name]) for name, row in pointing.items()}
    done: set[str] = set()
    for start in sorted(next_id):
        path: dict[str, None] = {}
        at = start
        while at in next_id and at not in path and at not in done:
            path[at] = None
            at = next_id[at]
        if at in path:
            walk = list(path)
            circle = walk[walk.index(at) :]
            first = circle.index(min(circle))
            circle = circle[first:] + circle[:first]
            shown = " → ".join(shortened(name) for name in (*circle, circle[0]))
            yield diagnostic(
                "portfolio.cycle",
                pointing[circle[0]].places[field.name],
                zh_label=field.label.zh,
                en_label=field.label.en,
                field=field.name,
                circle=shown,
            )
        done |= set(path)


def _contradictions(rows: list[Row], field: Field) -> Iterator[Diagnostic]:
    stated: dict[tuple[str, str], tuple[object, Place]] = {}
    for row in rows:
        entries = row.fields.get(field.name)
        if not isinstance(entries, Mapping):
            continue
        place = row.places[field.name]
        about: dict[str, Any] = {"field": field.name, "zh_label": field.label.zh, "en_label": field.label.en}
        for other, amount in entries.items():
            pair = (row.id, str(other))
            if row.id == other:
                yield diagnostic("portfolio.with-itself", place, id=shortened(row.id), **about)
                continue
            known = stated.setdefault((min(pair), max(pair)), (amount, place))
            if known[0] != amount:
                yield diagnostic(
                    "portfolio.contradiction",
                    place,
                    one=shortened(row.id),
                    other=shortened(str(other)),
                    first=str(known[1]),
                    **about,
                )


def _ordered(spec: ListSpec) -> list[tuple[Field, Field]]:
    """The fields that hold a day not before that of another field, each with the other."""
    return [(field, first) for field in spec.fields if (first := spec.field(field.not_before))]


def _order_of_dates(row: Row, ordered: list[tuple[Field, Field]]) -> Iterator[Diagnostic]:
    for field, first in ordered:
        later, earlier = row.fields.get(field.name), row.fields.get(first.name)
        if isinstance(later, date) and isinstance(earlier, date) and later < earlier:
            yield diagnostic(
                "portfolio.wrong-order",
                row.places[field.name],
                zh_row=shortened(row.id),
                en_row=shortened(row.id),
                field=field.name,
                zh_label=field.label.zh,
                en_label=field.label.en,
                zh_first=first.label.zh,
                en_first=first.label.en,
                later=later.isoformat(),
                earlier=earlier.isoformat(),
            )
