"""Files of every format mean what they say, and what is unusual in them is remarked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from subvent.diagnostics import Diagnostic, InputError, Place, diagnostic
from subvent.portfolio import text_reader
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.types import Cell, Portfolio, RawPortfolio, RawRow
from subvent.portfolio.vocabulary import Vocabulary

Read = Callable[..., Portfolio]
HEAD = "unit: 万元\nas_of: 2025-05-06\nhorizon: [2025]\n"


def test_numbers_are_those_of_the_text(read: Read) -> None:
    """500.01 is 500.01, 0610 keeps its zero, an id of digits keeps its text, `no` is a word."""
    portfolio = read(
        HEAD + "companies:\n- {id: no, industry_code: 0610}\n- {id: 007, name: 1.50}\n"
        "projects: [{id: P, applicant: no, audited_cost: 500.01, rd_cost: 0.1e3}]\n"
    )
    first, second = portfolio.rows["companies"]
    assert (first.id, first.fields["name"]) == ("007", "1.50")
    assert (second.id, second.fields["industry_code"]) == ("no", "0610")
    project = portfolio.rows["projects"][0].fields
    assert (project["audited_cost"], project["rd_cost"]) == (Decimal("500.01"), Decimal(100))


def test_what_is_blank_states_nothing(read: Read) -> None:
    """Null, empty text and an empty entry of a map are as if they were not there."""
    portfolio = read(
        HEAD + "companies:\n- {id: A, name: , city: '', high_tech: null, established: ' ',\n"
        "   energy_tce: {2023: , 2024: 5}}\n"
        "projects:\nloans: null\n"
    )
    (company,) = portfolio.rows["companies"]
    assert company.fields == {"id": "A", "energy_tce": {2024: 5}}
    assert portfolio.rows["projects"] == ()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_files_are_read(read: Read, ending: str, mark: bytes) -> None:
    """A byte order mark and Windows line ends change nothing."""
    text = (HEAD + "companies: [{id: 甲}]\n").replace("\n", ending)
    assert read(mark + text.encode()).rows["companies"][0].id == "甲"


def test_anchors_that_do_not_explode_are_followed(read: Read) -> None:
    """A value that is referred to stands wherever it is referred to."""
    portfolio = read(HEAD + "companies: [{id: A, energy_tce: &e {2024: 5}}, {id: B, energy_tce: *e}]\n")
    assert [row.fields["energy_tce"] for row in portfolio.rows["companies"]] == [{2024: 5}, {2024: 5}]


def test_block_text_and_quotes_are_text(read: Read) -> None:
    """Quoted and block scalars are never numbers or truth values."""
    portfolio = read(
        HEAD + "companies:\n- id: '1'\n  name: |\n    true\n- {id: \"null\", name: '2025-01-01'}\n"
    )
    assert [(row.id, row.fields["name"]) for row in portfolio.rows["companies"]] == [
        ("1", "true"),
        ("null", "2025-01-01"),
    ]


def test_json_numbers_and_escapes(read: Read) -> None:
    """JSON keeps decimals exact, decodes escapes, and takes an integer as id."""
    text = '{"unit":"\\u5143","as_of":"2025-05-06","horizon":[2025],"companies":[{"id":7}],'
    text += '"projects":[{"id":"\\"P\\"","applicant":7,"audited_cost":12345678.91}]}'
    (project,) = read(text, ".json").rows["projects"]
    assert (project.id, project.fields["applicant"]) == ('"P"', "7")
    assert project.fields["audited_cost"] == Decimal("1234.567891")
    assert project.place.line == 1


def test_rows_stand_in_order_of_id_and_know_their_line(read: Read) -> None:
    """The order of the file is gone from the rows, and kept in their places."""
    rows = read(HEAD + "companies:\n- id: B\n- id: A\n  established: 2020-01-01\n").rows["companies"]
    assert [(row.id, row.place.line) for row in rows] == [("A", 6), ("B", 5)]
    assert rows[0].fields["established"] == date(2020, 1, 1)
    assert (rows[0].places["established"].line, rows[0].places["established"].column) == (7, 16)


def test_history_goes_by_its_content(read: Read) -> None:
    """A row of history has an id that depends on what it says, not on where it stands."""
    one = "{applicant: A, subject: P, benefit: smart, year: 2023, status: refused}"
    two = "{applicant: A, subject: P, benefit: 智能化改造, year: 2024, status: 已获批}"
    forth = read(f"{HEAD}companies: [{{id: A}}]\nhistory: [{one}, {two}]\n").rows["history"]
    back = read(f"{HEAD}companies: [{{id: A}}]\nhistory: [{two}, {one}]\n").rows["history"]
    assert [row.id for row in forth] == [row.id for row in back]
    assert len({row.id for row in forth}) == 2


def test_unusual_statements_are_remarked(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A sector outside the usual ones and an old subject that is not in the file are warnings."""
    path = tmp_path / "p.yaml"
    path.write_text(
        HEAD + "companies: [{id: A, traditional_sector: 家俱}, {id: B, traditional_sector: 家具}]\n"
        "projects: [{id: P10, applicant: A, kinds: [major]}]\n"
        "history: [{applicant: A, subject: P1O, benefit: smart, year: 2024, status: filed}]\n",
        encoding="utf-8",
    )
    _, told = read_with_remarks(path, vocabulary)
    assert [(d.code, d.severity) for d in told] == [
        ("portfolio.unusual-text", "warning"),
        ("portfolio.outside-file", "warning"),
    ]
    assert "家具" in told[0].way_out.zh
    assert "P10" in told[1].way_out.en


