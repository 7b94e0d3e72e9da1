"""Components that a few rows hold together: each such row gets a price, and what is left falls apart.

With prices y/D >= 0 on the coupling rows, every lawful point x satisfies, exactly,

    D * sum(c_j x_j)  <=  sum(y_i b_i) + sum over parts of max of sum((D c_j - sum(y_i a_ij)) x_j)

and each part's maximum is small enough to be proven by itself. The prices are those of the relaxation
of the whole. Where it leaves a part undecided, the part is searched at these prices, its maximum is
one more row of the relaxation, and that is solved again: the prices become those of the parts' whole
points (Dantzig and Wolfe 1960, seen from the dual: Kelley 1960), after a few rounds.
"""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

from subvent.model.certificate import Certificate, Priced, evaluate
from subvent.model.linear import LinearModel, total
from subvent.optimise.as_good import MANY, SLIGHT, Bound, Found, as_good, point_of
from subvent.optimise.bounds import proof
from subvent.optimise.ceilings import under_ceilings
from subvent.optimise.coupling import SMALLEST, coupling
from subvent.optimise.fitting import Choice, Point, fitted
from subvent.optimise.fixing import completed
from subvent.optimise.optimum import Solution, Status, certificate_of, last, optimise, optimum_of
from subvent.optimise.parts import FINE, Part, parts_of
from subvent.optimise.problem import (
    WHOLE,
    Problem,
    is_whole,
    lawful,
    problem_of,
    propagated,
)
from subvent.optimise.problem import worth as _worth
from subvent.optimise.relaxation import Guess, silence
from subvent.optimise.search import Budget, Limits, search, search_again
from subvent.optimise.sifted import MANY as VERY_LARGE
from subvent.optimise.sifted import Sifted, relaxation_of
from subvent.optimise.ties import singled
from subvent.optimise.tree import Node
from subvent.process.memory import give_back

if TYPE_CHECKING:
    from collections.abc import Sequence


_ROUNDS = 40
_REFIT = 20
"""Nodes for a part's point where the time is over."""
_TIES = 16
"""Nodes that breaking ties may take; where they do not suffice, the first tie-breaks have been followed."""


def best(
    component: LinearModel,
    tie_breaks: Sequence[Sequence[int]] = (),
    order: Sequence[int] | None = None,
    limits: Limits | None = None,
    guess: Guess | None = None,
) -> Solution:
    """The best values of a model, as `optimise` finds them, or by prices where that closes it.

    `guess` is what its relaxation says, where that is known already.
    """
    if searched_first(component) or _over(limits):
        soon = optimise(component, tie_breaks, order, *_begun(component, limits, guess))
        if soon.status in {"optimal", "infeasible"} or _over(limits):
            return soon
    found = by_prices(component, tie_breaks, order, limits)
    return found or optimise(component, tie_breaks, order, limits)


def best_untied(component: LinearModel, limits: Limits | None = None, guess: Guess | None = None) -> Solution:
    """The best values of a model, by prices where that closes it; ties as they fall."""
    if searched_first(component) or _over(limits):
        soon = optimum_of(component, *_begun(component, limits, guess))
        if soon.status in {"optimal", "infeasible"} or _over(limits):
            return soon
    return by_prices(component, (), (), limits) or optimum_of(component, limits)


_LARGE = 600
"""Variables from which on a component that prices can close is not searched as it is first."""


def searched_first(component: LinearModel) -> bool:
    """Whether a component is small, or its longest row gives way at a cost: its bound is then reached."""
    if len(component.variables) < _LARGE:
        return True
    longest = max(component.rows, key=lambda row: len(row.terms), default=None)
    return longest is None or any(
        component.variables[j].upper - component.variables[j].lower > 1 for j, _ in longest.terms
    )


def _over(limits: Limits | None) -> bool:
    return limits is not None and limits.over


def _begun(component: LinearModel, limits: Limits | None, guess: Guess | None) -> tuple[Limits, Guess | None]:
    """What a component is searched with first, as prices may close it: most small ones need no more."""
    given = limits or Limits()
    if len(component.variables) < SMALLEST:
        return given, guess
    little = replace(given, nodes=min(given.nodes, 200), work=min(given.work, 40_000), effort=0.0)
    return little, guess or under_ceilings(component, given)


