"""Plans beside the best one, as text."""

from __future__ import annotations

from collections.abc import Iterator

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import number, wan
from subvent.explain.why import DEFAULT_WIDTH
from subvent.questions.alternatives import Alternative, Alternatives, Fewest, Simplest, counted
from subvent.report.text_changes import NOT_PROVEN, bold, change_lines

PROVEN = Text("已证明：没有合法方案金额更高。", "Proven: no lawful plan brings more.")
AT_MOST = Text("未能证明最优；已证明不超过 {wan} 万元。", "Not proven; proven: at most {wan} 万元.")
_TITLE = Text("其他方案 · {file}", "Plans beside the best · {file}")
_BEST = Text(
    "最优方案 {wan} 万元，{filings} 项申报，{applicants} 家企业。",
    "The best plan: {wan} 万元; claims: {filings}, applicants: {applicants}.",
)
READINGS = Text("解读取 {given}，其余取默认。", "Readings {given}, all others by default.")
_NEXT = Text("次优方案", "Next best plans")
_SUBSTANCE = Text(
    "每一个都是与前面各方案有实质不同的方案中金额最高的：至少有一个项目按一个前面方案没有的类别申报。"
    "只换年度、换申报所归的对象、少报几项、多报不增加金额的，不算实质不同。",
    "Each is the best of those that differ in substance from all before it: that file some subject under a "
    "benefit under which the other does not. Another year, the same claim for another row, claims left out "
    "and claims that bring nothing do not count.",
)
_LESS = Text("{n}. {wan} 万元，少 {less} 万元", "{n}. {wan} 万元, {less} 万元 less")
_EQUAL = Text("{n}. {wan} 万元，同样多", "{n}. {wan} 万元, as much")
_NO_MORE = Text("没有其他有实质不同的方案。", "No further plan differs in substance.")
_UNFINISHED = Text(
    "时限内只找到这些；放宽 --time-limit 再算。", "Only these were found in time; raise --time-limit."
)
_WITHIN = Text(
    "最多少得 {percent}%（{wan} 万元）的最简方案",
    "The simplest plans that give up at most {percent}% ({wan} 万元)",
)
_NAMES: dict[Fewest, Text] = {
    "filings": Text("申报项最少", "Fewest claims"),
    "applicants": Text("申报企业最少", "Fewest applicants"),
}
_FEWER = Text(
    "{name}：{count}（最优方案 {before}）；{wan} 万元，少 {less} 万元",
    "{name}: {count} (the best plan has {before}); {wan} 万元, {less} 万元 less",
)
_FEWER_FOR_NOTHING = Text(
    "{name}：{count}（最优方案 {before}）；{wan} 万元，同样多",
    "{name}: {count} (the best plan has {before}); {wan} 万元, as much",
)
_NO_FEWER = Text("{name}：{count}，最优方案已是最少。", "{name}: {count}; the best plan has as few.")


def alternatives_text(
    found: Alternatives, language: Language = "zh", width: int = DEFAULT_WIDTH, *, color: bool = False
) -> str:
    """The best plan in a line, the next best ones and the simplest ones; ends in a line break.

    Names are made harmless. Amounts are in 万元, exact to the fen.
    """
    return "\n".join(line.rstrip() for line in _lines(found, language, width, color=color)) + "\n"


def _lines(found: Alternatives, language: Language, width: int, *, color: bool) -> Iterator[str]:
    best = found.best
    yield from (
        bold(line, color=color)
        for line in wrap(harmless(_TITLE.in_(language).format(file=found.file)), width)
    )
    said = _BEST.in_(language).format(
        wan=wan(best.total, 2), filings=counted(best, "filings"), applicants=counted(best, "applicants")
    )
    yield from wrap(said, width)
    yield from wrap(proof_said(best.total, best.bound, language), width)
    if found.readings:
        given = " ".join(f"{name}={answer}" for name, answer in sorted(found.readings.items()))
        yield from wrap(harmless(READINGS.in_(language).format(given=given)), width)
    yield ""
    yield bold(_NEXT.in_(language), color=color)
    yield from wrap(_SUBSTANCE.in_(language), width, "  ", "  ")
    for place, plan in enumerate(found.next_best, 1):
        less = best.total - plan.outline.total
        form = _LESS if less else _EQUAL
        said = form.in_(language).format(n=place, wan=wan(plan.outline.total, 2), less=wan(less, 2))
        yield from _plan(said, plan, found, language, width)
    if len(found.next_best) < found.asked.count:
        yield from wrap((_NO_MORE if found.exhausted else _UNFINISHED).in_(language), width, "  ", "  ")
    if found.simplest:
        yield ""
        percent = number(found.asked.within * 100)
        slack = wan(best.total - found.simplest[0].least, 2)
        yield bold(_WITHIN.in_(language).format(percent=percent, wan=slack), color=color)
    for one in found.simplest:
        yield from _plan(_simplest(one, found, language), one.plan, found, language, width)


def _plan(said: str, plan: Alternative, found: Alternatives, language: Language, width: int) -> Iterator[str]:
    proven = "" if plan.proven else NOT_PROVEN.in_(language)
    yield from wrap(said + proven, width, "  ", "     ")
    yield from change_lines(plan.changes, found.words, language, width)


def _simplest(one: Simplest, found: Alternatives, language: Language) -> str:
    before, name = counted(found.best, one.fewest), _NAMES[one.fewest].in_(language)
    if one.number == before:
        return _NO_FEWER.in_(language).format(name=name, count=before)
    total = one.plan.outline.total
    less = found.best.total - total
    return (
        (_FEWER if less else _FEWER_FOR_NOTHING)
        .in_(language)
        .format(name=name, count=one.number, before=before, wan=wan(total, 2), less=wan(less, 2))
    )


def proof_said(total: int, bound: int, language: Language) -> str:
    """That a total in fen is proven, or how far it may be from the optimum."""
    return PROVEN.in_(language) if total == bound else AT_MOST.in_(language).format(wan=wan(bound, 2))
