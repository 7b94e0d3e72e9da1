"""Independent parts of a linear model: variables that no row joins can be decided apart."""

from __future__ import annotations

from collections import defaultdict

from subvent.model.linear import LinearModel, Row, Variable


def components(model: LinearModel) -> tuple[LinearModel, ...]:
    """The connected components of the model, in the order of their first variables.

    Each is a model of its own (same names, same order, constant 0): the optimum of the whole is the
    model's constant plus the optima of the components. Rows without variables, which only an
    impossible model has, make a last component without variables.
    """
    root = roots(model)
    if len(set(root)) == 1 and all(row.terms for row in model.rows):
        return (LinearModel(model.variables, model.rows, further=model.further),)
    members: defaultdict[int, list[Variable]] = defaultdict(list)
    place = []
    for variable, key in zip(model.variables, root, strict=True):
        own = members[key]
        place.append(len(own))
        own.append(variable)
    # Most terms are a variable as it is: one of each will do for all rows of all components.
    once = [(j, 1) for j in range(max(map(len, members.values()), default=0))]
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    empty: list[Row] = []
    for row in model.rows:
        name, terms, upper, sources = row
        if terms:
            here = tuple([once[place[j]] if a == 1 else (place[j], a) for j, a in terms])
            rows[root[terms[0][0]]].append(Row(name, here, upper, sources))
        else:
            empty.append(row)
    further: dict[int, list[list[tuple[int, int]]]] = {
        key: [[] for _ in model.further] for key in (members if model.further else ())
    }
    for level, objective in enumerate(model.further):
        for j, weight in objective:
            further[root[j]][level].append((place[j], weight))
    found = [
        LinearModel(tuple(own), tuple(rows[key]), further=tuple(map(tuple, further.get(key, ()))))
        for key, own in members.items()
    ]
    if empty:
        found.append(LinearModel((), tuple(empty)))
    return tuple(found)


def roots(model: LinearModel) -> list[int]:
    """The first variable of each variable's component, as indices."""
    above = list(range(len(model.variables)))
    for row in model.rows:
        first = -1
        for variable, _ in row.terms:
            if above[variable] == first:
                continue
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
