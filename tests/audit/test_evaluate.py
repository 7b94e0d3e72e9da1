"""The second evaluator against clingo: the same atoms of every program that packs may be made of.

SUBVENT_AUDIT_SEEDS sets how many random portfolios are derived both ways (default 12; from 240 on all worked
cases are), SUBVENT_AUDIT_MUTANTS how many changed rules (default 12).
"""

from __future__ import annotations

import os
import random
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from tests.oracle.generator import as_json, random_portfolio, random_readings, whole_portfolio, whole_readings

from subvent.audit.amounts import worth
from subvent.audit.evaluate import evaluate
from subvent.audit.ordering import compares
from subvent.audit.rules import AuditError
from subvent.audit.written import atoms_of, facts_of, written
from subvent.derivation import given
from subvent.logic.exact import evaluate as exactly
from subvent.logic.ground import GroundingError, derive
from subvent.logic.terms import Term, quote, text
from subvent.policy.cases import read_cases
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.policy.mutants import mutants
from subvent.policy.types import PolicySet
from subvent.portfolio.facts import facts
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import resolve_readings

ROOT = Path(__file__).parents[2]
CITY = ROOT / "tests" / "cities"
SEEDS = int(os.environ.get("SUBVENT_AUDIT_SEEDS", "12"))
MUTANTS = int(os.environ.get("SUBVENT_AUDIT_MUTANTS", "12"))


@cache
def packs(*names: str) -> PolicySet:
    """Packs, read once."""
    return load_policies(names)


def same(program: str, stated: list[str]) -> None:
    """The second evaluator derives what clingo derives; where clingo refuses, there is nothing to compare."""
    try:
        first = set(derive(program, stated))
    except GroundingError:
        return
    second = evaluate(program, atoms_of("".join(f"{fact}." for fact in stated)))
    assert {written(atom) for atom in first ^ second} == set()


def stated_by(policies: PolicySet, portfolio: Portfolio, readings: dict[str, str]) -> list[str]:
    """The facts of a portfolio as text."""
    answers = resolve_readings(policies, readings)
    return given(policies, facts(portfolio, vocabulary_of(policies), answers))


def agrees(policies: PolicySet, portfolio: Portfolio, readings: dict[str, str]) -> None:
    """Everything derived from a portfolio is derived alike."""
    same(policies.program("derivation"), stated_by(policies, portfolio, readings))


FACTS = 'n(1..4). e(1,2). e(2,3). e(3,1). s("甲"). s("b\\"c"). t(f(1,g(2))). t((1,2)). t((1,)). t(-3).'


