"""Expressions of the packs as formulas that a reader can follow."""

from __future__ import annotations

from subvent.explain.quantities import exact, is_quantity
from subvent.logic.exact import OPERATORS, evaluate
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
    return _combined(term[0], term[1:]) if term[0] in OPERATORS else text(term)


def _combined(operator: str, parts: tuple[Term, ...]) -> str:
    if operator == "full":
        return _steps(*parts)
    if operator in _PREFIX:
        return _PREFIX[operator].format(*map(formula, parts))
    shown = (f"({formula(part)})" if _needs_brackets(part) else formula(part) for part in parts)
    return _INFIX[operator].format(*shown)


def _steps(unit: Term, amount: Term) -> str:
    """How often a whole unit goes into an amount: what may be below nothing has none."""
    into = f"({formula(amount)})" if isinstance(amount, tuple) and amount[0] in _INFIX else formula(amount)
    steps = f"⌊{into}/{formula(unit)}⌋"
    return f"max(0, {steps})" if evaluate(amount) < 0 else steps


def _needs_brackets(term: Term) -> bool:
    return isinstance(term, tuple) and term[0] in {"sum", "less"}
