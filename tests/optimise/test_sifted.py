"""The relaxation of a large component found by its parts: as good as that of all, whatever is guessed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.optimise.test_priced import group

from subvent.model.certificate import evaluate
from subvent.model.linear import LinearModel
from subvent.optimise import sifted
from subvent.optimise.coupling import coupling
from subvent.optimise.optimum import optimise
from subvent.optimise.parts import FINE, parts_of
from subvent.optimise.priced import by_prices
from subvent.optimise.problem import Problem, problem_of
from subvent.optimise.relaxation import Guess, Relaxation
from subvent.optimise.sifted import Sifted

GUESSES = [0, 1, 300, 10_000]
"""Prices of every coupling row, in fen: none, next to none, about right, far too high."""
ROUNDS = 12
"""In which prices come from the wrong ones to the right ones, further each time."""


def asked(model: LinearModel) -> tuple[Problem, list[int], Sifted]:
    """A component as a problem with its gains, and its relaxation by parts."""
    problem, gains, rows = problem_of(model), [v.gain for v in model.variables], coupling(model)
    assert rows
    return problem, gains, Sifted(problem, gains, rows, parts_of(model, rows))


def worth(gains: Sequence[int], guess: Guess) -> float:
    """What the values of a relaxation bring."""
    assert guess.feasible
    return sum(gain * value for gain, value in zip(gains, guess.values, strict=True))


def bound(problem: Problem, gains: Sequence[int], guess: Guess) -> float:
    """What its multipliers prove, but for rounding."""
    left = [float(gain) for gain in gains]
    proven = 0.0
    for (terms, limit), y in zip(problem.rows, guess.multipliers, strict=True):
        proven += y * limit
        for j, a in terms:
            left[j] -= y * a
    return proven + sum(
        d * (high if d > 0 else low) for d, low, high in zip(left, problem.lower, problem.upper, strict=True)
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("guess", [None, *GUESSES])
def test_it_is_as_good_as_the_relaxation_of_all_at_once(
    seed: int, guess: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From prices of a third of the parts, and from wrong ones; its multipliers prove that it is best.

    Until then it says that it is not settled, and its multipliers bound what is best.
    """
    monkeypatch.setattr(sifted, "_SAMPLE", 40)
    problem, gains, found = asked(group(seed))
    if guess is not None:
        monkeypatch.setattr(Sifted, "_guessed", lambda self: [guess * FINE] * len(self._rows))
        monkeypatch.setattr(Sifted, "_balanced", lambda _, prices: prices)
    whole = Relaxation(problem, gains).solve(problem.lower, problem.upper)
    best = found.solve(problem.lower, problem.upper)
    assert not best.settled
    for _ in range(ROUNDS):
        assert bound(problem, gains, best) >= worth(gains, whole) - 1e-3
        if best.settled:
            break
        best = found.solve(problem.lower, problem.upper)
    assert best.settled
    assert worth(gains, best) == pytest.approx(worth(gains, whole), abs=1e-3)
    assert bound(problem, gains, best) == pytest.approx(worth(gains, best), abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_prices_that_it_finds_prove_the_same_total(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where parts that it leaves undecided become choices of their points, round after round."""
    monkeypatch.setattr(sifted, "MANY", 0)
    monkeypatch.setattr(sifted, "_SAMPLE", 40)
    model = group(seed)
    found, plain = by_prices(model), optimise(model)
    if found is not None:
        assert found.total == plain.total == evaluate(model, found.certificate)


def test_nothing_is_begun_once_the_time_is_over() -> None:
    """Then nothing is known, not that there is no solution."""
    problem, _, found = asked(group(0))
    guess = found.solve(problem.lower, problem.upper, over=lambda: True)
    assert guess.feasible is None
    assert guess.values == []


@pytest.mark.parametrize("seed", range(4))
def test_a_multiplier_lies_between_the_prices_at_which_room_is_traded(seed: int) -> None:
    """Those of the coupling rows that would be higher or lower are at the end that is nearer."""
    model = group(seed)
    problem, gains, rows = problem_of(model), [v.gain for v in model.variables], coupling(model)
    free = Relaxation(problem, gains).solve(problem.lower, problem.upper)
    least, most = 200.0, 400.0
    assert not all(least <= free.multipliers[i] <= most for i in rows)
    traded = Relaxation(problem, gains)
    for i in rows:
        traded.trade(i, least, most)
    found = traded.solve(problem.lower, problem.upper)
    assert len(found.values) == len(gains)
    assert all(least - 1e-6 <= found.multipliers[i] <= most + 1e-6 for i in rows)
    ends = [pytest.approx(least), pytest.approx(most)]
    assert any(found.multipliers[i] == end for i in rows for end in ends)
