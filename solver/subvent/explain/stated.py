"""Where what follows from a portfolio was stated."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from subvent.diagnostics import Place
from subvent.explain.derivation import Evaluate, derivations
from subvent.logic.terms import Atom
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Fact


def stated_at(
    policies: PolicySet,
    atoms: Collection[Atom],
    facts: Mapping[Atom, Fact],
    atom: Atom,
    evaluate: Evaluate,
) -> Place | None:
    """The place of the fact from which an atom has its last argument; else the first that it rests on.

    `atoms` is the finished derivation, `facts` are the stated ones. None where nobody wrote any.
    """
    nodes = derivations(policies, atoms, [atom], evaluate)
    waiting, seen, found = [atom], {atom}, list[Atom]()
    while waiting:
        below = waiting.pop(0)
        if (fact := facts.get(below)) is not None and fact.place is not None:
            found.append(below)
        new = [one for one in nodes[below].premises if one in nodes and one not in seen]
        seen.update(new)
        waiting += new
    found.sort(key=lambda one: one[-1] != atom[-1])
    return facts[found[0]].place if found else None
