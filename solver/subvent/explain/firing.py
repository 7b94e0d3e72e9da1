"""What fired for the atoms that are asked for and for everything below them, found in the finished model.

Each rule is a function (`matching`); what is asked for spreads downwards, as in the proof program that
clingo evaluates for packs whose rules are not matched here (`proof_program`), and with the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from subvent.explain.kinds import Narrowed, is_constant, narrowed, telling_places
from subvent.explain.matched import Model, Signature, order_of
from subvent.explain.matching import ANY, REFUTED, Find, Firing, finder, refuter
from subvent.explain.patterns import AtomPattern, Patterns, patterns
from subvent.explain.statements import Statement
from subvent.logic.terms import Atom
from subvent.process.progress import SILENT, Progress

_TOLD = 1_000
"""Of so many wanted atoms each it is told how far one has come."""

_Form = tuple[Signature, str]
"""Of a denied atom its predicate, and of which arguments something is said: 1, else 0."""

_KEPT = 4_000
"""Functions for what a portfolio declares that are kept for the next one."""


class Fired(NamedTuple):
    """The firings of each atom, and of each negated premise the atoms that refute it."""

    firings: dict[Atom, list[Firing]]
    refuted: dict[Atom, tuple[Atom, ...]]


def fired(
    statements: tuple[Statement, ...],
    heads: frozenset[Signature],
    atoms: frozenset[Atom],
    wanted: Iterable[Atom],
    groups: Mapping[Signature, list[Atom]] | None = None,
    progress: Progress = SILENT,
) -> Fired:
    """All firings for the atoms wanted, and for all that these rest on. Atoms that are no head are leaves.

    `groups` are the atoms by predicate, where somebody has grouped them already; `progress` hears how many
    of those wanted are done.
    Raises UnmatchedError where a rule that is needed cannot be matched.
    """
    rules = _rules(statements, heads)
    model = Model(atoms, groups)
    kinds = {(name, arity + 1): _Kinds(rules, (name, arity), model) for name, arity in heads}
    refutation = _Refutation(rules, model)
    found = Fired({}, {})
    firings, refuted = found
    waiting, every = model.asked, list(wanted)
    for start in range(0, len(every), _TOLD):
        progress.counted(start, len(every))
        waiting += every[start : start + _TOLD]
        while waiting:
            atom = waiting.pop()
            if atom in firings:
                continue
            if atom[0] == REFUTED:
                if atom not in refuted:
                    waiting += refuted.setdefault(atom, refutation.of(atom[1]))
                continue
            kind = kinds.get((atom[0], len(atom)))
            if kind is None:
                continue
            finds = kind.finds(atom)
            fires = finds[0](atom) if len(finds) == 1 else [firing for find in finds for firing in find(atom)]
            if fires:
                firings[atom] = fires
    return found


class _Kinds:
    """The functions of one predicate by the constants that its atoms have: each kind has rules of its own."""

    def __init__(self, rules: _Rules, signature: Signature, model: Model) -> None:
        self._rules, self._signature, self._model = rules, signature, model
        self._places: tuple[int, ...] | None = None
        self._key: Callable[[Atom], Any] | None = None
        self._finds: dict[Any, tuple[Find, ...]] = {}

    def finds(self, atom: Atom) -> tuple[Find, ...]:
        """What finds the firings for this atom, and for all of its kind."""
        if self._places is None:
            self._places = telling_places(atom)
            self._key = itemgetter(*self._places) if self._places else None
        key = self._key(atom) if self._key else None
        found = self._finds.get(key)
        if found is None:
            found = self._finds[key] = self._made(atom)
        return found

    def _made(self, atom: Atom) -> tuple[Find, ...]:
        places = self._places or ()
        if not all(is_constant(atom[place]) for place in places):
            return tuple(make(self._model) for make in self._rules.finders(self._signature))
        return tuple(
            self._rules.finder(number, statement, way)(self._model)
            for number, statement in self._rules.of(self._signature)
            for way in narrowed(statement, places, atom, self._model)
        )


class _Refutation:
    """The functions that find what closes every way to a denied atom."""

    def __init__(self, rules: _Rules, model: Model) -> None:
        self._rules, self._model = rules, model
        self._closes: dict[_Form, list[Find]] = {}

    def of(self, denied: Atom) -> tuple[Atom, ...]:
        """Of each way to it that is closed by what it negates: its grounds, then what closes it."""
        signature = denied[0], len(denied) - 1
        if signature not in self._rules.heads:
            return ()
        form = signature, "".join("0" if part == ANY else "1" for part in denied[1:])
        if form not in self._closes:
            self._closes[form] = [make(self._model) for make in self._rules.refuters(form, denied)]
        ways = {premises for find in self._closes[form] for premises in find(denied)}
        in_order = sorted(ways, key=order_of(ways)) if len(ways) > 1 else ways
        return tuple(dict.fromkeys(one for way in in_order for one in way))


class _Rules:
    """Statements as functions, each made when it is first asked for."""

    def __init__(self, statements: tuple[Statement, ...], heads: frozenset[Signature]) -> None:
        self.heads = heads
        self._by_head: defaultdict[Signature, list[int]] = defaultdict(list)
        for index, statement in enumerate(statements):
            self._by_head[statement.head.signature].append(index)
        self._statements = statements
        self._patterns: dict[int, Patterns] = {}
        self._finders: dict[Signature, list[Callable[[Model], Find]]] = {}
        self._narrowed: dict[tuple[Any, ...], Callable[[Model], Find]] = {}
        self._refuters: dict[_Form, list[Callable[[Model], Find]]] = {}

    def _read(self, index: int) -> Patterns:
        if index not in self._patterns:
            self._patterns[index] = patterns(self._statements[index])
        return self._patterns[index]

    def of(self, signature: Signature) -> list[tuple[int, Patterns]]:
        """The statements with such a head, with their indices."""
        return [(index, self._read(index)) for index in self._by_head[signature]]

    def finders(self, signature: Signature) -> list[Callable[[Model], Find]]:
        """The function of every statement with such a head."""
        if signature not in self._finders:
            self._finders[signature] = [finder(one, index, self.heads) for index, one in self.of(signature)]
        return self._finders[signature]

    def finder(self, number: int, statement: Patterns, way: Narrowed) -> Callable[[Model], Find]:
        """The function of a statement that is made narrower in one way: the same for every portfolio."""
        form = number, *way.bound.items(), *way.found.items()
        if form not in self._narrowed:
            if len(self._narrowed) >= _KEPT:
                self._narrowed.clear()
            self._narrowed[form] = finder(statement, number, self.heads, way)
        return self._narrowed[form]

    def refuters(self, form: _Form, denied: Atom) -> list[Callable[[Model], Find]]:
        """For atoms of a denied one's form: what finds that which closes a way to them, a way each."""
        if form not in self._refuters:
            self._refuters[form] = [
                refuter(statement, part, denied)
                for _, statement in self.of(form[0])
                for part in statement.body
                if isinstance(part, AtomPattern) and part.negated
            ]
        return self._refuters[form]


@lru_cache(maxsize=8)
def _rules(statements: tuple[Statement, ...], heads: frozenset[Signature]) -> _Rules:
    return _Rules(statements, heads)
