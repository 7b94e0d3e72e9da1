"""What is being done, on stderr: on a terminal in one line that is written over, elsewhere line by line.

While the search runs, Ctrl-C ends it, and the best plan so far is told with its proven gap. At any other
time, or a second time, it ends the command.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from time import monotonic
from types import FrameType, TracebackType
from typing import Any, Self

import click

from subvent.diagnostics import Text, diagnostic
from subvent.progress import Progress, Stage
from subvent_cli import messages
from subvent_cli.session import Session

_STAGES: dict[Stage, Text] = {
    "reading": Text("读取资料和政策包", "reading the portfolio and the packs"),
    "deriving": Text("推导事实、条件和金额", "deriving facts, conditions and amounts"),
    "optimising": Text("求解", "optimising"),
    "explaining": Text("说明理由", "explaining"),
    "comparing": Text("比较从严的解读", "comparing strict readings"),
    "next-best": Text("求次优方案", "looking for the next best plans"),
    "simplest": Text("求最简方案", "looking for the simplest plans"),
    "changes": Text("求每处改动所得", "finding what changes bring"),
}
_SEARCHES: frozenset[Stage] = frozenset({"optimising", "next-best", "simplest", "changes"})
_PROVEN = Text(
    "：{count} 个独立部分已证明 {done} 个，差距 {gap} 万元",
    ": {done} of {count} independent parts proven, gap {gap} 万元",
)
_FOUND = Text("：已有 {count} 个", ": {count} so far")
_OVER, _REST = "\r\x1b[K", 0.1
"""Back to the beginning of an emptied line; seconds between two lines of one stage."""


class Shown(Progress):
    """Progress as one run of the command line shows it. A context manager.

    `asked` is whether it is wanted where no terminal reads stderr, None: only where one does.
    """

    def __init__(self, session: Session, *, asked: bool | None) -> None:
        self._session = session
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        # JSON on stderr is for programs: nothing else goes there unasked.
        self._shows = asked or (asked is None and self._terminal and not session.json)
        self._stage: Stage = "reading"
        self._stopped = False
        self._told = 0.0
        self._before: Any = None

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C has ended the search."""
        return self._stopped

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        if self._shows and self._terminal:
            self._write(_OVER)

    def stage(self, stage: Stage) -> None:
        """Something new begins."""
        self._stage = stage
        self._show(_STAGES[stage].in_(self._session.language))

    def proven(self, done: int, count: int, gap: int) -> None:
        """So many of the independent components are proven."""
        from subvent.explain.quantities import wan

        if self._stage == "optimising" and (done == count or monotonic() - self._told > self._pause):
            more = _PROVEN.in_(self._session.language).format(done=done, count=count, gap=wan(gap, 2))
            self._show(_STAGES[self._stage].in_(self._session.language) + more)

    def found(self, count: int) -> None:
        """So many are found."""
        language = self._session.language
        self._show(_STAGES[self._stage].in_(language) + _FOUND.in_(language).format(count=count))

    def report(self, status: int) -> None:
        """Say that the search was ended, if it was. `status` is what the command is about to end with."""
        if self._stopped:
            messages.report((diagnostic("cli.search-ended", severity="note"),), self._session, status)

    @property
    def _pause(self) -> float:
        return _REST if self._terminal else 10 * _REST

    def _show(self, line: str) -> None:
        self._told = monotonic()
        if self._shows:
            self._write(f"{_OVER}{line}" if self._terminal else f"{line}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError):
            click.echo(text, err=True, nl=False, color=self._terminal or None)

    def _interrupted(self, _: int, __: FrameType | None) -> None:
        if self._stopped or self._stage not in _SEARCHES:
            raise KeyboardInterrupt
        self._stopped = True
