"""A linear model in the making, over literals: variables that are shared by what means the same.

A literal is a variable's number, or `~number` for its negation. What is a disjunction of the same
literals is the same variable, whatever it is called. Every variable is an integer from 0 to its bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd

TRUE, FALSE = "true", "false"
Literal = int | str
Terms = tuple[tuple[int, int], ...]
"""Pairs of variable and coefficient, in order."""


class Rows:
    """Variables, rows `sum <= upper` and an objective."""

    def __init__(self) -> None:
        self.upper: list[int] = []
        self.rows: dict[Terms, int] = {}
        self.members: dict[int, tuple[int, ...]] = {}
        """Of the variable of a disjunction: its literals."""
        self.gains: dict[int, int] = {}
        self.constant = 0
        self._disjunctions: dict[frozenset[int], int] = {}
        self._thresholds: dict[tuple[tuple[tuple[int, int], ...], int], int] = {}

    def variable(self, upper: int = 1) -> int:
        """A new variable."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def add(self, weights: Mapping[int, int], upper: int) -> None:
        """The row that the weighted variables come to at most `upper`."""
        terms, upper = normal(weights, upper)
        if terms or upper < 0:
            self.rows[terms] = min(upper, self.rows.get(terms, upper))

    def gain(self, literal: Literal, amount: int) -> None:
        """What the objective gains when the literal is true."""
        weights, constant = summed([(literal, amount)])
        self.constant += constant
        for variable, weight in weights.items():
            self.gains[variable] = self.gains.get(variable, 0) + weight

    # ── logic ─────────────────────────────────────────────────────────────────────────────────────

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """The literal that is true when one of the literals is."""
        kept = {literal for literal in literals if literal != FALSE}
        plain = frozenset(literal for literal in kept if isinstance(literal, int))
        if TRUE in kept or any(~literal in plain for literal in plain):
            return TRUE
        if len(plain) < 2:  # noqa: PLR2004 - one is itself
            return next(iter(plain), FALSE)
        if plain not in self._disjunctions:
            found = self._disjunctions[plain] = self.variable()
            self.members[found] = tuple(sorted(plain))
            for literal in plain:
                self.add_literals([(literal, 1), (found, -1)], 0)
            self.add_literals([(found, 1), *((literal, -1) for literal in plain)], 0)
        return self._disjunctions[plain]

    def parts(self, literal: Literal) -> tuple[Literal, ...]:
        """The literals of a disjunction; a literal that is none alone."""
        return self.members.get(literal, (literal,)) if isinstance(literal, int) else (literal,)

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """The literal that is true when all the literals are."""
        return negation(self.any_of([negation(literal) for literal in literals]))

    def at_least(self, terms: Iterable[tuple[Literal, int]], bound: int) -> Literal:
        """The literal that is true when the weights of the true literals come to `bound`."""
        weights, constant = summed(terms)
        signed = [(v, w) if w > 0 else (~v, -w) for v, w in weights.items() if w]
        bound -= constant + sum(w for w in weights.values() if w < 0)
        if bound <= 0:
            return TRUE
        if sum(weight for _, weight in signed) < bound:
            return FALSE
        if all(weight >= bound for _, weight in signed):
            return self.any_of([literal for literal, _ in signed])
        key = (tuple(sorted(signed)), bound)
        if key not in self._thresholds:
            found = self._thresholds[key] = self.variable()
            most = sum(weight for _, weight in signed)
            self.add_literals([(found, bound), *((literal, -weight) for literal, weight in signed)], 0)
            self.add_literals([*signed, (found, bound - 1 - most)], bound - 1)
        return self._thresholds[key]

    def add_literals(self, terms: Iterable[tuple[Literal, int]], upper: int) -> None:
        """A row over literals."""
        weights, constant = summed(terms)
        self.add(weights, upper - constant)


def negation(literal: Literal) -> Literal:
    """The opposite literal."""
    if isinstance(literal, int):
        return ~literal
    return FALSE if literal == TRUE else TRUE


def summed(terms: Iterable[tuple[Literal, int]]) -> tuple[dict[int, int], int]:
    """Weighted literals as weighted variables and a constant."""
    weights: dict[int, int] = {}
    constant = 0
    for literal, weight in terms:
        if not isinstance(literal, int):
            constant += weight if literal == TRUE else 0
        elif literal < 0:
            constant += weight
            weights[~literal] = weights.get(~literal, 0) - weight
        else:
            weights[literal] = weights.get(literal, 0) + weight
    return {variable: weight for variable, weight in weights.items() if weight}, constant


def normal(weights: Mapping[int, int], upper: int) -> tuple[Terms, int]:
    """A row in one form: in order, without zeros, what divides all coefficients taken out."""
    kept = sorted((variable, weight) for variable, weight in weights.items() if weight)
    divisor = gcd(*(weight for _, weight in kept)) or 1
    return tuple((variable, weight // divisor) for variable, weight in kept), upper // divisor
