"""The strict pydantic models of a portfolio, built from the vocabulary.

The same models validate every format and give the JSON Schema. Field names of a pack may be anything
(`copy`, `schema`), so inside a model fields are called f0, f1, … and go by their alias.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache, partial
from types import GenericAlias
from typing import Annotated, Any, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    create_model,
)
from pydantic import Field as ModelField
from pydantic_core import PydanticCustomError

from subvent.portfolio import scalars
from subvent.portfolio.scalars import UNITS, Bounds, RefusedError
from subvent.portfolio.vocabulary import Choice, Field, Key, ListSpec, Vocabulary


class Context(NamedTuple):
    """What validation of a row depends on: the money unit of bare numbers (元, 万元 or 亿元)."""

    unit: str


Schema = dict[str, Any]
_Maker = tuple[Callable[[Any, str], object], Schema]
"""How a raw scalar is read, given the money unit, and what JSON Schema says of it."""
_UNIT_PATTERN = "|".join(UNITS)
_MONEY_SCHEMA: Schema = {
    "anyOf": [
        {"type": "number", "minimum": 0},
        {"type": "string", "pattern": rf"^\d+(\.\d+)?\s*({_UNIT_PATTERN})$"},
    ]
}
_TEXT_SCHEMA: Schema = {"type": ["string", "integer"]}


def _scalar(take: Callable[[Any, str], object], schema: Schema) -> object:
    """The annotation of a scalar that `take(value, unit)` reads, with refusals as pydantic errors."""

    def validate(value: object, info: ValidationInfo) -> object:
        context = info.context
        try:
            return take(value, context.unit if isinstance(context, Context) else "万元")
        except RefusedError as refused:
            # The template is unused: messages come from the catalogue, in two languages.
            raise PydanticCustomError("refused", "{code}", {"code": refused.code, **refused.shown}) from None

    return Annotated[object, PlainValidator(validate), WithJsonSchema(schema)]


def _bounds(field: Field) -> Bounds:
    units = {"money": "万元", "percent": "%", "quantity": field.unit.zh if field.unit else ""}
    return Bounds(field.minimum, field.maximum, units.get(field.value_type, ""))


def _bounded(field: Field, schema: Schema) -> Schema:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return schema | {name: int(bound) for name, bound in bounds.items() if bound is not None}


def _choice_schema(choices: tuple[Choice, ...]) -> Schema:
    if not choices:
        return {"type": "string"}
    return {"enum": list(dict.fromkeys(name for c in choices for name in (c.name, c.label.zh, c.label.en)))}


def _value(field: Field) -> _Maker:
    """How one value of the field is read, and its schema: of a list its items, of a map its values."""
    bounds = _bounds(field)
    makers: dict[str, _Maker] = {
        "id": (lambda v, _: scalars.to_name(v), _TEXT_SCHEMA),
        "ref": (lambda v, _: scalars.to_name(v), _TEXT_SCHEMA),
        "refs": (lambda v, _: scalars.to_name(v), _TEXT_SCHEMA),
        "text": (lambda v, _: scalars.to_text(v), _TEXT_SCHEMA),
        "flag": (lambda v, _: scalars.to_flag(v), {"type": "boolean"}),
        "integer": (lambda v, _: scalars.to_integer(v, bounds), _bounded(field, {"type": "integer"})),
        "year": (_year(bounds), _bounded(field, {"type": "integer"})),
        "years": (_year(bounds), _bounded(field, {"type": "integer"})),
        "date": (lambda v, _: scalars.to_date(v, bounds), {"type": "string", "format": "date"}),
        "money": (lambda v, u: scalars.to_money(v, u, bounds), _MONEY_SCHEMA),
        "quantity": (
            lambda v, _: scalars.to_quantity(v, bounds),
            _bounded(field, {"type": "number"}),
        ),
        "percent": (lambda v, _: scalars.to_quantity(v, bounds), _bounded(field, {"type": "number"})),
        "code": (
            lambda v, _: scalars.to_code(v, field.digits),
            {"type": "string", "pattern": rf"^\d{{{field.digits}}}$"},
        ),
        "choice": (lambda v, _: scalars.to_choice(v, field.choices), _choice_schema(field.choices)),
        "choices": (lambda v, _: scalars.to_choice(v, field.choices), _choice_schema(field.choices)),
    }
    return makers[field.value_type]


def _year(bounds: Bounds) -> Callable[[Any, str], object]:
    """Reads years. Files state the same few of them again and again, so that they are remembered."""
    known = lru_cache(maxsize=256, typed=True)(partial(scalars.to_year, bounds=bounds))

    def read(value: object, _: str) -> object:
        usual = isinstance(value, str) or (isinstance(value, Decimal) and value.is_finite())
        return known(value) if usual else scalars.to_year(value, bounds)

    return read


def _key(key: Key) -> _Maker:
    bounds = Bounds(key.minimum, key.maximum, "万元" if key.type == "money" else "")
    makers: dict[str, _Maker] = {
        "year": (_year(bounds), {"type": "string", "pattern": r"^\d{4}$"}),
        "text": (lambda v, _: scalars.to_name(v), {"type": "string"}),
        "ref": (lambda v, _: scalars.to_name(v), {"type": "string"}),
        "choice": (lambda v, _: scalars.to_choice(v, key.choices), _choice_schema(key.choices)),
        "money": (
            lambda v, u: scalars.to_money_key(v, u, bounds),
            {"type": "string", "pattern": rf"^\d+(\.\d+)?\s*({_UNIT_PATTERN})?$"},
        ),
    }
    return makers[key.type]


def _once(values: list[Any]) -> tuple[Any, ...]:
    """The members of a list in order of value, so that their order in the file is gone."""
    if len(set(values)) < len(values):
        twice = next(v for i, v in enumerate(values) if v in values[:i])
        raise PydanticCustomError("refused", "{code}", {"code": "repeated", "shown": scalars.shown(twice)})
    return tuple(sorted(values))


def _stated(value: object) -> object:
    """A map without the keys that hold nothing: an empty cell states nothing."""
    return {k: v for k, v in value.items() if not is_blank(v)} if isinstance(value, dict) else value


def _distinct(value: object, validate: Callable[[Any], dict[Any, Any]]) -> dict[Any, Any]:
    entries = validate(value)
    if isinstance(value, dict) and len(entries) < len(value):
        # Two spellings of one key (a name and its label, an amount in two units) became one.
        raise PydanticCustomError("refused", "{code}", {"code": "repeated-key"})
    return dict(sorted(entries.items()))


def is_blank(value: object) -> bool:
    """Whether a raw value states nothing: null, or text without a visible character."""
    return value is None or (isinstance(value, str) and not value.strip())


def _annotation(field: Field) -> object:
    """What pydantic is to make of the field: a scalar, a list of scalars, or nested tables of them."""
    take, schema = _value(field)
    item = _scalar(take, schema)
    if field.type in ("years", "choices", "refs"):
        least = 1 if field.required else 0
        members = {"type": "array", "items": schema, "uniqueItems": True, "minItems": least}
        return Annotated[
            GenericAlias(list, (item,)),
            ModelField(min_length=least),
            AfterValidator(_once),
            WithJsonSchema(members),
        ]
    for key in reversed(field.keys):
        take_key, names = _key(key)
        schema = {"type": "object", "propertyNames": names, "additionalProperties": schema}
        table = GenericAlias(dict, (_scalar(take_key, names), item))
        item = Annotated[table, WrapValidator(_distinct), BeforeValidator(_stated), WithJsonSchema(schema)]
    return item


@lru_cache(maxsize=64)
def row_model(spec: ListSpec, *, partial: bool = False) -> type[BaseModel]:
    """The model of one row of a list, or of the settings. A `partial` one requires nothing."""
    fields: dict[str, Any] = {}
    for index, field in enumerate(spec.fields):
        needed = field.required and not partial
        info: Any = ModelField(
            default=... if needed else None,
            alias=field.name,
            title=field.label.zh,
            description=f"{field.help.zh} {field.help.en}".strip() or None,
            json_schema_extra=_without_default,
        )
        fields[f"f{index}"] = (_annotation(field), info)
    config = ConfigDict(
        strict=True, extra="forbid", frozen=True, title=spec.label.zh, protected_namespaces=()
    )
    return create_model(f"{spec.name}-row", __config__=config, **fields)


def portfolio_model(vocabulary: Vocabulary) -> type[BaseModel]:
    """The model of a whole file: the settings' fields and one list of rows a list."""
    fields: dict[str, Any] = {}
    for index, spec in enumerate(vocabulary.lists.values()):
        info: Any = ModelField(
            default=[],
            alias=spec.name,
            title=spec.label.zh,
            description=spec.label.en,
            json_schema_extra=_without_default,
        )
        fields[f"list{index}"] = (GenericAlias(list, (row_model(spec),)), info)
    return create_model("portfolio", __base__=row_model(vocabulary.settings), **fields)


def _without_default(schema: Schema) -> None:
    """A field that is left out is unknown, which no default value can say."""
    schema.pop("default", None)
