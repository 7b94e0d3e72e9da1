"""A pack of an invented city, with a list, fields, benefits, limits and readings of its own.

Nothing in the engine knows it: it is read from its folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from subvent.casework.worked import run_worked_cases
from subvent.diagnostics import InputError
from subvent.plan import plan_portfolio
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.template import write_portfolio, write_template
from subvent.portfolio.text_reader import read_raw
from subvent.portfolio.vocabulary import Vocabulary
from subvent.questions.readings import compare_readings
from subvent.result import Plan

HERE = Path(__file__).resolve().parent
PACK = HERE / "linhai"
GROUP = HERE / "group.yaml"
ROOT = HERE.parents[1]
FEN = 1_000_000
"""Fen in 万元."""


def vocabulary() -> Vocabulary:
    """What a portfolio can state in the invented city."""
    return vocabulary_of(load_policies((str(PACK),)))


def planned(path: Path, readings: Mapping[str, str] | None = None) -> Plan:
    """The plan of a portfolio under the city's pack alone."""
    return plan_portfolio(path, policies=(str(PACK),), readings=readings or {}, time_limit=None)


def claims(plan: Plan) -> set[tuple[str, str, int, int]]:
    """Subject, benefit, year and whole 万元 of each claim, all of which are whole here."""
    assert all(claim.fen % FEN == 0 for claim in plan.claims)
    return {(c.subject, c.benefit, c.year, c.fen // FEN) for c in plan.claims}


def test_the_worked_cases_of_the_city_come_out_as_they_say() -> None:
    """The pack brings its own cases, and they run as those of the built-in packs do."""
    assert run_worked_cases(load_policies((str(PACK),))) == ()


def test_two_claims_a_year_are_chosen_as_pays_best() -> None:
    """甲 files S2 60 and K1 4 in 2025, S1 45 and K2 5 in 2026; 丙 files S4 15 and W3 80: 209."""
    plan = planned(GROUP)
    assert plan.status == "optimal"
    assert plan.total_fen == plan.bound_fen == 209 * FEN
    assert claims(plan) == {
        ("S2", "solar", 2025, 60),
        ("K1", "course", 2025, 4),
        ("S1", "solar", 2026, 45),
        ("K2", "course", 2026, 5),
        ("S4", "solar", 2025, 15),
        ("W3", "workshop", 2025, 80),
    }


def test_a_reading_of_the_city_changes_the_amounts() -> None:
    """By connected capacity S1 brings 1400 × 0.03 = 42 and S4 450 × 0.03 = 13.5: 204.5."""
    assert planned(GROUP, {"capacity": "connected"}).total_fen == 2045 * FEN // 10


def test_a_reading_of_the_city_changes_what_may_stand_together() -> None:
    """By company and year 甲 files 45 + 60 in 2025, 25 + 5 in 2026; 丙 keeps the workshop's 80: 215."""
    assert planned(GROUP, {"roof": "company-year"}).total_fen == 215 * FEN


def test_what_stands_under_every_reading_of_the_city() -> None:
    """S4 beside W3 breaks roof=company-year; capacity=connected pays S1 42 and not 45: sure are 191."""
    plan = compare_readings(GROUP, (str(PACK),), {}).guaranteed
    assert plan is not None
    assert (plan.total_fen, plan.bound_fen, plan.base_fen) == (191 * FEN, 191 * FEN, 194 * FEN)
    assert plan.under == ("capacity", "connected")
    assert {(c.subject, c.benefit, c.year): fen // FEN for c, fen in plan.claims.items()} == {
        ("S2", "solar", 2025): 60,
        ("K1", "course", 2025): 4,
        ("S1", "solar", 2026): 42,
        ("K2", "course", 2026): 5,
        ("W3", "workshop", 2025): 80,
    }
    assert [(c.line.subject, c.before, c.after) for c in plan.changes] == [("S4", 15 * FEN, None)]


@pytest.mark.parametrize(
    ("subject", "benefit", "kind", "name"),
    [
        ("S3", "solar", "unmet", "settled"),
        ("K3", "course", "unmet", "settled"),
        ("S5", "solar", "unmet", "large_enough"),
        ("W2", "workshop", "unmet", "total(workshop)"),
    ],
)
def test_what_is_not_eligible_says_why_in_the_words_of_the_city(
    subject: str, benefit: str, kind: str, name: str
) -> None:
    """The conditions of the pack are named, with the words of its policy.toml and its phrases."""
    (found,) = [u for u in planned(GROUP).not_claimed if (u.subject, u.benefit) == (subject, benefit)]
    assert found.reason == kind
    assert [finding.name for finding in found.findings] == [name]
    assert {c.document for finding in found.findings for c in finding.citations} == {
        "临工信办〔2025〕3号（虚构）"
    }


def test_a_workbook_of_the_city_gives_the_same_plan(tmp_path: Path) -> None:
    """The columns and the sheet of the pack carry the same facts through Excel."""
    book = tmp_path / "group.xlsx"
    write_portfolio(book, vocabulary(), read_raw(GROUP, vocabulary()))
    assert claims(planned(book)) == claims(planned(GROUP))


def test_the_template_has_the_columns_of_the_city(tmp_path: Path) -> None:
    """An empty workbook made for the pack has its sheet, its columns and their units."""
    openpyxl = pytest.importorskip("openpyxl")
    path = tmp_path / "template.xlsx"
    write_template(path, vocabulary())
    book = openpyxl.load_workbook(path)
    headers = {
        sheet.title: {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
        for sheet in book.worksheets
    }
    assert {"培训编号", "举办单位", "培训人数"} <= headers["培训"]
    assert {"装机容量（千瓦）", "并网容量（千瓦）", "受训员工数", "厂房"} <= headers["项目"]


def test_fields_of_the_city_are_validated(tmp_path: Path) -> None:
    """A slip in a field of the pack is an error with its place, as in any other field."""
    broken = tmp_path / "broken.yaml"
    text = GROUP.read_text(encoding="utf-8")
    broken.write_text(
        text.replace("solar_kw: 1500", "solar_kw: 许多").replace("attendees: 80", "attendes: 80"), "utf-8"
    )
    with pytest.raises(InputError) as caught:
        planned(broken)
    found = caught.value.diagnostics
    assert len(found) == 2
    assert all(d.place is not None and d.place.line for d in found)


def test_the_built_in_packs_do_not_know_the_city() -> None:
    """Without its pack the city's list and fields are unknown."""
    with pytest.raises(InputError):
        plan_portfolio(GROUP)


def test_the_engine_does_not_know_the_city() -> None:
    """No word of the invented pack stands in the engine or the command line."""
    words = re.compile(r"linhai|临海|solar_kw|grid_kw|trained_people|two_a_year")
    for folder in ("solver", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not words.search(path.read_text(encoding="utf-8")), path


def test_rows_that_no_pack_in_use_pays_for_are_told(tmp_path: Path) -> None:
    """A loan where no document in use subsidises loans: the plan says that nothing was made of it."""
    path = tmp_path / "group.yaml"
    loan = "loans:\n  - {id: L, borrower: 甲, kind: loan, filing_years: [2025]}\n"
    path.write_text(GROUP.read_text(encoding="utf-8") + loan, encoding="utf-8")
    assert "plan.rows-unused" in {note.code for note in plan_portfolio(path, (str(PACK),)).warnings}
