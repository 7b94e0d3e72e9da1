"""粤府办〔2014〕51号 (八): the reward after completion, out of what a company pays more in taxes.

「从２０１５年起，对…规模以上工业企业…从完工下一年起连续三年内，按对财政贡献增量额度中省级分成部分的
６０％、地市级分成部分的５０％、县级分成部分的４０％实行以奖代补」. Where the outside contract is silent the
oracle reads:

- The reward of year t is filed in t, which the project must offer; 从２０１５年起 is about t,
  or about the completion if reward-start says so.
- Where the three years of several projects of a company overlap and the increment is the company's, the
  latest completion year of those that meet every condition counts: in whatever years the projects are
  offered, whatever the increment then is. That it is known when a project may be filed is a condition, as
  for every benefit.
- A level whose share is missing in t or in the baseline year leaves the reward unknown: no claim.
- It is no claim of articles 1–7 and pays for no cost: it stands beside everything but another reward of
  the same company (of the same project, if each is rewarded) and year.
"""

from __future__ import annotations

from fractions import Fraction

from .amounts import Grant
from .claims import REWARD, Claim, Offer
from .conditions import NamedStatus, industrial
from .facts import MET, UNKNOWN, Case, Row, day, denied, money, truth

RATES = {"province": Fraction(60, 100), "city": Fraction(50, 100), "county": Fraction(40, 100)}
FIRST_YEAR = 2015
YEARS = 3
# 2015年至2017年 heads the province's own fund; the reading until-2017 lets it bind the reward too.
TAIL = 2017
SHENZHEN = "深圳"
GUANGDONG = {
    "广州", "深圳", "珠海", "汕头", "佛山", "韶关", "河源", "梅州", "惠州", "汕尾", "东莞",
    "中山", "江门", "阳江", "湛江", "茂名", "肇庆", "清远", "潮州", "揭阳", "云浮",
}  # fmt: skip


def reward_conditions(case: Case, project: Row) -> list[NamedStatus]:
    """Return what the reward asks of a project and its applicant, the same in every year."""
    company = case.applicant(project)
    city = company.get("city")
    name = None if city is None else str(city).removesuffix("市")
    found = [
        ("reward_industrial", industrial(company)),
        ("in_guangdong", UNKNOWN if name is None else truth(name in GUANGDONG)),
        ("above_scale", truth(company.get("above_scale"))),
        ("filing_certificate", truth(project.get("filing_certificate"))),
        ("in_catalogue", truth(project.get("in_catalogue"))),
        ("reward_not_restricted", denied(project.get("restricted_industry"))),
        ("reward_completed", truth(project.get("completed"))),
        ("reward_years", UNKNOWN if project.get("filing_years") is None else MET),
        ("completion_known", UNKNOWN if project.get("end") is None else MET),
    ]
    completed = day(project.get("end"))
    if case.says("reward-start", "completion"):
        since = UNKNOWN if completed is None else truth(completed.year >= FIRST_YEAR)
        found.append(("completed_from_2015", since))
    if case.says("shenzhen-reward", "pending"):
        # 深府办〔2015〕20号 (十一): 「待省出台具体实施细则后，参照省事后奖补政策，另行研究制定」.
        found.append(("not_pending", UNKNOWN if name is None else truth(name != SHENZHEN)))
    return found


def reward_year(case: Case, project: Row, year: int) -> list[NamedStatus]:
    """Return what the law asks of the year of a reward."""
    end = day(project.get("end"))
    found = [
        ("within_three_years", UNKNOWN if end is None else truth(end.year < year <= end.year + YEARS)),
        ("from_2015", truth(year >= FIRST_YEAR)),
    ]
    if case.says("reward-tail", "until-2017"):
        found.append(("until_2017", truth(year <= TAIL)))
    return found


def offered(project: Row, year: int) -> NamedStatus:
    """Return whether a project may be filed in a year."""
    return ("reward_offered", truth(year in {int(one) for one in project.get("filing_years") or ()}))


def increment(case: Case, project: Row, year: int) -> Fraction | None:
    """Return the fen, not yet floored, that a year brings: ``None`` if a share is missing."""
    completed = day(project.get("end"))
    if completed is None:
        return None
    base_year = {
        "year-before": completed.year - 1,
        "completion-year": completed.year,
        "year-on-year": year - 1,
    }[case.readings["baseline"]]
    table = {int(key): row for key, row in (case.applicant(project).get("fiscal_contribution") or {}).items()}
    brought = Fraction(0)
    for level, rate in RATES.items():
        now, then = (money((table.get(one) or {}).get(level), case.unit) for one in (year, base_year))
        if now is None or then is None:
            return None
        more = now - then
        brought += rate * (max(0, more) if case.says("negative-increment", "floor-each-level") else more)
    return max(Fraction(0), brought)


def increment_status(case: Case, project: Row, year: int) -> NamedStatus:
    """Return whether a year brings something."""
    brought = increment(case, project, year)
    return ("increment", UNKNOWN if brought is None else truth(brought > 0))


def reward_offers(case: Case) -> list[Offer]:
    """Return every reward that may be claimed taken alone; history is not looked at."""
    rows = [row for row in case.projects.values() if REWARD in (row.get("kinds") or ())]
    found = []
    for year in case.horizon:
        fit = [
            row
            for row in rows
            if all(s == MET for _, s in reward_conditions(case, row) + reward_year(case, row, year))
        ]
        for row in fit:
            latest = max(_completed(other) for other in fit if other["applicant"] == row["applicant"])
            brought = increment(case, row, year)
            earlier = _completed(row) < latest and case.says("reward-increment", "per-company")
            if earlier or brought is None or brought < 1 or offered(row, year)[1] != MET:
                continue
            fen = int(brought // 1)
            claim = Claim(str(row["applicant"]), str(row["id"]), REWARD, year, fen)
            found.append(Offer(claim, Grant(brought, Fraction(1), fen)))
    return found


def _completed(project: Row) -> int:
    end = day(project.get("end"))
    return 0 if end is None else end.year
