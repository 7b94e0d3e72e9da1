"""A linear model in the making: variables and rows added by name to one that is finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subvent.model.linear import Row, Variable

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel


class Extension:
    """A model to which variables and rows are added. Names stay unique, the order canonical."""

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._variables = {v.name: v for v in model.variables}
        self._settled = dict(model.settled)
        self._rows: list[tuple[str, dict[str, int], int, tuple[str, ...]]] = []

    def possible(self, atom: str) -> bool:
        """Whether the atom can be true at all: a variable, or settled at 1."""
        return atom in self._variables or self._settled.get(atom) == 1

    def has(self, name: str) -> bool:
        """Whether there is a variable of this name."""
        return name in self._variables

    def add(self, name: str, upper: int, gain: int) -> str:
        """A new variable from 0 to `upper`, and its name."""
        self._variables[name] = Variable(name, 0, upper, gain)
        return name

    def row(self, name: str, terms: dict[str, int], upper: int, source: str) -> None:
        """A new row; atoms settled at 1 move to the right side."""
        fixed = sum(a for variable, a in terms.items() if variable not in self._variables)
        kept = {variable: a for variable, a in terms.items() if a and variable in self._variables}
        self._rows.append((name, kept, upper - fixed, (source,)))

    def finished(self) -> LinearModel:
        """The model, in canonical order."""
        names = sorted(self._variables)
        place = {name: j for j, name in enumerate(names)}
        # The old variables keep their order, and the terms of the old rows theirs.
        moved = [place[v.name] for v in self._model.variables]
        old = [row._replace(terms=tuple([(moved[j], a) for j, a in row.terms])) for row in self._model.rows]
        new = [
            Row(name, tuple(sorted((place[v], a) for v, a in terms.items())), upper, sources)
            for name, terms, upper, sources in self._rows
        ]
        return self._model._replace(
            variables=tuple(self._variables[name] for name in names),
            rows=tuple(sorted([*old, *new], key=lambda row: row.name)),
            further=tuple(tuple((moved[j], w) for j, w in level) for level in self._model.further),
        )
