"""Where results go: stdout, and the files of `--out`, which are written whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import click

from subvent.diagnostics import Diagnostic, SubventError, Text, diagnostic
from subvent.display import shortened
from subvent.process.foreign import refusal
from subvent_cli import messages
from subvent_cli.session import Session

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
Writer = Callable[[Path], None]
"""Writes one file at the path it is given."""


def status_of(*, proven: bool) -> int:
    """The exit status of a command that optimises: 0 when what it tells is proven, else 3."""
    return 0 if proven else 3


def emit(text: str | Iterable[str], session: Session) -> None:
    """Write a result to stdout, ending in one line break; in pieces, the last of which ends in one.

    Errors: SubventError when stdout is closed or full, or its reader has left.
    """
    if sys.stdout is None:
        raise SubventError(diagnostic("cli.stdout-closed"))
    try:
        for piece in (text.rstrip("\n") + "\n",) if isinstance(text, str) else text:
            click.echo(piece, nl=False, color=session.colour)
        sys.stdout.flush()
    except BrokenPipeError as error:
        _forget_stdout()
        raise SubventError(diagnostic("cli.reader-gone")) from error
    except OSError as error:
        _forget_stdout()
        raise SubventError(diagnostic("cli.stdout-full", reason=refusal(error))) from error


def _forget_stdout() -> None:
    """Nothing more can be written there: let nothing be flushed there again, not even as Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_findings(findings: Sequence[Diagnostic], none: Text, session: Session, **further: object) -> int:
    """Show the result of a check on stdout: its findings, or the sentence `none` that says all is well.

    `further` are keys that the result has as JSON beside its findings.
    Returns the exit status: 1 when an error was found, else 0 (warnings and notes are shown only).
    """
    status = int(any(d.severity == "error" for d in findings))
    if session.json:
        text = messages.as_json(findings, status, **further)
    else:
        # Elsewhere than on a terminal the lines stay whole, to be searched.
        columns = session.width if sys.stdout and sys.stdout.isatty() else 0
        lines = [messages.as_text(findings, session, columns)] if findings else []
        text = "\n".join(lines if status else [*lines, none.in_(session.language)])
    emit(text, session)
    return status


def check_outputs(outputs: Sequence[Path], suffixes: Sequence[str], inputs: Sequence[Path]) -> None:
    """Refuse outputs that cannot be written, before any work is done for them.

    `suffixes` are the forms there are, in lower case with their dot; `inputs` must not be overwritten.
    Errors: SubventError with everything that is wrong.
    """
    if found := list(output_faults(outputs, suffixes, inputs)):
        raise SubventError(*found)


def output_faults(
    outputs: Sequence[Path], suffixes: Sequence[str], inputs: Sequence[Path]
) -> Iterator[Diagnostic]:
    """What `check_outputs` refuses."""
    for i, path in enumerate(outputs):
        try:
            mode = path.stat().st_mode if path.exists() else None
        except (OSError, ValueError) as error:
            yield diagnostic("cli.cannot-write", path=shortened(str(path)), reason=refusal(error))
            continue
        if path.is_dir():
            yield diagnostic("cli.output-is-folder", path=path)
            continue
        if path.suffix.lower() not in suffixes:
            yield diagnostic("cli.unknown-suffix", path=path, suffixes=" / ".join(suffixes))
        if not path.parent.is_dir():
            yield diagnostic("cli.no-such-folder", path=path, folder=path.parent)
        if mode is not None and not (mode & _WRITABLE and os.access(path, os.W_OK)):
            yield diagnostic("cli.output-protected", path=path)
        if any(_same(path, other) for other in inputs):
            yield diagnostic("cli.output-is-input", path=path)
        if any(_same(path, other) for other in outputs[:i]):
            yield diagnostic("cli.output-twice", path=path)


def folder_faults(
    folder: Path, ours: Callable[[list[str]], bool], others: Sequence[Path]
) -> Iterator[Diagnostic]:
    """Why a folder of results cannot be written: only an empty one, or one of `ours`, is replaced.

    `ours` judges the names in it; `others` are the files that are read or written beside it.
    """
    try:
        folder.exists()
    except (OSError, ValueError) as error:
        yield diagnostic("cli.cannot-write", path=shortened(str(folder)), reason=refusal(error))
        return
    if not folder.parent.is_dir():
        yield diagnostic("cli.no-such-folder", path=folder, folder=folder.parent)
    elif any(_same(folder, other) for other in others):
        yield diagnostic("cli.output-twice", path=folder)
    elif folder.exists() and not folder.is_dir():
        yield diagnostic("cli.not-a-folder", path=folder)
    elif folder.is_dir() and (names := [entry.name for entry in folder.iterdir()]) and not ours(names):
        yield diagnostic("cli.folder-not-ours", path=folder)


def write_files(writers: Mapping[Path, Writer]) -> tuple[Diagnostic, ...]:
    """Write every file beside its target first, then put all of them in place; notes on each come back.

    A failure before the last step leaves every target as it was. Errors: SubventError when a file
    cannot be written, for instance because another program holds it open.
    """
    codes = {path: "cli.replaced" if path.exists() else "cli.written" for path in writers}
    with ExitStack() as cleaning:
        staged = [(_stage(target, writer, cleaning), target) for target, writer in writers.items()]
        for made, target in staged:
            try:
                _put(made, target)
            except OSError as error:
                raise _unwritable(target, error) from error
    return tuple(diagnostic(code, severity="note", path=path) for path, code in codes.items())


def text_writer(text: Iterable[str]) -> Writer:
    """Writes text, whole or in pieces, as UTF-8 with the same bytes on every machine."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines([text] if isinstance(text, str) else text)

    return write


def folder_writer(contents: Mapping[str, Iterable[str]]) -> Writer:
    """Writes a folder with these files."""

    def write(path: Path) -> None:
        path.mkdir()
        for name, content in contents.items():
            text_writer(content)(path / name)

    return write


def _put(made: Path, target: Path) -> None:
    """Put a file or folder in its place. An older folder is moved aside first, back if that fails."""
    if not made.is_dir() or not target.exists():
        made.replace(target)
        return
    older = target.replace(made.with_name("older"))
    try:
        made.replace(target)
    except OSError:
        older.replace(target)
        raise


def _stage(target: Path, writer: Writer, cleaning: ExitStack) -> Path:
    """Have the file written under its own name in a fresh folder beside the target."""
    try:
        folder = Path(mkdtemp(prefix=".subvent-", dir=target.parent))
    except OSError as error:
        told = diagnostic("cli.folder-not-writable", path=target, folder=target.parent)
        raise SubventError(told) from error
    cleaning.callback(_remove, folder)
    made = folder / target.name
    try:
        writer(made)
    except OSError as error:
        raise _unwritable(target, error) from error
    return made


def _remove(folder: Path) -> None:
    rmtree(folder, ignore_errors=True)


def _unwritable(path: Path, error: OSError) -> SubventError:
    if isinstance(error, PermissionError):
        return SubventError(diagnostic("cli.file-held-open", path=path))
    return SubventError(diagnostic("cli.cannot-write", path=path, reason=refusal(error)))


def _same(path: Path, other: Path) -> bool:
    """Whether two paths name one file, though they may be spelled differently or be linked."""
    with suppress(OSError):
        if path.samefile(other):
            return True
    return where(path) == where(other)


def where(path: Path) -> str:
    """The one spelling of a path, links followed as far as they lead somewhere: they may lead in circles."""
    return os.path.normcase(os.path.realpath(path))
