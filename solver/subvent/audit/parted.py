"""A linear model cut along groups of rows of a portfolio, by the names of its variables alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from subvent.audit.groups import strings
from subvent.partition import Partition

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel, Row, Variable


def parted(model: LinearModel, of: Mapping[str, int], count: int) -> list[LinearModel] | None:
    """One model a group, `of` telling the group of each row's id; the constant is the first one's.

    None where a row of the model joins variables of several groups, or a name is of several.
    """
    joined = Partition[int]()
    for row in model.rows:
        joined.join(j for j, _ in row.terms)
    roots: dict[int, int] = {}
    for j, variable in enumerate(model.variables):
        for group in {of[name] for name in strings(variable.name) if name in of}:
            if roots.setdefault(joined.of(j), group) != group:
                return None
    variables: defaultdict[int, list[Variable]] = defaultdict(list)
    rows: defaultdict[int, list[Row]] = defaultdict(list)
    settled: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    place: list[int] = []
    for j, variable in enumerate(model.variables):
        own = variables[roots.get(joined.of(j), 0)]
        place.append(len(own))
        own.append(variable)
    for row in model.rows:
        group = roots.get(joined.of(row.terms[0][0]), 0) if row.terms else 0
        rows[group].append(row._replace(terms=tuple([(place[j], a) for j, a in row.terms])))
    for name, value in model.settled:
        found = {of[one] for one in strings(name) if one in of}
        if len(found) > 1:
            return None
        settled[min(found, default=0)].append((name, value))
    return [
        _part(model, variables[at], rows[at], settled[at], model.constant if not at else 0)
        for at in range(count)
    ]


def _part(
    model: LinearModel,
    variables: Sequence[Variable],
    rows: Sequence[Row],
    settled: Sequence[tuple[str, int]],
    constant: int,
) -> LinearModel:
    return model._replace(
        variables=tuple(variables), rows=tuple(rows), constant=constant, further=(), settled=tuple(settled)
    )
