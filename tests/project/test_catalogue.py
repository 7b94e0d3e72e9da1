"""The messages: every code the source uses has its texts, every text is used, and docs list them all."""

from __future__ import annotations

import re
import runpy
import string
import tomllib
from pathlib import Path

import pytest

from subvent.diagnostics import codes

ROOT = Path(__file__).parents[2]
MESSAGES = ROOT / "solver/subvent/messages"
SOURCES = [p for root in ("solver", "cli") for p in (ROOT / root).rglob("*.py")]
CATALOGUE = {
    code: texts
    for p in sorted(MESSAGES.glob("*.toml"))
    for code, texts in tomllib.loads(p.read_text("utf-8")).items()
}
_LITERAL = re.compile(r"""["']([a-z0-9.-]+)["']""")


def _placeholders(text: str) -> set[str]:
    """What a sentence has filled in; `label_zh` and `label_en` are one thing in two languages."""
    return {
        re.sub(r"_(zh|en)$|^(zh|en)_", "", name)
        for _, name, _, _ in string.Formatter().parse(text)
        if name is not None
    }


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_message_is_whole(code: str) -> None:
    """What and way out in both languages; no placeholder is in one language of a sentence only by mistake."""
    texts = CATALOGUE[code]
    assert set(texts) == {"zh", "en", "way_out_zh", "way_out_en"}
    assert all(text.strip() for text in texts.values())
    assert _placeholders(texts["zh"]) == _placeholders(texts["en"])


def test_codes_are_unique() -> None:
    """One code stands in one file only."""
    listed = [code for p in MESSAGES.glob("*.toml") for code in tomllib.loads(p.read_text("utf-8"))]
    assert sorted(listed) == list(codes())


def test_every_message_is_used() -> None:
    """No text is kept for a code that nothing reports, by its full name or by the part after the dot."""
    used = {code for p in SOURCES for code in _LITERAL.findall(p.read_text(encoding="utf-8"))}
    assert [code for code in CATALOGUE if not {code, code.partition(".")[2]} & used] == []


def test_every_code_used_has_its_texts() -> None:
    """No source names a code that the catalogue lacks."""
    called = re.compile(r"""diagnostic\(\s*["']([a-z.-]+)["']""")
    used = {code for p in SOURCES for code in called.findall(p.read_text(encoding="utf-8"))}
    assert sorted(used - set(CATALOGUE)) == []


def test_documentation_lists_every_code() -> None:
    """docs/diagnostics.md is what `make docs` writes."""
    written = runpy.run_path(str(ROOT / "docs/make_diagnostics.py"))["page"]()
    assert (ROOT / "docs/diagnostics.md").read_text(encoding="utf-8") == written
