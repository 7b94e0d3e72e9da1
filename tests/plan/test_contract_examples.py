"""The portfolios that the outside contract fixes, with their right totals in yuan."""

from pathlib import Path

import pytest

from subvent.document.data import plan_as_data
from subvent.plan import plan_portfolio

CONTRACT = Path(__file__).parent / "contract"
TOTALS = [
    ("greedy-fails", {}, 97_000_000),
    ("greedy-fails", {"exclusivity": "one-a-year"}, 50_000_000),
    ("green-against-six", {}, 21_500_000),
    ("green-against-six", {"exclusivity": "green-alone"}, 12_500_000),
    ("green-against-six", {"exclusivity": "one-a-year"}, 9_000_000),
    ("stacking", {}, 16_250_000),
    ("stacking", {"honour-amount": "max"}, 17_200_000),
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


def test_the_deduction_stands_beside_the_total() -> None:
    """500 and 499 万元 bought in the term at no more than 500 a unit are told, and no part of the total."""
    told = plan_as_data(plan_portfolio(CONTRACT / "stacking.yaml"))
    beside = told["beside_total"]
    assert beside["tax_deduction_yuan"] == "9990000.00"
    assert [(b["subject"], b["amount_yuan"]) for b in beside["benefits"]] == [
        ("E1", "5000000.00"),
        ("E2", "4990000.00"),
    ]


def test_the_range_reaches_from_the_least_to_the_highest_award() -> None:
    """The one green title brings 5 to 100 万元; the plan counts 5 and tells both ends."""
    told = plan_as_data(plan_portfolio(CONTRACT / "stacking.yaml"))
    assert told["range_yuan"] == {"low": "16250000.00", "high": "17200000.00"}
