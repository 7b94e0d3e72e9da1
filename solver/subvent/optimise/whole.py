"""The optimum of a whole model, a component at a time, and what insisting on a claim would cost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import replace
from itertools import compress, count
from typing import NamedTuple

from subvent.model.certificate import Priced
from subvent.model.components import components
from subvent.model.linear import LinearModel, broken, total
from subvent.optimise.coupling import coupling
from subvent.optimise.decided import Preferred, Told, decided_together
from subvent.optimise.held import held
from subvent.optimise.optimum import Solution, Status
from subvent.optimise.outbid import Outbid, as_priced
from subvent.optimise.priced import best as best_values
from subvent.optimise.priced import best_untied, searched_first
from subvent.optimise.relaxation import Guess
from subvent.optimise.search import Budget, Limits
from subvent.process.progress import SILENT

Known = MutableMapping[LinearModel, Solution]
_MANY = 100
"""Components that are left when the time is over, from which on each is only bounded in haste."""
_LONG = 2_000
"""Variables of a component from which on its relaxation would take too long where prices alone close it."""
_LARGE = 200
"""Variables of a component from which on each loss would take long by itself."""
_LARGEST = 1_000
"""Variables from which on it would take too long to relax a component for each."""
_NODES, _WORK = 20_000, 3_000_000
"""What the losses of one component may take together: nodes, and rows and variables of all of them."""


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
        _tell(solutions, len(parts), limits)
        if limits.over and len(parts) - len(solutions) > _MANY:
            limits = replace(limits, hurried=True)
        if solution:
            solutions.append(solution)
            continue
        decided, guess = next(told)
        solutions.append(decided or _searched(part, preferred, limits, guess))
        if known is not None and solutions[-1].unique:
            known[part] = solutions[-1]
    _tell(solutions, len(parts), limits)
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


def _tell(solutions: Sequence[Solution], count: int, limits: Limits) -> None:
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


def losses(
    whole: Whole, wanted: Collection[Sequence[str]], limits: Limits | None = None
) -> list[tuple[int | None, bool]]:
    """What each demand costs, in fen: the optimum less the best with one of its variables at 1.

    A demand names variables of one component. With the loss comes whether it is proven; the loss is
    None when no lawful choice meets the demand. A component that a few rows hold together is not searched
    again for each of its many claims: what the prices that prove its best tell is told. All demands on a
    component share what may be spent on it.
    """
    given = limits or Limits()
    home = {v.name: (k, j) for k, part in enumerate(whole.parts) for j, v in enumerate(part.variables)}
    asked: dict[int, _Asked] = {}
    found: list[tuple[int | None, bool]] = []
    for names in wanted:
        given.progress.counted(len(found), len(wanted))
        if given.over:
            found.append((None, False))
            continue
        by_part: dict[int, list[int]] = {}
        for name in names:
            if name in home:
                by_part.setdefault(home[name][0], []).append(home[name][1])
        best: int | None = None
        proven = True
        for k, indices in by_part.items():
            if k not in asked:
                asked[k] = _asked(whole.parts[k], whole.solutions[k], given)
            total, sure = asked[k](indices)
            proven &= sure
            if total is not None:
                loss = whole.solutions[k].total - total
                best = loss if best is None else min(best, loss)
        found.append((best, proven))
    return found


_Asked = Callable[[Sequence[int]], tuple[int | None, bool]]
"""The best total with one of some variables (None: none is found), and whether that is proven."""


def _asked(part: LinearModel, solution: Solution, limits: Limits) -> _Asked:
    budget, proven = Budget(_for_losses(part, limits)), solution.certificate
    if len(part.variables) > _LARGEST and not isinstance(proven.tree, Priced) and (rows := coupling(part)):
        proven = as_priced(part, proven, rows) or proven
    if isinstance(proven.tree, Priced) and solution.status == "optimal":
        return Outbid(part, solution, proven, budget).including
    anew = held(part, solution, budget)

    def searched(indices: Sequence[int]) -> tuple[int | None, bool]:
        found = anew.including(indices)
        total = None if found.value is None else found.value + part.constant
        return total, found.value == found.bound

    return searched


def _for_losses(part: LinearModel, limits: Limits) -> Limits:
    """What all losses of a component may take: no other solver is asked about each of many in a large one."""
    large = len(part.variables) > _LARGE
    return replace(limits, nodes=_NODES, work=_WORK, effort=0.0 if large else limits.effort)
