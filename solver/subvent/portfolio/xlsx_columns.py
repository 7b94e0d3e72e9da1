"""The columns of a sheet: how a field of the vocabulary is headed, and which field a header means.

A column is a field, the leading keys of a map that its header names (a year, a named part), and the
money unit that the header gives:

    审定总投资建设费用（万元）     2023年综合能源消费量（吨标准煤）     2014年财政贡献·省（万元）

Keys that the header leaves out stand in the cell, as `key=value` entries. A header may use the Chinese
or English label or the field's key; spaces, separators and the width of brackets do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Literal, NamedTuple

from subvent.portfolio.nearest import nearest
from subvent.portfolio.vocabulary import Choice, Field, Key, ListSpec, Vocabulary

_BRACKETED = re.compile(r"(.*?)\(([^()]*)\)[*]?\Z")
_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?!\d)年?")
_IGNORED = re.compile(r"[\s·・•./:_\-–—*\u200b-\u200f\u2060\ufeff]+")
_REMARK = ("备注", "remark", "note")
_NUMBERING = {"序号", "no"}
_YEARS_AHEAD = 3
"""How many years after those of the example a new workbook offers."""


class Column(NamedTuple):
    """One column of a list's sheet, or one line of the settings."""

    field: Field
    path: tuple[str, ...] = ()
    """The map keys that the header fixes: a year in digits, the name of a choice."""
    unit: str = ""
    """The money unit of bare numbers; empty where the header names none."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that are left for the cell to name."""
        return self.field.keys[len(self.path) :]

    @property
    def needs_unit(self) -> bool:
        """Whether amounts of money stand in it."""
        return self.field.value_type == "money"


Fault = Literal["unknown-column", "strange-column", "wrong-unit", "wrong-money-unit", "year-missing"]


class HeaderFault(NamedTuple):
    """A header that names no column: the end of a message's code, and what the message tells."""

    code: Fault
    hint: str = ""


def normal(text: str) -> str:
    """A header or label in the form in which it is compared: width, case, space, separators aside."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_remark(header: str) -> bool:
    """Whether a column is the user's own remarks, or numbers the rows: both are read past."""
    named = normal(header)
    return named.startswith(_REMARK) or named in _NUMBERING


def money_units(vocabulary: Vocabulary) -> tuple[Choice, ...]:
    """The units that money can be written in, as the setting `unit` declares them."""
    unit = vocabulary.settings.field("unit")
    return unit.choices if unit is not None else ()


def header(column: Column) -> str:
    """The Chinese header of a column, with its unit, as a new workbook shows it."""
    years = "".join(f"{k}年" for k, key in zip(column.path, column.field.keys, strict=False) if _is_year(key))
    parts = "".join(
        f"·{choice.label.zh}"
        for name, key in zip(column.path, column.field.keys, strict=False)
        for choice in key.choices
        if choice.name == name
    )
    unit = column.unit or (column.field.unit.zh if column.field.unit else "")
    if column.field.value_type == "percent":
        unit = "%"
    return f"{years}{column.field.label.zh}{parts}" + (f"（{unit}）" if unit else "")


def offered_columns(spec: ListSpec, unit: str, years: Sequence[int] = ()) -> tuple[Column, ...]:
    """The columns that an empty workbook has for a list, in the vocabulary's order.

    `unit` heads the money columns. Maps by year get a column for each of `years`, or, when that is
    empty, for the years of the field's example and a few more. The settings offer the same as lines.
    """
    return tuple(c for f in spec.fields for c in field_columns(f, unit, _years_of(f, years)))


def field_columns(field: Field, unit: str, years: Sequence[str]) -> Iterator[Column]:
    """The columns of one field, with a column for each of `years` where it is a map by year."""
    own_unit = unit if field.value_type == "money" else ""
    leading: list[Sequence[str]] = []
    for key in field.keys:
        if not (_is_year(key) or key.choices):
            break
        leading.append(years if _is_year(key) else [choice.name for choice in key.choices])
    for path in product(*leading):
        yield Column(field, tuple(path), own_unit)


