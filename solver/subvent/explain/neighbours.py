"""The claims of other rows under the same limits: what rows that are explained by themselves have to hear of.

A limit that names no row may be taken by claims of any. Which claims take it, what they bring, and what
their rows are called is told beside what follows from the rows in question; nothing of it is proven there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from subvent.logic.terms import Atom, Term
from subvent.model.direct import BINDING
from subvent.problem import Problem, naming


class Neighbours(NamedTuple):
    """Claims of a plan with their fen, and what is true of them: what they count for, and what names them."""

    fen: Mapping[Atom, int]
    atoms: frozenset[Atom]


NONE = Neighbours({}, frozenset())


def neighbours(
    problem: Problem, limits: Collection[Term], fen: Mapping[Atom, int], made_for: Mapping[Atom, str]
) -> Neighbours:
    """The claims of a plan that come under some limits; the problem may hold what decides alone.

    `fen` is what each claim of the plan brings, `made_for` the row that it is made for, if any.
    """
    if not limits:
        return NONE
    every = (atom for one in BINDING for atom in problem.groups.unordered(*one))
    sharing = [atom for atom in every if atom[1] in limits and _claim_in(atom) in fen]
    own = {claim: fen[claim] for claim in map(_claim_in, sharing)}
    worths = (atom for atom in problem.groups.unordered("worth", 5) if ("claim", *atom[1:5]) in own)
    called = naming(problem.portfolio, problem.vocabulary, problem.readings)
    return Neighbours(own, frozenset([*sharing, *worths, *called, *problem.chosen(own, made_for)]))


def _claim_in(atom: Atom) -> Atom:
    """The claim that an atom says comes under a limit."""
    return next(part for part in atom[2:] if isinstance(part, tuple) and part[0] == "claim")