def by_prices(
    component: LinearModel,
    tie_breaks: Sequence[Sequence[int]] = (),
    order: Sequence[int] | None = None,
    limits: Limits | None = None,
) -> Solution | None:
    """The best values as prices on the coupling rows prove them; None where they do not.

    Where the time ends before the prices rest, good values with the bound that the last prices prove; before
    there are any, what the relaxation that was ended proves.
    """
    rows = coupling(component)
    if not rows:
        return None
    problem, parts, budget = problem_of(component), parts_of(component, rows), Budget(limits or Limits())
    with silence():
        found = _at_rest(component, problem, rows, parts, budget)
        if isinstance(found, Guess):
            return optimum_of(component, limits, found)
        if found is None or not found.rested:
            return None if found is None else _cut_short(component, problem, rows, parts, found)
        worth = sum(y * component.rows[i].upper for i, y in zip(rows, found.prices, strict=True))
        # What is sought is as good as the bound; where there is no such point, prices prove too little.
        target, gap = divmod(worth + sum(b.most for b in found.bounds), FINE)
        region = propagated(as_good(component, problem, rows, parts, found, gap, target))
        certificate, guess = _certificate(component, rows, parts, found), found.guess
        # Of a very large component these take as much memory as what is asked of HiGHS now.
        del problem, parts, found
        if len(component.variables) >= VERY_LARGE:
            give_back()
        point = None if region is None else point_of(region, guess, tie_breaks, budget)
        if region is None or point is None:
            return None
        unique = False
        # Of very many the first tie-breaks are followed, and what is still equal then stays as it falls.
        if len(region.free) < MANY and (tie_breaks or order is None or order):
            little = Budget(replace(budget.limits, nodes=_TIES, effort=0.0))
            point, unique = singled([region], point, tie_breaks, last(component, order), little)
    # The certificate proves the target: each part's most and the prices' worth are what it says.
    reached, proven = total(component, point), component.constant + target
    return Solution(point, reached, proven, certificate, "optimal", unique) if reached == proven else None


def _at_rest(
    component: LinearModel, problem: Problem, rows: tuple[int, ...], parts: Sequence[Part], budget: Budget
) -> Found | Guess | None:
    """The prices at which the relaxation of the whole has nothing of a part but whole points.

    A part that it leaves undecided stands in it from then on as a choice of its points, which the prices
    find. None where the prices are not found; where the time ends before all parts have bounds, what the
    relaxation says.
    """
    asked = _Asked(component, problem, rows, parts)
    latest: Found | None = None
    for _ in range(_ROUNDS):
        guess = asked.relaxation.solve(problem.lower, asked.upper, over=budget.over)
        usable = guess.feasible and not budget.exhausted
        found = asked.bounded(guess, budget) if usable else None
        if budget.over():
            return latest or guess
        if found is None or found.rested:
            return found
        latest = found
    return None


