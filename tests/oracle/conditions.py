"""The conditions of articles 1–7 of 深府办规〔2023〕6号 and of the 2025 green guide, one function a sentence.

Each condition has a name and a status. Those that depend on the filing year are asked for a year.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from .facts import (
    MET,
    UNKNOWN,
    WAN,
    Case,
    Row,
    Status,
    anniversary,
    at_least,
    day,
    denied,
    every,
    quantity,
    some,
    triple,
    truth,
)

GREEN = "green"
KINDS = ("major", "equipment", "smart", "iiot", "traditional", GREEN, "fusion")

# 总投资额达到…及以上; article 6 has no such sentence.
THRESHOLD = {
    "major": 50_000 * WAN,
    "equipment": 2_000 * WAN,
    "smart": 1_000 * WAN,
    "iiot": 500 * WAN,
    "traditional": 100 * WAN,
    "fusion": 1_000 * WAN,
}
# The audited figure each sentence pays on: 审定总投资建设费用, in article 5 审定数字化转型费用.
AUDITED_FIELD = dict.fromkeys(KINDS, "audited_cost") | {"traditional": "audited_digital_cost"}

INDUSTRY = ("0610", "4690")
MANUFACTURING = ("1310", "4390")

FIRST_YEAR, LAST_YEAR = 2024, 2028
# Last day on which an application of the 2025 round could be handed in online.
WINDOW_END = {2025: date(2025, 5, 16)}

# Where the two tracks of the guide want start and end to lie.
TRACK_PERIOD = {
    "energy": (date(2022, 1, 1), date(2023, 12, 31)),
    "solid-waste": (date(2022, 7, 1), date(2024, 6, 30)),
}

NamedStatus = tuple[str, Status]


def lasting_conditions(case: Case, project: Row, kind: str) -> list[NamedStatus]:
    """Return the conditions of a benefit that are the same in every filing year."""
    found = _common(case, project, kind)
    if kind in THRESHOLD:
        found += _thresholds(case, project, kind)
    if kind == GREEN:
        found += _guide_basic(case, project) + _guide_track(case, project)
    return found


def yearly_conditions(case: Case, project: Row, kind: str, year: int) -> list[NamedStatus]:
    """Return the conditions of a benefit that depend on the year of filing."""
    found = [("in_force", in_force(case, project, year))]
    if kind == GREEN and project.get("green_track") == "energy":
        found.append(("stable_run", stable_run(case, project, year)))
    return found


def industrial(company: Row) -> Status:
    """Return whether a company is industrial: its four-digit code lies in 0610–4690."""
    return _code_within(company, INDUSTRY)


def _code_within(company: Row, ends: tuple[str, str]) -> Status:
    code = company.get("industry_code")
    # Four digits each, so that the order of the texts is the order of the numbers.
    return UNKNOWN if code is None else truth(ends[0] <= str(code) <= ends[1])


def _common(case: Case, project: Row, kind: str) -> list[NamedStatus]:
    company = case.applicant(project)
    if kind == "traditional":
        who = ("traditional_sector", MET if company.get("traditional_sector") else UNKNOWN)
    elif kind == "fusion":
        who = ("manufacturer", _code_within(company, MANUFACTURING))
    else:
        who = ("industrial", industrial(company))
    found = [
        who,
        ("operates_in_shenzhen", truth(company.get("operates_in_shenzhen"))),
        ("in_shenzhen", truth(project.get("in_shenzhen"))),
        ("completed", truth(project.get("completed"))),
    ]
    if case.says("filing-duty", "condition"):
        found.append(("filed_before_start", truth(project.get("filed_before_start"))))
    return found


def _thresholds(case: Case, project: Row, kind: str) -> list[NamedStatus]:
    bound = THRESHOLD[kind]
    found = [(f"{kind}_threshold", at_least(case.fen(project, "total_investment"), bound))]
    if case.says("threshold", "audited"):
        found.append((f"{kind}_audited_threshold", at_least(case.fen(project, AUDITED_FIELD[kind]), bound)))
    return found


def in_force(case: Case, project: Row, year: int) -> Status:
    """Return whether a claim filed in a year falls under the measures' five years."""
    if case.says("in-force", "application"):
        return truth(FIRST_YEAR <= year <= LAST_YEAR)
    if case.says("in-force", "payment"):
        # Paid in the year after filing.
        return truth(FIRST_YEAR <= year + 1 <= LAST_YEAR)
    end = day(project.get("end"))
    return UNKNOWN if end is None else truth(FIRST_YEAR <= end.year <= LAST_YEAR)


