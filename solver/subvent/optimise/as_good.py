"""All points that are as good as what prices prove, and one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.bounds import face
from subvent.optimise.incumbent import whole
from subvent.optimise.parts import FINE, Part
from subvent.optimise.problem import Problem, is_whole, lawful, with_equation, with_rows
from subvent.optimise.tree import Node, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.model.linear import LinearModel
    from subvent.optimise.relaxation import Guess
    from subvent.optimise.search import Budget

SLIGHT = FINE >> 10
"""What one part's bound may lie above its best: a thousandth of a fen."""
MANY = 1_000
"""Open variables of all that is as good as the best, from which on nothing but HiGHS sees them through."""


class Bound(NamedTuple):
    """What the prices let a part bring at most, in 1/D fen, and why: a node of a search, or one proof."""

    gains: list[int]
    most: int
    node: Node


class Found(NamedTuple):
    """The prices at which the relaxation of the whole came to rest, and what it suggests there.

    Not `rested`: the time ended first, and these are the last prices whose bounds are all known. `known`
    are the points found of each part.
    """

    guess: Guess
    prices: list[int]
    bounds: list[Bound]
    known: list[set[tuple[int, ...]]]
    rested: bool


def as_good(
    component: LinearModel,
    problem: Problem,
    rows: Sequence[int],
    parts: Sequence[Part],
    found: Found,
    gap: int,
    target: int,
) -> Problem:
    """All points as good as the best: no part, and no row that is not used up, may lose more than the gap."""
    lower, upper = list(problem.lower), list(problem.upper)
    tight = {i for i, y in zip(rows, found.prices, strict=True) if y > gap}
    # What may still be lost unseen, in 1/D fen: less than one fen is none, for all gains are whole.
    unseen = sum(FINE for y in found.prices if 0 < y <= gap)
    further = []
    for part, bound in zip(parts, found.bounds, strict=True):
        least = bound.most - gap
        kept = [
            face(leaf.problem, leaf.proof, leaf.proof.numerator - least * leaf.proof.denominator)
            for leaf in leaves(bound.node)
            if leaf.proof.bound >= least
        ]
        for place, j in enumerate(part.indices):
            lower[j] = min(one.lower[place] for one in kept)
            upper[j] = max(one.upper[place] for one in kept)
        own = bound.node.proof
        moved = {j for j in part.indices if lower[j] < upper[j]}
        if (
            len(kept) == 1
            and not bound.node.children
            and not (any(y and i not in kept[0].tight for i, y in enumerate(own.multipliers)))
        ):
            tight |= {part.own[i] for i in kept[0].tight}
            slack = sum(
                -(-abs(d) * (upper[j] - lower[j]) // own.denominator)
                for j, d in zip(part.indices, own.reduced, strict=True)
                if j in moved
            )
            if slack <= SLIGHT:
                unseen += slack
                continue
        if moved:
            unseen += gap
            terms = tuple((j, -g) for j, g in zip(part.indices, bound.gains, strict=True) if g)
            further.append((terms, -least))
    region = problem._replace(lower=tuple(lower), upper=tuple(upper), tight=frozenset(tight))
    region = with_rows(region, further)
    if unseen >= FINE:
        gains = [v.gain for v in component.variables]
        return with_equation(region, gains, target)
    return region


def point_of(
    region: Problem, guess: Guess, tie_breaks: Sequence[Sequence[int]], budget: Budget
) -> tuple[int, ...] | None:
    """A point among the best: the relaxation's, or one that HiGHS finds, with the first tie-break in view.

    Where they are very many, with all tie-breaks in view, unless HiGHS does not see all of them through.
    """
    rounded = tuple(map(round, guess.values))
    there = rounded if is_whole(region, guess.values) and lawful(region, rounded) else None
    first = tie_breaks[0] if tie_breaks else [0] * len(region.lower)
    if len(region.free) < MANY:
        return there or whole(region, first, budget)
    return whole(region, _packed(region, tie_breaks), budget) or whole(region, first, budget) or there


def _packed(region: Problem, tie_breaks: Sequence[Sequence[int]]) -> list[int]:
    """The tie-breaks as one objective, each of which outweighs all that follow it."""
    packed = [0] * len(region.lower)
    for tie in tie_breaks:
        span = 1 + sum([abs(tie[j]) * (region.upper[j] - region.lower[j]) for j in region.free])
        packed = [p * span + w for p, w in zip(packed, tie, strict=True)]
    return packed
