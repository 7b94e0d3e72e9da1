"""Why a claim of an earlier plan does not stand any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, NamedTuple

from subvent.choice import Claimed
from subvent.explain import Finished, explain
from subvent.explain.explanation import Explanation
from subvent.explain.reasons import why_not
from subvent.explain.usage import Usage
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom
from subvent.problem import Problem
from subvent.questions.outline import Line
from subvent.result import Filing, Finding

Cause = Literal[
    "filed", "gone", "applicant", "benefit", "kind", "unmet", "closed", "unknown", "together", "nothing"
]
"""Why an earlier claim does not stand: it is in the history; its subject is not in the file; another
applicant holds it; no pack in use knows the benefit; the subject is not of this kind any more; a condition,
the year or an unknown fact is against it; the other claims that still stand are; beside these it brings
nothing."""


class Lost(NamedTuple):
    """An earlier claim that is not there to be filed any more, with the fen it was to bring.

    `filings`: what the history holds of the same subject and benefit.
    """

    line: Line
    fen: int
    cause: Cause
    findings: tuple[Finding, ...] = ()
    filings: tuple[Filing, ...] = ()


def told_beside(problem: Problem, found: Claimed, grounder: Grounder) -> Explanation:
    """What explains why claims of an earlier plan do not stand beside those that still do."""
    claims = sorted(found.fen, key=lambda claim: (claim[4], *claim[1:4]))
    told = explain(
        problem.policies,
        problem.vocabulary,
        Finished.of(problem, problem.chosen(claims, found.made_for)),
        problem.facts,
        claims,
        evaluate=grounder.derive,
    )
    return replace(told, usage=Usage(told.finished, told.words, found.fen))


def lost_of(told: Explanation, line: Line, fen: int, claim: Atom | None, *, idle: bool) -> Lost:
    """Why an earlier claim does not stand; `claim` is its atom, where some pack knows the benefit.

    `idle`: it may be made beside those that still stand, and brings nothing.
    """
    plainly = _plain_cause(told, claim)
    if plainly or claim is None:
        return Lost(line, fen, plainly or "benefit")
    _, _, subject, benefit, year = claim
    if ("proposed", subject, benefit, year) not in told.finished:
        said = told.words.say("year_not_proposed", subject=told.words.term(subject), year=str(year))
        return Lost(line, fen, "closed", (Finding("shut", "year", said, year=year),))
    case = why_not(told, subject, benefit, year)
    findings = tuple(one for one in case.findings if one.kind != "rival")
    if case.reason != "outbid":
        return Lost(line, fen, case.reason, findings)
    return Lost(line, fen, "nothing" if idle else "together", findings)


def _plain_cause(told: Explanation, claim: Atom | None) -> Cause | None:
    """The first cause, if any, that needs no more words than its name."""
    if claim is None:
        return "benefit"
    _, applicant, subject, benefit, _ = claim
    held = any(atom[2:4] == (subject, benefit) for atom in told.finished.all("held", 4))
    if held and ("candidate", *claim[1:]) not in told.finished:
        return "filed"
    owner = told.finished.first("subject", 3, subject)
    if owner is None:
        return "gone"
    if owner[2] != applicant:
        return "applicant"
    return None if ("suits", subject, benefit) in told.finished else "kind"
