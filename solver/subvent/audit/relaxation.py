"""Whether a linear model leaves room for everything that may be claimed, and for what it brings.

A bound on the model's objective bounds every lawful total when each lawful choice of claims extends to a
point of the model that is worth as much. That is shown variable by variable and row by row: each variable
is given its meaning, each row that the certificate uses is shown to hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from subvent.audit.meaning import Meaning
from subvent.audit.propagation import Search
from subvent.audit.rows import Literal, normal, summed

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel, Row


@dataclass(slots=True)
class Doubts:
    """What was not shown: names of choices, variables and rows; and whether the objective differs."""

    choices: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    checked: int = 0
    """Rows that were shown to hold."""
    short: int = 0
    """The fen by which the model's constant is below what is brought whatever is chosen."""

    def __bool__(self) -> bool:
        return bool(self.choices or self.variables or self.rows or self.short > 0)


def doubts(meaning: Meaning, model: LinearModel, used: Collection[str]) -> Doubts:
    """What of a model is not shown to follow from the meaning. Of its rows those named in `used` matter."""
    found = Doubts()
    fixed = _settled(meaning, model, found)
    meaning.add_money(fixed)
    literals = _Literals(meaning, model)
    search = Search(meaning.rows, fixed)
    found.choices += [
        name for name in meaning.choices if name not in literals.known and not _fixed(name, meaning, search)
    ]
    for variable in model.variables:
        literal = literals.known[variable.name]
        bound = meaning.rows.upper[literal if literal >= 0 else ~literal] if isinstance(literal, int) else 1
        if variable.lower > 0 or variable.upper < bound:
            found.variables.append(variable.name)
    found.short = _worth_less(meaning, model, literals.known, search, found)
    for row in model.rows:
        if row.name in used:
            if _holds(row, model, literals.known, search):
                found.checked += 1
            else:
                found.rows.append(row.name)
    return found


def _settled(meaning: Meaning, model: LinearModel, found: Doubts) -> dict[int, int]:
    """The values that the model takes for granted, each shown to be the only one."""
    search = Search(meaning.rows, {})
    fixed: dict[int, int] = {}
    for name, value in model.settled:
        variable = meaning.choices.get(name)
        if variable is None:
            continue  # what is no choice has its value from those that are
        if search.holds(((variable, -1 if value else 1),), -value):
            fixed[variable] = value
        else:
            found.variables.append(name)
    return fixed


def _fixed(name: str, meaning: Meaning, search: Search) -> bool:
    return search.high[meaning.choices[name]] == 0


class _Literals:
    """What the variables of a model stand for: choices and amounts by their names.

    Of any other variable only this matters, that some meaning makes the rows hold that it stands in. It is
    taken for the disjunction of what its own rows say makes it true, which may be less than what its name
    says: then nothing else of the model needs it.
    """

    def __init__(self, meaning: Meaning, model: LinearModel) -> None:
        self.known: dict[str, Literal] = {
            v.name: meaning.named[v.name]
            for v in model.variables
            if v.name in meaning.choices or v.name in meaning.amounts
        }
        self._meaning = meaning
        self._model = model
        self._above: defaultdict[str, set[str]] = defaultdict(set)
        self._below: defaultdict[str, set[str]] = defaultdict(set)
        unknown = [v.name for v in model.variables if v.name not in self.known]
        self._read_rows(set(unknown))
        for name in unknown:
            self._define(name, frozenset())

    def _read_rows(self, unknown: set[str]) -> None:
        """By unknown variable: what makes it true, and what it makes true, in rows that say so."""
        names = [v.name for v in self._model.variables]
        for row in self._model.rows if unknown else ():
            if row.upper:
                continue
            more = {names[j] for j, a in row.terms if a > 0}
            less = {names[j] for j, a in row.terms if a < 0}
            for one, others, found in ((less, more, self._above), (more, less, self._below)):
                # An amount is more than true or false: it makes nothing true.
                if len(one) == 1 and one <= unknown and others.isdisjoint(self._meaning.amounts):
                    found[next(iter(one))] |= others

    def _define(self, name: str, begun: frozenset[str]) -> Literal:
        if name not in self.known:
            rows, above = self._meaning.rows, self._above[name]
            makes = (above or self._below[name]) - begun - {name}
            parts = [self._define(one, begun | {name}) for one in sorted(makes)]
            found = rows.any_of(parts) if above else rows.all_of(parts)
            by_name = self._meaning.named.get(name, found)
            if not set(rows.parts(found)) <= set(rows.parts(by_name)):
                found = by_name
            self.known[name] = found
        return self.known[name]


def _worth_less(
    meaning: Meaning, model: LinearModel, known: Mapping[str, Literal], search: Search, found: Doubts
) -> int:
    """Name the variables whose gain is not what they bring; by how much the constant is too low."""
    gains, constant = summed([(_left_of(known[v.name], meaning, search), v.gain) for v in model.variables])
    right, more = summed([(_left_of(v, meaning, search), gain) for v, gain in meaning.rows.gains.items()])
    difference = meaning.rows.constant + more - model.constant - constant
    for variable in {*gains, *right}:
        differs = right.get(variable, 0) - gains.get(variable, 0)
        if differs and search.low[variable] == search.high[variable]:
            difference += differs * search.low[variable]
        elif differs > 0 or (differs and search.low[variable] > 0):
            names = (name for name, one in known.items() if one in (variable, ~variable))
            found.variables.append(next(names, str(variable)))
        # What brings less than the model says leaves the bound too high, which proves no less.
    return difference


def _left_of(literal: Literal, meaning: Meaning, search: Search) -> Literal:
    """A disjunction all but one of whose literals are false is that one."""
    left = [one for one in meaning.rows.parts(literal) if not search.false(one)]
    return _left_of(left[0], meaning, search) if len(left) == 1 and left[0] != literal else literal


def _holds(row: Row, model: LinearModel, known: Mapping[str, Literal], search: Search) -> bool:
    weights, constant = summed([(known[model.variables[j].name], a) for j, a in row.terms])
    return search.holds(*normal(weights, row.upper - constant))
