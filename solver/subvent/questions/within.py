"""Some rows of a large portfolio that share limits with the rest, explained beside the plan of all.

All is decided together, for a limit may be taken by claims of any row. Why claims are made or not is asked
of the rows in question alone: what others say is told them, as far as it names no row, and so are the claims
of others that come under the same limits. The reasons are those of the plan of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from subvent.account import Made, account_of
from subvent.choice import losses_of
from subvent.decision import bound_by_own_rules, worth_of
from subvent.derivation import given, heard
from subvent.explain.neighbours import neighbours
from subvent.logic.ground import BySignature
from subvent.logic.session import Grounder
from subvent.logic.terms import Atom, text
from subvent.model.direct import Stated, bound_by
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
    problem = _derived(whole, part, hearsay, grounder)
    fen = {claim: own for claim, own in chosen.fen.items() if claim in problem.worth}
    others = neighbours(whole, bound_by(problem.groups), chosen.fen, chosen.made_for)
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


def _derived(whole: Problem, part: Portfolio, hearsay: Iterable[Atom], grounder: Grounder) -> Problem:
    """Some rows with all that follows from them and from what others say."""
    stated = portfolio_facts(part, whole.vocabulary, whole.readings)
    facts = [*given(whole.policies, stated), *sorted(map(text, hearsay))]
    program = whole.policies.program("derivation")
    groups = BySignature(refused_as_policy_error(lambda: grounder.derive(program, facts)))
    return replace(
        whole,
        portfolio=part,
        facts=by_atom(stated),
        groups=groups,
        candidates=tuple(("claim", *atom[1:]) for atom in groups.get(("candidate", 4), [])),
        worth=worth_of(groups),
        stated=Stated(()),
    )
