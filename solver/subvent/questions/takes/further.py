"""Further than possible: the least changes with which the best plan claims it, and how far more is worth it.

Sets of ever more facts are tried, each fact at its options, its ends and the bounds that packs declare,
until some make the best plan claim it. Each fact of such a set is then moved back as far as will do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations, product
from math import prod
from typing import NamedTuple

from subvent.explain.finished import Finished
from subvent.logic.terms import Atom
from subvent.questions.takes.forms import CAPS, WORTHS, Forms
from subvent.questions.takes.goals import Target
from subvent.questions.takes.measures import Changes, Key, Measure
from subvent.questions.takes.search import Search, declared, guessed, moved
from subvent.questions.takes.variations import IN_MAPS, Outlook, Variations

MOST_FURTHER = 3
"""Sets of more facts, beyond those that make a claim possible, are not tried."""
_MOST_SETS = 1_500
"""Sets of one size that are tried; of a size that has more none is."""
_AT_ONCE = 64
_PROBES = 48
_ROUNDS = 3
_TIERS = 8
"""Changes of form in one direction that are looked at."""


Ask = Callable[[Changes], bool]
"""A question to the plan under some changes, or to what follows from them."""


class Reach(NamedTuple):
    """A measure at the end where the claim brings most (`fen` by itself), beside other changes."""

    measure: Measure
    position: int
    fen: int


class Further:
    """The search among the plans under some variations for one target."""

    def __init__(self, variations: Variations, target: Target, search: Search) -> None:
        self.variations, self.target, self.search = variations, target, search
        self._scales: dict[frozenset[str], list[Measure]] = {}
        self._reached: dict[Changes, list[Reach]] = {}
        self._turned: dict[tuple[Changes, Key, int], list[int]] = {}
        self.tried = MOST_FURTHER
        """Up to how many facts together all sets were tried."""

    def claims(self, outlook: Outlook) -> list[Atom]:
        """The claims of a plan that were asked about."""
        own = (self.target.applicant, self.target.subject, self.target.benefit)
        return [claim for claim in outlook.chosen.fen if claim[1:4] == own and claim[4] in self.target.years]

    def is_claimed(self, changes: Changes) -> bool:
        """Whether the best plan under some changes makes such a claim."""
        return bool(self.claims(self.variations.plan(changes)))

    def brings(self, changes: Changes, total: int) -> bool:
        """Whether the best plan under some changes makes such a claim and comes to so much, in fen."""
        return self.is_claimed(changes) and self.variations.plan(changes).total >= total

    # ── until the best plan claims it ──

    def planned(self, changes: Changes) -> Iterator[Changes]:
        """From where the claim may be made: the smallest sets of further moves with which the plan makes it.

        None of them brings less than the plan under `changes`.
        """
        if self.is_claimed(changes):
            return
        least = self.variations.plan(changes).total
        needed = self._needed(changes)
        moves = self._moves(changes)
        for size in range(1, MOST_FURTHER + 1):
            together = list(combinations(moves, size))
            if sum(prod(len(moves[one]) for one in chosen) for chosen in together) > _MOST_SETS:
                self.tried = min(self.tried, size - 1)
                return
            found = dict.fromkeys(
                self._least(one, needed, self.is_claimed)
                for one in self._claiming(changes, together, moves, least)
            )
            yield from (one for one in found if self.variations.plan(one).total >= least)
            if found:
                return

    def _needed(self, changes: Changes) -> int:
        """What the claim has to bring by itself for the plan to make it, as a guess, in fen."""
        world = self.variations.world(changes)
        loss, proven = self.variations.plan(changes).insisting(
            self.target.claims(world), self.variations.limits
        )
        return self.target.worth(world) + (loss or 0) if proven else 0

    def _moves(self, changes: Changes) -> dict[Measure, list[int]]:
        """Where each measure is tried that any rule reads: its options, or its ends and declared bounds."""
        own, finished = dict(changes), Finished(self.variations.world(changes).atoms)
        found = {}
        for measure in self.variations.measures.values():
            ends = (measure.low, measure.high)
            tried = range(len(measure.options)) if measure.options else (*ends, *declared(measure, finished))
            now = own.get(measure.key, measure.before)
            found[measure] = sorted({p for p in tried if measure.low <= p <= measure.high and p != now})
        read = self.variations.read({measure.key: positions for measure, positions in found.items()})
        return {measure: positions for measure, positions in found.items() if measure.key in read}

    def _claiming(
        self,
        changes: Changes,
        together: Sequence[tuple[Measure, ...]],
        moves: dict[Measure, list[int]],
        least: int,
    ) -> Iterator[Changes]:
        """Of all sets of moves of some measures together those under which the plan makes the claim.

        Of each measures one set for each option and direction: the one that brings most.
        """
        best: dict[object, tuple[int, Changes]] = {}
        own = dict(changes)
        sets = [(measures, at) for measures in together for at in product(*(moves[one] for one in measures))]
        for begin in range(0, len(sets), _AT_ONCE):
            chunk = sets[begin : begin + _AT_ONCE]
            asked = [_all_moved(changes, *one) for one in chunk]
            for (measures, at), one, outlook in zip(chunk, asked, self.variations.plans(asked), strict=True):
                if not self.claims(outlook) or outlook.total < least or self._by_another(one, measures):
                    continue
                ways = tuple(
                    position if one_of.options else position > own.get(one_of.key, one_of.before or 0)
                    for one_of, position in zip(measures, at, strict=True)
                )
                kind = (tuple(one_of.key for one_of in measures), ways)
                if kind not in best or outlook.total > best[kind][0]:
                    best[kind] = outlook.total, one
        yield from (one for _, one in best.values())

    def _by_another(self, changes: Changes, measures: Sequence[Measure]) -> bool:
        """Whether what goes along with one of the measures suffices without it."""
        for measure in measures:
            along = self.variations.along(changes, measure.key)
            without = frozenset(pair for pair in changes if pair[0] != measure.key)
            if along != without and self.is_claimed(along):
                return True
        return False

    def _least(self, changes: Changes, needed: int, does: Ask) -> Changes:
        """The set without what it can do without, every measure in it moved no further than it must be.

        The whole set does; `needed`: what the claim brings by itself where sets begin to, as a guess, in fen.
        """
        for _ in range(_ROUNDS):
            before = changes
            for key, _ in sorted(changes, key=str):
                changes = self._less(changes, key, needed, does)
            if changes == before:
                break
        return changes

    def _less(self, changes: Changes, key: Key, needed: int, does: Ask) -> Changes:
        measure, good = self.variations.measures[key], dict(changes)[key]
        others = frozenset(pair for pair in changes if pair[0] != key)
        if does(others):
            return others
        if measure.options:
            return changes
        bad = measure.before
        if bad is None:
            bad = measure.low if good != measure.low else measure.high
            if does(moved(others, key, bad, measure)):
                return changes
        return moved(others, key, self._last(others, key, (bad, good), needed, does), measure)

    def _last(self, others: Changes, key: Key, ends: tuple[int, int], needed: int, does: Ask) -> int:
        """The last position that does from the second end, which does, to the first, which does not.

        `needed`: what the claim brings there by itself, as a guess, in fen.
        """
        measure, (bad, good) = self.variations.measures[key], ends
        worth: dict[int, int] = {}
        while abs(good - bad) > 1:
            between = guessed(worth, bad, good, needed, IN_MAPS if key.path else _PROBES)
            sets = [moved(others, key, one, measure) for one in between]
            self.variations.plans(sets)
            for position, one in zip(between, sets, strict=True):
                worth[position] = self.target.worth(self.variations.world(one))
            expected = next((i for i, one in enumerate(between) if worth[one] >= needed), len(between))
            low, high = -1, len(between)
            while high - low > 1:
                near = [i for i in (expected - 1, expected) if low < i < high]
                middle = near[0] if near else (low + high) // 2
                if does(sets[middle]):
                    high = middle
                else:
                    low = middle
            bad, good = ([bad, *between][low + 1], [*between, good][high])
        return good

    # ── as far as more is gained ──

    def most(self, changes: Changes) -> Iterator[Changes]:
        """From where the best plan claims it: each measure moved as far as more is gained."""
        total = self.variations.plan(changes).total
        for reach in self.reaches(changes):
            measure, best = reach.measure, reach.position
            if not measure.options:
                best = self._least_gaining(changes, reach)
                # What grows to the very end of the scale has no cap to speak of.
                if best == reach.position:
                    continue
            further = moved(changes, measure.key, best, measure)
            brought = self.variations.plan(further).total
            if brought > total and self.is_claimed(further):
                # What made the plan claim it may not be needed any more, or not so far.
                yield (
                    self._least(further, reach.fen, partial(self.brings, total=brought))
                    if changes
                    else further
                )

    def reaches(self, changes: Changes) -> list[Reach]:
        """Of every measure the options that bring more, or that end of its scale at which most is brought.

        Beside what brings more by itself, that towards whose end a shared cap leaves the plan more; where
        nothing does, what brings most in between.
        """
        if changes not in self._reached:
            self._reached[changes] = self._reaches(changes)
        return self._reached[changes]

    def _reaches(self, changes: Changes) -> list[Reach]:
        own = dict(changes)
        probes = [
            (measure, position)
            for measure in self.variations.measures.values()
            for position in (range(len(measure.options)) if measure.options else (measure.low, measure.high))
            if position != own.get(measure.key, measure.before)
        ]
        sets = [moved(changes, measure.key, position, measure) for measure, position in probes]
        now, *worlds = self.variations.derive([changes, *sets])
        worth, claims = self.target.worth(now), set(self.target.claims(now))
        found = []
        for (measure, position), world in zip(probes, worlds, strict=True):
            fen = self.target.worth(world)
            # Another year to file in brings no more by itself, but may be worth having.
            wider = measure.options and set(self.target.claims(world)) > claims
            if fen > worth or wider:
                found.append(Reach(measure, position, fen))
        found = [reach for reach in found if self._is_own(changes, reach)]
        found += self._by_tiers(changes, self._read(CAPS), {reach[:2] for reach in found})
        return found or list(self._by_tiers(changes, self._higher_between(changes), ()))

    def _by_tiers(
        self, changes: Changes, measures: Iterable[Measure], known: Collection[tuple[Measure, int]]
    ) -> Iterator[Reach]:
        """Of some measures the ends on the way to which the plan brings more; but those that are `known`."""
        now = self.variations.plan(changes).total
        for measure in measures:
            for end in (measure.low, measure.high):
                if (measure, end) in known:
                    continue
                best = max(self._turns(changes, measure, end), key=partial(self._brought, changes, measure))
                total = self._brought(changes, measure, best)
                along = self.variations.along(moved(changes, measure.key, best, measure), measure.key)
                if total > now and (along <= changes or self.variations.plan(along).total < total):
                    at_end = self.variations.world(moved(changes, measure.key, end, measure))
                    yield Reach(measure, end, self.target.worth(at_end))

    def _higher_between(self, changes: Changes) -> Iterator[Measure]:
        """The measures with a place between their ends, as rules name them, where the claim brings more."""
        forms = Forms(self.variations, changes, WORTHS)
        for measure in (one for one in self._read(WORTHS) if not one.key.path):
            ends = measure.low, measure.high
            between = [p for end in ends for p in forms.likely(measure, _start(changes, measure, end), end)]
            sets = [moved(changes, measure.key, position, measure) for position in between]
            now, *worlds = map(self.target.worth, self.variations.derive([changes, *sets], WORTHS))
            if max(worlds, default=0) > now:
                yield measure

    def _read(self, keep: frozenset[str]) -> list[Measure]:
        """The measures with a scale that what these predicates say may depend on."""
        if keep not in self._scales:
            every = self.variations.measures.values()
            scales = {one.key: one for one in every if one.stated and not one.options}
            said = any(atom[0] in keep for atom in self.variations.world(frozenset()).atoms)
            moves = {key: (one.low, one.high) for key, one in scales.items()} if said else {}
            read = self.variations.read(moves, keep) if moves else set()
            self._scales[keep] = [one for key, one in scales.items() if key in read]
        return self._scales[keep]

    def _turns(self, changes: Changes, measure: Measure, end: int) -> list[int]:
        """On the way to an end of a measure the last step of each form, the first of the next; and the end.

        These are the forms of what shared caps leave, and of what claims bring by themselves.
        """
        key = changes, measure.key, end
        if key not in self._turned:
            begin = _start(changes, measure, end)
            forms = Forms(self.variations, changes, CAPS | WORTHS)
            sign, found = (1 if end > begin else -1), list[int]()
            for _ in range(_TIERS):
                turn = forms.next(measure, begin, end)
                if turn is None:
                    break
                found += [turn - sign, turn]
                begin = turn
            self._turned[key] = [*found, end]
        return self._turned[key]

    def _brought(self, changes: Changes, measure: Measure, position: int) -> int:
        """What the plan that makes the claim comes to with a measure moved there; 0 where none makes it."""
        outlook = self.variations.plan(moved(changes, measure.key, position, measure))
        return outlook.total if self.claims(outlook) else 0

    def _is_own(self, changes: Changes, reach: Reach) -> bool:
        """Whether the measure itself brings it, not what goes along with it."""
        key = reach.measure.key
        end = moved(changes, key, reach.position, reach.measure)
        along = self.variations.along(end, key)
        if along <= changes:
            return True
        return self.target.worth(self.variations.world(along)) < reach.fen

    def _least_gaining(self, changes: Changes, reach: Reach) -> int:
        """The least move of the measure at which the plan makes the claim and brings as much as it ever does.

        What shares a cap or a cost with others gains less than it would by itself, and may gain longer.
        """
        measure, key, end = reach.measure, reach.measure.key, reach.position
        others = frozenset(pair for pair in changes if pair[0] != key)
        start = _start(changes, measure, end)
        by_itself = self.search.least_worth(others, key, (start, end), reach.fen)
        known = measure in self._read(CAPS) or (changes, key, end) in self._turned
        turns = self._turns(changes, measure, end) if known else [end]
        sign = 1 if end > start else -1
        places = [start, *sorted({by_itself, *turns} - {start}, key=lambda one: one * sign)]
        most = max(self._brought(changes, measure, one) for one in places)
        at = next(i for i, one in enumerate(places) if self._brought(changes, measure, one) == most)
        top = places[at]
        if at == 0 or self._brought(changes, measure, top - sign) < most:
            return top
        ends = places[at - 1], top - sign
        return self._last(others, key, ends, reach.fen, lambda one: self.brings(one, most))


def _start(changes: Changes, measure: Measure, towards: int) -> int:
    """Where a measure stands under some changes; of what nobody states the end that it is moved away from."""
    start = dict(changes).get(measure.key, measure.before)
    if start is None:
        return measure.low if towards == measure.high else measure.high
    return start


def _all_moved(changes: Changes, measures: Sequence[Measure], at: Sequence[int]) -> Changes:
    for measure, position in zip(measures, at, strict=True):
        changes = moved(changes, measure.key, position, measure)
    return changes
