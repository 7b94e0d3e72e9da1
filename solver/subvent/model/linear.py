"""The linear model: integer variables within bounds, rows `sum <= upper`, one objective to maximise.

Everything is an integer (money in fen). An equation is two rows. Names tell the claim and the rule:
a variable is called after its atom, a row after the `violated(K)` atom or the rule it stands for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class Variable(NamedTuple):
    """An integer unknown with `lower <= value <= upper`; `gain` is its coefficient in the objective."""

    name: str
    lower: int
    upper: int
    gain: int


class Row(NamedTuple):
    """`sum(coefficient * variable) <= upper`; `terms` are pairs (index of variable, coefficient).

    `sources` are the statements that together imply the row: one name for most rows, several for a
    row merged from the cliques of other rows.
    """

    name: str
    terms: tuple[tuple[int, int], ...]
    upper: int
    sources: tuple[str, ...] = ()


class LinearModel(NamedTuple):
    """Maximise `constant + sum(gain * variable)` subject to the rows. Names are unique.

    `further` are objectives to maximise after the first, in order, each as (index, coefficient).
    `settled` are the atoms that have one value in every solution, as (name, 0 or 1): they are no
    variables any more. Variables stand in the order of their names, rows in the order of theirs.
    """

    variables: tuple[Variable, ...]
    rows: tuple[Row, ...]
    constant: int = 0
    further: tuple[tuple[tuple[int, int], ...], ...] = ()
    settled: tuple[tuple[str, int], ...] = ()


def total(model: LinearModel, values: tuple[int, ...]) -> int:
    """The objective (constant included) at `values`, one integer a variable."""
    return model.constant + sum(v.gain * x for v, x in zip(model.variables, values, strict=True))


def broken(model: LinearModel, values: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the variables outside their bounds and of the rows that `values` does not keep."""
    outside = [v.name for v, x in zip(model.variables, values, strict=True) if not v.lower <= x <= v.upper]
    return (*outside, *(r.name for r in model.rows if sum(a * values[j] for j, a in r.terms) > r.upper))


def require_one(model: LinearModel, wanted: tuple[int, ...], name: str = "required") -> LinearModel:
    """The model with one more row: at least one of the 0/1 variables `wanted` (indices) is 1.

    `name` must not be the name of a row yet; the new row stands last.
    """
    row = Row(name, tuple((j, -1) for j in sorted(set(wanted))), -1, (name,))
    return model._replace(rows=(*model.rows, row))


def without(model: LinearModel, names: Collection[str]) -> LinearModel:
    """The model with the 0/1 variables of these names at 0, and no variables any more."""
    kept = [j for j, v in enumerate(model.variables) if v.name not in names]
    place = {j: new for new, j in enumerate(kept)}

    def left(terms: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        return tuple((place[j], a) for j, a in terms if j in place)

    gone = [(v.name, 0) for v in model.variables if v.name in names]
    rows = (row._replace(terms=left(row.terms)) for row in model.rows)
    return LinearModel(
        tuple(model.variables[j] for j in kept),
        tuple(row for row in rows if row.terms or row.upper < 0),
        model.constant,
        tuple(left(objective) for objective in model.further),
        tuple(sorted([*model.settled, *gone])),
    )


def faults(model: LinearModel) -> list[str]:
    """What is wrong with a model as data: the invariants that every stage may rely on (none: [])."""
    found = []
    for what, names in (("variable", model.variables), ("row", model.rows)):
        labels = [n.name for n in names]
        found += [f"{what} {a} is not before {b}" for a, b in pairwise(labels) if not a < b]
    found += [f"variable {v.name}: {v.lower} > {v.upper}" for v in model.variables if v.lower > v.upper]
    for row in model.rows:
        indices = [j for j, _ in row.terms]
        if indices != sorted(set(indices)) or any(not 0 <= j < len(model.variables) for j in indices):
            found.append(f"row {row.name}: terms are not in order")
        if any(a == 0 for _, a in row.terms):
            found.append(f"row {row.name}: a zero coefficient")
    return found


def unique(names: list[str]) -> list[str]:
    """The names (equal ones adjacent), repeated ones numbered from the second on."""
    taken = set(names)
    found: list[str] = []
    count = 0
    for position, name in enumerate(names):
        count = count + 1 if position and names[position - 1] == name else 1
        label = name if count == 1 else f"{name} #{count}"
        while count > 1 and label in taken:
            label += "'"
        taken.add(label)
        found.append(label)
    return found


def joined(models: Sequence[LinearModel]) -> LinearModel:
    """Several models as one, in canonical order; they have one objective each.

    Variables of one name are one, within the bounds of all; what one model has settled may be a variable of
    another. Their gains add up.
    """
    found: dict[str, Variable] = {}
    for one in (variable for model in models for variable in model.variables):
        known = found.get(one.name)
        found[one.name] = one if known is None else _both(known, one)
    settled = {atom for model in models for atom in model.settled}
    for name, value in settled:
        if name in found:
            found[name] = _both(found[name], Variable(name, value, value, 0))
    place = {name: (j, 1) for j, name in enumerate(sorted(found))}
    rows = list[Row]()
    for model in models:
        # Most terms are a variable as it is: one of each will do for all rows.
        once = [place[v.name] for v in model.variables]
        for name, terms, upper, sources in model.rows:
            here = sorted([once[j] if a == 1 else (once[j][0], a) for j, a in terms])
            rows.append(Row(name, tuple(here), upper, sources))
    rows.sort()
    labels = unique([row.name for row in rows])
    renamed = zip(rows, labels, strict=True)
    return LinearModel(
        tuple(found[name] for name in place),
        tuple(sorted(row if row.name == label else row._replace(name=label) for row, label in renamed)),
        sum(model.constant for model in models),
        (),
        tuple(sorted(atom for atom in settled if atom[0] not in found)),
    )


def _both(one: Variable, other: Variable) -> Variable:
    lower, upper = max(one.lower, other.lower), min(one.upper, other.upper)
    return Variable(one.name, lower, upper, one.gain + other.gain)
