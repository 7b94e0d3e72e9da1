"""The least change of each measure that reaches a goal, and the smallest sets of changes that reach all.

A least change is found on the exact grid of its measure: the ends of the range and the bounds that packs
declare are tried, then the gap between what does not do and what does is narrowed until they are neighbours.
The sets are found breadth first: of what bars the claim, the first thing has to fall, by one of the measures.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import floor
from typing import NamedTuple

from subvent.explain.finished import Finished
from subvent.explain.quantities import anniversary, day, is_day, is_quantity
from subvent.explain.words import Words
from subvent.logic.exact import evaluate
from subvent.logic.terms import Term
from subvent.questions.takes.goals import Ask, Goal, Target, goals
from subvent.questions.takes.measures import MILLION, Changes, Key, Measure
from subvent.questions.takes.variations import IN_MAPS, LateError, Variations, World

MOST_CHANGES = 6
"""Sets of more changes are not looked for."""
_MOST_TRIED = 60
"""Sets that are tried before the search ends."""
_MOST_FOUND = 6
_PROBES = 48
"""Positions tried at once between what does not do and what does."""
_NEAR = 6
"""Positions tried on either side of a guess."""
_ROUNDS = 3


class Bracket(NamedTuple):
    """A measure moved beside other changes: at `bad` the question is answered no, at `good` yes."""

    others: Changes
    key: Key
    bad: int
    good: int
    ask: Ask


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where no measure helps any more: after some changes, these goals are left."""

    changes: Changes
    left: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest sets of changes; where there are none, how far the shortest attempt comes.

    `complete`: nothing was left untried.
    """

    sets: tuple[Changes, ...]
    stuck: Stuck | None
    complete: bool


def moved(changes: Changes, key: Key, position: int, measure: Measure) -> Changes:
    """The changes with one measure at another position; where it stands already, with none of it."""
    others = frozenset(pair for pair in changes if pair[0] != key)
    return others if position == measure.before else others | {(key, position)}


class Search:
    """The search for one target among the measures of some variations."""

    def __init__(self, variations: Variations, target: Target) -> None:
        self.variations, self.target = variations, target
        self._measures = variations.measures
        self._stuck: Stuck | None = None

    # ── the smallest sets ──

    def smallest(self) -> Smallest:
        """The smallest sets of changes under which the target may be claimed."""
        order = count()
        start: Changes = frozenset()
        queue = [(0, next(order), start)]
        seen, found = {start}, list[Changes]()
        tried = 0
        least: list[Changes] = []
        late = False
        try:
            while queue and len(found) < _MOST_FOUND:
                size, _, changes = heapq.heappop(queue)
                if size > MOST_CHANGES or (found and size > len(found[0])) or tried == _MOST_TRIED:
                    heapq.heappush(queue, (size, next(order), changes))
                    break
                tried += 1
                world = self.variations.world(changes)
                if self.target.possible(world):
                    found.append(changes)
                    continue
                for child in self._next(changes, world):
                    if child not in seen:
                        seen.add(child)
                        heapq.heappush(queue, (len(child), next(order), child))
            least.extend(map(self._least, found))
        except LateError:
            late = True
        size = min(map(len, least), default=0)
        complete = not late and (not queue or (bool(found) and queue[0][0] > len(found[0])))
        return Smallest(tuple(one for one in dict.fromkeys(least) if len(one) == size), self._stuck, complete)

    def _next(self, changes: Changes, world: World) -> list[Changes]:
        """The changes with one measure more, or moved further, that bring down what bars the claim first."""
        words = Words(self.variations.policies, self.variations.vocabulary, Finished(world.atoms))
        wanted = goals(self.target, words.finished, words)
        children = list(dict.fromkeys(self._towards(changes, wanted, words.finished)))
        if not children and self._stuck is None:
            self._stuck = Stuck(changes, tuple(wanted))
        return children

    def _towards(self, changes: Changes, wanted: Sequence[Goal], finished: Finished) -> Iterator[Changes]:
        """The changes with each measure moved as little as reaches each goal."""
        own = dict(changes)
        probes = [
            (measure, position)
            for measure in self._measures.values()
            for position in _probes(measure, own.get(measure.key, measure.before), wanted, finished)
        ]
        sets = [moved(changes, measure.key, position, measure) for measure, position in probes]
        worlds = self.variations.derive(sets, bare=True) if sets else []
        for goal in wanted:
            reached: dict[Key, dict[int, bool]] = {}
            for (measure, position), world in zip(probes, worlds, strict=True):
                reached.setdefault(measure.key, {})[position] = goal.reached(world)
            brackets = []
            for key, answers in reached.items():
                measure = self._measures[key]
                for bad, good in _edges(measure, own.get(key, measure.before), answers):
                    if bad is None:
                        yield moved(changes, key, good, measure)
                    else:
                        brackets.append(Bracket(changes, key, bad, good, goal.reached))
            for bracket in (self._narrowed(one, bare=True) for one in brackets):
                yield moved(changes, bracket.key, bracket.good, self._measures[bracket.key])

    # ── least changes ──

    def least_worth(self, others: Changes, key: Key, ends: tuple[int, int], fen: int) -> int:
        """The first position from one end to the other at which a claim brings so much fen by itself.

        It does at the second end.
        """
        measure, (bad, good) = self._measures[key], ends
        worth: dict[int, int] = {}
        while abs(good - bad) > 1:
            between = guessed(worth, bad, good, fen, IN_MAPS if measure.key.path else _PROBES)
            sets = [moved(others, key, one, measure) for one in between]
            for position, world in zip(between, self.variations.derive(sets), strict=True):
                worth[position] = self.target.worth(world)
                if worth[position] >= fen:
                    good = position
                    break
                bad = position
        return good

    def _narrowed(self, bracket: Bracket, *, bare: bool = False) -> Bracket:
        """The bracket with its ends made neighbours: what will do, and one step less, which will not."""
        measure = self._measures[bracket.key]
        while abs(bracket.good - bracket.bad) > 1:
            between = between_evenly(bracket.bad, bracket.good, IN_MAPS if measure.key.path else _PROBES)
            sets = [moved(bracket.others, bracket.key, one, measure) for one in between]
            bad, good = bracket.bad, bracket.good
            worlds = self.variations.derive(sets, bare=bare)
            for position, world in zip(between, worlds, strict=True):
                if bracket.ask(world):
                    good = position
                    break
                bad = position
            bracket = bracket._replace(bad=bad, good=good)
        return bracket

    def _least(self, changes: Changes) -> Changes:
        """The set without what it can do without, every measure in it moved no further than it must be."""
        for _ in range(_ROUNDS):
            before = changes
            for key, _ in sorted(changes, key=str):
                changes = self._less(changes, key)
            if changes == before:
                break
        return changes

    def _less(self, changes: Changes, key: Key) -> Changes:
        """The set with one of its measures moved as little as will do.

        Of a fact that nobody stated, of which the least there is will do, it is the greatest which does.
        """
        measure, position = self._measures[key], dict(changes)[key]
        others = frozenset(pair for pair in changes if pair[0] != key)
        start = measure.low if measure.before is None else measure.before
        tried, far = [others], start
        if not measure.options and position != start:
            step = position - 1 if position > start else position + 1
            tried += [others | {(key, start)}, moved(others, key, step, measure)]
        elif not measure.options and measure.before is None:
            far = self.variations.end(changes, key)
            tried += [moved(others, key, far, measure), changes]
        answers = [self.target.possible(world) for world in self.variations.derive(tried)]
        if answers[0]:
            return others
        if len(answers) == 1 or answers[1] or not answers[2]:
            return changes
        ask = self.target.possible
        return moved(others, key, self._narrowed(Bracket(others, key, far, position, ask)).good, measure)


def guessed(worth: Mapping[int, int], bad: int, good: int, fen: int, most: int) -> list[int]:
    """Positions between two others: evenly, ever further from the first, and where a straight line points.

    Worth mostly grows in proportion up to its cap, so the line through what is known below it is exact.
    """
    sign = 1 if good > bad else -1
    found = set(between_evenly(bad, good, most))
    if most > IN_MAPS:
        found |= {bad + sign * 2**power for power in range(abs(good - bad).bit_length() - 1)}
    below = sorted((p for p in worth if (bad - p) * sign >= 0), key=lambda p: -p * sign)[:2]
    if len(below) > 1 and (rise := worth[below[0]] - worth[below[1]]):
        line = below[0] + (fen - worth[below[0]]) * (below[0] - below[1]) // rise
        near = _NEAR if most > IN_MAPS else 1
        found |= set(range(line - near, line + near + 1))
    return sorted(
        (one for one in found if 0 < (one - bad) * sign < (good - bad) * sign), key=lambda p: p * sign
    )


def between_evenly(bad: int, good: int, most: int) -> list[int]:
    """At most so many positions between two others, evenly, from the first to the second."""
    gap = abs(good - bad)
    sign = 1 if good > bad else -1
    steps = min(most, gap - 1)
    return [bad + sign * (gap * i // (steps + 1)) for i in range(1, steps + 1) if gap * i // (steps + 1)]


def _probes(measure: Measure, now: int | None, wanted: Sequence[Goal], finished: Finished) -> list[int]:
    """The positions of a measure to try first: all options, or the ends and the declared bounds."""
    if measure.options:
        return [one for one in range(len(measure.options)) if one != now]
    bounds = {
        near
        for goal in wanted
        for bound in _bounds(measure, goal, finished)
        for near in (bound - 1, bound, bound + 1)
    }
    ends = {measure.low, measure.high}
    return sorted(one for one in bounds | ends if measure.low <= one <= measure.high and one != now)


def _bounds(measure: Measure, goal: Goal, finished: Finished) -> Iterator[int]:
    """The positions that a declared condition compares a measure with."""
    if goal.leaf is None:
        return
    condition, name = goal.leaf[1], (measure.field.constant,)
    means = [atom[1] for atom in finished.all("averaged", 3) if atom[2] == name]
    for form in ("at_least", "at_most"):
        for atom in (atom for own in (name, *means) for atom in finished.all(form, 3, condition, own)):
            yield from _positions(measure, atom[3])
    for atom in finished.all("at_least_share", 4, condition):
        row = goal.leaf[0]
        part, whole = (finished.last_argument("value", 3, row, field) for field in (atom[2], atom[4]))
        if name == atom[2] and whole is not None:
            yield floor(evaluate(whole) * MILLION * atom[3] / 100)
        if name == atom[4] and part is not None:
            yield floor(evaluate(part) * MILLION * 100 / atom[3])
    for atom in finished.all("in_term", 4, condition, name):
        first, span = atom[3], atom[4]
        yield from _positions(measure, first)
        yield from _positions(measure, anniversary(first, span))


def declared(measure: Measure, finished: Finished) -> set[int]:
    """The positions that any declared condition compares a measure with, whatever row it is asked of."""
    conditions = {
        (atom[1], form)
        for form, arity in (("at_least", 3), ("at_most", 3), ("at_least_share", 4), ("in_term", 4))
        for atom in finished.all(form, arity)
    }
    return {
        bound
        for condition in dict.fromkeys(condition for condition, _ in sorted(conditions, key=str))
        for bound in _bounds(measure, Goal(condition, leaf=(measure.row.id, condition)), finished)
    }


def _positions(measure: Measure, bound: Term) -> Iterator[int]:
    if measure.field.value_type == "date" and is_day(bound):
        yield day(bound).toordinal()
    elif isinstance(bound, int):
        yield bound
    elif is_quantity(bound) and isinstance(bound, tuple):
        yield bound[1] * MILLION + bound[2]


def _edges(
    measure: Measure, now: int | None, reached: Mapping[int, bool]
) -> Iterator[tuple[int | None, int]]:
    """Where a goal begins to be reached, as what does not do (None: nothing is between) and what does.

    From where the measure stands, upwards and downwards; of a fact that nobody stated, the least position
    that does, or, where the lowest does, the greatest.
    """
    if measure.options:
        yield from ((None, position) for position, does in reached.items() if does)
        return
    if now is not None:
        up, down = (
            sorted(p for p in reached if p > now),
            sorted((p for p in reached if p < now), reverse=True),
        )
        for side in (up, down):
            yield from _first(now, side, reached)
        return
    upwards = sorted(reached)
    if not reached[upwards[0]]:
        yield from _first(upwards[0], upwards[1:], reached)
    elif all(reached.values()):
        yield None, upwards[0]
    else:
        failing = next(position for position in upwards if not reached[position])
        yield from _first(failing, [p for p in upwards[::-1] if p < failing], reached)


def _first(bad: int, positions: Sequence[int], reached: Mapping[int, bool]) -> Iterator[tuple[int, int]]:
    """The first of some positions at which the goal is reached, behind the last at which it is not."""
    for position in positions:
        if reached[position]:
            yield bad, position
            return
        bad = position
