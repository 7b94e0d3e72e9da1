"""Results: stdout alone carries them, and files appear whole or not at all."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from subvent.diagnostics import SubventError
from subvent_cli import output
from subvent_cli.output import check_outputs, text_writer, write_files
from subvent_cli.session import session_of


def _codes(error: pytest.ExceptionInfo[SubventError]) -> list[str]:
    return [d.code for d in error.value.diagnostics]


def test_text_is_written_as_utf_8_with_plain_line_ends(tmp_path: Path) -> None:
    """The same bytes on every machine, and nothing else left in the folder."""
    target = tmp_path / "方案.json"
    write_files({target: text_writer("甲\n乙\n")})
    assert target.read_bytes() == "甲\n乙\n".encode()
    assert list(tmp_path.iterdir()) == [target]


def test_one_failure_leaves_every_target_as_it_was(tmp_path: Path) -> None:
    """When the second file cannot be made, the first is not replaced either."""
    first, second = tmp_path / "a.json", tmp_path / "b.xlsx"
    first.write_text("old", encoding="utf-8")

    def fail(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(SubventError) as error:
        write_files({first: text_writer("new"), second: fail})
    assert _codes(error) == ["cli.cannot-write"]
    assert first.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [first]


def test_a_file_held_open_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows answers when Excel holds the target open becomes a message that says so."""

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SubventError) as error:
        write_files({tmp_path / "a.json": text_writer("new")})
    assert _codes(error) == ["cli.file-held-open"]
    assert "Excel" in error.value.diagnostics[0].what.en
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_wrong_with_outputs_is_told_at_once(tmp_path: Path) -> None:
    """One report for all outputs: a folder, an unknown suffix, a missing folder, the input, a repetition."""
    given = tmp_path / "group.xlsx"
    given.touch()
    link = tmp_path / "link.xlsx"
    link.symlink_to(given)
    outputs = [
        tmp_path,
        tmp_path / "a.pdf",
        tmp_path / "no" / "a.json",
        link,
        tmp_path / "b.JSON",
        tmp_path / "b.JSON",
    ]
    with pytest.raises(SubventError) as error:
        check_outputs(outputs, [".json", ".xlsx"], inputs=[given])
    assert _codes(error) == [
        "cli.output-is-folder",
        "cli.unknown-suffix",
        "cli.no-such-folder",
        "cli.output-is-input",
        "cli.output-twice",
    ]
    assert given.read_bytes() == b""


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be made beside the target, the folder is at fault, not the file."""

    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(output, "mkdtemp", refuse)
    with pytest.raises(SubventError) as error:
        write_files({tmp_path / "a.json": text_writer("new")})
    assert _codes(error) == ["cli.folder-not-writable"]
    assert error.value.exit_status == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BrokenPipeError(32, "Broken pipe"), "cli.reader-gone"),
        (OSError(28, "No space left on device"), "cli.stdout-full"),
        (None, "cli.stdout-closed"),
    ],
    ids=["gone", "full", "closed"],
)
def test_what_stdout_does_not_take_has_its_message(
    error: OSError | None, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three faults is an error of ours, with exit status 2."""

    class Refusing(io.StringIO):
        def write(self, _: str) -> int:
            raise error or AssertionError

    monkeypatch.setattr(sys, "stdout", Refusing() if error else None)
    with pytest.raises(SubventError) as caught:
        output.emit("text", session_of([], {}))
    assert _codes(caught) == [code]
    assert caught.value.exit_status == 2


_RUN = "import sys; from subvent_cli.main import main; main(sys.argv[1:])"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices are others there")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["policy", "readings"]])
@pytest.mark.parametrize("gone", ["stdout-closed", "stdout-full", "reader-gone"])
def test_a_result_that_cannot_be_written_is_told(gone: str, arguments: list[str]) -> None:
    """A stdout that is closed, full or read no further has a message of its own, and exit status 2."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    read, write = os.pipe()
    os.close(read)
    target = {"stdout-full": os.open("/dev/full", os.O_WRONLY), "reader-gone": write}.get(gone)
    command = [sys.executable, "-c", _RUN, *arguments]
    if target is None:
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    ended = subprocess.run(
        command, stdout=target, stderr=subprocess.PIPE, env=environ, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert f"[cli.{gone}]" in ended.stderr.decode()
    assert "cli.bug" not in ended.stderr.decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
def test_messages_that_cannot_be_written_change_no_status() -> None:
    """Where stderr takes nothing, the exit status alone tells; Python has no word in it."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-c", _RUN, "nonsense"]
        assert subprocess.run(command, stderr=full, env=environ, timeout=30, check=False).returncode == 2


def test_output_is_utf_8_in_any_locale() -> None:
    """Chinese arrives as UTF-8 though the locale speaks another encoding."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    environ |= {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "subvent", "plan", "--help", "--lang", "zh"]
    finished = subprocess.run(command, capture_output=True, env=environ, timeout=30, check=False)
    assert finished.returncode == 0, finished.stderr
    assert "用法" in finished.stdout.decode("utf-8")
