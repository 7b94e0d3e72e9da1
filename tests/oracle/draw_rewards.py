"""Random facts of the 2014 reward: cities, completed projects, contributions that rise and fall.

Money stands in fen. Drawn from a source of their own, so that the rest of a portfolio stays what it was.
"""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING

from .facts import Row
from .reward import FIRST_YEAR

if TYPE_CHECKING:
    from .generator import Draft

WAN = 10**6
REWARD = "post-completion-reward"
CITIES = ("深圳",) * 6 + ("广州", "东莞", "揭阳", "北京", "武汉", None)
# What makes the reward possible, and Shenzhen, where it is pending.
REWARD_CITIES = ("深圳", "深圳", "佛山", "佛山", "广州", "云浮", "汕尾", "北京", None)
OLD_TIMES = (
    *[[2015, 2016]] * 8,
    [2014, 2015],
    [2014, 2015, 2016],
    [2015, 2016, 2017],
    [2016, 2017, 2018],
    [2017, 2018],
    [2018, 2019],
    [2017],
)


def add_rewards(draft: Draft, seed: int) -> None:
    """Put companies in cities; in every second portfolio let one have projects to be rewarded for."""
    rng = random.Random(f"rewards {seed}")
    for company in draft.companies:
        _set(company, "city", rng.choice(CITIES))
        _set(company, "above_scale", rng.choice((True, True, True, True, False, None)))
    if rng.random() < 0.5:
        return
    if rng.random() < 0.27:
        _move_to_old_times(draft, rng)
    company = rng.choice([row for row in draft.companies if row["id"] != "H"])
    _set(company, "city", rng.choice(REWARD_CITIES))
    _set(company, "above_scale", rng.choice((True,) * 10 + (False, None)))
    if rng.random() < 0.08:
        company["industry_code"] = rng.choice(("0609", "4691"))
    projects = [_completed(draft, rng, company, f"R{n + 1}") for n in range(rng.choice((1, 1, 2, 2, 3)))]
    draft.projects += projects
    if rng.random() < 0.25:
        _reward_another(draft, rng, company)
    company["fiscal_contribution"] = _contributions(rng, draft.horizon)
    if rng.random() < 0.15:
        draft.history.append(
            {"applicant": company["id"], "subject": rng.choice((projects[0]["id"], "R0")), "benefit": REWARD,
             "year": rng.choice(draft.horizon), "status": rng.choice(("filed", "granted", "refused"))}
        )  # fmt: skip


def _set(row: Row, name: str, value: object) -> None:
    if value is None:
        row.pop(name, None)
    else:
        row[name] = value


def _move_to_old_times(draft: Draft, rng: random.Random) -> None:
    """Plan for years in which only the reward is in force."""
    draft.horizon = list(rng.choice(OLD_TIMES))
    draft.as_of = date(draft.horizon[0], 5, 6)
    for row in draft.projects:
        if "filing_years" in row and rng.random() < 0.5:
            row["filing_years"] = draft.horizon


def _completed(draft: Draft, rng: random.Random, company: Row, name: str) -> Row:
    """Return a project completed some years before one of the planned years, or not quite in time."""
    year = rng.choice(draft.horizon) - rng.choice((0, 1, 1, 2, 2, 3, 3, 4))
    if draft.horizon[0] <= FIRST_YEAR <= draft.horizon[-1]:
        year = rng.choice((2012, 2013, 2014, 2014, 2014, year))
    row: Row = {
        "id": name,
        "applicant": company["id"],
        "kinds": [REWARD] if rng.random() < 0.8 else [REWARD, "equipment"],
        "end": f"{year}-{rng.choice(('01-01', '06-30', '12-31'))}",
        "filing_years": draft.horizon if rng.random() < 0.8 else [rng.choice(draft.horizon)],
        "total_investment": 3_000 * WAN,
        "audited_cost": 2_500 * WAN,
        "in_shenzhen": True,
        "filed_before_start": True,
    }
    for fact in ("filing_certificate", "in_catalogue", "completed"):
        _set(row, fact, rng.choice((True,) * 15 + (False, None)))
    _set(row, "restricted_industry", rng.choice((None, None, None, False, False, False, True)))
    if rng.random() < 0.04:
        del row[rng.choice(("end", "filing_years"))]
    return row


def _reward_another(draft: Draft, rng: random.Random, company: Row) -> None:
    """Let another project of the company, which may claim under articles 1–9, be rewarded too."""
    rows = [row for row in draft.projects if row["applicant"] == company["id"] and REWARD not in row["kinds"]]
    if rows:
        row = rng.choice(rows)
        row["kinds"] = [*row["kinds"], REWARD]
        row.update(filing_certificate=True, in_catalogue=True)


def _contributions(rng: random.Random, horizon: list[int]) -> dict[int, Row]:
    """Return shares of all years that matter: each level goes its own way, up more often than down."""
    table: dict[int, Row] = {year: {} for year in range(horizon[0] - 6, horizon[-1] + 1)}
    for level in ("province", "city", "county"):
        fen = rng.randint(40, 900) * WAN
        for shares in table.values():
            fen = int(fen * rng.uniform(0.7, 1.45)) // (step := rng.choice((WAN, 1))) * step
            shares[level] = fen
    if rng.random() < 0.2:
        del table[rng.choice(list(table)[3:])][rng.choice(("province", "city", "county"))]
    if rng.random() < 0.08:
        del table[rng.choice(list(table)[3:])]
    return table
