"""Single changes to a lawful portfolio, each aimed at one number, day, fact or limit of the law.

Money stands in fen here. A twist that finds nothing to change leaves the draft as it is.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .facts import Row
    from .generator import Draft

WAN = 10**6
DAY = timedelta(days=1)
# A fen or a day off; below more often than on or above, for that is where a claim is lost.
NEAR = (-1, -1, 0, 1)
# Least 总投资额 in 万元 of the sentences that name one.
LEAST = {
    "major": 50_000, "equipment": 2_000, "smart": 1_000, "iiot": 500, "traditional": 100, "fusion": 1_000,
}  # fmt: skip


def _set_or_drop(draft: Draft, row: Row, name: str, value: object) -> None:
    """Give a row's field a value or, one time in four, take the field away."""
    if draft.rng.random() < 0.25:
        row.pop(name, None)
    else:
        row[name] = value


def _green(draft: Draft, track: str | None = None) -> Row | None:
    rows = [row for row in draft.projects if "green_track" in row and track in (None, row["green_track"])]
    return draft.rng.choice(rows) if rows else None


def _threshold_kind(draft: Draft) -> str | None:
    kinds = sorted({kind for row in draft.projects for kind in row["kinds"] if kind in LEAST})
    # Kinds that few projects have are drawn more often, or their thresholds would hardly be seen.
    times = {"traditional": 4, "major": 4, "iiot": 2}
    kinds = [kind for kind in kinds for _ in range(times.get(kind, 1))]
    return draft.rng.choice(kinds) if kinds else None


def deny_company_fact(draft: Draft) -> None:
    """Deny or forget a yes/no fact of an applicant."""
    company = draft.company(draft.projects[0]["applicant"])
    _set_or_drop(draft, company, draft.rng.choice(("operates_in_shenzhen", "legal_person")), value=False)


def deny_standing(draft: Draft) -> None:
    """Deny or forget good standing, which binds green claims only."""
    if row := _green(draft):
        _set_or_drop(draft, draft.company(row["applicant"]), "good_standing", value=False)


def deny_project_fact(draft: Draft) -> None:
    """Deny or forget that a project is in Shenzhen or completed."""
    if row := draft.project():
        _set_or_drop(draft, row, draft.rng.choice(("in_shenzhen", "completed")), value=False)


def not_filed(draft: Draft) -> None:
    """Deny or forget the filing before the start of works."""
    if row := draft.project():
        _set_or_drop(draft, row, "filed_before_start", value=False)


def move_code(draft: Draft) -> None:
    """Put an applicant's code at an end of the industrial or manufacturing range, or take it away."""
    company = draft.company(draft.projects[0]["applicant"])
    codes = ("0609", "0610", "1309", "1310", "4390", "4391", "4690", "4691", "7212")
    _set_or_drop(draft, company, "industry_code", draft.rng.choice(codes))


def no_sector(draft: Draft) -> None:
    """Forget the traditional sector."""
    if row := draft.project("traditional"):
        draft.company(row["applicant"]).pop("traditional_sector", None)


def total_at_threshold(draft: Draft) -> None:
    """Put 总投资额 a fen below, on or above a kind's threshold, or take it away."""
    kind = _threshold_kind(draft)
    if kind and (row := draft.project(kind)):
        fen = LEAST[kind] * WAN + draft.rng.choice(NEAR)
        _set_or_drop(draft, row, "total_investment", fen)
        row["audited_cost"] = min(row.get("audited_cost", 0), fen)


def audited_at_threshold(draft: Draft) -> None:
    """Put the audited figure a fen below, on or above the threshold that the total has passed."""
    kind = _threshold_kind(draft)
    if kind and (row := draft.project(kind)):
        name = "audited_digital_cost" if kind == "traditional" else "audited_cost"
        row[name] = LEAST[kind] * WAN + draft.rng.choice(NEAR)
        row["total_investment"] = max(row.get("total_investment", 0), row[name], LEAST[kind] * WAN)


