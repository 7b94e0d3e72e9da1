"""Multipliers in no time: of one row after another that which bounds the whole best, the others as they are.

Where there is no time for a relaxation, or it was ended, this proves something in exact integers (coordinate
descent of the dual; each pass reads the rows once). A multiplier may often be any of an interval: its middle
leaves both sides of the row something for the rows to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from subvent.optimise.bounds import Proof, proof

if TYPE_CHECKING:
    from subvent.optimise.problem import Problem, Terms

_FINE = 1 << 20
"""The denominator of the multipliers: a row of amounts has one of less than 1."""
_PASSES = 16
_WORK = 600_000
"""Terms of all passes together, which take a second; but at least two passes."""


def ascended(problem: Problem, objective: Sequence[int], start: Sequence[float] = ()) -> Proof:
    """What some passes over the rows prove, from the multipliers of an ended relaxation if there are any."""
    rows, gains = problem.rows, [c * _FINE for c in objective]
    prices = [round(max(y, 0.0) * _FINE) for y in start] or [0] * len(rows)
    for (terms, _), y in zip(rows, prices, strict=True):
        if y:
            _take(gains, terms, y)
    # What says that one needs another hands on what it brings: it comes first.
    order = sorted(range(len(rows)), key=lambda i: (rows[i][1] != 0, len(rows[i][0])))
    size = sum(len(terms) for terms, _ in rows)
    for number in range(max(2, min(_PASSES, _WORK // max(size, 1)))):
        for i in reversed(order) if number % 2 else order:
            terms, limit = rows[i]
            if prices[i]:
                _take(gains, terms, -prices[i])
            prices[i] = _price(terms, limit, gains, problem)
            if prices[i]:
                _take(gains, terms, prices[i])
    return proof(problem, objective, _FINE, prices)


def _take(gains: list[int], terms: Terms, price: int) -> None:
    for j, a in terms:
        gains[j] -= price * a


def _price(terms: Terms, limit: int, gains: Sequence[int], problem: Problem) -> int:
    """The multiplier of a row that bounds best what its variables bring, all else being as it is.

    What they would take of the row beyond its limit falls from one multiplier to the next at which one of
    them is worth nothing any more: it should be nothing.
    """
    lower, upper = problem.lower, problem.upper
    over, turns = -limit, []
    for j, a in terms:
        gain = gains[j]
        over += a * (upper[j] if gain > 0 else lower[j])
        if gain > 0 if a > 0 else gain <= 0:
            turns.append((gain // a, abs(a) * (upper[j] - lower[j])))
    if over <= 0:
        return 0
    least = price = None
    for price, less in sorted(turns):
        over -= less
        if over <= 0 and least is None:
            least = price
        if over < 0:
            break
    if price is None:
        return 0
    return price if least is None else (least + price) // 2
