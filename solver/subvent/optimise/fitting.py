"""One point of each of several parts such that together they keep within the rows they share.

It is what is told when the time ends before prices rest: lawful, good, and not proven best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from subvent.optimise.problem import worth

Point = tuple[int, ...]


class Choice(NamedTuple):
    """The points that a part may take, what they are worth at some prices and in money, and what they use.

    `takes` has, of each shared row, the coefficients of the part's variables.
    """

    points: Sequence[Point]
    priced: Sequence[int]
    money: Sequence[int]
    takes: Sequence[Sequence[int]]

    def ranked(self, gains: Sequence[int]) -> list[Point]:
        """The points, those worth most first."""
        return sorted(self.points, key=lambda x: (-worth(gains, x), x))

    def used(self, point: Point) -> list[int]:
        """What a point uses of each shared row."""
        return [worth(row, point) for row in self.takes]


def fitted(choices: Sequence[Choice], room: Sequence[int]) -> list[Point]:
    """A point of each part: the best at the prices that fits, then the best in money that still does.

    Parts that are worth most at the prices come first. `room` is the upper bound of each shared row. Where
    nothing of a part fits, its least point at the prices is taken, and the caller sees that rows do not hold.
    """
    left, taken = list(room), dict[int, Point]()
    ranked = [choice.ranked(choice.priced) for choice in choices]
    most = [worth(choice.priced, points[0]) for choice, points in zip(choices, ranked, strict=True)]
    order = sorted(range(len(choices)), key=lambda number: (-most[number], number))
    for number in order:
        choice, points = choices[number], ranked[number]
        taken[number] = next(_within(left, choice, points), points[-1])
        left = [a - b for a, b in zip(left, choice.used(taken[number]), strict=True)]
    for number in order:
        choice = choices[number]
        left = [a + b for a, b in zip(left, choice.used(taken[number]), strict=True)]
        taken[number] = next(_within(left, choice, choice.ranked(choice.money)), taken[number])
        left = [a - b for a, b in zip(left, choice.used(taken[number]), strict=True)]
    return [taken[number] for number in range(len(choices))]


def _within(left: Sequence[int], choice: Choice, points: Sequence[Point]) -> Iterator[Point]:
    """Those that leave every row what it must have."""
    return (x for x in points if all(a >= b for a, b in zip(left, choice.used(x), strict=True)))
