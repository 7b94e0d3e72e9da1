"""Checks a saved plan without optimising: lawful, amounts right, bound proven, reasons as they follow.

Facts, candidates and amounts are derived again from the packs and the portfolio, twice: by clingo and by
an evaluator of our own. Every limit is evaluated by clingo on the plan's own claims, and held against a
second model of what may be claimed; the bound follows from the plan's certificate in integers, and every
row it rests on is shown to hold in that second model. The plan is told once more from its claims, and
compared with what is written, phrase by phrase. Nothing here imports the optimiser, and no word of the
plan is believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from subvent.account import account_of, unexplained
from subvent.certified import certified_bound
from subvent.diagnostics import Diagnostic, InputError, PolicyError, Text, diagnostic
from subvent.display import shortened
from subvent.document.data import plan_as_data
from subvent.document.differences import differences, places_apart
from subvent.document.other_input import in_short, input_changed
from subvent.document.reader import MOST_FAULTS, read_plan
from subvent.document.shape import PlanDocument
from subvent.document.stated_totals import contradictions
from subvent.explain.finished import Finished
from subvent.explain.stated import stated_at
from subvent.explain.words import Words, joined
from subvent.logic.program import Split
from subvent.logic.session import ChildProcess, Grounder
from subvent.logic.terms import Atom, Reader, Term, text
from subvent.model.shared import grant
from subvent.money import FEN_PER_YUAN, yuan
from subvent.plan_sources import claims_of, made_of, packs_changed, packs_of, rows_of
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_with_remarks
from subvent.problem import Kept, Problem, finished, pose, violated
from subvent.process.memory import bounded
from subvent.process.progress import SILENT, Progress
from subvent.recheck import rechecked

_MOST_CLAIMS = 10
"""Claims that are named under one limit."""
_NONE = Text("–", "–")


class Checked(NamedTuple):
    """A plan as it was read, with everything in it that does not hold."""

    document: PlanDocument
    findings: tuple[Diagnostic, ...]


class _Cap(NamedTuple):
    """A shared cap: the claims under it, the fen that they come to together, and the fen it leaves them."""

    name: str
    claims: set[str]
    together: int
    room: int


def verify_plan(
    plan: Path, portfolio: Path, policies: Sequence[str] = (), *, everything: bool = False
) -> tuple[Diagnostic, ...]:
    """Everything in a saved plan that does not hold for the portfolio and the packs; empty when all does.

    Where the portfolio is another one, what follows from that is counted, unless `everything` is asked for.

    Raises InputError when either file cannot be read, PolicyError, ResourceError.
    """
    return checked(plan, portfolio, policies, everything=everything).findings


def checked(
    plan: Path,
    portfolio: Path,
    policies: Sequence[str] = (),
    *,
    everything: bool = False,
    progress: Progress = SILENT,
) -> Checked:
    """The plan with the findings of `verify_plan`; `progress` hears what is being done."""
    progress.stage("reading")
    try:
        document = read_plan(plan)
    except InputError as error:
        raise InputError(*error.diagnostics, *_faults(portfolio, policies)) from error
    found = _findings(document, portfolio, policies, progress, everything=everything)
    return Checked(document, found)


def _findings(
    document: PlanDocument, portfolio: Path, policies: Sequence[str], progress: Progress, *, everything: bool
) -> tuple[Diagnostic, ...]:
    policy_set = packs_of(document, policies)
    vocabulary = vocabulary_of(policy_set)
    stated, remarks = read_with_remarks(portfolio, vocabulary)
    unanswered = [
        diagnostic("verify.reading", name=name, answer=answer)
        for name, answer in document.readings.items()
        if not any(r.name == name and answer in {a.name for a in r.answers} for r in policy_set.readings)
    ]
    if unanswered:
        return (*packs_changed(document, policy_set), *unanswered)
    with bounded(), ChildProcess() as grounder:
        # A plan without reasons rests on what choosing claims reads, and on nothing else that follows.
        keep: Kept = "all" if document.explained else "decision"
        progress.stage("deriving")
        problem = pose(policy_set, vocabulary, stated, document.readings, grounder, keep, progress=progress)
        others = tuple(input_changed(document, stated, vocabulary))
        sources = (*others, *packs_changed(document, policy_set))
        found = tuple(check(problem, document, grounder, progress))
        if others and not everything:
            return (*sources, *in_short(found, stated.file))
        found = (*sources, *found)
        # Of other facts or rules other reasons follow: what differs then would be noise.
        return found if sources else (*found, *_told(problem, document, remarks, grounder, progress))


def _faults(portfolio: Path, policies: Sequence[str]) -> tuple[Diagnostic, ...]:
    """What is wrong with the portfolio, to be told with what is wrong with the plan."""
    try:
        read_with_remarks(portfolio, vocabulary_of(load_policies(policies)))
    except (InputError, PolicyError) as error:
        return error.diagnostics
    return ()


def _told(
    problem: Problem,
    document: PlanDocument,
    remarks: Sequence[Diagnostic],
    grounder: Grounder,
    progress: Progress,
) -> Iterator[Diagnostic]:
    """Where what the plan tells of its claims is not what follows from them."""
    claims, made_for = claims_of(document), rows_of(document)
    options = problem.options
    named = all(made_for.get(c, "") in options.get((c[2], c[3]), [""]) for c in claims)
    if len(set(claims)) < len(claims) or not problem.worth.keys() >= set(claims) or not named:
        return  # of claims that cannot be made nothing can be told; they are findings already
    made = made_of(document)
    progress.stage("rereading")
    if document.explained:
        told = account_of(
            problem, made, {}, remarks, grounder, proofs=bool(document.steps), progress=progress
        )
    else:
        told = unexplained(problem, made, remarks)
    right = {"explained": told.explained, **plan_as_data(told)}
    stated = document.model_dump(mode="json")
    elsewhere, found = places_apart(differences(stated, right))
    found += contradictions(document, problem.policies)
    if elsewhere:
        first = elsewhere[0]
        yield diagnostic(
            "verify.places",
            count=len({one.pointer for one in elsewhere}),
            pointer=first.pointer,
            written=first.written,
            right=first.right,
        )
    for one in found[:MOST_FAULTS]:
        yield diagnostic("verify.differs", pointer=one.pointer, written=one.written, right=one.right)
    if len(found) > MOST_FAULTS:
        yield diagnostic("verify.more-differences", count=len(found) - MOST_FAULTS)


def check(
    problem: Problem, document: PlanDocument, grounder: Grounder, progress: Progress = SILENT
) -> Iterator[Diagnostic]:
    """The findings on claims, amounts, limits, total and bound of a plan, given its problem."""
    progress.stage("checking")
    claims, made_for = claims_of(document), rows_of(document)
    derived = Finished(problem.atoms)
    words = Words(problem.policies, problem.vocabulary, derived)
    yield from _claims(problem, claims, words)
    yield from _made_for(problem, claims, made_for, words)
    yield from _amounts(problem, document, claims, words)
    yield from _shared(problem, document, claims, words, grounder)
    lawful = [claim for claim in dict.fromkeys(claims) if claim in problem.worth]
    for limit in violated(problem, problem.chosen(lawful, made_for), grounder):
        under = [words.claim(claim) for claim in lawful if _counts(derived, limit, claim)]
        if len(under) > _MOST_CLAIMS:
            under[_MOST_CLAIMS:] = [Text("……", "…")]
        yield diagnostic("verify.limit", limit=words.limit(limit), claims=joined(under) if under else _NONE)
    total = sum(c.fen for c in document.claims)
    if total != document.total_fen:
        yield diagnostic("verify.total", right=yuan(total), written=yuan(document.total_fen))
    yield from _range(problem, document, claims, made_for)
    yield from _beside(problem, document)
    yield from _bound(problem, document)
    progress.stage("rederiving")
    yield from rechecked(problem, document.certificate, problem.chosen(lawful, made_for), progress)


def _counts(derived: Finished, limit: Term, claim: Atom) -> bool:
    """Whether a claim takes part in a limit: a derived atom has both, or the limit is on its subject."""
    if any(limit in atom for atom in derived.naming(claim)):
        return True
    return isinstance(limit, tuple) and len(limit) > 1 and limit[1] == claim[2]


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
    sums, asides = document.beside_total.sums, [benefit.constant for benefit in problem.aside]
    for key in dict.fromkeys([*asides, *(name.removesuffix("_yuan") for name in sums)]):
        total = sum(fen for (name, _), fen in problem.beside.items() if name == key)
        due, stated = yuan(total) if key in asides else "–", sums.get(f"{key}_yuan", "–")
        if stated != due:
            yield diagnostic("verify.beside", what=shortened(key), right=due, written=stated)


def _claims(problem: Problem, claims: Sequence[Atom], words: Words) -> Iterator[Diagnostic]:
    for claim, count in Counter(claims).items():
        if claim not in problem.worth:
            yield diagnostic("verify.claim-not-lawful", **_named(claim, words))
        if count > 1:
            yield diagnostic("verify.claim-twice", **_named(claim, words))


def _named(claim: Atom, words: Words) -> dict[str, Any]:
    """A claim as messages call it: who, for what, under what benefit, in which year."""
    said = words.claim(claim)
    return {"applicant": shortened(str(claim[1])), "claim_zh": said.zh, "claim_en": said.en}


def _made_for(
    problem: Problem, claims: Sequence[Atom], made_for: Mapping[Atom, str], words: Words
) -> Iterator[Diagnostic]:
    """A claim that is to be made for one of several rows names one of them, any other names none."""
    options = problem.options
    for claim in claims:
        rows, written = options.get((claim[2], claim[3]), [""]), made_for.get(claim, "")
        if written not in rows:
            yield diagnostic(
                "verify.made-for",
                written=shortened(written) or "–",
                right=", ".join(filter(None, rows)) or "–",
                **_named(claim, words),
            )


def _amounts(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], words: Words
) -> Iterator[Diagnostic]:
    """Each amount against the derived worth, less what is counted in another claim or cut by a shared cap.

    A claim may bring less than its worth only where a cap that it draws on is used up.
    """
    full = _used_up(problem, document, claims, rows_of(document))
    given = _given(document)
    terms = {(split.name, term.claim): term for split in problem.splits for term in split.terms}
    for claim, line in zip(claims, document.claims, strict=True):
        right = problem.worth.get(claim)
        own = [(terms[key], fen) for key, fen in given.items() if key[1] == text(claim) and key in terms]
        if own:
            right = grant(own[0][0], sum((fen for _, fen in own), Fraction(0)))
        below = text(claim) in full and right is not None and line.fen < right
        if right is not None and right != line.fen and not below:
            about = _named(claim, words)
            yield diagnostic("verify.amount", right=yuan(right), written=yuan(line.fen), **about)


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
        for cap in _pools(problem, document, claims, made_for)
        for claim in cap.claims
        if cap.together >= cap.room
    }


def _pools(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], made_for: Mapping[Atom, str]
) -> Iterator[_Cap]:
    """Every shared cap with the plan's claims under it, as the plan writes what they are paid."""
    drawn = {text(atom) for atom in problem.chosen(claims, made_for)}
    written = {text(claim): line.fen for claim, line in zip(claims, document.claims, strict=True)}
    for cut in problem.cuts:
        members = {term.claim for term in cut.terms if term.drawn in drawn}
        yield _Cap(cut.name, members, sum(written[member] for member in members), cut.room(written))


