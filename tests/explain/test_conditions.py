"""Conditions with their numbers: what was compared, and how far off it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from subvent.explain import Explanation
from subvent.explain.reasons import why_not
from subvent.result import Finding


def findings(told: Explanation, subject: str, benefit: str) -> list[Finding]:
    """The findings on one subject and benefit."""
    return why_not(told, subject, (benefit,)).findings


@pytest.mark.parametrize(
    ("changes", "condition", "zh", "en"),
    [
        ({"energy_saving_tce": 48.5}, "guide_saving", "差1.5吨标准煤", "short by 1.5 tce"),
        ({"start": "2021-12-30"}, "energy_start", "早2天", "2 days early"),
        ({"end": "2024-01-01"}, "energy_end", "晚1天", "1 day late"),
        ({"start": "2022-01-01", "end": "2024-01-01"}, "energy_built", "超期1天", "1 day over"),
        (
            {"construction_investment": 1446},
            "half_construction",
            "差54万元（约1.8个百分点）",
            "short by 54万元 (about 1.8 percentage points)",
        ),
        ({"construction_investment": "1499.99万元"}, "half_construction", "差0.01万元", "short by 0.01万元"),
    ],
)
def test_how_far_off_a_green_project_is(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    changes: dict[str, Any],
    condition: str,
    zh: str,
    en: str,
) -> None:
    """Quantities in their unit, days early, late and over, shares in 万元 and percentage points."""
    found = {f.name: f for f in findings(tell([green(**changes)]), "G", "green")}
    assert found[condition].shortfall.zh == zh
    assert found[condition].shortfall.en == en
    assert zh in found[condition].text.zh


def test_a_threshold_missed_by_one_fen(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """The shortfall is exact to the fen."""
    told = tell([project(total_investment="1999.999999万元")])
    assert [f.shortfall.zh for f in findings(told, "P1", "equipment")] == ["差0.000001万元"]


def test_a_company_too_young_says_how_many_days_are_short(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """`passed` tells the anniversary and the days up to it; a parent that is not there is told too."""
    told = tell([green()], companies=[company(established="2022-05-10")])
    found = findings(told, "G", "green")
    assert "还差4天" in [f.shortfall.zh for f in found if f.shortfall]
    assert {f.name for f in found} == {"old_enough"}


def test_a_condition_seen_through_a_reference_names_the_other_row(
    tell: Callable[..., Explanation],
    project: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """The industry code stands on the company, and a code has no shortfall."""
    told = tell([project()], companies=[company(industry_code="0609")])
    (found,) = findings(told, "P1", "equipment")
    assert found.name == "of_industry"
    assert found.text.zh.startswith("A：行业代码 0609 < 0610")
    assert found.shortfall is None
    assert found.place.line > 0


def test_all_failing_parts_are_listed(
    tell: Callable[..., Explanation], green: Callable[..., dict[str, Any]]
) -> None:
    """Under a reading of three measures each one that fails is a finding of its own."""
    told = tell(
        [green(energy_saving_tce=49, carbon_reduction_t=149, benchmark_energy=False)],
        readings={"green-measure": "any-of-three"},
    )
    found = findings(told, "G", "green")
    assert [f.name for f in found] == ["green_measure"] * 3
    assert [f.shortfall.zh for f in found if f.shortfall] == ["差1吨", "差1吨标准煤"]


def test_a_mean_over_years_is_told_exactly(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """A mean that has no finite decimal stays a fraction, and so does what it lacks."""
    told = tell([green()], companies=[company(energy_tce={"2022": 900, "2023": 1000, "2024": 1099})])
    (found,) = findings(told, "G", "green")
    assert "2,999/3≈999.666666吨标准煤" in found.text.zh
    assert found.shortfall.zh == "差1/3≈0.333333吨标准煤"


def test_a_condition_of_the_year_is_told_for_its_year(
    tell: Callable[..., Explanation], green: Callable[..., dict[str, Any]]
) -> None:
    """The stable run is counted to the end of the filing window."""
    told = tell([green(stable_since="2024-05-20")])
    (found,) = findings(told, "G", "green")
    assert (found.name, found.year) == ("stable_run", 2025)
    assert found.shortfall.zh == "还差4天"


@pytest.mark.parametrize(
    ("changes", "state", "ways"),
    [
        ({"high_tech": False, "own_ip": False}, "unmet", 2),
        ({}, "unknown", 2),
        ({"high_tech": False}, "unknown", 0),
    ],
)
def test_of_several_ways_to_meet_a_condition_one_is_said_to_be_enough(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
    changes: dict[str, Any],
    state: str,
    ways: int,
) -> None:
    """Each way that is open says so; where all others have failed, the last one is what is needed."""
    holder = company(resource_utilisation=True)
    holder = {name: value for name, value in holder.items() if name not in {"high_tech", "own_ip"}}
    built = {"green_track": "solid-waste", "start": "2022-07-01", "end": "2023-06-30"}
    case = why_not(tell([green(**built)], companies=[holder | changes]), "G", ("green",))
    enough = [f for f in case.findings if "“高新技术企业或自主知识产权”满足其一即可" in f.text.zh]
    assert case.reason == state
    assert len(enough) == ways
    assert [f for f in case.findings if "is enough" in f.text.en] == enough


def test_a_part_of_one_way_says_which_way(
    tell: Callable[..., Explanation],
    green: Callable[..., dict[str, Any]],
    company: Callable[..., dict[str, Any]],
) -> None:
    """A young company waits, or adds its parent's age: what fails of the latter says what it belongs to."""
    child = company(established="2023-05-06", parent="H")
    parent = company(id="H", established="2010-01-01", industry_code="7212")
    found = findings(tell([green()], companies=[child, parent]), "G", "green")
    belonging = {"此条属于“与母公司合并计算成立时间”" in f.text.zh for f in found if "7212" in f.text.zh}
    alone = {"此条属于" in f.text.zh for f in found if "自身成立时间" in f.text.zh}
    assert (belonging, alone) == ({True}, {False})
    assert all("满足其一即可" in f.text.zh for f in found)
