"""Independent parts of a linear model: variables that no row joins can be decided apart."""

from __future__ import annotations

from subvent.model.linear import LinearModel, Row
from subvent.partition import Partition


def components(model: LinearModel) -> tuple[LinearModel, ...]:
    """The connected components of the model, in the order of their first variables.

    Each is a model of its own (same names, same order, constant 0): the optimum of the whole is the
    model's constant plus the optima of the components. Rows without variables, which only an
    impossible model has, make a last component without variables.
    """
    root = _roots(model)
    members: dict[int, list[int]] = {}
    for j in range(len(model.variables)):
        members.setdefault(root[j], []).append(j)
    rows: dict[int, list[Row]] = {}
    empty: list[Row] = []
    for row in model.rows:
        (rows.setdefault(root[row.terms[0][0]], []) if row.terms else empty).append(row)
    further: dict[int, list[list[tuple[int, int]]]] = {
        key: [[] for _ in model.further] for key in (members if model.further else ())
    }
    for level, objective in enumerate(model.further):
        for j, weight in objective:
            further[root[j]][level].append((j, weight))
    found = [_part(model, m, rows.get(key, []), further.get(key, [])) for key, m in members.items()]
    if empty:
        found.append(LinearModel((), tuple(empty)))
    return tuple(found)


def _roots(model: LinearModel) -> list[int]:
    """One variable of each variable's component, the same for all of it."""
    together = Partition[int]()
    for row in model.rows:
        if len(row.terms) > 1:
            together.join(j for j, _ in row.terms)
    return [together.of(j) for j in range(len(model.variables))]


def _part(
    model: LinearModel, indices: list[int], rows: list[Row], further: list[list[tuple[int, int]]]
) -> LinearModel:
    place = {j: new for new, j in enumerate(indices)}
    return LinearModel(
        variables=tuple(model.variables[j] for j in indices),
        rows=tuple(Row(r.name, tuple([(place[j], a) for j, a in r.terms]), r.upper, r.sources) for r in rows),
        further=tuple(tuple((place[j], a) for j, a in objective) for objective in further),
    )
