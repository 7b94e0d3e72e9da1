"""The plans next to the best: each the best among those that differ in substance from all before it.

A plan is here what it files: pairs of a subject and a benefit, every one of which brings something (without
it the plan would bring less, or not be lawful). It differs in substance from an earlier plan when it files
a pair that the earlier one does not. So neither another year, nor another row that a claim is made for,
nor a claim left out, nor one that brings nothing makes another plan.

Within a component the next best is found under one more row for each plan before it: at least one claim
of other pairs. The components' lists are then combined best first (Lawler 1972, for sums).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from subvent.logic.program import Cut, CutTerm
from subvent.logic.terms import Atom
from subvent.model.linear import LinearModel, require_one
from subvent.model.pools import CUT
from subvent.model.shared import LOST
from subvent.questions.piecewise import Found, Pieces, with_row

Pair = tuple[str, Atom]
"""A subject and a benefit."""
Picks = dict[int, int]
"""Which of its list a component takes, by the component's number; the first where it is not named."""
_PATIENCE = 40
"""How often a plan that only adds what brings nothing is set aside before no more is looked for."""


class Next(NamedTuple):
    """Values of all variables by name, what they bring, and the bound on it and all that follow, in fen."""

    values: dict[str, int]
    total: int
    bound: int


class NextBest:
    """The plans of a problem in falling order, begun with the best; made one by one as they are asked for."""

    def __init__(self, pieces: Pieces, parts: Sequence[tuple[LinearModel, Found]]) -> None:
        self._lists = [_Local(pieces, part, best) for part, best in parts]
        self._constant = pieces.problem.model.constant
        self._homes: defaultdict[Pair, list[int]] = defaultdict(list)
        for number, local in enumerate(self._lists):
            for pair in local.every_pair:
                self._homes[pair].append(number)
        self.proven = all(best.status == "optimal" for local in self._lists for best in local.found)
        """Whether every plan so far is proven to be the next; that there is no further one, at the end."""

    def __iter__(self) -> Iterator[Next]:
        total = sum(local.found[0].total for local in self._lists)
        bound = self._constant + sum(local.found[0].bound for local in self._lists)
        # Each entry is reached in one way only: by raising the pick of its last component or of one after it.
        waiting: list[tuple[int, tuple[tuple[int, int], ...]]] = [(-total, ())]
        taken: list[Picks] = []
        while waiting:
            worth, picked = heappop(waiting)
            picks = dict(picked)
            if not any(self._covers(earlier, picks) for earlier in taken):
                taken.append(picks)
                money = self._constant - worth
                bound = money if self.proven else bound
                yield Next(self._values(picks), money, bound)
            last = max(picks, default=0)
            for number in range(last, len(self._lists)):
                at = picks.get(number, 0)
                current, following = self._lists[number].at(at), self._lists[number].at(at + 1)
                self.proven &= self._lists[number].proven
                if current and following:
                    further = tuple(sorted({**picks, number: at + 1}.items()))
                    heappush(waiting, (worth + current.total - following.total, further))

    def _covers(self, earlier: Picks, picks: Picks) -> bool:
        """Whether an earlier plan files all that this one does, perhaps in a year of another component."""

        def filed(pair: Pair) -> bool:
            return any(pair in self._lists[n].pairs(earlier.get(n, 0)) for n in self._homes[pair])

        return all(
            filed(pair)
            for number in {*earlier, *picks}
            for pair in self._lists[number].pairs(picks.get(number, 0))
        )

    def _values(self, picks: Picks) -> dict[str, int]:
        values: dict[str, int] = {}
        for number, local in enumerate(self._lists):
            found = local.at(picks.get(number, 0))
            values |= found.values if found else {}
        return values


