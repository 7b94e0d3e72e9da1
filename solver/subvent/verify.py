"""Checks a saved plan without optimising: lawful, amounts right, bound proven.

Facts, candidates and amounts are derived again from the packs and the portfolio; every limit is
evaluated by clingo on the plan's own claims; the bound follows from the plan's certificate in
integers. Nothing here imports the optimiser, and no number of the plan is believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from subvent.certified import certified_bound
from subvent.diagnostics import Diagnostic, InputError, diagnostic
from subvent.logic.program import Cut
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom, text
from subvent.model.shared import grant
from subvent.money import FEN_PER_YUAN, yuan
from subvent.plan_file import PlanDocument, read_plan
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.types import PolicySet
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose, violated


def verify_plan(plan: Path, portfolio: Path, policies: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Everything in a saved plan that does not hold for the portfolio and the packs; empty when all does.

    Raises InputError when either file cannot be read, PolicyError, ResourceError.
    """
    document = read_plan(plan)
    policy_set = load_policies(policies or tuple(used.id for used in document.policies))
    vocabulary = vocabulary_of(policy_set)
    stated = read_portfolio(portfolio, vocabulary)
    unanswered = [
        diagnostic("verify.reading", name=name, answer=answer)
        for name, answer in document.readings.items()
        if not any(r.name == name and answer in {a.name for a in r.answers} for r in policy_set.readings)
    ]
    if unanswered:
        return tuple(unanswered)
    with ChildProcess() as grounder:
        problem = pose(policy_set, vocabulary, stated, document.readings, grounder)
        return (
            *_sources(document, policy_set, stated.sha256),
            *check(problem, document, grounder),
        )


def _sources(document: PlanDocument, policies: PolicySet, sha256: str) -> Iterator[Diagnostic]:
    if document.inputs.sha256 != sha256:
        yield diagnostic("verify.input-changed", planned=document.inputs.sha256, found=sha256)
    found = {pack.id: pack.sha256 for pack in policies.packs}
    for used in document.policies:
        if found.get(used.id) != used.sha256:
            yield diagnostic(
                "verify.policy-changed", pack=used.id, planned=used.sha256, found=found.get(used.id, "–")
            )


def check(problem: Problem, document: PlanDocument, grounder: Grounder) -> Iterator[Diagnostic]:
    """The findings on claims, amounts, limits, total and bound of a plan, given its problem."""
    claims = [
        ("claim", c.applicant, c.subject, (c.benefit.replace("-", "_"),), c.year) for c in document.claims
    ]
    made_for = {
        claim: line.made_for for claim, line in zip(claims, document.claims, strict=True) if line.made_for
    }
    yield from _claims(problem, claims)
    yield from _made_for(problem, claims, made_for)
    yield from _amounts(problem, document, claims, made_for)
    yield from _shared(problem, document, claims, made_for)
    lawful = [claim for claim in dict.fromkeys(claims) if claim in problem.worth]
    for limit in violated(problem, problem.chosen(lawful, made_for), grounder):
        yield diagnostic("verify.limit", limit=text(limit))
    total = sum(c.fen for c in document.claims)
    if total != document.total_fen:
        yield diagnostic("verify.total", right=yuan(total), written=yuan(document.total_fen))
    yield from _range(problem, document, claims, made_for)
    yield from _beside(problem, document)
    yield from _bound(problem, document)


