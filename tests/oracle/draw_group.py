"""Random facts of the group: more applicants, their contacts, yearly funds, equipment.

Money stands in fen. Drawn from a source of their own, so that the rest of a portfolio stays what it was.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .generator import Draft

WAN = 10**6
BOUGHT = ("2023-12-31", "2024-01-01", "2025-08-01", "2027-12-31", "2028-01-01")


def add_applicants(draft: Draft, seed: int) -> None:
    """Let one or two more companies have some of the projects."""
    rng = random.Random(f"applicants {seed}")
    for name in ("C", "D")[: rng.choice((0, 0, 1, 1, 2))]:
        like = {key: value for key, value in draft.companies[0].items() if key != "parent"}
        draft.companies.append(like | {"id": name})
        for row in draft.projects:
            held = any(entry["subject"] == row["id"] for entry in draft.history)
            # Most of A's projects stay together, for they compete.
            if not held and rng.random() < (0.3 if row["id"].startswith("Q") else 0.04):
                row["applicant"] = name


def add_contacts(draft: Draft, seed: int) -> None:
    """Give companies contact cards out of few, and some years a number of contacts."""
    rng = random.Random(f"contacts {seed}")
    for company in draft.companies:
        card = {"person": rng.choice("王李张"), "phone": rng.choice(("0755-1", "0755-2", "0755-3"))}
        if (chance := rng.random()) < 0.1:
            card.pop(rng.choice(("person", "phone")))
        if chance < 0.88:
            company["contact"] = card
    for year in draft.horizon:
        if rng.random() < 0.4:
            filed = {
                row["applicant"]
                for row in draft.history
                if row["year"] == year and row["status"] != "refused"
            }
            # The group has had a contact for whoever has filed already.
            draft.contacts[year] = max(rng.choice((1, 1, 2, 2, 3)), len(filed))


def add_funds(draft: Draft, seed: int) -> None:
    """Now and then give a planned year a fund that does not go round.

    Not where projects share cost: the oracle does not search the splits for what a fund leaves best.
    """
    rng = random.Random(f"funds {seed}")
    if rng.random() < 0.2 and not any("shared_cost" in row for row in draft.projects):
        for year in draft.horizon:
            if rng.random() < 0.7:
                draft.funds[year] = rng.choice((0, 50, 300, 500, 1_000, 2_500)) * WAN + rng.choice((0, 1))


def add_equipment(draft: Draft, seed: int) -> None:
    """Add up to three pieces of equipment around the limits of article 13."""
    rng = random.Random(f"equipment {seed}")
    for number in range(rng.choice((0, 0, 1, 3))):
        row = {
            "id": f"E{number + 1}",
            "owner": rng.choice([company["id"] for company in draft.companies]),
            "unit_price": 500 * WAN + rng.choice((-1, 0, 1, -200 * WAN)),
            "bought_on": rng.choice(BOUGHT),
        }
        if rng.random() < 0.1:
            del row[rng.choice(("unit_price", "bought_on"))]
        draft.equipment.append(row)