class _Asked:
    """The relaxation of the whole, and the points that are known of the parts that stand in it as choices."""

    def __init__(
        self, component: LinearModel, problem: Problem, rows: tuple[int, ...], parts: Sequence[Part]
    ) -> None:
        self.relaxation = relaxation_of(component, problem, rows, parts)
        self.upper = list(problem.upper)
        self._limits = [(i, component.rows[i].upper) for i in rows]
        self._parts, self._many = parts, isinstance(self.relaxation, Sifted)
        self._known = [set[tuple[int, ...]]() for _ in parts]

    def bounded(self, guess: Guess, budget: Budget) -> Found | None:
        """What the parts bring at most at the prices that a relaxation has; None where some has no bound."""
        prices = [max(0, round(guess.multipliers[i] * FINE)) for i, _ in self._limits]
        bounds, fresh = [], False
        for number, part in enumerate(self._parts):
            values, chosen = [guess.values[j] for j in part.indices], self._known[number]
            decided = not chosen and is_whole(part.problem, values)
            bound, points = _bounded(part, prices, guess, values if decided else None, chosen, budget)
            if self._many and part.searched is not None:
                # A program that stays loaded takes more memory than its part does everywhere else.
                part.searched.relaxation = None
            if bound is None or budget.over():
                return None
            bounds.append(bound)
            reached = max((_worth(bound.gains, x) for x in chosen), default=0)
            if decided or (chosen and bound.most <= max(reached, 0) + SLIGHT):
                continue
            if not chosen and not part.may_be_nothing:
                return None
            fresh = True
            self._offer(number, part, points)
        worth = sum(y * upper for y, (_, upper) in zip(prices, self._limits, strict=True))
        budget.limits.progress.nearer(None, (worth + sum(b.most for b in bounds)) // FINE)
        return Found(guess, prices, bounds, self._known, rested=guess.settled and not fresh)

    def _offer(self, number: int, part: Part, points: set[tuple[int, ...]]) -> None:
        """Let a part be one of the points that are known of it, and of some more."""
        for j in part.indices:
            self.upper[j] = 0
        for x in points - self._known[number]:
            takes = zip(self._limits, part.takes, strict=True)
            usage = [(i, a) for (i, _), row in takes if (a := _worth(row, x))]
            self.relaxation.point(number, _worth([v.gain for v in part.model.variables], x), usage)
        self._known[number] |= points


def _cut_short(
    component: LinearModel, problem: Problem, rows: Sequence[int], parts: Sequence[Part], found: Found
) -> Solution | None:
    """What is known when the time ends: the bound of the last prices, and points that fit together."""
    choices = [
        Choice(_known(part, found, number), bound.gains, [v.gain for v in part.model.variables], part.takes)
        for number, (part, bound) in enumerate(zip(parts, found.bounds, strict=True))
    ]
    values = list(problem.lower)
    room = [component.rows[i].upper for i in rows]
    points = _refitted(parts, found.bounds, fitted(choices, room), room)
    for part, point in zip(parts, points, strict=True):
        for j, x in zip(part.indices, point, strict=True):
            values[j] = x
    if not lawful(problem, values):
        return None
    certificate = _certificate(component, rows, parts, found)
    # The parts' trees have grown since these prices: what they prove now is evaluated anew.
    reached, proven = total(component, tuple(values)), evaluate(component, certificate)
    status: Status = "optimal" if reached == proven else "feasible"
    return Solution(tuple(values), reached, proven, certificate, status, unique=False)


def _refitted(
    parts: Sequence[Part], bounds: Sequence[Bound], points: Sequence[Point], room: Sequence[int]
) -> list[Point]:
    """The points, those that lose most at the prices searched for again in the room that is left to them."""
    refitted = list(points)
    lost = [bound.most - _worth(bound.gains, x) for bound, x in zip(bounds, points, strict=True)]
    taken = [[_worth(row, x) for row in part.takes] for part, x in zip(parts, points, strict=True)]
    left = [limit - sum(used) for limit, used in zip(room, zip(*taken, strict=True), strict=True)]
    for number in sorted(range(len(parts)), key=lambda number: (-lost[number], number)):
        if lost[number] <= FINE:
            break
        part, own = parts[number], taken[number]
        within = part.within([a + b for a, b in zip(left, own, strict=True)])
        money = [v.gain for v in part.model.variables]
        known = refitted[number] if lawful(within, refitted[number]) else None
        found = search(within, money, Budget(Limits(nodes=_REFIT, effort=0.0)), known).values
        if found is not None:
            left = [a + b - _worth(row, found) for a, b, row in zip(left, own, part.takes, strict=True)]
            refitted[number] = found
    return refitted


def _known(part: Part, found: Found, number: int) -> list[tuple[int, ...]]:
    """The lawful points that are known of a part: what was found, near what the relaxation wants, nothing."""
    wishes, money = [found.guess.values[j] for j in part.indices], [v.gain for v in part.model.variables]
    least = [float(floor(wish + WHOLE)) for wish in wishes]
    close = [completed(part.problem, near, money) for near in (wishes, least)]
    points = {*found.known[number], *filter(None, close), (0,) * len(wishes)}
    return [x for x in points if lawful(part.problem, x)] or [tuple(part.problem.lower)]


def _bounded(
    part: Part,
    prices: Sequence[int],
    guess: Guess,
    values: Sequence[float] | None,
    chosen: set[tuple[int, ...]],
    budget: Budget,
) -> tuple[Bound | None, set[tuple[int, ...]]]:
    """What a part brings at most, and points of it that are good at these prices.

    As the relaxation's multipliers say where it is decided, and otherwise by a search from those `chosen`;
    None where that does not close.
    """
    gains = part.priced(prices)
    if values is not None:
        found = proof(part.problem, gains, 1, [round(guess.multipliers[i] * FINE) for i in part.own])
        if found.numerator <= sum(g * round(x) for g, x in zip(gains, values, strict=True)) + SLIGHT:
            return Bound(gains, found.numerator, Node(part.problem, found)), set()
    # Every part has the nodes of a component of its own.
    known = max(sorted(chosen), key=lambda x: _worth(gains, x), default=None)
    own = Budget(budget.limits)
    if part.searched is None or known is None:
        part.searched = search(part.problem, gains, own, known, slack=_UNSEEN)
    else:
        part.searched = search_again(part.searched, gains, own, known, slack=_UNSEEN)
    outcome = part.searched
    if not outcome.closed or outcome.values is None:
        return None, set()
    return Bound(gains, outcome.bound, outcome.root), {outcome.values}


_UNSEEN = FINE >> 14
"""What is left of that where a part is searched, whose multipliers are as exact as floating point is."""


def _certificate(
    component: LinearModel, rows: Sequence[int], parts: Sequence[Part], found: Found
) -> Certificate:
    written = {
        part.model.variables[0].name: certificate_of(part.model, bound.node)
        for part, bound in zip(parts, found.bounds, strict=True)
    }
    named = {component.rows[i].name: y for i, y in zip(rows, found.prices, strict=True)}
    return Certificate(FINE, Priced(named, written))
