"""`why`: the part of a plan that answers why something is, or is not, claimed.

A question names a subject, or an applicant for all of its subjects, and may name a benefit and a year.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from subvent.asked import is_benefit, no_benefit, year_not_planned
from subvent.diagnostics import Diagnostic, InputError, Language, Text
from subvent.display import harmless
from subvent.explain.insisted import Insisted, Way, insisted_data, insisted_lines, ways_data, ways_lines
from subvent.explain.layout import wrap
from subvent.explain.not_there import no_subject, nothing_to_claim
from subvent.explain.proof import Steps
from subvent.explain.quantities import number, readable, wan
from subvent.explain.tree import Notes, below, levels, place_shown, tree
from subvent.logic.terms import Atom, Reader, quote
from subvent.plan_data import Phrases, beside_data, claim_data, step_data, unclaimed_data
from subvent.result import Beside, Claim, Plan, Reason, Unclaimed, together

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
    "有 {count} 项没有列出坚持申报时的变化：写明项目和类别再问，放宽 --time-limit，或不用 --plan",
    "of {count} entries it is not told what insisting on them changes: ask about one subject and benefit, "
    "raise --time-limit, or leave out --plan",
)
_WHY_NOT = ("blocked", "doubtful", "missing", "shut", "dim")
_BARRED = "barred"
_IN_A_YEAR = ("shut", "dim", _BARRED)
_AGAINST = frozenset((*_WHY_NOT, _BARRED))
_BEGINS = tuple(f"{name}(" for name in _AGAINST)
_NOT_KNOWN = ("doubtful(", "missing(", "dim(")
_HIDDEN = Text(
    "依据共 {all} 步，只显示到第 {depth} 层：--depth {more} 多显示一层，--all 显示全部",
    "the proofs have {all} steps and are shown {depth} levels deep:"
    " --depth {more} shows one more, --all shows all",
)
Entry = Claim | Unclaimed | Beside
"""What a plan says of a subject and a benefit."""
DEFAULT_WIDTH = 100
DEFAULT_DEPTH = 4
"""Levels of a proof that are shown unless more are asked for: down to the conditions."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How an answer is told: the language, the columns of the terminal, the levels of proofs (None: all)."""

    language: Language
    width: int
    depth: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan says to a question. `other_year` is the year asked for, if the claims are of others.

    `beside` is what the subject brings beside the total.
    """

    claims: tuple[Claim, ...]
    not_claimed: tuple[Unclaimed, ...]
    other_year: int | None = None
    beside: tuple[Beside, ...] = ()


class Questions:
    """A plan that is asked again and again: what it says is looked up, not searched.

    asked = Questions(plan_portfolio(Path("group.xlsx")))
    print(asked.text("P1", "lamp", 2031, "en"))

    `insisted`, by subject and benefit, is told beside what is outbid: what insisting on it changes.
    `benefits` are all that there are with their labels; without them, those that the plan speaks of.
    `must_go`, likewise by subject and benefit, is told where nothing is planned anew.
    Every question raises InputError, naming the nearest, when the plan knows no such thing.
    """

    def __init__(
        self,
        plan: Plan,
        insisted: Mapping[tuple[str, str], Insisted] | None = None,
        benefits: Mapping[str, Text] | None = None,
        must_go: Mapping[tuple[str, str], Sequence[Way]] | None = None,
    ) -> None:
        self.plan, self.insisted, self._must_go = plan, insisted, must_go or {}
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)
        entries: list[Entry] = [*plan.claims, *_all_beside(plan), *plan.not_claimed]
        for entry in entries:
            for name in dict.fromkeys(_called(entry)):
                self._entries[name].append(entry)
        self._benefits = benefits or {entry.benefit: entry.benefit_label for entry in entries}
        self._against: defaultdict[Atom, list[int]] = defaultdict(list)
        for index, atom in _standing_against(plan):
            self._against[atom[:4] if atom[0] == _BARRED else atom[:3]].append(index)

    def why(self, subject: str, benefit: str | None = None, year: int | None = None) -> Answer:
        """What the plan says to a question."""
        entries = self._entries.get(subject, [])
        if not entries:
            raise InputError(_no_subject(self.plan, subject))
        if year is not None and self.plan.horizon and year not in self.plan.horizon:
            raise InputError(year_not_planned(year, self.plan.horizon))
        if benefit is not None:
            own = {entry.benefit for entry in entries}
            entries = [entry for entry in entries if is_benefit(benefit, entry.benefit, entry.benefit_label)]
            if not entries:
                raise InputError(no_benefit(subject, benefit, own, self._benefits))
        claims = tuple(entry for entry in entries if isinstance(entry, Claim))
        others = tuple(entry for entry in entries if isinstance(entry, Unclaimed))
        beside = tuple(entry for entry in entries if isinstance(entry, Beside))
        if year is None:
            return Answer(claims, others, beside=beside)
        others = tuple(u for u in others if u.year in {None, year})
        in_year = tuple(c for c in claims if c.year == year)
        if any(u.year == year for u in others):
            claims = in_year
        other = None if in_year or not claims else year
        return Answer(in_year or claims, others, other, beside)

    def text(
        self,
        subject: str,
        benefit: str | None = None,
        year: int | None = None,
        language: Language = "zh",
        width: int = DEFAULT_WIDTH,
        depth: int | None = None,
    ) -> str:
        """The answer as text for a terminal of `width` columns, proofs `depth` levels deep (None: whole)."""
        return _Told(self, year, _Form(language, width, depth)).text(self.why(subject, benefit, year))

    def json(self, subject: str, benefit: str | None = None, year: int | None = None) -> str:
        """The answer as JSON: the plan's own entries, and the steps of their proofs."""
        answer = self.why(subject, benefit, year)
        told: tuple[Claim | Beside, ...] = (*answer.claims, *answer.beside)
        roots = [entry.proof for entry in told if entry.proof is not None]
        roots += [root for entry in answer.not_claimed for root in self.roots(entry, year)]
        steps = self.plan.steps
        order = below(steps, roots)
        index: dict[int | None, int | None] = {None: None, **{old: new for new, old in enumerate(order)}}
        phrases = Phrases()
        written = [
            {**step_data(steps[old], phrases), "children": [index[child] for child in steps[old].children]}
            for old in order
        ]
        data: dict[str, Any] = {
            "claims": [{**claim_data(claim), "proof": index[claim.proof]} for claim in answer.claims],
            "beside": [{**beside_data(line), "proof": index[line.proof]} for line in answer.beside],
            "not_claimed": [
                {
                    **unclaimed_data(entry),
                    "if_insisted": insisted_data(self.changed(entry)),
                    **({"must_go": ways_data(ways)} if (ways := self.ways(entry, year)) else {}),
                    "proofs": [index[root] for root in self.roots(entry, year)],
                }
                for entry in answer.not_claimed
            ],
            "asked_for_another_year": answer.other_year,
            "phrases": phrases.as_data(),
            "steps": written,
        }
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    def changed(self, entry: Unclaimed) -> Insisted | None:
        """What insisting on an outbid entry changes, where that is known."""
        return (self.insisted or {}).get((entry.subject, entry.benefit))

    def ways(self, entry: Unclaimed, year: int | None) -> Sequence[Way]:
        """What of the plan cannot stay beside an outbid entry (filed in the year), where that is known."""
        known = self._must_go.get((entry.subject, entry.benefit), ())
        return [way for way in known if year in {None, way.year}]

    def roots(self, entry: Unclaimed, year: int | None) -> list[int]:
        """The steps that prove what stands against claiming it."""
        if entry.reason == "outbid":
            return []
        pair = (entry.subject, (entry.benefit.replace("-", "_"),))
        found = [index for name in _WHY_NOT for index in self._against.get((name, *pair), ())]
        found += self._against.get((_BARRED, entry.applicant, *pair), [])
        return sorted(
            index for index in found if year is None or not self._is_of_other_year(index, entry, year)
        )

    def _is_of_other_year(self, index: int, entry: Unclaimed, year: int) -> bool:
        name, _, rest = self.plan.steps[index].atom.partition("(")
        before = quote(entry.applicant) + "," if name == _BARRED else ""
        pair = f"{before}{quote(entry.subject)},{entry.benefit.replace('-', '_')},"
        return name in _IN_A_YEAR and not rest.removeprefix(pair).startswith(f"{year},")


