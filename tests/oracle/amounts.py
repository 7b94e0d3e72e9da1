"""What a claim of articles 1–7 brings: base, rate, cap, and the split of cost that two claims share."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING

from .conditions import AUDITED_FIELD, GREEN
from .facts import WAN, Case, Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATE = {"major": 10, "equipment": 10, "smart": 20, "iiot": 30, "traditional": 20, GREEN: 30, "fusion": 20}
CAP = {
    "major": 10_000 * WAN,
    "equipment": 1_000 * WAN,
    "smart": 5_000 * WAN,
    "iiot": 500 * WAN,
    "traditional": 500 * WAN,
    GREEN: 1_000 * WAN,
    "fusion": 1_000 * WAN,
}


@dataclass(frozen=True)
class Grant:
    """How a claim is computed: base in fen, rate as a fraction of one, cap in fen."""

    base: Fraction
    rate: Fraction
    cap: int

    def amount(self, taken_out: Fraction | int = 0) -> int:
        """Return the fen paid when so much of the base counts elsewhere; never less than nothing."""
        return max(0, int(min(Fraction(self.cap), self.rate * (self.base - taken_out)) // 1))

    def slack(self) -> Fraction:
        """Return how much may be taken out before the cap stops binding (negative if it never binds)."""
        return self.base - self.cap / self.rate


def grant(case: Case, project: Row, kind: str) -> Grant | None:
    """Return how a benefit is computed for a project, or ``None`` where a fact or a rate is missing."""
    base = _base(case, project, kind)
    if base is None:
        return None
    rate = _rate(case, kind, base)
    return None if rate is None else Grant(base, rate / 100, CAP[kind])


def _rate(case: Case, kind: str, base: Fraction) -> Fraction | None:
    """Return the rate in per cent; article 3's is 20 % 分档, and no source gives the tiers."""
    highest = Fraction(RATE[kind])
    if kind != "smart" or case.says("smart-tiers", "flat"):
        return highest
    if case.says("smart-tiers", "refuse"):
        return None
    reached = [rate for start, rate in case.tiers if start <= base]
    return min(highest, reached[-1]) if reached else None


def _base(case: Case, project: Row, kind: str) -> Fraction | None:
    audited = case.fen(project, AUDITED_FIELD[kind])
    if audited is None:
        return None
    if kind == "smart":
        return _smart_base(case, project, audited)
    if kind == GREEN:
        return _green_base(case, project, audited)
    return Fraction(audited)


def _smart_base(case: Case, project: Row, audited: int) -> Fraction | None:
    hard, soft = case.fen(project, "hard_cost"), case.fen(project, "soft_cost") or 0
    if hard is None:
        return None if soft else Fraction(audited)
    counted = Fraction(soft)
    if case.says("soft-cost", "of-total"):
        counted = min(counted, Fraction(30, 100) * (hard + soft))
    elif case.says("soft-cost", "of-recognised"):
        counted = min(counted, Fraction(3, 7) * hard)
    return min(Fraction(audited), hard + counted)


def _green_base(case: Case, project: Row, audited: int) -> Fraction:
    construction, research = case.fen(project, "construction_investment"), case.fen(project, "rd_cost")
    if construction is None or research is None:
        return Fraction(audited)
    counted = min(research, construction) if case.says("construction-half", "trim") else research
    return Fraction(min(audited, construction + counted))


def split_amounts(
    projects: Sequence[str], grants: Sequence[Grant], shared: dict[frozenset[str], int]
) -> list[int]:
    """Return what claims bring together when each fen of shared cost counts in one project's base only.

    ``projects[i]`` is the project of ``grants[i]``; several claims of one project (in several years)
    stand or fall with the same split. The payment is a concave function of the splits, linear between
    the points where a cap starts to bind, so the best split is a corner: all corners are tried.
    """
    present = set(projects)
    pairs = sorted(tuple(sorted(pair)) for pair in shared if pair <= present)
    best: list[int] = [one.amount() for one in grants] if not pairs else []
    for split in _corners(pairs, projects, grants, shared):
        taken: dict[str, Fraction] = dict.fromkeys(present, Fraction(0))
        for (one, other), kept in zip(pairs, split, strict=True):
            taken[one] += shared[frozenset((one, other))] - kept
            taken[other] += kept
        paid = [own.amount(taken[project]) for project, own in zip(projects, grants, strict=True)]
        if not best or sum(paid) > sum(best):
            best = paid
    return best


def _corners(
    pairs: Sequence[tuple[str, ...]],
    projects: Sequence[str],
    grants: Sequence[Grant],
    shared: dict[frozenset[str], int],
) -> Iterator[list[Fraction]]:
    """Yield the corners of the splits: of each pair, how much the first project keeps.

    A corner fixes as many equations as there are pairs: a pair's cost wholly on one side, or the amount
    taken out of a project exactly what its cap wastes. Corners are yielded without regard to repetition.
    """
    if not pairs:
        return
    sizes = [shared[frozenset(pair)] for pair in pairs]
    caps: list[tuple[list[int], Fraction]] = []
    for project, own in zip(projects, grants, strict=True):
        row = [(-1 if pair[0] == project else 1 if pair[1] == project else 0) for pair in pairs]
        all_taken = sum(size for size, sign in zip(sizes, row, strict=True) if sign < 0)
        if any(row) and own.slack() >= 0:
            caps.append((row, own.slack() - all_taken))
    for count in range(min(len(pairs), len(caps)) + 1):
        for chosen in combinations(caps, count):
            for sides in combinations(range(len(pairs)), len(pairs) - count):
                for kept in product((False, True), repeat=len(sides)):
                    equations = [*chosen]
                    for index, first in zip(sides, kept, strict=True):
                        unit = [int(position == index) for position in range(len(pairs))]
                        equations.append((unit, Fraction(sizes[index] if first else 0)))
                    point = _solve(equations)
                    if point is not None and all(
                        0 <= x <= size for x, size in zip(point, sizes, strict=True)
                    ):
                        yield point


def _solve(equations: list[tuple[list[int], Fraction]]) -> list[Fraction] | None:
    """Return the one solution of a square linear system, or ``None`` if there is not exactly one."""
    rows = [[Fraction(x) for x in left] + [right] for left, right in equations]
    size = len(rows)
    for column in range(size):
        pivot = next((i for i in range(column, size) if rows[i][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = [x / rows[column][column] for x in rows[column]]
        rows[column] = head
        for i in range(size):
            if i != column and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [x - factor * y for x, y in zip(rows[i], head, strict=True)]
    return [row[-1] for row in rows]
