"""Many portfolios, one after another: the packs are read once, and one that is wrong stops no other."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from subvent.diagnostics import SubventError
from subvent.logic.session import ChildProcess
from subvent.memory import bounded
from subvent.plan import Asked, Solved, checked_policies, in_time, read_rows, solve_rows
from subvent.problem import resolve_readings


def solve_each(
    paths: Iterable[Path],
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
    *,
    strict: Asked = "untold",
    proofs: bool = True,
) -> Iterator[tuple[Path, Solved | SubventError]]:
    """As `solve_portfolio` for one file after another, the packs read once; `time_limit` is that of each.

    What is wrong with a file comes in place of its plan. Raises PolicyError and InputError
    before the first one where packs or readings are wrong.
    """
    policy_set = checked_policies(policies)
    resolve_readings(policy_set, readings or {})
    for path in paths:
        started = time.monotonic()
        found: Solved | SubventError
        try:
            with bounded():
                portfolio, remarks = in_time(time_limit, partial(read_rows, path, policy_set))
                left = None if time_limit is None else time_limit - (time.monotonic() - started)
                with ChildProcess(left, asked=time_limit) as grounder:
                    found = solve_rows(
                        portfolio,
                        policy_set,
                        readings or {},
                        grounder,
                        remarks=remarks,
                        time_limit=left,
                        strict=strict,
                        proofs=proofs,
                    )
        except SubventError as error:
            found = error
        yield path, found
