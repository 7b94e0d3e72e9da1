"""What random portfolios hold beside projects of articles 1–7: platforms and honours.

Drawn from a source of their own, so that the rest of a portfolio stays what it was.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .facts import Row
from .twists import round_off

if TYPE_CHECKING:
    from .generator import Draft

WAN = 10**6
KINDS = ("iiot-platform", "iiot-provider", "iiot-event", "public-platform")
# The cost in 万元 at which the cap begins to bind.
CAP_BINDS = {"iiot-platform": 3_333, "iiot-provider": 1_000, "iiot-event": 1_000, "public-platform": 2_500}
TITLES = (
    "数字领航", "5G工厂", "5G工厂试点示范", "绿色工厂", "绿色工厂", "绿色工厂", "绿色供应链",
    "绿色设计示范企业", "工业产品绿色设计示范企业", "自愿性清洁生产", "绿色包装示范",
)  # fmt: skip
LEVELS = ("国家", "国家", "省", "市")


def add_platforms(draft: Draft, seed: int) -> None:
    """Add none, one or two platform projects, or a platform kind to a project that is there."""
    rng = random.Random(f"platforms {seed}")
    for company in draft.companies:
        chance = rng.random()
        if chance < 0.8:
            company["service_provider"] = chance < 0.5
        if rng.random() < 0.12:
            company.update(industry_code=rng.choice(("1290", "4411")), service_provider=False)
    for number in range(rng.choice((0, 0, 1, 1, 2))):
        draft.projects.append(_platform(draft, rng, f"Q{number + 1}"))
    if rng.random() < 0.2:
        row = rng.choice(draft.projects)
        row["kinds"] = list(dict.fromkeys([*row["kinds"], rng.choice(KINDS)]))


def _platform(draft: Draft, rng: random.Random, name: str) -> Row:
    kind = rng.choice(KINDS)
    audited = int(CAP_BINDS[kind] * WAN * rng.uniform(0.1, 1.4))
    audited = rng.choice((audited, audited // WAN * WAN, 100 * WAN, 100 * WAN - 1))
    row: Row = {
        "id": name,
        "applicant": rng.choice([c["id"] for c in draft.companies]),
        "kinds": [kind] if rng.random() < 0.8 else [kind, rng.choice(("iiot", "smart"))],
        "filing_years": [year for year in draft.horizon if rng.random() < 0.7] or [draft.horizon[0]],
        "total_investment": rng.choice((audited, 100 * WAN, 100 * WAN - 1, 100 * WAN + 1, 2 * audited)),
        "audited_cost": audited,
        "completed": True,
        "in_shenzhen": True,
        "filed_before_start": rng.random() < 0.5,
    }
    row["kinds"] = list(dict.fromkeys(row["kinds"]))
    if rng.random() < 0.7:
        row["end"] = rng.choice(("2023-12-31", "2024-01-01", "2024-06-30"))
    if rng.random() < 0.1:
        del row["audited_cost"]
    if draft.projects and rng.random() < 0.3:
        other = rng.choice(draft.projects)
        round_off(row)
        round_off(other)
        cost = min(audited, other.get("audited_cost", audited)) // 3 // WAN * WAN
        row["shared_cost"] = {other["id"]: cost}
    if rng.random() < 0.15:
        status = rng.choice(("filed", "granted", "refused"))
        draft.history.append(
            {"applicant": row["applicant"], "subject": name, "benefit": kind, "year": 2024, "status": status}
        )
    return row


def honours(draft: Draft, seed: int) -> list[Row]:
    """Return up to four honours; now and then one of them was claimed before."""
    rng = random.Random(f"honours {seed}")
    found = []
    for number in range(rng.choice((0, 1, 2, 3, 4))):
        row: Row = {
            "id": f"W{number + 1}",
            "holder": rng.choice([c["id"] for c in draft.companies]),
            "title": rng.choice(TITLES),
            "year": rng.choice((*draft.horizon, *draft.horizon, 2023, 2024, 2028, 2029)),
        }
        if rng.random() < 0.9:
            row["level"] = rng.choice(LEVELS)
        if rng.random() < 0.9:
            row["first_time"] = rng.random() < 0.85
        found.append(row)
        if rng.random() < 0.1:
            draft.history.append(
                {"applicant": row["holder"], "subject": row["id"], "benefit": "honour", "year": 2024,
                 "status": rng.choice(("filed", "granted", "refused"))}
            )  # fmt: skip
    return found


def awards(seed: int) -> dict[str, dict[str, int]]:
    """Return a table of awards in fen, or none."""
    rng = random.Random(f"awards {seed}")
    if rng.random() < 0.4:
        return {}
    titles = ("绿色工厂", "绿色设计示范企业", "工业产品绿色设计示范企业")
    sums = (3 * WAN, 5 * WAN, 20 * WAN, 50 * WAN, 100 * WAN, 120 * WAN)
    return {
        name: {level: rng.choice(sums) for level in ("国家", "省", "市") if rng.random() < 0.8}
        for name in titles
        if rng.random() < 0.8
    }
