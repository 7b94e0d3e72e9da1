"""What is being done, on stderr: on a terminal in one line that is written over, elsewhere line by line.

While the search runs, Ctrl-C ends it, and the best plan so far is told with its proven gap; while reasons are
worked out it ends that, and the plan is told without them. At any other time, or a second time, it ends the
command. What asks a process to end (SIGTERM) does the same.

Other solvers tell nothing until they end: on a terminal the line then counts the seconds of the stage, beside
what was told last.
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

from subvent.diagnostics import Diagnostic, Text, diagnostic
from subvent.process.progress import Ended, Progress, Stage
from subvent_cli import messages
from subvent_cli.session import Session

_STAGES: dict[Stage, Text] = {
    "reading": Text("读取资料和政策包", "reading the portfolio and the packs"),
    "deriving": Text("推导事实、条件和金额", "deriving facts, conditions and amounts"),
    "optimising": Text("求解", "optimising"),
    "insisting": Text("求坚持其余申报的代价", "finding what insisting on others costs"),
    "explaining": Text("说明理由", "explaining"),
    "comparing": Text("比较从严的解读", "comparing strict readings"),
    "next-best": Text("求次优方案", "looking for the next best plans"),
    "simplest": Text("求最简方案", "looking for the simplest plans"),
    "changes": Text("求每处改动所得", "finding what changes bring"),
    "checking": Text("核对申报、限制和上界", "checking claims, limits and bound"),
    "rederiving": Text("由另一程序再推导一次", "deriving it once more, without clingo"),
    "resuming": Text("查看哪些方案已经做好", "looking for plans that are there"),
    "rereading": Text("核对理由和条文", "checking reasons and phrases"),
}
_SEARCHES: frozenset[Stage] = frozenset({"optimising", "insisting", "next-best", "simplest", "changes"})
_PROVEN = Text(
    "：{count} 个独立部分已证明 {done} 个，差距 {gap} 万元",
    ": {done} of {count} independent parts proven, gap {gap} 万元",
)
_SO_MANY = Text("：{count} 个独立部分已证明 {done} 个", ": {done} of {count} independent parts proven")
_PART = Text("：当前部分{found}上界 {bound} 万元", ": in the part at hand {found}bound {bound} 万元")
_SO_FAR = Text("已得 {wan} 万元，", "{wan} 万元 found, ")
_DERIVED = Text("：{count} 份已推导 {done} 份", ": {done} of {count} parts")
_COUNTED = Text("：{count} 项已完成 {done} 项", ": {done} of {count}")
_FOUND = Text("：已有 {count} 个", ": {count} so far")
_STILL = Text("（{seconds} 秒）", " ({seconds} s)")
_OVER = "\r\x1b[K"
"""Back to the beginning of an emptied line."""
_REST, _REST_IN_LINES = 0.25, 2.0
"""Seconds between two tellings of one stage: on a terminal in one line, and elsewhere line by line."""
_AGAIN = 0.05
"""Seconds after which a signal that nothing came of is given again."""
_SILENCE, _LOOK = 2.0, 0.5
"""Seconds of silence after which a terminal is shown that the stage goes on, and those between two looks."""


class Terminated(KeyboardInterrupt):
    """The process was asked to end (SIGTERM)."""

    status = 128 + signal.SIGTERM


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
        self._told, self._since = 0.0, monotonic()
        self._line = ""
        self._writing, self._ended = threading.Lock(), threading.Event()
        self._beat: threading.Thread | None = None
        self._more = ""
        self._before: dict[signal.Signals, Any] = {}
        self._last = signal.SIGINT
        self._tell_dropped = sys.unraisablehook

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C has ended something."""
        return self._stopped

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._interrupted)
            self._tell_dropped, sys.unraisablehook = sys.unraisablehook, self._dropped
        if self._shows and self._terminal:
            self._beat = threading.Thread(target=self._count_seconds, daemon=True)
            self._beat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        if self._before:
            sys.unraisablehook = self._tell_dropped
        self._ended.set()
        if self._beat is not None:
            self._beat.join()
            self._write(_OVER)

    def stage(self, stage: Stage) -> None:
        """Something new begins."""
        self._stage, self._more, self._since = stage, "", monotonic()
        self._show(_STAGES[stage].in_(self._session.language))

    def proven(self, done: int, count: int, gap: int) -> None:
        """So many of the independent components are proven."""
        if self._stage == "optimising":
            # Where no gap is known yet, that of what is left is not nothing.
            text = _PROVEN if gap or done == count else _SO_MANY
            self._more = self._say(text, done=done, count=count, gap=_wan(gap)) if self._shows else ""
            self._tell(self._more, last=done == count)

    def nearer(self, found: int | None, bound: int) -> None:
        """In the component at hand the bound, or what is found, is better."""
        if self._stage == "optimising" and self._shows:
            so_far = "" if found is None else self._say(_SO_FAR, wan=_wan(found))
            self._tell(self._more + self._say(_PART, found=so_far, bound=_wan(bound)))

    def derived(self, done: int, count: int) -> None:
        """So many of the parts are derived."""
        self._tell(self._say(_DERIVED, done=done, count=count), last=done == count)

    def counted(self, done: int, count: int) -> None:
        """So many of what the stage is about are done."""
        self._tell(self._say(_COUNTED, done=done, count=count), last=done == count)

    def found(self, count: int) -> None:
        """So many are found."""
        self._tell(self._say(_FOUND, count=count), last=True)

    def report(self, status: int, *notes: Diagnostic | None) -> None:
        """Say that the search was ended before all was proven, if it was, and the notes that there are.

        `status` is what the command is about to end with.
        """
        ended = diagnostic("cli.search-ended", severity="note") if self._stopped and status else None
        if told := [note for note in (ended, *notes) if note]:
            messages.report(told, self._session, status)

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self._session.language).format(**values)

    @property
    def _is_time(self) -> bool:
        return monotonic() - self._told > (_REST if self._terminal else _REST_IN_LINES)

    def _tell(self, more: str, *, last: bool = False) -> None:
        """How far the stage has come, unless something was told a moment ago."""
        self._line = _STAGES[self._stage].in_(self._session.language) + more
        if last or self._is_time:
            self._show(self._line)

    def _show(self, line: str) -> None:
        self._told, self._line = monotonic(), line
        if self._shows:
            self._write(f"{_OVER}{line}" if self._terminal else f"{line}\n")

    def _count_seconds(self) -> None:
        while not self._ended.wait(_LOOK):
            now = monotonic()
            if self._line and now - self._told > _SILENCE:
                seconds = self._say(_STILL, seconds=int(now - self._since))
                self._write(f"{_OVER}{self._line}{seconds}")

    def _write(self, text: str) -> None:
        with self._writing, suppress(OSError):
            click.echo(text, err=True, nl=False, color=self._terminal or None)

    def _dropped(self, what: sys.UnraisableHookArgs) -> None:
        """Python drops an exception that comes up in a destructor: what asked to end asks again, then."""
        if not issubclass(what.exc_type, KeyboardInterrupt):
            self._tell_dropped(what)
            return
        self._stopped = self._stopped and what.exc_type is not Ended
        threading.Timer(_AGAIN, _give, [self._last]).start()

    def _interrupted(self, number: int, _: FrameType | None) -> None:
        first, self._stopped, self._last = not self._stopped, True, signal.Signals(number)
        if first and self._stage in _SEARCHES:
            return
        if first and self._stage == "explaining":
            raise Ended
        raise Terminated if number == signal.SIGTERM else KeyboardInterrupt


def _give(number: signal.Signals) -> None:
    """Give a signal to the main thread, which may be waiting for something."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        signal.raise_signal(number)
    else:
        signal.pthread_kill(main, number)


def _wan(fen: int) -> str:
    from subvent.explain.quantities import wan

    return wan(fen, 2)
