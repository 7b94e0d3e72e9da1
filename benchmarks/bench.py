"""Measures this project and others on the same portfolios in the same run, and writes results.md.

    python benchmarks/bench.py                    100 and 1,000 projects, minutes
    python benchmarks/bench.py --full             10,000 and 100,000 too, where the time suffices
    python benchmarks/bench.py --sizes 100 1000 10000 --runs 1

It reports; no time passes or fails. It ends with 1 when two solvers prove different totals, or when an
answer is not lawful.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import anchors
import commands
import plot
import results
import several
from child import Run, run, script
from portfolios import COUPLINGS, Instance, instance
from results import Asked, Pipeline, Report

PEERS = ("subvent", "clasp", "CP-SAT", "HiGHS", "min-cost flow", "greedy")
MANY = 10_000
"""Projects up to which every class is measured and other explanation tools are asked."""
_BEGAN = time.monotonic()
_GRACE = 60.0
"""Seconds for what stands around a measurement: starting, reading, judging the answer."""


def piped(folder: Path, case: Instance, size: int, coupling: str, asked: argparse.Namespace) -> Pipeline:
    """What the stages take on one portfolio, and what clingo takes to ground the reference program on it.

    The posed problem and the claims made are left in the folder. Only the first class is explained: reasons
    are alike in all.
    """
    file = folder / "group.json"
    file.write_text(json.dumps(case.portfolio, ensure_ascii=False), encoding="utf-8")
    for left in ("problem", "claims.json"):
        (folder / left).unlink(missing_ok=True)
    last = "explain" if coupling == asked.couplings[0] else "prove"
    given = [str(file), json.dumps(case.readings), str(asked.limit), str(folder / "problem"), last]
    ran = run([script("stages.py"), *given], asked.whole)
    reference = run([script("reference.py"), str(file)], asked.whole)
    return Pipeline(size, coupling, _result(ran), ran.failure, _result(reference).get("grounding"))


def _result(ran: Run) -> dict[str, Any]:
    return ran.result or {}


def solved(folder: Path, size: int, coupling: str, peer: str, limit: float) -> Asked:
    """What one solver finds and takes on the problem in the folder."""
    ran = run([script("peers.py"), peer, str(folder / "problem"), str(limit)], 2 * limit + _GRACE)
    return Asked(size, coupling, peer, _result(ran), ran.failure)


def measured(asked: argparse.Namespace) -> Report:
    """Everything that is asked for, told on standard error as it goes and written after every problem."""
    pipelines, answers, timings, anchored, small = [], [], [], [], []
    limits = (asked.limit, asked.whole, asked.anchor_limit)
    report = Report(pipelines, answers, timings, anchored, small, *limits)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in asked.sizes:
            # The largest portfolios are for the stages alone.
            for coupling in asked.couplings if size <= MANY else asked.couplings[:1]:
                _tell(f"{size:>7} {coupling:<15} stages ...")
                case = instance(size, coupling)
                line = piped(folder, case, size, coupling, asked)
                pipelines.append(line)
                _tell(f"{size:>7} {coupling:<15} {line.told}")
                for peer in PEERS if (folder / "problem").exists() and size <= asked.peers_up_to else ():
                    answers.append(solved(folder, size, coupling, peer, asked.limit))
                    _tell(f"{'':>23} {peer:<15} {answers[-1].told}")
                if near := several.measured(size, coupling, asked.limit, asked.whole):
                    small.append(near)
                    _tell(f"{'':>23} several groups {near.told}")
                # Reasons are alike in all classes: the first is asked about.
                if coupling == asked.couplings[0] and (folder / "claims.json").exists() and size <= MANY:
                    given = (folder, size, case.portfolio, asked.anchors, asked.anchor_limit)
                    for anchor in anchors.measured(*given):
                        anchored.append(anchor)
                        _tell(f"{'':>23} {anchor.tool:<15} {anchor.question}: {anchor.said}")
                written(report, asked.out)
        for command in commands.measurements(folder, asked.sizes) if asked.runs else ():
            _tell(f"{'':>23} {command.name} ...")
            timings.append(commands.measure(command, asked.runs))
            written(report, asked.out)  # a run that is broken off keeps what it has
    return report


def written(report: Report, folder: Path) -> None:
    """The page and its plot, as far as they are known."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(results.markdown(report), encoding="utf-8")
    (folder / "results.svg").write_text(plot.plot(report), encoding="utf-8")


def _tell(line: str) -> None:
    """What is running, and since how many seconds all of it runs."""
    print(f"{time.monotonic() - _BEGAN:6.0f} s {line}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, write the table and the plot, and say where solvers disagree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--full", action="store_true", help="10,000 and 100,000 projects too")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of projects (100 1000)")
    parser.add_argument("--couplings", nargs="+", choices=COUPLINGS, default=COUPLINGS)
    parser.add_argument("--peers-up-to", type=int, help="largest size that other solvers are asked (10000)")
    parser.add_argument("--limit", type=float, help="seconds of wall time for one solver (5; full: 60)")
    parser.add_argument("--whole", type=float, help="seconds for all stages of a portfolio (120; full: 900)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (3)")
    parser.add_argument("--anchors", type=Path, default=anchors.CACHE, help="where anchors.py installed them")
    parser.add_argument("--anchor-limit", type=float, default=90.0, help="seconds of wall time for one (90)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder of results.md, .svg")
    asked = parser.parse_args()
    asked.sizes = asked.sizes or ([100, 1000, 10_000, 100_000] if asked.full else [100, 1000])
    asked.peers_up_to = asked.peers_up_to or MANY
    asked.limit = asked.limit or (60.0 if asked.full else 5.0)
    asked.whole = asked.whole or (900.0 if asked.full else 120.0)
    report = measured(asked)
    written(report, asked.out)
    if found := results.disagreements(report):
        sys.exit("\n".join(found))


if __name__ == "__main__":
    main()
