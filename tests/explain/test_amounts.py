"""An amount in stages: base, recognised parts, rate, cap, fen, with the articles beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from subvent.explain import Explanation, stages


def told_stages(told: Explanation, fen: int | None = None) -> list[tuple[str, str]]:
    """Text and exact yuan of each stage of the only claim."""
    return [(stage.text.zh, stage.yuan) for stage in stages(told, told.claims[0], fen)]


def test_base_rate_cap_and_floor(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """An amount with a base, a rate and a cap has a stage for each, and ends in whole fen."""
    told = tell([project(audited_cost="2500.000005万元")], [("P1", "equipment", 2025)])
    assert told_stages(told) == [
        ("审定总投资建设费用 2,500.000005万元", "25000000.05"),
        ("按比例：审定总投资建设费用 2,500.000005万元 × 10%", "2500000.005"),
        ("限额之内：上限 1,000万元 与 按比例 250.0000005万元 取较小者", "2500000.005"),
        ("舍到分，不超过", "2500000.00"),
    ]


def test_the_law_stands_beside_the_stage_it_sets(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Rate and cap cite the article, with the phrases that name them."""
    told = tell([project()], [("P1", "equipment", 2025)])
    rate = stages(told, told.claims[0])[1]
    assert {citation.article for citation in rate.citations} == {"2"}
    assert any("10%" in citation.phrase for citation in rate.citations)


def test_recognised_parts_of_a_base_are_told_one_by_one(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Software is recognised up to its share, then added, then held against the audited cost."""
    row = project(kinds=["smart"], audited_cost=1200, hard_cost=700, soft_cost=500)
    told = tell([row], [("P1", "smart", 2025)])
    assert told_stages(told) == [
        ("审定总投资建设费用 1,200万元", "12000000"),
        ("硬件等费用 700万元", "7000000"),
        ("软件等费用 500万元", "5000000"),
        ("合计：硬件等费用 700万元 + 软件等费用 500万元", "12000000"),
        ("按比例：合计 1,200万元 × 30%", "3600000"),
        ("认可的软件等费用：软件等费用 500万元 与 按比例 360万元 取较小者", "3600000"),
        ("合计：硬件等费用 700万元 + 认可的软件等费用 360万元", "10600000"),
        ("基数：审定总投资建设费用 1,200万元 与 合计 1,060万元 取较小者", "10600000"),
        ("按比例：基数 1,060万元 × 20%", "2120000"),
        ("限额之内：上限 5,000万元 与 按比例 212万元 取较小者", "2120000"),
        ("舍到分，不超过", "2120000.00"),
    ]


def test_shared_cost_that_counts_elsewhere_is_a_last_stage(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """Where the plan counts less than the claim's own worth, it says so."""
    told = tell([project()], [("P1", "equipment", 2025)])
    assert told_stages(told, 200_000_000)[-1] == ("共用费用只计一次，本项计入部分所得，不超过", "2000000.00")


def test_a_claim_without_a_derived_amount_has_no_stages(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """What nothing says about an amount is not made up."""
    told = tell([project(audited_cost=None)], [("P1", "equipment", 2025)])
    assert stages(told, told.claims[0]) == ()
