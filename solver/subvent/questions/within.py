"""Some rows of a large portfolio that share limits with the rest, explained beside the plan of all.

All is decided together, for a limit may be taken by claims of any row. Why claims are made or not is asked
of the rows in question alone: what others say is told them, as far as it names no row, and so are the claims
of others that come under the same limits. The reasons are those of the plan of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from subvent.account import Made, account_of
from subvent.choice import losses_of
from subvent.decision import bound_by_own_rules, worth_of
from subvent.derivation import given, heard
from subvent.logic.ground import BySignature
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text
from subvent.model.direct import BINDING, Stated, bound_by
from subvent.plan import Solved
from subvent.policy.locality import Locality
from subvent.portfolio.facts import facts as portfolio_facts
from subvent.portfolio.types import Portfolio
from subvent.problem import Problem, by_atom, naming, refused_as_policy_error
from subvent.questions.outline import limited


def explained_within(
    decided: Solved,
    part: Portfolio,
    local: Locality,
    asked: frozenset[str],
    grounder: Grounder,
    time_limit: float | None = None,
) -> Solved | None:
    """What a decided plan says of the rows of `part`, and why; its problem and choice stay those of all rows.

    None where it has to be explained as a whole. `asked` are subjects and applicants of which it is told what
    insisting on them costs; `local` says what of the rules is not local: none joins rows. `time_limit` is in
    seconds, for that. Raises PolicyError, ResourceError.
    """
    whole, chosen = decided.problem, decided.chosen
    if bound_by_own_rules(whole.policies, whole.groups):
        return None
    told = whole.policies, whole.vocabulary, whole.portfolio, whole.readings, grounder
    hearsay = refused_as_policy_error(lambda: heard(*told, local))
    problem, others = _beside(whole, part, hearsay, chosen.fen, grounder)
    fen = {claim: own for claim, own in chosen.fen.items() if claim in problem.worth}
    # What the whole plan is short of its bound is not known of a part.
    gap = decided.plan.bound_fen - decided.plan.total_fen
    losses = losses_of(whole, chosen, limited(time_limit), grounder, asked)
    made = Made(fen, chosen.made_for, (), sum(fen.values()) + gap, others=others)
    plan = account_of(problem, made, losses, (), grounder)
    unproven = {text(atom) for atom in hearsay} - {text(fact) for fact in problem.facts}
    if any(not step.rule and step.atom in unproven for step in plan.steps):
        # A reason rests on what only others say: nothing here proves it.
        return None
    groups = whole.groups.with_more(naming(whole.portfolio, whole.vocabulary, whole.readings))
    return decided._replace(plan=plan, problem=replace(whole, groups=groups))


def _beside(
    whole: Problem, part: Portfolio, hearsay: Iterable[Atom], fen: Mapping[Atom, int], grounder: Grounder
) -> tuple[Problem, dict[Atom, int]]:
    """Some rows with all that follows from them, and the claims of others under their limits, in fen."""
    stated = portfolio_facts(part, whole.vocabulary, whole.readings)
    facts = [*given(whole.policies, stated), *sorted(map(text, hearsay))]
    program = whole.policies.program("derivation")
    atoms = refused_as_policy_error(lambda: grounder.derive(program, facts))
    own = BySignature(atoms)
    worth = worth_of(own)
    limits = bound_by(own)
    sharing = [
        atom
        for one in BINDING
        for atom in whole.groups.unordered(*one)
        if atom[1] in limits and (claim := _claim_in(atom)) in fen and claim not in worth
    ]
    others = {claim: fen[claim] for claim in map(_claim_in, sharing)}
    worths = [atom for atom in whole.groups.unordered("worth", 5) if ("claim", *atom[1:5]) in others]
    more = {*sharing, *worths, *naming(whole.portfolio, whole.vocabulary, whole.readings)} - own.atoms
    problem = replace(
        whole,
        portfolio=part,
        facts=by_atom(stated),
        groups=own.with_more(more),
        candidates=tuple(("claim", *atom[1:]) for atom in own.get(("candidate", 4), [])),
        worth=worth,
        stated=Stated(()),
    )
    return problem, others


def _claim_in(atom: Atom) -> Atom:
    """The claim that an atom says comes under a limit."""
    return next(part for part in atom[2:] if isinstance(part, tuple) and part[0] == "claim")
