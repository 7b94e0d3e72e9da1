"""Components that their relaxation decides: what it says is whole, and so are its multipliers.

Most small components are of this kind. What is left of them is a choice among equals, of a few variables at
a time; all of it takes a fraction of what a search takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from subvent.model.certificate import Certificate, Leaf
from subvent.model.linear import LinearModel
from subvent.optimise.bounds import SMALL_DENOMINATORS, nearly_whole
from subvent.optimise.optimum import Solution, for_ties
from subvent.optimise.problem import WHOLE, Problem, Terms, propagated, touching
from subvent.optimise.relaxation import Guess
from subvent.optimise.search import Limits
from subvent.optimise.ties import singled


class Preferred(NamedTuple):
    """What tells equals apart: further objectives to maximise, and which variables come first, by name."""

    ties: Sequence[Mapping[str, int]]
    place: Mapping[str, int]


class _Bounded(NamedTuple):
    """Multipliers over a denominator whose bound the point reaches, and the variables they leave open."""

    denominator: int
    multipliers: list[int]
    open: list[int]


def decided(
    component: LinearModel, guess: Guess | None, preferred: Preferred, limits: Limits
) -> Solution | None:
    """The best values of a model where its relaxation says them; None where that takes a search.

    They are those that `optimise` finds, and so is the certificate.
    """
    variables, rows = component.variables, component.rows
    if not rows and not component.further:
        # Every variable goes where the objective pulls it.
        ends = [float(v.upper if v.gain > 0 else v.lower) for v in variables]
        guess = Guess(feasible=True, values=ends, multipliers=[])
    if guess is None or component.further:
        return None
    point = [round(x) for x in guess.values]
    if any(abs(x - z) > WHOLE for x, z in zip(guess.values, point, strict=True)):
        return None
    if any(not v.lower <= z <= v.upper for v, z in zip(variables, point, strict=True)):
        return None
    if any(sum([a * point[j] for j, a in row.terms]) > row.upper for row in rows):
        return None
    reached = sum([v.gain * z for v, z in zip(variables, point, strict=True)])
    found = _bounded(component, guess.multipliers, reached)
    if found is None:
        return None
    unique = not found.open or (not limits.over and _told_apart(component, found, point, preferred, limits))
    written = {row.name: y for row, y in zip(rows, found.multipliers, strict=True) if y}
    certificate = Certificate(found.denominator, Leaf(written))
    fen = component.constant + reached
    return Solution(tuple(point), fen, fen, certificate, "optimal", unique)


def _bounded(component: LinearModel, guess: Sequence[float], reached: int) -> _Bounded | None:
    """The multipliers over the first denominator at which they are whole and prove what is reached."""
    for denominator in SMALL_DENOMINATORS:
        multipliers = nearly_whole(guess, denominator)
        if multipliers is None:
            continue
        multipliers = [max(y, 0) for y in multipliers]
        reduced = [denominator * v.gain for v in component.variables]
        bound = 0
        for row, y in zip(component.rows, multipliers, strict=True):
            if y:
                bound += y * row.upper
                for j, a in row.terms:
                    reduced[j] -= y * a
        bound += sum(
            [d * (v.upper if d > 0 else v.lower) for d, v in zip(reduced, component.variables, strict=True)]
        )
        if bound <= denominator * reached:
            return _Bounded(denominator, multipliers, [j for j, d in enumerate(reduced) if not d])
    return None


def _told_apart(
    component: LinearModel, found: _Bounded, point: list[int], preferred: Preferred, limits: Limits
) -> bool:
    """Move the point to the one among its equals that is preferred; whether it was singled out."""
    region = propagated(_among_equals(component, found, point))
    if region is None:
        raise ValueError
    names, behind = [component.variables[j].name for j in found.open], len(preferred.place)
    ties = [[level.get(name, 0) for name in names] for level in preferred.ties]
    places = [preferred.place.get(name, behind) for name in names]
    ranked = sorted(range(len(names)), key=lambda k: (places[k], k))
    order = [(k, 1 if places[k] < behind else -1) for k in ranked]
    budget = for_ties(limits, len(component.rows) + len(component.variables))
    own, unique = singled([region], tuple([point[j] for j in found.open]), ties, order, budget)
    for j, x in zip(found.open, own, strict=True):
        point[j] = x
    return unique


def _among_equals(component: LinearModel, found: _Bounded, point: Sequence[int]) -> Problem:
    """What the open variables may be, all others being as they are in every point that is as good."""
    place = {j: new for new, j in enumerate(found.open)}
    rows: list[tuple[Terms, int]] = []
    tight = set()
    for row, y in zip(component.rows, found.multipliers, strict=True):
        inside = tuple([(place[j], a) for j, a in row.terms if j in place])
        if inside:
            if y:
                tight.add(len(rows))
            rows.append((inside, row.upper - sum([a * point[j] for j, a in row.terms if j not in place])))
    variables = [component.variables[j] for j in found.open]
    lower, upper = tuple([v.lower for v in variables]), tuple([v.upper for v in variables])
    return Problem(lower, upper, tuple(rows), frozenset(tight), touching(tuple(rows), len(variables)))
