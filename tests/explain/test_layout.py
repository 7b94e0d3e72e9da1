"""Text is laid out by the columns that a terminal gives it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from subvent.explain.layout import cut, pad, width, wrap

TEXTS = st.text(st.sampled_from("ab 1，。（）「」汉字〔〕“”·≥—-é"), max_size=60)


@pytest.mark.parametrize(
    "text", ["abc", "总投资额 60,000万元", "〔2023〕6号 “分档”", "≥ ≤ × —", "é", "e\u0301"]
)
def test_widths_agree_with_rich(text: str) -> None:
    """The engine may not use rich, and measures as rich does."""
    assert width(text) == cell_len(text)


@given(TEXTS, st.integers(12, 40))
@settings(max_examples=200, deadline=None)
def test_wrapping_loses_nothing_but_spaces_and_keeps_the_width(text: str, columns: int) -> None:
    """Every character but spaces at breaks is kept in order, and no line is too wide."""
    lines = wrap(text, columns, "- ", "  ")
    assert all(width(line) <= columns for line in lines)
    shown = "".join(line[2:] for line in lines)
    assert shown.replace(" ", "") == text.replace(" ", "")


def test_no_line_begins_with_a_closing_mark() -> None:
    """A full stop stays with the character before it."""
    lines = wrap("申报单位须为工业企业，且在深圳经营。", 10)
    assert not any(line.startswith(("，", "。", "）")) for line in lines)


def test_a_number_stays_with_the_character_before_it() -> None:
    """附b is not broken between 附 and b."""
    assert all(
        "附" not in line or "附b" in line for n in range(8, 30) for line in wrap("项目只享受一类附b条文", n)
    )


def test_padding_and_cutting_count_columns() -> None:
    """Two Chinese characters are four columns."""
    assert pad("汉字", 6) == "汉字  "
    assert pad("1.00", 6, right=True) == "  1.00"
    assert cut("汉字汉字", 5) == "汉字…"
    assert cut("汉字", 4) == "汉字"
