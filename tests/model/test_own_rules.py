"""Rules of a pack's own about claims, ground beside the kernel's written rows, against all ground in one."""

from __future__ import annotations

import random

import pytest

from subvent.decision import own_rules
from subvent.diagnostics import Place
from subvent.logic.ground import BySignature, derive, observe
from subvent.logic.session import InProcess
from subvent.logic.terms import order_key
from subvent.model.direct import decision_of
from subvent.model.linear import faults
from subvent.optimise.whole import optimise_whole
from subvent.policy.loader import load_policies
from subvent.policy.types import Rule

from .compared import translated
from .test_direct import claims_of, drawn, shared, worth_of

KERNEL = tuple(rule for rule in load_policies().rules if rule.stratum == "decision" and not rule.document)
OWN = (
    # A claim that needs another; the other way round, by its row; and one that needs any of two.
    "violated(bare(S)) :- claim(_,S,b0,_), not backed(S). backed(S) :- claim(_,S,b1,_).",
    "violated(row(S,P)) :- claim_for(_,S,_,_,P), not opened(P). opened(P) :- claim(_,_,b1,_), serves(_,_,P).",
    ':- claim(A,"S0",_,_), not claim(_,"S1",_,_), not claim(_,"S2",_,_).',
    # Two that exclude each other, more than so many, and what forbids or demands outright.
    ":- claim(A,S,b0,Y), claim(A,T,b0,Y), S < T.",
    "violated(many) :- 3 <= #count { S : claim(_,S,_,_) }.",
    'violated(never) :- claim(_,"S1",_,_).',
    ':- candidate(A,"S0",B,Y), not claim(A,"S0",B,Y).',
    # What reads the kernel's words for what is chosen, and what adds to them.
    ':- made_for(S,b0,"P1"), made_for(T,b1,"P1").',
    "used(g0,h9) :- claim(_,_,b1,_).",
    "violated(grouped) :- used(g0,h1), claim(_,_,b0,2025).",
    "violated(asking) :- claim(_,_,b0,_), not violated(k0).",
    # Money, also elements that the kernel states already.
    "&cap(c) { Q,A,S,B,Y : claim(A,S,B,Y), worth(A,S,B,Y,Q) } <= (25,0).",
    "&maximize { (5,0),bonus,S : claim(_,S,b0,_) }.",
    "&maximize { Q,A,S,B,Y : claim(A,S,B,Y), worth(A,S,B,Y,Q) }.",
    "&pool(p) { (9,0),S : claim(_,S,b1,_) } <= (12,0).",
    "&ceiling(own) { Q,claim(A,S,b0,Y),claim(A,S,b0,Y) : claim(A,S,b0,Y), worth(A,S,b0,Y,Q) } <= (11,0).",
)  # fmt: skip


def rules_of(texts: list[str]) -> tuple[Rule, ...]:
    """The kernel's rules of the decision and some of a pack's own."""
    statements = [f"{one}." for text in texts for one in text.removesuffix(".").split(". ")]
    own = (
        Rule(f"own#{number}", text, "decision", Place("own"), "a document")
        for number, text in enumerate(statements)
    )
    return (*KERNEL, *own)


@pytest.mark.parametrize("seed", range(120))
def test_own_rules_beside_written_rows_have_the_optimum_of_the_ground_program(seed: int) -> None:
    """Of several derivations, ground together: where a choice is lawful both models prove the same total."""
    rng = random.Random(seed)
    rules = rules_of(rng.sample(OWN, rng.randint(1, 4)))
    program = "\n".join(rule.text for rule in rules)
    derivations = []
    for _ in range(3):
        facts = " ".join(drawn(rng))
        claims = sorted(claims_of(BySignature(derive(facts, ()))), key=order_key)
        derivations.append(sorted(derive(" ".join([facts, *shared(rng, claims)]), ()), key=order_key))
    grouped = [BySignature(atoms) for atoms in derivations]
    for groups, atoms, own in zip(grouped, derivations, own_rules(rules, grouped, InProcess()), strict=True):
        written = decision_of(groups, worth_of(groups), own).model
        assert faults(written) == []
        ground = translated(observe(program, atoms))
        found, expected = (optimise_whole(model, (), ()) for model in (written, ground))
        assert found.found == expected.found
        assert not found.found or (found.total, found.bound) == (expected.total, expected.bound)


def test_what_no_own_rule_demands_is_not_ground_for_it() -> None:
    """Of many candidates only those are in the rows of an own rule that it is about."""
    facts = [f'candidate("A","S{n}",b,2025). worth("A","S{n}",b,2025,(1,0)).' for n in range(50)]
    groups = BySignature(derive(" ".join(facts), ()))
    rules = rules_of([':- claim(_,"S1",_,_), claim(_,"S2",_,_).'])
    own = own_rules(rules, [groups], InProcess())[0].model
    assert [variable.name for variable in own.variables] == [
        'claim("A","S1",b,2025)',
        'claim("A","S2",b,2025)',
    ]
    assert optimise_whole(decision_of(groups, worth_of(groups)).model, (), ()).total == 50_000_000
