"""What a portfolio's plain values mean: exact money, quantities, days, and three-valued truth.

The oracle reads portfolios as dictionaries, just as a YAML or JSON reader gives them. Nothing here is
shared with the engine: money is a whole number of fen, quantities are ``Fraction``, a condition is one
of the words ``met``, ``failed`` and ``unknown``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]
Status: TypeAlias = str

MET: Status = "met"
FAILED: Status = "failed"
UNKNOWN: Status = "unknown"

FEN_PER_UNIT = {"元": 100, "万元": 10**6, "亿元": 10**10}
WAN = FEN_PER_UNIT["万元"]

_WRITTEN_AMOUNT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(亿元|万元|元)?\s*")

# The questions about articles 1–11 with their answers; the first one is the default.
PROJECT_ANSWERS: dict[str, tuple[str, ...]] = {
    "exclusivity": ("per-project", "green-after-others", "green-alone", "one-a-year", "one-ever"),
    "per-category": ("all-seven", "green-only", "with-interest"),
    "green-tracks": ("one", "two"),
    "reclaim": ("once", "yearly", "new-cost"),
    "smart-tiers": ("flat", "table", "refuse"),
    "threshold": ("declared", "audited"),
    "soft-cost": ("of-total", "uncapped", "of-recognised"),
    "construction-half": ("gate", "trim"),
    "green-measure": ("guide", "any-of-three"),
    "company-age": ("summed", "parent-alone"),
    "cost-overlap": ("exclude", "net"),
    "in-force": ("application", "completion", "payment"),
    "filing-duty": ("condition", "separate"),
    "honour-amount": ("min", "max", "table"),
    "honour-first": ("per-title", "per-level"),
    "platform-cost": ("apart", "one-claim"),
}
# Those about interest, the group's contacts and the 2014 reward.
GROUP_ANSWERS: dict[str, tuple[str, ...]] = {
    "interest-cap": ("per-project", "per-loan", "per-company-year", "per-company"),
    "interest-once": ("one-application", "instalments"),
    "interest-term": ("best-36-months", "first-36-months"),
    "interest-product": ("dedicated", "any-bank"),
    "interest-project": ("any", "of-a-category", "claimed"),
    "contact": ("warn", "hard"),
    "baseline": ("completion-year", "year-before", "year-on-year"),
    "negative-increment": ("floor-each-level", "net"),
    "reward-tail": ("open", "until-2017"),
    "shenzhen-reward": ("pending", "direct"),
    "reward-increment": ("per-company", "per-project"),
    "reward-start": ("reward-year", "completion"),
}
ANSWERS = PROJECT_ANSWERS | GROUP_ANSWERS


def truth(value: object, /) -> Status:
    """Return the status of a yes/no fact; an absent one (``None``) is unknown."""
    if value is None:
        return UNKNOWN
    return MET if value is True else FAILED


def denied(value: object, /) -> Status:
    """Return the status of "it is not so" for a fact that only excludes: absent counts as not so."""
    return FAILED if value is True else MET


def every(*statuses: Status) -> Status:
    """Return Kleene's conjunction: failed if one failed, else unknown if one is unknown."""
    if FAILED in statuses:
        return FAILED
    return UNKNOWN if UNKNOWN in statuses else MET


def some(*statuses: Status) -> Status:
    """Return Kleene's disjunction: met if one is met, else unknown if one is unknown."""
    if MET in statuses:
        return MET
    return UNKNOWN if UNKNOWN in statuses else FAILED


def at_least(measure: Fraction | int | None, bound: Fraction | int) -> Status:
    """Return whether a measure reaches its bound (以上 includes the number)."""
    return truth(None if measure is None else measure >= bound)


def money(value: object, unit: str) -> int | None:
    """Return an amount in fen.

    Bare numbers are in ``unit``; text may carry a unit of its own ("6.2亿元"). Raises ``TypeError`` for
    a float, ``ValueError`` for text that is no amount and for fractions of a fen.
    """
    if value is None:
        return None
    if isinstance(value, float):
        message = f"a float is no amount of money: {value!r}"
        raise TypeError(message)
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    written = _WRITTEN_AMOUNT.fullmatch(text)
    if written is None:
        message = f"not an amount of money: {value!r}"
        raise ValueError(message)
    fen = Fraction(Decimal(written[1])) * FEN_PER_UNIT[written[2] or unit]
    if fen.denominator != 1:
        message = f"finer than a fen: {value!r}"
        raise ValueError(message)
    return fen.numerator


