"""Whether what rules derive stays among rows that refer to each other: then a portfolio may be cut apart.

Rows that are connected by references form a component. Every stated atom speaks of rows of one component,
or of no row at all. So does every derived one, if the atoms of its rule's body that speak of rows are
joined by variables that stand for rows. The rules are evaluated over shapes of atoms (`policy.shapes`)
instead of atoms, comparisons left out: what can be derived at all is found, and every way to join it.

Two kinds of rules need more than a component. One joins what no row connects, or counts it, or asks that
it is nowhere: what it says is only right of the whole. The other says something of no row because of some
row (“somebody files in 2025”): that is right wherever it is found, and has to be told to the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from subvent.policy.parsed import parsed
from subvent.policy.reach import Premise, Reach, Shapes
from subvent.policy.relevance import Relevance
from subvent.policy.shapes import Bindings, common, holds_row
from subvent.policy.syntax import Literal, Statement
from subvent.policy.types import Rule
from subvent.policy.words import Signature


class Locality(NamedTuple):
    """What keeps rules from being evaluated component by component."""

    joining: tuple[str, ...]
    """Ids of the rules that may speak of rows that no reference connects. With any, nothing may be cut."""
    told: Mapping[Signature, tuple[Shapes, ...]]
    """The shapes of atoms that speak of no row, but follow from some: each component has to hear of these."""


def unknown(rules: Iterable[Rule]) -> Locality:
    """What is known where shapes cannot be told: that any rule may join any rows."""
    return Locality(tuple(rule.id for rule in rules), {})


def locality_of(rules: Sequence[Rule], reach: Reach, needed: Relevance | None = None) -> Locality:
    """What of these rules is not local, where it is known what they may derive.

    Only the rules and atoms that are `needed` are looked at (None: all).
    """
    mixed, own = _mixed(reach), None if needed is None else {rule.id for rule in needed.rules}
    joining = tuple(
        rule.id
        for number, rule in enumerate(rules)
        if own is None or rule.id in own
        if not _is_local(parsed(rule), number, reach)
        or any(head.signature in mixed for head in parsed(rule).heads)
    )
    return Locality(joining, reach.told() if needed is None else needed.of(reach.told()))


def _mixed(reach: Reach) -> set[Signature]:
    """Predicates of which an atom may name a row or tell of one without: only its text says which."""
    return {
        signature
        for signature, shapes in reach.told().items()
        for one in shapes
        for other in reach.atoms[signature]
        if any(map(holds_row, other)) and None not in map(common, one, other)
    }


def _is_local(statement: Statement, number: int, reach: Reach) -> bool:
    """Whether every way in which a rule may fire stays within one component."""
    if statement.conditional or statement.kind != "rule":
        return False
    elements: defaultdict[int, list[Literal]] = defaultdict(list)
    for literal in statement.literals:
        if literal.inside:
            elements[literal.element].append(literal)
    denied = [one for one in statement.literals if one.negative and not one.inside]
    for way in reach.ways[number]:
        if not _connected(way.premises):
            return False
        rows = frozenset(name for premise in way.premises for name in premise.held)
        if not all(_is_denied_locally(literal, way.bound, rows, reach) for literal in denied):
            return False
        if not all(_is_counted_locally(part, way.bound, way.premises, reach) for part in elements.values()):
            return False
    return True


def _of_rows(premise: Premise) -> bool:
    return any(map(holds_row, premise.shapes))


def _connected(premises: Iterable[Premise]) -> bool:
    """Whether the atoms that speak of rows are joined by variables that stand for rows."""
    parts = [premise.held for premise in premises if _of_rows(premise)]
    reached, waiting = parts[:1], parts[1:]
    while reached:
        here = reached.pop()
        reached += [part for part in waiting if part & here]
        waiting = [part for part in waiting if not part & here]
    return not waiting


def _is_denied_locally(literal: Literal, bound: Bindings, rows: frozenset[str], reach: Reach) -> bool:
    """Whether that an atom does not hold is known in each component alone."""
    return not any(
        reach.tells(premise) or (_of_rows(premise) and not premise.held & rows)
        for _, premise in reach.agreeing(literal, bound)
    )


def _is_counted_locally(
    element: Sequence[Literal], bound: Bindings, premises: tuple[Premise, ...], reach: Reach
) -> bool:
    """Whether all that an element of an aggregate takes in belongs to the component of the rule's rows."""
    outer = any(map(_of_rows, premises))
    positive = [literal for literal in element if not literal.negative]
    negative = [literal for literal in element if literal.negative]
    for found, counted in reach.joined(positive, bound):
        if any(map(reach.tells, counted)):
            return False
        if any(map(_of_rows, counted)) and not (outer and _connected((*premises, *counted))):
            return False
        rows = frozenset(name for premise in (*premises, *counted) for name in premise.held)
        if not all(_is_denied_locally(literal, found, rows, reach) for literal in negative):
            return False
    return True
