"""From a file to the best lawful set of claims: pose the problem, optimise, check the bound, explain.

plan = plan_portfolio(Path("group.xlsx"))
print(plan.total_fen, plan.status)
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from subvent import __version__
from subvent.account import Made, account_of, unexplained
from subvent.ahead import Ahead
from subvent.apart import account_apart
from subvent.certified import bound_of_parts, write
from subvent.choice import Chosen, choose, losses_of
from subvent.derivation import is_small
from subvent.diagnostics import Diagnostic, PolicyError, ResourceError, Text, diagnostic, joined
from subvent.logic.session import ChildProcess, Grounder
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import TEXTS, read_with_remarks
from subvent.portfolio.types import Portfolio
from subvent.problem import Kept, Problem, Result, finished, pose
from subvent.process.memory import bounded, room_for_file
from subvent.process.progress import SILENT, Ended, Progress
from subvent.process.watched import in_time, raising
from subvent.result import Plan, Strictness
from subvent.strictness import Comparison, strictest

Given = tuple[PolicySet, Portfolio, Sequence[Diagnostic]]
"""What a plan is made from: the packs, the rows, and the remarks on them."""
Grounders = Callable[[float | None], AbstractContextManager[Grounder]]
"""What makes what grounds, within so many seconds."""
Asked = Literal["untold", "quick", "told", "taken"]
"""Whether to tell what strict answers to the open questions would bring (`quick`: where that is soon
known), or to plan with them."""
Reasons = Literal["always", "in-time", "never"]
"""Whether the reasons are worked out: in any case; unless time, memory or patience end first; not at all."""
SOON = 5_000
"""Candidates up to which the reasons are told in any case: that takes a few seconds."""
QUICK = 4_500
"""Candidates up to which totals under strict answers are told unasked: some 1,500 projects, half a minute."""


_ASKED = Text("没有要求说明", "they were not asked for")
_STOPPED = Text("已被中断", "that was interrupted")
_LATE = Text("时限已到", "the time limit came first")
_FULL = Text("内存不足", "there is too little memory")


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a plan, and within what time."""

    time_limit: float | None = None
    """The seconds that all of it may take."""
    strict: Asked = "untold"
    reasons: Reasons = "always"
    proofs: bool = True
    """Without, the plan has every reason and no steps."""
    finish: bool = True
    """Whether the problem that comes with a large plan has to hold all that follows from the rows, or only
    what its decision rests on."""
    progress: Progress = SILENT
    """Hears what is being done."""
    insisting_on: frozenset[str] | None = None
    """The subjects and applicants, by id, of which it is told what insisting on them costs; None: all."""


ALL = Wanted()


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


def plan_portfolio(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    strict: Asked = "untold",
) -> Plan:
    """The best lawful set of claims for the portfolio in a file: the plan of `solve_portfolio`."""
    wanted = Wanted(time_limit, strict, finish=False)
    return solve_portfolio(path, policies, readings, wanted).plan


def solve_portfolio(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    wanted: Wanted = ALL,
) -> Solved:
    """The best lawful set of claims for the portfolio in a file, proven and explained.

    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen
    for open questions. Raises InputError, PolicyError, ResourceError.
    """
    wanted.progress.stage("reading")
    return solve_read(partial(read_input, path, policies), readings, wanted)


def solve_read(
    read: Callable[[], Given],
    readings: Mapping[str, str] | None = None,
    wanted: Wanted = ALL,
    grounders: Grounders = ChildProcess,
) -> Solved:
    """The same for what `read` reads, which counts in time and memory. Raises what that raises, too."""
    started = time.monotonic()
    limit = wanted.time_limit
    # The child starts while the rows are read.
    with bounded(), grounders(limit) as grounder:
        policy_set, portfolio, remarks = in_time(limit, read)
        left = None if limit is None else limit - (time.monotonic() - started)
        if left is None:
            grounder.take_time()  # what was spent on reading is not counted against what follows
        within = replace(wanted, time_limit=left)
        return solve_rows(portfolio, policy_set, readings or {}, grounder, within, remarks=remarks)


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
    if not policies:
        # The built-in packs are checked before they are shipped.
        return policy_set
    from subvent.policy.lint import lint_rules  # noqa: PLC0415 (as just said)

    # Of another one a misspelt word may only lose a rule, silently: what lint calls an error must not
    # become a plan.
    if faults := [found for found in lint_rules(policy_set) if found.severity == "error"]:
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
    return solve_rows(portfolio, policies, readings, grounder, Wanted(time_limit, finish=False)).plan


