"""Proofs: each node follows from its children by its rule, and the same proof is always told."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import Place
from subvent.explain import Explanation, Finished, explain, prove, rules_used
from subvent.explain.derivation import REFUTED, Node, derivations
from subvent.explain.proof_program import proof_program
from subvent.explain.tree import below as tree_below
from subvent.logic.ground import derive
from subvent.logic.session import InProcess
from subvent.logic.terms import Atom, parse, text
from subvent.plan import plan_portfolio
from subvent.policy.types import PolicySet, Rule
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.vocabulary import Vocabulary
from subvent.problem import pose
from subvent.result import Step

EXAMPLE = Path("examples/manufacturing-group.yaml")


def small(program: str) -> PolicySet:
    """A policy set of the rules in a program, one a line."""
    rules = tuple(
        Rule(f"test#{number}", line, "derivation", Place("test.lp", number))
        for number, line in enumerate(program.strip().splitlines(), 1)
    )
    return PolicySet((), rules)


def proof(program: str, facts: str, wanted: str) -> dict[str, Node]:
    """The nodes of the proof of an atom, by the atom's text."""
    policies = small(program)
    model = derive(policies.program("derivation"), facts.split())
    nodes = derivations(policies, model, [parse(wanted)], derive)  # type: ignore[list-item]
    return {text(atom): node for atom, node in nodes.items()}


def children(nodes: dict[str, Node], atom: str) -> list[str]:
    """The premises of an atom, as text."""
    return [text(child) for child in nodes[atom].children]


def check(nodes: dict[Atom, Node], model: frozenset[Atom], statements: dict[int, str]) -> list[str]:
    """The atoms of a proof that do not follow from their children by their statement; none is right.

    Shares nothing with the proof's making but the statements: each is grounded over the children alone.
    """
    wrong = []
    for atom, node in nodes.items():
        if atom[0] == REFUTED:
            continue
        if node.rule is None:
            wrong += [] if atom in model else [text(atom)]
            continue
        if node.number < 0:
            continue
        given = [text(child) for child in node.children if child[0] != REFUTED]
        if atom not in derive(statements[node.number], given):
            wrong.append(text(atom))
    return wrong


def test_every_node_follows_from_its_children_by_its_rule(
    policies: PolicySet, vocabulary: Vocabulary
) -> None:
    """An independent checker grounds each statement over the node's children and finds the node."""
    problem = pose(policies, vocabulary, read_portfolio(EXAMPLE, vocabulary), {}, InProcess())
    claims = list(problem.candidates[::4])
    told = explain(policies, vocabulary, Finished.of(problem, claims), problem.facts, claims)
    program = proof_program(policies, told.words.lexicon.silent)
    statements = {
        index: f"{s.head.text} :- {'; '.join(literal.text for literal in s.body)}."
        if s.body
        else f"{s.head.text}."
        for index, s in enumerate(program.statements)
    }
    some = dict(random.Random(1).sample(sorted(told.nodes.items(), key=lambda n: text(n[0])), 400))
    assert check(some, told.finished.atoms, statements) == []


def test_what_nothing_derives_was_stated(policies: PolicySet, vocabulary: Vocabulary) -> None:
    """Each leaf is a fact of the portfolio, a declared benefit, or a predicate that is never told."""
    problem = pose(policies, vocabulary, read_portfolio(EXAMPLE, vocabulary), {}, InProcess())
    claims = problem.candidates[:6]
    told = explain(policies, vocabulary, Finished.of(problem, claims), problem.facts, claims)
    leaves = [atom for atom, node in told.nodes.items() if node.rule is None and atom[0] != REFUTED]
    silent = told.words.lexicon.silent
    unstated = [a for a in leaves if a not in problem.facts and f"{a[0]}/{len(a) - 1}" not in silent]
    assert unstated == []


def test_negated_premises_hold_and_what_refutes_them_is_in_the_model(
    policies: PolicySet, vocabulary: Vocabulary
) -> None:
    """A node `not p` has no matching p in the model, and its children are in it."""
    problem = pose(policies, vocabulary, read_portfolio(EXAMPLE, vocabulary), {}, InProcess())
    claims = problem.candidates[:6]
    told = explain(policies, vocabulary, Finished.of(problem, claims), problem.facts, claims)
    for atom, node in told.nodes.items():
        if atom[0] == REFUTED:
            given = [(i, part) for i, part in enumerate(atom[1]) if part != ("_any",)]
            assert not any(len(m) == len(atom[1]) and all(m[i] == p for i, p in given) for m in problem.atoms)
            assert all(child in problem.atoms for child in node.children)


