"""The oracle against hand-computed cases: it must be right before it may judge the engine."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from .amounts import Grant, split_amounts
from .cases import COMPANY, GREEDY_FAILS, GREEN_AGAINST_SIX, green, group, project, wan, waste
from .facts import FAILED, MET, UNKNOWN, Row, every, money, some
from .law import best, greedy, statuses

WAN = 10**6


@pytest.mark.parametrize(
    ("portfolio", "exclusivity", "total"),
    [
        (GREEDY_FAILS, "per-project", 9700),
        (GREEDY_FAILS, "one-a-year", 5000),
        (GREEDY_FAILS, "one-ever", 5000),
        (GREEN_AGAINST_SIX, "per-project", 2150),
        (GREEN_AGAINST_SIX, "green-after-others", 2150),
        (GREEN_AGAINST_SIX, "green-alone", 1250),
        (GREEN_AGAINST_SIX, "one-a-year", 900),
        (GREEN_AGAINST_SIX, "one-ever", 900),
    ],
)
def test_worked_examples(portfolio: Row, exclusivity: str, total: int) -> None:
    """The worked examples have the totals that were computed by hand."""
    assert wan(portfolio, exclusivity=exclusivity) == total


def test_greedy_is_wrong_where_it_should_be() -> None:
    """Taking the biggest claim first gives 6,000 of 9,700 in the greedy trap."""
    assert greedy(GREEDY_FAILS, {}) == 6000 * WAN


@pytest.mark.parametrize(
    ("kind", "audited", "paid"),
    [
        ("major", 99999, "9999.9"), ("major", 100001, 10000), ("equipment", 2000, 200),
        ("equipment", 10001, 1000), ("smart", 24000, 4800), ("smart", 26000, 5000), ("iiot", 1000, 300),
        ("iiot", 1667, 500), ("traditional", 2499, "499.8"), ("traditional", 2600, 500),
        ("fusion", 4000, 800), ("fusion", 5001, 1000),
    ],
)  # fmt: skip
def test_rates_and_caps(kind: str, audited: int, paid: object) -> None:
    """Each article pays its rate of the audited cost up to its cap."""
    row = project("P", 200000, audited, kinds=[kind], audited_digital_cost=audited)
    assert wan(group(row)) == Fraction(str(paid))


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("major", 50000),
        ("equipment", 2000),
        ("smart", 1000),
        ("iiot", 500),
        ("traditional", 100),
        ("fusion", 1000),
    ],
)  # fmt: skip
def test_thresholds_include_their_number(kind: str, least: int) -> None:
    """达到…及以上 includes the number, and a fen less is too little; the audited reading asks twice."""
    short = f"{least - 1}.999999"
    costs: Row = {"kinds": [kind], "audited_digital_cost": least}
    assert wan(group(project("P", least, least, **costs))) > 0
    assert wan(group(project("P", short, least, **costs))) == 0
    costs["audited_digital_cost"] = short
    below = group(project("P", least, short, **costs))
    assert wan(below) > 0
    assert wan(below, threshold="audited") == 0


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("0609", {"traditional"}), ("0610", {"major", "traditional"}), ("1309", {"major", "traditional"}),
        ("1310", {"major", "traditional", "fusion"}), ("4390", {"major", "traditional", "fusion"}),
        ("4391", {"major", "traditional"}), ("4690", {"major", "traditional"}), ("4691", {"traditional"}),
    ],
)  # fmt: skip
def test_industrial_and_manufacturing_codes(code: str, kinds: set[str]) -> None:
    """Industry is 0610–4690, manufacturing 1310–4390, both ends included; article 5 asks for a sector."""
    for kind in ("major", "traditional", "fusion"):
        row = project("P", 60000, kinds=[kind], audited_digital_cost=100)
        assert bool(wan(group(row, company={"industry_code": code}))) == (kind in kinds)


@pytest.mark.parametrize(
    ("soft", "uncapped", "of_total", "of_recognised"),
    [(300, 200, 200, 200), (500, 200, 160, "142.857142"), (700, 200, 120, "85.714285")],
)
def test_soft_cost(soft: int, uncapped: int, of_total: int, of_recognised: object) -> None:
    """Software counts up to 30 % of the total or 3/7 of the rest; a claim is floored to the fen."""
    row = project("P", 5000, 1000, kinds=["smart"], hard_cost=1000 - soft, soft_cost=soft)
    assert wan(group(row), soft_cost="uncapped") == uncapped
    assert wan(group(row), soft_cost="of-total") == of_total
    assert wan(group(row), soft_cost="of-recognised") == Fraction(str(of_recognised))


def test_soft_cost_without_hard_cost() -> None:
    """Soft cost alone leaves the base unknown; neither of them leaves the audited cost."""
    assert wan(group(project("P", 1000, kinds=["smart"], soft_cost=1))) == 0
    assert wan(group(project("P", 1000, kinds=["smart"], soft_cost=0))) == 200


def test_smart_tiers() -> None:
    """The whole base is paid at the rate of the highest tier it reaches; no table, no amount."""
    tiers = {"1000": 10, "2000": 15}
    for audited, paid in ((999, 0), (1000, 100), ("1999.99", "199.999"), (2000, 300)):
        portfolio = group(project("P", 5000, audited, kinds=["smart"]), smart_tiers=tiers)
        assert wan(portfolio, smart_tiers="table") == Fraction(str(paid))
        assert wan(portfolio, smart_tiers="refuse") == 0
    assert wan(group(project("P", 5000, kinds=["smart"])), smart_tiers="table") == 0


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({"energy_saving_tce": 50}, True), ({"energy_saving_tce": "49.999999"}, False),
        ({"energy_saving_tce": None}, False), ({"start": "2022-01-01"}, True),
        ({"start": "2021-12-31"}, False),
        ({"end": "2023-12-31"}, True), ({"end": "2024-01-01"}, False), ({"stable_since": "2024-05-16"}, True),
        ({"stable_since": "2024-05-17"}, False), ({"restricted_industry": True}, False),
        ({"restricted_industry": None}, True), ({"government_invested": True}, False),
        ({"construction_investment": 1500}, True), ({"construction_investment": "1499.999999"}, False),
        ({"construction_investment": None}, False), ({"green_track": None}, False),
        ({"completed": None}, False),
    ],
)  # fmt: skip
def test_energy_track(change: Row, *, passes: bool) -> None:
    """Each number and day of the energy track includes its limit; a missing fact is never met."""
    assert bool(wan(group(green("G", 3000) | change))) == passes


@pytest.mark.parametrize(
    ("change", "company", "passes"),
    [
        ({}, {}, True), ({"start": "2022-06-30"}, {}, False), ({"end": "2024-07-01"}, {}, False),
        ({}, {"resource_utilisation": False}, False), ({}, {"high_tech": False}, False),
        ({}, {"high_tech": False, "own_ip": True}, True), ({}, {"high_tech": None, "own_ip": True}, True),
        ({"energy_saving_tce": 0}, {"energy_tce": {}}, True),
    ],
)  # fmt: skip
def test_solid_waste_track(change: Row, company: Row, *, passes: bool) -> None:
    """The solid-waste track has its own window and qualification and no energy conditions."""
    assert bool(wan(group(waste("G", 2000) | change, company=company))) == passes


def test_stable_run_counts_to_as_of_in_other_years() -> None:
    """Where no window is known a stable run is counted to as_of."""
    row = green("G", 3000, filing_years=[2026], stable_since="2024-05-07")
    assert wan(group(row, horizon=[2026])) == 0
    assert wan(group(row | {"stable_since": "2024-05-06"}, horizon=[2026])) == 900


def test_energy_mean_needs_three_full_years() -> None:
    """The mean of the three calendar years before as_of must reach 1,000 tce, and all must be known."""
    for table, passes in (
        ({2022: 900, 2023: 1000, 2024: 1100}, True),
        ({"2022": 900, "2023": 1000, "2024": 1100}, True),
        ({2022: 900, 2023: 1000, 2024: "1099.999999"}, False),
        ({2021: 9000, 2022: 9000, 2023: 9000}, False),
    ):
        assert bool(wan(group(green("G", 3000), company={"energy_tce": table}))) == passes


def test_green_base_under_trim_and_gate() -> None:
    """Trim counts R&D up to construction and asks for no half; without the two the audited cost counts."""
    row = green("G", 3000, construction_investment=1000, rd_cost=1800)
    assert wan(group(row)) == 0
    assert wan(group(row), construction_half="trim") == 600
    assert wan(group(row | {"rd_cost": None}), construction_half="trim") == 900
    assert wan(group(row | {"construction_investment": 1500})) == 900


def test_green_measure_any_of_three() -> None:
    """Article 6 itself takes 150 t of carbon or the benchmark as well, whatever else is unknown."""
    for change, passes in (
        ({"carbon_reduction_t": 150}, True),
        ({"carbon_reduction_t": "149.999999"}, False),
        ({"benchmark_energy": True}, True),
        ({}, False),
    ):
        row = green("G", 3000) | {"energy_saving_tce": None} | change
        assert wan(group(row)) == 0
        assert bool(wan(group(row), green_measure="any-of-three")) == passes


@pytest.mark.parametrize(
    ("as_of", "established", "passes"),
    [
        ("2025-05-06", "2022-05-06", True), ("2025-05-06", "2022-05-07", False),
        ("2027-02-28", "2024-02-29", False), ("2027-03-01", "2024-02-29", True),
    ],
)  # fmt: skip
def test_three_years_of_age(as_of: str, established: str, *, passes: bool) -> None:
    """Three years old is reached on the third anniversary, for a leap day on 1 March."""
    row = waste("G", 2000)
    assert bool(wan(group(row, company={"established": established}, as_of=as_of))) == passes


@pytest.mark.parametrize(
    ("parent", "summed", "alone"),
    [
        ({}, True, True),
        ({"established": "2023-05-05"}, True, False), ({"established": "2023-05-06"}, False, False),
        ({"operates_in_shenzhen": False}, False, True), ({"legal_person": None}, False, True),
        ({"industry_code": "7212"}, False, False), ({"established": None}, False, False),
    ],
)  # fmt: skip
def test_age_with_a_parent(parent: Row, *, summed: bool, alone: bool) -> None:
    """Ages are added day by day with a parent of the Shenzhen industry, or the parent alone is old enough."""
    child = {"established": "2024-05-07", "parent": "H"}
    elder = COMPANY | {"id": "H", "established": "2015-01-01"} | parent
    portfolio = group(waste("G", 2000), company=child)
    portfolio["companies"].append(elder)
    # The child lacks the 732 days from 2022-05-06 to its founding: 2023-05-05 is 732 days before as_of.
    assert bool(wan(portfolio)) == summed
    assert bool(wan(portfolio, company_age="parent-alone")) == alone


def test_in_force() -> None:
    """Filing, completion or payment (the year after) must lie in 2024–2028."""
    for year, application, payment in ((2023, 0, 100), (2024, 100, 100), (2028, 100, 0), (2029, 0, 0)):
        row = project("P", 5000, 1000, kinds=["equipment"], filing_years=[year], end="2023-12-31")
        portfolio = group(row, horizon=[year])
        assert wan(portfolio) == application
        assert wan(portfolio, in_force="payment") == payment
        assert wan(portfolio, in_force="completion") == 0
        row["end"] = "2024-01-01"
        assert wan(portfolio, in_force="completion") == 100


def test_filing_duty() -> None:
    """An unfiled project is not eligible, unless the duty stands apart."""
    row = project("P", 5000, 1000, kinds=["equipment"], filed_before_start=False)
    assert wan(group(row)) == 0
    assert wan(group(row), filing_duty="separate") == 100


def test_categories_and_tracks() -> None:
    """A company files one project a category and year; green's tracks are one category or two."""
    twins = group(project("P", 2000, kinds=["equipment"]), project("Q", 3000, kinds=["equipment"]))
    assert wan(twins) == 300
    assert wan(twins, per_category="green-only") == 500
    tracks = group(green("G", 3000), waste("H", 2000))
    assert wan(tracks) == wan(tracks, per_category="green-only") == 900
    assert wan(tracks, green_tracks="two") == 1500


