"""Whole commands as a user types them: what `bench.py` times beside the stages.

Most are asked of an example group of 40 projects; those that an auditor runs, of synthetic groups too.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from child import run
from portfolios import instance

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
LARGE, SMALL = EXAMPLES / "manufacturing-group.xlsx", EXAMPLES / "traditional-group.xlsx"
_LONGEST = 120
_LARGE_LONGEST = 900
_LARGE_FROM = 1_000
"""Projects from which a command is run once, with nothing before it to warm the file cache."""
_GROUPS = 200
"""Groups of a batch."""
_PASSING_STATUSES = {0, 3}


class Measurement(NamedTuple):
    """A command that a user types, and how many seconds it should take at most, if that is agreed."""

    name: str
    arguments: Sequence[str]
    aim: float | None = None
    large: bool = False
    module: Sequence[str] = ("-m", "subvent")
    """How Python is told what to run."""


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


def measurements(folder: Path, sizes: Sequence[int]) -> list[Measurement]:
    """The commands to measure, an auditor's at each of the sizes; `folder` takes the files they write."""
    plan, many = folder / "plan.json", folder / "many.json"
    many.write_text(json.dumps(instance(10_000).portfolio, ensure_ascii=False), encoding="utf-8")
    pair = ["XH-03/smart", "XH-03/equipment"]
    return [
        Measurement("help", ["--help"], 0.3),
        Measurement("help of plan", ["plan", "--help"], 0.3),
        Measurement("plan, 8 companies, 40 projects", ["plan", str(LARGE), "--out", str(plan)], 2.0),
        Measurement("plan, the same as YAML", ["plan", str(LARGE.with_suffix(".yaml"))], 2.0),
        Measurement("plan, and its workbook", ["plan", str(LARGE), "--out", str(folder / "plan.xlsx")]),
        Measurement("plan, 3 companies", ["plan", str(SMALL)]),
        Measurement("verify, 40 projects", ["verify", str(plan), str(LARGE)]),
        Measurement("why, 40 projects", ["why", str(LARGE), "TX-05"]),
        Measurement("why --takes, 40 projects", ["why", str(LARGE), "TX-04", "equipment", "--takes"]),
        Measurement("conflict, 40 projects", ["conflict", str(LARGE), *pair]),
        Measurement("alternatives, 40 projects", ["alternatives", str(LARGE)]),
        Measurement("replan, 40 projects", ["replan", str(LARGE), "--since", str(plan)]),
        Measurement("facts, 40 projects", ["facts", str(LARGE)]),
        Measurement("price, 40 projects", ["price", str(LARGE)], 10.0),
        Measurement("compare --readings, 40 projects", ["compare", str(LARGE), "--readings"]),
        Measurement("why, 10,000 projects as JSON", ["why", str(many), "P000500"], 3.0),
        *_saved(folder),
        Measurement("template", ["template", str(folder / "new.xlsx"), "--overwrite"]),
        Measurement("policy lint", ["policy", "lint"]),
        _batch(folder),
        *(one for size in sizes for one in _audited(folder, size)),
    ]


def _batch(folder: Path) -> Measurement:
    """Many small groups in one run."""
    files = [folder / f"small-{seed}.json" for seed in range(_GROUPS)]
    for seed, file in enumerate(files):
        file.write_text(json.dumps(instance(10, seed=seed).portfolio, ensure_ascii=False), encoding="utf-8")
    planned = ["batch", *map(str, files), "--to", str(folder / "plans")]
    return Measurement(f"batch, {_GROUPS} groups of 10 projects", planned, large=True)


def _saved(folder: Path) -> Iterator[Measurement]:
    """A question about a saved plan of 10,000 projects under limits that join them all."""
    case, file, plan = instance(10_000, "fund"), folder / "fund.json", folder / "fund-plan.json"
    file.write_text(json.dumps(case.portfolio, ensure_ascii=False), encoding="utf-8")
    planned = ["plan", str(file), "--brief", "--out", str(plan)]
    yield Measurement("plan, 10,000 projects under a fund", planned, large=True)
    yield Measurement("why --plan of that plan", ["why", str(file), "P000500", "--plan", str(plan)], 3.0)


def _audited(folder: Path, size: int) -> Iterator[Measurement]:
    """What a synthetic group is planned with, and what its plan and its proof pack are checked with."""
    file, plan, pack = folder / f"group-{size}.json", folder / f"plan-{size}.json", folder / f"pack-{size}"
    file.write_text(json.dumps(instance(size).portfolio, ensure_ascii=False), encoding="utf-8")
    large, projects = size >= _LARGE_FROM, f"{size:,} projects"
    planned = ["plan", str(file), "--brief", "--out", str(plan), "--proof", str(pack)]
    yield Measurement(f"plan with its proof pack, {projects}", planned, large=large)
    yield Measurement(f"verify, {projects}", ["verify", str(plan), str(file)], large=large)
    yield Measurement(f"check.py of the pack, {projects}", [str(pack / "check.py")], None, large, ("-I",))


def measure(measurement: Measurement, runs: int) -> Timing:
    """Run the command once to warm the file cache, then `runs` times; a large one only once."""
    every = []
    longest = _LARGE_LONGEST if measurement.large else _LONGEST
    for _ in range(1 if measurement.large else runs + 1):
        ran = run([*measurement.module, *measurement.arguments], longest, passing=_PASSING_STATUSES)
        if ran.failure:
            return Timing(measurement.name, 0, 0, 0, 0, measurement.aim, ran.failure)
        every.append(ran)
    counted = every[1:] or every
    walls = [ran.wall for ran in counted]
    cpu = statistics.median(ran.cpu for ran in counted)
    return Timing(measurement.name, statistics.median(walls), min(walls), max(walls), cpu, measurement.aim)
