"""Tables that a portfolio brings along: what is missing, upside down or misspelt in them is named."""

from pathlib import Path

import pytest
from tests.xlsx.books import SETTINGS, book, sheets

from subvent.diagnostics import Diagnostic, InputError
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.vocabulary import Vocabulary

HEAD = """\
unit: 万元
as_of: 2025-05-06
horizon: [2025]
companies: [{id: A}]
honours: [{id: W, holder: A, title: 星光称号, level: 国家, year: 2025, first_time: true}]
"""


def told(tmp_path: Path, vocabulary: Vocabulary, tables: str, unit: str = "万元") -> list[Diagnostic]:
    """What is remarked on a portfolio's tables."""
    path = tmp_path / "p.yaml"
    path.write_text(HEAD.replace("万元", unit) + tables, encoding="utf-8")
    remarks = read_with_remarks(path, vocabulary)[1]
    return [remark for remark in remarks if remark.code.startswith("portfolio.table-")]


@pytest.mark.parametrize(
    ("tables", "codes"),
    [
        ("smart_tiers: {0: 10, 1000: 15, 5000: 20}", []),
        ("smart_tiers: {0: 20, 5000: 20}", []),
        ("smart_tiers: {5000: 20, 0: 10}", []),
        ("smart_tiers: {0.000001: 10, 5000: 20}", ["begins"]),
        ("smart_tiers: {0: 20, 1000: 15, 5000: 10}", ["falls", "falls"]),
        ("smart_tiers: {1000: 20, 5000: 19.99}", ["begins", "falls"]),
        ("smart_tiers: {}", ["empty"]),
        ("honour_amounts: {绿色工厂: {国家: 50, 省: 20}}", []),
        ("honour_amounts: {星光称号: {国家: 50}}", []),
        ("honour_amounts: {绿色工场: {国家: 50}, 绿色园区: {国家: 50}}", ["unmatched"]),
        ("honour_amounts: {绿色工厂: {}}", ["empty"]),
        ("honour_amounts: {绿色工厂: {国家: 50}, 绿色园区: {}}", ["empty"]),
        ("contacts: {}", ["empty"]),
    ],
)
def test_tables_are_looked_through(
    tmp_path: Path, vocabulary: Vocabulary, tables: str, codes: list[str]
) -> None:
    """A gap below the first amount, values that fall, a stray key, and what is empty are warnings."""
    found = told(tmp_path, vocabulary, tables)
    assert [remark.code.removeprefix("portfolio.table-") for remark in found] == codes
    assert {(r.severity, r.place.line) for r in found if r.place} <= {("warning", 6)}
    assert all(remark.place for remark in found)


def test_a_rate_below_one_per_cent_is_told(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """0.15 in a table of per cent is 0.15 %, and probably meant to be 15 %; of money nothing is said."""
    (rate,) = told(tmp_path, vocabulary, "smart_tiers: {0: 0.15, 5000: 0.2}")
    assert rate.code == "portfolio.table-fraction"
    assert "写 15；" in rate.way_out.zh
    assert told(tmp_path, vocabulary, "smart_tiers: {0: 0, 5000: 1}") == []
    assert told(tmp_path, vocabulary, "honour_amounts: {绿色工厂: {国家: 0.5}}") == []


def test_the_way_out_names_what_was_meant(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The nearest title, and the amount that is missing, stand in the message, whatever the unit."""
    (title,) = told(tmp_path, vocabulary, "honour_amounts: {星光: {国家: 50}}")
    assert "“星光”" in title.what.zh
    assert "星光称号" in title.way_out.zh
    (gap,) = told(tmp_path, vocabulary, "smart_tiers: {'1000000': 15}", unit="元")
    assert "从 100 万元起" in gap.what.zh
    assert "from 0 万元" in gap.way_out.en


@pytest.mark.parametrize(
    ("tables", "code"),
    [
        ("smart_tiers: {0: 100.01}", "portfolio.out-of-range"),
        ("smart_tiers: {0: 10, 0万元: 12}", "portfolio.repeated-key"),
        ("honour_amounts: {绿色工厂: {国家: 50, national: 30}}", "portfolio.repeated-key"),
        ("honour_amounts: {绿色工厂: {国际: 50}}", "portfolio.unknown-choice"),
    ],
)
def test_what_no_table_can_hold_is_an_error(
    tmp_path: Path, vocabulary: Vocabulary, tables: str, code: str
) -> None:
    """A rate above a hundred per cent, one key in two spellings, and an unknown level are refused."""
    with pytest.raises(InputError) as caught:
        told(tmp_path, vocabulary, tables)
    assert [(fault.code, fault.place and fault.place.line) for fault in caught.value.diagnostics] == [
        (code, 6)
    ]


def test_a_workbook_is_remarked_by_sheet_and_cell(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """The same warning names the cell of the settings sheet."""
    rows = (*SETTINGS, ("智能化改造分档比例", "1000=15、5000=10"))
    found = read_with_remarks(book(tmp_path / "b.xlsx", sheets(设置=rows)), vocabulary)[1]
    places = {r.code: (r.place.sheet, r.place.cell) for r in found if r.place}
    assert places == {"portfolio.table-begins": ("设置", "B5"), "portfolio.table-falls": ("设置", "B5")}
