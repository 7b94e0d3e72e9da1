"""From raw cells to a valid portfolio, or to a complete list of what is wrong with it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.display import shortened
from subvent.portfolio.limits import MOST_FAULTS
from subvent.portfolio.models import Context, is_blank, row_model
from subvent.portfolio.nearest import MOST_SEARCHES, nearest
from subvent.portfolio.numbers import plain
from subvent.portfolio.partly_read import Reported
from subvent.portfolio.relations import relations
from subvent.portfolio.scalars import UNITS, RefusedError, shown, to_choice, to_name
from subvent.portfolio.types import Cell, Portfolio, RawPortfolio, RawRow, Row, Value
from subvent.portfolio.vocabulary import SETTINGS, Field, ListSpec, Vocabulary

SETTINGS_ROW = "portfolio"
"""The id of the one row of settings."""

_UNIT = "unit"
_SHORT_DIGEST = 12
"""Characters of a digest that tell the rows of one file from those of another."""
_DEFAULT_UNIT = "万元"
_Unreported = dict[Place, list[Cell]]
"""Of lists of a row by their places, the items that no reader has told of."""
_CELL = re.compile(r"([A-Z]*)([0-9]*)")


def validate(raw: RawPortfolio, vocabulary: Vocabulary) -> Portfolio:
    """The portfolio that the cells state. Raises InputError with everything that is wrong in them."""
    portfolio, found = check(raw, vocabulary)
    if found:
        raise InputError(*in_order(found))
    return portfolio


def check(
    raw: RawPortfolio, vocabulary: Vocabulary, unread: frozenset[str] = frozenset()
) -> tuple[Portfolio, list[Diagnostic]]:
    """What can be taken of the cells, and everything that is wrong with the rest.

    References into the lists named in `unread`, which could not be read, are not followed.
    """
    unit = _unit(raw.settings, vocabulary)
    found: list[Diagnostic] = []
    settings = _Rows(vocabulary.settings, unit, vocabulary).take((raw.settings,), found)
    rows: dict[str, tuple[Row, ...]] = {}
    stated: dict[str, list[Row]] = {}
    for name, spec in vocabulary.lists.items():
        stated[name] = _Rows(spec, unit, vocabulary).take(raw.lists.get(name, ()), found)
        rows[name] = tuple(sorted(stated[name], key=lambda row: row.id))
    if len(found) < MOST_FAULTS:
        found += relations(stated, settings[0], vocabulary, unread)
    else:
        # Of rows that were not looked at nothing can be said.
        found.append(diagnostic("portfolio.more-faults", Place(raw.file), count=len(found)))
    return Portfolio(raw.file, _digest(settings[0], rows), settings[0], rows), found


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by place, each once."""
    return sorted(dict.fromkeys(found), key=_reading_order)


def _reading_order(found: Diagnostic) -> tuple[object, ...]:
    place = found.place or Place("")
    match = _CELL.match(place.cell)
    column, row = (match[1], int(match[2] or 0)) if match else ("", 0)
    return (
        place.file,
        place.line,
        place.column,
        place.sheet,
        row,
        len(column),
        column,
        found.code,
        found.what.en,
    )


def _unit(settings: RawRow, vocabulary: Vocabulary) -> str:
    """The money unit of the file as its label. A wrong one is reported where the settings are checked."""
    field = vocabulary.settings.field(_UNIT)
    cell = settings.cells.get(_UNIT)
    if field is None or cell is None:
        return _DEFAULT_UNIT
    try:
        name = to_choice(cell.value, field.choices)
    except RefusedError:
        return _DEFAULT_UNIT
    label = next(choice.label.zh for choice in field.choices if choice.name == name)
    return label if label in UNITS else _DEFAULT_UNIT


def _plain(cell: Cell) -> object:
    """The cell's value without places and without cells that are reported already."""
    if isinstance(cell.value, list):
        return [_plain(item) for item in cell.value if not isinstance(item.value, Reported)]
    if isinstance(cell.value, dict):
        return {key: _plain(item) for key, item in cell.value.items() if not isinstance(item.value, Reported)}
    return cell.value


class _LatePlaces(Mapping[str, Place]):
    """Where the fields of a row stand, of which the cells are only read once somebody asks."""

    def __init__(self, cells: Mapping[str, Cell], names: Collection[str]) -> None:
        self._cells, self._names = cells, names

    def __getitem__(self, name: str) -> Place:
        if name not in self._names:
            raise KeyError(name)
        return self._cells[name].place

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _places(raw: RawRow, names: Collection[str]) -> Mapping[str, Place]:
    """Where the named fields of a row stand, and where others would."""
    if raw.plain is not None:
        return _LatePlaces(raw.cells, names)
    return {**raw.blank, **{name: raw.cells[name].place for name in names}}


