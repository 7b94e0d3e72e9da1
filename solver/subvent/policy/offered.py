"""What a form asks for: of all that a portfolio can state, what the packs of one run have a use for.

A file may state more than that, for it can be planned with other packs too; but nobody is asked for a field
that no rule reads, or for rows that nothing is claimed for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from subvent.policy.loader import vocabulary_of
from subvent.policy.parsed import parsed
from subvent.policy.syntax import Term
from subvent.policy.types import PolicySet
from subvent.portfolio.vocabulary import SETTINGS, SUBJECTS, Field, ListSpec, Vocabulary

_NAME = "name"
"""The field by which people know a row."""
_HISTORY = "history"
_LISTS: Mapping[tuple[str, int], int] = {("row", 2): 0, ("subject", 3): 2}
"""Words that name a list, with its position."""


def offered(policies: PolicySet) -> Vocabulary:
    """The lists and fields that the packs, or the kernel, can read, with examples that fit them.

    A list is among them if something is claimed for its rows, a pack declares it or a rule names it, or if
    another one refers to it; a field if it is required, tells rows apart, is declared by a pack, or a rule
    names it.
    """
    vocabulary = vocabulary_of(policies)
    declared = _declared(policies)
    named = frozenset(_named(policies))

    def kept(spec: ListSpec) -> ListSpec:
        fields = (
            _with_own_example(field)
            for field in spec.fields
            if _is_structural(field, spec)
            or field.name in declared.get(spec.name, ())
            or field.constant in named
        )
        return replace(spec, fields=tuple(fields))

    lists = {name: kept(spec) for name, spec in vocabulary.lists.items()}
    wanted = {_HISTORY, *_lists_used(policies, vocabulary), *declared} & lists.keys()
    queue = list(wanted)
    while queue:
        further = set(_referred(lists[queue.pop()])) & lists.keys() - wanted
        wanted |= further
        queue += further
    shown = {name: spec for name, spec in lists.items() if name in wanted}
    return Vocabulary(shown, kept(vocabulary.settings))


def _declared(policies: PolicySet) -> dict[str, set[str]]:
    """The fields that packs declare, or add values to, by list; a list of a pack's own has an entry."""
    found: dict[str, set[str]] = {}
    for pack in policies.packs:
        for table in ("lists", "inputs"):
            declared = pack.vocabulary.get(table)
            for name, fields in declared.items() if isinstance(declared, Mapping) else ():
                known = found.setdefault(str(name), set())
                if table == "inputs" and isinstance(fields, Mapping):
                    known.update(map(str, fields))
    return found


def _named(policies: PolicySet) -> Iterator[str]:
    """Every constant that stands in an argument of a rule, the kernel's among them."""
    for rule in policies.rules:
        for term in parsed(rule).parts():
            yield from (part.name for part in term.args if part.kind == "name" and not part.args)


def _lists_used(policies: PolicySet, vocabulary: Vocabulary) -> Iterator[str]:
    """The lists that something is claimed for, or whose rows a rule of a pack asks for."""
    yield from (benefit.of for benefit in policies.benefits)
    names = {spec.constant: name for name, spec in vocabulary.lists.items()}
    for rule in (rule for pack in policies.packs for rule in pack.rules):
        for literal in parsed(rule).literals:
            position = _LISTS.get(literal.atom.signature)
            if position is not None:
                yield from (names[name] for name in _constants(literal.atom.args[position]) if name in names)


def _constants(term: Term) -> Collection[str]:
    return [part.name for part in (term.args if term.kind == "pool" else (term,)) if part.kind == "name"]


def _is_structural(field: Field, spec: ListSpec) -> bool:
    """Whether the field tells rows apart, or no row of the list can do without it."""
    return field.required or field.type == "id" or field.name in (_NAME, spec.subject)


def _referred(spec: ListSpec) -> Iterator[str]:
    """The lists that the fields of a list refer to; what may stand in any list asks for none of them."""
    for field in spec.fields:
        for to in (field.to, *(key.to for key in field.keys)):
            yield from (name for name in to if name not in (SUBJECTS, SETTINGS))


def _with_own_example(field: Field) -> Field:
    """A field whose example is one of the values that it has under these packs."""
    known = {word for one in field.choices for word in (one.name, one.label.zh, one.label.en)}
    several = isinstance(field.example, list)
    given = field.example if isinstance(field.example, list) else [field.example]
    if not known or field.example is None or known.issuperset(given):
        return field
    fitting = [one for one in given if one in known] or [field.choices[0].name]
    return replace(field, example=fitting if several else fitting[0])
