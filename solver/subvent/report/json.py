"""A plan as JSON text: the same bytes for the same plan, whatever the machine.

`run` and `certificate` stand last, for they alone may differ from run to run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from subvent.document.data import plan_parts
from subvent.result import Plan

_ONE_A_LINE = frozenset(
    {
        "claims",
        "not_claimed",
        "entitlements",
        "duties",
        "unknown",
        "assumptions",
        "warnings",
        "history",
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
    """The plan as a JSON text that ends in a line break, in the shape of `PlanDocument`."""
    return "".join(plan_json_pieces(plan))


def plan_json_pieces(plan: Plan) -> Iterator[str]:
    """The same in pieces: of a large plan the whole text would take as much room as the plan."""
    return json_pieces(plan_parts(plan))


def json_pieces(parts: Iterable[tuple[str, Any]]) -> Iterator[str]:
    """The text of a plan whose parts are already plain data, in their order."""
    separator = "{"
    for key, value in parts:
        yield f"{separator}\n {_dump(key)}: "
        yield from _one_a_line(value) if key in _ONE_A_LINE else (_dump(value),)
        separator = ","
    yield "\n}\n"


def _one_a_line(entries: Iterable[Any]) -> Iterator[str]:
    """A list with one entry a line, so that two plans can be compared line by line."""
    separator = "["
    for entry in entries:
        yield f"{separator}\n  {_dump(entry)}"
        separator = ","
    yield "[]" if separator == "[" else "\n ]"


def _dump(value: Any) -> str:
    shown = _WRITTEN(value)
    try:
        shown.encode()
    except UnicodeEncodeError:
        # Half characters cannot be written as UTF-8: a name that holds one is written escaped.
        return json.dumps(value, ensure_ascii=True, allow_nan=False)
    return shown
