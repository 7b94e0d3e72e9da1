"""What is shown cannot steer the terminal, reorder the line, or hide."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subvent.display import harmless, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m红\x1b[0m", "␛[31m红␛[0m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\u200bb", "a\\u200bb"),
        ("a\nb\tc\rd", "a␊b␉c␍d"),
        ("\x7f\x9b", "␡\\u009b"),
        ("\ufeffx", "\\ufeffx"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("\u3164", "\\u3164"),
        ("星河电子（深圳）", "星河电子（深圳）"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_what_harms_is_shown_as_an_escape(text: str, shown: str) -> None:
    """Control, bidi, zero-width and tag characters become visible; ordinary text stays as it is."""
    assert harmless(text) == shown


@given(st.text())
def test_nothing_harmful_is_left(text: str) -> None:
    """The result is one line without control or format characters, and stays the same when shown again."""
    shown = harmless(text)
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in shown)
    assert not any(
        unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
        for c in shown
    )
    assert harmless(shown) == shown


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_shortened_text_is_short(text: str, most: int) -> None:
    """A long text ends in an ellipsis at the given length."""
    assert len(shortened(text, most)) <= most
