"""Workbooks for the tests, made with openpyxl from plain rows, and ways to spoil the file behind them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from subvent.diagnostics import Diagnostic

Rows = Sequence[Sequence[object]]

COMPANIES: Rows = (("公司编号", "公司名称"), ("A", "星河电子"), ("B", "白鹭家具"))
PROJECTS: Rows = (
    ("项目编号", "申报单位", "项目类别", "总投资额（万元）", "开工日期"),
    ("P1", "A", "智能化改造", 1500, date(2024, 3, 1)),
    ("P2", "B", "重大技术改造、smart", 60000.5, date(2024, 4, 1)),
)
SETTINGS: Rows = (
    ("项", "值", "说明"),
    ("金额单位", "万元"),
    ("基准日", date(2025, 5, 6)),
    ("规划年度", "2025、2026"),
)


def sheets(**changed: Rows | None) -> dict[str, Rows]:
    """A valid small workbook's sheets; name one to replace it, give None to leave it out."""
    whole: dict[str, Rows | None] = {"公司": COMPANIES, "项目": PROJECTS, "设置": SETTINGS, **changed}
    return {name: rows for name, rows in whole.items() if rows is not None}


def book(
    path: Path, content: Mapping[str, Rows], spoil: Callable[[openpyxl.Workbook], None] | None = None
) -> Path:
    """Write the sheets to `path`, after `spoil` has had its way with the workbook."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in content.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    if spoil is not None:
        spoil(made)
    made.save(path)
    return path


def repacked(
    path: Path, change: Callable[[str, bytes], bytes | None], extra: Mapping[str, bytes] | None = None
) -> Path:
    """Rewrite the parts of the zip at `path`: `change` gives a part's new bytes, None to drop it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, old in parts.items():
            new = change(name, old)
            if new is not None:
                archive.writestr(name, new)
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return path


def report(found: Iterable[Diagnostic], path: Path) -> str:
    """Diagnostics as text: code and place, what is wrong and the way out in both languages."""
    lines: list[str] = []
    for d in found:
        lines += [f"{d.severity} {d.code} {d.place}"]
        lines += [f"  {text}" for text in (d.what.zh, d.way_out.zh, d.what.en, d.way_out.en)]
    return "\n".join(lines).replace(str(path), path.name) + "\n"
