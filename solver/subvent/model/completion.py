"""A ground program read as its completion: every atom with the bodies that can make it true.

Every body is one shape, `bound <= sum of weights of true literals` (a conjunction of n literals is
the sum with weights 1 and bound n), in a normal form: distinct atoms, weights between 1 and the
bound, no common divisor. For a tight program the answer sets are exactly the models of the
completion (Fages 1994; for weight rules Liu and Truszczynski 2006), so what is implied by it can be
settled at once and what is left is classical logic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from subvent.diagnostics import PolicyError, diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from subvent.logic.program import GroundProgram


class Body(NamedTuple):
    """True when `bound <= sum(weight : literal true)`; `terms` are pairs (literal, weight), sorted."""

    bound: int
    terms: tuple[tuple[int, int], ...]

    @property
    def literals(self) -> tuple[int, ...]:
        """The literals, sorted."""
        return tuple(literal for literal, _ in self.terms)

    @property
    def is_or(self) -> bool:
        """Whether one true literal suffices."""
        return self.bound == 1

    @property
    def is_and(self) -> bool:
        """Whether every literal must be true."""
        return self.bound == len(self.terms) and all(w == 1 for _, w in self.terms)


CONSTRAINT = "constraint"
"""The name of what a constraint forbids that no named atom speaks for."""

TRUE = Body(0, ())
FALSE = Body(1, ())


class Support(NamedTuple):
    """One way for an atom to be true; a `choice` allows it, a rule forces it."""

    choice: bool
    body: Body


def conjunction(literals: Iterable[int]) -> Body:
    """The body that is true when all the literals are; a repeated literal counts once."""
    distinct = set(literals)
    return threshold(len(distinct), ((literal, 1) for literal in distinct))


def threshold(bound: int, terms: Iterable[tuple[int, int]]) -> Body:
    """The normal form of `bound <= sum(weight : literal)`; weights of any sign, literals repeated."""
    weights: dict[int, int] = {}
    for literal, weight in terms:
        # w·a + v·¬a is a constant v and (w - v)·a; a negative weight turns its literal round.
        if literal > 0:
            weights[literal] = weights.get(literal, 0) + weight
        else:
            bound -= weight
            weights[-literal] = weights.get(-literal, 0) - weight
    signed: dict[int, int] = {}
    for atom, weight in weights.items():
        if weight > 0:
            signed[atom] = weight
        elif weight < 0:
            bound -= weight
            signed[-atom] = -weight
    return _saturated(bound, signed)


def _saturated(bound: int, weights: dict[int, int]) -> Body:
    if bound <= 0:
        return TRUE
    if sum(weights.values()) < bound:
        return FALSE
    capped = {literal: min(weight, bound) for literal, weight in weights.items()}
    if sum(capped.values()) - min(capped.values()) < bound:
        return Body(len(capped), tuple(sorted((literal, 1) for literal in capped)))
    divisor = gcd(*capped.values())
    return Body(-(-bound // divisor), tuple(sorted((a, w // divisor) for a, w in capped.items())))


@dataclass(slots=True)
class Completion:
    """The atoms of a program with their supports, what must not hold, and what is settled.

    `denials` are bodies that must be false, each with the name of what forbids it. `values` holds
    the atoms that have one value in every answer set.
    """

    symbols: Mapping[int, str]
    supports: dict[int, list[Support]] = field(default_factory=dict)
    denials: list[tuple[str, Body]] = field(default_factory=list)
    values: dict[int, bool] = field(default_factory=dict)
    contradictory: bool = False
    last: int = 0
    """The highest atom number in use."""

    def define(self, bodies: Iterable[Body]) -> int:
        """A new auxiliary atom that is true exactly when one of the bodies is."""
        self.last += 1
        self.supports[self.last] = sorted({Support(choice=False, body=body) for body in bodies})
        return self.last

    def value(self, literal: int) -> bool | None:
        """The settled value of a literal, if it has one."""
        known = self.values.get(abs(literal))
        return known if known is None or literal > 0 else not known

    def reduced(self, body: Body) -> Body:
        """The body without its settled literals."""
        if not any(abs(literal) in self.values for literal, _ in body.terms):
            return body
        bound, left = body.bound, {}
        for literal, weight in body.terms:
            known = self.value(literal)
            if known is None:
                left[literal] = weight
            elif known:
                bound -= weight
        return _saturated(bound, left)


def read(ground: GroundProgram) -> Completion:
    """The completion of a ground program, nothing settled yet.

    Raises PolicyError (`engine.disjunction`) naming a rule with several heads that is no choice.
    """
    completion = Completion(ground.symbols)
    for rule in ground.rules:
        _add(completion, rule.head, Support(rule.choice, conjunction(rule.body)))
    for weight_rule in ground.weight_rules:
        body = threshold(weight_rule.bound, weight_rule.body)
        _add(completion, weight_rule.head, Support(weight_rule.choice, body))
    for atom in ground.symbols:
        completion.supports.setdefault(atom, [])
    for atom in {a for atoms in _outside_heads(ground, completion) for a in atoms}:
        completion.supports.setdefault(atom, [])
    for supports in completion.supports.values():
        supports.sort()
    completion.last = max(completion.supports, default=0)
    return completion


def _outside_heads(ground: GroundProgram, completion: Completion) -> Iterable[Iterable[int]]:
    """The atoms that occur outside heads."""
    for supports in completion.supports.values():
        for support in supports:
            yield map(abs, support.body.literals)
    for _, body in completion.denials:
        yield map(abs, body.literals)
    for minimize in ground.minimize:
        yield (abs(literal) for literal, _ in minimize.body)
    for money in ground.money:
        for term in money.terms:
            yield map(abs, term.condition)


def _add(completion: Completion, head: tuple[int, ...], support: Support) -> None:
    if len(head) > 1 and not support.choice:
        names = " ; ".join(sorted(completion.symbols.get(atom, f"#{atom}") for atom in head))
        raise PolicyError(diagnostic("engine.disjunction", heads=names))
    if not head and not support.choice:
        completion.denials.append((CONSTRAINT, support.body))
    for atom in head:
        completion.supports.setdefault(atom, []).append(support)
