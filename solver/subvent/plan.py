"""From a file to the best lawful set of claims: pose the problem, optimise, check the bound, explain.

plan = plan_portfolio(Path("group.xlsx"))
print(plan.total_fen, plan.status)
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from subvent import __version__
from subvent.account import Losses, Made, account_of, unexplained
from subvent.apart import account_apart
from subvent.certified import certified_bound, write
from subvent.diagnostics import Diagnostic, PolicyError, ResourceError, Text, diagnostic, joined
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom, text
from subvent.model.pools import paid
from subvent.model.shared import GIVEN, LOST, unit
from subvent.optimise.search import Limits
from subvent.optimise.whole import Known, Whole, losses, optimise_whole
from subvent.policy.lint import lint_rules
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import TEXTS, read_with_remarks
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, Result, finished, pose
from subvent.process.memory import bounded, room_for_file
from subvent.process.progress import SILENT, Ended, Progress
from subvent.process.watched import in_time, raising
from subvent.result import Plan, SharedCost, Strictness
from subvent.strictness import Comparison, strictest

Given = tuple[PolicySet, Portfolio, Sequence[Diagnostic]]
"""What a plan is made from: the packs, the rows, and the remarks on them."""
Asked = Literal["untold", "quick", "told", "taken"]
"""Whether to tell what strict answers to the open questions would bring (`quick`: where that is soon
known), or to plan with them."""
Reasons = Literal["always", "in-time", "never"]
"""Whether the reasons are worked out: in any case; unless time, memory or patience end first; not at all."""
SOON = 5_000
"""Candidates up to which the reasons are told in any case: that takes a few seconds."""
QUICK = 200_000
"""Derived atoms of a portfolio up to which that is told unasked: some 1,500 projects, half a minute more."""


_ASKED = Text("没有要求说明", "they were not asked for")
_STOPPED = Text("已被中断", "that was interrupted")
_LATE = Text("时限已到", "the time limit came first")
_FULL = Text("内存不足", "there is too little memory")


class Solved(NamedTuple):
    """A plan with the problem it solves, and the choice that it is read from."""

    plan: Plan
    problem: Problem
    chosen: Chosen
    unexplained: Diagnostic | None = None
    """Why the plan has no reasons, if it has none."""

    @property
    def values(self) -> Mapping[str, int]:
        """The values of the model's variables, by name."""
        return self.chosen.whole.values


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


def plan_portfolio(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    strict: Asked = "untold",
) -> Plan:
    """The best lawful set of claims for the portfolio in a file: the plan of `solve_portfolio`."""
    return solve_portfolio(path, policies, readings, time_limit, strict=strict, finish=False).plan


def solve_portfolio(  # noqa: PLR0913 - all but the first have defaults
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    strict: Asked = "untold",
    reasons: Reasons = "always",
    proofs: bool = True,
    finish: bool = True,
    progress: Progress = SILENT,
) -> Solved:
    """The best lawful set of claims for the portfolio in a file, proven and explained.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen
    for open questions, `time_limit` the seconds that all of it may take, `strict` what to do about the
    strictest answers; `reasons` is whether they are told, and without `proofs` the plan has every reason
    and no steps; `finish` is whether the problem that comes with a plan has to hold all that follows from the
    rows; `progress` hears what is being done. Raises InputError, PolicyError, ResourceError.
    """
    progress.stage("reading")
    return solve_read(
        partial(read_input, path, policies),
        readings,
        time_limit,
        strict=strict,
        reasons=reasons,
        proofs=proofs,
        finish=finish,
        progress=progress,
    )


def solve_read(  # noqa: PLR0913 - all but the first have defaults
    read: Callable[[], Given],
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    strict: Asked = "untold",
    reasons: Reasons = "always",
    proofs: bool = True,
    finish: bool = True,
    progress: Progress = SILENT,
) -> Solved:
    """The same for what `read` reads, which counts in time and memory. Raises what that raises, too."""
    started = time.monotonic()
    with bounded():
        policy_set, portfolio, remarks = in_time(time_limit, read)
        left = None if time_limit is None else time_limit - (time.monotonic() - started)
        with ChildProcess(left, asked=time_limit) as grounder:
            return solve_rows(
                portfolio,
                policy_set,
                readings or {},
                grounder,
                remarks=remarks,
                time_limit=left,
                strict=strict,
                reasons=reasons,
                proofs=proofs,
                finish=finish,
                progress=progress,
            )


def read_input(path: Path, policies: Sequence[str]) -> Given:
    """The packs, the portfolio in a file, and the remarks on it. Raises InputError, PolicyError."""
    policy_set = checked_policies(policies)
    return policy_set, *read_rows(path, policy_set)


