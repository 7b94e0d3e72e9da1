"""The best set of some offers, found by trying all of them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from .claims import INTEREST, REWARD, Claim, Offer, held_claims
from .conditions import KINDS
from .facts import Case
from .interest import cap_of, room
from .platforms import PLATFORMS
from .rivals import clash
from .worth import paid, worth

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence


def parts(case: Case, found: Iterable[Offer]) -> list[list[Offer]]:
    """Return the offers in groups that have nothing to do with each other."""
    groups: list[list[Offer]] = []
    for offer in found:
        near = [group for group in groups if any(_touch(case, offer.claim, one.claim) for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append([offer, *(one for group in near for one in group)])
    return groups


def _touch(case: Case, one: Claim, other: Claim) -> bool:
    if one.project == other.project or case.common_cost(one.project, other.project):
        return True
    if one.year == other.year and one.year in case.ceilings:
        return True
    if one.kind == other.kind == INTEREST and cap_of(case, one) == cap_of(case, other):
        return True
    if case.says("interest-project", "claimed") and (
        one.carrier == other.project or other.carrier == one.project
    ):
        return True
    return clash(case, one, other)


def carried(case: Case, claims: Iterable[Claim], held: Iterable[Claim]) -> bool:
    """Return whether every project that must be claimed to carry interest is claimed."""
    if not case.says("interest-project", "claimed"):
        return True
    rows = list(claims)
    claimed = {one.project for one in [*rows, *held] if one.kind in KINDS}
    return all(one.carrier in claimed for one in rows if one.kind == INTEREST)


def _slot(case: Case, claim: Claim) -> Hashable:
    """Return what at most one claim can fill: so many the search decides about, one after the other."""
    if claim.kind == REWARD:
        once = case.says("reward-increment", "per-company")
        return (claim.applicant if once else claim.project, REWARD, claim.year)
    if claim.kind == INTEREST:
        return (claim.project, INTEREST, claim.year if case.says("interest-once", "instalments") else 0)
    # Of 1–7 a project takes one; each platform category stands by itself.
    group = claim.kind if claim.kind in PLATFORMS else ""
    return (claim.project, group, claim.year if case.says("reclaim", "yearly") else 0)


class Search:
    """Every lawful set of some offers, one slot after the other.

    Branches are cut only where even the full amounts of all that is left, under the caps and funds that
    bind them all together, cannot beat the best so far. With ``must``, the sets that hold this one.
    """

    def __init__(self, case: Case, found: Iterable[Offer], must: Offer | None = None) -> None:
        self._case = case
        self._held = held_claims(case)
        # Interest comes last, so that it is known by then which projects are claimed.
        self._offers = sorted(
            found, key=lambda one: (one.claim.kind == INTEREST, -one.claim.amount, one.claim)
        )
        self._amounts = [one.claim.amount for one in self._offers]
        self._against = [
            sum(1 << j for j, b in enumerate(self._offers) if clash(case, a.claim, b.claim))
            for a in self._offers
        ]
        slots: dict[Hashable, list[int]] = {}
        for index, offer in enumerate(self._offers):
            slots.setdefault(_slot(case, offer.claim), []).append(index)
        self._slots = list(slots.values())
        self._interest = {i for i, one in enumerate(self._offers) if one.claim.kind == INTEREST}
        caps = {cap_of(case, self._offers[i].claim): self._offers[i].claim for i in self._interest}
        self._room = sum(room(case, claim) or 0 for claim in caps.values())
        self._must = None if must is None else self._offers.index(must)
        self._best = 0 if must is None else -1
        self._chosen: list[Claim] = []

    def run(self) -> tuple[int, list[Claim]]:
        """Return the best total and its claims; -1 where no lawful set holds what it must."""
        every = (1 << len(self._offers)) - 1
        if self._must is None:
            self._walk(0, every, [])
        else:
            self._slots = [slot for slot in self._slots if self._must not in slot]
            self._walk(0, every & ~self._against[self._must], [self._must])
        return self._best, self._chosen

    def _walk(self, slot: int, allowed: int, taken: list[int]) -> None:
        if self._most(slot, allowed, taken) <= self._best:
            return
        if slot == len(self._slots):
            self._judge(taken)
            return
        for index in self._slots[slot]:
            if allowed >> index & 1:
                self._walk(slot + 1, allowed & ~self._against[index], [*taken, index])
        self._walk(slot + 1, allowed, taken)

    def _most(self, slot: int, allowed: int, taken: list[int]) -> int:
        """Return at least what any set can bring that begins with those taken."""
        left = [
            next((i for i in indices if allowed >> i & 1), None) for indices in self._slots[slot:]
        ]  # the largest of each slot stands first
        ahead = [index for index in left if index is not None]
        interest = self._sum(i for i in taken + ahead if i in self._interest)
        rest = self._sum(i for i in taken + ahead if i not in self._interest)
        most = rest + min(interest, self._room)
        return min(most, self._most_by_funds(slot, allowed, taken)) if self._case.ceilings else most

    def _sum(self, indices: Iterable[int]) -> int:
        return sum(self._amounts[index] for index in indices)

    def _most_by_funds(self, slot: int, allowed: int, taken: list[int]) -> int:
        by_year: dict[int, int] = defaultdict(int)
        for index in taken:
            by_year[self._fund(index)] += self._amounts[index]
        for indices in self._slots[slot:]:
            most: dict[int, int] = defaultdict(int)
            for index in indices:
                if allowed >> index & 1:
                    year = self._fund(index)
                    most[year] = max(most[year], self._amounts[index])
            for year, fen in most.items():
                by_year[year] += fen
        ceilings = self._case.ceilings
        return sum(min(fen, ceilings.get(year, fen)) for year, fen in by_year.items())

    def _fund(self, index: int) -> int:
        """Return the year whose fund pays an offer; 0 for a reward, which no fund of the measures pays."""
        claim = self._offers[index].claim
        return 0 if claim.kind == REWARD else claim.year

    def _judge(self, taken: list[int]) -> None:
        chosen = [self._offers[index] for index in taken]
        if not carried(self._case, (offer.claim for offer in chosen), self._held):
            return
        brought = paid(self._case, chosen)
        total = worth(self._case, brought)
        # A claim worth nothing is made only if it must be; the same set without it is tried on its own.
        must = None if self._must is None else self._offers[self._must].claim
        if all(fen or claim == must for claim, fen in brought) and total > self._best:
            self._best = total
            self._chosen = with_amounts(brought)


def with_amounts(brought: Sequence[tuple[Claim, int]]) -> list[Claim]:
    """Return the claims, each with what it brings before shared caps and funds."""
    return [
        Claim(one.applicant, one.project, one.kind, one.year, fen, one.track, one.carrier)
        for one, fen in brought
    ]
