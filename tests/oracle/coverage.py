"""Measures whether the generator is worth its name: run ``python -m tests.oracle.coverage [N]``.

Counted over N seeds: how often greedy is wrong; how often each answer that is not a default changes the
total; how often each condition is met, failed and unknown.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from .facts import ANSWERS, FAILED, MET, UNKNOWN
from .generator import random_portfolio
from .law import best, greedy, statuses

# Answers that by definition change nothing yet, each with its reason.
CANNOT_DIFFER = {
    ("per-category", "with-interest"): "interest is no claim of articles 1–7, so it is as all-seven here",
    ("reclaim", "new-cost"): "phases with costs of their own are projects of their own, so it is as once",
}
# Statuses that by definition a condition never has, each with its reason.
NEVER = {
    ("traditional_sector", FAILED): "a sector is named, or it is not known",
    ("filing_years", FAILED): "years are named, or they are not known",
    ("green_track", FAILED): "a track is named, or it is not known",
    ("green_track", MET): "with a track named, the track's own conditions stand in its place",
    ("in_force", UNKNOWN): "under the default every filing year is known",
    ("title_named", FAILED): "the list of titles ends in 等, so another title is never excluded",
    ("not_restricted", UNKNOWN): "a fact that only excludes counts as none where it is absent",
    ("not_government_invested", UNKNOWN): "a fact that only excludes counts as none where it is absent",
}


@dataclass
class Coverage:
    """What was counted over some seeds."""

    seeds: int
    greedy_wrong: int = 0
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    conditions: Counter[tuple[str, str]] = field(default_factory=Counter)
    slowest: float = 0.0
    seconds: float = 0.0

    def shortfalls(self, *, per_thousand: int = 17) -> list[str]:
        """Return what falls short of 30 % for greedy and of so many in a thousand for everything else."""
        least = -(-self.seeds * per_thousand // 1000)
        found = []
        if 10 * self.greedy_wrong < 3 * self.seeds:
            found.append(f"greedy is wrong in {self.greedy_wrong} of {self.seeds}")
        for question, answers in ANSWERS.items():
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


def coverage(count: int, first: int = 0) -> Coverage:
    """Return the counts over the seeds ``first`` … ``first + count - 1``."""
    measured = Coverage(count)
    for seed in range(first, first + count):
        portfolio = random_portfolio(seed)
        before = time.perf_counter()
        total, _ = best(portfolio, {})
        took = time.perf_counter() - before
        measured.seconds += took
        measured.slowest = max(measured.slowest, took)
        measured.greedy_wrong += greedy(portfolio, {}) != total
        for question, answers in ANSWERS.items():
            for answer in answers[1:]:
                other, _ = best(portfolio, {question: answer})
                measured.changed[question, answer] += other != total
        # Once a portfolio each, with the audited threshold shown beside the declared one.
        seen = {pair for rows in statuses(portfolio, {"threshold": "audited"}).values() for pair in rows}
        measured.conditions.update(seen)
    return measured


def main() -> int:
    """Measure, print, and return 1 if something falls short."""
    measured = coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
    short = measured.shortfalls()
    sys.stdout.write("\n".join([*measured.lines(), "", *(f"SHORT: {line}" for line in short)]) + "\n")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
