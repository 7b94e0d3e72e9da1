"""What insisting on a claim costs where prices prove the best: exact where it is said to be proven."""

from __future__ import annotations

import pytest

from subvent.model.certificate import Priced
from subvent.optimise.losses import losses
from subvent.optimise.outbid import Outbid
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole

from .models import including
from .test_priced import group


@pytest.mark.parametrize("seed", range(8))
def test_what_is_proven_is_what_the_plain_search_finds(seed: int) -> None:
    """For every variable: the same total where it is proven, and never more than the best otherwise."""
    model = group(seed)
    best = by_prices(model)
    if best is None or not isinstance(best.certificate.tree, Priced):
        return
    outbid = Outbid(model, best, best.certificate, Limits())
    for j in range(len(model.variables)):
        total, proven = outbid.including([j])
        plain = including(model, [j])
        if proven:
            assert total == (plain.total if plain.values else None)
        elif total is not None:
            assert total <= plain.total


def test_some_losses_are_proven_and_none_without_work_left() -> None:
    """Of what is outbid some has a loss, none brings more than the best; a spent budget says nothing."""
    asked = proven = 0
    for seed in range(8):
        model = group(seed)
        best = by_prices(model)
        if best is None:
            continue
        whole = Whole((model,), (best,), 0)
        left_out = [[v.name] for v, x in zip(model.variables, best.values, strict=True) if not x]
        found = losses(whole, left_out)
        assert all(loss is None or loss >= 0 for loss, _ in found)
        asked, proven = asked + len(found), proven + sum(sure for _, sure in found)
        assert isinstance(best.certificate.tree, Priced)
        spent = Outbid(model, best, best.certificate, Limits(nodes=0))
        assert spent.including([0]) == (None, False)
    assert asked > proven > 0