def test_reclaim() -> None:
    """A project is claimed once in all years, or once a year."""
    row = project("P", 2000, kinds=["equipment"], filing_years=[2025, 2026, 2027])
    portfolio = group(row, horizon=[2025, 2026])
    assert wan(portfolio) == wan(portfolio, reclaim="new-cost") == 200
    assert wan(portfolio, reclaim="yearly") == 400


def test_history_binds_unless_refused() -> None:
    """A held claim uses up its project and its category; a refused one binds nothing."""
    rows = (project("P", 2000, kinds=["equipment"]), project("Q", 3000, kinds=["equipment"]))
    entry = {"applicant": "A", "subject": "Q", "benefit": "equipment", "year": 2024, "status": "granted"}
    assert wan(group(*rows, history=[entry])) == 200
    assert wan(group(*rows, history=[entry]), reclaim="yearly") == 300
    assert wan(group(*rows, history=[entry | {"year": 2025}]), reclaim="yearly") == 0
    assert wan(group(*rows, history=[entry | {"status": "refused"}])) == 300


def test_green_after_what_was_filed() -> None:
    """Green is barred by one of the six filed before in the year, not by one the plan files after it."""
    entry = {"applicant": "A", "subject": "P0", "benefit": "equipment", "year": 2025, "status": "filed"}
    portfolio = group(green("G", 3000), project("S", 4000, kinds=["smart"]), history=[entry])
    assert wan(portfolio) == 1700
    assert wan(portfolio, exclusivity="green-after-others") == 800
    entry["year"] = 2024
    assert wan(portfolio, exclusivity="green-after-others") == 1700


