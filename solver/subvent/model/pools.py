"""Caps that claims share: what each claim is paid less, as integer variables and rows.

A cap bounds what its claims are paid in the end. For a pool k of limit C and the claims c that draw w fen
on it (x: the claim is made so that it draws):

    cut(k,c)   fen that c is paid less                   0 <= cut <= w, gain -1
    cut(k,c) + lost(c)                     <=  w*x       (lost: see model/shared.py)
    sum(w*x) - sum(cut(k,c) + lost(c))     <=  C

A claim that can be made without drawing on k may lose more than it draws there: then what it loses in k is
a variable of its own, lost(k,c) <= lost(c), in place of lost(c).

A ceiling is mostly over many claims, after their pools: its one variable `cut(k)` is the fen that all of them
are paid less. A claim that draws on several pools at a time, or on several ceilings, is paid less only once
for all of them: it has one `cut(c)`, which counts wherever it draws.

A pool may be fed: the share r of what a claim f is paid in the end adds to C, as for a top-up on it. Then the
claims that draw on it and those that feed it have one `cut(c)` each, for what each is paid has to be told:

    sum(w*x) - sum(cut(c) + lost(c)) - sum(r * (w*x - cut(f) - lost(f)))  <=  C

times a whole number that makes whole numbers of the shares. All else are integers: it is floored to the fen.
Under a ceiling `cut(k)` is then at most what the other claims bring, for none of it is taken off these.
"""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING

from subvent.diagnostics import PolicyError, diagnostic
from subvent.model.extension import Extension
from subvent.model.shared import LOST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from subvent.logic.program import Cut
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
    drawing = [(cut, by_claim) for cut in cuts if (by_claim := _drawing(extension, cut))]
    common = _in_common(drawing)
    told = feeding(cuts) & common.keys()
    for claim, fen in sorted(common.items()):
        name = extension.add(f"{CUT}({claim})", fen, -1)
        extension.row(name, {**dict.fromkeys([name, *_lost(extension, claim)], 1), claim: -fen}, 0, claim)
    taken: defaultdict[str, list[str]] = defaultdict(list)
    for cut, by_claim in drawing:
        if not cut.last:
            _pool(extension, cut, by_claim, common, taken)
    for cut, by_claim in drawing:
        if cut.last:
            _ceiling(extension, cut, by_claim, (common, told), taken)
    return extension.finished()


def _drawing(extension: Extension, cut: Cut) -> dict[str, dict[str, int]]:
    """Fen by what draws them, of each claim that can; none when all never reach the limit together."""
    by_claim: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for term in cut.terms:
        if extension.possible(term.drawn) and term.fen > 0:
            by_claim[term.claim][term.drawn] = term.fen
    most = sum(max(drawn.values()) for drawn in by_claim.values())
    return by_claim if most > cut.limit else {}


def _in_common(drawing: Iterable[tuple[Cut, Mapping[str, Mapping[str, int]]]]) -> dict[str, int]:
    """The claims that may draw on several pools at a time, or several ceilings, with the most they draw.

    Made for one row or for another a claim draws on the one's pool or the other's, never on both. What feeds
    a pool and what draws on it is among them, if it draws on anything.
    """
    drawing = list(drawing)
    seen: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    common: dict[str, int] = {}
    most: defaultdict[str, int] = defaultdict(int)
    for cut, by_claim in drawing:
        for claim, drawn in by_claim.items():
            most[claim] = max(most[claim], *drawn.values())
            before = seen[claim, cut.last]
            if before and (claim in before or claim in drawn or before & drawn.keys()):
                common[claim] = 0
            before.update(drawn)
    common |= dict.fromkeys(feeding(cut for cut, _ in drawing) & most.keys(), 0)
    return {claim: most[claim] for claim in common}


def feeding(cuts: Iterable[Cut]) -> set[str]:
    """The claims that feed pools, and those that draw on what is fed."""
    fed = [cut for cut in cuts if cut.feeds]
    return {term.claim for cut in fed for term in cut.terms} | {
        feed.claim for cut in fed for feed in cut.feeds
    }


def _pool(
    extension: Extension,
    cut: Cut,
    by_claim: Mapping[str, Mapping[str, int]],
    common: Collection[str],
    taken: defaultdict[str, list[str]],
) -> None:
    whole: dict[str, int] = {}
    for claim, drawn in sorted(by_claim.items()):
        if claim in common:
            less = _less_there(extension, cut, claim, drawn, [f"{CUT}({claim})", *_lost(extension, claim)])
        else:
            name = extension.add(f"{CUT}({cut.name},{claim})", max(drawn.values()), -1)
            taken[claim].append(name)
            less = [name, *_less_there(extension, cut, claim, drawn, _lost(extension, claim))]
            extension.row(name, _up_to(less, drawn), 0, cut.name)
        whole |= {**dict.fromkeys(less, -1), **drawn}
    feeds = [feed for feed in cut.feeds if feed.fen and extension.possible(feed.claim)]
    scale = lcm(*(feed.rate[1] for feed in feeds))
    whole = {name: scale * a for name, a in whole.items()}
    for feed in feeds:
        share = scale * feed.rate[0] // feed.rate[1]
        own = [f"{CUT}({feed.claim})"] if feed.claim in common else []
        whole[feed.claim] = -share * feed.fen
        whole |= dict.fromkeys([*own, *_lost(extension, feed.claim)], share)
    extension.row(cut.name, whole, scale * cut.limit, cut.name)


