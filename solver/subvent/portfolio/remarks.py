"""What a valid portfolio states that is unusual enough to be looked at once more."""

from __future__ import annotations

from collections.abc import Iterator

from subvent.diagnostics import Diagnostic, diagnostic
from subvent.display import shortened
from subvent.portfolio.nearest import nearest
from subvent.portfolio.relations import references
from subvent.portfolio.tables import table_remarks
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.validate import in_order
from subvent.portfolio.vocabulary import ListSpec, Vocabulary


def remarks(portfolio: Portfolio, vocabulary: Vocabulary) -> tuple[Diagnostic, ...]:
    """Warnings by place: a text outside the usual ones, a row that is not in the file, a table with a gap."""
    known = {row.id for rows in portfolio.rows.values() for row in rows}
    found = list(table_remarks(portfolio.settings, vocabulary.settings, portfolio, vocabulary))
    for name, spec in vocabulary.lists.items():
        for row in portfolio.rows.get(name, ()):
            found += _unusual(row, spec)
            found += _outside(row, spec, vocabulary, known)
            found += table_remarks(row, spec, portfolio, vocabulary)
    return tuple(in_order(found))


def _unusual(row: Row, spec: ListSpec) -> Iterator[Diagnostic]:
    for field in spec.fields:
        value = row.fields.get(field.name)
        if field.warn_outside and value is not None and str(value) not in field.suggestions:
            near = nearest(str(value), field.suggestions)
            yield diagnostic(
                "portfolio.unusual-text",
                row.places[field.name],
                severity="warning",
                shown=shortened(str(value)),
                zh_label=field.label.zh,
                en_label=field.label.en,
                nearest=near or "、".join(field.suggestions),
            )


def _outside(row: Row, spec: ListSpec, vocabulary: Vocabulary, known: set[str]) -> Iterator[Diagnostic]:
    for field, target in references(row, spec, vocabulary):
        if field.open_ref and target not in known:
            yield diagnostic(
                "portfolio.outside-file",
                row.places[field.name],
                severity="warning",
                id=shortened(target),
                zh_label=field.label.zh,
                en_label=field.label.en,
                nearest=shortened(nearest(target, known)) or "∅",
            )