def _guide_basic(case: Case, project: Row) -> list[NamedStatus]:
    company = case.applicant(project)
    return [
        ("legal_person", truth(company.get("legal_person"))),
        ("company_age", company_age(case, company)),
        ("good_standing", truth(company.get("good_standing"))),
        ("not_restricted", denied(project.get("restricted_industry"))),
        ("not_government_invested", denied(project.get("government_invested"))),
    ]


def _guide_track(case: Case, project: Row) -> list[NamedStatus]:
    track = project.get("green_track")
    company = case.applicant(project)
    found: list[NamedStatus]
    if track is None:
        found = [("green_track", UNKNOWN)]
    elif track == "energy":
        found = [("energy_mean", energy_mean(case, company)), ("green_measure", green_measure(case, project))]
    else:
        found = [
            ("resource_utilisation", truth(company.get("resource_utilisation"))),
            ("high_tech_or_own_ip", some(truth(company.get("high_tech")), truth(company.get("own_ip")))),
        ]
    if track is not None:
        found += _period(project, str(track))
    if case.says("construction-half", "gate"):
        found.append(("construction_half", construction_half(case, project)))
    return found


def _period(project: Row, track: str) -> list[NamedStatus]:
    opening, closing = TRACK_PERIOD[track]
    start, end = day(project.get("start")), day(project.get("end"))
    kept = UNKNOWN if start is None or end is None else truth(triple(end) < anniversary(start, 2))
    return [
        (f"{track}_start", UNKNOWN if start is None else truth(start >= opening)),
        (f"{track}_end", UNKNOWN if end is None else truth(end <= closing)),
        (f"{track}_two_years", kept),
    ]


def company_age(case: Case, company: Row) -> Status:
    """Return whether a company has stood for three years, with its parent's age where that counts."""
    founded = day(company.get("established"))
    own = _three_years(founded, case.as_of)
    if company.get("parent") is None:
        return own
    parent = case.companies[str(company["parent"])]
    parent_founded = day(parent.get("established"))
    alike = _same_division(company, parent)
    if case.says("company-age", "parent-alone"):
        return some(own, every(alike, _three_years(parent_founded, case.as_of)))
    together = _three_years(_merged_founding(founded, parent_founded, case.as_of), case.as_of)
    eligible_parent = every(
        truth(parent.get("operates_in_shenzhen")), truth(parent.get("legal_person")), industrial(parent)
    )
    return some(own, every(alike, eligible_parent, together))


def _three_years(founded: date | None, as_of: date) -> Status:
    return UNKNOWN if founded is None else truth(anniversary(founded, 3) <= triple(as_of))


def _merged_founding(child: date | None, parent: date | None, as_of: date) -> date | None:
    """Return the child's founding day moved back by the days its parent has stood."""
    if child is None or parent is None:
        return None
    earlier = child - date.min
    return child - min(max(as_of - parent, timedelta(0)), earlier)


def _same_division(one: Row, other: Row) -> Status:
    codes = one.get("industry_code"), other.get("industry_code")
    return UNKNOWN if None in codes else truth(str(codes[0])[:2] == str(codes[1])[:2])


def energy_mean(case: Case, company: Row) -> Status:
    """Return whether the mean of the three full calendar years before ``as_of`` reaches 1,000 tce."""
    table = {int(year): quantity(value) for year, value in (company.get("energy_tce") or {}).items()}
    years = [table.get(case.as_of.year - back) for back in (1, 2, 3)]
    known = [value for value in years if value is not None]
    return UNKNOWN if len(known) < len(years) else at_least(sum(known, Fraction(0)), 3 * 1_000)


def green_measure(case: Case, project: Row) -> Status:
    """Return whether the project saves enough: energy alone for the guide, any of three for article 6."""
    saved = at_least(quantity(project.get("energy_saving_tce")), 50)
    if case.says("green-measure", "guide"):
        return saved
    carbon = at_least(quantity(project.get("carbon_reduction_t")), 150)
    return some(saved, carbon, truth(project.get("benchmark_energy")))


def construction_half(case: Case, project: Row) -> Status:
    """Return whether 建设投资 is at least half of 项目总投资."""
    construction = case.fen(project, "construction_investment")
    total = case.fen(project, "total_investment")
    return UNKNOWN if construction is None or total is None else truth(2 * construction >= total)


def stable_run(case: Case, project: Row, year: int) -> Status:
    """Return whether the plant has run for a year by the last day on which one can file."""
    since = day(project.get("stable_since"))
    last = WINDOW_END.get(year, case.as_of)
    return UNKNOWN if since is None else truth(anniversary(since, 1) <= triple(last))
