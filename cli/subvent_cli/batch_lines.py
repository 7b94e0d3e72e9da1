"""What `batch` tells of each file, and of all of them at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from subvent.diagnostics import Text
from subvent.display import harmless
from subvent_cli import messages
from subvent_cli.output import emit
from subvent_cli.session import Session

if TYPE_CHECKING:
    from subvent.report.outcome import Outcome

_TOTAL = Text("不超过 {total} 万元，{n} 项", "at most {total} 万元, claims: {n}")
_UNPROVEN = Text("，未证明最优，上界 {bound} 万元", ", not proven; at most {bound} 万元 is possible")
_FAILED = Text("没有方案，见消息", "no plan, see the messages")
_KEPT = Text("（已有方案，未重做）", " (kept: the plan was there)")
_UNWRITTEN = Text("（方案没有写成，见消息）", " (not written, see the messages)")
_ALL = Text(
    "共 {files} 份：已证明最优 {optimal}，未证明 {feasible}，没有方案 {none}；"
    "合计不超过 {total} 万元，{claims} 项",
    "{files} files: {optimal} proven optimal, {feasible} not proven, {none} without a plan; "
    "at most {total} 万元 in all, claims: {claims}",
)
_RESUMED = Text("；沿用 {kept} 份，新做 {planned} 份", "; kept {kept}, planned {planned}")


def tell(one: Outcome, session: Session) -> None:
    """Tell what became of a file: for programs all in its line, for people what is wrong beside it."""
    if session.json:
        emit(json.dumps(_plain(one), ensure_ascii=False), session)
        return
    if one.diagnostics:
        messages.report(one.diagnostics, session, one.status)
    emit("".join(_words(one, session)), session)


def tell_all(outcomes: Sequence[Outcome], session: Session, *, resumed: bool) -> None:
    """Tell people what all files come to, where there are several: programs add up the lines.

    Of a batch that was `resumed` also how many plans were there, and how many were made.
    """
    if session.json or len(outcomes) == 1:
        return
    from subvent.explain.quantities import wan
    from subvent.report.outcome import counts

    found = counts(outcomes)
    told = _ALL.in_(session.language).format(**found._asdict(), total=wan(found.fen, 2))
    if resumed:
        kept = sum(one.kept for one in outcomes)
        told += _RESUMED.in_(session.language).format(kept=kept, planned=found.files - found.none - kept)
    emit(told, session)


def _plain(one: Outcome) -> dict[str, object]:
    told: dict[str, object] = {"file": str(one.file), "exit_status": one.status}
    if plan := one.plan:
        told |= {
            "status": plan.status,
            "total_yuan": plan.total_yuan,
            "bound_yuan": plan.bound_yuan,
            "claims": int(plan.claims),
            "warnings": int(plan.warnings),
            "kept": one.kept,
            "written": [str(path) for path in one.written],
        }
    if one.diagnostics:
        told |= json.loads(messages.as_json(one.diagnostics, one.status))
    return told


def _words(one: Outcome, session: Session) -> Iterator[str]:
    from subvent.explain.quantities import wan
    from subvent.money import from_yuan

    yield f"{harmless(str(one.file))}  "
    if (plan := one.plan) is None:
        yield _FAILED.in_(session.language)
        return
    yield _TOTAL.in_(session.language).format(total=wan(from_yuan(plan.total_yuan), 2), n=plan.claims)
    if plan.status != "optimal":
        yield _UNPROVEN.in_(session.language).format(bound=wan(from_yuan(plan.bound_yuan), 2))
    if one.kept:
        yield _KEPT.in_(session.language)
    if one.diagnostics:
        yield _UNWRITTEN.in_(session.language)
