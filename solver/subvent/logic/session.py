"""Grounding behind one interface: in this process, or in a child with limits on time and memory."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from subvent.diagnostics import ResourceError, diagnostic
from subvent.logic import ground
from subvent.logic.ground import GroundingError
from subvent.logic.program import (
    Cut,
    CutTerm,
    Feed,
    GroundProgram,
    Minimize,
    Money,
    MoneyTerm,
    Rule,
    Split,
    SplitTerm,
    WeightRule,
)
from subvent.logic.terms import Atom
from subvent.logic.worker import LENGTH, called, send
from subvent.logic.worlds import World, Worlds, derive_worlds

DEFAULT_SECONDS = 600.0
DEFAULT_MEGABYTES = 8192
MOST_CHILDREN = 8
"""More would only wait for the one process that hands out the work."""
MOST_PARTS = 8
"""A child that has derived so many parts is replaced: clingo never forgets a term that it has met."""
MOST_TRIED = 200
"""The same of parts that are small portfolios."""
MOST_KEPT = 3
"""One of so many parts is ended when all are done: it would hold their terms while it waits."""
_SECONDS = 0.1
"""How long one waits for a child before one hears whether to go on."""

_Part = TypeVar("_Part")
_Found = TypeVar("_Found")


class Grounder(Protocol):
    """What a stage needs of clingo."""

    def derive(self, program: str, facts: Sequence[str], keep: Collection[str] = ()) -> list[Atom]:
        """The one model of a stratified program."""

    def derive_each(
        self, program: str, parts: Iterable[Sequence[str]], keep: Collection[str] = ()
    ) -> Iterator[list[Atom]]:
        """The one model of a stratified program over each of several sets of facts, in their order."""

    def call_each(self, function: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What a function, `module:name`, returns for each of several lists of arguments, in their order."""

    def derive_worlds(
        self, program: str, facts: Sequence[str], worlds: Sequence[World], keep: Collection[str] = ()
    ) -> Worlds:
        """What a stratified program derives under each of many assumptions."""

    def observe(self, program: str, atoms: Iterable[Atom], doubtful: Iterable[Atom] = ()) -> GroundProgram:
        """The ground program of a program with choices, over facts and what may hold or not."""

    def take_time(self) -> None:
        """Let what is still to come take its time: the search is over, and its result is only to be told."""


