"""The JSON Schema says what the reader takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.schemas import faults

from subvent.portfolio.schema import portfolio_schema
from subvent.portfolio.vocabulary import Vocabulary

SAMPLE = (Path(__file__).parent / "good" / "sample.json").read_text(encoding="utf-8")


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
