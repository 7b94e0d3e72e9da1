"""What is told of open questions, against the oracle: under each answer all lawful sets of claims are tried.

Totals and regrets, the plan of least worst regret, what can be filed under every answer, answers together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tests.oracle.claims import Claim
from tests.oracle.every import every_set
from tests.oracle.facts import Case, Row
from tests.oracle.law import best, offers

from subvent.policy.loader import load_policies
from subvent.questions.open_questions import Deciding, Guaranteed, Question, ReadingsCompared
from subvent.questions.outline import Line, Outline

POLICIES = load_policies()
FEW = 6
"""Claims that may be made, up to which all sets are tried."""
MORE = 2
"""So many more may be under another answer."""
Filing = tuple[str, str, str, int, str]
Asked = tuple[str, str] | None
Sets = Mapping[frozenset[Filing], int]
"""What may be filed together, with the fen it brings."""


class View(NamedTuple):
    """What is lawful under an answer, and the most it brings in fen."""

    sets: Sets
    best: int

    def kept(self, filed: frozenset[Filing]) -> int:
        """The most that lawful ones of the claims filed bring."""
        return max(fen for one, fen in self.sets.items() if one <= filed)


def is_small(portfolio: Row, readings: dict[str, str]) -> bool:
    """Whether there is something to choose from, and all of it can be tried."""
    return 0 < len(offers(Case.of(portfolio, readings))) <= FEW


def contradicted(portfolio: Row, readings: dict[str, str], told: ReadingsCompared) -> Iterator[str]:
    """What is told that the oracle finds otherwise; nothing where another answer allows too many claims."""
    views = _views(portfolio, readings, told)
    if views is None:
        return
    base = views[None]
    if (told.base.total, base.sets.get(_filed(told.base))) != (base.best, base.best):
        yield f"the base plan comes to {told.base.total}, by the oracle {base.best}"
    if not told.proven:
        yield "not all is proven"
    yield from _of_effects(told, views)
    if told.questions:
        yield from _of_guaranteed(told.guaranteed, views)
    if told.deciding:
        yield from _of_deciding(told.deciding, told.base, told.questions, views)
    for joint in (*told.joint, *filter(None, [told.together])):
        if joint.total_fen != (total := best(portfolio, readings | dict(joint.answers))[0]):
            yield f"{joint.answers} together come to {joint.total_fen}, by the oracle {total}"


def _views(portfolio: Row, readings: dict[str, str], told: ReadingsCompared) -> dict[Asked, View] | None:
    views: dict[Asked, View] = {}
    for asked in (None, *_answers(told)):
        made = every_set(portfolio, readings | dict([asked] if asked else []), FEW + MORE)
        if made is None:
            return None
        sets = {frozenset(map(_of_claim, one.claims)): one.total for one in made}
        views[asked] = View(sets, max(sets.values()))
    return views


def _answers(told: ReadingsCompared) -> Iterator[tuple[str, str]]:
    """Every other answer to every question than that of the base."""
    for question in POLICIES.readings:
        for answer in question.answers:
            if answer.name != told.answers[question.name]:
                yield question.name, answer.name


def _of_effects(told: ReadingsCompared, views: Mapping[Asked, View]) -> Iterator[str]:
    effects = {(q.name, e.answer): e for q in told.questions for e in q.effects}
    filed = _filed(told.base)
    for asked, view in views.items():
        effect = effects.get(asked) if asked else None
        if asked and effect is None and view.sets.get(filed) != view.best:
            yield f"{asked} is said to change nothing"
        elif effect and (effect.total_fen, effect.regret_fen) != (view.best, view.best - view.kept(filed)):
            yield f"under {asked} {effect.total_fen} and a regret of {effect.regret_fen} are told"


def _of_guaranteed(told: Guaranteed | None, views: Mapping[Asked, View]) -> Iterator[str]:
    common = set.intersection(*(set(view.sets) for view in views.values()))
    least = {one: min(view.sets[one] for view in views.values()) for one in common}
    if told is None or (told.total_fen, told.bound_fen) != (max(least.values()), max(least.values())):
        yield f"of what can be filed under every answer {told} is told, by the oracle {max(least.values())}"
    elif least.get(filed := frozenset(map(_of_line, told.claims))) != told.total_fen:
        yield f"{sorted(filed)} does not bring {told.total_fen} under every answer"


def _of_deciding(
    told: Deciding, base: Outline, questions: tuple[Question, ...], views: Mapping[Asked, View]
) -> Iterator[str]:
    asked: list[Asked] = [None, *((q.name, e.answer) for q in questions for e in q.effects)]
    after = {**base.claims, **{one.line: one.after for one in told.changes}}
    filed = frozenset(_of_line(line) for line, fen in after.items() if fen is not None)
    if filed - frozenset().union(*views[told.best_under].sets):
        return  # it holds what brings nothing under its own answer, which the oracle does not offer
    plans = set().union(*(views[one].sets for one in asked))
    regrets = {one: max(views[a].best - views[a].kept(one) for a in asked) for one in plans}
    least = min(regrets.values())
    if (told.regret_fen, told.bound_fen, regrets.get(filed)) != (least, least, least):
        yield f"{told.bound_fen} to {told.regret_fen} is told as the least regret, by the oracle {least}"
    if filed not in views[told.best_under].sets:
        yield f"what to file now is not lawful under {told.best_under}"
    if told.base_regret_fen != regrets.get(_filed(base)):
        yield f"the base plan is said to regret {told.base_regret_fen}"
    for one in told.under_each:
        if (one.best_fen, one.kept_fen) != (views[one.asked].best, views[one.asked].kept(filed)):
            yield f"what to file now is said to keep {one.kept_fen} under {one.asked}"


def _filed(outline: Outline) -> frozenset[Filing]:
    return frozenset(map(_of_line, outline.claims))


def _of_line(line: Line) -> Filing:
    return line.applicant, line.subject, line.benefit, line.year, line.made_for


def _of_claim(claim: Claim) -> Filing:
    return claim.applicant, claim.project, claim.kind, claim.year, claim.carrier or ""
