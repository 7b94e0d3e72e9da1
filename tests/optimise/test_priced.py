"""Prices on a few coupling rows: the optimum of the plain search, and a bound that anyone can evaluate."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from subvent.diagnostics import InputError
from subvent.model.certificate import Certificate, Priced, evaluate, from_json, to_json
from subvent.model.linear import LinearModel, Row, Variable, broken
from subvent.optimise import as_good, priced
from subvent.optimise.coupling import coupling
from subvent.optimise.incumbent import whole
from subvent.optimise.optimum import Solution, optimise
from subvent.optimise.priced import best, by_prices
from subvent.optimise.problem import Problem, worth
from subvent.optimise.search import Budget

COMPANIES, YEARS = 12, 3


def group(seed: int) -> LinearModel:
    """Companies with claims of their own limits; in a year only some of them may file (a row each)."""
    rng = random.Random(seed)
    names, rows = [], []
    for company in range(COMPANIES):
        claims = [(f"c{company:02d}{n}", rng.randrange(YEARS)) for n in range(6)]
        names += [(name, rng.randint(1, 1000)) for name, _ in claims]
        names += [(f"used {company:02d}/{year}", 0) for year in range(YEARS)]
        rows += [(f"in {name}", {name: 1, f"used {company:02d}/{year}": -1}, 0) for name, year in claims]
        pairs = [rng.sample(claims, 2) for _ in range(3)]
        rows += [(f"pair {company}/{n}", {one: 1, two: 1}, 1) for n, ((one, _), (two, _)) in enumerate(pairs)]
    for year in range(YEARS):
        members = {f"used {company:02d}/{year}": 1 for company in range(COMPANIES)}
        rows.append((f"year {year}", members, rng.randint(1, COMPANIES - 1)))
    variables = tuple(Variable(name, 0, 1, gain) for name, gain in sorted(names))
    place = {v.name: j for j, v in enumerate(variables)}
    written = [
        Row(name, tuple(sorted((place[v], a) for v, a in terms.items())), upper)
        for name, terms, upper in rows
    ]
    return LinearModel(variables, tuple(sorted(written)))


@pytest.mark.parametrize("seed", range(12))
def test_prices_find_the_optimum_of_the_plain_search(seed: int) -> None:
    """Same total, lawful values, and the certificate proves the total."""
    model = group(seed)
    found, plain = by_prices(model), optimise(model)
    assert plain.status == "optimal"
    assert best(model).total == plain.total
    if found is not None:
        assert found.total == plain.total == evaluate(model, found.certificate)
        assert broken(model, found.values) == ()


@pytest.mark.parametrize("seed", range(6))
def test_ties_are_broken_as_the_plain_search_breaks_them(seed: int) -> None:
    """Among all plans of equal worth the same one, or it is said that ties were not broken to the end."""
    model = group(seed)
    fewest = [-1] * len(model.variables)
    found, plain = by_prices(model, [fewest]), optimise(model, [fewest])
    assert plain.unique
    if found is not None and found.unique:
        assert found.values == plain.values


@pytest.mark.parametrize("seed", range(6))
def test_of_very_many_that_are_as_good_the_tie_breaks_in_their_order_decide(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worth of each of them is that of the point which is singled out elsewhere."""
    model = group(seed)
    ties = [[-1] * len(model.variables), [j % 3 for j in range(len(model.variables))]]
    plain = optimise(model, ties)
    assert plain.unique
    for module in (priced, as_good):
        monkeypatch.setattr(module, "MANY", 0)
    found = by_prices(model, ties)
    assert found is not None
    assert not found.unique
    assert found.total == plain.total == evaluate(model, found.certificate)
    assert [worth(tie, found.values) for tie in ties] == [worth(tie, plain.values) for tie in ties]


