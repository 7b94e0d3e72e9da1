"""Pools to which a share of what other claims are paid is added, against trying every payment."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from math import floor

import pytest

from subvent.certified import certified_bound, write
from subvent.logic.program import Cut, CutTerm, Feed
from subvent.model.linear import LinearModel, Row, Variable, faults
from subvent.model.payments import kept_and_raised, resting
from subvent.model.pools import add_cuts, paid
from subvent.optimise.whole import optimise_whole

CLAIMS = ("a", "b", "c", "d")
RATES = ((1, 2), (1, 3), (1, 8), (1, 1), (3, 2))


def drawn(seed: int) -> tuple[dict[str, int], list[Cut], tuple[Row, ...]]:
    """What four claims bring, caps over any of them, and one or two pools that earlier claims feed."""
    rng = random.Random(seed)
    worth = {claim: rng.randint(1, 6) for claim in CLAIMS}
    cuts = []
    for number in range(rng.randint(0, 3)):
        names = rng.sample(CLAIMS, rng.randint(1, 4))
        terms = tuple(CutTerm(worth[name], name, name) for name in sorted(names))
        cuts.append(Cut(f"k{number}", terms, rng.randint(0, 12), last=rng.random() < 0.5))
    for number in range(rng.randint(1, 2)):
        at = rng.randint(1, 3)
        feeding = rng.sample(CLAIMS[:at], rng.randint(1, at))
        drawing = rng.sample(CLAIMS[at:], rng.randint(1, len(CLAIMS) - at))
        cuts.append(
            Cut(
                f"m{number}",
                tuple(CutTerm(worth[name], name, name) for name in sorted(drawing)),
                rng.choice((0, 0, 1, 3)),
                last=False,
                feeds=tuple(Feed(worth[name], name, rng.choice(RATES)) for name in sorted(feeding)),
            )
        )
    rows = (Row("r", ((0, 1), (rng.randint(1, 3), 1)), 1),) if rng.random() < 0.4 else ()
    return worth, cuts, rows


def keeps(payment: dict[str, int], cuts: list[Cut]) -> bool:
    """Whether a payment keeps to every cap; a claim that is not made is paid nothing."""
    return all(
        sum(payment.get(term.claim, 0) for term in cut.terms)
        <= cut.limit + floor(sum(Fraction(*feed.rate) * payment.get(feed.claim, 0) for feed in cut.feeds))
        for cut in cuts
    )


def best(worth: dict[str, int], cuts: list[Cut], rows: tuple[Row, ...]) -> int:
    """The most that is lawful, by trying every payment: what is paid nothing need not be made."""
    payments = (
        dict(zip(CLAIMS, one, strict=True)) for one in product(*(range(worth[c] + 1) for c in CLAIMS))
    )
    lawful = (
        payment
        for payment in payments
        if all(sum(payment[CLAIMS[j]] > 0 for j, _ in row.terms) <= 1 for row in rows)
    )
    return max(sum(payment.values()) for payment in lawful if keeps(payment, cuts))


@pytest.mark.parametrize("seed", range(400))
def test_the_optimum_is_that_of_every_payment_tried(seed: int) -> None:
    """It is proven, its payments come to it, and they keep to all caps."""
    worth, cuts, rows = drawn(seed)
    model = add_cuts(LinearModel(tuple(Variable(c, 0, 1, worth[c]) for c in CLAIMS), rows), cuts)
    assert faults(model) == []
    whole = optimise_whole(model, (dict.fromkeys(CLAIMS, -1),), CLAIMS)
    assert whole.total == best(worth, cuts, rows)
    certificates = [solution.certificate for solution in whole.solutions]
    assert certified_bound(model, write(whole.parts, certificates)) == whole.total
    made = [claim for claim in CLAIMS if whole.values[claim] == 1]
    amounts = paid({claim: worth[claim] for claim in made}, made, tuple(cuts), whole.values)
    assert sum(amounts.values()) == whole.total
    assert all(0 <= fen <= worth[claim] for claim, fen in amounts.items())
    assert keeps(amounts, cuts)


@pytest.mark.parametrize("seed", range(100))
def test_payments_are_kept_and_raised_as_far_as_the_caps_let_them(seed: int) -> None:
    """With other amounts the same claims are paid lawfully: no less than before where all may bring more."""
    worth, cuts, rows = drawn(seed)
    model = add_cuts(LinearModel(tuple(Variable(c, 0, 1, worth[c]) for c in CLAIMS), rows), cuts)
    values = optimise_whole(model, (dict.fromkeys(CLAIMS, -1),), CLAIMS).values
    made = [claim for claim in CLAIMS if values[claim] == 1]
    before = paid({claim: worth[claim] for claim in made}, made, tuple(cuts), values)
    assert {term.claim for cut in cuts if cut.feeds for term in cut.terms} & set(made) <= resting(made, cuts)
    for change in (-2, 0, 3):
        most = {claim: max(0, worth[claim] + change) for claim in made}
        after = kept_and_raised(before, most, made, cuts)
        assert keeps(after, cuts)
        assert all(0 <= after[claim] <= most[claim] for claim in made)
        if change >= 0:
            assert all(after[claim] >= before[claim] for claim in made)
        if change == 0:
            assert after == before
