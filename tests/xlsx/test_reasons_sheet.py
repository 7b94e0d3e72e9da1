"""The sheet of what is not claimed: what holds for several years once, and everybody by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl

from subvent.diagnostics import Text
from subvent.report.workbook import write_plan_workbook

from .plans import claim, plan


def _reasons(path: Path) -> list[str]:
    """All texts of the sheet."""
    sheet = openpyxl.load_workbook(path)["未申报原因"]
    return [cell for row in sheet.values for cell in row if isinstance(cell, str)]


def test_years_of_one_finding_stand_together(tmp_path: Path) -> None:
    """What is found of several years is one line, that names them."""
    made = plan(claim(1))
    entry = next(entry for entry in made.not_claimed if entry.findings)
    finding = replace(entry.findings[0], text=Text("缺完工日期", "no end"), shortfall=None)
    findings = tuple(replace(finding, year=year) for year in (2030, 2031))
    write_plan_workbook(
        tmp_path / "p.xlsx", replace(made, not_claimed=(replace(entry, findings=findings),)), "zh"
    )
    said = _reasons(tmp_path / "p.xlsx")
    assert any(one.startswith("2030、2031：缺完工日期") for one in said)


def test_an_applicant_without_claims_has_its_name(tmp_path: Path) -> None:
    """Whoever claims nothing is called as the others are."""
    made = plan(claim(1))
    named = tuple(replace(entry, applicant="Z", applicant_name="无所申报公司") for entry in made.not_claimed)
    write_plan_workbook(tmp_path / "p.xlsx", replace(made, not_claimed=named), "zh")
    said = _reasons(tmp_path / "p.xlsx")
    assert any("无所申报公司" in one for one in said)
