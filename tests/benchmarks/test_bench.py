"""The benchmark asks all solvers the same, judges their answers alike, and writes a whole page."""

import hashlib
import importlib
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import clingo
import pytest

from subvent.logic.session import InProcess
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.problem import Problem, pose

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "benchmarks"
COUPLINGS = ("none", "green-alone", "loans", "contacts", "contacts-green", "fund")
TOTALS = {"subvent", "CP-SAT", "HiGHS"}
"""Solvers that prove the optimum of a few projects at once, whatever the class of coupling."""
_WORK = "import sys; sys.stdin.read(); sum(range(10**6))"
"""Waits to be looked at, then takes some time."""


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of the other solvers."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("peers")


def posed(coupling: str, folder: Path) -> Problem:
    """The problem of a small synthetic portfolio."""
    portfolios = importlib.import_module("portfolios")
    policies = load_policies()
    case = portfolios.instance(12, coupling)
    if not set(case.readings) <= {reading.name for reading in policies.readings}:
        pytest.skip(f"no pack asks {', '.join(case.readings)}")
    path = folder / "group.json"
    path.write_text(json.dumps(case.portfolio), encoding="utf-8")
    vocabulary = vocabulary_of(policies)
    return pose(policies, vocabulary, read_portfolio(path, vocabulary), case.readings, InProcess())


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_solvers_prove_the_same_total(coupling: str, peers: ModuleType, tmp_path: Path) -> None:
    """In every class all answers are lawful, none passes the optimum, and the proven ones reach it."""
    problem = posed(coupling, tmp_path)
    # clasp may search for long; what it has found by then is judged.
    found = {name: solve(problem, 0.5 if name == "clasp" else 60) for name, solve in peers.PEERS.items()}
    judged = {name: peers.judged(problem, answer) for name, answer in found.items()}
    assert {name for name, answer in found.items() if answer.proven} >= TOTALS
    best = judged["subvent"].total
    assert all(judged[name].total == best for name, answer in found.items() if answer.proven)
    assert all(not verdict.broken for verdict in judged.values())
    assert all(verdict.total is None or verdict.total <= best for verdict in judged.values())
    assert judged["greedy"].total > 0


def test_flow_applies_to_the_core_alone(peers: ModuleType, tmp_path: Path) -> None:
    """Minimum-cost flow proves the optimum where nothing couples claims, and says where it does not apply."""
    assert peers.flow(posed("none", tmp_path), 1).proven
    assert peers.flow(posed("loans", tmp_path), 1).remark == "does not apply"


def test_a_run_writes_its_page(tmp_path: Path) -> None:
    """A run on a few projects ends well; its page has every stage and solver, its plot is well-formed."""
    script = str(FOLDER / "bench.py")
    given = ["--sizes", "8", "--couplings", "none", "--limit", "5", "--runs", "0", "--out", str(tmp_path)]
    given += ["--anchors", str(tmp_path / "nothing")]
    paths = os.pathsep.join(str(ROOT / name) for name in ("solver", "specs", "cli"))
    subprocess.run(
        [sys.executable, script, *given], check=True, timeout=120, env={**os.environ, "PYTHONPATH": paths}
    )
    page = (tmp_path / "results.md").read_text(encoding="utf-8")
    for word in (
        "shards",
        "derive",
        "certify",
        "explain",
        "why not both",
        "not installed",
        "clasp",
        "CP-SAT",
        "HiGHS",
        "min-cost flow",
        "greedy loses",
    ):
        assert word in page
    assert "All totals that are proven agree" in page
    ET.parse(tmp_path / "results.svg")  # noqa: S314 - our own


def test_the_reference_program_is_frozen() -> None:
    """The unit of the ratios does not move: the reference program stays as it was first written."""
    program = (FOLDER / "reference.lp").read_bytes()
    assert hashlib.sha256(program).hexdigest().startswith("a3130094b74df2f7")


def test_the_program_of_the_explanation_tools_knows_what_may_stand_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A claim that follows from its facts is lawful in it by itself, two of one project are not."""
    monkeypatch.syspath_prepend(FOLDER)
    portfolio = importlib.import_module("portfolios").instance(12).portfolio
    stated = "\n".join(importlib.import_module("reference").facts(portfolio))
    program = (FOLDER / "anchors.lp").read_text(encoding="utf-8")

    def lawful(*claims: str) -> bool:
        chosen = "".join(f"chosen{claim}. :- not claim{claim}." for claim in claims)
        control = clingo.Control(["--warn=none"])
        control.add("base", [], f"{program}{stated}{chosen} in_force(one_a_project).")
        control.ground()
        return bool(control.solve().satisfiable)

    control = clingo.Control(["--warn=none"])
    control.add("base", [], program + stated)
    control.ground()
    found = [atom.symbol for atom in control.symbolic_atoms.by_signature("candidate", 4)]
    pair = next((a, b) for a in found for b in found if a < b and a.arguments[1] == b.arguments[1])
    one, other = (str(symbol).removeprefix("candidate") for symbol in pair)
    assert lawful(one)
    assert lawful(other)
    assert not lawful(one, other)


def test_half_a_line_is_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a process that was ended while it wrote, the last whole line counts."""
    monkeypatch.syspath_prepend(FOLDER)
    child = importlib.import_module("child")
    written = """import time; print('{"a": 1}'); print('{"a": 2', end="", flush=True); time.sleep(60)"""
    ended = child.run(["-c", written], 1.0)
    assert ended.result == {"a": 1}
    assert ended.failure == "ended after 1 s"


def test_children_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a clock tells includes the children that have ended since it was made."""
    monkeypatch.syspath_prepend(FOLDER)
    child = importlib.import_module("child")
    clock = child.Clock()
    with child.CHILDREN.add(subprocess.Popen([sys.executable, "-c", _WORK], stdin=subprocess.PIPE)) as one:
        seen = child.CHILDREN.peak()
        one.communicate()
    taken = clock.taken()
    assert 0 < taken["children"] <= taken["cpu"]
    assert 0 < seen <= child.CHILDREN.peak()


def test_several_groups_are_solved_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each solver that applies proves the same in every group; the page has their sums, and where not."""
    monkeypatch.syspath_prepend(FOLDER)
    several = importlib.import_module("several")
    paths = os.pathsep.join(str(ROOT / name) for name in ("solver", "specs", "cli"))
    monkeypatch.setenv("PYTHONPATH", paths)
    ran = importlib.import_module("child").run([str(FOLDER / "several.py"), "12", "none", "2", "5"], 60)
    assert ran.failure == ""
    assert ran.result["faults"] == []
    assert {name: one["proven"] for name, one in ran.result["taken"].items()} == {
        "subvent": 2,
        "HiGHS": 2,
        "min-cost flow": 2,
    }
    page = "\n".join(several.section([several.Several(100, "none", ran.result, "")]))
    assert "10 groups of 100" in page
    late = "\n".join(several.section([several.Several(100, "none", {}, "ended after 1 s")]))
    assert "ended after 1 s" in late
