"""The empty workbook explains itself and reads back; a filled one states what it was filled with."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from subvent.diagnostics import Diagnostic, InputError, SubventError
from subvent.portfolio import xlsx_output
from subvent.portfolio.facts import facts
from subvent.portfolio.template import write_portfolio, write_template
from subvent.portfolio.text_reader import read_portfolio, read_raw
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.xlsx_reader import read_workbook

GROUP = """
unit: 万元
as_of: 2025-05-06
horizon: [2025, 2026]
contacts: {2025: 2, 2026: 1}
fund_ceilings: {2025: 20亿元}
smart_tiers: {0: 15, 5000: 20}
honour_amounts: {绿色工厂: {国家: 50, 省: 20}}
companies:
  - {id: H, name: 控股, established: 1999-01-01}
  - id: A
    name: "=1+1"
    industry_code: "0610"
    parent: H
    good_standing: true
    above_scale: false
    energy_tce: {2022: 900, 2023: 1000.5, 2024: 0.000001}
    fiscal_contribution: {2014: {province: 90, city: 70.01}, 2015: {county: 65}}
    contact: {person: 王某, phone: "0755-12345678"}
  - {id: "007", traditional_sector: 家具}
projects:
  - {id: P1, applicant: A, kinds: [smart, iiot-platform], filing_years: [2025, 2026],
     total_investment: 6.2亿元, audited_cost: 62000.355001, start: 2022-03-01, completed: true,
     shared_cost: {P2: 1000, "3": 0.01}}
  - {id: P2, applicant: H, kinds: [major], total_investment: 9999999.999999, soft_cost: 0}
  - {id: "3", applicant: "007", green_track: energy, energy_saving_tce: 49.99}
loans:
  - {id: L1, borrower: A, kind: lease, projects: [P1, "3"], interest_paid: {2024: 400, 2026: 12.34}}
honours:
  - {id: W1, holder: H, title: 绿色工厂, level: national, year: 2025, first_time: true}
equipment:
  - {id: E1, owner: A, unit_price: 500元, bought_on: 2024-01-01}
history:
  - {applicant: A, subject: P0, benefit: smart, year: 2024, status: granted, amount: 800}
"""


def _atoms(path: Path, vocabulary: Vocabulary) -> list[str]:
    return [fact.atom for fact in facts(read_portfolio(path, vocabulary), vocabulary, {})]


@pytest.mark.parametrize("unit", ["万元", "元", "亿元"])
def test_a_portfolio_survives_as_a_workbook(tmp_path: Path, vocabulary: Vocabulary, unit: str) -> None:
    """YAML written as a workbook reads back as the same facts, in every money unit."""
    text = tmp_path / "group.yaml"
    # Bare amounts below a yuan's unit must be whole fen, so their size goes with the unit.
    text.write_text(GROUP if unit == "万元" else _in(unit), encoding="utf-8")
    book = tmp_path / "group.xlsx"
    write_portfolio(book, vocabulary, read_raw(text, vocabulary))
    assert _atoms(book, vocabulary) == _atoms(text, vocabulary)


def _in(unit: str) -> str:
    """The group with amounts that are whole fen in any unit."""
    changed = GROUP.replace("unit: 万元", f"unit: {unit}")
    smaller = {
        "62000.355001": "620.35",
        "9999999.999999": "999",
        "12.34": "12.3",
        "70.01": "70.1",
        "5000: 20": "5: 20",
    }
    for old, new in smaller.items():
        changed = changed.replace(old, new)
    return changed


def test_plain_data_can_be_written(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Settings and lists as plain data make a workbook too; numbers keep their digits."""
    plain: Mapping[str, object] = {
        "unit": "万元",
        "as_of": date(2025, 5, 6),
        "horizon": [2025],
        "companies": [{"id": "A"}],
        "projects": [
            {"id": "P", "applicant": "A", "total_investment": Decimal("0.1"), "audited_cost": 7},
        ],
    }
    path = tmp_path / "g.xlsx"
    write_portfolio(path, vocabulary, plain)
    project = read_portfolio(path, vocabulary).rows["projects"][0]
    assert project.fields["total_investment"] == Decimal("0.1")
    assert project.fields["audited_cost"] == 7


@pytest.mark.parametrize(
    "row",
    [
        {"id": "A\x1b[31m"},
        {"id": "A", "name": "_x0041_"},
        {"id": "A", "name": "长" * 40_000},
        {"id": "A", "energy_tce": {2024: "很多"}, "contact": {"person": "\ud800"}},
    ],
)
def test_what_no_cell_can_hold_is_refused(
    tmp_path: Path, vocabulary: Vocabulary, row: dict[str, object]
) -> None:
    """A value that would read back as another one is an error, and leaves no file."""
    path = tmp_path / "g.xlsx"
    with pytest.raises(InputError, match="unwritable-value"):
        write_portfolio(path, vocabulary, {"companies": [row]})
    assert list(tmp_path.iterdir()) == []


