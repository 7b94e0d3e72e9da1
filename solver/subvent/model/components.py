"""Independent parts of a linear model: variables that no row joins can be decided apart."""

from __future__ import annotations

from subvent.model.linear import LinearModel, Row


def components(model: LinearModel) -> tuple[LinearModel, ...]:
    """The connected components of the model, in the order of their first variables.

    Each is a model of its own (same names, same order, constant 0): the optimum of the whole is the
    model's constant plus the optima of the components. Rows without variables, which only an
    impossible model has, make a last component without variables.
    """
    root = roots(model)
    if len(set(root)) == 1 and all(row.terms for row in model.rows):
        return (LinearModel(model.variables, model.rows, further=model.further),)
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


def roots(model: LinearModel) -> list[int]:
    """The first variable of each variable's component, as indices."""
    above = list(range(len(model.variables)))
    for row in model.rows:
        first = -1
        for variable, _ in row.terms:
            # Union-find with path halving, the first variable on top.
            j = variable
            while above[j] != j:
                above[j] = j = above[above[j]]
            if first < 0 or j == first:
                first = j
            elif j < first:
                above[first] = j
                first = j
            else:
                above[j] = first
    for j, up in enumerate(above):
        above[j] = above[up]
    return above


def _part(
    model: LinearModel, indices: list[int], rows: list[Row], further: list[list[tuple[int, int]]]
) -> LinearModel:
    place = {j: new for new, j in enumerate(indices)}
    return LinearModel(
        variables=tuple(model.variables[j] for j in indices),
        rows=tuple(Row(r.name, tuple([(place[j], a) for j, a in r.terms]), r.upper, r.sources) for r in rows),
        further=tuple(tuple((place[j], a) for j, a in objective) for objective in further),
    )
