"""Components that a few rows hold together: each such row gets a price, and what is left falls apart.

With prices y/D >= 0 on the coupling rows, every lawful point x satisfies, exactly,

    D * sum(c_j x_j)  <=  sum(y_i b_i) + sum over parts of max of sum((D c_j - sum(y_i a_ij)) x_j)

and each part's maximum is small enough to be proven by itself. The prices come from a linear program
over whole points of the parts, generated where the prices find better ones (Dantzig and Wolfe 1960);
it is nearly always integral, and the points that it chooses are then the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from subvent.model.certificate import Certificate, Priced, evaluate
from subvent.model.components import components
from subvent.model.linear import LinearModel, Row, Variable, total
from subvent.optimise.optimum import Solution, optimise, optimum_of
from subvent.optimise.problem import lawful, problem_of
from subvent.optimise.relaxation import Relaxation, silence
from subvent.optimise.search import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALLEST = 60
"""Variables below which a component is searched as it is."""
_COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 14)
"""How many rows are tried as coupling; more are no few rows."""
_ROUNDS = 60
_DENOMINATORS = (1, 2, 3, 4, 6, 12, 1 << 20)
_FINE = 1 << 20


class _Column(NamedTuple):
    """A whole point of a part: what it brings, and what it takes of each coupling row."""

    part: int
    value: int
    usage: tuple[int, ...]
    point: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What is left of the component around some of its variables. `takes` is by coupling row."""

    model: LinearModel
    indices: tuple[int, ...]
    takes: tuple[tuple[int, ...], ...]
    ties: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]

    def priced(self, prices: Sequence[int], denominator: int) -> LinearModel:
        """The part with the coupling rows' prices taken off what its variables bring."""
        variables = tuple(
            v._replace(
                gain=denominator * v.gain - sum(y * row[j] for y, row in zip(prices, self.takes, strict=True))
            )
            for j, v in enumerate(self.model.variables)
        )
        return self.model._replace(variables=variables)

    def column(self, number: int, point: tuple[int, ...]) -> _Column:
        """A point of the part as a column."""
        usage = tuple(sum(a * x for a, x in zip(row, point, strict=True)) for row in self.takes)
        return _Column(number, total(self.model, point), usage, point)


def best(
    component: LinearModel,
    tie_breaks: Sequence[Sequence[int]] = (),
    order: Sequence[int] | None = None,
    limits: Limits | None = None,
) -> Solution:
    """The best values of a model, as `optimise` finds them, or by prices where that closes it.

    Where prices do it, ties are broken within each part and between the points of the parts.
    """
    soon = optimise(component, tie_breaks, order, _soon(limits))
    if soon.status in {"optimal", "infeasible"}:
        return soon
    found = by_prices(component, tie_breaks, order, limits)
    return found or optimise(component, tie_breaks, order, limits)


def best_untied(component: LinearModel, limits: Limits | None = None) -> Solution:
    """The best values of a model, by prices where that closes it; ties as they fall."""
    soon = optimum_of(component, _soon(limits))
    if soon.status in {"optimal", "infeasible"}:
        return soon
    return by_prices(component, limits=limits) or optimum_of(component, limits)


def _soon(limits: Limits | None) -> Limits:
    """What a component that prices may close is searched with first: most small ones need no more."""
    given = limits or Limits()
    return replace(given, nodes=min(given.nodes, 200), work=min(given.work, 20_000), effort=0.1)


def by_prices(
    component: LinearModel,
    tie_breaks: Sequence[Sequence[int]] = (),
    order: Sequence[int] | None = None,
    limits: Limits | None = None,
) -> Solution | None:
    """The best values as prices on the coupling rows prove them; None where they do not."""
    rows = coupling(component)
    if not rows:
        return None
    with silence():
        found = _by_prices(component, rows, tie_breaks, order, limits)
    return found if found is not None and found.status == "optimal" else None


def coupling(component: LinearModel) -> tuple[int, ...]:
    """The few rows without which a large component falls into small parts; none where there are none."""
    size = len(component.variables)
    if size < _SMALLEST:
        return ()
    longest = sorted(range(len(component.rows)), key=lambda i: (-len(component.rows[i].terms), i))
    left = {
        count: max(len(part.variables) for part in _apart(component, frozenset(longest[:count])))
        for count in _COUNTS
    }
    # Uneven parts are worth it too, but rows that hardly part anything any more are not.
    if (smallest := min(left.values())) * 3 > size * 2:
        return ()
    enough = min(count for count, largest in left.items() if largest * 5 <= smallest * 6)
    return tuple(sorted(longest[:enough]))


def _apart(component: LinearModel, taken: frozenset[int]) -> tuple[LinearModel, ...]:
    rows = tuple(row for i, row in enumerate(component.rows) if i not in taken)
    return components(component._replace(rows=rows, constant=0, further=()))


def _parts(
    component: LinearModel,
    rows: Sequence[int],
    tie_breaks: Sequence[Sequence[int]],
    order: Sequence[int] | None,
) -> list[_Part]:
    place = {v.name: j for j, v in enumerate(component.variables)}
    takes = [dict(component.rows[i].terms) for i in rows]
    rank = {j: position for position, j in enumerate(range(len(place)) if order is None else order)}
    found = []
    for model in _apart(component, frozenset(rows)):
        indices = tuple(place[v.name] for v in model.variables)
        local = sorted((j for j, own in enumerate(indices) if own in rank), key=lambda j: rank[indices[j]])
        found.append(
            _Part(
                model,
                indices,
                tuple(tuple(row.get(j, 0) for j in indices) for row in takes),
                tuple(tuple(level[j] for j in indices) for level in tie_breaks),
                tuple(local),
            )
        )
    return found