def read_rows(path: Path, policies: PolicySet) -> tuple[Portfolio, tuple[Diagnostic, ...]]:
    """The portfolio in a file, and the remarks on it. Raises InputError, ResourceError."""
    if path.suffix.lower() in TEXTS:
        room_for_file(path)
    with bounded():
        return read_with_remarks(path, vocabulary_of(policies))


def checked_policies(policies: Sequence[str]) -> PolicySet:
    """The packs to plan with. Raises PolicyError, also for what lint finds in one that is not built in."""
    policy_set = load_policies(policies)
    # The built-in packs are checked before they are shipped. Of another one a misspelt word may only
    # lose a rule, silently: what lint calls an error must not become a plan.
    if policies and (faults := [found for found in lint_rules(policy_set) if found.severity == "error"]):
        raise PolicyError(*faults)
    return policy_set


def plan_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    grounder: Grounder,
    *,
    time_limit: float | None = None,
) -> Plan:
    """The plan of a portfolio that is already read."""
    return solve_rows(portfolio, policies, readings, grounder, time_limit=time_limit, finish=False).plan


def solve_rows(  # noqa: PLR0913 - all but the first four have defaults
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    grounder: Grounder,
    *,
    remarks: Sequence[Diagnostic] = (),
    time_limit: float | None = None,
    strict: Asked = "untold",
    reasons: Reasons = "always",
    proofs: bool = True,
    finish: bool = True,
    progress: Progress = SILENT,
) -> Solved:
    """The plan of a portfolio that is already read, and what it was computed from.

    `remarks` of the reading become warnings; `reasons` is whether they are told; without `proofs` there are
    no steps, and unless it is to `finish`, a large plan comes with a problem that holds its decision alone;
    `progress` hears what is being done.
    """
    started = time.monotonic()
    strictness = None
    if strict == "taken":
        progress.stage("comparing")
        # Half of the time is the plan's own.
        half = Limits(deadline=None if time_limit is None else started + time_limit / 2)
        readings, strictness = strictest(Comparison(policies, portfolio, grounder, half), readings)
    compared = time.monotonic()
    progress.stage("deriving")
    vocabulary = vocabulary_of(policies)
    problem = pose(policies, vocabulary, portfolio, readings, grounder, "decision", progress=progress)
    grounded = time.monotonic()
    limits = Limits(deadline=None if time_limit is None else started + time_limit, progress=progress)
    progress.stage("optimising")
    chosen = choose(problem, limits)
    certificate = write(chosen.whole.parts, [solution.certificate for solution in chosen.whole.solutions])
    # The bound is read back from what is written, by the code that anyone checks a plan with.
    bound = certified_bound(problem.model, certificate, chosen.whole.parts)
    optimised = time.monotonic()
    made = Made(chosen.fen, chosen.made_for, chosen.shared, bound)
    if reasons != "never":
        progress.stage("insisting")
    losses_known = {} if reasons == "never" else _losses(problem, chosen, limits)
    progress.stage("explaining")
    soon = reasons == "always" or (reasons == "in-time" and len(problem.candidates) <= SOON)
    if soon or time_limit is None:
        grounder.take_time()

    def explain() -> tuple[Problem, Plan]:
        # Where all that follows is wanted in one place anyway, to explain it there takes less.
        if not finish:
            apart = account_apart(
                problem, made, losses_known, remarks, grounder, proofs=proofs, progress=progress
            )
            if apart is not None:
                return problem, apart
        whole = finished(problem, grounder, progress)
        told = account_of(whole, made, losses_known, remarks, grounder, proofs=proofs, progress=progress)
        return whole, told

    if reasons == "always":
        (problem, plan), missing = explain(), None
    else:
        found, missing = _unless_ended(explain, limits, reasons, soon=soon)
        problem, plan = found or (problem, unexplained(problem, made, remarks))
    explained = time.monotonic()
    quick = plan.status == "optimal" and plan.explained and len(problem.atoms) <= QUICK
    if not limits.over and (strict == "told" or (strict == "quick" and quick)):
        progress.stage("comparing")
        strictness = _compared(Comparison(policies, portfolio, grounder, limits))
    run = {
        "version": __version__,
        "grounding_seconds": f"{grounded - compared:.3f}",
        "optimising_seconds": f"{optimised - grounded:.3f}",
        "explaining_seconds": f"{explained - optimised:.3f}",
        "comparing_seconds": f"{time.monotonic() - explained + compared - started:.3f}",
    }
    plan = replace(plan, certificate=certificate, run=run, strict=strictness)
    return Solved(plan, problem, chosen, missing)