def test_where_all_tie_breaks_are_too_much_the_first_one_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """The money and its proof are not lost where HiGHS ends before it is sure of the years."""
    model = group(0)
    fewest, years = [-1] * len(model.variables), [j % 3 for j in range(len(model.variables))]
    plain = optimise(model, [fewest])

    def first_alone(problem: Problem, objective: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
        return whole(problem, objective, budget) if max(objective) <= 0 and min(objective) >= -1 else None

    monkeypatch.setattr(as_good, "whole", first_alone)
    for module in (priced, as_good):
        monkeypatch.setattr(module, "MANY", 0)
    found = by_prices(model, [fewest, years])
    assert found is not None
    assert found.total == plain.total == evaluate(model, found.certificate)
    assert worth(fewest, found.values) == worth(fewest, plain.values)
    assert broken(model, found.values) == ()


@pytest.fixture(scope="module")
def solved() -> tuple[LinearModel, Solution]:
    """A model that prices close, with its solution."""
    model = group(3)
    solution = by_prices(model)
    assert solution is not None
    assert isinstance(solution.certificate.tree, Priced)
    return model, solution


def test_the_rows_that_hold_a_component_together_are_found(solved: tuple[LinearModel, Solution]) -> None:
    """The rows of the years, and no others; a small component has none."""
    model, _ = solved
    assert [model.rows[i].name for i in coupling(model)] == ["year 0", "year 1", "year 2"]
    assert coupling(LinearModel(model.variables[:20], ())) == ()


def test_a_certificate_with_prices_is_read_back_as_it_was_written(
    solved: tuple[LinearModel, Solution],
) -> None:
    """Plain data and back, the same bound."""
    model, solution = solved
    again = from_json(to_json(solution.certificate))
    assert again == solution.certificate
    assert evaluate(model, again) == solution.bound


@pytest.mark.parametrize("seed", range(40))
def test_other_prices_prove_no_less_than_the_optimum(solved: tuple[LinearModel, Solution], seed: int) -> None:
    """A changed price or multiplier may weaken the bound or be refused, and never proves what is untrue."""
    model, solution = solved
    data: Any = to_json(solution.certificate)
    rng = random.Random(seed)
    places: list[Any] = [data["tree"]["prices"]]
    places += [p["tree"]["multipliers"] for p in data["tree"]["parts"].values() if "multipliers" in p["tree"]]
    table = rng.choice([place for place in places if place])
    name = rng.choice(sorted(table))
    table[name] = rng.choice((table[name] + rng.randint(-5, 5), 0, 7, -1))
    try:
        bound = evaluate(model, from_json(data))
    except InputError:
        return
    assert bound >= solution.total


MALFORMED: Mapping[str, Callable[[Any], Any]] = {
    "an unknown row": lambda d: d["tree"]["prices"].update({"nowhere": 1}),
    "a negative price": lambda d: d["tree"]["prices"].update({"year 0": -1}),
    "a missing part": lambda d: d["tree"]["parts"].popitem(),
    "a price that is no number": lambda d: d["tree"]["prices"].update({"year 0": "1"}),
    "prices that are no table": lambda d: d["tree"].update({"prices": []}),
    "parts that are no table": lambda d: d["tree"].update({"parts": []}),
    "prices within prices": lambda d: d["tree"]["parts"].update(
        {"c000": {"denominator": 1, "tree": {"prices": {}}}}
    ),
}


@pytest.mark.parametrize("fault", MALFORMED)
def test_prices_that_do_not_belong_to_the_model_are_refused(
    solved: tuple[LinearModel, Solution], fault: str
) -> None:
    """Each fault is an error of the certificate, never a bound."""
    model, solution = solved
    data: Any = to_json(solution.certificate)
    MALFORMED[fault](data)
    with pytest.raises(InputError):
        evaluate(model, from_json(data))


def test_a_row_without_a_price_may_stay() -> None:
    """Prices of nothing leave the rows where they are: the bound is that of the parts as they stand."""
    model = LinearModel((Variable("a", 0, 1, 5), Variable("b", 0, 1, 4)), ())
    leaf = {name: from_json({"denominator": 1, "tree": {"multipliers": {}}}) for name in ("a", "b")}
    assert evaluate(model, Certificate(2, Priced({}, leaf))) == 9
