"""What the law of Jinghe comes to on a small portfolio: every choice of years, every payment in steps.

It shares no code with the engine. All amounts at which a cap or a share begins to bind are whole steps, so
that some best payment is one of whole steps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

STEP = 20
"""万元. What a claim is paid is tried in these."""
YEARS = (2026, 2027)
_CITY = {"renewal": (Fraction(20, 100), 300, "invoiced"), "digital": (Fraction(30, 100), 200, "software")}
_OF_A_COMPANY, _OF_A_TOP_UP, _OF_A_TOWN, _WITHOUT = 400, 150, 12, 2


class _City(NamedTuple):
    """A claim on the city: whose, for what, in which year, and what it brings by itself."""

    applicant: str
    subject: str
    year: int
    worth: int


def drawn(seed: int) -> dict[str, Any]:
    """A random portfolio: up to three claims on the city, caps that bind, top-ups, also of the history."""
    rng = random.Random(seed)
    projects: list[dict[str, Any]] = []
    history: list[dict[str, Any]] = []
    left = 3
    for number in range(rng.randint(1, 3)):
        subject, applicant = f"P{number}", rng.choice(("A", "B"))
        row: dict[str, Any] = {"id": subject, "applicant": applicant, "kinds": ["district"]}
        row["kinds"] += ["town"] if rng.random() < 0.7 else []
        row["filing_years"] = list(YEARS) if rng.random() < 0.5 else [rng.choice(YEARS)]
        for name, field, unit in (("renewal", "invoiced", 100), ("digital", "software", 200)):
            if left and rng.random() < 0.7:
                left -= 1
                row["kinds"].append(name)
                row[field] = unit * rng.randint(3, 18)
            elif rng.random() < 0.3:
                earlier = {
                    "benefit": name,
                    "year": rng.choice((2025, 2026)),
                    "amount": STEP * rng.randint(1, 12),
                }
                history.append({"applicant": applicant, "subject": subject, "status": "granted", **earlier})
        if rng.random() < 0.2:
            earlier = {"benefit": "district", "year": 2025, "amount": STEP // 2 * rng.randint(1, 8)}
            history.append({"applicant": applicant, "subject": subject, "status": "filed", **earlier})
            if rng.random() < 0.5:
                row["kinds"].remove("district")
        projects.append(row)
    funds = {year: STEP * rng.randint(5, 30) for year in YEARS if rng.random() < 0.5}
    settings = {"unit": "万元", "as_of": "2026-03-01", "horizon": list(YEARS), "fund_ceilings": funds}
    return {**settings, "companies": [{"id": "A"}, {"id": "B"}], "projects": projects, "history": history}


def most(portfolio: Mapping[str, Any]) -> Fraction:
    """The most that lawful claims bring, in 万元."""
    offers = [
        [None, *(_City(row["applicant"], row["id"], year, worth) for year in row["filing_years"])]
        for row in portfolio["projects"]
        for kind, (rate, cap, field) in _CITY.items()
        if kind in row["kinds"]
        for worth in [int(min(cap, rate * row[field]))]
    ]
    best = Fraction(0)
    for chosen in product(*offers):
        claims = [claim for claim in chosen if claim]
        for paid in _payments(portfolio, claims):
            best = max(
                best, sum(paid) + sum(_topped(portfolio, row, claims, paid) for row in portfolio["projects"])
            )
    return best


def _payments(portfolio: Mapping[str, Any], claims: Sequence[_City]) -> Iterator[tuple[int, ...]]:
    """What the claims may be paid together, in steps."""
    before = {
        (one["applicant"], year): sum(
            other["amount"]
            for other in portfolio["history"]
            if other["benefit"] in _CITY and (other["applicant"], other["year"]) == (one["applicant"], year)
        )
        for one in portfolio["projects"]
        for year in YEARS
    }
    for paid in product(*(range(0, claim.worth + 1, STEP) for claim in claims)):
        of_company: dict[tuple[str, int], int] = {}
        of_year: dict[int, int] = {}
        for claim, fen in zip(claims, paid, strict=True):
            key = claim.applicant, claim.year
            of_company[key] = of_company.get(key, 0) + fen
            of_year[claim.year] = of_year.get(claim.year, 0) + fen
        if all(all_ + before[key] <= max(_OF_A_COMPANY, before[key]) for key, all_ in of_company.items()):
            funds = portfolio["fund_ceilings"]
            if all(all_ <= funds.get(year, all_) for year, all_ in of_year.items()):
                yield paid


def _topped(
    portfolio: Mapping[str, Any], row: Mapping[str, Any], claims: Sequence[_City], paid: Sequence[int]
) -> Fraction:
    """The most that the top-ups of the district and of the town bring a project."""
    held = [one for one in portfolio["history"] if one["subject"] == row["id"]]
    earlier = Fraction(sum(one["amount"] for one in held if one["benefit"] in _CITY), 2)
    used = sum(one["amount"] for one in held if one["benefit"] == "district")
    rooms = []
    for year in YEARS:
        so_far = [
            fen for one, fen in zip(claims, paid, strict=True) if one[1] == row["id"] and one.year <= year
        ]
        rooms.append(max(Fraction(0), earlier - used) + Fraction(sum(so_far), 2))
    # In either year up to the cap of one claim, in both no more than the second has room for.
    may = [
        _OF_A_TOP_UP if "district" in row["kinds"] and year in row["filing_years"] else 0 for year in YEARS
    ]
    district = min(rooms[1], min(rooms[0], Fraction(may[0])) + may[1])
    if "town" not in row["kinds"]:
        return district
    return district + min(Fraction(_OF_A_TOWN), _WITHOUT + Fraction(125, 1000) * (district + used))
