"""An answer of `why` as a workbook: every step stands once, indented below what rests on it, and folds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from subvent.diagnostics import InputError, SubventError
from subvent.explain.asked import Question
from subvent.explain.why import Questions
from subvent.report import workbook_why
from subvent.report.workbook_why import write_why_workbook

from .plans import STEPS, claim, plan


def _written(
    path: Path, subject: str = "P1", language: str = "zh", depth: int | None = None
) -> openpyxl.Workbook:
    asked = Questions(plan(claim(1), claim(2)))
    write_why_workbook(path, asked, Question(subject), "zh" if language == "zh" else "en", depth)
    return openpyxl.load_workbook(path)


def _steps(sheet: Worksheet) -> list[tuple[int, str, int, int]]:
    """Number of its row, text, level and indent of every step."""
    rows = list(sheet.iter_rows())
    start = next(i for i, row in enumerate(rows) if row[0].value in {"序号", "No."})
    steps = (row for row in rows[start + 1 :] if isinstance(row[1].value, int))
    return [
        (row[2].row, str(row[2].value), int(str(row[1].value)), int(row[2].alignment.indent)) for row in steps
    ]


def test_sheets_are_those_that_the_answer_needs(tmp_path: Path) -> None:
    """Grounds of what is claimed, reasons of what is not, in the language of the workbook."""
    assert _written(tmp_path / "a.xlsx").sheetnames == ["结论", "逐条依据", "全部推导"]
    assert _written(tmp_path / "b.xlsx", "P8", "en").sheetnames == ["Answer", "Not claimed", "Facts to state"]


def test_what_is_outbid_has_no_empty_proof(tmp_path: Path) -> None:
    """Where nothing is to be proven there is no sheet for it; whoever applies is called by name."""
    made = plan(claim(1))
    outbid = replace(made.not_claimed[0], subject="P7", applicant="A", reason="outbid", findings=())
    asked = Questions(replace(made, not_claimed=(outbid,)))
    write_why_workbook(tmp_path / "a.xlsx", asked, Question("P7"), "zh")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["结论", "未申报原因"]
    assert any("星河电子有限公司" in str(cell.value) for cell in next(book["未申报原因"].iter_rows(4, 4)))


def test_every_step_stands_below_what_rests_on_it(tmp_path: Path) -> None:
    """The rows are the proof, each step a level deeper than the one it is a premise of."""
    found = _steps(_written(tmp_path / "a.xlsx")["全部推导"])
    below = {step.text.zh: [STEPS[child].text.zh for child in step.children] for step in STEPS}
    path: list[str] = []
    seen: set[str] = set()
    for _, said, level, indent in found:
        text = said.partition("（见第")[0]
        assert indent == level
        assert not level or text in below[path[level - 1]]
        path[level:] = [text]
        assert (text != said) == (text in seen and bool(below[text]))
        seen.add(text)
    assert seen == {step.text.zh for step in STEPS}


def test_what_is_unfolded_elsewhere_names_its_row(tmp_path: Path) -> None:
    """“See row” leads to the row where the premises of the same step stand."""
    steps = list(STEPS)
    steps[9] = steps[9]._replace(children=(3,))  # a condition that two steps rest on
    asked = Questions(replace(plan(claim(1)), steps=tuple(steps)))
    write_why_workbook(tmp_path / "a.xlsx", asked, Question("P1"), "zh")
    found = _steps(openpyxl.load_workbook(tmp_path / "a.xlsx")["全部推导"])
    again = [(said.partition("（见第")) for _, said, *_ in found if "（见第" in said]
    rows = {row: said for row, said, *_ in found}
    assert again
    assert all(rows[int(row.removesuffix("行）"))] == said for said, _, row in again)


@pytest.mark.parametrize("depth", [None, 1, 2])
def test_what_is_deeper_is_folded(tmp_path: Path, depth: int | None) -> None:
    """Rows deeper than asked for are there, hidden under the row that unfolds them."""
    sheet = _written(tmp_path / "a.xlsx", depth=depth)["全部推导"]
    rows = [(sheet.row_dimensions[row], level) for row, _, level, _ in _steps(sheet)]
    assert all(bool(shape.hidden) == (depth is not None and level > depth) for shape, level in rows)
    assert all(shape.outlineLevel == level for shape, level in rows)
    assert not sheet.sheet_properties.outlinePr.summaryBelow


def test_the_conclusion_and_its_proof_lead_to_each_other(tmp_path: Path) -> None:
    """The number of an entry is a way to its proof, and back."""
    book = _written(tmp_path / "a.xlsx")
    links = {
        (sheet.title, cell.row): cell.hyperlink.location
        for sheet in (book["结论"], book["全部推导"])
        for (cell, *_) in sheet.iter_rows()
        if cell.hyperlink is not None
    }
    (first, there), (second, back) = links.items()
    assert there == f"'{second[0]}'!A{second[1]}"
    assert back == f"'{first[0]}'!A{first[1]}"


def test_what_is_asked_of_must_be_there(tmp_path: Path) -> None:
    """A question that has no answer leaves no file."""
    with pytest.raises(InputError):
        _written(tmp_path / "a.xlsx", "nobody")
    assert not list(tmp_path.iterdir())


def test_more_steps_than_a_sheet_takes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left out without a word."""
    monkeypatch.setattr(workbook_why, "_MOST_ROWS", 3)
    with pytest.raises(SubventError, match="too-many-steps"):
        _written(tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())
