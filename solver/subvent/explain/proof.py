"""Proofs as the plan carries them: steps in words, each with its rule, articles, place and premises.

The steps form an acyclic graph: what several claims rest on stands once.
"""

from __future__ import annotations

from functools import lru_cache

from subvent.diagnostics import Citation, Place, Text
from subvent.explain.derivation import REFUTED
from subvent.explain.explanation import Explanation
from subvent.logic.terms import Atom, text
from subvent.result import RuleUse, Step


def prove(told: Explanation) -> tuple[tuple[Step, ...], dict[Atom, int]]:
    """All steps of all proofs, premises after what they support, and the index of each atom asked for."""
    order = told.cone((*told.claims, *(atom for atom in told.wanted if atom not in told.chosen)))
    index = {atom: number for number, atom in enumerate(order)}
    # Whatever the cone went through has its children known.
    steps = tuple(_step(told, atom, tuple([index[child] for child in told.shown[atom]])) for atom in order)
    return steps, {atom: index[atom] for atom in told.wanted if atom in index}


def rules_used(told: Explanation, claim: Atom) -> tuple[RuleUse, ...]:
    """The phrases of the law that a claim's proof rests on, each once, with the first rule that holds it."""
    return tuple(RuleUse(rule.id, citation) for rule, citation in told.cited(told.cone([claim])))


def _step(told: Explanation, atom: Atom, children: tuple[int, ...]) -> Step:
    node = told.nodes[atom]
    return Step(
        atom=step_name(atom),
        text=sentence(told, atom),
        rule=node.rule.id if node.rule else "",
        citations=_citations(told, atom),
        place=_place(told, atom),
        children=children,
    )


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
        return told.words.atom(atom[1], negated=True)
    if atom[0] in {"met", "failed"} and len(atom) == 3:  # noqa: PLR2004 - met(X,C)
        return told.conditions.sentence(atom[1], atom[2])
    told_as = told.words.atom(atom)
    if atom[0] in {"value", "flag"} and ("assumed", atom[1], atom[2]) in told.finished:
        return told.words.say("assumed_fact", text=told_as)
    return told_as


def _citations(told: Explanation, atom: Atom) -> tuple[Citation, ...]:
    rule = told.nodes[atom].rule
    return rule.citations if rule else ()


def _place(told: Explanation, atom: Atom) -> Place | None:
    fact = told.facts.get(atom)
    return fact.place if fact else None
