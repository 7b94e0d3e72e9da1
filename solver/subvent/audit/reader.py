"""Reads the statements of a program: a parser apart, on the words of the packs' tokeniser.

A rule with pools becomes several, as clingo has it; an interval becomes a variable that runs over it. What
is outside of the language is refused by its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from subvent.audit.rules import (
    AGGREGATES,
    COMPARISONS,
    Aggregate,
    Atom,
    AuditError,
    Call,
    Comparison,
    Conditional,
    Constant,
    Element,
    Function,
    Literal,
    Range,
    Rule,
    Statement,
    Sum,
    Term,
    Variable,
)
from subvent.policy.tokens import Token, split, tokenise


def read(program: str) -> Iterator[Rule]:
    """The rules of a program. Raises AuditError for a statement that is none, with its text."""
    for one in read_statements(program):
        if one.kind != "rule" or one.head is None:
            raise AuditError(f"no rule of a derivation: {' '.join(one.text.split())}")
        yield Rule(one.head, one.body, one.text)


def read_statements(program: str) -> Iterator[Statement]:
    """All statements of a program but `#theory`, which only says how others are spelt. Raises AuditError."""
    for tokens in split(tokenise(program)[0]):
        last = tokens[-1]
        text = program[tokens[0].begin : last.begin + len(last.text)]
        if tokens[0].text != "#theory":
            yield from _Reader(tokens, text).statements()


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


class _Reader:
    """Recursive descent over one statement. What has pools is read as the list of its alternatives."""

    def __init__(self, tokens: Sequence[Token], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._at = 0
        self._fresh = 0
        self._ranges: list[Range] = []

    def statements(self) -> Iterator[Statement]:
        """Every statement that the text stands for."""
        kind, heads, elements, guard = self._head()
        ranges = self._taken_ranges()
        bodies: list[list[Sequence[Literal]]] = []
        if self._take(":-"):
            while self._ahead != ".":
                bodies.append(self._literal())
                if not (self._take(",") or self._take(";")):
                    break
        if self._ahead != "." or self._at != len(self._tokens) - 1:
            raise self._refusal()
        for head in heads:
            for body in product(*bodies):
                literals = (*ranges, *(literal for part in body for literal in part))
                yield Statement(kind, head, elements, guard, literals, self._text)

    def _head(self) -> tuple[str, list[Atom | None], tuple[Element, ...], Term | None]:
        if self._ahead == ":-":
            return "constraint", [None], (), None
        if self._take("{"):
            heads = self._atoms(0)
            self._expect("}")
            return "choice", [*heads], (), None
        if not self._take("&"):
            return "rule", [*self._atoms(0)], (), None
        heads = self._atoms(0)
        self._expect("{")
        elements: list[Element] = []
        while not self._take("}"):
            elements += self._element()
            if not self._take(";") and self._ahead != "}":
                raise self._refusal()
        guard = None
        if self._take("<="):
            (guard,) = self._terms()
        return "money", [*heads], tuple(elements), guard

    # ── tokens ────────────────────────────────────────────────────────────────────────────────────

    @property
    def _ahead(self) -> str:
        # A string is never an operator, whatever it holds.
        token = self._tokens[min(self._at, len(self._tokens) - 1)]
        return "" if token.kind == "string" else token.text

    def _take(self, text: str) -> bool:
        if self._ahead != text:
            return False
        self._at += 1
        return True

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._refusal()

    def _refusal(self) -> AuditError:
        return AuditError(f"the second evaluator does not read: {' '.join(self._text.split())}")

    def _variable(self) -> Variable:
        self._fresh += 1
        return Variable(f"_{self._fresh}")

    def _taken_ranges(self) -> list[Range]:
        found, self._ranges = self._ranges, []
        return found

    # ── literals ──────────────────────────────────────────────────────────────────────────────────

    def _literal(self) -> list[Sequence[Literal]]:
        """The alternatives of one literal of a body, each with the intervals that stand in it."""
        plain = self._plain()
        if not self._take(":"):
            return plain
        condition = self._condition()
        if len(plain) != 1 or len(condition) != 1 or len(plain[0]) != 1:
            raise self._refusal()
        (literal,) = plain[0]
        if not isinstance(literal, Atom | Comparison):
            raise self._refusal()
        return [[Conditional(literal, condition[0])]]

    def _plain(self) -> list[Sequence[Literal]]:
        negations = 0
        while self._take("not"):
            negations += 1
        if self._ahead in ("#true", "#false"):
            holds = (self._tokens[self._at].text == "#true") != (negations % 2 == 1)
            self._at += 1
            return [[] if holds else [Comparison("!=", Constant(0), Constant(0))]]
        if self._ahead in AGGREGATES or self._ahead == "{":
            return self._aggregate(negations, [])
        begin = self._at
        left = self._terms()
        if self._ahead not in COMPARISONS and self._ahead != "==":
            self._at = begin
            self._ranges.clear()
            atoms = self._atoms(min(negations, 2 - negations % 2))
            ranges = self._taken_ranges()
            return [[*ranges, atom] for atom in atoms]
        op = self._operator()
        if self._ahead in AGGREGATES or self._ahead == "{":
            return self._aggregate(negations, [(_TURNED[op], term) for term in left])
        return self._comparisons(left, op, negated=negations % 2 == 1)

    def _operator(self) -> str:
        text = self._ahead.replace("==", "=")
        if text not in COMPARISONS:
            raise self._refusal()
        self._at += 1
        return text

    def _comparisons(self, left: list[Term], op: str, *, negated: bool) -> list[Sequence[Literal]]:
        chain = [(op, self._terms())]
        while self._ahead in COMPARISONS or self._ahead == "==":
            chain.append((self._operator(), self._terms()))
        if negated and len(chain) > 1:
            raise self._refusal()
        ranges = self._taken_ranges()
        found: list[Sequence[Literal]] = []
        for sides in product(left, *(terms for _, terms in chain)):
            pairs = zip((op for op, _ in chain), sides, sides[1:], strict=False)
            found.append([*ranges, *(Comparison(op, one, other, negated) for op, one, other in pairs)])
        return found

    def _aggregate(self, negations: int, guards: list[tuple[str, Term]]) -> list[Sequence[Literal]]:
        if len(guards) > 1 or self._ranges:
            raise self._refusal()
        function = "#count"
        if bare := self._ahead == "{":
            self._at += 1
        else:
            function = self._tokens[self._at].text
            self._at += 1
            function += "+" if self._take("+") else ""
            self._expect("{")
        elements: list[Element] = []
        while not self._take("}"):
            elements += self._bare_element() if bare else self._element()
            if not self._take(";") and self._ahead != "}":
                raise self._refusal()
        if self._ahead in COMPARISONS or self._ahead == "==":
            op = self._operator()
            (term,) = self._terms()
            guards = [*guards, (op, term)]
        if function not in AGGREGATES or self._ranges:
            raise self._refusal()
        return [[Aggregate(function, tuple(elements), tuple(guards), negations % 2 == 1)]]

    def _element(self) -> Iterator[Element]:
        tuples: list[list[Term]] = []
        while self._ahead != ":":
            tuples.append(self._terms())
            if not self._take(","):
                break
        ranges = self._taken_ranges()
        conditions: list[tuple[Literal, ...]] = self._condition() if self._take(":") else [()]
        for terms in product(*tuples):
            for condition in conditions:
                yield Element(terms, (*ranges, *condition))

    def _bare_element(self) -> Iterator[Element]:
        """`literal : condition` counts as itself, once however often it is written."""
        literals = self._plain()
        conditions: list[tuple[Literal, ...]] = self._condition() if self._take(":") else [()]
        for (*before, literal), condition in product(literals, conditions):
            if not isinstance(literal, Atom):
                raise self._refusal()
            key = (Constant(literal.negations), Function(literal.name, literal.args))
            yield Element(key, (*before, literal, *condition))

    def _condition(self) -> list[tuple[Literal, ...]]:
        parts: list[list[Sequence[Literal]]] = []
        while self._ahead not in (";", "}", "."):
            parts.append(self._plain())
            if any(isinstance(one, Aggregate) for alternative in parts[-1] for one in alternative):
                raise self._refusal()
            if not self._take(","):
                break
        return [tuple(one for part in combined for one in part) for combined in product(*parts)]

    def _atoms(self, negations: int) -> list[Atom]:
        found = []
        for term in self._terms():
            if isinstance(term, Function) and term.name:
                found.append(Atom(term.name, term.args, negations))
            elif isinstance(term, Constant) and isinstance(term.value, tuple) and term.value[0]:
                name, *args = term.value
                found.append(Atom(str(name), tuple(Constant(arg) for arg in args), negations))  # type: ignore[arg-type]
            else:
                raise self._refusal()
        return found

    # ── terms ─────────────────────────────────────────────────────────────────────────────────────

    def _terms(self) -> list[Term]:
        found = self._sums()
        if not self._take(".."):
            return found
        high = self._sums()
        if len(found) != 1 or len(high) != 1:
            raise self._refusal()
        variable = self._variable()
        self._ranges.append(Range(variable, found[0], high[0]))
        return [variable]

    def _sums(self) -> list[Term]:
        found = self._simple()
        while self._ahead in ("+", "-"):
            sign = 1 if self._tokens[self._at].text == "+" else -1
            self._at += 1
            right = self._simple()
            found = [_sum(one, other, sign) for one, other in product(found, right)]
        return found

    def _simple(self) -> list[Term]:
        kind, text, _ = self._tokens[self._at]
        if kind == "op" and text == "(":
            self._at += 1
            return self._parenthesis()
        self._at += 1
        if kind in ("number", "string"):
            return [Constant(constant_value(text))]
        if kind == "variable":
            return [self._variable() if text == "_" else Variable(text)]
        if kind == "name" and text != "not":
            return [Constant((text,))] if not self._take("(") else self._function(text)
        if kind == "op" and text == "-":
            return [_sum(Constant(0), term, -1) for term in self._simple()]
        if kind == "op" and text == "@":
            name = self._tokens[self._at].text
            self._at += 1
            self._expect("(")
            return [Call(name, args) for args, _ in self._rows()]
        raise self._refusal()

    def _function(self, name: str) -> list[Term]:
        return [function(name, args) for args, _ in self._rows()]

    def _parenthesis(self) -> list[Term]:
        return [
            args[0] if len(args) == 1 and not comma else function("", args) for args, comma in self._rows()
        ]

    def _rows(self) -> list[tuple[tuple[Term, ...], bool]]:
        """What stands in parentheses: each alternative, and whether it ends in a comma."""
        rows: list[tuple[tuple[Term, ...], bool]] = []
        while True:
            columns: list[list[Term]] = []
            comma = False
            while self._ahead not in (")", ";"):
                columns.append(self._terms())
                comma = self._take(",")
                if not comma:
                    break
            rows += [(args, comma) for args in product(*columns)]
            if not self._take(";"):
                self._expect(")")
                return rows


def function(name: str, args: Iterable[Term]) -> Term:
    """A function of terms; a constant when all of them are."""
    args = tuple(args)
    if all(isinstance(arg, Constant) for arg in args):
        return Constant((name, *(arg.value for arg in args if isinstance(arg, Constant))))
    return Function(name, args)


def _sum(left: Term, right: Term, sign: int) -> Term:
    if isinstance(left, Constant) and isinstance(right, Constant):
        one, other = left.value, right.value
        if isinstance(one, int) and isinstance(other, int):
            return Constant(one + sign * other)
    return Sum(left, right, sign)


def constant_value(text: str) -> int | str:
    """What a number or a quoted string stands for."""
    if not text.startswith('"'):
        return int(text, 0) if text[1:2].isalpha() else int(text)
    inside = text[1:-1]
    if "\\" not in inside:
        return inside
    return "".join(
        {"n": "\n"}.get(part[1], part[1]) if part[0] == "\\" else part for part in _characters(inside)
    )


def _characters(inside: str) -> Iterator[str]:
    at = 0
    while at < len(inside):
        size = 2 if inside[at] == "\\" else 1
        yield inside[at : at + size]
        at += size
