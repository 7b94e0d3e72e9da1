"""Reads the base vocabulary and merges what the packs add to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from subvent.diagnostics import Diagnostic, Place, PolicyError, Text, diagnostic
from subvent.portfolio.nearest import nearest
from subvent.portfolio.vocabulary import (
    SETTINGS,
    Choice,
    Field,
    FieldType,
    Key,
    KeyType,
    ListSpec,
    Vocabulary,
)
from subvent.portfolio.vocabulary_faults import faults, sheet_fault
from subvent.process.foreign import shape_fault

BenefitName = tuple[str, Text, str]
"""A benefit of a pack: its name, its label, and the list that it is claimed for."""

_BASE = "vocabulary.toml"
_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z")
_EXTENSIBLE = ("values", "suggestions")


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


class _Value(_Table):
    name: str
    zh: str
    en: str


class _Key(_Table):
    type: KeyType
    zh: str
    en: str
    values: list[_Value] = []
    to: list[str] = []
    like: str = ""


class _Wanted(_Table):
    field: str
    value: str


class _Field(_Table):
    type: FieldType
    zh: str
    en: str
    help_zh: str = ""
    help_en: str = ""
    required: bool = False
    absent: Literal["false", "zero", "none"] | None = None
    unit_zh: str = ""
    unit_en: str = ""
    values: list[_Value] = []
    benefits: str = ""
    suggestions: list[str] = []
    warn_outside: bool = False
    distinct: bool = False
    to: list[str] = []
    open_ref: bool = False
    min: int | Decimal | None = None
    max: int | Decimal | None = None
    digits: int = 0
    keys: list[_Key] = []
    of: FieldType | None = None
    symmetric: bool = False
    acyclic: bool = False
    not_before: str = ""
    begins: int | Decimal | None = None
    rising: bool = False
    not_above: str = ""
    beginnings: list[str] = []
    wanted: bool = False
    wanted_if: _Wanted | None = None
    without_gaps: bool = False
    past: bool = False
    example: Any = None


class _List(_Table):
    sheet: str
    zh: str
    en: str
    subject: str = ""
    has_id: bool = True


@dataclass
class _Merge:
    """The tables of all sources, put together, with what is wrong with them."""

    lists: dict[str, _List] = field(default_factory=dict)
    fields: dict[str, dict[str, _Field]] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    places: dict[str, Callable[..., Place]] = field(default_factory=dict)
    """Of each source whose keys have places: the place of a path of keys."""
    owners: dict[str, str] = field(default_factory=dict)
    """The source that declared a list or a field, by `lists.NAME` and `inputs.LIST.NAME`."""

    def report(self, code: str, source: str, **values: object) -> None:
        path = str(values.get("where", f"inputs.{values.get('name')}")).split(".")
        place = self.places[source](*path) if source in self.places else Place(source)
        self.found.append(diagnostic(f"vocabulary.{code}", place, None, "error", **values))

    def table(self, kind: type[_Table], raw: object, source: str, where: str) -> _Table | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                path = ".".join(str(part) for part in (where, *problem["loc"]))
                if problem["type"] == "extra_forbidden":
                    near = nearest(str(problem["loc"][-1]), list(kind.model_fields))
                    self.report("unknown-property", source, where=path, nearest=near or "type, zh, en")
                else:
                    reason = shape_fault(problem["type"], problem.get("ctx"))
                    self.report("bad-property", source, where=path, reason=reason)
        return None

    def add(self, document: Mapping[str, object], source: str) -> None:
        for name, raw in _tables(document.get("lists"), self, source, "lists"):
            self._name(name, source, f"lists.{name}")
            spec = self.table(_List, raw, source, f"lists.{name}")
            if isinstance(spec, _List):
                self._put(self.lists, name, spec, source, f"lists.{name}")
        for list_name, group in _tables(document.get("inputs"), self, source, "inputs"):
            if list_name not in self.lists:
                near = nearest(list_name, list(self.lists))
                self.report("unknown-list", source, name=list_name, nearest=near or ", ".join(self.lists))
                continue
            for name, raw in _tables(group, self, source, f"inputs.{list_name}"):
                self._add_field(list_name, name, raw, source)

    def _add_field(self, list_name: str, name: str, raw: object, source: str) -> None:
        where = f"inputs.{list_name}.{name}"
        self._name(name, source, where)
        known = self.fields.setdefault(list_name, {})
        if name in known and isinstance(raw, dict) and set(raw) <= set(_EXTENSIBLE):
            raw = _extended(known[name], raw)
            grown = self.table(_Field, raw, source, where)
            if isinstance(grown, _Field):
                known[name] = grown
            return
        table = self.table(_Field, raw, source, where)
        if isinstance(table, _Field):
            self._put(known, name, table, source, where)

    def _name(self, name: str, source: str, where: str) -> None:
        if not _NAME.match(name) or name == "not":
            self.report("bad-name", source, where=where)

    def _put(self, into: dict[str, Any], name: str, table: _Table, source: str, where: str) -> None:
        self.owners.setdefault(where, source)
        if into.setdefault(name, table) != table:
            self.report("conflict", source, where=where)


def _tables(
    raw: object, merge: _Merge, source: str, where: str
) -> Iterable[tuple[str, Mapping[str, object]]]:
    if raw is None:
        return
    if not isinstance(raw, dict):
        merge.report("bad-property", source, where=where, reason=shape_fault("dict_type"))
        return
    for name, table in raw.items():
        if isinstance(table, dict):
            yield str(name), table
        else:
            merge.report("bad-property", source, where=f"{where}.{name}", reason=shape_fault("dict_type"))


def _extended(table: _Field, raw: Mapping[str, object]) -> dict[str, object]:
    """The known field with further values: a pack may widen a choice, and change nothing else."""
    grown = table.model_dump()
    for name in _EXTENSIBLE:
        more = raw.get(name, [])
        if isinstance(more, list):
            grown[name] = [*grown[name], *(entry for entry in more if entry not in grown[name])]
        else:
            grown[name] = more
    return grown


def vocabulary_tables() -> Mapping[str, object]:
    """The base vocabulary as it stands in the specs: tables `defaults`, `lists` and `inputs`."""
    return _base()


@cache
def _base() -> dict[str, Any]:
    text = files("subvent_specs").joinpath(_BASE).read_text(encoding="utf-8")
    return tomllib.loads(text, parse_float=Decimal)


def load_vocabulary(
    extra: Sequence[Mapping[str, object]] = (), benefits: Sequence[BenefitName] = ()
) -> Vocabulary:
    """The base vocabulary, with the packs' tables merged into it.

    `extra` are parsed policy.toml files, of which `lists`, `inputs` and `id` (to name the source) are
    read, and `place`, if there is one: a function from a path of keys to where it stands. `benefits` are
    what the packs let one claim, and the values of fields declared so.
    Raises PolicyError with every fault of every source.
    """
    base = vocabulary_tables()
    merge = _Merge()
    merge.add(base, _BASE)
    for document in extra:
        source = f"{document.get('id', 'pack')}/policy.toml"
        place = document.get("place")
        if callable(place):
            merge.places[source] = place
        merge.add(document, source)
    if merge.found:
        raise PolicyError(*merge.found)
    defaults: Any = base["defaults"]
    specs = {
        name: ListSpec(
            name=name,
            sheet=table.sheet,
            label=Text(table.zh, table.en),
            fields=tuple(
                _field(name, key, value, benefits, defaults)
                for key, value in merge.fields.get(name, {}).items()
            ),
            subject=table.subject,
            has_id=table.has_id,
        )
        for name, table in merge.lists.items()
        if name != SETTINGS
    }
    settings = merge.lists[SETTINGS]
    vocabulary = Vocabulary(
        lists=specs,
        settings=ListSpec(
            name=SETTINGS,
            sheet=settings.sheet,
            label=Text(settings.zh, settings.en),
            fields=tuple(
                _field(SETTINGS, key, value, benefits, defaults)
                for key, value in merge.fields[SETTINGS].items()
            ),
            has_id=False,
        ),
    )
    _check(vocabulary, merge)
    if merge.found:
        raise PolicyError(*merge.found)
    return vocabulary


def _field(
    list_name: str, name: str, table: _Field, benefits: Sequence[BenefitName], defaults: Mapping[str, Any]
) -> Field:
    bounds = defaults.get(table.of if table.type == "map" and table.of else table.type, {})
    return Field(
        list=list_name,
        name=name,
        type=table.type,
        label=Text(table.zh, table.en),
        help=Text(table.help_zh, table.help_en),
        required=table.required,
        absent=table.absent or "unknown",
        unit=Text(table.unit_zh, table.unit_en) if table.unit_zh else None,
        choices=_choices(table, benefits),
        suggestions=tuple(table.suggestions),
        warn_outside=table.warn_outside,
        distinct=table.distinct,
        to=tuple(table.to),
        open_ref=table.open_ref,
        minimum=_bound(table.min, bounds.get("min")),
        maximum=_bound(table.max, bounds.get("max")),
        digits=table.digits,
        keys=tuple(_map_key(key, defaults) for key in table.keys),
        of=table.of or "text",
        symmetric=table.symmetric,
        acyclic=table.acyclic,
        not_before=table.not_before,
        begins=_bound(table.begins, None),
        rising=table.rising,
        not_above=table.not_above,
        beginnings=tuple(table.beginnings),
        wanted=table.wanted,
        wanted_if=(table.wanted_if.field, table.wanted_if.value) if table.wanted_if else None,
        without_gaps=table.without_gaps,
        past=table.past,
        example=table.example,
    )


def _map_key(table: _Key, defaults: Mapping[str, Any]) -> Key:
    bounds = defaults.get(table.type, {})
    return Key(
        type=table.type,
        label=Text(table.zh, table.en),
        choices=_values(table.values),
        to=tuple(table.to),
        minimum=_bound(bounds.get("min"), None),
        maximum=_bound(bounds.get("max"), None),
        like=(table.like.partition(".")[0], table.like.partition(".")[2]) if table.like else None,
    )


def _values(values: Sequence[_Value]) -> tuple[Choice, ...]:
    return tuple(Choice(value.name, Text(value.zh, value.en)) for value in values)


def _choices(table: _Field, benefits: Sequence[BenefitName]) -> tuple[Choice, ...]:
    named = [
        Choice(name, label) for name, label, of in benefits if table.benefits and table.benefits in ("*", of)
    ]
    return (*_values(table.values), *dict.fromkeys(named))


def _bound(own: int | Decimal | None, default: int | Decimal | None) -> Decimal | None:
    bound = default if own is None else own
    return None if bound is None else Decimal(bound)


def _check(vocabulary: Vocabulary, merge: _Merge) -> None:
    """What one table alone cannot show: references between lists, and labels that are taken."""
    sheets = [spec.sheet for spec in vocabulary.all_lists]
    for spec in vocabulary.all_lists:
        where = f"lists.{spec.name}"
        source = merge.owners.get(where, _BASE)
        if sheets.count(spec.sheet) > 1:
            merge.report("taken-label", source, where=where, label=spec.sheet)
        if reason := sheet_fault(spec.sheet):
            merge.report("bad-property", source, where=f"{where}.sheet", reason=reason)
        if spec.has_id and not any(f.type == "id" for f in spec.fields):
            merge.report("no-id", source, where=where)
        holder = spec.field(spec.subject)
        if spec.subject and (holder is None or holder.type != "ref" or not holder.required):
            merge.report("bad-subject", source, where=where, name=spec.subject)
        labels = [f.label.zh for f in spec.fields]
        for entry in spec.fields:
            here = f"inputs.{spec.name}.{entry.name}"
            owner = merge.owners.get(here, _BASE)
            if labels.count(entry.label.zh) > 1:
                merge.report("taken-label", owner, where=here, label=entry.label.zh)
            for name, reason in faults(entry, spec, vocabulary):
                merge.report("bad-property", owner, where=f"{here}.{name}", reason=reason)
