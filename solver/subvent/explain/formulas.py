"""Expressions of the packs as formulas that a reader can follow."""

from __future__ import annotations

from subvent.explain.quantities import exact, is_quantity
from subvent.logic.terms import Term, text

_INFIX = {
    "sum": "{0} + {1}",
    "less": "{0} − {1}",
    "share": "{1} × {0}%",
    "part": "{2} × {0}/{1}",
    "times": "{0} × {1}",
}
_PREFIX = {"least": "min({0}, {1})", "most": "max({0}, {1})", "upto": "{1} × {0}/(100 − {0})"}


def formula(term: Term) -> str:
    """An expression over amounts, its quantities as numbers in 万元."""
    if isinstance(term, int):
        return str(term)
    if is_quantity(term):
        return exact(term)
    if not isinstance(term, tuple):
        return str(term)
    if term[0] in _PREFIX:
        return _PREFIX[term[0]].format(*map(formula, term[1:]))
    if term[0] in _INFIX:
        parts = [f"({formula(part)})" if _needs_brackets(part) else formula(part) for part in term[1:]]
        return _INFIX[term[0]].format(*parts)
    return text(term)


def _needs_brackets(term: Term) -> bool:
    return isinstance(term, tuple) and term[0] in {"sum", "less"}
