"""For everything not claimed exactly one reason, with what it comes down to.

In this order: a condition is not met; only its date is against it, or that of all its years; something is not
known; no year is open; something else brings more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from subvent.diagnostics import Place, Text
from subvent.explain.closing import CLOSING, NOTHING, closing_finding, law_below
from subvent.explain.explanation import Explanation
from subvent.explain.rivals import rivals
from subvent.logic.exact import to_fen
from subvent.logic.terms import Atom, Term, text
from subvent.portfolio.vocabulary import SETTINGS
from subvent.result import Finding, Reason, Unclaimed

SETTINGS_ROW: Term = ("portfolio",)
_STATED = ("value", "flag", "choice", "text", "link", "entry")
_AMOUNT: Term = ("amount",)
"""What lacks of an earlier filing that took its amount out of a shared cap."""


@dataclass(slots=True)
class Case:
    """What stands against claiming a subject for a benefit.

    `grounds` are the atoms whose proofs hold the rules; `facts` what nobody stated, as (row, field).
    """

    reason: Reason
    findings: list[Finding] = field(default_factory=list)
    grounds: list[Atom] = field(default_factory=list)
    facts: list[tuple[Term, Term]] = field(default_factory=list)


def unclaimed(told: Explanation, losses: Mapping[tuple[str, Atom], int | None]) -> tuple[Unclaimed, ...]:
    """Every subject and benefit that it suits and no claim holds, with its reason.

    `losses` says, in fen, what insisting on it would cost (None: no lawful plan holds it), where that was
    worked out.
    """
    return tuple(one for _, one in each_unclaimed(told, losses))


def each_unclaimed(
    told: Explanation, losses: Mapping[tuple[str, Atom], int | None]
) -> Iterator[tuple[tuple[Term, Term, int | None], Unclaimed]]:
    """The same, each with its subject, benefit, and the year where only one is spoken of."""
    pairs = [(subject, benefit, None) for subject, benefit in told.unclaimed]
    for subject, benefit, year in (*pairs, *told.unclaimed_years):
        case = why_not(told, subject, benefit, year)
        if year is not None and case.reason == "outbid":
            continue
        label = told.words.benefit(benefit)
        holder = applicant(told, subject)
        key: tuple[str, Atom] = (subject, benefit)  # type: ignore[assignment]
        worked_out = case.reason == "outbid" and key in losses
        loss = losses[key] if worked_out else None
        name = benefit_name(told, benefit)
        yield (
            (subject, benefit, year),
            Unclaimed(
                subject=str(subject),
                applicant=holder,
                applicant_name=_name(told, holder),
                benefit=name,
                reason=case.reason,
                findings=(*case.findings, *told.filed.get((str(subject), name), ())),
                subject_name=_name(told, subject),
                benefit_label=label,
                worth_fen=worth(told, subject, benefit, year),
                loss_fen=loss,
                possible=loss is not None if worked_out else None,
                rules=told.cited_below(case.grounds),
                year=year,
            ),
        )


def applicant(told: Explanation, subject: Term) -> str:
    """Who would file the subject."""
    found = told.finished.first("subject", 3, subject)
    return str(found[2]) if found else ""


def _name(told: Explanation, row: Term) -> str:
    """What a row calls itself; empty where it does not say."""
    name = told.finished.last_argument("text", 3, row, ("name",))
    return name if isinstance(name, str) else ""


def benefit_name(told: Explanation, benefit: Term) -> str:
    """A benefit's name as commands and files write it."""
    constant = str(benefit[0]) if isinstance(benefit, tuple) else str(benefit)
    found = told.words.benefits.get(constant)
    return found.name if found else constant


def worth(told: Explanation, subject: Term, benefit: Term, year: int | None = None) -> int | None:
    """What it would bring by itself at most (in a year), in fen; None where that cannot be computed."""
    years = [
        atom[3] for atom in told.finished.all("proposed", 3, subject, benefit) if year in {None, atom[3]}
    ]
    rows = (subject, *(("at", subject, own) for own in years))
    prizes = [p for row in rows if (p := told.finished.last_argument("prize", 3, row, benefit)) is not None]
    return max(map(to_fen, prizes), default=None)


def why_not(told: Explanation, subject: Term, benefit: Term, only: int | None = None) -> Case:
    """The case against one subject and benefit (in the year `only`), by the first reason that applies."""
    key = (subject, benefit, only)
    if key not in told.cases:
        told.cases[key] = _case(told, *key)
    found: Case = told.cases[key]
    return found


