"""The strictest answers to the open questions of a portfolio, for whatever is asked about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from subvent.questions.outline import limited, opened
from subvent.strictness import Comparison


def strict_readings(
    path: Path, policies: Sequence[str], readings: Mapping[str, str], time_limit: float | None = None
) -> dict[str, str]:
    """The answers that `plan --strict` takes, to every question; those in `readings` are given.

    Which they are may depend on all rows. `time_limit` is in seconds. Raises InputError, PolicyError,
    ResourceError.
    """
    with opened(path, policies, time_limit) as (policy_set, portfolio, grounder):
        comparison = Comparison(policy_set, portfolio, grounder, limited(time_limit))
        return dict(comparison.lowest(readings).answers)
