"""Clumsy and malicious use: the exit status, one message with its way out, nothing replaced, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from subvent.diagnostics import Place, diagnostic
from subvent.explain.layout import width
from subvent_cli import main as command_line
from subvent_cli.messages import as_text
from subvent_cli.session import session_of

GROUP = Path(__file__).parents[1] / "plan/contract/greedy-fails.yaml"
LONG = "a" * 300
_RUN = "from subvent_cli.main import main; main()"


def _run(*arguments: str) -> int:
    return command_line.run(arguments, session_of(arguments, {"LANG": "zh"}))


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["plan", "{group}", "--out", f"{LONG}.json"], 2, "cli.cannot-write"),
        (["plan", "{group}", "--proof", LONG], 2, "cli.cannot-write"),
        (["plan", "{group}", "--export-model", f"{LONG}.lp"], 2, "cli.cannot-write"),
        (["template", f"{LONG}.xlsx"], 2, "cli.cannot-write"),
        (["plan", f"{LONG}.yaml"], 1, "portfolio.unreadable"),
        (["plan", "{group}", "--policy", LONG], 1, "policy.unknown-pack"),
        (["verify", f"{LONG}.json", "{group}"], 1, "plan-file.cannot-read"),
    ],
)
def test_a_name_too_long_is_told(
    arguments: list[str],
    status: int,
    code: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the system takes as no name is refused in words of ours wherever a name is given."""
    monkeypatch.chdir(tmp_path)
    assert _run(*(part.format(group=GROUP) for part in arguments)) == status
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"[{code}]" in shown.err
    assert "name too long" not in shown.err
    assert list(tmp_path.iterdir()) == []


def test_files_too_many_are_not_all_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """A pattern that the shell makes thousands of names of, for a command that takes one file."""
    assert _run("plan", *(f"groups/{number}.yaml" for number in range(2000))) == 2
    shown = capsys.readouterr().err
    assert "[cli.extra-argument]" in shown
    assert len(shown) < 300


def test_a_read_only_target_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is protected against writing is left as it is."""
    target = tmp_path / "plan.json"
    target.write_text("kept", encoding="utf-8")
    target.chmod(0o444)
    assert _run("plan", str(GROUP), "--out", str(target)) == 2
    assert "[cli.output-protected]" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "kept"


def test_an_unlike_file_is_not_offered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """That two files end alike makes neither of them near."""
    (tmp_path / "g.yaml").touch()
    assert _run("plan", str(tmp_path / "holding.yaml")) == 1
    assert "g.yaml" not in capsys.readouterr().err.partition("办法")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are others there")
@pytest.mark.parametrize("closed", [">&-", "<&- >&-", "<&- >&- 2>&-"])
def test_a_plan_without_a_stdout_ends_in_order(closed: str) -> None:
    """The solver runs where stdout is closed, too, and the result that cannot be told is a message."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", _RUN, "plan", str(GROUP)]
    ended = subprocess.run(command, stderr=subprocess.PIPE, env=environ, timeout=60, check=False)
    assert ended.returncode == 2
    assert ("[cli.stdout-closed]" in ended.stderr.decode()) == ("2>" not in closed)


def test_both_files_of_verify_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with the portfolio is told together with what is wrong with the plan."""
    assert _run("verify", str(tmp_path / "no.json"), str(tmp_path / "no.yaml")) == 1
    told = capsys.readouterr().err
    assert "[plan-file.no-such-file]" in told
    assert "[portfolio.no-file]" in told


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        (["--policy", "2023-6"], "cn/shenzhen/2023-6"),
        (["--policy", "绿色"], "cn/shenzhen/green-guide-2025"),
        (["--reading", "exclusivty=x"], "exclusivity"),
        (["--reading", "nothing-like-it=x"], ""),
    ],
)
def test_what_is_near_is_offered_and_nothing_else(
    asked: list[str], offered: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pack is found by a part of its title too; where nothing is near, nothing is called so."""
    assert _run("plan", str(GROUP), *asked) == 1
    told = capsys.readouterr().err
    assert (f"是否指“{offered}”" in told) if offered else ("是否指" not in told)


@pytest.mark.parametrize("columns", [20, 60])
def test_findings_are_wrapped_to_the_terminal(columns: int) -> None:
    """No line is wider than the terminal, and colours neither count nor get cut."""
    found = diagnostic("cli.output-is-input", Place("g.yaml", 3), path="g.yaml")
    lines = as_text([found], session_of([], {"LANG": "zh"}), columns).splitlines()
    assert all(width(click.unstyle(line)) <= columns for line in lines)
    assert len(lines) > 2