def _range(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> Iterator[Diagnostic]:
    """The two ends of what is discretionary or forecast, on the plan's own claims."""
    fen = {claim: line.fen for claim, line in zip(claims, document.claims, strict=True)}
    ends = problem.ends({claim: own for claim, own in fen.items() if claim in problem.worth}, made_for)
    written = (document.range_yuan.low, document.range_yuan.high)
    if tuple(map(yuan, ends)) != written:
        low, high = map(yuan, ends)
        yield diagnostic("verify.range", low=low, high=high, written="–".join(written))


def _beside(problem: Problem, document: PlanDocument) -> Iterator[Diagnostic]:
    """What the plan says stands beside the total, row by row and in sum."""
    found = {
        (line.benefit.replace("-", "_"), line.subject): line.fen for line in document.beside_total.benefits
    }
    for name, subject in sorted({*found, *problem.beside}):
        right, written = problem.beside.get((name, subject), 0), found.get((name, subject), 0)
        if right != written:
            yield diagnostic(
                "verify.beside", what=f"{subject}/{name}", right=yuan(right), written=yuan(written)
            )
    sums = document.beside_total.sums
    for benefit in problem.aside:
        key = benefit.constant
        total = sum(fen for (name, _), fen in problem.beside.items() if name == key)
        if sums.get(f"{key}_yuan") != yuan(total):
            yield diagnostic(
                "verify.beside", what=key, right=yuan(total), written=sums.get(f"{key}_yuan", "–")
            )


def _claims(problem: Problem, claims: Sequence[Atom]) -> Iterator[Diagnostic]:
    for claim, count in Counter(claims).items():
        if claim not in problem.worth:
            yield diagnostic("verify.claim-not-lawful", claim=text(claim))
        if count > 1:
            yield diagnostic("verify.claim-twice", claim=text(claim))


def _made_for(problem: Problem, claims: Sequence[Atom], made_for: Mapping[Atom, str]) -> Iterator[Diagnostic]:
    """A claim that is to be made for one of several rows names one of them, any other names none."""
    options = problem.options
    for claim in claims:
        rows, written = options.get((claim[2], claim[3]), [""]), made_for.get(claim, "")
        if written not in rows:
            yield diagnostic("verify.made-for", claim=text(claim), written=written, right=", ".join(rows))


def _amounts(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> Iterator[Diagnostic]:
    """Each amount against the derived worth, less what is counted in another claim or cut by a shared cap.

    A claim may bring less than its worth only where a cap that it draws on is used up.
    """
    full = _used_up(problem, document, claims, made_for)
    given = _given(document)
    terms = {(split.name, term.claim): term for split in problem.splits for term in split.terms}
    for claim, line in zip(claims, document.claims, strict=True):
        right = problem.worth.get(claim)
        own = [(terms[key], fen) for key, fen in given.items() if key[1] == text(claim) and key in terms]
        if own:
            right = grant(own[0][0], sum((fen for _, fen in own), Fraction(0)))
        below = text(claim) in full and right is not None and line.fen < right
        if right is not None and right != line.fen and not below:
            yield diagnostic("verify.amount", claim=text(claim), right=yuan(right), written=yuan(line.fen))


def _given(document: PlanDocument) -> defaultdict[tuple[str, str], Fraction]:
    """The fen of each shared cost that each claim leaves to the other side, as the plan says."""
    given: defaultdict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for share in document.shared_costs:
        given[share.split, share.claim] += share.fen
    return given


def _used_up(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> set[str]:
    """The claims, as text, under a shared cap that what the plan writes reaches."""
    return {
        claim
        for cut, members, together in _pools(problem, document, claims, made_for)
        for claim in members
        if together >= cut.limit
    }


def _pools(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> Iterator[tuple[Cut, set[str], int]]:
    """Every shared cap with the plan's claims under it and the fen that they come to."""
    drawn = {text(atom) for atom in problem.chosen(claims, made_for)}
    written = {text(claim): line.fen for claim, line in zip(claims, document.claims, strict=True)}
    for cut in problem.cuts:
        members = {term.claim for term in cut.terms if term.drawn in drawn}
        yield cut, members, sum(written[member] for member in members)


def _shared(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> Iterator[Diagnostic]:
    """Shared caps that are exceeded, and shared costs that count twice."""
    for cut, _, together in _pools(problem, document, claims, made_for):
        if together > cut.limit:
            yield diagnostic("verify.pool", pool=cut.name, right=yuan(cut.limit), written=yuan(together))
    given = _given(document)
    made = {text(claim) for claim in claims}
    for split in problem.splits:
        for one in split.terms:
            for other in split.terms:
                if one.side < other.side and {one.claim, other.claim} <= made:
                    left_out = given[split.name, one.claim] + given[split.name, other.claim]
                    if left_out < split.shared:
                        yield diagnostic(
                            "verify.shared-cost",
                            split=split.name,
                            given=str(left_out / FEN_PER_YUAN),
                            needed=yuan(split.shared),
                        )


def _bound(problem: Problem, document: PlanDocument) -> Iterator[Diagnostic]:
    try:
        bound = certified_bound(problem.model, document.certificate)
    except InputError as error:
        yield from error.diagnostics
        return
    if bound != document.bound_fen:
        yield diagnostic("verify.bound", right=yuan(bound), written=yuan(document.bound_fen))
    if document.status == "optimal" and bound != document.total_fen:
        yield diagnostic("verify.not-proven", bound=yuan(bound), total=yuan(document.total_fen))
