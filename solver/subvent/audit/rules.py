"""Rules as the second evaluator knows them, pools and intervals resolved: terms, literals, statements."""

from __future__ import annotations

from typing import NamedTuple

Value = int | str | tuple[object, ...]
"""A ground term: a number, a string, or a function's name and its arguments (a tuple's name is empty)."""
GroundAtom = tuple[object, ...]

COMPARISONS = frozenset(("<", ">", "<=", ">=", "=", "!="))
AGGREGATES = frozenset(("#count", "#sum", "#sum+", "#min", "#max"))


class AuditError(Exception):
    """What the second evaluator does not read or cannot compute. Its text says what and where."""


class Constant(NamedTuple):
    """A number, a string, or a name without arguments."""

    value: Value


class Variable(NamedTuple):
    """A variable; each `_` has a name of its own, which begins with `_`."""

    name: str


class Function(NamedTuple):
    """A function or a tuple (name "") with at least one part that is no constant."""

    name: str
    args: tuple[Term, ...]


class Sum(NamedTuple):
    """`left + right` or, with `sign` -1, `left - right`."""

    left: Term
    right: Term
    sign: int


class Call(NamedTuple):
    """`@name(args)`."""

    name: str
    args: tuple[Term, ...]


Term = Constant | Variable | Function | Sum | Call


class Atom(NamedTuple):
    """A literal: `negations` is how many times it says `not`."""

    name: str
    args: tuple[Term, ...]
    negations: int = 0


class Comparison(NamedTuple):
    """`left op right`, or that it does not hold."""

    op: str
    left: Term
    right: Term
    negated: bool = False


class Range(NamedTuple):
    """The variable takes each whole number from `low` to `high`."""

    variable: Variable
    low: Term
    high: Term


class Element(NamedTuple):
    """One element of an aggregate: a tuple for every way to make the condition true."""

    terms: tuple[Term, ...]
    condition: tuple[Literal, ...]


class Aggregate(NamedTuple):
    """An aggregate with its guards, each read `aggregate op term`."""

    function: str
    elements: tuple[Element, ...]
    guards: tuple[tuple[str, Term], ...]
    negated: bool


class Conditional(NamedTuple):
    """`literal : condition`: the literal holds however the condition is made true."""

    literal: Atom | Comparison
    condition: tuple[Literal, ...]


Literal = Atom | Comparison | Range | Aggregate | Conditional


class Rule(NamedTuple):
    """`head :- body.` `text` is the statement it comes from."""

    head: Atom
    body: tuple[Literal, ...]
    text: str


class Statement(NamedTuple):
    """A statement on what may be claimed.

    kind `rule` or `choice`: `head` follows from, or may be chosen where, the body holds. `constraint`: the
    body must not hold. `money`: `head` names a statement on money, `&cap(budget)` say, with its elements
    and what stands after `<=`.
    """

    kind: str
    head: Atom | None
    elements: tuple[Element, ...]
    guard: Term | None
    body: tuple[Literal, ...]
    text: str
