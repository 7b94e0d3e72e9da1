"""Why a plan is as it is: proofs, amounts in stages, and a reason for everything not claimed.

All functions work on one `Explanation`, made once a plan (`explain.explanation.explain`): the finished
derivation, the proofs of what is asked, and the words to tell them in.

    told = explain(policies, vocabulary, atoms, facts, claims, evaluate=grounder.derive)
    steps, roots = prove(told)                       # explain.proof: the proof DAG, roots[claim atom] = index
    stages(told, claim)                              # explain.amounts: tuple[Stage, ...]
    rules_used(told, claim)                          # explain.proof: tuple[RuleUse, ...]
    unclaimed(told, losses)                          # explain.reasons: tuple[Unclaimed, ...]
    unknown_facts(told), assumptions(told), warnings(told)

`atoms` are those of the derivation and of the review (remarks), `claims` the chosen claims as atoms
`("claim", A, S, B, Y)`, `losses` maps `(S, B)` (plain terms, B a constant such as `("major",)`) to fen or None.
"""
