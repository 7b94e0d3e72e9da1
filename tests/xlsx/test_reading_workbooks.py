"""What a workbook states is read exactly, however its columns are called and its cells are typed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from subvent.diagnostics import Diagnostic, InputError
from subvent.portfolio.facts import facts
from subvent.portfolio.partly_read import PartlyReadError
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.portfolio.vocabulary_loader import load_vocabulary
from subvent.portfolio.xlsx_columns import Headers, header, offered_columns
from subvent.portfolio.xlsx_package import cell_name, cell_position, scan_package
from subvent.portfolio.xlsx_reader import read_workbook
from subvent.portfolio.xlsx_values import plain_portfolio

from .books import COMPANIES, PROJECTS, SETTINGS, Rows, book, repacked, sheets


def _project(path: Path, vocabulary: Vocabulary, header_text: str, value: object) -> object:
    """What the only project states in a column of this header."""
    rows: Rows = (("项目编号", "申报单位", header_text), ("P1", "A", value))
    raw = plain_portfolio(read_workbook(book(path / "g.xlsx", sheets(项目=rows)), vocabulary))
    projects = raw["projects"]
    assert isinstance(projects, list)
    return {key: found for key, found in projects[0].items() if key not in {"id", "applicant"}}


@pytest.mark.parametrize(
    ("cell", "field", "expected"),
    [
        (("总投资额（万元）", 500.01), "total_investment", "500.01万元"),
        (("总投资额(亿元)", 6.2), "total_investment", "6.2亿元"),
        (("Total investment (yuan)", 5000100), "total_investment", "5000100元"),
        (("total_investment（万元）", "6.2亿元"), "total_investment", "6.2亿元"),
        (("总投资额（元）", "８６０ 万"), "total_investment", "860万元"),
        (("总投资额 （ 万元 ）", "１２３４．５"), "total_investment", "1234.5万元"),
        (("总投资额\n（万元）*", 4.35 * 100), "total_investment", "435万元"),
        (("总投资额（万元）", 0.1 + 0.2), "total_investment", "0.3万元"),
        (("年节能量（吨标准煤）", 49.99), "energy_saving_tce", Decimal("49.99")),
        (("年节能量", 1e-5), "energy_saving_tce", Decimal("0.00001")),
        (("energy_saving_tce", "50"), "energy_saving_tce", Decimal(50)),
        (("已完工", "是"), "completed", True),
        (("已完工", "FALSE"), "completed", False),
        (("Completed", False), "completed", False),
        (("开工日期", date(2022, 3, 1)), "start", date(2022, 3, 1)),
        (("开工日期", "2022-03-01"), "start", date(2022, 3, 1)),
        (("开工日期", "2022/3/1"), "start", date(2022, 3, 1)),
        (("开工日期", "2022年3月1日"), "start", date(2022, 3, 1)),
        (("开工日期", "2022-03-01 00:00:00"), "start", date(2022, 3, 1)),
        (("可申报年度", 2025), "filing_years", [2025]),
        (("可申报年度", "2025、2026，2027年"), "filing_years", [2025, 2026, 2027]),
        (("项目类别", "major, 智能化改造"), "kinds", ["major", "智能化改造"]),
        (
            ("与其他项目重叠的费用（元）", "I2=1000、I3：20.5"),
            "shared_cost",
            {"I2": "1000元", "I3": "20.5元"},
        ),
        (("项目名称", 42), "name", "42"),
        (("项目名称", "  换行_x000D_\n之后 "), "name", "换行\r\n之后"),
    ],
)
def test_a_cell_states(
    tmp_path: Path, vocabulary: Vocabulary, cell: tuple[str, object], field: str, expected: object
) -> None:
    """Header, unit and type of a cell decide what it states, in any of their spellings."""
    assert _project(tmp_path, vocabulary, *cell) == {field: expected}


def test_columns_of_maps(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A map by year has a column a year, a named part a column a part; what is left stands in the cell."""
    rows: Rows = (
        (
            "公司编号",
            "2023年综合能源消费量（吨标准煤）",
            "Energy consumption 2024",
            "2014年财政贡献·省（万元）",
            "fiscal_contribution.2014.city (亿元)",
            "2015年财政贡献（万元）",
            "联系人·姓名",
            "contact.phone",
        ),
        (1001, 900.5, 1000, 90, 0.007, "省=91、county=66", "王某", "0755-1"),
    )
    raw = plain_portfolio(read_workbook(book(tmp_path / "g.xlsx", sheets(公司=rows)), vocabulary))
    assert raw["companies"] == [
        {
            "id": "1001",
            "energy_tce": {"2023": Decimal("900.5"), "2024": Decimal(1000)},
            "fiscal_contribution": {
                "2014": {"province": "90万元", "city": "0.007亿元"},
                "2015": {"省": "91万元", "county": "66万元"},
            },
            "contact": {"person": "王某", "phone": "0755-1"},
        }
    ]


