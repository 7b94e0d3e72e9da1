"""What each unknown fact could be worth: the best plan if it were known at its best value, less today's.

    found = worths_of(Path("group.xlsx"))
    for worth in found.worths: ...       # the fact that could bring most first

The value is sought among the options of the fact, the ends of its scale and the bounds that packs declare;
it is the least one that brings as much. Where a fact alone brings nothing, it is tried with the others that
the same claim hangs on. Every gain is the difference of two plans, of the rows connected with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from subvent.diagnostics import Text
from subvent.explain.finished import Finished
from subvent.explain.words import in_a_sentence
from subvent.logic.session import DEFAULT_SECONDS, Grounder
from subvent.optimise.search import Limits
from subvent.plan import Wanted, solve_rows
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.types import Portfolio, Row
from subvent.problem import resolve_readings
from subvent.questions.outline import limited, opened
from subvent.questions.takes.goals import Target
from subvent.questions.takes.measures import Changes, Key, Measure, can_move, entry_left, measures
from subvent.questions.takes.programs import Programs
from subvent.questions.takes.question import horizon_of
from subvent.questions.takes.result import Bound, FactChange
from subvent.questions.takes.scope import FEW, Scope, scopes_of
from subvent.questions.takes.search import Search, between_evenly, declared, moved
from subvent.questions.takes.variations import IN_MAPS, CoupledError, LateError, Variations
from subvent.questions.takes.words import fact_change
from subvent.result import Plan, Unclaimed, UnknownFact

_NOW: Changes = frozenset()
_PROBES = 48
_NEAR = 3
"""Positions that are tried on either side of a guess."""
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Worth:
    """What an unknown fact could be worth.

    `gain_fen` is what the best plan gains with `facts`: the fact at its best value, and beside it those that
    it needs to bring anything. None where it was not worked out: nothing can be tried of a text or a code, or
    the time was over (`tried`: whether it was not).
    """

    fact: UnknownFact
    gain_fen: int | None
    facts: tuple[FactChange, ...]
    proven: bool
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Worths:
    """All unknown facts that claims hang on, the one that could bring most first."""

    file: str
    sha256: str
    total_fen: int
    worths: tuple[Worth, ...]
    labels: Mapping[str, Text]
    """The benefits by name."""
    optimal: bool
    """Whether the plan of the facts as they are is proven."""
    undecided: tuple[Unclaimed, ...] = ()
    """What is not claimed because something is not known, though no field that could say it is left out."""

    @property
    def proven(self) -> bool:
        """Whether every gain is, and none was left out for want of time."""
        return self.optimal and all(one.proven and one.tried for one in self.worths)


def worths_of(
    path: Path,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Worths:
    """What each unknown fact of the portfolio in a file could be worth.

    `policies`, `readings` and `time_limit` as for a plan. Raises InputError, PolicyError, ResourceError.
    """
    limits = limited(DEFAULT_SECONDS if time_limit is None else time_limit)
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        return worths_of_rows(portfolio, policy_set, grounder, readings=readings, limits=limits)


def worths_of_rows(
    portfolio: Portfolio,
    policies: PolicySet,
    grounder: Grounder,
    *,
    readings: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    few: int = FEW,
) -> Worths:
    """The same for a portfolio that is already read. Up to `few` rows are always planned together."""
    answers, within = resolve_readings(policies, readings or {}), limits or Limits()
    left = None if within.deadline is None else max(0.0, within.deadline - monotonic())
    plan = solve_rows(portfolio, policies, answers, grounder, Wanted(left, proofs=False)).plan
    told = _Told(portfolio, policies, answers, grounder, within)
    worths = told.all(plan, few)
    return Worths(
        file=portfolio.file,
        sha256=portfolio.sha256,
        total_fen=plan.total_fen,
        worths=tuple(
            sorted(worths, key=lambda one: -1 if one.gain_fen is None else one.gain_fen, reverse=True)
        ),
        labels={benefit.name: benefit.label for benefit in policies.benefits},
        optimal=plan.status == "optimal",
        undecided=_undecided(plan),
    )


def _undecided(plan: Plan) -> tuple[Unclaimed, ...]:
    """What hangs on what is stated, but in words that no rule knows."""
    hanging = {claim for fact in plan.unknown for claim in fact.claims}
    unknown = (entry for entry in plan.not_claimed if entry.reason == "unknown")
    return tuple(entry for entry in unknown if (entry.subject, entry.benefit) not in hanging)


class _Told:
    def __init__(
        self,
        portfolio: Portfolio,
        policies: PolicySet,
        answers: Mapping[str, str],
        grounder: Grounder,
        limits: Limits,
    ) -> None:
        self.portfolio, self.policies, self.answers = portfolio, policies, answers
        self.grounder, self.limits = grounder, limits

    def all(self, plan: Plan, few: int) -> list[Worth]:
        """The worth of every unknown fact of a plan, those of connected rows together."""
        rows = {row.id: row for listed in self.portfolio.rows.values() for row in listed}
        unknown = (*plan.unknown, *self._unclassed(plan))
        of_fact = {fact: self._measures(fact, rows.get(fact.row)) for fact in unknown}
        moving = [measure for found in of_fact.values() for measure in found]
        worths = [Worth(fact, None, (), proven=True) for fact, found in of_fact.items() if not found]
        told = self.policies, vocabulary_of(self.policies), self.portfolio, self.answers
        programs = Programs(*told, moving)
        for scope in scopes_of(self.portfolio, self.policies, self.answers, moving, few):
            ids = {row.id for rows in scope.rows.rows.values() for row in rows}
            own = {fact: found for fact, found in of_fact.items() if found and fact.row in ids}
            try:
                worths += self._within(scope, own, programs)
            except CoupledError:
                worths += self._within(Scope(self.portfolio), own, programs)
        return worths

    def _unclassed(self, plan: Plan) -> Iterator[UnknownFact]:
        """What rows lack that are not classed, so that no claim hangs on it and the plan says nothing."""
        told = {claim.subject for claim in plan.claims} | {entry.subject for entry in plan.not_claimed}
        told |= {line.subject for total in plan.beside_total for line in total.lines}
        told |= {fact.row for fact in plan.unknown}
        for spec in vocabulary_of(self.policies).lists.values():
            wanted = [field for field in spec.fields if field.wanted] if spec.subject else []
            for row in self.portfolio.rows.get(spec.name, ()) if wanted else ():
                for field in wanted if row.id not in told else ():
                    if not row.fields.get(field.name):
                        yield UnknownFact(row.id, field.name, in_a_sentence(field.label), (), None)

    def _measures(self, fact: UnknownFact, row: Row | None) -> list[Measure]:
        """The measures of a fact that nobody stated of a row."""
        vocabulary = vocabulary_of(self.policies)
        field = vocabulary.spec(row.list).field(fact.field) if row else None
        if row is None or field is None or not can_move(field):
            return []
        if fact.path and (entry := entry_left(row, field, fact.path)):
            return [entry]
        every = measures(row, field, self.portfolio, vocabulary)
        return [measure for measure in every if measure.before is None or not measure.stated]

    def _within(
        self, scope: Scope, of_fact: Mapping[UnknownFact, list[Measure]], programs: Programs
    ) -> list[Worth]:
        told = self.policies, scope, self.answers, self.grounder, self.limits
        knowing = _Knowing(Variations(*told, programs), of_fact)
        found = []
        with suppress(LateError):
            knowing.derive_first()
        for fact in of_fact:
            try:
                found.append(knowing.worth(fact))
            except LateError:
                found.append(Worth(fact, None, (), proven=False, tried=False))
        return found


class _Knowing:
    """The facts of some connected rows, asked for what knowing them brings."""

    def __init__(self, variations: Variations, of_fact: Mapping[UnknownFact, list[Measure]]) -> None:
        self.variations, self.of_fact = variations, of_fact
        self._every = [measure for found in of_fact.values() for measure in found]
        self._sets: dict[tuple[str, str], tuple[Changes, ...]] = {}

    def derive_first(self) -> None:
        """Derives together what is tried of every fact by itself. Raises LateError."""
        self.variations.measure(self._every)
        own = [self.variations.measures[measure.key] for measure in self._every]
        self.variations.plans([_NOW, *(one for measure in own for one in self._moves(_NOW, measure))])

    def worth(self, fact: UnknownFact) -> Worth:
        """What a fact could bring by itself; where that is nothing, with the others its claims hang on."""
        own = self.of_fact[fact]
        self.variations.measure(self._every)
        now = self.variations.plan(_NOW)
        best = self._risen(_NOW, own)
        for claim in fact.claims if best == _NOW else ():
            together = [m for other, found in self.of_fact.items() if claim in other.claims for m in found]
            for start in self._possible(claim, together):
                risen = self._risen(start, together)
                if any(key == measure.key for key, _ in risen for measure in own):
                    best = max(best, risen, key=self._total)
        best = self._least(best, self._total(best))
        then = self.variations.plan(best)
        keys = {measure.key for measure in own}
        # What goes along is part of what was planned: a whole is told as large as its largest part.
        ordered = sorted(self.variations.closed(best), key=lambda pair: (pair[0] not in keys, str(pair[0])))
        facts = tuple(self._fact(best, *pair) for pair in ordered)
        return Worth(fact, then.total - now.total, facts, proven=now.proven and then.proven)

    def _total(self, changes: Changes) -> int:
        return self.variations.plan(changes).total

    def _possible(self, claim: tuple[str, str], together: Sequence[Measure]) -> tuple[Changes, ...]:
        """The smallest sets of the facts that a claim hangs on which make it possible."""
        if claim in self._sets:
            return self._sets[claim]
        subject, name = claim
        benefit = next(one for one in self.variations.policies.benefits if one.name == name)
        world = self.variations.world(_NOW)
        applicant = next((a[2] for a in world.atoms if a[0] == "subject" and a[1] == subject), "")
        years = horizon_of(self.variations.portfolio)
        self.variations.measure(together)
        # What is lacking of one year may be enough for that year alone.
        asked = [(year,) for year in years] if any(one.key.path for one in together) else [years]
        targets = (Target(str(applicant), subject, (benefit.constant,), of_years) for of_years in asked)
        sets = [own for target in targets for own in Search(self.variations, target).smallest().sets]
        found = self._sets[claim] = tuple(dict.fromkeys(sets))
        self.variations.measure(self._every)
        return found

    def _risen(self, changes: Changes, own: Iterable[Measure]) -> Changes:
        """Each of some measures moved to where the plan brings most, until none brings more."""
        moving = [self.variations.measures[measure.key] for measure in own]
        for _ in range(_ROUNDS):
            before = changes
            for measure in moving:
                sets = self._moves(changes, measure)
                self.variations.plans(sets)
                changes = max((changes, *sets), key=self._total)
            if changes == before:
                break
        return changes

    def _moves(self, changes: Changes, measure: Measure) -> list[Changes]:
        return [moved(changes, measure.key, p, measure) for p in self._tried(changes, measure)]

    def _tried(self, changes: Changes, measure: Measure) -> list[int]:
        if measure.options:
            return list(range(len(measure.options)))
        bounds = declared(measure, Finished(self.variations.world(changes).atoms))
        near = {one for bound in bounds for one in (bound - 1, bound, bound + 1)}
        return sorted(p for p in {measure.low, measure.high, *near} if measure.low <= p <= measure.high)

    def _least(self, changes: Changes, total: int) -> Changes:
        """The changes without what brings nothing, each amount moved no further than brings as much."""
        for key, _ in sorted(changes, key=str):
            others = frozenset(pair for pair in changes if pair[0] != key)
            measure = self.variations.measures[key]
            if self._total(others) >= total:
                changes = others
            elif not measure.options:
                good = dict(changes)[key]
                bad = measure.low if measure.before is None else measure.before
                changes = moved(others, key, self._first(others, measure, (bad, good), total), measure)
        return changes

    def _first(self, others: Changes, measure: Measure, ends: tuple[int, int], total: int) -> int:
        """The first position at which the plan brings so much, from one end to the other, where it does."""

        def brings(position: int) -> int:
            return self._total(moved(others, measure.key, position, measure))

        bad, good = ends
        if brings(bad) >= total:
            return bad
        # What is compared with declared bounds is derived already; what grows is guessed from where it was.
        between = self._tried(moved(others, measure.key, good, measure), measure)
        before: tuple[int, int] | None = None
        while abs(good - bad) > 1:
            low, high = sorted((bad, good))
            between = sorted({p for p in between if low < p < high}, reverse=good < bad)
            self.variations.plans([moved(others, measure.key, position, measure) for position in between])
            for position in between:
                if brings(position) >= total:
                    good = position
                    break
                before, bad = (bad, brings(bad)), position
            guesses = _guesses(before, (bad, brings(bad)), total)
            between = [*guesses, *self._between(measure, bad, good)]
        return good

    def _between(self, measure: Measure, bad: int, good: int) -> list[int]:
        """Positions between what does not do and what does: evenly, and close to the lower."""
        if measure.key.path:
            return between_evenly(bad, good, IN_MAPS)
        close = [bad + 2**k for k in range((good - bad).bit_length() - 1)] if good > bad else []
        return [*between_evenly(bad, good, _PROBES), *close]

    def _fact(self, changes: Changes, key: Key, position: int) -> FactChange:
        """A fact of some changes in words: whether more, or less, would bring as much too."""
        measure = self.variations.measures[key]
        if dict(changes).get(key) != position:
            return fact_change(measure, position, "least")
        others = frozenset(pair for pair in changes if pair[0] != key)
        bound: Bound = "is"
        if not measure.options:
            total = self._total(changes)
            low, high = (
                self._total(moved(others, measure.key, end, measure)) >= total
                for end in (measure.low, self.variations.end(changes, key))
            )
            bound = ("any" if high else "most") if low else ("least" if high else "is")
        return fact_change(measure, position, bound)


def _guesses(first: tuple[int, int] | None, second: tuple[int, int], total: int) -> list[int]:
    """Where a total is reached that goes on growing as it did between two positions, each with its total."""
    if first is None or first[1] == second[1]:
        return []
    (there, below), (here, now) = first, second
    guess = here + (total - now) * (here - there) // (now - below)
    return [guess + step for step in range(-_NEAR, _NEAR + 1)]
