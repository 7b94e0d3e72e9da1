"""Rules taken apart again, for checks that read them one by one, and the place of each part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from subvent.diagnostics import Place
from subvent.policy.syntax import Statement, Term, read_statements
from subvent.policy.types import Rule


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Statement:
    return read_statements(text)[0][0]


def parsed(rule: Rule) -> Statement:
    """The statement of a rule; offsets in it count from the rule's beginning."""
    return _parsed(rule.text)


def place_in(rule: Rule, offset: int) -> Place:
    """Where a part of a rule stands in its file."""
    line = rule.text.count("\n", 0, offset)
    column = offset - (rule.text.rfind("\n", 0, offset) + 1) + 1
    return Place(rule.place.file, rule.place.line + line, column if line else rule.place.column + column - 1)


def number_groups(statement: Statement) -> Iterator[Term]:
    """Numbers, and tuples of numbers alone as one: quantities, dates, codes."""

    def inside(term: Term) -> Iterator[Term]:
        if term.kind == "number" or (term.kind == "tuple" and all(a.kind == "number" for a in term.args)):
            yield term
        else:
            for part in term.args:
                yield from inside(part)

    roots = [
        *statement.heads,
        *(literal.atom for literal in statement.literals),
        *(side for comparison in statement.comparisons for side in (comparison.left, comparison.right)),
        *statement.terms,
    ]
    seen: set[int] = set()
    for root in roots:
        for term in inside(root):
            if term.begin not in seen:
                seen.add(term.begin)
                yield term
