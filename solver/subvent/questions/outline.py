"""A plan without its reasons, and where two of them differ: what comparisons are made of."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from subvent.choice import Chosen, Claimed, choose
from subvent.diagnostics import Text
from subvent.explain.insisted import Force, Moved
from subvent.logic.session import ChildProcess, Grounder
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known
from subvent.plan import read_input
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.filings import filings
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, resolve_readings
from subvent.process.memory import bounded
from subvent.process.progress import SILENT, Progress
from subvent.result import Filing

_FOR = Text("（归{row}）", " (for {row})")


class Line(NamedTuple):
    """What is claimed: applicant, subject, benefit and filing year, and the row that it is made for."""

    applicant: str
    subject: str
    benefit: str
    year: int
    made_for: str = ""

    @property
    def id(self) -> str:
        """As plans call the claim."""
        return f"{self.applicant}/{self.subject}/{self.benefit}/{self.year}"


class Outline(NamedTuple):
    """The best claims that were found, with their fen in the order of plans, and the proven bound in fen."""

    claims: Mapping[Line, int]
    bound: int

    @property
    def total(self) -> int:
        """What the claims bring together, in fen."""
        return sum(self.claims.values())

    @property
    def proven(self) -> bool:
        """Whether no lawful claims bring more."""
        return self.total == self.bound


class Change(NamedTuple):
    """A claim that two outlines do not hold alike, with its fen in each; None where it is not claimed.

    `forced` are the limits that keep it out of the second, or leave it less there, where that was asked.
    """

    line: Line
    before: int | None
    after: int | None
    forced: tuple[Force, ...] = ()


class Words(NamedTuple):
    """What comparisons call things: the benefits by name, the rows that have a name by id."""

    benefits: Mapping[str, Text]
    rows: Mapping[str, str]


class Version(NamedTuple):
    """One side of a comparison: a file under packs and answers."""

    path: Path
    policies: tuple[str, ...] = ()
    readings: Mapping[str, str] = {}


class Compared(NamedTuple):
    """A version with its outline, and where that differs from the outline of the first version.

    `filed`: of claims that it has no more, what its history says of them.
    """

    version: Version
    outline: Outline
    changes: tuple[Change, ...]
    words: Words
    filed: Mapping[Line, Sequence[Filing]] = {}


def filed_of(problem: Problem, lines: Iterable[Line]) -> dict[Line, tuple[Filing, ...]]:
    """What the history holds of the subject and benefit of each of some claims, year by year."""
    held: defaultdict[tuple[str, str], list[Filing]] = defaultdict(list)
    for one in filings(problem.portfolio, problem.vocabulary):
        held[one.subject, one.benefit].append(one)
    return {line: tuple(held[line.subject, line.benefit]) for line in lines}


def outlined(problem: Problem, limits: Limits, known: Known | None = None) -> Outline:
    """The best claims of a problem, the same as a plan's. Raises ResourceError when none are found.

    `known` as for `choose`.
    """
    chosen = choose(problem, limits, known)
    return outline_of(problem, chosen, chosen.whole.bound)


def outline_of(problem: Problem, chosen: Claimed | Chosen, bound: int) -> Outline:
    """Claims without their reasons, under a proven bound in fen."""
    names = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
    claims = {}
    for claim, fen in sorted(chosen.fen.items(), key=lambda one: (one[0][4], *one[0][1:4])):
        _, applicant, subject, (benefit,), year = claim
        claims[Line(applicant, subject, names[benefit], year, chosen.made_for.get(claim, ""))] = fen
    return Outline(claims, bound)


def changes(before: Outline, after: Outline) -> tuple[Change, ...]:
    """What is claimed in one of two outlines only, or for another amount; in the order of plans."""
    lines = sorted({*before.claims, *after.claims}, key=lambda line: (line.year, line))
    found = (Change(line, before.claims.get(line), after.claims.get(line)) for line in lines)
    return tuple(change for change in found if change.before != change.after)


def words_of(policies: PolicySet, portfolio: Portfolio) -> Words:
    """What the packs and a portfolio call things."""
    rows = {row.id: row.fields.get("name") for listed in portfolio.rows.values() for row in listed}
    return Words(
        {benefit.name: benefit.label for benefit in policies.benefits},
        {row: str(name) for row, name in rows.items() if name},
    )


def said(line: Line, words: Words) -> Text:
    """A claim in words: applicant, subject, benefit, row that it is made for, year."""
    applicant = words.rows.get(line.applicant) or line.applicant
    subject = " ".join(filter(None, [line.subject, words.rows.get(line.subject, "")]))
    benefit = words.benefits.get(line.benefit, Text(line.benefit, line.benefit))
    made_for = Text(*(one.format(row=line.made_for) if line.made_for else "" for one in (_FOR.zh, _FOR.en)))
    return Text(
        f"{applicant} · {subject} · {benefit.zh}{made_for.zh} · {line.year}",
        f"{applicant} · {subject} · {benefit.en}{made_for.en} · {line.year}",
    )


def moved(change: Change, words: Words) -> Moved:
    """A change in words."""
    return Moved(change.line.id, said(change.line, words), change.before, change.after, change.forced)


def limited(time_limit: float | None, progress: Progress = SILENT) -> Limits:
    """Limits of a search that begins now and may take so many seconds (None: any number)."""
    return Limits(deadline=None if time_limit is None else time.monotonic() + time_limit, progress=progress)


@contextmanager
def opened(
    path: Path, policies: Sequence[str], time_limit: float | None
) -> Iterator[tuple[PolicySet, Portfolio, Grounder]]:
    """The packs and the portfolio in a file, read and checked, and what grounds, for one question about them.

    `policies` are pack ids or directories (none: all built-in packs), `time_limit` is in seconds. Raises
    InputError, PolicyError.
    """
    policy_set, portfolio, _ = read_input(path, policies)
    with bounded(), ChildProcess(time_limit) as grounder:
        yield policy_set, portfolio, grounder


def compare_versions(versions: Sequence[Version], time_limit: float | None = None) -> list[Compared]:
    """The outline of each version, and where it differs from the first; `time_limit` in seconds for all.

    Raises InputError, PolicyError, ResourceError.
    """
    found: list[Compared] = []
    limits = limited(time_limit)
    read = [read_input(version.path, version.policies)[:2] for version in versions]
    for version, (policies, _) in zip(versions, read, strict=True):
        resolve_readings(policies, version.readings)
    with bounded(), ChildProcess(time_limit) as grounder:
        for version, (policies, portfolio) in zip(versions, read, strict=True):
            vocabulary = vocabulary_of(policies)
            problem = pose(policies, vocabulary, portfolio, version.readings, grounder, "decision")
            outline = outlined(problem, limits)
            first = found[0].outline if found else outline
            words = words_of(policies, portfolio)
            changed = changes(first, outline)
            filed = filed_of(problem, (one.line for one in changed if one.after is None))
            found.append(Compared(version, outline, changed, words, filed))
    return found
