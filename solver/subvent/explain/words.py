"""Atoms in words, in both languages: every argument shown by what it is.

Labels come from the vocabulary (fields, units, named values), from the packs (benefits, conditions,
limits, notes, readings) and from `words.toml`; ids stand as they were given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from subvent.diagnostics import Text
from subvent.explain.finished import Finished
from subvent.explain.formulas import formula
from subvent.explain.kept import Kept
from subvent.explain.lexicon import lexicon
from subvent.explain.quantities import by_shape, code, day, exact, is_day, is_digits, is_quantity, length
from subvent.explain.templates import alike, fill, filling
from subvent.logic.exact import ExactError
from subvent.logic.terms import Atom, Term, text
from subvent.policy.types import PolicySet
from subvent.policy.words import SAID
from subvent.portfolio.vocabulary import Field, Vocabulary

_Use = Literal["text", "negated", "part"]
_Filling = Callable[[Atom], Text]
_MANY = 200
"""Of predicates with more atoms the words are compiled."""


def both(value: str) -> Text:
    """A text that is the same in both languages."""
    return Text(value, value)


@lru_cache(maxsize=4096)
def in_a_sentence(label: Text) -> Text:
    """A label that heads a column, as it stands within a sentence: `R&D` and `IP` keep their capitals."""
    first, rest = label.en[:1], label.en[1:]
    keeps = rest[:1].isupper() or not (rest[:1].isalpha() or rest[:1] == " ")
    return label if keeps else Text(label.zh, first.lower() + rest)


def joined(parts: Sequence[Text], zh: str = "、", en: str = ", ") -> Text:
    """Several texts as a list."""
    return Text(zh.join(p.zh for p in parts), en.join(p.en for p in parts))


class Words:
    """The words of one plan: packs, vocabulary, and the derivation that says which row is of which list."""

    def __init__(self, policies: PolicySet, vocabulary: Vocabulary, finished: Finished) -> None:
        self.lexicon = lexicon(policies)
        self.say = self.lexicon.say
        self.finished = finished
        self.benefits = {b.constant: b for b in policies.benefits}
        self._conditions = {c.name: c.label for p in policies.packs for c in p.conditions}
        self._limits = {limit.name: limit.label for p in policies.packs for limit in p.limits}
        self._said = {
            word: {name: label for p in policies.packs for name, label in p.said.get(table, {}).items()}
            for (word, _), table in SAID.items()
        }
        self._each = {name: label for p in policies.packs for name, label in p.each.items()}
        self._readings = {r.name.replace("-", "_"): r for r in policies.readings}
        self._lists = {spec.constant: spec for spec in vocabulary.all_lists}
        self._fields: dict[str, dict[str, Field]] = {}
        for spec in vocabulary.all_lists:
            for field in spec.fields:
                self._fields.setdefault(field.constant, {})[spec.constant] = field
        self._templates: dict[tuple[_Use, str, int], _Filling | None] = {}
        self._terms = Kept[Term, Text](
            lambda term: self._compound(term) if isinstance(term, tuple) else self._row(term)
        )
        self._fields_of = Kept[tuple[Term, str], Field | None](lambda asked: self._field_of(*asked))
        self._likes = Kept[tuple[Term, str], Field | None](lambda asked: self._like(*asked))
        self._field_labels = Kept[tuple[Term, str], Text](lambda asked: self._field_label(*asked))
        self._labels: dict[Term, Text] = {}
        self._limit_labels: dict[Term, Text] = {}
        self._hidden = self.lexicon.hidden
        self._row_lists: dict[Term, str] = {atom[2]: atom[1][0] for atom in finished.all("row", 2)}
        self._kinds: Mapping[str, Callable[[Term, Atom, int], Text]] = {
            "field": lambda term, atom, _: self.field_label(term, atom[1]),
            "value": lambda term, atom, other: self.value(term, atom[1], atom[1 + other]),
            "choice": lambda term, atom, other: self.named_value(term, atom[1], atom[1 + other]),
            "condition": lambda term, *_: self.condition(term),
            "limit": lambda term, *_: self.limit(term),
            "claim": lambda term, *_: self.claim(term),
            "list": lambda term, *_: self.list_label(term),
            "money": lambda term, *_: self.money(term),
            "expression": lambda term, *_: self.expression(term),
            "reading": lambda term, *_: self.reading(term),
            "answer": lambda term, atom, other: self.answer(atom[1 + other], term),
            "note": lambda term, atom, other: self.note([term], self.term(atom[1 + other])),
            "cause": lambda term, *_: self.cause(term),
            "day": lambda term, *_: both(day(term).isoformat()),
            "years": lambda term, *_: both(str(_argument(term))),
            "span": lambda term, *_: length(term),
        }

    @property
    def kinds(self) -> frozenset[str]:
        """What the argument of a placeholder can be shown as."""
        return frozenset(self._kinds)

    # ── atoms ──

    def atom(self, atom: Atom, *, negated: bool = False) -> Text:
        """An atom, or its negation, as a sentence; by its bare name where there are no words for it."""
        template = self._template("negated" if negated else "text", atom[0], len(atom) - 1)
        if template is not None:
            return template(atom)
        if negated:
            return self.say("not_known", text=self.atom(atom))
        shown = joined([self.term(argument) for argument in atom[1:]])
        return Text(f"{atom[0]}（{shown.zh}）", f"{atom[0]} ({shown.en})")

    def has_negation(self, atom: Atom) -> bool:
        """Whether there are words for an atom that does not hold."""
        return self._template("negated", atom[0], len(atom) - 1) is not None

    def part(self, atom: Atom) -> Text | None:
        """What an amount calls the part that this atom gives: a field's label, or the predicate's own."""
        if atom[0] in {"value", "reckoned"}:
            return self.field_label(atom[2], atom[1])
        if atom[0] == "entry":
            label, key = self.field_label(atom[2], atom[1]), self.term(atom[3])
            return Text(f"{label.zh}（{key.zh}）", f"{label.en} ({key.en})")
        template = self._template("part", atom[0], len(atom) - 1)
        return None if template is None else template(atom)

    def hidden(self, atom: Atom) -> bool:
        """Whether atoms of this predicate are spliced out of proofs."""
        return (atom[0], len(atom) - 1) in self._hidden

    def is_hidden(self, name: str, arity: int) -> bool:
        """Whether the predicate of this name and arity is."""
        return (name, arity) in self._hidden

    def kept_below(self, atom: Atom, child: Atom) -> bool:
        """Whether a premise of a hidden atom stays in the proof in its place."""
        found = self.lexicon.predicates[f"{atom[0]}/{len(atom) - 1}"]
        return found.kept is None or f"{child[0]}/{len(child) - 1}" in found.kept

    def telling(self, name: str, arity: int) -> Callable[[Atom], Text]:
        """What puts atoms of a predicate into words."""
        return self._template("text", name, arity) or self.atom

    def _template(self, use: _Use, name: str, arity: int) -> _Filling | None:
        """What fills the words that atoms of this predicate have for some use; None where they have none."""
        key = (use, name, arity)
        if key not in self._templates:
            found = self.lexicon.predicates.get(f"{name}/{arity}")
            template: Text | None = None if found is None else getattr(found, use)
            many = len(self.finished.groups.get((name, arity), ())) > _MANY
            self._templates[key] = (
                None if template is None else filling(template, self._kinds, self._terms, many=many)
            )
        return self._templates[key]

    # ── terms ──

    def term(self, term: Term) -> Text:
        """Any term: ids and numbers as they are, constants by their labels, at(S,Y) as a row in a year."""
        return self._terms[term]

    def named(self, row: Term) -> Text | None:
        """What a row of a list without ids states; None of any other row, which goes by its id."""
        spec = self._lists.get(self._row_lists.get(row, ""))
        return None if spec is None or spec.has_id else self.term(row)

    def _row(self, term: Term) -> Text:
        """An id as it is; a row of a list without ids by what it states."""
        spec = self._lists.get(self._row_lists.get(term, ""))
        if spec is None or spec.has_id:
            return both(str(term))
        stated = []
        for field in spec.fields:
            name = (field.constant,)
            for predicate in ("link", "text", "choice", "value"):
                told = self.value if predicate == "value" else self.named_value
                found = self.finished.all(predicate, 3, term, name) if field.required else []
                stated += [told(atom[3], term, name) for atom in found]
        return self.say("row_without_id", list=spec.label, row=joined(stated, " ", " "))

    def _compound(self, term: Atom) -> Text:
        if term[0] == "at" and len(term) == 3:  # noqa: PLR2004 - at(S,Y)
            return self.say("row_in_year", row=self.term(term[1]), year=str(term[2]))
        if term[0] == "claim":
            _, _, subject, benefit, year = term
            told = {"subject": self.term(subject), "benefit": self.benefit(benefit)}
            return self.say("claim_brief", **told, year=str(year))
        if is_quantity(term) or is_day(term) or is_digits(term):
            return both(by_shape(term))
        label = self._constant(term[0])
        if len(term) == 1:
            return label or both(term[0])
        inside = joined([self.term(argument) for argument in term[1:]])
        return (
            Text(f"{label.zh}（{inside.zh}）", f"{label.en} ({inside.en})") if label and term[0] else inside
        )

    def _constant(self, name: str) -> Text | None:
        if name in self.benefits:
            return self.benefits[name].label
        if name in self.lexicon.constants:
            return self.lexicon.constants[name]
        if name in self._conditions:
            return fill(self._conditions[name], ())
        if name in self._fields or name in self.lexicon.fields:
            return self.field_label((name,))
        for fields in self._fields.values():
            for field in fields.values():
                for choice in (*field.choices, *(c for key in field.keys for c in key.choices)):
                    if choice.constant == name:
                        return choice.label
        return None

    def benefit(self, term: Term) -> Text:
        """The label of a benefit."""
        return self.term(term)

    def condition(self, term: Term) -> Text:
        """The label of a condition, its arguments filled in."""
        if term not in self._labels:
            self._labels[term] = self._label(self._conditions, term)
        return self._labels[term]

    def limit(self, term: Term) -> Text:
        """The label of a limit, its arguments filled in."""
        if term not in self._limit_labels:
            self._limit_labels[term] = self._label(self._limits, term)
        return self._limit_labels[term]

    def note(self, names: Sequence[Term], about: Text) -> Text:
        """Remarks on the same rows, told as one: the arguments of the name, or what is said of each."""
        if not (one := self.told_as_one(names[0])):
            return self.said("remark", names[0], about)
        each, term = self._each[one], self.term
        parts = [fill(each, [*map(term, first), joined([*map(term, last)])]) for first, last in alike(names)]
        return fill(self._said["remark"][one], [joined(parts), about])

    def told_as_one(self, name: Term) -> str:
        """What remarks on the same rows are told as one by; empty where each is told by itself."""
        return name[0] if isinstance(name, tuple) and name[0] in self._each else ""

    def said(self, word: str, term: Term, about: Text) -> Text:
        """What a word (remark, material, …) says by a name: its arguments, then what it is about."""
        labels = self._said[word]
        if isinstance(term, tuple) and term[0] in labels:
            return fill(labels[term[0]], [*map(self.term, term[1:]), about])
        return joined([self.term(term), about])

    def rank(self, word: str, term: Term) -> int:
        """Where the words of a name stand among those of its word: the order in which they are told."""
        names = list(self._said[word])
        return names.index(str(term[0])) if isinstance(term, tuple) and term[0] in names else len(names)

    def _label(self, labels: Mapping[str, Text], term: Term) -> Text:
        if isinstance(term, tuple) and term[0] in labels:
            return fill(labels[term[0]], [self.term(argument) for argument in term[1:]])
        return self.term(term)

    def cause(self, term: Term) -> Text:
        """Why a year is closed: a limit, a condition, or a word of the kernel."""
        return (
            self.limit(term) if isinstance(term, tuple) and term[0] in self._limits else self.condition(term)
        )

    def claim(self, term: Term) -> Text:
        """A claim in brief: subject, benefit, year."""
        return self.term(term)

    def list_label(self, term: Term) -> Text:
        """The label of a list."""
        spec = self._lists.get(str(term[0])) if isinstance(term, tuple) else None
        return spec.label if spec else self.term(term)

    def reading(self, term: Term) -> Text:
        """The question of a reading."""
        found = self._readings.get(str(term[0])) if isinstance(term, tuple) else None
        return found.label if found else self.term(term)

    def answer(self, question: Term, term: Term) -> Text:
        """An answer to a question."""
        found = self._readings.get(str(question[0])) if isinstance(question, tuple) else None
        for answer in found.answers if found else ():
            if isinstance(term, tuple) and answer.name.replace("-", "_") == term[0]:
                return answer.label
        return self.term(term)

    # ── fields and values ──

    def field(self, name: Term, row: Term = "") -> Field | None:
        """The vocabulary's field of that constant: that of the row's list, else of the first that has it."""
        return self._fields_of[name, self._list_of(row)]

    def _list_of(self, row: Term) -> str:
        """The list that a row is of, or a row in a year; none of what is no row."""
        if isinstance(row, tuple) and row[0] == "at":
            row = row[1]
        return self._row_lists.get(row, "")

    def _field_of(self, name: Term, of: str) -> Field | None:
        found = self._fields.get(name[0]) if isinstance(name, tuple) else None
        return None if found is None else found.get(of, next(iter(found.values()), None))

    def has_field(self, row: Term, name: Term) -> bool:
        """Whether the row's list has a field of that constant."""
        field = self.field(name, row)
        return field is not None and field.list.replace("-", "_") == self._row_lists.get(row)

    def field_label(self, name: Term, row: Term = "") -> Text:
        """The label of a stated or derived field; of an entry, `field(key,…)`, with its keys."""
        if isinstance(name, tuple) and len(name) > 1:
            label, keys = self.field_label(name[:1], row), joined([self.term(key) for key in name[1:]])
            return Text(f"{label.zh}（{keys.zh}）", f"{label.en} ({keys.en})")
        return self._field_labels[name, self._list_of(row)]

    def _field_label(self, name: Term, of: str) -> Text:
        if isinstance(name, tuple) and name[0] in self.lexicon.fields:
            return self.lexicon.fields[name[0]].label
        field = self._fields_of[name, of]
        return in_a_sentence(field.label) if field else both(text(name))

    def is_row(self, term: Term) -> bool:
        """Whether a term is the id of a row."""
        return term in self._row_lists

    def like(self, name: Term, row: Term = "") -> Field | None:
        """The stated field whose type and unit a field has: itself, or the one a derived field is like."""
        return self._likes[name, self._list_of(row)]

    def _like(self, name: Term, of: str) -> Field | None:
        if isinstance(name, tuple) and name[0] in self.lexicon.fields:
            return self._fields_of[(self.lexicon.fields[name[0]].like,), of]
        return self._fields_of[name, of]

    def goes_by_years(self, name: Term) -> bool:
        """Whether a field is a day that only another year moves."""
        own = self.lexicon.fields.get(name[0]) if isinstance(name, tuple) else None
        return own is not None and own.by_years

    def value(self, term: Term, row: Term, name: Term) -> Text:
        """A value with its unit, exact."""
        field = self.like(name, row)
        kind = field.value_type if field else None
        if kind == "money":
            return self.money(term)
        if kind in {"quantity", "percent"}:
            return self.quantity(term, field)
        if kind == "date" and is_day(term):
            return both(day(term).isoformat())
        if kind == "code":
            return both(code(term))
        if isinstance(term, tuple) and len(term) > 1 and not is_quantity(term) and term[0] != "":
            return self.quantity(term, field)
        return both(by_shape(term)) if not isinstance(term, tuple) or term[0] == "" else self.term(term)

    def named_value(self, term: Term, row: Term, name: Term) -> Text:
        """A named value of a field; a year or another term as it is."""
        field = self.field(name, row)
        for choice in field.choices if field else ():
            if isinstance(term, tuple) and choice.constant == term[0]:
                return choice.label
        return self.term(term)

    def quantity(self, term: Term, field: Field | None) -> Text:
        """A quantity or an expression over some, with the unit of a field."""
        try:
            shown = exact(term)
        except ExactError:
            return both(text(term))
        if field is not None and field.value_type == "money":
            return both(f"{shown}万元")
        if field is not None and field.value_type == "percent":
            return both(f"{shown}%")
        unit = field.unit if field is not None else None
        return Text(f"{shown}{unit.zh}", f"{shown} {unit.en}") if unit else both(shown)

    def money(self, term: Term) -> Text:
        """An amount in 万元: a quantity, or the exact value of an expression."""
        return _money(term)

    def expression(self, term: Term) -> Text:
        """An expression as a formula over amounts in 万元."""
        return both(f"{formula(term)}万元")


@lru_cache(maxsize=100_000)
def _money(term: Term) -> Text:
    try:
        return both(f"{exact(term)}万元")
    except ExactError:
        return both(text(term))


def _argument(term: Term) -> Term:
    return term[1] if isinstance(term, tuple) and len(term) > 1 else term
