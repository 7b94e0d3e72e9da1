"""What each stage from a file to an explained plan takes in the real pipeline, its children counted.

The pipeline's own functions are watched while it runs; a stage's time is without the stages inside it.
What children take meanwhile counts for the stage that asked them. The plan's claims are written beside the
problem, for those who explain them too.

    python benchmarks/stages.py group.json '{"exclusivity": "green-alone"}' 60 problem.pickle prove|explain
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from child import CHILDREN, Clock, peak, unmeasured

import subvent.account
import subvent.ahead
import subvent.derivation
import subvent.plan
import subvent.problem
from subvent.explain.why import DEFAULT_DEPTH, Questions
from subvent.logic.session import ChildProcess
from subvent.logic.terms import Atom, text
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_with_remarks
from subvent.problem import Problem
from subvent.process import memory
from subvent.process.collector import collect_rarely
from subvent.result import Plan

WATCHED = (
    (subvent.derivation, "stated", "facts"),
    (subvent.derivation, "reach_of", "shards"),
    (subvent.derivation, "locality_of", "shards"),
    (subvent.derivation, "needed_for", "shards"),
    (subvent.derivation, "shards", "shards"),
    (subvent.plan, "pose", "model"),
    (subvent.plan, "choose", "optimise"),
    (subvent.ahead, "optimise_whole", "optimise"),
    (subvent.plan, "write", "certify"),
    (subvent.plan, "bound_of_parts", "certify"),
    (subvent.plan, "account_apart", "explain"),
    (subvent.plan, "finished", "explain"),
    (subvent.plan, "account_of", "explain"),
    (subvent.plan, "losses_of", "why not"),
    (subvent.account, "unclaimed", "why not"),
    (subvent.account, "unknown_facts", "why not"),
)
"""Where each stage is called from, by its name there."""
EXPLAINING = {"explain", "why not"}
HUNDRED = 100


class Stopwatch:
    """Adds up the time of stages that call one another: an outer one stands still for an inner one."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, dict[str, float]] = defaultdict(
            lambda: dict.fromkeys(("cpu", "wall"), 0.0)
        )
        self._running: list[tuple[str, Clock]] = []
        self.deriving = ""
        """The stage that children work for, whatever is done meanwhile."""

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

        def timed(*given: Any, **named: Any) -> Any:
            # To explain, all is derived once more: that is no part of the way to the proof.
            if self.stage in EXPLAINING and stage not in EXPLAINING:
                return function(*given, **named)
            return self.timed(stage, function, *given, **named)

        setattr(module, name, timed)

    @property
    def stage(self) -> str:
        """What is running."""
        return self._running[-1][0] if self._running else ""

    def _stop(self) -> None:
        if self._running:
            stage, clock = self._running[-1]
            taken = clock.taken()
            self.seconds[stage]["cpu"] += taken["cpu"] - taken["children"]
            self.seconds[self.deriving or stage]["cpu"] += taken["children"]
            self.seconds[stage]["wall"] += taken["wall"]
            self.seconds[stage] |= {"peak": taken["peak"], "children": CHILDREN.peak()}


class Derivation(ChildProcess):
    """clingo in children, as in the command; the first derivation is counted as a stage of its own."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self.inside: Counter[str] = Counter()
        """Of a plan that was explained in children what these took, and for what."""
        super().__init__()

    def derive(self, *given: Any, **named: Any) -> Any:
        """The one model of a stratified program."""
        return self._counted(super().derive, *given, **named)

    def derive_each(self, *given: Any, **named: Any) -> Any:
        """The one model over each of several sets of facts: the clock runs while one waits for the next.

        What is done with it meanwhile is counted for its own stage, but for what the children take.
        """
        each = super().derive_each(*given, **named)
        self._watch.deriving = "derive" if self._watch.stage == "model" else self._watch.stage
        try:
            while (found := self._counted(next, each, None)) is not None:
                yield found
        finally:
            self._watch.deriving = ""

    def call_each(self, function: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What children are asked for; of explaining a shard they tell beside it what that took."""
        if function != "subvent.apart.part:explained":
            yield from super().call_each(function, parts)
            return
        for answer, taken in super().call_each("inside:explained", parts):
            self.inside.update(taken)
            yield answer

    def _counted(self, function: Callable[..., Any], *given: Any, **named: Any) -> Any:
        # A child derives a shard in a thread: the clock is that of the thread which asked for all of them.
        if self._watch.stage != "model":
            return function(*given, **named)
        return self._watch.timed("derive", function, *given, **named)