def _standing_against(plan: Plan) -> Iterator[tuple[int, Atom]]:
    """The steps that prove what stands against a claim, by index, with what they prove."""
    if isinstance(plan.steps, Steps):
        yield from ((index, atom) for index, atom in enumerate(plan.steps.atoms) if atom[0] in _AGAINST)
        return
    read = Reader().atom
    for index, step in enumerate(plan.steps):
        if step.atom.startswith(_BEGINS):
            yield index, read(step.atom)


def why(plan: Plan, subject: str, benefit: str | None = None, year: int | None = None) -> Answer:
    """The answer to one question: see `Questions.why`. Raises InputError."""
    return Questions(plan).why(subject, benefit, year)


def _called(entry: Entry) -> tuple[str, ...]:
    """What one may call an entry by: the id or the name of its subject, the id of its applicant."""
    return tuple(filter(None, (entry.subject, entry.subject_name, entry.applicant)))


def _all_beside(plan: Plan) -> list[Beside]:
    return [line for total in plan.beside_total for line in total.lines]


def why_text(
    plan: Plan,
    subject: str,
    benefit: str | None = None,
    year: int | None = None,
    language: Language = "zh",
    width: int = DEFAULT_WIDTH,
    depth: int | None = None,
) -> str:
    """The answer to one question as text: see `Questions.text`. Raises InputError."""
    return Questions(plan).text(subject, benefit, year, language, width, depth)


