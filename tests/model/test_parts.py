"""A program cut into parts: the best of the whole is the sum of the bests of the parts."""

from __future__ import annotations

from subvent.diagnostics import PolicyError
from subvent.logic.ground import observe
from subvent.logic.program import GroundProgram
from subvent.model.components import components
from subvent.model.parts import parts
from subvent.model.translate import translate
from subvent.optimise.optimum import optimise

from .programs import THEORY, random_program

MONEY = """
&maximize { (X,0),c,X : c(X); (0,X),d,X : d(X) }.
&maximize { (0,7),either : c(1); (0,7),either : d(1); (1,0),both : c(2), d(2) }.
&pool(p) { (2,0),X : c(X) } <= (3,0).
&cap(k) { (X,0),X : c(X), X > 2 } <= (4,0).
"""


def best(ground: GroundProgram) -> int | None:
    """The proven optimum in fen; None when the program allows nothing."""
    model = translate(ground)
    total = model.constant
    for part in components(model):
        solution = optimise(part)
        assert solution.status in ("optimal", "infeasible")
        if solution.status == "infeasible":
            return None
        total += solution.total
    return total


def test_the_parts_are_worth_what_the_whole_is_worth() -> None:
    """On random programs, two of them side by side, parts add up, and what one forbids the whole forbids."""
    compared = divided = 0
    for seed in range(150):
        ground = observe(random_program(seed) + THEORY + MONEY)
        try:
            whole = best(ground)
        except PolicyError:
            continue
        found = parts(ground)
        worth = [best(part.program()) for part in found]
        assert whole == (None if None in worth else sum(filter(None, worth))), seed
        compared += 1
        divided += len(found) > 1
    assert compared > 100
    assert divided > 100


def test_equal_parts_compare_equal_whatever_stands_beside_them() -> None:
    """Numbers that clingo gave the atoms, and what else the program holds, leave no trace in a part."""
    shared = "{ c(1); c(2) }. :- c(1), c(2). &maximize { (X,0),X : c(X) }."
    beside = "{ a(X) } :- X = 1..3. &maximize { (9,0),a,X : a(X), X < 3 }."
    alone = parts(observe(THEORY + shared))
    assert [best(part.program()) for part in alone if part.symbols] == [2_000_000]
    together = parts(observe(THEORY + beside + shared))
    assert set(alone) < set(together)


def test_elements_that_count_once_stay_together() -> None:
    """Two conditions of one element of an objective are one part: the element counts once."""
    once = parts(observe(THEORY + "{ c }. { d }. &maximize { (5,0),x : c; (5,0),x : d }."))
    assert [best(part.program()) for part in once if part.symbols] == [5_000_000]
    twice = parts(observe(THEORY + "{ c }. { d }. &maximize { (5,0),x : c; (5,0),y : d }."))
    assert [best(part.program()) for part in twice if part.symbols] == [5_000_000, 5_000_000]
