"""Runs the packs' worked cases, and tells which changes of a rule they would not notice.

Planning lies above packs, so `policy.cases` and `policy.mutants` are handed what plans: `solve`, here.
It plans in this process and stops as soon as a change of a rule turns out to change nothing derived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from subvent.diagnostics import Diagnostic
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom, Term, text
from subvent.optimise.search import Limits
from subvent.plan import choose
from subvent.policy.cases import Case, Outcome, Reason, run_cases
from subvent.policy.mutants import mutate
from subvent.policy.types import PolicySet
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, pose, review


def run_worked_cases(policies: PolicySet) -> tuple[Diagnostic, ...]:
    """The worked cases that do not come out as they say, and what is wrong with how cases are written."""
    return run_cases(policies, solve)


def changes_unnoticed(policies: PolicySet) -> tuple[Diagnostic, ...]:
    """Every change of a number, a comparison or a rule that makes no worked case fail."""
    return mutate(policies, solve)


def solve(policies: PolicySet, vocabulary: Vocabulary, case: Case, known: object) -> Outcome | None:
    """The outcome of a case, or None when what is derived is what `known` is the digest of.

    Raises InputError, PolicyError, ResourceError as planning does.
    """
    grounder = _Watched(known)
    try:
        problem = pose(policies, vocabulary, case.portfolio, case.readings, grounder)
    except _SameError:
        return None
    if not problem.candidates:
        fen: Mapping[Atom, int] = {}
    else:
        fen = choose(problem, Limits()).fen
    claims = sorted(fen)
    benefits = {benefit.constant: benefit.name for benefit in policies.benefits}
    return Outcome(
        total=sum(fen.values()),
        claims=frozenset((claim[2], benefits[claim[3][0]], claim[4], fen[claim]) for claim in claims),
        reasons=_reasons(problem, claims, benefits) if case.expect.reasons else {},
        remarks=_remarks(problem, claims) if case.expect.remarks is not None else {},
        derived=grounder.derived,
    )


class _SameError(Exception):
    """Nothing that was derived differs from an earlier run."""


class _Watched(InProcess):
    """Grounds in this process and stops when the derivation is one already known."""

    def __init__(self, known: object) -> None:
        self._known = known
        self.derived: object = None

    def derive(self, program: str, facts: Sequence[str]) -> list[Atom]:
        """The one model of a stratified program. Raises _SameError when it is the known one."""
        atoms = super().derive(program, facts)
        if self.derived is None:
            self.derived = hash(frozenset(atoms))
            if self.derived == self._known:
                raise _SameError
        return atoms


def _remarks(problem: Problem, claims: Sequence[Atom]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for atom in review(problem, claims, InProcess()):
        if atom[0] == "remark":
            found[_row(atom[2])].add(text(atom[1]))
    return {row: frozenset(names) for row, names in found.items()}


def _row(term: Term) -> str:
    return term if isinstance(term, str) else text(term)


def _reasons(problem: Problem, claims: Collection[Atom], benefits: Mapping[str, str]) -> dict[str, Reason]:
    """Why each subject is not claimed under each benefit it suits, with the conditions behind it."""
    claimed = {(claim[2], claim[3]) for claim in claims}
    behind: defaultdict[tuple[Term, Term, str], set[str]] = defaultdict(set)
    for word, arity, position, reason in (
        ("blocked", 3, 3, "unmet"),
        ("doubtful", 3, 3, "unknown"),
        ("missing", 3, 3, "unknown"),
        ("dim", 4, 4, "dim"),
        ("shut", 4, 4, "closed"),
    ):
        for atom in problem.of(word, arity):
            behind[atom[1], atom[2], reason].add(text(atom[position]))
    for atom in problem.of("barred", 5):
        behind[atom[2], atom[3], "closed"].add(text(atom[5]))
    possible = {(claim[2], claim[3]) for claim in problem.candidates}
    found = {}
    for _, subject, benefit in problem.of("suits", 2):
        if (subject, benefit) in claimed:
            continue
        name = f"{_row(subject)}/{benefits[benefit[0]]}"
        found[name] = _reason(behind, subject, benefit, possible=(subject, benefit) in possible)
    return found


def _reason(
    behind: Mapping[tuple[Term, Term, str], set[str]], subject: Term, benefit: Term, *, possible: bool
) -> Reason:
    """The first that holds: a condition fails, a fact is missing, no year is open, others pay more."""
    if possible:
        return Reason("outbid", frozenset())
    for reason, shown in (
        ("unmet", "unmet"),
        ("unknown", "unknown"),
        ("dim", "unknown"),
        ("closed", "closed"),
    ):
        if names := behind.get((subject, benefit, reason)):
            return Reason(shown, frozenset(names))
    return Reason("closed", frozenset())
