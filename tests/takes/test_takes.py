"""What it would take under the built-in packs: hand-computed cases at thresholds, and random portfolios."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests import eligible
from tests.takes.replanned import Replanner, check_drawn

from subvent.diagnostics import ResourceError
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.process.progress import Progress
from subvent.questions.takes import Takes, Way, takes_of_rows

PACKS = load_policies()
FEN = 1_000_000
"""Fen in 万元."""
PROJECT = {**eligible.PROJECT, "audited_cost": 1500}
GREEN = {**eligible.GREEN, "audited_cost": 1500}
Make = Callable[..., Portfolio]


@pytest.fixture
def portfolio(tmp_path: Path) -> Make:
    """A portfolio of one company and some projects."""

    def make(*projects: dict[str, Any], loans: Sequence[dict[str, Any]] = (), **company: Any) -> Portfolio:
        data = {
            "unit": "万元",
            "as_of": "2025-05-06",
            "horizon": [2025],
            "companies": [eligible.changed(eligible.COMPANY, **company)],
            "projects": list(projects),
            "loans": list(loans),
        }
        path = tmp_path / "group.json"
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return read_portfolio(path, vocabulary_of(PACKS))

    return make


def asked(
    rows: Portfolio,
    benefit: str,
    *allowed: str,
    subject: str = "P1",
    readings: Mapping[str, str] | None = None,
) -> Takes:
    """What it would take for a subject, every way of which holds when planned anew."""
    question = (subject, benefit, None)
    answers = takes_of_rows(rows, PACKS, question, InProcess(), allowed=allowed, readings=readings)
    replanner = Replanner(PACKS, rows, readings)
    replanner.check_rates(answers)
    replanner.check(answers.takes[0])
    return answers.takes[0]


def facts(way: Way) -> dict[str, object]:
    """The new values of a way by field."""
    return {fact.field: fact.after for fact in way.facts}


def test_one_fen_below_the_threshold(portfolio: Make) -> None:
    """Equipment asks 2,000: one fen lacks, and 10 % of 1,500 come of it."""
    found = asked(portfolio({**PROJECT, "total_investment": 1999.999999}), "equipment")
    (way,) = found.possible
    assert facts(way) == {"total_investment": Decimal(2000)}
    assert (way.planned, way.gain_fen) == (True, 150 * FEN)


def test_a_share_is_met_from_either_side(portfolio: Make) -> None:
    """Construction has to be half of the total: 1,500 of 3,000, or the 1,499 there are of 2,998."""
    found = asked(portfolio({**GREEN, "construction_investment": 1499}, **eligible.ENERGY), "green")
    ways = {field: value for way in found.possible for field, value in facts(way).items()}
    assert len(found.possible) == len(ways)
    assert ways == {"construction_investment": Decimal(1500), "total_investment": Decimal(2998)}


def test_every_unmet_condition_is_in_the_set(portfolio: Make) -> None:
    """Not completed, elsewhere, and below the threshold: three changes, none of which can be left out."""
    project = {**PROJECT, "completed": False, "in_shenzhen": False, "total_investment": 1900}
    (way,) = asked(portfolio(project), "equipment").possible
    assert facts(way) == {"completed": True, "in_shenzhen": True, "total_investment": Decimal(2000)}


def test_a_fact_that_nobody_stated_is_asked_for(portfolio: Make) -> None:
    """Whether the project was filed before its start is not stated: it has to be so."""
    project = {key: value for key, value in PROJECT.items() if key != "filed_before_start"}
    (way,) = asked(portfolio(project), "equipment").possible
    assert [(fact.before, fact.after, fact.bound) for fact in way.facts] == [(None, True, "is")]


def test_years_that_a_map_leaves_out_are_asked_for_alike(portfolio: Make) -> None:
    """The mean of three years has to reach 1,000 tce, and none is stated: each year has to have that much."""
    (way,) = asked(portfolio(GREEN), "green").possible
    (fact,) = way.facts
    assert (fact.field, fact.after, fact.bound) == ("energy_tce", Decimal(1000), "least")
    assert fact.years[-1] == 2024


def test_a_day_is_met_to_the_day(portfolio: Make) -> None:
    """The green project has to have begun on 2022-01-01 at the earliest, asked only since it is named."""
    rows = portfolio({**GREEN, "start": "2021-12-31"}, **eligible.ENERGY)
    assert asked(rows, "green").possible == ()
    (way,) = asked(rows, "green", "P1.start").possible
    assert [(fact.after, fact.bound, fact.past) for fact in way.facts] == [(date(2022, 1, 1), "least", True)]


def test_what_is_outbid_has_to_bring_as_much(portfolio: Make) -> None:
    """Smart brings 20 % of 1,500 and equipment 10 %: more cost raises both, the first always more."""
    rows = portfolio({**PROJECT, "kinds": ["equipment", "smart"]})
    found = asked(rows, "equipment", "P1.audited_cost")
    assert (found.state, found.loss_fen) == ("possible", 150 * FEN)
    assert found.planned == ()


def test_two_facts_move_together_where_neither_does_alone(portfolio: Make) -> None:
    """Green counts the lesser of audited cost and construction: P2 is outbid once both of P1 are as much."""
    own = {**GREEN, "rd_cost": 0, "total_investment": 3000}
    less = {**own, "construction_investment": 2100, "audited_cost": 2100}
    more = {**own, "id": "P2", "construction_investment": 2500, "audited_cost": 2500}
    allowed = ("P1.construction_investment", "P1.audited_cost")
    found = asked(portfolio(less, more, **eligible.ENERGY), "green", *allowed)
    assert found.state == "possible"
    (way,) = found.planned
    assert facts(way) == dict.fromkeys(("construction_investment", "audited_cost"), Decimal(2500))
    assert (found.tried_together, way.gain_fen) == (3, 0)


def test_the_next_jump_is_told_with_what_its_last_step_brings(portfolio: Make) -> None:
    """Half a 万元 below 2,000: the step onto it brings 150, and a 万元 of cost brings a tenth of it."""
    rows = portfolio({**PROJECT, "total_investment": 1999.5})
    found = takes_of_rows(rows, PACKS, ("P1", "equipment", None), InProcess())
    Replanner(PACKS, rows).check_rates(found)
    (rate,) = [one for one in found.rates if one.field == "total_investment"]
    assert (rate.more, rate.gain_fen) == (True, 150 * FEN)
    assert rate.jump is not None
    assert (rate.jump.facts[0].after, rate.jump.step_fen) == (Decimal(2000), 150 * FEN)
    found = takes_of_rows(portfolio(PROJECT), PACKS, ("P1", "equipment", None), InProcess())
    rates = {(rate.field, rate.more): rate for rate in found.rates}
    assert rates["audited_cost", True].gain_fen == FEN // 10
    down = rates["total_investment", False].jump
    assert down is not None
    assert (down.facts[0].after, down.gain_fen) == (Decimal("1999.999999"), -150 * FEN)


@pytest.mark.parametrize("row", ["P1", "Q1"])
def test_rows_that_a_change_has_nothing_to_do_with_change_no_answer(portfolio: Make, row: str) -> None:
    """Planning only the connected rows anew says what planning all of them does."""
    rows = portfolio({**PROJECT, "total_investment": 1999.5}, {**PROJECT, "id": "Q1"})
    first, second = rows.rows["projects"]
    apart = second._replace(fields={**second.fields, "applicant": "B"})
    company = rows.rows["companies"][0]
    companies = (company, company._replace(id="B"))
    rows = rows._replace(rows={**rows.rows, "companies": companies, "projects": (first, apart)})
    cut, whole = (
        takes_of_rows(rows, PACKS, (row, "equipment", None), InProcess(), few=few) for few in (0, 99)
    )
    assert cut == whole


class _Impatient(Progress):
    """Ends the search once it was asked so often."""

    def __init__(self, patience: int) -> None:
        self.patience = patience

    @property
    def stopped(self) -> bool:
        """Whether the search should end."""
        self.patience -= 1
        return self.patience < 0


@pytest.mark.long
def test_what_the_time_does_not_suffice_for_is_named(portfolio: Make) -> None:
    """Whenever the search ends, what is told is so, and what was left out is said."""
    rows = portfolio({**PROJECT, "total_investment": 1900, "completed": False})
    replanner, told = Replanner(PACKS, rows), []
    for patience in range(6, 60, 5):
        limits = Limits(progress=_Impatient(patience))
        try:
            found = takes_of_rows(rows, PACKS, ("P1", "equipment", None), InProcess(), limits=limits)
        except ResourceError:
            continue  # not even today's plan was made
        told.append(found)
        (one,) = found.takes
        assert found.proven <= (one.complete and found.rates_complete)
        possible, most = (tuple(way for way in ways if way.proven) for ways in (one.possible, one.most))
        replanner.check(replace(one, proven=True, possible=possible, planned=(), most=most))
    assert {stage for found in told for stage in found.takes[0].untried} >= {"possible", "most"}
    assert any(found.takes[0].possible for found in told)
    assert any(not found.rates_complete for found in told)


def test_a_claim_grows_up_to_its_cap_and_the_whole_goes_along(portfolio: Make) -> None:
    """10 % of 1,500 is capped at 1,000: an audited cost of 10,000 brings 850 more, in a total of as much."""
    (way,) = asked(portfolio(PROJECT), "equipment").most
    assert facts(way) == {"audited_cost": Decimal(10000), "total_investment": Decimal(10000)}
    assert way.gain_fen == 850 * FEN


def test_a_fact_is_worth_moving_as_long_as_the_plan_gains(portfolio: Make) -> None:
    """Of 100 shared with P2 all may count there: P1 gains 10 % of up to 10,100, not only of 10,000."""
    rows = portfolio({**PROJECT, "shared_cost": {"P2": 100}}, {**PROJECT, "id": "P2", "kinds": ["smart"]})
    found = asked(rows, "equipment", readings={"cost-overlap": "net"})
    assert [facts(way)["audited_cost"] for way in found.most] == [Decimal(10100)]
    assert found.most[0].gain_fen == 860 * FEN


def test_a_fact_is_not_worth_moving_where_the_plan_gains_no_more(portfolio: Make) -> None:
    """Loans on P1 bring 500 together, L2 300 of them: L1's interest gains up to 400, not up to 1,000."""
    loan = {"borrower": "A", "kind": "lease", "projects": ["P1"], "filing_years": [2025]}
    paid = {"L1": {"2024": 200}, "L2": {"2024": 600}}
    rows = portfolio(PROJECT, loans=[{**loan, "id": key, "interest_paid": own} for key, own in paid.items()])
    found = asked(rows, "interest", "L1.interest_paid", subject="L1")
    told = {fact.years or fact.path: (fact.after, fact.bound) for way in found.most for fact in way.facts}
    assert told == {(2024,): (Decimal(400), "least"), (2020, 2021, 2022, 2023): (Decimal(100), "least")}


def test_nothing_that_may_change_leads_there(portfolio: Make) -> None:
    """A firm outside industry stays outside, whatever its project costs: that is said."""
    found = asked(portfolio(PROJECT, industry_code="6513"), "equipment")
    assert found.possible == ()
    assert any("6513" in said.zh for said in found.in_the_way)


def test_a_kind_or_a_year_may_be_added_where_it_is_named(portfolio: Make) -> None:
    """What a project's content is, is a human judgement: it changes only if it may."""
    rows = portfolio({**PROJECT, "filing_years": [2024]})
    (way,) = asked(rows, "equipment", "P1.filing_years").possible
    assert facts(way) == {"filing_years": (2024, 2025)}
    (way,) = asked(portfolio(PROJECT), "fusion", "P1.kinds").possible
    assert facts(way) == {"kinds": ("equipment", "fusion")}


# The last one has a project without an audited cost, of which any within its total would do, and no more.
@pytest.mark.parametrize("seed", [0, 1, 2, 52001, 18100022])
def test_every_answer_holds_in_random_portfolios(seed: int, tmp_path: Path) -> None:
    """Planned anew each change does what is said, and a step less, or a change fewer, does not."""
    check_drawn(seed, PACKS, tmp_path)
