"""The exhaustive oracle: which claims a portfolio may make, and the best set of them.

Written from the source texts and the outside contract alone, in plain Python, so that it can judge the
engine: it neither imports nor mirrors it. Every rule about several claims is stated as "these two cannot
both stand" (``rivals.py``), as "these applicants may file together" (``filings.py``) or as a sum that is
cut (``worth.py``), and the best set is found by trying all of them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from .amounts import Grant, grant
from .claims import INTEREST, REWARD, Claim, Offer, held_claims
from .conditions import GREEN, KINDS, NamedStatus, lasting_conditions, yearly_conditions
from .facts import FAILED, MET, UNKNOWN, Case, Row
from .filings import lawful_groups, may_file_together
from .honours import HONOUR, award, honour_conditions
from .interest import loan_conditions, loan_offers, loan_year
from .platforms import PLATFORMS, platform_conditions, platform_grant, platform_year
from .reward import increment_status, offered, reward_conditions, reward_offers, reward_year
from .rivals import barred, clash
from .search import Search, carried, parts
from .worth import paid, without_funded_cost, worth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def best(portfolio: Row, readings: dict[str, str]) -> tuple[int, list[Claim]]:
    """Return the greatest lawful total in fen and a set of claims that brings it.

    Among sets of equal worth any one is returned, each claim with what it brings before shared caps and
    yearly funds. ``readings`` holds the answers that differ from the defaults; ``ValueError`` for an answer
    that does not exist.
    """
    case = Case.of(portfolio, readings)
    most: tuple[int, list[Claim]] = (0, [])
    for allowed in _filing_together(case, offers(case)):
        total, claims = 0, []
        for part in parts(case, allowed):
            fen, chosen = Search(case, part).run()
            total += fen
            claims += chosen
        most = max(most, (total, sorted(claims)), key=lambda one: one[0])
    return most


def best_with(portfolio: Row, readings: dict[str, str], subject: str, benefit: str) -> int | None:
    """Return the greatest lawful total in fen with a claim of a subject under a benefit.

    ``None`` where no lawful set holds one.
    """
    case, most = Case.of(portfolio, readings), -1
    for allowed in _filing_together(case, offers(case)):
        groups = parts(case, allowed)
        free = [Search(case, group).run()[0] for group in groups]
        for offer in allowed:
            if (offer.claim.project, offer.claim.kind) == (subject, benefit):
                place = next(i for i, group in enumerate(groups) if offer in group)
                held = Search(case, groups[place], offer).run()[0]
                most = max(most, sum(free) - free[place] + held if held >= 0 else -1)
    return None if most < 0 else most


def _filing_together(case: Case, found: list[Offer]) -> Iterator[list[Offer]]:
    """Yield the offers of every choice of applicants that may file together, year by year."""
    held = held_claims(case)
    years = sorted({offer.claim.year for offer in found})
    filing = [{offer.claim.applicant for offer in found if offer.claim.year == year} for year in years]
    for groups in product(
        *(lawful_groups(case, year, names, held) for year, names in zip(years, filing, strict=True))
    ):
        may = dict(zip(years, groups, strict=True))
        yield [offer for offer in found if offer.claim.applicant in may[offer.claim.year]]


def greedy(portfolio: Row, readings: dict[str, str]) -> int:
    """Return the total in fen of taking the biggest lawful claim first, again and again."""
    case = Case.of(portfolio, readings)
    taken: list[Offer] = []
    total = 0
    for offer in sorted(offers(case), key=lambda one: (-one.claim.amount, one.claim)):
        together = [*taken, offer]
        if lawful(case, [one.claim for one in together]):
            more = worth(case, paid(case, together))
            if more > total:
                taken, total = together, more
    return total


def lawful(case: Case, claims: list[Claim]) -> bool:
    """Return whether claims, each of which may be made taken alone, may be made together."""
    held = held_claims(case)
    years = {one.year for one in claims}
    filing = {year: {one.applicant for one in claims if one.year == year} for year in years}
    before = {year: {one.applicant for one in held if one.year == year} for year in years}
    return (
        not any(clash(case, one, other) for i, one in enumerate(claims) for other in claims[:i])
        and carried(case, claims, held)
        and all(may_file_together(case, year, filing[year], before[year]) for year in years)
    )


def statuses(portfolio: Row, readings: dict[str, str]) -> dict[tuple[str, str], list[NamedStatus]]:
    """Return for each subject and benefit every condition with its status.

    A condition that depends on the filing year stands once for each year planned and offered, under the
    same name. ``filing_years`` is met or unknown, ``amount`` fails where it is nothing.
    """
    case = Case.of(portfolio, readings)
    found = {}
    for project, row in case.projects.items():
        for kind in _kinds(row):
            rows = [*_lasting(case, row, kind), _amount_status(case, row, kind)]
            rows.append(("filing_years", UNKNOWN if row.get("filing_years") is None else MET))
            for year in _years(case, row):
                rows += _yearly(case, row, kind, year)
            found[project, kind] = rows
        if REWARD in (row.get("kinds") or ()):
            rows = reward_conditions(case, row)
            for year in case.horizon:
                rows += [*reward_year(case, row, year), offered(row, year), increment_status(case, row, year)]
            found[project, REWARD] = rows
    for name, row in case.honours.items():
        found[name, HONOUR] = honour_conditions(case, row)
    for name, row in case.loans.items():
        found[name, INTEREST] = loan_conditions(case, row)
        for year in _years(case, row):
            found[name, INTEREST] += loan_year(case, row, year)
    return found


def offers(case: Case) -> list[Offer]:
    """Return every claim that may be made taken alone, beside what history holds."""
    held = held_claims(case)
    found = [*_of_cost(case, held), *_awards(case), *loan_offers(case), *reward_offers(case)]
    return [offer for offer in found if not any(barred(case, offer.claim, other) for other in held)]


def _of_cost(case: Case, held: list[Claim]) -> list[Offer]:
    """Return every claim of articles 1–9 that meets its conditions."""
    found = []
    for project, row in case.projects.items():
        for kind in _kinds(row):
            own = _grant(case, row, kind)
            if own is None or not _all_met(_lasting(case, row, kind)):
                continue
            own = without_funded_cost(case, project, own, held)
            claims = (_claim(row, kind, year, own.amount()) for year in _years(case, row))
            found += [
                Offer(claim, own)
                for claim in claims
                if claim.amount and _all_met(_yearly(case, row, kind, claim.year))
            ]
    return found


def _awards(case: Case) -> list[Offer]:
    """Return every honour that may be claimed, in the year of its recognition."""
    found = []
    for name, row in case.honours.items():
        fen = award(case, row)
        if fen is not None and row.get("year") in case.horizon and _all_met(honour_conditions(case, row)):
            claim = Claim(str(row["holder"]), name, HONOUR, int(row["year"]), fen)
            found.append(Offer(claim, Grant(Fraction(fen), Fraction(1), fen)))
    return found


def _lasting(case: Case, row: Row, kind: str) -> list[NamedStatus]:
    return (platform_conditions if kind in PLATFORMS else lasting_conditions)(case, row, kind)


def _yearly(case: Case, row: Row, kind: str, year: int) -> list[NamedStatus]:
    if kind in PLATFORMS:
        return platform_year(case, row, year)
    return yearly_conditions(case, row, kind, year)


def _grant(case: Case, row: Row, kind: str) -> Grant | None:
    return (platform_grant if kind in PLATFORMS else grant)(case, row, kind)


def _kinds(project: Row) -> list[str]:
    return [kind for kind in (*KINDS, *PLATFORMS) if kind in (project.get("kinds") or ())]


def _years(case: Case, project: Row) -> list[int]:
    offered = {int(year) for year in project.get("filing_years") or ()}
    return [year for year in case.horizon if year in offered]


def _claim(project: Row, kind: str, year: int, amount: int) -> Claim:
    track = project.get("green_track") if kind == GREEN else None
    return Claim(str(project["applicant"]), str(project["id"]), kind, year, amount, track)


def _all_met(conditions: Iterable[NamedStatus]) -> bool:
    return all(status == MET for _, status in conditions)


def _amount_status(case: Case, project: Row, kind: str) -> NamedStatus:
    own = _grant(case, project, kind)
    if own is None:
        return ("amount", UNKNOWN)
    return ("amount", MET if own.amount() else FAILED)
