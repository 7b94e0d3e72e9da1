"""What a valid history hardly means: one filing twice, one of the future, of another company, or again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.portfolio.filings import filings
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.result import Filing

_REFUSED = "refused"


def history_remarks(portfolio: Portfolio, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """Warnings, each at the row that it is about."""
    held = filings(portfolio, vocabulary)
    owners = {
        row.id: str(row.fields[spec.subject])
        for spec in vocabulary.lists.values()
        for row in portfolio.rows.get(spec.name, ())
        if spec.subject in row.fields
    }
    today = portfolio.settings.fields.get("as_of")
    yield from _twice([one for one in held if one.binds])
    yield from _refused(portfolio, held, owners)
    for one in held:
        subject = shortened(one.subject)
        if isinstance(today, date) and one.year > today.year:
            yield diagnostic(
                "portfolio.filed-later",
                one.place,
                severity="warning",
                subject=subject,
                year=one.year,
                today=today,
            )
        if owners.get(one.subject, one.applicant) != one.applicant:
            yield diagnostic(
                "portfolio.filed-by-other",
                one.place,
                severity="warning",
                subject=subject,
                applicant=shortened(one.applicant),
                owner=shortened(owners[one.subject]),
            )


def _twice(held: Sequence[Filing]) -> Iterator[Diagnostic]:
    """What stands in several rows that all bind: shared caps lose the amount of each."""
    same: defaultdict[tuple[object, ...], list[Filing]] = defaultdict(list)
    for one in held:
        same[one.year, one.applicant, one.subject, one.benefit].append(one)
    for rows in same.values():
        for again in rows[1:]:
            yield diagnostic(
                "portfolio.filed-twice",
                again.place,
                severity="warning",
                count=len(rows),
                year=again.year,
                subject=shortened(again.subject),
                zh_benefit=again.benefit_label.zh,
                en_benefit=again.benefit_label.en,
            )


def _refused(portfolio: Portfolio, held: Sequence[Filing], subjects: Collection[str]) -> Iterator[Diagnostic]:
    """What was refused in a year that is planned: whether it may be claimed again the user knows."""
    planned, today = portfolio.settings.fields.get("horizon"), portfolio.settings.fields.get("as_of")
    years = {int(str(year)) for year in planned} if isinstance(planned, tuple) else set()
    rows = {row.id: row for rows in portfolio.rows.values() for row in rows if row.id in subjects}
    binding = {(one.subject, one.benefit, one.year) for one in held if one.binds}
    for one in held:
        again = one.status == _REFUSED and one.year in years and one.subject in subjects
        if not again or (one.subject, one.benefit, one.year) in binding:
            continue
        stated = rows[one.subject].fields.get("filing_years")
        over = isinstance(today, date) and one.year < today.year
        if not over and (not isinstance(stated, tuple) or str(one.year) in map(str, stated)):
            yield diagnostic(
                "portfolio.refused-and-planned",
                one.place,
                severity="warning",
                subject=shortened(one.subject),
                year=one.year,
                zh_benefit=one.benefit_label.zh,
                en_benefit=one.benefit_label.en,
            )
