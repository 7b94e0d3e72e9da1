"""Every price is the difference of two optima: of the packs, and of packs written without the rule."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, whole_portfolio, whole_readings

from subvent.choice import choose
from subvent.diagnostics import InputError, ResourceError
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.optimise.whole import best_of
from subvent.policy.loader import load_policies, specs_directory, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import pose
from subvent.questions import price as pricing
from subvent.questions.price import Price, Prices, price_portfolio, price_rows

PACKS = load_policies()
EXAMPLE = Path("examples/manufacturing-group.yaml")
GRANTS, GUIDE = "cn/shenzhen/2023-6", "cn/shenzhen/green-guide-2025"
HUGE = "(1000000000,0)"

Key = tuple[str, str, str]
"""Article, kind and name of a provision."""
Edits = tuple[tuple[str, str], ...]
"""What stands in a pack, and what stands there instead; nothing: the rule that begins so is gone."""

WRITTEN_WITHOUT: Mapping[tuple[str, Key], Edits] = {
    (GRANTS, ("1", "threshold", "major")): (("threshold(major,", ""),),
    (GRANTS, ("3", "cap", "smart")): (("cap(smart, (5000,0))", f"cap(smart, {HUGE})"),),
    (GRANTS, ("6", "cap", "green")): (("cap(green, (1000,0))", f"cap(green, {HUGE})"),),
    (GRANTS, ("12a", "cap", "interest")): (("cap(interest, (500,0))", f"cap(interest, {HUGE})"),),
    (GRANTS, ("3b", "cap", "recognised_soft")): (
        ("least(W, share(30, sum(H,W)))", "W"),
        ("least(W, upto(30, H))", "W"),
    ),
    (GRANTS, ("1", "condition", "located_here")): (("requires(B, located_here)", ""),),
    (GRANTS, ("15a", "condition", "filed_first")): (("requires(B, filed_first)", ""),),
    (GRANTS, ("附a", "condition", "filed_in_force")): (
        ("requires_in_year(B, filed_in_force)", ""),
        ("requires_in_year((honour;interest), filed_in_force)", ""),
    ),
    (GRANTS, ("10", "limit", "award_once")): (("limit(award_once(A,T), 1)", ""),),
    (GRANTS, ("12a", "limit", "carried_by_claim")): (("violated(carried_by_claim(S,P))", ""),),
    (GRANTS, ("12a", "shared-cap", "interest_of_project")): (("pool(interest_of_project(P), C)", ""),),
    (GRANTS, ("12b", "limit", "one_subsidy")): (("limit(one_subsidy(S), 1)", ""),),
    (GRANTS, ("17", "shared-cap", "fund")): (("ceiling(fund(Y), C)", ""),),
    (GRANTS, ("附b", "limit", "one_category")): (("limit(one_category(S), 1)", ""),),
    (GRANTS, ("附b", "limit", "one_ever")): (("group_limit(one_ever(A), 1)", ""),),
    (GUIDE, ("基5", "condition", "unrestricted")): (
        ("(unrestricted; not_public_money)).", "not_public_money)."),
    ),
    (GUIDE, ("基6", "limit", "overlap")): (("conflict(overlap(S,T))", ""),),
    (GUIDE, ("基6", "shared-cost", "overlap")): (("split(overlap(S,T), Q)", ""),),
    (GUIDE, ("基6", "shared-cost", "off")): (("off(S, T, Q)", ""),),
    (GUIDE, ("T1.3", "condition", "energy_end")): (
        ("(energy_start; energy_end; energy_built)", "(energy_start; energy_built)"),
    ),
    (GUIDE, ("三c", "condition", "half_construction")): (("requires(green, half_construction)", ""),),
    (GUIDE, ("三注2", "limit", "per_category")): (("limit(per_category(A,G,Y), 1)", ""),),
}


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Mapping[Key, PolicySet]:
    """The built-in packs, each time written without one provision."""
    return packs_without(tmp_path_factory.mktemp("packs"))


def packs_without(parent: Path) -> Mapping[Key, PolicySet]:
    """The built-in packs, each time written without one provision, read from files of their own."""
    found = {}
    for number, ((pack, key), edits) in enumerate(WRITTEN_WITHOUT.items()):
        folder = parent / str(number)
        shutil.copytree(specs_directory() / "cn", folder / "cn")
        terms = folder / pack / "terms.lp"
        text = terms.read_text(encoding="utf-8")
        for old, new in edits:
            pattern = re.escape(old) if new else f"^{re.escape(old)}.*$"
            text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
            assert count == 1, old
        terms.write_text(text, encoding="utf-8")
        found[key] = load_policies((str(folder),))
    return found


def read(path: Path) -> Portfolio:
    """A portfolio under the built-in packs."""
    return read_portfolio(path, vocabulary_of(PACKS))


def random_file(seed: int, folder: Path) -> Portfolio:
    """A random portfolio of the oracle's, read from a file."""
    path = folder / f"{seed}.json"
    path.write_text(as_json(whole_portfolio(seed)), encoding="utf-8")
    return read(path)


