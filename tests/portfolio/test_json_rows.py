"""The rows of a JSON file read by Python's own decoder are those that the slower reader with places finds."""

from __future__ import annotations

import pickle
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from subvent.diagnostics import InputError
from subvent.portfolio import text_reader
from subvent.portfolio.json_reader import read_rows
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.vocabulary import Vocabulary

TEXT = """{"unit": "万元", "as_of": "2025-05-06", "horizon": [2025, 2026],
 "companies": [
  {"id": "甲", "high_tech": true, "energy_tce": {"2023": 5.50, "2024": 1e3}, "established": null},
  {"id": "B\\u0042", "name": " ", "industry_code": "0610"}],
 "projects": [{"id": "P", "applicant": "甲", "kinds": ["smart", "major"],
   "filing_years": [2025], "shared_cost": {"Q": 0.5}, "audited_cost": 500.01}, {"id": "Q", "applicant": "Z"}]
}
"""


def outcome(path: Path, vocabulary: Vocabulary) -> object:
    """What reading a file gives: the portfolio and the remarks, or the faults; all with their places."""
    try:
        return read_with_remarks(path, vocabulary)
    except InputError as error:
        return error.diagnostics


@pytest.fixture
def both(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], tuple[object, object]]:
    """What a text gives, and what it gives when every row is read with its places at once."""

    def read(text: str) -> tuple[object, object]:
        path = tmp_path / "portfolio.json"
        path.write_text(text, encoding="utf-8")
        quick = outcome(path, vocabulary)
        with monkeypatch.context() as patch:
            patch.setattr(text_reader, "read_rows", lambda *_: None)
            return quick, outcome(path, vocabulary)

    return read


def test_rows_are_read_by_the_decoder(vocabulary: Vocabulary) -> None:
    """An ordinary file needs no slower reader."""
    assert read_rows(TEXT, "file", vocabulary.lists) is not None


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("500.01", "1e999999999999999999999"),
        TEXT.replace("500.01", "NaN"),
        TEXT.replace("500.01", "00.5"),
        TEXT.replace('"applicant": "Z"', '"applicant": "Z", "id": "Q"'),
        TEXT.replace('"projects"', '"companies"'),
        TEXT.replace('"Z"', '"' + "\\ud800" + '"'),
        TEXT.replace('"Z"', '"' + "[" * 50 + '"'),
        TEXT.replace('"Z"', "[" * 50 + "]" * 50),
        TEXT.replace('{"Q": 0.5}', '{"Q": {"a": {"b": 1}}}'),
        TEXT.replace('"Z"}]', '"Z"}],'),
        TEXT.replace('"Z"}]', '"Z"}, 5]'),
        TEXT.replace('"projects": [', '"loans": [], "projects": ['),
        TEXT.replace('"projects": [', '"loans": null, "projects": ['),
        "[]",
        "{}",
    ],
)
def test_what_is_unusual_is_told_as_ever(text: str, both: Callable[[str], tuple[object, object]]) -> None:
    """Faults, remarks and places are the same either way."""
    quick, slow = both(text)
    assert quick == slow


@pytest.mark.parametrize("seed", range(20))
def test_another_process_knows_the_places(
    seed: int, tmp_path: Path, vocabulary: Vocabulary, both: Callable[[str], tuple[object, object]]
) -> None:
    """Rows go there as they are written; where their fields stand in the file is found all the same."""
    rng = random.Random(seed)
    breaks = ("", " ", "\n", "\r\n  ", "\n\n")
    text = re.sub(r"(?<=[:,{\[]) *", lambda _: rng.choice(breaks), TEXT.replace("\n", ""))
    text = text.replace('"Z"', '"甲"')
    path = tmp_path / "portfolio.json"
    path.write_text(text, encoding="utf-8")
    portfolio, _ = read_with_remarks(path, vocabulary)
    assert pickle.loads(pickle.dumps(portfolio)) == portfolio  # noqa: S301 - our own
    quick, slow = both(text)
    assert quick == slow


@pytest.mark.parametrize("seed", range(200))
def test_slips_of_the_pen_are_told_as_ever(seed: int, both: Callable[[str], tuple[object, object]]) -> None:
    """A few characters left out, doubled or put in change both readings alike."""
    rng = random.Random(seed)
    text = TEXT
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(text))
        put = rng.choice(("", text[at] * 2, '"', ",", "}", "0", "x", " ", "\\", "]", "-", ".", "null"))
        text = text[:at] + put + text[at + 1 :]
    quick, slow = both(text)
    assert quick == slow
