"""Groups of rows checked by several children at once, one a processor."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Event

from subvent.audit.piece import Asked, Piece, Program, piece
from subvent.audit.rules import AuditError

MOST = 8
"""Children; more would wait for the one process that hands out the groups."""
FEWEST = 4
"""So many groups are done before a child would have begun."""
Child = subprocess.Popen[bytes]


def pieces(texts: tuple[str, str], program: Program, asked: Iterable[Asked]) -> Generator[Piece, None, None]:
    """What came of each group, in their order, asked for as they are needed; `program` is read from `texts`.

    Where a child ends early its group is checked in this process. Raises AuditError.
    """
    children = [_started(texts) for _ in range(min(os.cpu_count() or 1, MOST))]
    idle: SimpleQueue[Child] = SimpleQueue()
    over = Event()
    for child in children:
        idle.put(child)

    def run(one: Asked) -> Piece | str:
        child = idle.get()
        try:
            return _answered(child, one)
        except (EOFError, OSError, pickle.UnpicklingError):
            if over.is_set():
                raise
            return piece(program, one)
        finally:
            idle.put(child)

    threads = ThreadPoolExecutor(len(children))
    running: deque[Future[Piece | str]] = deque()
    try:
        for one in asked:
            running.append(threads.submit(run, one))
            if len(running) > 2 * len(children):
                yield _sound(running.popleft().result())
        while running:
            yield _sound(running.popleft().result())
    finally:
        over.set()
        for child in children:
            child.kill()
        threads.shutdown(wait=False, cancel_futures=True)
        for child in children:
            with suppress(OSError):
                child.communicate()


def _sound(found: Piece | str) -> Piece:
    if isinstance(found, str):
        raise AuditError(found)
    return found


def _started(texts: tuple[str, str]) -> Child:
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "subvent.audit.worker", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # The child finds the package where this process found it, installed or not.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        # Ctrl-C reaches a whole group of processes, and a child that still starts would show a traceback.
        process_group=0 if os.name == "posix" else None,
    )
    with suppress(OSError):
        _write(child, texts)
    return child


def _answered(child: Child, one: Asked) -> Piece | str:
    assert child.stdout is not None  # noqa: S101 - opened as a pipe
    _write(child, one)
    found: Piece | str = pickle.load(child.stdout)  # noqa: S301 - our own child
    return found


def _write(child: Child, value: object) -> None:
    assert child.stdin is not None  # noqa: S101 - opened as a pipe
    pickle.dump(value, child.stdin, pickle.HIGHEST_PROTOCOL)
    child.stdin.flush()
