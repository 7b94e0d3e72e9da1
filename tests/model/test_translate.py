"""The translation of ground programs: the same answer sets, the rows a modeller would write, refusals.

SUBVENT_TRANSLATE_SEEDS sets how many random programs are compared with clasp (default 400).
"""

from __future__ import annotations

import os
import random

import pytest

from subvent.diagnostics import PolicyError
from subvent.logic.ground import observe
from subvent.logic.program import GroundProgram, Money, MoneyTerm, Rule, WeightRule
from subvent.model.linear import LinearModel, faults
from subvent.model.translate import translate

from .programs import THEORY, answer_sets, named_solutions, random_program, solutions, text_of

SEEDS = int(os.environ.get("SUBVENT_TRANSLATE_SEEDS", "400"))
BATCH = 50


def rows(model: LinearModel) -> dict[str, str]:
    """The rows as text, by name."""
    return {
        r.name: " + ".join(f"{a}*{model.variables[j].name}" for j, a in r.terms) + f" <= {r.upper}"
        for r in model.rows
    }


def _translated(program: str) -> tuple[LinearModel | None, str]:
    """The model, or the code of the refusal (the grounder makes disjunctions of some cyclic sums)."""
    try:
        return translate(observe(program)), ""
    except PolicyError as error:
        return None, error.diagnostics[0].code


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_same_answer_sets_as_clasp(first: int) -> None:
    """The 0/1 solutions, on named atoms, are the answer sets that clasp lists."""
    compared = 0
    for seed in range(first, min(first + BATCH, SEEDS)):
        program = random_program(seed)
        model, code = _translated(program)
        if model is None:
            assert code == "engine.disjunction", seed
            continue
        assert faults(model) == [], seed
        assert named_solutions(model) == answer_sets(program), seed
        compared += 1
    assert compared > BATCH // 2


def test_order_of_statements_changes_nothing() -> None:
    """The model is the same to the last name whatever the order of the program's lines."""
    compared = 0
    for seed in range(200):
        program = random_program(seed)
        try:
            models = [translate(observe(p)) for p in (program, text_of(program, random.Random(seed)))]
        except PolicyError:
            continue
        # Which atoms the grounder itself already knows for facts depends on the order it works in.
        first, second = (model._replace(settled=()) for model in models)
        assert first == second, seed
        compared += 1
    assert compared > 100


def test_a_limit_on_a_count_is_one_row() -> None:
    """`violated(K) :- N+1 <= #count{...}` becomes `sum <= N`, named after the atom, nothing else."""
    model = translate(
        observe("{ c(1..4) }. violated(few) :- 3 <= #count { X : c(X) }. :- violated(_). #show c/1.")
    )
    assert [v.name for v in model.variables] == ["c(1)", "c(2)", "c(3)", "c(4)"]
    model = translate(observe("{ c(1..4) }. violated(few) :- 3 <= #count { X : c(X) }. :- violated(_)."))
    assert rows(model) == {"violated(few)": "1*c(1) + 1*c(2) + 1*c(3) + 1*c(4) <= 2"}
    assert model.settled == (("violated(few)", 0),)


def test_what_a_limit_of_zero_forbids_is_settled() -> None:
    """Atoms that a limit leaves no room for are no variables; they are listed as 0."""
    model = translate(observe("{ c(1..2) }. violated(none) :- 1 <= #count { X : c(X) }. :- violated(_)."))
    assert model.variables == ()
    assert model.settled == (("c(1)", 0), ("c(2)", 0), ("violated(none)", 0))


def test_exclusion_of_groups_becomes_unions_of_cliques() -> None:
    """Two groups that exclude each other, each covered by at-most-one rows, need no pairs."""
    model = translate(
        observe("""
        { g(1..3) }. { s(1..2) }. { t(1..2) }.
        violated(g) :- 2 <= #count { X : g(X) }.
        violated(s) :- 2 <= #count { X : s(X) }.
        violated(t) :- 2 <= #count { X : t(X) }.
        violated(apart) :- 1 <= #count { X : g(X) }, 1 <= #count { X,s : s(X); X,t : t(X) }.
        :- violated(_).""")
    )
    assert rows(model) == {
        "violated(apart)": "1*g(1) + 1*g(2) + 1*g(3) + 1*s(1) + 1*s(2) <= 1",
        "violated(apart) #2": "1*g(1) + 1*g(2) + 1*g(3) + 1*t(1) + 1*t(2) <= 1",
    }
    assert model.rows[0].sources == ("violated(apart)", "violated(g)", "violated(s)")


