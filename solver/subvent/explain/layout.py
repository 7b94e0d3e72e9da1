"""Text laid out for a terminal, where Chinese is two columns wide and no line begins with a full stop."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_WIDE = frozenset("WF")
_WIDE_COLUMNS = 2
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_PIECE = re.compile(r"[\d.,]*\d ?万元|\s+|[!-~]+|.", re.DOTALL)
_CLOSING = frozenset("，。、；：？！）」』”’》〉】〕％%)]},.;:!?")
_OPENING = frozenset("（「『“‘《〈【〔([{")


def width(text: str) -> int:
    """The columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(maxsize=20_000)
def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return _WIDE_COLUMNS if unicodedata.east_asian_width(character) in _WIDE else 1


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with spaces to so many columns, behind it or, to align it right, before it."""
    space = " " * max(0, columns - width(text))
    return space + text if right else text + space


def cut(text: str, columns: int) -> str:
    """The text in at most so many columns, what is left out shown by an ellipsis."""
    if width(text) <= columns:
        return text
    taken, kept = 1, []
    for character in text:
        taken += _columns(character)
        if taken > columns:
            break
        kept.append(character)
    return "".join(kept) + "…" if columns > 0 else ""


def wrap(text: str, columns: int, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines of at most so many columns, the first behind `first`, the others behind `rest`.

    Chinese breaks anywhere but before a closing and after an opening mark, other words at spaces; a
    word wider than a line is broken. `rest` is as many spaces as `first` is wide if not given.
    """
    rest = " " * width(first) if rest is None else rest
    lines: list[str] = []
    line, begin, taken = first, len(first), width(first)
    indent = width(rest)
    for piece, wide in _pieces(text, max(8, columns - max(taken, indent))):
        bare = piece.rstrip()
        if taken + (wide if bare == piece else width(bare)) > columns and len(line) > begin:
            lines.append(line.rstrip())
            line, begin, taken = rest, len(rest), indent
        if bare or len(line) > begin:
            line += piece
            taken += wide
    return [*lines, line.rstrip()]


def _pieces(text: str, most: int) -> Iterator[tuple[str, int]]:
    """What may not be broken, with its columns: words, characters with the marks that belong to them."""
    piece, wide = "", 0
    for part in _PIECE.findall(text):
        more = width(part)
        # A number or letter stays with the one wide character before it: 附b, 第3.
        follows = wide <= _WIDE_COLUMNS and not piece.isascii() and part.isascii()
        joined = bool(piece) and (part[0] in _CLOSING or piece[-1] in _OPENING or part.isspace() or follows)
        if joined and wide + more <= most:
            piece += part
            wide += more
            continue
        if piece:
            yield piece, wide
        piece, wide = part, more
        while wide > most:
            head = cut(piece, most + 1).removesuffix("…") or piece[0]
            yield head, width(head)
            piece = piece[len(head) :]
            wide = width(piece)
    if piece:
        yield piece, wide
