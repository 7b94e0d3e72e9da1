"""Articles 10 and 11 of 深府办规〔2023〕6号: which titles bring what, to whom, and how often."""

from __future__ import annotations

from .conditions import FIRST_YEAR, LAST_YEAR, NamedStatus
from .facts import FAILED, MET, UNKNOWN, WAN, Case, Row, money, truth

HONOUR = "honour"
# 「分别一次性给予最高300万元、100万元奖励」
MODELS = {"数字领航": 300 * WAN, "5G工厂": 100 * WAN}
# 「“数字领航”和5G工厂试点示范企业」
MODEL_NAMES = {"数字领航企业": "数字领航", "5G工厂试点示范": "5G工厂", "5G工厂试点示范企业": "5G工厂"}
# The titles that article 11 names, and the longer names it gives two of them.
GREEN_TITLES = {
    name: name
    for name in (
        "绿色工厂",
        "绿色供应链",
        "绿色园区",
        "绿色设计示范企业",
        "绿色数据中心",
        "自愿性清洁生产",
        "节能技术装备产品示范",
    )
} | {
    "工业产品绿色设计示范企业": "绿色设计示范企业",
    "工业和通信业节能技术装备产品示范": "节能技术装备产品示范",
}
LEAST, MOST = 5 * WAN, 100 * WAN


def title(honour: Row) -> str | None:
    """Return the title by which honours are told apart; ``None`` where no article names it."""
    stated = MODEL_NAMES.get(str(honour.get("title")), str(honour.get("title")))
    return stated if stated in MODELS else GREEN_TITLES.get(stated)


def honour_conditions(case: Case, honour: Row) -> list[NamedStatus]:
    """Return what articles 10 and 11 ask of an honour."""
    name = title(honour)
    found = [("title_named", UNKNOWN if name is None else MET)]
    if name in MODELS:
        level = honour.get("level")
        found.append(("by_ministry", UNKNOWN if level is None else truth(level == "国家")))
    elif name is not None:
        found.append(("first_time", truth(honour.get("first_time"))))
        if case.says("honour-first", "per-level"):
            found.append(("level_stated", UNKNOWN if honour.get("level") is None else MET))
    found.append(("recognised_in_force", _in_force(case, honour.get("year"))))
    return found


def _in_force(case: Case, year: object) -> str:
    """Recognised, and so filed, in 2024–2028; under payment the year after is one of these too."""
    if year is None:
        return UNKNOWN
    last = LAST_YEAR - 1 if case.says("in-force", "payment") else LAST_YEAR
    return MET if FIRST_YEAR <= int(str(year)) <= last else FAILED


def award(case: Case, honour: Row) -> int | None:
    """Return the fen of an honour; ``None`` where no article or table tells."""
    name = title(honour)
    if name is None:
        return None
    if name in MODELS:
        return MODELS[name]
    if case.says("honour-amount", "min"):
        return LEAST
    if case.says("honour-amount", "max"):
        return MOST
    table = case.awards.get(str(honour.get("title"))) or {}
    stated = money(table.get(str(honour.get("level"))), case.unit)
    return None if stated is None else min(MOST, max(LEAST, stated))


def same_award(case: Case, one: Row, other: Row) -> bool:
    """Return whether two honours of one company are one award, which is given once."""
    if title(one) is None or title(one) != title(other):
        return False
    if title(one) in MODELS or case.says("honour-first", "per-title"):
        return True
    return one.get("level") is not None and one.get("level") == other.get("level")
