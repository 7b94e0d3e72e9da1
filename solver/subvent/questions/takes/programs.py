"""The rules that what is read of a derivation may rest on, however some measures are moved.

The same few rows are derived again and again, so that grounding is mostly the law that says nothing of them.
What may follow at all from what is stated, or may come to be, tells which rules can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from subvent.derivation import able_program, derivation_rules, reach_of
from subvent.policy.reach import Reach
from subvent.policy.relevance import relevance
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.questions.takes.measures import Measure, all_stated

_FEW = 4
"""Derivations for which it is not found out what may be left out: that takes as long as these do."""


class Programs:
    """The derivation of some packs, cut down to what rows may make of it; `answers` are to all questions.

    `measures` are some of those that may move: when others follow, what may come of them is found out anew.
    """

    def __init__(
        self,
        policies: PolicySet,
        vocabulary: Vocabulary,
        portfolio: Portfolio,
        answers: Mapping[str, str],
        measures: Iterable[Measure] = (),
    ) -> None:
        self._told = policies, vocabulary
        self._answers = answers
        self._rules = derivation_rules(policies)
        self._stating = portfolio
        self._covered: set[tuple[str, str]] = set()
        self._reach: Reach | None = None
        self._programs: dict[frozenset[str], str] = {}
        self._asked = 0
        self.cover(measures)

    def cover(self, measures: Iterable[Measure]) -> None:
        """These measures may move, too."""
        new = [one for one in measures if (one.row.list, one.field.name) not in self._covered]
        if new:
            self._stating = all_stated(self._stating, new)
            self._covered |= {(one.row.list, one.field.name) for one in new}
            self._reach = None
            self._programs.clear()

    def of(self, kept: frozenset[str]) -> str:
        """A program that derives the same of the predicates of these names (none: of all) as all rules do."""
        self._asked += 1
        if not kept or self._asked <= _FEW:
            return able_program(*self._told, self._stating, self._answers)
        if kept not in self._programs:
            self._programs[kept] = self._made(kept)
        return self._programs[kept]

    def _made(self, kept: frozenset[str]) -> str:
        if self._reach is None:
            self._reach = reach_of(*self._told, self._stating, self._answers, self._rules)
        if self._reach is None:
            return self._told[0].program("derivation")
        return relevance(self._rules, self._reach, kept).program
