"""What one run of the command line is about: its language, the form of its messages, its terminal.

Language and form are read off the arguments before click parses them, because the messages about
a wrong argument, and `--help`, have to be in that language and form already.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import click

from subvent.diagnostics import Language

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_WIDTH_WITHOUT_TERMINAL = 100


@dataclass(frozen=True, slots=True)
class Session:
    """The settings that hold for one whole run of `subvent`."""

    language: Language
    json: bool
    """Results and diagnostics as JSON instead of text."""
    colour: bool | None
    """False when NO_COLOR asks for none or the terminal is dumb, else None: wherever a terminal reads."""
    debug: bool
    """Show the traceback of an unexpected exception."""

    @property
    def bold(self) -> bool:
        """Whether text may have bold parts: where no terminal reads, `emit` takes them out again."""
        return self.colour is not False

    @property
    def width(self) -> int:
        """Columns that a text result may take."""
        if sys.stdout is not None and sys.stdout.isatty():
            return shutil.get_terminal_size().columns
        return _WIDTH_WITHOUT_TERMINAL


def session_of(arguments: Sequence[str], environ: Mapping[str, str]) -> Session:
    """The session that arguments and environment ask for.

    `environ` is a process environment: LC_ALL, LC_MESSAGES and LANG choose the language where
    `--lang` does not, NO_COLOR and SUBVENT_DEBUG count when set to anything but nothing, TERM=dumb is
    a terminal without colours.
    """
    return Session(
        language=_language(_option(arguments, "--lang"), environ),
        json=_option(arguments, "--format") == "json",
        colour=False if environ.get("NO_COLOR") or environ.get("TERM") == "dumb" else None,
        debug=bool(environ.get("SUBVENT_DEBUG")),
    )


def current() -> Session:
    """The session of the command that is running. Errors: RuntimeError outside of any command."""
    session = click.get_current_context().find_object(Session)
    if session is None:
        message = "a command of subvent was started without a session"
        raise RuntimeError(message)
    return session


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The value that the option was given last; None when it does not occur before a bare `--`."""
    value = None
    for i, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == name and i + 1 < len(arguments):
            value = arguments[i + 1]
        elif argument.startswith(f"{name}="):
            value = argument.partition("=")[2]
    return value


def _language(asked: str | None, environ: Mapping[str, str]) -> Language:
    if asked in {"zh", "en"}:
        return "en" if asked == "en" else "zh"
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    locale = locale or _windows_locale()
    return "en" if locale.lower().startswith("en") else "zh"


def _windows_locale() -> str:
    """The language of the Windows user interface, such as `zh_CN`: there is no LANG there."""
    if sys.platform != "win32":
        return ""
    import ctypes
    import locale

    return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
