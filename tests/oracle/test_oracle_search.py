"""The oracle's search against plain enumeration, its laws of monotonicity, and the generator's worth."""

from __future__ import annotations

import copy
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from .cases import GREEDY_FAILS
from .claims import BENEFITS, REWARD, Offer, held_claims
from .coverage import Coverage, plain_coverage, whole_coverage
from .facts import ANSWERS, Case, Row
from .generator import as_json, random_readings, whole_portfolio, whole_readings
from .law import best, greedy, lawful, offers
from .rivals import barred, clash
from .worth import paid, worth

if TYPE_CHECKING:
    from collections.abc import Callable


def _by_all_subsets(portfolio: Row, readings: dict[str, str]) -> int:
    """Return the best total of all lawful sets, built claim by claim; nothing is cut but what clashes."""
    case = Case.of(portfolio, readings)

    def most(left: list[Offer], taken: list[Offer]) -> int:
        if not left:
            claims = [one.claim for one in taken]
            return worth(case, paid(case, taken)) if lawful(case, claims) else 0
        first, *rest = left
        fits = not any(clash(case, first.claim, one.claim) for one in taken)
        return max(most(rest, taken), most(rest, [*taken, first]) if fits else 0)

    return most(offers(case), [])


def test_search_equals_all_subsets() -> None:
    """The search finds what plain enumeration of all sets of claims finds."""
    for seed in range(150):
        portfolio, readings = whole_portfolio(seed), whole_readings(seed)
        readings["cost-overlap"] = "exclude"
        if len(offers(Case.of(portfolio, readings))) > 12:
            continue
        assert best(portfolio, readings)[0] == _by_all_subsets(portfolio, readings), seed


def test_plan_is_lawful_and_adds_up() -> None:
    """The claims returned clash neither with each other nor with history, and sum to the total."""
    for seed in range(150):
        portfolio, readings = whole_portfolio(seed), whole_readings(seed)
        total, claims = best(portfolio, readings)
        case = Case.of(portfolio, readings)
        brought = [(claim, claim.amount) for claim in claims]
        assert worth(case, brought) == total
        assert all(claim.amount > 0 for claim in claims)
        assert not any(clash(case, one, other) for one, other in combinations(claims, 2))
        assert not any(barred(case, claim, held) for claim in claims for held in held_claims(case))
        assert greedy(portfolio, readings) <= total


def test_a_project_less_never_pays_more() -> None:
    """Taking a project away never raises the total, unless its completion ended an earlier reward."""
    for seed in range(100):
        portfolio, readings = whole_portfolio(seed), whole_readings(seed)
        smaller = copy.deepcopy(portfolio)
        gone = next(row for row in smaller["projects"][::-1] if REWARD not in row["kinds"])["id"]
        smaller["projects"] = [row for row in smaller["projects"] if row["id"] != gone]
        for row in smaller.get("loans", []):
            row["projects"] = [name for name in row.get("projects", []) if name != gone]
        for row in smaller["projects"]:
            row.get("shared_cost", {}).pop(gone, None)
        smaller["history"] = [entry for entry in portfolio.get("history", []) if entry["subject"] != gone]
        if len(smaller["history"]) == len(portfolio.get("history", [])):
            assert best(smaller, readings)[0] <= best(portfolio, readings)[0], seed


# Of each chain, the answers from lenient to strict. honour-first is left out: per-level needs a level to
# be stated, so an honour without one is unknown there and paid under per-title.
CHAINS = {
    "exclusivity": ("per-project", "green-after-others", "green-alone", "one-a-year"),
    "per-category": ("green-only", "all-seven", "with-interest"),
    "green-tracks": ("two", "one"),
    "reclaim": ("yearly", "new-cost", "once"),
    "threshold": ("declared", "audited"),
    "soft-cost": ("uncapped", "of-total", "of-recognised"),
    "green-measure": ("any-of-three", "guide"),
    "cost-overlap": ("net", "exclude"),
    "filing-duty": ("separate", "condition"),
    "interest-term": ("best-36-months", "first-36-months"),
    "interest-product": ("any-bank", "dedicated"),
    "interest-project": ("any", "of-a-category", "claimed"),
    "contact": ("warn", "hard"),
    "negative-increment": ("floor-each-level", "net"),
    "reward-tail": ("open", "until-2017"),
    "shenzhen-reward": ("direct", "pending"),
}


@pytest.mark.parametrize("question", CHAINS)
def test_stricter_answers_never_pay_more(question: str) -> None:
    """Along a chain of answers the total never rises."""
    for seed in range(80):
        portfolio, readings = whole_portfolio(seed), whole_readings(seed)
        totals = [best(portfolio, readings | {question: answer})[0] for answer in CHAINS[question]]
        assert totals == sorted(totals, reverse=True), seed


def test_order_and_writing_change_nothing() -> None:
    """Reversed lists and days as dates give the same total; JSON keeps decimals as numbers."""
    for seed in range(100):
        portfolio, readings = whole_portfolio(seed), whole_readings(seed)
        turned = copy.deepcopy(portfolio)
        turned["as_of"] = date.fromisoformat(turned["as_of"])
        for name in ("companies", "projects", "horizon"):
            turned[name] = turned[name][::-1]
        assert best(turned, readings)[0] == best(portfolio, readings)[0]
        assert "decimal:" not in as_json(portfolio)


def test_one_seed_one_portfolio() -> None:
    """A seed always gives the same portfolio."""
    assert as_json(whole_portfolio(7)) == as_json(whole_portfolio(7))
    assert random_readings(7) == random_readings(7)


@pytest.mark.parametrize("measure", [plain_coverage, whole_coverage])
def test_generator_is_worth_its_name(measure: Callable[[int], Coverage]) -> None:
    """Over 600 seeds greedy is wrong in 25 %, and each answer and condition shows in half its due."""
    measured = measure(600)
    assert 4 * measured.greedy_wrong >= measured.seeds
    assert [line for line in measured.shortfalls(per_thousand=8) if "greedy" not in line] == []


def test_every_question_is_measured() -> None:
    """The first answer of each question is the default, and every benefit can be claimed."""
    assert Case.of(GREEDY_FAILS, {}).readings == {name: answers[0] for name, answers in ANSWERS.items()}
    seen = {claim.kind for seed in range(100) for claim in best(whole_portfolio(seed), {})[1]}
    assert seen == BENEFITS
