"""The words for predicates, fields and conditions: the kernel's, and beside each pack those of its own.

`words.toml` has these tables; a pack's file adds to the kernel's and may not change it.

    [predicates."cap/2"]          a sentence with the arguments filled in: {0}, {1:field}, {2:value.1}
    zh, en                        (kinds: see `Words`); `not_zh`, `not_en` for its negation (or these
                                  alone, of what is only ever denied),
                                  `part_zh`, `part_en` for the part of an amount it gives
    hidden = ["requires/3"]       instead of words: it is spliced out of proofs, only these of its
                                  premises staying ([] none, true all)
    [forms.at_least]              a declared form of condition: met, failed, unknown, short
    [fields.mean_energy]          a derived field: label, `like` a stated one (type, unit), and
                                  the facts it `needs` (`parent.established`: of the row referred to);
                                  `by_years` of a day that only another year moves
    [conditions.same_division]    `needs` of a condition that has rules of its own
    [constants.horizon]           other constants
    [phrases.short]               sentences of the explanations
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from subvent.diagnostics import Text
from subvent.policy.types import PolicySet

_FILE = "words.toml"


@dataclass(frozen=True, slots=True)
class PredicateWords:
    """How atoms of a predicate are told. `kept`: of a hidden one, the premises that stay; None all."""

    text: Text | None
    negated: Text | None
    part: Text | None = None
    hidden: bool = False
    kept: frozenset[str] | None = frozenset()


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field that rules derive."""

    label: Text
    like: str = ""
    needs: tuple[str, ...] = ()
    by_years: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of a policy set."""

    predicates: Mapping[str, PredicateWords]
    forms: Mapping[str, Mapping[str, Text]]
    fields: Mapping[str, FieldWords]
    needs: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, Text]
    phrases: Mapping[str, Text]

    @property
    def silent(self) -> frozenset[str]:
        """The predicates, as `name/arity`, that are never told and of whose premises nothing stays."""
        return frozenset(
            name for name, words in self.predicates.items() if words.hidden and words.kept == frozenset()
        )

    @property
    def hidden(self) -> frozenset[tuple[str, int]]:
        """The predicates, by name and arity, that are spliced out of proofs."""
        names = (name.rpartition("/") for name, words in self.predicates.items() if words.hidden)
        return frozenset((name, int(arity)) for name, _, arity in names)

    def say(self, phrase: str, **values: Text | str) -> Text:
        """A sentence with its placeholders filled in. Raises KeyError when there is no such phrase."""
        found = self.phrases[phrase]
        zh: dict[str, str] = {}
        en: dict[str, str] = {}
        for name, value in values.items():
            zh[name], en[name] = (value.zh, value.en) if isinstance(value, Text) else (value, value)
        return Text(found.zh.format_map(zh), found.en.format_map(en))


def lexicon(policies: PolicySet) -> Lexicon:
    """The kernel's words with those of the packs. Read once for the same directories."""
    return _read(tuple(pack.directory for pack in policies.packs))


@lru_cache(maxsize=8)
def _read(directories: tuple[Path, ...]) -> Lexicon:
    tables = [tomllib.loads(files("subvent_specs").joinpath(_FILE).read_text(encoding="utf-8"))]
    for directory in directories:
        path = directory / _FILE
        if path.is_file():
            tables.append(tomllib.loads(path.read_text(encoding="utf-8")))
    merged: dict[str, dict[str, Any]] = {}
    # Packs first, so that where names meet the kernel's words win.
    for table in reversed(tables):
        for section, entries in table.items():
            merged.setdefault(section, {}).update(entries)
    return Lexicon(
        predicates={name: _predicate(entry) for name, entry in merged.get("predicates", {}).items()},
        forms={
            form: {state: _text(entry) for state, entry in states.items()}
            for form, states in merged.get("forms", {}).items()
        },
        fields={
            name: FieldWords(
                _text(entry),
                entry.get("like", ""),
                tuple(entry.get("needs", ())),
                entry.get("by_years", False),
            )
            for name, entry in merged.get("fields", {}).items()
        },
        needs={name: tuple(entry["needs"]) for name, entry in merged.get("conditions", {}).items()},
        constants={name: _text(entry) for name, entry in merged.get("constants", {}).items()},
        phrases={name: _text(entry) for name, entry in merged.get("phrases", {}).items()},
    )


def _text(entry: Mapping[str, str]) -> Text:
    return Text(entry["zh"], entry["en"])


def _predicate(entry: Mapping[str, Any]) -> PredicateWords:
    hidden = entry.get("hidden", False)
    if hidden is not False:
        return PredicateWords(None, None, hidden=True, kept=None if hidden is True else frozenset(hidden))
    negated = Text(entry["not_zh"], entry["not_en"]) if "not_zh" in entry else None
    part = Text(entry["part_zh"], entry["part_en"]) if "part_zh" in entry else None
    return PredicateWords(_text(entry) if "zh" in entry else None, negated, part)
