"""What it would take: the smallest changes of facts that make a claim possible, or part of the best plan.

    answers = takes_of(Path("group.xlsx"), "P1", "lamp")
    for way in answers.takes[0].possible: ...

Nothing here knows a condition of the law: changes are tried on the exact grid of each fact, and what follows
is derived and planned anew for the whole portfolio. A change that is told as the least was tried, and so was
one step less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from subvent.diagnostics import InputError, diagnostic
from subvent.logic.session import ChildProcess, Grounder
from subvent.memory import bounded
from subvent.optimise.search import Limits
from subvent.outline import limited, words_of
from subvent.plan import read_input
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio
from subvent.problem import resolve_readings
from subvent.takes.answer import Asked
from subvent.takes.question import named, understood
from subvent.takes.result import Answers, FactChange, Takes, Way
from subvent.takes.variations import Variations

__all__ = ["Answers", "FactChange", "Takes", "Way", "takes_of", "takes_of_rows"]


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
    limits = limited(time_limit)
    policy_set, portfolio, _ = read_input(path, policies)
    with bounded(), ChildProcess(time_limit) as grounder:
        return takes_of_rows(
            portfolio,
            policy_set,
            (subject, benefit, year),
            grounder,
            allowed=allowed,
            readings=readings,
            limits=limits,
        )


def takes_of_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    asked: tuple[str, str | None, int | None],
    grounder: Grounder,
    *,
    allowed: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Answers:
    """The same for a portfolio that is already read; `asked` are subject, benefit and year."""
    answers = resolve_readings(policies, readings or {})
    question = understood(policies, portfolio, *asked, allowed)
    variations = Variations(policies, portfolio, answers, grounder, limits or Limits())
    variations.measure(question.measures)
    (now,) = variations.derive([frozenset()])
    benefits = [b for b in question.benefits if not now.has(("aside", (b.constant,)))]
    if not benefits and question.benefits:
        raise InputError(diagnostic("why.only-beside", benefit=question.benefits[0].name))
    return Answers(
        file=portfolio.file,
        sha256=portfolio.sha256,
        total_fen=variations.plan(frozenset()).total,
        takes=tuple(Asked(variations, question, benefit).answer() for benefit in benefits),
        allowed=named(question.measures),
        left_out=named(question.left_out),
        words=words_of(policies, portfolio),
    )
