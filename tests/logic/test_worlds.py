"""One grounding for many assumptions derives under each what a grounding of its own derives."""

import pytest

from subvent.logic.ground import GroundingError, derive
from subvent.logic.session import ChildProcess, InProcess
from subvent.logic.worlds import derive_worlds

PROGRAM = """
base(X, sum((X,0),(1,0))) :- item(X), pick(large).
base(X, (X,0)) :- item(X), not pick(large).
value(X, @fen(E)) :- base(X,E), not dropped(X).
dropped(X) :- item(X), X > 2, pick(short).
count(N) :- N = #count { X : value(X,_) }.
top(T) :- T = #max { V : value(_,V) }.
unused(X) :- absent(X), pick(idle).
"""
FACTS = ["item(1)", "item(2)", "item(3)", "pick(always)"]
WORLDS = [[], ["pick(large)"], ["pick(short)"], ["pick(large)", "pick(short)"], ["pick(idle)"]]


@pytest.mark.parametrize("in_process", [True, False])
def test_every_world_is_derived_as_if_alone(*, in_process: bool) -> None:
    """Negation, counts, largest values and amounts come out right in every world."""
    with ChildProcess() as child:
        grounder = InProcess() if in_process else child
        found = grounder.derive_worlds(PROGRAM, FACTS, WORLDS)
    for world, added in zip(WORLDS, found.added, strict=True):
        assert sorted([*found.common, *added]) == sorted(derive(PROGRAM, [*FACTS, *world]))


def test_only_what_is_wanted_comes_back() -> None:
    """Predicates that are not asked for are left out."""
    found = derive_worlds(PROGRAM, FACTS, WORLDS, ["count"])
    assert found.common == []
    assert found.added == [[("count", n)] for n in (3, 3, 2, 2, 3)]


def test_an_assumption_that_no_ground_rule_reads_is_idle() -> None:
    """Nothing of the portfolio can fire the rules that read it, so it may be left as it is."""
    assert derive_worlds(PROGRAM, FACTS, WORLDS).idle == ["pick(idle)"]


@pytest.mark.parametrize("program", ["{a}.", "a :- not b, pick(odd). b :- not a, pick(odd)."])
def test_a_program_that_chooses_is_refused(program: str) -> None:
    """More than one model in any world is no derivation."""
    with pytest.raises(GroundingError):
        derive_worlds(program, [], [[], ["pick(odd)"]])


def test_what_clingo_refuses_is_told() -> None:
    """A syntax error comes with clingo's words."""
    with pytest.raises(GroundingError, match="syntax error"):
        derive_worlds("a :- ", [], [[]])
