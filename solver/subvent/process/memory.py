"""A limit on the memory of this process: work that does not fit ends with a refusal, not with a kill.

The grounder's children have limits of their own (`logic.session`).
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from subvent.diagnostics import ResourceError, diagnostic
from subvent.process.watched import raising

VARIABLE = "SUBVENT_MEMORY"
"""The environment variable that sets the limit, in MB."""
UNKNOWN = 8192
"""MB where the system does not tell how much is free."""
_A_ROW = 3
"""KB that a row takes at least, derived, modelled and solved: none takes less, most take twice as much."""
_A_BYTE = 16
"""Bytes of memory that each byte of a text file takes at least while it is read."""
_LARGE = 1_000
"""Rows from which on it is worth asking whether there is room for them."""
_OF_FREE = 0.75
"""What is left of the free memory is for the grounder's children and for everything else."""
_STATUS, _FREE = Path("/proc/self/statm"), Path("/proc/meminfo")
_GROUPS = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")


def limit() -> int:
    """The most MB that this process may come to hold: as the environment says, else most of what is free."""
    with suppress(KeyError, ValueError):
        return max(1, int(os.environ[VARIABLE]))
    free = [found for found in (_free(), _free_of_group()) if found is not None]
    return (held() or 0) + int(min(free) * _OF_FREE) if free else UNKNOWN


def held() -> int | None:
    """The MB that this process holds, at most so far where only that is known; None where nothing is."""
    with suppress(OSError, ValueError, IndexError):
        return int(_STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on every platform

        unit = 1 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit >> 20
    return None


def _free() -> int | None:
    """The MB that the system could still hand out."""
    with suppress(OSError, ValueError, IndexError):
        for line in _FREE.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) >> 10
    return None


def _free_of_group() -> int | None:
    """The MB left to the control group that this process runs in, where it has a limit."""
    with suppress(OSError, ValueError):
        most, used = (int(path.read_text()) for path in _GROUPS)
        return max(0, most - used) >> 20
    return None


def give_back() -> None:
    """Return to the system what is free of this process, where Python and the C library would keep it.

    Large programs leave a tenth of all that is held. It takes about a second a gigabyte.
    """
    # What Python keeps for tuples to come holds on to the blocks around it, until all is collected.
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def room_for_file(path: Path) -> None:
    """Raise ResourceError where a text file is too large to be read within the limit."""
    with suppress(OSError):
        _room(path.stat().st_size * _A_BYTE >> 20, "plan.memory-of-file")


def room_for_rows(count: int) -> None:
    """Raise ResourceError where so many rows, which are read already, cannot be planned within the limit."""
    if count > _LARGE:
        _room(count * _A_ROW >> 10, "plan.memory-of-rows", count)


def _room(more: int, code: str, count: int = 0) -> None:
    needed, most = (held() or 0) + more, limit()
    if needed > most:
        raise ResourceError(diagnostic(code, needed=needed, megabytes=most, variable=VARIABLE, count=count))


@contextmanager
def bounded(megabytes: int | None = None) -> Iterator[None]:
    """Run what stands inside while this process holds at most so much (None: `limit()`).

    Raises ResourceError as soon as it holds more.
    """
    most = limit() if megabytes is None else megabytes
    try:
        with raising(MemoryError, lambda: (held() or 0) > most):
            yield
    except MemoryError as error:
        raise ResourceError(diagnostic("plan.memory", megabytes=most, variable=VARIABLE)) from error
