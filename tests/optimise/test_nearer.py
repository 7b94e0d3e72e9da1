"""What is told of one component while it is searched: lawful points and proven bounds, nothing else."""

from __future__ import annotations

from subvent.optimise.optimum import optimise
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.process.progress import Progress

from .models import random_model
from .test_priced import group


class Heard(Progress):
    """Everything that is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int | None, int]] = []

    def nearer(self, found: int | None, bound: int) -> None:
        """The best so far, and its bound."""
        self.told.append((found, bound))


def test_what_is_told_closes_in_on_the_optimum() -> None:
    """No point is above the optimum and no bound below it; neither ever gets worse."""
    lengths = set()
    for seed in range(60):
        heard = Heard()
        model = random_model(seed)
        found = optimise(model, limits=Limits(progress=heard))
        if found.status != "optimal":
            continue
        points = [point for point, _ in heard.told if point is not None]
        bounds = [bound for _, bound in heard.told]
        total = found.total - model.constant
        assert all(point <= total for point in points), seed
        assert all(bound >= total for bound in bounds), seed
        assert (points, bounds) == (sorted(points), sorted(bounds, reverse=True)), seed
        lengths.add(len(bounds))
    assert max(lengths) > 1


def test_each_round_of_prices_tells_a_bound() -> None:
    """Of a component that a few rows hold together the prices prove a bound before any point is known."""
    heard, model = Heard(), group(3)
    found = by_prices(model, limits=Limits(progress=heard))
    assert found is not None
    assert heard.told
    assert all(bound >= found.total - model.constant for _, bound in heard.told)
