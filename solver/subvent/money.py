"""Fen as the amounts people read: exact decimals, never floats."""

from __future__ import annotations

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000


def yuan(fen: int) -> str:
    """Yuan with two decimals, as the plan's JSON writes it: `97000000.00`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // FEN_PER_YUAN}.{fen % FEN_PER_YUAN:02d}"


def from_yuan(text: str) -> int:
    """Fen of an amount written by `yuan`. Raises ValueError for any other form."""
    whole, dot, cents = text.removeprefix("-").partition(".")
    if not (dot and len(cents) == 2 and (whole + cents).isascii() and (whole + cents).isdigit()):  # noqa: PLR2004
        raise ValueError(text)
    fen = int(whole) * FEN_PER_YUAN + int(cents)
    return -fen if text.startswith("-") else fen
