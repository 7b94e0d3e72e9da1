"""What fired for the atoms that are asked for and for everything below them, found in the finished model.

Each rule is a function (`matching`); what is asked for spreads downwards, as in the proof program that
clingo evaluates for packs whose rules are not matched here (`proof_program`), and with the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from subvent.explain.matched import Model
from subvent.explain.matching import ANY, Find, finder, refuter
from subvent.explain.patterns import AtomPattern, Patterns, patterns
from subvent.explain.statements import Statement
from subvent.logic.terms import Atom, order_key

Signature = tuple[str, int]


class Firing(NamedTuple):
    """A statement that derives an atom: its index as `number`, and what it rests on, by kind."""

    number: int
    premises: tuple[Atom, ...]
    denied: tuple[Atom, ...] = ()
    counted: tuple[Atom, ...] = ()

    @property
    def children(self) -> tuple[Atom, ...]:
        """All that it rests on, each once."""
        return tuple(dict.fromkeys((*self.premises, *self.denied, *self.counted)))


class Fired(NamedTuple):
    """The firings of each atom, and of each negated premise the atoms that refute it."""

    firings: dict[Atom, list[Firing]]
    refuted: dict[Atom, tuple[Atom, ...]]


def fired(
    statements: tuple[Statement, ...],
    heads: frozenset[Signature],
    atoms: frozenset[Atom],
    wanted: Iterable[Atom],
) -> Fired:
    """All firings for the atoms wanted, and for all that these rest on. Atoms that are no head are leaves.

    Raises UnmatchedError where a rule that is needed cannot be matched.
    """
    rules = _rules(statements)
    model = Model(atoms)
    finds: dict[Signature, list[tuple[int, Find]]] = {}
    closes: dict[tuple[Signature, str], list[Find]] = {}
    found = Fired({}, {})
    waiting = list(wanted)
    while waiting:
        atom = waiting.pop()
        signature = atom[0], len(atom) - 1
        if atom in found.firings or signature not in heads:
            continue
        if signature not in finds:
            finds[signature] = [(index, make(model)) for index, make in rules.finders(signature)]
        firings = [Firing(index, *one) for index, find in finds[signature] for one in find(atom)]
        if not firings:
            continue
        found.firings[atom] = firings
        counted: set[int] = set()
        for firing in firings:
            waiting += firing.premises
            if firing.counted and id(firing.counted) not in counted:
                counted.add(id(firing.counted))
                waiting += firing.counted
            for denied in firing.denied:
                if denied not in found.refuted:
                    ways = _ways(rules, model, closes, denied[1]) if _signature(denied[1]) in heads else set()
                    in_order = sorted(ways, key=_way_key) if len(ways) > 1 else ways
                    found.refuted[denied] = tuple(dict.fromkeys(one for way in in_order for one in way))
                    waiting += found.refuted[denied]
    return found


def _way_key(way: tuple[Atom, ...]) -> tuple[object, ...]:
    return tuple(map(order_key, way))


def _signature(atom: Atom) -> Signature:
    return atom[0], len(atom) - 1


def _ways(
    rules: _Rules, model: Model, closes: dict[tuple[Signature, str], list[Find]], denied: Atom
) -> set[tuple[Atom, ...]]:
    """Each way to a denied atom that is closed by what it negates: its grounds, then what closes it."""
    form = _signature(denied), "".join("0" if part == ANY else "1" for part in denied[1:])
    if form not in closes:
        closes[form] = [make(denied)(model) for make in rules.refuters(form[0])]
    return {premises for find in closes[form] for premises, _, _ in find(denied)}


class _Rules:
    """Statements as functions, each made when it is first asked for."""

    def __init__(self, statements: tuple[Statement, ...]) -> None:
        self._by_head: defaultdict[Signature, list[int]] = defaultdict(list)
        for index, statement in enumerate(statements):
            self._by_head[statement.head.signature].append(index)
        self._statements = statements
        self._patterns: dict[int, Patterns] = {}
        self._finders: dict[Signature, list[tuple[int, Callable[[Model], Find]]]] = {}
        self._refuters: dict[Signature, list[Callable[[Atom], Callable[[Model], Find]]]] = {}

    def _read(self, index: int) -> Patterns:
        if index not in self._patterns:
            self._patterns[index] = patterns(self._statements[index])
        return self._patterns[index]

    def finders(self, signature: Signature) -> list[tuple[int, Callable[[Model], Find]]]:
        """Of every statement with such a head its index and its function."""
        if signature not in self._finders:
            self._finders[signature] = [(i, finder(self._read(i))) for i in self._by_head[signature]]
        return self._finders[signature]

    def refuters(self, signature: Signature) -> list[Callable[[Atom], Callable[[Model], Find]]]:
        """Of every negated literal of every such statement the function that finds what closes it."""
        if signature not in self._refuters:
            self._refuters[signature] = [
                refuter(self._read(index), part)
                for index in self._by_head[signature]
                for part in self._read(index).body
                if isinstance(part, AtomPattern) and part.negated
            ]
        return self._refuters[signature]


@lru_cache(maxsize=8)
def _rules(statements: tuple[Statement, ...]) -> _Rules:
    return _Rules(statements)
