"""The words between kernel and packs: what the portfolio states, what a pack may derive, what words mean.

They are the language of packs, not law: `docs/language.md` explains each.
"""

from __future__ import annotations

from collections.abc import Mapping

Signature = tuple[str, int]

FACTS: frozenset[Signature] = frozenset(
    (
        ("row", 2),
        ("subject", 3),
        ("value", 3),
        ("entry", 4),
        ("flag", 3),
        ("choice", 3),
        ("text", 3),
        ("link", 3),
        ("assumed", 2),
        ("horizon", 1),
        ("reading", 2),
        ("benefit", 2),
    )
)
"""What portfolio, readings and benefits state."""

STATEMENTS: frozenset[str] = frozenset(("value", "entry", "flag", "choice", "text", "link"))
"""Facts that name a field in their second argument. A pack may derive them of fields of its own."""

PACK_MAY_DERIVE: frozenset[Signature] = frozenset(
    (
        *((name, 4 if name == "entry" else 3) for name in STATEMENTS),
        ("requires", 2),
        ("requires", 3),
        ("requires_in_year", 2),
        ("requires_in_year", 3),
        ("advises", 2),
        ("advises", 3),
        ("at_least", 3),
        ("at_most", 3),
        ("met", 2),
        ("failed", 2),
        ("asked", 2),
        ("uses", 2),
        ("reckoned", 3),
        ("base", 3),
        ("rate", 3),
        ("amount", 3),
        ("missing", 3),
        ("barred", 5),
        ("violated", 1),
        ("used", 2),
    )
)
"""Words the kernel derives (or the portfolio states) that a pack may derive as well."""

DECISION_HEADS: frozenset[Signature] = frozenset((("violated", 1), ("used", 2)))
"""The kernel's words that may rest on what is claimed."""

REMARK: Signature = ("remark", 2)

SAID: Mapping[Signature, str] = {
    REMARK: "notes",
    ("material", 2): "materials",
    ("step", 2): "steps",
    ("entitlement", 2): "entitlements",
    ("duty", 2): "duties",
}
"""Words that speak of a finished plan, with the table of policy.toml that holds what their names say."""

PROCEDURE: frozenset[Signature] = frozenset(SAID) - {REMARK}
"""Those that tell what to do and what else follows."""

OF_A_CLAIM: frozenset[Signature] = frozenset((("material", 2), ("step", 2)))
"""Those of them that belong to a claim, their second argument; the others to a row."""

OPERATORS: Mapping[str, int] = {
    "sum": 2,
    "less": 2,
    "least": 2,
    "most": 2,
    "share": 2,
    "part": 3,
    "times": 2,
    "upto": 2,
    "full": 2,
}
"""What combines amounts in an expression, with the number of arguments."""

COUNTING: frozenset[str] = frozenset(("full",))
"""Those of them that give a count: it stands where a bare number may."""

FUNCTIONS: Mapping[str, int] = {"fen": 1, "reaches": 2, "earlier": 3, "later": 2}
"""@-functions a pack may call, with their arity."""

QUANTITIES: Mapping[Signature, int] = {
    ("base", 3): 2,
    ("off", 3): 2,
    ("counted", 3): 2,
    ("amount", 3): 2,
    ("split", 2): 1,
    ("prize", 3): 2,
    ("worth", 5): 4,
    ("reckoned", 3): 2,
    ("spread", 4): 2,
    ("beside", 3): 2,
    ("pool", 2): 1,
    ("ceiling", 2): 1,
}
"""Words with the position of an argument that is a quantity, whatever its shape."""

EVALUATED: Mapping[Signature, tuple[int, ...]] = {
    ("base", 3): (2,),
    ("amount", 3): (2,),
    ("off", 3): (2,),
    ("spread", 4): (2, 3),
    ("cap", 2): (1,),
}
"""Words with the positions of expressions that the kernel evaluates."""

LIMIT_AMOUNTS: frozenset[Signature] = frozenset((("pool", 2), ("ceiling", 2), ("split", 2)))
"""Words whose second argument is an amount that is taken as it stands."""

QUESTIONS: frozenset[Signature] = frozenset(
    (
        ("at_least", 3),
        ("at_most", 3),
        ("at_least_share", 4),
        ("is", 3),
        ("among", 3),
        ("stated", 2),
        ("within_term", 4),
        ("passed", 4),
        ("in_term", 4),
        ("in_years_after", 3),
        ("all_of", 2),
        ("any_of", 2),
        ("through", 3),
        ("threshold", 3),
        ("met", 2),
        ("failed", 2),
    )
)
"""Words that say how a condition, their first argument, is tested; of met and failed it is the second."""

CONDITIONS: Mapping[Signature, tuple[int, ...]] = {
    ("requires", 2): (1,),
    ("requires", 3): (2,),
    ("requires_in_year", 2): (1,),
    ("requires_in_year", 3): (2,),
    ("advises", 2): (1,),
    ("advises", 3): (2,),
    ("at_least", 3): (0,),
    ("at_most", 3): (0,),
    ("at_least_share", 4): (0,),
    ("is", 3): (0,),
    ("among", 3): (0,),
    ("stated", 2): (0,),
    ("within_term", 4): (0,),
    ("passed", 4): (0,),
    ("in_term", 4): (0,),
    ("in_years_after", 3): (0,),
    ("all_of", 2): (0, 1),
    ("any_of", 2): (0, 1),
    ("through", 3): (0, 2),
    ("closing", 1): (0,),
    ("met", 2): (1,),
    ("failed", 2): (1,),
    ("asked", 2): (1,),
    ("uses", 2): (0,),
}
"""Arguments that name a condition."""

