"""Every lawful set of claims of a small portfolio, with what it brings: for questions beyond the best one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .claims import Claim, Offer
from .facts import Case, Row
from .law import lawful, offers
from .rivals import clash
from .worth import paid, worth

Pairs = frozenset[tuple[str, str]]


class Made(NamedTuple):
    """A lawful set of claims and its total in fen."""

    total: int
    claims: frozenset[Claim]

    @property
    def pairs(self) -> Pairs:
        """What is filed: subject and benefit, whatever the year."""
        return frozenset((one.project, one.kind) for one in self.claims)

    @property
    def filings(self) -> frozenset[tuple[str, str, int]]:
        """What is filed, and when."""
        return frozenset((one.project, one.kind, one.year) for one in self.claims)


def every_set(portfolio: Row, readings: dict[str, str], most: int) -> list[Made] | None:
    """All lawful sets; None where there are more than ``most`` offers to choose from."""
    case = Case.of(portfolio, readings)
    found = offers(case)
    if len(found) > most:
        return None
    return [
        Made(worth(case, paid(case, chosen)), frozenset(offer.claim for offer in chosen))
        for chosen in _free_of_clashes(case, found, [])
        if lawful(case, [offer.claim for offer in chosen])
    ]


def _free_of_clashes(case: Case, left: list[Offer], taken: list[Offer]) -> Iterator[list[Offer]]:
    if not left:
        yield taken
        return
    first, *rest = left
    yield from _free_of_clashes(case, rest, taken)
    if not any(clash(case, first.claim, one.claim) for one in taken):
        yield from _free_of_clashes(case, rest, [*taken, first])


def next_best(sets: list[Made], count: int) -> list[Made]:
    """The first ``count`` plans: each the best that files what none before it does alone.

    Plans are the sets of which every pair brings something: without it less comes in, or it is not lawful.
    """
    by_claims = {one.claims: one.total for one in sets}
    lean = [
        one
        for one in sets
        if all(
            by_claims.get(frozenset(c for c in one.claims if (c.project, c.kind) != pair), -1) < one.total
            for pair in one.pairs
        )
    ]
    found: list[Made] = []
    for one in sorted(lean, key=lambda made: (-made.total, len(made.claims))):
        if len(found) < count and not any(one.pairs <= before.pairs for before in found):
            found.append(one)
    return found
