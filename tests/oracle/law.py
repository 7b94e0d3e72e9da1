"""The exhaustive oracle: which claims of articles 1–11 a portfolio may make, and the best set of them.

Written from the source texts and the outside contract alone, in plain Python, so that it can judge the
engine: it neither imports nor mirrors it. Every rule about several claims is stated as "these two cannot
both stand", and the best set is found by trying all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .amounts import Grant, grant, split_amounts
from .conditions import GREEN, KINDS, NamedStatus, lasting_conditions, yearly_conditions
from .facts import FAILED, MET, UNKNOWN, Case, Row
from .honours import HONOUR, award, honour_conditions, same_award
from .platforms import PLATFORMS, platform_conditions, platform_grant, platform_year

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, order=True)
class Claim:
    """One filing: who, for which project or honour, under which kind, in which year, and its fen."""

    applicant: str
    project: str
    kind: str
    year: int
    amount: int = 0
    track: str | None = None


@dataclass(frozen=True)
class Offer:
    """A claim that may be made, with the way it is computed (shared cost may lower it)."""

    claim: Claim
    grant: Grant


def best(portfolio: Row, readings: dict[str, str]) -> tuple[int, list[Claim]]:
    """Return the greatest lawful total in fen and a set of claims that brings it.

    Among sets of equal worth any one is returned. ``readings`` holds the answers that differ from the
    defaults; ``ValueError`` for an answer that does not exist.
    """
    case = Case.of(portfolio, readings)
    total, claims = 0, []
    for part in _parts(case, offers(case)):
        worth, chosen = _Search(case, part).run()
        total += worth
        claims += chosen
    return total, sorted(claims)


def greedy(portfolio: Row, readings: dict[str, str]) -> int:
    """Return the total in fen of taking the biggest lawful claim first, again and again."""
    case = Case.of(portfolio, readings)
    taken: list[Offer] = []
    total = 0
    for offer in sorted(offers(case), key=lambda one: (-one.claim.amount, one.claim)):
        if any(clash(case, offer.claim, other.claim) for other in taken):
            continue
        worth = sum(_paid(case, [*taken, offer]))
        if worth > total:
            taken.append(offer)
            total = worth
    return total


def statuses(portfolio: Row, readings: dict[str, str]) -> dict[tuple[str, str], list[NamedStatus]]:
    """Return for each project and kind of articles 1–7 every condition with its status.

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
    for name, row in case.honours.items():
        found[name, HONOUR] = honour_conditions(case, row)
    return found


def offers(case: Case) -> list[Offer]:
    """Return every claim that may be made taken alone, beside what history holds."""
    held = held_claims(case)
    found = []
    for project, row in case.projects.items():
        for kind in _kinds(row):
            own = _grant(case, row, kind)
            if own is None or not _all_met(_lasting(case, row, kind)):
                continue
            own = _without_funded_cost(case, project, own, held)
            claims = (_claim(row, kind, year, own.amount()) for year in _years(case, row))
            found += [
                Offer(claim, own)
                for claim in claims
                if claim.amount
                and _all_met(_yearly(case, row, kind, claim.year))
                and not any(barred(case, claim, other) for other in held)
            ]
    return found + [o for o in _awards(case) if not any(barred(case, o.claim, other) for other in held)]


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


def held_claims(case: Case) -> list[Claim]:
    """Return the claims of articles 1–11 that were filed or granted before; refused ones bind nothing."""
    held = []
    for row in case.history:
        if row["status"] in {"filed", "granted"} and row["benefit"] in {*KINDS, *PLATFORMS, HONOUR}:
            subject = str(row["subject"])
            track = case.projects.get(subject, {}).get("green_track")
            held.append(
                Claim(str(row["applicant"]), subject, str(row["benefit"]), int(row["year"]), track=track)
            )
    return held


