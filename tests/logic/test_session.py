"""The grounder's child process: the same answers, and limits that end it."""

import os
import subprocess
import sys

import pytest

from subvent.diagnostics import ResourceError
from subvent.logic.ground import GroundingError
from subvent.logic.session import ChildProcess, InProcess


def test_a_child_answers_as_this_process_does() -> None:
    """Derivation and decision are the same data from either grounder."""
    decision = "{ a(1..3) }. :- 2 <= #count { X : a(X) }."
    with ChildProcess() as child:
        assert child.derive("b(X) :- a(X).", ["a(1)"]) == InProcess().derive("b(X) :- a(X).", ["a(1)"])
        assert child.observe(decision, []) == InProcess().observe(decision, [])


def test_an_error_in_the_child_is_an_error_here() -> None:
    """What clingo refuses in the child is raised with its words, and the child goes on."""
    with ChildProcess() as child:
        with pytest.raises(GroundingError, match="syntax error"):
            child.derive("a :- ", [])
        assert child.derive("a.", []) == [("a",)]


@pytest.mark.parametrize(("limits", "code"), [({"seconds": 0.5}, "time"), ({"megabytes": 300}, "memory")])
def test_grounding_without_end_is_ended(limits: dict[str, float], code: str) -> None:
    """A program that explodes ends with a refusal that names the limit, not with a killed machine."""
    with ChildProcess(**limits) as child, pytest.raises(ResourceError) as caught:  # type: ignore[arg-type]
        child.derive("p(1..3000). q(X,Y,Z) :- p(X), p(Y), p(Z).", [])
    assert caught.value.diagnostics[0].code == f"logic.grounding-{code}"


def test_parts_are_derived_in_their_order_by_several_children() -> None:
    """Whichever child is done first, the answers come in the order of the parts."""
    parts = [[f"a({n})"] for n in range(20)]
    with ChildProcess() as child:
        assert [*child.derive_each("b(X+1) :- a(X).", parts, ("b",))] == [[("b", n + 1)] for n in range(20)]


def test_a_fault_in_one_part_ends_all() -> None:
    """What clingo refuses of one part is raised, and the children are free again."""
    with ChildProcess() as child:
        with pytest.raises(GroundingError):
            list(child.derive_each("b(X) :- a(X).", [["a(1)"], ["a("], ["a(2)"]]))
        assert child.derive("a.", []) == [("a",)]


STARTING = """
import os, signal
from subvent.logic.session import ChildProcess
signal.signal(signal.SIGINT, lambda *_: None)
with ChildProcess() as child:
    os.killpg(0, signal.SIGINT)
    print(child.derive("a.", []))
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of a group of processes")
def test_ctrl_c_does_not_reach_a_child_that_starts() -> None:
    """The whole group of processes hears it: a child ends when its parent lets it, and shows no traceback."""
    done = subprocess.run(
        [sys.executable, "-c", STARTING],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    assert (done.stdout, done.stderr) == ("[('a',)]\n", "")
