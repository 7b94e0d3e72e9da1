"""The statements of a policy set as text in parts: head, premises, negated premises, aggregates.

clingo parses; what is kept of it are strings, for walking its syntax tree again and again is slow.
Pools are multiplied out, so one rule may give several statements.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal as OneOf

from clingo import ast
from clingo.ast import AST, ASTType

from subvent.policy.types import Rule

_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_VARIABLE = re.compile(r"(?<![\w'])_*[A-Z][\w']*")
_ANONYMOUS = re.compile(r'"(?:\\.|[^"\\])*"|(?<![\w\'])_(?![\w\'])')

_ATOM = re.compile(r"(not )?(_*[a-z][\w']*)(?:\((.*)\))?", re.DOTALL)
"""An atom, or one that is denied, as clingo writes it; neither denied twice nor classically."""
_MARK = re.compile(r'"(?:\\.|[^"\\])*"|[(),]')

Kind = OneOf["premise", "negated", "aggregate", "other"]


@dataclass(frozen=True, slots=True)
class Literal:
    """One literal: a premise and a negated one are atoms, `other` is a comparison or the like.

    `elements` of an aggregate (or conditional literal) are the literals that make each of its elements
    count; `guards` are the texts of what it is compared with.
    """

    kind: Kind
    text: str
    name: str = ""
    arguments: tuple[str, ...] = ()
    elements: tuple[tuple[Literal, ...], ...] = ()
    guards: tuple[str, ...] = ()

    @property
    def signature(self) -> tuple[str, int]:
        """Name and arity of its atom."""
        return self.name, len(self.arguments)

    @property
    def atom(self) -> str:
        """Its atom as text."""
        return f"{self.name}({','.join(self.arguments)})" if self.arguments else self.name


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without pools, with an atom as head, and the rule it comes from."""

    rule: Rule
    head: Literal
    body: tuple[Literal, ...]

    def of_kind(self, kind: Kind) -> tuple[Literal, ...]:
        """The body literals of one kind, in order."""
        return tuple(literal for literal in self.body if literal.kind == kind)

    @property
    def variables(self) -> tuple[str, ...]:
        """What a firing binds: the variables of head, premises, comparisons and guards, in order."""
        texts = [self.head.text]
        for literal in self.body:
            if literal.kind in {"premise", "other"}:
                texts.append(literal.text)
            texts += literal.guards
        return tuple(dict.fromkeys(name for text in texts for name in variables(text)))

    @property
    def names(self) -> frozenset[str]:
        """The names of all predicates that occur."""
        inner = (literal for one in self.body for element in one.elements for literal in element)
        return frozenset(literal.name for literal in (self.head, *self.body, *inner) if literal.name)


def variables(text: str) -> list[str]:
    """The named variables of a term or literal, in order of occurrence."""
    return _VARIABLE.findall(_STRING.sub('""', text) if '"' in text else text)


def named(literal: Literal, prefix: str, start: int = 0) -> Literal:
    """A literal whose anonymous variables are named `prefix` with a number from `start` on."""
    number = start

    def name(found: re.Match[str]) -> str:
        nonlocal number
        if found[0] != "_":
            return found[0]
        number += 1
        return f"{prefix}{number}"

    if "_" not in literal.text:
        return literal
    arguments = tuple(_ANONYMOUS.sub(name, argument) for argument in literal.arguments)
    changed = replace(literal, arguments=arguments)
    return replace(changed, text=changed.atom) if literal.kind == "premise" else changed


def statements(rules: Sequence[Rule]) -> tuple[Statement, ...]:
    """The statements of rules in their order, without those that have no atom as head."""
    # One parse for all: where a statement stands tells its rule.
    starts = [1, *accumulate((rule.text.count("\n") + 1 for rule in rules), initial=1)][1:]
    found: list[AST] = []
    ast.parse_string("\n".join(rule.text for rule in rules), found.append)
    made: list[Statement] = []
    for statement in found:
        if statement.ast_type != ASTType.Rule or statement.head.ast_type != ASTType.Literal:
            continue
        if statement.head.atom.ast_type != ASTType.SymbolicAtom:
            continue
        rule = rules[bisect_right(starts, statement.location.begin.line) - 1]
        singles: Iterable[AST] = statement.unpool(condition=True) if ";" in rule.text else (statement,)
        made += [_statement(rule, single) for single in singles]
    return tuple(made)


def _statement(rule: Rule, statement: AST) -> Statement:
    body = []
    count = 0
    for part in statement.body:
        literal = _literal(part)
        if literal.kind == "premise":
            # Only in premises: in a negated literal or an aggregate an anonymous variable is a projection.
            literal = named(literal, "_A", count)
            count += len(literal.arguments)
        body.append(literal)
    return Statement(rule, _literal(statement.head), tuple(body))


def _literal(part: AST) -> Literal:
    # Whatever is asked of a part of the tree costs more than what its text says.
    text, of_type = str(part), part.ast_type
    if of_type == ASTType.ConditionalLiteral:
        return Literal("aggregate", text, elements=(_element([part.literal, *part.condition]),))
    if of_type != ASTType.Literal:
        return Literal("other", text)
    atom = part.atom
    kind = atom.ast_type
    if kind == ASTType.SymbolicAtom:
        found = _ATOM.fullmatch(text)
        if not found:
            return Literal("other", text)
        denied, name, inside = found.groups()
        return Literal("negated" if denied else "premise", text, name, _parts(inside or ""))
    if kind in (ASTType.BodyAggregate, ASTType.Aggregate):
        elements = tuple(
            _element(list(e.condition) if kind == ASTType.BodyAggregate else [e.literal, *e.condition])
            for e in atom.elements
        )
        guards = tuple(str(guard.term) for guard in (atom.left_guard, atom.right_guard) if guard is not None)
        return Literal("aggregate", text, elements=elements, guards=guards)
    return Literal("other", text)


def _parts(inside: str) -> tuple[str, ...]:
    """The arguments between the brackets of an atom."""
    if not inside:
        return ()
    depth, begin, found = 0, 0, []
    for mark in _MARK.finditer(inside):
        if mark[0] == "," and not depth:
            found.append(inside[begin : mark.start()])
            begin = mark.end()
        depth += (mark[0] == "(") - (mark[0] == ")")
    return (*found, inside[begin:])


def _element(parts: list[AST]) -> tuple[Literal, ...]:
    literals = []
    count = 0
    for part in parts:
        literal = _literal(part)
        if literal.kind == "premise":
            literal = named(literal, "_E", count)
            count += len(literal.arguments)
        literals.append(literal)
    return tuple(literals)
