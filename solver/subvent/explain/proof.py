"""Proofs as the plan carries them: steps in words, each with its rule, articles, place and premises.

The steps form an acyclic graph: what several claims rest on stands once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from subvent.diagnostics import Text
from subvent.explain.denied import denied
from subvent.explain.derivation import REFUTED
from subvent.explain.explanation import Explanation
from subvent.explain.kept import Kept
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
        self._say = sentences(told)
        self.atoms = tuple(atoms)
        """What each step proves."""
        self._made: dict[int, Step] = {}

    def __len__(self) -> int:
        return len(self.atoms)

    def _step(self, number: int) -> Step:
        found = self._made.get(number)
        if found is None:
            atom = self.atoms[number]
            below = tuple(self._told.cones.below[number])
            found = self._made[number] = _step(self._told, atom, self._say(atom), below)
        return found


def _step(told: Explanation, atom: Atom, said: Text, children: tuple[int, ...]) -> Step:
    rule, fact = told.nodes[atom].rule, told.facts.get(atom)
    place = fact.place if fact else None
    id_, citations = (rule.id, rule.citations) if rule else ("", ())
    return Step(step_name(atom), said, id_, citations, place, children)


def step_name(atom: Atom) -> str:
    """The atom in clingo's syntax; a negated premise as `not p`, with `_` for what may be anything."""
    if atom[0] == REFUTED:
        return f"not {step_name(_open(atom[1]))}"
    if len(atom) == 3:  # noqa: PLR2004 - most have two arguments
        return f"{atom[0]}({_argument(atom[1])},{_argument(atom[2])})"
    return f"{atom[0]}({','.join(map(_argument, atom[1:]))})" if len(atom) > 1 else text(atom)


_argument = lru_cache(maxsize=100_000)(text)
"""Arguments are shared by many atoms."""


def _open(atom: Atom) -> Atom:
    return tuple(("_",) if part == ("_any",) else part for part in atom)


def sentences(told: Explanation) -> Callable[[Atom], Text]:
    """What puts an atom into words; of a condition with the numbers that were compared.

    How atoms of a predicate are told is found out once.
    """
    known = Kept[tuple[str, int], Callable[[Atom], Text]](lambda of: _telling(told, *of))
    return lambda atom: known[atom[0], len(atom)](atom)


def _telling(told: Explanation, name: str, size: int) -> Callable[[Atom], Text]:
    words, conditions, usage, finished = told.words, told.conditions, told.usage, told.finished
    if name == REFUTED:
        return lambda atom: denied(told, atom[1])
    if name in {"met", "failed"} and size == 3:  # noqa: PLR2004 - met(X,C)
        return lambda atom: conditions.sentence(atom[1], atom[2])
    plain = words.telling(name, size - 1)
    if usage.tells(name):

        def told_with_usage(atom: Atom) -> Text:
            used = usage.of(atom)
            return plain(atom) if used is None else words.say("used", text=plain(atom), usage=used)

        return told_with_usage
    if name in {"value", "flag"}:

        def told_as_assumed(atom: Atom) -> Text:
            is_assumed = ("assumed", atom[1], atom[2]) in finished
            return words.say("assumed_fact", text=plain(atom)) if is_assumed else plain(atom)

        return told_as_assumed
    return plain
