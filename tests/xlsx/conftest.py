"""A vocabulary with a few benefits, as packs would give it."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Text
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.vocabulary_loader import load_vocabulary

BENEFITS = [
    ("major", Text("重大技术改造", "major renovation"), "projects"),
    ("smart", Text("智能化改造", "smart"), "projects"),
    ("iiot-platform", Text("工业互联网平台", "IIoT platform"), "projects"),
    ("interest", Text("贴息", "interest"), "loans"),
]


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The base vocabulary with four benefits."""
    return load_vocabulary((), BENEFITS)