class InProcess:
    """clingo in this process: for tests and for what is known to be small."""

    def derive(self, program: str, facts: Sequence[str], keep: Collection[str] = ()) -> list[Atom]:
        """The one model of a stratified program."""
        return ground.derive(program, facts, keep)

    def derive_each(
        self, program: str, parts: Iterable[Sequence[str]], keep: Collection[str] = ()
    ) -> Iterator[list[Atom]]:
        """The one model of a stratified program over each of several sets of facts, in their order."""
        return (self.derive(program, facts, keep) for facts in parts)

    def call_each(self, function: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What a function, `module:name`, returns for each of several lists of arguments, in their order."""
        return (called(function, arguments) for arguments in parts)

    def derive_worlds(
        self, program: str, facts: Sequence[str], worlds: Sequence[World], keep: Collection[str] = ()
    ) -> Worlds:
        """What a stratified program derives under each of many assumptions."""
        return derive_worlds(program, facts, worlds, keep)

    def observe(self, program: str, atoms: Iterable[Atom], doubtful: Iterable[Atom] = ()) -> GroundProgram:
        """The ground program of a program with choices, over facts and what may hold or not."""
        return ground.observe(program, atoms, doubtful)

    def take_time(self) -> None:
        """Nothing is limited here."""


def _awaited(future: Future[_Found]) -> _Found:
    """What a future comes to. A thread that waits without end hears of no exception that another one sets."""
    while not future.done():
        wait((future,), _SECONDS)
    return future.result()


class ChildProcess:
    """clingo in a child that is ended when the time is over or the memory does not suffice.

    Work that comes in parts is shared with further children, one a processor, that start when there is some.
    Units: seconds of wall time for all requests together, megabytes of each child. `asked` are the seconds
    that messages speak of (None: the same). A context manager.
    """

    def __init__(
        self,
        seconds: float | None = None,
        megabytes: int = DEFAULT_MEGABYTES,
        *,
        asked: float | None = None,
    ) -> None:
        seconds = DEFAULT_SECONDS if seconds is None else seconds
        self._seconds = seconds if asked is None else asked
        self._deadline = time.monotonic() + seconds
        self._megabytes = megabytes
        self._others: list[ChildProcess] = []
        self._parts = 0
        self._process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "subvent.logic.worker", str(self._megabytes), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # The child finds the package where this process found it, installed or not.
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            # Ctrl-C reaches a whole group of processes, and a child that still starts would show a traceback.
            process_group=0 if os.name == "posix" else None,
        )

    def _end(self) -> None:
        """End the process: another one starts when it is asked for something."""
        self._process.kill()
        self._process.communicate()
        self._parts = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for other in self._others:
            other._end()  # noqa: SLF001 - one of our own
        self._end()

    def derive(self, program: str, facts: Sequence[str], keep: Collection[str] = ()) -> list[Atom]:
        """The one model of a stratified program. Raises GroundingError, ResourceError."""
        answer: list[Atom] = self._ask("derive", (program, list(facts), list(keep)))
        return answer

    def derive_each(
        self, program: str, parts: Iterable[Sequence[str]], keep: Collection[str] = ()
    ) -> Iterator[list[Atom]]:
        """The one model of a stratified program over each of several sets of facts, in their order.

        The parts are asked for as they are needed. Raises GroundingError, ResourceError.
        """
        return self._each(lambda child, facts: child.derive(program, facts, keep), parts)

    def call_each(self, function: str, parts: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What a function, `module:name`, returns for each of several lists of arguments, in their order.

        Arguments and results are what `marshal` writes. The parts are asked for as they are needed. What the
        function raises is a GroundingError. Raises ResourceError.
        """
        return self._each(lambda child, own: child._ask("call", (function, own)), parts)  # noqa: SLF001 - our own

    def try_each(
        self, function: str, parts: Iterable[tuple[Any, ...]], seconds: float = DEFAULT_SECONDS
    ) -> Iterator[Any]:
        """The same for parts that have nothing to do with each other, and so many seconds each.

        What does not come to its end, for want of time or memory or by its own fault, is None.
        """

        def tried(child: ChildProcess, own: tuple[Any, ...]) -> Any:
            child._deadline = time.monotonic() + seconds
            try:
                return child._ask("call", (function, own))
            except (GroundingError, ResourceError):
                child._end()
                return None

        return self._each(tried, parts, MOST_TRIED)

    def _each(
        self, ask: Callable[[ChildProcess, _Part], _Found], parts: Iterable[_Part], fresh: int = MOST_PARTS
    ) -> Iterator[_Found]:
        """What children answer to each part, in their order; a child has so many of them."""
        idle: SimpleQueue[ChildProcess] = SimpleQueue()
        for child in self._all():
            idle.put(child)
        most = idle.qsize()

        def run(part: _Part) -> _Found:
            child = idle.get()
            try:
                child._begin_part(fresh)  # noqa: SLF001 - one of our own
                return ask(child, part)
            finally:
                idle.put(child)

        threads = ThreadPoolExecutor(most)
        running: deque[Future[_Found]] = deque()
        try:
            for part in parts:
                running.append(threads.submit(run, part))
                # Few enough wait that what they hold takes little room, enough that no child waits.
                if len(running) > 2 * most:
                    yield _awaited(running.popleft())
            while running:
                yield _awaited(running.popleft())
            for child in self._all():
                if child._parts >= MOST_KEPT:  # noqa: SLF001 - one of our own
                    child._end()  # noqa: SLF001
        except (KeyboardInterrupt, MemoryError):
            # Nobody waits for the parts that are still being derived.
            for child in self._all():
                child._process.kill()  # noqa: SLF001 - one of our own
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def _begin_part(self, fresh: int) -> None:
        """Count one more part, in a fresh process where so many were done."""
        if self._parts >= fresh:
            self._end()
        self._parts += 1

    def _all(self) -> list[ChildProcess]:
        """The children, this one first, which all run until the same moment."""
        while len(self._others) + 1 < min(os.cpu_count() or 1, MOST_CHILDREN):
            other = ChildProcess(self._seconds, self._megabytes, asked=self._seconds)
            other._deadline = self._deadline
            self._others.append(other)
        return [self, *self._others]

    def derive_worlds(
        self, program: str, facts: Sequence[str], worlds: Sequence[World], keep: Collection[str] = ()
    ) -> Worlds:
        """What a stratified program derives under each of many assumptions.

        Raises GroundingError, ResourceError.
        """
        return Worlds(*self._ask("worlds", (program, list(facts), [list(w) for w in worlds], list(keep))))

    def observe(self, program: str, atoms: Iterable[Atom], doubtful: Iterable[Atom] = ()) -> GroundProgram:
        """The ground program of a program with choices, over facts and what may hold or not.

        Raises GroundingError, ResourceError.
        """
        asked = (program, list(atoms), list(doubtful))
        rules, weights, minimize, money, symbols, splits, cuts = self._ask("observe", asked)
        return GroundProgram(
            rules=tuple(Rule(*rule) for rule in rules),
            weight_rules=tuple(WeightRule(*rule) for rule in weights),
            minimize=tuple(Minimize(*statement) for statement in minimize),
            money=tuple(
                Money(kind, name, tuple(MoneyTerm(*term) for term in terms), limit)
                for kind, name, terms, limit in money
            ),
            symbols=symbols,
            splits=tuple(
                Split(name, tuple(SplitTerm(*term) for term in terms), shared)
                for name, terms, shared in splits
            ),
            cuts=tuple(
                Cut(
                    name,
                    tuple(CutTerm(*term) for term in terms),
                    limit,
                    last,
                    tuple(Feed(*feed) for feed in feeds),
                )
                for name, terms, limit, last, feeds in cuts
            ),
        )

    def take_time(self) -> None:
        """Begin the default time anew, whatever is left of the seconds given."""
        self._deadline = time.monotonic() + DEFAULT_SECONDS

    def _ask(self, kind: str, arguments: tuple[Any, ...]) -> Any:
        if self._process.returncode is not None:
            self._process = self._started()
        process = self._process
        assert process.stdin is not None  # noqa: S101 - opened as pipes above
        assert process.stdout is not None  # noqa: S101
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(max(0.0, self._deadline - time.monotonic()), end)
        timer.daemon = True  # Ctrl-C that comes before it can be cancelled must not wait for it
        timer.start()
        try:
            send(process.stdin, (kind, arguments))
            header = process.stdout.read(LENGTH)
            data = process.stdout.read(int.from_bytes(header, "little")) if header else b""
        except BrokenPipeError:
            data = b""
        finally:
            timer.cancel()
        if late.is_set():
            raise ResourceError(diagnostic("logic.grounding-time", seconds=f"{self._seconds:g}"))
        if not data:
            raise ResourceError(diagnostic("logic.grounding-memory", megabytes=self._megabytes))
        succeeded, value = marshal.loads(data)  # noqa: S302 - our own child
        if succeeded:
            return value
        if value == "memory" or "bad_alloc" in value:
            raise ResourceError(diagnostic("logic.grounding-memory", megabytes=self._megabytes))
        raise GroundingError(value.removeprefix("GroundingError: "))
