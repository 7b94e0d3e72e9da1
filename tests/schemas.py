"""What is wrong with a value by a JSON Schema, as far as ours go."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}
_OF: dict[str, type] = {
    "pattern": str,
    **dict.fromkeys(("required", "properties", "additionalProperties", "propertyNames"), dict),
    **dict.fromkeys(("items", "minItems", "uniqueItems"), list),
}
"""Keywords that say something of values of one type alone."""


def has_type(value: object, name: str) -> bool:
    """Whether a value is of a type of JSON Schema, where truth values are no numbers."""
    return isinstance(value, TYPES[name]) and (not isinstance(value, bool) or name == "boolean")


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> Iterator[str]:  # noqa: C901, PLR0912
    """What is wrong with a value, by the keywords that the schema uses; any other keyword fails."""
    for keyword, told in schema.items():
        if not isinstance(value, _OF.get(keyword, object)):
            continue
        match keyword:
            case "$schema" | "$defs" | "title" | "description" | "format" | "default":
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
            case "const":
                if value != told:
                    yield f"{at} is not {told}"
            case "enum":
                if value not in told:
                    yield f"{at} is not one of {told}"
            case "pattern":
                if not re.search(told, value):
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
