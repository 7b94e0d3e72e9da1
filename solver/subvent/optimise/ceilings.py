"""What all claims do under ceilings that give way: a guess at a very large component's relaxation.

Where a ceiling caps what claims are paid, a fen of room is worth a fen or nothing: more than a fen nobody
would give for it, and where it is scarce, claims that are made or not make up the difference. At such prices
the component falls apart, and its parts say what the whole relaxation would, in a tenth of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.optimise.exchanged import SHARED
from subvent.optimise.parts import FINE, parts_of
from subvent.optimise.problem import Problem, problem_of
from subvent.optimise.sifted import MANY, Sifted

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel
    from subvent.optimise.relaxation import Guess
    from subvent.optimise.search import Limits


def under_ceilings(component: LinearModel, limits: Limits) -> Guess | None:
    """What parts take, and the multipliers that say so, at prices at which ceilings begin to give way.

    It is not settled: there may be less room, or more. None where a component is not very large, no ceiling
    of it gives way, or the time is over.
    """
    if len(component.variables) < MANY or limits.over:
        return None
    problem = problem_of(component)
    ends = _ends(component, problem)
    if not ends:
        return None
    rows = tuple(ends)
    gains = [variable.gain for variable in component.variables]
    sifted = Sifted(problem, gains, rows, parts_of(component, rows))
    guess = sifted.at_ends(list(ends.values()), lambda: limits.over)
    return None if limits.over else guess


def _ends(component: LinearModel, problem: Problem) -> dict[int, int]:
    """The rows over very many that give way by a variable of their own, with the price of that over FINE."""
    found = {}
    for i, row in enumerate(component.rows):
        if len(row.terms) < SHARED:
            continue
        for j, a in row.terms:
            own, variable = problem.touching[j] == (i,), component.variables[j]
            if own and a < 0 and variable.gain < 0 and variable.upper - variable.lower > 1:
                found[i] = FINE * variable.gain // a
    return found
