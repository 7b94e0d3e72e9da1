"""Whether rules that differ in a bound alone meet without overlap and without a gap, as tiers do.

Rules with the same body but for comparisons of one variable with numbers are tiers of it. A value that two of
them take has two results; one between two of them that neither takes has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.policy.parsed import parsed, place_in
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet, Rule
from subvent.policy.words import LIMITS, OPERATORS, PACK_MAY_DERIVE, SAID

_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "==": "="}
_ANSWERS = {"met": "answer", "failed": "answer"}
_OWN_RESULT = frozenset((("rate", 3), ("base", 3), ("amount", 3), ("met", 2), ("failed", 2)))
_Value = tuple[int, ...]
_Cut = tuple[_Value, int]
"""A point beside a value: just below it (0), or just above (1)."""


class _Tier(NamedTuple):
    """What a rule takes of a variable, from a cut to a cut; None where nothing bounds it."""

    begins: _Cut | None
    ends: _Cut | None
    rule: Rule
    at: Term


def lint_tiers(policies: PolicySet) -> Iterator[Diagnostic]:
    """Findings on tiers that overlap, or leave out the very value at which one ends and the next begins."""
    groups: defaultdict[tuple[str, ...], list[_Tier]] = defaultdict(list)
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        if (found := _tier(rule)) is not None:
            groups[found[0]].append(found[1])
    for tiers in groups.values():
        in_order = sorted(tiers, key=lambda tier: (tier.begins is not None, tier.begins or ((), 0)))
        for one, other in pairwise(in_order):
            if _result(one.rule) == _result(other.rule):
                continue  # The same is said of either, which harms nothing.
            if one.ends is None or other.begins is None or other.begins < one.ends:
                yield _finding("policy.tiers-overlap", one, other)
            elif one.ends[0] == other.begins[0] and one.ends != other.begins:
                yield _finding("policy.tiers-gap", one, other)


def _tier(rule: Rule) -> tuple[tuple[str, ...], _Tier] | None:
    """What a rule takes of the one variable that it compares, with all else that it asks for."""
    statement = parsed(rule)
    if statement.kind != "rule" or not statement.comparisons or not _has_result(statement.heads[0]):
        return None
    variables, begins, ends = set(), list[_Cut](), list[_Cut]()
    for comparison in statement.comparisons:
        op, left, right = comparison.op, comparison.left, comparison.right
        if left.kind != "variable":
            op, left, right = _TURNED.get(op, ""), right, left
        value = _value(right)
        if left.kind != "variable" or value is None or op not in _TURNED:
            return None
        variables.add(left.name)
        begins += [(value, 0)] * (op in (">=", "=", "==")) + [(value, 1)] * (op == ">")
        ends += [(value, 1)] * (op in ("<=", "=", "==")) + [(value, 0)] * (op == "<")
    if len(variables) != 1:
        return None
    head = statement.heads[0]
    literals = sorted(
        ("not " * literal.negative) + rule.text[literal.atom.begin : literal.atom.end].replace(" ", "")
        for literal in statement.literals
    )
    given = [rule.text[part.begin : part.end].replace(" ", "") for part in head.args]
    # Of an answer all is the same but the answer; of all else the last argument is the result.
    of = given if head.name in _ANSWERS else given[:-1]
    key = (_ANSWERS.get(head.name, head.name), *of, "", *variables, *literals)
    tier = _Tier(max(begins, default=None), min(ends, default=None), rule, statement.comparisons[0].left)
    return key, tier


def _has_result(head: Term) -> bool:
    """Whether a head says what something comes to, and so is to say it once."""
    if head.signature in _OWN_RESULT:
        return True
    amount = bool(head.args) and (
        head.args[-1].kind in ("number", "tuple") or head.args[-1].name in OPERATORS
    )
    return amount and head.signature not in PACK_MAY_DERIVE | frozenset(SAID) | frozenset(LIMITS)


def _result(rule: Rule) -> tuple[str, str]:
    """What a rule says of its tier."""
    head = parsed(rule).heads[0]
    last = head.args[-1:] if head.name not in _ANSWERS else ()
    return head.name, "".join(rule.text[part.begin : part.end].replace(" ", "") for part in last)


def _value(term: Term) -> _Value | None:
    parts = term.args if term.kind == "tuple" else (term,)
    return tuple(int(part.name) for part in parts) if all(part.kind == "number" for part in parts) else None


def _finding(code: str, one: _Tier, other: _Tier) -> Diagnostic:
    # What a pack makes of a predicate of its own may add up.
    known = parsed(other.rule).heads[0].signature in _OWN_RESULT
    return diagnostic(
        code,
        place_in(other.rule, other.at.begin),
        next(iter(other.rule.citations), None),
        "error" if known else "note",
        other=f"{one.rule.place} ({one.rule.id})",
    )
