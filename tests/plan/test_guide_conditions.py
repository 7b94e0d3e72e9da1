"""A category whose guide is not at hand is warned of the green guide's conditions, each in its own words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subvent.plan import plan_portfolio

COMPANY = {
    "id": "A",
    "legal_person": True,
    "operates_in_shenzhen": True,
    "industry_code": "3922",
    "established": "2015-01-01",
    "good_standing": True,
}
PROJECT = {
    "id": "P",
    "applicant": "A",
    "kinds": ["equipment"],
    "filing_years": [2025],
    "total_investment": 3000,
    "audited_cost": 3000,
    "completed": True,
    "in_shenzhen": True,
    "filed_before_start": True,
}


@pytest.mark.parametrize(
    ("company", "project", "article", "phrase"),
    [
        ({"legal_person": False}, {}, "基1", "具有独立法人资格"),
        ({"established": "2024-01-01"}, {}, "基2", "成立时间不低于3年"),
        ({"good_standing": False}, {}, "基3", "未被列入严重失信主体名单"),
        ({}, {"restricted_industry": True}, "基5", "“淘汰类”和“限制类”"),
        ({}, {"government_invested": True}, "基5", "政府投资建设或购买服务"),
    ],
)
def test_the_warning_cites_the_condition_that_is_not_met(
    tmp_path: Path, company: dict[str, object], project: dict[str, object], article: str, phrase: str
) -> None:
    """The claim stands; its warning leads to the sentence of the guide that it is about."""
    rows = {"companies": [COMPANY | company], "projects": [PROJECT | project]}
    file = tmp_path / "group.json"
    given = {"unit": "万元", "as_of": "2025-05-06", "horizon": [2025], **rows}
    file.write_text(json.dumps(given), encoding="utf-8")
    plan = plan_portfolio(file)
    assert [claim.subject for claim in plan.claims] == ["P"]
    (note,) = [note for note in plan.warnings if "指南的基础条件" in note.text.zh]
    assert [(cited.article, phrase in cited.phrase) for cited in note.citations] == [(article, True)]
