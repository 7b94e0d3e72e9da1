"""Branch and bound over exact bounds: the best point of a problem, and a tree that proves it.

Nodes are taken best bound first. Each node's bound comes from multipliers checked in integers, so
the tree is a certificate as it stands, finished or not: an open node is a leaf with its own bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import count
from math import floor
from time import monotonic
from typing import TYPE_CHECKING

from subvent.optimise.ascent import ascended
from subvent.optimise.bounds import below, face, infeasibility, proof, proof_of, usual_denominator
from subvent.optimise.branching import undecided
from subvent.optimise.exchanged import exchanged
from subvent.optimise.fixing import completed
from subvent.optimise.incumbent import near, searched, whole
from subvent.optimise.lifting import lifted
from subvent.optimise.problem import (
    Problem,
    gives_way,
    is_whole,
    lawful,
    lowest,
    propagated,
    worth,
)
from subvent.optimise.relaxation import Guess, Relaxation
from subvent.optimise.tree import Node, Outcome, highest, leaves
from subvent.process.progress import SILENT, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_PATIENCE = 40
"""Nodes before other solvers are asked for a point."""

_LARGE = 300
"""Open variables of a problem for which they are asked at once."""

_LONG = 5_000
"""Variables from which on even a relaxation takes longer than anyone waits when the time is over."""

_MIDDLING = 80
"""Open variables from which on the neighbourhood of the relaxation is searched before branching."""

_VAST = 20_000
"""Open variables from which on choices are exchanged for others before other solvers are asked."""

_DIVES, _DIVES_KNOWN = 3, 1
"""Nodes in which a point is sought by rounding; later ones, and most where some are known, rely on those."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be spent on a component: the same on every machine, but for `deadline`.

    `nodes` are nodes of branch and bound, `work` the sum of their sizes (rows and variables);
    `effort` is CP-SAT's deterministic time (0: no other solver is asked about the whole); `deadline` is a
    moment of `time.monotonic()`, None for no limit in wall time. `progress` hears how far it has come, and
    may end the search. `hurried`: the time is over while much is left, and nothing is to be relaxed any more.
    """

    nodes: int = 3000
    work: int = 2_000_000
    effort: float = 4.0
    deadline: float | None = None
    progress: Progress = SILENT
    hurried: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing new should be begun: the deadline is past, or the search was stopped."""
        return self.progress.stopped or (self.deadline is not None and monotonic() >= self.deadline)


@dataclass(slots=True)
class Budget:
    """What is left of the limits while one component is optimised.

    `told`: what is searched is the money of a whole component, and is told of. `wanted`: what is to be large
    where nothing is lost on a bound; None where no point is sought there beforehand. `first`: the variables
    that decide most, which are split at before others.
    """

    limits: Limits
    nodes: int = 0
    work: int = 0
    told: bool = False
    wanted: Sequence[int] | None = None
    first: Collection[int] = ()

    def spend(self, problem: Problem) -> None:
        """Count one node."""
        self.nodes += 1
        self.work += len(problem.rows) + len(problem.lower)

    def over(self) -> bool:
        """Whether the time is over, or the search was stopped: a long call asks that often."""
        return self.limits.over

    def hurries(self, problem: Problem) -> bool:
        """Whether there is no time left to relax a problem: small ones take little, unless they are many."""
        return self.limits.over and (self.limits.hurried or len(problem.lower) >= _LONG)

    @property
    def seconds_left(self) -> float | None:
        """Wall time until the deadline."""
        return None if self.limits.deadline is None else self.limits.deadline - monotonic()

    @property
    def exhausted(self) -> bool:
        """Whether a limit is reached."""
        return self.nodes >= self.limits.nodes or self.work >= self.limits.work or self.limits.over


