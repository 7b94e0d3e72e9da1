"""What a valid history hardly means: one filing twice, one of the future, one of another company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.portfolio.filings import filings
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.result import Filing


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