def test_an_id_with_a_separator_is_refused_in_a_list(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """An id that the reader would take for two cannot stand in a list of ids."""
    plain = {"loans": [{"id": "L", "borrower": "A", "projects": ["P、Q"]}]}
    with pytest.raises(InputError, match="unwritable-value"):
        write_portfolio(tmp_path / "g.xlsx", vocabulary, plain)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Path:
    """An empty workbook."""
    path = tmp_path_factory.mktemp("template") / "group.xlsx"
    write_template(path, vocabulary)
    return path


def test_an_unfilled_template_says_so(template: Path, vocabulary: Vocabulary) -> None:
    """A template that nobody filled in is told from a portfolio."""
    with pytest.raises(InputError) as caught:
        read_portfolio(template, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.only-examples"]


def test_a_filled_template_is_a_portfolio(template: Path, vocabulary: Vocabulary, tmp_path: Path) -> None:
    """Rows typed below the examples are read, the examples are not."""
    made = openpyxl.load_workbook(template)
    made["公司"]["A3"] = "A"
    made["项目"]["A3"], made["项目"]["C3"] = "P1", "A"
    path = tmp_path / "mine.xlsx"
    made.save(path)
    remarks: list[Diagnostic] = []
    read_workbook(path, vocabulary, remarks)
    assert {d.code for d in remarks} == {"xlsx.example-row"}
    rows = read_portfolio(path, vocabulary).rows
    assert {name: [row.id for row in found] for name, found in rows.items() if found} == {
        "companies": ["A"],
        "projects": ["P1"],
    }


def test_the_example_rows_are_a_valid_portfolio(
    template: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    """With their mark taken off, the example rows are valid data, whatever the vocabulary's types."""
    made = openpyxl.load_workbook(template)
    for sheet in made:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and sheet.title != "填写说明":
                    cell.value = cell.value.replace("示例", "X")
    path = tmp_path / "mine.xlsx"
    made.save(path)
    portfolio = read_portfolio(path, vocabulary)
    assert all(len(portfolio.rows[name]) == 1 for name in vocabulary.lists)


def test_the_example_row_does_not_contradict_its_help(template: Path) -> None:
    """What only a lease states is left blank in the example of a loan."""
    header, example = openpyxl.load_workbook(template)["贷款"].iter_rows(max_row=2, values_only=True)
    stated = dict(zip(header, example, strict=True))
    assert (stated["融资方式"], stated["租赁设备"]) == ("贷款", None)


def test_the_template_helps(template: Path, vocabulary: Vocabulary) -> None:
    """Each sheet has a frozen header with help on every column, drop-downs, and text where codes stand."""
    made = openpyxl.load_workbook(template)
    assert made.sheetnames == ["填写说明", "设置", *(spec.sheet for spec in vocabulary.lists.values())]
    for spec in vocabulary.lists.values():
        sheet = made[spec.sheet]
        assert sheet.freeze_panes == "B2"
        assert all(cell.comment is not None for cell in sheet[1])
    projects = made["项目"]
    columns = {cell.value: cell.column_letter for cell in projects[1]}
    rules = {str(rule.sqref).partition(":")[0]: rule for rule in projects.data_validations.dataValidation}
    assert rules[f"{columns['已完工']}2"].formula1 == '"是,否"'
    assert rules[f"{columns['申报单位']}2"].formula1 == "'公司'!$A$2:$A$2001"
    assert rules[f"{columns['开工日期']}2"].type == "date"
    assert made["公司"].column_dimensions["F"].width > 8
    helps = {row[0].value: str(row[2].value) for row in made["设置"].iter_rows()}
    assert helps["2025年专项资金年度总额（万元）"].endswith("例：200000")
    assert helps["智能化改造分档比例（%）"].endswith("例：0=15、5000=20")
    code = next(cell for cell in made["公司"][1] if cell.value == "行业代码")
    assert made["公司"].cell(2, code.column).number_format == "@"
    assert projects[f"{columns['开工日期']}2"].number_format == "yyyy-mm-dd"


def test_no_text_becomes_a_formula(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A name that begins with =, +, - or @ stays a text in the file itself."""
    path = tmp_path / "g.xlsx"
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "http://a.b", "12"]
    write_portfolio(path, vocabulary, {"companies": [{"id": str(i), "name": n} for i, n in enumerate(names)]})
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            assert not (part.startswith("xl/worksheets/sheet") and b"<f>" in archive.read(part))
    sheet = openpyxl.load_workbook(path)["公司"]
    assert [(sheet.cell(row, 2).value, sheet.cell(row, 2).data_type) for row in range(2, 8)] == [
        (name, "s") for name in names
    ]


def test_the_same_content_gives_the_same_bytes(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Two templates do not differ, whenever they are made."""
    write_template(tmp_path / "a.xlsx", vocabulary)
    write_template(tmp_path / "b.xlsx", vocabulary)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_existing_file_is_kept(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A template is not written over a file unless asked for, and never half."""
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"mine")
    with pytest.raises(SubventError) as caught:
        write_template(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.exists"]
    assert path.read_bytes() == b"mine"
    write_template(path, vocabulary, overwrite=True)
    assert path.read_bytes().startswith(b"PK")
    assert [p.name for p in tmp_path.iterdir()] == ["g.xlsx"]


@pytest.mark.parametrize(
    ("error", "code"),
    [(PermissionError(13, "denied"), "xlsx.held-open"), (OSError(28, "full"), "xlsx.cannot-write")],
)
def test_a_file_held_open_is_an_error_that_says_so(
    tmp_path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str
) -> None:
    """When the finished file cannot take its place, the old one stays and nothing is left behind."""
    path = tmp_path / "g.xlsx"
    path.write_bytes(b"mine")

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(xlsx_output.Path, "replace", refuse)
    with pytest.raises(SubventError) as caught:
        write_template(path, vocabulary, overwrite=True)
    assert [d.code for d in caught.value.diagnostics] == [code]
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("g.xlsx", b"mine")]


def test_a_missing_folder_is_an_error(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A target in a folder that does not exist is refused with a message."""
    with pytest.raises(SubventError) as caught:
        write_template(tmp_path / "no" / "g.xlsx", vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.cannot-write"]


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX")
def test_others_may_read_the_file(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The file has the mode that any new file has, not that of a temporary one."""
    path, plain = tmp_path / "g.xlsx", tmp_path / "plain"
    write_template(path, vocabulary)
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode
