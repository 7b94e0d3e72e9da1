"""What the account of a plan warns of beside the packs' remarks."""

from __future__ import annotations

from pathlib import Path

from subvent.plan import plan_portfolio

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies: [{id: A}]
equipment: [{id: E, owner: A, unit_price: 100, bought_on: 2024-06-01}]
history:
  - {applicant: A, subject: P0, benefit: tax-deduction, year: 2024, status: granted}
  - {applicant: A, subject: P1, benefit: smart, year: 2024, status: granted}
"""


def test_a_filing_of_what_nobody_files_is_named(tmp_path: Path) -> None:
    """A benefit that stands beside the total is never filed: a row of the history that says so is told."""
    path = tmp_path / "group.yaml"
    path.write_text(GROUP, encoding="utf-8")
    told = [note for note in plan_portfolio(path).warnings if note.code == "plan.aside-filed"]
    assert [note.place.line for note in told if note.place] == [7]
    assert "; delete the row" in told[0].text.en
