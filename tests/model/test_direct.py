"""The decision written down as rows against the same decision ground and translated."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest

from subvent.logic.ground import BySignature, derive, observe
from subvent.logic.program import Cut, Split
from subvent.logic.terms import Atom, Reader, order_key, quote, text
from subvent.model.direct import Stated, decision_of, model_of
from subvent.model.linear import LinearModel, Row, Variable, faults, joined, without
from subvent.optimise.whole import optimise_whole
from subvent.policy.loader import load_policies

from .compared import translated

ROWS = ("P1", "P2", "P3")


def drawn(rng: random.Random) -> list[str]:
    """Facts about some candidates, random limits over them and what they share, and rows to make them for."""
    names = (
        f'"A{rng.randrange(2)}","S{rng.randrange(5)}",b{rng.randrange(2)},{rng.randrange(2025, 2027)}'
        for _ in range(7)
    )
    claims = list(dict.fromkeys(names))
    facts = [f"candidate({c}). worth({c},({rng.randint(0, 30)},0))." for c in claims]
    facts += [f"claimable({c})." for c in claims]

    def some() -> list[str]:
        return [f"claim({c})" for c in rng.sample(claims, rng.randint(0, len(claims) - 1))]

    for k in range(rng.randint(0, 4)):
        facts += [f"room(k{k},{rng.randint(1, 3)}).", *(f"counts(k{k},{c})." for c in some())]
    for k in range(rng.randint(0, 3)):
        facts += [
            f"conflict(x{k}).",
            *(f"left(x{k},{c})." for c in some()),
            *(f"right(x{k},{c})." for c in some()),
        ]
    for k in range(rng.randint(0, 2)):
        facts += [f"group_room(g{k},{rng.randint(1, 2)})."]
        facts += [f"group(g{k},h{rng.randrange(3)},{c})." for c in some()]
        facts += [f"held_group(g{k},h0)."] if rng.random() < 0.3 else []
    return facts


def shared(rng: random.Random, claims: list[Atom]) -> list[str]:
    """Facts about rows to choose, and about caps, a ceiling and costs in two bases that candidates share."""
    facts: list[str] = []
    for subject in sorted({f"{text(claim[2])},{text(claim[3])}" for claim in claims}):
        options = rng.sample(ROWS, rng.choice((0, 0, 1, 2, 3)))
        facts += [f'serves({subject},"{row}"). choosing({subject}).' for row in options]
        facts.append(f"graded({subject},({rng.randint(5, 40)},0),{rng.choice((30, 50))},(60,0)).")
    for key, word in enumerate(rng.sample(("pool_room", "pool_room", "ceiling"), rng.randint(0, 3))):
        facts.append(f"{word}({key},({rng.randint(0, 40)},0)).")
        # What feeds a pool stands before all that draws on it, so that nothing is a top-up on itself.
        first = rng.randint(1, 3) if word == "pool_room" and rng.random() < 0.5 else 0
        for claim in rng.sample(claims[:first], rng.randint(0, min(first, len(claims)))):
            facts.append(f"feeds({key},{rng.choice(('50', '100', '(12,500000)'))},{text(claim)}).")
        drawing = claims[first:]
        for claim in rng.sample(drawing, rng.randint(0, len(drawing))):
            row = f',"{rng.choice(ROWS)}"' if rng.random() < 0.5 else ""
            facts.append(f"draws({key},{text(claim)}{row}).")
    for key in range(rng.randint(0, 2)):
        facts.append(f"split({key},({rng.randint(1, 20)},0)).")
        for claim in rng.sample(claims, min(3, len(claims))):
            facts.append(f"splits({key},{rng.choice(('left', 'right'))},{text(claim)}).")
    return facts


def optimum(model: LinearModel) -> int:
    """The proven optimum of a model."""
    whole = optimise_whole(model, (), ())
    assert all(solution.status == "optimal" for solution in whole.solutions)
    return whole.total


@pytest.fixture(scope="module")
def decision() -> str:
    """The kernel's decision alone."""
    rules = (rule for rule in load_policies().rules if rule.stratum == "decision" and not rule.document)
    return "\n".join(rule.text for rule in rules)


def claims_of(groups: BySignature) -> list[Atom]:
    """The claims that are candidates."""
    return [("claim", *atom[1:]) for atom in groups[("candidate", 4)]]


