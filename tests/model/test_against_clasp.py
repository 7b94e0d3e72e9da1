"""From program to proven optimum: what is allowed and what is best is what clasp finds on the same program.

SUBVENT_CLASP_PROGRAMS sets how many random programs are compared (default 400), SUBVENT_CLASP_FIRST the
seed to begin with; `python -m tests.model.translation 20000` counts them by construct.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest

from subvent.logic.ground import observe
from subvent.model.translate import translate

from .drawn import CONSTRUCTS, THEORY, drawn
from .translation import SHARE, compared

PROGRAMS = int(os.environ.get("SUBVENT_CLASP_PROGRAMS", "400"))
FIRST = int(os.environ.get("SUBVENT_CLASP_FIRST", "0"))
BATCH = 100


@pytest.mark.parametrize("first", range(FIRST, FIRST + PROGRAMS, BATCH))
def test_answer_sets_and_what_they_are_worth_agree_with_clasp(first: int) -> None:
    """The solutions are clasp's answer sets, each worth the same; of payments the proven optimum agrees.

    At least half of the programs have several answer sets, and few are refused.
    """
    count = min(BATCH, FIRST + PROGRAMS - first)
    found = compared(count, first)
    assert found.faults == []
    assert found.several * 2 >= count
    assert found.refused.total() * 20 <= count


def test_each_construct_is_drawn_often_enough() -> None:
    """Every construct of the language stands in at least one program of twenty."""
    size = 2000
    seen = Counter(name for seed in range(size) for name in drawn(seed).constructs)
    assert seen.keys() == CONSTRUCTS
    assert {name: count for name, count in seen.items() if count * SHARE < size} == {}


def test_a_condition_of_money_alone_is_no_free_gain() -> None:
    """A conjunction that only an objective needs, and that comes down to one atom, gains with that atom."""
    program = """{ c(1) }. d(1) :- c(1). d(2) :- d(1), not d(1).
        &maximize { (0,6),m : d(1), not d(2) }. #show c/1. #show d/1."""
    model = translate(observe(THEORY + program))
    assert {v.name: v.gain for v in model.variables} == {"c(1)": 0, "d(1)": 6}
