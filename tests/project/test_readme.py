"""The commands that the README shows do what it says, one after the other, in a folder with the examples."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LONGEST = 300


def test_commands_of_the_readme_run(tmp_path: Path) -> None:
    """Every line that starts with `subvent` ends with status 0 and leaves stderr without errors."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("subvent ")]
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