@pytest.mark.parametrize(
    "program",
    [
        "p(X,Y) :- e(X,Y). p(X,Z) :- p(X,Y), e(Y,Z).",
        "p(X) :- n(X), not e(X,_). q(X) :- n(X), not p(X). r :- not s(_). u :- not nowhere(_,_).",
        "p(X+1) :- n(X). q(X) :- n(X+1). r(X,Y) :- n(X), Y = X-2, Y >= 0. v(X) :- n(X), n(Y), X-Y = 1.",
        "p(X) :- t(X), X < (1,2). q(X,Y) :- t(X), t(Y), X < Y. r(X) :- s(X), X > f.",
        "p(X) :- t(f(X,g(Y))), n(Y). q(A,B) :- t((A,B)). r(A) :- t((A,)). u(X) :- t(X+1).",
        "p(N) :- N = #count { X,Y : e(X,Y); X : n(X), X > 2 }. q :- 2 < #count { X : n(X) } <= 4.",
        "p(X,N) :- n(X), N = #sum { Y : e(X,Y); 5,a : e(Y,X) }. q(M) :- M = #max { X : n(X) }, M != 3.",
        "p(M) :- M = #min { X : t(X) }. q(M) :- M = #max { X : t(X) }. r(M) :- M = #max { X : e(X,X) }.",
        "p(X) :- n(X), not 1 < #count { Y : n(Y), Y < X }. q(X) :- n(X), #sum+ { 1 : n(X); 3 : n(X) } = 4.",
        "p :- n(X) : e(X,_). q(X) :- n(X), e(Y,Z) : n(Y), Z = Y+X. r(X) :- n(X), X < Y : n(Y), Y != X.",
        "p((a;b)). q(X,(1;2)) :- n(X), e(X,(2;3)). r(1,2;3,4). u(X) :- n(X), not e(X,(1;2)).",
        "p(X) :- n(X), X = 2..3. q(1..3,X) :- s(X). r(X) :- X = (1;7), not n(X). u(1..0).",
        "p(@fen(part(1,3,(10,0)))). q(X) :- t((X,Y)), @reaches((X,0),share(Y,(50,0))) = 1.",
        "p(@earlier((2024,3,1),(2020,2,29),(2020,3,1))).",
        "n(3). p(@later((2024,2,27),N+1)) :- n(N).",
        "p(X) :- n(X), not not e(X,2). q :- #true, not #false. r :- #false. u(X) :- n(X), 1 < X < 4.",
        "p(X) :- n(X), not X < 3.",
        "p(X) :- n(X), 2 <= { e(X,Y) : n(Y); e(2,X); n(X) }.",
        "even(1). even(X+2) :- even(X), X < 7. odd(X) :- n(X), not even(X).",
        "% a comment\\n p. %* another\\n q. *% r.",
    ],
)
def test_each_construct_means_what_it_means_to_clingo(program: str) -> None:
    """Recursion, negation, terms, aggregates, conditional literals, pools, intervals, functions: alike."""
    derive(f"{FACTS} {program}", [])
    same(f"{FACTS} {program}", [])


@pytest.mark.parametrize(
    "program",
    [
        "{ a }.",
        ":- a.",
        "#show a/1.",
        "a ; b.",
        "a :- &sum { 1 } <= 2.",
        "a(X) :- b(X*2).",
        "a(@other(1)).",
        "a :- 2 { b; c }.",
        "a(X) :- not b(X).",
        "a :- not b. b :- not a.",
        "a :- 1 <= #count { X : b(X) }. b(1) :- a.",
    ],
)
def test_what_is_no_rule_of_a_derivation_is_refused_by_its_text(program: str) -> None:
    """Choices, constraints, directives, other arithmetic, unbound variables, cycles: none is guessed at."""
    with pytest.raises(AuditError):
        evaluate(program, [])


def test_terms_are_ordered_as_clingo_orders_them() -> None:
    """Numbers, names, strings, functions and tuples compare alike in both."""
    dice = random.Random(5)

    def term(depth: int) -> Term:
        kind = dice.randrange(5 if depth else 3)
        if kind == 0:
            return dice.randint(-3, 12)
        if kind == 1:
            return dice.choice(["", "a", "B", "甲", "ab"])
        if kind == 2:
            return (dice.choice(["a", "b", "ab", "z9"]),)
        return (dice.choice(["", "f", "ab"]), *(term(depth - 1) for _ in range(dice.randint(1, 3))))

    terms = list({text(one): one for one in (term(2) for _ in range(60))}.values())
    program = "".join(f"t({i},{text(one)}). " for i, one in enumerate(terms))
    less = derive(f"{program} less(I,J) :- t(I,X), t(J,Y), X < Y.", [])
    found = {(i, j) for i, x in enumerate(terms) for j, y in enumerate(terms) if compares("<", x, y)}
    assert found == {(atom[1], atom[2]) for atom in less if atom[0] == "less"}


def test_amounts_come_to_the_same() -> None:
    """Two computations of random expressions agree to the last fraction."""
    dice = random.Random(6)

    def amount(depth: int) -> Term:
        if not depth or dice.random() < 0.2:
            return ("", dice.randint(0, 5000), dice.randrange(10**6))
        word = dice.choice(["sum", "less", "least", "most", "share", "upto", "part", "times", "full"])
        if word == "part":
            return (word, dice.randint(1, 9), dice.randint(1, 9), amount(depth - 1))
        first = dice.randint(1, 99) if word in ("share", "upto", "full") else amount(depth - 1)
        return (word, first, amount(depth - 1))

    for _ in range(500):
        one = amount(4)
        assert worth(one) == exactly(one), text(one)
    assert worth(("part", 1, 3, 1)) == Fraction(1, 3)


