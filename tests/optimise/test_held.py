"""What insisting on a claim costs in what is searched as a whole, or taken apart by multipliers."""

from __future__ import annotations

import random

import pytest

from subvent.model.certificate import Branching, Certificate, Leaf, evaluate
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.held import held
from subvent.optimise.losses import losses
from subvent.optimise.optimum import Solution, optimise
from subvent.optimise.outbid import Outbid, as_priced
from subvent.optimise.search import Budget, Limits
from subvent.optimise.whole import Whole

from .models import including, random_model
from .test_priced import group


def fund(seed: int) -> LinearModel:
    """Companies with three claims each, one of which may be made; a fund cuts what is paid beyond it."""
    rng = random.Random(seed)
    variables, rows, asked = [], [], []
    for company in range(30):
        claims = range(len(variables), len(variables) + 3)
        variables += [Variable(f"c{company:02d}{n}", 0, 1, rng.randint(1, 1000)) for n in range(3)]
        rows.append(Row(f"one {company:02d}", tuple((j, 1) for j in claims), 1))
        asked += [(j, variables[j].gain) for j in claims]
    variables.append(Variable("cut", 0, 10**6, -1))
    rows.append(Row("fund", (*asked, (len(variables) - 1, -1)), rng.choice([3000, 12_000, 10**6])))
    return LinearModel(tuple(variables), tuple(rows))


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_each_claim_of_a_random_model_costs_what_the_plain_search_finds(first: int) -> None:
    """Alone and in pairs; what cannot be is said to be impossible."""
    for seed in range(first, first + 20):
        model = random_model(seed)
        best = optimise(model)
        if best.status != "optimal":
            continue
        anew = held(model, best, Budget(Limits()))
        narrow = [j for j, v in enumerate(model.variables) if v.upper == 1]
        for wanted in [*([j] for j in narrow), narrow[:2]]:
            found, plain = anew.including(wanted), including(model, wanted)
            if plain.values:
                assert found.value is not None
                assert found.value == found.bound == plain.total - model.constant
            else:
                assert (found.point, found.bound) == (None, None)


@pytest.mark.parametrize("seed", range(3))
def test_a_spent_budget_leaves_a_loss_open(seed: int) -> None:
    """What is told then is no more than what any search proves."""
    model = group(seed)
    best = optimise(model)
    found = held(model, best, Budget(Limits(nodes=0))).including([0])
    assert found.point is None
    assert found.bound is not None
    assert found.bound >= including(model, [0]).total


@pytest.mark.parametrize("seed", range(12))
def test_multipliers_are_prices_too(seed: int) -> None:
    """They prove the same bound; what is proven by them is what the plain search finds."""
    model = fund(seed)
    best = optimise(model)
    priced = as_priced(model, best.certificate, [len(model.rows) - 1])
    if priced is None:
        assert isinstance(best.certificate.tree, Branching)
        return
    assert evaluate(model, priced) == best.bound
    outbid = Outbid(model, best, priced, Limits())
    for j in range(len(model.variables) - 1):
        total, proven = outbid.including([j])
        plain = including(model, [j]).total
        assert total == plain if proven else total is None or total <= plain


def test_under_funds_most_losses_are_proven() -> None:
    """Where a fund cuts what is paid a claim more takes nobody's place: it costs what its company loses."""
    proven = asked = 0
    for seed in range(12):
        model = fund(seed)
        best = optimise(model)
        if priced := as_priced(model, best.certificate, [len(model.rows) - 1]):
            outbid = Outbid(model, best, priced, Limits())
            told = [outbid.including([j])[1] for j in range(len(model.variables) - 1)]
            proven, asked = proven + sum(told), asked + len(told)
    assert asked
    assert proven >= 0.9 * asked


def test_a_branching_is_no_set_of_prices() -> None:
    """Only one set of multipliers can be read as prices."""
    leaf = Leaf({})
    assert as_priced(fund(0), Certificate(1, Branching("c000", 0, leaf, leaf)), [30]) is None


@pytest.mark.parametrize("seed", range(4))
def test_what_a_few_rows_hold_together_has_losses_too(seed: int) -> None:
    """Where prices do not prove the best, each loss is searched for."""
    model = group(seed)
    best: Solution = optimise(model)
    wanted = [[v.name] for v, x in zip(model.variables, best.values, strict=True) if not x]
    found = losses(Whole((model,), (best,), 0), wanted)
    assert all(proven for _, proven in found)
    for names, (loss, _) in zip(wanted[::7], found[::7], strict=True):
        j = next(j for j, v in enumerate(model.variables) if v.name == names[0])
        plain = including(model, [j])
        assert loss == (best.total - plain.total if plain.values else None)
