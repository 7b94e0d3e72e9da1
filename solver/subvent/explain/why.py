"""`why`: the part of a plan that answers why something is, or is not, claimed.

A question names a subject, or an applicant for all of its subjects, and may name a benefit and a year.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from subvent.diagnostics import Diagnostic, InputError, Language, Text, diagnostic
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import number, wan
from subvent.explain.tree import Notes, place_shown, tree
from subvent.logic.terms import quote
from subvent.plan_data import Phrases, beside_data, claim_data, step_data, unclaimed_data
from subvent.portfolio.nearest import nearest
from subvent.result import Beside, Claim, Plan, Step, Unclaimed

_REASONS = {
    "unmet": Text("条件不满足", "a condition is not met"),
    "unknown": Text("事实不明", "a fact is not known"),
    "closed": Text("没有可申报的年度", "no year is open"),
    "outbid": Text("让位于更优的申报", "something else brings more"),
}
_CLAIMED = Text("申报，不超过 {amount}", "claimed, at most {amount}")
_NOT_CLAIMED = Text("不申报：{reason}", "not claimed: {reason}")
_OTHER_YEAR = Text(
    "{year}年不申报：方案在{other}年申报", "not claimed in {year}: the plan claims it in {other}"
)
_BESIDE = Text("不计入合计，{amount}", "beside the total, {amount}")
_STAGES = Text("金额", "Amount")
_PROOF = Text("依据", "Proof")
_NOTES = Text("条文", "Articles")
_WORTH = Text("单独计算不超过 {amount}", "by itself at most {amount}")
_LOSS = Text("坚持申报它，合计会少 {amount}", "insisting on it would cost {amount}")
_NO_LOSS = Text(
    "坚持申报它，合计不变", "insisting on it would cost nothing: the plan is one of several equally good"
)
_IMPOSSIBLE = Text("没有合法的方案包含它", "no lawful plan holds it")
_NEAREST = Text("是否指“{name}”？", "did you mean “{name}”? ")
_WHY_NOT = ("blocked", "doubtful", "missing", "shut", "dim", "barred")
DEFAULT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan says to a question. `other_year` is the year asked for, if the claims are of others.

    `beside` is what the subject brings beside the total.
    """

    claims: tuple[Claim, ...]
    not_claimed: tuple[Unclaimed, ...]
    other_year: int | None = None
    beside: tuple[Beside, ...] = ()


def why(plan: Plan, subject: str, benefit: str | None = None, year: int | None = None) -> Answer:
    """The answer to a question. Raises InputError, naming the nearest, when the plan knows no such thing."""
    claims = [c for c in plan.claims if subject in {c.subject, c.applicant}]
    others = [u for u in plan.not_claimed if subject in {u.subject, u.applicant}]
    beside = [b for b in _all_beside(plan) if subject in {b.subject, b.applicant}]
    if not claims and not others and not beside:
        raise InputError(_no_subject(plan, subject))
    if benefit is not None:
        entries: list[Claim | Unclaimed | Beside] = [*claims, *others, *beside]
        known = sorted({entry.benefit for entry in entries})
        claims = [c for c in claims if _is_benefit(benefit, c.benefit, c.benefit_label)]
        others = [u for u in others if _is_benefit(benefit, u.benefit, u.benefit_label)]
        beside = [b for b in beside if _is_benefit(benefit, b.benefit, b.benefit_label)]
        if not claims and not others and not beside:
            raise InputError(
                diagnostic("why.no-such-benefit", subject=subject, benefit=benefit, benefits=", ".join(known))
            )
    if year is None:
        return Answer(tuple(claims), tuple(others), beside=tuple(beside))
    others = [u for u in others if u.year in {None, year}]
    in_year = [c for c in claims if c.year == year]
    if any(u.year == year for u in others):
        claims = in_year
    other = None if in_year or not claims else year
    return Answer(tuple(in_year or claims), tuple(others), other, tuple(beside))


def _all_beside(plan: Plan) -> list[Beside]:
    return [line for total in plan.beside_total for line in total.lines]


