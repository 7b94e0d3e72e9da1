"""Planning anew since an earlier plan: what of it still stands, and what each change of filings brings.

    found = replan(Path("group.xlsx"), Path("plan.json"))
    for stage in found.stages: ...           # the best plan with at most 0, 1, 2, ... changed filings

A change is a claim of a subject and benefit that is added or dropped; one dropped in some year and added in
another is moved, and counts once. Which row a claim is made for, and what it brings, is no change. What
the file's history holds is not planned again, so it binds and is no change either; nor is what the earlier
plan claimed and cannot be claimed any more.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from subvent.account import of_reading
from subvent.choice import choose, claimed
from subvent.diagnostics import Diagnostic, InputError, Place, ResourceError, diagnostic
from subvent.display import shortened
from subvent.document.reader import read_plan
from subvent.document.shape import PlanDocument
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom, quote, text
from subvent.model.components import components
from subvent.model.extension import Extension
from subvent.model.linear import LinearModel, without
from subvent.money import yuan
from subvent.optimise.search import Limits
from subvent.plan import read_input
from subvent.plan_sources import packs_of
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.filings import HISTORY
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, finished, pose, resolve_readings
from subvent.process.memory import bounded
from subvent.process.progress import SILENT, Progress
from subvent.questions.lost import Lost, lost_of, told_beside
from subvent.questions.outline import (
    Change,
    Line,
    Outline,
    Words,
    changes,
    filed_of,
    limited,
    outline_of,
    words_of,
)
from subvent.questions.piecewise import Pieces, combined
from subvent.result import Filing, Note


class Stage(NamedTuple):
    """The best plan with at most so many changes."""

    changed: int
    outline: Outline
    changes: tuple[Change, ...]
    """From what still stands."""
    steps: tuple[Change, ...]
    """From the stage before."""
    gain: int
    """Fen more than the stage before."""
    proven: bool


@dataclass(frozen=True, slots=True)
class Replanned:
    """A portfolio planned anew. Money in fen."""

    file: str
    since: str
    earlier: Outline
    """The claims of the earlier plan as it says them."""
    notes: tuple[Diagnostic, ...]
    """Packs and readings that are not those of the earlier plan."""
    readings: Mapping[str, str]
    """The answers it is planned under that are not the default ones."""
    lost: tuple[Lost, ...]
    kept: Outline
    """The claims of the earlier plan that still stand, at what they bring now."""
    history: Mapping[Line, tuple[Filing, ...]]
    """What the history holds of the subject and benefit of each of these."""
    revalued: tuple[Change, ...]
    """Those of them that bring another amount now."""
    stages: tuple[Stage, ...]
    """In rising order, the first without changes; what brings no more than fewer changes is left out."""
    best_total: int
    best_bound: int
    asked: int | None
    words: Words
    warnings: tuple[Note, ...] = ()
    """What the reading of the file had to say."""

    @property
    def reached(self) -> bool:
        """Whether the last stage brings as much as the best plan."""
        return self.stages[-1].outline.total == self.best_total

    @property
    def proven(self) -> bool:
        """Whether all stages are proven, and so is the best plan."""
        return self.best_total == self.best_bound and all(stage.proven for stage in self.stages)


def replan(
    path: Path,
    since: Path,
    most: int | None = None,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    progress: Progress = SILENT,
) -> Replanned:
    """Plan the portfolio in a file anew, since the plan saved in another.

    `most` is the largest number of changes that is of interest (None: as many as the best plan needs).
    Packs and answers are those of the earlier plan unless `policies` or `readings` name others; `time_limit`
    in seconds; `progress` hears what is being done. Raises InputError with everything that is wrong with
    both files, PolicyError, ResourceError.
    """
    progress.stage("reading")
    limits = limited(time_limit, progress)
    policy_set, portfolio, remarks, document = _read(path, since, policies, readings or {})
    answers, notes = _answers(document, policy_set, readings or {})
    progress.stage("deriving")
    with bounded(), ChildProcess(time_limit) as grounder:
        problem = pose(policy_set, vocabulary_of(policy_set), portfolio, answers, grounder, "decision")
        found = replanned(problem, document, since.name, notes, most, limits, grounder)
    return replace(found, warnings=of_reading(problem, remarks))


def _read(
    path: Path, since: Path, policies: Sequence[str], readings: Mapping[str, str]
) -> tuple[PolicySet, Portfolio, Sequence[Diagnostic], PlanDocument]:
    """Both files, the remarks on the portfolio, and the packs.

    Raises InputError with the faults of all of them together.
    """
    faults: list[Diagnostic] = []
    document = portfolio = None
    remarks: Sequence[Diagnostic] = ()
    try:
        document = read_plan(since)
    except InputError as error:
        faults += error.diagnostics
    policy_set = load_policies(policies) if policies or document is None else packs_of(document)
    try:
        resolve_readings(policy_set, readings)
    except InputError as error:
        faults += error.diagnostics
    try:
        # Packs of the user's own are checked as `plan` checks them.
        portfolio, remarks = (
            read_input(path, policies)[1:] if policies else read_with_remarks(path, vocabulary_of(policy_set))
        )
    except InputError as error:
        faults += error.diagnostics
    if document and portfolio and _strange(document, portfolio):
        faults.append(diagnostic("replan.other-portfolio", Place(str(since)), file=path))
    faults += _false(document, Place(str(since))) if document else ()
    if faults or document is None or portfolio is None:
        raise InputError(*faults)
    return policy_set, portfolio, remarks, document


def _strange(document: PlanDocument, portfolio: Portfolio) -> bool:
    """Whether a plan has nothing to do with a portfolio: it claims, and for none of its rows."""
    rows = {row.id for rows in portfolio.rows.values() for row in rows}
    filed = {str(row.fields.get("subject")) for row in portfolio.rows.get(HISTORY, ())}
    return bool(document.claims) and not any(c.subject in rows | filed for c in document.claims)


def _false(document: PlanDocument, place: Place) -> Iterator[Diagnostic]:
    """Where a plan contradicts itself: all that is told of what it was to bring would be false."""
    total = sum(claim.fen for claim in document.claims)
    if total != document.total_fen:
        yield diagnostic("replan.false-total", place, right=yuan(total), written=document.total_yuan)
    elif document.bound_fen < total:
        yield diagnostic("replan.false-bound", place, total=yuan(total), bound=document.bound_yuan)
    times = Counter((c.applicant, c.subject, c.benefit, c.year, c.made_for) for c in document.claims)
    for (applicant, subject, benefit, year, _), count in times.items():
        if count > 1:
            claim = shortened(f"{applicant}/{subject}/{benefit}/{year}")
            yield diagnostic("replan.claim-twice", place, claim=claim, count=count)


def _answers(
    document: PlanDocument, policies: PolicySet, readings: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The answers to plan with, and what is not as it was when the earlier plan was made."""
    known = {reading.name: {answer.name for answer in reading.answers} for reading in policies.readings}
    notes = []
    answers = {}
    for name, answer in sorted(document.readings.items()):
        if answer in known.get(name, ()):
            answers[name] = answer
        else:
            notes.append(diagnostic("replan.reading-gone", severity="note", name=name, answer=answer))
    for name, answer in sorted(readings.items()):
        if answers.get(name, answer) != answer:
            before = answers[name]
            notes.append(
                diagnostic("replan.reading", severity="note", name=name, answer=answer, before=before)
            )
    found = {pack.id: pack for pack in policies.packs}
    for used in document.policies:
        if used.id not in found:
            notes.append(diagnostic("replan.pack-gone", severity="note", pack=used.id))
        elif (now := found[used.id]).sha256 != used.sha256:
            code, versions = "replan.pack-changed", (used.version, now.version)
            notes.append(diagnostic(code, severity="note", pack=used.id, before=versions[0], now=versions[1]))
    return {**answers, **readings}, tuple(notes)


