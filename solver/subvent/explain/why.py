"""`why`: the part of a plan that answers why something is, or is not, claimed.

A question names a subject, or an applicant for all of its subjects, and may name a benefit and a year.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from subvent.diagnostics import Diagnostic, InputError, Language, Text
from subvent.document.data import Phrases, beside_data, claim_data, step_data, unclaimed_data
from subvent.explain.answered import Form, Told
from subvent.explain.asked import is_benefit, no_benefit, year_not_planned
from subvent.explain.insisted import Insisted, Way, insisted_data, ways_data
from subvent.explain.not_there import no_subject, nothing_to_claim
from subvent.explain.proof import Steps
from subvent.explain.tree import below
from subvent.logic.terms import Atom, Reader, quote
from subvent.result import Beside, Claim, Plan, Unclaimed

_WHY_NOT = ("blocked", "doubtful", "missing", "shut", "dim")
_BARRED = "barred"
_IN_A_YEAR = ("shut", "dim", _BARRED)
_AGAINST = frozenset((*_WHY_NOT, _BARRED))
_BEGINS = tuple(f"{name}(" for name in _AGAINST)
Entry = Claim | Unclaimed | Beside
"""What a plan says of a subject and a benefit."""
DEFAULT_WIDTH = 100
DEFAULT_DEPTH = 4
"""Levels of a proof that are shown unless more are asked for: down to the conditions."""


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
    `must_go`, likewise by subject and benefit, is told where nothing is planned anew (`saved`).
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
        self.saved = must_go is not None
        self._entries: defaultdict[str, list[Entry]] = defaultdict(list)
        entries: list[Entry] = [*plan.claims, *_all_beside(plan), *plan.not_claimed]
        for entry in entries:
            for name in dict.fromkeys(called(entry)):
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
        return Told(self, year, Form(language, width, depth)).text(self.why(subject, benefit, year))

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
            "not_that_year": [{"zh": said.zh, "en": said.en} for said in self.not_then(answer)],
            "phrases": phrases.as_data(),
            "steps": written,
        }
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"

    def not_then(self, answer: Answer) -> Sequence[Text]:
        """Why what is claimed in other years is not in the one that was asked about, where that is told."""
        asked = {(one.subject, one.benefit, answer.other_year or 0) for one in answer.claims}
        return [said for key in sorted(asked) for said in self.plan.shut_years.get(key, ())]

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


def called(entry: Entry) -> tuple[str, ...]:
    """What one may call an entry by: the id or the name of its subject or its applicant."""
    names = (entry.subject, entry.subject_name, entry.applicant, entry.applicant_name)
    return tuple(filter(None, names))


def _all_beside(plan: Plan) -> list[Beside]:
    return [line for total in plan.beside_total for line in total.lines]


def _no_subject(plan: Plan, subject: str) -> Diagnostic:
    if subject in plan.row_digests:
        return nothing_to_claim(plan, subject)
    entries: list[Entry] = [*plan.claims, *_all_beside(plan), *plan.not_claimed]
    return no_subject(
        subject, {n for e in entries for n in called(e)}, [e.subject for e in entries], plan.history
    )