def _unless_ended(
    run: Callable[[], Result], limits: Limits, reasons: Reasons, *, soon: bool
) -> tuple[Result | None, Diagnostic | None]:
    """What `run` returns, or why it was not run to its end: a plan that stands is not lost by that.

    `soon`: it takes so little time that only the user ends it.
    """
    deadline = math.inf if soon or limits.deadline is None else limits.deadline

    def late() -> bool:
        return time.monotonic() >= deadline

    if reasons == "never":
        why = _ASKED
    elif not soon and limits.over:
        why = _LATE if late() else _STOPPED
    else:
        try:
            with raising(Ended, late):
                return run(), None
        except Ended:
            why = _LATE if late() else _STOPPED
        except MemoryError:
            why = _FULL
        except ResourceError as error:
            why = _LATE if late() else joined(error.diagnostics)
    return None, diagnostic("plan.unexplained", severity="note", why=why)


def _compared(comparison: Comparison) -> Strictness | None:
    """What the open questions are worth. The plan stands already: it is not lost when this is ended."""
    try:
        return comparison.strictness()
    except (KeyboardInterrupt, ResourceError):
        return None


class Preferences(NamedTuple):
    """What makes one of several equally good plans the plan, in terms of the model's variables."""

    claims: Mapping[str, Atom]
    """The claims by the names of their variables, in canonical order."""
    options: Mapping[str, tuple[Atom, str]]
    """The claims with the rows they may be made for, likewise."""
    ties: tuple[Mapping[str, int], ...]
    """Objectives after the money: the fewest filings, then the earliest years."""


def preferences(problem: Problem) -> Preferences:
    """Which of several equally good plans is preferred."""
    names = {text(claim): claim for claim in problem.candidates}
    rows = problem.options
    options = {
        text(("claim_for", *claim[1:], row)): (claim, row)
        for claim in problem.candidates
        for row in rows.get((claim[2], claim[3]), ())
    }
    first = min((claim[4] for claim in problem.candidates), default=0)
    filings = dict.fromkeys(names, -1)
    years = {name: first - claim[4] for name, claim in names.items()}
    return Preferences(names, options, (filings, years))


def choose(problem: Problem, limits: Limits, known: Known | None = None) -> Chosen:
    """The best claims: most money, then fewest filings, earliest years, first in canonical order.

    `known` are solutions of components from earlier calls for the same portfolio; new ones are added.
    Raises ResourceError when the limits end before any lawful choice is found.
    """
    preferred = preferences(problem)
    order = (*preferred.claims, *preferred.options)
    whole = optimise_whole(problem.model, preferred.ties, order, limits, known)
    if not whole.found:
        raise ResourceError(diagnostic("plan.nothing-found"))
    return Chosen(*claimed(problem, preferred, whole.values), whole)


def claimed(problem: Problem, preferred: Preferences, found: Mapping[str, int]) -> Claimed:
    """The claims that values of the model's variables make, with what each is paid."""
    names, options = preferred.claims, preferred.options
    values = {**dict(problem.model.settled), **found}
    drawn = [name for name in (*names, *options) if values.get(name) == 1]
    made = [(name, names[name]) for name in drawn if name in names]
    in_order = sorted(made, key=lambda one: (one[1][4], *one[1][1:4]))
    worth = {name: problem.worth[claim] - values.get(f"{LOST}({name})", 0) for name, claim in in_order}
    fen = {names[name]: own for name, own in paid(worth, drawn, problem.cuts, values).items()}
    units = unit(problem.splits)
    shared = tuple(
        SharedCost(split.name, term.claim, Fraction(given, units))
        for split in problem.splits
        for term in split.terms
        if names[term.claim] in fen and (given := values.get(f"{GIVEN}({split.name},{term.claim})", 0))
    )
    return Claimed(fen, dict(options[name] for name in drawn if name in options), shared)


def _losses(problem: Problem, chosen: Chosen, limits: Limits) -> Losses:
    """What insisting on each subject and benefit that has candidates, but is not claimed, would cost.

    What is not proven is left out.
    """
    claimed = {(claim[2], claim[3]) for claim in chosen.fen}
    by_subject: defaultdict[tuple[str, Atom], list[str]] = defaultdict(list)
    for claim in problem.candidates:
        if (claim[2], claim[3]) not in claimed:
            by_subject[claim[2], claim[3]].append(text(claim))
    found = losses(chosen.whole, by_subject.values(), limits)
    return {key: loss for key, (loss, proven) in zip(by_subject, found, strict=True) if proven}