def worth_of(groups: Any) -> dict[Atom, int]:
    """Fen of each candidate."""
    return {("claim", *atom[1:5]): atom[5][1] * 1_000_000 for atom in groups[("worth", 5)]}


def both_ways(decision: str, seed: int) -> tuple[Stated, Any]:
    """A random decision written down, and the same one ground."""
    rng = random.Random(seed)
    facts = " ".join(drawn(rng))
    claims = sorted(claims_of(BySignature(derive(facts, ()))), key=order_key)
    atoms = sorted(derive(" ".join([facts, *shared(rng, claims)]), ()), key=order_key)
    groups = BySignature(atoms)
    return decision_of(groups, worth_of(groups)), observe(decision, atoms)


@pytest.mark.parametrize("seed", range(400))
def test_a_decision_written_down_has_the_optimum_of_the_ground_program(decision: str, seed: int) -> None:
    """Both models prove the same total."""
    written, ground = both_ways(decision, seed)
    assert faults(written.model) == []
    assert optimum(written.model) == optimum(translated(ground))


@pytest.mark.parametrize("seed", range(100))
def test_what_claims_share_is_what_grounding_finds(decision: str, seed: int) -> None:
    """The same caps and shared costs, with the same claims, but those under which no claim falls."""
    written, ground = both_ways(decision, seed)
    assert bare(written.cuts) == bare(ground.cuts)
    assert bare(written.splits) == bare(ground.splits)
    assert all(one.terms for one in (*written.cuts, *written.splits))


def bare(found: Iterable[Cut | Split]) -> list[Any]:
    """What claims share, without the numbers that ground atoms have."""
    return [(one.name, one[2:], [term[:5] for term in one.terms]) for one in found if one.terms]


def test_two_models_side_by_side_are_one() -> None:
    """Variables and rows in one order, indices moved along, equal names told apart."""
    room = Reader().atom("room(k,1)")
    one = model_of(BySignature([room, _counts("a"), _counts("b")]), *_two("a", "b"))
    other = model_of(BySignature([room, _counts("c"), _counts("d")]), *_two("c", "d"))
    both = joined((other, one))
    assert faults(both) == []
    assert [row.name for row in both.rows] == ["violated(k)", "violated(k) #2"]
    assert optimum(both) == optimum(one) + optimum(other) == 2 + 2


def _claim(name: str) -> Atom:
    return Reader().atom(f"claim({quote(name)},s,b,2025)")


def _counts(name: str) -> Atom:
    return ("counts", ("k",), _claim(name))


def _two(*names: str) -> tuple[dict[Atom, str], dict[Atom, int]]:
    claims = [_claim(name) for name in names]
    return {claim: text(claim) for claim in claims}, dict(zip(claims, (1, 2), strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_variables_taken_out_are_at_0(seed: int) -> None:
    """A model without some claims has the optimum of the derivation without these candidates."""
    rng = random.Random(seed)
    groups = BySignature(derive(" ".join(drawn(rng)), ()))
    names = {claim: text(claim) for claim in claims_of(groups)}
    gone = set(rng.sample(sorted(names.values()), 2))
    whole = without(model_of(groups, names, worth_of(groups)), gone)
    left = {claim: name for claim, name in names.items() if name not in gone}
    assert faults(whole) == []
    assert optimum(whole) == optimum(model_of(groups, left, worth_of(groups)))
    assert set(whole.settled) == {(name, 0) for name in gone}


def test_a_variable_of_several_models_is_one() -> None:
    """It stays within the bounds of all and gains what it does in each; what one has settled, it is."""
    one = LinearModel((Variable("x", 0, 3, 2), Variable("y", 0, 1, 5)), (Row("r", ((0, 1), (1, 1)), 3),))
    other = LinearModel((Variable("x", 1, 9, 4),), (Row("r", ((0, 1),), 2),), 7, (), (("y", 1), ("z", 0)))
    both = joined((one, other))
    assert faults(both) == []
    assert both.variables == (Variable("x", 1, 3, 6), Variable("y", 1, 1, 5))
    assert [(row.name, row.terms, row.upper) for row in both.rows] == [
        ("r", ((0, 1),), 2),
        ("r #2", ((0, 1), (1, 1)), 3),
    ]
    assert (both.constant, both.settled) == (7, (("z", 0),))
