"""The optimum of one component: its values, its total, and a certificate that no total is larger."""

from __future__ import annotations

from dataclasses import replace
from math import lcm
from typing import TYPE_CHECKING, Literal, NamedTuple

from subvent.model.certificate import Branching, Certificate, Leaf
from subvent.model.linear import total
from subvent.optimise import ties as tie_breaking
from subvent.optimise.problem import problem_of
from subvent.optimise.relaxation import silence
from subvent.optimise.search import Budget, Limits, search
from subvent.optimise.tree import Node, Outcome, leaves

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from subvent.model.linear import LinearModel
    from subvent.optimise.relaxation import Guess

_TIE_WORK, _TIE_NODES = 3_000, 8
"""What breaking ties may take: rows and variables of all nodes together, but some nodes in any case."""

Status = Literal["optimal", "feasible", "infeasible", "unknown"]


class Solution(NamedTuple):
    """What is known about the best values of a model.

    `values` are one integer a variable (empty without any); `total` is their objective, `bound` what
    the certificate proves no values can exceed, both with the model's constant. `status` is `optimal`
    when they are equal, `feasible` when the limits ended the proof, `infeasible` when there are no
    values, `unknown` when the limits ended before any were found. `unique` says that ties were broken
    to the end.
    """

    values: tuple[int, ...]
    total: int
    bound: int
    certificate: Certificate
    status: Status
    unique: bool


def optimise(
    component: LinearModel,
    tie_breaks: Sequence[Sequence[int]] = (),
    order: Sequence[int] | None = None,
    limits: Limits | None = None,
    guess: Guess | None = None,
) -> Solution:
    """The best values of a model, those of equal worth told apart always in the same way.

    `tie_breaks` are objectives (one integer a variable) to maximise in turn after the model's own
    (`component.further` come before them); then the variables of `order` (default: all of width 1 in
    the model's order) are to be 1 rather than 0, one after another, and the others as small as they
    can be. `guess` is what its relaxation says, where that is known already. Raises nothing: a
    component without values has the status `infeasible`.
    """
    budget = Budget(limits or Limits(), told=True)
    problem = problem_of(component)
    objective = [v.gain for v in component.variables]
    with silence():
        further = [*(_dense(terms, len(objective)) for terms in component.further), *tie_breaks]
        budget.wanted = further[0] if further else [0] * len(objective)
        outcome = search(problem, objective, budget, guess=guess)
        budget.told = False
        if outcome.values is None or not outcome.closed or budget.over():
            return _solution(component, outcome, outcome.values, unique=False)
        values, unique = tie_breaking.broken(
            outcome,
            objective,
            further,
            last(component, order),
            for_ties(budget.limits, len(problem.rows) + len(problem.lower)),
        )
    return _solution(component, outcome, values, unique=unique)


def for_ties(limits: Limits, size: int) -> Budget:
    """What breaking ties may take in a component of so many rows and variables.

    Where that does not suffice, the first tie-breaks have been followed.
    """
    return Budget(replace(limits, work=min(limits.work, max(_TIE_WORK, _TIE_NODES * size))))


def optimum_of(
    component: LinearModel,
    limits: Limits | None = None,
    guess: Guess | None = None,
    least: int | None = None,
    first: Collection[int] = (),
) -> Solution:
    """The best values of a model, ties as they fall.

    `least` is a total that is reached elsewhere: what is no better is not looked for, and where nothing is
    better the status is `unknown` and the bound no more than that. `first` are the variables that decide
    most, to be split at before others.
    """
    objective = [v.gain for v in component.variables]
    with silence():
        budget = Budget(limits or Limits(), wanted=[0] * len(objective), first=first)
        known = None if least is None else least - component.constant
        outcome = search(problem_of(component), objective, budget, least=known, guess=guess)
    return _solution(component, outcome, outcome.values, unique=False)


def _dense(terms: tuple[tuple[int, int], ...], size: int) -> list[int]:
    weights = [0] * size
    for j, w in terms:
        weights[j] += w
    return weights


def last(component: LinearModel, order: Sequence[int] | None) -> list[tuple[int, int]]:
    """What decides last: the ordered variables to be large, then the others to be small."""
    wide = {j for j, v in enumerate(component.variables) if v.upper - v.lower > 1}
    everything = range(len(component.variables))
    first = [j for j in everything if j not in wide] if order is None else list(order)
    rest = set(everything).difference(first)
    return [*((j, 1) for j in first), *((j, -1) for j in sorted(rest))]


def _solution(
    model: LinearModel, outcome: Outcome, values: tuple[int, ...] | None, *, unique: bool
) -> Solution:
    certificate = certificate_of(model, outcome.root)
    # What the certificate proves: its multipliers are those of the leaves, over one denominator.
    bound = model.constant + outcome.bound
    if values is None:
        least = model.constant + sum(min(v.gain * v.lower, v.gain * v.upper) for v in model.variables)
        nothing: Status = "infeasible" if bound < least else "unknown"
        return Solution((), bound, bound, certificate, nothing, unique=False)
    reached = total(model, values)
    status: Status = "optimal" if bound == reached else "feasible"
    return Solution(values, reached, bound, certificate, status, unique)


def certificate_of(model: LinearModel, root: Node) -> Certificate:
    """The search's tree with names for indices, all multipliers over one denominator."""
    denominator = lcm(*(leaf.proof.denominator for leaf in leaves(root)))
    built: dict[int, Leaf | Branching] = {}
    waiting = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if not node.children:
            times = denominator // node.proof.denominator
            multipliers = zip(model.rows, node.proof.multipliers, strict=True)
            built[id(node)] = Leaf({row.name: y * times for row, y in multipliers if y})
        elif ready:
            low, high = (built[id(child)] for child in node.children)
            built[id(node)] = Branching(model.variables[node.variable].name, node.at, low, high)
        else:
            waiting += [(node, True), *((child, False) for child in node.children)]
    return Certificate(denominator, built[id(root)])
