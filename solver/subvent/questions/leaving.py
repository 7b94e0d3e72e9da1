"""Plans set side by side: what keeps out of the second each claim that only the first one holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from subvent.explain.forced import Forcing
from subvent.explain.insisted import Force
from subvent.explain.room import Room
from subvent.logic.terms import Atom
from subvent.problem import Problem
from subvent.questions.outline import Change, Line


class Leaving:
    """The limits of a problem, asked which of them leave no room for a claim beside those of a plan."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._constants = {benefit.name: benefit.constant for benefit in problem.policies.benefits}

    def forced(self, changes: Iterable[Change], after: Mapping[Line, int]) -> tuple[Change, ...]:
        """The changes, each claim that goes with the limits that are full in the second plan.

        `after` holds the claims of that plan with their fen.
        """
        found = tuple(changes)
        if all(one.after is not None for one in found):
            return found
        room = self.room(after)
        return tuple(
            one if one.after is not None else one._replace(forced=self.out(self.claim(one.line), room))
            for one in found
        )

    def beside(self, claim: Atom, held: Mapping[Line, int]) -> tuple[Change, ...]:
        """The claims of a plan that cannot stay beside a further one, whatever else goes, with the limits."""
        room = self._forcing.room({}, {claim})
        found = [Change(line, fen, None, self.out(self.claim(line), room)) for line, fen in held.items()]
        return tuple(one for one in found if one.forced)

    def room(self, claims: Mapping[Line, int]) -> Room:
        """What the claims of a plan leave."""
        fen = {self.claim(line): amount for line, amount in claims.items()}
        rows = {self.claim(line): line.made_for for line in claims if line.made_for}
        return self._forcing.room(fen, frozenset(self._problem.chosen(fen, rows)))

    def out(self, claim: Atom, room: Room) -> tuple[Force, ...]:
        """The limits that keep a claim out of a plan that leaves so much room."""
        return self._forcing.of(claim, room)

    def claim(self, line: Line) -> Atom:
        """A line of a plan as the atom that its problem has for it."""
        return ("claim", line.applicant, line.subject, (self._constants[line.benefit],), line.year)

    @cached_property
    def _forcing(self) -> Forcing:
        return Forcing(self._problem)
