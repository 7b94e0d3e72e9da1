"""Measures whether the generator is worth its name: run ``python -m tests.oracle.coverage [N]``.

Counted over N seeds, first of plain portfolios under the questions of articles 1–11, then of whole ones
under the questions of interest, contacts and rewards: how often greedy is wrong; how often each answer that
is not a default changes the total; how often each condition is met, failed and unknown.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .facts import FAILED, GROUP_ANSWERS, MET, PROJECT_ANSWERS, UNKNOWN, Row
from .generator import random_portfolio, whole_portfolio
from .law import best, greedy, statuses

if TYPE_CHECKING:
    from collections.abc import Callable

# Answers that by definition change nothing yet, each with its reason.
CANNOT_DIFFER = {
    ("per-category", "with-interest"): "plain portfolios have no interest, so it is as all-seven there",
    ("reclaim", "new-cost"): "phases with costs of their own are projects of their own, so it is as once",
}
# The answers under which most is asked.
MOST_ASKED = {"threshold": "audited", "interest-project": "of-a-category", "reward-tail": "until-2017",
              "reward-start": "completion"}  # fmt: skip
# Statuses that by definition a condition never has, each with its reason.
NEVER = {
    ("traditional_sector", FAILED): "a sector is named, or it is not known",
    ("filing_years", FAILED): "years are named, or they are not known",
    ("green_track", FAILED): "a track is named, or it is not known",
    ("green_track", MET): "with a track named, the track's own conditions stand in its place",
    ("in_force", UNKNOWN): "under the default every filing year is known",
    ("title_named", FAILED): "the list of titles ends in 等, so another title is never excluded",
    ("finances_a_project", FAILED): "projects are named, or they are not known",
    ("loan_years", FAILED): "years are named, or they are not known",
    ("reward_years", FAILED): "years are named, or they are not known",
    ("completion_known", FAILED): "an end is named, or it is not known",
    ("not_restricted", UNKNOWN): "a fact that only excludes counts as none where it is absent",
    ("not_government_invested", UNKNOWN): "a fact that only excludes counts as none where it is absent",
}


@dataclass
class Coverage:
    """What was counted over some seeds."""

    seeds: int
    questions: dict[str, tuple[str, ...]]
    greedy_per_cent: int
    greedy_wrong: int = 0
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    conditions: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0

    def shortfalls(self, *, per_thousand: int = 17) -> list[str]:
        """Return what falls short of its share for greedy, of so many in a thousand for all else."""
        least = -(-self.seeds * per_thousand // 1000)
        found = []
        if 100 * self.greedy_wrong < self.greedy_per_cent * self.seeds:
            found.append(f"greedy is wrong in {self.greedy_wrong} of {self.seeds}")
        for question, answers in self.questions.items():
            for answer in answers[1:]:
                count = self.changed[question, answer]
                if count < least and (question, answer) not in CANNOT_DIFFER:
                    found.append(f"{question}={answer} changes {count} of {self.seeds}")
        for name in sorted({name for name, _ in self.conditions}):
            for status in (MET, FAILED):
                count = self.conditions[name, status]
                if count < least and (name, status) not in NEVER:
                    found.append(f"{name} is {status} in {count} of {self.seeds}")
        return found

    def lines(self) -> list[str]:
        """Return the counts as text, one a line."""
        found = [f"{self.seeds} portfolios, greedy wrong in {self.greedy_wrong}"]
        found += [f"{count:6} {question}={answer}" for (question, answer), count in self.changed.items()]
        for name in sorted({name for name, _ in self.conditions}):
            counts = (f"{status} {self.conditions[name, status]}" for status in (MET, FAILED, UNKNOWN))
            found.append(f"{name}: {', '.join(counts)}")
        mean = 1000 * self.seconds / max(1, self.seeds)
        found.append(f"best: {mean:.2f} ms a portfolio, slowest {1000 * self.slowest:.1f} ms")
        return found


def plain_coverage(count: int) -> Coverage:
    """Return the counts over the first seeds of plain portfolios."""
    return _measure(Coverage(count, PROJECT_ANSWERS, greedy_per_cent=30), random_portfolio)


def whole_coverage(count: int) -> Coverage:
    """Return the counts over the first seeds of whole portfolios."""
    return _measure(Coverage(count, GROUP_ANSWERS, greedy_per_cent=27), whole_portfolio)


def _measure(measured: Coverage, draw: Callable[[int], Row]) -> Coverage:
    for seed in range(measured.seeds):
        portfolio = draw(seed)
        before = time.perf_counter()
        total, _ = best(portfolio, {})
        took = time.perf_counter() - before
        measured.seconds += took
        measured.slowest = max(measured.slowest, took)
        measured.greedy_wrong += greedy(portfolio, {}) != total
        for question, answers in measured.questions.items():
            for answer in answers[1:]:
                other, _ = best(portfolio, {question: answer})
                measured.changed[question, answer] += other != total
        # Once a portfolio each, under the answers that ask for most conditions.
        seen = {pair for rows in statuses(portfolio, MOST_ASKED).values() for pair in rows}
        measured.conditions.update(seen)
    return measured


def main() -> int:
    """Measure, print, and return 1 if something falls short."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    short = []
    for measured in (plain_coverage(count), whole_coverage(count)):
        short += measured.shortfalls()
        sys.stdout.write("\n".join([*measured.lines(), "", ""]))
    sys.stdout.write("".join(f"SHORT: {line}\n" for line in short))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