def forget_amount(draft: Draft) -> None:
    """Take an audited figure away, or state that it is nothing."""
    if row := draft.project():
        name = "audited_digital_cost" if "traditional" in row["kinds"] else "audited_cost"
        _set_or_drop(draft, row, draft.rng.choice((name, "audited_cost")), 0)


def soft_costs(draft: Draft) -> None:
    """Give a smart project hard and soft costs around the 30 % limits."""
    if row := draft.project("smart"):
        whole = min(row.get("audited_cost", 0), draft.rng.randint(2_000, 24_000) * WAN)
        soft = whole * draft.rng.choice((0, 30, 31, 35, 40, 50, 70)) // 100
        row.update(hard_cost=whole - soft, soft_cost=soft)
        if draft.rng.random() < 0.1:
            del row["hard_cost"]


def forget_years(draft: Draft) -> None:
    """Forget when a project may be filed."""
    if row := draft.project():
        row.pop("filing_years", None)


def age_at_three_years(draft: Draft) -> None:
    """Found a green applicant three years before ``as_of``, give or take a day."""
    if row := _green(draft):
        day = draft.as_of
        founded = date(day.year - 3, day.month, min(day.day, 28)) + draft.rng.choice((-1, 0, 1, 2)) * DAY
        if day in (date(2027, 2, 28), date(2027, 3, 1)) and draft.rng.random() < 0.5:
            founded = date(2024, 2, 29)
        company = draft.company(row["applicant"])
        _set_or_drop(draft, company, "established", str(founded))
        if draft.rng.random() < 0.5:
            company.pop("parent", None)


def age_with_parent(draft: Draft) -> None:
    """Give a young green applicant a parent: old or young, near or elsewhere, of its trade or not."""
    if not (row := _green(draft)):
        return
    rng = draft.rng
    child = draft.company(row["applicant"])
    days = rng.randint(200, 1_000)
    child.update(established=str(draft.as_of - days * DAY), parent="H")
    parent = {key: value for key, value in child.items() if key != "parent"} | {"id": "H"}
    three_years_ago = date(draft.as_of.year - 3, draft.as_of.month, min(draft.as_of.day, 28))
    rest = (draft.as_of - three_years_ago).days - days
    if rng.random() < 0.5:
        parent["established"] = str(draft.as_of - (rest + rng.choice(NEAR)) * DAY)
    else:
        parent["established"] = str(draft.as_of - rng.randint(1_000, 5_000) * DAY)
    if rng.random() < 0.55:
        name, value = rng.choice(
            (("operates_in_shenzhen", False), ("legal_person", False), ("industry_code", "7212"))
        )
        _set_or_drop(draft, parent, name, value)
    draft.companies = [company for company in draft.companies if company["id"] != "H"] + [parent]
    for company in draft.companies[:-1]:
        if company is not child:
            company.pop("parent", None)


def exclude_project(draft: Draft) -> None:
    """Let a green project be of a restricted industry or a government investment."""
    if row := _green(draft):
        name = draft.rng.choice(("restricted_industry", "government_invested"))
        _set_or_drop(draft, row, name, value=True)


def energy_at_mean(draft: Draft) -> None:
    """Put the energy of three years on, just below or just above a mean of 1,000 tce."""
    if row := _green(draft, "energy"):
        year, rng = draft.as_of.year, draft.rng
        first, second = rng.randint(600, 1_400), rng.randint(600, 1_400)
        third: object = Decimal(3_000 - first - second) + rng.choice(NEAR) * Decimal("0.000001")
        table = {year - 1: first, year - 2: second, year - 3: third, year - 4: 99_999}
        if rng.random() < 0.2:
            del table[year - rng.choice((1, 2, 3))]
        draft.company(row["applicant"])["energy_tce"] = table