def _parts(raw: RawRow, names: Iterable[str]) -> dict[tuple[str, ...], Place]:
    """Where the entries of the named maps stand, in a file that has a cell for each."""
    if raw.plain is not None or not raw.place.sheet:
        return {}
    return {path: place for name in names for path, place in _entries((name,), raw.cells[name])}


def _entries(path: tuple[str, ...], cell: Cell) -> Iterator[tuple[tuple[str, ...], Place]]:
    for key, inner in cell.value.items() if isinstance(cell.value, dict) else ():
        yield (*path, key), inner.place
        yield from _entries((*path, key), inner)


class _Rows:
    """Validates the rows of one list."""

    def __init__(self, spec: ListSpec, unit: str, vocabulary: Vocabulary) -> None:
        self.spec = spec
        self.context = Context(unit)
        self.vocabulary = vocabulary
        self.model = row_model(spec)
        self.partial: type[BaseModel] | None = None
        self.searches = 0
        self.id_field = next((field.name for field in spec.fields if field.type == "id"), "")
        self.known = {field.name for field in spec.fields}
        self.maps = {field.name for field in spec.fields if field.type == "map"}
        self.aliases = {name: info.alias or name for name, info in self.model.model_fields.items()}

    def take(self, rows: Iterable[RawRow], found: list[Diagnostic]) -> list[Row]:
        """Every row with its valid fields; what is wrong with the others is added to `found`.

        Once that is far too much, the rows that are left are not looked at.
        """
        taken: list[Row] = []
        for raw in rows:
            if len(found) >= MOST_FAULTS:
                break
            values = self._validated(raw, found)
            places, parts = _places(raw, values), _parts(raw, self.maps & values.keys())
            taken.append(Row(self.spec.name, self._id(values), values, places, raw.place, parts))
        return taken

    def _validated(self, raw: RawRow, found: list[Diagnostic]) -> dict[str, Value]:
        given: dict[str, object] = {}
        reported: set[str] = set()
        plain = raw.plain
        if plain is None:
            reported = {name for name, cell in raw.cells.items() if isinstance(cell.value, Reported)}
            plain = {name: _plain(cell) for name, cell in raw.cells.items() if name not in reported}
        for name, value in plain.items():
            if name not in self.known:
                # Of a field that does not exist only the name matters, however much stands under it.
                given[name] = None
            elif not is_blank(value):
                given[name] = value
        try:
            return self._values(self.model, given)
        except ValidationError as error:
            problems = error.errors(include_url=False)
        wrong = {str(problem["loc"][0]) for problem in problems}
        unreported: _Unreported = {}
        found += [self._message(p, raw, unreported) for p in problems if str(p["loc"][0]) not in reported]
        # The rest of the row is still good for finding what is wrong between rows.
        self.partial = self.partial or row_model(self.spec, partial=True)
        left_out = wrong | reported
        return self._values(self.partial, {n: v for n, v in given.items() if n not in left_out})

    def _values(self, model: type[BaseModel], given: Mapping[str, object]) -> dict[str, Value]:
        row = model.model_validate(given, context=self.context)
        values = vars(row)
        return dict(sorted((self.aliases[stated], values[stated]) for stated in row.model_fields_set))

    def _id(self, values: Mapping[str, Value]) -> str:
        if self.spec.name == SETTINGS:
            return SETTINGS_ROW
        if self.spec.has_id:
            return str(values.get(self.id_field, ""))
        digest = hashlib.sha256(_canonical(_written(values)).encode()).hexdigest()
        return f"{self.spec.name}-{digest[:16]}"

    def _message(self, problem: ErrorDetails, raw: RawRow, unreported: _Unreported) -> Diagnostic:
        name = str(problem["loc"][0])
        field = self.spec.field(name)
        if field is None:
            return self._unknown_key(name, raw)
        place = _place(problem["loc"], raw, unreported)
        about: dict[str, Any] = {
            "field": name,
            "zh_label": field.label.zh,
            "en_label": field.label.en,
            **self._name(raw),
            "example": _example_in_cell(field.example) if place.sheet else _example(field),
        }
        if problem["type"] == "missing":
            code = "xlsx.missing-cell" if place.sheet else "portfolio.missing"
            return diagnostic(code, raw.blank.get(name, raw.place), **about)
        if problem["type"] == "refused":
            context = dict(problem["ctx"])
            return diagnostic(f"portfolio.{context.pop('code')}", place, **about, **context)
        codes = {"list_type": "not-list", "dict_type": "not-map", "too_short": "empty-list"}
        return diagnostic(
            f"portfolio.{codes[problem['type']]}", place, **about, shown=_brief(problem["input"])
        )

    def _name(self, raw: RawRow) -> dict[str, str]:
        """The row as messages call it: by its id where it has one, else by its list."""
        cell = raw.cells.get(self.id_field)
        try:
            name = shortened(to_name(cell.value)) if cell else ""
        except RefusedError:
            name = ""
        label = self.spec.label
        return {"zh_row": name or label.zh, "en_row": name or label.en}

    def _unknown_key(self, name: str, raw: RawRow) -> Diagnostic:
        place = raw.cells[name].place
        known = {f.name: f.name for f in self.spec.fields} | {f.label.zh: f.name for f in self.spec.fields}
        if self.spec.name == SETTINGS:
            known |= {spec.name: spec.name for spec in self.vocabulary.lists.values()}
            known |= {spec.sheet: spec.name for spec in self.vocabulary.lists.values()}
        self.searches += 1
        near = nearest(name, known) if self.searches <= MOST_SEARCHES else ""
        about: dict[str, Any] = {"key": shortened(name), **self._name(raw)}
        if near:
            return diagnostic("portfolio.unknown-key", place, **about, nearest=known[near])
        fields = ", ".join(dict.fromkeys(known.values()))
        return diagnostic("portfolio.unknown-key-alone", place, **about, known=fields)