def test_settings_by_line(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A line of the settings names one, with its year and unit, and gives its value."""
    more = (
        ("2025年联系人数", 2),
        ("2026 contacts", "3"),
        ("2025年专项资金年度总额（亿元）", 20),
        ("智能化改造分档比例", "0=15、5000=20%"),
        ("荣誉奖励标准（万元）", "绿色工厂/国家=50、绿色工厂/省=20"),
        (None, None),
    )
    raw = plain_portfolio(
        read_workbook(book(tmp_path / "g.xlsx", sheets(设置=(*SETTINGS, *more))), vocabulary)
    )
    settings = {key: value for key, value in raw.items() if key not in vocabulary.lists}
    assert settings == {
        "unit": "万元",
        "as_of": date(2025, 5, 6),
        "horizon": [2025, 2026],
        "contacts": {"2025": 2, "2026": 3},
        "fund_ceilings": {"2025": "20亿元"},
        "smart_tiers": {"0": Decimal(15), "5000": Decimal(20)},
        "honour_amounts": {"绿色工厂": {"国家": "50万元", "省": "20万元"}},
    }


def test_layout_does_not_matter(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A title above the header, blank rows, remarks, order and visibility of sheets change nothing."""
    plain = read_portfolio(book(tmp_path / "a.xlsx", sheets()), vocabulary)
    spread = tuple((*row, note) for row, note in zip(PROJECTS, ("备注：去年", "看过", "没看"), strict=True))
    moved = {
        "settings": (("",), *SETTINGS),
        "项目": (("集团项目一览表",), (), (None, "2025年5月"), spread[0], (), spread[1], (" ",), spread[2]),
        "随手记": (("任意", 1),),
        "Companies": COMPANIES,
    }

    def hide(made: object) -> None:
        made["Companies"].sheet_state = "hidden"  # type: ignore[index]

    other = read_portfolio(book(tmp_path / "b.xlsx", moved, hide), vocabulary)
    assert {n: [(r.id, r.fields) for r in rows] for n, rows in other.rows.items()} == {
        n: [(r.id, r.fields) for r in rows] for n, rows in plain.rows.items()
    }
    assert other.settings.fields == plain.settings.fields


def test_places_are_cells(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Every value knows its sheet and cell."""
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets()), vocabulary)
    places = {name: cell.place.cell for name, cell in raw.lists["projects"][1].cells.items()}
    assert places == {"id": "A3", "applicant": "B3", "kinds": "C3", "total_investment": "D3", "start": "E3"}
    assert raw.settings.cells["horizon"].place.sheet == "设置"
    assert raw.settings.cells["horizon"].place.cell == "B4"


def test_entries_of_maps_have_places_of_their_own(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A fact from a map is cited by the cell of its own year and part, not by the first of its row."""
    columns = ("公司编号", "2023年综合能源消费量（吨标准煤）", "2024年综合能源消费量（吨标准煤）")
    parts = ("2014年财政贡献·省（万元）", "2014年财政贡献·市（万元）", "2015年财政贡献（万元）")
    rows: Rows = ((*columns, *parts), ("A", 900, 1000, 90, 70, "省=91、市=66"), ("B",))
    portfolio = read_portfolio(book(tmp_path / "g.xlsx", sheets(公司=rows)), vocabulary)
    found = {f.atom: f.place.cell for f in facts(portfolio, vocabulary, {}) if f.place and "entry" in f.atom}
    assert found == {
        'entry("A",energy_tce,2023,(900,0))': "B2",
        'entry("A",energy_tce,2024,(1000,0))': "C2",
        'entry("A",fiscal_contribution,(2014,province),(90,0))': "D2",
        'entry("A",fiscal_contribution,(2014,city),(70,0))': "E2",
        'entry("A",fiscal_contribution,(2015,province),(91,0))': "F2",
        'entry("A",fiscal_contribution,(2015,city),(66,0))': "F2",
    }


def test_a_recorded_dimension_is_not_believed(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """Rows outside the size that a sheet claims for itself are read all the same."""
    path = book(tmp_path / "g.xlsx", sheets())
    repacked(path, lambda _, old: old.replace(b'<dimension ref="A1:E3"', b'<dimension ref="A1:B2"'))
    raw = plain_portfolio(read_workbook(path, vocabulary))
    assert [row["id"] for row in raw["projects"]] == ["P1", "P2"]  # type: ignore[attr-defined]


def test_formulas_give_their_saved_result(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A formula counts as the value that was saved with it, a text or an empty text included."""
    path = tmp_path / "g.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets(项目=(("项目编号", "申报单位", "总投资额（万元）", "项目名称"),)).items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, value in enumerate(row):
                    day = made.add_format({"num_format": "yyyy-mm-dd"})
                    sheet.write(line, column, value, day if isinstance(value, date) else None)
        sheet = made.get_worksheet_by_name("项目")
        sheet.write_row(1, 0, ["P1", "A"])
        sheet.write_formula("C2", "=100*4.35", None, 434.99999999999994)
        sheet.write_formula("D2", '=IF(1,"","x")', None, "x")
    # Excel writes an empty result as an empty value of type str.
    repacked(path, lambda name, old: old.replace(b"<v>x</v>", b"<v></v>") if "sheet2" in name else old)
    raw = plain_portfolio(read_workbook(path, vocabulary))
    assert raw["projects"] == [{"id": "P1", "applicant": "A", "total_investment": "435万元"}]


def test_example_rows_are_read_past(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A row whose id begins with 示例 is left out with a warning, if there are real rows."""
    rows = (COMPANIES[0], ("示例A", "示例公司"), *COMPANIES[1:])
    remarks: list[Diagnostic] = []
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets(公司=rows)), vocabulary, remarks)
    assert [row.cells["id"].value for row in raw.lists["companies"]] == ["A", "B"]
    assert [(d.code, d.severity, d.place and d.place.cell) for d in remarks] == [
        ("xlsx.example-row", "warning", "A2")
    ]


def test_macros_are_noted(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A workbook with macros is read, and says that they are not run."""
    path = repacked(book(tmp_path / "g.xlsm", sheets()), lambda _, old: old, {"xl/vbaProject.bin": b"x"})
    remarks: list[Diagnostic] = []
    read_workbook(path, vocabulary, remarks)
    assert [(d.code, d.severity) for d in remarks] == [("xlsx.macros", "note")]


def test_every_offered_header_is_understood(vocabulary: Vocabulary) -> None:
    """Each header of a new workbook means the column it was written for."""
    for spec in vocabulary.all_lists:
        headers = Headers(spec, vocabulary)
        for column in offered_columns(spec, "亿元"):
            assert headers.read(header(column)) == column


@pytest.mark.parametrize(
    ("name", "position"), [("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27)), ("XFD7", (7, 16384))]
)
def test_names_of_cells(name: str, position: tuple[int, int]) -> None:
    """Names of cells and their rows and columns translate both ways."""
    assert cell_name(*position) == name
    assert cell_position(name) == position


def test_scan_does_not_need_references(tmp_path: Path) -> None:
    """Cells whose file leaves out their names are found by their order."""
    path = book(tmp_path / "g.xlsx", sheets())
    formula = b'<row><c t="n"><v>1</v></c><c><f>A1</f></c></row>'
    repacked(
        path,
        lambda name, old: (
            old.replace(b"</sheetData>", formula + b"</sheetData>") if "sheet2" in name else old
        ),
    )
    assert scan_package(path).sheets["项目"].uncached == {(4, 2)}


def test_an_added_input_has_its_column(tmp_path: Path) -> None:
    """A field that a pack declares is offered, headed with its unit and read, like any other."""
    pack = {
        "id": "demo",
        "inputs": {
            "projects": {
                "green_loan": {"type": "money", "zh": "绿色借款", "en": "Green loan"},
                "noise": {
                    "type": "quantity",
                    "zh": "噪声",
                    "en": "Noise",
                    "unit_zh": "分贝",
                    "unit_en": "dB",
                },
            }
        },
    }
    vocabulary = load_vocabulary([pack])
    offered = [header(c) for c in offered_columns(vocabulary.lists["projects"], "万元")]
    assert offered[-2:] == ["绿色借款（万元）", "噪声（分贝）"]
    assert _project(tmp_path, vocabulary, "绿色借款（元）", 5) == {"green_loan": "5元"}


@pytest.mark.parametrize("typed", ["3922", "３９２２", " 3922　", 3922])
def test_a_whole_code_is_taken_however_it_was_typed(
    tmp_path: Path, vocabulary: Vocabulary, typed: object
) -> None:
    """Full-width digits are digits, and a number with all digits of the code has lost none."""
    rows = (("公司编号", "行业代码"), ("A", typed))
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets(公司=rows)), vocabulary)
    assert raw.lists["companies"][0].cells["industry_code"].value == "3922"


def test_rows_that_state_nothing_are_read_past(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """A column of numbers is, one of remarks too: a row with nothing beside them is no row of the list."""
    top, *below = PROJECTS
    rows = (("序号", *top, "备注"), *((n, *row) for n, row in enumerate(below, 1)))
    rows += ((3,), (None,) * 6 + ("以上金额含税",), ("No.", *(None,) * 5, "x"))
    raw = read_workbook(book(tmp_path / "g.xlsx", sheets(项目=rows)), vocabulary)
    assert [row.cells["id"].value for row in raw.lists["projects"]] == ["P1", "P2"]
    with pytest.raises(PartlyReadError) as caught:
        read_workbook(
            book(tmp_path / "g.xlsx", sheets(项目=(*rows, ("合计", None, None, None, 61500)))), vocabulary
        )
    assert [(d.code, d.place and d.place.cell) for d in caught.value.diagnostics] == [
        ("xlsx.total-row", "A7")
    ]


def test_a_row_of_totals_is_no_row_of_the_list(tmp_path: Path, vocabulary: Vocabulary) -> None:
    """合计 below a table is told as what it is, not as a row that lacks its required fields."""
    rows = (*PROJECTS, ("合计", None, None, 61500.5))
    with pytest.raises(PartlyReadError) as caught:
        read_workbook(book(tmp_path / "g.xlsx", sheets(项目=rows)), vocabulary)
    assert [row.cells["id"].value for row in caught.value.raw.lists["projects"]] == ["P1", "P2"]
    assert [(d.code, d.place and d.place.cell) for d in caught.value.diagnostics] == [
        ("xlsx.total-row", "A4")
    ]


def test_the_file_that_excel_keeps_beside_an_open_workbook_is_told(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """A loop over *.xlsx meets ~$ files: they are named for what they are."""
    path = tmp_path / "~$group.xlsx"
    path.write_bytes(b"\x05Admin" + b" " * 160)
    with pytest.raises(InputError) as caught:
        read_workbook(path, vocabulary)
    assert [d.code for d in caught.value.diagnostics] == ["xlsx.lock-file"]


def test_reading_a_workbook_loads_no_numpy(tmp_path: Path) -> None:
    """What openpyxl would write numbers of it for takes longer to load than to read a workbook."""
    path = book(tmp_path / "g.xlsx", sheets(项目=PROJECTS))
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from subvent.portfolio.text_reader import read_raw\n"
        "from subvent.portfolio.vocabulary_loader import load_vocabulary\n"
        f"assert read_raw(Path({str(path)!r}), load_vocabulary()).lists['projects']\n"
        "assert 'openpyxl' in sys.modules and 'numpy' not in sys.modules\n"
        "import numpy"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    subprocess.run([sys.executable, "-c", program], env=environ, timeout=60, check=True)
