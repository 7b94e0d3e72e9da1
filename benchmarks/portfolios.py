"""Synthetic portfolios of any size, always the same for the same seed.

Companies have about ten projects each, of one to three kinds, over five filing years; amounts lie around
the thresholds and caps of the law, so that limits bind. A class of coupling adds what ties claims together:

    none             one claim a project, one a company, category and year
    green-alone      green projects, under the reading that bars them beside the other six in a year
    loans            loans for several projects, under caps that they share
    contacts         fewer contact persons a year than companies, as a hard limit
    contacts-green   both
    fund             a year's fund below what is asked for

    python benchmarks/portfolios.py 1000 --coupling loans > group.json
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

YEARS = (2025, 2026, 2027, 2028)
PER_COMPANY = 10
COUPLINGS = ("none", "green-alone", "loans", "contacts", "contacts-green", "fund")
_READINGS: Mapping[str, Mapping[str, str]] = {
    "green-alone": {"exclusivity": "green-alone"},
    "contacts": {"contact": "hard"},
    "contacts-green": {"contact": "hard", "exclusivity": "green-alone"},
}
_THRESHOLDS = {"major": 50000, "equipment": 2000, "smart": 1000, "iiot": 500, "fusion": 1000}
_KINDS = ("equipment", "smart", "iiot", "fusion")


class Instance(NamedTuple):
    """A portfolio as plain data, and the readings that make its coupling bind."""

    portfolio: dict[str, Any]
    readings: Mapping[str, str]


def instance(projects: int, coupling: str = "none", seed: int = 0) -> Instance:
    """A portfolio of `projects` projects with one class of coupling. Amounts are in 万元."""
    rng = random.Random(f"{projects}/{coupling}/{seed}")
    owners = [f"C{n:05d}" for n in range(max(1, projects // PER_COMPANY))]
    green = coupling in ("green-alone", "contacts-green")
    rows = [_project(rng, f"P{n:06d}", rng.choice(owners), green=green) for n in range(projects)]
    portfolio: dict[str, Any] = {
        "unit": "万元",
        "as_of": "2025-05-06",
        "horizon": list(YEARS),
        "companies": [_company(rng, owner) for owner in owners],
        "projects": rows,
    }
    if coupling == "loans":
        portfolio["loans"] = _loans(rng, rows)
    if coupling.startswith("contacts"):
        portfolio["contacts"] = {str(year): max(1, len(owners) // 3) for year in YEARS}
    if coupling == "fund":
        portfolio["fund_ceilings"] = {str(year): 150 * projects // len(YEARS) for year in YEARS}
    return Instance(portfolio, _READINGS.get(coupling, {}))


def _company(rng: random.Random, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "city": "深圳",
        "legal_person": True,
        "operates_in_shenzhen": True,
        "industry_code": f"{rng.randint(1310, 4390)}",
        "established": f"{rng.randint(2005, 2021)}-{rng.randint(1, 12):02d}-15",
        "good_standing": True,
        "energy_tce": {str(year): rng.randint(800, 4000) for year in (2022, 2023, 2024)},
    }


def _project(rng: random.Random, name: str, owner: str, *, green: bool) -> dict[str, Any]:
    kinds = rng.sample(_KINDS, rng.choice((1, 1, 2, 2, 3)))
    if rng.random() < 0.03:
        kinds.append("major")
    least = max(_THRESHOLDS[kind] for kind in kinds)
    total = round(least * rng.uniform(0.9, 4), 2)
    row: dict[str, Any] = {
        "id": name,
        "applicant": owner,
        "kinds": kinds,
        "filing_years": sorted(rng.sample(YEARS, rng.choice((1, 2, 2, 3)))),
        "total_investment": total,
        "audited_cost": round(total * rng.uniform(0.7, 1), 2),
        "completed": True,
        "in_shenzhen": True,
        "filed_before_start": rng.random() < 0.95,
    }
    if green and rng.random() < 0.3:
        kinds.append("green")
        row |= {
            "green_track": "energy",
            "energy_saving_tce": rng.randint(40, 200),
            "start": "2022-03-01",
            "end": "2023-06-30",
            "stable_since": "2023-07-01",
            "construction_investment": row["audited_cost"],
            "rd_cost": 0,
        }
    return row


def _loans(rng: random.Random, projects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A loan for every fifth project or so, half of them for two projects of the company."""
    by_owner: dict[str, list[str]] = {}
    for row in projects:
        by_owner.setdefault(row["applicant"], []).append(row["id"])
    loans = []
    for number in range(len(projects) // 5):
        owner = rng.choice(list(by_owner))
        financed = rng.sample(by_owner[owner], min(len(by_owner[owner]), rng.choice((1, 2, 2, 3))))
        paid = {str(year): rng.randint(50, 500) for year in range(2022, 2022 + rng.randint(1, 4))}
        loans.append(
            {
                "id": f"L{number:05d}",
                "borrower": owner,
                "kind": "loan",
                "projects": financed,
                "dedicated_product": True,
                "interest_paid": paid,
                "filing_years": sorted(rng.sample(YEARS, 2)),
            }
        )
    return loans


def main() -> None:
    """Write one portfolio to standard output as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("projects", type=int)
    parser.add_argument("--coupling", choices=COUPLINGS, default="none")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    json.dump(instance(given.projects, given.coupling, given.seed).portfolio, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
