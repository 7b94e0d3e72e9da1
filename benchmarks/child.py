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
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

_BYTES = 1 if sys.platform == "darwin" else 1024
"""What `ru_maxrss` counts in."""


class Clock:
    """Time since it was made, of this process and all its threads."""

    def __init__(self) -> None:
        self._cpu, self._wall = _cpu(), time.perf_counter()

    def taken(self) -> dict[str, float]:
        """Seconds of processor and of wall time so far, and the peak of memory in MB."""
        return {"cpu": _cpu() - self._cpu, "wall": time.perf_counter() - self._wall, "peak": peak()}


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak() -> float:
    """The most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES / 1e6


class Run(NamedTuple):
    """What a process took: seconds, MB, its last line of output as data, and why it did not end well."""

    cpu: float
    wall: float
    peak: float
    result: dict[str, Any] | None
    failure: str


def run(command: Sequence[str], limit: float) -> Run:
    """Run a Python script or module to its end, or for `limit` seconds of wall time.

    Processor time includes that of its own children. `failure` is empty where it ended well.
    """
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([sys.executable, *command], stdout=output, stderr=errors)
        ended = threading.Event()
        timer = threading.Timer(limit, lambda: (ended.set(), process.kill()))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        lines = output.read().decode().splitlines()
        failure = ""
        if ended.is_set():
            failure = f"ended after {limit:g} s"
        elif process.returncode:
            said = errors.read().decode(errors="replace").strip().splitlines()
            failure = said[-1] if said else f"exit {process.returncode}"
    result = json.loads(lines[-1]) if lines else None
    return Run(
        usage.ru_utime + usage.ru_stime,
        time.perf_counter() - start,
        usage.ru_maxrss * _BYTES / 1e6,
        result,
        failure,
    )


def script(name: str) -> str:
    """The path of a script of this folder."""
    return str(Path(__file__).with_name(name))
