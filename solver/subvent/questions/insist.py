"""What insisting on claims costs: the best plan that holds them, beside the best there is.

questions = questions_about(Path("group.xlsx"), "P1", "lamp")
print(questions.text("P1", "lamp"))

Only the components that the claims lie in are solved again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from subvent.choice import Chosen, claimed, preferences
from subvent.explain.insisted import Insisted
from subvent.explain.why import Questions
from subvent.logic.terms import text
from subvent.model.linear import joined, require_one
from subvent.optimise.search import Limits
from subvent.optimise.whole import Whole, optimise_whole
from subvent.plan import Solved
from subvent.problem import Problem
from subvent.questions.about import solve_about
from subvent.questions.leaving import Leaving, judge
from subvent.questions.outline import Change, Outline, changes, limited, moved, outline_of, words_of
from subvent.result import Plan, Unclaimed

MOST = 20
"""Outbid entries of one question up to which it is told of each what insisting on it changes."""
_SECONDS, _LINES = 20, 300_000
"""What telling it of all outbid entries of a plan may take: seconds, and lines of plans set side by side."""


class Together(NamedTuple):
    """Claims can stand together: the best plan that holds them, beside the best there is.

    `changes` are the claims that come, go or bring something else for it, with the limits that force out
    what goes.
    """

    best: Outline
    held: Outline
    changes: tuple[Change, ...]

    @property
    def proven(self) -> bool:
        """Whether both plans are proven to be best, and with them the difference."""
        return self.best.proven and self.held.proven

    @property
    def loss(self) -> int:
        """What insisting costs, in fen."""
        return self.best.total - self.held.total


class Insisting:
    """The best plan of a problem, asked what it costs to hold claims that it does not hold."""

    def __init__(self, problem: Problem, best: Chosen) -> None:
        self._problem, self._whole = problem, best.whole
        self.best = outline_of(problem, best, best.whole.bound)
        self._preferred = preferences(problem)
        self._always = {name for name, value in problem.model.settled if value}
        self._home = {v.name: k for k, part in enumerate(best.whole.parts) for v in part.variables}

    def together(
        self, demands: Iterable[Collection[str]], limits: Limits, leaving: Leaving
    ) -> Together | None:
        """The best plan that makes one claim of each demand; None where none was found.

        Claims go by the names of their variables; `leaving` tells what forces out those that go.
        """
        held = self.held(demands, limits)
        if held is None:
            return None
        return Together(self.best, held, leaving.forced(changes(self.best, held), held.claims))

    def held(self, demands: Iterable[Collection[str]], limits: Limits) -> Outline | None:
        """The outline of that plan."""
        whole = self._holding([names for names in demands if not self._always.intersection(names)], limits)
        if not whole.found:
            return None
        return outline_of(self._problem, claimed(self._problem, self._preferred, whole.values), whole.bound)

    def _holding(self, demands: Sequence[Collection[str]], limits: Limits) -> Whole:
        whole = self._whole
        touched = {self._home[name] for names in demands for name in names if name in self._home}
        model = joined([whole.parts[k] for k in sorted(touched)])
        place = {variable.name: j for j, variable in enumerate(model.variables)}
        for number, names in enumerate(demands):
            ways = tuple(place[name] for name in names if name in place)
            model = require_one(model, ways, f"asked({number})")
        order = (*self._preferred.claims, *self._preferred.options)
        anew = optimise_whole(model, self._preferred.ties, order, limits)
        kept = [k for k in range(len(whole.parts)) if k not in touched]
        return Whole(
            (*(whole.parts[k] for k in kept), *anew.parts),
            (*(whole.solutions[k] for k in kept), *anew.solutions),
            whole.constant,
        )


def questions_about(
    path: Path,
    subject: str,
    benefit: str | None = None,
    year: int | None = None,
    *,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Questions:
    """A plan that can be asked a question, and tells of what is outbid there what insisting changes.

    That is worked out for the question alone, and where it is about no more than MOST such entries; also of
    those whose loss the plan does not tell, which had not time enough for each of so many. `time_limit` is in
    seconds. Raises InputError, also where the plan knows no such thing, PolicyError, ResourceError.
    """
    limits = limited(time_limit)
    solved, whole = solve_about(path, subject, policies, readings, time_limit)
    told: dict[tuple[str, str], Insisted] = {}
    labels = {benefit.name: benefit.label for benefit in solved.problem.policies.benefits}
    asked = Questions(solved.plan, told, labels).why(subject, benefit, year).not_claimed
    outbid = [entry for entry in asked if entry.may_be_insisted_on]
    if 0 < len(outbid) <= MOST:
        told |= insisted(solved.problem, solved.chosen, outbid, limits, whole=whole)
    return Questions(with_losses(solved.plan, told), told, labels)


def with_losses(plan: Plan, told: Mapping[tuple[str, str], Insisted]) -> Plan:
    """The plan with the losses that were not known, and now are."""

    def known(entry: Unclaimed) -> Unclaimed:
        found = told.get((entry.subject, entry.benefit)) if entry.may_be_insisted_on else None
        if found is None or entry.loss_fen is not None or not found.proven:
            return entry
        return replace(entry, loss_fen=found.loss, possible=True)

    return replace(plan, not_claimed=tuple(map(known, plan.not_claimed)))


def told_of(solved: Solved) -> dict[tuple[str, str], Insisted]:
    """What insisting on each outbid entry of a plan changes; in a large plan, of the first of them."""
    outbid = [entry for entry in solved.plan.not_claimed if entry.may_be_insisted_on]
    # What takes long comes last, as far as there is time: that of which the plan did not find the loss.
    entries = sorted(outbid, key=lambda entry: entry.loss_fen is None)
    most = max(MOST, _LINES // max(1, len(solved.plan.claims)))
    return insisted(solved.problem, solved.chosen, entries[:most], limited(_SECONDS))


def insisted(
    problem: Problem, best: Chosen, entries: Iterable[Unclaimed], limits: Limits, *, whole: bool = True
) -> dict[tuple[str, str], Insisted]:
    """What insisting on each of some outbid entries changes, by subject and benefit, as far as time allows.

    `whole`: the problem is about all rows of the portfolio, and its total that of the portfolio.
    """
    words = words_of(problem.policies, problem.portfolio)
    constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}

    found = {}
    with judge(problem) as grounder:
        insisting, leaving = Insisting(problem, best), Leaving(problem, grounder)
        for entry in entries:
            pair = (entry.subject, (constants[entry.benefit],))
            demand = [text(claim) for claim in problem.candidates if claim[2:4] == pair]
            held = None if limits.over else insisting.together([demand], limits, leaving)
            if held:
                found[entry.subject, entry.benefit] = Insisted(
                    held.held.total if whole else None,
                    held.loss,
                    tuple(moved(one, words) for one in held.changes),
                    held.proven,
                )
    return found
