"""Caps that claims share: what each claim is paid less, as integer variables and rows.

For a pool k of limit C and the claims c that draw w fen on it (x: the claim is made so that it draws):

    cut(k,c)   fen that c is paid less                   0 <= cut <= w, gain -1
    cut(k,c) + lost(c)                     <=  w*x       (lost: see model/shared.py)
    sum(w*x) - sum(cut(k,c) + lost(c))     <=  C

A claim that can be made without drawing on k may lose more than it draws there: then what it loses in k is
a variable of its own, lost(k,c) <= lost(c), in place of lost(c).

A ceiling holds for what is left of its claims after all pools and shared costs; its one variable
`cut(k)` is the fen that all of them are paid less.
"""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import pairwise
from typing import TYPE_CHECKING

from subvent.model.extension import Extension
from subvent.model.shared import LOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from subvent.logic.program import Cut, CutTerm
    from subvent.model.linear import LinearModel

CUT = "cut"
_SOURCE, _SINK = "", "total"
"""Ends of the flow; no shared cap is called so, for their names have arguments."""


def add_cuts(model: LinearModel, cuts: Iterable[Cut]) -> LinearModel:
    """The model with the shared caps of its claims; one that can never bind leaves no trace."""
    cuts = tuple(cuts)
    if not cuts:
        return model
    extension = Extension(model)
    taken: defaultdict[str, list[str]] = defaultdict(list)
    for cut in cuts:
        if not cut.last:
            _pool(extension, cut, taken)
    for cut in cuts:
        if cut.last:
            _ceiling(extension, cut, taken)
    return extension.finished()


def _drawing(extension: Extension, cut: Cut) -> dict[str, list[CutTerm]]:
    """The terms that can draw at all, by claim; none when they never reach the limit together."""
    by_claim: defaultdict[str, list[CutTerm]] = defaultdict(list)
    for term in cut.terms:
        if extension.possible(term.drawn) and term.fen > 0:
            by_claim[term.claim].append(term)
    most = sum(max(term.fen for term in terms) for terms in by_claim.values())
    return by_claim if most > cut.limit else {}


def _pool(extension: Extension, cut: Cut, taken: defaultdict[str, list[str]]) -> None:
    whole: dict[str, int] = {}
    for claim, terms in sorted(_drawing(extension, cut).items()):
        name = extension.add(f"{CUT}({cut.name},{claim})", max(term.fen for term in terms), -1)
        taken[claim].append(name)
        drawn = {term.drawn: term.fen for term in terms}
        less = [name, *_lost_there(extension, cut, claim, drawn)]
        extension.row(
            name, {**dict.fromkeys(less, 1), **{atom: -w for atom, w in drawn.items()}}, 0, cut.name
        )
        whole |= {**dict.fromkeys(less, -1), **drawn}
    if whole:
        extension.row(cut.name, whole, cut.limit, cut.name)


def _ceiling(extension: Extension, cut: Cut, taken: Mapping[str, list[str]]) -> None:
    whole: dict[str, int] = {}
    most = 0
    for claim, terms in _drawing(extension, cut).items():
        whole |= {term.drawn: term.fen for term in terms}
        most += max(term.fen for term in terms)
        whole |= dict.fromkeys([*_lost(extension, claim), *taken.get(claim, ())], -1)
    if whole:
        whole[extension.add(f"{CUT}({cut.name})", most, -1)] = -1
        extension.row(cut.name, whole, cut.limit, cut.name)


def _lost(extension: Extension, claim: str) -> list[str]:
    return [name] if extension.has(name := f"{LOST}({claim})") else []


def _lost_there(extension: Extension, cut: Cut, claim: str, drawn: Mapping[str, int]) -> list[str]:
    """What a claim loses, as far as it draws on a cap."""
    lost = _lost(extension, claim)
    if not lost or claim in drawn:
        return lost
    there = extension.add(f"{LOST}({cut.name},{claim})", max(drawn.values()), 0)
    extension.row(there, {there: 1, lost[0]: -1}, 0, cut.name)
    return [there]


def paid(
    worth: Mapping[str, int], drawn: Iterable[str], cuts: Sequence[Cut], values: Mapping[str, int]
) -> dict[str, int]:
    """Fen each claim is paid. `worth` (in the order of payment) is what it brings before shared caps.

    `drawn` are the true atoms, `values` those of the model: they say what each pool takes off which
    claim. What a ceiling takes off falls on its last claims.
    """
    left = dict(worth)
    for cut in cuts:
        for claim in {term.claim for term in cut.terms if term.claim in left and not cut.last}:
            left[claim] -= values.get(f"{CUT}({cut.name},{claim})", 0)
    return _under_ceilings(left, set(drawn), cuts)


def in_turn(worth: Mapping[str, int], drawn: Iterable[str], cuts: Sequence[Cut]) -> dict[str, int]:
    """Fen each claim is paid when those before it, in the order of `worth`, are paid first."""
    left, made = dict(worth), set(drawn)
    for cut in cuts:
        if not cut.last:
            _cut_back(left, cut, made)
    return _under_ceilings(left, made, cuts)


def together(worth: Mapping[str, int], drawn: Iterable[str], cuts: Sequence[Cut]) -> int:
    """The most fen that claims can be paid in all, each pool spread over the ceilings as pays best.

    With pools and ceilings both it is a maximum flow: from each pool to its claims to their ceilings.
    """
    made = set(drawn)
    pool_of, ceiling_of = (
        {t.claim: c for c in cuts if c.last is last for t in c.terms if t.drawn in made}
        for last in (False, True)
    )
    if not pool_of or not ceiling_of:
        return sum(in_turn(worth, made, cuts).values())
    room: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cut in cuts:
        begin, end = (cut.name, _SINK) if cut.last else (_SOURCE, cut.name)
        room[begin][end] += cut.limit
    for claim, fen in worth.items():
        pool, ceiling = pool_of.get(claim), ceiling_of.get(claim)
        room[pool.name if pool else _SOURCE][ceiling.name if ceiling else _SINK] += fen
    return _flow(room)


def _flow(room: defaultdict[str, defaultdict[str, int]]) -> int:
    """The maximum flow from source to sink, by shortest augmenting paths (Edmonds and Karp 1972).

    `room` is what each arc still holds; it is used up. A few dozen nodes, in integers of any size.
    """
    total = 0
    while True:
        before = {_SOURCE: _SOURCE}
        waiting = deque([_SOURCE])
        while waiting and _SINK not in before:
            node = waiting.popleft()
            for following, left in sorted(room[node].items()):
                if left and following not in before:
                    before[following] = node
                    waiting.append(following)
        if _SINK not in before:
            return total
        path = [_SINK]
        while path[-1] != _SOURCE:
            path.append(before[path[-1]])
        arcs = [(begin, end) for end, begin in pairwise(path)]
        least = min(room[begin][end] for begin, end in arcs)
        total += least
        for begin, end in arcs:
            room[begin][end] -= least
            room[end][begin] += least


def _under_ceilings(left: dict[str, int], made: set[str], cuts: Sequence[Cut]) -> dict[str, int]:
    for cut in cuts:
        if cut.last:
            _cut_back(left, cut, made)
    return left


def _cut_back(left: dict[str, int], cut: Cut, made: set[str]) -> None:
    members = {term.claim for term in cut.terms if term.drawn in made}
    room = cut.limit
    for claim, fen in left.items():
        if claim in members:
            left[claim] = min(fen, room)
            room -= left[claim]
