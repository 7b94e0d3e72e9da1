"""What the relaxation decides is what a search finds: values, ties, bound and certificate."""

from __future__ import annotations

import random

import pytest

from subvent.model.certificate import evaluate
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.decided import Preferred, decided_together
from subvent.optimise.optimum import optimise
from subvent.optimise.search import Limits

TIES = 3


def claims(seed: int, *, levels: int) -> LinearModel:
    """Claims in two limits each, one of a project and one of a year, many of them worth the same."""
    dice = random.Random(seed)
    members: dict[str, list[int]] = {}
    variables = []
    for j in range(dice.randint(1, 24)):
        variables.append(Variable(f"v{j:02d}", 0, 1, 100 * dice.randint(0, levels)))
        members.setdefault(f"project {dice.randrange(6)}", []).append(j)
        members.setdefault(f"year {dice.randrange(3)}", []).append(j)
    rows = [Row(name, tuple((j, 1) for j in own), dice.randint(1, 2)) for name, own in members.items()]
    return LinearModel(tuple(variables), tuple(sorted(rows)))


def names_of(models: list[LinearModel]) -> list[str]:
    """The names of the longest of models whose variables are called alike."""
    return max(([v.name for v in model.variables] for model in models), key=len)


@pytest.mark.parametrize("levels", [1, 2, 30])
def test_what_is_decided_is_what_a_search_finds(levels: int) -> None:
    """The same solution, proven by multipliers of its own, however many plans are worth the same."""
    models = [claims(seed, levels=levels) for seed in range(40)]
    dice, names = random.Random(levels), names_of(models)
    ties = [{name: dice.randint(-2, 0) for name in names} for _ in range(TIES)]
    first = {name: place for place, name in enumerate(dice.sample(names, len(names) // 2))}
    found = 0
    told = decided_together(models, Preferred(ties, first), Limits())
    for model, (solution, _) in zip(models, told, strict=True):
        own = [v.name for v in model.variables]
        weights = [[tie[name] for name in own] for tie in ties]
        order = [own.index(name) for name in first if name in own]
        if solution is not None:
            found += 1
            expected = optimise(model, weights, order)
            assert solution._replace(certificate=expected.certificate) == expected
            assert evaluate(model, solution.certificate) == solution.bound
    assert found > len(models) // 2


def test_more_equals_than_one_relaxation_tells_apart_are_told_apart() -> None:
    """Fifty claims of one worth, thirty of which may be made: the first ones, by whatever order they have."""
    names = [f"v{j:02}" for j in range(50)]
    row = Row("thirty", tuple((j, 1) for j in range(50)), 30)
    model = LinearModel(tuple(Variable(name, 0, 1, 7) for name in names), (row,))
    place = {name: j for j, name in enumerate(reversed(names))}
    for solution, _ in decided_together(
        [model, model], Preferred([dict.fromkeys(names, -1)], place), Limits()
    ):
        assert solution is not None
        assert (solution.values, solution.unique) == ((0,) * 20 + (1,) * 30, True)


def test_without_rows_everything_goes_where_it_brings_most() -> None:
    """What brings nothing is told apart by the ties alone; no relaxation is asked."""
    variables = (
        Variable("a", 0, 1, 5),
        Variable("b", 0, 1, -5),
        Variable("c", 0, 1, 0),
        Variable("d", 0, 1, 0),
    )
    preferred = Preferred(({"c": -1},), {"c": 0, "d": 1})
    ((found, _),) = decided_together([LinearModel(variables, ())], preferred, Limits())
    assert found is not None
    assert (found.values, found.total, found.unique) == ((1, 0, 0, 1), 5, True)


def test_what_it_does_not_decide_is_left_to_a_search() -> None:
    """Three claims of which any two exclude each other: the relaxation takes half of each."""
    rows = [Row(f"pair {a}{b}", ((a, 1), (b, 1)), 1) for a, b in ((0, 1), (0, 2), (1, 2))]
    model = LinearModel(tuple(Variable(name, 0, 1, 2) for name in "abc"), tuple(rows))
    for solution, guess in decided_together([model, model], Preferred((), {}), Limits()):
        assert solution is None
        assert guess is not None