def test_what_resembles_nothing_has_no_nearest_name(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """An old subject may be called anything."""
    path = tmp_path / "p.yaml"
    history = "history: [{applicant: A, subject: old, benefit: smart, year: 2024, status: filed}]\n"
    path.write_text(f"{HEAD}companies: [{{id: A}}]\n{history}", encoding="utf-8")
    told = read_with_remarks(path, vocabulary)[1][-1]
    assert told.code == "portfolio.outside-file"
    assert told.way_out.zh == "旧的申报可以如此；如是笔误，改为文件中的编号"


@pytest.mark.parametrize(("code", "told"), [("0022", True), ("0110", False), ("9800", False), ("9910", True)])
def test_a_code_that_no_edition_has_is_remarked(
    tmp_path: Path, vocabulary: Vocabulary, code: str, *, told: bool
) -> None:
    """Codes begin with one of the divisions there are; which follow differs, and is nobody's slip."""
    path = tmp_path / "p.yaml"
    path.write_text(f'{HEAD}companies: [{{id: A, industry_code: "{code}"}}]\n', encoding="utf-8")
    _, found = read_with_remarks(path, vocabulary)
    remarked = [one for one in found if one.code == "portfolio.no-such-code"]
    assert [(one.severity, one.place and one.place.column) for one in remarked] == [("warning", 36)] * told
    assert all("01 至 98" in one.what.zh and code in one.what.en for one in remarked)


def test_faults_of_a_workbook_are_reported_with_those_of_its_content(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the reader of workbooks told and what is wrong with the rest come in one report, each once."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"PK")
    place = Place(str(path), sheet="公司", cell="B10")

    def read_workbook(file: Path, _: Vocabulary, problems: list[Diagnostic]) -> RawPortfolio:
        problems.append(diagnostic("portfolio.not-a-number", place, shown="#DIV/0!"))
        rows = (
            RawRow(place, {"id": Cell(None, place)}),
            RawRow(
                place,
                {"id": Cell("A", place), "parent": Cell("Z", Place(str(file), sheet="公司", cell="C9"))},
            ),
        )
        return RawPortfolio(str(file), RawRow(place, {}), {"companies": rows, "projects": ()})

    monkeypatch.setattr("subvent.portfolio.xlsx_reader.read_workbook", read_workbook)
    with pytest.raises(InputError) as caught:
        text_reader.read_portfolio(path, vocabulary)
    told = [(d.code, d.place.cell if d.place else "") for d in caught.value.diagnostics]
    assert ("portfolio.not-a-number", "B10") in told
    assert ("portfolio.no-such-row-alone", "C9") in told
    assert sum(d.code == "xlsx.missing-cell" for d in caught.value.diagnostics) == 3
    assert told.index(("portfolio.no-such-row-alone", "C9")) < told.index(("portfolio.not-a-number", "B10"))


def test_thousands_of_faults_are_told_quickly(read: Read) -> None:
    """The search for what was meant stops after a while; the faults are told all the same."""
    rows = [{"id": f"P{i}", "applicant": f"C{i}", f"key{i}": 1} for i in range(1500)]
    data = {
        "unit": "元",
        "as_of": "2025-01-01",
        "horizon": [2025],
        "companies": [{"id": "A"}],
        "projects": rows,
    }
    with pytest.raises(InputError) as caught:
        read(json.dumps(data), ".json")
    assert len(caught.value.diagnostics) == 3000
