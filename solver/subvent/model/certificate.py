"""A bound that anybody can check again: integer multipliers of rows, and branchings over variables.

For non-negative multipliers y/D and any x within its bounds that keeps the rows,

    D * sum(c_j x_j)  <=  sum(y_i b_i) + sum over j of max over [l_j, u_j] of (D c_j - sum(y_i a_ij)) x_j

so the right side, divided by D and floored, is an upper bound on the objective (weak duality). A
branching splits the values of one variable in two and bounds each part; the bound of the tree is the
larger one. A part without any solution has multipliers that push its bound below everything.

A few rows may be given prices instead: they are taken out, what they hold together falls apart, and
each part, whose variables bring less by what they take of those rows, has a certificate of its own.

Only integers are used, and nothing here knows how the multipliers were found.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from subvent.diagnostics import InputError, diagnostic
from subvent.model.components import components

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from subvent.model.linear import LinearModel

_LONGEST = 1024
"""Bits of an integer that are still read; those that are written have a few dozen."""
_DEEPEST = 10_000
"""Branchings below one another that are still read; real trees have a few dozen."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Multipliers by name of row: integers >= 0 over the certificate's denominator, zeros left out."""

    multipliers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Branching:
    """`low` holds where `variable <= at`, `high` where `variable >= at + 1`."""

    variable: str
    at: int
    low: Leaf | Branching
    high: Leaf | Branching


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices of rows, by name, over the certificate's denominator, and what bounds each part without them.

    A part is called after its first variable; its objective counts in units of 1/denominator. Rows of
    price zero are taken out as well.
    """

    prices: Mapping[str, int]
    parts: Mapping[str, Certificate]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A tree whose leaves bound the objective, or prices; `denominator` is a positive integer."""

    denominator: int
    tree: Leaf | Branching | Priced


def evaluate(model: LinearModel, certificate: Certificate) -> int:
    """The upper bound on the model's objective (constant included) that the certificate proves.

    Raises InputError (`certificate.*`) when the certificate does not belong to the model: a row or a
    variable it does not have, a negative multiplier, a denominator that is not positive, or a tree
    none of whose leaves has a value left.
    """
    if certificate.denominator < 1:
        raise _refusal("denominator", certificate.denominator)
    if isinstance(certificate.tree, Priced):
        return _priced(model, certificate.tree, certificate.denominator) + model.constant
    checker = _Checker(model)
    bounds = [
        checker.bound(leaf, certificate.denominator, lower, upper)
        for leaf, lower, upper in checker.leaves(certificate.tree)
    ]
    if not bounds:
        raise _refusal("empty", "")
    return max(bounds) + model.constant


def _priced(model: LinearModel, tree: Priced, denominator: int) -> int:
    """The floored bound of prices, without the model's constant."""
    rows = {row.name: row for row in model.rows}
    gains = [denominator * v.gain for v in model.variables]
    worth = 0
    for name, price in tree.prices.items():
        if name not in rows:
            raise _refusal("row", name)
        if price < 0:
            raise _refusal("negative", name)
        worth += price * rows[name].upper
        for j, a in rows[name].terms:
            gains[j] -= price * a
    left = model._replace(
        variables=tuple(v._replace(gain=gain) for v, gain in zip(model.variables, gains, strict=True)),
        rows=tuple(row for row in model.rows if row.name not in tree.prices),
        constant=0,
        further=(),
    )
    for part in components(left):
        first = part.variables[0].name if part.variables else ""
        if first not in tree.parts:
            raise _refusal("missing", first)
        worth += evaluate(part, tree.parts[first])
    return worth // denominator


def _refusal(what: str, value: object) -> InputError:
    return InputError(diagnostic(f"certificate.{what}", value=value))


class _Checker:
    """The model, indexed by name, while the leaves of one certificate are evaluated."""

    def __init__(self, model: LinearModel) -> None:
        self._rows = {r.name: r for r in model.rows}
        self._model = model

    @cached_property
    def _variables(self) -> dict[str, int]:
        return {v.name: j for j, v in enumerate(self._model.variables)}

    def leaves(self, tree: Leaf | Branching) -> Iterator[tuple[Leaf, list[int], list[int]]]:
        """Every leaf with the bounds of the variables in it; parts without a value are passed over."""
        lower = [v.lower for v in self._model.variables]
        upper = [v.upper for v in self._model.variables]
        waiting = [(tree, lower, upper)]
        while waiting:
            node, lower, upper = waiting.pop()
            if isinstance(node, Leaf):
                yield node, lower, upper
                continue
            if node.variable not in self._variables:
                raise _refusal("variable", node.variable)
            j = self._variables[node.variable]
            low_upper, high_lower = list(upper), list(lower)
            low_upper[j] = min(upper[j], node.at)
            high_lower[j] = max(lower[j], node.at + 1)
            if high_lower[j] <= upper[j]:
                waiting.append((node.high, high_lower, upper))
            if lower[j] <= low_upper[j]:
                waiting.append((node.low, lower, low_upper))

    def bound(self, leaf: Leaf, denominator: int, lower: list[int], upper: list[int]) -> int:
        """The floored bound of one leaf, without the model's constant."""
        reduced = [denominator * v.gain for v in self._model.variables]
        worth = 0
        for name, multiplier in leaf.multipliers.items():
            if name not in self._rows:
                raise _refusal("row", name)
            if multiplier < 0:
                raise _refusal("negative", name)
            row = self._rows[name]
            worth += multiplier * row.upper
            for j, a in row.terms:
                reduced[j] -= multiplier if a == 1 else multiplier * a
        ends = zip(reduced, lower, upper, strict=True)
        worth += sum([d * (high if d > 0 else low) for d, low, high in ends if d])
        return worth // denominator


