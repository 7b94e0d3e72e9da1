"""What the next step of each fact brings: one unit more or less, and the next step at which the total jumps.

An amount grows in proportion as long as what is derived keeps its form: the same claims may be made, under
the same limits, by the same expressions. Where the form changes first is found on the exact grid of the fact;
what it brings there is the difference of two plans, of that position and of the one before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction

from subvent.explain.finished import Finished
from subvent.explain.quantities import is_quantity
from subvent.explain.words import both
from subvent.logic.exact import evaluate, to_fen
from subvent.logic.terms import Atom, Term
from subvent.policy.words import COUNTING
from subvent.questions.takes.measures import MILLION, Changes, Measure
from subvent.questions.takes.result import Bound, FactChange, Jump, Rate
from subvent.questions.takes.search import between_evenly, declared, moved
from subvent.questions.takes.variations import IN_MAPS, Variations, World
from subvent.questions.takes.words import fact_change, label, shown

_NOW: Changes = frozenset()
_FORMS = 4
"""Changes of form in one direction that are looked at for a jump."""
_PROBES = 24
_CAPS = frozenset(("pool_room", "ceiling"))
"""What says how much claims may bring together: a name, and an amount."""
Growing = Mapping[Term, tuple[int, int, int, int]]
"""Of shared caps: a position, a unit of the measure, the amount there, what a unit adds, in fen."""
_FEN_A_STEP = 100
"""What grows by no more in one millionth of a unit grows in proportion."""


class Rates:
    """The steps of all measures that have a scale, are stated, and are read by some rule."""

    def __init__(self, variations: Variations) -> None:
        self.variations = variations
        self.now = variations.plan(_NOW).total

    def found(self) -> Iterator[Rate]:
        """Every rate that is not nothing, measure by measure, more before less."""
        scales = {
            measure.key: measure
            for measure in self.variations.measures.values()
            if measure.stated and not measure.options
        }
        near = {key: [p for p in (_unit(m, 1), _unit(m, -1)) if _within(m, p)] for key, m in scales.items()}
        read = self.variations.read({key: (*near[key], m.low, m.high) for key, m in scales.items()})
        measures = [measure for key, measure in scales.items() if key in read]
        self.variations.plans([moved(_NOW, m.key, p, m) for m in measures for p in near[m.key]])
        for measure in measures:
            for sign in (1, -1):
                rate = self._rate(measure, sign)
                if rate.gain_fen or rate.jump:
                    yield rate

    def _total(self, measure: Measure, position: int) -> int:
        return self.variations.plan(moved(_NOW, measure.key, position, measure)).total

    def _rate(self, measure: Measure, sign: int) -> Rate:
        step = _unit(measure, sign)
        jump, is_day = self._jump(measure, sign), measure.field.value_type == "date"
        return Rate(
            row=measure.row.id,
            field=measure.field.name,
            path=measure.key.path,
            label=label(measure),
            before=measure.value(_start(measure)),
            more=sign > 0,
            unit=both("1") if is_day else shown(measure.field, measure.value(abs(step - _start(measure)))),
            is_day=is_day,
            gain_fen=self._total(measure, step) - self.now if _within(measure, step) else None,
            jump=jump,
        )

    def _jump(self, measure: Measure, sign: int) -> Jump | None:
        """The first step in one direction at which the total jumps."""
        begin, end = _start(measure), measure.high if sign > 0 else measure.low
        for _ in range(_FORMS):
            good = self._next_form(measure, begin, end)
            if good is None:
                return None
            step = self._total(measure, good) - self._total(measure, good - sign)
            if abs(step) > (_FEN_A_STEP if measure.in_millionths else 0):
                return self._told(measure, good, sign, step)
            begin = good
        return None

    def _told(self, measure: Measure, position: int, sign: int, step: int) -> Jump:
        changes = moved(_NOW, measure.key, position, measure)
        further = position + _unit(measure, sign) - _start(measure)
        total = self._total(measure, position)
        return Jump(
            facts=self._facts(changes, "least" if sign > 0 else "most"),
            step_fen=step,
            gain_fen=total - self.now,
            then_fen=self._total(measure, further) - total if _within(measure, further) else None,
        )

    def _facts(self, changes: Changes, bound: Bound) -> tuple[FactChange, ...]:
        """The changes with what goes along with them, in words."""
        measures = self.variations.measures
        along = sorted(self.variations.closed(changes) - changes, key=str)
        told = [fact_change(measures[key], position, bound) for key, position in changes]
        return (*told, *(fact_change(measures[key], at, bound, implied=True) for key, at in along))

    def _next_form(self, measure: Measure, begin: int, end: int) -> int | None:
        """The first position from one to another at which what is derived takes another form."""
        sign = 1 if end > begin else -1
        if begin == end:
            return None
        bad, good, growing = begin, None, self._growing(measure, begin, end)
        positions = sorted({*self._likely(measure, begin, end), end}, key=lambda p: p * sign)
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

    def _likely(self, measure: Measure, begin: int, end: int) -> Iterator[int]:
        """Positions at which the form may change: the bounds declared on a measure, or on its whole."""
        sign, finished = (1 if end > begin else -1), Finished(self.variations.world(_NOW).atoms)
        whole = self.variations.measures.get(measure.key._replace(field=measure.field.not_above))
        bounds = declared(measure, finished)
        if whole and whole.before is not None:
            bounds |= {whole.before + 1, *declared(whole, finished)}
        tried = {near for bound in bounds for near in (bound - 1, bound, bound + 1)}
        tried |= {begin + sign * 10**power for power in range(len(str(abs(end - begin))))}
        yield from (p for p in tried if 0 < (p - begin) * sign < (end - begin) * sign)

    def _growing(self, measure: Measure, begin: int, end: int) -> Growing:
        """The shared caps that grow with the measure; of others the amount changes by steps, if at all."""
        if not any(atom[0] in _CAPS for atom in self.variations.world(_NOW).atoms):
            return {}
        unit = _unit(measure, 1 if end > begin else -1) - _start(measure)
        units = [begin + number * unit for number in range(3)]
        near = [moved(_NOW, measure.key, p, measure) for p in units if (end - p) * unit >= 0]
        found: defaultdict[Term, list[int]] = defaultdict(list)
        for world in self.variations.derive(near):
            for atom in world.added:
                if atom[0] in _CAPS:
                    found[atom[:2]].append(to_fen(atom[2]))
        return {
            cap: (begin, unit, amounts[0], amounts[1] - amounts[0])
            for cap, amounts in found.items()
            if len(set(amounts)) == len(units)
        }

    def _other(self, measure: Measure, begin: int, positions: list[int], growing: Growing) -> list[bool]:
        """Whether what is derived has another form at each of some positions than where they begin."""
        sets = [moved(_NOW, measure.key, position, measure) for position in (begin, *positions)]
        worlds = self.variations.derive(sets)
        first, *others = [
            self._form(measure, p, world, growing)
            for p, world in zip((begin, *positions), worlds, strict=True)
        ]
        return [other != first for other in others]

    def _form(self, measure: Measure, position: int, world: World, growing: Growing) -> frozenset[object]:
        """What is derived beside what is common, without the numbers that move with the measure.

        Of a shared cap it is the amount, or whether that still grows as it did.
        """
        own = ("", *divmod(position, MILLION)) if measure.in_millionths else None
        said = {_without(_counted(atom), own, every=False) for atom in world.added if atom[0] == "amount"}
        chosen = [atom for atom in self.variations.choosing(world.added) if atom[0] not in {"worth", "value"}]
        said |= {_without(atom, own, every=True) for atom in chosen if atom[0] not in _CAPS}
        caps = (atom for atom in chosen if atom[0] in _CAPS)
        return frozenset(said | {(*atom[:2], _beside(atom, position, growing)) for atom in caps})


def _beside(cap: Atom, position: int, growing: Growing) -> int | bool:
    """The amount of a shared cap; of one that grows, whether it is beside where it would have grown to."""
    amount = to_fen(cap[2])
    if cap[:2] not in growing:
        return amount
    begin, unit, first, step = growing[cap[:2]]
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


def _start(measure: Measure) -> int:
    return measure.before or 0


def _unit(measure: Measure, sign: int) -> int:
    """The position one unit further, as the file states it."""
    return _start(measure) + sign * (MILLION if measure.in_millionths else 1)


def _within(measure: Measure, position: int) -> bool:
    return measure.low <= position <= measure.high
