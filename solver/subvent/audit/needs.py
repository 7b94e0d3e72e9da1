"""What a literal needs before it can be tried: which variables, and which parts of it an index can serve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from subvent.audit.relations import Path
from subvent.audit.rules import (
    Aggregate,
    Atom,
    Comparison,
    Conditional,
    Constant,
    Function,
    Literal,
    Term,
    Variable,
)
from subvent.audit.terms import calls, matchable, variables


class Cost(NamedTuple):
    """How late a literal is to be tried, and how many ways it leaves."""

    rank: int
    ways: float


def comparison_cost(literal: Comparison, bound: set[str]) -> Cost | None:
    """A test as soon as it can be made; one that binds a variable next. None when neither can be done yet."""
    free = [side for side in (literal.left, literal.right) if not bound.issuperset(variables(side))]
    # What an @-function refuses must not be asked of an instance that something else rules out.
    late = calls(literal.left) or calls(literal.right)
    if not free:
        return Cost(5 if late else 0, 0)
    if literal.op == "=" and not literal.negated and len(free) == 1 and matchable(free[0], bound):
        return Cost(5 if late else 1, 0)
    return None


def known_parts(literal: Atom, bound: set[str]) -> list[tuple[Path, Term]]:
    """The parts of an atom, and of functions in it, whose values are known."""
    found: list[tuple[Path, Term]] = []
    for at, arg in enumerate(literal.args, 1):
        if bound.issuperset(variables(arg)):
            found.append((Path(at), arg))
        elif isinstance(arg, Function):
            size = len(arg.args) + 1
            inner = [(part, one) for part, one in enumerate(arg.args, 1) if bound.issuperset(variables(one))]
            found += [(Path(at, arg.name, size, part), one) for part, one in inner]
    return found


def open_parts(literal: Atom, bound: set[str]) -> list[tuple[int, Term]]:
    """The parts of an atom, by place, in which a variable has no value yet."""
    return [(at, arg) for at, arg in enumerate(literal.args, 1) if not bound.issuperset(variables(arg))]


def names_of(atom: Atom) -> set[str]:
    """The variables of an atom."""
    return {name for arg in atom.args for name in variables(arg)}


def all_names(part: object) -> Iterable[str]:
    """The variables of an element, a conditional literal or anything in them."""
    if isinstance(part, Variable):
        yield part.name
    elif isinstance(part, tuple) and not isinstance(part, Constant):
        for one in part:
            yield from all_names(one)


def outside(literals: Iterable[Literal]) -> set[str]:
    """The variables that have to be bound: those that stand outside of aggregates and conditional literals.

    A variable `_` of a negative literal is none of them: there it says that there is no such atom at all.
    """
    found: set[str] = set()
    for literal in literals:
        if isinstance(literal, Aggregate):
            found |= {name for _, term in literal.guards for name in variables(term)}
        elif isinstance(literal, Atom) and literal.negations:
            found |= {name for name in names_of(literal) if not name.startswith("_")}
        elif not isinstance(literal, Conditional):
            found |= set(all_names(literal))
    return found
