"""Rules that are simplified derive what they derived before, with less to do."""

from __future__ import annotations

import pytest

from subvent.diagnostics import Place
from subvent.logic.ground import derive
from subvent.policy.parsed import parsed
from subvent.policy.reach import Reach, Shapes
from subvent.policy.shapes import PLAIN, ROW
from subvent.policy.simplified import simplified
from subvent.policy.types import Rule

STATED: list[tuple[str, Shapes]] = [("row", (ROW,)), ("cost", (ROW, PLAIN)), ("mode", (("strict",),))]
FACTS = ['row("p")', 'row("q")', 'cost("p",1)', "mode(strict)"]


@pytest.mark.parametrize(
    ("rules", "program"),
    [
        # A denial of what never holds.
        ("goal(X) :- row(X), not held(X).", "goal(X) :- row(X), #true."),
        ("goal(X) :- row(X), not mode(lax).", "goal(X) :- row(X), #true."),
        ("goal(X) :- row(X), not not held(X).", None),
        ("goal(X) :- row(X), not cost(X,_).", None),
        # A count of what never holds; not where another element may.
        ("goal(X,N) :- row(X), N = #count { Y : held(X,Y), row(Y) }.", "goal(X,N) :- row(X), N = 0."),
        ("goal(X) :- row(X), #count { Y : held(X,Y) } < 1.", "goal(X) :- row(X), 0 < 1."),
        ("goal(N) :- N = #count { Y : held(Y); Y : row(Y) }.", None),
        ("goal(N) :- N = #count { Y : row(Y), not held(Y) }.", None),
        ("goal(X) :- row(X), #max { Y : held(Y) } < X.", None),
        # Copies, and copies of copies, in whatever order; also of what is only then a copy.
        ("a(X) :- row(X). goal(X) :- a(X), not a(X,1).", "goal(X) :- row(X), #true."),
        ("a(X) :- b(X). goal(X) :- cost(X,_), a(X). b(X) :- row(X).", "goal(X) :- cost(X,_), row(X)."),
        ("b(X) :- row(X). a(X) :- b(X). goal(X) :- row(X), not a(X).", "goal(X) :- row(X), not row(X)."),
        ("a(X) :- row(X), not b(X). goal :- 2 = #count { X : a(X) }.", "goal :- 2 = #count { X : row(X) }."),
        # What is wanted, stated, told by another rule too, or not quite the same is no copy.
        ("goal(X) :- row(X).", None),
        ("row(X) :- cost(X,_). goal(X) :- row(X).", None),
        ("a(X) :- row(X). a(X) :- cost(X,_). goal(X) :- a(X).", None),
        ("a(X,V) :- cost(X,V). a(X) :- row(X). goal(X) :- a(X,_), a(X).", "goal(X) :- cost(X,_), row(X)."),
        ("a(V,X) :- cost(X,V). goal(X) :- a(_,X).", None),
        ("a(X) :- cost(X,1). goal(X) :- a(X).", None),
        ('a(X) :- row(X), X != "p". goal(X) :- a(X).', None),
        ("a(X) :- row(X), #false. goal(X) :- row(X), not a(X).", None),
        ("a(X) :- row(X). goal(a(X)) :- a(X).", "goal(a(X)) :- row(X)."),
    ],
)  # fmt: skip
def test_what_is_wanted_stays_the_same(rules: str, program: str | None) -> None:
    """What never holds is taken for granted, and copies are read through (None: nothing can be left out)."""
    texts = [f"{text}." for text in rules.removesuffix(".").split(". ")]
    made = [Rule(str(n), text, "derivation", Place("rules.lp")) for n, text in enumerate(texts)]
    found = simplified(made, Reach([parsed(rule) for rule in made], STATED), {"goal"})
    assert found == (program or "\n".join(texts))
    assert set(derive(found, FACTS, {"goal"})) == set(derive(rules, FACTS, {"goal"}))
