"""The proof pack: its checker runs on bare Python, accepts what is true, and nothing else."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import runpy
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.export.solved import GROUPS, described, drawn, example

import subvent.export
from subvent.certified import write
from subvent.export import PACK_FILES, Described, proof_files
from subvent.export.described import Label
from subvent.diagnostics import Text
from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.whole import optimise_whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from subvent.plan import Solved

CHECKER = Path(subvent.export.__file__).with_name("check.py")
CHECK = runpy.run_path(str(CHECKER))
Pack = dict[str, Any]
"""The model and the certificate as data, the lines of the plan."""


def pack_of(solved: Solved) -> dict[str, bytes]:
    """The files of a proof pack."""
    return proof_files(described(solved), solved.values)


def write_pack(files: dict[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """The checker as an auditor runs it, with no package in reach."""
    command = [sys.executable, "-I", "-S", "-X", "utf8", "check.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("name", GROUPS)
def test_an_auditor_checks_an_example_with_python_alone(name: str, tmp_path: Path) -> None:
    """The checker, isolated from all packages, finds both example plans lawful and optimal."""
    solved = example(name)
    files = pack_of(solved)
    assert tuple(files) == PACK_FILES
    done = run(write_pack(files, tmp_path / "pack"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "So the plan is optimal." in done.stdout
    assert f"{solved.plan.total_fen // 100}.00 yuan" in done.stdout
    assert sorted(path.name for path in (tmp_path / "pack").iterdir()) == sorted(PACK_FILES)


def test_what_is_wrong_is_said_in_plain_words(tmp_path: Path) -> None:
    """A claim more than the law allows, and a file that is cut off, end with 1 and a sentence each."""
    files = pack_of(example("traditional-group"))
    lines = files["plan.csv"].decode("utf-8-sig").splitlines()
    held = {line.split(",1,")[0] for line in lines[1:]}
    model = json.loads(files["model.json"])
    spare = next(v for v in model["variables"] if f'"{v["name"]}"'.replace('"', '""')[1:-1] not in str(held))
    row = [spare["name"], "1", CHECK["yuan"](spare["gain"]), "", ""]
    text = io.StringIO()
    csv.writer(text).writerow(row)
    more = write_pack({**files, "plan.csv": files["plan.csv"] + text.getvalue().encode()}, tmp_path / "more")
    done = run(more)
    assert done.returncode == 1
    assert "不成立：方案违反限制" in done.stdout
    assert "the plan breaks the limit violated(" in done.stdout
    cut = write_pack({**files, "model.json": files["model.json"][:-9]}, tmp_path / "cut")
    done = run(cut)
    assert (done.returncode, done.stderr) == (1, "")
    assert "It cannot be read" in done.stdout


def test_random_plans_check(tmp_path: Path) -> None:
    """Plans of random portfolios, with shared caps and funds, check."""
    for seed, solved in drawn(range(510_000, 510_016), tmp_path):
        folder = write_pack(pack_of(solved), tmp_path / "pack")
        assert "So the plan is optimal." in CHECK["check"](str(folder))[-1], seed


def small(seed: int) -> Described:
    """A random small model, solved and certified, told in its own names."""
    dice = random.Random(seed)
    size = dice.randint(3, 6)
    variables = tuple(Variable(f"x{j}", 0, dice.choice([1, 1, 2]), dice.randint(-3, 9)) for j in range(size))
    rows = []
    for i in range(dice.randint(2, 6)):
        members = sorted(dice.sample(range(size), 2 if i % 2 else min(3, size)))
        rows.append(Row(f"r{i}", tuple((j, dice.choice([1, 1, 2, -1])) for j in members), dice.randint(0, 2)))
    model = LinearModel(variables, tuple(rows), dice.randint(0, 5))
    whole = optimise_whole(model, (), ())
    certificate = write(whole.parts, [solution.certificate for solution in whole.solutions])
    plan = example("traditional-group").plan
    from dataclasses import replace

    plan = replace(plan, certificate=certificate, total_fen=whole.total, bound_fen=whole.total)
    told = lambda names: tuple(Label(name, Text(name, name), ()) for name in names)
    one = Described(model, told(v.name for v in variables), told(r.name for r in rows), (), plan)
    return one, whole.values
