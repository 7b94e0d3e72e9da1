"""Where what is derived takes another form as a fact moves: between such places amounts grow in proportion.

Each is found on the exact grid of the fact, by deriving what lies between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from subvent.explain.finished import Finished
from subvent.explain.quantities import is_quantity
from subvent.logic.exact import evaluate, to_fen
from subvent.logic.terms import Atom, Term
from subvent.policy.words import COUNTING
from subvent.questions.takes.measures import MILLION, Changes, Measure
from subvent.questions.takes.search import between_evenly, declared, moved
from subvent.questions.takes.variations import IN_MAPS, Variations, World

_PROBES = 24
_WRITTEN = re.compile(r"\((\d+),(\d{1,6})\)")
"""A quantity as rules write it."""
CAPS = frozenset(("pool_room", "ceiling"))
"""What says how much claims may bring together: a name, and an amount."""
WORTHS = frozenset(("worth",))
"""What says how much a claim brings by itself, likewise."""
Growing = Mapping[Term, tuple[int, int, int, int]]
"""Of sizes by their names: a position, a unit of the measure, the amount there, what a unit adds, in fen."""


class Forms:
    """The forms that what is derived takes beside some changes, as one measure more moves.

    With `sizes` it is the form of what these predicates say alone, a name and an amount; tiers of these are
    looked for where any rule has a number.
    """

    def __init__(self, variations: Variations, base: Changes, sizes: frozenset[str] | None = None) -> None:
        self.variations, self._base, self._sizes = variations, base, sizes

    def next(self, measure: Measure, begin: int, end: int) -> int | None:
        """The first position from one to another at which what is derived takes another form."""
        sign = 1 if end > begin else -1
        if begin == end:
            return None
        bad, good, growing = begin, None, self._growing(measure, begin, end)
        positions = sorted({*self.likely(measure, begin, end), end}, key=lambda p: p * sign)
        while good is None or abs(good - bad) > 1:
            for position, other in zip(
                positions, self._other(measure, begin, positions, growing), strict=True
            ):
                if other:
                    good = position
                    break
                bad = position
            if good is None:
                return None
            positions = between_evenly(bad, good, IN_MAPS if measure.key.path else _PROBES)
        return good

    def likely(self, measure: Measure, begin: int, end: int) -> Iterator[int]:
        """Positions at which the form may change: the bounds declared on a measure, or on its whole."""
        sign, finished = (1 if end > begin else -1), Finished(self.variations.world(self._base).atoms)
        above = self.variations.measures.get(measure.key._replace(field=measure.field.not_above))
        bounds = declared(measure, finished)
        if above and above.before is not None:
            bounds |= {above.before + 1, *declared(above, finished)}
        if self._sizes and measure.in_millionths:
            written = _WRITTEN.findall(self.variations.policies.program("derivation"))
            bounds |= {int(whole) * MILLION + int(part) for whole, part in written}
        tried = {near for bound in bounds for near in (bound - 1, bound, bound + 1)}
        tried |= {begin + sign * 10**power for power in range(len(str(abs(end - begin))))}
        yield from (p for p in tried if 0 < (p - begin) * sign < (end - begin) * sign)

    def _growing(self, measure: Measure, begin: int, end: int) -> Growing:
        """The sizes that grow with the measure; of others the amount changes by steps, if at all."""
        names = self._sizes or CAPS
        if not any(atom[0] in names for atom in self.variations.world(self._base).atoms):
            return {}
        unit = (1 if end > begin else -1) * one_unit(measure)
        units = [begin + number * unit for number in range(3)]
        near = [moved(self._base, measure.key, p, measure) for p in units if (end - p) * unit >= 0]
        found: defaultdict[Term, list[int]] = defaultdict(list)
        for world in self.variations.derive(near, self._sizes):
            for atom in world.added:
                if atom[0] in names:
                    found[atom[:-1]].append(to_fen(atom[-1]))
        return {
            size: (begin, unit, amounts[0], amounts[1] - amounts[0])
            for size, amounts in found.items()
            if len(set(amounts)) == len(units)
        }

    def _other(self, measure: Measure, begin: int, positions: list[int], growing: Growing) -> list[bool]:
        """Whether what is derived has another form at each of some positions than where they begin."""
        sets = [moved(self._base, measure.key, position, measure) for position in (begin, *positions)]
        worlds = self.variations.derive(sets, self._sizes)
        first, *others = [
            self._form(measure, p, world, growing)
            for p, world in zip((begin, *positions), worlds, strict=True)
        ]
        return [other != first for other in others]

    def _form(self, measure: Measure, position: int, world: World, growing: Growing) -> frozenset[object]:
        """What is derived beside what is common, without the numbers that move with the measure.

        Of a shared cap it is the amount, or whether that still grows as it did.
        """
        if self._sizes:
            return frozenset((*atom[:-1], _beside(atom, position, growing)) for atom in world.added)
        own = ("", *divmod(position, MILLION)) if measure.in_millionths else None
        said = {_without(_counted(atom), own, every=False) for atom in world.added if atom[0] == "amount"}
        chosen = [atom for atom in self.variations.choosing(world.added) if atom[0] not in {"worth", "value"}]
        said |= {_without(atom, own, every=True) for atom in chosen if atom[0] not in CAPS}
        caps = (atom for atom in chosen if atom[0] in CAPS)
        return frozenset(said | {(*atom[:-1], _beside(atom, position, growing)) for atom in caps})


def _beside(size: Atom, position: int, growing: Growing) -> int | bool:
    """The amount of a size; of one that grows, whether it is beside where it would have grown to."""
    amount = to_fen(size[-1])
    if size[:-1] not in growing:
        return amount
    begin, unit, first, step = growing[size[:-1]]
    steps = Fraction(position - begin, unit)
    # Each amount is rounded down, so the step may be wrong by one.
    return abs(amount - first - step * steps) > steps + 1


def _counted(term: Term) -> Term:
    """A term with the steps in it counted: from one step to the next an amount jumps."""
    if not isinstance(term, tuple) or is_quantity(term):
        return term
    if term[0] in COUNTING and len(term) > 1:
        return ("", term[0], evaluate(term).numerator)
    return tuple(part if isinstance(part, str) else _counted(part) for part in term)


def _without(term: Term, own: Term | None, *, every: bool) -> object:
    """A term without one quantity, or without any."""
    if isinstance(term, tuple):
        if is_quantity(term) and (every or term == own):
            return None
        return tuple(_without(part, own, every=every) for part in term)
    return term


def one_unit(measure: Measure) -> int:
    """How many positions one unit of a measure is."""
    return MILLION if measure.in_millionths else 1