def _place(path: tuple[int | str, ...], raw: RawRow, unreported: _Unreported) -> Place:
    """Where the innermost cell on the path to a problem stands; `unreported` is kept from one to the next."""
    cell = raw.cells.get(str(path[0]))
    if cell is None:
        return raw.place
    for step in path[1:]:
        if isinstance(cell.value, list) and isinstance(step, int):
            # What is reported already was left out before validation: count the others.
            if cell.place not in unreported:
                unreported[cell.place] = [one for one in cell.value if not isinstance(one.value, Reported)]
            cell = unreported[cell.place][step]
        elif isinstance(cell.value, dict) and str(step) in cell.value:
            cell = cell.value[str(step)]
        else:
            break
    return cell.place


def _brief(value: object) -> str:
    if isinstance(value, list):
        return "[…]"
    return "{…}" if isinstance(value, dict) else shown(value)


def _example(field: Field) -> str:
    """The field's example as one would write it in a file."""
    if field.example is None:
        return "…"
    return json.dumps(_jsonable(field.example), ensure_ascii=False).replace('"', "")


def _example_in_cell(example: object) -> str:
    """An example as one would type it into a cell of a workbook."""
    if isinstance(example, Mapping):
        return "、".join(f"{_key(k)}={_example_in_cell(v)}" for k, v in example.items())
    if isinstance(example, list | tuple):
        return "、".join(map(_example_in_cell, example))
    if isinstance(example, bool):
        return "是" if example else "否"
    return "…" if example is None else str(_jsonable(example))


def _jsonable(value: object) -> object:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dict):
        return {_key(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _key(key: object) -> str:
    return plain(key) if isinstance(key, Decimal) else str(key)


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_jsonable)


def _written(fields: Mapping[str, Value]) -> dict[str, object]:
    """The fields of a row for `_canonical`, to which the keys of maps have to be text."""
    return {name: _jsonable(v) if isinstance(v, dict) else v for name, v in fields.items()}


def row_digests(portfolio: Portfolio) -> dict[str, str]:
    """The beginning of a digest of each row by its id, the settings among them: as `sha256` of the whole."""
    settings = {name: value for name, value in portfolio.settings.fields.items() if name != _UNIT}
    fields = {portfolio.settings.id: settings}
    fields |= {row.id: dict(row.fields) for rows in portfolio.rows.values() for row in rows}
    return {
        row: hashlib.sha256(_canonical(_written(values)).encode()).hexdigest()[:_SHORT_DIGEST]
        for row, values in fields.items()
    }


def _digest(settings: Row, rows: Mapping[str, tuple[Row, ...]]) -> str:
    """SHA-256 of what the file states: the same whatever its format, unit, order and blanks."""
    content = {
        SETTINGS: _written({name: value for name, value in settings.fields.items() if name != _UNIT}),
        **{name: [_written(row.fields) for row in members] for name, members in rows.items() if members},
    }
    return hashlib.sha256(_canonical(content).encode()).hexdigest()