def test_pairs_are_merged_to_cliques() -> None:
    """Conflicts stated pair by pair become one row that names them all."""
    model = translate(
        observe(
            "{ c(1..4) }. violated(p(X,Y)) :- c(X), c(Y), X < Y. :- violated(_). #show c/1. #show violated/1."
        )
    )
    assert [(r.upper, len(r.terms), len(r.sources)) for r in model.rows] == [(1, 4, 6)]


def test_implications_of_a_clique_are_summed() -> None:
    """Where at most one of the claims that use a thing is possible, their sum is below the use."""
    model = translate(
        observe("""
        { c(1..3) }. violated(one) :- 2 <= #count { X : c(X) }.
        used(a) :- c(X). { used(b) }. { used(d) }.
        violated(uses) :- 3 <= #count { G : used(G) }. :- violated(_).""")
    )
    assert rows(model)["used(a) if"] == "1*c(1) + 1*c(2) + 1*c(3) + -1*used(a) <= 0"
    assert rows(model)["violated(uses)"] == "1*used(a) + 1*used(b) + 1*used(d) <= 2"


def money(kind: str, limit: int | None, *terms: MoneyTerm) -> GroundProgram:
    """Two free claims and a statement on money."""
    return GroundProgram(
        rules=(Rule(choice=True, head=(1,), body=()), Rule(choice=True, head=(2,), body=())),
        weight_rules=(),
        minimize=(),
        money=(Money(kind, "m", terms, limit), Money("maximize", "top", (MoneyTerm(7, "z", (1,)),), None)),
        symbols={1: "claim(a)", 2: "claim(b)"},
    )


BIG = 3 * 10**12


def test_a_cap_beyond_32_bits_forbids() -> None:
    """A cap keeps the sum of money at or below its limit, at any size."""
    model = translate(money("cap", BIG, MoneyTerm(BIG, "a", (1,)), MoneyTerm(BIG - 1, "b", (2,))))
    assert set(solutions(model)) == {(0, 0), (0, 1), (1, 0)}
    tight = translate(money("cap", BIG - 1, MoneyTerm(BIG, "a", (1,)), MoneyTerm(BIG - 1, "b", (2,))))
    assert tight.settled == (("claim(a)", 0),)


def test_a_pool_pays_the_least_of_sum_and_limit() -> None:
    """A pool gains min(sum, limit) and forbids nothing; one that cannot overflow is a plain sum."""
    drawn = [MoneyTerm(30, "a", (1,)), MoneyTerm(20, "b", (2,))]
    model = translate(money("pool", 40, *drawn))
    best = {}
    for xs in solutions(model):
        value = dict(zip((v.name for v in model.variables), xs, strict=True))
        worth = sum(v.gain * x for v, x in zip(model.variables, xs, strict=True))
        key = value["claim(a)"], value["claim(b)"]
        best[key] = max(best.get(key, 0), worth)
    assert best == {(0, 0): 0, (0, 1): 20, (1, 0): 37, (1, 1): 47}
    assert [v.gain for v in translate(money("pool", 50, *drawn)).variables] == [37, 20]


def test_elements_of_a_money_statement_are_a_set() -> None:
    """The same amount under the same key counts once, whichever of its conditions hold."""
    model = translate(money("maximize", None, MoneyTerm(5, "k", (1,)), MoneyTerm(5, "k", (2,))))
    best = {}
    for xs in solutions(model):
        named = {v.name: x for v, x in zip(model.variables, xs, strict=True)}
        worth = model.constant + sum(v.gain * x for v, x in zip(model.variables, xs, strict=True))
        key = named["claim(a)"], named["claim(b)"]
        best[key] = max(best.get(key, -1), worth)
    assert best == {(0, 0): 0, (0, 1): 5, (1, 0): 12, (1, 1): 12}


