"""The atoms that some rules may rest on: to write one for clingo takes longer than to see that none does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from subvent.logic.ground import BySignature
from subvent.logic.terms import Atom, Term
from subvent.policy.parsed import parsed
from subvent.policy.syntax import Statement
from subvent.policy.syntax import Term as SyntaxTerm
from subvent.policy.types import Rule

_Values = dict[str, AbstractSet[Term]]
"""What variables may stand for."""


def premises(rules: Sequence[Rule], groups: BySignature) -> set[Atom]:
    """Of the atoms of a model all that evaluating some rules over it may meet in a rule that fires.

    The atoms of a literal have its constants in their places, and its variables stand for what they may also
    stand for in the other premises.
    """
    statements = [parsed(rule) for rule in rules]
    derived = {head.signature for statement in statements for head in statement.heads}
    atoms = _Atoms(groups)
    return {atom for statement in statements for atom in _of(statement, derived, atoms)}


def mentioned_alike(rules: Sequence[Rule], groups: BySignature) -> set[Atom]:
    """Of the atoms of a model all that have the constants of some literal of these rules in their places."""
    atoms = _Atoms(groups)
    return {atom for rule in rules for one in parsed(rule).literals for atom in atoms.of(one.atom)}


class _Atoms:
    """The atoms that have the constants of a literal in their places, found once for the same ones."""

    def __init__(self, groups: BySignature) -> None:
        self._groups = groups
        self._found: dict[tuple[object, ...], Sequence[Atom]] = {}

    def of(self, literal: SyntaxTerm) -> Sequence[Atom]:
        """Those of one literal."""
        fixed = tuple(
            (n, (a.name,)) for n, a in enumerate(literal.args, 1) if a.kind == "name" and not a.args
        )
        key = (literal.signature, fixed)
        if key not in self._found:
            atoms = self._groups.unordered(*literal.signature)
            for place, constant in fixed:
                atoms = [atom for atom in atoms if atom[place] == constant]
            self._found[key] = atoms
        return self._found[key]


def _of(statement: Statement, derived: AbstractSet[tuple[str, int]], atoms: _Atoms) -> Iterable[Atom]:
    """The atoms that one rule may rest on; none where one of its premises has none."""
    values: _Values = {}
    found: list[Atom] = []
    given: list[SyntaxTerm] = []
    others: list[SyntaxTerm] = []
    for one in statement.literals:
        # In a conditional statement it is not told which literals stand before the colon.
        free = one.negative or one.inside or one.atom.signature in derived or statement.conditional
        (others if free else given).append(one.atom)
    # What few atoms meet goes first: it leaves the fewest of the others.
    for literal in sorted(given, key=lambda one: len(atoms.of(one))):
        held = _held(literal, atoms.of(literal), values)
        if not held:
            return ()
        found += held
        values |= {name: {atom[place] for atom in held} for place, name in _variables(literal)}
    for literal in others:
        found += _held(literal, atoms.of(literal), values)
    return found


def _held(literal: SyntaxTerm, atoms: Sequence[Atom], values: _Values) -> Sequence[Atom]:
    """The atoms in which every variable of a literal stands for something it may stand for."""
    for place, name in _variables(literal):
        allowed = values.get(name)
        if allowed is not None:
            atoms = [atom for atom in atoms if atom[place] in allowed]
    return atoms


def _variables(literal: SyntaxTerm) -> list[tuple[int, str]]:
    """The places of a literal's arguments that are variables, and not anonymous."""
    return [(n, a.name) for n, a in enumerate(literal.args, 1) if a.kind == "variable" and a.name != "_"]
