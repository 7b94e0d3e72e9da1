"""What is known of a component that a few rows hold together, when the time ends before prices rest."""

from __future__ import annotations

import pytest

from subvent.model.certificate import evaluate
from subvent.model.linear import broken
from subvent.optimise.fitting import Choice, fitted
from subvent.optimise.optimum import optimise
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.process.progress import Progress

from .test_priced import group


class Ended(Progress):
    """Ends the search once so many rounds of prices were told."""

    def __init__(self, rounds: int) -> None:
        self.left = rounds

    def nearer(self, found: int | None, bound: int) -> None:
        """Count a round."""
        del found, bound
        self.left -= 1

    @property
    def stopped(self) -> bool:
        """Whether that was the last one."""
        return self.left <= 0


@pytest.mark.parametrize("rounds", [0, 1, 2])
@pytest.mark.parametrize("seed", range(12))
def test_what_is_told_is_lawful_and_bounded(seed: int, rounds: int) -> None:
    """However soon it ends: a lawful plan and a bound that its certificate proves, the optimum between."""
    model = group(seed)
    best, found = optimise(model), by_prices(model, limits=Limits(progress=Ended(rounds)))
    if found is not None:
        assert broken(model, found.values) == ()
        assert found.total <= best.total <= found.bound == evaluate(model, found.certificate)
        assert (found.status == "optimal") == (found.total == found.bound)


def test_some_are_cut_short_and_keep_most_of_the_money() -> None:
    """After one round there are plans that are not proven, and together they bring nearly all."""
    cut = [(seed, by_prices(group(seed), limits=Limits(progress=Ended(1)))) for seed in range(12)]
    open_ = [(optimise(group(seed)).total, found) for seed, found in cut if found and not found.unique]
    assert any(found.status == "feasible" for _, found in open_)
    assert sum(found.total for _, found in open_) >= 0.9 * sum(best for best, _ in open_)


def choice(*points: tuple[int, ...], priced: tuple[int, ...], money: tuple[int, ...]) -> Choice:
    """A part whose variables each use one of the only shared row."""
    return Choice(points, priced, money, ((1,) * len(priced),))


def test_parts_worth_most_come_first_and_room_left_over_is_used() -> None:
    """The second part takes the only place; with two, the first has what is worth money alone."""
    first = choice((0,), (1,), priced=(-1,), money=(5,))
    second = choice((0,), (1,), priced=(3,), money=(4,))
    assert fitted([first, second], [1]) == [(0,), (1,)]
    assert fitted([first, second], [2]) == [(1,), (1,)]
    assert fitted([first, second], [0]) == [(0,), (0,)]


def test_where_nothing_fits_the_least_is_taken() -> None:
    """The caller then sees that the row does not hold."""
    assert fitted([choice((1,), (2,), priced=(1,), money=(1,))], [0]) == [(1,)]
