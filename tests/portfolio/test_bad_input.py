"""Bad files get one complete report: every fault with its code, its place and its way out.

The reports stand beside the files as `NAME.report`. SUBVENT_WRITE_REPORTS=1 writes them anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from subvent.diagnostics import Diagnostic, InputError
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary

BAD = Path(__file__).parent / "bad"
FILES = sorted(path.name for path in BAD.iterdir() if path.suffix != ".report")


def report(found: tuple[Diagnostic, ...]) -> str:
    """The diagnostics as stored: code and place, then what is wrong and the way out in both languages."""
    lines: list[str] = []
    for d in found:
        lines += [f"{d.severity} {d.code} {d.place}"]
        lines += [f"  {text}" for text in (d.what.zh, d.way_out.zh, d.what.en, d.way_out.en)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_gets_its_report(
    name: str, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is reported of a file is what its stored report says."""
    monkeypatch.chdir(BAD)
    with pytest.raises(InputError) as caught:
        read_portfolio(Path(name), vocabulary)
    told = report(caught.value.diagnostics)
    stored = BAD / f"{name}.report"
    if os.environ.get("SUBVENT_WRITE_REPORTS"):
        stored.write_text(told, encoding="utf-8")
    assert told == stored.read_text(encoding="utf-8")
    assert caught.value.exit_status == 1
    assert told.isprintable() or all(line.isprintable() for line in told.splitlines())


def test_a_missing_file_is_told_its_nearest(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A slip in a file's name is answered with the file that was probably meant."""
    (tmp_path / "group.yaml").touch()
    with pytest.raises(InputError) as caught:
        read_portfolio(tmp_path / "gruop.yaml", vocabulary)
    (found,) = caught.value.diagnostics
    assert found.code == "portfolio.no-file"
    assert "group.yaml" in found.way_out.en


def test_a_file_that_may_not_be_read_is_called_so(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the right to read, the file is named, and the way to the right."""
    path = tmp_path / "group.yaml"
    path.write_text("unit: 元", encoding="utf-8")

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(self), None, mode)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.place)) == ("portfolio.not-permitted", str(path))
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("name", ["folder.yaml", "folder"])
def test_a_folder_is_no_file(tmp_path: Path, vocabulary: Vocabulary, name: str) -> None:
    """A folder is called a folder, whatever its name ends in."""
    (tmp_path / name).mkdir()
    with pytest.raises(InputError) as caught:
        read_portfolio(tmp_path / name, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["portfolio.is-directory"]


def test_a_file_too_large_is_not_read(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit on size holds before anything is parsed."""
    monkeypatch.setattr("subvent.portfolio.text_reader.LARGEST_FILE", 2**20)
    path = tmp_path / "large.json"
    path.write_bytes(b"[" * (2**20 + 1))
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["portfolio.too-large"]


def test_too_many_values_are_refused(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit on values holds for JSON, too."""
    monkeypatch.setattr("subvent.portfolio.json_reader.MOST_CELLS", 100)
    path = tmp_path / "many.json"
    path.write_text(f"[{','.join(['1'] * 200)}]")
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["portfolio.too-many-cells"]


HEAD = '"unit": "万元", "as_of": "2025-05-06", "horizon": [2025]'
MANY = ", ".join(["1"] * 5)
KEYS = ", ".join(f'"k{n}": 1' for n in range(5))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"[{MANY}]", "not-a-portfolio"),
        (f'{{{HEAD}, "projects": [{MANY}]}}', "too-long-list"),
        (f'{{{HEAD}, "projects": [{{"id": "P", "kinds": [{MANY}]}}]}}', "too-long-list"),
        (f'{{{HEAD}, "projects": [{{"id": "P", "kinds": [{", ".join(["{}"] * 5)}]}}]}}', "too-long-list"),
        (f'{{"unit": "万元", "horizon": [{MANY}]}}', "too-long-list"),
        (f"{{{HEAD}, {KEYS}}}", "too-long-list"),
        (f'{{{HEAD}, "projects": [{{{KEYS}}}]}}', "too-long-list"),
    ],
    ids=["rows alone", "no rows", "in a row", "maps in a row", "a setting", "settings", "a row"],
)
@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_more_values_than_any_list_has_are_refused_while_reading(
    tmp_path: Path,
    vocabulary: Vocabulary,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    code: str,
    suffix: str,
) -> None:
    """Each would be an error by itself: the file is refused before they fill the memory."""
    for reader in ("json_reader", "yaml_reader"):
        monkeypatch.setattr(f"subvent.portfolio.{reader}.LONGEST_LIST", 4)
    path = tmp_path / f"many.{suffix}"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == [f"portfolio.{code}"]


def test_rows_are_not_counted_among_values(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list has as many rows as there are, whichever way it is read."""
    for reader in ("json_reader", "yaml_reader"):
        monkeypatch.setattr(f"subvent.portfolio.{reader}.LONGEST_LIST", 4)
    rows = ", ".join(f'{{"id": "C{n}"}}' for n in range(9))
    for suffix in ("json", "yaml"):
        path = tmp_path / f"rows.{suffix}"
        path.write_text(f'{{{HEAD}, "companies": [{rows}]}}', encoding="utf-8")
        assert len(read_portfolio(path, vocabulary).rows["companies"]) == 9


@pytest.mark.parametrize(("most", "told"), [(1000, 600), (100, 101)])
def test_hundreds_of_errors_are_all_told_and_too_many_end_the_check(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, most: int, told: int
) -> None:
    """A wrong cell in each of 300 rows, and an applicant who is not there; beyond the limit that it ends."""
    monkeypatch.setattr("subvent.portfolio.validate.MOST_FAULTS", most)
    row = '{{"id": "P{0}", "applicant": "A", "kinds": ["smart"], "completed": "maybe"}}'
    rows = ", ".join(row.format(n) for n in range(300))
    path = tmp_path / "wrong.json"
    path.write_text(f'{{{HEAD}, "projects": [{rows}]}}', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_portfolio(path, vocabulary)
    codes = [d.code for d in caught.value.diagnostics]
    assert len(codes) == told
    assert ("portfolio.more-faults" in codes) == (most < told)
