"""A ground program cut into parts that have nothing to do with one another, each in a form to compare.

Two atoms belong together when a statement mentions both; the elements of an objective are statements of
their own. The best of the whole is then the sum of the bests of the parts, and a part that two programs
share has to be optimised once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from subvent.logic.program import Cut, GroundProgram, Money, MoneyTerm, Rule, Split, WeightRule

_OBJECTIVE = "maximize"


class Part(NamedTuple):
    """A ground program whose atoms are numbered from 1: those with names by name, then the others.

    Equal parts have the same answer sets, worth the same.
    """

    symbols: tuple[tuple[int, str], ...]
    rules: tuple[Rule, ...]
    weight_rules: tuple[WeightRule, ...]
    money: tuple[Money, ...]
    splits: tuple[Split, ...]
    cuts: tuple[Cut, ...]

    def program(self) -> GroundProgram:
        """The part as a program."""
        return GroundProgram(
            self.rules, self.weight_rules, (), self.money, dict(self.symbols), self.splits, self.cuts
        )


def parts(ground: GroundProgram) -> list[Part]:
    """The independent parts of a program without `#minimize`, in no particular order."""
    statements = list(_statements(ground))
    home = _Homes()
    for atoms, _ in statements:
        home.join(atoms)
    members: defaultdict[int, list[tuple[list[int], object]]] = defaultdict(list)
    for atoms, statement in statements:
        # What mentions no atom is a part of its own: 0 is no atom.
        members[home.of(atoms[0]) if atoms else 0].append((atoms, statement))
    return [_part(own, ground.symbols) for own in members.values()]


class _Homes:
    """Which atoms belong together."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def of(self, atom: int) -> int:
        """The atom that stands for all that belong with this one."""
        parent = self._parent.setdefault(atom, atom)
        while parent != self._parent[parent]:
            self._parent[atom] = self._parent[parent]
            atom, parent = parent, self._parent[parent]
        return parent

    def join(self, atoms: Iterable[int]) -> None:
        """From now on all these belong together."""
        homes = {self.of(atom) for atom in atoms}
        for other in homes:
            self._parent[other] = min(homes)


def _statements(ground: GroundProgram) -> Iterator[tuple[list[int], object]]:
    """Every statement with the atoms that it mentions; an objective as one of each of its elements."""
    atom_of = {name: atom for atom, name in ground.symbols.items()}
    for rule in ground.rules:
        yield [*rule.head, *map(abs, rule.body)], rule
    for weighted in ground.weight_rules:
        yield [*weighted.head, *(abs(literal) for literal, _ in weighted.body)], weighted
    for money in ground.money:
        for terms in _elements(money):
            atoms = [abs(literal) for term in terms for literal in term.condition]
            yield atoms, money._replace(terms=tuple(terms))
    for split in ground.splits:
        named = [atom_of[term.claim] for term in split.terms if term.claim in atom_of]
        yield [*named, *(abs(literal) for term in split.terms for literal in term.condition)], split
    for cut in ground.cuts:
        names = [name for term in cut.terms for name in (term.claim, term.drawn)]
        yield [atom_of[name] for name in names if name in atom_of], cut


def _elements(money: Money) -> Iterable[list[MoneyTerm]]:
    """What cannot be told apart: all terms of a limit; of an objective those that count once."""
    if money.kind != _OBJECTIVE:
        return [list(money.terms)]
    found: defaultdict[tuple[str, int], list[MoneyTerm]] = defaultdict(list)
    for term in money.terms:
        found[term.key, term.fen].append(term)
    return found.values()


def _part(statements: Iterable[tuple[list[int], object]], symbols: Mapping[int, str]) -> Part:
    held = list(statements)
    atoms = dict.fromkeys(atom for mentioned, _ in held for atom in mentioned)
    ordered = sorted(atoms, key=lambda atom: (atom not in symbols, symbols.get(atom, "")))
    number = {atom: place for place, atom in enumerate(ordered, 1)}

    def own(literals: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(number[literal] if literal > 0 else -number[-literal] for literal in literals))

    rules: list[Rule] = []
    weights: list[WeightRule] = []
    money: list[Money] = []
    splits: list[Split] = []
    cuts: list[Cut] = []
    for _, statement in held:
        match statement:
            case Rule(choice, head, body):
                rules.append(Rule(choice, own(head), own(body)))
            case WeightRule(choice, head, bound, pairs):
                sums = sorted((own([literal])[0], weight) for literal, weight in pairs)
                weights.append(WeightRule(choice, own(head), bound, tuple(sums)))
            case Money(terms=terms):
                money.append(
                    statement._replace(terms=tuple(t._replace(condition=own(t.condition)) for t in terms))
                )
            case Split(terms=terms):
                splits.append(
                    statement._replace(terms=tuple(t._replace(condition=own(t.condition)) for t in terms))
                )
            case Cut():
                cuts.append(statement)
    return Part(
        tuple((number[atom], symbols[atom]) for atom in ordered if atom in symbols),
        tuple(sorted(rules)),
        tuple(sorted(weights)),
        tuple(sorted(money, key=lambda m: (m.kind, m.name, m.terms))),
        tuple(splits),
        tuple(cuts),
    )
