"""Articles 8 and 9 of 深府办规〔2023〕6号: platforms, providers, events; what the law asks and pays."""

from __future__ import annotations

from fractions import Fraction

from .amounts import Grant
from .conditions import MANUFACTURING, NamedStatus, in_force
from .facts import UNKNOWN, WAN, Case, Row, Status, at_least, some, truth

PLATFORMS = ("iiot-platform", "iiot-provider", "iiot-event", "public-platform")

RATE = {"iiot-platform": 30, "iiot-provider": 30, "iiot-event": 30, "public-platform": 20}
CAP = {
    "iiot-platform": 1_000 * WAN,
    "iiot-provider": 300 * WAN,
    "iiot-event": 300 * WAN,
    "public-platform": 500 * WAN,
}
# 「总投入达到100万元及以上的平台建设项目」; article 8 has no such sentence.
PUBLIC_THRESHOLD = 100 * WAN


def platform_conditions(case: Case, project: Row, kind: str) -> list[NamedStatus]:
    """Return what articles 8 and 9 ask of a project, the same in every year."""
    company = case.applicant(project)
    if kind == "iiot-platform":
        return [("maker_or_provider", some(_manufacturer(company), truth(company.get("service_provider"))))]
    if kind == "iiot-provider":
        return [("service_provider", truth(company.get("service_provider")))]
    if kind == "iiot-event":
        return []
    found = [("public_threshold", at_least(case.fen(project, "total_investment"), PUBLIC_THRESHOLD))]
    if case.says("threshold", "audited"):
        audited = at_least(case.fen(project, "audited_cost"), PUBLIC_THRESHOLD)
        found.append(("public_audited_threshold", audited))
    return found


def platform_year(case: Case, project: Row, year: int) -> list[NamedStatus]:
    """Return what the term of the measures asks of a filing year."""
    return [("platform_in_force", in_force(case, project, year))]


def platform_grant(case: Case, project: Row, kind: str) -> Grant | None:
    """Return how a platform is paid for; ``None`` without its audited cost."""
    audited = case.fen(project, "audited_cost")
    return None if audited is None else Grant(Fraction(audited), Fraction(RATE[kind], 100), CAP[kind])


def _manufacturer(company: Row) -> Status:
    code = company.get("industry_code")
    return UNKNOWN if code is None else truth(MANUFACTURING[0] <= str(code) <= MANUFACTURING[1])
