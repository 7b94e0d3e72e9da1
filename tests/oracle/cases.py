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
