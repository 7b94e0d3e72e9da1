"""Changes of facts in words: what a measure is called, how its positions read, how far it moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from subvent.diagnostics import Text
from subvent.explain.quantities import number
from subvent.explain.words import both, in_a_sentence, joined
from subvent.portfolio.types import Value
from subvent.portfolio.vocabulary import Field
from subvent.questions.takes.measures import EACH_YEAR, Measure
from subvent.questions.takes.result import Bound, FactChange

_YES, _NO = Text("是", "yes"), Text("否", "no")
_NOT_STATED = Text("未填", "not stated")
_NOTHING = Text("无", "none")
_MORE, _LESS = Text("多 {amount}", "{amount} more"), Text("少 {amount}", "{amount} less")
_LATER, _EARLIER = (
    Text("晚 {amount} 天", "{amount} day(s) later"),
    Text("早 {amount} 天", "{amount} day(s) earlier"),
)
_UNSUITED = Text("{row} 的类别不包括“{benefit}”", "{row} does not qualify as {benefit}")
_EACH = Text("{years} 年各年", "each of {years}")


def fact_change(measure: Measure, position: int, bound: Bound, *, implied: bool = False) -> FactChange:
    """A measure moved to a position, in words."""
    field = measure.field
    before = None if measure.before is None else measure.value(measure.before)
    after = measure.value(position)
    return FactChange(
        row=measure.row.id,
        list=measure.row.list,
        field=field.name,
        path=() if measure.years else measure.key.path,
        years=measure.years,
        label=label(measure),
        before=before,
        after=after,
        bound=bound,
        implied=implied,
        past=field.past and measure.stated,
        shown_before=_shown_before(measure, before),
        shown_after=shown(field, after),
        by=_distance(measure, position),
    )


def unsuited(row: Text, benefit: Text) -> Text:
    """That a row is not of the kind that a benefit is for."""
    zh = _UNSUITED.zh.format(row=row.zh, benefit=benefit.zh)
    return Text(zh, _UNSUITED.en.format(row=row.en, benefit=benefit.en))


def _shown_before(measure: Measure, before: Value | None) -> Text:
    if before is None:
        return _NOT_STATED
    value = shown(measure.field, before)
    if measure.stated:
        return value
    return Text(f"{_NOT_STATED.zh}（视为{value.zh}）", f"{_NOT_STATED.en} (taken as {value.en})")


def label(measure: Measure) -> Text:
    """What a measure is called: its field, and the keys of an entry."""
    name, path = in_a_sentence(measure.field.label), measure.key.path
    if path == (EACH_YEAR,):
        years = f"{measure.years[0]}–{measure.years[-1]}"
        whole = list(measure.years) == list(range(measure.years[0], measure.years[-1] + 1))
        each = years if whole else ", ".join(map(str, measure.years))
        return Text(
            f"{name.zh}（{_EACH.zh.format(years=each)}）", f"{name.en} ({_EACH.en.format(years=each)})"
        )
    if not path:
        return name
    keys = joined([_key_shown(measure.field, depth, key) for depth, key in enumerate(path)])
    return Text(f"{name.zh}（{keys.zh}）", f"{name.en} ({keys.en})")


def _key_shown(field: Field, depth: int, key: object) -> Text:
    labels = {choice.name: choice.label for choice in field.keys[depth].choices}
    return labels.get(str(key), both(str(key)))


def shown(field: Field, value: object) -> Text:
    """A value of a field with its unit, exact."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, date):
        return both(value.isoformat())
    if isinstance(value, tuple):
        return joined([shown(field, one) for one in value]) if value else _NOTHING
    labels: Mapping[object, Text] = {choice.name: choice.label for choice in field.choices}
    if value in labels:
        return labels[value]
    if isinstance(value, Decimal | int) and field.value_type not in {"year", "years"}:
        return _with_unit(field, number(Fraction(value)))
    return both(str(value))


def _with_unit(field: Field, amount: str) -> Text:
    if field.value_type == "money":
        return both(f"{amount}万元")
    if field.value_type == "percent":
        return both(f"{amount}%")
    return Text(f"{amount}{field.unit.zh}", f"{amount} {field.unit.en}") if field.unit else both(amount)


def _distance(measure: Measure, position: int) -> Text | None:
    if measure.before is None or measure.options:
        return None
    gap = position - measure.before
    if measure.field.value_type == "date":
        phrase = _LATER if gap > 0 else _EARLIER
        return _filled(phrase, both(str(abs(gap))))
    amount = measure.value(abs(gap))
    shown_gap = shown(measure.field, amount)
    return _filled(_MORE if gap > 0 else _LESS, shown_gap)


def _filled(phrase: Text, amount: Text) -> Text:
    return Text(phrase.zh.format(amount=amount.zh), phrase.en.format(amount=amount.en))
