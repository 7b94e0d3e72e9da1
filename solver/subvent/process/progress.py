"""How far a computation has come, told to whoever asked for it, and whether it should come to an end."""

from __future__ import annotations

from typing import Literal


class Ended(KeyboardInterrupt):
    """What is being done is to end now, with what there is already."""


Stage = Literal[
    "reading",
    "deriving",
    "optimising",
    "insisting",
    "explaining",
    "comparing",
    "next-best",
    "simplest",
    "changes",
    "checking",
    "rederiving",
    "rereading",
    "resuming",
]


class Progress:
    """Hears what is being done. This one tells nobody, and lets everything finish."""

    @property
    def stopped(self) -> bool:
        """Whether the search should end with the best it has; asked often."""
        return False

    def stage(self, stage: Stage) -> None:
        """Something new begins."""

    def derived(self, done: int, count: int) -> None:
        """Of `count` parts of a portfolio what follows is derived from `done`."""

    def proven(self, done: int, count: int, gap: int) -> None:
        """Of `count` independent components `done` are proven; the others may bring `gap` fen more."""

    def nearer(self, found: int | None, bound: int) -> None:
        """Of the component at hand: the best that is found (None: nothing yet), and its bound, in fen."""

    def counted(self, done: int, count: int) -> None:
        """Of `count` things that the stage is about `done` are done: reasons, claims, what is outbid."""

    def found(self, count: int) -> None:
        """So many of what is being looked for are found."""


SILENT = Progress()
