"""A plan as text for a terminal: what a finance director reads, in one go, before asking `why`."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import cycle, groupby
from string import ascii_uppercase
from typing import Self

from subvent.diagnostics import Citation, Language, Place, Text
from subvent.display import harmless
from subvent.explain.layout import wrap
from subvent.explain.quantities import number, wan
from subvent.explain.tree import article_name, legend, place_shown
from subvent.explain.why import DEFAULT_WIDTH
from subvent.money import FEN_PER_YUAN
from subvent.report.table import Column, table
from subvent.report.text_history import EARLIER, history_lines
from subvent.report.text_strictness import strictness_lines
from subvent.result import Claim, Consequence, Note, Plan, ReadingUse, Reason, Unclaimed, together

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_TITLE = Text("申报方案", "Plan of claims")
_TOTAL = Text(
    "合计不超过 {wan} 万元（{yuan} 元），共 {count} 项申报",
    "At most {wan} 万元 in total ({yuan} yuan); claims: {count}",
)
_PROVEN = Text("已证明：没有合法的方案能超过它。", "Proven: no lawful plan brings more.")
_UNPROVEN = Text(
    "尚未证明最优：任何合法方案都不超过 {wan} 万元；放宽 --time-limit 再算。",
    "Not proven optimal: no lawful plan passes {wan} 万元; raise --time-limit to close the gap.",
)
_RANGE = Text(
    "裁量或预测部分取低、高端：{low} 至 {high} 万元。",
    "Over what is discretionary or forecast: {low} to {high} 万元.",
)
_CEILING = Text(
    "金额是条文所说“不超过”的上限，不是预测。",
    "Amounts are ceilings in the law's sense (不超过), not forecasts.",
)
_UNEXPLAINED = Text(
    "只列申报和金额，没有说明理由；某一项的理由用 subvent why 查。",
    "Claims and amounts alone, without reasons: subvent why tells those of any one.",
)
_NOTHING = Text("没有可以申报的项目。", "Nothing can be claimed.")
_YEAR = Text("{year}年  不超过 {wan} 万元", "{year}  at most {wan} 万元")
_HEADS = (
    Text("申报单位", "Applicant"),
    Text("申报对象", "Subject"),
    Text("类别", "Benefit"),
    Text("上限（万元）", "At most (万元)"),
    Text("条文", "Article"),
)
_REASONS: dict[Reason, Text] = {
    "unmet": Text("未申报：条件不满足", "Not claimed: a condition is not met"),
    "unknown": Text("未申报：事实不明", "Not claimed: a fact is not known"),
    "closed": Text("未申报：没有可申报的年度", "Not claimed: no year is open"),
    "outbid": Text("未申报：让位于更优的申报", "Not claimed: something else brings more"),
}
_SETTLED = Text("已申报或已获批，没有其他可申报的年度", "Filed or granted before, and no other year is open")
_WORTH = Text("单独不超过 {wan} 万元", "by itself at most {wan} 万元")
_LOSS = Text("坚持申报则合计少 {wan} 万元", "insisting costs {wan} 万元")
_NO_LOSS = Text("坚持申报则合计不变", "insisting costs nothing")
_IMPOSSIBLE = Text("没有合法方案包含它", "no lawful plan holds it")
_BESIDE = Text("不计入合计", "Beside the total")
_BESIDE_SUM = Text("{label}  {wan} 万元：{rows}", "{label}  {wan} 万元: {rows}")
_TO_DO = Text("材料与时间", "Materials and dates")
_PREPARE = Text("{claim}（材料 {count} 项）", "{claim} ({count} documents)")
_LISTED = Text(
    "每项申报的材料清单与全部步骤在工作簿中，可逐项打勾：--out 方案.xlsx",
    "The materials and all steps of every claim are in the workbook, to be ticked off: --out plan.xlsx",
)
_ENTITLEMENTS = Text("不计金额的权益", "Benefits without amount")
_DUTIES = Text("须履行的义务", "Duties")
_UNKNOWN = Text("补填即可明确的事实", "Facts not stated")
_UP_TO = Text("不超过 {wan} 万元", "at most {wan} 万元")
_EXACTLY = Text(
    "上限没有计入各项限制和以往申报，查明了也可能不多得；每一项到底值多少，逐项重新求解即知：",
    "These amounts leave limits and what was filed before out of account, and may come to nothing. What each "
    "fact is really worth is found by planning anew with it:",
)
_HANGS = Text("关系到 {claims}", "decides {claims}")
_WARNINGS = Text("提示", "Warnings")
_ASSUMPTIONS = Text("假设", "Assumptions")
_READINGS = Text("解读", "Readings")
_DEFAULTS = Text("全部取默认：", "All by default: ")
_OTHERS = Text("其余取默认：", "All others by default: ")
_READING = Text("{name}  {question}：{answer}", "{name}  {question}: {answer}")
_HINTS = Text("进一步了解", "To know more")


def plan_text(
    plan: Plan, language: Language = "zh", width: int = DEFAULT_WIDTH, *, color: bool = False
) -> str:
    """The plan as text of at most `width` columns, ending in a line break; ANSI bold headings if `color`.

    Names from the portfolio are made harmless. Amounts are in 万元, exact to the fen.
    """
    # The legend stands before most of what it explains: only a first telling shows which documents are cited.
    return _Page(plan, language, width, color=color).with_letters().text()


class _Page:
    def __init__(self, plan: Plan, language: Language, width: int, *, color: bool) -> None:
        self.plan = plan
        self.language = language
        self.width = max(40, width)
        self.color = color
        self.cited: set[str] = set()
        self.letters: dict[str, str] | None = None
        """Of each document that is cited, once that is known."""

    def with_letters(self) -> Self:
        """The page with a letter for each document that it cites."""
        self.text()  # what is not laid out is told in no time, and cites the same
        cited = (policy.document for policy in self.plan.policies if policy.document in self.cited)
        self.letters = dict(zip(cited, cycle(ascii_uppercase), strict=False))
        return self

    def text(self) -> str:
        """The whole page."""
        parts = (
            self._headline(),
            strictness_lines(self.plan, self.language, self.width, self._cite),
            self._claims(),
            self._beside(),
            self._history(),
            self._to_do(),
            self._consequences(_ENTITLEMENTS, self.plan.entitlements),
            self._consequences(_DUTIES, self.plan.duties),
            self._not_claimed(),
            self._unknown(),
            self._notes(_WARNINGS, self.plan.warnings),
            self._notes(_ASSUMPTIONS, self.plan.assumptions),
            self._readings(),
            self._hints(),
        )
        blocks = ["\n".join(line.rstrip() for line in lines) for part in parts if (lines := list(part))]
        return "\n\n".join(blocks) + "\n"

    def _say(self, text: Text, **values: object) -> str:
        return text.in_(self.language).format(**values)

    def _heading(self, text: str) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if self.color else text

    def _wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        return [] if self.letters is None else wrap(harmless(text), self.width, first, rest)

    def _headline(self) -> Iterator[str]:
        plan = self.plan
        yield self._heading(f"{self._say(_TITLE)} · {harmless(plan.file)}")
        yuan = f"{number(plan.total_fen // FEN_PER_YUAN)}.{plan.total_fen % FEN_PER_YUAN:02d}"
        said = self._say(_TOTAL, wan=wan(plan.total_fen, 2), yuan=yuan, count=len(plan.claims))
        yield from (self._heading(line) for line in self._wrap(said))
        proven = plan.status == "optimal"
        yield from self._wrap(
            self._say(_PROVEN) if proven else self._say(_UNPROVEN, wan=wan(plan.bound_fen, 2))
        )
        if plan.low_fen != plan.high_fen:
            yield from self._wrap(self._say(_RANGE, low=wan(plan.low_fen, 2), high=wan(plan.high_fen, 2)))
        yield from self._wrap(self._say(_CEILING))
        if not plan.explained:
            yield from self._wrap(self._say(_UNEXPLAINED))

    def _claims(self) -> Iterator[str]:
        if not self.plan.claims:
            yield self._say(_NOTHING)
            return
        decimals = max(len(wan(claim.fen, 2).partition(".")[2]) for claim in self.plan.claims)
        rows: list[list[str] | str] = []
        for year, claims in groupby(self.plan.claims, key=lambda claim: claim.year):
            held = list(claims)
            total = wan(sum(claim.fen for claim in held), 2)
            rows.append(self._heading(self._say(_YEAR, year=year, wan=total)))
            before = ""
            for claim in held:
                applicant = _named(claim.applicant, claim.applicant_name)
                rows.append([applicant if applicant != before else "", *self._cells(claim, decimals)])
                before = applicant
        heads = [self._say(head) for head in _HEADS]
        columns = [
            Column(heads[0], most=24),
            Column(heads[1], most=36),
            Column(heads[2], most=28),
            Column(heads[3], right=True),
            Column(heads[4]),
        ]
        yield from table(columns, rows, self.width)
        yield from self._legend()

    def _cells(self, claim: Claim, decimals: int) -> list[str]:
        return [
            _named(claim.subject, claim.subject_name) + (f" → {claim.made_for}" if claim.made_for else ""),
            claim.benefit_label.in_(self.language),
            wan(claim.fen, decimals),
            self._cite(claim.governed),
        ]

    def _cite(self, citations: Iterable[Citation]) -> str:
        """Articles, each once, with the letter that the legend gives their document."""
        shown = []
        for citation in citations:
            self.cited.add(citation.document)
            letter = (self.letters or {}).get(citation.document, "?")
            shown.append(f"{article_name(citation.article, self.language)}[{letter}]")
        return "、".join(dict.fromkeys(shown)) if self.language == "zh" else ", ".join(dict.fromkeys(shown))

    def _legend(self) -> Iterator[str]:
        for policy in self.plan.policies:
            if self.letters and policy.document in self.letters:
                shown = legend(policy, self.language)
                yield from self._wrap(shown, f"  [{self.letters[policy.document]}] ")

    def _beside(self) -> Iterator[str]:
        """What stands beside the total, a line a benefit with the rows that it comes from."""
        held = [total for total in self.plan.beside_total if total.lines]
        if held:
            yield self._heading(self._say(_BESIDE))
        for total in held:
            label = total.label.in_(self.language)
            rows = [_named(line.subject, line.subject_name) for line in total.lines]
            shown = ("、" if self.language == "zh" else ", ").join(rows)
            cited = self._cite(use.citation for line in total.lines for use in line.rules)
            said = self._say(_BESIDE_SUM, label=label, wan=wan(total.fen, 2), rows=shown)
            yield from self._wrap(f"{said} 〔{cited}〕" if cited else said, "  - ", "    ")

    def _history(self) -> Iterator[str]:
        if self.plan.history:
            yield self._heading(self._say(EARLIER))
        for line in history_lines(self.plan, self.language):
            yield from self._wrap(line, "  - ", "    ")

    def _to_do(self) -> Iterator[str]:
        """How many documents, and by when, once for all claims with the same days."""
        alike: defaultdict[tuple[str, ...], list[Claim]] = defaultdict(list)
        for claim in self.plan.claims:
            if claim.materials or claim.steps:
                dated = tuple(step.text.in_(self.language) for step in claim.steps if step.last is not None)
                alike[dated].append(claim)
        if alike:
            yield self._heading(self._say(_TO_DO))
        comma = "、" if self.language == "zh" else ", "
        for days, claims in alike.items():
            named = (
                self._say(_PREPARE, claim=f"{claim.applicant}/{claim.subject}", count=len(claim.materials))
                for claim in claims
            )
            yield from self._wrap(comma.join(named), "  - ", "    ")
            for day in days:
                yield from self._wrap(day, "    - ", "      ")
        if alike:
            yield from self._wrap(self._say(_LISTED), "  ")

    def _consequences(self, heading: Text, entries: Iterable[Consequence]) -> Iterator[str]:
        notes = (Note(e.name, e.text, tuple(use.citation for use in e.rules)) for e in entries)
        yield from self._notes(heading, notes)

    def _not_claimed(self) -> Iterator[str]:
        begun = False
        left = [entry for entry in self.plan.not_claimed if not entry.settled]
        groups = [(text, [e for e in left if e.reason == reason]) for reason, text in _REASONS.items()]
        for heading, entries in (*groups, (_SETTLED, [e for e in self.plan.not_claimed if e.settled])):
            if entries:
                if begun:
                    yield ""
                begun = True
                yield self._heading(self._say(heading))
                for entry in entries:
                    yield from self._entry(entry)

    def _entry(self, entry: Unclaimed) -> Iterator[str]:
        title = f"{_named(entry.subject, entry.subject_name)} · {entry.label.in_(self.language)}"
        said = [title, *self._value(entry)]
        yield from self._wrap("  ".join(said), "  ", "    ")
        for finding, _ in together(entry.findings):
            if finding.kind == "rival":
                continue
            text = f"{finding.text.in_(self.language)} {self._behind(finding.citations, finding.place)}"
            yield from self._wrap(text.rstrip(), "    - ", "      ")

    def _value(self, entry: Unclaimed) -> Iterator[str]:
        if entry.worth_fen is not None:
            yield self._say(_WORTH, wan=wan(entry.worth_fen))
        if entry.possible is False:
            yield self._say(_IMPOSSIBLE)
        elif entry.loss_fen is not None:
            yield self._say(_LOSS, wan=wan(entry.loss_fen)) if entry.loss_fen else self._say(_NO_LOSS)

    def _unknown(self) -> Iterator[str]:
        if self.plan.unknown:
            yield self._heading(self._say(_UNKNOWN))
        for fact in self.plan.unknown:
            claims = ", ".join(f"{subject}/{benefit}" for subject, benefit in fact.claims)
            hangs = self._say(_HANGS, claims=claims)
            if fact.worth_fen is not None:
                hangs = f"{hangs}  {self._say(_UP_TO, wan=wan(fact.worth_fen))}"
            name = " · ".join(said.in_(self.language) for said in (fact.called, fact.label))
            yield from self._wrap(f"{name}  {hangs}", "  - ", "    ")
        if self.plan.unknown:
            yield from self._wrap(self._say(_EXACTLY), "  ", "  ")
            yield self._command("facts")

    def _notes(self, heading: Text, notes: Iterable[Note]) -> Iterator[str]:
        held = list(notes)
        if held:
            yield self._heading(self._say(heading))
        for note in held:
            text = f"{note.text.in_(self.language)} {self._behind(note.citations, note.place)}"
            yield from self._wrap(text.rstrip(), "  - ", "    ")

    def _behind(self, citations: Iterable[Citation], place: Place | None) -> str:
        """The articles and the place that stand behind a sentence."""
        cited = self._cite(citations)
        return " ".join(filter(None, [f"〔{cited}〕" if cited else "", place_shown(place).strip()]))

    def _readings(self) -> Iterator[str]:
        if not self.plan.readings:
            return
        yield self._heading(self._say(_READINGS))
        chosen = [reading for reading in self.plan.readings if not reading.is_default]
        for reading in chosen:
            yield from self._reading(reading)
        defaults = [f"{r.name}={r.answer}" for r in self.plan.readings if r.is_default]
        if defaults:
            lead = self._say(_OTHERS if chosen else _DEFAULTS)
            yield from self._wrap(lead + " ".join(defaults), "  - ", "    ")

    def _reading(self, reading: ReadingUse) -> Iterator[str]:
        question, answer = reading.label.in_(self.language), reading.answer_label.in_(self.language)
        cited = f"〔{self._cite([reading.citation])}「{reading.citation.phrase}」〕"
        said = self._say(_READING, name=f"{reading.name}={reading.answer}", question=question, answer=answer)
        yield from self._wrap(f"{said} {cited}", "  - ", "    ")

    def _hints(self) -> Iterator[str]:
        asked: list[Claim | Unclaimed] = [*self.plan.claims[:1], *self.plan.not_claimed[:1]]
        if not asked:
            return
        yield self._heading(self._say(_HINTS))
        for subject, benefit in dict.fromkeys((entry.subject, entry.benefit) for entry in asked):
            yield self._why(subject, benefit)

    def _why(self, *words: str) -> str:
        return self._command("why", *words)

    def _command(self, name: str, *words: str) -> str:
        """A command to copy, never broken over lines, that asks under the same answers."""
        chosen = [f"--reading={r.name}={r.answer}" for r in self.plan.readings if not r.is_default]
        return f"  {harmless(shlex.join(['subvent', name, self.plan.file, *words, *chosen]))}"


def _named(id_: str, name: str) -> str:
    return f"{id_} {name}" if name and name != id_ else id_
