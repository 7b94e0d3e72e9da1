"""A portfolio in parts that do not refer to each other: what belongs together, and nothing lost."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.facts import facts
from subvent.portfolio.shards import components, shards
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio

VOCABULARY = vocabulary_of(load_policies())
PROJECT = {"kinds": ["major"], "filing_years": [2025]}
GROUP: dict[str, Any] = {
    "unit": "万元",
    "as_of": "2025-05-06",
    "horizon": [2025],
    "companies": [{"id": name} for name in "ABCDEF"],
    "projects": [{"id": f"P{name}", "applicant": name, **PROJECT} for name in "ABCDE"],
}
BY_ITSELF = {frozenset({name, f"P{name}"}) for name in "ABCDE"} | {frozenset({"F"})}


def read(portfolio: dict[str, Any], folder: Path) -> Portfolio:
    """The portfolio as a file states it."""
    path = folder / "group.json"
    path.write_text(json.dumps(portfolio), encoding="utf-8")
    return read_portfolio(path, VOCABULARY)


def members(portfolio: Portfolio) -> set[frozenset[str]]:
    """The ids of each component."""
    return {frozenset(row.id for row in rows) for rows in components(portfolio, VOCABULARY)}


def with_field(portfolio: dict[str, Any], list_: str, row: str, field: str, value: object) -> dict[str, Any]:
    """The portfolio with one field of one row stated."""
    rows = [{**one, field: value} if one["id"] == row else one for one in portfolio[list_]]
    return {**portfolio, list_: rows}


def test_companies_without_references_stand_alone(tmp_path: Path) -> None:
    """A company and what is its own is one component."""
    assert members(read(GROUP, tmp_path)) == BY_ITSELF


@pytest.mark.parametrize(
    ("list_", "row", "field", "value", "joined"),
    [
        ("companies", "A", "parent", "B", {"A", "PA", "B", "PB"}),
        ("projects", "PA", "shared_cost", {"PC": 10}, {"A", "PA", "C", "PC"}),
    ],
)
def test_what_a_reference_connects_belongs_together(
    list_: str, row: str, field: str, value: object, joined: set[str], tmp_path: Path
) -> None:
    """A reference in a field, or in the key of a map, joins two components."""
    portfolio = read(with_field(GROUP, list_, row, field, value), tmp_path)
    assert frozenset(joined) in members(portfolio)
    assert len(members(portfolio)) == len(BY_ITSELF) - 1


def test_an_absent_row_that_two_refer_to_joins_them(tmp_path: Path) -> None:
    """Two entries of the history about a subject that is not in the file belong together."""
    entries = [
        {"applicant": name, "subject": "gone", "benefit": "major", "year": year, "status": "granted"}
        for name, year in (("A", 2023), ("B", 2024))
    ]
    found = members(read({**GROUP, "history": entries}, tmp_path))
    assert any({"A", "B", "PA", "PB"} <= one for one in found)


def test_shards_state_together_what_the_portfolio_states(tmp_path: Path) -> None:
    """No fact is lost and none is added, whatever the size, and every shard has the settings."""
    portfolio = read(with_field(GROUP, "projects", "PA", "shared_cost", {"PC": 10}), tmp_path)
    whole = set(facts(portfolio, VOCABULARY, {"contact": "hard"}))
    for size in range(1, 13):
        parts = [set(facts(p, VOCABULARY, {"contact": "hard"})) for p in shards(portfolio, VOCABULARY, size)]
        assert set().union(*parts) == whole
        assert all(any(fact.atom == "horizon(2025)" for fact in part) for part in parts)


def test_shards_do_not_depend_on_the_order_of_the_file(tmp_path: Path) -> None:
    """Lists and rows in any order are cut in the same way."""
    rng = random.Random(4)
    expected = shards(read(GROUP, tmp_path), VOCABULARY, 3)
    for _ in range(5):
        keys = rng.sample(list(GROUP), len(GROUP))
        mixed = {
            key: rng.sample(GROUP[key], len(GROUP[key])) if isinstance(GROUP[key], list) else GROUP[key]
            for key in keys
        }
        found = shards(read(mixed, tmp_path), VOCABULARY, 3)
        assert [[row.id for rows in p.rows.values() for row in rows] for p in found] == [
            [row.id for rows in p.rows.values() for row in rows] for p in expected
        ]
