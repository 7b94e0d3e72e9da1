"""The answer to one question: the smallest sets of changes, each with the plan that is made anew under it.

What the time does not suffice for is left out, and told: what is found is true, but there may be more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from subvent.diagnostics import Text
from subvent.explain.conditions import Conditions
from subvent.explain.finished import Finished
from subvent.explain.words import Words
from subvent.logic.terms import Atom, Term
from subvent.policy.types import Benefit
from subvent.questions.outline import changes as claim_changes
from subvent.questions.takes.further import Ask, Further
from subvent.questions.takes.goals import Goal, Target
from subvent.questions.takes.measures import Changes, Key
from subvent.questions.takes.question import Question
from subvent.questions.takes.result import Bound, FactChange, Stage, State, Takes, Way
from subvent.questions.takes.search import Search, Smallest, Stuck, moved
from subvent.questions.takes.variations import Found, LateError, Variations, World, within_time
from subvent.questions.takes.words import fact_change, unsuited

_NOW: Changes = frozenset()


class Asked:
    """One subject and benefit that are asked about."""

    def __init__(self, variations: Variations, question: Question, benefit: Benefit) -> None:
        self.variations, self.question, self.benefit = variations, question, benefit
        self.target = Target(question.applicant, question.row.id, (benefit.constant,), question.years)
        self.search = Search(variations, self.target)
        self.further = Further(variations, self.target, self.search)
        self.now = variations.plan(_NOW)
        self._untried: dict[Stage, None] = {}

    def answer(self) -> Takes:
        """What it would take."""
        world = self.variations.world(_NOW)
        state = self._state(world)
        found = self.search.smallest() if state == "impossible" else Smallest((), None, complete=True)
        if not found.complete:
            self._untried["possible"] = None
        possible = self._collected("possible", (self._way(one, self._possible) for one in found.sets))
        begin = found.sets if state == "impossible" else (_NOW,)
        further = self._collected("planned", (one for each in begin for one in self.further.planned(each)))
        planned = self._collected(
            "planned", (self._way(one, self.further.is_claimed) for one in dict.fromkeys(further))
        )
        most, exhausted = self._most(begin, further, state)
        stuck = found.stuck if state == "impossible" and not possible else None
        loss, loss_proven = self._loss(_NOW) if state == "possible" else (None, True)
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
            loss_proven=loss_proven,
            possible=tuple(sorted(possible, key=lambda way: -way.gain_fen)),
            planned=tuple(_first_of_each(planned)),
            most=tuple(_first_of_each(most)),
            tried_together=self.further.tried,
            exhausted=exhausted,
            short_of=self._facts(stuck.changes, self._possible) if stuck else (),
            in_the_way=tuple(self._collected("possible", self._in_the_way(stuck))) if stuck else (),
            untried=tuple(self._untried),
            proven=self.now.proven and all(way.proven for way in every),
        )

    def _collected(self, stage: Stage, found: Iterable[Found]) -> list[Found]:
        """What a stage of the search finds, as far as the time goes."""
        collected, complete = within_time(found)
        if not complete:
            self._untried[stage] = None
        return collected

    def _most(
        self, begin: Sequence[Changes], further: Sequence[Changes], state: State
    ) -> tuple[list[Way], bool]:
        """How far facts are worth moving from the best of the plans that claim it, and if none is at all."""
        try:
            claimed = [*(one for one in begin if self.further.is_claimed(one)), *further]
            best = max(claimed, key=lambda changes: self.variations.plan(changes).total, default=None)
        except LateError:
            self._untried["most"] = None
            return [], False
        if best is None:
            return [], False
        most = self._collected("most", map(self._brought, self.further.most(best)))
        exhausted = self._collected("most", (not self.further.reaches(_NOW) for _ in "1"))
        return most, state == "planned" and not most and exhausted == [True]

    # ── the plan under some changes ──

    def _state(self, world: World) -> State:
        if self.further.claims(self.now):
            return "planned"
        return "possible" if self.target.possible(world) else "impossible"

    def _counts(self, changes: Changes, world: World) -> int:
        """What the claim counts in the plan, else what it would bring by itself; in fen."""
        outlook = self.variations.plan(changes)
        claims = self.further.claims(outlook)
        return sum(outlook.chosen.fen[claim] for claim in claims) if claims else self.target.worth(world)

    def _loss(self, changes: Changes) -> tuple[int | None, bool]:
        """What insisting on the claim would cost where the plan leaves it out, and whether it is proven."""
        world = self.variations.world(changes)
        return self.variations.plan(changes).insisting(self.target.claims(world), self.variations.limits)

    def _possible(self, changes: Changes) -> bool:
        return self.target.possible(self.variations.world(changes))

    def _brought(self, changes: Changes) -> Way:
        """The way of a plan that makes the claim, whose changes are needed for what it brings."""
        total = self.variations.plan(changes).total
        return self._way(changes, partial(self.further.brings, total=total))

    def _way(self, changes: Changes, does: Ask) -> Way:
        """The way of some changes, which are needed so that they do."""
        outlook, world = self.variations.plan(changes), self.variations.world(changes)
        planned = bool(self.further.claims(outlook))
        loss, proven = (0, True) if planned else self._loss(changes)
        return Way(
            facts=self._facts(changes, does),
            total_fen=outlook.total,
            gain_fen=outlook.total - self.now.total,
            planned=planned,
            fen=self._counts(changes, world),
            loss_fen=loss,
            loss_proven=proven,
            changes=claim_changes(self.now.outline, outlook.outline),
            proven=proven and outlook.proven and self.now.proven,
        )

    # ── words ──

    def _facts(self, changes: Changes, does: Ask) -> tuple[FactChange, ...]:
        closed, own = self.variations.closed(changes), dict(changes)
        ordered = sorted(closed, key=lambda pair: (pair[0].row, own.get(pair[0]) != pair[1], str(pair[0])))
        return tuple(
            fact_change(
                self.variations.measures[key],
                position,
                self._bound(changes, key, position, does),
                implied=own.get(key) != position,
            )
            for key, position in ordered
        )

    def _bound(self, changes: Changes, key: Key, position: int, does: Ask) -> Bound:
        """Whether a fact is needed at least, at most, or just so; of one that nobody states, by trying."""
        measure = self.variations.measures[key]
        if measure.options:
            return "is"
        if measure.before is not None:
            return "least" if position > measure.before else "most"
        others = frozenset(pair for pair in changes if pair[0] != key)
        ends = measure.low, self.variations.end(changes, key)
        low, high = (does(moved(others, key, end, measure)) for end in ends)
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
        if goal.atom[0] == "suits":
            return unsuited(*map(words.term, goal.atom[1:]))
        if goal.wanted:
            why = self._why_barred(*goal.atom[1:], words=words) if len(goal.atom) == 5 else []  # noqa: PLR2004
            return words.atom(why[0]) if why else words.atom(goal.atom, negated=True)
        return words.atom(goal.atom)

    def _why_barred(self, *claim: Term, words: Words) -> list[Atom]:
        """What is not known of what was filed before a claim, and what of it bars the claim."""
        _, subject, benefit, year = claim
        unsettled = words.finished.all("unsettled", 3, ("at", subject, year), benefit)
        return [*unsettled, *words.finished.all("barred", 5, *claim)]


def _first_of_each(ways: Sequence[Way]) -> list[Way]:
    """Ways that change the same facts alike are told once; the one that gains most comes first."""
    found: dict[object, Way] = {}
    for way in sorted(ways, key=lambda one: -one.gain_fen):
        key = tuple((fact.row, fact.field, fact.path, str(fact.after)) for fact in way.facts)
        found.setdefault(key, way)
    return list(found.values())
