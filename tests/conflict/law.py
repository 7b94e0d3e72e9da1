"""What may stand together, decided by clasp on the packs alone: no linear model, no conflict program.

Every article's limits are left out by the same waivers that prices use, from the stated facts on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

import clingo

from subvent.derivation import given
from subvent.explain.asked import Asked
from subvent.logic.exact import ExactFunctions
from subvent.logic.terms import symbol
from subvent.policy.provisions import WAIVED, provisions
from subvent.problem import Problem

Key = tuple[str, str]
"""Pack and article."""
Kept = frozenset[Key]


def articles(problem: Problem) -> dict[Key, list[int]]:
    """The articles that limit claims, with their waivers."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for number, provision in enumerate(provisions(problem.policies).provisions):
        if provision.kind == "limit":
            found[provision.pack, provision.named.article].append(number)
    return dict(found)


def lawful(problem: Problem, asked: Sequence[Asked]) -> Callable[[Kept], bool]:
    """Whether the claims can stand together while only some articles are in force."""
    policies = provisions(problem.policies).policies
    waivers = articles(problem)
    control = clingo.Control(message_limit=0)
    control.add("base", [], policies.program("derivation") + policies.program("decision"))
    facts = given(problem.policies, problem.facts.values())
    control.add("base", [], "".join(f"{fact}.\n" for fact in facts))
    for number in (one for numbers in waivers.values() for one in numbers):
        control.add("base", [], f"{{ {WAIVED}({number}) }}.\n")
    for one in asked:
        ways = " ; ".join(str(symbol(claim)) for claim in one.claims)
        control.add("base", [], f":- not 1 {{ {ways} }}.\n" if ways else ":- .\n")
    control.ground([("base", [])], context=ExactFunctions())
    known: dict[Kept, bool] = {}

    def can(kept: Kept) -> bool:
        if kept not in known:
            assumed = [
                (clingo.Function(WAIVED, [clingo.Number(number)]), key not in kept)
                for key, numbers in waivers.items()
                for number in numbers
            ]
            known[kept] = bool(control.solve(assumptions=assumed).satisfiable)
        return known[kept]

    return can


def minimal_sets(keys: Sequence[Key], can: Callable[[Kept], bool], most: int) -> set[Kept]:
    """All minimal sets of up to `most` articles that forbid the claims, by trying every one."""
    found: set[Kept] = set()
    for size in range(most + 1):
        for chosen in map(frozenset, combinations(keys, size)):
            if not any(known <= chosen for known in found) and not can(chosen):
                found.add(chosen)
    return found
