"""A plan of a workbook cites cells: where facts stand, and where those that are missing belong."""

from __future__ import annotations

from pathlib import Path

from subvent.diagnostics import Place
from subvent.plan import plan_portfolio

from .books import SETTINGS, Rows, book, sheets

COMPANIES: Rows = (("公司编号", "行业代码", "在深圳实际经营"), ("A", "3922", "是"), ("B", "3922", "是"))
PROJECTS: Rows = (
    (
        "项目编号", "申报单位", "项目类别", "可申报年度", "总投资额（万元）",
        "审定总投资建设费用（万元）", "已完工", "实施地在深圳", "开工前已备案",
    ),
    ("P1", "A", "设备更新", 2025, 3000, 2800, None, "是", "是"),
    ("P2", "B", "智能化改造", 2025, 3000, 2800, "是", "是", "是"),
)  # fmt: skip
TIERED: Rows = (*SETTINGS, ("智能化改造分档比例（%）", None))


def test_a_missing_fact_is_looked_for_in_its_own_cell(tmp_path: Path) -> None:
    """What is left out is cited by the blank cell that takes it, in a row and in the settings."""
    path = book(tmp_path / "g.xlsx", sheets(公司=COMPANIES, 项目=PROJECTS, 设置=TIERED))
    plan = plan_portfolio(path, readings={"smart-tiers": "table"})
    found = {entry.subject: entry.findings[0].place for entry in plan.not_claimed}
    assert found == {
        "P1": Place(str(path), sheet="项目", cell="G2"),
        "P2": Place(str(path), sheet="设置", cell="B5"),
    }