def known_children() -> None:
    """Let the clock know every child that the pipeline starts."""
    started = ChildProcess._started  # noqa: SLF001 - there is no other way to hear of them
    ChildProcess._started = lambda self: CHILDREN.add(started(self))  # noqa: SLF001


class Proven(Exception):  # noqa: N818 - not an error: the plan is proven, and not to be explained
    """Ends the pipeline where nothing more is asked for."""


def measured(path: Path, readings: Mapping[str, str], limit: float, keep: Path, *, explain: bool) -> None:
    """Plan a file and print what each stage took, a line whenever more is known; the last is the result.

    The posed problem is kept for the peers. `limit` is in seconds of wall time for the optimum.
    """
    watch, told = Stopwatch(), {"status": "not posed"}

    def tell(**more: Any) -> None:
        told.update(more, stages=watch.seconds, peak=peak(), children=CHILDREN.peak())
        print(json.dumps(told), flush=True)

    def kept(*given: Any, **named: Any) -> Any:
        problem = posed(*given, **named)
        with unmeasured():
            keep.write_bytes(pickle.dumps(problem))
        tell(status="not proven", candidates=len(problem.candidates), atoms=problem.groups.count)
        return problem

    def chosen(problem: Any, _: Limits, whole: Whole | None = None) -> Any:
        best = choose(problem, Limits(deadline=time.monotonic() + limit), whole=whole)
        told["total"] = sum(best.fen.values())
        keep.with_name("claims.json").write_text(json.dumps(claimed(problem, best.fen)), encoding="utf-8")
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
    posed, choose, certified = subvent.plan.pose, subvent.plan.choose, subvent.plan.bound_of_parts
    subvent.plan.pose, subvent.plan.choose, subvent.plan.bound_of_parts = kept, chosen, bounded
    known_children()
    with suppress(Proven), memory.bounded(), Derivation(watch) as grounder:
        policies = watch.timed("load packs", load_policies)
        portfolio, _ = watch.timed("read", read_with_remarks, path, vocabulary_of(policies))
        plan = subvent.plan.plan_rows(portfolio, policies, readings, grounder)
        tell(explained=len(plan.claims), inside=grounder.inside)
        watch.timed("words", tuple, plan.steps)
        tell()
        watch.timed("ask", ask, plan)
        tell()
        watch.timed("print", whole_trees, plan)
        tell()


def claimed(problem: Problem, claims: Iterable[Atom]) -> dict[str, Any]:
    """The claims made, and for one of them another of its subject: two that cannot stand together."""
    made = [_plain(claim) for claim in sorted(claims, key=text)]
    others = {claim[2]: _plain(claim) for claim in sorted(problem.candidates, key=text)}
    pairs = [(own, others[own[1]]) for own in made if others[own[1]][2] != own[2]]
    return {"claims": made, "pair": pairs[0] if pairs else None}


def _plain(claim: Atom) -> list[Any]:
    _, applicant, subject, (benefit,), year = claim
    return [applicant, subject, benefit, year]


def whole_trees(plan: Plan) -> None:
    """Tell of a hundred claims in full, as a reader sees it: the whole tree, with its articles."""
    questions = Questions(plan)
    for claim in plan.claims[:HUNDRED]:
        questions.text(claim.subject, claim.benefit, claim.year, depth=None)


def ask(plan: Plan) -> None:
    """Ask a loaded plan `why` of fifty of its claims and of fifty things that it does not claim."""
    questions = Questions(plan)
    entries = (*plan.claims[: HUNDRED // 2], *plan.not_claimed[: HUNDRED // 2])
    for entry in entries:
        questions.text(entry.subject, entry.benefit, depth=DEFAULT_DEPTH)


if __name__ == "__main__":
    file, chosen, seconds, problem_file, last = sys.argv[1:]
    collect_rarely()  # as the command does
    measured(Path(file), json.loads(chosen), float(seconds), Path(problem_file), explain=last == "explain")