def readings(seed: int) -> dict[str, str]:
    """Answers to some of the packs' questions."""
    known = {question.name for question in PACKS.readings}
    return {name: answer for name, answer in whole_readings(seed).items() if name in known}


def total(policies: PolicySet, portfolio: Portfolio, answers: Mapping[str, str]) -> int:
    """The optimum in fen as plans find it."""
    problem = pose(policies, vocabulary_of(policies), portfolio, answers, InProcess(), "decision")
    return sum(choose(problem, Limits()).fen.values())


def prices(portfolio: Portfolio, answers: Mapping[str, str] | None = None) -> Prices:
    """The prices of all provisions of the built-in packs."""
    return price_rows(portfolio, PACKS, answers or {}, InProcess())


def by_key(found: Prices) -> dict[Key, Price]:
    """The prices by article, kind and name."""
    return {(price.article, price.kind, price.name): price for price in found.prices}


@pytest.fixture(scope="module")
def example() -> Prices:
    """The prices of the example under the default readings."""
    return prices(read(EXAMPLE))


def check(
    portfolio: Portfolio, answers: Mapping[str, str], rewritten: Mapping[Key, PolicySet]
) -> Iterator[Key]:
    """Compares every price there is a rewritten pack for; yields those that are not zero."""
    found = prices(portfolio, answers)
    assert found.proven
    assert found.total_fen == total(PACKS, portfolio, answers)
    listed = by_key(found)
    for key, policies in rewritten.items():
        assert listed[key].fen == total(policies, portfolio, answers) - found.total_fen, key
        if listed[key].fen:
            yield key


def test_every_price_is_the_difference_of_two_plans(rewritten: Mapping[Key, PolicySet]) -> None:
    """Limits, conditions, thresholds and caps of the example, under the default readings."""
    portfolio = read(EXAMPLE)
    costly = set(check(portfolio, {}, rewritten))
    assert {kind for _, kind, _ in costly} == {"limit", "condition", "threshold", "cap"}
    assert len(costly) >= 8


@pytest.mark.parametrize("seed", range(720_000, 720_006))
def test_prices_of_random_portfolios_are_differences_of_plans(
    seed: int, tmp_path: Path, rewritten: Mapping[Key, PolicySet]
) -> None:
    """Whatever is owned, shared, filed before and read how."""
    answers = readings(seed)
    for _ in check(random_file(seed, tmp_path), answers, rewritten):
        pass


SHARED = """\
unit: 万元
as_of: 2026-05-06
horizon: [2025, 2026]
fund_ceilings: {2026: 1500}
companies:
  - {id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", established: 2015-01-01}
projects:
  - {id: P1, applicant: A, kinds: [smart], total_investment: 5000, audited_cost: 4000, filing_years: [2026],
     completed: true, in_shenzhen: true, filed_before_start: true, shared_cost: {P2: 1000}, soft_cost: 0}
  - {id: P2, applicant: A, kinds: [equipment], total_investment: 9000, audited_cost: 8000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
loans:
  - {id: L1, borrower: A, kind: loan, projects: [P1], dedicated_product: true, filing_years: [2025],
     interest_paid: {2024: 700}}
  - {id: L2, borrower: A, kind: loan, projects: [P1], dedicated_product: true, filing_years: [2025],
     interest_paid: {2024: 500}}
"""


def test_what_claims_share_has_its_price(tmp_path: Path, rewritten: Mapping[Key, PolicySet]) -> None:
    """A year's fund, the cap of a project's loans, and a cost that stands in two projects, by hand.

    The grants of 2026 come to 800 + 800 less 100 for the shared 1,000 at the lower rate: the fund does not
    reach. Interest comes to 350 + 250, capped at 500.
    """
    path = tmp_path / "shared.yaml"
    path.write_text(SHARED, encoding="utf-8")
    costly = set(check(read(path), {"cost-overlap": "net"}, rewritten))
    listed = by_key(prices(read(path), {"cost-overlap": "net"}))
    assert listed["12a", "shared-cap", "interest_of_project"].fen == 100_000_000
    assert ("12a", "shared-cap", "interest_of_project") in costly
    assert listed["17", "shared-cap", "fund"].fen == 0
    assert listed["基6", "shared-cost", "overlap"].fen == 0
    path.write_text(SHARED.replace("{2026: 1500}", "{2026: 1400}"), encoding="utf-8")
    assert by_key(prices(read(path), {"cost-overlap": "net"}))["17", "shared-cap", "fund"].fen == 100_000_000
    path.write_text(SHARED.replace("{2026: 1500}", "{2025: 1500}"), encoding="utf-8")
    assert (
        by_key(prices(read(path), {"cost-overlap": "net"}))["基6", "shared-cost", "overlap"].fen
        == 100_000_000
    )


