"""Claims as people name them in a question: SUBJECT/BENEFIT, SUBJECT/BENEFIT/YEAR, or as a plan's lines do.

An id may hold a slash itself: what is asked is looked up as it stands among all that could be meant, and
only what is not found there is taken apart, to say which part of it there is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from subvent.diagnostics import Diagnostic, InputError, Text, diagnostic
from subvent.explain.not_there import called_alike
from subvent.logic.terms import Atom
from subvent.portfolio.nearest import nearest, suggestion
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem

_NEAREST = Text("是否指“{name}”？", "did you mean “{name}”? ")
_YEAR_DIGITS = 4


class Question(NamedTuple):
    """What is asked about: a row or an applicant; a benefit and a filing year, where only those are meant."""

    subject: str
    benefit: str | None = None
    year: int | None = None


class Asked(NamedTuple):
    """A claim that is asked about: in `year`, or in any year (None).

    `claims` are the atoms `("claim", A, S, B, Y)` whose conditions are met, whatever else is claimed.
    """

    applicant: str
    subject: str
    benefit: str
    year: int | None
    claims: tuple[Atom, ...]

    @property
    def id(self) -> str:
        """How a plan names it, as far as it is said."""
        return "/".join(
            (self.applicant, self.subject, self.benefit, *([str(self.year)] if self.year else ()))
        )


def asked_claims(
    problem: Problem, texts: Sequence[str], portfolio: Portfolio | None = None
) -> tuple[Asked, ...]:
    """The claims that are meant, each once. Raises InputError naming all that there are not.

    `portfolio` is the whole where the problem is about `asked_rows` alone: there the nearest is looked for.
    """
    index = _Index(problem, portfolio or problem.portfolio)
    found: dict[Asked, None] = {}
    faults = []
    for said in texts:
        meant = index.meant(said)
        if isinstance(meant, Asked):
            found[meant] = None
        else:
            faults.append(meant)
    if faults:
        raise InputError(*faults)
    return tuple(found)


def asked_rows(portfolio: Portfolio, texts: Sequence[str]) -> set[str]:
    """The ids of all rows that some claims, as they are asked about, may be meant to be for."""
    begun = {said[:cut] for said in texts for cut, sign in enumerate(said) if sign == "/"}
    # Of OWNER/ID too, where the owner is itself in several parts.
    parts = {name[cut + 1 :] for name in begun for cut, sign in enumerate(name) if sign == "/"}
    return {
        row.id
        for rows in portfolio.rows.values()
        for row in rows
        if row.id in begun | parts or row.fields.get("name") in begun
    }


def is_benefit(asked: str, name: str, label: Text) -> bool:
    """Whether a benefit goes by what somebody calls it."""
    return asked.replace("_", "-") == name or asked in {label.zh, label.en}


def year_not_planned(year: int | None, planned: Sequence[int]) -> Diagnostic:
    """That a year is not among those planned, which it names."""
    years = [str(one) for one in planned]
    return diagnostic("why.year-not-planned", year=year, years_zh="、".join(years), years_en=", ".join(years))


def no_benefit(subject: str, asked: str, own: Collection[str], benefits: Mapping[str, Text]) -> Diagnostic:
    """That a subject has no such benefit: it is one of others, or there is none that goes by the name.

    `own` are those of the subject, `benefits` all that there are with their labels.
    """
    ordered = sorted(own)
    known = [benefits.get(name, Text(name, name)) for name in ordered]
    named = [f"{label.zh}（{name}）" for name, label in zip(ordered, known, strict=True)]
    listed: dict[str, Any] = {
        "benefits_zh": "、".join(named) or "–",
        "benefits_en": ", ".join(ordered) or "–",
    }
    if any(is_benefit(asked, name, label) for name, label in benefits.items()):
        return diagnostic("why.not-its-benefit", subject=subject, benefit=asked, **listed)
    titles = [{name: label for name, label in benefits.items() if name in own}, benefits]
    near = next((s for one in titles if (s := suggestion(asked, one, one, listed=False)).zh), Text("", ""))
    return diagnostic(
        "why.no-such-benefit",
        subject=subject,
        benefit=asked,
        **listed,
        nearest_zh=near.zh,
        nearest_en=near.en,
    )


class _Index:
    """What subjects and benefits can be called."""

    def __init__(self, problem: Problem, portfolio: Portfolio) -> None:
        aside = {benefit.constant for benefit in problem.aside}
        self.benefits = {b.constant: b for b in problem.policies.benefits if b.constant not in aside}
        self.years = [int(atom[1]) for atom in problem.of("horizon", 1)]
        self.owners = {str(atom[1]): str(atom[2]) for atom in problem.of("subject", 3)}
        subjects = [name for name, spec in problem.vocabulary.lists.items() if spec.subject]
        self.suits: defaultdict[str, list[str]] = defaultdict(list)
        for _, subject, benefit in problem.of("suits", 2):
            if benefit[0] in self.benefits:
                self.suits[str(subject)].append(str(benefit[0]))
        self.hopeful: defaultdict[tuple[str, str], list[Atom]] = defaultdict(list)
        for atom in problem.of("hopeful", 4):
            self.hopeful[str(atom[2]), str(atom[3][0])].append(("claim", *atom[1:]))
        # Of two things called alike the later one counts: an id before what is only a name, which is that of
        # one row alone.
        rows = (row for name in subjects for row in portfolio.rows.get(name, ()))
        # Of rows that the problem is not about nothing is known but that they are there.
        named = [row for row in rows if row.id in self.suits or row.id not in self.owners]
        self.alike: defaultdict[str, list[str]] = defaultdict(list)
        for row in named:
            self.alike[str(row.fields.get("name", ""))].append(row.id)
        self.rows = {name: ids[0] for name, ids in self.alike.items() if name and len(ids) == 1}
        self.rows |= {f"{self.owners[row.id]}/{row.id}": row.id for row in named if row.id in self.owners}
        self.rows |= {row.id: row.id for row in named}
        self.words = {
            word: b for b, known in self.benefits.items() for word in (known.label.zh, known.label.en)
        }
        self.words |= {word: b for b, known in self.benefits.items() for word in (b, known.name)}

    def meant(self, said: str) -> Asked | Diagnostic:
        """The claim that is meant, or what there is not of it."""
        before, _, last = said.rpartition("/")
        for claim, year in ((said, None), *([(before, int(last))] if _is_year(last) else ())):
            for cut in [place for place, sign in enumerate(claim) if sign == "/"][::-1]:
                row, benefit = self.rows.get(claim[:cut]), self.words.get(claim[cut + 1 :])
                if row is None or benefit not in self.suits[row]:
                    continue
                if year not in {None, *self.years}:
                    return year_not_planned(year, self.years)
                claims = sorted(c for c in self.hopeful[row, benefit] if year in {None, c[4]})
                return Asked(self.owners[row], row, self.benefits[benefit].name, year, tuple(claims))
        return self._fault(before if _is_year(last) else said, said)

    def _example(self, said: str) -> str:
        """How a claim is written: one of the row that was named, else of any row."""
        row = self.rows.get(said) or next(iter(self.suits), "")
        own = self.suits.get(row, [])
        if not own:
            return "∅"
        years = [claim[4] for claim in self.hopeful.get((row, own[0]), ())] or self.years
        return "/".join((row, self.benefits[own[0]].name, *map(str, sorted(years)[:1])))

    def _fault(self, claim: str, said: str) -> Diagnostic:
        subject, slash, benefit = claim.rpartition("/")
        if not slash:
            return diagnostic("conflict.no-claim", claim=said, example=self._example(said))
        row = self.rows.get(subject)
        if row is None and len(self.alike[subject]) > 1:
            return called_alike(subject, self.alike[subject])
        if row is None:
            near = nearest(subject, self.rows) or nearest(subject.rpartition("/")[2], self.rows)
            zh, en = (t.format(name=near) if near else "" for t in (_NEAREST.zh, _NEAREST.en))
            return diagnostic("why.no-such-subject", subject=subject, nearest_zh=zh, nearest_en=en)
        own = {self.benefits[b].name for b in self.suits[row]}
        return no_benefit(subject, benefit, own, {one.name: one.label for one in self.benefits.values()})


def _is_year(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) == _YEAR_DIGITS
