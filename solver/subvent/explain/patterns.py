"""A statement as patterns: what its head, its literals and its aggregates ask of a finished model.

The statements are those of `statements`, read by clingo once more for their terms. What the matcher
cannot evaluate is refused by name (`UnmatchedError`), and the proofs of such packs are left to clingo.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Literal, NamedTuple

from clingo import ast
from clingo.ast import AST, ASTType

from subvent.explain.statements import Statement
from subvent.logic.terms import Term, from_symbol

_OPERATORS = {int(ast.BinaryOperator.Plus): "+", int(ast.BinaryOperator.Minus): "-"}
_COMPARISONS = {
    int(getattr(ast.ComparisonOperator, name)): sign
    for name, sign in {
        "Equal": "==",
        "NotEqual": "!=",
        "LessThan": "<",
        "LessEqual": "<=",
        "GreaterThan": ">",
        "GreaterEqual": ">=",
    }.items()
}
_AGGREGATES = {
    int(getattr(ast.AggregateFunction, name)): name.lower() for name in ("Count", "Sum", "Max", "Min")
}

Kind = Literal["variable", "constant", "function", "operation", "external"]


class UnmatchedError(Exception):
    """A statement holds something that is not evaluated outside clingo."""


class Pattern(NamedTuple):
    """A term with variables. `name` is that of a variable, function, operator or @-function."""

    kind: Kind
    name: str = ""
    args: tuple[Pattern, ...] = ()
    value: Term = 0

    def variables(self) -> Iterator[str]:
        """The names of its variables."""
        if self.kind == "variable":
            yield self.name
        for part in self.args:
            yield from part.variables()


class AtomPattern(NamedTuple):
    """An atom, asked to hold or, `negated`, not to; an anonymous variable of a negated one is None."""

    name: str
    args: tuple[Pattern | None, ...]
    negated: bool = False

    @property
    def signature(self) -> tuple[str, int]:
        """Name and arity."""
        return self.name, len(self.args)

    def variables(self) -> Iterator[str]:
        """The names of its variables."""
        for part in self.args:
            if part is not None:
                yield from part.variables()


class Comparison(NamedTuple):
    """`left op right`, in the operators of Python."""

    op: str
    left: Pattern
    right: Pattern

    def variables(self) -> Iterator[str]:
        """The names of its variables."""
        yield from self.left.variables()
        yield from self.right.variables()


class Aggregate(NamedTuple):
    """`function` (count, sum, max, min) over elements, compared with guards `term op value`.

    An element is the terms that make it one, and the literals that make it count.
    """

    function: str
    elements: tuple[tuple[tuple[Pattern, ...], tuple[Simple, ...]], ...]
    guards: tuple[tuple[str, Pattern], ...]

    def variables(self) -> Iterator[str]:
        """The names of the variables of its elements."""
        for terms, literals in self.elements:
            for part in (*terms, *literals):
                yield from part.variables()


class Every(NamedTuple):
    """A conditional literal: whatever meets the condition meets the literal."""

    literal: Simple
    condition: tuple[Simple, ...]

    def variables(self) -> Iterator[str]:
        """The names of all its variables."""
        for part in (self.literal, *self.condition):
            yield from part.variables()


Simple = AtomPattern | Comparison
Part = AtomPattern | Comparison | Aggregate | Every


class Patterns(NamedTuple):
    """A statement: its head and the literals of its body, in order."""

    head: AtomPattern
    body: tuple[Part, ...]


def patterns(statement: Statement) -> Patterns:
    """The patterns of a statement. Raises UnmatchedError."""
    body = "; ".join(literal.text for literal in statement.body)
    found: list[AST] = []
    ast.parse_string(f"{statement.head.text} :- {body}." if body else f"{statement.head.text}.", found.append)
    rule, fresh = found[-1], (f"_{number}" for number in count())
    parts: list[Part] = []
    for literal in rule.body:
        parts += _parts(literal, fresh)
    return Patterns(_atom(rule.head.atom.symbol, fresh), tuple(parts))


def _parts(literal: AST, fresh: Iterator[str]) -> Iterator[Part]:
    if literal.ast_type == ASTType.ConditionalLiteral:
        (one,) = _simple(literal.literal, fresh)
        yield Every(one, _simples(literal.condition, fresh))
        return
    if literal.ast_type == ASTType.Literal and literal.atom.ast_type == ASTType.BodyAggregate:
        if literal.sign != ast.Sign.NoSign or literal.atom.function not in _AGGREGATES:
            raise UnmatchedError(str(literal))
        yield _aggregate(literal.atom, fresh)
        return
    yield from _simple(literal, fresh)


def _aggregate(atom: AST, fresh: Iterator[str]) -> Aggregate:
    elements = tuple(
        (tuple(_term(term, fresh) for term in element.terms), _simples(element.condition, fresh))
        for element in atom.elements
    )
    guards = []
    for guard, flip in ((atom.left_guard, False), (atom.right_guard, True)):
        if guard is not None:
            op = _COMPARISONS[int(guard.comparison)]
            op = op.translate(str.maketrans("<>", "><")) if flip else op
            guards.append((op, _term(guard.term, fresh)))
    return Aggregate(_AGGREGATES[atom.function], elements, tuple(guards))


def _simples(literals: Sequence[AST], fresh: Iterator[str]) -> tuple[Simple, ...]:
    return tuple(one for literal in literals for one in _simple(literal, fresh))


def _simple(literal: AST, fresh: Iterator[str]) -> list[Simple]:
    """An atom, its negation, or the links of a chain of comparisons."""
    if literal.ast_type != ASTType.Literal:
        raise UnmatchedError(str(literal))
    atom, kind = literal.atom, literal.atom.ast_type
    if kind == ASTType.SymbolicAtom and literal.sign == ast.Sign.NoSign:
        return [_atom(atom.symbol, fresh)]
    if kind == ASTType.SymbolicAtom and literal.sign == ast.Sign.Negation:
        return [_atom(atom.symbol, None)]
    if kind != ASTType.Comparison or literal.sign != ast.Sign.NoSign:
        raise UnmatchedError(str(literal))
    links: list[Simple] = []
    left = _term(atom.term, fresh)
    for guard in atom.guards:
        right = _term(guard.term, fresh)
        links.append(Comparison(_COMPARISONS[int(guard.comparison)], left, right))
        left = right
    return links


def _atom(symbol: AST, fresh: Iterator[str] | None) -> AtomPattern:
    """An atom; without `fresh` names a negated one, whose anonymous arguments may be anything."""
    if symbol.ast_type != ASTType.Function:
        raise UnmatchedError(str(symbol))
    if fresh is not None:
        return AtomPattern(symbol.name, tuple(_term(argument, fresh) for argument in symbol.arguments))
    arguments = tuple(None if str(a) == "_" else _term(a, iter(())) for a in symbol.arguments)
    return AtomPattern(symbol.name, arguments, negated=True)


def _term(term: AST, fresh: Iterator[str]) -> Pattern:
    kind = term.ast_type
    if kind == ASTType.Variable:
        if term.name != "_":
            return Pattern("variable", term.name)
        name = next(fresh, None)
        if name is None:
            raise UnmatchedError(str(term))
        return Pattern("variable", name)
    if kind == ASTType.SymbolicTerm:
        return Pattern("constant", value=from_symbol(term.symbol))
    if kind == ASTType.Function:
        arguments = tuple(_term(argument, fresh) for argument in term.arguments)
        if not term.external and all(argument.kind == "constant" for argument in arguments):
            return Pattern("constant", value=(term.name, *(argument.value for argument in arguments)))
        return Pattern("external" if term.external else "function", term.name, arguments)
    if kind == ASTType.BinaryOperation and int(term.operator_type) in _OPERATORS:
        sides = (_term(term.left, fresh), _term(term.right, fresh))
        return Pattern("operation", _OPERATORS[int(term.operator_type)], sides)
    raise UnmatchedError(str(term))
