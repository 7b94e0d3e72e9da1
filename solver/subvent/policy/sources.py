"""Whether every phrase that a pack quotes stands in the text of its document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from subvent.diagnostics import Citation, Diagnostic, Place, diagnostic
from subvent.policy.loader import MANIFEST
from subvent.policy.manifest import Lines
from subvent.policy.types import Pack, PolicySet

_WHITE = re.compile("[\\s\u200b\ufeff]+")
_PAGE_MARK = re.compile(r"(?m)^\s*[—–-]+\s*\d+\s*[—–-]+\s*$")


def verify_sources(policies: PolicySet, directory: Path) -> tuple[Diagnostic, ...]:
    """Looks each phrase up in `directory/SOURCE.txt`.

    White space, page marks (—2—) and the width of characters are set aside. A pack that names no source
    is told of in a note; a missing or unreadable file is an error.
    """
    return tuple(found for pack in policies.packs for found in _pack(pack, directory))


def _plain(text: str) -> str:
    return _WHITE.sub("", unicodedata.normalize("NFKC", text))


def _pack(pack: Pack, directory: Path) -> Iterator[Diagnostic]:
    manifest = Lines((pack.directory / MANIFEST).read_text(encoding="utf-8"), pack.manifest_name)
    if not pack.source:
        yield diagnostic("policy.no-source", manifest.place("source"), None, "note", pack=pack.id)
        return
    path = directory / f"{pack.source}.txt"
    try:
        text = _plain(_PAGE_MARK.sub("", path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "UTF-8"
        place = manifest.place("source")
        yield diagnostic("policy.source-missing", place, file=path.name, directory=directory, reason=reason)
        return
    for place, citation in _quoted(pack, manifest):
        if _plain(citation.phrase) not in text:
            yield diagnostic(
                "policy.phrase-not-found", place, citation, phrase=citation.phrase, file=path.name
            )


def _quoted(pack: Pack, manifest: Lines) -> Iterator[tuple[Place, Citation]]:
    """Each phrase once a block, at the first rule that rests on it, then those of the readings."""
    seen = set()
    for rule in pack.rules:
        for citation in rule.citations:
            if citation not in seen:
                seen.add(citation)
                yield rule.place, citation
    for reading in pack.readings:
        yield manifest.place("readings", reading.name, "phrase"), reading.citation
