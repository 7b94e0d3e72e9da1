"""Random small portfolios, built to hit what the law turns on.

A portfolio starts lawful: companies and projects that meet what their kinds ask for, with amounts around
the points where caps begin to bind, crowded into few company-years so that claims compete. Then a few
twists (``twists.py``) move single facts onto, just below or just above a number or a day of the law, take
a fact away, add a parent, a history, a cost that two projects share.

The numbers are written here once more, from the source text, and not taken from the oracle.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .draw_group import add_applicants, add_contacts, add_equipment, add_funds
from .draw_loans import add_loans
from .draw_rewards import add_rewards
from .extras import add_platforms, awards, honours
from .facts import FEN_PER_UNIT, GROUP_ANSWERS, PROJECT_ANSWERS, Row
from .twists import TWISTS, share_cost

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

WAN = 10**6

# Least 总投资额 in 万元, and the cost in 万元 at which the cap begins to bind.
LEAST = {
    "major": 50_000, "equipment": 2_000, "smart": 1_000, "iiot": 500,
    "traditional": 100, "green": 100, "fusion": 1_000,
}  # fmt: skip
CAP_BINDS = {
    "major": 100_000, "equipment": 10_000, "smart": 25_000, "iiot": 1_667,
    "traditional": 2_500, "green": 3_333, "fusion": 5_000,
}  # fmt: skip
KIND_WEIGHTS = {
    "major": 2, "equipment": 3, "smart": 5, "iiot": 3, "traditional": 5, "green": 5, "fusion": 3,
}  # fmt: skip
MONEY = (
    "total_investment", "audited_cost", "audited_digital_cost", "construction_investment",
    "rd_cost", "hard_cost", "soft_cost", "unit_price", "amount",
)  # fmt: skip
AS_OF = (
    date(2025, 5, 6), date(2025, 5, 16), date(2026, 5, 6), date(2026, 12, 31),
    date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29), date(2024, 12, 31),
)  # fmt: skip


@dataclass
class Draft:
    """A portfolio in the making; money stands in fen until it is written."""

    rng: random.Random
    as_of: date
    horizon: list[int]
    companies: list[Row] = field(default_factory=list)
    projects: list[Row] = field(default_factory=list)
    history: list[Row] = field(default_factory=list)
    tiers: dict[int, int] = field(default_factory=dict)
    honours: list[Row] = field(default_factory=list)
    awards: dict[str, dict[str, int]] = field(default_factory=dict)
    loans: list[Row] = field(default_factory=list)
    equipment: list[Row] = field(default_factory=list)
    contacts: dict[int, int] = field(default_factory=dict)
    funds: dict[int, int] = field(default_factory=dict)

    def project(self, kind: str | None = None) -> Row | None:
        """Return a random project, of a kind if one is named; ``None`` if there is none."""
        rows = [row for row in self.projects if kind is None or kind in row["kinds"]]
        return self.rng.choice(rows) if rows else None

    def company(self, name: str) -> Row:
        """Return the company of an id."""
        return next(row for row in self.companies if row["id"] == name)


def random_portfolio(seed: int) -> Row:
    """Return the portfolio of a seed: two to five projects of one to three companies, and honours.

    Money is in the file's unit as ``int`` or ``Decimal``, days are ISO text, years are ``int``.
    """
    return _written(_drawn(seed))


def whole_portfolio(seed: int, parts: Collection[str] = ()) -> Row:
    """Return ``random_portfolio`` of a seed with some of ``PARTS`` beside it, with all if none is named.

    A part is the same whichever other parts there are, but for the projects and applicants it finds.
    """
    draft = _drawn(seed)
    for name, add in PARTS.items():
        if not parts or name in parts:
            add(draft, seed)
    return _written(draft)


def random_readings(seed: int) -> dict[str, str]:
    """Return answers to some of the questions about articles 1–11, often as not other than the default."""
    return _answers(random.Random(f"readings {seed}"), PROJECT_ANSWERS)


def whole_readings(seed: int) -> dict[str, str]:
    """Return ``random_readings`` of a seed with answers to some of the other questions."""
    return random_readings(seed) | _answers(random.Random(f"group readings {seed}"), GROUP_ANSWERS)


def _answers(rng: random.Random, questions: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {question: rng.choice(answers) for question, answers in questions.items() if rng.random() < 0.5}


def as_json(portfolio: Row) -> str:
    """Return a portfolio as JSON text (which is YAML too) in which decimals stay exact numbers."""
    text = json.dumps(portfolio, ensure_ascii=False, default=lambda number: f"decimal:{number:f}")
    return re.sub(r'"decimal:([0-9.]+)"', r"\1", text)


def _drawn(seed: int) -> Draft:
    """Return what articles 1–11 are about, in fen."""
    rng = random.Random(seed)
    as_of = rng.choice(AS_OF)
    draft = Draft(rng, as_of, _horizon(rng, as_of.year))
    _add_companies(draft)
    for _ in range(rng.choice((1, 1, 1, 2, 2))):
        _add_rivals(draft)
    while len(draft.projects) < 2 or (len(draft.projects) < 5 and rng.random() < 0.6):
        _add_project(draft, _some_kinds(rng))
    if len(draft.projects) < 5 and rng.random() < 0.5:
        _add_project(draft, ["green"])
    if rng.random() < 0.15:
        _add_two_tracks(draft)
    if rng.random() < 0.4:
        draft.tiers = _tiers(rng)
    for twist in rng.choices(list(TWISTS), weights=list(TWISTS.values()), k=rng.choice((0, 1, 3, 4, 5, 7))):
        twist(draft)
    if rng.random() < 0.2:
        share_cost(draft)
    add_platforms(draft, seed)
    draft.honours, draft.awards = honours(draft, seed), awards(seed)
    return draft


# In the order in which they are added.
PARTS: dict[str, Callable[[Draft, int], None]] = {
    "applicants": add_applicants,
    "rewards": add_rewards,
    "loans": add_loans,
    "contacts": add_contacts,
    "funds": add_funds,
    "equipment": add_equipment,
}


def _horizon(rng: random.Random, year: int) -> list[int]:
    first = year + rng.choice((0, 0, 0, -1, 1))
    return list(range(first, first + rng.choice((1, 1, 2, 2, 3))))


def _add_companies(draft: Draft) -> None:
    rng = draft.rng
    for name in ("A", "B")[: rng.choice((1, 1, 1, 2))]:
        years = [draft.as_of.year - back for back in range(1, 5)]
        company: Row = {
            "id": name,
            "city": "深圳",
            "legal_person": True,
            "operates_in_shenzhen": True,
            "industry_code": rng.choice(("3922", "3911", "2110", "1310", "4390", "3021")),
            "traditional_sector": rng.choice(("家具", "钟表", "服装")),
            "established": str(draft.as_of - timedelta(days=rng.randint(1_500, 9_000))),
            "good_standing": True,
            "above_scale": True,
            "high_tech": True,
            "own_ip": rng.random() < 0.5,
            "resource_utilisation": True,
            "energy_tce": {year: rng.randint(1_000, 30_000) for year in years},
        }
        draft.companies.append(company)
    if rng.random() < 0.35:
        company = rng.choice(draft.companies)
        parent = company | {"id": "H", "established": str(draft.as_of - timedelta(days=6_000))}
        company["parent"] = "H"
        draft.companies.append(parent)


def _some_kinds(rng: random.Random) -> list[str]:
    kinds = rng.choices(list(KIND_WEIGHTS), weights=list(KIND_WEIGHTS.values()), k=rng.choice((1, 2, 2, 3)))
    return sorted(set(kinds), key=list(KIND_WEIGHTS).index)


def _add_project(draft: Draft, kinds: list[str], audited: int | None = None) -> Row:
    """Add a project that meets what its kinds ask for; ``audited`` in fen."""
    rng = draft.rng
    if audited is None:
        audited = _rough(rng, int(CAP_BINDS[rng.choice(kinds)] * WAN * rng.uniform(0.2, 1.3)))
    total = max(audited, *(LEAST[kind] * WAN for kind in kinds))
    if rng.random() < 0.5:
        total = _rough(rng, int(total * rng.uniform(1, 1.3))) + WAN
    applicants = [row["id"] for row in draft.companies if row["id"] != "H"]
    row: Row = {
        "id": f"P{len(draft.projects) + 1}",
        "applicant": "A" if rng.random() < 0.8 else rng.choice(applicants),
        "kinds": kinds,
        "filing_years": _filing_years(draft),
        "total_investment": total,
        "audited_cost": audited,
        "completed": True,
        "in_shenzhen": True,
        "filed_before_start": True,
    }
    if "traditional" in kinds:
        row["audited_digital_cost"] = _rough(rng, int(audited * rng.uniform(0.3, 1)))
    draft.projects.append(row)
    _date_project(draft, row)
    if "green" in kinds:
        _make_green(draft, row)
    return row


def _filing_years(draft: Draft) -> list[int]:
    rng = draft.rng
    if rng.random() < 0.5:
        return [draft.horizon[0]]
    years = [year for year in draft.horizon if rng.random() < 0.7] or [draft.horizon[-1]]
    # A year that is not planned changes nothing.
    return [*years, draft.horizon[-1] + 1] if rng.random() < 0.1 else years


def _date_project(draft: Draft, row: Row) -> None:
    """Let a green project lie in the periods of both tracks, another one anywhere before ``as_of``."""
    rng = draft.rng
    last = date(2023, 12, 31) if "green" in row["kinds"] else draft.as_of - timedelta(days=1)
    start = date(2022, 7, 1) + timedelta(days=rng.randint(0, 300))
    end = start + timedelta(days=rng.randint(60, (last - start).days))
    row.update(start=str(start), end=str(end), stable_since=str(end + timedelta(days=1)))


def _make_green(draft: Draft, row: Row) -> None:
    rng = draft.rng
    track = rng.choice(("energy", "solid-waste"))
    construction = _rough(rng, int(row["total_investment"] * rng.uniform(0.5, 0.9))) + WAN
    row.update(
        green_track=track,
        construction_investment=construction,
        rd_cost=_rough(rng, int(construction * rng.uniform(0, 0.6))),
        energy_saving_tce=rng.choice((50, 51, 300)),
        carbon_reduction_t=rng.choice((0, 150, 900)),
        restricted_industry=False,
        government_invested=False,
    )


def _add_rivals(draft: Draft) -> None:
    """Add two projects that want one category, where the smaller one has the worse way out."""
    rng = draft.rng
    mine, wanted, other, first, second = rng.choice(
        (
            ("major", "smart", "equipment", 49_000, 24_000),
            ("fusion", "iiot", "equipment", 2_400, 2_200),
            ("traditional", "green", "equipment", 3_300, 3_000),
            ("fusion", "smart", "equipment", 5_000, 4_800),
            ("iiot", "green", "fusion", 1_700, 1_650),
            ("fusion", "traditional", "equipment", 2_500, 2_300),
            ("equipment", "fusion", "iiot", 9_500, 4_600),
        )
    )
    year = [rng.choice(draft.horizon)]
    for kinds, audited in (((mine, wanted), first), ((other, wanted), second)):
        row = _add_project(draft, list(kinds), _rough(rng, int(audited * WAN * rng.uniform(0.95, 1.02))))
        row.update(applicant="A", filing_years=year)
        if "traditional" in kinds:
            row["audited_digital_cost"] = row["audited_cost"]


def _add_two_tracks(draft: Draft) -> None:
    """Add an energy and a solid-waste project of one company and year."""
    if len(draft.projects) > 3:
        return
    for track in ("energy", "solid-waste"):
        row = _add_project(draft, ["green"])
        row.update(green_track=track, applicant="A", filing_years=[draft.horizon[0]])


def _tiers(rng: random.Random) -> dict[int, int]:
    starts = sorted(rng.sample((0, 500, 1_000, 2_000, 5_000, 10_000, 20_000), k=3))
    return dict(zip((start * WAN for start in starts), sorted(rng.sample(range(5, 21), k=3)), strict=True))


def _rough(rng: random.Random, fen: int) -> int:
    """Return an amount cut to whole 万元, whole yuan or not at all."""
    step = rng.choice((WAN, WAN, 100, 1))
    return fen // step * step


def _written(draft: Draft) -> Row:
    """Return the portfolio with its money in a unit of its own; what is empty is left out."""
    unit = draft.rng.choice(("万元", "万元", "元", "亿元"))
    portfolio: Row = {"unit": unit, "as_of": str(draft.as_of), "horizon": draft.horizon}
    for row in [*draft.projects, *draft.history, *draft.equipment]:
        row.update({name: _in_unit(row[name], unit) for name in MONEY if name in row})
    for row, name in [
        *((row, "shared_cost") for row in draft.projects),
        *((row, "interest_paid") for row in draft.loans),
        *((row, "fiscal_contribution") for row in draft.companies),
    ]:
        if name in row:
            row[name] = _table(row[name], unit)
    settings = {
        "smart_tiers": {str(_in_unit(fen, unit)): rate for fen, rate in draft.tiers.items()},
        "honour_amounts": _table({title: levels for title, levels in draft.awards.items() if levels}, unit),
        "contacts": draft.contacts,
        "fund_ceilings": _table(draft.funds, unit),
    }
    lists = {"honours": draft.honours, "loans": draft.loans, "equipment": draft.equipment}
    portfolio |= {name: value for name, value in {**settings, **lists}.items() if value}
    portfolio |= {"companies": draft.companies, "projects": draft.projects}
    if draft.history:
        # The same row twice is refused by the reader, and says no more than once.
        portfolio["history"] = [row for k, row in enumerate(draft.history) if row not in draft.history[:k]]
    return portfolio


def _table(fen: Row, unit: str) -> Row:
    """Return a table of amounts, perhaps of tables, in a unit."""
    return {
        key: _table(value, unit) if isinstance(value, dict) else _in_unit(value, unit)
        for key, value in fen.items()
    }


def _in_unit(fen: int, unit: str) -> int | Decimal:
    whole, rest = divmod(fen, FEN_PER_UNIT[unit])
    return whole if not rest else (Decimal(fen) / FEN_PER_UNIT[unit]).normalize()
