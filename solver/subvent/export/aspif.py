"""ASPIF, what clasp reads: a choice over the atoms, a constraint a row, one #minimize of what is forgone.

Atoms are shown by their own names, `claim("…","…",…)`. clasp's weights have 32 bits, our money has not:

- Weights are divided by what they have in common.
- A weight of the objective that is still too large is shared by copies of its atom. clasp adds up in 64
  bits. Copies are choices bound to the atom: mere definitions would be joined, and their weights with them.
- A row `sum(w * x) <= c` that is still too large is stated digit by digit in a base B, with carries e that
  are at least what the lower digits exceed those of c by, in units of the next digit:

      sum(w_d * x) + e_d - B * e_{d+1}  <=  c_d        and in the end   sum(w_D * x) + e_D  <=  c_D
"""

from __future__ import annotations

from itertools import chain
from math import gcd
from typing import TYPE_CHECKING

from subvent.diagnostics import Text
from subvent.export.binary import binary, weights
from subvent.export.table import bit_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from subvent.diagnostics import Language
    from subvent.export.binary import Binary
    from subvent.export.described import Described

    Pairs = list[tuple[int, int]]
    """Literals with positive weights."""

_LARGEST = 2**31 - 1
"""The largest weight, and sum of the weights of one row, that clasp takes."""

_OBJECTIVE = Text(
    "总额（分）= {most} − {unit} × 最小化的值；超过 32 位的权重由多个同值原子分担，超过 32 位的行逐位表示",
    "total (fen) = {most} - {unit} * the minimised value; weights beyond 32 bits are shared by equal atoms,"
    " rows beyond 32 bits are stated digit by digit",
)


def write(described: Described, comments: list[str], language: Language) -> Iterator[str]:
    """The lines of the file."""
    made = binary(described.model)
    names = [_name(described, made, k) for k in range(len(made.bits))]
    unit = gcd(*made.gains) or 1
    most = made.constant + sum(gain for gain in made.gains if gain > 0)
    objective = _OBJECTIVE.in_(language).format(most=most, unit=unit)
    yield "asp 1 0 0"
    for line in chain(comments, [objective], bit_table(described, made, names, language)):
        yield f"10 {line}"
    program = Program(len(names))
    for row in made.rows:
        program.at_most([(b + 1, a) for b, a in row.terms], row.upper)
        yield from program.taken()
    program.maximise((k + 1, gain // unit) for k, gain in enumerate(made.gains))
    yield from program.taken()
    yield from (f"4 {len(name.encode())} {name} 1 {k + 1}" for k, name in enumerate(names))
    yield "0"


def _name(described: Described, made: Binary, k: int) -> str:
    """An atom's own name; a bit is `bit(NAME,K)`."""
    bit = made.bits[k]
    variable = described.model.variables[bit.of]
    return variable.name if variable.upper - variable.lower == 1 else f"bit({variable.name},{bit.number})"


class Program:
    """Statements over atoms 1, 2, …, the first `atoms` of which may be chosen freely."""

    def __init__(self, atoms: int) -> None:
        self.count = 0
        self.lines: list[str] = []
        for _ in range(atoms):
            self.choice()

    def taken(self) -> list[str]:
        """The statements since the last call."""
        lines, self.lines = self.lines, []
        return lines

    def choice(self) -> int:
        """A further atom that may be chosen freely."""
        self.count += 1
        self.lines.append(f"1 1 1 {self.count} 0 0")
        return self.count

    def at_most(self, terms: Pairs, upper: int) -> None:
        """`sum(weight * atom) <= upper`: a negative weight counts where its atom is false."""
        upper -= sum(w for _, w in terms if w < 0)
        if upper < 0:
            self.lines.append("1 0 0 0 0")
            return
        # Beyond the bound is beyond the bound, by however much; only then see what weights have in common.
        pairs = [(atom if w > 0 else -atom, min(abs(w), upper + 1)) for atom, w in terms if w]
        if sum(w for _, w in pairs) > upper:
            unit = gcd(*(w for _, w in pairs))
            self._positive([(literal, w // unit) for literal, w in pairs], upper // unit)

    def _positive(self, pairs: Pairs, upper: int) -> None:
        base = 1 << max(1, (_LARGEST // (4 * len(pairs) + 4)).bit_length() - 1)
        carry: Pairs = []
        while sum(w for _, w in (*pairs, *carry)) > _LARGEST:
            digits = [*((literal, w % base) for literal, w in pairs), *carry]
            excess = max(0, sum(w for _, w in digits) - upper % base)
            carry = [(self.choice(), w) for w in weights(-(-excess // base))]
            # What the carries take off counts where they are false.
            given = [(-atom, w * base) for atom, w in carry]
            self._forbid([*digits, *given], upper % base + sum(w for _, w in given))
            pairs, upper = [(literal, w // base) for literal, w in pairs], upper // base
        self._forbid([*pairs, *carry], upper)

    def _forbid(self, pairs: Pairs, upper: int) -> None:
        """`:- upper + 1 <= #sum { … }`."""
        kept = [(literal, w) for literal, w in pairs if w]
        self.lines.append(f"1 0 0 1 {upper + 1} {len(kept)} {_written(kept)}".rstrip())

    def maximise(self, gains: Iterable[tuple[int, int]]) -> None:
        """#minimize what is forgone of the largest sum: gains that are not made, and losses that are."""
        forgone: Pairs = []
        for atom, gain in gains:
            same, left = atom, abs(gain)
            while left:
                forgone.append((-same if gain > 0 else same, min(left, _LARGEST)))
                left -= forgone[-1][1]
                if left:
                    same = self.choice()
                    self.lines += [f"1 0 0 0 2 {same} -{atom}", f"1 0 0 0 2 -{same} {atom}"]
        self.lines.append(f"2 0 {len(forgone)} {_written(forgone)}".rstrip())


def _written(pairs: Pairs) -> str:
    return " ".join(f"{literal} {weight}" for literal, weight in pairs)
