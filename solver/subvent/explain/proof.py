"""Proofs as the plan carries them: steps in words, each with its rule, articles, place and premises.

The steps form an acyclic graph: what several claims rest on stands once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from subvent.diagnostics import Text
from subvent.explain.denied import denied
from subvent.explain.derivation import REFUTED
from subvent.explain.explanation import Explanation
from subvent.explain.made_steps import MadeSteps
from subvent.logic.terms import Atom, text
from subvent.result import RuleUse, Step


def prove(told: Explanation) -> tuple[Steps, dict[Atom, int]]:
    """All steps of all proofs, premises after what they support, and the index of each atom asked for."""
    told.cones.enter(told.claims)
    told.cones.enter(atom for atom in told.wanted if atom not in told.chosen)
    order = told.cones.order
    return Steps(told, order), {atom: order[atom] for atom in told.wanted if atom in order}


def rules_used(told: Explanation, claim: Atom) -> tuple[RuleUse, ...]:
    """The phrases of the law that a claim's proof rests on, each once, with the first rule that holds it."""
    return told.cited_below([claim])


class Steps(MadeSteps):
    """The steps of all proofs of a plan. What was derived is known; it is put into words when it is read."""

    def __init__(self, told: Explanation, atoms: Iterable[Atom]) -> None:
        self._told = told
        self.atoms = tuple(atoms)
        """What each step proves."""
        self._made: dict[int, Step] = {}

    def __len__(self) -> int:
        return len(self.atoms)

    def _step(self, number: int) -> Step:
        found = self._made.get(number)
        if found is None:
            atom = self.atoms[number]
            found = self._made[number] = _step(self._told, atom, tuple(self._told.cones.below[number]))
        return found


def _step(told: Explanation, atom: Atom, children: tuple[int, ...]) -> Step:
    rule, fact = told.nodes[atom].rule, told.facts.get(atom)
    place = fact.place if fact else None
    id_, citations = (rule.id, rule.citations) if rule else ("", ())
    return Step(step_name(atom), sentence(told, atom), id_, citations, place, children)


def step_name(atom: Atom) -> str:
    """The atom in clingo's syntax; a negated premise as `not p`, with `_` for what may be anything."""
    if atom[0] == REFUTED:
        return f"not {step_name(_open(atom[1]))}"
    return f"{atom[0]}({','.join(map(_argument, atom[1:]))})" if len(atom) > 1 else text(atom)


_argument = lru_cache(maxsize=100_000)(text)
"""Arguments are shared by many atoms."""


def _open(atom: Atom) -> Atom:
    return tuple(("_",) if part == ("_any",) else part for part in atom)


def sentence(told: Explanation, atom: Atom) -> Text:
    """An atom in words; of a condition with the numbers that were compared."""
    if atom[0] == REFUTED:
        return denied(told, atom[1])
    if atom[0] in {"met", "failed"} and len(atom) == 3:  # noqa: PLR2004 - met(X,C)
        return told.conditions.sentence(atom[1], atom[2])
    told_as = told.words.atom(atom)
    used = told.usage.of(atom)
    if used is not None:
        return told.words.say("used", text=told_as, usage=used)
    if atom[0] in {"value", "flag"} and ("assumed", atom[1], atom[2]) in told.finished:
        return told.words.say("assumed_fact", text=told_as)
    return told_as
