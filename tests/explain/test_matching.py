"""What fired is found by rules as functions; clingo, which evaluates the proof program, finds the same."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Place
from subvent.explain.derivation import derivations, evaluated
from subvent.explain.firing import fired
from subvent.explain.kinds import narrowed, telling_places
from subvent.explain.lexicon import lexicon
from subvent.explain.matched import Model
from subvent.explain.matching import finder, refuter
from subvent.explain.patterns import AtomPattern, UnmatchedError, patterns
from subvent.explain.proof_program import proof_program
from subvent.logic.ground import derive
from subvent.logic.terms import order_key
from subvent.policy.types import PolicySet, Rule


def small(program: str) -> PolicySet:
    """A policy set of the rules in a program, one a line."""
    rules = tuple(
        Rule(f"test#{number}", line, "derivation", Place("test.lp", number))
        for number, line in enumerate(program.splitlines(), 1)
    )
    return PolicySet((), rules)


def test_every_rule_of_kernel_and_packs_is_matched(policies: PolicySet) -> None:
    """No proof of the built-in packs needs clingo."""
    for statement in proof_program(policies, lexicon(policies).silent).statements:
        read = patterns(statement)
        finder(read, 0, ())
        for part in read.body:
            if isinstance(part, AtomPattern) and part.negated:
                refuter(read, part, ("any", *(("a",) for _ in read.head.args)))


@pytest.mark.parametrize(
    ("program", "facts"),
    [
        ("n(N) :- k, N = #count { X : a(X), not b(X) }.", "k a(1) a(2) a(3) b(2)"),
        ("n(N) :- k(Z), N = #sum { X,Y : a(X,Y,Z) ; 2 : b(Z) }.", "k(1) a(2,1,1) a(2,2,1) b(1)"),
        ("n(N,M) :- k, N = #max { X : a(X) }, M = #min { X : a(X) }.", 'k a(3) a("s") a(c) a(f(1))'),
        ("n(N) :- k, N = #max { X : a(X) }.\nm :- k, #count { X : b(X) } > 1.", "k b(1) b(2)"),
        ("n :- k, 1 < #count { X : a(X) } < 4.", "k a(1) a(2) a(3)"),
        ("p :- k, a(X) : d(X), not e(X).", "k d(1) d(2) e(2) a(1)"),
        ("p(X,Y) :- a(X), a(Y), X < Y.", 'a(2) a(-1) a("b") a("a") a(c) a(b) a((1,2)) a((1,1,1)) a(f(9))'),
        ("p(X,Y) :- a(X), a(Y), X >= Y, X != Y.", "a(2) a(1) a(c) a((1,3)) a((1,2))"),
        ("p(Y+1,Y-K) :- q(Y,K), 0 < Y < 5.", "q(4,2) q(7,1)"),
        ("p(Z) :- q(X), X = (Y,Z), r(Y+1).", "q((1,2)) q((4,5)) q(7) r(2)"),
        ("p(X) :- q(f(X,_),X).", "q(f(1,2),1) q(f(1,3),1) q(f(2,3),1) q(g(1,3),1)"),
        ("p(@fen(E)) :- e(E), @reaches(E,(1,0)) = 1.", "e((2,0)) e(share(50,(1,0)))"),
        (
            "ok(S) :- s(S), not bad(S,_).\nbad(S,C) :- r(S,C), not m(S,C), not f(C).",
            "s(1) r(1,a) r(1,b) m(1,a) f(b)",
        ),
        (
            "met(X,C) :- ask(X,C), least(C,F,T), value(X,F,V), V >= T.\nask(X,C) :- row(X), least(C,_,_).",
            'row("a") row("b") least(big,t,5) least(big,c,3) least(s,t,1) value("a",t,5) value("b",c,7)',
        ),
        ("p(a,X) :- q(X).\np(b,X) :- r(X).\np(C,X) :- d(C,X), not n(C).", "q(1) r(1) d(a,1) d(c,2) n(c)"),
        ("v(X,C) :- w(X,C).\nv(X,c) :- w(X,_), on.", 'on w("a",c) w("a",5) w("b",f(1)) w(c,d)'),
        ("p(c,Y+1) :- q(Y).\np(C,Y) :- d(C,Y), Y > 2.", "q(1) q(3) d(c,4) d(c,1) d(e,3)"),
        ("p(C,X) :- d(C,X), e(X).", "d(c,1) d(c,2) d(c,3) d(c,4) d(c,5) d(c,6) e(2) e(6)"),
        ("p(C,F) :- d(C,g(F)), f(F,F).", "d(c,g(h)) d(c,h) f(h,h) f(g,h)"),
        ("a :- b.\nb :- a.\na :- c.", "c"),
        ("q(X) :- r(X).\np(X) :- q(X).\np(X) :- s(X).\np(X) :- t(X).", "r(1) s(1) t(1)"),
    ],
)  # fmt: skip
def test_each_form_of_rule_fires_as_it_does_in_clingo(program: str, facts: str) -> None:
    """Aggregates, conditions, comparisons in clingo's order of terms, arithmetic, @-functions, negation."""
    policies = small(program)
    model = derive(policies.program("derivation"), facts.split())
    compiled = proof_program(policies)
    wanted = [atom for atom in model if (atom[0], len(atom) - 1) in compiled.heads]
    assert wanted
    found = fired(compiled.statements, compiled.heads, frozenset(model), wanted)
    told = evaluated(compiled, model, wanted, derive)
    assert {atom: set(firings) for atom, firings in found.firings.items()} == {
        atom: set(firings) for atom, firings in told.firings.items()
    }
    assert found.refuted == told.refuted


def test_a_rule_is_left_out_for_constants_that_nothing_declares() -> None:
    """Of two rules for `met(X,big)` only that for which `big` is declared is tried, once a declaration."""
    policies = small("met(X,C) :- least(C,F,T), value(X,F,V), V >= T.\nmet(X,C) :- is(C,F), flag(X,F).")
    facts = 'least(big,total,5) least(big,cost,3) is(good,standing) value("a",total,9) value("b",cost,9)'
    first, second = map(patterns, proof_program(policies).statements)
    model = Model(frozenset(derive(policies.program("derivation"), facts.split())))
    asked = ("met", "a", ("big",))
    assert telling_places(asked) == (2,)
    ways = narrowed(first, (2,), asked, model)
    assert {way.found[0] for way in ways} == {
        ("least", ("big",), ("total",), 5),
        ("least", ("big",), ("cost",), 3),
    }
    assert narrowed(second, (2,), asked, model) == []


def test_what_cannot_be_matched_is_left_to_clingo() -> None:
    """A rule over an interval is proven all the same."""
    policies = small("p(X) :- q(X), X = 1..3.")
    with pytest.raises(UnmatchedError):
        patterns(proof_program(policies).statements[0])
    model = derive(policies.program("derivation"), ["q(2)", "q(5)"])
    nodes = derivations(policies, sorted(model, key=order_key), [("p", 2)], derive)
    assert nodes["p", 2].children == (("q", 2),)
