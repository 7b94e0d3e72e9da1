"""An answer of `why` as text for a terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from subvent.diagnostics import Language, Text
from subvent.display import harmless
from subvent.explain.insisted import insisted_lines, ways_lines
from subvent.explain.layout import wrap
from subvent.explain.quantities import number, readable, wan
from subvent.explain.tree import Notes, below, levels, place_shown, tree
from subvent.result import Beside, Claim, Reason, Unclaimed, together

if TYPE_CHECKING:
    from subvent.explain.why import Answer, Entry, Questions

REASONS: dict[Reason, Text] = {
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
_PASSED_OVER = Text(
    "{year}年不申报（方案在{other}年申报）：", "not claimed in {year}, while the plan claims it in {other}:"
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
_UNTOLD = Text(
    "有 {count} 项没有列出坚持申报时的变化：写明项目和类别，逐项再问",
    "of {count} entries it is not told what insisting on them changes: ask about one subject and benefit",
)
_LATE = Text(
    "时限内没有算出坚持申报时的变化：放宽 --time-limit 再问",
    "what insisting changes was not found in the time given: raise --time-limit and ask again",
)
_SAVED = Text(
    "坚持申报时方案怎样变，要重新求解才知道：去掉 --plan 再问",
    "what insisting changes takes planning anew: ask without --plan",
)
_HIDDEN = Text(
    "依据共 {all} 步，只显示到第 {depth} 层：--depth {more} 多显示一层，--all 显示全部",
    "the proofs have {all} steps and are shown {depth} levels deep:"
    " --depth {more} shows one more, --all shows all",
)
_NOT_KNOWN = ("doubtful(", "missing(", "dim(")


@dataclass(frozen=True, slots=True)
class Form:
    """How an answer is told: the language, the columns of the terminal, the levels of proofs (None: all)."""

    language: Language
    width: int
    depth: int | None


def amount(fen: int) -> str:
    """Fen as 万元 for a sentence."""
    return f"{wan(fen)}万元"


def _title(entry: Entry, language: Language) -> str:
    named = f"{entry.subject} {entry.subject_name}".strip()
    what = entry.benefit_label
    if not isinstance(entry, Beside):
        what = entry.what if isinstance(entry, Claim) else entry.label
    return f"{named} · {what.in_(language)}"


class Told:
    """An answer as text, with the notes that its proofs share."""

    def __init__(self, asked: Questions, year: int | None, form: Form) -> None:
        self.asked, self.plan, self.year, self.form = asked, asked.plan, year, form
        self.language, self.width = form.language, form.width
        self.notes = Notes(self.plan, form.language)
        self.roots: list[int] = []

    def text(self, answer: Answer) -> str:
        """All entries, the articles that they cite, and how much of the proofs is left out."""
        lines: list[str] = []
        for claim in answer.claims:
            lines += [*self._claim(claim, answer.other_year), ""]
        for line in answer.beside:
            lines += [*self._beside(line), ""]
        for entry in answer.not_claimed:
            lines += [*self._unclaimed(entry), ""]
        if untold := self._untold(answer):
            lines += [*wrap(untold, self.width), ""]
        if self.notes:
            lines += [self._say(_NOTES), *self.notes.lines(self.width), ""]
        depth = self.form.depth
        if depth is not None and levels(self.plan.steps, self.roots) > depth:
            steps = len(below(self.plan.steps, self.roots))
            lines += wrap(self._say(_HIDDEN, all=steps, depth=depth, more=depth + 1), self.width)
        return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"

    def _untold(self, answer: Answer) -> str:
        """That it is left out what insisting on some entries changes, and how to know; empty: it is not."""
        told, outbid = self.asked.insisted, [one for one in answer.not_claimed if one.may_be_insisted_on]
        count = 0 if told is None else sum((one.subject, one.benefit) not in told for one in outbid)
        if not count:
            return ""
        if self.asked.saved:
            return self._say(_SAVED)
        return self._say(_LATE) if len(outbid) == 1 else self._say(_UNTOLD, count=count)

    def _say(self, sentence: Text, **values: object) -> str:
        return sentence.in_(self.language).format(**values)

    def _head(self, entry: Entry, said: str) -> Iterator[str]:
        yield from wrap(harmless(f"{_title(entry, self.language)} · {said}"), self.width)

    def _shut(self, entry: Claim | Unclaimed, told: Collection[Text] = ()) -> Iterator[str]:
        """Why the year that was asked about is not open for the entry, or not taken, but for what is told."""
        for said in self.plan.shut_years.get((entry.subject, entry.benefit, self.year or 0), ()):
            if said not in told:
                yield from wrap(harmless(said.in_(self.language)), self.width, "  - ", "    ")

    def _proofs(self, found: Sequence[int | None]) -> Iterator[str]:
        roots = [root for root in found if root is not None]
        self.roots += roots
        if roots:
            yield ""
            yield self._say(_PROOF)
        for root in roots:
            yield from tree(self.plan.steps, root, self.notes, self.language, self.width, self.form.depth)

    def _claim(self, claim: Claim, other_year: int | None) -> Iterator[str]:
        yield from self._head(claim, f"{claim.year} · {self._say(_CLAIMED, amount=amount(claim.fen))}")
        if other_year is not None:
            reasons = list(self._shut(claim))
            passed = _PASSED_OVER if reasons else _OTHER_YEAR
            yield from wrap(self._say(passed, year=other_year, other=claim.year), self.width, "  ")
            yield from reasons
        yield ""
        yield self._say(_STAGES)
        for stage in claim.stages:
            said = harmless(stage.text.in_(self.language))
            shown = f"{said} = {_yuan_shown(stage.yuan)}{self.notes.marks(stage.citations)}"
            yield from wrap(shown, self.width, "  ")
        yield from self._proofs([claim.proof])

    def _beside(self, line: Beside) -> Iterator[str]:
        yield from self._head(line, self._say(_BESIDE, amount=amount(line.fen)))
        yield from self._proofs([line.proof])

    def _unclaimed(self, entry: Unclaimed) -> Iterator[str]:
        yield from self._head(entry, self._say(_NOT_CLAIMED, reason=REASONS[entry.reason].in_(self.language)))
        findings = [f for f in entry.findings if self.year is None or f.year in {None, self.year}]
        yield from self._shut(entry, {finding.text for finding in findings})
        for finding, _ in together(findings or entry.findings):
            if finding.kind != "rival":
                said = harmless(finding.text.in_(self.language)) + self.notes.marks(finding.citations)
                yield from wrap(said + place_shown(finding.place), self.width, "  - ", "    ")
        roots = self.asked.roots(entry, self.year)
        if entry.reason == "unmet":
            # What is not known either would bar it as soon as the conditions that fail are met.
            for step in (self.plan.steps[root] for root in roots):
                if step.atom.startswith(_NOT_KNOWN):
                    yield from wrap(harmless(step.text.in_(self.language)), self.width, "  - ", "    ")
        yield from (line for said in _worth(entry, self.language) for line in wrap(said, self.width, "  "))
        if changed := self.asked.changed(entry):
            yield from insisted_lines(changed, self.language, self.width, self.notes.marks)
        yield from ways_lines(self.asked.ways(entry, self.year), self.language, self.width, self.notes.marks)
        yield from self._proofs(roots)


def _yuan_shown(yuan: str) -> str:
    if "/" in yuan:
        return f"{readable(Fraction(yuan), 2)}元"
    whole, dot, cents = yuan.partition(".")
    return f"{number(int(whole))}{dot}{cents}元" if whole.isdigit() else f"{yuan}元"


def _worth(entry: Unclaimed, language: Language) -> Iterator[str]:
    if entry.worth_fen is not None:
        yield _WORTH.in_(language).format(amount=amount(entry.worth_fen))
    if entry.possible is False:
        yield _IMPOSSIBLE.in_(language)
    elif entry.loss_fen:
        yield _LOSS.in_(language).format(amount=amount(entry.loss_fen))
    elif entry.loss_fen is not None:
        yield _NO_LOSS.in_(language)