def replanned(
    problem: Problem,
    document: PlanDocument,
    since: str,
    notes: tuple[Diagnostic, ...],
    most: int | None,
    limits: Limits,
    grounder: Grounder,
) -> Replanned:
    """What became of an earlier plan's claims, and the stages from them to the best plan, for a problem.

    `since` is what the earlier plan's file is called; `most` as in `replan`. Raises ResourceError when not
    even a lawful plan is found in time.
    """
    limits.progress.stage("optimising")
    chosen = choose(problem, limits)
    limits.progress.stage("changes")
    pieces = Pieces(problem, limits)
    earlier = {
        Line(c.applicant, c.subject, c.benefit, c.year, c.made_for): c.fen
        for c in sorted(document.claims, key=lambda c: (c.year, c.applicant, c.subject, c.benefit))
    }
    constants = {benefit.name: (benefit.constant,) for benefit in problem.policies.benefits}
    atoms = {
        line: ("claim", line.applicant, line.subject, constants[line.benefit], line.year)
        for line in earlier
        if line.benefit in constants
    }
    standing = [claim for claim in atoms.values() if claim in problem.worth]
    values, idle = _kept(pieces, standing)
    found = claimed(problem, pieces.preferred, values)
    kept = outline_of(problem, found, chosen.whole.bound)
    now = {line: found.fen.get(atoms.get(line, ())) for line in earlier}
    stages = _stages(pieces, values, found.fen, most)
    limits.progress.stage("explaining")
    lost = [line for line in earlier if now[line] is None]
    filed = filed_of(problem, lost)
    if lost:
        grounder.take_time()
        told = told_beside(finished(problem, grounder), found, grounder)
    return Replanned(
        file=problem.portfolio.file,
        since=since,
        earlier=Outline(earlier, document.bound_fen),
        notes=notes,
        readings={
            one.name: problem.readings[one.name]
            for one in problem.policies.readings
            if problem.readings[one.name] != one.default
        },
        lost=tuple(
            lost_of(told, line, earlier[line], atoms.get(line), idle=atoms.get(line) in idle)._replace(
                filings=filed[line]
            )
            for line in lost
        ),
        kept=kept,
        history=filed_of(problem, kept.claims),
        revalued=tuple(
            Change(line, earlier[line], fen) for line, fen in now.items() if fen not in {None, earlier[line]}
        ),
        stages=stages,
        # Where the search ends early, what stands may bring more than what it found.
        best_total=max(sum(chosen.fen.values()), *(stage.outline.total for stage in stages)),
        best_bound=chosen.whole.bound,
        asked=most,
        words=words_of(problem.policies, problem.portfolio),
    )


