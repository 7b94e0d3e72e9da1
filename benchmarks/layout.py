"""How the page of results writes seconds, ratios and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


def number(seconds: float) -> str:
    """Seconds, with as many places as tell something."""
    return f"{seconds:.1f}" if seconds >= 10 else f"{seconds:.2f}" if seconds >= 0.1 else f"{seconds:.4f}"


def seconds(taken: Mapping[str, float] | None) -> str:
    """Processor time with wall time in parentheses; a dash for what was not measured."""
    return f"{number(taken['cpu'])} s ({number(taken['wall'])} s)" if taken else "–"


def ratio(of: float, to: float) -> str:
    """How many times one is the other."""
    found = of / max(to, 1e-6)
    return f"{found:.0f} ×" if found >= 10 else f"{found:.1f} ×" if found >= 1 else f"{found:.2f} ×"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, numbers to the right, and an empty one."""
    yield "| " + " | ".join(header) + " |"
    yield "|---" + "|---:" * (len(header) - 1) + "|"
    yield from ("| " + " | ".join(row) + " |" for row in rows)
    yield ""
