"""Makes text from a file harmless to show: what would steer a terminal or reorder a line becomes visible.

A name is kept as it was given; only what is printed goes through here.
"""

from __future__ import annotations

import unicodedata

_PICTURES = 0x2400
_LAST_C0 = 0x1F
_DELETE = 0x7F
_ASTRAL = 0x10000
_KEPT_FORMAT = frozenset("\u200d")
"""The zero-width joiner is kept: emoji and some scripts are written with it, and it moves nothing."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols that look like nothing."""


def _escape(character: str) -> str:
    point = ord(character)
    if point <= _LAST_C0:
        return chr(_PICTURES + point)
    if point == _DELETE:
        return "\u2421"
    return f"\\U{point:08x}" if point >= _ASTRAL else f"\\u{point:04x}"


def _is_harmful(character: str) -> bool:
    if character in _BLANK:
        return True
    # Cc controls, Cf bidi and zero-width, Cs half characters, Co and Cn have no agreed look, Zl and Zp
    # break the line.
    category = unicodedata.category(character)
    return category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and character not in _KEPT_FORMAT


def harmless(text: str) -> str:
    r"""`text` on one line, with control, bidi, zero-width and unassigned characters as visible escapes.

    C0 controls become their pictures (an escape character becomes ␛), all others `\uXXXX`.
    """
    if text.isprintable() and _BLANK.isdisjoint(text):
        return text
    return "".join(_escape(c) if _is_harmful(c) else c for c in text)


def shortened(text: str, most: int = 60) -> str:
    """`harmless(text)`, cut to `most` characters with an ellipsis."""
    shown = harmless(text[: most + 1])
    return shown if len(shown) <= most else shown[: most - 1] + "…"
