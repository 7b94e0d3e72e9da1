"""The totals that a saved plan states for other answers, held against each other and against the packs.

They are totals of other plans: to derive them takes the optimiser. But the same answers give the same total
wherever it is stated, and the questions and their answers are those of the packs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from subvent.document.differences import Difference, differences
from subvent.document.shape import PlanDocument, StrictPart
from subvent.money import from_yuan
from subvent.policy.types import PolicySet

_STRICT = "/strict"


def contradictions(document: PlanDocument, policies: PolicySet) -> Iterator[Difference]:
    """Where the part on strict answers does not fit the packs, the plan's own total, or itself."""
    stated = document.strict
    if stated is None:
        return
    strictest = {question.name: question.strictest for question in policies.readings}
    names = [one.name for one in stated.questions]
    yield from differences(names, list(strictest), f"{_STRICT}/questions")
    yield from differences(sorted(stated.answers), sorted(strictest), f"{_STRICT}/answers")
    answers = [(f"{_STRICT}/answers/{name}", name, answer) for name, answer in stated.answers.items()]
    answers += [
        (f"{_STRICT}/questions/{i}/answer", one.name, one.answer) for i, one in enumerate(stated.questions)
    ]
    for pointer, name, answer in answers:
        if answer not in strictest.get(name, [answer]):
            yield Difference(pointer, answer, " / ".join(strictest[name]))
    yield from _totals(document, stated, {question.name: question.default for question in policies.readings})
    yield from differences(stated.most_costly, _most_costly(stated), f"{_STRICT}/most_costly")


def _totals(document: PlanDocument, stated: StrictPart, default: Mapping[str, str]) -> Iterator[Difference]:
    """Totals that are stated for the same answers as another, and are not the same."""
    totals: list[tuple[str, Mapping[str, str], str | None]] = [
        ("", document.readings, document.total_yuan if document.status == "optimal" else None),
        (f"{_STRICT}/default_total_yuan", default, stated.default_total_yuan),
        (f"{_STRICT}/strict_total_yuan", stated.answers, stated.strict_total_yuan),
    ]
    totals += [
        (f"{_STRICT}/questions/{i}/total_yuan", {**default, one.name: one.answer}, one.total_yuan)
        for i, one in enumerate(stated.questions)
    ]
    first: dict[frozenset[tuple[str, str]], str] = {}
    for pointer, answers, total in totals:
        if total is not None:
            yield from differences(total, first.setdefault(frozenset(answers.items()), total), pointer)


def _most_costly(stated: StrictPart) -> str | None:
    """The first question whose strict answer alone lowers the total most."""
    if stated.default_total_yuan is None:
        return None
    start = from_yuan(stated.default_total_yuan)
    lowered = {one.name: start - from_yuan(one.total_yuan) for one in stated.questions if one.total_yuan}
    name = max(lowered, key=lambda one: lowered[one], default=None)
    return name if name is not None and lowered[name] > 0 else None
