"""One group of rows derived and modelled a second time, and what has to hold for groups to make the whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from subvent.audit.evaluate import evaluated
from subvent.audit.grounding import decided_by, ground_over
from subvent.audit.locality import Columns, is_local, may_name_none, naming_no_row, places, together
from subvent.audit.meaning import Meaning
from subvent.audit.money import Pool, Shared
from subvent.audit.propagation import Search
from subvent.audit.reader import read, read_statements
from subvent.audit.relations import Signature
from subvent.audit.relaxation import Doubts, doubts
from subvent.audit.rules import Constant, GroundAtom, Rule, Statement
from subvent.audit.written import facts_of

if TYPE_CHECKING:
    from subvent.model.linear import LinearModel


class Program(NamedTuple):
    """The rules of the derivation, the statements on what may be claimed, and the strings in either."""

    rules: tuple[Rule, ...]
    statements: tuple[Statement, ...]
    strings: frozenset[str]

    @classmethod
    def read(cls, derivation: str, decision: str) -> Program:
        """Read both. Raises AuditError."""
        rules, statements = tuple(read(derivation)), tuple(read_statements(decision))
        return cls(rules, statements, frozenset((*_strings(rules), *_strings(statements))))


def _strings(part: object) -> Iterator[str]:
    """The strings among the constants of rules, not the names of what they speak of."""
    if isinstance(part, Constant):
        yield from _strings_in(part.value)
    elif isinstance(part, tuple):
        for one in part:
            yield from _strings(one)


def _strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value[1:]:
            yield from _strings_in(one)


class Asked(NamedTuple):
    """The facts of a group, and what is to be checked of it.

    `model`: the part of the engine's model that is about it, with the names of its rows that a bound rests on
    (`used`) and of the claims made (`chosen`); None where the model is checked in one piece. `units`: as of
    `Meaning`. `kept`: the predicates whose atoms are wanted, None for all.
    """

    facts: Sequence[str]
    kept: Collection[Signature] | None = None
    model: LinearModel | None = None
    used: Collection[str] = ()
    chosen: Collection[str] = ()
    units: int = 1


class Shown(NamedTuple):
    """What was found of a model: doubts, whether the claims keep the rows, the money that claims share."""

    doubts: Doubts
    lawful: bool
    pools: Sequence[Pool]
    shared: Sequence[Shared]


class Piece(NamedTuple):
    """What came of a group: its atoms, those of them that name no row, and where rows are named in all.

    `decided`: the same, with all that might be claimed.
    """

    atoms: list[GroundAtom]
    common: frozenset[GroundAtom]
    places: dict[Signature, Columns]
    decided: dict[Signature, Columns]
    shown: Shown | None


def piece(program: Program, asked: Asked) -> Piece:
    """Derive what follows from the facts of a group, and check what is asked. Raises AuditError."""
    facts = facts_of(asked.facts)
    rows = {str(one[2]) for one in facts if one[0] == "row"} - program.strings
    relations = evaluated(program.rules, facts)
    kept = relations.keys() if asked.kept is None else asked.kept
    atoms = [atom for signature in kept for atom in relations[signature].rows]
    where = places(relations, rows)
    common = frozenset(naming_no_row(relations, where, rows))
    if asked.model is None:
        return Piece(atoms, common, where, {}, None)
    instances = ground_over(program.statements, relations)
    shown = shown_by(Meaning(instances, asked.units), asked)
    return Piece(atoms, common, where, places(relations, rows), shown)


def shown_by(meaning: Meaning, asked: Asked) -> Shown:
    """What the meaning shows of the model that is asked about."""
    assert asked.model is not None  # noqa: S101 - told by whoever asks
    found = doubts(meaning, asked.model, asked.used)
    values = {variable: int(name in asked.chosen) for name, variable in meaning.choices.items()}
    return Shown(found, Search(meaning.rows, values).consistent, meaning.pools, meaning.shared)


class Apart:
    """Whether groups come together to what the whole comes to, found out as one after the other is done."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._places: dict[Signature, Columns] = {}
        self._decided: dict[Signature, Columns] = {}
        self._common: frozenset[GroundAtom] = frozenset()
        self.count = 0
        """Groups that were told of."""

    def holds(self, one: Piece) -> bool:
        """Whether it holds of this group and those before.

        What one derives that names no row each has to; and all rules are local, and so are the statements on
        claims where those were looked at, each choice and what rests on one being of a single group.
        """
        common = self._common if self.count else one.common
        places, decided = together(self._places, one.places), together(self._decided, one.decided)
        known = self.count and places == self._places and decided == self._decided
        self._places, self._decided, self._common = places, decided, common
        self.count += 1
        return common == one.common and bool(known or (self._derives() and self._decides()))

    def _derives(self) -> bool:
        return all(is_local(rule, self._places) for rule in self._program.rules)

    def _decides(self) -> bool:
        found, statements = self._decided, self._program.statements
        if not found:
            return True
        decided = (found[one] for one in decided_by(statements) if one in found)
        return not any(map(may_name_none, decided)) and all(is_local(one, found) for one in statements)
