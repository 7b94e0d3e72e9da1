"""What is answered to a question about what is not there: the nearest names, or what a row lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from subvent.diagnostics import Diagnostic, Language, Text, diagnostic
from subvent.explain.filed import filing_said
from subvent.portfolio.nearest import nearest
from subvent.result import Filing, Plan

_NEAREST = Text("是否指“{name}”？", "did you mean “{name}”? ")
_SOME = Text("例如 {names}；", "such as {names}; ")
_SEE_WARNINGS = Text(
    "看 subvent plan 的提示里它缺什么，补填；若是公司，它名下还没有可申报的对象",
    "see in the warnings of subvent plan what it lacks, and state it; a company has nothing yet that could "
    "be claimed for",
)
_JOINTS: tuple[tuple[Language, str], ...] = (("zh", "；"), ("en", "; "))
_LEFT_OUT = "portfolio.left-out"
_MOST_NAMED = 8


def no_subject(
    asked: str, names: Collection[str], subjects: Iterable[str], history: Iterable[Filing]
) -> Diagnostic:
    """That nothing goes by a name: what the history says of it, else the nearest name, else some subjects."""
    if filed := [one for one in history if one.subject == asked]:
        zh, en = (
            joint.join(f"{one.benefit_label.in_(lang)} · {filing_said(one, lang)}" for one in filed)
            for lang, joint in _JOINTS
        )
        return diagnostic("why.only-in-history", subject=asked, filed_zh=zh, filed_en=en)
    near, some = nearest(asked, names), list(dict.fromkeys(subjects))[:_MOST_NAMED] or ["–"]
    zh = _NEAREST.zh.format(name=near) if near else _SOME.zh.format(names="、".join(some))
    en = _NEAREST.en.format(name=near) if near else _SOME.en.format(names=", ".join(some))
    return diagnostic("why.no-such-subject", subject=asked, nearest_zh=zh, nearest_en=en)


def called_alike(asked: str, ids: Iterable[str]) -> Diagnostic:
    """That a name is that of several rows, by their ids."""
    named = list(ids)
    few, more = named[:_MOST_NAMED], len(named) > _MOST_NAMED
    zh, en = "、".join(few) + "……" * more, ", ".join(few) + ", …" * more
    return diagnostic("why.called-alike", subject=asked, ids_zh=zh, ids_en=en)


def nothing_to_claim(plan: Plan, subject: str) -> Diagnostic:
    """That a row is there, and nothing can be claimed for it: what the plan's warnings say that it lacks."""
    said = [note.text for note in plan.warnings if note.code == _LEFT_OUT]
    lacks = next((text for text in said if text.zh.startswith(f"{subject}：")), _SEE_WARNINGS)
    return diagnostic("why.nothing-to-claim", subject=subject, lacks_zh=lacks.zh, lacks_en=lacks.en)