def _is_year(key: Key) -> bool:
    return key.type == "year"


def _years_of(field: Field, years: Sequence[int]) -> list[str]:
    if years or not isinstance(field.example, Mapping):
        return [str(y) for y in years]
    shown = sorted(int(k) for k in field.example if str(k).isdigit())
    if not shown:
        return []
    ahead = _YEARS_AHEAD if len(field.keys) == 1 else 0
    return [str(y) for y in range(shown[0], shown[-1] + ahead + 1)]


class Headers:
    """Recognises the headers of one list's sheet."""

    def __init__(self, spec: ListSpec, vocabulary: Vocabulary) -> None:
        self.units = {normal(n): c.label.zh for c in money_units(vocabulary) for n in _names(c)}
        self.meanings: dict[str, tuple[Field, tuple[str, ...]]] = {}
        self.shown: list[str] = []
        for field in spec.fields:
            self.shown += [field.label.zh, field.label.en, field.name]
            for names, choices in _spellings(field):
                for name in names:
                    self.meanings.setdefault(normal(name), (field, choices))

    def read(self, text: str) -> Column | HeaderFault:
        """The column that a header means, or why it means none."""
        wide = unicodedata.normalize("NFKC", text).strip()
        bracketed = _BRACKETED.fullmatch(wide.replace("\n", ""))
        base, unit = (bracketed[1], bracketed[2].strip()) if bracketed else (wide, "")
        found = self._meaning(base)
        if found is None and (found := self._meaning(wide)) is not None:
            unit = ""
        if found is None:
            near = nearest(_YEAR.sub("", base).strip(), self.shown)
            year_read = _YEAR.search(base)
            if near and year_read is not None:
                near = f"{year_read[1]}年{near}"
            return HeaderFault("unknown-column", near) if near else HeaderFault("strange-column")
        field, choices, year = found
        path = _path(field, choices, year)
        if path is None:
            return HeaderFault("year-missing", field.label.zh)
        return self._with_unit(Column(field, path), unit)

    def _meaning(self, base: str) -> tuple[Field, tuple[str, ...], str] | None:
        """The field that a header without its unit names, with its parts and its year."""
        whole = self.meanings.get(normal(base))
        if whole is not None:
            return (*whole, "")
        for match in _YEAR.finditer(base):
            rest = self.meanings.get(normal(base[: match.start()] + base[match.end() :]))
            if rest is not None and any(_is_year(key) for key in rest[0].keys):
                return (*rest, match[1])
        return None

    def _with_unit(self, column: Column, unit: str) -> Column | HeaderFault:
        if column.needs_unit:
            if not unit:
                return column
            known = self.units.get(normal(unit))
            if known is None:
                return HeaderFault("wrong-money-unit", unit)
            return column._replace(unit=known)
        field = column.field
        accepted = {normal(n) for n in (field.unit.zh, field.unit.en)} if field.unit else set()
        if field.value_type == "percent":
            accepted = {normal("%")}
        if unit and accepted and normal(unit) not in accepted:
            return HeaderFault("wrong-unit", field.unit.zh if field.unit else "%")
        return column


def _names(named: Choice) -> tuple[str, str, str]:
    return named.label.zh, named.label.en, named.name


def _spellings(field: Field) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Every way to name a field in a header, with the named parts that go with it."""
    names = [field.label.zh, field.label.en, field.name]
    yield names, ()
    levels = [key.choices for key in field.keys if key.choices]
    if len(levels) == 1:
        for choice in levels[0]:
            yield [f"{name} {part}" for name in names for part in _names(choice)], (choice.name,)


def _path(field: Field, choices: tuple[str, ...], year: str) -> tuple[str, ...] | None:
    """Put the keys of a header in the order of the field's keys; None when an outer one is missing."""
    path: list[str] = []
    wanted = bool(year) + len(choices)
    for key in field.keys:
        if _is_year(key) and year:
            path.append(year)
        elif key.choices and choices:
            path.append(choices[0])
        else:
            break
    return tuple(path) if len(path) == wanted else None
