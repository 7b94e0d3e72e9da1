"""The optimum of a whole model, a component at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from itertools import compress, count
from typing import NamedTuple

from subvent.model.components import components
from subvent.model.linear import LinearModel, broken, total
from subvent.optimise.decided import Preferred, Told, decided_together
from subvent.optimise.optimum import Solution, Status
from subvent.optimise.priced import best as best_values
from subvent.optimise.priced import best_untied, searched_first
from subvent.optimise.relaxation import Guess
from subvent.optimise.search import Limits
from subvent.process.progress import SILENT

Known = MutableMapping[LinearModel, Solution]
_MANY = 100
"""Components that are left when the time is over, from which on each is only bounded in haste."""
_LONG = 2_000
"""Variables of a component from which on its relaxation would take too long where prices alone close it."""


class Whole(NamedTuple):
    """The solutions of a model's components, in their order."""

    parts: tuple[LinearModel, ...]
    solutions: tuple[Solution, ...]
    constant: int

    @property
    def values(self) -> dict[str, int]:
        """Every variable's value, by name."""
        return {
            variable.name: value
            for part, solution in zip(self.parts, self.solutions, strict=True)
            for variable, value in zip(part.variables, solution.values, strict=True)
        }

    @property
    def total(self) -> int:
        """The objective at those values, in fen."""
        return self.constant + sum(solution.total for solution in self.solutions)

    @property
    def bound(self) -> int:
        """What the certificates prove that no values exceed, in fen."""
        return self.constant + sum(solution.bound for solution in self.solutions)

    @property
    def found(self) -> bool:
        """Whether every component has values."""
        return all(solution.status in {"optimal", "feasible"} for solution in self.solutions)


def beside(wholes: Sequence[Whole]) -> Whole:
    """Models that share nothing, as one."""
    solved = [one for whole in wholes for one in zip(whole.parts, whole.solutions, strict=True)]
    # Components stand in the order of their first variables.
    solved.sort(key=lambda one: one[0].variables[0].name)
    parts, solutions = zip(*solved, strict=True) if solved else ((), ())
    return Whole(parts, solutions, sum(whole.constant for whole in wholes))


def optimise_whole(
    model: LinearModel,
    tie_breaks: Sequence[Mapping[str, int]],
    order: Sequence[str],
    limits: Limits | None = None,
    known: Known | None = None,
) -> Whole:
    """The best values of a model. `tie_breaks` are further objectives by name of variable.

    `order` names the variables whose order decides what is still equal after them. `known` are proven
    solutions of components under tie-breaks that order in the same way; what is new is added to them.
    """
    limits = limits or Limits()
    preferred = Preferred(tie_breaks, dict(zip(order, count(), strict=False)))
    parts = components(model)
    # A part is looked up by all that it says: only where there is something to find.
    already = [known.get(part) for part in parts] if known else [None] * len(parts)
    told = _told([part for part, found in zip(parts, already, strict=True) if not found], preferred, limits)
    solutions: list[Solution] = []
    for part, solution in zip(parts, already, strict=True):
        tell(solutions, len(parts), limits)
        if limits.over and len(parts) - len(solutions) > _MANY:
            limits = replace(limits, hurried=True)
        if solution:
            solutions.append(solution)
            continue
        decided, guess = next(told)
        solutions.append(decided or _searched(part, preferred, limits, guess))
        if known is not None and solutions[-1].unique:
            known[part] = solutions[-1]
    tell(solutions, len(parts), limits)
    return Whole(parts, tuple(solutions), model.constant)


def _told(parts: Sequence[LinearModel], preferred: Preferred | None, limits: Limits) -> Iterator[Told]:
    """What relaxations solved together say of each component, where it is worth asking."""
    asked = [len(part.variables) < _LONG or searched_first(part) for part in parts]
    found = iter(decided_together(list(compress(parts, asked)), preferred, limits))
    return (next(found) if one else Told() for one in asked)


def _searched(part: LinearModel, preferred: Preferred, limits: Limits, guess: Guess | None) -> Solution:
    names, place = [variable.name for variable in part.variables], preferred.place
    ranked = sorted((j for j, name in enumerate(names) if name in place), key=lambda j: place[names[j]])
    weights = [[level.get(name, 0) for name in names] for level in preferred.ties]
    return _with_values(part, best_values(part, weights, ranked, limits, guess))


def tell(solutions: Sequence[Solution], count: int, limits: Limits) -> None:
    """Tell how much of several components is proven so far."""
    if count > 1 and limits.progress is not SILENT:
        proven = sum(solution.status == "optimal" for solution in solutions)
        gap = sum(solution.bound - solution.total for solution in solutions if solution.values)
        limits.progress.proven(proven, count, gap)


def _with_values(part: LinearModel, solution: Solution) -> Solution:
    """The solution; where the limits ended before any values were found, all zeros if those are lawful."""
    zeros = (0,) * len(part.variables)
    if solution.status != "unknown" or broken(part, zeros):
        return solution
    status: Status = "optimal" if solution.bound == total(part, zeros) else "feasible"
    return solution._replace(values=zeros, total=total(part, zeros), status=status)


def best_of(model: LinearModel, limits: Limits | None, known: Known) -> Whole:
    """The best values of a model, ties as they fall.

    Proven solutions of components are taken from `known`, and new ones added to it.
    """
    parts, limits = components(model), limits or Limits()
    already = [known.get(part) for part in parts]
    told = _told([part for part, found in zip(parts, already, strict=True) if not found], None, limits)
    solutions = []
    for part, found in zip(parts, already, strict=True):
        if found:
            solutions.append(found)
            continue
        decided, guess = next(told)
        solutions.append(decided or best_untied(part, limits, guess))
        if solutions[-1].status == "optimal":
            known[part] = solutions[-1]
    return Whole(parts, tuple(solutions), model.constant)