class _Local:
    """The list of one component: its best values, and the next best as they are asked for."""

    def __init__(self, pieces: Pieces, part: LinearModel, best: Found) -> None:
        self._pieces, self._lawful, self._part = pieces, part, part
        claims = pieces.preferred.claims
        self._pair_of: dict[str, Pair] = {
            v.name: (claims[v.name][2], claims[v.name][3]) for v in part.variables if v.name in claims
        }
        self._shares = any(v.gain < 0 for v in part.variables)
        self._names = {v.name for v in part.variables}
        self._ended = False
        self.found = [best]
        self.proven = True

    def at(self, place: int) -> Found | None:
        """The values of that place in the list, None past its end."""
        while len(self.found) <= place and not self._ended:
            following = self._following()
            if following is None:
                self._ended = True
            else:
                self.found.append(following)
        return self.found[place] if place < len(self.found) else None

    def pairs(self, place: int) -> frozenset[Pair]:
        """What the values of that place file."""
        return self._filed(self.found[place].values)

    def _filed(self, values: Mapping[str, int]) -> frozenset[Pair]:
        return frozenset(pair for name, pair in self._pair_of.items() if values.get(name))

    @property
    def every_pair(self) -> frozenset[Pair]:
        """What the component has claims of."""
        return frozenset(self._pair_of.values())

    def _following(self) -> Found | None:
        """The best values that file what no earlier ones do."""
        earlier = [self.pairs(place) for place in range(len(self.found))]
        for _ in range(_PATIENCE):
            if self._pieces.limits.over:
                break
            model = self._differing(earlier)
            if model is None:
                return None
            found = self._pieces.best(model)
            if found.status == "infeasible":
                return None
            self.proven &= found.status == "optimal"
            if found.status == "unknown":
                return None
            idle = self._idle(found, earlier)
            if idle is None:
                return found
            self._set_aside(found, idle)
        self.proven = False
        return None

    def _differing(self, earlier: list[frozenset[Pair]]) -> LinearModel | None:
        """The component under a row for each earlier plan; None when one of them files all that there is."""
        model = self._part
        for number, filed in enumerate(earlier):
            other = tuple(
                j
                for j, v in enumerate(model.variables)
                if self._pair_of.get(v.name, None) not in {None, *filed}
            )
            if not other:
                return None
            model = require_one(model, other, f"differs from {number}")
        return model

    def _idle(self, found: Found, earlier: list[frozenset[Pair]]) -> Pair | None:
        """A pair that makes the difference to an earlier plan, but without which as much comes in."""
        filed = self._filed(found.values)
        for pair in sorted(filed - frozenset.intersection(*earlier)):
            own = {name for name, its in self._pair_of.items() if its == pair and found.values[name]}
            gains = [v.gain for v in self._part.variables if v.name in own]
            if (self._shares or not any(gains)) and self._without(found, own) >= found.total:
                return pair
        return None

    def _without(self, found: Found, left_out: set[str]) -> int:
        """What the same claims bring without some of them, in fen; -1 when they are not lawful so."""

        def fixed(name: str) -> int | None:
            if name not in self._pair_of:
                return None
            return 0 if name in left_out else found.values[name]

        variables = tuple(
            v if (value := fixed(v.name)) is None else v._replace(lower=value, upper=value)
            for v in self._lawful.variables
        )
        rest = self._pieces.best(self._lawful._replace(variables=variables))
        return rest.total if rest.values else -1

    def _set_aside(self, found: Found, idle: Pair) -> None:
        """Bar what made a pair bring nothing: claims that use up a cap without it, else this very choice."""
        own = {name for name, pair in self._pair_of.items() if pair == idle and found.values[name]}
        for cut in self._pieces.problem.cuts:
            full = self._using_up(cut, found, own)
            if full is not None and own & set(idlers := self._idlers(cut, full)):
                self._bar(full, idlers)
                return
        again = {
            j: 1 if found.values[v.name] else -1
            for j, v in enumerate(self._part.variables)
            if v.name in self._pair_of
        }
        chosen = sum(a > 0 for a in again.values())
        self._part = with_row(self._part, f"not again {len(self._part.rows)}", again, chosen - 1)

    def _using_up(self, cut: Cut, found: Found, own: set[str]) -> list[CutTerm] | None:
        """Of the other claims found as few as use up a cap by themselves; None when they do not.

        What a cap comes to that others feed is not known before they are paid.
        """
        if cut.feeds:
            return None
        drawing = [
            term
            for term in cut.terms
            if found.values.get(term.drawn) and term.claim not in own and self._whole(term.claim, cut)
        ]
        taken: list[CutTerm] = []
        for term in sorted(drawing, key=lambda term: -term.fen):
            if sum(one.fen for one in taken) < cut.limit:
                taken.append(term)
        return taken if sum(one.fen for one in taken) >= cut.limit else None

    def _whole(self, claim: str, cut: Cut) -> bool:
        """Whether nothing takes off what a claim draws on a cap: no shared cost, no cap before it."""
        before = [f"{CUT}({other.name},{claim})" for other in self._pieces.problem.cuts if not other.last]
        return not self._names & {f"{LOST}({claim})", f"{CUT}({claim})", *(before if cut.last else ())}

    def _idlers(self, cut: Cut, full: Sequence[CutTerm]) -> list[str]:
        """The claims that bring nothing beside those that use up a cap, and that nothing else needs."""
        others = {term.claim for term in cut.terms} - {term.claim for term in full}
        return sorted(name for name in others & self._names if not self._needed(name))

    def _needed(self, claim: str) -> bool:
        """Whether a row lets other claims be made only where this one is, directly or through other atoms."""
        place = {v.name: j for j, v in enumerate(self._part.variables)}
        atom = self._pieces.preferred.claims[claim]
        own = {name for name, (other, _) in self._pieces.preferred.options.items() if other == atom} | {claim}
        reached = {place[name] for name in own if name in place}
        waiting = list(reached)
        while waiting:
            j = waiting.pop()
            for row in self._part.rows:
                if any(i == j and a < 0 for i, a in row.terms):
                    for i, a in row.terms:
                        name, _, most, _ = self._part.variables[i]
                        if a < 0 or i in reached or most > 1:  # money lets nobody claim
                            continue
                        if name in self._pair_of or name in self._pieces.preferred.options:
                            return True
                        reached.add(i)
                        waiting.append(i)
        return False

    def _bar(self, full: Sequence[CutTerm], idlers: Sequence[str]) -> None:
        """Where all that use up a cap are claimed, none of the idlers is."""
        place = {v.name: j for j, v in enumerate(self._part.variables)}
        together = {place[term.drawn]: 1 for term in full}
        for name in idlers:
            label = f"idle {len(self._part.rows)}"
            self._part = with_row(self._part, label, {**together, place[name]: 1}, len(full))
