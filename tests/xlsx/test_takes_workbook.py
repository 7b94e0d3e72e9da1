"""What it would take as a workbook: a row a fact, beside the first what comes of all of them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from subvent.diagnostics import Language
from subvent.logic.session import InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.questions.takes import takes_of_rows
from subvent.questions.takes.result import Answers
from subvent.report.workbook_takes import write_takes_workbook

EXAMPLE = Path("examples/manufacturing-group.yaml")


@pytest.fixture(scope="module")
def found() -> Answers:
    """0.5万元 of total investment lack; with them it brings 188万元, with 10,000万元 the cap of 1,000."""
    packs = load_policies()
    rows = read_portfolio(EXAMPLE, vocabulary_of(packs))
    return takes_of_rows(rows, packs, ("TX-04", "equipment", None), InProcess())


@pytest.mark.parametrize(
    ("language", "names", "least"),
    [
        ("zh", ["还差什么", "每改一步", "改动范围"], "达到 2,000万元"),
        ("en", ["What it takes", "Next steps", "What may change"], "2,000万元 or more"),
    ],
)
def test_changes_steps_and_fields_have_a_sheet_each(
    found: Answers, tmp_path: Path, language: Language, names: list[str], least: str
) -> None:
    """Amounts are numbers, as in the answer; a fact that goes along stands in a row of its own."""
    write_takes_workbook(tmp_path / "a.xlsx", found, language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == names
    rows = [row for row in book[names[0]].values if row[1] == "TX-04"]
    (one,) = found.takes
    assert len(rows) == sum(len(way.facts) for way in (*one.possible, *one.planned, *one.most))
    assert rows[0][4] == least
    assert rows[0][6:9] == pytest.approx(
        [fen / 1_000_000 for way in one.possible for fen in (way.gain_fen, way.total_fen, way.fen)]
    )
    assert rows[-1][6] is None
    steps = list(book[names[1]].values)[2:]
    assert [row[3] for row in steps] == pytest.approx(
        [rate.gain_fen / 1_000_000 for rate in found.rates if rate.gain_fen is not None]
    )
    assert len(list(book[names[2]].values)) == 2 + len(found.allowed) + len(found.left_out)


def test_what_the_file_says_never_becomes_a_formula(found: Answers, tmp_path: Path) -> None:
    """Every text of the workbook is a text, whatever it begins with."""
    write_takes_workbook(tmp_path / "a.xlsx", found, "zh")
    for sheet in openpyxl.load_workbook(tmp_path / "a.xlsx"):
        assert all(cell.data_type in {"s", "n"} for row in sheet.iter_rows() for cell in row)
