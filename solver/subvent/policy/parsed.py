"""Rules taken apart again, for checks that read them one by one, and the place of each part."""

from __future__ import annotations

from functools import lru_cache

from subvent.diagnostics import Place
from subvent.policy.syntax import Statement, read_statements
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
