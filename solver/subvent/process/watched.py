"""Work that is ended from outside: an exception comes up in it as soon as somebody else says so."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from subvent.diagnostics import ResourceError, SubventError, diagnostic
from subvent.process.progress import Ended

_Read = TypeVar("_Read")
_Done = TypeVar("_Done")
_SECONDS = 0.1
"""Between two looks."""
_AGAIN = 2.0
"""After so many seconds an exception that did not end the work is raised once more."""
_HEAR = 0.05
"""Seconds between two looks of one who waits for a thread."""
_PATIENCE = 0.5
"""Seconds after which work that was told to end, and does not, is no longer waited for."""


def in_time(time_limit: float | None, read: Callable[[], _Read]) -> _Read:
    """What is read. Raises ResourceError where that takes longer than so many seconds, too."""
    if time_limit is None:
        return read()
    deadline = time.monotonic() + time_limit
    try:
        with raising(Ended, lambda: time.monotonic() >= deadline):
            return read()
    except Ended as error:
        raise ResourceError(diagnostic("plan.time-reading", seconds=f"{time_limit:g}")) from error


def awaited(work: Callable[[], _Done], over: Callable[[], bool], end: Callable[[], None]) -> _Done | None:
    """What `work`, one long call into a library, returns. It has its own thread: this one hears signals.

    `end` is called as soon as `over` holds, and is to end the work. None where that does not help soon: what
    the library does then goes on unheard until it ends by itself.
    """
    found: list[_Done] = []
    failed: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            found.append(work())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that waits
            failed.append(error)
        finally:
            done.set()

    threading.Thread(target=run, daemon=True).start()
    try:
        while not done.wait(_HEAR):
            if over():
                end()
                done.wait(_PATIENCE)
                break
    except BaseException:
        end()
        done.wait(_PATIENCE)
        raise
    if failed:
        raise failed[0]
    return found[0] if found else None


@contextmanager
def raising(kind: type[BaseException], when: Callable[[], bool]) -> Iterator[None]:
    """Run what stands inside, and raise an exception in it as soon as `when` holds, which is asked often.

    Python drops an exception that comes up in a destructor or in a callback: it is raised again, then, and
    nothing is printed of the one that was dropped.
    """
    done, raised = threading.Event(), threading.Event()
    given = (kind, when, threading.get_ident(), done, raised)
    watch = threading.Thread(target=_watch, args=given, daemon=True)
    watch.start()
    before = sys.unraisablehook

    def dropped(what: sys.UnraisableHookArgs) -> None:
        if not (raised.is_set() and issubclass(what.exc_type, kind)):
            before(what)

    sys.unraisablehook = dropped
    try:
        yield
    except (SubventError, kind):
        raise
    except Exception as error:
        if not raised.is_set():
            raise
        # A library whose import it came up in tells of it as an error of its own.
        raise kind from error
    finally:
        done.set()
        watch.join()
        sys.unraisablehook = before
        # An exception that was set for this thread a moment ago comes up here, and not further on.
        time.sleep(0)


def _watch(
    kind: type[BaseException],
    when: Callable[[], bool],
    thread: int,
    done: threading.Event,
    raised: threading.Event,
) -> None:
    while not done.wait(_AGAIN if raised.is_set() else _SECONDS):
        if when():
            raised.set()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(kind))
