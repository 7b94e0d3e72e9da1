"""What a portfolio states reaches the logic program whole, and independent of how it was written."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import clingo
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subvent.portfolio.facts import facts, pair, quoted, stated
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary

GOOD = Path(__file__).parent / "good"
SAMPLE = (GOOD / "sample.json").read_text(encoding="utf-8")

Read = Callable[..., Portfolio]


def as_yaml(data: dict[str, Any]) -> str:
    """The data as YAML blocks with one key a line."""
    lines: list[str] = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{key}:")
            for row in value:
                for index, (name, inner) in enumerate(row.items()):
                    lines.append(f"{'  ' if index else '- '}{name}: {json.dumps(inner, ensure_ascii=False)}")
        else:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def atoms(portfolio: Portfolio, vocabulary: Vocabulary) -> list[tuple[str, str, str]]:
    """The facts without their places, which depend on the order of the file."""
    found = facts(portfolio, vocabulary, {"company-age": "parent-alone"})
    return [(fact.atom, fact.row, fact.field) for fact in found]


def shuffled(value: object, order: random.Random) -> object:
    """The same data with rows, members and keys in another order."""
    if isinstance(value, dict):
        items = [(key, shuffled(inner, order)) for key, inner in value.items()]
        return dict(order.sample(items, len(items)))
    if isinstance(value, list):
        return order.sample([shuffled(inner, order) for inner in value], len(value))
    return value


@pytest.mark.parametrize("name", [None, "flag", "value", "link", "row", "assumed"])
def test_without_their_places_the_same_atoms_are_stated(
    name: str | None, read: Read, vocabulary: Vocabulary
) -> None:
    """Facts as text alone are those with places, as far as their predicates are wanted."""
    portfolio, answers = read(SAMPLE, ".json"), {"company-age": "parent-alone"}
    found = stated(portfolio, vocabulary, answers, lambda predicate, _: name in (None, predicate))
    whole = [fact.atom for fact in facts(portfolio, vocabulary, answers)]
    assert {*found} == {a for a in whole if name is None or a.startswith((f"{name}(", "reading("))}


def test_every_type_of_field_has_its_atom(read: Read, vocabulary: Vocabulary) -> None:
    """The facts are those that the architecture lists, and no others, in canonical order."""
    portfolio = read(SAMPLE, ".json")
    history = portfolio.rows["history"][0].id
    expected = (GOOD / "sample.facts").read_text(encoding="utf-8").replace("HISTORY", history).splitlines()
    assert [atom for atom, _, _ in atoms(portfolio, vocabulary)] == sorted(expected)


def test_yaml_and_json_state_the_same(read: Read, vocabulary: Vocabulary) -> None:
    """The format of the file does not show in the facts or in the digest."""
    from_json, from_yaml = read(SAMPLE, ".json"), read(as_yaml(json.loads(SAMPLE)), ".yaml")
    assert atoms(from_json, vocabulary) == atoms(from_yaml, vocabulary)
    assert from_json.sha256 == from_yaml.sha256


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=0, max_value=2**32))
def test_order_changes_nothing(read: Read, vocabulary: Vocabulary, seed: int) -> None:
    """Rows, list members and keys in any order give the same facts and the same digest."""
    data: Any = shuffled(json.loads(SAMPLE), random.Random(seed))
    portfolio, original = read(json.dumps(data), ".json"), read(SAMPLE, ".json")
    assert atoms(portfolio, vocabulary) == atoms(original, vocabulary)
    assert portfolio.sha256 == original.sha256


@pytest.mark.parametrize(("unit", "amount"), [("元", "5000100"), ("万元", "500.01"), ("亿元", "0.050001")])
def test_unit_changes_nothing(read: Read, vocabulary: Vocabulary, unit: str, amount: str) -> None:
    """The same amount in any unit is the same fact, and the same digest."""
    text = "unit: {}\nas_of: 2025-01-01\nhorizon: [2025]\ncompanies: [{{id: A}}]\n"
    text += "projects: [{{id: P, applicant: A, audited_cost: {}}}]\n"
    portfolio = read(text.format(unit, amount))
    assert ('value("P",audited_cost,(500,10000))', "P", "audited_cost") in atoms(portfolio, vocabulary)
    assert portfolio.sha256 == read(text.format("亿元", "500.01万元")).sha256


def test_a_symmetric_map_holds_in_both_directions_however_often_stated(
    read: Read, vocabulary: Vocabulary
) -> None:
    """Cost shared between two projects, written on one side or on both, gives the same entries."""
    head = "unit: 万元\nas_of: 2025-01-01\nhorizon: [2025]\ncompanies: [{id: A}]\nprojects:\n"
    one = head + "- {id: P, applicant: A, shared_cost: {Q: 5}}\n- {id: Q, applicant: A}\n"
    both = (
        head + "- {id: P, applicant: A, shared_cost: {Q: 5}}\n- {id: Q, applicant: A, shared_cost: {P: 5}}\n"
    )
    assert atoms(read(one), vocabulary) == atoms(read(both), vocabulary)


def test_what_is_absent_is_unknown_unless_it_could_only_exclude(read: Read, vocabulary: Vocabulary) -> None:
    """An empty project has no facts but those of the fields that are assumed, each named as such."""
    text = "unit: 万元\nas_of: 2025-01-01\nhorizon: [2025]\ncompanies: [{id: A}]\n"
    text += "projects: [{id: P, applicant: A}]\n"
    assert [atom for atom, row, _ in atoms(read(text), vocabulary) if row == "P"] == [
        'assumed("P",government_invested)',
        'assumed("P",restricted_industry)',
        'assumed("P",shared_cost)',
        'assumed("P",soft_cost)',
        'flag("P",government_invested,false)',
        'flag("P",restricted_industry,false)',
        'link("P",applicant,"A")',
        'row(projects,"P")',
        'subject("P","A",projects)',
        'value("P",soft_cost,(0,0))',
    ]


def test_every_fact_knows_where_it_stands(read: Read, vocabulary: Vocabulary) -> None:
    """A fact that somebody wrote has a line; only assumptions, defaults and readings have none."""
    portfolio = read(as_yaml(json.loads(SAMPLE)))
    for fact in facts(portfolio, vocabulary, {}):
        assumed = vocabulary.spec("projects").field(fact.field) or vocabulary.spec("loans").field(fact.field)
        if fact.place is None:
            assert assumed is not None
            assert assumed.absent != "unknown"
        else:
            assert fact.place.line > 0


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_text_survives_clingo(text: str) -> None:
    """Quotes, backslashes, newlines and control characters come back from clingo as they were."""
    assert clingo.parse_term(quoted(text)).string == text


@given(st.decimals(min_value=-(10**6), max_value=10**6, places=6), st.decimals(-(10**6), 10**6, places=6))
def test_pairs_compare_as_the_numbers_do(one: Decimal, other: Decimal) -> None:
    """The order of pairs in clingo is the order of the quantities, negative ones included."""
    first, second = clingo.parse_term(pair(one)), clingo.parse_term(pair(other))
    assert (first < second) == (one < other)
    assert (first == second) == (one == other)