FIELDS: Mapping[Signature, tuple[int, ...]] = {
    ("value", 3): (1,),
    ("entry", 4): (1,),
    ("flag", 3): (1,),
    ("choice", 3): (1,),
    ("text", 3): (1,),
    ("link", 3): (1,),
    ("assumed", 2): (1,),
    ("at_least", 3): (1,),
    ("at_most", 3): (1,),
    ("at_least_share", 4): (1, 3),
    ("is", 3): (1,),
    ("among", 3): (1,),
    ("stated", 2): (1,),
    ("within_term", 4): (1, 3),
    ("passed", 4): (1, 3),
    ("in_term", 4): (1,),
    ("in_years_after", 3): (1,),
    ("through", 3): (1,),
    ("threshold", 3): (1,),
    ("base_field", 2): (1,),
    ("filed_in", 2): (1,),
    ("missing", 3): (2,),
    ("averaged", 3): (1,),
    ("best_run", 3): (1,),
    ("first_run", 3): (1,),
    ("uses", 2): (1,),
}
"""Arguments that name a field."""

OWN_FIELDS: Mapping[Signature, int] = {
    ("averaged", 3): 0,
    ("best_run", 3): 0,
    ("first_run", 3): 0,
    ("reckoned", 3): 1,
    **{(name, 4 if name == "entry" else 3): 1 for name in STATEMENTS},
}
"""Heads that bring a field into being, with its position."""

BENEFITS: Mapping[Signature, tuple[int, ...]] = {
    ("requires", 2): (0,),
    ("requires", 3): (1,),
    ("requires_in_year", 2): (0,),
    ("requires_in_year", 3): (1,),
    ("advises", 2): (0,),
    ("advises", 3): (1,),
    ("threshold", 3): (0,),
    ("base_field", 2): (0,),
    ("base", 3): (1,),
    ("rate", 2): (0,),
    ("rate", 3): (1,),
    ("cap", 2): (0,),
    ("amount", 3): (1,),
    ("missing", 3): (1,),
    ("suits", 2): (1,),
    ("claim", 4): (2,),
    ("claimable", 4): (2,),
    ("candidate", 4): (2,),
    ("window", 4): (0,),
    ("covers_all", 1): (0,),
    ("filed_in", 2): (0,),
    ("aside", 1): (0,),
    ("yearly", 1): (0,),
    ("recurring", 1): (0,),
    ("serves", 3): (1,),
    ("spread", 4): (1,),
}
"""Arguments that name a benefit."""

TERMS: Mapping[Signature, tuple[int, ...]] = {
    ("within_term", 4): (2,),
    ("passed", 4): (2,),
    ("in_term", 4): (3,),
}
"""Arguments that are a length of time, in years, months or days."""

YEARS: Mapping[Signature, tuple[int, ...]] = {
    ("in_years_after", 3): (2,),
    ("averaged", 3): (2,),
    ("best_run", 3): (2,),
    ("first_run", 3): (2,),
}
"""Arguments that are a number of calendar years."""

DAYS: Mapping[Signature, tuple[int, ...]] = {("in_term", 4): (2,), ("window", 4): (2, 3)}
"""Arguments that are a day."""

LIMITS: Mapping[Signature, int] = {
    ("limit", 2): 0,
    ("conflict", 1): 0,
    ("group_limit", 2): 0,
    ("split", 2): 0,
    ("pool", 2): 0,
    ("ceiling", 2): 0,
    ("violated", 1): 0,
    ("barred", 5): 4,
}
"""Heads that bring a limit into being, with the position of its name."""

SET_BY: Mapping[Signature, tuple[Signature, ...]] = {
    ("counts", 2): (("limit", 2),),
    ("left", 2): (("conflict", 1),),
    ("right", 2): (("conflict", 1),),
    ("group", 3): (("group_limit", 2),),
    ("splits", 3): (("split", 2),),
    ("draws", 2): (("pool", 2), ("ceiling", 2)),
    ("draws", 3): (("pool", 2),),
    ("spends", 2): (("pool", 2),),
    ("feeds", 3): (("pool", 2),),
}
"""Words that say what falls under a limit, their first argument, with the words that set it."""

CLAIMS: Mapping[Signature, int] = {
    ("counts", 2): 1,
    ("left", 2): 1,
    ("right", 2): 1,
    ("group", 3): 2,
    ("splits", 3): 2,
    ("draws", 2): 1,
    ("draws", 3): 1,
    ("feeds", 3): 2,
}
"""Those of them that speak of a claim, with its position."""

READ_BY_THE_ENGINE: frozenset[Signature] = frozenset(
    (*SAID, ("closing", 1), ("recurring", 1), ("violated", 1))
)
"""Heads that no rule has to ask for, because explanations and plans do."""
