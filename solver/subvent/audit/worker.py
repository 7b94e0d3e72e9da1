"""A child that checks groups of rows: it reads what is asked from standard input, and writes what came of it.

First come the two programs, then what is asked, each pickled; so are the answers. Both ends are ours.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress

from subvent.audit.piece import Program, piece
from subvent.audit.rules import AuditError
from subvent.process.collector import collect_rarely

_SECONDS = 0.5
"""How often it looks whether its parent is still there."""


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(0)


def main() -> None:
    """Answer until standard input ends. The argument is the parent's id."""
    collect_rarely()
    # Where Ctrl-C reaches this process as well, the parent hears it, and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start()
    # A child that ends is not missed: its parent goes on by itself.
    with suppress(AuditError, EOFError, BrokenPipeError, MemoryError):
        _answer(Program.read(*pickle.load(sys.stdin.buffer)))  # noqa: S301 - our own parent


def _answer(program: Program) -> None:
    while True:
        asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own parent
        try:
            found: object = piece(program, asked)
        except AuditError as error:
            found = str(error)
        pickle.dump(found, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
