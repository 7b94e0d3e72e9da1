"""Many portfolios, one after another: the packs are read once, and one that is wrong stops no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from subvent.diagnostics import SubventError
from subvent.plan import ALL, Given, Solved, Wanted, checked_policies, read_rows, solve_read
from subvent.problem import resolve_readings


def solve_each(
    paths: Iterable[Path],
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    wanted: Wanted = ALL,
) -> Iterator[tuple[Path, Solved | SubventError]]:
    """As `solve_portfolio` for one file after another, the packs read once; the time limit is that of each.

    What is wrong with a file comes in place of its plan. Raises PolicyError and InputError
    before the first one where packs or readings are wrong.
    """
    policy_set = checked_policies(policies)
    resolve_readings(policy_set, readings or {})

    def read(path: Path) -> Given:
        return policy_set, *read_rows(path, policy_set)

    for path in paths:
        found: Solved | SubventError
        try:
            found = solve_read(partial(read, path), readings, wanted)
        except SubventError as error:
            found = error
        yield path, found
