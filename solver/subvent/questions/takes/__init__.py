"""What it would take: the smallest changes of facts that make a claim possible, or part of the best plan.

    answers = takes_of(Path("group.xlsx"), "P1", "lamp")
    for way in answers.takes[0].possible: ...

Nothing here knows a condition of the law: changes are tried on the exact grid of each fact, and what follows
is derived and planned anew for all rows that have to do with it. A change that is told as the least was
tried, and so was one step less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from subvent.diagnostics import InputError, ResourceError, diagnostic
from subvent.logic.session import DEFAULT_SECONDS, Grounder
from subvent.optimise.search import Limits
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.problem import resolve_readings
from subvent.questions.outline import limited, opened, words_of
from subvent.questions.takes.answer import Asked
from subvent.questions.takes.question import Question, named, understood
from subvent.questions.takes.rates import Rates
from subvent.questions.takes.result import Answers, FactChange, Jump, Rate, Takes, Way
from subvent.questions.takes.scope import FEW, Scope, scope_of
from subvent.questions.takes.variations import CoupledError, LateError, Variations, within_time

__all__ = ["Answers", "FactChange", "Jump", "Rate", "Takes", "Way", "takes_of", "takes_of_rows"]


def takes_of(  # noqa: PLR0913 - the question, and what every planning takes
    path: Path,
    subject: str,
    benefit: str | None = None,
    year: int | None = None,
    *,
    allowed: Sequence[str] = (),
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Answers:
    """What it would take for a subject of the portfolio in a file to be claimed under its benefits.

    `benefit` and `year` narrow the question; `allowed` are `ROW.FIELD` or `ROW` that may change (none:
    what is measured or answered by yes or no of the subject, and what its applicant leaves out);
    `policies` are pack ids or directories (none: all built-in packs), `readings` the answers chosen for
    open questions, `time_limit` seconds. Raises InputError, PolicyError, ResourceError.
    """
    limits = limited(DEFAULT_SECONDS if time_limit is None else time_limit)
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        return takes_of_rows(
            portfolio,
            policy_set,
            (subject, benefit, year),
            grounder,
            allowed=allowed,
            readings=readings,
            limits=limits,
        )


def takes_of_rows(  # noqa: PLR0913 - all but the first four have defaults
    portfolio: Portfolio,
    policies: PolicySet,
    asked: tuple[str, str | None, int | None],
    grounder: Grounder,
    *,
    allowed: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    few: int = FEW,
) -> Answers:
    """The same for a portfolio that is already read; `asked` are subject, benefit and year.

    Of more than `few` rows only those are planned anew that have to do with what may change.
    """
    answers = resolve_readings(policies, readings or {})
    question = understood(policies, portfolio, *asked, allowed)
    within = limits or Limits()
    try:
        scope = scope_of(
            portfolio, policies, answers, grounder, within, question.measures, {question.row.id}, few
        )
        try:
            return _answered(Variations(policies, scope, answers, grounder, within), question, portfolio)
        except CoupledError:
            whole = Variations(policies, Scope(portfolio), answers, grounder, within)
            return _answered(whole, question, portfolio)
    except LateError:
        raise ResourceError(diagnostic("plan.nothing-found")) from None


def _answered(variations: Variations, question: Question, portfolio: Portfolio) -> Answers:
    variations.measure(question.measures)
    (world,) = variations.derive([frozenset()])
    benefits = [b for b in question.benefits if not world.has(("aside", (b.constant,)))]
    if not benefits and question.benefits:
        raise InputError(diagnostic("why.only-beside", benefit=question.benefits[0].name))
    now = variations.plan(frozenset())
    takes = tuple(Asked(variations, question, benefit).answer() for benefit in benefits)
    rates, rates_complete = within_time(Rates(variations).found())
    rows = sum(map(len, variations.portfolio.rows.values()))
    return Answers(
        file=portfolio.file,
        sha256=portfolio.sha256,
        total_fen=now.total,
        rows=None if variations.scope.whole else rows,
        takes=takes,
        rates=tuple(rates),
        rates_complete=rates_complete,
        allowed=named(question.measures),
        left_out=named(question.left_out),
        words=words_of(variations.policies, portfolio),
    )