def _shared(
    problem: Problem, document: PlanDocument, claims: Sequence[Atom], words: Words, grounder: Grounder
) -> Iterator[Diagnostic]:
    """Shared caps that are exceeded, and shared costs that count twice."""
    for cap in _pools(problem, document, claims, rows_of(document)):
        if cap.together > cap.room:
            pool = words.limit(Reader().atom(cap.name)[1])
            yield diagnostic(
                "verify.pool",
                pool_zh=pool.zh,
                pool_en=pool.en,
                right=yuan(cap.room),
                written=yuan(cap.together),
            )
    given = _given(document)
    made = {text(claim): claim for claim in claims}
    shared = {(s.name, t.claim): s.shared for s in problem.splits for t in s.terms if t.claim in made}
    for key, count in Counter((one.split, one.claim) for one in document.shared_costs).items():
        if count > 1 or given[key] > shared.get(key, -1):
            stray, claim = map(shortened, key)
            yield diagnostic("verify.shared-cost-stray", split=stray, claim=claim, given=_exact(given[key]))
    for split in problem.splits:
        for one, other in product(split.terms, repeat=2):
            if one.side < other.side and {one.claim, other.claim} <= made.keys():
                left_out = given[split.name, one.claim] + given[split.name, other.claim]
                if left_out < split.shared:
                    both = made[one.claim], made[other.claim]
                    yield _counted_twice(problem, split, both, left_out, words, grounder)


def _counted_twice(
    problem: Problem,
    split: Split,
    claims: tuple[Atom, Atom],
    left_out: Fraction,
    words: Words,
    grounder: Grounder,
) -> Diagnostic:
    """That two claims both count a shared cost, with the place where it is stated."""
    whole, key = finished(problem, grounder), Reader().atom(split.name)[1]
    atom = next(one for one in whole.groups.unordered("split", 2) if one[1] == key)
    place = stated_at(whole.policies, whole.atoms, whole.facts, atom, grounder.derive)
    limit, first, second = words.limit(key), *map(words.claim, claims)
    return diagnostic(
        "verify.shared-cost",
        place,
        limit_zh=limit.zh,
        limit_en=limit.en,
        first_zh=first.zh,
        first_en=first.en,
        second_zh=second.zh,
        second_en=second.en,
        given=_exact(left_out),
        needed=yuan(split.shared),
    )


def _exact(fen: Fraction) -> str:
    return str(fen / FEN_PER_YUAN)


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