def clash(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two claims cannot both stand."""
    if HONOUR in {one.kind, other.kind}:
        return _clash_of_honours(case, one, other)
    of_platforms = one.kind in PLATFORMS or other.kind in PLATFORMS
    if one.project == other.project and of_platforms:
        # 附则 binds 1–7 only; but what one year's claim was paid for is not paid for in another.
        return one.kind == other.kind and (one.year == other.year or not case.says("reclaim", "yearly"))
    if one.project == other.project:
        again = one.year != other.year and case.says("reclaim", "yearly")
        return not again or _clash_in_company(case, one, other)
    if case.says("cost-overlap", "exclude") and case.common_cost(one.project, other.project):
        return True
    return not of_platforms and one.applicant == other.applicant and _clash_in_company(case, one, other)


def _clash_of_honours(case: Case, one: Claim, other: Claim) -> bool:
    """Return whether two claims are one award of one company."""
    if one.kind != other.kind or one.applicant != other.applicant:
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


def _without_funded_cost(case: Case, project: str, own: Grant, held: list[Claim]) -> Grant:
    """Return the grant less the cost that a held claim of another project has already counted."""
    others = {claim.project for claim in held} - {project}
    funded = sum(case.common_cost(project, other) for other in others)
    return Grant(max(own.base - funded, own.base * 0), own.rate, own.cap) if funded else own


def _open_shares(case: Case) -> dict[frozenset[str], int]:
    """Return the shared costs that are still to be split: neither project holds a claim yet."""
    held = {claim.project for claim in held_claims(case)}
    return {pair: fen for pair, fen in case.shared.items() if not pair & held}


def _paid(case: Case, chosen: list[Offer]) -> list[int]:
    if case.says("cost-overlap", "exclude") or not case.shared:
        return [offer.claim.amount for offer in chosen]
    projects = [offer.claim.project for offer in chosen]
    return split_amounts(projects, [offer.grant for offer in chosen], _open_shares(case))


def _parts(case: Case, found: list[Offer]) -> list[list[Offer]]:
    """Return the offers in groups that have nothing to do with each other."""
    parts: list[list[Offer]] = []
    for offer in found:
        near = [part for part in parts if any(_touch(case, offer.claim, one.claim) for one in part)]
        parts = [part for part in parts if part not in near]
        parts.append([offer, *(one for part in near for one in part)])
    return parts


def _touch(case: Case, one: Claim, other: Claim) -> bool:
    if one.project == other.project or case.common_cost(one.project, other.project):
        return True
    return clash(case, one, other)


class _Search:
    """Every lawful set of some offers, one project (or project and year) after the other.

    Branches are cut only where even the full amounts of all that is left cannot beat the best so far.
    """

    def __init__(self, case: Case, found: list[Offer]) -> None:
        self._case = case
        self._offers = sorted(found, key=lambda one: (-one.claim.amount, one.claim))
        self._amounts = [one.claim.amount for one in self._offers]
        self._against = [
            sum(1 << j for j, b in enumerate(self._offers) if clash(case, a.claim, b.claim))
            for a in self._offers
        ]
        slots: dict[object, list[int]] = {}
        for index, offer in enumerate(self._offers):
            yearly = case.says("reclaim", "yearly")
            # Of 1–7 a project takes one; each platform category stands by itself.
            group = offer.claim.kind if offer.claim.kind in PLATFORMS else ""
            slot = (offer.claim.project, group, offer.claim.year if yearly else 0)
            slots.setdefault(slot, []).append(index)
        self._slots = list(slots.values())
        self._best = 0
        self._chosen: list[Claim] = []

    def run(self) -> tuple[int, list[Claim]]:
        """Return the best total and its claims."""
        self._walk(0, (1 << len(self._offers)) - 1, 0, [])
        return self._best, self._chosen

    def _walk(self, slot: int, allowed: int, worth: int, taken: list[int]) -> None:
        if worth + self._most(slot, allowed) <= self._best:
            return
        if slot == len(self._slots):
            self._judge(taken)
            return
        for index in self._slots[slot]:
            if allowed >> index & 1:
                rest = allowed & ~self._against[index]
                self._walk(slot + 1, rest, worth + self._amounts[index], [*taken, index])
        self._walk(slot + 1, allowed, worth, taken)

    def _most(self, slot: int, allowed: int) -> int:
        """Return more than the slots left can bring: the largest allowed amount of each."""
        return sum(
            next((self._amounts[index] for index in indices if allowed >> index & 1), 0)
            for indices in self._slots[slot:]
        )

    def _judge(self, taken: list[int]) -> None:
        chosen = [self._offers[index] for index in taken]
        paid = _paid(self._case, chosen)
        # A claim worth nothing is never made; the same set without it is tried on its own.
        if all(paid) and sum(paid) > self._best:
            self._best = sum(paid)
            claims = [offer.claim for offer in chosen]
            self._chosen = [
                Claim(one.applicant, one.project, one.kind, one.year, fen, one.track)
                for one, fen in zip(claims, paid, strict=True)
            ]
