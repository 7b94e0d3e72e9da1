"""A valid portfolio as atoms, each with the place it came from. See docs/architecture.md, “Facts”.

The result depends on what is stated alone: not on the order of rows or keys, not on the format or the
money unit of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from subvent.diagnostics import Place
from subvent.portfolio.scalars import UNITS
from subvent.portfolio.types import Fact, Portfolio, Row, Value
from subvent.portfolio.validate import SETTINGS_ROW
from subvent.portfolio.vocabulary import SETTINGS, Field, FieldType, Key, KeyType, ListSpec, Vocabulary

_DECIMALS = 6
_MILLION = 10**_DECIMALS
SETTINGS_HORIZON = "horizon"
_UNIT_LABELS = frozenset(UNITS)


def facts(portfolio: Portfolio, vocabulary: Vocabulary, readings: Mapping[str, str]) -> tuple[Fact, ...]:
    """All atoms of the portfolio and of the chosen `readings` (question → answer), sorted, each once."""
    found: list[Fact] = [
        Fact(reading_atom(question, answer), "", "", None) for question, answer in readings.items()
    ]
    settings = vocabulary.settings
    found += _row_facts(portfolio.settings, settings, _telling(settings))
    for name, spec in vocabulary.lists.items():
        rows = portfolio.rows.get(name, ())
        stated = _telling(spec)
        for row in rows:
            found += _row_facts(row, spec, stated)
        for field in spec.fields:
            if field.symmetric:
                found += _mirrored(rows, field)
            if field.absent != "unknown":
                found += _assumptions(rows, field)
    unique: dict[str, Fact] = {}
    for fact in found:
        known = unique.setdefault(fact.atom, fact)
        if known is not fact and _written(fact) < _written(known):
            unique[fact.atom] = fact
    return tuple(unique[atom] for atom in sorted(unique))


def _written(fact: Fact) -> tuple[bool, Place]:
    """What orders the places of one atom: the first that somebody wrote."""
    return fact.place is None, fact.place or Place("")


def stated_atoms(row: Row, field: Field, value: Value | None) -> tuple[str, ...]:
    """The atoms, as text, that a row states by a value of a field; by None, that it leaves the field out.

    `field` is of the row's list, and not symmetric: what it states, it states of this row alone.
    """
    if value is None:
        return tuple(fact.atom for fact in _assumed(row, field) if field.absent != "unknown")
    return tuple(_atoms(_row_term(row), field, value))


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


def _row_facts(row: Row, spec: ListSpec, stated: Iterable[Field]) -> Iterator[Fact]:
    term = _row_term(row)
    if spec.name != SETTINGS:
        yield Fact(f"row({spec.constant},{term})", row.id, "", row.place)
    if spec.subject and spec.subject in row.fields:
        holder = quoted(str(row.fields[spec.subject]))
        place = row.places[spec.subject]
        yield Fact(f"subject({term},{holder},{spec.constant})", row.id, spec.subject, place)
    for field in stated:
        if (value := row.fields.get(field.name)) is not None:
            place = row.places[field.name]
            for atom in _atoms(term, field, value):
                yield Fact(atom, row.id, field.name, place)


def _telling(spec: ListSpec) -> list[Field]:
    return [field for field in spec.fields if not is_reading_aid(field)]


def is_reading_aid(field: Field) -> bool:
    """Whether the field only says how the file is to be read: the id and the money unit."""
    units = {choice.label.zh for choice in field.choices}
    return field.type == "id" or (field.list == SETTINGS and bool(units) and units <= _UNIT_LABELS)


def _atoms(term: str, field: Field, value: object) -> Iterator[str]:
    if field.type == "map":
        for key, inner in _entries(value, field.keys):
            yield f"entry({term},{field.constant},{key},{_term(inner, field.of)})"
        return
    members = value if isinstance(value, tuple) else (value,)
    for member in members:
        shown = _term(member, field.type)
        if field.list == SETTINGS and field.name == SETTINGS_HORIZON:
            yield f"horizon({shown})"
        else:
            yield f"{PREDICATES[field.type]}({term},{field.constant},{shown})"


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


def _assumptions(rows: tuple[Row, ...], field: Field) -> Iterator[Fact]:
    """What rows that leave the field out are taken to say, and that they were taken so."""
    stated = {row.id for row in rows if field.name in row.fields}
    if field.symmetric:
        stated |= {fact.row for fact in _mirrored(rows, field)}
    for row in rows:
        if row.id not in stated:
            yield from _assumed(row, field)


def _assumed(row: Row, field: Field) -> Iterator[Fact]:
    """What one row that leaves the field out is taken to say."""
    term = quoted(row.id)
    if field.absent == "false":
        yield Fact(f"flag({term},{field.constant},false)", row.id, field.name, None)
    if field.absent == "zero":
        yield Fact(f"value({term},{field.constant},(0,0))", row.id, field.name, None)
    yield Fact(f"assumed({term},{field.constant})", row.id, field.name, None)
