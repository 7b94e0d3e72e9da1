"""What insisting on a claim costs in a problem that is searched as a whole: its best with the claim in it.

One relaxation serves all that is asked of a problem: it goes on from where it ended last, in a few steps. Its
multipliers already tell of many a way of making the claim that it brings less than another.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from subvent.model.certificate import Leaf
from subvent.optimise.ascent import ascended
from subvent.optimise.bounds import Proof, proof
from subvent.optimise.lifting import lifted
from subvent.optimise.problem import Problem, lowest, problem_of, propagated, worth
from subvent.optimise.relaxation import Relaxation, silence
from subvent.optimise.search import search_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from subvent.model.linear import LinearModel
    from subvent.optimise.optimum import Solution
    from subvent.optimise.search import Budget


class Best(NamedTuple):
    """The best point that was found (None: none), its worth, and what none exceeds (None: there is none)."""

    point: tuple[int, ...] | None
    value: int | None
    bound: int | None


class Held:
    """A problem with an objective, asked again and again for its best with one of some variables at 1."""

    def __init__(
        self,
        problem: Problem,
        objective: Sequence[int],
        best: Sequence[int],
        budget: Budget,
        known: Proof | None = None,
    ) -> None:
        """`best` are good values, `known` proves them, if given; `budget` is for all that is asked."""
        self._problem, self._objective, self._budget = problem, objective, budget
        self._wishes = list(map(float, best))
        self._relaxation = Relaxation(problem, objective)
        self._proof = known or self._relaxed()

    def _relaxed(self) -> Proof:
        with silence():
            guess = self._relaxation.solve(self._problem.lower, self._problem.upper, over=self._budget.over)
        return ascended(self._problem, self._objective, guess.multipliers)

    def including(self, variables: Sequence[int], slack: int = 0) -> Best:
        """The best with at least one of the 0/1 variables at 1; a bound at most `slack` above it will do."""
        point: tuple[int, ...] | None = None
        value: int | None = None
        bounds = []
        for j in sorted(variables, key=lambda j: (-self._at_most(j), j)):
            if value is not None and self._at_most(j) <= value + slack:
                bounds.append(self._at_most(j))
                break
            region = _with(self._problem, j)
            if region is None:
                continue
            if self._budget.exhausted:
                bounds.append(self._at_most(j))
                break
            near = partial(lifted, region, self._objective, self._wishes)
            with silence():
                found = search_within(
                    self._relaxation, region, self._objective, self._budget, near, value, slack
                )
            if found.values is not None and (value is None or worth(self._objective, found.values) > value):
                point, value = found.values, worth(self._objective, found.values)
            if found.bound >= lowest(region, self._objective):
                bounds.append(found.bound)
        return Best(point, value, max(bounds, default=None))

    def _at_most(self, j: int) -> int:
        """What the first multipliers let the problem bring with a variable at 1."""
        return (self._proof.numerator + min(self._proof.reduced[j], 0)) // self._proof.denominator


def held(component: LinearModel, best: Solution, budget: Budget) -> Held:
    """A component with its best values and what proves them."""
    problem, gains = problem_of(component), [v.gain for v in component.variables]
    known, tree = None, best.certificate.tree
    if isinstance(tree, Leaf):
        multipliers = [tree.multipliers.get(row.name, 0) for row in component.rows]
        known = proof(problem, gains, best.certificate.denominator, multipliers)
    return Held(problem, gains, best.values, budget, known)


def _with(problem: Problem, j: int) -> Problem | None:
    """The problem with a variable at 1 and what follows from it; None where it cannot be."""
    lower = (*problem.lower[:j], 1, *problem.lower[j + 1 :])
    return propagated(problem._replace(lower=lower), [j])