def _case(told: Explanation, subject: Term, benefit: Term, only: int | None) -> Case:
    finished = told.finished
    blocked = finished.all("blocked", 3, subject, benefit)
    years = [atom[3] for atom in finished.all("proposed", 3, subject, benefit) if only in {None, atom[3]}]
    shut = {year: finished.all("shut", 4, subject, benefit, year) for year in years}
    closing = {atom[1] for atom in finished.all("closing", 1)} | CLOSING
    left = [year for year in years if not any(atom[4] in closing for atom in shut[year])]
    failed = [atom for year in left for atom in shut[year]]
    none_left = bool(left) and all(shut[year] for year in left)
    if none_left or any(atom[3] not in closing for atom in blocked):
        return _failed(told, "unmet", blocked, failed if none_left else [])
    if blocked or (years and not left):  # whatever is found out, it cannot be filed in any year planned
        dated = _failed(told, "closed", blocked, [])
        return dated if blocked else _closed(told, subject, benefit, shut)
    doubtful = finished.all("doubtful", 3, subject, benefit)
    missing = finished.all("missing", 3, subject, benefit)
    at_years = [a for year in left for a in finished.all("missing", 3, ("at", subject, year), benefit)]
    dim = [atom for year in left for atom in finished.all("dim", 4, subject, benefit, year)]
    candidates = [
        atom
        for atom in finished.all("candidate", 4, applicant(told, subject), subject, benefit)
        if atom[4] in years
    ]
    unsettled = [a for year in left for a in finished.all("unsettled", 3, ("at", subject, year), benefit)]
    if doubtful or missing or ((dim or at_years or unsettled) and not candidates):
        return _unknown(told, doubtful, [*missing, *at_years, *unsettled], dim)
    if not candidates:
        open_ = [year for year in years if not shut[year]]
        if open_ and worth(told, subject, benefit, only) is None:
            return _without_amount(told, subject, benefit)
        return _closed(told, subject, benefit, shut)
    found, grounds = rivals(told, [("claim", *atom[1:]) for atom in candidates])
    open_years = {atom[4] for atom in candidates}
    others = {year: shut[year] for year in years if year not in open_years and year in left}
    elsewhere = _closed(told, subject, benefit, others)
    return Case("outbid", [*found, *elsewhere.findings], [*grounds, *elsewhere.grounds])


def shut_years(told: Explanation) -> dict[tuple[str, str, int], tuple[Text, ...]]:
    """Why a subject cannot be filed for a benefit that it suits in a year planned, for each such year.

    Of what is claimed anew every year, and is in other years, also why the plan passes over the year.
    """
    finished = told.finished
    found = {}
    for _, subject, benefit in finished.all("suits", 2):
        for _, year in finished.all("horizon", 1):
            said = [
                closing_finding(told, atom, int(str(year))).text
                for atom in finished.all("shut", 4, subject, benefit, year)
            ]
            if not said and ("proposed", subject, benefit, year) not in finished:
                said = [told.words.say("year_not_proposed", subject=told.words.term(subject), year=str(year))]
            if said:
                found[str(subject), benefit_name(told, benefit), int(str(year))] = tuple(said)
    for subject, benefit, left in told.unclaimed_years:
        case = why_not(told, subject, benefit, left)
        limits = tuple(one.text for one in case.findings if one.kind == "limit")
        if case.reason == "outbid" and limits:
            found[str(subject), benefit_name(told, benefit), left] = limits
    return found


def _failed(told: Explanation, reason: Reason, blocked: Iterable[Atom], failed: Iterable[Atom]) -> Case:
    case = Case(reason)
    for atom in blocked:
        case.grounds.append(atom)
        case.findings += _failing(told, atom[1], atom[3], ("requires", *atom[1:]))
    for atom in failed:
        case.grounds.append(atom)
        required = ("requires_in_year", atom[1], atom[2], atom[4])
        case.findings += _failing(told, ("at", atom[1], atom[3]), atom[4], required, atom[3])
    return case


def _failing(
    told: Explanation, row: Term, condition: Term, required: Atom, year: int | None = None
) -> Iterator[Finding]:
    for (where, leaf), way in told.conditions.ways(row, condition, "failed"):
        detail = told.conditions.detail(where, leaf)
        yield Finding(
            kind="failed",
            name=text(condition),
            text=told.conditions.one_of(told.conditions.sentence(where, leaf), way, leaf),
            shortfall=detail.shortfall if detail else None,
            citations=law_below(told, [required, ("failed", where, leaf)]),
            place=_first_place(told, detail.stated) if detail else _premise_place(told, where, leaf),
            year=year,
        )


def _unknown(
    told: Explanation, doubtful: Iterable[Atom], missing: Iterable[Atom], dim: Iterable[Atom]
) -> Case:
    case = Case("unknown")
    for atom in doubtful:
        _open(told, case, (atom[1], atom[3]), ("requires", *atom[1:]))
    for atom in dim:
        required = ("requires_in_year", atom[1], atom[2], atom[4])
        _open(told, case, (("at", atom[1], atom[3]), atom[4]), required, atom[3])
    for atom in missing:
        subject = atom[1][1] if isinstance(atom[1], tuple) else atom[1]
        row, name = (_row_of(told, subject, atom[3]), atom[3]) if atom[0] == "missing" else (atom[3], _AMOUNT)
        case.grounds.append(atom)
        case.facts.append((row, name))
        label = told.words.field_label(name, row)
        shown = told.words.term(atom[1] if row == subject else row)
        case.findings.append(
            Finding(
                kind="missing",
                name=text(name),
                text=told.words.say("missing_fact", row=shown, field=label),
                citations=law_below(told, [atom]),
                place=_blank_place(told, row, name),
                year=atom[1][2] if isinstance(atom[1], tuple) else None,
            )
        )
    return case