def quantity(value: object) -> Fraction | None:
    """Return an exact quantity such as tonnes; ``TypeError`` for a float."""
    if value is None:
        return None
    if isinstance(value, float):
        message = f"a float is no exact quantity: {value!r}"
        raise TypeError(message)
    return Fraction(str(value))


def day(value: object) -> date | None:
    """Return a day given as a date or as ISO text."""
    if value is None or isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def anniversary(start: date, years: int) -> tuple[int, int, int]:
    """Return the n-th anniversary as (year, month, day), to be compared with other such triples.

    The 29th of February of a common year does not exist; as a triple it stands between 28 February and
    1 March, so that it is reached on 1 March.
    """
    return (start.year + years, start.month, start.day)


def triple(moment: date) -> tuple[int, int, int]:
    """Return a day as (year, month, day)."""
    return (moment.year, moment.month, moment.day)


@dataclass(frozen=True)
class Case:
    """One portfolio under one set of answers: the input of every question the oracle is asked."""

    unit: str
    as_of: date
    horizon: tuple[int, ...]
    companies: dict[str, Row]
    projects: dict[str, Row]
    history: tuple[Row, ...]
    tiers: tuple[tuple[int, Fraction], ...]
    readings: dict[str, str]
    shared: dict[frozenset[str], int]
    honours: dict[str, Row]
    awards: dict[str, Row]
    loans: dict[str, Row]
    contacts: dict[int, int]
    ceilings: dict[int, int]

    @classmethod
    def of(cls, portfolio: Row, readings: dict[str, str]) -> Case:
        """Return the case of a portfolio; ``ValueError`` for an unknown question or answer."""
        for question, answer in readings.items():
            if answer not in ANSWERS.get(question, ()):
                message = f"no such reading: {question}={answer}"
                raise ValueError(message)
        unit = str(portfolio["unit"])
        as_of = day(portfolio["as_of"])
        if as_of is None:
            message = "a portfolio needs its as_of"
            raise ValueError(message)
        projects = {str(row["id"]): row for row in portfolio.get("projects") or []}
        tiers = (portfolio.get("smart_tiers") or {}).items()
        return cls(
            unit=unit,
            as_of=as_of,
            horizon=tuple(sorted({int(year) for year in portfolio["horizon"]})),
            companies={str(row["id"]): row for row in portfolio.get("companies") or []},
            projects=projects,
            history=tuple(portfolio.get("history") or ()),
            tiers=tuple(sorted((money(start, unit) or 0, Fraction(str(rate))) for start, rate in tiers)),
            readings={question: answers[0] for question, answers in ANSWERS.items()} | readings,
            shared=_shared_costs(projects, unit),
            honours={str(row["id"]): row for row in portfolio.get("honours") or []},
            awards=dict(portfolio.get("honour_amounts") or {}),
            loans={str(row["id"]): row for row in portfolio.get("loans") or []},
            contacts={int(year): int(count) for year, count in (portfolio.get("contacts") or {}).items()},
            ceilings={
                int(year): money(fund, unit) or 0
                for year, fund in (portfolio.get("fund_ceilings") or {}).items()
            },
        )

    def fen(self, row: Row, field: str) -> int | None:
        """Return a money field of a row in fen, ``None`` if it is absent."""
        return money(row.get(field), self.unit)

    def says(self, question: str, answer: str) -> bool:
        """Return whether this answer was chosen."""
        return self.readings[question] == answer

    def applicant(self, project: Row) -> Row:
        """Return the company that invested and built."""
        return self.companies[str(project["applicant"])]

    def common_cost(self, one: str, other: str) -> int:
        """Return the cost in fen that stands in both projects, whichever of them says so."""
        return self.shared.get(frozenset((one, other)), 0)


def _shared_costs(projects: dict[str, Row], unit: str) -> dict[frozenset[str], int]:
    shared: dict[frozenset[str], int] = {}
    for project, row in projects.items():
        for other, amount in (row.get("shared_cost") or {}).items():
            pair = frozenset((project, str(other)))
            shared[pair] = max(shared.get(pair, 0), money(amount, unit) or 0)
    return {pair: fen for pair, fen in shared.items() if fen}