def _kept(pieces: Pieces, standing: Sequence[Atom]) -> tuple[dict[str, int], frozenset[Atom]]:
    """The values at which of these claims alone those are made that bring most, and of equals the most.

    What brings nothing beside the others is none of them, as in every plan, unless others rest on it. Such
    claims come second.
    """
    values, idle = _most_of(pieces, standing), set[Atom]()
    while not pieces.limits.over:
        fen = claimed(pieces.problem, pieces.preferred, values).fen
        if all(fen.values()):
            break
        standing = [claim for claim, own in fen.items() if own]
        fewer = _most_of(pieces, standing)
        if sum(claimed(pieces.problem, pieces.preferred, fewer).fen.values()) < sum(fen.values()):
            break
        values = fewer
        idle.update(claim for claim, own in fen.items() if not own)
    return values, frozenset(idle)


def _most_of(pieces: Pieces, standing: Sequence[Atom]) -> dict[str, int]:
    """The best values of some claims alone, of equals those with the most of them."""
    model, names = pieces.problem.model, [text(claim) for claim in standing]
    dropped = frozenset(pieces.preferred.claims).difference(names)
    best = pieces.best(without(model, dropped), dict.fromkeys(names, 1))
    if best.status in {"infeasible", "unknown"}:
        raise ResourceError(diagnostic("plan.nothing-found"))
    return {**dict.fromkeys((v.name for v in model.variables), 0), **best.values}


def _stages(
    pieces: Pieces,
    kept: Mapping[str, int],
    filed: Iterable[Atom],
    most: int | None,
) -> tuple[Stage, ...]:
    """The best plan with ever more changes of the claims that still stand; the first has none."""
    model, names = _with_changes(pieces, frozenset(text(claim) for claim in filed))
    known = {**kept, **{v.name: 0 for v in model.variables if v.name not in kept}}
    steps = [pieces.steps(part, names, known, most) for part in components(model)]
    proven = all(one.proven for one in steps)
    stages: list[Stage] = []
    first = pieces.outline(kept, 0)
    before = first
    for way in combined(steps, most):
        total = model.constant + way.total
        outline = pieces.outline(way.values, total)._replace(bound=total)
        gain = outline.total - before.total if stages else 0
        stages.append(
            Stage(way.counted, outline, changes(first, outline), changes(before, outline), gain, proven)
        )
        before = outline
    return tuple(stages)


def _with_changes(pieces: Pieces, filed: frozenset[str]) -> tuple[LinearModel, frozenset[str]]:
    """The model with variables that count the changes from these claims, and the names of all that count.

    Of a subject and benefit the changes are the claims added, or those dropped, whichever are more.
    """
    extension = Extension(pieces.problem.model)
    pairs: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, claim in pieces.preferred.claims.items():
        if extension.possible(name):
            pairs[claim[2], text(claim[3])].append(name)
    names: set[str] = set()
    for (subject, benefit), every in pairs.items():
        dropped, added = [n for n in every if n in filed], [n for n in every if n not in filed]
        if not dropped:
            names.update(added)
            continue
        label = f"changed {quote(subject)} {benefit}"
        names.add(extension.add(label, max(len(dropped), len(added)), 0))
        extension.row(f"{label}: added", {**dict.fromkeys(added, 1), label: -1}, 0, label)
        extension.row(f"{label}: dropped", {**dict.fromkeys(dropped, -1), label: -1}, -len(dropped), label)
    return extension.finished(), frozenset(names)
