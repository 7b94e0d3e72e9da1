"""How far a computation has come, told to whoever asked for it, and whether it should come to an end."""

from __future__ import annotations

from typing import Literal

Stage = Literal[
    "reading", "deriving", "optimising", "explaining", "comparing", "next-best", "simplest", "changes"
]


class Progress:
    """Hears what is being done. This one tells nobody, and lets everything finish."""

    @property
    def stopped(self) -> bool:
        """Whether the search should end with the best it has; asked often."""
        return False

    def stage(self, stage: Stage) -> None:
        """Something new begins."""

    def proven(self, done: int, count: int, gap: int) -> None:
        """Of `count` independent components `done` are proven; the others may bring `gap` fen more."""

    def found(self, count: int) -> None:
        """So many of what is being looked for are found."""


SILENT = Progress()