def _by_prices(
    component: LinearModel,
    rows: tuple[int, ...],
    tie_breaks: Sequence[Sequence[int]],
    order: Sequence[int] | None,
    limits: Limits | None,
) -> Solution | None:
    parts = _parts(component, rows, tie_breaks, order)
    limit = [component.rows[i].upper for i in rows]
    if not _nothing_is_lawful(parts) or min(limit) < 0:
        return None
    columns: dict[_Column, None] = {}
    prices = [0.0] * len(rows)
    for _ in range(_ROUNDS):
        found = _points(parts, [round(y * _FINE) for y in prices], _FINE, limits)
        if found is None:
            return None
        fresh = [column for column in found if column not in columns and any(column.point)]
        columns |= dict.fromkeys(fresh)
        if not fresh or not columns:
            break
        prices = _prices(list(columns), limit)
    return _assembled(component, parts, rows, list(columns), prices, limits)


def _nothing_is_lawful(parts: Sequence[_Part]) -> bool:
    """Whether every part may be all zeros, which then needs no column."""
    return all(
        not any(v.lower for v in part.model.variables)
        and lawful(problem_of(part.model), [0] * len(part.model.variables))
        for part in parts
    )


def _points(
    parts: Sequence[_Part], prices: Sequence[int], denominator: int, limits: Limits | None
) -> list[_Column] | None:
    """The best point of each part at some prices; None when one is not proven."""
    found = []
    for number, part in enumerate(parts):
        solution = optimise(part.priced(prices, denominator), part.ties, part.order, limits)
        if solution.status != "optimal":
            return None
        found.append(part.column(number, solution.values))
    return found


def _master(columns: Sequence[_Column], limit: Sequence[int]) -> LinearModel:
    """One column a part at most, within the coupling rows. Columns stand in the order given."""
    width = len(str(len(columns)))
    variables = tuple(Variable(f"{n:0{width}d}", 0, 1, column.value) for n, column in enumerate(columns))
    rows = [
        Row(f"row {i:03d}", tuple((n, c.usage[i]) for n, c in enumerate(columns) if c.usage[i]), upper)
        for i, upper in enumerate(limit)
    ]
    by_part: dict[int, list[int]] = {}
    for n, column in enumerate(columns):
        by_part.setdefault(column.part, []).append(n)
    rows += [
        Row(f"part {k:06d}", tuple((n, 1) for n in members), 1) for k, members in sorted(by_part.items())
    ]
    return LinearModel(variables, tuple(sorted(rows)))


def _prices(columns: Sequence[_Column], limit: Sequence[int]) -> list[float]:
    """What the linear program over the columns would pay for one more of each coupling row."""
    master = _master(columns, limit)
    problem = problem_of(master)
    guess = Relaxation(problem, [v.gain for v in master.variables]).solve(problem.lower, problem.upper)
    named = (
        {row.name: y for row, y in zip(master.rows, guess.multipliers, strict=True)} if guess.feasible else {}
    )
    return [max(0.0, named.get(f"row {i:03d}", 0.0)) for i in range(len(limit))]


def _assembled(
    component: LinearModel,
    parts: Sequence[_Part],
    rows: tuple[int, ...],
    columns: Sequence[_Column],
    prices: Sequence[float],
    limits: Limits | None,
) -> Solution | None:
    """The best points together, and the certificate at the prices, exact."""
    limit = [component.rows[i].upper for i in rows]
    values = [0] * len(component.variables)
    if columns:
        fewest = [-sum(map(bool, column.point)) for column in columns]
        chosen = optimise(_master(columns, limit), (fewest,), None, limits)
        for column, taken in zip(columns, chosen.values, strict=False):
            if taken:
                for j, x in zip(parts[column.part].indices, column.point, strict=True):
                    values[j] = x
    exact, denominator = _exact(columns, limit, prices)
    certificate = _certificate(component, parts, rows, exact, denominator, limits)
    if certificate is None or not lawful(problem_of(component), values):
        return None
    bound, reached = evaluate(component, certificate), total(component, tuple(values))
    status = "optimal" if bound == reached else "feasible"
    return Solution(tuple(values), reached, bound, certificate, status, unique=False)  # type: ignore[arg-type]


def _exact(
    columns: Sequence[_Column], limit: Sequence[int], prices: Sequence[float]
) -> tuple[list[int], int]:
    """The prices over the denominator with the least bound, judged by the columns; small ones first."""

    def bound(given: Sequence[int], denominator: int) -> int:
        most: dict[int, int] = {}
        for column in columns:
            left = denominator * column.value - sum(y * u for y, u in zip(given, column.usage, strict=True))
            most[column.part] = max(most.get(column.part, 0), left)
        return (sum(y * b for y, b in zip(given, limit, strict=True)) + sum(most.values())) // denominator

    tried = [([round(y * d) for y in prices], d) for d in _DENOMINATORS]
    return min(tried, key=lambda pair: bound(*pair))


def _certificate(
    component: LinearModel,
    parts: Sequence[_Part],
    rows: Sequence[int],
    prices: Sequence[int],
    denominator: int,
    limits: Limits | None,
) -> Certificate | None:
    found = {}
    for part in parts:
        solution = optimise(part.priced(prices, denominator), (), None, limits)
        if solution.status != "optimal":
            return None
        found[part.model.variables[0].name] = solution.certificate
    named = {component.rows[i].name: y for i, y in zip(rows, prices, strict=True)}
    return Certificate(denominator, Priced(named, found))
