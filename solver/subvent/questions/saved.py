"""A question about a saved plan: what it says is read, why it says so is derived again, nothing is planned.

    questions = questions_saved(Path("group.xlsx"), Path("plan.json"), "P1")
    print(questions.text("P1", "lamp"))

Only the rows connected with the question are derived, whoever shares their limits: which claims are made,
what is outbid by which others, and what insisting on it costs is in the plan. `verify` checks a plan; here it
is refused where it was made from another file or with other packs, or claims what those rows do not allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from subvent.account import account_of
from subvent.diagnostics import Citation, Diagnostic, InputError, Place, Text, diagnostic
from subvent.display import shortened
from subvent.document.other_input import input_changed
from subvent.document.parts import Phrase, Sentence
from subvent.document.reader import PlanEntries, read_entries
from subvent.document.shape import FindingLine, PlanDocument, UnclaimedLine
from subvent.explain.insisted import Crowd, Moved, Way
from subvent.explain.why import Questions, called
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom
from subvent.money import from_yuan
from subvent.plan_sources import claims_of, made_of, packs_changed, packs_of
from subvent.policy.loader import vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_with_remarks
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, pose, resolve_readings
from subvent.process.memory import bounded
from subvent.questions.about import SMALL, connected_part, ids_called
from subvent.questions.leaving import Leaving
from subvent.questions.outline import Change, Line, moved, words_of
from subvent.result import Finding, LimitUse, Plan, RuleUse, Unclaimed


def questions_saved(
    path: Path,
    saved: Path,
    subject: str,
    policies: Sequence[str] = (),
    readings: Mapping[str, str] | None = None,
    time_limit: float | None = None,
) -> Questions:
    """The plan saved in a file, which can be asked about a subject of the portfolio in another.

    `policies` and `readings` may be left out; where they are given they have to be those of the plan.
    `time_limit` is in seconds. Raises InputError, also where nothing goes by that name or the plan was not
    made from these files, PolicyError, ResourceError.
    """
    entries = read_entries(saved)
    document = entries.of(())
    policy_set = packs_of(document, policies)
    vocabulary = vocabulary_of(policy_set)
    portfolio, _ = read_with_remarks(path, vocabulary)
    faults = [*input_changed(document, portfolio, vocabulary), *packs_changed(document, policy_set)]
    faults += _other_answers(document, readings or {}, saved)
    if faults:
        raise InputError(*faults)
    with bounded(), ChildProcess(time_limit) as grounder:
        plan, problem = plan_saved(portfolio, policy_set, entries, subject, grounder)
        ways = must_go(problem, plan, subject, grounder)
    labels = {benefit.name: benefit.label for benefit in policy_set.benefits}
    return Questions(plan, {}, labels, ways)


def must_go(
    problem: Problem, plan: Plan, asked: str, grounder: Grounder
) -> dict[tuple[str, str], tuple[Way, ...]]:
    """What of a plan cannot stay beside what is outbid of a subject or an applicant, and why.

    By subject and benefit, where there is any. Raises PolicyError, ResourceError.
    """
    leaving, words = Leaving(problem, grounder), words_of(problem.policies, problem.portfolio)
    held = {
        Line(one.applicant, one.subject, one.benefit, one.year, one.made_for): one.fen for one in plan.claims
    }
    lines = {leaving.claim(line): line for line in held}

    def told(claims: Iterable[Atom]) -> tuple[Moved, ...]:
        return tuple(moved(Change(lines[one], held[lines[one]], None), words) for one in claims)

    found = {}
    for entry in plan.not_claimed:
        if entry.reason != "outbid" or asked not in called(entry):
            continue
        pair = leaving.claim(Line("", entry.subject, entry.benefit, 0))[2:4]
        ways = []
        for claim in (one for one in problem.candidates if one[2:4] == pair):
            beside = leaving.beside(claim, held)
            crowds = (Crowd(one.force, told(one.claims), one.together, one.most) for one in beside.shared)
            ways.append(Way(claim[4], tuple(moved(one, words) for one in beside.leaving), tuple(crowds)))
        if any(way.leaving or way.crowds for way in ways):
            found[entry.subject, entry.benefit] = tuple(ways)
    return found


def plan_saved(
    portfolio: Portfolio,
    policies: PolicySet,
    entries: PlanEntries,
    asked: str,
    grounder: Grounder,
    *,
    small: int = SMALL,
) -> tuple[Plan, Problem]:
    """What a saved plan says of the rows that have to do with a subject or an applicant, with its proofs.

    Up to `small` rows all are taken. Raises InputError, PolicyError, ResourceError.
    """
    vocabulary, document = vocabulary_of(policies), entries.of(())
    answers = resolve_readings(policies, document.readings)
    ids = ids_called(portfolio, vocabulary, asked)
    few = sum(map(len, portfolio.rows.values())) <= small
    part = portfolio if few else connected_part(portfolio, policies, answers, ids)
    own = entries.of({row.id for rows in part.rows.values() for row in rows})
    problem = pose(policies, vocabulary, part, answers, grounder)
    if strange := _strange(problem, own):
        raise InputError(diagnostic("saved.plan-differs", Place(portfolio.file), claim=shortened(strange)))
    made = made_of(own)
    total = sum(made.fen.values())
    # What the whole plan is short of its bound is not known of a part.
    gap = document.bound_fen - document.total_fen
    limits = (
        None if few else {one.name: LimitUse(one.name, _text(one.text), one.used_up) for one in own.limits}
    )
    plan = account_of(problem, made._replace(bound=total + gap, limits=limits), {}, (), grounder)
    outbid = {(e.subject, e.benefit, e.year): _unclaimed(e) for e in own.not_claimed if e.reason == "outbid"}
    told = tuple(outbid.get((e.subject, e.benefit, e.year), e) for e in plan.not_claimed)
    return replace(plan, not_claimed=told), problem


def _other_answers(document: PlanDocument, readings: Mapping[str, str], saved: Path) -> list[Diagnostic]:
    """Answers asked for that are not those of the plan."""
    return [
        diagnostic(
            "saved.other-answer", Place(str(saved)), name=name, answer=document.readings.get(name, "–")
        )
        for name, answer in readings.items()
        if document.readings.get(name) != answer
    ]


def _strange(problem: Problem, document: PlanDocument) -> str:
    """The first claim of a plan that these rows do not allow, or not with so much; empty where all do."""
    for claim, line in zip(claims_of(document), document.claims, strict=True):
        rows = problem.options.get((claim[2], claim[3]), [""])
        if line.fen > problem.worth.get(claim, -1) or line.made_for not in rows:
            return line.id
    return ""


def _unclaimed(line: UnclaimedLine) -> Unclaimed:
    """What a saved plan tells of something that it does not claim."""
    return Unclaimed(
        subject=line.subject,
        applicant=line.applicant,
        benefit=line.benefit,
        reason=line.reason,
        findings=tuple(map(_finding, line.findings)),
        subject_name=line.subject_name,
        benefit_label=_text(line.benefit_label),
        worth_fen=None if line.worth_yuan is None else from_yuan(line.worth_yuan),
        loss_fen=None if line.loss_yuan is None else from_yuan(line.loss_yuan),
        rules=tuple(RuleUse(rule.rule, _citation(rule)) for rule in line.rules),
        year=line.year,
        possible=line.possible,
    )


def _finding(line: FindingLine) -> Finding:
    shortfall = None if line.shortfall is None else _text(line.shortfall)
    cited = tuple(map(_citation, line.citations))
    return Finding(line.kind, line.name, _text(line.text), shortfall, cited, year=line.year)


def _citation(phrase: Phrase) -> Citation:
    return Citation(phrase.document, phrase.article, phrase.phrase)


def _text(said: Sentence) -> Text:
    return Text(said.zh, said.en)
