"""Wrong usage and faults: exit 2, a message with place and way out, nothing on stdout, no traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from subvent.diagnostics import Citation, InputError, Place, diagnostic
from subvent_cli import main as command_line
from subvent_cli.session import session_of

WRONG = {
    "no such command": (["plna"], "cli.no-such-command"),
    "no such command of a group": (["policy", "lst"], "cli.no-such-command"),
    "no such option": (["plan", "x.yaml", "--outt", "y.json"], "cli.no-such-option"),
    "file missing": (["plan"], "cli.missing-argument"),
    "argument too many": (["plan", "x.yaml", "y.yaml"], "cli.extra-argument"),
    "value missing": (["plan", "x.yaml", "--out"], "cli.option-without-value"),
    "flag with a value": (["template", "x.xlsx", "--overwrite=yes"], "cli.option-without-value"),
    "unknown format": (["plan", "x.yaml", "--format", "pdf"], "cli.not-one-of"),
    "unknown language": (["plan", "x.yaml", "--lang", "fr"], "cli.not-one-of"),
    "unknown schema": (["schema", "plans"], "cli.not-one-of"),
    "no seconds": (["plan", "x.yaml", "--time-limit", "soon"], "cli.not-seconds"),
    "no time at all": (["plan", "x.yaml", "--time-limit", "0"], "cli.not-seconds"),
    "endless time": (["plan", "x.yaml", "--time-limit", "nan"], "cli.not-seconds"),
    "reading without answer": (["plan", "x.yaml", "--reading", "reclaim"], "cli.not-a-reading"),
    "two answers": (["plan", "x.yaml", "--reading", "a=b", "--reading", "a=c"], "cli.two-answers"),
    "no year": (["why", "x.yaml", "P1", "smart", "next"], "cli.not-a-year"),
    "no levels": (["why", "x.yaml", "P1", "--depth", "0"], "cli.not-levels"),
    "unknown suffix": (["plan", "x.yaml", "--out", "y.pdf"], "cli.unknown-suffix"),
    "no suffix": (["plan", "x.yaml", "--out", "y"], "cli.unknown-suffix"),
    "template elsewhere than a workbook": (["template", "x.csv"], "cli.unknown-suffix"),
    "no such folder": (["plan", "x.yaml", "--out", "nowhere/y.json"], "cli.no-such-folder"),
    "one output twice": (["plan", "x.yaml", "--out", "y.json", "--out", "./y.json"], "cli.output-twice"),
    "output is the input": (["plan", "y.json", "--out", "y.json"], "cli.output-is-input"),
}


def _run(arguments: list[str], **environ: str) -> int:
    return command_line.run(arguments, session_of(arguments, environ))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("arguments", "code"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_refused(
    arguments: list[str],
    code: str,
    language: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A command that is written wrong ends with 2, says what is wrong and what to do, and makes no file."""
    monkeypatch.chdir(tmp_path)
    assert _run(arguments, LANG=language) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"[{code}]" in shown.err
    assert {"zh": "办法: ", "en": "way out: "}[language] in shown.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["no such option", "no seconds", "two answers", "unknown suffix", "argument too many"]
)
def test_wrong_usage_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With --format json the messages are one JSON object on stderr, with the exit status."""
    arguments, code = WRONG[name]
    assert _run([*arguments, "--format=json"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    told = json.loads(shown.err)
    assert told["exit_status"] == 2
    assert code in [d["code"] for d in told["diagnostics"]]


def test_an_argument_is_called_by_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    """An argument has no name that anybody wrote: it is the command that does not take it."""
    _run(["schema", "zzz"], LANG="zh")
    assert "“subvent schema”不能取“zzz”" in capsys.readouterr().err


def test_the_nearest_name_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with a slip of the finger is answered with the one that was meant."""
    _run(["plan", "x.yaml", "--raeding", "a=b"], LANG="en")
    assert "did you mean “--reading”?" in capsys.readouterr().err


