"""The kernel's limits written as rows directly against the same limits ground and translated."""

from __future__ import annotations

import random
from typing import Any

import pytest

from subvent.logic.ground import BySignature, derive, observe
from subvent.logic.terms import Atom, Reader, order_key, quote, text
from subvent.model.direct import divide, model_of
from subvent.model.linear import LinearModel, faults, joined, without
from subvent.model.translate import translate
from subvent.optimise.whole import optimise_whole
from subvent.policy.loader import load_policies


def drawn(rng: random.Random) -> list[str]:
    """Facts about some candidates and random limits, conflicts and groups over them."""
    claims = [
        f'"A{rng.randrange(2)}","S{j}",b{rng.randrange(2)},{rng.randrange(2025, 2027)}' for j in range(7)
    ]
    facts = [f"candidate({c}). worth({c},({rng.randint(0, 30)},0))." for c in claims]
    facts += [f"claimable({c})." for c in claims]

    def some() -> list[str]:
        return [f"claim({c})" for c in rng.sample(claims, rng.randint(0, 5))]

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


def worth_of(groups: Any) -> dict[Atom, int]:
    """Fen of each candidate."""
    return {("claim", *atom[1:5]): atom[5][1] * 1_000_000 for atom in groups[("worth", 5)]}


@pytest.mark.parametrize("seed", range(300))
def test_limits_written_directly_have_the_optimum_of_the_ground_program(decision: str, seed: int) -> None:
    """Both models prove the same total."""
    facts = drawn(random.Random(seed))
    atoms = sorted(derive(" ".join(facts), ()), key=order_key)
    groups = BySignature(atoms)
    claims = divide(groups).direct
    model = model_of(groups, claims, worth_of(groups))
    assert faults(model) == []
    assert optimum(model) == optimum(translate(observe(decision, atoms)))


def test_what_binds_a_claim_otherwise_takes_its_neighbours_along() -> None:
    """A claim that draws on a pool is ground, and so is every claim that a limit joins it to."""
    names = [f'"A","S{j}",b,2025' for j in range(4)]
    facts = [f"candidate({n})." for n in names]
    facts += [f"counts(k,claim({n}))." for n in names[:2]]
    facts += [f"counts(j,claim({n}))." for n in names[1:3]]
    facts += [f"draws(p,claim({names[0]}))."]
    found = divide(BySignature(derive(" ".join(facts), ())))
    assert {claim[2] for claim in found.ground} == {"S0", "S1", "S2"}
    assert {claim[2] for claim in found.direct} == {"S3"}


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


def _two(*names: str) -> tuple[list[Atom], dict[Atom, int]]:
    claims = [_claim(name) for name in names]
    return claims, dict(zip(claims, (1, 2), strict=True))


@pytest.mark.parametrize("seed", range(10))
def test_variables_taken_out_are_at_0(seed: int) -> None:
    """A model without some claims has the optimum of the derivation without these candidates."""
    rng = random.Random(seed)
    groups = BySignature(derive(" ".join(drawn(rng)), ()))
    claims = sorted(divide(groups).direct, key=order_key)
    gone = {text(claim) for claim in rng.sample(claims, 3)}
    whole = without(model_of(groups, claims, worth_of(groups)), gone)
    left = model_of(groups, [claim for claim in claims if text(claim) not in gone], worth_of(groups))
    assert faults(whole) == []
    assert optimum(whole) == optimum(left)
    assert set(whole.settled) == {(name, 0) for name in gone}
