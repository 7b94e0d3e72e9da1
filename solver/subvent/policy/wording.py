"""words.toml: what a pack's own predicates, derived fields and phrases are called in explanations, checked.

What the tables mean stands in `explain/lexicon.py`, which reads them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from subvent.diagnostics import Diagnostic, Place, diagnostic
from subvent.policy.manifest import Words, read_toml
from subvent.policy.toml_lines import Lines
from subvent.policy.words import Signature
from subvent.portfolio.nearest import suggestion
from subvent.process.foreign import refusal

WORDING = "words.toml"
KINDS = frozenset(
    ("field", "value", "choice", "condition", "limit", "claim", "list", "money", "expression")
) | frozenset(("reading", "answer", "note", "cause", "day", "years", "span"))
"""What the argument of a placeholder can be shown as: {0:money}."""
_HOLE = re.compile(r"\{([^{}]*)\}")
_FILLED = re.compile(r"(\d+)(?::([a-z]+)(?:\.(\d+))?)?\Z")
_PAIRS = (("zh", "en"), ("not_zh", "not_en"), ("part_zh", "part_en"))


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Predicate(_Table):
    zh: str = ""
    en: str = ""
    not_zh: str = ""
    not_en: str = ""
    part_zh: str = ""
    part_en: str = ""
    hidden: StrictBool | list[str] = False


class _Field(Words):
    like: str = ""
    needs: list[str] = Field(default_factory=list)


class _Condition(_Table):
    needs: list[str]


class _Wording(_Table):
    predicates: dict[str, _Predicate] = {}
    forms: dict[str, dict[str, Words]] = {}
    fields: dict[str, _Field] = {}
    conditions: dict[str, _Condition] = {}
    constants: dict[str, Words] = {}
    phrases: dict[str, Words] = {}


def check_wording(directory: Path, shown: str, known: Collection[Signature]) -> Iterator[Diagnostic]:
    """What is wrong with a pack's words.toml, if it has one; `known` are the predicates that rules derive."""
    path, file = directory / WORDING, f"{shown}/{WORDING}"
    if not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield diagnostic("policy.unreadable", Place(file), reason=refusal(error))
        return
    wording, lines, found = read_toml(text, file, _Wording, _siblings)
    yield from found
    if wording is None:
        return
    names = [f"{name}/{arity}" for name, arity in sorted(known)]
    for name, entry in wording.predicates.items():
        yield from _predicate(name, entry, names, lines)


def _siblings(path: Sequence[str | int]) -> list[str]:
    tables: Mapping[str, type[BaseModel]] = {
        "predicates": _Predicate,
        "fields": _Field,
        "conditions": _Condition,
    }
    model = _Wording if len(path) == 1 else tables.get(str(path[0]), Words)
    return list(model.model_fields)


def _predicate(name: str, entry: _Predicate, known: Sequence[str], lines: Lines) -> Iterator[Diagnostic]:
    place = lines.place("predicates", name)
    if name not in known:
        near = suggestion(name, known, listed=False)
        yield diagnostic("policy.words-of-none", place, name=name, nearest=near)
        return
    for zh, en in _PAIRS:
        lacking = next((key for key in (zh, en) if not getattr(entry, key)), "")
        if lacking and (getattr(entry, zh) or getattr(entry, en)):
            yield diagnostic("policy.toml-missing", place, key=f"predicates.{name}.{lacking}")
    arity = int(name.rpartition("/")[2])
    for key in (key for pair in _PAIRS for key in pair):
        for hole in _HOLE.findall(getattr(entry, key)):
            filled = _FILLED.match(hole)
            numbers = [int(n) for n in filled.group(1, 3) if n] if filled else []
            if filled is None or max(numbers) >= arity or (filled.group(2) or "day") not in KINDS:
                yield diagnostic("policy.word-placeholder", place, name=name, placeholder=f"{{{hole}}}")
