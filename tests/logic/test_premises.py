"""What rules over a finished model are handed: no more than may matter to them, and nothing less."""

import random
from itertools import product

import pytest

from subvent.diagnostics import Place
from subvent.logic.ground import BySignature, derive
from subvent.logic.premises import premises
from subvent.logic.terms import Atom, text
from subvent.policy.types import Rule

PROGRAMS = (
    "r(X) :- p(X,Y), q(Y,X).",
    "r(X) :- p(X,k), not q(X,_).",
    "r(X) :- p(X,Y), not q(Y,X), X != Y. r(X) :- q(X,X).",
    "r(N) :- s(X), N = #count { Y : p(X,Y), not q(X,Y); Y : q(Y,X) }.",
    "r(X) :- s(X), #sum { 1,Y : p(Y,X) } > 1.",
    "r(X) :- s(X), q(Y,X) : p(X,Y).",
    "t(X) :- p(X,_). r(X) :- t(X), q(X,Y), t(Y).",
    "r(X) :- p(X,(a;k)), q(X,_).",
    "r(f(X)) :- p(X,Y), s(Y).",
    "r(X) :- s(_), q(X,X), p(X,_).",
)


def rules_of(program: str) -> list[Rule]:
    """The rules of a program."""
    lines = program.replace(". ", ".\n").splitlines()
    return [Rule(f"test#{n}", line, "review", Place("test.lp", n)) for n, line in enumerate(lines)]


def drawn(seed: int) -> list[Atom]:
    """Some of all atoms of three predicates over four constants."""
    names = [("a",), ("b",), ("k",), ("z",)]
    every: list[Atom] = [(name, *pair) for name in ("p", "q") for pair in product(names, names)]
    every += [("s", name) for name in names]
    chance = random.Random(seed)
    return [atom for atom in every if chance.random() < chance.choice((0.1, 0.4, 0.8))]


@pytest.mark.parametrize("program", PROGRAMS)
def test_rules_derive_from_what_they_are_handed_what_they_derive_from_all(program: str) -> None:
    """Whatever a rule asks for, denies or counts is there wherever that decides."""
    for seed in range(40):
        atoms = drawn(seed)
        some = premises(rules_of(program), BySignature(atoms))
        assert some <= set(atoms)
        whole, part = (set(derive(program, map(text, given), ("r",))) for given in (atoms, some))
        assert part == whole


def test_nothing_is_handed_to_a_rule_that_cannot_fire() -> None:
    """For a rule that lacks a premise nothing is written, nor an atom that no other premise meets."""
    atoms = [("p", ("a",), ("b",)), ("p", ("b",), ("z",)), ("q", ("b",), ("a",))]
    assert premises(rules_of("r(X) :- p(X,Y), s(Y)."), BySignature(atoms)) == set()
    assert premises(rules_of("r(X) :- p(X,Y), q(Y,X)."), BySignature(atoms)) == {atoms[0], atoms[2]}
