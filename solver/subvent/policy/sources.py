"""Whether every phrase of a pack stands in the text of its document, and its register has every number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from subvent.diagnostics import Citation, Diagnostic, Place, diagnostic
from subvent.policy.loader import MANIFEST
from subvent.policy.numbering import numbering, plain
from subvent.policy.register import Register, check_numbers, read_register
from subvent.policy.toml_lines import Lines
from subvent.policy.types import Pack, PolicySet
from subvent.process.foreign import refusal


def verify_sources(policies: PolicySet, directory: Path) -> tuple[Diagnostic, ...]:
    """Looks each phrase up in `directory/SOURCE.txt`, white space and the width of characters set aside.

    Of the packs that were asked for, not of those that they build on. A pack that names no source is told of
    in a note; a missing or unreadable file is an error.
    """
    asked = (pack for pack in policies.packs if not pack.pulled)
    return tuple(found for pack in asked for found in _pack(pack, directory))


def verify_numbers(register: Register, directory: Path) -> Iterator[Diagnostic]:
    """Whether a register has the numbers of its document's text, and an entry for each."""
    if not register.pack.source:
        return
    file = f"{register.pack.source}.txt"
    try:
        text = (directory / file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return  # _pack says so
    numbers = numbering(text)
    yield from check_numbers(register, numbers, file)
    if set(numbers) != set(register.numbers):
        more, less = (
            "、".join(n for n in one if n not in other) or "–"
            for one, other in ((register.numbers, numbers), (numbers, register.numbers))
        )
        yield diagnostic(
            "policy.numbers-differ", register.lines.place("numbers"), file=file, more=more, less=less
        )


def _pack(pack: Pack, directory: Path) -> Iterator[Diagnostic]:
    manifest = Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
    if not pack.source:
        yield diagnostic("policy.no-source", manifest.place("source"), None, "note", pack=pack.id)
        return
    path = directory / f"{pack.source}.txt"
    try:
        text = plain(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        place, reason = manifest.place("source"), refusal(error)
        yield diagnostic("policy.source-missing", place, file=path.name, directory=directory, reason=reason)
        return
    register, faults = read_register(pack)
    yield from faults
    for place, citation in (*_quoted(pack, manifest), *_registered(register)):
        if plain(citation.phrase) not in text:
            yield diagnostic(
                "policy.phrase-not-found", place, citation, phrase=citation.phrase, file=path.name
            )


def _registered(register: Register | None) -> Iterator[tuple[Place, Citation]]:
    if register is None:
        return
    for item in register.items:
        yield register.lines.place("items", item.key, "phrase"), register.citation(item)


def _quoted(pack: Pack, manifest: Lines) -> Iterator[tuple[Place, Citation]]:
    """Each phrase once a block, at the first rule that rests on it, then those of policy.toml."""
    seen = set()
    for rule in pack.rules:
        for citation in rule.citations:
            if citation not in seen:
                seen.add(citation)
                yield rule.place, citation
    for reading in pack.readings:
        yield manifest.place("readings", reading.name, "phrase"), reading.citation
    for other in pack.prevails_over:
        yield manifest.place("prevails_over", other.pack, "phrase"), other.citation
