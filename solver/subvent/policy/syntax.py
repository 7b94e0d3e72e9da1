"""The statements of a clingo file with their parts and where each stands.

clingo's own parser decides what is well-formed; this one reads what clingo has accepted, because it
keeps the place of every number and operator, which checks and mutants need, and costs a tenth of a
walk over clingo's AST. It knows rules, constraints, choices, aggregates and theory atoms; of every
other directive it keeps the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from subvent.policy.tokens import CLOSE, OPEN, Comment, Token, split, tokenise, too_deep

_COMPARISONS = frozenset(("<", ">", "<=", ">=", "=", "!=", "=="))
_OPERATORS = frozenset(("+", "-", "*", "/", "\\", "**", "&", "?", "^", ".."))
_AGGREGATES = frozenset(("#count", "#sum", "#min", "#max"))
_CONSTANTS = frozenset(("#true", "#false", "#inf", "#sup"))


class SyntaxNotUnderstoodError(Exception):
    """clingo accepts a statement that is outside the language of packs. Holds its offset.

    `begin` and `end` are the span of the whole statement, `names` the names that stand in it.
    """

    def __init__(self, offset: int) -> None:
        super().__init__(f"at {offset}")
        self.offset = self.begin = self.end = offset
        self.names: frozenset[str] = frozenset()


class Term(NamedTuple):
    """A term or an atom with its span in the file.

    kind: `number`, `string`, `variable`, `name` (a constant or function), `tuple`, `pool`, `external`
    (an @-function), `operation` (`name` is the operator).
    """

    kind: str
    name: str
    args: tuple[Term, ...]
    begin: int
    end: int

    @property
    def signature(self) -> tuple[str, int]:
        """Name and arity of an atom."""
        return self.name, len(self.args)

    def walk(self) -> Iterator[Term]:
        """The term and all its parts."""
        yield self
        for part in self.args:
            yield from part.walk()


class Literal(NamedTuple):
    """An atom of a body; `inside` one of an aggregate or after a colon, `element` the number of that one."""

    atom: Term
    negative: bool
    inside: bool
    element: int = 0


class Comparison(NamedTuple):
    """`left op right`; an aggregate on one side is the Term of kind `aggregate`."""

    op: str
    left: Term
    right: Term
    begin: int


@dataclass(slots=True)
class Statement:
    """One statement. `kind`: `rule`, `constraint`, `choice`, `disjunction`, `theory`, `directive`."""

    begin: int
    end: int
    kind: str = "rule"
    directive: str = ""
    heads: list[Term] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    """Terms that stand neither in an atom nor in a comparison: tuples of aggregates, theory guards."""
    conditional: bool = False
    """Whether the body says that something holds for all of some kind: `p(X) : q(X)`."""

    def parts(self) -> Iterator[Term]:
        """Every term and atom of the statement with all its parts."""
        for head in self.heads:
            yield from head.walk()
        for literal in self.literals:
            yield from literal.atom.walk()
        for comparison in self.comparisons:
            yield from comparison.left.walk()
            yield from comparison.right.walk()
        for term in self.terms:
            yield from term.walk()


def parse_statement(tokens: list[Token]) -> Statement:
    """One statement from its tokens. Raises SyntaxNotUnderstoodError."""
    if (deep := too_deep(tokens)) is not None:
        raise SyntaxNotUnderstoodError(deep)
    last = tokens[-1]
    statement = Statement(tokens[0].begin, last.begin + len(last.text))
    first = tokens[0].text
    if first == ":~" or (tokens[0].kind == "directive" and first not in _AGGREGATES | _CONSTANTS):
        statement.kind, statement.directive = "directive", "#minimize" if first == ":~" else first
        return statement
    if first == "[":  # the weight after a directive's full stop
        statement.kind = "directive"
        return statement
    _Parser(tokens, statement).statement()
    return statement


class _Parser:
    """Recursive descent over one statement's tokens, filling in the statement."""

    def __init__(self, tokens: list[Token], into: Statement) -> None:
        self._tokens = tokens
        self._at = 0
        self._elements = 0
        self._into = into

    # ── tokens ────────────────────────────────────────────────────────────────────────────────────

    @property
    def _text(self) -> str:
        # A string is never an operator, whatever it holds.
        token = self._tokens[min(self._at, len(self._tokens) - 1)]
        return "" if token.kind == "string" else token.text

    def _next(self) -> Token:
        if self._at >= len(self._tokens):
            raise SyntaxNotUnderstoodError(self._tokens[-1].begin)
        self._at += 1
        return self._tokens[self._at - 1]

    def _take(self, text: str) -> bool:
        if self._text == text and self._at < len(self._tokens):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> Token:
        token = self._next()
        if token.text != text:
            raise SyntaxNotUnderstoodError(token.begin)
        return token

    # ── statement ─────────────────────────────────────────────────────────────────────────────────

    def statement(self) -> None:
        if self._text == ":-":
            self._into.kind = "constraint"
        else:
            self._head()
        if self._take(":-") and self._text != ".":
            self._body()
        self._expect(".")

    def _head(self) -> None:
        into = self._into
        if self._text == "&":
            into.kind = "theory"
            into.heads.append(self._theory_atom())
            return
        if self._take("#false"):
            into.kind = "constraint"
            return
        if self._choice_ahead():
            into.kind = "choice"
            if self._text != "{":
                into.terms.append(self._term())
                if self._text in _COMPARISONS:
                    self._next()
            self._choice_elements()
            self._guard()
            return
        into.heads.append(self._atom())
        while self._text in (";", ",", "|", ":"):
            into.kind = "disjunction"
            if self._next().text == ":":
                self._literals(inside=True)
            else:
                into.heads.append(self._atom())

    def _choice_ahead(self) -> bool:
        depth = 0
        for token in self._tokens[self._at :]:
            if token.kind == "op":
                if token.text in (":-", ".") and depth == 0:
                    return False
                if token.text == "{" and depth == 0:
                    return True
                depth += (token.text in OPEN) - (token.text in CLOSE)
            elif token.kind == "directive" and token.text in _AGGREGATES:
                raise SyntaxNotUnderstoodError(token.begin)
        return False

    def _choice_elements(self) -> None:
        self._expect("{")
        while not self._take("}"):
            self._elements += 1
            self._into.heads.append(self._atom())
            if self._take(":"):
                self._literals(inside=True)
            self._take(";")

    def _atom(self) -> Term:
        if self._text == "not":
            # What a “not” in a head forbids would go for what a rule gives.
            raise SyntaxNotUnderstoodError(self._tokens[self._at].begin)
        term = self._term()
        if term.kind != "name":
            raise SyntaxNotUnderstoodError(term.begin)
        return term

    def _body(self) -> None:
        literals = self._into.literals
        while True:
            before = len(literals)
            self._literal(inside=False)
            if self._take(":"):
                self._into.conditional = True
                self._elements += 1
                # It has to hold no more than where what follows does.
                literals[before:] = [
                    one._replace(inside=True, element=self._elements) for one in literals[before:]
                ]
                self._literals(inside=True)
            if not (self._take(",") or self._take(";")):
                return

    def _literals(self, *, inside: bool) -> None:
        """Literals after a colon: separated by commas, ended by a semicolon or a bracket."""
        if self._text in (";", "}", ".", ":-"):
            return
        self._literal(inside=inside)
        while self._take(","):
            self._literal(inside=inside)

    def _literal(self, *, inside: bool) -> None:
        negative = False
        while self._take("not"):
            negative = True
        if self._take("#true") or self._take("#false"):
            return
        if self._text == "&":
            self._into.literals.append(self._read(self._theory_atom(), negative=negative, inside=inside))
            return
        left = self._side()
        if self._text not in _COMPARISONS:
            if left.kind == "name":
                self._into.literals.append(self._read(left, negative=negative, inside=inside))
            elif left.kind != "aggregate":
                raise SyntaxNotUnderstoodError(left.begin)
            return
        while self._text in _COMPARISONS:
            operator = self._next()
            right = self._side()
            op = "=" if operator.text == "==" else operator.text
            self._into.comparisons.append(Comparison(op, left, right, operator.begin))
            left = right

    def _read(self, atom: Term, *, negative: bool, inside: bool) -> Literal:
        return Literal(atom, negative, inside, self._elements if inside else 0)

    def _side(self) -> Term:
        """One side of a comparison: a term or an aggregate."""
        if self._text in _AGGREGATES or self._text == "{":
            return self._aggregate()
        return self._term()

    def _aggregate(self) -> Term:
        begin, name = self._tokens[self._at].begin, "#count"
        bare = self._text == "{"
        if not bare:
            name = self._next().text
            self._take("+")
        self._expect("{")
        while not self._take("}"):
            self._elements += 1
            if bare:
                self._literal(inside=True)
            elif self._text != ":":
                self._tuple_of_terms()
            if self._take(":"):
                self._literals(inside=True)
            self._take(";")
        return Term("aggregate", name, (), begin, self._tokens[self._at - 1].begin + 1)

    def _tuple_of_terms(self) -> None:
        self._into.terms.append(self._term())
        while self._take(","):
            self._into.terms.append(self._term())

    def _theory_atom(self) -> Term:
        begin = self._expect("&").begin
        name = self._term()
        if self._take("{"):
            while not self._take("}"):
                self._elements += 1
                if self._text != ":":
                    self._tuple_of_terms()
                if self._take(":"):
                    self._literals(inside=True)
                self._take(";")
            self._guard()
        return Term("theory", name.name, name.args, begin, name.end)

    def _guard(self) -> None:
        if self._text in _COMPARISONS:
            self._next()
            self._into.terms.append(self._term())
        elif self._text not in (":-", ".", ",", ";", "}", ":"):
            self._into.terms.append(self._term())

    # ── terms ─────────────────────────────────────────────────────────────────────────────────────

    def _term(self) -> Term:
        term = self._simple()
        while self._text in _OPERATORS:
            operator = self._next().text
            right = self._simple()
            term = Term("operation", operator, (term, right), term.begin, right.end)
        return term

    def _simple(self) -> Term:
        kind, text, begin = self._next()
        end = begin + len(text)
        if kind == "name" and text != "not":
            args, end = self._arguments(end)
            return Term("name", text, args, begin, end)
        if kind in ("number", "string", "variable") or text in _CONSTANTS:
            return Term("name" if text in _CONSTANTS else kind, text, (), begin, end)
        if text == "@":
            function = self._simple()
            return Term("external", function.name, function.args, begin, function.end)
        if text in ("-", "~"):
            inner = self._simple()
            return Term("operation", text, (inner,), begin, inner.end)
        if text == "|":
            inner = self._term()
            return Term("operation", "|", (inner,), begin, self._expect("|").begin + 1)
        if text == "(":
            return self._parenthesis(begin)
        raise SyntaxNotUnderstoodError(begin)

    def _arguments(self, end: int) -> tuple[tuple[Term, ...], int]:
        if not self._take("("):
            return (), end
        alternatives, _, end = self._inside()
        if len(alternatives) == 1:
            return tuple(alternatives[0]), end
        # f(a,b;c,d): one pool for each position, which is all that signatures and checks need.
        columns = zip(*alternatives, strict=False)
        return tuple(Term("pool", "", tuple(c), c[0].begin, c[-1].end) for c in columns), end

    def _parenthesis(self, begin: int) -> Term:
        alternatives, comma, end = self._inside()
        terms = [
            row[0] if len(row) == 1 and not comma else Term("tuple", "", tuple(row), begin, end)
            for row in alternatives
        ]
        return terms[0] if len(terms) == 1 else Term("pool", "", tuple(terms), begin, end)

    def _inside(self) -> tuple[list[list[Term]], bool, int]:
        """What stands in parentheses: alternatives, whether the last ends in a comma, and the end."""
        alternatives: list[list[Term]] = [[]]
        comma = False
        while self._text != ")":
            alternatives[-1].append(self._term())
            comma = self._take(",")
            if not comma and self._take(";"):
                alternatives.append([])
        return alternatives, comma, self._next().begin + 1


def read_statements(source: str) -> tuple[list[Statement], list[Comment], list[SyntaxNotUnderstoodError]]:
    """All statements of a file, its block comments, and what is outside the language."""
    tokens, comments = tokenise(source)
    statements, refused = [], []
    for words in split(tokens):
        try:
            statements.append(parse_statement(words))
        except SyntaxNotUnderstoodError as error:
            error.begin, error.end = words[0].begin, words[-1].begin + len(words[-1].text)
            error.names = frozenset(word.text for word in words if word.kind == "name")
            refused.append(error)
    return statements, comments, refused
