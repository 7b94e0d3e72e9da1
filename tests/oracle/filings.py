"""Contact persons and phones: which applicants may file in one year (the guide's 十五(二), reading hard).

「不同单位使用同一联系人、同一联系电话」. Every claim of any benefit is a filing of its applicant in that
year, and so is a claim that history holds. Where ``contacts`` gives a number for the year no more
applicants file; where it gives none, no two of them may share a person or a phone, and one whose person or
phone is not known is known to be distinct from nobody. A plan that files nothing in a year needs nothing;
where what history holds already shares a contact, that bars those who share it and nobody else.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from .facts import Case

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .claims import Claim


def may_file_together(case: Case, year: int, applicants: Iterable[str], before: Iterable[str]) -> bool:
    """Return whether all these applicants may file in one year beside those that history holds in it."""
    filing = set(applicants)
    names = sorted({*filing, *before})
    if case.says("contact", "warn"):
        return True
    if year in case.contacts:
        return len(names) <= case.contacts[year]
    return all(_distinct(case, one, other) for one, other in combinations(names, 2) if {one, other} & filing)


def _distinct(case: Case, one: str, other: str) -> bool:
    cards = [case.companies.get(name, {}).get("contact") or {} for name in (one, other)]
    return all(
        cards[0].get(part) is not None and cards[1].get(part) is not None and cards[0][part] != cards[1][part]
        for part in ("person", "phone")
    )


def lawful_groups(case: Case, year: int, filing: set[str], held: Iterable[Claim]) -> list[frozenset[str]]:
    """Return the greatest sets of these applicants that may file in a year beside what history holds."""
    before = {claim.applicant for claim in held if claim.year == year}
    found: list[frozenset[str]] = []
    for size in range(len(filing), 0, -1):
        for group in combinations(sorted(filing), size):
            inside = any(set(group) < larger for larger in found)
            if not inside and may_file_together(case, year, group, before):
                found.append(frozenset(group))
    return found or [frozenset()]