def test_shares_add_up_to_the_price(example: Prices) -> None:
    """By company and by year: each is the difference of two plans, so their sums are the price."""
    assert example.told
    for price in example.told:
        assert sum(share.fen for share in price.by_company) == price.fen
        assert sum(share.fen for share in price.by_year) == price.fen
        assert all(share.fen for share in (*price.by_company, *price.by_year))
    assert all(not price.by_company and not price.by_year for price in example.free)


def test_the_largest_is_told_first(example: Prices) -> None:
    """What costs nothing is not among what is told, and every provision is in one list or the other."""
    amounts = [price.fen or 0 for price in example.told]
    assert amounts == sorted(amounts, reverse=True)
    assert 0 not in amounts
    assert len(example.told) + len(example.free) == len(example.prices)


@pytest.mark.parametrize("seed", range(730_000, 730_004))
def test_what_certificates_prove_to_cost_nothing_costs_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All prices are the same when no use is made of the certificates of the plan."""
    portfolio, answers = random_file(seed, tmp_path), readings(seed)
    quick = prices(portfolio, answers)
    monkeypatch.setattr(pricing, "still_best", lambda *_: False)
    assert prices(portfolio, answers) == quick


def test_slack_limits_are_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is gained by leaving a limit out, the certificate of the plan mostly shows it."""
    solved: list[object] = []

    def counted(*arguments: object) -> object:
        solved.append(arguments)
        return best_of(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pricing, "best_of", counted)
    found = prices(read(EXAMPLE))
    assert len(solved) <= 1 + len(found.told) + 3


def test_the_order_of_the_file_does_not_matter(tmp_path: Path) -> None:
    """The same rows in another order have the same prices, shares and all."""
    portfolio = whole_portfolio(740_001)
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in portfolio.items()}
    found = []
    for name, rows in (("one", portfolio), ("other", turned)):
        path = tmp_path / f"{name}.json"
        path.write_text(as_json(rows), encoding="utf-8")
        found.append(prices(read(path)).prices)
    assert found[0] == found[1]


def test_what_the_time_does_not_suffice_for_has_no_price(
    example: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole is then not proven; what changes nothing in the decision is still known to cost nothing."""
    whole = by_key(example)
    monkeypatch.setattr(pricing, "monotonic", lambda: time.monotonic() + 10_000)
    found = price_rows(read(EXAMPLE), PACKS, {}, InProcess(), Limits(deadline=time.monotonic() + 1_000))
    assert not found.proven
    assert not found.told
    assert all((price.least_fen, price.most_fen) == (None, None) for price in found.unproven)
    assert all(whole[price.article, price.kind, price.name].fen == 0 for price in found.free)
    assert len(found.unproven) + len(found.free) == len(whole)


def test_an_answer_that_does_not_exist_is_refused() -> None:
    """As by `plan`."""
    with pytest.raises(InputError, match="exclusivty"):
        price_portfolio(EXAMPLE, readings={"exclusivty": "one-ever"})


def test_readings_change_what_rules_cost(example: Prices) -> None:
    """What an answer says is priced where it is taken, and costs nothing elsewhere."""
    key = ("附b", "limit", "one_ever")
    assert by_key(example)[key].fen == 0
    assert (by_key(prices(read(EXAMPLE), {"exclusivity": "one-ever"}))[key].fen or 0) > 0


def test_the_plan_is_told_where_the_time_ends_before_any_price(
    example: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deriving the portfolio without each provision may be late, once: the optimum stands without prices."""
    derived = 0

    def late(*_: object) -> None:
        nonlocal derived
        derived += 1
        raise ResourceError

    monkeypatch.setattr(InProcess, "derive_worlds", late)
    found = price_rows(read(EXAMPLE), PACKS, {}, InProcess())
    assert (found.total_fen, found.bound_fen) == (example.total_fen, example.bound_fen)
    assert len(found.unproven) == len(example.prices)
    assert not found.proven
    assert derived == 1
