"""What an answer says, checked by planning the changed portfolio anew, by other means than the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tests.oracle.generator import as_json, random_portfolio, whole_portfolio, whole_readings

from subvent.choice import choose
from subvent.logic.session import InProcess
from subvent.optimise.search import Limits
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import pose
from subvent.questions.takes import Answers, FactChange, Takes, Way, takes_of_rows

LEAST = Decimal("0.000001")


class Planned(NamedTuple):
    """The plan of a portfolio: its total in fen, what it claims, and what could be claimed."""

    total: int
    claims: frozenset[tuple[str, str, int]]
    candidates: frozenset[tuple[str, str, int]]


class Place(NamedTuple):
    """Where a fact stands."""

    row: str
    list: str
    field: str
    path: tuple[object, ...] = ()
    years: tuple[int, ...] = ()


class Replanner:
    """Plans one portfolio with some of its facts changed."""

    def __init__(
        self, policies: PolicySet, portfolio: Portfolio, readings: Mapping[str, str] | None = None
    ) -> None:
        self.policies, self.portfolio, self.readings = policies, portfolio, readings or {}

    def plan(self, facts: Iterable[tuple[FactChange | Place, object]] = ()) -> Planned:
        """The plan with each fact at the value beside it."""
        changed = self.portfolio
        for fact, value in facts:
            changed = with_fact(changed, fact, value)
        vocabulary = vocabulary_of(self.policies)
        problem = pose(self.policies, vocabulary, changed, self.readings, InProcess(), "decision")
        chosen = choose(problem, Limits())
        names = {one.constant: one.name for one in self.policies.benefits}

        def told(claims: Iterable[Any]) -> frozenset[tuple[str, str, int]]:
            return frozenset((claim[2], names[claim[3][0]], claim[4]) for claim in claims)

        return Planned(sum(chosen.fen.values()), told(chosen.fen), told(problem.candidates))

    def check(self, found: Takes) -> int:
        """Checks every way of an answer; how many there are."""
        now = self.plan()
        assert now.total == found.total_fen
        assert found.proven
        assert (found.state == "planned") == _holds(found, now.claims)
        assert (found.state == "impossible") == (not _holds(found, now.candidates))
        for way in (*found.possible, *found.planned, *found.most):
            self._check_way(found, way, now)
        for way in found.possible:
            self._check_least(found, way, "candidates")
        for way in found.planned:
            assert way.planned
            self._check_least(found, way, "claims")
        for way in found.most:
            assert way.planned
            self._check_last(found, way)
        return len(found.possible) + len(found.planned) + len(found.most)

    def check_rates(self, found: Answers) -> None:
        """A unit more or less, the step of a jump, the one before it and a unit further: all planned anew."""
        now = self.plan().total
        for rate in found.rates:
            place = self._place(rate.row, rate.field, rate.path)
            unit = 1 if rate.more else -1
            if rate.gain_fen is not None:
                assert self._moved(place, _added(rate.before, unit)) - now == rate.gain_fen
            if rate.jump is None:
                continue
            there, least = self._moved(place, rate.jump.facts[0].after), rate.jump.facts[0]
            assert there - now == rate.jump.gain_fen
            assert there - self._moved(place, _step_less(least)) == rate.jump.step_fen != 0
            if rate.jump.then_fen is not None:
                assert self._moved(place, _added(least.after, unit)) - there == rate.jump.then_fen

    def _place(self, row: str, field: str, path: tuple[object, ...]) -> Place:
        listed = next(name for name, rows in self.portfolio.rows.items() if row in {one.id for one in rows})
        return Place(row, listed, field, path)

    def _moved(self, place: Place, value: Any) -> int:
        """The total with one fact at some value; a whole that it comes to exceed, and did not, is as much."""
        field = vocabulary_of(self.policies).spec(place.list).field(place.field)
        row = next(one for one in self.portfolio.rows[place.list] if one.id == place.row)
        whole: Any = row.fields.get(field.not_above) if field and field.not_above else None
        changes = [(place, value)]
        before = row.fields.get(place.field)
        if whole is not None and value > whole and field and not (before is not None and before > whole):
            changes.append((place._replace(field=str(field.not_above)), value))
        return self.plan(changes).total

    def _check_way(self, found: Takes, way: Way, now: Planned) -> None:
        then = self.plan((fact, fact.after) for fact in way.facts)
        assert then.total == way.total_fen
        assert then.total - now.total == way.gain_fen
        assert _holds(found, then.claims) == way.planned
        assert _holds(found, then.candidates)

    def _check_least(self, found: Takes, way: Way, what: str) -> None:
        """Without any of the changes, or with one of them a step less, it is not reached."""
        own = [fact for fact in way.facts if not fact.implied]
        for fact in own:
            for value in (fact.before, _step_less(fact)):
                if value is _SAME:
                    continue
                rest = [(other, value if other is fact else other.after) for other in own]
                assert not _holds(found, getattr(self.plan(_closed(rest, way.facts)), what)), (way, value)

    def _check_last(self, found: Takes, way: Way) -> None:
        """A step less brings less, or the best plan makes the claim no more."""
        changes = [fact for fact in way.facts if not fact.implied and fact.bound in ("least", "most")]
        less = [
            self.plan(
                _closed(
                    [
                        (other, _step_less(fact) if other is fact else other.after)
                        for other in way.facts
                        if not other.implied
                    ],
                    way.facts,
                )
            )
            for fact in changes
            if _step_less(fact) is not _SAME
        ]
        assert all(one.total < way.total_fen or not _holds(found, one.claims) for one in less)


def check_drawn(seed: int, policies: PolicySet, folder: Path) -> int:
    """Checks the answers about two projects of a random portfolio; how many ways and rates there are."""
    path, vocabulary = folder / "drawn.json", vocabulary_of(policies)
    path.write_text(as_json((whole_portfolio if seed % 2 else random_portfolio)(seed)), encoding="utf-8")
    rows = read_portfolio(path, vocabulary)
    known = {question.name for question in policies.readings}
    readings = {name: answer for name, answer in whole_readings(seed).items() if name in known}
    replanner, told = Replanner(policies, rows, readings), 0
    for row in rows.rows["projects"][:2]:
        may = (row.id, str(row.fields["applicant"]))
        found = takes_of_rows(
            rows, policies, (row.id, None, None), InProcess(), allowed=may, readings=readings
        )
        replanner.check_rates(found)
        told += len(found.rates) + sum(map(replanner.check, found.takes))
    return told


_SAME = object()


def _closed(
    changes: Sequence[tuple[FactChange, object]], facts: Iterable[FactChange]
) -> list[tuple[FactChange, object]]:
    return [*changes, *((fact, fact.after) for fact in facts if fact.implied)]


def _holds(found: Takes, claims: Iterable[tuple[str, str, int]]) -> bool:
    return any(
        (subject, benefit) == (found.subject, found.benefit) and year in found.years
        for subject, benefit, year in claims
    )


def _added(value: Any, units: int) -> Any:
    """The value some units further: 万元, days, or what the field counts."""
    return value + (timedelta(days=units) if isinstance(value, date) else units)


def _step_less(fact: FactChange) -> object:
    """The value one step nearer to where the fact stands."""
    if fact.bound not in ("least", "most"):
        return _SAME
    sign = -1 if fact.bound == "least" else 1
    after = fact.after
    if isinstance(after, date):
        return after + timedelta(days=sign)
    if isinstance(after, Decimal):
        return after + sign * LEAST
    assert isinstance(after, int)
    return after + sign


def with_fact(portfolio: Portfolio, fact: FactChange | Place, value: object) -> Portfolio:
    """The portfolio with one fact at another value; None takes it away."""

    def changed(row: Any) -> Any:
        if row.id != fact.row:
            return row
        fields = dict(row.fields)
        new: Any = value
        if fact.path or fact.years:
            new = dict(fields.get(fact.field, {}))
            for year in fact.years or fact.path[:1]:
                new[year] = {**new.get(year, {}), fact.path[1]: value} if len(fact.path) > 1 else value
            new = {key: inner for key, inner in new.items() if inner is not None}
        if new is None:
            fields.pop(fact.field, None)
        else:
            fields[fact.field] = new
        return row._replace(fields=fields, places={fact.field: row.place, **row.places})

    rows = {**portfolio.rows, fact.list: tuple(map(changed, portfolio.rows[fact.list]))}
    return portfolio._replace(rows=rows)
