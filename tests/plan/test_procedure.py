"""A plan tells what to prepare and do for each claim, and what else follows, each with its phrase."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import InputError
from subvent.document.data import plan_as_data
from subvent.document.reader import plan_from_json
from subvent.plan import plan_portfolio
from subvent.report.json import plan_json
from subvent.report.text import plan_text
from subvent.result import Plan
from subvent.verify import verify_plan

COMPANY = {
    "city": "深圳",
    "legal_person": True,
    "operates_in_shenzhen": True,
    "industry_code": "3922",
    "established": "2010-01-01",
    "good_standing": True,
    "energy_tce": {str(year): 2000 for year in range(2021, 2025)},
}
PROJECT = {
    "kinds": ["green"],
    "filing_years": [2025],
    "completed": True,
    "in_shenzhen": True,
    "filed_before_start": True,
    "green_track": "energy",
    "energy_saving_tce": 80,
    "start": "2022-03-01",
    "end": "2023-06-30",
    "stable_since": "2023-07-01",
    "total_investment": 3000,
    "audited_cost": 3000,
    "construction_investment": 2000,
    "rd_cost": 1000,
}


def planned(
    folder: Path, applicants: str, readings: Mapping[str, str] | None = None, **settings: object
) -> Plan:
    """The plan of a green project for each applicant, named by a letter."""
    portfolio = {
        "unit": "万元",
        "as_of": "2025-05-06",
        "horizon": [2025],
        "companies": [{**COMPANY, "id": name} for name in applicants],
        "projects": [{**PROJECT, "id": f"G{name}", "applicant": name} for name in applicants],
        **settings,
    }
    path = folder / "group.json"
    path.write_text(json.dumps(portfolio, ensure_ascii=False), encoding="utf-8")
    return plan_portfolio(path, (), readings)


def test_every_document_and_step_has_words_and_a_phrase(tmp_path: Path) -> None:
    """Documents and steps stand in the order of the pack's tables, windows with both their days."""
    (claim,) = planned(tmp_path, "A").claims
    assert [m.name for m in claim.materials[:3]] == ["application", "licence", "accounts"]
    assert claim.materials[-1].name == "cost-sheet"
    names = [step.name for step in claim.steps]
    assert names.index("online") < names.index("pre-check") < names.index("paper") < names.index("payment")
    days = {step.name: (str(step.first), str(step.last)) for step in claim.steps if step.last}
    assert days == {
        "online": ("2025-04-23", "2025-05-16"),
        "resubmission": ("None", "2025-05-20"),
        "paper": ("2025-05-06", "2025-05-20"),
    }
    for entry in (*claim.materials, *claim.steps):
        assert entry.text.zh
        assert entry.text.en
        assert entry.rules[0].rule.startswith("cn/shenzhen/green-guide-2025#")
        assert entry.rules[0].citation.phrase


def test_the_same_words_are_told_once_for_all_their_rows(tmp_path: Path) -> None:
    """A duty names every row it is about, with its phrase once."""
    plan = planned(tmp_path, "AB")
    duties = {entry.name: entry for entry in plan.duties}
    assert duties["no-success-fee"].rows == ("A", "B")
    assert duties["no-success-fee"].text.zh.startswith("A、B：")
    assert [use.citation.article for use in duties["statistics"].rules] == ["15b", "15b"]
    assert {entry.name for entry in plan.entitlements} == {"no-land-price", "keep-new-building"}


def test_companies_that_share_a_contact_are_warned_of_once(tmp_path: Path) -> None:
    """One warning for the same companies, with each contact and all years; of others another."""
    contacts = {"A": ("王", "1"), "B": ("王", "1"), "C": ("李", "2"), "D": ("张", "2")}
    plan = planned(
        tmp_path,
        "ABCD",
        horizon=[2025, 2026],
        companies=[
            {**COMPANY, "id": name, "contact": {"person": person, "phone": phone}}
            for name, (person, phone) in contacts.items()
        ],
        projects=[
            {**PROJECT, "id": f"G{name}{year}", "applicant": name, "filing_years": [year]}
            for name, year in (("A", 2025), ("A", 2026), ("B", 2025), ("B", 2026), ("C", 2025), ("D", 2025))
        ],
    )
    shared = [note for note in plan.warnings if note.code == "remark.same-contact"]
    assert [note.text.zh.partition("：")[0] for note in shared] == ["A、B", "C、D"]
    assert "姓名“王”（2025、2026年）、电话“1”（2025、2026年）" in shared[0].text.zh
    assert "person 王 (2025, 2026), phone 1 (2025, 2026)" in shared[0].text.en
    assert "电话“2”（2025年）" in shared[1].text.zh
    assert [len(note.citations) for note in shared] == [1, 1]


