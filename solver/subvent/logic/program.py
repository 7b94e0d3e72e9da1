"""The ground program as plain data: one named tuple a ground statement, in a canonical order.

Literals are non-zero integers: `n` is atom n, `-n` its negation. Atoms that are facts do not occur.
Weights in `WeightRule` are positive integers (clingo's own normal form); money never appears there,
it stands in theory atoms, whose quantities are 万元-pairs turned into integer fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import NamedTuple


class Rule(NamedTuple):
    """`head :- body.` An empty head is an integrity constraint; `choice` makes the head a choice."""

    choice: bool
    head: tuple[int, ...]
    body: tuple[int, ...]


class WeightRule(NamedTuple):
    """The rule `head :- bound <= #sum { weight : literal }`."""

    choice: bool
    head: tuple[int, ...]
    bound: int
    body: tuple[tuple[int, int], ...]
    """Pairs (literal, weight)."""


class Minimize(NamedTuple):
    """`#minimize { weight@priority : literal }.` Weights may be negative."""

    priority: int
    body: tuple[tuple[int, int], ...]


class MoneyTerm(NamedTuple):
    """One element of a money statement: `fen` counts when every literal of `condition` is true."""

    fen: int
    key: str
    """The rest of the element's tuple, as text: elements are a set, (fen, key) is its identity."""
    condition: tuple[int, ...]


class Money(NamedTuple):
    """A statement on money, summed outside clingo's 32 bits.

    kind `maximize`: the objective gains the sum of the terms (several such statements add up).
    kind `cap`: the sum of the terms is at most `limit`: a claim that would pass it is forbidden.
    kind `pool`: the objective gains min(sum of the terms, `limit`): it forbids nothing.
    """

    kind: str
    name: str
    terms: tuple[MoneyTerm, ...]
    limit: int | None


class SplitTerm(NamedTuple):
    """One claim that would count a shared cost: `side` tells which of the two bases it belongs to.

    Its grant is `floor(min(cap, rate * (base - given)))` fen, where `given` is the part of the shared
    cost that is counted on the other side. `rate` and `base` (fen) are fractions (numerator,
    denominator); `cap` is in fen.
    """

    side: str
    claim: str
    cap: int
    rate: tuple[int, int]
    base: tuple[int, int]
    condition: tuple[int, ...]


class Split(NamedTuple):
    """A cost of `shared` fen that stands in the bases of both sides.

    When a left and a right claim are both made, each fen of it counts in one of them only.
    """

    name: str
    terms: tuple[SplitTerm, ...]
    shared: int


class CutTerm(NamedTuple):
    """One claim under a shared cap: it draws `fen` when the atom named `drawn` is true.

    `drawn` is the claim itself, or the claim made for one of several rows.
    """

    fen: int
    claim: str
    drawn: str


class Feed(NamedTuple):
    """One claim that adds to a shared cap: `rate` (numerator, denominator) of what it is paid in the end.

    That is at most the `fen` which it brings by itself.
    """

    fen: int
    claim: str
    rate: tuple[int, int]


class Cut(NamedTuple):
    """What the claims of a group bring together counts up to `limit` fen; it forbids none of them.

    A `last` one is a ceiling on what is left of the claims after all others and after shared costs. What
    the claims that feed it are paid adds to the limit.
    """

    name: str
    terms: tuple[CutTerm, ...]
    limit: int
    last: bool
    feeds: tuple[Feed, ...] = ()

    def room(self, paid: Mapping[str, int]) -> int:
        """Fen that its claims may bring together where claims, by name, are paid so many fen."""
        fed = (Fraction(*feed.rate) * paid[feed.claim] for feed in self.feeds if feed.claim in paid)
        return self.limit + floor(sum(fed, Fraction(0)))


class GroundProgram(NamedTuple):
    """A ground logic program with money. `symbols` names atoms; unnamed atoms are auxiliary."""

    rules: tuple[Rule, ...]
    weight_rules: tuple[WeightRule, ...]
    minimize: tuple[Minimize, ...]
    money: tuple[Money, ...]
    symbols: Mapping[int, str]
    splits: tuple[Split, ...] = ()
    cuts: tuple[Cut, ...] = ()
