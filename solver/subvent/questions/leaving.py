"""Plans set side by side: what keeps out of the second each claim that only the first one holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

from subvent.decision import bound_by_own_rules
from subvent.explain.forced import Forcing, Shared
from subvent.explain.insisted import Force
from subvent.explain.own_limits import broken_each
from subvent.explain.room import Room
from subvent.logic.session import ChildProcess, Grounder, InProcess
from subvent.logic.terms import Atom, Term
from subvent.problem import Problem
from subvent.questions.outline import Change, Line

Forces = tuple[Force, ...]


class Beside(NamedTuple):
    """What of a plan cannot stay beside a further claim.

    `leaving` are the claims that none of the limits named lets stay; `shared` the limits that leave no room
    for all of the others, without saying which of them goes.
    """

    leaving: tuple[Change, ...]
    shared: tuple[Shared, ...]


@contextmanager
def judge(problem: Problem) -> Iterator[Grounder]:
    """What evaluates the packs' own rules about claims: a child process, where there are such rules."""
    if bound_by_own_rules(problem.policies, problem.groups):
        with ChildProcess() as grounder:
            yield grounder
    else:
        yield InProcess()


class Leaving:
    """The limits of a problem, asked which of them leave no room for a claim beside those of a plan."""

    def __init__(self, problem: Problem, grounder: Grounder) -> None:
        self._problem, self._grounder = problem, grounder
        self._constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}
        self._has_own = bound_by_own_rules(problem.policies, problem.groups)

    def forced(self, changes: Iterable[Change], after: Mapping[Line, int]) -> tuple[Change, ...]:
        """The changes, with what forces those that go, or bring less, in the second plan.

        These are limits that are full there, caps that are used up, and the packs' own rules that the claim
        would break. `after` holds the claims of that plan with their fen.
        """
        found = tuple(changes)
        lost = [one for one in found if (one.after or 0) < (one.before or 0)]
        if not lost:
            return found
        room = self.room(after)
        own = self._own_forces([one.line for one in lost if one.after is None], after)
        told = {
            one.line: (*self.out(self.claim(one.line), room), *own.get(one.line, ()))
            if one.after is None
            else self._forcing.cutting(self.claim(one.line), room)
            for one in lost
        }
        return tuple(one._replace(forced=told.get(one.line, ())) for one in found)

    def beside(self, claim: Atom, held: Mapping[Line, int]) -> Beside:
        """What of the claims of a plan cannot stay beside a further one."""
        lines = {self.claim(line): line for line in held}
        room = self._forcing.room({}, {claim})
        pairs = self._own_pairs(claim, held)
        forced = {line: (*self.out(atom, room), *pairs.get(line, ())) for atom, line in lines.items()}
        out = {line: forces for line, forces in forced.items() if forces}
        further, left_over = self._own_rest(claim, [line for line in held if line not in out])
        out |= further
        rest = {line: fen for line, fen in held.items() if line not in out}
        shared = self._forcing.shared(claim, self._problem.worth.get(claim, 0), self.room(rest))
        leaving = tuple(Change(line, held[line], None, out[line]) for line in held if line in out)
        return Beside(leaving, (*shared, *left_over))

    def room(self, claims: Mapping[Line, int]) -> Room:
        """What the claims of a plan leave."""
        fen = {self.claim(line): amount for line, amount in claims.items()}
        rows = {self.claim(line): line.made_for for line in claims if line.made_for}
        return self._forcing.room(fen, frozenset(self._problem.chosen(fen, rows)))

    def out(self, claim: Atom, room: Room) -> Forces:
        """The limits that keep a claim out of a plan that leaves so much room."""
        return self._forcing.of(claim, room)

    def claim(self, line: Line) -> Atom:
        """A line of a plan as the atom that its problem has for it."""
        return ("claim", line.applicant, line.subject, (self._constants[line.benefit],), line.year)

    # ── rules of the packs' own ──────────────────────────────────────────────────────────────────────

    def _own_forces(self, lines: Sequence[Line], after: Collection[Line]) -> dict[Line, Forces]:
        """The packs' own rules that each of some claims would break beside those of a lawful plan."""
        if not self._has_own or not lines:
            return {}
        made = [atom for line in after for atom in self._made(line)]
        broken = broken_each(self._problem, [[*made, *self._made(line)] for line in lines], self._grounder)
        return dict(zip(lines, map(self._named, broken), strict=True))

    def _own_pairs(self, claim: Atom, held: Collection[Line]) -> dict[Line, Forces]:
        """The packs' own rules that the claim breaks with one of a plan, and neither of them by itself."""
        if not self._has_own:
            return {}
        new, lines = self._making(claim, ()), list(held)
        sets = [new, *([*new, *self._made(line)] for line in lines), *(self._made(line) for line in lines)]
        alone, *others = map(set, broken_each(self._problem, sets, self._grounder))
        both, single = others[: len(lines)], others[len(lines) :]
        return {
            line: self._named(two - one - alone) for line, two, one in zip(lines, both, single, strict=True)
        }

    def _own_rest(self, claim: Atom, held: Sequence[Line]) -> tuple[dict[Line, Forces], tuple[Shared, ...]]:
        """What the packs' own rules demand of the rest of a plan: which claims go, and what is left broken.

        A claim goes where a broken rule is kept without it, and without no other: what rested on a claim that
        had to make room. Where several could go, or none alone suffices, the rule is told with those.
        """
        out: dict[Line, Forces] = {}
        while self._has_own:
            rest = [line for line in held if line not in out]
            made = [self._made(line) for line in rest]
            new = self._making(claim, rest)
            every = [*new, *(atom for one in made for atom in one)]
            less = [[atom for atom in every if atom not in one] for one in made]
            broken, *without = broken_each(self._problem, [every, *less], self._grounder)
            healing = {
                limit: [line for line, left in zip(rest, without, strict=True) if limit not in left]
                for limit in broken
            }
            alone = [(lines[0], limit) for limit, lines in healing.items() if len(lines) == 1]
            for line, limit in alone:
                out[line] = (*out.get(line, ()), self._forcing.own(limit))
            if not alone:
                return out, tuple(
                    Shared(self._forcing.own(limit), tuple(map(self.claim, lines)))
                    for limit, lines in healing.items()
                )
        return out, ()

    def _making(self, claim: Atom, beside: Sequence[Line]) -> list[Atom]:
        """What making a claim makes true, for the row with which it breaks fewest of the packs' own rules."""
        rows = self._problem.options.get((claim[2], claim[3]), [])
        ways = [self._problem.chosen([claim], {claim: row}) for row in rows] or [[claim]]
        if len(ways) == 1:
            return ways[0]
        made = [atom for line in beside for atom in self._made(line)]
        broken = broken_each(self._problem, [[*made, *way] for way in ways], self._grounder)
        return min(zip(ways, broken, strict=True), key=lambda way: len(way[1]))[0]

    def _made(self, line: Line) -> list[Atom]:
        claim = self.claim(line)
        return self._problem.chosen([claim], {claim: line.made_for} if line.made_for else {})

    def _named(self, limits: Iterable[Term]) -> Forces:
        return tuple(map(self._forcing.own, limits))

    @cached_property
    def _forcing(self) -> Forcing:
        return Forcing(self._problem)
