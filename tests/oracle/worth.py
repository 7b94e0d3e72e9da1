"""What a set of claims brings together: shared cost split, shared caps and yearly funds applied.

Where the outside contract is silent the oracle reads: what a cap of article 12 leaves is shared out between
its claims, and so between their years, as pays best; a year's fund, which article 17 sets aside for what the
measures grant, cuts the sum of that year's claims of every benefit but the reward of 2014, those that history
holds not counted.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from .amounts import Grant, split_amounts
from .claims import INTEREST, OF_COST, REWARD, Claim, Offer, held_claims
from .facts import Case
from .interest import cap_of, room

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Paid = tuple[Claim, int]


def paid(case: Case, chosen: Sequence[Offer]) -> list[Paid]:
    """Return what each claim brings before shared caps, with shared cost split as pays best."""
    of_cost = [offer for offer in chosen if offer.claim.kind in OF_COST]
    rest = [(offer.claim, offer.claim.amount) for offer in chosen if offer.claim.kind not in OF_COST]
    if case.says("cost-overlap", "exclude") or not case.shared:
        return [(offer.claim, offer.claim.amount) for offer in of_cost] + rest
    split = split_amounts(
        [offer.claim.project for offer in of_cost], [offer.grant for offer in of_cost], _open_shares(case)
    )
    return [(offer.claim, fen) for offer, fen in zip(of_cost, split, strict=True)] + rest


def worth(case: Case, brought: Iterable[Paid]) -> int:
    """Return the fen that claims bring under the caps of article 12 and the funds of their years.

    By the theorem of the greatest flow and the least cut: for the years whose fund is used up the fund
    counts, for all others the claims under their caps.
    """
    every = list(brought)
    rewards = sum(fen for claim, fen in every if claim.kind == REWARD)
    found = [one for one in every if one[0].kind != REWARD]
    limited = sorted({claim.year for claim, _ in found} & set(case.ceilings))
    totals = []
    for count in range(len(limited) + 1):
        for used_up in combinations(limited, count):
            open_claims = [one for one in found if one[0].year not in used_up]
            totals.append(sum(case.ceilings[year] for year in used_up) + _under_caps(case, open_claims))
    return rewards + min(totals)


def _under_caps(case: Case, brought: Iterable[Paid]) -> int:
    total = 0
    shared: dict[tuple[object, ...], list[Paid]] = {}
    for claim, fen in brought:
        if claim.kind == INTEREST:
            shared.setdefault(cap_of(case, claim), []).append((claim, fen))
        else:
            total += fen
    for rows in shared.values():
        total += min(sum(fen for _, fen in rows), room(case, rows[0][0]) or 0)
    return total


def without_funded_cost(case: Case, project: str, own: Grant, held: list[Claim]) -> Grant:
    """Return the grant less the cost that a held claim of another project has already counted."""
    others = {claim.project for claim in held if claim.kind in OF_COST} - {project}
    funded = sum(case.common_cost(project, other) for other in others)
    return Grant(max(own.base - funded, Fraction(0)), own.rate, own.cap) if funded else own


def _open_shares(case: Case) -> dict[frozenset[str], int]:
    """Return the shared costs that are still to be split: neither project holds a claim yet."""
    held = {claim.project for claim in held_claims(case) if claim.kind in OF_COST}
    return {pair: fen for pair, fen in case.shared.items() if not pair & held}
