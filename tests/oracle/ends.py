"""The low and the high end of a plan: what in it is discretionary or a forecast (``range_yuan``).

Where the outside contract is silent the oracle reads:

- Interest of the calendar year of ``as_of`` and of later years is a forecast. At the low end a claim is
  computed anew as if it will not be paid; at the high end all of it counts. The claims stay what they are,
  and so do the caps.
- An award of article 11 lies between 5 and 100万 under the reading min ("interval shown"); under max and
  table the answer says what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .claims import INTEREST, Claim
from .facts import Case, Row
from .honours import HONOUR, LEAST, MODELS, MOST, title
from .interest import RATE, eligible_interest
from .law import offers
from .worth import paid, worth

if TYPE_CHECKING:
    from collections.abc import Iterable


def ends(portfolio: Row, readings: dict[str, str], claims: Iterable[Claim]) -> tuple[int, int]:
    """Return the low and the high end in fen of a plan that holds these claims.

    Of a claim only applicant, subject, benefit, year and, for interest, carrier are looked at; ``KeyError``
    for one that may not be made.
    """
    case = Case.of(portfolio, readings)
    may = {_key(offer.claim): offer for offer in offers(case)}
    brought = paid(case, [may[_key(claim)] for claim in claims])
    low = [(claim, _end(case, claim, fen, low=True)) for claim, fen in brought]
    high = [(claim, _end(case, claim, fen, low=False)) for claim, fen in brought]
    return worth(case, low), worth(case, high)


def _key(claim: Claim) -> tuple[object, ...]:
    return (claim.applicant, claim.project, claim.kind, claim.year, claim.carrier)


def _end(case: Case, claim: Claim, fen: int, *, low: bool) -> int:
    if claim.kind == INTEREST:
        before = case.as_of.year if low else None
        return int(RATE * eligible_interest(case, case.loans[claim.project], claim.year, before) // 1)
    open_award = claim.kind == HONOUR and title(case.honours[claim.project]) not in MODELS
    if open_award and case.says("honour-amount", "min"):
        return LEAST if low else MOST
    return fen
