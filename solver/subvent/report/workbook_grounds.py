"""The sheet 逐条依据: for every claim its amount in stages, its conditions with their facts, its limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from subvent.diagnostics import Citation, Place, Text
from subvent.display import harmless
from subvent.report.workbook_cells import Across, Exact, Middle, Yuan
from subvent.report.workbook_conditions import Condition, conditions, limits, states_link
from subvent.report.workbook_page import Output, Page, fraction_note, lines, named
from subvent.result import Claim, Plan, Stage, Step

_NAME = Text("逐条依据", "Grounds")
_TITLE = Text("逐条依据", "Grounds of every claim")
_COLUMNS: Sequence[tuple[Text, int]] = (
    (Text("序号", "No."), 6),
    (Text("条件、限制与计算", "Conditions, limits and amounts"), 48),
    (Text("金额（元）", "Amount (yuan)"), 17),
    (Text("事实及其出处", "Facts, and where they are stated"), 32),
    (Text("依据与原文（每项之内只引一次）", "Article and its words (quoted once a claim)"), 52),
)
_STAGE, _CONDITION, _LIMIT, _FURTHER = (
    Text("金额", "amount"),
    Text("条件", "cond."),
    Text("限制", "limit"),
    Text("其他", "other"),
)
_FURTHER_ARTICLES = Text("其他适用的条文", "Further articles that apply")
_REMARK = Text(
    "每项依次列出金额的计算、各项条件及其所凭的事实、所占用的限制。"
    "推导的全部步骤见 subvent why 资料 编号 --out 依据.xlsx，以及方案的 JSON 输出（steps）。",
    "Each claim has its amount in stages, its conditions with their facts, and the limits it counts for. "
    "Every step of a proof: subvent why FILE ID --out why.xlsx, and the plan as JSON (steps).",
)


def write_grounds(output: Output, plan: Plan, claims: Sequence[Claim]) -> tuple[Page, list[int]]:
    """Add the sheet, with the claims numbered as in the plan's first sheet, and tell where each begins."""
    page = Page(output, _NAME, _COLUMNS)
    page.title(_TITLE)
    page.remark(page.say(_REMARK))
    page.header(repeat=True)
    first, begins = page.row, []
    for number, claim in enumerate(claims, 1):
        begins.append(page.row)
        _Grounds(page, claim).write(number, plan.steps)
    page.filter(first)
    return page, begins


class _Grounds:
    """The rows of one claim. A phrase is quoted where it is first cited, and no row comes twice."""

    def __init__(self, page: Page, claim: Claim) -> None:
        self._page = page
        self._claim = claim
        self._quoted: set[Citation] = set()
        self._said: set[str] = set()

    def write(self, number: int, steps: Sequence[Step]) -> None:
        """Heading, stages, conditions, limits, and what else the claim rests on."""
        self._heading(number)
        for stage in self._claim.stages:
            self._stage(stage)
        if self._claim.proof is not None and steps:
            for condition in conditions(steps, self._claim.proof):
                self._condition(condition)
            for step in limits(steps, self._claim.proof):
                self._row(_LIMIT, self._words(step), citations=step.citations)
        rest = [use.citation for use in self._claim.rules if use.citation not in self._quoted]
        if rest:
            self._row(_FURTHER, self._page.say(_FURTHER_ARTICLES), citations=rest)

    def _heading(self, number: int) -> None:
        claim, page = self._claim, self._page
        applicant = named(claim.applicant_name, claim.applicant)
        subject = named(claim.subject_name, claim.subject)
        title = " · ".join((subject, page.say(claim.benefit_label)))
        page.heading([number, title, Yuan(claim.fen), Across(2, f"{applicant} · {claim.year}"), None])

    def _stage(self, stage: Stage) -> None:
        text = lines((self._page.say(stage.text), fraction_note(stage.yuan)))
        try:
            Fraction(stage.yuan)
        except (ValueError, ZeroDivisionError):
            amount: Exact | str = harmless(stage.yuan)
        else:
            amount = Exact(stage.yuan)
        self._row(_STAGE, text, amount=amount, citations=stage.citations)

    def _condition(self, condition: Condition) -> None:
        joint = "；" if self._page.language == "zh" else "; "
        parts = dict.fromkeys(map(self._words, condition.parts))
        # What one other condition answers is in its words; several need the words they answer together.
        text = joint.join(parts if len(parts) == 1 else (self._words(condition.step), *parts))
        claim = self._claim
        told = (f for f in condition.facts if not states_link(f, claim.subject, claim.applicant))
        facts = joint.join(dict.fromkeys(map(self._fact, told)))
        self._row(_CONDITION, text, facts=facts, citations=condition.citations)

    def _words(self, step: Step) -> str:
        """A step without the claim's own subject and year before it."""
        text = self._page.say(step.text)
        subject, year = self._claim.subject, self._claim.year
        for own in (f"{subject}：", f"{subject}: ", f"{subject}（{year}年）：", f"{subject} ({year}): "):
            text = text.removeprefix(own)
        return harmless(text)

    def _fact(self, step: Step) -> str:
        return f"{self._words(step)}  {where(step.place)}".rstrip()

    def _row(
        self,
        kind: Text,
        text: str,
        *,
        amount: Exact | str | None = None,
        facts: str = "",
        citations: Iterable[Citation] = (),
    ) -> None:
        if kind is not _STAGE and text in self._said:
            return
        self._said.add(text)
        page = self._page
        page.write([Middle(page.say(kind)), text, amount, facts, page.cite(citations, self._quoted)])


def where(place: Place | None) -> str:
    """Where in the portfolio a fact stands; the file is the same everywhere and is not repeated."""
    if place is None:
        return ""
    if place.sheet:
        return harmless(f"{place.sheet}!{place.cell}" if place.cell else place.sheet)
    return ":".join(str(n) for n in (place.line, place.column) if n)
