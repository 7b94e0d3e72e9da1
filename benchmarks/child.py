"""One measured process: its processor time, its wall time, its peak of memory, and what it printed.

Every measurement runs in a process of its own, so that none pays for another's memory or caches.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in."""
_SECONDS = 0.05
"""Between two looks at a child."""


class Clock:
    """Time since it was made, of this process, all its threads, and its children."""

    def __init__(self) -> None:
        self._cpu, self._children, self._wall = _cpu(), CHILDREN.cpu(), time.perf_counter()

    def taken(self) -> dict[str, float]:
        """Seconds so far of processor, of it in children, and of wall time; the peak of memory in MB."""
        children = CHILDREN.cpu() - self._children
        return {
            "cpu": _cpu() - self._cpu + children,
            "children": children,
            "wall": time.perf_counter() - self._wall,
            "peak": peak(),
        }


def _cpu(who: int = resource.RUSAGE_SELF) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


class Children:
    """The processes that this one has started: those that ended are known to the system, the others by id."""

    def __init__(self) -> None:
        self._started: list[subprocess.Popen[bytes]] = []
        self._peak = 0.0

    def add(self, process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
        """The process, which counts from now on while it runs."""
        self._started.append(process)
        threading.Thread(target=self._watch, args=(process,), daemon=True).start()
        return process

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Follow the peak of a process to its end: what the system then tells counts its parent's in."""
        folder = f"/proc/{process.pid}"
        while process.returncode is None and (seen := _running_peak(folder)):
            self._peak = max(self._peak, seen)
            time.sleep(_SECONDS)

    def cpu(self) -> float:
        """Processor seconds of the children that have ended and, where /proc tells, of those that run."""
        return _cpu(resource.RUSAGE_CHILDREN) + sum(map(_running_cpu, self._running()))

    def peak(self) -> float:
        """The most memory that any one child has held so far, in MB; 0 where there was none."""
        self._peak = max((self._peak, *map(_running_peak, self._running())))
        return self._peak

    def _running(self) -> list[str]:
        """Their folders in /proc."""
        self._started = [process for process in self._started if process.returncode is None]
        return [f"/proc/{process.pid}" for process in self._started]


CHILDREN = Children()


_before: list[float] = [0.0]
"""The peak before what was not to be measured."""


def peak() -> float:
    """The most memory that this process has held so far, in MB."""
    own = _running_peak("/proc/self") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES / 1e6
    return max(_before[0], own)


@contextmanager
def unmeasured() -> Iterator[None]:
    """Do what belongs to the measuring, not to what is measured: the memory it takes does not count."""
    _before[0] = peak()
    yield
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _running_cpu(folder: str) -> float:
    # utime and stime, 12th and 13th after the name, which stands in parentheses and may hold anything.
    fields = _text(f"{folder}/stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _running_peak(folder: str) -> float:
    lines = _text(f"{folder}/status").splitlines()
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:")), 0.0)


def _text(path: str) -> str:
    """A file of /proc; empty where there is none, or its process has just ended."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class Run(NamedTuple):
    """What a process took: seconds, MB, its last line of output as data, and why it did not end well."""

    cpu: float
    wall: float
    peak: float
    result: dict[str, Any] | None
    failure: str


def run(
    command: Sequence[str],
    limit: float,
    *,
    python: str = sys.executable,
    folder: Path | None = None,
    passing: Collection[int] = (0,),
) -> Run:
    """Run a Python script or module to its end, or for `limit` seconds of wall time.

    `python` runs it, in `folder` (None: where we are). Processor time includes that of its own children.
    `failure` is empty where it ended with a status that is `passing`.
    """
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([python, *command], stdout=output, stderr=errors, cwd=folder)
        ended = threading.Event()
        timer = threading.Timer(limit, lambda: (ended.set(), process.kill()))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        lines = output.read().decode(errors="replace").splitlines()
        failure = ""
        if ended.is_set():
            failure = f"ended after {limit:g} s"
        elif process.returncode not in passing:
            said = errors.read().decode(errors="replace").strip().splitlines()
            failure = said[-1] if said else f"exit {process.returncode}"
    return Run(
        usage.ru_utime + usage.ru_stime,
        time.perf_counter() - start,
        usage.ru_maxrss * _BYTES / 1e6,
        _last(lines),
        failure,
    )


def _last(lines: Sequence[str]) -> dict[str, Any] | None:
    """The last line that is whole and an object in JSON: a process that was ended may leave half a line."""
    for line in reversed(lines):
        with suppress(ValueError):
            if isinstance(found := json.loads(line), dict):
                return found
    return None


def script(name: str) -> str:
    """The path of a script of this folder."""
    return str(Path(__file__).with_name(name))
