"""Other plans worth a look: the next best that differ in substance, and the simplest within a few per cent.

    found = alternatives_of(Path("group.xlsx"), Asked(count=3, within=Fraction(1, 100)))
    for plan in found.next_best: ...

`next_best` says what differs in substance. The simplest plan within x per cent of the optimum is the one
with the fewest filings, or the fewest companies that file anything in any year; of those the best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Literal, NamedTuple

from subvent.choice import Chosen, choose
from subvent.logic.session import ChildProcess
from subvent.logic.terms import quote
from subvent.model.components import components
from subvent.model.extension import Extension
from subvent.model.linear import LinearModel
from subvent.optimise.search import Limits
from subvent.plan import read_input
from subvent.policy.loader import vocabulary_of
from subvent.problem import Problem, pose
from subvent.process.memory import bounded
from subvent.process.progress import SILENT, Progress
from subvent.questions.leaving import Leaving
from subvent.questions.next_best import NextBest
from subvent.questions.outline import Change, Outline, Words, changes, limited, outline_of, words_of
from subvent.questions.piecewise import Found, Pieces, Status, combined

Fewest = Literal["filings", "applicants"]
FEWEST: tuple[Fewest, ...] = ("filings", "applicants")


@dataclass(frozen=True, slots=True)
class Asked:
    """How many plans next to the best, what share of the optimum may be given up, and to have fewest what."""

    count: int = 3
    within: Fraction = Fraction(1, 100)
    fewest: tuple[Fewest, ...] = FEWEST


class Alternative(NamedTuple):
    """A plan beside the best: its claims, where they differ, and whether it is proven to be the one.

    Of what is only in the best `changes` tell which limits keep it out.
    """

    outline: Outline
    changes: tuple[Change, ...]
    proven: bool


class Simplest(NamedTuple):
    """The plan with the fewest of something that brings at least so many fen."""

    fewest: Fewest
    least: int
    plan: Alternative

    @property
    def number(self) -> int:
        """How many it has."""
        return counted(self.plan.outline, self.fewest)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The best plan of a portfolio, and others beside it."""

    file: str
    asked: Asked
    readings: Mapping[str, str]
    """The answers given to open questions; all others are by default."""
    best: Outline
    next_best: tuple[Alternative, ...]
    """In falling order; fewer than asked for where there are no more, or none was found in time."""
    exhausted: bool
    """Whether it is proven that no further plan differs in substance from these."""
    simplest: tuple[Simplest, ...]
    words: Words

    @property
    def proven(self) -> bool:
        """Whether every plan is proven to be what it is said to be, and none is missing."""
        others = (*self.next_best, *(one.plan for one in self.simplest))
        complete = self.exhausted or len(self.next_best) == self.asked.count
        return self.best.proven and complete and all(plan.proven for plan in others)


def counted(outline: Outline, fewest: Fewest) -> int:
    """The filings of a plan, or the companies that file any."""
    return len(outline.claims) if fewest == "filings" else len({line.applicant for line in outline.claims})


def alternatives_of(
    path: Path,
    asked: Asked,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    progress: Progress = SILENT,
) -> Alternatives:
    """Other plans for the portfolio in a file, beside the best one.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen for
    open questions, `time_limit` seconds; `progress` hears what is being done. Raises InputError, PolicyError,
    ResourceError.
    """
    progress.stage("reading")
    limits = limited(time_limit, progress)
    policy_set, portfolio, _ = read_input(path, policies)
    with bounded():
        progress.stage("deriving")
        with ChildProcess(time_limit) as grounder:
            problem = pose(
                policy_set, vocabulary_of(policy_set), portfolio, readings or {}, grounder, "decision"
            )
        return alternatives(problem, asked, limits, readings)


