"""Whether a limit or a shared cap is full, of a few atoms."""

from __future__ import annotations

from subvent.explain.finished import Finished
from subvent.explain.room import Room
from subvent.logic.terms import Atom


def claim(subject: str, applicant: str = "A") -> Atom:
    """A claim of a subject."""
    return ("claim", applicant, subject, ("lamp",), 2030)


P, Q, R = claim("P"), claim("Q"), claim("R", "B")
K: Atom = ("k",)


def test_a_limit_is_full_when_the_claims_of_the_plan_take_its_last_place() -> None:
    """Two places: one claim leaves one, two leave none; where the history took them all, nobody is named."""
    atoms: list[Atom] = [("counts", K, one) for one in (P, Q, R)]
    roomy = Finished([*atoms, ("room", K, 2)])
    assert Room(roomy, {}, {P}).taken(("counts", K, R)) == ()
    assert Room(roomy, {}, {P, Q}).taken(("counts", K, R)) == (P, Q)
    assert Room(Finished(atoms), {}, {P}).taken(("counts", K, R)) == (P,)


def test_what_brings_the_least_is_named_of_many() -> None:
    """Of claims that bring the same the first in canonical order; of none there are none."""
    room = Room(Finished([]), {P: 300, Q: 200, R: 200}, {P, Q, R})
    assert room.least((R, P, Q), 2) == (Q, R)
    assert room.least((R, P, Q), 1) == (Q,)
    assert room.least((), 2) == ()


def test_what_excludes_a_claim_stands_on_the_other_side() -> None:
    """Claims on its own side do not."""
    both: list[Atom] = [("left", K, P), ("left", K, Q), ("right", K, R)]
    room = Room(Finished(both), {}, {P, Q})
    assert room.taken(("right", K, R)) == (P, Q)
    assert room.taken(("left", K, P)) == ()


def test_a_group_that_is_there_already_needs_no_place() -> None:
    """Neither one that a claim of the plan belongs to, nor one that was filed before."""
    atoms: list[Atom] = [("group", K, one[1], one) for one in (P, Q, R)]
    room = Room(Finished([*atoms, ("group_room", K, 1)]), {}, {P})
    assert room.taken(("group", K, "B", R)) == (P,)
    assert room.taken(("group", K, "A", Q)) == ()
    held = Finished([*atoms, ("group_room", K, 1), ("held_group", K, "B")])
    assert Room(held, {}, {P}).taken(("group", K, "B", R)) == ()


def test_a_cap_counts_what_is_made_for_its_row() -> None:
    """A claim that could draw on it, but is made for another row, takes nothing of it."""
    atoms: list[Atom] = [("draws", K, P, "X"), ("draws", K, Q, "X"), ("pool_room", K, ("", 1, 0))]
    fen = {P: 1_000_000, Q: 400_000}
    here, there = ("claim_for", *P[1:], "X"), ("claim_for", *P[1:], "Y")
    assert Room(Finished(atoms), fen, {P, here}).used_up(K)
    assert not Room(Finished(atoms), fen, {P, there}).used_up(K)
    assert Room(Finished(atoms), fen, {Q, ("claim_for", *Q[1:], "X")}).parts(K) == {Q: 400_000}
    assert not Room(Finished(atoms[:2]), fen, {P, here}).used_up(K)
