"""The JSON Schema says what the reader takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from subvent.portfolio.schema import portfolio_schema
from subvent.portfolio.vocabulary import Vocabulary

SAMPLE = (Path(__file__).parent / "good" / "sample.json").read_text(encoding="utf-8")
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}


def has_type(value: object, name: str) -> bool:
    """Whether a value is of a type of JSON Schema, where truth values are no numbers."""
    return isinstance(value, TYPES[name]) and (not isinstance(value, bool) or name == "boolean")


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> Iterator[str]:  # noqa: C901, PLR0912
    """What is wrong with a value, by the keywords that the schema uses; any other keyword fails."""
    for keyword, told in schema.items():
        match keyword:
            case "$schema" | "$defs" | "title" | "description" | "format":
                pass
            case "$ref":
                yield from faults(value, root["$defs"][told.removeprefix("#/$defs/")], root, at)
            case "type":
                names = told if isinstance(told, list) else [told]
                if not any(has_type(value, name) for name in names):
                    yield f"{at} is no {told}"
            case "anyOf":
                if all(any(faults(value, option, root, at)) for option in told):
                    yield f"{at} is none of {told}"
            case "enum":
                if value not in told:
                    yield f"{at} is not one of {told}"
            case "pattern":
                if isinstance(value, str) and not re.search(told, value):
                    yield f"{at} does not match {told}"
            case "minimum" | "maximum":
                low, high = (told, value) if keyword == "minimum" else (value, told)
                if has_type(value, "number") and low > high:
                    yield f"{at} is out of range"
            case "required":
                yield from (f"{at} lacks {name}" for name in told if name not in value)
            case "properties":
                for name in told.keys() & value.keys():
                    yield from faults(value[name], told[name], root, f"{at}.{name}")
            case "additionalProperties":
                for name in value.keys() - schema.get("properties", {}).keys():
                    if told is False:
                        yield f"{at}.{name} is unknown"
                    else:
                        yield from faults(value[name], told, root, f"{at}.{name}")
            case "propertyNames":
                for name in value:
                    yield from faults(name, told, root, f"{at}.{name}")
            case "items":
                for index, item in enumerate(value):
                    yield from faults(item, told, root, f"{at}[{index}]")
            case "minItems":
                if len(value) < told:
                    yield f"{at} is too short"
            case "uniqueItems":
                if len({json.dumps(item) for item in value}) < len(value):
                    yield f"{at} repeats a member"
            case _:
                pytest.fail(f"the test does not know {keyword}")


def test_the_schema_takes_what_the_reader_takes(vocabulary: Vocabulary) -> None:
    """The sample of every list and field is valid by the schema."""
    schema = portfolio_schema(vocabulary)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert list(faults(json.loads(SAMPLE), schema, schema)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["unit"], "万圆"),
        (["horizon"], []),
        (["projcets"], []),
        (["projects", 0, "audited_cost"], "500"),
        (["projects", 0, "audited_cost"], -1),
        (["projects", 0, "kinds"], ["majr"]),
        (["projects", 0, "kinds"], ["major", "major"]),
        (["projects", 0, "completed"], "是"),
        (["projects", 0, "colour"], "red"),
        (["companies", 1, "industry_code"], 3922),
        (["companies", 1, "energy_tce"], {"23": 900}),
        (["companies", 1, "fiscal_contribution"], {"2014": {"state": 1}}),
        (["companies", 1, "contact"], {"fax": "1"}),
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(
    vocabulary: Vocabulary, path: list[str | int], value: object
) -> None:
    """Unknown keys and values, wrong types, units and ranges are faults by the schema, too."""
    schema = portfolio_schema(vocabulary)
    data: Any = json.loads(SAMPLE)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert list(faults(data, schema, schema))


def test_every_field_is_described(vocabulary: Vocabulary) -> None:
    """Titles are Chinese labels; descriptions are there; nothing has a default, for absent is unknown."""
    schema = portfolio_schema(vocabulary)
    text = json.dumps(schema, ensure_ascii=False)
    assert '"default"' not in text
    assert all(spec.label.zh in schema["description"] for spec in vocabulary.lists.values())
    for spec in vocabulary.lists.values():
        properties = schema["$defs"][f"{spec.name}-row"]["properties"]
        for field in spec.fields:
            assert properties[field.name]["title"] == field.label.zh
            assert field.help.en in properties[field.name]["description"]
