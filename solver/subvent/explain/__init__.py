"""Why a plan is as it is: proofs, amounts in stages, and a reason for everything not claimed.

All functions work on one `Explanation`, made once a plan:

    told = explain(policies, vocabulary, finished, facts, claims, evaluate=grounder.derive)
    steps, roots = prove(told)             # the proof DAG; roots[claim] is the index of its root
    stages(told, claim, fen)               # the amount of a claim, stage by stage
    rules_used(told, claim)                # the phrases it rests on
    unclaimed(told, losses)                # what is not claimed, each with its reason
    unknown_facts(told), assumptions(told), warnings(told)
    Procedure(told, said)                  # what to do for each claim, and what else follows

`finished` has the atoms of the derivation, of the claims and of the review (remarks), claims are atoms
`("claim", A, S, B, Y)`; `losses` maps `(S, B)` (plain terms, B a constant such as `("b",)`) to fen, or to
None.
"""

from subvent.explain.amounts import stages
from subvent.explain.explanation import Explanation, explain
from subvent.explain.finished import Finished
from subvent.explain.open_facts import assumptions, unknown_facts, warnings
from subvent.explain.procedure import Procedure
from subvent.explain.proof import prove, rules_used
from subvent.explain.reasons import shut_years, unclaimed

__all__ = [
    "Explanation",
    "Finished",
    "Procedure",
    "assumptions",
    "explain",
    "prove",
    "rules_used",
    "shut_years",
    "stages",
    "unclaimed",
    "unknown_facts",
    "warnings",
]