@dataclass
class _Search:
    problem: Problem
    objective: Sequence[int]
    budget: Budget
    guess: Guess | None = None
    """What the relaxation of the whole says, where it is known beforehand."""
    relaxation: Relaxation | None = None
    """Loaded when it is first asked."""
    elastic: Relaxation | None = None
    """The one of least violation, likewise."""
    values: tuple[int, ...] | None = None
    value: int | None = None
    dives: int = _DIVES
    slack: int = 0
    visited: int = 0
    exact: bool = True

    @cached_property
    def usual(self) -> int:
        """The denominator of bounds without a point."""
        return usual_denominator(self.problem)

    @cached_property
    def pulling(self) -> bool:
        """Whether a variable's pull on the bound counts: it tells more where what is split is yes or no."""
        return bool(self.budget.first) or (self.budget.wanted is not None and not gives_way(self.problem))

    def offer(self, values: tuple[int, ...] | None) -> None:
        """Keep a point if it is better than the best, or the first."""
        if values is not None and (self.value is None or worth(self.objective, values) > self.value):
            self.values, self.value = values, worth(self.objective, values)

    def node(self, problem: Problem) -> Node:
        """Bound a part of the problem, and look for a point in it."""
        self.visited += 1
        self.budget.spend(problem)
        if problem.lower == problem.upper and not lawful(problem, problem.lower):
            return self._impossible(problem)
        guess = self._guess(problem)
        if self.visited == 1 and self.budget.hurries(problem):
            found = ascended(problem, self.objective, guess.multipliers)
            return Node(problem, found, wishes=guess.values)
        # Not sure is as good as not possible, unless it was ended: a fen of an amount is less than it sees.
        if guess.feasible is False or not (guess.feasible or guess.values or self.budget.limits.over):
            return self._impossible(problem)
        decided = guess.feasible is True and guess.settled and is_whole(problem, guess.values)
        point = self._point(problem, guess, decided=decided) if guess.feasible else None
        self.offer(point)
        whole = point if decided else None
        multipliers = guess.multipliers or [0.0] * len(problem.rows)
        found = proof_of(
            problem, self.objective, multipliers, whole, self.slack, self.usual, exact=self.exact
        )
        return Node(problem, found, wishes=guess.values or _middle(problem))

    def _guess(self, problem: Problem) -> Guess:
        known, self.guess = self.guess, None
        if known is not None:
            return known
        if not problem.rows or self.problem.lower == self.problem.upper:
            # No row binds: every variable goes where the objective pulls it.
            ends = zip(self.objective, problem.lower, problem.upper, strict=True)
            return Guess(feasible=True, values=[float(b if c > 0 else a) for c, a, b in ends], multipliers=[])
        if self.visited == 1 and self.budget.hurries(problem):
            return Guess(feasible=None, values=[], multipliers=[])
        if self.relaxation is None:
            self.relaxation = Relaxation(self.problem, self.objective)
        return self.relaxation.solve(problem.lower, problem.upper, over=self.budget.over)

    def _point(self, problem: Problem, guess: Guess, *, decided: bool) -> tuple[int, ...] | None:
        if decided and lawful(problem, rounded := tuple(map(round, guess.values))):
            return rounded
        return completed(problem, guess.values, self.objective) if self.visited <= self.dives else None

    def _impossible(self, problem: Problem) -> Node:
        if self.elastic is None:
            self.elastic = Relaxation(self.problem, self.objective, elastic=True)
        guess = self.elastic.solve(problem.lower, problem.upper)
        found = infeasibility(problem, guess.multipliers)
        if found is None:
            nothing = proof(problem, self.objective, 1, [0] * len(problem.rows))
            return Node(problem, nothing, wishes=_middle(problem))
        least = lowest(self.problem, self.objective)
        least = least if self.value is None else min(least, self.value)
        return Node(problem, below(problem, self.objective, found, least))

    def is_open(self, node: Node) -> bool:
        """Whether a node may hold a better point."""
        return node.wishes is not None and (self.value is None or node.proof.bound > self.value + self.slack)

    def exchange(self, root: Node) -> None:
        """Look for a better point where the best so far leaves room that all may share."""
        if self.values is not None:
            self.offer(exchanged(self.problem, self.objective, root.proof, self.values, self.budget.over))

    def refresh(self, leaf: Node) -> None:
        """Bound a leaf anew, under the objective that there is now."""
        fresh = self.node(leaf.problem)
        leaf.proof, leaf.wishes, leaf.stale = fresh.proof, fresh.wishes, False

    def tell(self, bound: int) -> None:
        """Tell the best so far and what bounds it, where these are the money of a whole component."""
        if self.budget.told:
            self.budget.limits.progress.nearer(self.value, bound)

    def branch(self, node: Node) -> bool:
        """Split a node in two; False when nothing in it has a choice left."""
        wishes, node.wishes = node.wishes or (), None
        pulling = node.proof if self.pulling else None
        j = undecided(node.problem, wishes, self.objective, pulling, self.budget.first)
        if j is None:
            return False
        low, high = node.problem.lower[j], node.problem.upper[j]
        at = min(max(floor(wishes[j]), low), high - 1)
        upper = (*node.problem.upper[:j], at, *node.problem.upper[j + 1 :])
        lower = (*node.problem.lower[:j], at + 1, *node.problem.lower[j + 1 :])
        node.variable, node.at = j, at
        node.children = (
            self._part(node, node.problem._replace(upper=upper)),
            self._part(node, node.problem._replace(lower=lower)),
        )
        return True

    def _part(self, node: Node, problem: Problem) -> Node:
        """A part of a node, bounded by the node's multipliers where those say more than its own.

        Where a part misses a row by less than the solver sees, it has none of its own.
        """
        part = self.node(problem)
        if part.proof.bound > node.proof.bound:
            part.proof = proof(problem, self.objective, node.proof.denominator, node.proof.multipliers)
        return part