def saving_at_limit(draft: Draft) -> None:
    """Put the energy saved around 50 tce and the carbon around 150 t, or take them away."""
    if row := _green(draft, "energy"):
        rng = draft.rng
        low = Decimal("49.999999")
        _set_or_drop(draft, row, "energy_saving_tce", rng.choice((low, low, low, 50)))
        _set_or_drop(draft, row, "carbon_reduction_t", rng.choice((Decimal("149.999999"), 150, 150, 151)))
        _set_or_drop(draft, row, "benchmark_energy", rng.random() < 0.3)


def forget_track(draft: Draft) -> None:
    """Forget a green project's track or one of its dates."""
    if row := _green(draft):
        row.pop(draft.rng.choice(("green_track", "start", "end", "stable_since")), None)


def construction_at_half(draft: Draft) -> None:
    """Put construction a fen below, on or above half of the total, or clearly below it."""
    if (row := _green(draft)) and row.get("total_investment"):
        rng, total = draft.rng, row["total_investment"]
        half = -(-total // 2)
        row["construction_investment"] = rng.choice((half - 1, half, half + 1, total // 3, total // 5))
        row["rd_cost"] = rng.randint(0, 60) * total // 100
        if rng.random() < 0.15:
            del row[rng.choice(("construction_investment", "rd_cost"))]


def _near_day(draft: Draft, day: date) -> date:
    return day + draft.rng.choice(NEAR) * DAY


def start_at_window(draft: Draft) -> None:
    """Start a green project a day before, on or after the first day of its track."""
    if row := _green(draft):
        opening = date(2022, 1, 1) if row.get("green_track") == "energy" else date(2022, 7, 1)
        row["start"] = str(_near_day(draft, opening))


def end_at_window(draft: Draft) -> None:
    """End a green project a day before, on or after the last day of its track."""
    if row := _green(draft):
        closing = date(2023, 12, 31) if row["green_track"] == "energy" else date(2024, 6, 30)
        end = _near_day(draft, closing)
        row.update(start="2022-07-15", end=str(end), stable_since=str(end + DAY))


def two_years_of_works(draft: Draft) -> None:
    """Let the works of a green project last two years, give or take a day."""
    if row := _green(draft):
        energy = row["green_track"] == "energy"
        start = date(2022, 1, 1) if energy else date(2022, 7, 1)
        end = _near_day(draft, start.replace(year=2024))
        row.update(start=str(start), end=str(end), stable_since=str(end + DAY))


def run_of_a_year(draft: Draft) -> None:
    """Let a stable run reach its year around the end of the window or ``as_of``."""
    if row := _green(draft, "energy"):
        last = date(2025, 5, 16) if 2025 in draft.horizon else draft.as_of
        since = _near_day(draft, last.replace(year=last.year - 1, day=min(last.day, 28)))
        if since > date.fromisoformat(row.get("end", "2023-12-31")):
            row["stable_since"] = str(since)


def solid_waste_firm(draft: Draft) -> None:
    """Deny or forget what the guide asks of a firm on the solid-waste track."""
    if row := _green(draft, "solid-waste"):
        company = draft.company(row["applicant"])
        if draft.rng.random() < 0.4:
            _set_or_drop(draft, company, "resource_utilisation", value=False)
        else:
            for name in ("high_tech", "own_ip"):
                _set_or_drop(draft, company, name, draft.rng.random() < 0.15)


def finished_in_force(draft: Draft) -> None:
    """End a project around the first day of the measures."""
    if row := draft.project():
        if "green_track" in row and row["green_track"] == "energy":
            return
        end = _near_day(draft, date(2024, 1, 1))
        row.update(start="2022-07-15", end=str(end), stable_since=str(end + DAY))


def edge_of_force(draft: Draft) -> None:
    """Plan for the years around the beginning or the end of the measures."""
    horizon = draft.rng.choice(([2023], [2023, 2024], [2027, 2028], [2028], [2028, 2029], [2029]))
    draft.horizon = horizon
    for row in draft.projects:
        if "filing_years" in row:
            row["filing_years"] = [draft.rng.choice(horizon)] if draft.rng.random() < 0.5 else horizon


def held_before(draft: Draft) -> None:
    """Let history hold a claim on one of the projects, or a refused one."""
    if (row := draft.project()) and not draft.history:
        _record(draft, row["applicant"], row["id"], draft.rng.choice(row["kinds"]), past=True)


def held_elsewhere(draft: Draft) -> None:
    """Let history hold a claim of an applicant on a project that is not in the portfolio."""
    if (row := draft.project()) and not draft.history:
        kinds = [kind for kind in row["kinds"] if kind != "green"] or ["smart"]
        _record(draft, row["applicant"], "P0", draft.rng.choice(kinds), past=False)


def six_filed_first(draft: Draft) -> None:
    """Let a green applicant have filed under another article in the year in which green is planned."""
    if (row := _green(draft)) and row.get("filing_years") and not draft.history:
        kind = draft.rng.choice(("equipment", "iiot", "traditional", "fusion"))
        entry = {"applicant": row["applicant"], "subject": "P0", "benefit": kind, "status": "filed"}
        draft.history.append(entry | {"year": row["filing_years"][0]})


def _record(draft: Draft, applicant: str, subject: str, kind: str, *, past: bool) -> None:
    years = [draft.horizon[0] - 1] if past else draft.horizon
    draft.history.append(
        {
            "applicant": applicant,
            "subject": subject,
            "benefit": kind,
            "year": draft.rng.choice(years),
            "status": draft.rng.choice(("filed", "granted", "granted", "refused")),
        }
    )


def round_off(row: Row) -> None:
    """Cut the figures of a project so that splitting a cost leaves no two claims with a fraction of a fen.

    Whole 万元, and hard costs that 3/7 divides: then the oracle need not search between two corners.
    """
    row.update({name: row[name] // WAN * WAN for name in ("audited_cost", "rd_cost") if name in row})
    if "hard_cost" in row:
        row["hard_cost"] = row["hard_cost"] // (7 * WAN) * 7 * WAN
        row["soft_cost"] = row["soft_cost"] // (7 * WAN) * 7 * WAN
    for name in ("audited_digital_cost", "construction_investment"):
        if name in row:
            row[name] = -(-row[name] // WAN) * WAN


def share_cost(draft: Draft) -> None:
    """Let two or three projects share cost."""
    rng = draft.rng
    group = rng.sample(draft.projects, k=min(len(draft.projects), rng.choice((2, 2, 3))))
    for row in group:
        round_off(row)
    for one, other in pairwise(group):
        least = min(one.get("audited_cost", 0), other.get("audited_cost", 0))
        amount = least * rng.choice((5, 10, 25, 50, 90)) // 100 // WAN * WAN
        one.setdefault("shared_cost", {})[other["id"]] = amount
        if rng.random() < 0.3:
            other.setdefault("shared_cost", {})[one["id"]] = amount


# How often each twist comes, beside the others; what a reading hangs on comes more often.
TWISTS: dict[Callable[[Draft], None], int] = {
    deny_company_fact: 7,
    deny_standing: 3,
    deny_project_fact: 5,
    not_filed: 3,
    move_code: 6,
    no_sector: 1,
    total_at_threshold: 26,
    audited_at_threshold: 10,
    forget_amount: 3,
    soft_costs: 14,
    forget_years: 1,
    age_at_three_years: 3,
    age_with_parent: 22,
    exclude_project: 8,
    energy_at_mean: 8,
    saving_at_limit: 26,
    forget_track: 2,
    construction_at_half: 20,
    start_at_window: 11,
    end_at_window: 9,
    two_years_of_works: 10,
    run_of_a_year: 7,
    solid_waste_firm: 12,
    finished_in_force: 2,
    edge_of_force: 1,
    held_before: 2,
    held_elsewhere: 2,
    six_filed_first: 6,
}