def test_negated_and_empty_conditions_have_their_worth() -> None:
    """A condition `not claim` gains when the claim is not made, an empty one always."""
    model = translate(money("maximize", None, MoneyTerm(5, "k", (-1,)), MoneyTerm(3, "l", ())))
    assert model.constant == 8
    assert [(v.name, v.gain) for v in model.variables] == [("claim(a)", 2), ("claim(b)", 0)]


def test_priorities_follow_one_another() -> None:
    """`#minimize` priorities make the objective and those after it, highest first."""
    model = translate(observe("{ c(1..2) }. #minimize { 3@1,X : c(X) }. #maximize { X@2,X : c(X) }."))
    assert [v.gain for v in model.variables] == [1, 2]
    assert model.further == (((0, -3), (1, -3)),)


def test_a_program_without_answer_sets_has_no_solution() -> None:
    """What cannot be kept becomes a row that nothing satisfies."""
    model = translate(observe("{ c(1) }. :- c(1). d(1) :- c(1). :- not d(1)."))
    assert list(solutions(model)) == []


def test_a_positive_cycle_is_refused_with_its_atoms_and_rules() -> None:
    """Atoms that derive one another are named, in order, with the rules that make the cycle."""
    with pytest.raises(PolicyError) as caught:
        translate(observe("{ c }. a :- b. b :- a, not c. a :- c."))
    (found,) = caught.value.diagnostics
    assert found.code == "engine.positive-cycle"
    assert "a → b → a" in found.what.zh
    assert "b :- not c, a." in found.what.en
    assert found.way_out.en


def test_a_cycle_through_a_sum_is_refused() -> None:
    """A cycle through `#sum` is one too."""
    ground = GroundProgram(
        rules=(Rule(choice=True, head=(2,), body=()), Rule(choice=False, head=(3,), body=(1,))),
        weight_rules=(WeightRule(choice=False, head=(1,), bound=3, body=((2, 1), (3, 2))),),
        minimize=(),
        money=(),
        symbols={1: "over", 2: "c", 3: "more"},
    )
    with pytest.raises(PolicyError) as caught:
        translate(ground)
    assert "more → over → more" in caught.value.diagnostics[0].what.en


def test_what_facts_found_is_no_cycle() -> None:
    """A cycle that a fact breaks is none."""
    rules = [((), (1,)), ((2,), (1,)), ((1,), (2,))]
    ground = GroundProgram(
        tuple(Rule(choice=False, head=head, body=body) for body, head in rules), (), (), (), {1: "a", 2: "b"}
    )
    assert translate(ground).settled == (("a", 1), ("b", 1))


def test_a_disjunction_is_refused_with_its_atoms() -> None:
    """A rule that derives one of several atoms is no rule of the language."""
    with pytest.raises(PolicyError) as caught:
        translate(observe("{ c }. a ; b :- c."))
    (found,) = caught.value.diagnostics
    assert (found.code, "a ; b" in found.what.zh) == ("engine.disjunction", True)
    assert "{ … }" in found.way_out.en


@pytest.mark.parametrize(("kind", "limit", "code"), [("sum", 3, "money-kind"), ("cap", None, "money-limit")])
def test_money_it_does_not_know_is_refused(kind: str, limit: int | None, code: str) -> None:
    """A money statement of an unknown kind, or a cap without a limit, is named."""
    with pytest.raises(PolicyError) as caught:
        translate(money(kind, limit, MoneyTerm(1, "a", (1,))))
    assert caught.value.diagnostics[0].code == f"engine.{code}"


def test_hidden_atoms_named_alike_are_one() -> None:
    """Auxiliary atoms are called after their definitions, and equal definitions make one variable."""
    model = translate(
        observe(
            THEORY
            + """{ c(1..4) }. worth(1..2,(3,0)).
            h(1) :- 2 <= #count { X : c(X) }. h(2) :- 2 <= #count { X : c(X) }.
            &maximize { W,X : h(X), worth(X,W) }. #show c/1."""
        )
    )
    hidden = [v for v in model.variables if v.name.startswith("{")]
    assert [v.gain for v in hidden] == [6_000_000]
