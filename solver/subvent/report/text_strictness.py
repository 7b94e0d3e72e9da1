"""What the open questions are worth, in a few lines of the plan's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from subvent.diagnostics import Citation, Language, Text
from subvent.display import harmless
from subvent.explain.layout import pad, width, wrap
from subvent.explain.quantities import wan
from subvent.result import Plan, Strictness

BY_DEFAULT = Text("解读全部取默认", "All readings by default")
ALL_STRICT = Text("解读全部从严", "All readings strict")
COSTLIEST = Text("单独从严影响最大", "Costliest on its own")
NONE_LOWERS = Text("没有哪个问题单独从严会减少合计", "no question lowers the total on its own")
NOT_PROVEN = Text("未能在时限内证明", "not proven within the limits")
SOME_TRIED = Text(
    "无先后次序的问题只试了 {count} 种答法，未试遍，可能还有更低的",
    "of the questions without an order {count} combinations were tried, not all: lower may exist",
)
_MONEY = Text("{wan} 万元", "{wan} 万元")
_TAKEN = Text("本方案", "this plan")
_TAKEN_BUT = Text("本方案另取 {others}", "this plan, but with {others}")
_LOWERS = Text("{name}={answer}，少 {wan} 万元：{question}", "{name}={answer}, {wan} 万元 less: {question}")
_UNPROVEN = Text("未证明的问题：{names}", "not proven: {names}")
_NOT_COMPARED = Text(
    "没有计算解读全部从严的合计（资料较大、方案未证明最优，或已中断）；加 --compare-strict 计算。",
    "The total of all strict readings was not computed (a large portfolio, a plan that is not proven, or "
    "interrupted); --compare-strict computes it.",
)


def strictness_lines(
    plan: Plan, language: Language, columns: int, cite: Callable[[Iterable[Citation]], str]
) -> Iterator[str]:
    """The default total, the all-strict total, and the question that separates them most with its phrase.

    `cite` names articles as the rest of the text does. Without open questions there are no lines.
    """
    found = plan.strict
    if not plan.readings:
        return
    if found is None:
        yield from wrap(_NOT_COMPARED.in_(language), columns)
        return
    totals = [_money(fen, language) for fen in (found.default_fen, found.strict_fen)]
    widest = max(map(width, totals))
    by_default, strict = (pad(total, widest, right=True) for total in totals)
    said = {
        BY_DEFAULT: by_default,
        ALL_STRICT: strict + _bracketed(_how_strict(plan, found, language), language),
        COSTLIEST: _costliest(found, language, cite),
    }
    labels = max(width(label.in_(language)) for label in said)
    for label, text in said.items():
        head = pad(label.in_(language), labels) + "  "
        begin = text.lstrip()  # spaces before a total align it, and belong to no word that could wrap
        yield from wrap(harmless(begin), columns, head + text[: -len(begin)], " " * width(head))


def _how_strict(plan: Plan, found: Strictness, language: Language) -> Iterator[str]:
    """Whether the plan itself is that strict, and whether every combination was tried."""
    if found.taken:
        strict = dict(found.answers)
        others = " ".join(f"{r.name}={r.answer}" for r in plan.readings if strict[r.name] != r.answer)
        yield (_TAKEN_BUT if others else _TAKEN).in_(language).format(others=others)
    if not found.every_combination:
        yield SOME_TRIED.in_(language).format(count=found.combinations)


def _costliest(found: Strictness, language: Language, cite: Callable[[Iterable[Citation]], str]) -> str:
    one = found.costliest
    if one is None:
        said = NONE_LOWERS.in_(language)
    else:
        less, question = wan(found.lowers(one), 2), one.label.in_(language)
        said = _LOWERS.in_(language).format(name=one.name, answer=one.answer, wan=less, question=question)
        said = f"{said} 〔{cite([one.citation])}「{one.citation.phrase}」〕"
    names = ", ".join(unproven.name for unproven in found.unproven)
    return said + _bracketed([_UNPROVEN.in_(language).format(names=names)] if names else [], language)


def _money(fen: int | None, language: Language) -> str:
    return NOT_PROVEN.in_(language) if fen is None else _MONEY.in_(language).format(wan=wan(fen, 2))


def _bracketed(parts: Iterable[str], language: Language) -> str:
    inside = ("；" if language == "zh" else "; ").join(parts)
    if not inside:
        return ""
    return f"（{inside}）" if language == "zh" else f" ({inside})"