def test_a_saved_plan_holds_them_and_is_read_back(tmp_path: Path) -> None:
    """JSON has materials, steps, entitlements and duties; a day that is none is refused."""
    written = plan_json(planned(tmp_path, "A"))
    document = plan_from_json(written)
    assert len(document.claims[0].materials) == 12
    assert document.claims[0].steps[2].first == "2025-04-23"
    assert document.duties[0].rows
    with pytest.raises(InputError, match=r"/claims/0/steps/2/first"):
        plan_from_json(written.replace('"first": "2025-04-23"', '"first": "soon"'))


def test_a_saved_plan_with_another_document_does_not_verify(tmp_path: Path) -> None:
    """What is to be handed in is told once more, and compared."""
    written = plan_json(planned(tmp_path, "A"))
    saved = tmp_path / "plan.json"
    saved.write_text(written, encoding="utf-8")
    assert verify_plan(saved, tmp_path / "group.json") == ()
    saved.write_text(written.replace("信用报告（完整版", "信用报告（简版"), encoding="utf-8")
    assert verify_plan(saved, tmp_path / "group.json")


def test_the_text_names_counts_and_dates_once_for_claims_that_are_alike(tmp_path: Path) -> None:
    """A line for all claims with the same windows; the lists themselves fill the workbook."""
    shown = plan_text(planned(tmp_path, "AB"))
    assert "A/GA（材料 12 项）、B/GB（材料 12 项）" in shown
    assert shown.count("窗口递交纸质材料：2025-05-06 至 2025-05-20") == 1
    assert "须履行的义务" in shown
    assert "不计金额的权益" in shown


def test_contacts_as_a_limit_are_proven_over_years(tmp_path: Path) -> None:
    """Four companies, three years, one contact a year: three of them file, and no plan brings more."""
    years = [2025, 2026, 2027]
    plan = planned(
        tmp_path,
        "ABCD",
        {"contact": "hard"},
        horizon=years,
        contacts=dict.fromkeys(map(str, years), 1),
        projects=[{**PROJECT, "id": f"G{name}", "applicant": name, "filing_years": years} for name in "ABCD"],
    )
    assert plan.status == "optimal"
    assert plan.total_fen == 3 * 900 * 10**6
    assert sorted(claim.year for claim in plan.claims) == years
    assert len({claim.applicant for claim in plan.claims}) == 3
    (left,) = (entry for entry in plan.not_claimed if entry.reason == "outbid")
    assert any("联系人数" in finding.text.zh for finding in left.findings)


@pytest.mark.parametrize("seed", range(5))
def test_contacts_as_a_limit_agree_with_trying_every_set_of_applicants(seed: int, tmp_path: Path) -> None:
    """No more applicants than contacts; where no number is given, any two are known to differ."""
    rng = random.Random(seed)
    companies: list[dict[str, Any]] = []
    for name in "ABCD":
        parts = {"person": rng.choice("王王李张"), "phone": rng.choice("1123")}
        stated = {part: value for part, value in parts.items() if rng.random() < 0.8}
        companies.append({**COMPANY, "id": name, **({"contact": stated} if stated else {})})
    costs = {(name, year): rng.randint(100, 900) for name in "ABCD" for year in (2025, 2026, 2027)}
    projects = [
        {
            **PROJECT,
            "id": f"{name}{year}",
            "applicant": name,
            "kinds": ["smart"],
            "filing_years": [year],
            "audited_cost": cost,
        }
        for (name, year), cost in costs.items()
    ]
    contacts = {"2026": rng.randint(0, 3)}
    settings = {"companies": companies, "projects": projects, "contacts": contacts}
    plan = planned(tmp_path, "", {"contact": "hard"}, horizon=[2025, 2026, 2027], **settings)

    def differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
        mine, theirs = one.get("contact", {}), other.get("contact", {})
        return all(
            mine.get(part, theirs.get(part)) != theirs.get(part, mine.get(part))
            for part in ("person", "phone")
        )

    def lawful(year: int, files: Sequence[dict[str, Any]]) -> bool:
        if str(year) in contacts:
            return len(files) <= contacts[str(year)]
        return all(differ(*pair) for pair in combinations(files, 2))

    best = sum(
        max(
            sum(costs[company["id"], year] * 200_000 for company in files)
            for size in range(5)
            for files in combinations(companies, size)
            if lawful(year, files)
        )
        for year in (2025, 2026, 2027)
    )
    assert (plan.status, plan.total_fen) == ("optimal", best)


def test_plan_data_of_other_claims_has_empty_lists(tmp_path: Path) -> None:
    """Where no document at hand says what to prepare, nothing is listed and a warning says so."""
    project = {**PROJECT, "id": "P", "applicant": "A", "kinds": ["equipment"]}
    plan = planned(tmp_path, "A", projects=[project])
    data = plan_as_data(plan)
    assert data["claims"][0]["materials"] == data["claims"][0]["steps"] == []
    assert "remark.other-categories" in {note.code for note in plan.warnings}
