"""Whether old certificates alone prove that the old values stay best in another model."""

from __future__ import annotations

from collections.abc import Sequence

from subvent.model.linear import LinearModel, Row, Variable
from subvent.optimise.kept import still_best
from subvent.optimise.whole import best_of


def model(gains: Sequence[int], **rows: tuple[Sequence[int], int]) -> LinearModel:
    """0/1 variables x0, x1, … with their gains; of each row the variables and how many of them may be 1."""
    return LinearModel(
        tuple(Variable(f"x{j}", 0, 1, gain) for j, gain in enumerate(gains)),
        tuple(
            Row(name, tuple((j, 1) for j in of), most, (name,)) for name, (of, most) in sorted(rows.items())
        ),
    )


def kept(before: LinearModel, after: LinearModel) -> bool:
    """Whether what is best before is proven to be best after."""
    return still_best(after, best_of(before, None, {}), dict(before.settled))


def test_without_a_slack_row_the_best_stays() -> None:
    """The row that binds is there still, so its multiplier proves the bound."""
    before = model([5, 3, 2], binds=([0, 1], 1), slack=([0, 1, 2], 3))
    assert kept(before, model([5, 3, 2], binds=([0, 1], 1)))


def test_without_the_binding_row_nothing_is_proven() -> None:
    """Both may be taken then."""
    before = model([5, 3], binds=([0, 1], 1))
    assert not kept(before, model([5, 3]))


def test_what_branches_is_carried_over() -> None:
    """Three pairs allow 5 at most by branching; a slack row more or less does not matter."""
    pairs = {"a": ([0, 1], 1), "b": ([1, 2], 1), "c": ([0, 2], 1)}
    before = model([5, 4, 4, 1], **pairs, slack=([0, 3], 2))
    assert kept(before, model([5, 4, 4, 1], **pairs))
    assert not kept(before, model([5, 4, 4, 1], a=pairs["a"], b=pairs["b"]))


def test_parts_that_come_together_are_proven_together() -> None:
    """Two components become one by a row that does not bind."""
    before = model([5, 3, 4, 2], a=([0, 1], 1), b=([2, 3], 1))
    assert kept(before, model([5, 3, 4, 2], a=([0, 1], 1), b=([2, 3], 1), joining=([0, 2], 2)))


def test_other_amounts_or_further_claims_are_no_small_change() -> None:
    """A gain that grew, or a further variable that gains, is not proven; one that gains nothing is."""
    before = model([5, 3], binds=([0, 1], 1))
    assert not kept(before, model([6, 3], binds=([0, 1], 1)))
    assert not kept(before, model([5, 3, 1], binds=([0, 1], 1)))
    assert kept(before, model([5, 3, 0], binds=([0, 1], 1)))


def test_values_that_break_the_other_model_prove_nothing() -> None:
    """A stricter model is never mistaken for a relaxed one."""
    before = model([5, 3])
    assert not kept(before, model([5, 3], binds=([0, 1], 1)))
