"""What each unknown fact could be worth, as text: the one that could bring most first."""

from __future__ import annotations

from collections.abc import Iterator

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import place_shown
from subvent.questions.takes.unknown import Worth, Worths
from subvent.report.text_takes import fact_said

_TITLE = Text(
    "现在的最优方案合计不超过 {wan} 万元。不明的事实查明后，最多可多得：",
    "The best plan as things are: at most {wan} 万元. What unknown facts could bring, once known:",
)
_NONE = Text(
    "现在的最优方案合计不超过 {wan} 万元。没有申报项取决于没有填的事实。",
    "The best plan as things are: at most {wan} 万元. No claim hangs on a fact that is not stated.",
)
_UNDECIDED = Text(
    "没有漏填字段、但仍不明的：所填的认不出（改成所列举的，或向主管部门确认），或政策包没有写明缺什么：",
    "Unknown, though no field that could tell is left out: stated in words that no rule knows (write what is "
    "listed, or ask the authority), or lacking what the pack does not name:",
)
_GAIN = Text("最多可多得 {wan} 万元", "up to {wan} 万元 more")
_NOTHING = Text(
    "填什么都不会多得，连同同一申报项取决于的其他事实也一样",
    "nothing more, whatever it is, nor with the other facts that its claims hang on",
)
_NOTHING_ALONE = Text(
    "只填这一项不会多得；填上之后再问，即知还缺什么",
    "nothing by itself; state it and ask again to see what else is missing",
)
_NOT_TRIED = Text(
    "不是这一行的数额、日期、是否或选项字段，没有试",
    "not tried: it is no field of this row that takes an amount, a day, yes or no, or a choice",
)
_LATE = Text("时间不够，没有算", "not worked out in time")
_UP_TO = Text("（关系到不超过 {wan} 万元）", " (up to {wan} 万元 hang on it)")
_BESIDE = Text("还要：", "and with it: ")
_FOR = Text("关系到：{claims}", "for: {claims}")
_MEANING = Text(
    "每个数都用填好的资料重新求解核对过：事实取最有利的值，其余不变。各项单独计算，不能相加。",
    "Each was planned anew with the fact at its best value and all else as it is. They do not add up.",
)
_UNPROVEN = Text(
    "有的方案未证明最优，或没有算完；放宽 --time-limit 再算。",
    "Not every plan is proven, or not all was worked out; raise --time-limit.",
)


def worths_text(found: Worths, language: Language, width: int) -> str:
    """The worths as text of at most `width` columns, ending in a line break. Amounts are in 万元, exact."""
    lines = _lines(found, language, max(40, width))
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _lines(found: Worths, language: Language, width: int) -> Iterator[str]:
    title = (_TITLE if found.worths else _NONE).in_(language).format(wan=wan(found.total_fen, 2))
    yield from wrap(title, width)
    called = {worth.fact.row: worth.fact.called for worth in found.worths}
    for worth in found.worths:
        name = f"{worth.fact.called.in_(language)} · {worth.fact.label.in_(language)}"
        yield from wrap(harmless(f"{name}  {_gain(worth, language)}"), width, "  - ")
        for number, fact in enumerate(worth.facts):
            beside = _BESIDE.in_(language) if number else ""
            said = beside + fact_said(fact, language, called.get(fact.row))
            yield from wrap(harmless(said), width, "     → ")
        if not worth.fact.claims:
            continue
        claims = ("、" if language == "zh" else ", ").join(
            f"{subject} {found.labels[benefit].in_(language)}" for subject, benefit in worth.fact.claims
        )
        yield from wrap(harmless(_FOR.in_(language).format(claims=claims)), width, "       ")
    if found.undecided:
        yield from wrap(_UNDECIDED.in_(language), width)
    for entry in found.undecided:
        name = f"{entry.subject} {entry.subject_name}".rstrip() + f" · {entry.label.in_(language)}"
        yield from wrap(harmless(name), width, "  - ")
        for finding in entry.findings:
            said = harmless(finding.text.in_(language)) + place_shown(finding.place)
            yield from wrap(said, width, "     → ")
    if any(worth.gain_fen is not None for worth in found.worths):
        yield from wrap(_MEANING.in_(language), width)
    if not found.proven:
        yield from wrap(_UNPROVEN.in_(language), width)


def _gain(worth: Worth, language: Language) -> str:
    if worth.gain_fen:
        return _GAIN.in_(language).format(wan=wan(worth.gain_fen, 2))
    if worth.gain_fen == 0:
        return (_NOTHING if worth.fact.claims else _NOTHING_ALONE).in_(language)
    said = (_NOT_TRIED if worth.tried else _LATE).in_(language)
    ceiling = worth.fact.worth_fen
    return said if ceiling is None else said + _UP_TO.in_(language).format(wan=wan(ceiling, 2))
