"""What a claim is, and which claims history holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .conditions import KINDS
from .facts import Case, Row
from .honours import HONOUR
from .platforms import PLATFORMS

if TYPE_CHECKING:
    from .amounts import Grant

INTEREST = "interest"
REWARD = "post-completion-reward"
# Articles 1–9 pay for cost; what the others pay for is no cost of a project.
OF_COST = frozenset({*KINDS, *PLATFORMS})
BENEFITS = OF_COST | {HONOUR, INTEREST, REWARD}


@dataclass(frozen=True, order=True)
class Claim:
    """One filing: who, for which subject, under which benefit, in which year, and its fen.

    ``project`` is the subject: a project, an honour or a loan. ``carrier`` is the project for which a
    loan's interest is claimed; ``None`` for a held claim that does not tell.
    """

    applicant: str
    project: str
    kind: str
    year: int
    amount: int = 0
    track: str | None = None
    carrier: str | None = None


@dataclass(frozen=True)
class Offer:
    """A claim that may be made, with the way it is computed (shared cost or a shared cap may lower it)."""

    claim: Claim
    grant: Grant


def held_claims(case: Case) -> list[Claim]:
    """Return the claims that were filed or granted before; refused ones bind nothing."""
    held = []
    for row in case.history:
        if row["status"] in {"filed", "granted"} and row["benefit"] in BENEFITS:
            subject, kind = str(row["subject"]), str(row["benefit"])
            track = case.projects.get(subject, {}).get("green_track")
            carrier = carriers_of_held(case, row) if kind == INTEREST else []
            sure = carrier[0] if len(carrier) == 1 else None
            held.append(
                Claim(str(row["applicant"]), subject, kind, int(row["year"]), track=track, carrier=sure)
            )
    return held


def carriers_of_held(case: Case, entry: Row) -> list[str]:
    """Return the projects a held interest claim may have been for.

    The one it names in ``project``; where it names none, every project of its loan.
    """
    if entry.get("project") is not None:
        return [str(entry["project"])]
    return [str(one) for one in case.loans.get(str(entry["subject"]), {}).get("projects") or ()]
