"""Which two claims cannot both stand, and which cannot stand beside one that history holds."""

from __future__ import annotations

from .claims import INTEREST, OF_COST, REWARD, Claim
from .conditions import GREEN, KINDS
from .facts import Case
from .honours import same_award
from .interest import same_loan_clash
from .platforms import PLATFORMS


def clash(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two claims cannot both stand."""
    if not {one.kind, other.kind} <= OF_COST:
        return one.kind == other.kind and _clash_beside_cost(case, one, other)
    of_platforms = one.kind in PLATFORMS or other.kind in PLATFORMS
    if one.project == other.project and of_platforms:
        # 附则 binds 1–7 only; but what one year's claim was paid for is not paid for in another.
        if one.kind != other.kind:
            return case.says("platform-cost", "one-claim")
        return one.year == other.year or not case.says("reclaim", "yearly")
    if one.project == other.project:
        again = one.year != other.year and case.says("reclaim", "yearly")
        return not again or _clash_in_company(case, one, other)
    if case.says("cost-overlap", "exclude") and case.common_cost(one.project, other.project):
        return True
    return not of_platforms and one.applicant == other.applicant and _clash_in_company(case, one, other)


def _clash_beside_cost(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two honours, two claims on interest or two rewards cannot both stand."""
    same_year = one.applicant == other.applicant and one.year == other.year
    if one.kind == REWARD:
        return same_year and (one.project == other.project or case.says("reward-increment", "per-company"))
    if one.kind == INTEREST:
        one_a_year = same_year and case.says("per-category", "with-interest")
        return one_a_year or (one.project == other.project and same_loan_clash(case, one, other))
    return _one_award(case, one, other)


def _one_award(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two honours are one award of one company."""
    if one.applicant != other.applicant:
        return False
    rows = case.honours.get(one.project), case.honours.get(other.project)
    if one.project == other.project:
        return True
    return rows[0] is not None and rows[1] is not None and same_award(case, rows[0], rows[1])


def _clash_in_company(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether 「选择其中一类」 and the guide's notes keep one company from making both claims."""
    if case.says("exclusivity", "one-ever") and one.kind != other.kind:
        return True
    if one.year != other.year:
        return False
    green_and_other = (one.kind == GREEN) != (other.kind == GREEN)
    return (
        case.says("exclusivity", "one-a-year")
        or (case.says("exclusivity", "green-alone") and green_and_other)
        or _one_category(case, one, other)
    )


def barred(case: Case, claim: Claim, held: Claim) -> bool:
    """Return whether a claim cannot be made beside one already filed or granted."""
    if (
        case.says("exclusivity", "green-after-others")
        and claim.kind == GREEN
        and held.kind in KINDS
        and held.kind != GREEN
        and (claim.applicant, claim.year) == (held.applicant, held.year)
    ):
        # 「如同一年度申报单位已申报以下项目…则不可申报本项目」: within a plan green goes first,
        # but what history holds was filed before it.
        return True
    return clash(case, claim, held)


def _one_category(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two claims of one company and year fall in a category that takes one project."""
    if one.kind != other.kind:
        return False
    if one.kind != GREEN:
        return not case.says("per-category", "green-only")
    if case.says("green-tracks", "two") and one.track is not None and other.track is not None:
        return one.track == other.track
    return True
