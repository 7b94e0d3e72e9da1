"""A benefit that is claimed anew every year: each year left, each figure, each level of an amount is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from subvent.diagnostics import Citation
from subvent.explain import Explanation, stages, unclaimed, unknown_facts
from subvent.result import Unclaimed

REWARD = "post_completion_reward"
YEARS = [2014, 2015, 2016, 2017, 2018]
FIGURES = {
    "2014": {"province": 100, "city": 70, "county": 60},
    "2015": {"province": 120, "city": 65, "county": 60},
    "2016": {"province": 130, "city": 80},
}


@pytest.fixture(scope="module")
def rewarded(
    tell: Callable[..., Explanation],
    company: Callable[..., dict[str, Any]],
    project: Callable[..., dict[str, Any]],
) -> Explanation:
    """A project completed in 2014, claimed for 2015; of 2016 the county's share is not stated."""
    owner = company(city="佛山", above_scale=True, fiscal_contribution=FIGURES)
    row = project(
        kinds=["post-completion-reward"],
        filing_years=YEARS,
        end="2014-05-01",
        filing_certificate=True,
        in_catalogue=True,
    )
    return tell([row], [("P1", REWARD, 2015)], companies=[owner], horizon=YEARS)


def _left(told: Explanation) -> dict[int | None, Unclaimed]:
    return {entry.year: entry for entry in unclaimed(told, {})}


def test_an_increment_is_told_level_by_level(rewarded: Explanation) -> None:
    """Each level has its two figures, its increment, a fallen one counted as zero, and its rate."""
    told = [(stage.text.zh, stage.yuan) for stage in stages(rewarded, rewarded.claims[0])]
    assert told[5:10] == [
        ("财政贡献（2015、地市） 65万元", "650000"),
        ("财政贡献（2014、地市） 70万元", "700000"),
        ("地市级增量：财政贡献（2015、地市） 65万元 − 财政贡献（2014、地市） 70万元", "-50000"),
        ("计入的地市级增量：地市级增量 -5万元 与 0万元 取较大者", "0"),
        ("地市级奖补：计入的地市级增量 0万元 × 50%", "0"),
    ]
    assert told[-1] == ("舍到分，不超过", "120000.00")


def test_each_planned_year_left_has_its_reason(rewarded: Explanation) -> None:
    """Beside the year claimed: before the policy and the period, a figure that lacks, after the period."""
    reasons = {year: entry.reason for year, entry in _left(rewarded).items()}
    assert reasons == {2014: "closed", 2016: "unknown", 2017: "unknown", 2018: "closed"}


def test_a_missing_figure_is_named_with_its_year_and_level(rewarded: Explanation) -> None:
    """The company, the year and the level that lack are named, once among the unknown facts."""
    (finding,) = _left(rewarded)[2016].findings
    assert finding.text.zh == "A：缺“财政贡献（2016、县）”"
    assert finding.text.en == "A: fiscal contribution (2016, county) is missing"
    facts = {(fact.row, fact.field, fact.label.zh) for fact in unknown_facts(rewarded)}
    assert ("A", "fiscal-contribution", "财政贡献（2016、县）") in {
        (row, name.replace("_", "-"), label) for row, name, label in facts
    }


def test_a_year_outside_the_three_says_which_they_are(rewarded: Explanation) -> None:
    """The finding names completion, the years that follow, by how many it misses them, and the phrase."""
    (finding,) = _left(rewarded)[2018].findings
    assert "其后为 2015 至 2017 年，申报年度 2018 不在其中，晚1年" in finding.text.zh
    assert finding.citations == (Citation("粤府办〔2014〕51号", "八c", "从完工下一年起连续三年内"),)