def alternatives(
    problem: Problem, asked: Asked, limits: Limits, readings: Mapping[str, str] | None = None
) -> Alternatives:
    """Other plans for a problem. Raises ResourceError when not even the best plan is found in time."""
    limits.progress.stage("optimising")
    chosen = choose(problem, limits)
    best = outline_of(problem, chosen, chosen.whole.bound)
    pieces = Pieces(problem, limits)
    listed = NextBest(pieces, _found(chosen))
    further: list[tuple[Outline, bool]] = []
    limits.progress.stage("next-best")
    for one in islice(listed, 1, 1 + asked.count):
        further.append((pieces.outline(one.values, one.bound), listed.proven))
        limits.progress.found(len(further))
    limits.progress.stage("simplest")
    simplest = [_simplest(pieces, chosen, best, fewest, asked.within) for fewest in asked.fewest]
    # Where the best is not proven, what was sought beside it may be better, and is then the best there is.
    top = max((best, *(plan for plan, _ in further), *(plan for plan, _ in simplest)), key=_total)
    if top.total > best.total:
        further = sorted(((best, False), *further), key=lambda one: -one[0].total)
        further = [(plan, False) for plan, _ in further if plan.claims != top.claims][: asked.count]
        best = top._replace(bound=max(best.bound, top.total))
        simplest = [
            (plan if plan.total >= _least(best, asked.within) else best, False) for plan, _ in simplest
        ]
    leaving = Leaving(problem)

    def beside(plan: Outline, *, proven: bool) -> Alternative:
        return Alternative(plan, leaving.forced(changes(best, plan), plan.claims), proven)

    return Alternatives(
        file=problem.portfolio.file,
        asked=asked,
        readings=readings or {},
        best=best,
        next_best=tuple(beside(plan, proven=proven) for plan, proven in further),
        exhausted=len(further) < asked.count and listed.proven,
        simplest=tuple(
            Simplest(fewest, _least(best, asked.within), beside(plan, proven=proven))
            for fewest, (plan, proven) in zip(asked.fewest, simplest, strict=True)
        ),
        words=words_of(problem.policies, problem.portfolio),
    )


def _found(chosen: Chosen) -> list[tuple[LinearModel, Found]]:
    """The components with their values in the plan."""
    whole = chosen.whole
    found = []
    for part, solution in zip(whole.parts, whole.solutions, strict=True):
        values = {v.name: x for v, x in zip(part.variables, solution.values, strict=True)}
        status: Status = "optimal" if solution.status == "optimal" else "feasible"
        found.append((part, Found(values, solution.total, solution.bound, status)))
    return found


def _total(outline: Outline) -> int:
    return outline.total


def _least(best: Outline, within: Fraction) -> int:
    """The least total that gives up at most the share `within` of the optimum, exact to the fen."""
    return ceil((1 - within) * best.total)


def _simplest(
    pieces: Pieces, chosen: Chosen, best: Outline, fewest: Fewest, within: Fraction
) -> tuple[Outline, bool]:
    """The plan with the fewest that gives up no more than that, and whether it is proven to be the one."""
    least = _least(best, within)
    model, names = pieces.problem.model, frozenset(pieces.preferred.claims)
    known = dict(chosen.whole.values)
    if fewest == "applicants":
        model, names = _with_applicants(pieces)
        known |= dict.fromkeys(names, 1)
    slack = best.total - least
    steps = [pieces.steps(part, names, known, slack=slack) for part in components(model)]
    ways = combined(steps, least=least - model.constant)
    if not ways:  # where not even the optimum was found again in time
        return best, False
    proven = best.proven and all(one.proven for one in steps)
    return pieces.outline(ways[0].values, best.bound), proven


def _with_applicants(pieces: Pieces) -> tuple[LinearModel, frozenset[str]]:
    """The model with a variable for every applicant, 1 where it files anything; and their names."""
    extension = Extension(pieces.problem.model)
    names: dict[str, str] = {}
    for claim, atom in pieces.preferred.claims.items():
        if extension.has(claim):
            applicant = atom[1]
            if applicant not in names:
                names[applicant] = extension.add(f"files {quote(applicant)}", 1, 0)
            extension.row(f"files {claim}", {claim: 1, names[applicant]: -1}, 0, claim)
    return extension.finished(), frozenset(names.values())
