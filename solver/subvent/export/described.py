"""A linear model with words: every variable and row with a short name, what it means, and the law behind it.

Short names are ASCII without blanks, so that every format and solver takes them; they tell the claim or
the limit and its article as far as ASCII can: `x3_claim_P1_lamp_2031_art3`, `r7_one_category_P1`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import NamedTuple

from subvent.diagnostics import Citation, Text
from subvent.explain.finished import Finished
from subvent.explain.templates import fill
from subvent.explain.words import Words, both, joined
from subvent.export.law import Law
from subvent.logic.terms import Atom, Reader, Term
from subvent.model.linear import LinearModel, Row
from subvent.problem import Problem
from subvent.result import Plan

_LONGEST_NAME = 64
_ATOM = re.compile(
    r"(claim|claim_for|made_for|used|left|right|lost|given|void|cut|ceiling|split|violated)\(.*\)"
)
_NAMED_BY_LIMIT = frozenset({"violated", "cut", "ceiling", "split", "left", "right", "used", "given"})
_STRING = re.compile(r'"(?:\\.|[^"\\])*"')
_SUFFIX = re.compile(r"( #\d+'*)?$")
_DEFINITION = re.compile(r"^(.*\)) (if|only if)$", re.DOTALL)

_VARIABLES: Mapping[tuple[str, int], Text] = {
    ("made_for", 3): Text("{0} 的“{1}”归于 {2}", "{0} under {1} is made for {2}"),
    ("used", 2): Text("{0}：用于 {1}", "{0}: used by {1}"),
    ("left", 1): Text("{0}：前一方有申报", "{0}: the first side is claimed"),
    ("right", 1): Text("{0}：后一方有申报", "{0}: the other side is claimed"),
    ("lost", 1): Text("因共用费用只计一次而少得的分：{0}", "fen less for cost that counts once: {0}"),
    ("lost", 2): Text("{0}之内，因共用费用少得的分：{1}", "{0}: fen less there for shared cost: {1}"),
    ("void", 1): Text("因共用费用计入别处而为零：{0}", "nothing, for shared cost counts elsewhere: {0}"),
    ("given", 2): Text("{0}：{1}，让给另一方计入的费用", "{0}: cost left to the other side by: {1}"),
    ("cut", 1): Text("{0}：合计少付的分", "{0}: fen less in all"),
    ("cut", 2): Text("{0}，因此少得的分：{1}", "{0}, fen less for it: {1}"),
}
_DEFINED = Text("何时成立：{0}", "when it holds: {0}")


class Label(NamedTuple):
    """A variable or row in other words. `citations` index the phrases of the `Described` it is of."""

    short: str
    text: Text
    citations: tuple[int, ...]


class Described(NamedTuple):
    """A model with a label for every variable and row, the phrases they cite, and the plan it gave.

    The model is written as it is: maximise, money in fen.
    """

    model: LinearModel
    variables: tuple[Label, ...]
    rows: tuple[Label, ...]
    citations: tuple[Citation, ...]
    plan: Plan


def describe(problem: Problem, plan: Plan) -> Described:
    """The problem's model in words."""
    teller = _Teller(problem)
    model = problem.model
    variables = tuple(teller.variable(j, v.name) for j, v in enumerate(model.variables))
    rows = tuple(teller.row(i, row) for i, row in enumerate(model.rows))
    return Described(model, variables, rows, tuple(teller.cited), plan)


class _Teller:
    """The words and the law of one problem, and the phrases cited so far."""

    def __init__(self, problem: Problem) -> None:
        self._words = Words(problem.policies, problem.vocabulary, Finished(problem.atoms))
        self._law = Law(problem)
        self._reader = Reader()
        self.cited: dict[Citation, int] = {}

    def variable(self, j: int, name: str) -> Label:
        atom = self._atom(name)
        citations = self._law.of_benefit(atom) if atom else ()
        if not citations and atom and atom[0] in _NAMED_BY_LIMIT:
            citations = self._law.of_limit(_limit(atom[1]))
        return self._label(f"x{j}", name, self._said(name, atom), citations)

    def row(self, i: int, row: Row) -> Label:
        """What the sources of a row say together; where no limit is among them, what it defines."""
        limits: dict[Term, None] = {}
        for source in row.sources or (row.name,):
            atom = self._atom(source)
            if atom and atom[0] in _NAMED_BY_LIMIT and not _DEFINITION.match(source):
                limits[_limit(atom[1])] = None
        found = _DEFINITION.match(_SUFFIX.sub("", row.name))
        name = found[1] if found else _SUFFIX.sub("", row.name)
        atom = self._atom(name)
        law = [citation for limit in limits for citation in self._law.of_limit(limit)]
        citations = law or (self._law.of_benefit(atom) if atom else ())
        if limits:
            text = joined([self._words.limit(limit) for limit in limits], "；", "; ")
        else:
            said = self._said(name, atom)
            text = fill(_DEFINED, [said]) if found else said
        return self._label(f"r{i}", row.name, text, citations)

    def _atom(self, name: str) -> Atom | None:
        """The atom that a variable or row is called after; None when it is called otherwise."""
        return self._reader.atom(name) if _ATOM.fullmatch(name) and _is_one_term(name) else None

    def _said(self, name: str, atom: Atom | None) -> Text:
        if atom is None:
            return both(name)
        template = _VARIABLES.get((atom[0], len(atom) - 1))
        if template is None:
            return self._words.atom(atom)
        return fill(template, [self._argument(argument) for argument in atom[1:]])

    def _argument(self, term: Term) -> Text:
        if isinstance(term, tuple) and term[0] in {"claim", "claim_for"}:
            return self._words.atom(term)
        limit = _limit(term)
        return self._words.limit(limit) if isinstance(limit, tuple) else self._words.term(limit)

    def _label(self, prefix: str, name: str, text: Text, citations: Iterable[Citation]) -> Label:
        found = tuple(dict.fromkeys(citations))
        articles = dict.fromkeys(c.article for c in found if c.article.isascii())
        parts = [prefix, *re.findall(r"[A-Za-z0-9]+", name)]
        if name.startswith("violated("):
            parts.remove("violated")
        told = "_".join([*parts, *(f"art{_plain(a)}" for a in articles)])
        indices = tuple(self.cited.setdefault(c, len(self.cited)) for c in found)
        return Label(told[:_LONGEST_NAME].rstrip("_"), text, indices)


def _is_one_term(name: str) -> bool:
    """Whether the bracket that opens first closes last: `a(b)` and not `a(b) | c(d)`."""
    depths = list(accumulate((c == "(") - (c == ")") for c in _STRING.sub("", name)))
    return depths[-1] == 0 and 0 not in depths[depths.index(1) : -1]


def _limit(term: Term) -> Term:
    """The key of a limit, taken out of the statement that it stands in."""
    if isinstance(term, tuple) and len(term) == 2 and term[0] in {"cut", "ceiling", "split"}:  # noqa: PLR2004
        key: Term = term[1]
        return key
    return term


def _plain(article: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", article).strip("_")