def test_the_steps_of_a_plan_are_an_acyclic_graph_without_doubles() -> None:
    """Children are found by index, no step stands on itself, and no atom has two steps."""
    plan = plan_portfolio(EXAMPLE)
    atoms = [step.atom for step in plan.steps]
    assert len(atoms) == len(set(atoms))
    assert is_acyclic(plan.steps)
    assert all(plan.steps[claim.proof].atom.startswith("claim(") for claim in plan.claims)


def is_acyclic(steps: tuple[Step, ...]) -> bool:
    """Whether steps can be taken away one after the other, each when nothing rests on it any more."""
    waiting = [0] * len(steps)
    for step in steps:
        for child in step.children:
            waiting[child] += 1
    ready = [i for i, count in enumerate(waiting) if count == 0]
    taken = 0
    while ready:
        taken += 1
        for child in steps[ready.pop()].children:
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    return taken == len(steps)


def test_the_order_in_which_atoms_come_changes_no_proof(policies: PolicySet, vocabulary: Vocabulary) -> None:
    """The same derivation in any order gives the same steps."""
    problem = pose(policies, vocabulary, read_portfolio(EXAMPLE, vocabulary), {}, InProcess())
    claims = list(problem.candidates[:5])
    told = []
    for seed in (1, 2):
        mixed = sorted(problem.atoms, key=lambda atom: random.Random(f"{seed}{text(atom)}").random())

        def shuffled(
            program: str, facts: Sequence[str], keep: Collection[str] = (), seed: int = seed
        ) -> list[Atom]:
            found = list(derive(program, facts, keep))
            return random.Random(seed).sample(found, len(found))

        mixed_claims = claims[::-1] if seed == 2 else claims
        finished = Finished([*mixed, *mixed_claims])
        told.append(
            prove(explain(policies, vocabulary, finished, problem.facts, mixed_claims, evaluate=shuffled))
        )
    assert told[0] == told[1]


def test_the_lower_proof_is_taken_then_the_earlier_rule() -> None:
    """Where p follows by a chain of two and directly twice, the first of the direct rules is told."""
    nodes = proof("q(X) :- r(X).\np(X) :- q(X).\np(X) :- s(X).\np(X) :- t(X).", "r(1) s(1) t(1)", "p(1)")
    rule = nodes["p(1)"].rule
    assert rule is not None
    assert rule.id == "test#3"
    assert children(nodes, "p(1)") == ["s(1)"]


def test_between_bindings_the_first_in_canonical_order_is_taken() -> None:
    """Two premises would do: the lesser one is told."""
    nodes = proof("p(X) :- q(X,Y).", "q(1,3) q(1,2)", "p(1)")
    assert children(nodes, "p(1)") == ["q(1,2)"]


def test_a_rule_that_feeds_itself_gives_no_circle() -> None:
    """When a follows from b and b from a, and a from a fact, the circle is no proof."""
    nodes = proof("a :- b.\nb :- a.\na :- c.", "c", "b")
    assert children(nodes, "b") == ["a"]
    assert children(nodes, "a") == ["c"]


def test_pools_in_heads_and_bodies_are_multiplied_out() -> None:
    """A rule with pools is proven by the member that applies."""
    nodes = proof("p((1;2)).\nq(X) :- p(X), r((3;4)).", "r(4)", "q(2)")
    assert children(nodes, "q(2)") == ["p(2)", "r(4)"]


def test_an_aggregate_shows_what_it_counted() -> None:
    """The children of a count are the atoms that made its elements count."""
    nodes = proof("n(N) :- k, N = #count { X : a(X), b(X) }.", "k a(1) b(1) a(2) b(2) a(3)", "n(2)")
    assert children(nodes, "n(2)") == ["k", "a(1)", "a(2)", "b(1)", "b(2)"]


def test_a_conditional_literal_shows_each_of_its_instances() -> None:
    """`all X` is proven by every X."""
    nodes = proof("d(1..2).\np :- k, a(X) : d(X).", "k a(1) a(2)", "p")
    assert set(children(nodes, "p")) == {"k", "a(1)", "a(2)", "d(1)", "d(2)"}


