"""Whole commands as a user types them, on the example groups: what `bench.py` times beside the stages."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from child import run
from portfolios import instance

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
LARGE, SMALL = EXAMPLES / "manufacturing-group.xlsx", EXAMPLES / "traditional-group.xlsx"
_LONGEST = 120
_PASSING_STATUSES = {0, 3}


class Measurement(NamedTuple):
    """A command that a user types, and how many seconds it should take at most, if that is agreed."""

    name: str
    arguments: Sequence[str]
    aim: float | None = None


class Timing(NamedTuple):
    """What the runs of one measurement took, in seconds of wall time; `cpu` is the median of processor time.

    `failure` says why there is nothing to tell.
    """

    name: str
    median: float
    fastest: float
    slowest: float
    cpu: float
    aim: float | None
    failure: str = ""


def measurements(folder: Path) -> list[Measurement]:
    """The commands to measure; `folder` takes the files they write."""
    plan, many = folder / "plan.json", folder / "many.json"
    many.write_text(json.dumps(instance(10_000).portfolio, ensure_ascii=False), encoding="utf-8")
    return [
        Measurement("help", ["--help"], 0.3),
        Measurement("help of plan", ["plan", "--help"], 0.3),
        Measurement("plan, 8 companies, 40 projects", ["plan", str(LARGE), "--out", str(plan)], 2.0),
        Measurement("plan, the same as YAML", ["plan", str(LARGE.with_suffix(".yaml"))], 2.0),
        Measurement("plan, and its workbook", ["plan", str(LARGE), "--out", str(folder / "plan.xlsx")]),
        Measurement("plan, 3 companies", ["plan", str(SMALL)]),
        Measurement("verify, 40 projects", ["verify", str(plan), str(LARGE)]),
        Measurement("why, 40 projects", ["why", str(LARGE), "TX-05"]),
        Measurement("why, 10,000 projects as JSON", ["why", str(many), "P000500"], 3.0),
        Measurement("template", ["template", str(folder / "new.xlsx"), "--overwrite"]),
        Measurement("policy lint", ["policy", "lint"]),
    ]


def measure(measurement: Measurement, runs: int) -> Timing:
    """Run the command once to warm the file cache, then `runs` times."""
    every = []
    for _ in range(runs + 1):
        ran = run(["-m", "subvent", *measurement.arguments], _LONGEST, passing=_PASSING_STATUSES)
        if ran.failure:
            return Timing(measurement.name, 0, 0, 0, 0, measurement.aim, ran.failure)
        every.append(ran)
    walls = [ran.wall for ran in every[1:]]
    cpu = statistics.median(ran.cpu for ran in every[1:])
    return Timing(measurement.name, statistics.median(walls), min(walls), max(walls), cpu, measurement.aim)
