"""Limits that very many share, filled to the fen: lawful points, better ones, often the best."""

from __future__ import annotations

from random import Random

import pytest

from subvent.model.certificate import evaluate
from subvent.model.linear import LinearModel, Row, Variable, broken
from subvent.optimise import ceilings, exchanged, search, sifted
from subvent.optimise.bounds import proof
from subvent.optimise.ceilings import under_ceilings
from subvent.optimise.optimum import optimise
from subvent.optimise.priced import best, best_untied
from subvent.optimise.problem import lawful, problem_of, worth
from subvent.optimise.search import Limits
from subvent.process.progress import Progress


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done for very large components is done for small ones."""
    monkeypatch.setattr(exchanged, "SHARED", 6)
    monkeypatch.setattr(ceilings, "SHARED", 6)
    monkeypatch.setattr(ceilings, "MANY", 0)
    monkeypatch.setattr(sifted, "_SAMPLE", 40)
    monkeypatch.setattr(search, "_VAST", 0)


def funds(seed: int, unit: int = 1, companies: int = 8) -> LinearModel:
    """Projects of companies under yearly funds, of which one is not scarce; one project a company and year.

    A project is claimed for once, and `unit` divides all that is paid.
    """
    random = Random(seed)
    years = 3
    variables, rows = [], []
    drawn: list[list[tuple[int, int]]] = [[] for _ in range(years)]
    for company in range(companies):
        slots: list[list[int]] = [[] for _ in range(years)]
        for project in range(random.randint(1, 4)):
            paid, own = unit * random.randint(1, 60), []
            for year in random.sample(range(years), random.randint(1, years)):
                own.append(len(variables))
                slots[year].append(len(variables))
                drawn[year].append((len(variables), paid))
                variables.append(Variable(f"c{company}p{project}y{year}", 0, 1, paid))
            rows.append(Row(f"project {company} {project}", tuple((j, 1) for j in own), 1, "project"))
        rows += [
            Row(f"slot {company} {year}", tuple((j, 1) for j in slot), 1, "slot")
            for year, slot in enumerate(slots)
            if len(slot) > 1
        ]
    for year, terms in enumerate(drawn):
        share = 1 if year == 0 else 4
        room = unit * (sum(a for _, a in terms) // (unit * share))
        variables.append(Variable(f"cut {year}", 0, sum(a for _, a in terms), -1))
        rows.append(Row(f"fund {year}", (*terms, (len(variables) - 1, -1)), room, "fund"))
    return LinearModel(tuple(variables), tuple(rows))


@pytest.mark.parametrize("unit", [1, 1000, 10**9])
@pytest.mark.parametrize("seed", range(12))
def test_what_prices_guess_and_moves_fill_is_the_optimum(seed: int, unit: int) -> None:
    """The same total as without guesses and moves, with a certificate that proves it; ties broken or not."""
    model = funds(seed, unit)
    plain = optimise(model)
    assert plain.status == "optimal"
    for found in (best(model, (), None, Limits()), best_untied(model, Limits())):
        assert (found.status, found.total, found.bound) == ("optimal", plain.total, plain.total)
        assert evaluate(model, found.certificate) == plain.total
    assert best(model).values == plain.values


@pytest.mark.parametrize("seed", range(30))
def test_a_point_is_never_worse_afterwards(seed: int) -> None:
    """From nothing, what comes out keeps every row, and does not pass the bound."""
    model = funds(seed)
    problem, gains = problem_of(model), [v.gain for v in model.variables]
    guess = under_ceilings(model, Limits())
    assert guess is not None
    assert not guess.settled
    bounding = proof(problem, gains, 1, [round(y) for y in guess.multipliers])
    point = tuple(0 for _ in gains)
    better = exchanged.exchanged(problem, gains, bounding, point, lambda: False)
    assert lawful(problem, better)
    assert 0 < worth(gains, better) <= bounding.bound


@pytest.mark.parametrize("seed", range(8))
def test_among_many_claims_some_fill_the_funds_to_the_fen(seed: int) -> None:
    """What parts take at the guessed prices, filled up, is the optimum: it brings what the prices bound."""
    model = funds(seed, companies=80)
    problem, gains = problem_of(model), [v.gain for v in model.variables]
    guess = under_ceilings(model, Limits())
    assert guess is not None
    bounding = proof(problem, gains, 1, [round(y) for y in guess.multipliers])
    point = tuple(map(round, guess.values))
    better = exchanged.exchanged(problem, gains, bounding, point, lambda: False)
    assert lawful(problem, better)
    assert worth(gains, point) < worth(gains, better) == bounding.bound == optimise(model).total


class Polled(Progress):
    """Ends the search once it was asked so many times whether to go on."""

    def __init__(self, times: int) -> None:
        self.left = times

    @property
    def stopped(self) -> bool:
        """Whether that was the last time."""
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("times", [*range(12), 15, 20, 30, 50])
@pytest.mark.parametrize("seed", range(4))
def test_ended_at_any_moment_what_is_told_is_lawful_and_bounded(seed: int, times: int) -> None:
    """A lawful plan, and a bound that its certificate proves, the optimum between."""
    model = funds(seed)
    most = optimise(model).total
    for found in (
        best(model, (), None, Limits(progress=Polled(times))),
        best_untied(model, Limits(progress=Polled(times))),
    ):
        assert broken(model, found.values) == ()
        assert found.total <= most <= found.bound == evaluate(model, found.certificate)
        assert (found.status == "optimal") == (found.total == found.bound)


def alone(amounts: list[int], room: int, *further: Row) -> LinearModel:
    """Claims under one fund, with further rows."""
    variables = (*(Variable(f"x{j}", 0, 1, a) for j, a in enumerate(amounts)), Variable("cut", 0, 999, -1))
    fund = (*enumerate(amounts), (len(amounts), -1))
    return LinearModel(variables, (Row("fund", fund, room, "fund"), *further))


def filled(model: LinearModel, point: tuple[int, ...], *prices: int) -> tuple[int, ...]:
    """What becomes of a point at these prices of the rows."""
    problem, gains = problem_of(model), [v.gain for v in model.variables]
    return exchanged.exchanged(problem, gains, proof(problem, gains, 1, prices), point, lambda: False)


def test_the_largest_come_first_and_are_taken_back_where_others_fill_the_limit() -> None:
    """Of 60 fen 50 are taken first, beside which nothing fits; 40 and 20 in place of them fill it."""
    model = alone([50, 40, 20, 19, 18, 17], 60)
    assert filled(model, (0,) * 7, 1) == (0, 1, 1, 0, 0, 0, 0)


def test_a_limit_that_is_full_is_left_as_it_is() -> None:
    """Nothing is exchanged where nothing is lost."""
    model = alone([50, 40, 20, 19, 18, 17], 37)
    full = (0, 0, 0, 1, 1, 0, 0)
    assert filled(model, full, 1) == full
    assert filled(model, (0, 0, 0, 0, 1, 0, 0), 1) == (0, 0, 1, 0, 0, 1, 0)


def test_a_choice_is_not_made_twice_to_fill_a_limit() -> None:
    """10 fen are left, and twice 5 would fill them, but there is only one claim of 5."""
    model = alone([100, 101, 102, 103, 104, 5], 10)
    assert filled(model, (0,) * 7, 1) == (0, 0, 0, 0, 0, 1, 0)


def test_a_choice_stands_in_for_another_of_its_row() -> None:
    """Of x0 and x2 one is made: x2 in place of x0 fills the fund, beside which it does not fit."""
    model = alone([30, 7, 31, 90, 90, 90], 38, Row("one", ((0, 1), (2, 1)), 1, "one"))
    assert filled(model, (1, 1, 0, 0, 0, 0, 0), 1, 0) == (0, 1, 1, 0, 0, 0, 0)


def test_a_row_with_a_price_keeps_what_it_has() -> None:
    """x0 brings more than it draws, for which its row has a price: it stays, whatever would fill the fund."""
    model = alone([30, 7, 31, 90, 90, 90], 38, Row("one", ((0, 1),), 1, "one"))
    model = model._replace(variables=(Variable("x0", 0, 1, 35), *model.variables[1:]))
    assert filled(model, (1, 0, 0, 0, 0, 0, 0), 1, 5)[0] == 1


def test_a_ceiling_that_does_not_give_way_is_no_ceiling() -> None:
    """Where a limit must hold, its price has no end: the component is relaxed as a whole."""
    model = alone([50, 40, 20, 19, 18, 17], 60)
    hard = model._replace(variables=(*model.variables[:-1], Variable("cut", 0, 0, -1)))
    assert under_ceilings(model, Limits()) is not None
    assert under_ceilings(hard, Limits()) is None


def test_what_is_there_when_the_time_is_over_is_taken() -> None:
    """Nothing is guessed, and nothing moved, once a search is over."""
    model = funds(0)
    problem, gains = problem_of(model), [v.gain for v in model.variables]
    bounding, point = proof(problem, gains, 1, [0] * len(problem.rows)), tuple(0 for _ in gains)
    assert exchanged.exchanged(problem, gains, bounding, point, lambda: True) == point
    assert under_ceilings(model, Limits(deadline=0.0)) is None


def test_a_small_component_is_relaxed_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses at prices are for very large components."""
    monkeypatch.undo()
    assert under_ceilings(funds(0), Limits()) is None
