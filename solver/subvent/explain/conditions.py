"""A condition asked of a row, in words with its numbers: what was compared, how far off, what is missing.

The forms are those of the kernel (`at_least`, `passed`, …), read off the derivation's own atoms; a
condition that a pack derives with rules of its own has its label only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Literal, NamedTuple

from subvent.diagnostics import Text
from subvent.explain.quantities import (
    anniversary,
    counted,
    day,
    is_quantity,
    length,
    rounded_down,
    years_until,
)
from subvent.explain.words import Words, both, joined
from subvent.logic.exact import ExactError, evaluate
from subvent.logic.terms import Atom, Term

State = Literal["met", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Detail:
    """What a form compares: the values for its sentence and, where it failed, how far off it is.

    `stated` are the facts it rests on, as (row, field).
    """

    form: str
    values: dict[str, Text | str] = field(default_factory=dict)
    short: Callable[[], Text | None] | None = None
    stated: tuple[tuple[Term, Term], ...] = ()

    @property
    def shortfall(self) -> Text | None:
        """How far off it is where it fails; most conditions are met, and nobody asks."""
        return None if self.short is None else self.short()


class Way(NamedTuple):
    """One of several ways to meet a condition, any of which would do."""

    choice: Term
    part: Term


class Conditions:
    """Tells conditions of one derivation."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.finished = words.finished
        self._declared: dict[Term, Atom | None] = {}
        self._readers: dict[tuple[str, int], Callable[[Term, Atom], Detail]] = {
            ("at_least", 3): self._bound,
            ("at_most", 3): self._bound,
            ("at_least_share", 4): self._share,
            ("is", 3): self._flag,
            ("among", 3): self._among,
            ("stated", 2): self._stated,
            ("within_term", 4): self._term,
            ("passed", 4): self._passed,
            ("in_term", 4): self._in_term,
            ("in_years_after", 3): self._in_years_after,
        }

    def state(self, row: Term, condition: Term) -> State:
        """Whether a condition asked of a row is met, failed, or neither."""
        if ("met", row, condition) in self.finished:
            return "met"
        return "failed" if ("failed", row, condition) in self.finished else "unknown"

    def sentence(self, row: Term, condition: Term) -> Text:
        """The condition of the row with its numbers, how far off, and its label."""
        words, state = self.words, self.state(row, condition)
        shown, label = words.term(row), words.condition(condition)
        detail = self.detail(row, condition)
        if detail is None:
            phrase = {"met": "labelled", "failed": "labelled_failed", "unknown": "labelled_unknown"}[state]
            return words.say(phrase, row=shown, label=label)
        told = _filled(words, detail, state)
        if state == "failed" and (short := detail.shortfall) is not None:
            return words.say("detailed_short", row=shown, detail=told, label=label, shortfall=short)
        return words.say("detailed", row=shown, detail=told, label=label)

    def requirement(self, row: Term, condition: Term) -> Text:
        """What an unknown condition would need."""
        detail = self.detail(row, condition)
        if detail is None:
            return self.words.say(
                "labelled_unknown", row=self.words.term(row), label=self.words.condition(condition)
            )
        return _filled(self.words, detail, "unknown")

    def detail(self, row: Term, condition: Term) -> Detail | None:
        """The numbers of a condition of a declared form; None for combinations and a pack's own rules."""
        if condition not in self._declared:
            asked = (self.finished.first(form, arity, condition) for form, arity in self._readers)
            self._declared[condition] = next(filter(None, asked), None)
        declared = self._declared[condition]
        return None if declared is None else self._readers[declared[0], len(declared) - 1](row, declared)

    def declared(self, condition: Term) -> Iterator[Atom]:
        """The pack's declaration that gives a condition its form."""
        for form, arity in (*self._readers, ("through", 3)):
            yield from self.finished.all(form, arity, condition)

    def leaves(self, row: Term, condition: Term, state: State) -> Iterator[tuple[Term, Term]]:
        """The simple conditions, as (row, condition), that make this one what it is."""
        return (leaf for leaf, _ in self.ways(row, condition, state))

    def ways(
        self, row: Term, condition: Term, state: State, way: Way | None = None
    ) -> Iterator[tuple[tuple[Term, Term], Way | None]]:
        """The same, each with the outermost choice of several ways that it belongs to, if any."""
        throughs = self.finished.all("through", 3, condition)
        links = [(link[3], t[3]) for t in throughs for link in self.finished.all("link", 3, row, t[2])]
        parts = [(row, a[2]) for a in self.finished.all("all_of", 2, condition)]
        each = [(row, a[2]) for a in self.finished.all("any_of", 2, condition)]
        open_ = [part for part in each if self.state(*part) == state]
        for other, part in (*links, *parts):
            if self.state(other, part) == state:
                yield from self.ways(other, part, state, way)
        for other, part in open_:
            chosen = way or (Way(condition, part) if len(open_) > 1 else None)
            yield from self.ways(other, part, state, chosen)
        if not (links or parts or each):
            yield (row, condition), way

    def one_of(self, said: Text, way: Way | None, leaf: Term) -> Text:
        """What is said of a simple condition, and that another way than this one would do."""
        if way is None:
            return said
        choice, part = self.words.condition(way.choice), self.words.condition(way.part)
        if way.part == leaf:
            return self.words.say("one_of", text=said, choice=choice)
        return self.words.say("one_of_part", text=said, choice=choice, way=part)

    def missing(self, row: Term, condition: Term) -> Iterator[tuple[Term, Term]]:
        """The facts, as (row, field), whose absence leaves a condition unknown; each once."""
        seen = set()
        for where, leaf in self.leaves(row, condition, "unknown"):
            for fact in self._missing(where, leaf):
                if fact not in seen:
                    seen.add(fact)
                    yield fact

    def _missing(self, row: Term, condition: Term) -> Iterator[tuple[Term, Term]]:
        throughs = self.finished.all("through", 3, condition)
        if throughs:
            # Rows of several lists may share a condition, each through a reference of its own.
            own = [t[2] for t in throughs if self.words.has_field(row, t[2])]
            yield from ((row, name) for name in own or [throughs[0][2]])
            return
        detail = self.detail(row, condition)
        if detail is not None:
            for where, name in detail.stated:
                yield from self.absent(where, name)
        elif isinstance(condition, tuple):
            yield from self._needs(row, self.words.lexicon.needs.get(condition[0], ()))

    def absent(self, row: Term, name: Term) -> Iterator[tuple[Term, Term]]:
        """The stated facts for want of which a field of a row has no value."""
        if self._known(row, name):
            return
        row = row[1] if isinstance(row, tuple) and row[0] == "at" else row
        derived = self.words.lexicon.fields.get(name[0]) if isinstance(name, tuple) else None
        if derived is not None and derived.needs:
            yield from self._needs(row, derived.needs)
            return
        averaged = self.finished.first("averaged", 3, name)
        yield row, (averaged[2] if averaged is not None else name)

    def _needs(self, row: Term, paths: tuple[str, ...]) -> Iterator[tuple[Term, Term]]:
        for path in paths:
            *links, last = path.split(".")
            rows = [row]
            for link in links:
                rows = [a[3] for one in rows for a in self.finished.all("link", 3, one, (link,))]
            for one in rows:
                # A map is never known to be complete: which of its entries lack, the field's own words say.
                if not self._known(one, (last,)) or self.finished.first("entry", 4, one, (last,)):
                    yield one, (last,)

    def _known(self, row: Term, name: Term) -> bool:
        return any(
            self.finished.first(predicate, 3, row, name)
            for predicate in ("value", "flag", "choice", "text", "link", "reckoned")
        )

    # ── the forms ──

    def _value(self, row: Term, name: Term) -> Term | None:
        found = self.finished.last_argument("value", 3, row, name)
        return found if found is not None else self.finished.last_argument("reckoned", 3, row, name)

    def _shown(self, row: Term, name: Term, value: Term | None) -> Text:
        return both("–") if value is None else self.words.value(value, row, name)

    def _bound(self, row: Term, declared: Atom) -> Detail:
        form, _, name, bound = declared
        value = self._value(row, name)
        values: dict[str, Text | str] = {
            "field": self.words.field_label(name, row),
            "value": self._shown(row, name, value),
            "bound": self.words.value(bound, row, name),
        }
        short = None if value is None else partial(self._gap, row, name, value, bound)
        return Detail(form, values, short, ((row, name),))

    def _gap(self, row: Term, name: Term, value: Term, bound: Term) -> Text | None:
        """How far a value is from a bound: an amount, or days; of codes nothing."""
        say = self.words.say
        like = self.words.like(name, row)
        if like is not None and like.value_type == "date":
            return self._off(name, day(value), day(bound), day(bound))
        if (
            like is not None
            and like.value_type == "year"
            and isinstance(value, int)
            and isinstance(bound, int)
        ):
            return self._years_off(value, bound, bound)
        if like is not None and like.value_type == "code":
            return None
        try:
            gap = _plain(bound) - _plain(value)
        except ExactError:
            return None
        phrase = "short_amount" if gap > 0 else "over_amount"
        return say(phrase, amount=self._amount(abs(gap), row, name, bound))

    def _amount(self, gap: Fraction, row: Term, name: Term, bound: Term) -> Text:
        if isinstance(bound, int):
            return both(str(gap))
        term: Term = ("part", gap.numerator, gap.denominator, ("", 1, 0))
        return self.words.quantity(term, self.words.like(name, row))

    def _share(self, row: Term, declared: Atom) -> Detail:
        form, _, name, percent, other = declared
        value, whole = self._value(row, name), self._value(row, other)

        def short() -> Text | None:
            if value is None or whole is None:
                return None
            gap = evaluate(whole) * percent / 100 - evaluate(value)
            if gap <= 0 or not evaluate(whole):
                return None
            amount = self._amount(gap, row, name, value)
            off = percent - evaluate(value) * 100 / evaluate(whole)
            if off * 100 < 1:  # no point to speak of
                return self.words.say("short_amount", amount=amount)
            return self.words.say("short_points", amount=amount, points=rounded_down(off, 2))

        values: dict[str, Text | str] = {
            "field": self.words.field_label(name, row),
            "value": self._shown(row, name, value),
            "other": self.words.field_label(other, row),
            "whole": self._shown(row, other, whole),
            "percent": str(percent),
        }
        return Detail(form, values, short, ((row, name), (row, other)))

    def _flag(self, row: Term, declared: Atom) -> Detail:
        form, _, name, bound = declared
        value = self.finished.last_argument("flag", 3, row, name)
        return Detail(form, self._pair(row, name, value, self.words.term(bound)), None, ((row, name),))

    def _among(self, row: Term, declared: Atom) -> Detail:
        form, condition, name, _ = declared
        allowed = [
            self.words.named_value(a[3], row, name) for a in self.finished.all(form, 3, condition, name)
        ]
        value = self.finished.last_argument("choice", 3, row, name)
        return Detail(form, self._pair(row, name, value, joined(allowed)), None, ((row, name),))

    def _stated(self, row: Term, declared: Atom) -> Detail:
        form, _, name = declared
        value = self.finished.last_argument("text", 3, row, name)
        value = value if value is not None else self.finished.last_argument("choice", 3, row, name)
        return Detail(form, self._pair(row, name, value, both("")), None, ((row, name),))

    def _pair(self, row: Term, name: Term, value: Term | None, bound: Text) -> dict[str, Text | str]:
        shown = both("–") if value is None else self.words.named_value(value, row, name)
        return {"field": self.words.field_label(name, row), "value": shown, "bound": bound}

    def _days(self, row: Term, declared: Atom) -> tuple[Detail, int | None]:
        """A detail on two days, and by how many the later one passes the anniversary."""
        form, _, name, span, other = declared
        start, end = self._value(row, name), self._value(row, other)
        values: dict[str, Text | str] = {
            "field": self.words.field_label(name, row),
            "value": self._shown(row, name, start),
            "other": self.words.field_label(other, row),
            "last": self._shown(row, other, end),
            "span": length(span),
            "bound": "–",
        }
        passed = None
        if start is not None:
            last = day(anniversary(start, span))
            values["bound"] = last.isoformat()
            passed = (day(end) - last).days if end is not None else None
        return Detail(form, values, None, ((row, name), (row, other))), passed

    def _term(self, row: Term, declared: Atom) -> Detail:
        detail, passed = self._days(row, declared)
        if declared[3][0] == "days":
            # The day on which days begin is not counted, so that the day itself is the last one.
            detail, over = replace(detail, form="within_days"), passed
        else:
            # The end has to lie before the anniversary: on the day itself it is one day over.
            over = None if passed is None else passed + 1
        return replace(detail, short=None if over is None else self._days_off("days_over", over))

    def _passed(self, row: Term, declared: Atom) -> Detail:
        detail, passed = self._days(row, declared)
        short = None if passed is None else self._days_off("days_short", -passed)
        return Detail(detail.form, detail.values, short, detail.stated)

    def _in_term(self, row: Term, declared: Atom) -> Detail:
        form, _, name, first, span = declared
        value = self._value(row, name)
        # The last day is the one before the anniversary of the first.
        start, end = day(first), day(anniversary(first, span)) - timedelta(days=1)
        short = None if value is None else partial(self._off, name, day(value), start, end)
        values: dict[str, Text | str] = {
            "field": self.words.field_label(name, row),
            "value": self._shown(row, name, value),
            "bound": start.isoformat(),
            "last": end.isoformat(),
        }
        return Detail(form, values, short, ((row, name),))

    def _in_years_after(self, row: Term, declared: Atom) -> Detail:
        form, _, name, span = declared
        day_of, years = self._value(row, name), span[1]
        year = row[2] if isinstance(row, tuple) else None
        short = None
        values: dict[str, Text | str] = {
            "field": self.words.field_label(name, row),
            "value": self._shown(row, name, day_of),
            "years": counted(years, "year"),
            "year": str(year),
        }
        if isinstance(day_of, tuple) and isinstance(year, int):
            first, last = day_of[1] + 1, day_of[1] + years
            values |= {"bound": str(first), "last": str(last)}
            short = partial(self._years_off, year, first, last)
        return Detail(form, values, short, ((row, name),))

    def _days_off(self, phrase_: str, days: int) -> Callable[[], Text]:
        return lambda: self.words.say(phrase_, days=counted(days, "day"))

    def _off(self, name: Term, value: date, first: date, last: date) -> Text:
        """How far a day lies before the first or after the last: days, or years where it goes by years."""
        early = value < first
        sooner, later = (value, first) if early else (last, value)
        if self.words.goes_by_years(name):
            years = counted(years_until(sooner, later), "year")
            return self.words.say("years_early" if early else "years_late", years=years)
        days = counted((later - sooner).days, "day")
        return self.words.say("days_early" if early else "days_late", days=days)

    def _years_off(self, year: int, first: int, last: int) -> Text | None:
        """By how many years a year lies before the first or after the last."""
        if year < first:
            return self.words.say("years_early", years=counted(first - year, "year"))
        return self.words.say("years_late", years=counted(year - last, "year")) if year > last else None


def _plain(term: Term) -> Fraction:
    """The number of a quantity, an expression, or a plain integer. Raises ExactError for a day or code."""
    if isinstance(term, int) or is_quantity(term) or (isinstance(term, tuple) and term[0] != ""):
        return evaluate(term)
    raise ExactError


def _filled(words: Words, detail: Detail, state: State) -> Text:
    found = words.lexicon.forms[detail.form][state]
    zh = {k: v.zh if isinstance(v, Text) else v for k, v in detail.values.items()}
    en = {k: v.en if isinstance(v, Text) else v for k, v in detail.values.items()}
    return Text(found.zh.format_map(zh), found.en.format_map(en))
