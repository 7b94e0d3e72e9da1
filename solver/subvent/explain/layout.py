"""Text laid out for a terminal, where Chinese is two columns wide and no line begins with a full stop."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

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
    line, begin = first, len(first)
    for piece in _pieces(text, max(8, columns - max(width(first), width(rest)))):
        if width(line) + width(piece.rstrip()) > columns and len(line) > begin:
            lines.append(line.rstrip())
            line, begin = rest, len(rest)
        if piece.strip() or len(line) > begin:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, most: int) -> Iterator[str]:
    """What may not be broken: words, characters with the marks that belong to them."""
    piece = ""
    for part in _PIECE.findall(text):
        # A number or letter stays with the one wide character before it: 附b, 第3.
        follows = width(piece) <= _WIDE_COLUMNS and not piece.isascii() and part.isascii()
        joined = bool(piece) and (part[0] in _CLOSING or piece[-1] in _OPENING or part.isspace() or follows)
        if joined and width(piece) + width(part) <= most:
            piece += part
            continue
        if piece:
            yield piece
        piece = part
        while width(piece) > most:
            head = cut(piece, most + 1).removesuffix("…") or piece[0]
            yield head
            piece = piece[len(head) :]
    if piece:
        yield piece