def test_strings_keep_what_stands_in_them() -> None:
    """Quotes, backslashes and line breaks come back as they were."""
    for string in ('a"b', "a\\b", "a\nb", "甲，乙", ""):
        (atom,) = atoms_of(f"p({quote(string)}).")
        assert atom == ("p", string)
        assert written(atom) == text(atom)


@pytest.mark.parametrize("name", ["manufacturing-group", "traditional-group"])
def test_the_examples_are_derived_alike(name: str) -> None:
    """Every atom that follows from the example groups follows twice."""
    portfolio = read_portfolio(ROOT / "examples" / f"{name}.yaml", vocabulary_of(packs()))
    agrees(packs(), portfolio, {})


@pytest.mark.parametrize("readings", [{}, {"capacity": "connected", "roof": "company-year"}])
def test_the_invented_city_is_derived_alike(readings: dict[str, str]) -> None:
    """So it is under a pack that nothing in the engine knows."""
    policies = packs(str(CITY / "linhai"))
    agrees(policies, read_portfolio(CITY / "group.yaml", vocabulary_of(policies)), readings)


@pytest.mark.parametrize("city", [False, True])
def test_the_worked_cases_are_derived_alike(city: bool) -> None:  # noqa: FBT001 - of which packs
    """The facts of each worked case of each pack, under its readings."""
    policies = packs(str(CITY / "linhai")) if city else packs()
    cases, _ = read_cases(policies)
    for case in cases if city else cases[:: max(1, 240 // SEEDS)]:
        agrees(policies, case.portfolio, dict(case.readings))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_portfolios_are_derived_alike(seed: int, tmp_path: Path) -> None:
    """Random facts, under random combinations of answers."""
    for drawn, readings in (
        (random_portfolio(seed), random_readings(seed)),
        (whole_portfolio(seed), whole_readings(seed)),
    ):
        path = tmp_path / "group.json"
        path.write_text(as_json(drawn), encoding="utf-8")
        agrees(packs(), read_portfolio(path, vocabulary_of(packs())), readings)


def test_changed_rules_mean_the_same_to_both() -> None:
    """Mutants of the packs' rules are derived alike, or refused by both."""
    policies = packs()
    portfolio = read_portfolio(ROOT / "examples" / "manufacturing-group.yaml", vocabulary_of(policies))
    stated = stated_by(policies, portfolio, {})
    changed = [one for one in mutants(policies) if one.rule.stratum == "derivation"]
    for mutant in random.Random(7).sample(changed, MUTANTS):
        rules = [rule for rule in policies.rules if rule.stratum == "derivation"]
        program = "\n".join(mutant.text if rule == mutant.rule else rule.text for rule in rules)
        same(program, stated)


@pytest.mark.parametrize(
    "fact",
    [
        'value("P1",total_investment,(1000,0))',
        'entry("P1",tax,(2024,city),(0,5))',
        'text("a,b)","\\"x\\\\n\\n(",f)',
        "p(-3,0)",
        "p((a))",
        "p((a,))",
        "p( a , b )",
        "p",
        "p(not_so,_x)",
    ],
)
def test_a_fact_is_read_alike_alone_and_in_a_text(fact: str) -> None:
    """The reader of plain facts gives what the reader of statements does, whatever stands in them."""
    assert facts_of([fact]) == atoms_of(f"{fact}.")


@pytest.mark.parametrize(
    "line", ["p(a", "p(a))", "p(a).q(b)", "p(X)", "p(a,)b", 'p("a', "(a,b)", "p(a) :- q"]
)
def test_what_is_no_fact_is_refused(line: str) -> None:
    """A line that states no fact, or more than one, is never taken for one."""
    with pytest.raises(AuditError):
        facts_of([line])
