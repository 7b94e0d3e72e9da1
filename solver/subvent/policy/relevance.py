"""What of rules and facts has to be there for some predicates to come out right: all else may be left out.

From the wanted shapes of atoms one goes back over every way in which a rule may fire (`policy.reach`): what
it asks for, denies or counts is wanted too. A rule that derives nothing wanted, and a fact that is not,
change nothing of what is. What the other rules derive beside it may then be wrong; nobody reads it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from subvent.policy.parsed import parsed
from subvent.policy.reach import Atom, Reach, Shapes, Way, premises_of
from subvent.policy.syntax import Literal, Statement
from subvent.policy.types import Rule
from subvent.policy.words import DECISION_HEADS, Signature


@dataclass(frozen=True)
class Relevance:
    """The rules that are needed, in their order, and the shapes of all atoms that are."""

    rules: tuple[Rule, ...]
    atoms: frozenset[Atom]

    @property
    def program(self) -> str:
        """The clingo text of the rules."""
        return "\n".join(rule.text for rule in self.rules)

    def wants(self, predicate: str, name: str) -> bool:
        """Whether any atom of a predicate is needed that has this constant for an argument, or has none."""
        return not self._named.isdisjoint(((predicate, name), (predicate, "")))

    def of(self, shapes: Mapping[Signature, tuple[Shapes, ...]]) -> dict[Signature, tuple[Shapes, ...]]:
        """Of some shapes, by predicate, those of atoms that are needed."""
        found = {
            name: tuple(one for one in all_ if (name, one) in self.atoms) for name, all_ in shapes.items()
        }
        return {name: needed for name, needed in found.items() if needed}

    @cached_property
    def _named(self) -> frozenset[tuple[str, str]]:
        found = set()
        for (predicate, _), shapes in self.atoms:
            names = {shape[0] for shape in shapes if isinstance(shape, tuple) and len(shape) == 1}
            found |= {(predicate, name) for name in names or {""}}
        return frozenset(found)


def relevance(rules: Sequence[Rule], reach: Reach, wanted: Collection[str]) -> Relevance:
    """What is needed of some rules, and of what they may derive, for all atoms of the `wanted` predicates."""
    ways: defaultdict[Atom, list[tuple[int, Way]]] = defaultdict(list)
    for number, found in enumerate(reach.ways):
        for way in found:
            for head in way.heads:
                ways[head].append((number, way))
    needed = {
        (signature, shapes)
        for signature, found in reach.atoms.items()
        if signature[0] in wanted
        for shapes in found
    }
    pending, used = list(needed), set[int]()
    while pending:
        for number, way in ways.get(pending.pop(), ()):
            used.add(number)
            for atom in _asked(parsed(rules[number]), way, reach):
                if atom not in needed:
                    needed.add(atom)
                    pending.append(atom)
    return Relevance(tuple(rule for n, rule in enumerate(rules) if n in used), frozenset(needed))


def _asked(statement: Statement, way: Way, reach: Reach) -> Iterator[Atom]:
    """All that one way of firing rests on."""
    yield from (premise.atom for premise in way.premises)
    for literal in statement.literals:
        if literal.negative or literal.inside:
            yield from (premise.atom for _, premise in reach.agreeing(literal, way.bound))


def may_fire(rules: Iterable[Rule], reach: Reach) -> list[Rule]:
    """Of rules over what is derived those that may fire and say something of a choice, and what these read.

    Every premise of a rule that may fire may hold, or is the head of another one that may.
    """
    firing = [(rule, parsed(rule)) for rule in rules]
    before = -1
    while len(firing) != before:
        before = len(firing)
        heads = {head.signature for _, statement in firing for head in statement.heads}
        firing = [one for one in firing if all(_may_hold(p, heads, reach) for p in premises_of(one[1]))]
    read = set(DECISION_HEADS)
    before = -1
    while len(read) != before:
        before = len(read)
        read |= {
            literal.atom.signature
            for _, statement in firing
            if _is_read(statement, read)
            for literal in statement.literals
        }
    return [rule for rule, statement in firing if _is_read(statement, read)]


def _may_hold(premise: Literal, heads: Collection[Signature], reach: Reach) -> bool:
    return premise.atom.signature in heads or any(True for _ in reach.agreeing(premise, {}))


def _is_read(statement: Statement, read: Collection[Signature]) -> bool:
    """Whether a statement is no mere rule, or one for what is read."""
    return statement.kind != "rule" or any(head.signature in read for head in statement.heads)