def test_shared_cost() -> None:
    """Cost that stands in two projects bars one of them, or counts once where it pays best."""
    rows = (
        project("P", 4000, kinds=["iiot"]),
        project("Q", 2000, kinds=["equipment"], shared_cost={"P": 1000}),
    )
    assert wan(group(*rows)) == 500
    # 4,000 × 30 % is far above the cap of 500: all that is shared counts for Q.
    assert wan(group(*rows), cost_overlap="net") == 700
    held = {"applicant": "A", "subject": "P", "benefit": "iiot", "year": 2024, "status": "granted"}
    assert wan(group(*rows, history=[held])) == 0
    assert wan(group(*rows, history=[held]), cost_overlap="net") == 100


def test_split_of_the_contract() -> None:
    """Costs of 4,000 and 2,000 with 1,000 shared, 30 %, caps of 1,000 and 500 bring 1,500."""
    grants = [Grant(Fraction(4000), Fraction(3, 10), 1000), Grant(Fraction(2000), Fraction(3, 10), 500)]
    assert sum(split_amounts(["P", "Q"], grants, {frozenset("PQ"): 1000})) == 1500


def test_split_is_the_best_of_all_splits() -> None:
    """No split in whole steps beats the corners, for a chain of three projects."""
    shared = {frozenset("PQ"): 30, frozenset("QR"): 20}
    for bases, caps in (((90, 60, 50), (20, 9, 99)), ((40, 50, 30), (99, 4, 5)), ((30, 50, 20), (5, 99, 2))):
        rates = (Fraction(3, 10), Fraction(1, 10), Fraction(2, 10))
        grants = [Grant(Fraction(b), r, c) for b, r, c in zip(bases, rates, caps, strict=True)]
        steps = product(range(31), range(21))
        every_split = max(
            grants[0].amount(a) + grants[1].amount(30 - a + b) + grants[2].amount(20 - b) for a, b in steps
        )
        assert sum(split_amounts("PQR", grants, shared)) >= every_split


