"""Many portfolios: the packs are read once a process, all processors plan, no file stops another."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR, S_ISREG

from subvent import __version__
from subvent.diagnostics import InputError, Place, ResourceError, SubventError, diagnostic
from subvent.logic.session import DEFAULT_SECONDS, ChildProcess, InProcess
from subvent.plan import ALL, Given, Grounders, Wanted, checked_policies, read_rows, solve_read
from subvent.policy.types import PolicySet
from subvent.problem import resolve_readings
from subvent.result import Plan

_SMALL = 300_000
"""Bytes of a file that one child plans by itself: of a larger one all processors derive a share."""
_COMPRESSED = 60_000
"""The same of a workbook."""
_BEYOND = 10.0
"""Seconds beyond the time limit that a child has to read its packs and tell the reasons of a small plan."""
_FEW = 16
"""Small files from which on it is worth starting a child for each processor."""

Found = Plan | SubventError


@dataclass(frozen=True)
class Asked:
    """What is asked of every file of a batch: the packs as they were when it began, answers, and the rest."""

    policies: tuple[str, ...]
    packs: PolicySet
    readings: Mapping[str, str]
    wanted: Wanted

    @property
    def limits(self) -> tuple[object, ...]:
        """What of `wanted` a plan depends on: the time limit is that of each file, progress is not told."""
        return self.wanted.time_limit, self.wanted.strict, self.wanted.reasons, self.wanted.proofs

    def made_from(self, path: Path, *further: str) -> str:
        """A digest of all that the plan of a file is made from as it is now, and of what `further` names.

        Empty where the file cannot be read, or can be read only once.
        """
        if _is_pipe(path):
            return ""
        try:
            content = sha256(path.read_bytes()).hexdigest()
        except (OSError, ValueError):
            return ""
        asked = _digests(self.packs), sorted(self.readings.items()), self.limits
        return sha256(repr((__version__, path.name, content, asked, further)).encode()).hexdigest()


def asked_of_each(
    policies: Sequence[str] = (), readings: Mapping[str, str] | None = None, wanted: Wanted = ALL
) -> Asked:
    """What is asked of every file. Raises PolicyError and InputError where packs or readings are wrong."""
    packs = checked_policies(policies)
    resolve_readings(packs, readings or {})
    return Asked(tuple(policies), packs, dict(readings or {}), wanted)


def plan_each(paths: Sequence[Path], asked: Asked) -> Iterator[tuple[Path, Found]]:
    """The plan of one file after another, as `solve_portfolio` makes it.

    What is wrong with a file comes in place of its plan.
    """

    def here(path: Path) -> Found:
        return _answer(asked.packs, path, asked.readings, asked.wanted, ChildProcess)

    apart = [_is_small(path) for path in paths]
    if sum(apart) < _FEW:
        yield from ((path, here(path)) for path in paths)
        return
    common = pickle.dumps((asked.policies, _digests(asked.packs), asked.readings, asked.limits))
    parts = ((common, str(path)) for path, one in zip(paths, apart, strict=True) if one)
    with ChildProcess() as children:
        # A child grounds where nothing but its end stops it.
        limit = asked.wanted.time_limit
        seconds = DEFAULT_SECONDS if limit is None else limit + _BEYOND
        answers = children.try_each("subvent.many:planned", parts, seconds)
        for path, one in zip(paths, apart, strict=True):
            answer = next(answers) if one else None
            found: Found | None = pickle.loads(answer) if answer else None  # noqa: S301 - our own child
            # What a child cannot hold or finish is planned as a large file is.
            yield path, here(path) if found is None or isinstance(found, ResourceError) else found


def planned(common: bytes, path: str) -> bytes:
    """In a child, which grounds by itself: the plan of a file, or what is wrong with it, pickled.

    None, of which the parent makes the plan itself, where the packs are no longer those that it has read.
    """
    policies, digests, readings, (time_limit, strict, reasons, proofs) = pickle.loads(common)  # noqa: S301
    wanted = Wanted(time_limit, strict, reasons, proofs, finish=False)
    packs, found = _packs(policies), None
    if packs is not None and _digests(packs) == digests:
        found = _answer(packs, Path(path), readings, wanted, lambda _: nullcontext(InProcess()))
    return pickle.dumps(found, pickle.HIGHEST_PROTOCOL)


def _digests(policies: PolicySet) -> tuple[tuple[str, str], ...]:
    """The packs as they were read: a folder may change while a batch runs."""
    return tuple((pack.id, pack.sha256) for pack in policies.packs)


def _answer(
    policies: PolicySet, path: Path, readings: Mapping[str, str] | None, wanted: Wanted, grounders: Grounders
) -> Found:
    def read() -> Given:
        if _is_pipe(path):
            raise InputError(diagnostic("portfolio.is-pipe", Place(str(path))))
        return policies, *read_rows(path, policies)

    try:
        return solve_read(read, readings, wanted, grounders).plan
    except SubventError as error:
        return error


@lru_cache(maxsize=1)
def _packs(policies: tuple[str, ...]) -> PolicySet | None:
    """The packs as this process finds them; None where they are not fit to plan with any more."""
    try:
        return checked_policies(policies)
    except SubventError:
        return None


def _is_pipe(path: Path) -> bool:
    """Whether a path leads to what is neither a file nor a folder: it may be waited for without end."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (S_ISREG(mode) or S_ISDIR(mode))


def seen(path: Path) -> tuple[int, ...]:
    """By this it is known later that a file was written to meanwhile; empty where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_small(path: Path) -> bool:
    """Whether a file that is there is small; what is wrong with it is told where it is read."""
    try:
        return path.stat().st_size <= (_COMPRESSED if path.suffix.lower() == ".xlsx" else _SMALL)
    except (OSError, ValueError):
        return False
