"""The grounder's child process: reads requests from standard input, writes answers to standard output.

A request is `(kind, arguments)` and an answer `(ok, value)`, each marshalled behind its length in
eight bytes. Grounding hears neither Ctrl-C nor an alarm, so it runs here, where it can be ended.
"""

from __future__ import annotations

import contextlib
import importlib
import marshal
import os
import signal
import sys
import threading
import time
from typing import IO, Any

from subvent.process.collector import collect_rarely

LENGTH = 8
_SECONDS = 0.5
"""How often the child looks whether its parent is still there."""


def send(stream: IO[bytes], value: Any) -> None:
    """Write one frame."""
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(LENGTH, "little") + data)
    stream.flush()


def called(function: str, arguments: tuple[Any, ...]) -> Any:
    """What a function of ours, `module:name`, returns: other layers let the child do more than ground."""
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)(*arguments)


def answer(kind: str, arguments: tuple[Any, ...]) -> Any:
    """Carry out one request. Raises GroundingError, and what a function raises that is called."""
    if kind == "call":
        return called(*arguments)
    from subvent.logic import ground, worlds  # noqa: PLC0415 - the parent imports this module for its frames only

    if kind == "derive":
        return ground.derive(*arguments)
    if kind == "worlds":
        return tuple(worlds.derive_worlds(*arguments))
    if kind == "observe":
        program = ground.observe(*arguments)
        return (
            [tuple(rule) for rule in program.rules],
            [tuple(rule) for rule in program.weight_rules],
            [tuple(statement) for statement in program.minimize],
            [(m.kind, m.name, [tuple(term) for term in m.terms], m.limit) for m in program.money],
            dict(program.symbols),
            [(s.name, [tuple(term) for term in s.terms], s.shared) for s in program.splits],
            [
                (
                    c.name,
                    [tuple(term) for term in c.terms],
                    c.limit,
                    c.last,
                    [tuple(feed) for feed in c.feeds],
                )
                for c in program.cuts
            ],
        )
    raise ValueError(kind)


def _limit_memory(megabytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every platform

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _end_with(parent: int) -> None:
    """End this process when its parent is gone: nobody would read the answer that it is working on."""
    while os.getppid() == parent:
        time.sleep(_SECONDS)
    os._exit(0)


def main() -> None:
    """Serve requests until standard input ends. The arguments: the memory limit in MB, the parent's id."""
    megabytes, parent = map(int, sys.argv[1:3])
    _limit_memory(megabytes)
    collect_rarely()
    # Where Ctrl-C reaches this process as well, the parent hears it, and ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.name == "posix":
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # Whatever a library prints to descriptor 1 must not fall between the frames.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = sys.stdin.buffer
    # Before there is anything to do: the parent may still be reading.
    importlib.import_module("subvent.logic.worlds")
    while header := source.read(LENGTH):
        kind, arguments = marshal.loads(source.read(int.from_bytes(header, "little")))  # noqa: S302 - our own parent
        try:
            reply = (True, answer(kind, arguments))
        except MemoryError:
            reply = (False, "memory")
        except Exception as error:  # noqa: BLE001 - the parent reports it
            reply = (False, f"{type(error).__name__}: {error}")
        try:
            send(out, reply)
        except BrokenPipeError:
            os._exit(0)  # the parent has ended, or waits no longer


if __name__ == "__main__":
    main()
