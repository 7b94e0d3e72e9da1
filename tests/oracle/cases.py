"""Builders of small portfolios for hand-computed cases: company A in Shenzhen, amounts in 万元."""

from __future__ import annotations

from fractions import Fraction

from .facts import Row
from .law import best

WAN = 10**6
COMPANY: Row = {
    "id": "A", "city": "深圳", "legal_person": True, "operates_in_shenzhen": True, "industry_code": "3922",
    "good_standing": True, "established": "2020-05-06", "traditional_sector": "家具",
    "energy_tce": {2022: 20000, 2023: 20000, 2024: 20000}, "resource_utilisation": True, "high_tech": True,
}  # fmt: skip
PROJECT: Row = {"applicant": "A", "completed": True, "in_shenzhen": True, "filed_before_start": True}
ENERGY: Row = PROJECT | {
    "kinds": ["green"], "green_track": "energy", "start": "2022-03-01", "end": "2023-12-01",
    "stable_since": "2023-12-02", "energy_saving_tce": 500, "construction_investment": 3000, "rd_cost": 0,
}  # fmt: skip
WASTE: Row = PROJECT | {
    "kinds": ["green"], "green_track": "solid-waste", "start": "2022-07-01", "end": "2024-06-30",
    "construction_investment": 2000, "rd_cost": 0,
}  # fmt: skip


def project(name: str, total: object, audited: object | None = None, **more: object) -> Row:
    """Return a plain project in 万元; without an audited cost it is the total."""
    costs = {"total_investment": total, "audited_cost": total if audited is None else audited}
    return PROJECT | {"id": name, "filing_years": [2025]} | costs | more


def green(name: str, total: object, **more: object) -> Row:
    """Return a green project on the energy track that meets every condition."""
    return ENERGY | project(name, total, **{"kinds": ["green"], **more})


def waste(name: str, total: object, **more: object) -> Row:
    """Return a green project on the solid-waste track that meets every condition."""
    return WASTE | project(name, total, **{"kinds": ["green"], **more})


def group(*projects: Row, company: Row | None = None, **more: object) -> Row:
    """Return a portfolio of company A, changed as told, with these projects, planned for 2025."""
    base: Row = {
        "unit": "万元",
        "as_of": "2025-05-06",
        "horizon": [2025],
        "companies": [COMPANY | (company or {})],
    }
    return base | {"projects": list(projects)} | more


def wan(portfolio: Row, **readings: str) -> Fraction:
    """Return the best total in 万元; ``_`` in names and answers of questions stands for ``-``."""
    total, _ = best(portfolio, {key.replace("_", "-"): answer for key, answer in readings.items()})
    return Fraction(total, WAN)


GREEDY_FAILS = group(
    project("P1", 50000, 49000, kinds=["major", "smart"], filing_years=[2026]),
    project("P2", 30000, 24000, kinds=["equipment", "smart"], filing_years=[2026]),
    as_of="2026-05-06",
    horizon=[2026],
)
GREEN_AGAINST_SIX = group(
    green("G", 3000),
    project("S", 4000, kinds=["smart"]),
    project("I", 1500, kinds=["iiot"]),
)


def loan(name: str, interest: Row, **more: object) -> Row:
    """Return a dedicated loan of company A for project P, interest by year in 万元, to be filed in 2027."""
    plain: Row = {"borrower": "A", "kind": "loan", "projects": ["P"], "dedicated_product": True}
    return plain | {"id": name, "interest_paid": interest, "filing_years": [2027]} | more


def idle(name: str, **more: object) -> Row:
    """Return a project of article 3 that can be filed in no year."""
    return project(name, 4000, **{"kinds": ["smart"], "filing_years": [], **more})


def financed(*loans: Row, projects: tuple[Row, ...] = (), **more: object) -> Row:
    """Return company A with idle projects P and Q and these loans, as of May 2027, planned for 2027."""
    base: Row = {"horizon": [2027], "as_of": "2027-05-06", "loans": list(loans)}
    return group(*(projects or (idle("P"), idle("Q"))), **(base | more))


YEARLY: Row = {
    2013: {"province": 80, "city": 60, "county": 50},
    2014: {"province": 90, "city": 70, "county": 65},
    2015: {"province": 120, "city": 60, "county": 75},
    2016: {"province": 110, "city": 100, "county": 60},
    2017: {"province": 150, "city": 90, "county": 90},
    2018: {"province": 200, "city": 90, "county": 90},
}


def rewarded(name: str = "R", end: str = "2014-06-30", **more: object) -> Row:
    """Return a project with every condition of the 2014 reward, completed in 2014 unless told otherwise."""
    facts = {"filing_certificate": True, "in_catalogue": True, "end": end, "completed": True}
    years = {"filing_years": list(range(2013, 2021)), "kinds": ["post-completion-reward"]}
    return {"id": name, "applicant": "A"} | facts | years | more


def factory(*projects: Row, horizon: tuple[int, ...] = (2015,), company: Row | None = None) -> Row:
    """Return an above-scale company in Foshan with contributions of 2013 to 2018 in 万元."""
    facts = {"city": "佛山", "above_scale": True, "fiscal_contribution": YEARLY}
    return group(*projects, company=facts | (company or {}), horizon=list(horizon))


STACKING = group(
    project("P", 4000, kinds=["smart"], filing_years=[2027]),
    company={"established": "2022-05-06"},
    as_of="2027-05-06",
    horizon=[2027],
    loans=[loan("L1", {2024: 300, 2025: 280, 2026: 260})],
    honours=[
        {"id": "W1", "holder": "A", "title": "数字领航", "level": "国家", "year": 2027, "first_time": True},
        {"id": "W2", "holder": "A", "title": "5G工厂", "level": "国家", "year": 2027, "first_time": True},
        {"id": "W3", "holder": "A", "title": "绿色工厂", "level": "国家", "year": 2027, "first_time": True},
        {"id": "W4", "holder": "A", "title": "绿色供应链", "level": "市", "year": 2027, "first_time": False},
    ],
    equipment=[
        {"id": "E1", "owner": "A", "unit_price": 500, "bought_on": "2024-01-01"},
        {"id": "E2", "owner": "A", "unit_price": 499, "bought_on": "2027-12-31"},
        {"id": "E3", "owner": "A", "unit_price": 300, "bought_on": "2028-01-01"},
        {"id": "E4", "owner": "A", "unit_price": "500.01", "bought_on": "2026-05-05"},
    ],
)
