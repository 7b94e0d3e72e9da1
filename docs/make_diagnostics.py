"""Writes docs/diagnostics.md: every message subvent can give, with its way out, from the catalogue itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

_MESSAGES = Path(__file__).parents[1] / "solver" / "subvent" / "messages"
_TARGET = Path(__file__).with_name("diagnostics.md")
_INTRODUCTION = """\
# Diagnostics

Every message of subvent has a stable code. This page is written by `make docs` from
`solver/subvent/messages/`; words in braces are filled in with what was found.
"""


def page() -> str:
    """The whole page, one table a file of messages."""
    sections = [_section(path) for path in sorted(_MESSAGES.glob("*.toml"))]
    return "\n".join([_INTRODUCTION, *sections])


def _section(path: Path) -> str:
    messages = tomllib.loads(path.read_text(encoding="utf-8"))
    rows = [
        f"| `{code}` | {_both(texts, 'zh', 'en')} | {_both(texts, 'way_out_zh', 'way_out_en')} |"
        for code, texts in sorted(messages.items())
    ]
    return "\n".join(
        [f"## {path.stem}", "", "| code | what is wrong | way out |", "|---|---|---|", *rows, ""]
    )


def _both(texts: Mapping[str, str], chinese: str, english: str) -> str:
    return f"{_cell(texts[chinese])}<br>{_cell(texts[english])}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    _TARGET.write_text(page(), encoding="utf-8", newline="\n")
