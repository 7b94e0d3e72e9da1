"""Multipliers as integers over a denominator, the exact bound they prove, and what it lets us fix.

With multipliers y/D, every point x that keeps the rows satisfies, exactly,

    D * objective(x) = numerator - sum of losses of variables - sum(y_i * slack_i)

so a variable whose smallest loss, or a row whose multiplier, exceeds `numerator - D * best` is
settled in every point as good as the best (reduced-cost fixing; the optimal face where it is zero).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from subvent.optimise.problem import Problem, with_equation, worth
from subvent.optimise.relaxation import Relaxation

if TYPE_CHECKING:
    from collections.abc import Sequence

_USUAL = 1 << 20
_NEAR = 0.01
"""What a multiplier may be off from a whole number and still be one that the solver computed."""
SMALL_DENOMINATORS = (1, 2, 3, 4, 6, 12, 60)
"""A vertex of a combinatorial problem has multipliers with small denominators, and exact ones settle more."""
_DENOMINATORS = (*SMALL_DENOMINATORS, _USUAL, 1 << 44)
"""The largest is for rows whose coefficients are amounts: a cost of 10 million yuan times 2^-20 is a thousand
fen."""

_REFINEMENTS = 4


class Proof(NamedTuple):
    """`objective(x) <= numerator / denominator` in a problem, by multipliers over the denominator.

    `reduced` are the coefficients left of `denominator * objective` when the rows are taken out.
    """

    denominator: int
    multipliers: tuple[int, ...]
    numerator: int
    reduced: tuple[int, ...]

    @property
    def bound(self) -> int:
        """The bound as a whole number."""
        return self.numerator // self.denominator


def proof(problem: Problem, objective: Sequence[int], denominator: int, multipliers: Sequence[int]) -> Proof:
    """The exact bound of the given multipliers; negative ones count as zero except on equations."""
    reduced = [denominator * c for c in objective]
    numerator = 0
    rows, tight = problem.rows, problem.tight
    kept = [y if y > 0 or (y and i in tight) else 0 for i, y in enumerate(multipliers)]
    for (terms, limit), y in zip(rows, kept, strict=True):
        if y:
            numerator += y * limit
            for j, a in terms:
                reduced[j] -= y if a == 1 else y * a
    ends = zip(reduced, problem.lower, problem.upper, strict=True)
    numerator += sum([d * (high if d > 0 else low) for d, low, high in ends if d])
    return Proof(denominator, tuple(kept), numerator, tuple(reduced))


def proof_of(
    problem: Problem,
    objective: Sequence[int],
    guess: Sequence[float],
    point: Sequence[int] | None,
    slack: int = 0,
    usual: int = _USUAL,
    *,
    exact: bool = True,
) -> Proof:
    """The best proof that a guess of multipliers gives.

    `point` is the lawful point that the relaxation found, if it found one: then a proof is sought that
    reaches its value (or lies no more than `slack` above it), at the first denominator that allows one.
    Unless it must be `exact`, less than 1 above it will do where none is found at once.
    Without a point it is `usual`.
    """
    if point is None:
        # Nothing is settled here: the bound decides whether to look further, and whole numbers round it.
        return proof(problem, objective, usual, [round(y * usual) if y else 0 for y in guess])
    value = worth(objective, point)
    candidates = []
    for denominator in (*_DENOMINATORS, *([usual] if usual > _DENOMINATORS[-1] else ())):
        if denominator < _USUAL:
            rounded = nearly_whole(guess, denominator)
            if rounded is None:
                continue
        else:
            rounded = [round(y * denominator) for y in guess]
        candidate = proof(problem, objective, denominator, rounded)
        if candidate.numerator <= (value + slack) * denominator:
            return candidate
        candidates.append(candidate)
    if not exact and candidates[-1].bound <= value:
        return candidates[-1]
    starts = (candidates[0], candidates[-1])
    # Digits are missing where a bound is too high by less than 1; where both are, either may do.
    near = [start for start in starts if start.bound <= value + slack]
    for start in near or starts:
        candidates.append(refined(problem, objective, start, point))
        if candidates[-1].numerator <= (value + slack) * start.denominator:
            break
    return min(candidates, key=lambda c: Fraction(c.numerator, c.denominator))


def nearly_whole(guess: Sequence[float], denominator: int) -> list[int] | None:
    """The multipliers over a small denominator, where they are whole numbers but for what floats lose."""
    scaled = [y * denominator for y in guess]
    rounded = [round(y) for y in scaled]
    return None if any(abs(y - z) > _NEAR for y, z in zip(scaled, rounded, strict=True)) else rounded


def usual_denominator(problem: Problem) -> int:
    """The denominator at which a row with the largest coefficients of all still has a multiplier."""
    largest = max((abs(a) for terms, _ in problem.rows for _, a in terms), default=0)
    return max(_USUAL, 1 << (largest.bit_length() + 14))


def refined(problem: Problem, objective: Sequence[int], start: Proof, point: Sequence[int]) -> Proof:
    """A proof that reaches the value of `point`, if more digits are all that is missing.

    The relaxation is solved again on what the proof leaves open, whose remaining coefficients are as
    small as the gap: scaled up, they show digits that were below the solver's tolerance before
    (iterative refinement; Gleixner, Steffy and Wolter 2016).
    """
    value = worth(objective, point)
    current = start
    for _ in range(_REFINEMENTS):
        gap = current.numerator - value * current.denominator
        if gap <= 0:
            break
        base = proof(
            problem,
            objective,
            current.denominator,
            [y if abs(y) > gap else 0 for y in current.multipliers],
        )
        region = face(problem, base, gap)
        guess = Relaxation(region, base.reduced).solve(region.lower, region.upper)
        if not guess.feasible:
            break
        added = [y + round(more) for y, more in zip(base.multipliers, guess.multipliers, strict=True)]
        following = proof(problem, objective, current.denominator, added)
        if following.numerator >= current.numerator:
            break
        current = following
    return current


def optimal_face(problem: Problem, objective: Sequence[int], found: Proof, best: int) -> Problem:
    """The part of the problem in which the objective is exactly `best` (nothing lies above it)."""
    gap = found.numerator - best * found.denominator
    region = face(problem, found, gap)
    open_variable = any(d and region.lower[j] < region.upper[j] for j, d in enumerate(found.reduced))
    open_row = any(y and i not in region.tight for i, y in enumerate(found.multipliers))
    return with_equation(region, objective, best) if open_variable or open_row else region


def face(problem: Problem, found: Proof, gap: int) -> Problem:
    """The part of the problem that can lose no more than the gap (in units of 1/denominator), as seen."""
    lower, upper = list(problem.lower), list(problem.upper)
    for j, d in enumerate(found.reduced):
        # One step away from its better end costs |d|: so many steps fit into the gap.
        if d and abs(d) * (upper[j] - lower[j]) > gap:
            steps = gap // abs(d)
            if d > 0:
                lower[j] = upper[j] - steps
            else:
                upper[j] = lower[j] + steps
    tight = {i for i, y in enumerate(found.multipliers) if y > gap}
    return problem._replace(lower=tuple(lower), upper=tuple(upper), tight=problem.tight | tight)


def infeasibility(problem: Problem, guess: Sequence[float]) -> Proof | None:
    """A proof that the problem has no point: with nothing to gain, the bound is below zero."""
    nothing = [0] * len(problem.lower)
    for i, (terms, limit) in enumerate(problem.rows):
        least = sum(a * (problem.lower[j] if a > 0 else problem.upper[j]) for j, a in terms)
        most = sum(a * (problem.upper[j] if a > 0 else problem.lower[j]) for j, a in terms)
        if least > limit or (most < limit and i in problem.tight):
            sign = 1 if least > limit else -1
            return proof(problem, nothing, 1, [sign * (k == i) for k in range(len(problem.rows))])
    for denominator in (1, *(1 << k for k in (4, 10, 20, 40)), usual_denominator(problem)):
        found = proof(problem, nothing, denominator, [round(y * denominator) for y in guess])
        if found.numerator < 0:
            return found
    return None


def below(problem: Problem, objective: Sequence[int], impossible: Proof, value: int) -> Proof:
    """A proof that the objective stays below `value`, from one that the problem has no point."""
    trivial = proof(problem, objective, 1, [0] * len(problem.rows))
    times = (trivial.numerator - value) // -impossible.numerator + 1
    return proof(problem, objective, 1, [max(times, 1) * y for y in impossible.multipliers])
