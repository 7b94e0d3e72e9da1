"""The plan whose largest regret over several answers is least, among all that are lawful under one of them.

Each answer is a *view*: a linear model of what is lawful under it, and the best it allows. A plan is what is
filed: lawful under one view, its own. Under another view those of its claims count that together are lawful
and bring most there, and its *regret* is by how much they fall short of the best. For each view whose plan it
may be, one model holds the filed claims and, for each view that may decide, the part of them that counts:

    t + value of the part in view a  >=  best of a        part of a <= filed        minimise t

Views are added to the model as they turn out to decide. The least t is proven by the optimiser's own bound.

Before that, each view by itself: what a plan lawful under one view can at most bring under another falls
apart into components, whatever the size, and mostly shows that none of these plans is the one sought.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from subvent.logic.terms import Reader, text
from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, Variable
from subvent.model.restricted import fixed
from subvent.optimise.optimum import Solution, optimum_of
from subvent.optimise.priced import by_prices
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known, best_of

_REGRET, _FILED, _KEPT = "regret", "filed ", "kept "
_CLAIM, _CHOICE = "claim(", "claim_for("
LARGEST = 20_000
"""Variables up to which a model that joins several answers is searched."""
LARGEST_OF_ALL = 150_000
"""Variables of all answers together up to which the least regret is sought."""

_Stated = tuple[str, dict[str, int], int]
"""A row by name, with its terms by name of variable, and its upper end."""


class View(NamedTuple):
    """What is lawful under one answer, and the largest total it allows, in fen (proven)."""

    model: LinearModel
    best: int


class Least(NamedTuple):
    """The filed claims (and rows they are made for) as names of variables, and what is known of their regret.

    `own` is the view under which they are lawful; no plan that is lawful under a view has a largest regret
    below `bound`. `filed` is None where nothing better than what was known is found; `sought` is whether it
    was sought at all, the views not being too large.
    """

    filed: frozenset[str] | None
    own: int
    regret: int
    bound: int
    sought: bool = True


def least_regret(views: Sequence[View], known: int, limits: Limits) -> Least:
    """The plan of least largest regret, if it has less than `known` fen, which another plan has."""
    if sum(len(view.model.variables) for view in views) > LARGEST_OF_ALL:
        return Least(None, 0, known, 0, sought=False)
    parts = [components(view.model) for view in views]
    # What is the same under every answer is best planned as it is under any, and never regretted.
    same = set(parts[0]).intersection(*parts[1:])
    solved: Known = {}
    rest = []
    for view, own in zip(views, parts, strict=True):
        best = view.best - view.model.constant
        for part in own:
            if part in same:
                whole = best_of(part, limits, solved)
                best -= whole.total
                if whole.total != whole.bound:
                    return Least(None, 0, known, 0)
        rest.append(View(_of([part for part in own if part not in same]), best))
    found = _Seeking(rest, known, limits).found()
    if found.filed is None:
        return found
    shared = frozenset(
        variable.name
        for part in same
        for variable, value in zip(part.variables, solved[part].values, strict=True)
        if value and variable.name.startswith((_CLAIM, _CHOICE))
    )
    return found._replace(filed=found.filed | shared)


def kept(
    view: View, filed: Collection[str], limits: Limits, known: dict[LinearModel, int] | None = None
) -> int | None:
    """What the filed claims bring in a view, in fen; None where that is not proven.

    `known` are proven totals of components from earlier calls; new ones are added.
    """
    known = {} if known is None else known
    allowed = _allowed(view.model, filed)
    nothing = {v.name: 0 for v in view.model.variables if is_choice(v.name) and v.name not in allowed}
    total = 0
    for part in components(fixed(view.model, nothing)):
        if part not in known:
            solution = optimum_of(part, limits)
            if solution.status != "optimal":
                return None
            known[part] = solution.total
        total += known[part]
    return total


class _Seeking:
    """The best plan found so far, over all views that may be its own."""

    def __init__(self, views: Sequence[View], known: int, limits: Limits) -> None:
        self._views, self._limits = views, limits
        self._least = Least(None, 0, known, known)
        self._telling = list(range(len(views)))
        self._solved: Known = {}
        self._kept: dict[LinearModel, int] = {}
        self._sought = False

    def found(self) -> Least:
        """The best plan, and a bound on all."""
        bounds = [self._bound(own) for own in range(len(self._views))]
        bound = min([*bounds, self._least.regret])
        return self._least._replace(bound=bound, sought=self._sought or bound == self._least.regret)

    def _alone(self, own: int) -> dict[int, int]:
        """What no plan lawful under a view regrets less under each other one; up to the first that is enough.

        Those that were enough before are tried first.
        """
        bounds: dict[int, int] = {}
        for other in list(self._telling):
            if self._limits.over:
                break
            brings = best_of(
                _meeting(self._views[own].model, self._views[other].model), self._limits, self._solved
            )
            bounds[other] = self._views[other].best - brings.bound
            if bounds[other] >= self._least.regret:
                self._telling.remove(other)
                self._telling.insert(0, other)
                break
        return bounds

    def _bound(self, own: int) -> int:
        """What no plan lawful under a view falls below; what is better than all before is kept."""
        alone = self._alone(own)
        bound = max(0, *alone.values()) if alone else 0
        if bound >= self._least.regret:
            return bound
        return self._sought_for(own, max(alone, key=lambda other: alone[other], default=own), bound)

    def _sought_for(self, own: int, first: int, bound: int) -> int:
        """The same, by looking for the best plan; `first` is a view that may decide."""
        # The fewer views decide, the sooner it is proven: further ones come in as they turn out to.
        decisive = [first]
        settled: dict[str, int] = {}
        probed = 0
        while not self._limits.over:
            model = _joint(self._views, own, dict.fromkeys(decisive))
            if len(model.variables) > LARGEST:
                return bound
            self._sought = True
            model = _held(model, settled)
            solution = by_prices(model, (), (), self._limits) or self._least_of(model)
            if solution.status == "infeasible" or -solution.bound >= self._least.regret:
                return self._least.regret
            # More views can only raise it.
            bound = max(bound, -solution.bound)
            if solution.status != "optimal" and probed < len(decisive):
                for other in decisive[probed:]:
                    settled |= self._settled_by(own, other)
                probed = len(decisive)
                continue
            if not solution.values:
                return bound
            made = zip(model.variables, solution.values, strict=True)
            names = (v.name.removeprefix(_FILED) for v, x in made if x and v.name.startswith(_FILED))
            filed = frozenset(name for name in names if is_choice(name))
            values = [kept(view, filed, self._limits, self._kept) for view in self._views]
            regrets = [v.best - x for v, x in zip(self._views, values, strict=True) if x is not None]
            if len(regrets) < len(self._views):
                return bound
            worst = max(regrets)
            if worst < self._least.regret:
                self._least = Least(filed, own, worst, 0)
            # What is best among the deciding views, and no worse in any other, is best.
            deciding = regrets.index(worst)
            if worst <= -solution.total or deciding in decisive:
                return bound
            decisive.append(deciding)
        return bound

    def _least_of(self, model: LinearModel) -> Solution:
        """The plan of a joint model that regrets least, if it regrets less than the best so far."""
        # Once it is known what is filed, each view's own part is soon found.
        filed = {j for j, variable in enumerate(model.variables) if variable.name.startswith(_FILED)}
        # Were less regret a bound of the model, a fen too much would be less than the relaxation sees.
        return optimum_of(model, self._limits, least=-self._least.regret, first=filed)

    def _settled_by(self, own: int, other: int) -> dict[str, int]:
        """What every plan of a view files, or does not, that regrets less under another than the best so far.

        Each choice is tried the other way in its component: that must not lose more than is left to lose.
        """
        model, view = _meeting(self._views[own].model, self._views[other].model), self._views[other]
        found = [(part, optimum_of(part, self._limits)) for part in components(model)]
        most = model.constant + sum(solution.bound for _, solution in found)
        left = most - (view.best - self._least.regret + 1)
        settled: dict[str, int] = {}
        for part, solution in found:
            for j, variable in enumerate(part.variables):
                name = variable.name.removeprefix(_FILED)
                if name == variable.name or not is_choice(name) or not solution.values or self._limits.over:
                    continue
                turned = 1 - solution.values[j]
                if not variable.lower <= turned <= variable.upper:
                    continue
                otherwise = optimum_of(_held(part, {variable.name: turned}), self._limits)
                if otherwise.status == "infeasible" or solution.bound - otherwise.bound > left:
                    settled[variable.name] = solution.values[j]
        return settled


def is_choice(name: str) -> bool:
    """Whether a variable is a claim, or the row that one is made for."""
    return name.startswith((_CLAIM, _CHOICE))


def _allowed(model: LinearModel, filed: Collection[str]) -> set[str]:
    """The choices of a model that were filed; a claim filed without naming a row may be made for any."""
    named = {claim_of(name) for name in filed if name.startswith(_CHOICE)}
    free = {
        v.name
        for v in model.variables
        if v.name.startswith(_CHOICE) and (claim := claim_of(v.name)) in filed and claim not in named
    }
    return set(filed) | free


def claim_of(choice: str) -> str:
    """The claim that is made for a row; of a claim, the claim itself."""
    return text(("claim", *Reader().atom(choice)[1:5]))


def _of(parts: Sequence[LinearModel]) -> LinearModel:
    """Parts without common variables as one model."""
    variables: list[Variable] = []
    rows: list[Row] = []
    for part in parts:
        begin = len(variables)
        variables += part.variables
        rows += [r._replace(terms=tuple((j + begin, a) for j, a in r.terms)) for r in part.rows]
    return LinearModel(tuple(variables), tuple(rows))


def _joint(views: Sequence[View], own: int, deciding: Mapping[int, None]) -> LinearModel:
    """The model of the plans of a view: what is filed, what of it counts in deciding views, the regret."""
    most = max(0, *(views[number].best for number in deciding))
    variables: dict[str, Variable] = {_REGRET: Variable(_REGRET, 0, most, -1)}
    rows: list[_Stated] = []

    def copy(model: LinearModel, prefix: str) -> None:
        names = [prefix + v.name for v in model.variables]
        variables.update((n, v._replace(name=n, gain=0)) for n, v in zip(names, model.variables, strict=True))
        rows.extend((prefix + r.name, {names[j]: a for j, a in r.terms}, r.upper) for r in model.rows)

    mine = views[own].model
    copy(mine, _FILED)
    for number in deciding:
        view = views[number]
        # Where each claim adds what it brings, all that is filed counts under the view it is lawful under.
        counted = number == own and _additive(mine)
        prefix = _FILED if counted else f"{number} "
        value = {prefix + v.name: -v.gain for v in view.model.variables if v.gain}
        rows.append((f"{number} {_REGRET}", {**value, _REGRET: -1}, -view.best))
        if not counted:
            copy(view.model, prefix)
            shut, joined = _of_filed(mine, view.model, prefix)
            variables.update((name, variables[name]._replace(upper=0)) for name in shut)
            rows.extend(joined)
    return _built(variables, rows)


def _meeting(own: LinearModel, other: LinearModel) -> LinearModel:
    """What the plans of one model bring at most of what another allows: a model that falls apart."""
    parts = ((_FILED, own), (_KEPT, other))
    variables = {
        prefix + v.name: v._replace(name=prefix + v.name, gain=v.gain if prefix == _KEPT else 0)
        for prefix, model in parts
        for v in model.variables
    }
    rows: list[_Stated] = [
        (prefix + r.name, {prefix + model.variables[j].name: a for j, a in r.terms}, r.upper)
        for prefix, model in parts
        for r in model.rows
    ]
    shut, joined = _of_filed(own, other, _KEPT)
    variables.update((name, variables[name]._replace(upper=0)) for name in shut)
    return _built(variables, [*rows, *joined])


def _of_filed(own: LinearModel, other: LinearModel, prefix: str) -> tuple[list[str], list[_Stated]]:
    """What holds what counts in another model to what is filed: choices that are none, and rows."""
    choices = {v.name for v in own.variables if is_choice(v.name)}
    choosing = {claim_of(name) for name in choices if name.startswith(_CHOICE)}
    shut: list[str] = []
    rows: list[_Stated] = []
    for name in (v.name for v in other.variables if is_choice(v.name)):
        if name in choices:
            rows.append((f"{prefix}{_FILED}{name}", {prefix + name: 1, _FILED + name: -1}, 0))
        elif name.startswith(_CLAIM) or claim_of(name) in choosing:
            shut.append(prefix + name)
    return shut, rows


def _held(model: LinearModel, values: Mapping[str, int]) -> LinearModel:
    """The model with some of its variables held at a value."""
    held = (
        v._replace(lower=values[v.name], upper=values[v.name]) if v.name in values else v
        for v in model.variables
    )
    return model._replace(variables=tuple(held))


def _additive(model: LinearModel) -> bool:
    """Whether nothing but claims and their rows bring anything, and none of them takes anything away."""
    return all(v.gain > 0 and is_choice(v.name) for v in model.variables if v.gain)


def _built(variables: Mapping[str, Variable], rows: Sequence[_Stated]) -> LinearModel:
    place = {name: j for j, name in enumerate(sorted(variables))}
    return LinearModel(
        tuple(variables[name] for name in place),
        tuple(
            Row(name, tuple(sorted((place[v], a) for v, a in terms.items())), upper, (name,))
            for name, terms, upper in sorted(rows, key=lambda row: row[0])
        ),
    )
