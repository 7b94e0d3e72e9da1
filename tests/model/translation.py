"""Whether the engine understands random programs as clasp does: ``python -m tests.model.translation [N]``.

Counts the programs that were compared by construct, and how many of them have several answer sets. A second
number is the seed to begin with.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

from subvent.diagnostics import PolicyError

from .compared import compare
from .drawn import CONSTRUCTS, drawn

REFUSED = ("engine.disjunction", "engine.positive-cycle")
SHARE = 20
"""One program of so many, at least, uses each construct: 1,000 of 20,000."""


@dataclass
class Found:
    """What came of the programs.

    Some sums clingo itself turns into a disjunction, or into auxiliary atoms that found each other: such a
    program is refused, by the code that says so.
    """

    compared: int = 0
    several: int = 0
    """Programs with more than one answer set."""
    refused: Counter[str] = field(default_factory=Counter)
    constructs: Counter[str] = field(default_factory=Counter)
    """How many of the compared programs use each construct."""
    faults: list[str] = field(default_factory=list)
    """Where the engine and clasp differ, with the program."""

    @property
    def shortcomings(self) -> list[str]:
        """What the programs are too few of to show anything."""
        total = self.compared + self.refused.total()
        rare = [name for name in sorted(CONSTRUCTS) if self.constructs[name] * SHARE < total]
        found = [f"{name} in {self.constructs[name]} only" for name in rare]
        if self.several * 2 < total:
            found.append(f"several answer sets in {self.several} only")
        return found

    def lines(self) -> list[str]:
        """The counts as text."""
        lines = [f"{name:26} {self.constructs[name]:7}" for name in sorted(CONSTRUCTS)]
        lines += [f"{'several answer sets':26} {self.several:7}"]
        lines += [f"{code:26} {count:7}" for code, count in sorted(self.refused.items())]
        lines.append(f"{'compared':26} {self.compared:7}")
        return [*lines, *(f"TOO FEW: {one}" for one in self.shortcomings), *self.faults]


def compared(count: int, first: int = 0) -> Found:
    """What comes of so many programs, from the seed `first` on."""
    found = Found()
    for seed in range(first, first + count):
        program = drawn(seed)
        try:
            sets = compare(program)
        except PolicyError as error:
            code = error.diagnostics[0].code
            if code not in REFUSED:
                raise
            found.refused[code] += 1
            continue
        except AssertionError as error:
            found.faults.append(f"FAULT: seed {seed}: {error}\n{program.engine}")
            continue
        found.compared += 1
        found.several += sets > 1
        found.constructs.update(program.constructs)
    return found


def main() -> int:
    """Compare, print the counts, and return 1 where anything differs or was tried too rarely."""
    found = compared(*map(int, sys.argv[1:3] or ["20000"]))
    sys.stdout.write("\n".join([*found.lines(), ""]))
    return int(bool(found.faults or found.shortcomings))


if __name__ == "__main__":
    sys.exit(main())
