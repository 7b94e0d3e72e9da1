"""A portfolio planned anew since an earlier plan, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.filed import filing_said
from subvent.explain.insisted import cited
from subvent.explain.layout import wrap
from subvent.explain.quantities import wan
from subvent.explain.tree import place_shown
from subvent.explain.why import DEFAULT_WIDTH
from subvent.questions.lost import Cause, Lost
from subvent.questions.replan import Replanned, Stage
from subvent.report.text_alternatives import READINGS, proof_said
from subvent.report.text_changes import bold, change_lines, line_said, signed

_TITLE = Text("重新规划 · {file}（原方案 {since}）", "Planned anew · {file}, since {since}")
_EARLIER = Text("原方案 {count} 项，{wan} 万元。", "The earlier plan: {count} claims, {wan} 万元.")
_FILED = Text("其中 {count} 项已申报，{wan} 万元。", "Of these {count} filed since, {wan} 万元.")
_KEPT = Text("仍成立 {count} 项，现合计 {wan} 万元。", "Still standing: {count} claims, {wan} 万元 now.")
_BEST = Text(
    "现在的最优方案 {wan} 万元，比仍成立的多 {more} 万元。",
    "The best plan now: {wan} 万元, {more} 万元 more than what still stands.",
)
_NOTHING = Text("现在没有可以申报的项目。", "Nothing can be claimed now.")
_SAME = Text("现在的最优方案就是仍成立的这些。", "The best plan now is what still stands.")
_STANDING = Text("仍成立的申报", "Claims that still stand")
_MORE = Text("… 另有 {count} 项", "… {count} more")
_MOST = 40
"""Claims that still stand which are listed, of more the largest."""
_NOT_STANDING = Text("不再成立的申报", "Claims that do not stand any more")
_FILED_SINCE = Text("已申报，不再规划", "Filed since, and not planned again")
_REVALUED = Text("金额有变的申报", "Claims that bring another amount now")
_STAGES = Text("改动几处，各得多少", "What changes bring")
_STAGE = Text(
    "{n} 处改动：{wan} 万元，比上一步 {gain} 万元", "{n} changes: {wan} 万元, {gain} 万元 on the step before"
)
_ONE = Text(
    "{n} 处改动：{wan} 万元，比上一步 {gain} 万元", "{n} change: {wan} 万元, {gain} 万元 on the step before"
)
_NONE = Text("不改动：{wan} 万元", "No change: {wan} 万元")
_FEWER = Text("改动更少则不会多得。", "No smaller number of changes brings more than the step before.")
_REACHED = Text("已达最优方案。", "That is as much as the best plan.")
_NOT_REACHED = Text(
    "以 {most} 处改动为限；最优方案再多 {more} 万元。",
    "With {most} changes at most; the best plan brings {more} 万元 more.",
)
_PROVEN = Text(
    "已证明：每一步都是改动不超过此数的方案中金额最高的。",
    "Proven: each step is the best of all plans with as few changes.",
)
_UNPROVEN = Text(
    "未能在时限内全部证明；放宽 --time-limit 再算。", "Not all of it was proven in time; raise --time-limit."
)
_WARNINGS = Text("提示", "Warnings")
_COUNTING = Text(
    "改动：与仍成立的申报相比，增一项、减一项各算一处；同一项目同一类别改到另一年度算一处。"
    "已申报的和不再成立的不算。",
    "A change is a claim added to what still stands, or dropped from it; one moved to another year counts "
    "once. What was filed, and what does not stand any more, does not count.",
)
_CAUSES: dict[Cause, Text] = {
    "filed": Text("已申报", "filed since"),
    "gone": Text("资料中已没有", "not in the file any more"),
    "applicant": Text("现属另一家企业", "belongs to another applicant now"),
    "benefit": Text("所用政策包没有这个类别", "no pack in use knows this benefit"),
    "kind": Text("资料中不再是这一类", "not stated as of this kind any more"),
    "unmet": Text("条件不满足", "a condition is not met"),
    "closed": Text("这一年不能申报", "it cannot be filed in this year"),
    "unknown": Text("事实不明", "a fact is not known"),
    "together": Text("与仍成立的其他申报不能并存", "it cannot stand beside the others that still do"),
    "nothing": Text("现在不带来金额", "brings nothing any more"),
}


def replan_text(
    found: Replanned, language: Language = "zh", width: int = DEFAULT_WIDTH, *, color: bool = False
) -> str:
    """What still stands, what does not and why, and what each change brings; ends in a line break.

    Names are made harmless. Amounts are in 万元, exact to the fen.
    """
    return "\n".join(line.rstrip() for line in _lines(found, language, width, color=color)) + "\n"


def _lines(found: Replanned, language: Language, width: int, *, color: bool) -> Iterator[str]:
    title = harmless(_TITLE.in_(language).format(file=found.file, since=found.since))
    yield from (bold(line, color=color) for line in wrap(title, width))
    yield from _summary(found, language, width)
    filed = [one for one in found.lost if one.cause == "filed"]
    others = [one for one in found.lost if one.cause != "filed"]
    for head, listed in ((_NOT_STANDING, others), (_FILED_SINCE, filed)):
        if listed:
            yield from ("", bold(head.in_(language), color=color))
            yield from _lost(listed, found, language, width)
    if found.kept.claims:
        yield from ("", bold(_STANDING.in_(language), color=color))
        yield from _standing(found, language, width)
    if found.revalued:
        yield from ("", bold(_REVALUED.in_(language), color=color))
        yield from change_lines(found.revalued, found.words, language, width)
    yield from ("", bold(_STAGES.in_(language), color=color))
    before = -1
    for stage in found.stages:
        yield from _stage(stage, before, found, language, width)
        before = stage.changed
    if found.reached:
        yield f"  {_REACHED.in_(language)}"
    elif found.asked is not None:
        more = wan(found.best_total - found.stages[-1].outline.total, 2)
        yield from wrap(_NOT_REACHED.in_(language).format(most=found.asked, more=more), width, "  ", "  ")
    yield ""
    yield from wrap((_PROVEN if found.proven else _UNPROVEN).in_(language), width)
    yield from wrap(_COUNTING.in_(language), width)
    if found.warnings:
        yield from ("", bold(_WARNINGS.in_(language), color=color))
    for note in found.warnings:
        said = harmless(note.text.in_(language)) + place_shown(note.place)
        yield from wrap(said, width, "  - ", "    ")


def _summary(found: Replanned, language: Language, width: int) -> Iterator[str]:
    filed = [one.fen for one in found.lost if one.cause == "filed"]
    more = found.best_total - found.kept.total
    given = " ".join(f"{name}={answer}" for name, answer in sorted(found.readings.items()))
    said = [
        _EARLIER.in_(language).format(count=len(found.earlier.claims), wan=wan(found.earlier.total, 2)),
        _FILED.in_(language).format(count=len(filed), wan=wan(sum(filed), 2)) if filed else "",
        _KEPT.in_(language).format(count=len(found.kept.claims), wan=wan(found.kept.total, 2)),
        _BEST.in_(language).format(wan=wan(found.best_total, 2), more=wan(more, 2))
        if more
        else (_SAME if found.best_total else _NOTHING).in_(language),
        proof_said(found.best_total, found.best_bound, language),
        READINGS.in_(language).format(given=given) if given else "",
        *(note.what.in_(language) for note in found.notes),
    ]
    for line in filter(None, said):
        yield from wrap(harmless(line), width)


def _standing(found: Replanned, language: Language, width: int) -> Iterator[str]:
    claims = found.kept.claims
    largest = set(sorted(claims, key=lambda line: -claims[line])[:_MOST])
    widest = max(len(wan(claims[line], 2)) for line in largest)
    hanging = " " * (widest + 6)
    for line in (line for line in claims if line in largest):
        said = harmless(line_said(line, found.words, language))
        yield from wrap(said, width, f"    {wan(claims[line], 2):>{widest}}  ", hanging)
        for filing in found.history[line]:
            yield from wrap(filing_said(filing, language), width, f"{hanging}- ", f"{hanging}  ")
    if left := len(claims) - len(largest):
        yield f"    {_MORE.in_(language).format(count=left)}"


def _lost(listed: Sequence[Lost], found: Replanned, language: Language, width: int) -> Iterator[str]:
    widest = max(len(wan(one.fen, 2)) for one in listed)
    hanging, colon = " " * (widest + 6), "：" if language == "zh" else ": "
    for one in listed:
        said = f"{line_said(one.line, found.words, language)}{colon}{_CAUSES[one.cause].in_(language)}"
        yield from wrap(harmless(said), width, f"  − {wan(one.fen, 2):>{widest}}  ", hanging)
        for finding in one.findings:
            law = cited(finding.citations, language)
            yield from wrap(harmless(finding.text.in_(language) + law), width, f"{hanging}- ", f"{hanging}  ")
        for filing in one.filings:
            yield from wrap(filing_said(filing, language), width, f"{hanging}- ", f"{hanging}  ")


def _stage(stage: Stage, before: int, found: Replanned, language: Language, width: int) -> Iterator[str]:
    form = _NONE if not stage.changed else _ONE if stage.changed == 1 else _STAGE
    said = form.in_(language).format(
        n=stage.changed, wan=wan(stage.outline.total, 2), gain=signed(stage.gain)
    )
    if stage.changed > before + 1 and before >= 0:
        said = f"{said} {_FEWER.in_(language)}" if language == "en" else f"{said}。{_FEWER.in_(language)}"
    yield from wrap(said, width, "  ", "  ")
    yield from change_lines(stage.steps, found.words, language, width)
