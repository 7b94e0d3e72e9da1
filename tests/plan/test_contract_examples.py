"""The portfolios that the outside contract fixes, with their right totals in yuan."""

from pathlib import Path

import pytest

from subvent.plan import plan_portfolio

CONTRACT = Path(__file__).parent / "contract"
TOTALS = [
    ("greedy-fails", {}, 97_000_000),
    ("greedy-fails", {"exclusivity": "one-a-year"}, 50_000_000),
    ("green-against-six", {}, 21_500_000),
    ("green-against-six", {"exclusivity": "green-alone"}, 12_500_000),
    ("green-against-six", {"exclusivity": "one-a-year"}, 9_000_000),
    # Of this one only article 3 is computed: interest (12), awards (10, 11) and the tax
    # deduction (13) need articles that no pack holds yet.
    ("stacking", {}, 8_000_000),
]


@pytest.mark.parametrize(("name", "readings", "yuan"), TOTALS)
def test_contract_portfolios_have_their_totals(name: str, readings: dict[str, str], yuan: int) -> None:
    """Each listed reading of each listed portfolio gives the listed total, proven."""
    plan = plan_portfolio(CONTRACT / f"{name}.yaml", readings=readings)
    assert (plan.total_fen, plan.bound_fen, plan.status) == (yuan * 100, yuan * 100, "optimal")


def test_the_greedy_trap_is_avoided() -> None:
    """The biggest claim is left aside when two others together bring more."""
    plan = plan_portfolio(CONTRACT / "greedy-fails.yaml")
    assert [(c.subject, c.benefit, c.fen) for c in plan.claims] == [
        ("P1", "major", 4_900_000_000),
        ("P2", "smart", 4_800_000_000),
    ]


def test_what_insisting_on_a_claim_costs_is_the_difference_of_two_optima() -> None:
    """Either way the best with it is P1 as smart 5,000 and P2 as equipment 1,000: 9,700 less 6,000."""
    plan = plan_portfolio(CONTRACT / "greedy-fails.yaml")
    losses = {(u.subject, u.benefit): u.loss_fen for u in plan.not_claimed}
    assert losses == {("P1", "smart"): 3_700_000_000, ("P2", "equipment"): 3_700_000_000}