def _ceiling(
    extension: Extension,
    cut: Cut,
    by_claim: Mapping[str, Mapping[str, int]],
    known: tuple[Collection[str], Collection[str]],
    taken: Mapping[str, list[str]],
) -> None:
    """A ceiling, with the claims that have one cut each, and those of them whose payment others rest on."""
    common, told = known
    whole: dict[str, int] = {}
    rest: dict[str, int] = {}
    most = 0
    for claim, drawn in by_claim.items():
        own = [f"{CUT}({claim})"] if claim in common else taken.get(claim, ())
        left = {**drawn, **dict.fromkeys([*_lost(extension, claim), *own], -1)}
        whole |= left
        rest |= {} if claim in told else left
        most += 0 if claim in common else max(drawn.values())
    if most:
        name = extension.add(f"{CUT}({cut.name})", most, -1)
        whole[name] = -1
        if len(rest) < len(whole) - 1:
            # What one claim is paid less for another that is told alone would feed a pool all the same.
            extension.row(name, {name: 1, **{one: -a for one, a in rest.items()}}, 0, cut.name)
    extension.row(cut.name, whole, cut.limit, cut.name)


def _lost(extension: Extension, claim: str) -> list[str]:
    return [name] if extension.has(name := f"{LOST}({claim})") else []


def _less_there(
    extension: Extension, cut: Cut, claim: str, drawn: Mapping[str, int], less: list[str]
) -> list[str]:
    """What a claim brings less, as far as it draws on a cap."""
    if not less or claim in drawn:
        return less
    there = extension.add(f"{LOST}({cut.name},{claim})", max(drawn.values()), 0)
    extension.row(f"{there} there", {there: 1, **dict.fromkeys(less, -1)}, 0, cut.name)
    extension.row(there, _up_to([there], drawn), 0, cut.name)
    return [there]


def _up_to(less: Iterable[str], drawn: Mapping[str, int]) -> dict[str, int]:
    return {**dict.fromkeys(less, 1), **{atom: -fen for atom, fen in drawn.items()}}


def paid(
    worth: Mapping[str, int], drawn: Iterable[str], cuts: Sequence[Cut], values: Mapping[str, int]
) -> dict[str, int]:
    """Fen each claim is paid. `worth` (in the order of payment) is what it brings before shared caps.

    `drawn` are the true atoms, `values` those of the model: they say what each pool takes off which
    claim. What a ceiling takes off falls on its last claims, but for those whose payment others rest on.
    """
    left = dict(worth)
    for claim in {term.claim for cut in cuts for term in cut.terms} & left.keys():
        left[claim] -= values.get(f"{CUT}({claim})", 0)
    for cut in cuts:
        for claim in {term.claim for term in cut.terms if term.claim in left and not cut.last}:
            left[claim] -= values.get(f"{CUT}({cut.name},{claim})", 0)
    settled = {claim for claim in feeding(cuts) if f"{CUT}({claim})" in values}
    _under_ceilings(left, set(drawn), cuts, settled)
    return left


def together(worth: Mapping[str, int], drawn: Iterable[str], cuts: Sequence[Cut]) -> int:
    """The most fen that claims can be paid in all, whatever cap they are paid less for; none of these is fed.

    The caps are to be of two families, in each of which any two are apart or one inside the other: then it is
    a maximum flow, down the first family to the claims and up the second. Raises PolicyError otherwise.
    """
    families = _families(set(drawn), cuts)
    first, second = ({c: cut.name for cut, _, claims in one for c in claims} for one in families)
    if not second:
        return _within(worth, first, families[0])
    room: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cut, outer, _ in families[0]:
        room[outer or _SOURCE][cut.name] += cut.limit
    for cut, outer, _ in families[1]:
        room[cut.name][outer or _SINK] += cut.limit
    for claim, fen in worth.items():
        room[first.get(claim, _SOURCE)][second.get(claim, _SINK)] += fen
    return _flow(room)


_Family = list[tuple["Cut", str, set[str]]]
"""Caps, each after those around it, with the name of the next one around it and its claims."""


def _families(made: set[str], cuts: Sequence[Cut]) -> tuple[_Family, _Family]:
    """Two families of the caps on what is made, the second one empty where one will do."""
    families: tuple[_Family, _Family] = ([], [])
    inner: tuple[dict[str, str], dict[str, str]] = ({}, {})
    members = [(cut, {term.claim for term in cut.terms if term.drawn in made}) for cut in cuts]
    # The wider a cap, the earlier: what comes later is inside it, apart from it, or crosses it.
    for cut, claims in sorted(members, key=lambda one: -len(one[1])):
        if not claims:
            continue
        around = [{names.get(claim, "") for claim in claims} for names in inner]
        side = next((side for side in (0, 1) if len(around[side]) == 1), None)
        if side is None:
            raise PolicyError(diagnostic("policy.caps-cross", name=cut.name))
        families[side].append((cut, around[side].pop(), claims))
        inner[side].update(dict.fromkeys(claims, cut.name))
    return families


def _within(worth: Mapping[str, int], inner: Mapping[str, str], family: _Family) -> int:
    """The most that claims can be paid under caps of one family: each up to its limit, inner ones first."""
    brought: defaultdict[str, int] = defaultdict(int)
    for claim, fen in worth.items():
        brought[inner.get(claim, "")] += fen
    for cut, outer, _ in reversed(family):
        brought[outer] += min(cut.limit, brought[cut.name])
    return brought[""]


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


def _under_ceilings(left: dict[str, int], made: set[str], cuts: Sequence[Cut], settled: set[str]) -> None:
    for cut in (cut for cut in cuts if cut.last):
        members = {term.claim for term in cut.terms if term.drawn in made}
        room = cut.limit - sum(left[claim] for claim in members & settled)
        bearing = members - settled
        for claim in [claim for claim in left if claim in bearing]:
            left[claim] = min(left[claim], room)
            room -= left[claim]
