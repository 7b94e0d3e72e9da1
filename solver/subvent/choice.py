"""The best choice of claims for a posed problem, what each is paid, and what insisting on others costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from subvent.account import Losses
from subvent.diagnostics import ResourceError, diagnostic
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text, texts
from subvent.model.pools import paid
from subvent.model.shared import GIVEN, LOST, unit
from subvent.optimise.losses import losses
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known, Whole, optimise_whole, tell
from subvent.problem import Problem
from subvent.result import SharedCost


class Claimed(NamedTuple):
    """Claims with their fen, the rows they are made for, and how shared costs count."""

    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    shared: tuple[SharedCost, ...]


class Chosen(NamedTuple):
    """The claims of an optimum, as in `Claimed`, and the solutions that they are read from."""

    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]
    shared: tuple[SharedCost, ...]
    whole: Whole


class Preferences(NamedTuple):
    """What makes one of several equally good plans the plan, in terms of the model's variables."""

    claims: Mapping[str, Atom]
    """The claims by the names of their variables, in canonical order."""
    options: Mapping[str, tuple[Atom, str]]
    """The claims with the rows they may be made for, likewise."""
    ties: tuple[Mapping[str, int], ...]
    """Objectives after the money: the fewest filings, then the earliest years."""

    @property
    def order(self) -> tuple[str, ...]:
        """The variables whose order tells apart what is still equal after that."""
        return (*self.claims, *self.options)


def preferences(problem: Problem) -> Preferences:
    """Which of several equally good plans is preferred."""
    return preferred_among(problem.candidates, problem.options)


def preferred_among(
    candidates: Sequence[Atom], rows: Mapping[tuple[str, Atom], Sequence[str]]
) -> Preferences:
    """The same of some candidates, in canonical order, and the rows that they can be made for."""
    names = dict(zip(texts(candidates), candidates, strict=True))
    options = {
        text(("claim_for", *claim[1:], row)): (claim, row)
        for claim in (candidates if rows else ())
        for row in rows.get((claim[2], claim[3]), ())
    }
    first = min((claim[4] for claim in candidates), default=0)
    filings = dict.fromkeys(names, -1)
    years = {name: first - claim[4] for name, claim in names.items()}
    return Preferences(names, options, (filings, years))


def choose(
    problem: Problem, limits: Limits, known: Known | None = None, whole: Whole | None = None
) -> Chosen:
    """The best claims: most money, then fewest filings, earliest years, first in canonical order.

    `known` are solutions of components from earlier calls for the same portfolio; new ones are added.
    `whole` is the optimum, where it is there already. Raises ResourceError when the limits end before any
    lawful choice is found.
    """
    preferred = preferences(problem)
    if whole:
        tell(whole.solutions, len(whole.parts), limits)
    else:
        whole = optimise_whole(problem.model, preferred.ties, preferred.order, limits, known)
    if not whole.found:
        raise ResourceError(diagnostic("plan.nothing-found"))
    return Chosen(*claimed(problem, preferred, whole.values), whole)


def claimed(problem: Problem, preferred: Preferences, found: Mapping[str, int]) -> Claimed:
    """The claims that values of the model's variables make, with what each is paid."""
    names, options = preferred.claims, preferred.options
    values = {**dict(problem.stated.settled), **found}
    made = [(name, claim) for name, claim in names.items() if values.get(name) == 1]
    made_for = {name: option for name, option in options.items() if values.get(name) == 1}
    # Claims stand in canonical order: by year, each year's remain so.
    worth = {name: problem.worth[claim] for name, claim in sorted(made, key=lambda one: one[1][4])}
    for claim in {term.claim for split in problem.splits for term in split.terms} & worth.keys():
        worth[claim] -= values.get(f"{LOST}({claim})", 0)
    fen = {names[name]: own for name, own in paid(worth, [*worth, *made_for], problem.cuts, values).items()}
    units = unit(problem.splits)
    shared = tuple(
        SharedCost(split.name, term.claim, Fraction(given, units))
        for split in problem.splits
        for term in split.terms
        if names[term.claim] in fen and (given := values.get(f"{GIVEN}({split.name},{term.claim})", 0))
    )
    return Claimed(fen, dict(made_for.values()), shared)


def losses_of(
    problem: Problem,
    chosen: Chosen,
    limits: Limits,
    grounder: Grounder,
    wanted: frozenset[str] | None = None,
) -> Losses:
    """What insisting on each subject and benefit that has candidates, but is not claimed, would cost.

    Of the subjects and applicants that are `wanted` alone, by their ids (None: of all). What is not proven is
    left out. Many are shared out to the grounder's children.
    """
    claimed = {(claim[2], claim[3]) for claim in chosen.fen}
    by_subject: defaultdict[tuple[str, Atom], list[str]] = defaultdict(list)
    for claim in problem.candidates:
        if (claim[2], claim[3]) not in claimed and (wanted is None or not wanted.isdisjoint(claim[1:3])):
            by_subject[claim[2], claim[3]].append(text(claim))
    found = losses(chosen.whole, by_subject.values(), limits, grounder.call_each)
    return {key: loss for key, (loss, proven) in zip(by_subject, found, strict=True) if proven}
