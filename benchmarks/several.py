"""Several groups of one size and class: what the solvers that come near take for all of them together.

One small group says little of its class: whether its relaxation is whole is luck.

    python benchmarks/several.py 100 contacts 10 5      prints what they took for ten groups, as JSON
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from child import Clock, run, script
from layout import ratio, seconds, table
from portfolios import instance

OURS = "subvent"
NEAR = ("HiGHS", "min-cost flow")
"""The solvers that may be as fast on a small group."""
_GROUPS = {100: 10, 1000: 4}
"""How many groups of a size, in projects; of other sizes there is one, in its own table."""
_TEXT = """\
One group of 100 or 1,000 projects says little of its class. The next table has others than above,
{counts}, one after another in one process: the sums of what they take, and how
much longer another solver takes for all of them, with the number of groups in which that is the faster one.
"""


class Several(NamedTuple):
    """What `main` told of some groups: seconds a solver, and what must not be."""

    size: int
    coupling: str
    result: dict[str, Any]
    failure: str

    @property
    def told(self) -> str:
        """One line."""
        return self.failure or json.dumps({name: one["cpu"] for name, one in self.result["taken"].items()})


def measured(size: int, coupling: str, limit: float, longest: float) -> Several | None:
    """Some groups of a size, `limit` seconds for each answer, the `longest` for all; None: not asked."""
    if size not in _GROUPS:
        return None
    ran = run([script("several.py"), str(size), coupling, str(_GROUPS[size]), str(limit)], longest)
    return Several(size, coupling, ran.result or {}, ran.failure)


def section(found: list[Several]) -> Iterator[str]:
    """The lines of the page."""
    if not found:
        return
    sizes = dict.fromkeys(one.size for one in found)
    yield _TEXT.format(counts=" and ".join(f"{_GROUPS[size]} groups of {size:,}" for size in sizes))
    yield from table(("class, projects", OURS, *NEAR), map(_row, found))


def _row(one: Several) -> list[str]:
    name = f"{one.coupling}, {one.size:,}"
    if one.failure:
        return [name, one.failure, *("–" for _ in NEAR)]
    taken = one.result["taken"]
    own = taken[OURS]
    return [name, seconds(own), *(_other(taken.get(peer), own) for peer in NEAR)]


def _other(taken: dict[str, Any] | None, own: dict[str, Any]) -> str:
    if taken is None:
        return "does not apply"
    faster = sum(a < b for a, b in zip(taken["each"], own["each"], strict=True))
    sure = "" if taken["proven"] == len(own["each"]) else "> "
    return f"{sure}{ratio(taken['cpu'], own['cpu'])} ({faster}), {seconds(taken)}"


def main() -> None:
    """Pose some groups, ask the solvers for each, and print what they took and where they disagree."""
    # What solves is loaded here alone: the page is written without it.
    from peers import PEERS, judged  # noqa: PLC0415

    from subvent.logic.session import ChildProcess  # noqa: PLC0415
    from subvent.model.direct import Stated  # noqa: PLC0415
    from subvent.policy.loader import load_policies, vocabulary_of  # noqa: PLC0415
    from subvent.portfolio.text_reader import read_portfolio  # noqa: PLC0415
    from subvent.problem import pose  # noqa: PLC0415
    from subvent.process.collector import collect_rarely  # noqa: PLC0415

    size, coupling, count, limit = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    collect_rarely()  # as the command does
    policies = load_policies()
    vocabulary = vocabulary_of(policies)
    taken: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"cpu": 0.0, "wall": 0.0, "each": list[float](), "proven": 0}
    )
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder, ChildProcess() as grounder:
        file = Path(folder) / "group.json"
        for seed in range(count + 1):
            case = instance(size, coupling, seed)
            file.write_text(json.dumps(case.portfolio), encoding="utf-8")
            portfolio = read_portfolio(file, vocabulary)
            posed = pose(policies, vocabulary, portfolio, case.readings, grounder)
            problem = replace(posed, stated=Stated((posed.model,), posed.splits, posed.cuts))
            proven = set()
            for name in (OURS, *NEAR):
                clock = Clock()
                found = PEERS[name](problem, limit)
                spent = clock.taken()
                if found.drawn is None and found.bound is None:
                    continue
                total, broken = judged(problem, found)
                faults += [f"{coupling}, {size}, seed {seed}: {name} breaks {key}" for key in broken[:3]]
                if found.proven:
                    proven.add(total)
                # The first one, which has a table of its own, is to load what is loaded once.
                if seed:
                    own = taken[name]
                    own["cpu"], own["wall"] = own["cpu"] + spent["cpu"], own["wall"] + spent["wall"]
                    own["each"].append(spent["cpu"])
                    own["proven"] += found.proven
            if len(proven) > 1:
                faults.append(f"{coupling}, {size}, seed {seed}: proven totals differ: {sorted(proven)}")
    print(json.dumps({"taken": taken, "faults": faults}))


if __name__ == "__main__":
    main()
