"""`--help` of every command: quick, in both languages, no wider than a terminal, its examples right."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import unicodedata
from collections.abc import Iterator

import click
import pytest

from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.main import run, subvent
from subvent_cli.session import session_of

_TERMINAL = 80


def _walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _walk(below, (*path, name))


COMMANDS = dict(_walk(subvent, ()))


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_helps_in_both_languages(
    path: tuple[str, ...], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Help goes to stdout, ends with 0, has an example, and no line is wider than a terminal."""
    arguments = [*path, "--help", "--lang", language]
    assert run(arguments, session_of(arguments, {})) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert {"zh": "示例:", "en": "Example:"}[language] in shown.out
    assert [line for line in shown.out.splitlines() if _columns(line) > _TERMINAL] == []
    if language == "en":
        assert not any(unicodedata.east_asian_width(c) == "W" for c in shown.out)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_option_is_explained(path: tuple[str, ...]) -> None:
    """No option is without its sentence in both languages, and every command has --lang."""
    command = COMMANDS[path]
    assert isinstance(command, BilingualCommand)
    chosen = [p for p in command.params if isinstance(p, click.Option)]
    assert all(isinstance(p, BilingualOption) and p.text.zh and p.text.en for p in chosen)
    assert "--lang" in [name for p in chosen for name in p.opts]


@pytest.mark.parametrize(
    "example", [e for c in COMMANDS.values() if isinstance(c, BilingualCommand) for e in c.examples]
)
def test_examples_parse(example: str) -> None:
    """Every example of the help is a command line that its command accepts."""
    program, *words = shlex.split(example)
    assert program == "subvent"
    path: tuple[str, ...] = ()
    while words and (*path, words[0]) in COMMANDS:
        path = (*path, words.pop(0))
    command = COMMANDS[path]
    assert not isinstance(command, click.Group)
    context = command.make_context("subvent", words, obj=session_of(words, {}))
    assert context.args == []


def test_help_does_not_import_the_engine() -> None:
    """Help must be instant, so no solver, no grounder and no workbook library is imported for it."""
    script = (
        "import sys; from subvent_cli.main import run; from subvent_cli.session import session_of;"
        "run(['plan', '--help'], session_of([], {}));"
        "heavy = {'clingo', 'ortools', 'pydantic', 'openpyxl', 'rich', 'numpy', 'scipy', 'subvent.plan'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", script]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environ)
    assert (finished.returncode, finished.stderr) == (0, "")
