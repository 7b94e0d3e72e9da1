"""The answer to one question: the smallest sets of changes, each with the plan that is made anew under it.

Where a claim becomes possible but the best plan leaves it out, the search goes on: each measure is moved to
the end where the claim brings most, and if the best plan takes it there, back to the least position at which
it still does. Where it is claimed, the same tells how far a measure is worth moving: until it brings no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.explain.conditions import Conditions
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.logic.terms import Atom
from subvent.outline import changes as claim_changes
from subvent.policy.types import Benefit
from subvent.takes.goals import Goal, Target
from subvent.takes.measures import Changes, Key, Measure
from subvent.takes.question import Question
from subvent.takes.result import Bound, FactChange, State, Takes, Way
from subvent.takes.search import Search, Smallest, Stuck, moved
from subvent.takes.variations import Outlook, Variations, World
from subvent.takes.words import fact_change

_NOW: Changes = frozenset()


class _Reach(NamedTuple):
    """A measure at the end where the claim brings most (`fen` by itself), beside other changes."""

    measure: Measure
    position: int
    fen: int


class Asked:
    """One subject and benefit that are asked about."""

    def __init__(self, variations: Variations, question: Question, benefit: Benefit) -> None:
        self.variations, self.question, self.benefit = variations, question, benefit
        self.target = Target(question.applicant, question.row.id, (benefit.constant,), question.years)
        self.search = Search(variations, self.target)
        self.now = variations.plan(_NOW)

    def answer(self) -> Takes:
        """What it would take."""
        world = self.variations.world(_NOW)
        state = self._state(world)
        found = self.search.smallest() if state == "impossible" else Smallest((), None, complete=True)
        ways = [self._way(changes) for changes in found.sets]
        possible = sorted(ways, key=lambda way: -way.gain_fen)
        begin = found.sets if state == "impossible" else (_NOW,)
        further = list(dict.fromkeys(one for changes in begin for one in self._further(changes)))
        claimed = [*(one for one in begin if self._claims(self.variations.plan(one))), *further]
        planned = [self._way(changes) for changes in further]
        best = max(claimed, key=lambda changes: self.variations.plan(changes).total, default=None)
        most = list(self._most(best)) if best is not None else []
        stuck = found.stuck if state == "impossible" and not ways else None
        loss, _ = self._loss(_NOW) if state == "possible" else (None, True)
        every = (*possible, *planned, *most)
        return Takes(
            subject=self.question.row.id,
            subject_name=str(self.question.row.fields.get("name", "")),
            benefit=self.benefit.name,
            benefit_label=self.benefit.label,
            years=self.question.years,
            state=state,
            total_fen=self.now.total,
            fen=self._counts(_NOW, world),
            loss_fen=loss,
            possible=tuple(possible),
            planned=tuple(_first_of_each(planned)),
            most=tuple(_first_of_each(most)),
            exhausted=state == "planned" and not most and not self._reaches(_NOW),
            short_of=self._facts(stuck.changes) if stuck else (),
            in_the_way=tuple(self._in_the_way(stuck)) if stuck else (),
            complete=found.complete and not self.variations.over,
            proven=self.now.proven and all(way.proven for way in every),
        )

    # ── the plan under some changes ──

    def _state(self, world: World) -> State:
        if self._claims(self.now):
            return "planned"
        return "possible" if self.target.possible(world) else "impossible"

    def _claims(self, outlook: Outlook) -> list[Atom]:
        """The claims of a plan that were asked about."""
        own = (self.target.applicant, self.target.subject, self.target.benefit)
        return [claim for claim in outlook.chosen.fen if claim[1:4] == own and claim[4] in self.target.years]

    def _counts(self, changes: Changes, world: World) -> int:
        """What the claim counts in the plan, else what it would bring by itself; in fen."""
        outlook = self.variations.plan(changes)
        claims = self._claims(outlook)
        return sum(outlook.chosen.fen[claim] for claim in claims) if claims else self.target.worth(world)

    def _loss(self, changes: Changes) -> tuple[int | None, bool]:
        """What insisting on the claim would cost where the plan leaves it out, and whether it is proven."""
        world = self.variations.world(changes)
        return self.variations.plan(changes).insisting(self.target.claims(world), self.variations.limits)

    def _way(self, changes: Changes) -> Way:
        outlook, world = self.variations.plan(changes), self.variations.world(changes)
        planned = bool(self._claims(outlook))
        loss, proven = (0, True) if planned else self._loss(changes)
        return Way(
            facts=self._facts(changes),
            total_fen=outlook.total,
            gain_fen=outlook.total - self.now.total,
            planned=planned,
            fen=self._counts(changes, world),
            loss_fen=loss if proven else None,
            changes=claim_changes(self.now.outline, outlook.outline),
            proven=proven and outlook.proven and self.now.proven,
        )

    # ── further than possible ──

    def _further(self, changes: Changes) -> Iterator[Changes]:
        """From where the claim may be made: each measure moved until the best plan makes it."""
        outlook = self.variations.plan(changes)
        if self._claims(outlook):
            return
        loss, proven = self._loss(changes)
        for reach in self._reaches(changes):
            if self.variations.over:
                return
            end = self.variations.plan(moved(changes, reach.measure.key, reach.position, reach.measure))
            if self._claims(end) and end.total >= outlook.total:
                needed = self.target.worth(self.variations.world(changes)) + (loss or 0) if proven else 0
                yield self._least_planned(changes, reach, needed)

    def _reaches(self, changes: Changes) -> list[_Reach]:
        """Of every measure the options that bring more, or that end of its scale at which most is brought."""
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
                found.append(_Reach(measure, position, fen))
        return [reach for reach in found if self._is_own(changes, reach)]

    def _is_own(self, changes: Changes, reach: _Reach) -> bool:
        """Whether the measure itself brings it, not what goes along with it."""
        key = reach.measure.key
        end = moved(changes, key, reach.position, reach.measure)
        along = self.variations.along(end, key)
        if along <= changes:
            return True
        return self.target.worth(self.variations.world(along)) < reach.fen

    def _least_planned(self, changes: Changes, reach: _Reach, needed: int) -> Changes:
        """The measure of `reach` moved as little as makes the best plan claim it; `needed` is a guess in fen.

        The guess is what the claim has to bring by itself; the plans on either side of it decide.
        """
        measure = reach.measure
        if measure.options:
            return moved(changes, measure.key, reach.position, measure)
        bad, good = self._start(changes, measure, reach), reach.position
        sign = 1 if good > bad else -1
        guess = self._least_worth(changes, reach, min(needed, reach.fen))
        step = 1
        trial = guess
        # From the guess outwards in growing steps, until one plan claims it and one does not.
        while (good - trial) * sign > 0:
            if self._is_claimed(changes, measure, trial):
                good = trial
                break
            bad, trial, step = trial, trial + sign * step, step * 2
        step = 1
        while abs(good - bad) > step:
            trial = good - sign * step
            if not self._is_claimed(changes, measure, trial):
                bad = trial
                break
            good, step = trial, step * 2
        while abs(good - bad) > 1:
            middle = (good + bad) // 2
            if self._is_claimed(changes, measure, middle):
                good = middle
            else:
                bad = middle
        return moved(changes, measure.key, good, measure)

    def _start(self, changes: Changes, measure: Measure, reach: _Reach) -> int:
        """Where a measure stands under some changes; of one that nobody states, the other end."""
        now = dict(changes).get(measure.key, measure.before)
        if now is not None:
            return now
        return measure.low if reach.position == measure.high else measure.high

    def _is_claimed(self, changes: Changes, measure: Measure, position: int) -> bool:
        return bool(self._claims(self.variations.plan(moved(changes, measure.key, position, measure))))

    def _least_worth(self, changes: Changes, reach: _Reach, fen: int) -> int:
        """The least move of the measure at which the claim brings so many fen by itself."""
        measure = reach.measure
        start = self._start(changes, measure, reach)
        if start == reach.position:
            return start
        others = frozenset(pair for pair in changes if pair[0] != measure.key)
        return self.search.least_worth(others, measure.key, (start, reach.position), fen)

    def _most(self, changes: Changes) -> Iterator[Way]:
        """From where the best plan claims it: each measure moved as far as more is gained."""
        total = self.variations.plan(changes).total
        for reach in self._reaches(changes):
            if self.variations.over:
                return
            if reach.measure.options:
                best = reach.position
            else:
                least = self._least_worth(changes, reach, reach.fen)
                # What grows to the very end of the scale has no cap to speak of.
                if least == reach.position:
                    continue
                best = least
            further = moved(changes, reach.measure.key, best, reach.measure)
            then = self.variations.plan(further)
            if then.total > total and self._claims(then):
                yield self._way(further)

    # ── words ──

    def _facts(self, changes: Changes) -> tuple[FactChange, ...]:
        closed, own = self.variations.closed(changes), dict(changes)
        ordered = sorted(closed, key=lambda pair: (pair[0].row, own.get(pair[0]) != pair[1], str(pair[0])))
        return tuple(
            fact_change(
                self.variations.measures[key],
                position,
                self._bound(changes, key, position),
                implied=own.get(key) != position,
            )
            for key, position in ordered
        )

    def _bound(self, changes: Changes, key: Key, position: int) -> Bound:
        """Whether a fact is needed at least, at most, or just so; of one that nobody states, by trying."""
        measure = self.variations.measures[key]
        if measure.options:
            return "is"
        if measure.before is not None:
            return "least" if position > measure.before else "most"
        others = frozenset(pair for pair in changes if pair[0] != key)
        ends = [moved(others, measure.key, end, measure) for end in (measure.low, measure.high)]
        low, high = (self.target.possible(world) for world in self.variations.derive(ends))
        if low:
            return "any" if high else "most"
        return "least" if high else "is"

    def _in_the_way(self, stuck: Stuck) -> Iterator[Text]:
        """What is left after some changes, in words: all that is derived is read for the numbers."""
        (world,) = self.variations.derive([stuck.changes], keep=())
        words = Words(self.variations.policies, self.variations.vocabulary, Finished(world.atoms))
        conditions = Conditions(words)
        for goal in stuck.left:
            yield self._goal_said(goal, words, conditions)

    def _goal_said(self, goal: Goal, words: Words, conditions: Conditions) -> Text:
        if goal.leaf is not None:
            return conditions.sentence(*goal.leaf)
        if goal.wanted:
            barred = words.finished.all("barred", 5, *goal.atom[1:5]) if len(goal.atom) == 5 else []  # noqa: PLR2004
            return words.atom(barred[0]) if barred else words.atom(goal.atom, negated=True)
        return words.atom(goal.atom)


def _first_of_each(ways: Sequence[Way]) -> list[Way]:
    """Ways that change the same facts alike are told once; the one that gains most comes first."""
    found: dict[object, Way] = {}
    for way in sorted(ways, key=lambda one: -one.gain_fen):
        key = tuple((fact.row, fact.field, fact.path, str(fact.after)) for fact in way.facts)
        found.setdefault(key, way)
    return list(found.values())
