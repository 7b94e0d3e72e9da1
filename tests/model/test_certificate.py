"""Certificates: a bound for any non-negative multipliers, refusals, and the way through JSON."""

from __future__ import annotations

import json
import random

import pytest

from subvent.diagnostics import InputError
from subvent.model.certificate import Branching, Certificate, Leaf, evaluate, from_json, to_json
from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, Variable, broken, faults, require_one, total

from .programs import solutions

MODEL = LinearModel(
    variables=tuple(Variable(name, 0, 1, gain) for name, gain in [("a", 5), ("b", 4), ("c", 3), ("d", -2)]),
    rows=(
        Row("p", ((0, 1), (1, 1)), 1),
        Row("q", ((1, 1), (2, 1)), 1),
        Row("r", ((0, 1), (2, 1)), 1),
        Row("s", ((0, 1), (3, -1)), 0),
    ),
    constant=100,
)
BEST = max(total(MODEL, xs) for xs in solutions(MODEL))


def test_any_multipliers_bound_the_optimum() -> None:
    """Whatever non-negative multipliers stand in it, a certificate never proves less than the truth."""
    dice = random.Random(1)
    for _ in range(300):
        leaves = [Leaf({row.name: dice.randint(0, 9) for row in MODEL.rows}) for _ in range(2)]
        branching = Branching(dice.choice("abcd"), 0, *leaves)
        for tree in (leaves[0], branching):
            assert evaluate(MODEL, Certificate(dice.randint(1, 5), tree)) >= BEST


def test_a_branching_closes_what_one_leaf_cannot() -> None:
    """Half multipliers leave a gap on a triangle; splitting one variable closes it."""
    halves = Leaf({"p": 6, "q": 2, "r": 4})
    assert evaluate(MODEL, Certificate(2, halves)) == 106
    tree = Branching("a", 0, Leaf({"q": 4}), Leaf({"p": 4, "r": 3, "s": 2}))
    assert evaluate(MODEL, Certificate(1, tree)) == BEST == 104


def test_the_larger_leaf_is_the_bound() -> None:
    """A tree proves no more than its weakest leaf."""
    tree = Branching("a", 0, Leaf({}), Leaf({"p": 4, "r": 3, "s": 2}))
    assert evaluate(MODEL, Certificate(1, tree)) == 107


def test_a_leaf_without_values_is_passed_over() -> None:
    """A part that the bounds leave no value in needs no bound."""
    tree = Branching("a", 5, Leaf({"q": 4, "p": 1, "r": 1, "s": 1}), Leaf({}))
    only = Leaf({"q": 4, "p": 1, "r": 1, "s": 1})
    assert evaluate(MODEL, Certificate(1, tree)) == evaluate(MODEL, Certificate(1, only))


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (Certificate(0, Leaf({})), "denominator"),
        (Certificate(-1, Leaf({})), "denominator"),
        (Certificate(1, Leaf({"p": -1})), "negative"),
        (Certificate(1, Leaf({"nowhere": 1})), "row"),
        (Certificate(1, Branching("nobody", 0, Leaf({}), Leaf({}))), "variable"),
        (Certificate(1, Branching("a", 0, Branching("a", -1, Leaf({}), Leaf({"x": 1})), Leaf({}))), "row"),
    ],
)
def test_what_proves_nothing_is_refused(certificate: Certificate, code: str) -> None:
    """A negative multiplier, an unknown row or variable, or a denominator below one is an input error."""
    with pytest.raises(InputError) as caught:
        evaluate(MODEL, certificate)
    assert caught.value.diagnostics[0].code == f"certificate.{code}"


def test_json_keeps_everything() -> None:
    """What is written is read back equal, through text."""
    tree = Branching("a", 0, Leaf({"q": 4}), Branching("b", 0, Leaf({}), Leaf({"p": 2**70})))
    certificate = Certificate(1 << 20, tree)
    assert from_json(json.loads(json.dumps(to_json(certificate)))) == certificate


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"denominator": 1},
        {"denominator": 1.0, "tree": {"multipliers": {}}},
        {"denominator": True, "tree": {"multipliers": {}}},
        {"denominator": 1, "tree": {"multipliers": []}},
        {"denominator": 1, "tree": {"multipliers": {"p": "1"}}},
        {"denominator": 1, "tree": {"multipliers": {}, "more": 1}},
        {"denominator": 1, "tree": {"variable": "a", "at": 0, "low": {"multipliers": {}}}},
        {
            "denominator": 1,
            "tree": {"variable": 1, "at": 0, "low": {"multipliers": {}}, "high": {"multipliers": {}}},
        },
    ],
)
def test_malformed_data_is_refused(data: object) -> None:
    """Data of another shape is named as malformed, never an internal error."""
    with pytest.raises(InputError) as caught:
        from_json(data)
    assert caught.value.diagnostics[0].code == "certificate.malformed"


def test_a_bottomless_tree_is_refused() -> None:
    """A tree nested beyond all measure neither exhausts the stack nor passes."""
    tree: dict[str, object] = {"multipliers": {}}
    for _ in range(20_000):
        tree = {"variable": "a", "at": 0, "low": tree, "high": {"multipliers": {}}}
    with pytest.raises(InputError):
        from_json({"denominator": 1, "tree": tree})


def test_components_add_up() -> None:
    """Independent parts keep names and order, and their optima add up to that of the whole."""
    two = MODEL._replace(
        variables=(*MODEL.variables, Variable("e", 0, 3, 1), Variable("f", 0, 1, -1)),
        rows=(*MODEL.rows, Row("t", ((4, 2), (5, -1)), 3)),
        further=(((0, 1), (5, 2)),),
    )
    parts = components(two)
    assert [[v.name for v in part.variables] for part in parts] == [["a", "b", "c", "d"], ["e", "f"]]
    assert [part.further for part in parts] == [(((0, 1),),), (((1, 2),),)]
    best = sum(max(total(part, xs) for xs in solutions(part)) for part in parts)
    assert best + two.constant == max(total(two, xs) for xs in solutions(two))


def test_a_row_without_variables_is_a_component() -> None:
    """An impossible row is not lost when a model falls apart."""
    parts = components(LinearModel((Variable("a", 0, 1, 1),), (Row("never", (), -1),)))
    assert [(len(p.variables), len(p.rows)) for p in parts] == [(1, 0), (0, 1)]


def test_demanding_one_of_several() -> None:
    """The row of a demand is kept exactly by the points that take one of the variables."""
    model = require_one(MODEL, (3, 1))
    assert {xs for xs in solutions(MODEL) if xs[1] or xs[3]} == set(solutions(model))


def test_faults_and_broken_rows_are_named() -> None:
    """The invariant check says what is wrong; a point's broken rows and bounds are listed."""
    assert faults(MODEL) == []
    bad = LinearModel(
        (Variable("b", 1, 0, 0), Variable("a", 0, 1, 0)),
        (Row("r", ((1, 1), (0, 0)), 0), Row("r", ((7, 1),), 0)),
    )
    assert len(faults(bad)) == 6
    assert broken(MODEL, (1, 1, 0, 2)) == ("d", "p")


def test_a_tree_without_values_proves_nothing() -> None:
    """Where a variable has no value at all there is no leaf to take a bound from."""
    none = MODEL._replace(variables=(MODEL.variables[0]._replace(lower=1, upper=0), *MODEL.variables[1:]))
    with pytest.raises(InputError) as caught:
        evaluate(none, Certificate(1, Branching("a", 0, Leaf({}), Leaf({}))))
    assert caught.value.diagnostics[0].code == "certificate.empty"
