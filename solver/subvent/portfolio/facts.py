"""A valid portfolio as atoms, each with the place it came from. See docs/architecture.md, “Facts”.

The result depends on what is stated alone: not on the order of rows or keys, not on the format or the
money unit of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import repeat

from subvent.diagnostics import Place
from subvent.portfolio.scalars import UNITS
from subvent.portfolio.types import Fact, Portfolio, Row, Value
from subvent.portfolio.validate import SETTINGS_ROW
from subvent.portfolio.vocabulary import SETTINGS, Field, FieldType, Key, KeyType, ListSpec, Vocabulary

_DECIMALS = 6
_MILLION = 10**_DECIMALS
SETTINGS_HORIZON = "horizon"
_UNIT_LABELS = frozenset(UNITS)


Wanted = Callable[[str, str], bool]
"""Whether the atoms of a predicate are wanted that name this field, of `row` and `subject` this list."""


def facts(portfolio: Portfolio, vocabulary: Vocabulary, readings: Mapping[str, str]) -> tuple[Fact, ...]:
    """All atoms of the portfolio and of the chosen `readings` (question → answer), sorted, each once."""
    found: list[Fact] = [
        Fact(reading_atom(question, answer), "", "", None) for question, answer in readings.items()
    ]
    for spec in vocabulary.all_lists:
        rows = _rows_of(portfolio, spec)
        told = [(field, _writer(field)) for field in _telling(spec)]
        for row in rows:
            found += _row_facts(row, spec, told)
        for field in _of_rows(spec):
            if field.symmetric:
                found += _mirrored(rows, field)
            for row in _leaving_out(rows, field):
                found += (Fact(atom, row.id, field.name, None) for atom in _assumed(row, field))
    unique: dict[str, Fact] = {}
    for fact in found:
        known = unique.setdefault(fact.atom, fact)
        if known is not fact and _written(fact) < _written(known):
            unique[fact.atom] = fact
    return tuple(unique[atom] for atom in sorted(unique))


def stated(
    portfolio: Portfolio, vocabulary: Vocabulary, readings: Mapping[str, str], wanted: Wanted
) -> list[str]:
    """The atoms of `facts` that are wanted, as text, without the places where they stand.

    Their order depends on what is stated alone; some come more than once.
    """
    found = [reading_atom(question, answer) for question, answer in readings.items()]
    for spec in vocabulary.all_lists:
        rows = _rows_of(portfolio, spec)
        if spec.name != SETTINGS and wanted("row", spec.constant):
            found += [f"row({spec.constant},{_row_term(row)})" for row in rows]
        if spec.subject and wanted("subject", spec.constant):
            found += [_subject(row, spec) for row in rows if spec.subject in row.fields]
        told = {
            field.name: _writer(field)
            for field in _telling(spec)
            if wanted(_predicate(field), field.constant)
        }
        for row in rows:
            term = _row_term(row)
            for name, value in row.fields.items():
                if (write := told.get(name)) is not None:
                    found += write(term, value)
        for field in _of_rows(spec):
            if field.symmetric and wanted(_predicate(field), field.constant):
                found += (fact.atom for fact in _mirrored(rows, field))
            if any(wanted(predicate, field.constant) for predicate in _assuming(field)):
                found += (
                    atom
                    for row in _leaving_out(rows, field)
                    for atom in _assumed(row, field)
                    if wanted(atom.partition("(")[0], field.constant)
                )
    return found


def _of_rows(spec: ListSpec) -> tuple[Field, ...]:
    """The fields of which rows may say something by leaving them out, or by what another row states."""
    return tuple(f for f in spec.fields if spec.name != SETTINGS and (f.symmetric or f.absent != "unknown"))


def _rows_of(portfolio: Portfolio, spec: ListSpec) -> tuple[Row, ...]:
    return (portfolio.settings,) if spec.name == SETTINGS else portfolio.rows.get(spec.name, ())


def _written(fact: Fact) -> tuple[bool, Place]:
    """What orders the places of one atom: the first that somebody wrote."""
    return fact.place is None, fact.place or Place("")


def stated_atoms(row: Row, field: Field, value: Value | None) -> tuple[str, ...]:
    """The atoms, as text, that a row states by a value of a field; by None, that it leaves the field out.

    `field` is of the row's list, and not symmetric: what it states, it states of this row alone.
    """
    if value is None:
        return tuple(_assumed(row, field))
    return tuple(_writer(field)(_row_term(row), value))


def reading_atom(question: str, answer: str) -> str:
    """The atom, as text, of the chosen answer to an open question."""
    return f"reading({constant(question)},{constant(answer)})"


def quoted(text: str) -> str:
    """A clingo string: backslash, quote and newline are all that it escapes."""
    if text.isalnum():
        return f'"{text}"'
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def pair(quantity: Decimal) -> str:
    """A quantity as (whole, millionths), the second never negative, so that pairs compare as numbers do."""
    whole, rest = divmod(int(quantity.scaleb(_DECIMALS)), _MILLION)
    return f"({whole},{rest})"


def constant(name: str) -> str:
    """A name as a clingo constant."""
    return name.replace("-", "_")


def _tuple(parts: list[str]) -> str:
    return f"({','.join(parts)}{',' if len(parts) == 1 else ''})"


def _row_term(row: Row) -> str:
    return SETTINGS_ROW if row.list == SETTINGS else quoted(row.id)


def _number(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _date(value: object) -> str:
    if not isinstance(value, date):
        raise TypeError(value)
    return f"({value.year},{value.month},{value.day})"


def _string(value: object) -> str:
    return quoted(str(value))


_TERMS: Mapping[FieldType | KeyType, Callable[[object], str]] = {
    **dict.fromkeys(("money", "quantity", "percent"), lambda value: pair(_number(value))),
    "date": _date,
    "code": lambda value: _tuple([str(int(digit)) for digit in str(value)]),
    "integer": str,
    "year": str,
    "years": str,
    "flag": lambda value: "true" if value else "false",
    "choice": lambda value: constant(str(value)),
    "choices": lambda value: constant(str(value)),
}


def _term(value: object, type_: FieldType | KeyType) -> str:
    """The term that a value of this type stands for; whatever is text becomes a string."""
    return _TERMS.get(type_, _string)(value)


PREDICATES: dict[FieldType, str] = {
    "money": "value",
    "quantity": "value",
    "percent": "value",
    "date": "value",
    "code": "value",
    "integer": "value",
    "year": "value",
    "flag": "flag",
    "choice": "choice",
    "choices": "choice",
    "years": "choice",
    "text": "text",
    "ref": "link",
    "refs": "link",
}


def _predicate(field: Field) -> str:
    if field.list == SETTINGS and field.name == SETTINGS_HORIZON:
        return SETTINGS_HORIZON
    return "entry" if field.type == "map" else PREDICATES[field.type]


def _row_facts(row: Row, spec: ListSpec, told: Iterable[tuple[Field, _Writer]]) -> Iterator[Fact]:
    term = _row_term(row)
    if spec.name != SETTINGS:
        yield Fact(f"row({spec.constant},{term})", row.id, "", row.place)
    if spec.subject and spec.subject in row.fields:
        yield Fact(_subject(row, spec), row.id, spec.subject, row.places[spec.subject])
    for field, write in told:
        if (value := row.fields.get(field.name)) is not None:
            places = _entry_places(row, field, value) if row.parts else repeat(row.places[field.name])
            for atom, place in zip(write(term, value), places, strict=False):
                yield Fact(atom, row.id, field.name, place)


def _entry_places(row: Row, field: Field, value: Value) -> Iterator[Place]:
    """Where the entries of a map stand, in the order of its atoms; of any other field, where it stands."""
    if field.type == "map":
        return (row.where(field.name, *keys) for keys in _paths(value))
    return repeat(row.places[field.name])


def _paths(value: object) -> Iterator[tuple[str, ...]]:
    """The keys of the entries of a map, as text."""
    if not isinstance(value, Mapping):
        yield ()
        return
    for key, inner in value.items():
        yield from ((str(key), *path) for path in _paths(inner))


def _subject(row: Row, spec: ListSpec) -> str:
    return f"subject({_row_term(row)},{quoted(str(row.fields[spec.subject]))},{spec.constant})"


def _telling(spec: ListSpec) -> list[Field]:
    return [field for field in spec.fields if not is_reading_aid(field)]


def is_reading_aid(field: Field) -> bool:
    """Whether the field only says how the file is to be read: the id and the money unit."""
    units = {choice.label.zh for choice in field.choices}
    return field.type == "id" or (field.list == SETTINGS and bool(units) and units <= _UNIT_LABELS)


_Writer = Callable[[str, object], Iterable[str]]
"""The atoms that the row of this term states by this value."""


def _writer(field: Field) -> _Writer:
    """What writes the atoms of one field."""
    name, predicate = field.constant, _predicate(field)
    shown = _TERMS.get(field.of if field.type == "map" else field.type, _string)

    def entries(term: str, value: object) -> Iterable[str]:
        return [f"entry({term},{name},{key},{shown(inner)})" for key, inner in _entries(value, field.keys)]

    def horizon(_: str, value: object) -> Iterable[str]:
        return [f"{predicate}({shown(member)})" for member in _members(value)]

    def members(term: str, value: object) -> Iterable[str]:
        if isinstance(value, tuple):
            return [f"{predicate}({term},{name},{shown(member)})" for member in value]
        return (f"{predicate}({term},{name},{shown(value)})",)

    if field.type == "map":
        return entries
    return horizon if predicate == SETTINGS_HORIZON else members


def _members(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _entries(value: object, keys: tuple[Key, ...]) -> Iterator[tuple[str, object]]:
    """The keys of a map as terms, with what stands under them; two levels make a pair."""
    if not isinstance(value, Mapping):
        return
    first, *rest = keys
    for key, inner in value.items():
        term = _term(key, first.type)
        if not rest:
            yield term, inner
            continue
        for second, innermost in _entries(inner, tuple(rest)):
            yield f"({term},{second})", innermost


def _mirrored(rows: tuple[Row, ...], field: Field) -> Iterator[Fact]:
    """What a symmetric map states about the other row."""
    for row in rows:
        entries = row.fields.get(field.name)
        if isinstance(entries, Mapping):
            for other, value in entries.items():
                shown = _term(value, field.of)
                atom = f"entry({quoted(str(other))},{field.constant},{quoted(row.id)},{shown})"
                yield Fact(atom, str(other), field.name, row.places[field.name])


def _leaving_out(rows: tuple[Row, ...], field: Field) -> list[Row]:
    """The rows that leave out a field of which that says something."""
    if field.absent == "unknown":
        return []
    mirrored = {fact.row for fact in _mirrored(rows, field)} if field.symmetric else ()
    return [row for row in rows if field.name not in row.fields and row.id not in mirrored]


def _assuming(field: Field) -> tuple[str, ...]:
    """The predicates of what a row says by leaving out a field."""
    by_kind = {
        "unknown": (),
        "false": ("flag", "assumed"),
        "zero": ("value", "assumed"),
        "none": ("assumed",),
    }
    return by_kind[field.absent]


def _assumed(row: Row, field: Field) -> Iterator[str]:
    """What one row that leaves the field out is taken to say, and that it was taken so."""
    term = quoted(row.id)
    if field.absent == "unknown":
        return
    if field.absent == "false":
        yield f"flag({term},{field.constant},false)"
    if field.absent == "zero":
        yield f"value({term},{field.constant},(0,0))"
    yield f"assumed({term},{field.constant})"
