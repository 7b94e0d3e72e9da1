"""Which rows a question has to do with: those are planned anew under every change, the others once or never.

Rows that no reference connects with any that may change have nothing to do with it where the rules are local
and no limit is shared (`about.py`). What is left out of a small portfolio is planned once, so that totals are
those of all rows; of a large one they are those of the connected rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from subvent.logic.session import Grounder
from subvent.optimise.search import Limits
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.shards import parts_of
from subvent.portfolio.types import Portfolio
from subvent.problem import pose
from subvent.questions.about import SMALL, connected_part
from subvent.questions.outline import Outline, outlined
from subvent.questions.takes.measures import Measure, all_stated

FEW = 30
"""Rows up to which all are planned anew: it takes no longer than to find out what may be left out."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that are planned anew under every change.

    `cut`: others were left out; `beside` is the best plan of those, None where they were not planned.
    """

    rows: Portfolio
    cut: bool = False
    beside: Outline | None = None

    @property
    def whole(self) -> bool:
        """Whether totals are those of all rows."""
        return not self.cut or self.beside is not None


def scope_of(  # noqa: PLR0913, PLR0917 - what every planning takes, and what may change
    portfolio: Portfolio,
    policies: PolicySet,
    answers: Mapping[str, str],
    grounder: Grounder,
    limits: Limits,
    measures: Iterable[Measure],
    ids: Collection[str] = (),
    few: int = FEW,
) -> Scope:
    """The rows that some measures, and the rows of these ids, have to do with.

    Up to `few` rows are never cut. Raises PolicyError, ResourceError.
    """
    moving = list(measures)
    if _size(portfolio) <= few:
        return Scope(portfolio)
    held = {*ids, *(measure.row.id for measure in moving)}
    part = connected_part(portfolio, policies, answers, held, all_stated(portfolio, moving))
    if _size(part) == _size(portfolio):
        return Scope(portfolio)
    if _size(portfolio) > SMALL:
        return Scope(part, cut=True)
    others = _without(portfolio, {row.id for rows in part.rows.values() for row in rows})
    problem = pose(policies, vocabulary_of(policies), others, answers, grounder, "decision")
    return Scope(part, cut=True, beside=outlined(problem, limits))


def scopes_of(
    portfolio: Portfolio,
    policies: PolicySet,
    answers: Mapping[str, str],
    measures: Iterable[Measure],
    few: int = FEW,
) -> list[Scope]:
    """The rows that measures have to do with, those that are connected together; others are not planned."""
    moving = list(measures)
    held = {measure.row.id for measure in moving}
    if not held:
        return []
    stating = all_stated(portfolio, moving)
    part = (
        portfolio if _size(portfolio) <= few else connected_part(portfolio, policies, answers, held, stating)
    )
    if part is portfolio:
        return [Scope(portfolio)]
    return [Scope(one, cut=True) for one in parts_of(part, vocabulary_of(policies))]


def _size(portfolio: Portfolio) -> int:
    return sum(map(len, portfolio.rows.values()))


def _without(portfolio: Portfolio, ids: Collection[str]) -> Portfolio:
    """The portfolio without some rows."""
    rows = {
        name: tuple(row for row in listed if row.id not in ids) for name, listed in portfolio.rows.items()
    }
    return portfolio._replace(rows=rows)
