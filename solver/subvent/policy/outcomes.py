"""What a worked case says is right, what planning it gave, and where the two differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

FEN_OF_WAN = 10**6
ClaimLine = tuple[str, str, int, int]
"""Subject, benefit, year, fen."""


class Reason(NamedTuple):
    """Why a subject is not claimed under a benefit: the reason's name and the conditions behind it."""

    reason: str
    conditions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case says is right. None: it does not say."""

    total: int | None = None
    claims: frozenset[ClaimLine] | None = None
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    """`SUBJECT/BENEFIT`, or `SUBJECT/BENEFIT/YEAR` of a year left out → reason.

    Without conditions in the case, any will do.
    """
    said: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    """`remarks`, `materials`, … → row (of a claim its subject) → the names said about it; what is not
    named is not said."""
    ends: tuple[int, int] | None = None
    """The total in fen where all that is discretionary or forecast is least, and most."""
    beside: Mapping[str, int] | None = None
    """`SUBJECT/BENEFIT` → fen that stand beside the total; what is not named is not there."""


class Outcome(NamedTuple):
    """What planning a case gave. Reasons, and what is said of the plan, are worked out when asked for.

    `derived` is a digest of everything that was derived before the choice, to tell two runs apart.
    """

    total: int
    claims: frozenset[ClaimLine]
    reasons: Callable[[], Mapping[str, Reason]]
    said: Callable[[], Mapping[str, Mapping[str, frozenset[str]]]]
    derived: object
    ends: tuple[int, int] = (0, 0)
    beside: Mapping[str, int] = MappingProxyType({})


def differences(expect: Expectation, outcome: Outcome) -> Iterator[str]:
    """Each way in which an outcome is not what was expected: `what: expected ≠ found`."""
    if expect.total is not None and expect.total != outcome.total:
        yield f"total: {_wan(expect.total)} ≠ {_wan(outcome.total)}"
    if expect.claims is not None and expect.claims != outcome.claims:
        for line in sorted(expect.claims - outcome.claims):
            yield f"claims: {_claim(line)} ≠ –"
        for line in sorted(outcome.claims - expect.claims):
            yield f"claims: – ≠ {_claim(line)}"
    yield from _other_money(expect, outcome)
    if expect.reasons:
        yield from _other_reasons(expect.reasons, outcome.reasons())
    if expect.said:
        yield from _other_words(expect.said, outcome.said())


def _other_money(expect: Expectation, outcome: Outcome) -> Iterator[str]:
    """What differs in the range of the total and in what stands beside it."""
    if expect.ends is not None and expect.ends != outcome.ends:
        yield f"range: {_ends(expect.ends)} ≠ {_ends(outcome.ends)}"
    if expect.beside is not None:
        for key in sorted({*expect.beside, *outcome.beside}):
            if expect.beside.get(key) != outcome.beside.get(key):
                shown = [_wan(b[key]) if key in b else "–" for b in (expect.beside, outcome.beside)]
                yield f"beside {key}: {shown[0]} ≠ {shown[1]}"


def _other_reasons(wanted: Mapping[str, Reason], found: Mapping[str, Reason]) -> Iterator[str]:
    for key, reason in sorted(wanted.items()):
        got = found.get(key)
        alike = got is not None and got.reason == reason.reason
        if not alike or (reason.conditions and got and reason.conditions != got.conditions):
            yield f"{key}: {_reason(reason)} ≠ {_reason(got)}"


def _other_words(
    wanted: Mapping[str, Mapping[str, frozenset[str]]], found: Mapping[str, Mapping[str, frozenset[str]]]
) -> Iterator[str]:
    """What differs in remarks, materials, steps, entitlements and duties."""
    for key, rows in wanted.items():
        said = found.get(key, {})
        for row in sorted({*rows, *said}):
            right, got = rows.get(row, frozenset()), said.get(row, frozenset())
            if right != got:
                yield f"{key} {row}: {_listed(right)} ≠ {_listed(got)}"


def _wan(fen: int) -> str:
    return f"{Decimal(fen) / FEN_OF_WAN:f}"


def _ends(ends: tuple[int, int]) -> str:
    return f"[{_wan(ends[0])}, {_wan(ends[1])}]"


def _claim(line: ClaimLine) -> str:
    subject, benefit, year, fen = line
    return f"[{subject}, {benefit}, {year}, {_wan(fen)}]"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "–"


def _reason(reason: Reason | None) -> str:
    if reason is None:
        return "–"
    return f"{reason.reason} ({', '.join(sorted(reason.conditions))})" if reason.conditions else reason.reason
