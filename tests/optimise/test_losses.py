"""What insisting on claims costs, asked of many components and of few: who works it out does not matter."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from subvent.diagnostics import ResourceError, diagnostic
from subvent.logic.session import ChildProcess, InProcess
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.losses import Loss, losses
from subvent.optimise.optimum import optimise
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole
from subvent.process.progress import Progress

from .test_priced import group


def company(number: int) -> LinearModel:
    """Four claims of which two may be made."""
    rng = random.Random(number)
    variables = tuple(Variable(f"c{number:04d}/{n}", 0, 1, rng.randint(1, 1000)) for n in range(4))
    return LinearModel(variables, (Row(f"two {number}", tuple((j, 1) for j in range(4)), 2),))


@pytest.fixture(scope="module")
def many() -> tuple[Whole, list[list[str]]]:
    """So many companies that their demands are shared out, and what costs two of each something."""
    parts = tuple(map(company, range(1_100)))
    whole = Whole(parts, tuple(map(optimise, parts)), 0)
    return whole, [
        [v.name]
        for part, best in zip(parts, whole.solutions, strict=True)
        for v, x in zip(part.variables, best.values, strict=True)
        if not x
    ]


def by_hand(whole: Whole, names: Iterable[str]) -> int:
    """A claim that is not made takes the place of the lesser one of two that are."""
    (name,) = names
    part = whole.parts[int(name[1:5])]
    gains = sorted(v.gain for v in part.variables)
    return gains[2] - next(v.gain for v in part.variables if v.name == name)


def test_many_are_the_same_in_children(many: tuple[Whole, list[list[str]]]) -> None:
    """Each is proven, and what it is by hand, whoever works it out."""
    whole, wanted = many
    found = losses(whole, wanted)
    assert found == [(by_hand(whole, names), True) for names in wanted]
    with ChildProcess() as child:
        assert losses(whole, wanted, None, child.call_each) == found


def test_parts_at_prices_are_the_same_in_shares(many: tuple[Whole, list[list[str]]]) -> None:
    """A component that prices take apart may be shared out too, beside others."""
    best = [(model, by_prices(model)) for model in map(group, range(3))]
    proven = [(model, solution) for model, solution in best if solution is not None]
    assert proven
    for model, solution in proven:
        whole = Whole((model, *many[0].parts), (solution, *many[0].solutions), 0)
        own = [[v.name] for v, x in zip(model.variables, solution.values, strict=True) if not x]
        # Also claims of which any will do, in several parts and components.
        wanted = [*own, own[0] + own[-1], own[0] + many[1][0], *many[1]]
        assert losses(whole, wanted, None, InProcess().call_each) == losses(whole, wanted)


def test_what_is_asked_again_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was spent on the same demands before is not taken off."""
    monkeypatch.setattr("subvent.optimise.losses._FEWEST", 1)
    monkeypatch.setattr("subvent.optimise.losses._PART_NODES", 20)
    model = group(0)
    best = by_prices(model)
    assert best is not None
    whole = Whole((model,), (best,), 0)
    wanted = [[v.name] for v, x in zip(model.variables, best.values, strict=True) if not x]
    alone = losses(whole, wanted)
    once, again = (losses(whole, wanted, None, InProcess().call_each) for _ in range(2))
    assert once == again == alone
    assert {proven for _, proven in once} == {True, False}


class Stopping(Progress):
    """Ends what is being done as soon as something is counted."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    @property
    def stopped(self) -> bool:
        """Whether something was counted."""
        return bool(self.heard)

    def counted(self, done: int, count: int) -> None:
        """Note it."""
        self.heard.append((done, count))


def known(found: list[Loss]) -> int:
    """How many are proven. The others say nothing."""
    assert all(proven or loss is None for loss, proven in found)
    return sum(proven for _, proven in found)


@pytest.mark.parametrize("shared", [False, True])
def test_what_was_found_before_the_end_is_told(many: tuple[Whole, list[list[str]]], *, shared: bool) -> None:
    """Nothing is begun after that."""
    whole, wanted = many
    progress = Stopping()
    calls = InProcess().call_each if shared else None
    found = losses(whole, wanted, Limits(progress=progress), calls)
    assert progress.heard == [(known(found), len(wanted))]
    assert 0 < known(found) < len(wanted)


def test_what_a_child_does_not_tell_is_open(many: tuple[Whole, list[list[str]]]) -> None:
    """A child that has no time or memory left takes nothing away from what others found."""
    whole, wanted = many

    def once(function: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        yield next(InProcess().call_each(function, parts))
        raise ResourceError(diagnostic("logic.grounding-memory", megabytes=1))

    assert 0 < known(losses(whole, wanted, None, once)) < len(wanted)
