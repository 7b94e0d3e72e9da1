"""A plan's JSON has the same bytes for the same plan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from subvent.plan import plan_portfolio
from subvent.report.json import plan_json
from subvent.result import Plan


def without_run(text: str) -> dict[str, object]:
    """A plan's data without what may differ from run to run."""
    data = json.loads(text)
    return {key: value for key, value in data.items() if key not in {"run", "certificate"}}


def test_two_runs_give_the_same_bytes(plan: Plan) -> None:
    """Planned again in a process with another hash seed, all but `run` and `certificate` is the same text."""
    code = (
        "import sys; from pathlib import Path; from subvent.plan import plan_portfolio;"
        "from subvent.report.json import plan_json;"
        "sys.stdout.buffer.write(plan_json(plan_portfolio(Path('examples/manufacturing-group.yaml'))).encode())"
    )
    path = os.pathsep.join(["solver", "specs", "cli"])
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=environment, timeout=60
    )
    ours, theirs = plan_json(plan), done.stdout.decode()
    assert ours.partition('\n "certificate"')[0] == theirs.partition('\n "certificate"')[0]


def test_yaml_and_workbook_differ_only_in_the_input(plan: Plan) -> None:
    """The same portfolio as a workbook gives the same plan but for the file's name, digest, and for `run`."""
    other = plan_portfolio(Path("examples/manufacturing-group.xlsx"))
    ours, theirs = without_run(plan_json(plan)), without_run(plan_json(other))
    assert ours.pop("inputs") != theirs.pop("inputs")
    ours.pop("warnings"), theirs.pop("warnings")
    assert ours == theirs


def test_the_path_of_the_file_is_not_told(plan: Plan) -> None:
    """Where the file lies on a machine is no part of the plan."""
    moved = replace(plan, file="/elsewhere/manufacturing-group.yaml")
    assert plan_json(moved) == plan_json(plan)
    assert json.loads(plan_json(moved))["inputs"]["file"] == "manufacturing-group.yaml"


def test_half_characters_are_written_escaped(plan: Plan) -> None:
    """A name that is no proper text does not break the file."""
    claim = replace(plan.claims[0], subject_name="\ud800")
    text = plan_json(replace(plan, claims=(claim,)))
    assert json.loads(text.encode())["claims"][0]["subject_name"] == "\ud800"


def test_money_is_exact_to_the_fen(plan: Plan) -> None:
    """An amount of one fen is 0.01 yuan."""
    data = json.loads(plan_json(replace(plan, total_fen=1, bound_fen=123456789)))
    assert (data["total_yuan"], data["bound_yuan"]) == ("0.01", "1234567.89")
