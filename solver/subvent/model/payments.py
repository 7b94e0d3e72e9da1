"""What claims are paid where others are paid a share of it, once it is known what each brings.

Which payments come to most would take an optimiser. Here those of a plan are kept as far as the caps still
let them be, and raised as far as they do: exact, always the same, and never more than the law allows.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from subvent.logic.program import Cut


def resting(made: Collection[str], cuts: Sequence[Cut]) -> set[str]:
    """The claims that pools which are fed bind, directly or through further caps.

    `made` are the true atoms: the claims, and the rows for which they are made.
    """
    if not any(cut.feeds for cut in cuts):
        return set()
    members = [(cut, _drawing(cut, made) | {feed.claim for feed in cut.feeds} & set(made)) for cut in cuts]
    found = {claim for cut, claims in members if cut.feeds for claim in claims}
    while more := {claim for _, claims in members if claims & found for claim in claims} - found:
        found |= more
    return found


def kept_and_raised(
    paid: Mapping[str, int], most: Mapping[str, int], made: Collection[str], cuts: Sequence[Cut]
) -> dict[str, int]:
    """Fen each claim is paid that brings at most so many fen, where a plan paid it `paid`.

    Claims that others rest on come first, then the order of names. `made`: as of `resting`.
    """
    drawing = [(cut, _drawing(cut, made) & paid.keys()) for cut in cuts]
    order = _order(sorted(paid), drawing)
    found: dict[str, int] = {}
    for claim in order:
        found[claim] = max(0, min((paid[claim], most[claim], *_left(claim, drawing, found))))
    for claim in order:
        found[claim] += max(0, min((most[claim] - found[claim], *_left(claim, drawing, found))))
    return found


def _drawing(cut: Cut, made: Collection[str]) -> set[str]:
    return {term.claim for term in cut.terms if term.drawn in made}


def _order(claims: Sequence[str], drawing: Sequence[tuple[Cut, set[str]]]) -> list[str]:
    before: dict[str, set[str]] = {claim: set() for claim in claims}
    for cut, members in drawing:
        for claim in members:
            before[claim] |= {feed.claim for feed in cut.feeds} & before.keys()
    return list(TopologicalSorter({claim: sorted(others) for claim, others in before.items()}).static_order())


def _left(claim: str, drawing: Sequence[tuple[Cut, set[str]]], found: Mapping[str, int]) -> Iterable[int]:
    """What each cap on a claim leaves beside what is paid so far; of a claim under none there is no end."""
    yield from (
        cut.room(found) - sum(found.get(other, 0) for other in members)
        for cut, members in drawing
        if claim in members
    )
