"""A vocabulary with a few benefits, as packs would give it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from subvent.diagnostics import Text
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.vocabulary_loader import load_vocabulary

BENEFITS = [
    ("major", Text("重大技术改造", "major renovation"), "projects"),
    ("smart", Text("智能化改造", "smart"), "projects"),
    ("iiot-platform", Text("工业互联网平台", "IIoT platform"), "projects"),
    ("interest", Text("贴息", "interest"), "loans"),
]

Read = Callable[..., Portfolio]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The base vocabulary with four benefits."""
    return load_vocabulary((), BENEFITS)


@pytest.fixture
def read(tmp_path: Path, vocabulary: Vocabulary) -> Read:
    """Reads a portfolio from its text."""

    def reader(text: str | bytes, suffix: str = ".yaml") -> Portfolio:
        path = tmp_path / f"portfolio{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_portfolio(path, vocabulary)

    return reader
