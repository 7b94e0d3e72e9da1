"""What a portfolio's history says of earlier filings."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from subvent.diagnostics import Text
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary

HISTORY = "history"
"""The list of what was filed before."""
_FEN_A_WAN = 1_000_000


class Filing(NamedTuple):
    """One filing: its year, what became of it, and the fen that were granted or asked for, where it says."""

    year: int
    status: Text
    fen: int | None


def filings(portfolio: Portfolio, vocabulary: Vocabulary, subject: str, benefit: str) -> tuple[Filing, ...]:
    """What the history holds of a subject and benefit, year by year."""
    spec = vocabulary.lists.get(HISTORY)
    field = spec.field("status") if spec else None
    labels = {choice.name: choice.label for choice in field.choices} if field else {}
    found = []
    for row in portfolio.rows.get(HISTORY, ()):
        stated = row.fields
        if (stated.get("subject"), stated.get("benefit")) == (subject, benefit):
            status, amount = str(stated.get("status")), stated.get("amount")
            fen = int(amount * _FEN_A_WAN) if isinstance(amount, Decimal) else None
            found.append(Filing(int(str(stated["year"])), labels.get(status, Text(status, status)), fen))
    return tuple(sorted(found))
