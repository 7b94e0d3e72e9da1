"""What is asked: which subject, benefits and years, and which facts may change; everything wrong at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from subvent.diagnostics import Diagnostic, InputError, Text, diagnostic
from subvent.explain.asked import no_benefit, year_not_planned
from subvent.explain.not_there import called_alike
from subvent.explain.words import in_a_sentence
from subvent.policy.loader import vocabulary_of
from subvent.policy.offered import offered
from subvent.policy.types import Benefit, PolicySet
from subvent.portfolio.nearest import nearest
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.vocabulary import Field, ListSpec, Vocabulary
from subvent.questions.takes.measures import EACH_YEAR, Measure, can_move, is_measured, measures

_MOST_NAMED = 8


class Question(NamedTuple):
    """A question that the portfolio and the packs can answer."""

    row: Row
    applicant: str
    benefits: tuple[Benefit, ...]
    years: tuple[int, ...]
    """The filing years that will do: the one named, else all that are planned."""
    measures: tuple[Measure, ...]
    left_out: tuple[Measure, ...]
    """Those that nobody asked about: they tell what has happened, or how the row is classed."""


def understood(
    policies: PolicySet,
    portfolio: Portfolio,
    subject: str,
    benefit: str | None,
    year: int | None,
    allowed: Sequence[str],
) -> Question:
    """The question in the terms of portfolio and packs.

    `allowed` are `ROW.FIELD`, or `ROW` for all of its fields that can change; none: what is measured or
    answered by yes or no of the subject, and what its applicant does not state of that kind. Raises
    InputError with everything that does not exist, and the nearest names.
    """
    asking = _Asking(policies, portfolio)
    found: list[Diagnostic] = []
    row = asking.subject(subject, found)
    planned = horizon_of(portfolio)
    if year is not None and year not in planned:
        found.append(year_not_planned(year, planned))
    benefits = asking.benefits(row, subject, benefit, found) if row else ()
    moving, left = asking.allowed(allowed, found) if allowed else asking.usual(row)
    if found or row is None:
        raise InputError(*found)
    spec = vocabulary_of(policies).spec(row.list)
    return Question(row, str(row.fields[spec.subject]), benefits, (year,) if year else planned, moving, left)


def horizon_of(portfolio: Portfolio) -> tuple[int, ...]:
    """The filing years that are planned."""
    horizon = portfolio.settings.fields.get("horizon")
    return tuple(int(str(one)) for one in horizon) if isinstance(horizon, tuple) else ()


class _Asking:
    def __init__(self, policies: PolicySet, portfolio: Portfolio) -> None:
        self.policies, self.portfolio = policies, portfolio
        self.vocabulary: Vocabulary = vocabulary_of(policies)
        self.offered = offered(policies)
        self.rows = {
            row.id: row
            for name, spec in self.vocabulary.lists.items()
            if spec.has_id
            for row in portfolio.rows.get(name, ())
        }

    def spec(self, row: Row) -> ListSpec:
        """The list of a row."""
        return self.vocabulary.spec(row.list)

    def read(self, row: Row) -> tuple[Field, ...]:
        """The fields that the packs can make use of, and those that one of them is a part of."""
        if row.list not in self.offered.lists:
            return ()
        own = self.offered.spec(row.list).fields
        names = {field.name for field in own} | {field.not_above for field in own}
        return tuple(field for field in self.spec(row).fields if field.name in names)

    def subject(self, asked: str, found: list[Diagnostic]) -> Row | None:
        """The row that is asked about, by its id or its name."""
        subjects = {key: row for key, row in self.rows.items() if self.spec(row).subject}
        named = [row for row in subjects.values() if row.fields.get("name") == asked]
        row = subjects.get(asked) or (named[0] if len(named) == 1 else None)
        if row is None and named:
            found.append(called_alike(asked, (one.id for one in named)))
        elif row is None:
            names = {*subjects, *(str(r.fields["name"]) for r in subjects.values() if "name" in r.fields)}
            near, some = nearest(asked, names), list(subjects)[:_MOST_NAMED] or ["–"]
            zh = f"是否指“{near}”？" if near else f"例如 {'、'.join(some)}；"
            en = f"did you mean “{near}”? " if near else f"such as {', '.join(some)}; "
            found.append(diagnostic("why.no-such-subject", subject=asked, nearest_zh=zh, nearest_en=en))
        return row

    def benefits(
        self, row: Row, subject: str, asked: str | None, found: list[Diagnostic]
    ) -> tuple[Benefit, ...]:
        """The benefits that are asked about: the one named, else all that rows of its kinds can have."""
        possible = [benefit for benefit in self.policies.benefits if benefit.of == row.list]
        if asked is None:
            kinds = row.fields.get("kinds")
            own = kinds if isinstance(kinds, tuple) else None
            return tuple(benefit for benefit in possible if own is None or benefit.name in own)
        for benefit in possible:
            if asked.replace("_", "-") == benefit.name or asked in {benefit.label.zh, benefit.label.en}:
                return (benefit,)
        labels = {benefit.name: benefit.label for benefit in self.policies.benefits}
        found.append(no_benefit(subject, asked, {benefit.name for benefit in possible}, labels))
        return ()

    def usual(self, row: Row | None) -> tuple[tuple[Measure, ...], tuple[Measure, ...]]:
        """What may change where nobody says: of the subject what is measured, of its applicant what lacks."""
        if row is None:
            return (), ()
        applicant = self.rows.get(str(row.fields.get(self.spec(row).subject)))
        own = [
            m
            for field in self.read(row)
            if is_measured(field)
            for m in self.measures(row, field)
            # A year that a row leaves out has nothing; something is unknown only where all years lack.
            if m.key.path != (EACH_YEAR,) or field.name not in row.fields
        ]
        past = [m for m in own if self.is_past(m)]
        classed = [
            m
            for field in self.read(row)
            if can_move(field) and not is_measured(field)
            for m in self.measures(row, field)
        ]
        lacking = [
            m
            for field in (self.read(applicant) if applicant else ())
            if applicant and is_measured(field)
            for m in self.measures(applicant, field)
            if m.before is None and (m.key.path == (EACH_YEAR,) or not m.key.path)
        ]
        return tuple(m for m in own if m not in past) + tuple(lacking), (*past, *classed)

    def allowed(
        self, asked: Sequence[str], found: list[Diagnostic]
    ) -> tuple[tuple[Measure, ...], tuple[Measure, ...]]:
        """What is named by `ROW.FIELD` or `ROW`; of a whole row, what has happened is left out."""
        moving: dict[object, Measure] = {}
        left: dict[object, Measure] = {}
        for one in asked:
            whole = self.rows.get(one)
            if whole is not None:
                for measure in self._all(whole):
                    (left if self.is_past(measure) else moving).setdefault(measure.key, measure)
                continue
            row, field = self._field(one, found)
            if row is not None and field is not None:
                moving |= {measure.key: measure for measure in self.measures(row, field)}
        return tuple(moving.values()), tuple(m for key, m in left.items() if key not in moving)

    def _all(self, row: Row) -> Iterator[Measure]:
        for field in self.read(row):
            if can_move(field):
                yield from self.measures(row, field)

    def _field(self, asked: str, found: list[Diagnostic]) -> tuple[Row | None, Field | None]:
        name, dot, rest = asked.rpartition(".")
        row = self.rows.get(name)
        if row is None:
            near = nearest(name if dot else asked, self.rows)
            rows = near or ", ".join(list(self.rows)[:_MOST_NAMED])
            found.append(diagnostic("why.no-such-row", allow=asked, row=name or asked, rows=rows))
            return None, None
        fields = [field for field in self.read(row) if can_move(field)]
        for field in self.spec(row).fields:
            if rest.replace("-", "_") == field.constant or rest in {field.label.zh, field.label.en}:
                if can_move(field):
                    return row, field
                names = ", ".join(field.name for field in fields)
                found.append(diagnostic("why.cannot-move", allow=asked, field=rest, fields=names))
                return None, None
        near = nearest(rest, [n for field in fields for n in (field.name, field.label.zh, field.label.en)])
        names = near or ", ".join(field.name for field in fields)
        found.append(diagnostic("why.no-such-field", allow=asked, row=name, field=rest, fields=names))
        return None, None

    def measures(self, row: Row, field: Field) -> Iterator[Measure]:
        """The measures of one field of a row."""
        yield from measures(row, field, self.portfolio, self.vocabulary)

    def is_past(self, measure: Measure) -> bool:
        """Whether a measure tells what has happened: it is stated of a field that does."""
        return measure.field.past and measure.stated and measure.key.path != (EACH_YEAR,)


def named(listed: Sequence[Measure]) -> tuple[tuple[str, Text], ...]:
    """Row and label of the fields of some measures, each once."""
    return tuple(dict.fromkeys((measure.row.id, in_a_sentence(measure.field.label)) for measure in listed))
