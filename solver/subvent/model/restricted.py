"""Models with some variables fixed, and the part of a model that some variables have to do with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.model.linear import LinearModel, Row

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


def fixed(model: LinearModel, values: Mapping[str, int]) -> LinearModel:
    """The model with the variables of these names fixed, and no variables any more.

    Rows that nothing within the bounds can break are left out; one that nothing can keep has no terms.
    Names that are no variables are passed over. The constant takes what the fixed ones gain.
    """
    old = model.variables
    kept = [j for j, variable in enumerate(old) if variable.name not in values]
    place = {j: new for new, j in enumerate(kept)}
    rows = []
    for row in model.rows:
        upper = row.upper - sum(a * values[old[j].name] for j, a in row.terms if j not in place)
        terms = tuple((j, a) for j, a in row.terms if j in place)
        if sum(max(a * old[j].lower, a * old[j].upper) for j, a in terms) > upper:
            rows.append(Row(row.name, tuple((place[j], a) for j, a in terms), upper, row.sources))
    gained = sum(v.gain * values[v.name] for v in old if v.name in values)
    return LinearModel(tuple(old[j] for j in kept), tuple(rows), model.constant + gained)


def concerned(model: LinearModel, names: Iterable[str], aside: Collection[str] = ()) -> LinearModel:
    """The part of the model that rows join to some variables, the variables `aside` joining nothing.

    Rows without variables are kept: they say that nothing is possible.
    """
    place = {variable.name: j for j, variable in enumerate(model.variables)}
    joining = {j for j, variable in enumerate(model.variables) if variable.name not in aside}
    rows_of: dict[int, list[int]] = {}
    for number, row in enumerate(model.rows):
        for j, _ in row.terms:
            rows_of.setdefault(j, []).append(number)
    waiting = [place[name] for name in names if name in place]
    seen, rows = set(waiting), {number for number, row in enumerate(model.rows) if not row.terms}
    while waiting:
        for number in rows_of.get(waiting.pop(), ()):
            if number not in rows:
                rows.add(number)
                new = {j for j, _ in model.rows[number].terms} - seen
                seen |= new
                waiting += new & joining
    kept = {j: new for new, j in enumerate(sorted(seen))}
    return LinearModel(
        tuple(model.variables[j] for j in kept),
        tuple(
            model.rows[number]._replace(terms=tuple((kept[j], a) for j, a in model.rows[number].terms))
            for number in sorted(rows)
        ),
    )
