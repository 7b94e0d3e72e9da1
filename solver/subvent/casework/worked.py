"""Runs the packs' worked cases, and tells which changes of a rule they would not notice.

Planning lies above packs, so `policy.cases` and `policy.mutants` are handed what plans: `solve`, here.
It plans in this process and stops as soon as a change of a rule turns out to change nothing derived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from subvent.choice import choose
from subvent.diagnostics import Diagnostic, Place, PolicyError, diagnostic
from subvent.explain import Finished, explain, unclaimed
from subvent.logic.session import Grounder, InProcess
from subvent.logic.terms import Atom, Term, text
from subvent.optimise.search import Limits
from subvent.policy.cases import Case, run_cases
from subvent.policy.mutants import mutate
from subvent.policy.outcomes import Outcome, Reason
from subvent.policy.types import PolicySet
from subvent.portfolio.nearest import suggestion
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import Problem, pose, procedure, review

_KEYS = {
    "remark": "remarks",
    "material": "materials",
    "step": "steps",
    "entitlement": "entitlements",
    "duty": "duties",
}
"""What is said of a plan by the key of a case's expectation."""


def run_worked_cases(policies: PolicySet, packs: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """The worked cases that do not come out as they say, and what is wrong with how cases are written.

    `packs`: only those of the packs of these ids. Raises PolicyError when one is not among the policies.
    """
    return run_cases(policies, solve, _known(policies, packs))


def changes_unnoticed(policies: PolicySet, packs: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Every change of a number, a comparison or a rule that makes no worked case of any pack fail.

    `packs`: only changes to the rules of these. Raises PolicyError when one is not among the policies.
    """
    return mutate(policies, solve, packs=_known(policies, packs))


def _known(policies: PolicySet, packs: Sequence[str]) -> Sequence[str]:
    ids = [pack.id for pack in policies.packs]
    strange = [name for name in packs if name not in ids]
    if strange:
        near = {name: suggestion(name, ids) for name in strange}
        raise PolicyError(
            *(diagnostic("policy.unknown-pack", Place(n), name=n, nearest=near[n]) for n in strange)
        )
    return packs or ids


class Planned(NamedTuple):
    """A case's problem, the fen of its best claims, and the row that each is made for, if for one."""

    problem: Problem
    fen: Mapping[Atom, int]
    made_for: Mapping[Atom, str]


def solve(policies: PolicySet, vocabulary: Vocabulary, case: Case, known: object) -> Outcome | None:
    """The outcome of a case, or None when what is derived is what `known` is the digest of.

    Raises InputError, PolicyError, ResourceError as planning does.
    """
    grounder = _Watched(known)
    try:
        found = planned(policies, vocabulary, case, case.readings, grounder)
    except _SameError:
        return None
    return outcome(found, grounder.derived)


def planned(
    policies: PolicySet, vocabulary: Vocabulary, case: Case, readings: Mapping[str, str], grounder: Grounder
) -> Planned:
    """The problem a case poses under some readings, with its best claims. Raises as `solve`."""
    problem = pose(policies, vocabulary, case.portfolio, readings, grounder)
    if not problem.candidates:
        return Planned(problem, {}, {})
    fen, made_for, *_ = choose(problem, Limits())
    return Planned(problem, fen, made_for)


def outcome(found: Planned, derived: object = None) -> Outcome:
    """What a planned case came to, as worked cases state it."""
    problem, fen, made_for = found
    claims = sorted(fen)
    made = problem.chosen(claims, made_for)
    benefits = {benefit.constant: benefit.name for benefit in problem.policies.benefits}
    return Outcome(
        total=sum(fen.values()),
        claims=frozenset((claim[2], benefits[claim[3][0]], claim[4], fen[claim]) for claim in claims),
        reasons=partial(_reasons, problem, claims, InProcess()),
        said=partial(_said, problem, made, InProcess()),
        derived=derived,
        ends=problem.ends(fen, made_for),
        beside={f"{subject}/{benefits[name]}": own for (name, subject), own in problem.beside.items()},
    )


class _SameError(Exception):
    """Nothing that was derived differs from an earlier run."""


class _Watched(InProcess):
    """Grounds in this process and stops when the derivation is one already known."""

    def __init__(self, known: object) -> None:
        self._known = known
        self.derived: object = None

    def derive(self, program: str, facts: Sequence[str], keep: Collection[str] = ()) -> list[Atom]:
        """The one model of a stratified program. Raises _SameError when it is the known one."""
        atoms = super().derive(program, facts, keep)
        if self.derived is None:
            self.derived = hash(frozenset(atoms))
            if self.derived == self._known:
                raise _SameError
        return atoms


def _said(
    problem: Problem, claims: Sequence[Atom], grounder: InProcess
) -> dict[str, dict[str, frozenset[str]]]:
    """What the packs say of the plan, by the keys of cases and by row; of a claim by its subject."""
    said = [atom for atom in review(problem, claims, grounder) if atom[0] == "remark"]
    said += [atom for atom, _ in procedure(problem, claims, grounder)]
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for word, name, about in said:
        found[_KEYS[word]][_row(about)].add(text(name))
    return {key: {row: frozenset(names) for row, names in rows.items()} for key, rows in found.items()}


def _row(term: Term) -> str:
    if isinstance(term, tuple) and term[0] == "claim":
        return str(term[2])
    return term if isinstance(term, str) else text(term)


def _reasons(problem: Problem, claims: Sequence[Atom], grounder: InProcess) -> dict[str, Reason]:
    """Why each subject is not claimed under each benefit it suits, as the plan says it."""
    told = explain(
        problem.policies,
        problem.vocabulary,
        Finished.of(problem, claims),
        problem.facts,
        claims,
        evaluate=grounder.derive,
    )
    return {
        f"{line.subject}/{line.benefit}" + (f"/{line.year}" if line.year else ""): Reason(
            line.reason, frozenset(f.name for f in line.findings)
        )
        for line in unclaimed(told, {})
    }
