"""What each stage from a file to an explained plan takes, in one process and in the real pipeline.

The pipeline's own functions are watched while it runs; a stage's time is without the stages inside it.

    python benchmarks/stages.py group.json '{"exclusivity": "green-alone"}' 60 problem.pickle prove|explain
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from child import Clock, peak

import subvent.derivation
import subvent.plan
import subvent.problem
from subvent.collector import collect_rarely
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_with_remarks

STAGES = ("load packs", "read", "facts", "derive", "model", "optimise", "certify", "explain")
WATCHED = (
    (subvent.derivation, "facts", "facts"),
    (subvent.derivation, "given", "facts"),
    (subvent.plan, "pose", "model"),
    (subvent.plan, "choose", "optimise"),
    (subvent.plan, "write", "certify"),
    (subvent.plan, "certified_bound", "certify"),
    (subvent.plan, "finished", "explain"),
    (subvent.plan, "account_of", "explain"),
    (subvent.plan, "_losses", "explain"),
)
"""Where each stage is called from, by its name there."""


class Stopwatch:
    """Adds up the time of stages that call one another: an outer one stands still for an inner one."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, dict[str, float]] = defaultdict(
            lambda: dict.fromkeys(("cpu", "wall"), 0.0)
        )
        self._running: list[tuple[str, Clock]] = []

    def timed(self, stage: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What the function returns, its time counted for the stage."""
        self._stop()
        self._running.append((stage, Clock()))
        try:
            return function(*arguments, **named)
        finally:
            self._stop()
            self._running.pop()
            if self._running:
                self._running[-1] = (self._running[-1][0], Clock())

    def watch(self, module: ModuleType, name: str, stage: str) -> None:
        """Count the calls of a module's function for a stage."""
        function = getattr(module, name)
        setattr(module, name, lambda *given, **named: self.timed(stage, function, *given, **named))

    @property
    def stage(self) -> str:
        """What is running."""
        return self._running[-1][0] if self._running else ""

    def _stop(self) -> None:
        if self._running:
            stage, clock = self._running[-1]
            taken = clock.taken()
            for unit in ("cpu", "wall"):
                self.seconds[stage][unit] += taken[unit]
            self.seconds[stage]["peak"] = taken["peak"]


class Derivation(InProcess):
    """clingo in this process, the first derivation counted as a stage of its own."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def derive(self, *given: Any, **named: Any) -> Any:
        """The one model of a stratified program."""
        if self._watch.stage != "model":
            return super().derive(*given, **named)
        return self._watch.timed("derive", super().derive, *given, **named)


class Proven(Exception):  # noqa: N818 - not an error: the plan is proven, and not to be explained
    """Ends the pipeline where nothing more is asked for."""


def measured(path: Path, readings: Mapping[str, str], limit: float, keep: Path, *, explain: bool) -> None:
    """Plan a file and print what each stage took, a line whenever more is known; the last is the result.

    The posed problem is kept for the peers. `limit` is in seconds of wall time for the optimum.
    """
    watch, told = Stopwatch(), {"status": "not posed"}

    def tell(**more: Any) -> None:
        told.update(more, stages=watch.seconds, peak=peak())
        print(json.dumps(told), flush=True)

    def kept(*given: Any) -> Any:
        problem = posed(*given)
        keep.write_bytes(pickle.dumps(problem))
        tell(status="not proven", candidates=len(problem.candidates), atoms=len(problem.atoms))
        return problem

    def chosen(problem: Any, _: Limits) -> Any:
        best = choose(problem, Limits(deadline=time.monotonic() + limit))
        told["total"] = sum(best.fen.values())
        return best

    def bounded(*given: Any) -> int:
        bound = certified(*given)
        # What follows only explains.
        tell(bound=bound, status="optimal" if bound == told["total"] else "feasible")
        if not explain:
            raise Proven
        return bound

    for module, name, stage in WATCHED:
        watch.watch(module, name, stage)
    posed, choose, certified = subvent.plan.pose, subvent.plan.choose, subvent.plan.certified_bound
    subvent.plan.pose, subvent.plan.choose, subvent.plan.certified_bound = kept, chosen, bounded
    policies = watch.timed("load packs", load_policies)
    portfolio, _ = watch.timed("read", read_with_remarks, path, vocabulary_of(policies))
    with suppress(Proven):
        subvent.plan.plan_rows(portfolio, policies, readings, Derivation(watch))
        tell(explained=True)


if __name__ == "__main__":
    file, chosen, seconds, problem_file, last = sys.argv[1:]
    collect_rarely()  # as the command does
    measured(Path(file), json.loads(chosen), float(seconds), Path(problem_file), explain=last == "explain")