def why_text(
    plan: Plan,
    subject: str,
    benefit: str | None = None,
    year: int | None = None,
    language: Language = "zh",
    width: int = DEFAULT_WIDTH,
) -> str:
    """The answer as text for a terminal of `width` columns. Raises InputError."""
    answer = why(plan, subject, benefit, year)
    notes = Notes(plan, language)
    lines: list[str] = []
    for claim in answer.claims:
        lines += [*_claim_lines(plan, claim, answer.other_year, notes, language, width), ""]
    for line in answer.beside:
        lines += [*_beside_lines(plan, line, notes, language, width), ""]
    for entry in answer.not_claimed:
        lines += [*_unclaimed_lines(plan, entry, year, notes, language, width), ""]
    lines += [_NOTES.in_(language), *notes.lines(width)] if notes else []
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def why_json(plan: Plan, subject: str, benefit: str | None = None, year: int | None = None) -> str:
    """The answer as JSON: the plan's own entries, and the steps of their proofs. Raises InputError."""
    answer = why(plan, subject, benefit, year)
    roots = [claim.proof for claim in answer.claims]
    roots += [line.proof for line in answer.beside]
    roots += [root for entry in answer.not_claimed for root in _roots(plan.steps, entry, year)]
    order = _below(plan.steps, roots)
    index = {old: new for new, old in enumerate(order)}
    phrases = Phrases()
    steps = []
    for old in order:
        step = step_data(plan.steps[old], phrases)
        steps.append({**step, "children": [index[child] for child in plan.steps[old].children]})
    data: dict[str, Any] = {
        "claims": [{**claim_data(claim), "proof": index[claim.proof]} for claim in answer.claims],
        "beside": [{**beside_data(line), "proof": index[line.proof]} for line in answer.beside],
        "not_claimed": [
            {**unclaimed_data(entry), "proofs": [index[root] for root in _roots(plan.steps, entry, year)]}
            for entry in answer.not_claimed
        ],
        "asked_for_another_year": answer.other_year,
        "phrases": phrases.as_data(),
        "steps": steps,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _is_benefit(asked: str, name: str, label: Text) -> bool:
    return asked.replace("_", "-") == name or asked in {label.zh, label.en}


def _no_subject(plan: Plan, subject: str) -> Diagnostic:
    entries: list[Claim | Unclaimed | Beside] = [*plan.claims, *_all_beside(plan), *plan.not_claimed]
    known = {name for entry in entries for name in (entry.subject, entry.applicant)}
    near = nearest(subject, known)
    zh = _NEAREST.zh.format(name=near) if near else ""
    en = _NEAREST.en.format(name=near) if near else ""
    return diagnostic("why.no-such-subject", subject=subject, nearest_zh=zh, nearest_en=en)


def amount(fen: int) -> str:
    """Fen as 万元 for a sentence."""
    return f"{wan(fen)}万元"


def _title(entry: Claim | Unclaimed | Beside, language: Language) -> str:
    named = f"{entry.subject} {entry.subject_name}".strip()
    what = entry.benefit_label
    if not isinstance(entry, Beside):
        what = entry.what if isinstance(entry, Claim) else entry.label
    return f"{named} · {what.in_(language)}"


def _claim_lines(
    plan: Plan, claim: Claim, other_year: int | None, notes: Notes, language: Language, width: int
) -> Iterator[str]:
    said = _CLAIMED.in_(language).format(amount=amount(claim.fen))
    yield from wrap(harmless(f"{_title(claim, language)} · {claim.year} · {said}"), width)
    if other_year is not None:
        yield from wrap(_OTHER_YEAR.in_(language).format(year=other_year, other=claim.year), width, "  ")
    yield ""
    yield _STAGES.in_(language)
    for stage in claim.stages:
        shown = (
            f"{harmless(stage.text.in_(language))} = {_yuan_shown(stage.yuan)}{notes.marks(stage.citations)}"
        )
        yield from wrap(shown, width, "  ")
    yield ""
    yield _PROOF.in_(language)
    yield from tree(plan.steps, claim.proof, notes, language, width)


def _beside_lines(plan: Plan, line: Beside, notes: Notes, language: Language, width: int) -> Iterator[str]:
    said = _BESIDE.in_(language).format(amount=amount(line.fen))
    yield from wrap(harmless(f"{_title(line, language)} · {said}"), width)
    yield ""
    yield _PROOF.in_(language)
    yield from tree(plan.steps, line.proof, notes, language, width)


def _yuan_shown(yuan: str) -> str:
    whole, dot, cents = yuan.partition(".")
    return f"{number(int(whole))}{dot}{cents}元" if whole.isdigit() else f"{yuan}元"


def _unclaimed_lines(
    plan: Plan, entry: Unclaimed, year: int | None, notes: Notes, language: Language, width: int
) -> Iterator[str]:
    said = _NOT_CLAIMED.in_(language).format(reason=_REASONS[entry.reason].in_(language))
    yield from wrap(harmless(f"{_title(entry, language)} · {said}"), width)
    findings = [f for f in entry.findings if year is None or f.year in {None, year}] or list(entry.findings)
    for finding in findings:
        if finding.kind != "rival":
            shown = (
                harmless(finding.text.in_(language))
                + notes.marks(finding.citations)
                + place_shown(finding.place)
            )
            yield from wrap(shown, width, "  - ", "    ")
    yield from (line for said in _worth(entry, language) for line in wrap(said, width, "  "))
    roots = _roots(plan.steps, entry, year)
    if roots:
        yield ""
        yield _PROOF.in_(language)
    for root in roots:
        yield from tree(plan.steps, root, notes, language, width)


def _worth(entry: Unclaimed, language: Language) -> Iterator[str]:
    if entry.worth_fen is not None:
        yield _WORTH.in_(language).format(amount=amount(entry.worth_fen))
    if entry.reason == "outbid":
        if entry.loss_fen is None:
            yield _IMPOSSIBLE.in_(language)
        elif entry.loss_fen:
            yield _LOSS.in_(language).format(amount=amount(entry.loss_fen))
        else:
            yield _NO_LOSS.in_(language)


def _roots(steps: Sequence[Step], entry: Unclaimed, year: int | None) -> list[int]:
    """The steps that prove what stands against claiming it."""
    if entry.reason == "outbid":
        return []
    pair = f"{quote(entry.subject)},{entry.benefit.replace('-', '_')},"
    barred = f"{quote(entry.applicant)},{pair}"
    begins = [f"{name}({barred if name == 'barred' else pair}" for name in _WHY_NOT]
    found = [i for i, step in enumerate(steps) if step.atom.startswith(tuple(begins))]
    if year is None:
        return found
    return [i for i in found if not _is_of_other_year(steps[i].atom, begins, year)]


def _is_of_other_year(atom: str, begins: Sequence[str], year: int) -> bool:
    for begin in begins:
        if atom.startswith(begin) and begin.startswith(("shut(", "dim(", "barred(")):
            return not atom[len(begin) :].startswith(f"{year},")
    return False


def _below(steps: Sequence[Step], roots: Sequence[int]) -> list[int]:
    """The steps of some proofs, in the order in which they are first met."""
    found: dict[int, None] = {}
    waiting = list(roots)[::-1]
    while waiting:
        index = waiting.pop()
        if index not in found:
            found[index] = None
            waiting += steps[index].children[::-1]
    return list(found)
