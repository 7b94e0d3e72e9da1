"""What may change: the fields of rows that have a range of values, and every position in it.

A measure is a field of one row, or one entry of a map. An amount or a day has a scale, whose positions are
whole numbers: fen, millionths of a unit, single units, days. A yes or no and a named value have options.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from subvent.portfolio.types import Portfolio, Row, Value
from subvent.portfolio.vocabulary import Field, FieldType, ListSpec, Vocabulary

MILLION = 10**6
_YEARS_BACK = 5
"""How many calendar years before `as_of` the entries of a map that nobody stated may be asked for."""
_SCALES: frozenset[FieldType] = frozenset({"money", "quantity", "percent", "integer", "year", "date"})
_IN_MILLIONTHS: frozenset[FieldType] = frozenset({"money", "quantity", "percent"})
_OPTIONS: frozenset[FieldType] = frozenset({"flag", "choice", "choices", "years"})
_ABSENT: Mapping[str, Value] = {"false": False, "zero": Decimal(0)}
EACH_YEAR = "*"
"""As a path: every year that a map leaves out, all alike."""


class Key(NamedTuple):
    """What a measure is known by: row, field, and the keys of an entry of a map."""

    row: str
    field: str
    path: tuple[object, ...] = ()


Changes = frozenset[tuple[Key, int]]
"""Measures with the positions they are moved to."""


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A measure: where it stands now, and where it can be moved.

    `before` is its position, None where nothing is stated or assumed. `low` and `high` are its ends, both
    included. `years` are those that `EACH_YEAR` stands for.
    """

    key: Key
    row: Row
    field: Field
    before: int | None
    low: int
    high: int
    options: tuple[Value, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def stated(self) -> bool:
        """Whether the file says it."""
        return self.before is not None and self.field.name in self.row.fields

    @property
    def in_millionths(self) -> bool:
        """Whether a step is a millionth of a unit: of money, one fen."""
        return self.field.value_type in _IN_MILLIONTHS

    def value(self, position: int) -> Value:
        """What stands at a position."""
        if self.options:
            return self.options[position]
        if self.field.value_type == "date":
            return date.fromordinal(position)
        if self.in_millionths:
            return Decimal(position).scaleb(-6)
        return position

    def stated_with(self, stated: Value | None, position: int) -> Value:
        """The whole value of the field, once the measure is moved; `stated` is what it is before."""
        new = self.value(position)
        for key in reversed(self.key.path):
            new = dict.fromkeys(self.years, new) if key == EACH_YEAR else {key: new}
        return _merged(stated, new) if self.key.path else new


def _merged(stated: object, new: object) -> Value:
    if not isinstance(new, Mapping):
        return new  # type: ignore[return-value]  # the innermost value of a map
    own = stated if isinstance(stated, Mapping) else {}
    return {**own, **{key: _merged(own.get(key), inner) for key, inner in new.items()}}


def position(field: Field, value: object) -> int:
    """The position of a value on the scale of its field."""
    if isinstance(value, date):
        return value.toordinal()
    if field.value_type in _IN_MILLIONTHS:
        return int(Decimal(str(value)).scaleb(6))
    return int(str(value))


def can_move(field: Field) -> bool:
    """Whether the field has measures at all: text, codes and references have none."""
    if field.type == "map":
        return field.of in _SCALES and not field.symmetric
    return field.type in _SCALES | _OPTIONS


def is_measured(field: Field) -> bool:
    """Whether a field is measured or answered by yes or no; what a row is named or classed is neither."""
    return can_move(field) and field.value_type not in {"choice", "choices", "years", "year"}


def measures(row: Row, field: Field, portfolio: Portfolio, vocabulary: Vocabulary) -> Iterator[Measure]:
    """The measures of one field of a row."""
    key, stated = Key(row.id, field.name), row.fields.get(field.name)
    if field.type == "map":
        for path, inner in _entries(stated):
            yield _scale(row, field, key._replace(path=path), inner)
        years = _years_left(field, stated, portfolio)
        if years:
            yield replace(_scale(row, field, key._replace(path=(EACH_YEAR,)), None), years=years)
        return
    stated = _ABSENT.get(field.absent) if stated is None else stated
    if field.type in _SCALES:
        yield _within_order(_scale(row, field, key, stated), vocabulary.spec(row.list))
        return
    options = _options(field, stated, portfolio)
    if options:
        before = options.index(stated) if stated in options else None
        yield Measure(key, row, field, before, 0, len(options) - 1, options)


def entry_left(row: Row, field: Field, path: tuple[object, ...]) -> Measure | None:
    """The measure of an entry that a map leaves out, its keys written as rules do; None where it has none."""
    if len(path) != len(field.keys) or field.of not in _SCALES:
        return None
    names = [{one.constant: one.name for one in key.choices} for key in field.keys]
    keys = tuple(of.get(str(key), key) for of, key in zip(names, path, strict=True))
    return _scale(row, field, Key(row.id, field.name, keys), None)


def _scale(row: Row, field: Field, key: Key, stated: object) -> Measure:
    """A measure with a scale between the bounds that the vocabulary gives its field."""
    low, high = field.minimum or Decimal(0), field.maximum or Decimal(2**31 - 1)
    if field.value_type == "date":
        ends = date(int(low), 1, 1).toordinal(), date(int(high), 12, 31).toordinal()
    else:
        ends = position(field, low), position(field, high)
    before = None if stated is None else position(field, stated)
    return Measure(key, row, field, before, *ends)


def _within_order(measure: Measure, spec: ListSpec) -> Measure:
    """The measure between the days that the vocabulary says it is not before, and not after."""
    days = measure.row.fields
    low, high = measure.low, measure.high
    if isinstance(day := days.get(measure.field.not_before), date):
        low = max(low, day.toordinal())
    for later in spec.fields:
        if later.not_before == measure.field.name and isinstance(day := days.get(later.name), date):
            high = min(high, day.toordinal())
    return replace(measure, low=low, high=high)


def _options(field: Field, stated: Value | None, portfolio: Portfolio) -> tuple[Value, ...]:
    """The values of a field that can be counted; of several at once, what is stated and one more."""
    if field.type == "flag":
        return (False, True)
    if field.type == "choice":
        return tuple(choice.name for choice in field.choices)
    own = stated if isinstance(stated, tuple) else ()
    horizon = portfolio.settings.fields.get("horizon")
    years = horizon if isinstance(horizon, tuple) else ()
    more = years if field.type == "years" else [choice.name for choice in field.choices]
    grown = [tuple(sorted((*own, one), key=str)) for one in more if one not in own]
    return (own, *grown) if isinstance(stated, tuple) else tuple(grown)


def _entries(stated: object, path: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], object]]:
    if isinstance(stated, Mapping):
        for key, inner in stated.items():
            yield from _entries(inner, (*path, key))
    elif path:
        yield path, stated


def _years_left(field: Field, stated: object, portfolio: Portfolio) -> tuple[int, ...]:
    """The years about which a map by year says nothing though it could."""
    day = portfolio.settings.fields.get("as_of")
    if [key.type for key in field.keys] != ["year"] or not isinstance(day, date) or field.absent != "unknown":
        return ()
    own = stated if isinstance(stated, Mapping) else {}
    return tuple(year for year in range(day.year - _YEARS_BACK, day.year) if year not in own)


def all_stated(portfolio: Portfolio, measures: Iterable[Measure]) -> Portfolio:
    """Rows that state, taken together, all that a portfolio does and all that some measures may come to.

    Of a number any value stands for all. No more than that is told: some rows are there repeatedly.
    """
    rows = {name: list(listed) for name, listed in portfolio.rows.items()}
    for one in measures:
        ends = range(one.low, one.high + 1) if one.options else (one.high,)
        rows[one.row.list] += [
            one.row._replace(fields={one.field.name: one.stated_with(None, place)}) for place in ends
        ]
    return portfolio._replace(rows={name: tuple(listed) for name, listed in rows.items()})
