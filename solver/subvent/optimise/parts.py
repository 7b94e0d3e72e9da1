"""What is left of a component without the few rows that hold it together: parts, at prices of those rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from subvent.model.components import components
from subvent.model.linear import LinearModel
from subvent.optimise.problem import Problem, lawful, problem_of, with_rows
from subvent.optimise.tree import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

FINE = 1 << 20
"""The denominator of the prices."""


@dataclass(slots=True)
class Part:
    """What is left of the component around some of its variables.

    `indices` are those variables in the component and `own` its rows there; `takes` is, of each
    coupling row, what the variables take, and `taking` has it as triples (row, variable, amount) that are
    not zero. `searched` is the last search of it.
    """

    model: LinearModel
    problem: Problem
    indices: tuple[int, ...]
    own: tuple[int, ...]
    takes: tuple[tuple[int, ...], ...]
    taking: tuple[tuple[int, int, int], ...]
    searched: Outcome | None = None

    @property
    def may_be_nothing(self) -> bool:
        """Whether all may be zero, which then needs no choice."""
        return lawful(self.problem, [0] * len(self.indices))

    def priced(self, prices: Sequence[int], denominator: int = FINE) -> list[int]:
        """What its variables bring, over the denominator, with the coupling rows' prices taken off."""
        gains = [denominator * v.gain for v in self.model.variables]
        for row, place, a in self.taking:
            gains[place] -= prices[row] * a
        return gains

    def within(self, room: Sequence[int], problem: Problem | None = None) -> Problem:
        """Its problem, or what is asked of it instead, where so much is left of each coupling row."""
        rows = [tuple((new, a) for new, a in enumerate(takes) if a) for takes in self.takes]
        kept = [(terms, left) for terms, left in zip(rows, room, strict=True) if terms]
        return with_rows(problem or self.problem, kept)


def parts_of(component: LinearModel, rows: tuple[int, ...]) -> list[Part]:
    """The parts into which a component falls without some of its rows (indices)."""
    place = {v.name: j for j, v in enumerate(component.variables)}
    row_place = {row.name: i for i, row in enumerate(component.rows)}
    takes = [dict(component.rows[i].terms) for i in rows]
    left = tuple(row for i, row in enumerate(component.rows) if i not in rows)
    found = []
    for model in components(component._replace(rows=left, constant=0, further=())):
        indices = tuple(place[v.name] for v in model.variables)
        own = tuple(row_place[row.name] for row in model.rows)
        uses = tuple(tuple(row.get(j, 0) for j in indices) for row in takes)
        taking = tuple((i, k, a) for i, row in enumerate(uses) for k, a in enumerate(row) if a)
        found.append(Part(model, problem_of(model), indices, own, uses, taking))
    return found
