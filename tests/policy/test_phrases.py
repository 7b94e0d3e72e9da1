"""Numbers are read from the words of the law as a lawyer reads them."""

from __future__ import annotations

import pytest

from subvent.policy.phrases import chinese, numbers


@pytest.mark.parametrize(
    ("phrase", "kind", "value", "bound"),
    [
        ("总投资额达到5亿元及以上", "quantity", (50000, 0), "at least"),
        ("上限为1亿元", "quantity", (10000, 0), "at most"),
        ("最高500万元", "quantity", (500, 0), "at most"),
        ("不超过６２０００.３５万元", "quantity", (62000, 350000), "at most"),
        ("奖励5000元", "quantity", (0, 500000), ""),
        ("超过100万元的", "quantity", (100, 0), "above"),
        ("利率超过3%的部分由企业承担", "percent", (3,), "at most"),
        ("不超过100万元部分", "quantity", (100, 0), "at most"),
        ("低于30万元的", "quantity", (30, 0), "below"),
        ("投资1,000万元以下", "quantity", (1000, 0), "at most"),
        ("年节能量50吨标准煤以上", "integer", (50,), "at least"),
        ("达到一千吨标准煤及以上", "integer", (1000,), "at least"),
        ("不低于项目总投资的50%", "percent", (50,), "at least"),
        ("按照不超过审定费用的３０％给予资助", "percent", (30,), "at most"),
        ("百分之四十", "percent", (40,), ""),
        ("成立时间不低于3年", "years", (3,), "at least"),
        ("建设期不超过两年", "years", (2,), "at most"),
        ("稳定运行满一年", "years", (1,), "at least"),
        ("自2024年1月1日起实施", "date", (2024, 1, 1), "at least"),
        ("选择其中一类", "integer", (1,), ""),
        ("自2015年起", "integer", (2015,), "at least"),
        ("从 ２０１５年起", "integer", (2015,), "at least"),
        ("连续三年内", "years", (3,), "at most"),
        ("省级分成部分的６０％", "percent", (60,), ""),
        ("有效期至2033年12月31日", "date", (2033, 12, 31), "at most"),
        ("截至2033年12月31日", "date", (2033, 12, 31), "at most"),
        ("次年1月31日止", "date", (0, 1, 31), "at most"),
        ("2030年1月1日以后授权", "date", (2030, 1, 1), "at least"),
        ("6月30日前完工", "date", (0, 6, 30), "at most"),
        ("6月30日以前", "date", (0, 6, 30), "at most"),
        ("二十万千瓦时以上", "integer", (200_000,), "at least"),
        ("每千瓦时200元", "quantity", (0, 20_000), ""),
        ("下降10个百分点", "integer", (10,), ""),
        ("20万元（含）以上", "quantity", (20, 0), "at least"),
        ("5000万元（不含）以下", "quantity", (5000, 0), "below"),
        ("60分（含）以上", "integer", (60,), "at least"),
        ("100万元（含100万元）以上", "quantity", (100, 0), "at least"),
        ("100万元以上（含本数）", "quantity", (100, 0), "at least"),
        ("发票金额300万元（不含税）以上", "quantity", (300, 0), "at least"),
        ("最高 500 万元", "quantity", (500, 0), "at most"),
        ("补贴千分之五", "percent", (0, 500_000), ""),
        ("奖励5‰", "percent", (0, 500_000), ""),
        ("全额补助", "percent", (100,), ""),
        ("到账6个月内", "months", (6,), "at most"),
        ("满十八个月", "months", (18,), "at least"),
        ("半年内申报", "months", (6,), "at most"),
        ("自竣工之日起30日内", "days", (30,), "at most"),
        ("竣工后九十日以内", "days", (90,), "at most"),
        ("稳定运行满1000天", "days", (1000,), "at least"),
        ("30个自然日内", "days", (30,), "at most"),
        ("30个工作日内", "integer", (30,), ""),
        ("资助10日元", "integer", (10,), ""),
    ],
)
def test_one_number(phrase: str, kind: str, value: tuple[int, ...], bound: str) -> None:
    """Unit, Chinese or full-width writing and the words around it say what a number is."""
    (stated,) = numbers(phrase)
    assert (stated.kind, stated.value, stated.bound) == (kind, value, bound)


@pytest.mark.parametrize(
    ("phrase", "stated"),
    [
        ("按5:3:2拨付", [("integer", (5,)), ("integer", (3,)), ("integer", (2,)), ("integer", (10,))]),
        (
            "按1∶0.5配套",
            [("integer", (1,)), ("quantity", (0, 500_000)), ("quantity", (1, 500_000)), ("percent", (50,))],
        ),
        ("三分之二", [("integer", (3,)), ("integer", (2,))]),
        ("减半", [("percent", (50,)), ("integer", (2,))]),
        ("30至50万元", [("quantity", (30, 0)), ("quantity", (50, 0))]),
        ("1000万-2000万元", [("quantity", (1000, 0)), ("quantity", (2000, 0))]),
        ("10至30日", [("days", (10,)), ("days", (30,))]),
        ("1-3年", [("years", (1,)), ("years", (3,))]),
        ("10-30%", [("percent", (10,)), ("percent", (30,))]),
    ],
)
def test_parts_ratios_and_ranges(phrase: str, stated: list[tuple[str, tuple[int, ...]]]) -> None:
    """A ratio states its parts, their sum and a rate; of a range the first has the unit of the second."""
    assert [(one.kind, one.value) for one in numbers(phrase)] == stated


def test_both_ends_of_a_period() -> None:
    """期间 makes the first date a lower and the second an upper bound."""
    first, second = numbers("在2022年1月1日至2023年12月31日期间")
    assert (first.value, first.bound, first.range_with) == ((2022, 1, 1), "at least", (2023, 12, 31))
    assert (second.value, second.bound, second.range_with) == ((2023, 12, 31), "at most", (2022, 1, 1))


def test_two_calendar_years_are_a_period() -> None:
    """２０１５年至 ２０１７年 sets both ends, in full-width digits and with a blank inside."""
    first, second = numbers("２０１５年至 ２０１７年，省财政预算安排")
    assert (first.value, first.bound, first.range_with) == ((2015,), "at least", (2017,))
    assert (second.value, second.bound, second.range_with) == ((2017,), "at most", (2015,))


def test_a_day_without_a_year_has_that_of_the_phrase() -> None:
    """2025年4月23日至5月16日 names the year once."""
    assert [s.value for s in numbers("于2025年4月23日至5月16日18时")][:2] == [(2025, 4, 23), (2025, 5, 16)]


def test_codes_keep_their_zero() -> None:
    """0610-4690 are two codes and a range."""
    assert [(s.kind, s.value, s.bound) for s in numbers("代码在0610-4690之间")] == [
        ("code", (0, 6, 1, 0), "at least"),
        ("code", (4, 6, 9, 0), "at most"),
    ]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("十", 10),
        ("十五", 15),
        ("二十", 20),
        ("一千二百", 1200),
        ("三万五千", 35000),
        ("二〇二五", 2025),
        ("两", 2),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    """Numerals have their value."""
    assert chinese(numeral) == value