def test_comparisons_and_computed_heads_are_proven() -> None:
    """Arithmetic in a head and @-functions in a body are evaluated as in the derivation."""
    nodes = proof("p(Y+1) :- q(Y), Y < 5.\nr(@fen(E)) :- e(E).", "q(4) e(share(10,(5,5)))", "p(5)")
    assert children(nodes, "p(5)") == ["q(4)"]
    nodes = proof("r(@fen(E)) :- e(E).", "e(share(10,(5,5)))", "r((0,500000))")
    assert children(nodes, "r((0,500000))") == ["e(share(10,(5,5)))"]


def test_a_negated_premise_shows_what_refutes_every_way_to_it() -> None:
    """`not doubtful(S)` is told by what each requirement is met with."""
    program = "doubtful(S,C) :- needs(S,C), not met(S,C).\nok(S) :- s(S), not doubtful(S,_)."
    nodes = proof(program, "s(1) needs(1,a) needs(1,b) met(1,a) met(1,b)", "ok(1)")
    assert children(nodes, "ok(1)") == ["s(1)", "not(doubtful(1,_any))"]
    assert children(nodes, "not(doubtful(1,_any))") == ["needs(1,a)", "met(1,a)", "needs(1,b)", "met(1,b)"]


def test_strings_that_look_like_variables_stay_strings() -> None:
    """A quoted capital or underscore in a rule is no variable."""
    policies = small('p(X) :- q(X,"A _ B").')
    model = derive(policies.program("derivation"), ['q(1,"A _ B")', 'q(2,"A")'])
    nodes = derivations(policies, model, [("p", 1)], derive)
    assert nodes["p", 1].children == (("q", 1, "A _ B"),)


def test_a_claim_rests_on_candidacy_worth_and_limits(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """The root of a claim has its candidacy, its worth, and every limit it counts for as premises."""
    told = tell([project()], [("P1", "equipment", 2025)])
    steps, roots = prove(told)
    root = steps[roots["claim", "A", "P1", ("equipment",), 2025]]
    names = [steps[child].atom.partition("(")[0] for child in root.children]
    assert names[:2] == ["candidate", "worth"]
    assert set(names[2:]) == {"counts"}


def test_facts_carry_their_place_and_rules_their_articles(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """A fact's step says where it stands, a declared term's step which phrases it encodes."""
    told = tell([project()], [("P1", "equipment", 2025)])
    steps, _ = prove(told)
    by_atom = {step.atom: step for step in steps}
    place = by_atom['value("P1",total_investment,(3000,0))'].place
    assert place is not None
    assert place.line > 0
    assert "2000万元" in by_atom["threshold(equipment,total_investment,(2000,0))"].citations[0].phrase


def test_steps_are_read_like_a_tuple_and_each_is_worded_once(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """By index, from the end, in slices and one after the other the same steps come out, and none beyond."""
    steps, _ = prove(tell([project()], [("P1", "equipment", 2025)]))
    every = tuple(steps)
    assert steps[0] is every[0]
    assert steps[-1] is every[-1]
    assert steps[1:3] == every[1:3]
    assert steps == every
    assert len(steps) == len(every)
    with pytest.raises(IndexError):
        steps[len(every)]


def test_a_claim_cites_what_the_steps_below_it_cite(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]]
) -> None:
    """The phrases of a claim are those of all steps that its own can be followed down to."""
    told = tell([project(kinds=["equipment", "smart"])], [("P1", "equipment", 2025)])
    steps, roots = prove(told)
    claim = told.claims[0]
    below = [steps[index] for index in tree_below(steps, [roots[claim]])]
    cited = {citation for step in below for citation in step.citations}
    assert {use.citation for use in rules_used(told, claim)} == cited


def test_no_helper_of_the_kernel_is_told(
    tell: Callable[..., Explanation], green: Callable[..., dict[str, Any]]
) -> None:
    """Predicates that only serve the kernel's own bookkeeping occur in no step."""
    told = tell([green()], [("G", "green", 2025)])
    names = {step.atom.removeprefix("not ").partition("(")[0] for step in prove(told)[0]}
    assert not names & {"asked", "uses", "follows", "met_up_to", "all_before", "claimable", "hopeful"}


@pytest.mark.parametrize("benefit", ["equipment", "smart"])
def test_a_claim_cites_its_own_article_and_not_that_of_another_kind(
    tell: Callable[..., Explanation], project: Callable[..., dict[str, Any]], benefit: str
) -> None:
    """A project of two kinds, claimed for one, does not cite the article of the other."""
    told = tell([project(kinds=["equipment", "smart"])], [("P1", benefit, 2025)])
    articles = {use.citation.article for use in rules_used(told, told.claims[0])}
    assert ("2" in articles, "3" in articles) == (benefit == "equipment", benefit == "smart")
