"""What is valid and yet surely a slip is named, with its place and its way out; the plan goes on.

The reports stand beside the files as `NAME.report`. SUBVENT_WRITE_REPORTS=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.vocabulary import Vocabulary

from .test_bad_input import report

UNUSUAL = Path(__file__).parent / "unusual"
FILES = sorted(path.name for path in UNUSUAL.iterdir() if path.suffix != ".report")


@pytest.mark.parametrize("name", FILES)
def test_an_unusual_file_gets_its_warnings(
    name: str, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loan of no project, a lease of nothing, an honour of no year, holes, swapped amounts, no project."""
    monkeypatch.chdir(UNUSUAL)
    _, told = read_with_remarks(Path(name), vocabulary)
    assert {found.severity for found in told} == {"warning"}
    stored = UNUSUAL / f"{name}.report"
    if os.environ.get("SUBVENT_WRITE_REPORTS"):
        stored.write_text(report(told), encoding="utf-8")
    assert report(told) == stored.read_text(encoding="utf-8")
