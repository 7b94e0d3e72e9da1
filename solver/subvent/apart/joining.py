"""Remarks by rules that join rows of any shards, proven from what the shards expose of what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from subvent.apart.columns import Columns
from subvent.apart.part import Part, Rank
from subvent.diagnostics import Text
from subvent.explain.derivation import first_of
from subvent.explain.firing import fired
from subvent.explain.matching import REFUTED, Firing
from subvent.explain.open_facts import Remark
from subvent.explain.patterns import UnmatchedError
from subvent.explain.proof import step_name
from subvent.explain.statements import Statement, statements
from subvent.explain.words import Words
from subvent.logic.ground import BySignature
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, order_key
from subvent.problem import Problem, review

_NO_PART = Part((), (), (), (), (), (), {}, (), {}, {}, {}, {}, {}, 0, frozenset())
_FIRST: Rank = (0, 0, [])


class InseparableError(Exception):
    """What shards tell does not fit together: the plan has to be explained in one piece."""


def joining(
    problem: Problem,
    chosen: Collection[Atom],
    parts: Sequence[Part],
    rules: Collection[str],
    words: Words,
    grounder: Grounder,
) -> tuple[Part, Columns]:
    """What the rules of these ids remark, as a shard of its own whose premises stand in the others.

    `chosen` is what the claims of the plan make true. Raises InseparableError, PolicyError, ResourceError.
    """
    asked = [rule for rule in problem.policies.rules if rule.id in rules]
    heights = {atom: height for part in parts for atom, (_, height) in part.exposed.items()}
    atoms = frozenset(heights).union(chosen)
    groups = BySignature(atoms)
    remarks = review(replace(problem, groups=BySignature(heights)), chosen, grounder, asked) if asked else ()
    if not {one.atom for part in parts for one, _ in part.remarks}.isdisjoint(remarks):
        raise InseparableError
    told = statements(asked)
    heads = frozenset(statement.head.signature for statement in told)
    try:
        firings = fired(told, heads, atoms, remarks, groups.grouped).firings
    except UnmatchedError as error:
        raise InseparableError from error
    best = {atom: _best(firings[atom], heights) for atom in sorted(remarks, key=order_key)}
    made = tuple(
        (Remark(atom, words.term(atom[2]), told[firing.number].rule.id), _FIRST)
        for atom, firing in best.items()
    )
    columns, late = _columns(problem, best, told, words)
    return _NO_PART._replace(remarks=made, late=late), columns


def _best(firings: Sequence[Firing], heights: Mapping[Atom, int]) -> Firing:
    """The firing that a proof takes: of least height, of the earliest rule, with the least premises."""
    if len(firings) == 1:
        return firings[0]

    def height(needs: Iterable[Atom]) -> int:
        return max((1 if need[0] == REFUTED else heights.get(need, 0) for need in needs), default=0)

    # What an aggregate counts may be thousands of atoms, the same in thousands of firings.
    counted = {id(firing.counted): firing.counted for firing in firings}
    counting = {key: height(atoms) for key, atoms in counted.items()}
    found = [
        max(height(firing.premises), height(firing.denied), counting[id(firing.counted)])
        for firing in firings
    ]
    least = min(found)
    return first_of([firing for firing, own in zip(firings, found, strict=True) if own == least])


def _columns(
    problem: Problem, best: Mapping[Atom, Firing], told: Sequence[Statement], words: Words
) -> tuple[Columns, dict[Atom, int]]:
    """The steps of the remarks and of what they deny; the others are named, and have no words here."""
    places = {rule.id: place for place, rule in enumerate(problem.policies.rules)}
    numbers: dict[Atom, int] = {}
    for atom, firing in best.items():
        for one in (atom, *firing.children):
            numbers.setdefault(one, len(numbers))
    names = list(map(step_name, numbers))
    columns = Columns.of(
        names,
        [_said(atom, best, words) for atom in numbers],
        [[numbers[child] for child in best[atom].children] if atom in best else [] for atom in numbers],
        [places[told[best[atom].number].rule.id] if atom in best else -1 for atom in numbers],
        {},
        dict(enumerate(names)),
    )
    return columns, {atom: numbers[atom] for atom in best}


def _said(atom: Atom, best: Mapping[Atom, Firing], words: Words) -> Text:
    if atom[0] == REFUTED:
        return words.atom(atom[1], negated=True)
    return words.atom(atom) if atom in best else Text("", "")