def search(
    problem: Problem,
    objective: Sequence[int],
    budget: Budget,
    known: tuple[int, ...] | None = None,
    least: int | None = None,
    slack: int = 0,
    guess: Guess | None = None,
) -> Outcome:
    """Find the best point of the problem, with the tree that bounds everything else.

    `known` is a lawful point to start from, `guess` the answer of the problem's relaxation. `least` is a
    value that another part of the whole already reached: what lies below it need not be looked into. The
    outcome is `closed` when no leaf's bound lies more than `slack` above the best value (or `least`).
    """
    work = _Search(problem, objective, budget, guess, value=least, slack=slack, exact=least is None)
    work.offer(known)
    if work.value is not None:
        work.dives = _DIVES_KNOWN
    root = work.node(problem)
    if guess is not None and not guess.settled:
        work.exchange(root)
        root = work.node(problem) if work.is_open(root) and not budget.over() else root
    asked = budget.limits.over
    if asked and work.is_open(root):
        work.offer(lifted(problem, objective, root.wishes or ()))
    if not asked and work.is_open(root) and root.wishes is not None and len(problem.free) >= _MIDDLING:
        if budget.wanted is None or gives_way(problem):
            work.offer(near(problem, objective, root.wishes, budget))
        if work.is_open(root) and len(problem.free) >= _VAST:
            work.exchange(root)
        work.dives = _DIVES if work.value is None else _DIVES_KNOWN
        if work.is_open(root) and budget.wanted is not None:
            work.offer(_as_good_as_bounded(root, budget.wanted, budget))
        if work.is_open(root) and len(problem.free) >= _LARGE:
            asked = True
            _ask(work)
    return _finished(work, root, asked=asked)


def _as_good_as_bounded(node: Node, wanted: Sequence[int], budget: Budget) -> tuple[int, ...] | None:
    """Of the points that lose less than 1 on a node's bound the best in what is wanted.

    Where there is none, that is soon seen.
    """
    region = propagated(face(node.problem, node.proof, node.proof.numerator % node.proof.denominator))
    return None if region is None else whole(region, wanted, budget)


def search_within(
    relaxation: Relaxation,
    problem: Problem,
    objective: Sequence[int],
    budget: Budget,
    near: Callable[[], tuple[int, ...] | None],
    least: int | None = None,
    slack: int = 0,
) -> Outcome:
    """The best point of a part of a problem whose relaxation is loaded, which goes on from where it ended.

    `near` finds a lawful point where the relaxation finds none: no other solver is asked; `least` and `slack`
    as in `search`.
    """
    work = _Search(
        problem, objective, budget, None, relaxation, value=least, slack=slack, exact=False, dives=0
    )
    root = work.node(problem)
    if work.is_open(root):
        work.offer(near())
    return _finished(work, root, asked=True)


def search_again(
    before: Outcome, objective: Sequence[int], budget: Budget, known: tuple[int, ...], slack: int = 0
) -> Outcome:
    """The best point of the same problem under another objective, in the tree of the search before.

    Multipliers bound every objective: a leaf is relaxed anew, and split, only where its own do not suffice
    any more. The tree before is changed.
    """
    root, relaxation = before.root, before.relaxation
    work = _Search(root.problem, objective, budget, relaxation=relaxation, dives=_DIVES_KNOWN, slack=slack)
    if relaxation is not None:
        relaxation.reprice(objective)
    work.offer(known)
    for leaf in leaves(root):
        leaf.proof = proof(leaf.problem, objective, leaf.proof.denominator, leaf.proof.multipliers)
        leaf.wishes, leaf.stale = (), True
    return _finished(work, root, asked=False)


def _finished(work: _Search, root: Node, *, asked: bool) -> Outcome:
    """Split what is open until nothing is, or a limit is reached."""
    problem, budget = work.problem, work.budget
    turn = count()
    waiting = [(-leaf.proof.bound, next(turn), leaf) for leaf in leaves(root)]
    heapify(waiting)
    while waiting and not budget.exhausted:
        node = heappop(waiting)[2]
        if not work.is_open(node):
            continue
        work.tell(node.proof.bound)
        if not asked and work.visited >= _PATIENCE:
            asked = True
            _ask(work)
        if node.stale:
            work.refresh(node)
            heappush(waiting, (-node.proof.bound, next(turn), node))
        elif work.is_open(node) and work.branch(node):
            for child in node.children:
                heappush(waiting, (-child.proof.bound, next(turn), child))
    if work.value is None and budget.exhausted and lawful(problem, problem.lower):
        # Where the limits end everything, nothing at all is still a lawful choice.
        work.offer(problem.lower)
    closed = work.value is not None and highest(root) <= work.value + work.slack
    return Outcome(work.values, work.value, root, closed, work.relaxation)


def _ask(work: _Search) -> None:
    budget = work.budget
    if not budget.limits.effort:
        return
    work.offer(found := whole(work.problem, work.objective, budget))
    if found is not None:
        return
    point = searched(work.problem, work.objective, work.values, budget)
    if point is not None:
        work.offer(point.values)


def _middle(problem: Problem) -> list[float]:
    return [(a + b) / 2 for a, b in zip(problem.lower, problem.upper, strict=True)]
