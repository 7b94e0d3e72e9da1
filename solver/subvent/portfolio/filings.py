"""What a portfolio's history says of earlier filings."""

from __future__ import annotations

from decimal import Decimal

from subvent.diagnostics import Text
from subvent.money import FEN_PER_WAN
from subvent.portfolio.types import Portfolio, Row
from subvent.portfolio.vocabulary import Vocabulary
from subvent.result import Filing

HISTORY = "history"
"""The list of what was filed before."""
_BINDING = frozenset(("filed", "granted"))
"""What became of a row that takes its place in every limit, as the kernel's `held` has it."""


def filings(portfolio: Portfolio, vocabulary: Vocabulary) -> tuple[Filing, ...]:
    """All that the history holds: by year, then applicant, subject and benefit."""
    spec = vocabulary.lists.get(HISTORY)
    labels = {field.name: {c.name: c.label for c in field.choices} for field in spec.fields} if spec else {}
    names = {r.id: str(r.fields.get("name", "")) for rows in portfolio.rows.values() for r in rows}

    def filing(row: Row) -> Filing:
        stated = {name: str(value) for name, value in row.fields.items()}
        applicant, subject, benefit = (stated.get(name, "") for name in ("applicant", "subject", "benefit"))
        status, amount = stated.get("status", ""), row.fields.get("amount")
        return Filing(
            year=int(stated["year"]),
            applicant=applicant,
            subject=subject,
            benefit=benefit,
            status=status,
            fen=int(amount * FEN_PER_WAN) if isinstance(amount, Decimal) else None,
            made_for=stated.get("project", ""),
            binds=status in _BINDING,
            applicant_name=names.get(applicant, ""),
            subject_name=names.get(subject, ""),
            benefit_label=labels.get("benefit", {}).get(benefit, Text(benefit, benefit)),
            status_label=labels.get("status", {}).get(status, Text(status, status)),
            place=row.place,
        )

    return tuple(sorted(map(filing, portfolio.rows.get(HISTORY, ())), key=_in_order))


def _in_order(filing: Filing) -> tuple[object, ...]:
    amount = -1 if filing.fen is None else filing.fen
    return (
        filing.year, filing.applicant, filing.subject, filing.benefit, filing.status, amount, filing.made_for
    )  # fmt: skip
