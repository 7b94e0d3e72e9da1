"""Random loans and leases: several for one project, several projects for one, sums around the 500万 cap.

Interest has years without any, years after ``as_of``, and fen that half does not divide; some of it was
claimed before. Money stands in fen. Drawn from a source of their own, so that the rest stays what it was.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .facts import Row

if TYPE_CHECKING:
    from .generator import Draft

WAN = 10**6
SEVEN = {"major", "equipment", "smart", "iiot", "traditional", "green", "fusion"}


def add_loans(draft: Draft, seed: int) -> None:
    """Add up to three loans for one to three projects, and now and then what was claimed for them before."""
    rng = random.Random(f"loans {seed}")
    if rng.random() < 0.15 or not draft.projects:
        return
    pool = _financed(draft, rng)
    for number in range(rng.choice((1, 2, 2, 3))):
        draft.loans.append(_loan(draft, rng, f"L{number + 1}", pool))
    if rng.random() < 0.35:
        for _ in range(rng.choice((1, 1, 2))):
            _claimed_before(draft, rng, pool)


def _financed(draft: Draft, rng: random.Random) -> list[Row]:
    others = [row for row in draft.projects if not SEVEN & set(row["kinds"])]
    if others and rng.random() < 0.5:
        return others[:2]
    return rng.sample(draft.projects, k=min(len(draft.projects), rng.choice((1, 2, 2, 3))))


def _loan(draft: Draft, rng: random.Random, name: str, pool: list[Row]) -> Row:
    names = [str(row["id"]) for row in pool]
    everyone = [row["id"] for row in draft.companies if row["id"] != "H"]
    row: Row = {
        "id": name,
        "borrower": pool[0]["applicant"] if rng.random() < 0.75 else rng.choice(everyone),
        "projects": rng.sample(names, k=rng.randint(1, len(names))),
        "interest_paid": _interest(draft, rng),
        "filing_years": [year for year in draft.horizon if rng.random() < 0.8] or draft.horizon[:1],
    }
    row |= {"kind": "lease"} if (chance := rng.random()) < 0.2 else {"kind": "loan"} if chance < 0.93 else {}
    if (chance := rng.random()) < 0.92:
        row["dedicated_product"] = chance < 0.8
    if (chance := rng.random()) < 0.35:
        row["subsidised_before"] = chance < 0.05
    if rng.random() < 0.08:
        del row[rng.choice(("projects", "filing_years", "interest_paid"))]
    return row


def _interest(draft: Draft, rng: random.Random) -> dict[int, int]:
    """Interest of two to six years that begin before or with the horizon, now and then none in a year."""
    first = draft.horizon[0] - rng.choice((1, 2, 3, 4, 5))
    size = rng.choice((60, 200, 330, 330, 500, 1_000))
    table = {}
    for year in range(first, first + rng.choice((2, 3, 4, 5, 6))):
        fen = int(size * WAN * rng.uniform(0.6, 1.4)) // (step := rng.choice((WAN, 100, 1))) * step
        if (chance := rng.random()) < 0.92:
            table[year] = 0 if chance < 0.08 else fen
    # Three years whose half is the cap, or a fen beside it.
    if rng.random() < 0.1 and len(table) >= 3:
        years = sorted(table)
        table[years[2]] = max(0, 1_000 * WAN + rng.choice((-2, 0, 2)) - table[years[0]] - table[years[1]])
    return table


def _claimed_before(draft: Draft, rng: random.Random, pool: list[Row]) -> None:
    """Let history hold a claim on one of the loans, or on another that financed one of these projects."""
    row = rng.choice([*draft.loans, None])
    several = row is None or len(row.get("projects", ())) > 1
    entry: Row = {
        "applicant": draft.loans[0]["borrower"] if row is None else row["borrower"],
        "subject": "L0" if row is None else row["id"],
        "benefit": "interest",
        "year": rng.choice((draft.horizon[0] - 2, draft.horizon[0] - 1, *draft.horizon)),
        "status": rng.choice(("filed", "granted", "granted", "refused")),
    }
    if rng.random() < 0.9:
        entry["amount"] = rng.choice((0, 80, 200, 330, 499, 500, 600)) * WAN + rng.choice((0, 0, 1))
    if several and (row is None or rng.random() < 0.5):
        entry["project"] = str(rng.choice(pool)["id"]) if row is None else rng.choice(row["projects"])
    draft.history.append(entry)
