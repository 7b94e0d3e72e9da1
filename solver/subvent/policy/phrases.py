"""The numbers a phrase of Chinese law states: what they are, and whether their words make them bounds.

numbers("总投资额达到5亿元及以上")   # one Stated: quantity (50000, 0), at least
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Kind = Literal["quantity", "percent", "years", "months", "days", "date", "code", "integer"]
Bound = Literal["at least", "at most", "above", "below", ""]

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_CN = "零〇一二两三四五六七八九十百千万亿"
_UNIT = "瓦克米卡帕伏焦牛安赫"
"""The second characters of units such as 千瓦, whose first is no number; nor is the first of 百分点."""
_CN_NUMBER = f"(?:[{_CN}](?![{_UNIT}]|分[点之]))+"
_YUAN_IN_WAN = 10**4
_TWO = 2
_MILLION = 10**6
_FIRST_YEAR = 1800
_OF = "元|年(?!度)|周年|个月|天|日(?!元)|个?自然日|个?日历日"
"""Units of money and of lengths of time; working days are none, for no calendar is at hand."""
_TO = r"(?:至|到|[-—–~])\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"""(?P<ratio>\d+(?:\.\d+)?(?:[:∶]\d+(?:\.\d+)?)+)
    |(?P<half_year>半年(?!度))
    |(?P<half>一半|减半|半数)|(?P<whole>全额)
    |(?P<year>(?:1[89]|20|21)\d\d)年(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日)?)?
    |(?P<month2>\d{{1,2}})月(?P<day2>\d{{1,2}})日
    |(?P<percent>\d+(?:\.\d+)?)%
    |百分之(?P<percent_cn>{_CN_NUMBER})
    |(?P<permille>\d+(?:\.\d+)?)‰|千分之(?P<permille_cn>{_CN_NUMBER})
    |(?P<parts>[{_CN}]+|\d+)分之(?P<taken>{_CN_NUMBER}|\d+)
    |(?P<code>(?<!\d)\d{{4}}(?!\d|[.,]\d|[百千万亿]*(?:元|{_TO}[百千万亿]*(?:元|年|个月|%))
     |吨|个|项|家|年|天|日|%))
    |(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<scale>(?:[百千万亿](?![{_UNIT}]))*)(?P<unit>{_OF})?
     (?={_TO}(?P<its_scale>[百千万亿]*)(?P<its_unit>{_OF}|%))?
    |(?P<cn>{_CN_NUMBER})(?P<cn_unit>{_OF})?""",
    re.VERBOSE,
)
_AT_LEAST_BEFORE = ("达到", "不低于", "不小于", "不少于", "至少", "满")
_AT_MOST_BEFORE = (
    *("不超过", "不高于", "不大于", "不多于", "至多", "上限", "最高", "最多"),
    *("有效期至", "截至", "截止到", "截止至"),
)
_ABOVE_BEFORE, _BELOW_BEFORE = (
    ("超过", "高于", "大于", "多于"),
    ("低于", "小于", "少于", "不满", "不足", "未满", "不到"),
)
_AT_MOST_NEXT = ("内", "止")
_PART_ABOVE = ("的部分", "部分")
_AT_LEAST_AFTER = ("以上", "以后", "起实施", "起施行", "起")
_AT_MOST_AFTER = ("以下", "以内", "之内", "以前")
_STOPS = re.compile(r"[，。；、（）：！？,;:!?()\s]")
_BLANK = re.compile(r"\s+(?=[^\x00-\x7f]|%)|(?<=[^\x00-\x7f])\s+")
"""A blank beside a Chinese character, as in 500 万元, says nothing."""
_WITH_OR_WITHOUT = re.compile(r"([^，。；、,;()]*)\((不?)含\)")
"""20万元（含）以上, 60分（含）以上, 5000万元（不含）以下"""
_NUMBER_ITSELF = re.compile(r"\((不?)含(?:本数|\d[\d.,]*[百千万亿]*[^()\d，。]{0,4})\)")
_TAX = re.compile(r"\(不?含[^()\d]{1,6}\)")
_RANGE_JOIN = re.compile(r"(?:日)?\s*(?:至|到|-|—|–|~)\s*")
_RANGE_END = re.compile(r"[^，。；、]{0,6}(?:期间|之间)")


class Stated(NamedTuple):
    """A number in a phrase.

    `value`: of a quantity (whole, millionths), money in 万元; of a date (year, month, day); of a code its
    digits; of percent, years, months, days and integers one number as a tuple. `range_with` is the other end
    when the phrase spans from one number to another.
    """

    kind: Kind
    value: tuple[int, ...]
    bound: Bound
    begin: int
    end: int
    range_with: tuple[int, ...] = ()


@lru_cache(maxsize=4096)
def numbers(phrase: str) -> tuple[Stated, ...]:
    """Every number a phrase states, in order. Full-width digits and signs count as half-width ones.

    A ratio such as 5:3:2 states its parts and their sum, one of two parts also the second in percent of the
    first; a fraction such as 三分之二 both its numbers; of 30至50万元 the first has the unit of the second.
    """
    text = _BLANK.sub("", unicodedata.normalize("NFKC", phrase))
    # （含100万元） says the number itself again, （不含税） nothing of it.
    text = _TAX.sub("", _NUMBER_ITSELF.sub(r"(\1含)", text))
    found = list(_numbers(text))
    bounded = [stated._replace(bound=_bound(text, stated, found)) for stated in found]
    return tuple(_ranged(text, bounded))


def _numbers(text: str) -> Iterator[Stated]:
    year = 0
    for match in _NUMBER.finditer(text):
        span = (match.start(), match.end())
        part = match.groupdict()
        if part["year"]:
            year = int(part["year"])
            if part["day"]:
                yield Stated("date", (year, int(part["month"]), int(part["day"])), "", *span)
            else:
                yield Stated("integer", (year,), "", *span)
        elif part["month2"]:
            yield Stated("date", (year, int(part["month2"]), int(part["day2"])), "", *span)
        elif part["code"]:
            yield Stated("code", tuple(map(int, part["code"])), "", *span)
        else:
            yield from _shares(part, span) or _plain(part, span)


def _shares(part: Mapping[str, str | None], span: tuple[int, int]) -> list[Stated]:
    """What a percentage, a part or a ratio states; nothing of any other number."""
    if written := part["percent"] or part["percent_cn"]:
        return [_of("percent", _value(written), span)]
    if written := part["permille"] or part["permille_cn"]:
        return [_of("percent", _value(written) / 10, span)]
    if part["whole"]:
        return [_of("percent", Decimal(100), span)]
    if part["half"]:
        return [_of("percent", Decimal(50), span), _of("integer", Decimal(2), span)]
    if part["parts"]:
        return [_of("integer", _value(one or ""), span) for one in (part["parts"], part["taken"])]
    return _ratio([Decimal(one) for one in re.split("[:∶]", part["ratio"])], span) if part["ratio"] else []


def _ratio(parts: Sequence[Decimal], span: tuple[int, int]) -> list[Stated]:
    """The parts of a ratio, their sum, and of two the second in percent of the first, where that is exact."""
    found = [_of("integer", value, span) for value in dict.fromkeys((*parts, sum(parts, Decimal())))]
    percent = 100 * parts[1] / parts[0] if len(parts) == _TWO and parts[0] else Decimal("0.0000001")
    return found if percent * _MILLION % 1 else [*found, _of("percent", percent, span)]


def _of(kind: Kind, value: Decimal, span: tuple[int, int]) -> Stated:
    """A number of a kind; one that is not whole, and no rate, is a quantity."""
    if value % 1:
        return Stated("quantity" if kind == "integer" else kind, _pair(value), "", *span)
    return Stated(kind, (int(value),), "", *span)


def _value(written: str) -> Decimal:
    return Decimal(written) if written.isascii() else Decimal(chinese(written))


def _plain(part: Mapping[str, str | None], span: tuple[int, int]) -> Iterator[Stated]:
    value, unit = Decimal(6), part["half_year"] and "个月"
    if part["cn"]:
        value, unit = Decimal(chinese(part["cn"])), part["cn_unit"]
    elif not part["half_year"]:
        value = Decimal((part["number"] or "0").replace(",", ""))
        unit = part["unit"] or part["its_unit"]
        for scale in part["scale"] or ("" if part["unit"] else part["its_scale"]) or "":
            value *= (_SMALL | _LARGE)[scale]
    if unit == "%":
        yield _of("percent", value, span)
    elif unit in ("年", "周年"):
        # 二〇二五年 is a calendar year, 三年 a length of time.
        yield Stated("years" if value < _FIRST_YEAR else "integer", (int(value),), "", *span)
    elif unit == "个月":
        yield _of("months", value, span)
    elif unit and unit.endswith(("天", "日")):
        yield _of("days", value, span)
    elif unit == "元":
        yield Stated("quantity", _pair(value / _YUAN_IN_WAN), "", *span)
    else:
        yield _of("integer", value, span)


def _pair(value: Decimal) -> tuple[int, int]:
    whole, millionths = divmod(value * _MILLION, _MILLION)
    return int(whole), int(millionths)


def chinese(numeral: str) -> int:
    """The value of a Chinese numeral such as 一千二百, 十五 or 二〇二五."""
    if all(c in _DIGITS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral))
    total = section = digit = 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _SMALL:
            section += (digit or 1) * _SMALL[c]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[c]
            section = digit = 0
    return total + section + digit


def _bound(text: str, stated: Stated, found: list[Stated]) -> Bound:
    """What the words of its clause make of a number: those after it first, for they stand closest."""
    following = min((other.begin for other in found if other.begin >= stated.end), default=len(text))
    preceding = max((other.end for other in found if other.end <= stated.begin), default=0)
    clause = text[stated.end : following]
    with_it = _WITH_OR_WITHOUT.match(clause)
    if with_it:
        clause = with_it[1] + clause[with_it.end() :]
    excluded = bool(with_it and with_it[2])
    after = _STOPS.split(clause, maxsplit=1)[0]
    before = _STOPS.split(text[preceding : stated.begin])[-1]
    if any(word in after for word in _AT_LEAST_AFTER):
        return "above" if excluded else "at least"
    if stated.kind == "date" and after.startswith("前"):
        return "at most"
    if after.startswith(_AT_MOST_NEXT) or any(word in after for word in _AT_MOST_AFTER):
        return "below" if excluded else "at most"
    words: list[tuple[int, Bound]] = []
    for bound, candidates in _BEFORE.items():
        words += [(before.rfind(word) + len(word), bound) for word in candidates if word in before]
    # “不超过” ends where “超过” ends; the longer word, listed first, is the one that is meant.
    said = max(words, key=lambda word: word[0])[1] if words else ""
    # 超过3%的部分 sets apart what is above: of the amount that it parts, up to 3 % is left.
    return "at most" if said == "above" and after.startswith(_PART_ABOVE) else said


_BEFORE: dict[Bound, tuple[str, ...]] = {
    "at least": _AT_LEAST_BEFORE,
    "at most": _AT_MOST_BEFORE,
    "above": _ABOVE_BEFORE,
    "below": _BELOW_BEFORE,
}


def _ranged(text: str, found: list[Stated]) -> Iterator[Stated]:
    """Marks both ends of “A至B期间”, “在A-B之间”, “代码A至B”, and of two days or calendar years."""
    marked = list(found)
    for i in range(len(marked) - 1):
        first, second = marked[i], marked[i + 1]
        if first.kind != second.kind or not _RANGE_JOIN.fullmatch(text[first.end : second.begin]):
            continue
        are_years = text[first.end - 1] == text[second.end - 1] == "年" and first.kind == "integer"
        if first.kind in ("code", "date") or are_years or _RANGE_END.match(text, second.end):
            marked[i] = first._replace(bound="at least", range_with=second.value)
            marked[i + 1] = second._replace(bound="at most", range_with=first.value)
    yield from marked