def why_json(plan: Plan, subject: str, benefit: str | None = None, year: int | None = None) -> str:
    """The answer to one question as JSON: see `Questions.json`. Raises InputError."""
    return Questions(plan).json(subject, benefit, year)


def _no_subject(plan: Plan, subject: str) -> Diagnostic:
    if subject in plan.row_digests:
        return nothing_to_claim(plan, subject)
    entries: list[Entry] = [*plan.claims, *_all_beside(plan), *plan.not_claimed]
    return no_subject(subject, {n for e in entries for n in _called(e)}, [e.subject for e in entries])


def amount(fen: int) -> str:
    """Fen as 万元 for a sentence."""
    return f"{wan(fen)}万元"


def _title(entry: Entry, language: Language) -> str:
    named = f"{entry.subject} {entry.subject_name}".strip()
    what = entry.benefit_label
    if not isinstance(entry, Beside):
        what = entry.what if isinstance(entry, Claim) else entry.label
    return f"{named} · {what.in_(language)}"


class _Told:
    """An answer as text, with the notes that its proofs share."""

    def __init__(self, asked: Questions, year: int | None, form: _Form) -> None:
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
            lines += [*wrap(self._say(_UNTOLD, count=untold), self.width), ""]
        if self.notes:
            lines += [self._say(_NOTES), *self.notes.lines(self.width), ""]
        depth = self.form.depth
        if depth is not None and levels(self.plan.steps, self.roots) > depth:
            steps = len(below(self.plan.steps, self.roots))
            lines += wrap(self._say(_HIDDEN, all=steps, depth=depth, more=depth + 1), self.width)
        return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"

    def _untold(self, answer: Answer) -> int:
        """Of how many entries it is left out what insisting on them changes."""
        told, entries = self.asked.insisted, answer.not_claimed
        priced = [one for one in entries if one.loss_fen is not None]
        return 0 if told is None else sum((one.subject, one.benefit) not in told for one in priced)

    def _say(self, sentence: Text, **values: object) -> str:
        return sentence.in_(self.language).format(**values)

    def _head(self, entry: Entry, said: str) -> Iterator[str]:
        yield from wrap(harmless(f"{_title(entry, self.language)} · {said}"), self.width)

    def _shut(self, entry: Claim | Unclaimed) -> Iterator[str]:
        """Why the year that was asked about is not open for the entry, if it is not."""
        for said in self.plan.shut_years.get((entry.subject, entry.benefit, self.year or 0), ()):
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
            yield from wrap(self._say(_OTHER_YEAR, year=other_year, other=claim.year), self.width, "  ")
            yield from self._shut(claim)
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
        yield from self._shut(entry)
        findings = [f for f in entry.findings if self.year is None or f.year in {None, self.year}]
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
