"""Commands run in this process, in English unless they say otherwise, and the folder that they run in."""

from __future__ import annotations

from pathlib import Path

import pytest

from subvent_cli.main import run
from subvent_cli.session import session_of


def ran(*arguments: str, language: str = "en") -> int:
    """The exit status of a command line, in a locale of this language."""
    return run(arguments, session_of(arguments, {"LANG": language}))


def working_in(folder: Path, monkeypatch: pytest.MonkeyPatch, **portfolios: str) -> Path:
    """The folder, made the working one, with YAML files by these names."""
    for name, text in portfolios.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder
