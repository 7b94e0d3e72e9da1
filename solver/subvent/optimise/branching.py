"""Which variable a part of a problem is split at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.problem import WHOLE, loose

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from subvent.optimise.bounds import Proof
    from subvent.optimise.problem import Problem

_HAIR = 1e-12
"""What a 0/1 variable may be off in the relaxation and still be decided: less than a fen of any amount."""


def undecided(
    problem: Problem,
    wishes: Sequence[float],
    objective: Sequence[int],
    found: Proof | None,
    first: Collection[int] = (),
) -> int | None:
    """The variable to branch on: undecided ones first, narrow before wide, then the farthest from whole.

    Of undecided ones those that are to come `first` come before all others.
    Where a bound is given that was `found`, what pulls more at it counts for so much more. Those that bring
    nothing come before claims: they say which company or category is in at all, so that one of them decides
    many claims. A narrow one that is whole but for a hair is undecided where no other is: a fen is as little
    of ten million yuan, and wide ones only make up for it.
    """
    lower, upper = problem.lower, problem.upper

    def is_wide(j: int) -> bool:
        return upper[j] - lower[j] > 1

    def off(j: int) -> float:
        return abs(wishes[j] - round(wishes[j]))

    def kind(j: int) -> tuple[bool, bool]:
        return is_wide(j), objective[j] != 0

    def rank(j: int) -> tuple[float, int, int]:
        pull = _pull(problem, found, objective, j) if found else 1
        return -round(off(j), 6) * pull, -abs(objective[j]), j

    near = [j for j, _ in loose(wishes) if lower[j] < upper[j]]
    choice = [j for j in near if off(j) > WHOLE]
    if all(map(is_wide, choice)):
        choice = [j for j in near if off(j) > _HAIR and not is_wide(j)] or choice
    choice = [j for j in choice if j in first] or choice or problem.free
    best = min(map(kind, choice), default=None)
    return min((j for j in choice if kind(j) == best), key=rank, default=None)


def _pull(problem: Problem, found: Proof, objective: Sequence[int], j: int) -> int:
    """What a bound's multipliers say that one more of a variable brings, before what it takes is paid for."""
    rows = problem.rows
    pull = max(found.denominator * objective[j], 0)
    for i in problem.touching[j]:
        if y := found.multipliers[i]:
            pull += sum([-y * a for k, a in rows[i][0] if k == j and y * a < 0])
    return pull
