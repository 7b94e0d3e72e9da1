"""One program under many assumptions: grounded once with them open, then evaluated under each.

Grounding is nearly all of what a derivation costs, and most of what is derived does not depend on the
assumptions. What may or may not hold clingo keeps as rules; evaluating those takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import clingo
from clingo.backend import Observer

from subvent.logic.ground import GroundingError, Messages, grounded, over_facts
from subvent.logic.terms import Atom, Reader

World = Sequence[str]
"""What is assumed to hold, as atoms in text."""


class Worlds(NamedTuple):
    """What a program derives under several worlds."""

    common: list[Atom]
    """In every world."""
    added: list[list[Atom]]
    """By each world, in their order, beside what is common."""
    idle: list[str]
    """Assumptions that no ground rule mentions: whether they hold changes nothing in any world, nor in
    any other mixture of what these worlds assume."""


_BEFORE: dict[str, list[Atom]] = {}
"""What was read last as certain, by what clingo prints of a predicate."""


class _Mentions(Observer):
    """Collects the literals in the bodies of ground rules."""

    def __init__(self) -> None:
        self.literals: set[int] = set()

    def rule(self, choice: bool, head: Sequence[int], body: Sequence[int]) -> None:  # noqa: FBT001 - clingo's
        del choice, head
        self.literals.update(map(abs, body))

    def weight_rule(
        self,
        choice: bool,  # noqa: FBT001 - clingo's
        head: Sequence[int],
        lower_bound: int,
        body: Sequence[tuple[int, int]],
    ) -> None:
        del choice, head, lower_bound
        self.literals.update(abs(literal) for literal, _ in body)


def derive_worlds(
    program: str, facts: Iterable[str], worlds: Sequence[World], keep: Collection[str] = ()
) -> Worlds:
    """What a stratified program over facts derives under each of the worlds.

    What some worlds assume and others do not is left open while grounding. `keep` names the
    predicates that are wanted (none: all).

    Raises GroundingError when clingo refuses the program, or when it has not one model in a world.
    """
    messages, mentions = Messages(), _Mentions()
    everywhere = set.intersection(*map(set, worlds)) if worlds else set()
    undecided = sorted(set().union(*worlds) - everywhere)
    try:
        control = over_facts((*facts, *sorted(everywhere)), ["--models=2"], messages)
        control.register_observer(mentions)
        control.add("base", [], program)
        control.add("base", [], "".join(f"#external {atom}.\n" for atom in undecided))
    except RuntimeError as error:
        raise GroundingError("; ".join(messages.lines) or str(error)) from error
    grounded(control, messages)
    certain: list[Sequence[clingo.Symbol]] = []
    open_: list[clingo.SymbolicAtom] = []
    for name, arity, positive in control.symbolic_atoms.signatures:
        if keep and name not in keep:
            continue
        facts_here = []
        for atom in control.symbolic_atoms.by_signature(name, arity, positive):
            if atom.is_fact:
                facts_here.append(atom.symbol)
            else:
                open_.append(atom)
        certain.append(facts_here)
    common, atoms = _read(certain, [atom.symbol for atom in open_])
    doubtful = [(atom.literal, read) for atom, read in zip(open_, atoms, strict=True)]
    symbols = {assumed: clingo.parse_term(assumed) for assumed in undecided}
    added = []
    before: set[str] = set()
    for world in worlds:
        # Of many assumptions two worlds mostly share nearly all: only the others are told anew.
        held = set(world) & symbols.keys()
        for assumed in sorted(held ^ before):
            control.assign_external(symbols[assumed], assumed in held)
        before = held
        added.append(_only_model(control, doubtful))
    known = ((assumed, control.symbolic_atoms[symbol]) for assumed, symbol in symbols.items())
    idle = [assumed for assumed, atom in known if atom and atom.literal not in mentions.literals]
    return Worlds(common, added, idle)


def _read(
    certain: Iterable[Sequence[clingo.Symbol]], doubtful: Sequence[clingo.Symbol]
) -> tuple[list[Atom], list[Atom]]:
    """Atoms as data: one term of many is printed at once, many times faster than each by itself.

    What is certain comes by predicate: of most of them it is what it was under the worlds asked about before.
    """
    reader, found = Reader(), dict[str, list[Atom]]()
    for symbols in filter(None, certain):
        printed = str(clingo.Function("", symbols))
        found[printed] = _BEFORE.get(printed) or reader.atoms(printed)
    _BEFORE.clear()
    _BEFORE.update(found)
    open_ = reader.atoms(str(clingo.Function("", doubtful))) if doubtful else []
    return [atom for atoms in found.values() for atom in atoms], open_


def _only_model(control: clingo.Control, doubtful: Sequence[tuple[int, Atom]]) -> list[Atom]:
    """Of the atoms in doubt those that hold as things are assumed now."""
    models: list[list[Atom]] = []
    with control.solve(yield_=True) as handle:
        models.extend([atom for literal, atom in doubtful if model.is_true(literal)] for model in handle)
    if len(models) != 1:
        raise GroundingError("the program chooses, or rests on its own negation")
    return models[0]
