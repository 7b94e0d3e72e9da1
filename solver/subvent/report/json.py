"""A plan as JSON text: the same bytes for the same plan, whatever the machine.

`run` and `certificate` stand last, for they alone may differ from run to run.
"""

from __future__ import annotations

import json
from typing import Any

from subvent.plan_data import plan_as_data
from subvent.plan_file import plan_schema
from subvent.plan_reader import plan_from_json
from subvent.result import Plan

__all__ = ["plan_from_json", "plan_json", "plan_schema"]

_ONE_A_LINE = frozenset(
    {
        "claims",
        "not_claimed",
        "entitlements",
        "duties",
        "unknown",
        "assumptions",
        "warnings",
        "shared_costs",
        "open_questions",
        "policies",
        "phrases",
        "steps",
    }
)
_WRITTEN = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""Made once: `json.dumps` makes a writer for each of a million lines."""


def plan_json(plan: Plan) -> str:
    """The plan as a JSON text that ends in a line break, in the shape of `plan_file.PlanDocument`."""
    lines = [f" {_dump(key)}: {_value(key, value)}" for key, value in plan_as_data(plan).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _value(key: str, value: Any) -> str:
    """A list with one entry a line, so that two plans can be compared line by line; all else on one."""
    if key in _ONE_A_LINE and value:
        return "[\n" + ",\n".join(f"  {_dump(entry)}" for entry in value) + "\n ]"
    return _dump(value)


def _dump(value: Any) -> str:
    shown = _WRITTEN(value)
    try:
        shown.encode()
    except UnicodeEncodeError:
        # Half characters cannot be written as UTF-8: a name that holds one is written escaped.
        return json.dumps(value, ensure_ascii=True, allow_nan=False)
    return shown
