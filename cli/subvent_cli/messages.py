"""Diagnostics on stderr: as text for people, one JSON object for programs. Results never come here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress

import click

from subvent.diagnostics import Diagnostic, Severity, Text
from subvent.display import harmless
from subvent_cli.session import Session

_SEVERITY: dict[Severity, tuple[Text, str]] = {
    "error": (Text("错误", "error"), "red"),
    "warning": (Text("警告", "warning"), "yellow"),
    "note": (Text("说明", "note"), "blue"),
}
_INDENT = "    "
_WAY_OUT = Text("办法", "way out")
_CITED = Text("依据", "cited")
_COUNT: dict[Severity, Text] = {
    "error": Text("{n} 处错误", "{n} error(s)"),
    "warning": Text("{n} 处警告", "{n} warning(s)"),
}


def report(diagnostics: Sequence[Diagnostic], session: Session, exit_status: int) -> None:
    """Write diagnostics to stderr in the form the session asks for.

    `exit_status` is what the command is about to end with; programs find it in the JSON object too.
    """
    text = as_json(diagnostics, exit_status) if session.json else as_text(diagnostics, session)
    with suppress(OSError):  # where stderr cannot be written either, the exit status is all there is to tell
        click.echo(text, err=True, color=session.colour)


def as_text(diagnostics: Sequence[Diagnostic], session: Session, columns: int = 0) -> str:
    """Diagnostics as lines of text: place, severity, what and code; below them the law and the way out.

    Lines are wrapped to so many columns (0: not at all). More than one error or warning are followed by
    a line that counts them.
    """
    lines = [line for d in diagnostics for line in _lines(d, session, columns)]
    if sum(d.severity in _COUNT for d in diagnostics) > 1:
        lines.append(_count(diagnostics, session))
    return "\n".join(lines)


def as_json(diagnostics: Iterable[Diagnostic], exit_status: int, **further: object) -> str:
    """Diagnostics as one JSON object, with their texts in both languages, and any further keys."""
    return json.dumps(
        {"exit_status": exit_status, "diagnostics": [_plain(d) for d in diagnostics], **further},
        ensure_ascii=False,
        indent=2,
    )


def _lines(d: Diagnostic, session: Session, columns: int) -> list[str]:
    name, colour = _SEVERITY[d.severity]
    language = session.language
    place = f"{harmless(str(d.place))}: " if d.place else ""
    severity = name.in_(language)
    lines = [f"{place}{severity}: {harmless(d.what.in_(language))} [{d.code}]"]
    if d.citation:
        cited = f"{d.citation.document} {d.citation.article}「{d.citation.phrase}」"
        lines.append(f"    {_CITED.in_(language)}: {harmless(cited)}")
    if d.way_out.in_(language):
        lines.append(f"    {_WAY_OUT.in_(language)}: {harmless(d.way_out.in_(language))}")
    if columns:
        lines = [piece for line in lines for piece in _wrapped(line, columns)]
    # Coloured last, for colours take no columns.
    head = lines[0].replace(f"{severity}:", click.style(severity, fg=colour, bold=True) + ":", 1)
    return [head, *lines[1:]]


def _wrapped(line: str, columns: int) -> list[str]:
    from subvent.explain.layout import wrap

    indented = line.startswith(_INDENT)
    return wrap(line.strip(), columns, _INDENT if indented else "", _INDENT)


def _count(diagnostics: Sequence[Diagnostic], session: Session) -> str:
    separator = Text("，", ", ").in_(session.language)
    counted = [
        text.in_(session.language).format(n=n)
        for severity, text in _COUNT.items()
        if (n := sum(d.severity == severity for d in diagnostics))
    ]
    return separator.join(counted)


def _plain(d: Diagnostic) -> dict[str, object]:
    plain: dict[str, object] = {
        "code": d.code,
        "severity": d.severity,
        "what": {"zh": d.what.zh, "en": d.what.en},
        "way_out": {"zh": d.way_out.zh, "en": d.way_out.en},
    }
    if d.place:
        place = d.place
        stated = {"file": place.file, "line": place.line, "column": place.column}
        stated |= {"sheet": place.sheet, "cell": place.cell}
        plain["place"] = {key: value for key, value in stated.items() if value}
    if d.citation:
        cited = d.citation
        plain["citation"] = {"document": cited.document, "article": cited.article, "phrase": cited.phrase}
    return plain
