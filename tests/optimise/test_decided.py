"""What the relaxation decides is what a search finds: values, ties, bound and certificate."""

from __future__ import annotations

import random

import pytest

from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.decided import Preferred, decided
from subvent.optimise.optimum import optimise
from subvent.optimise.relaxed_together import guesses
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


@pytest.mark.parametrize("levels", [1, 2, 30])
def test_what_is_decided_is_what_a_search_finds(levels: int) -> None:
    """The same solution to the last multiplier, however many plans are worth the same."""
    models = [claims(seed, levels=levels) for seed in range(40)]
    found = 0
    for seed, (model, guess) in enumerate(zip(models, guesses(models), strict=True)):
        dice, names = random.Random(seed), [v.name for v in model.variables]
        ties = [{name: dice.randint(-2, 0) for name in names} for _ in range(TIES)]
        first = dice.sample(range(len(names)), len(names) // 2)
        preferred = Preferred(ties, {names[j]: place for place, j in enumerate(first)})
        solution = decided(model, guess, preferred, Limits())
        weights = [[tie[name] for name in names] for tie in ties]
        if solution is not None:
            found += 1
            assert solution == optimise(model, weights, first, guess=guess)
    assert found > len(models) // 2


def test_without_rows_everything_goes_where_it_brings_most() -> None:
    """What brings nothing is told apart by the ties alone; no relaxation is asked."""
    variables = (
        Variable("a", 0, 1, 5),
        Variable("b", 0, 1, -5),
        Variable("c", 0, 1, 0),
        Variable("d", 0, 1, 0),
    )
    found = decided(LinearModel(variables, ()), None, Preferred(({"c": -1},), {"c": 0, "d": 1}), Limits())
    assert found is not None
    assert (found.values, found.total, found.unique) == ((1, 0, 0, 1), 5, True)


def test_what_it_does_not_decide_is_left_to_a_search() -> None:
    """Three claims of which any two exclude each other: the relaxation takes half of each."""
    rows = [Row(f"pair {a}{b}", ((a, 1), (b, 1)), 1) for a, b in ((0, 1), (0, 2), (1, 2))]
    model = LinearModel(tuple(Variable(name, 0, 1, 2) for name in "abc"), tuple(rows))
    (guess, _) = guesses([model, model])
    assert decided(model, guess, Preferred((), {}), Limits()) is None