def test_status_of_each_condition() -> None:
    """Statuses name what is met, failed and unknown for each project and kind."""
    row = project("P", 1999, kinds=["equipment", "traditional"], in_shenzhen=None)
    found = statuses(group(row), {})
    equipment = dict(found["P", "equipment"])
    assert equipment["equipment_threshold"] == FAILED
    assert equipment["in_shenzhen"] == UNKNOWN
    assert equipment["industrial"] == equipment["in_force"] == MET
    assert dict(found["P", "traditional"])["amount"] == UNKNOWN


def test_three_values() -> None:
    """Conjunction and disjunction are Kleene's."""
    assert every(MET, UNKNOWN) == some(FAILED, UNKNOWN) == UNKNOWN
    assert every(FAILED, UNKNOWN) == FAILED
    assert some(MET, UNKNOWN) == MET


def test_money_is_exact() -> None:
    """Amounts are whole fen in any unit; floats and fractions of a fen are refused."""
    assert money("500.01", "万元") == 500_010_000
    assert money("6.2亿元", "元") == 62_000_000_000
    with pytest.raises(TypeError, match="float"):
        money(0.1, "元")
    with pytest.raises(ValueError, match="finer than a fen"):
        money("0.001", "元")


def test_unknown_reading_is_refused() -> None:
    """An answer that does not exist is an error, not a default."""
    with pytest.raises(ValueError, match="exclusivity=never"):
        best(GREEDY_FAILS, {"exclusivity": "never"})
