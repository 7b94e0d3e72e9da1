"""The commands that the README shows do what it says, one after the other, in a folder with the examples."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from subvent_cli.main import subvent

ROOT = Path(__file__).parents[2]
_LONGEST = 300


def commands(name: str) -> list[str]:
    """The lines of a README's examples that call the program."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("subvent ")]


def test_both_readmes_show_the_same_commands() -> None:
    """What is tested of the one holds for the other."""
    assert commands("README.md") == commands("README.zh-CN.md")


def test_every_command_is_shown() -> None:
    """Each command of the program stands in some example, or is named in the text."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = {line.split()[1] for line in commands("README.md")} | set(re.findall(r"`subvent (\w+)`", text))
    assert set(subvent.commands) <= shown


@pytest.mark.long
def test_commands_of_the_readme_run(tmp_path: Path) -> None:
    """Every line that starts with `subvent` ends with status 0 and leaves stderr without errors."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    lines = commands("README.md")
    assert lines
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    for line in lines:
        command = [sys.executable, "-m", *shlex.split(line)]
        finished = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, timeout=_LONGEST, check=False
        )
        assert finished.returncode == 0, (line, finished.stderr.decode(errors="replace"))
        assert finished.stdout, line
    assert (tmp_path / "group.xlsx").is_file()
    assert (tmp_path / "plan.xlsx").is_file()
    assert (tmp_path / "plan.json").is_file()