def to_json(certificate: Certificate) -> dict[str, object]:
    """The certificate as plain data for a JSON file; `from_json` reads it back."""
    if isinstance(certificate.tree, Priced):
        return {
            "denominator": certificate.denominator,
            "tree": {
                "prices": dict(sorted(certificate.tree.prices.items())),
                "parts": {name: to_json(part) for name, part in sorted(certificate.tree.parts.items())},
            },
        }
    built: dict[int, dict[str, object]] = {}
    for node in _bottom_up(certificate.tree):
        if isinstance(node, Leaf):
            built[id(node)] = {"multipliers": dict(sorted(node.multipliers.items()))}
        else:
            built[id(node)] = {
                "variable": node.variable,
                "at": node.at,
                "low": built[id(node.low)],
                "high": built[id(node.high)],
            }
    return {"denominator": certificate.denominator, "tree": built[id(certificate.tree)]}


def _bottom_up(tree: Leaf | Branching) -> list[Leaf | Branching]:
    order: list[Leaf | Branching] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        order.append(node)
        if isinstance(node, Branching):
            waiting += [node.low, node.high]
    return order[::-1]


def from_json(data: object) -> Certificate:
    """The certificate that `to_json` wrote.

    Raises InputError (`certificate.malformed`) naming the part that is not as `to_json` writes it.
    """
    fields = _fields(data, "certificate", {"denominator", "tree"})
    denominator, tree = _integer(fields["denominator"], "denominator"), fields["tree"]
    if isinstance(tree, dict) and "prices" in tree:
        return Certificate(denominator, _prices(tree))
    return Certificate(denominator, _tree(tree))


def _prices(data: object) -> Priced:
    fields = _fields(data, "tree", {"prices", "parts"})
    prices, parts = fields["prices"], fields["parts"]
    if not isinstance(prices, dict) or not all(isinstance(name, str) for name in prices):
        raise _refusal("malformed", "prices")
    if not isinstance(parts, dict) or not all(isinstance(name, str) for name in parts):
        raise _refusal("malformed", "parts")
    for part in parts.values():
        # Prices within prices prove nothing that prices alone would not, and could nest without end.
        if isinstance(part, dict) and isinstance(part.get("tree"), dict) and "prices" in part["tree"]:
            raise _refusal("malformed", "parts")
    found = {name: from_json(part) for name, part in parts.items()}
    return Priced({name: _integer(price, name) for name, price in prices.items()}, found)


def _tree(data: object) -> Leaf | Branching:
    """Read bottom up with a stack of its own, so that a deep file cannot exhaust Python's."""
    done: list[Leaf | Branching] = []
    waiting: list[tuple[object, int, bool]] = [(data, 0, False)]
    while waiting:
        raw, depth, children_done = waiting.pop()
        if depth > _DEEPEST:
            raise _refusal("malformed", "tree")
        if isinstance(raw, dict) and "multipliers" in raw:
            done.append(_leaf(raw))
            continue
        fields = _fields(raw, "tree", {"variable", "at", "low", "high"})
        if not children_done:
            waiting.append((raw, depth, True))
            waiting += [(fields[part], depth + 1, False) for part in ("high", "low")]
            continue
        high, low = done.pop(), done.pop()
        if not isinstance(fields["variable"], str):
            raise _refusal("malformed", "variable")
        done.append(Branching(fields["variable"], _integer(fields["at"], "at"), low, high))
    return done[0]


def _leaf(data: object) -> Leaf:
    multipliers = _fields(data, "tree", {"multipliers"})["multipliers"]
    if not isinstance(multipliers, dict) or not all(isinstance(name, str) for name in multipliers):
        raise _refusal("malformed", "multipliers")
    return Leaf({name: _integer(value, name) for name, value in multipliers.items()})


def _fields(data: object, name: str, keys: set[str]) -> dict[str, object]:
    if not isinstance(data, dict) or set(data) != keys:
        raise _refusal("malformed", name)
    return data


def _integer(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value.bit_length() > _LONGEST:
        raise _refusal("malformed", name)
    return value
