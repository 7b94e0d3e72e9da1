"""What the next step of each fact brings: one unit more or less, and the next step at which the total jumps.

An amount grows in proportion as long as what is derived keeps its form: the same claims may be made, under
the same limits, by the same expressions. Where the form changes first is found on the exact grid of the fact;
what it brings there is the difference of two plans, of that position and of the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator

from subvent.explain.words import both
from subvent.questions.takes.forms import Forms, one_unit
from subvent.questions.takes.measures import Changes, Measure
from subvent.questions.takes.result import Bound, FactChange, Jump, Rate
from subvent.questions.takes.search import moved
from subvent.questions.takes.variations import Variations
from subvent.questions.takes.words import fact_change, label, shown

_NOW: Changes = frozenset()
_FORMS = 4
"""Changes of form in one direction that are looked at for a jump."""
_FEN_A_STEP = 100
"""What grows by no more in one millionth of a unit grows in proportion."""


class Rates:
    """The steps of all measures that have a scale, are stated, and are read by some rule."""

    def __init__(self, variations: Variations) -> None:
        self.variations = variations
        self._forms = Forms(variations, _NOW)
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
            good = self._forms.next(measure, begin, end)
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


def _start(measure: Measure) -> int:
    return measure.before or 0


def _unit(measure: Measure, sign: int) -> int:
    """The position one unit further, as the file states it."""
    return _start(measure) + sign * one_unit(measure)


def _within(measure: Measure, position: int) -> bool:
    return measure.low <= position <= measure.high