def solve_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    readings: Mapping[str, str],
    grounder: Grounder,
    wanted: Wanted = ALL,
    *,
    remarks: Sequence[Diagnostic] = (),
) -> Solved:
    """The plan of a portfolio that is already read, and what it was computed from.

    `remarks` of the reading become warnings of the plan. Raises ResourceError.
    """
    clock, progress = _Clock(), wanted.progress
    limits = clock.limits(wanted.time_limit, progress)
    strictness = None
    if wanted.strict == "taken":
        progress.stage("comparing")
        # Half of the time is the plan's own.
        half = clock.limits(wanted.time_limit and wanted.time_limit / 2)
        readings, strictness = strictest(Comparison(policies, portfolio, grounder, half), readings)
        clock.lap("comparing")
    progress.stage("deriving")
    vocabulary = vocabulary_of(policies)
    ahead = Ahead(policies, limits)
    asked = (policies, vocabulary, portfolio, readings, grounder)
    # What is worked out in one piece is read back once: for the decision, and for its reasons.
    keep: Kept = "all" if wanted.reasons != "never" and is_small(portfolio) else "decision"
    problem = pose(*asked, keep, progress=progress, ahead=ahead)
    if wanted.reasons == "never" and not wanted.finish:
        problem = problem.without_reasons
    clock.lap("grounding")
    progress.stage("optimising")
    chosen = choose(problem, limits, whole=ahead.whole())
    certificate = write(chosen.whole.parts, [solution.certificate for solution in chosen.whole.solutions])
    # The bound is read back from what is written, by the code that anyone checks a plan with.
    bound = bound_of_parts(chosen.whole.parts, chosen.whole.constant, certificate)
    clock.lap("optimising")
    made = Made(chosen.fen, chosen.made_for, chosen.shared, bound)
    plan, problem, missing = _explained(problem, chosen, made, remarks, grounder, limits, wanted)
    clock.lap("explaining")
    quick = plan.status == "optimal" and plan.explained and len(problem.candidates) <= QUICK
    if not limits.over and (wanted.strict == "told" or (wanted.strict == "quick" and quick)):
        progress.stage("comparing")
        strictness = _compared(Comparison(policies, portfolio, grounder, limits))
    clock.lap("comparing")
    run = {"version": __version__, **clock.told()}
    return Solved(
        replace(plan, certificate=certificate, run=run, strict=strictness), problem, chosen, missing
    )


class _Clock:
    """What the parts of a run take, by their names in the plan."""

    def __init__(self) -> None:
        self._started = self._last = time.monotonic()
        self._seconds = dict.fromkeys(("grounding", "optimising", "explaining", "comparing"), 0.0)

    def limits(self, seconds: float | None, progress: Progress = SILENT) -> Limits:
        """The limits of a search that may last until so many seconds after the start."""
        return Limits(deadline=None if seconds is None else self._started + seconds, progress=progress)

    def lap(self, part: str) -> None:
        """What has passed since the last lap went into a part."""
        now = time.monotonic()
        self._seconds[part] += now - self._last
        self._last = now

    def told(self) -> dict[str, str]:
        """The parts as a plan states them."""
        return {f"{part}_seconds": f"{seconds:.3f}" for part, seconds in self._seconds.items()}


def _explained(
    problem: Problem,
    chosen: Chosen,
    made: Made,
    remarks: Sequence[Diagnostic],
    grounder: Grounder,
    limits: Limits,
    wanted: Wanted,
) -> tuple[Plan, Problem, Diagnostic | None]:
    """The plan with its reasons, the problem with what they rest on, and why there are no reasons, if so."""
    progress, reasons = wanted.progress, wanted.reasons
    if reasons != "never":
        progress.stage("insisting")
    known = {} if reasons == "never" else losses_of(problem, chosen, limits, grounder, wanted.insisting_on)
    progress.stage("explaining")
    soon = reasons == "always" or (reasons == "in-time" and len(problem.candidates) <= SOON)
    if soon or wanted.time_limit is None:
        grounder.take_time()

    def explain() -> tuple[Plan, Problem]:
        # Where all that follows is wanted in one place anyway, to explain it there takes less.
        if not wanted.finish:
            apart = account_apart(
                problem, made, known, remarks, grounder, proofs=wanted.proofs, progress=progress
            )
            if apart is not None:
                return apart, problem
        whole = finished(problem, grounder, progress)
        told = account_of(whole, made, known, remarks, grounder, proofs=wanted.proofs, progress=progress)
        return told, whole

    if reasons == "always":
        return *explain(), None
    found, missing = _unless_ended(explain, limits, reasons, soon=soon)
    return *(found or (unexplained(problem, made, remarks), problem)), missing


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
    except (KeyboardInterrupt, ResourceError, MemoryError):
        return None
