"""Every message has a test that causes it, and stands in `messages.report` as it is told there."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

STORED = Path("tests/messages.report")
PARTS = ("zh", "way_out_zh", "en", "way_out_en")


def stored() -> Iterator[tuple[str, str, list[str]]]:
    """Code, test and words of each message stored."""
    for block in STORED.read_text(encoding="utf-8").strip().split("\n\n"):
        head, *words = block.split("\n")
        code, _, test = head.partition("  ")
        yield code, test, [word.strip() for word in words]


def catalogue() -> dict[str, dict[str, str]]:
    """All messages, as they are kept."""
    found: dict[str, dict[str, str]] = {}
    for entry in files("subvent").joinpath("messages").iterdir():
        found |= tomllib.loads(entry.read_text(encoding="utf-8"))
    return found


def test_every_message_is_stored_once() -> None:
    """No code lacks a test, has two, or is stored though it is gone."""
    assert Counter(code for code, _, _ in stored()) == Counter(list(catalogue()))


def test_each_names_a_test() -> None:
    """The file of the test is there, and has a function of its name."""
    for code, test, _ in stored():
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in Path(file).read_text(encoding="utf-8"), code


def test_what_is_stored_is_the_message() -> None:
    """The words are those of the code in both languages, every place filled in, nothing beside them."""
    said = catalogue()
    for code, _, words in stored():
        assert len(words) == len(PARTS), code
        for part, told in zip(PARTS, words, strict=True):
            text = " ".join(said[code][part].split("\n"))
            pattern = "(.*)".join(map(re.escape, re.split(r"\{[^}]*\}", text)))
            assert re.fullmatch(pattern, told), (code, told)
            assert told.isprintable(), (code, told)