def _open(
    told: Explanation, case: Case, asked: tuple[Term, Term], required: Atom, year: int | None = None
) -> None:
    """The findings on a condition neither met nor failed: each missing fact under each of its parts."""
    row, condition = asked
    case.grounds.append(required)
    for (where, leaf), way in told.conditions.ways(row, condition, "unknown"):
        declared = list(told.conditions.declared(leaf))
        case.grounds += declared
        facts = list(told.conditions.missing(where, leaf))
        case.facts += facts
        named: list[tuple[Term, Term] | None] = [*facts] or [None]
        for fact in named:
            case.findings.append(
                Finding(
                    kind="unknown",
                    name=text(condition),
                    text=told.conditions.one_of(_unknown_text(told, where, leaf, fact), way, leaf),
                    citations=law_below(told, [required, *declared]),
                    place=_blank_place(told, *fact) if fact else _asked_place(told, where, leaf),
                    year=year,
                )
            )


def _unknown_text(told: Explanation, row: Term, leaf: Term, fact: tuple[Term, Term] | None) -> Text:
    if fact is None:
        return told.conditions.sentence(row, leaf)
    return told.words.say(
        "undetermined",
        row=told.words.term(fact[0]),
        field=told.words.field_label(fact[1], fact[0]),
        detail=told.conditions.requirement(row, leaf),
        label=told.words.condition(leaf),
    )


def _without_amount(told: Explanation, subject: Term, benefit: Term) -> Case:
    """No rule gives an amount, and none says which fact it lacks: a gap in the pack, not in the file."""
    label = told.words.benefit(benefit)
    said = told.words.say("no_amount", row=told.words.term(subject), benefit=label)
    finding = Finding(kind="missing", name="amount", text=said, place=_row_place(told, subject))
    return Case("unknown", [finding])


def _closed(told: Explanation, subject: Term, benefit: Term, shut: Mapping[Term, Sequence[Atom]]) -> Case:
    case = Case("closed")
    for year, atoms in sorted(shut.items(), key=lambda item: str(item[0])):
        barred = told.finished.all("barred", 5, applicant(told, subject), subject, benefit, year)
        # That a year brings nothing says no more where something else closes it.
        telling = [atom for atom in atoms if atom[4] != NOTHING] or atoms
        for atom in (*telling, *barred):
            case.grounds.append(atom)
            case.findings.append(closing_finding(told, atom, int(str(year))))
    return case


def _row_of(told: Explanation, subject: Term, name: Term) -> Term:
    """The row that would state a field an amount lacks: the subject, its applicant, or the settings."""
    found = told.words.field(name, subject)
    if found is not None and found.list == SETTINGS:
        return SETTINGS_ROW
    holder = applicant(told, subject)
    holds = told.words.has_field(holder, name) and not told.words.has_field(subject, name)
    return holder if holds else subject


def _first_place(told: Explanation, stated: Iterable[tuple[Term, Term]]) -> Place | None:
    for where, name in stated:
        row = where[1] if isinstance(where, tuple) and where[0] == "at" else where
        for predicate in _STATED:
            for atom in told.finished.all(predicate, 4 if predicate == "entry" else 3, row, name):
                fact = told.facts.get(atom)
                if fact is not None and fact.place is not None:
                    return fact.place
    return None


def _premise_place(told: Explanation, where: Term, leaf: Term) -> Place | None:
    """Of what a rule of a pack's own fails: where the row states what it follows from, a value first."""
    row = where[1] if isinstance(where, tuple) and where[0] == "at" else where
    node = told.nodes.get(("failed", where, leaf))
    own = [a for a in (node.children if node else ()) if a[0] in _STATED and a[1] == row and a in told.facts]
    places = (told.facts[atom].place for atom in sorted(own, key=lambda atom: _STATED.index(atom[0])))
    return next(filter(None, places), None) or _first_place(told, ((where, ("name",)),))


def _asked_place(told: Explanation, where: Term, leaf: Term) -> Place | None:
    """Where the row states what a condition asks for, though in words that no rule knows; else the row's."""
    name = str(leaf[0] if isinstance(leaf, tuple) else leaf)
    asked = [(where, (field.replace("-", "_"),)) for field in told.words.lexicon.needs.get(name, ())]
    return _first_place(told, asked) or _row_place(told, where)


def _blank_place(told: Explanation, where: Term, name: Term) -> Place | None:
    """Where a field that is left out would stand, in a file that has a place for it; else the row's."""
    row = where[1] if isinstance(where, tuple) and where[0] == "at" else where
    stated = told.rows.get(str(row[0] if isinstance(row, tuple) else row))
    field = told.words.field(name, row)
    found = stated.places.get(field.name) if stated and field else None
    return found or _row_place(told, where)


def _row_place(told: Explanation, where: Term) -> Place | None:
    row = where[1] if isinstance(where, tuple) and where[0] == "at" else where
    return told.places.get(row)