def test_no_command_shows_help_without_result(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command there is no result: the help goes to stderr, the status is 2."""
    assert _run([]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "subvent plan group.xlsx" in shown.err


def _command_that_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(command_line.subvent.commands["schema"], "callback", fail)


def test_unexpected_exceptions_are_messages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of the tool ends with 2 and one message; only SUBVENT_DEBUG shows the traceback."""
    _command_that_raises(monkeypatch, ZeroDivisionError("by zero"))
    assert _run(["schema"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "ZeroDivisionError" in shown.err
    assert "Traceback" not in shown.err
    assert _run(["schema"], SUBVENT_DEBUG="1") == 2
    assert "Traceback" in capsys.readouterr().err


def test_interruption_is_tidy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends with 130 and a sentence."""
    _command_that_raises(monkeypatch, KeyboardInterrupt())
    assert _run(["schema"]) == 130
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert "cli.interrupted" in shown.err


def test_errors_of_the_engine_are_shown_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All diagnostics are shown with place, law and way out, then counted; names steer nothing."""
    place = Place("集团\x1b[31m.xlsx", sheet="项目", cell="C7")
    cited = Citation("D 1", "2", "不超过")
    wrong = diagnostic("cli.not-one-of", place, cited, option="x", value="\u202eevil", words="y")
    _command_that_raises(monkeypatch, InputError(wrong, wrong))
    assert _run(["schema"], LANG="en_US.UTF-8") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "[项目!C7]: error: " in shown.err
    assert "cited: D 1 2「不超过」" in shown.err
    assert "way out: choose one of: y" in shown.err
    assert shown.err.endswith("2 error(s)\n")
    assert "\x1b" not in shown.err
    assert "\u202e" not in shown.err


def test_colour_only_for_terminals_that_want_it() -> None:
    """NO_COLOR and a dumb terminal switch colours off; else click decides by what stderr is."""
    assert session_of([], {"TERM": "dumb"}).colour is False
    assert session_of([], {"NO_COLOR": "1"}).colour is False
    assert session_of([], {"NO_COLOR": ""}).colour is None


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "fr_FR.UTF-8"}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "zh"),
        ([], {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        ([], {"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
        (["plan", "--lang", "en"], {"LANG": "zh_CN"}, "en"),
        (["--lang=zh", "plan"], {"LANG": "en_US"}, "zh"),
        (["plan", "--", "--lang", "en"], {}, "zh"),
    ],
)
def test_language_of_a_run(arguments: list[str], environ: dict[str, str], language: str) -> None:
    """--lang decides; else the first locale variable that is set; else Chinese."""
    assert session_of(arguments, environ).language == language


def test_every_command_returns_its_status() -> None:
    """Statuses are returned, not exited with: nothing in a command calls the interpreter's exit."""
    sources = Path(command_line.__file__).parent.glob("*.py")
    leaving = [p.name for p in sources if "sys.exit(" in p.read_text(encoding="utf-8")]
    assert leaving == ["main.py"]
    assert isinstance(command_line.subvent, click.Group)


def test_what_only_click_words_is_a_message_of_ours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal of click without a message of its own here is told in its words, and ends with 2."""

    def refuse(*_: object, **__: object) -> None:
        raise click.UsageError("odd")

    monkeypatch.setattr(command_line.subvent, "make_context", refuse)
    assert _run([], LANG="en") == 2
    assert "[cli.usage]" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["plan", "why", "batch"])
def test_whether_a_file_can_be_read_is_found_out_by_reading(
    command: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without the right to read it is no wrong usage: it is told as other faults of files are."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    (file := tmp_path / "group.yaml").write_text("nothing: 1", encoding="utf-8")
    arguments = (command, str(file), *(["P1"] if command == "why" else []))
    assert command_line.run(arguments, session_of(arguments, {"LANG": "en"})) == 1
    assert "portfolio.unknown-key-alone" in capfd.readouterr().err
