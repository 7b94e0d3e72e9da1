"""Exported models, asked of other solvers: HiGHS, CP-SAT and clasp find the totals of our plans."""

from __future__ import annotations

import random
import re
from itertools import product
from math import gcd
from typing import TYPE_CHECKING

import pytest
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model
from tests.export.readers import Read, ask_clasp, best, read_aspif, read_lp, read_model, read_opb
from tests.export.solved import GROUPS, described, drawn, example

from subvent.export import Described, aspif, model_text
from subvent.export.binary import binary
from subvent.model.linear import broken, total

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from subvent.plan import Solved

SEEDS = range(500_000, 500_030)
MOST_BITS = 40


@pytest.fixture(scope="module")
def portfolios(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Solved]]:
    """The example groups and random portfolios, planned."""
    folder = tmp_path_factory.mktemp("drawn")
    return [*((name, example(name)) for name in GROUPS), *((str(s), one) for s, one in drawn(SEEDS, folder))]


def each(portfolios: list[tuple[str, Solved]]) -> Iterator[tuple[str, Described]]:
    """Their models in words."""
    for name, solved in portfolios:
        assert solved.plan.status == "optimal"
        yield name, described(solved)


def test_mip_solvers_read_mps_and_find_the_total(
    portfolios: list[tuple[str, Solved]], tmp_path: Path
) -> None:
    """The MPS file, read by another project's reader, is the model; HiGHS and SCIP find our totals.

    Both calculate in floating point: where millions of fen stand beside 0/1 choices in one row, as under
    shared caps, HiGHS may take a lesser plan for the best, so of random models it is asked only the others.
    """
    for name, one in each(portfolios):
        path = tmp_path / "model.mps"
        path.write_text("".join(model_text(one, ".mps", "en")), encoding="utf-8")
        model = model_builder.Model()
        assert model.import_from_mps_file(str(path))
        assert read_model(model) == _expected(one, -1), name
        narrow = all(v.upper - v.lower <= 1 for v in one.model.variables)
        for solver in ("highs", "scip") if narrow or name in GROUPS else ("scip",):
            assert _asked(model, solver) == pytest.approx(-one.plan.total_fen, rel=1e-9), (name, solver)


def test_mps_has_the_sections_that_every_reader_knows() -> None:
    """None says maximise: GLPK refuses one that does, and CBC passes it over; a comment tells the sign."""
    lines = list(model_text(described(example(GROUPS[0])), ".mps", "en"))
    sections = [line.split()[0] for line in lines if not line.startswith((" ", "*"))]
    assert sections == ["NAME", "ROWS", "COLUMNS", "RHS", "BOUNDS", "ENDATA"]
    assert "* minimise: total (fen) = - the value of the objective\n" in lines


def _asked(model: model_builder.Model, name: str) -> float:
    solver = model_builder.Solver(name)
    solver.set_solver_specific_parameters({"highs": "mip_rel_gap=0", "scip": "limits/gap=0"}[name])
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    return solver.objective_value


def test_lp_says_what_the_model_says(portfolios: list[tuple[str, Solved]]) -> None:
    """Read back, the LP file is the model itself: objective, rows and ranges."""
    for name, one in each(portfolios):
        read = read_lp("".join(model_text(one, ".lp", "zh")))
        assert read == _expected(one), name


def _expected(one: Described, sign: int = 1) -> object:
    """The model as a file has it: maximised, or minimised with the opposite sign."""
    model, names = one.model, [label.short for label in one.variables]
    ranges = {n: (v.lower, v.upper) for n, v in zip(names, model.variables, strict=True)}
    return (
        sign > 0,
        {
            **{n: sign * v.gain for n, v in zip(names, model.variables, strict=True) if v.gain},
            "constant": sign * model.constant,
        },
        [
            (label.short, {names[j]: -a for j, a in row.terms} or {"constant": 0}, -row.upper)
            for label, row in zip(one.rows, model.rows, strict=True)
        ],
        {**ranges, "constant": (1, 1)},
    )


def test_opb_has_the_same_optimum(portfolios: list[tuple[str, Solved]]) -> None:
    """The pseudo-Boolean file, read back, has the plan's total as its optimum, as its comment says it."""
    for name, one in each(portfolios):
        text = "".join(model_text(one, ".opb", "en"))
        said = re.search(r"total \(fen\) = (-?\d+) - (\d+) \* the value of min", text)
        assert said
        assert int(said[1]) - int(said[2]) * best(read_opb(text)) == one.plan.total_fen, name
        assert gcd(*read_opb(text).objective.values()) <= 1


def test_aspif_has_the_same_optimum(portfolios: list[tuple[str, Solved]]) -> None:
    """The ASPIF file, read back, has the plan's total as its optimum, and no sum beyond 32 bits."""
    for name, one in each(portfolios):
        text = "".join(model_text(one, ".aspif", "zh"))
        assert _total(text, best(read_aspif(text))) == one.plan.total_fen, name


def test_clasp_finds_the_total(portfolios: list[tuple[str, Solved]], tmp_path: Path) -> None:
    """The claims that clasp proves optimal that bring what the plan brings, of up to some dozens of bits."""
    for name, one in each(portfolios):
        made = binary(one.model)
        if len(made.bits) > MOST_BITS and name not in GROUPS:
            continue
        path = tmp_path / "model.aspif"
        path.write_text("".join(model_text(one, ".aspif", "en")), encoding="utf-8")
        shown = ask_clasp(str(path))
        values = [v.lower for v in one.model.variables]
        for bit in made.bits:
            variable = one.model.variables[bit.of]
            wide = variable.upper - variable.lower > 1
            values[bit.of] += bit.weight * (
                (f"bit({variable.name},{bit.number})" if wide else variable.name) in shown
            )
        assert broken(one.model, tuple(values)) == (), name
        assert total(one.model, tuple(values)) == one.plan.total_fen, name


def _total(text: str, cost: int) -> int:
    most, unit = map(int, re.search(r"= (\d+) − (\d+) ×", text).groups())  # type: ignore[union-attr]
    return most - unit * cost


@pytest.mark.parametrize("largest", [40, 100, 1000])
def test_rows_digit_by_digit_allow_the_same(largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is split into digits is kept by exactly the choices that keep the row."""
    monkeypatch.setattr(aspif, "_LARGEST", largest)
    dice = random.Random(largest)
    split = 0
    for _ in range(60):
        terms = [(k + 1, dice.choice([1, -1]) * dice.randint(1, 9000)) for k in range(dice.randint(2, 4))]
        upper = dice.randint(-9000, 20000)
        program = aspif.Program(len(terms))
        program.at_most(terms, upper)
        split += program.count > len(terms)
        program.lines.append("2 0 0")
        read = read_aspif("\n".join(["asp 1 0 0", *program.lines, "0"]))
        kept = {x for x in product((0, 1), repeat=len(terms)) if sum(w * x[k - 1] for k, w in terms) <= upper}
        assert _kept(read, program.count, len(terms)) == kept
    assert split > 10


def _kept(read: Read, count: int, first: int) -> set[tuple[int, ...]]:
    """The choices over the first atoms that some choice over the others completes."""
    model = cp_model.CpModel()
    atoms = {str(k + 1): model.new_bool_var(str(k)) for k in range(count)}
    for _, terms, least in read.rows:
        model.add(sum(a * atoms[name] for name, a in terms.items()) >= least)
    found = set()
    for choice in product((0, 1), repeat=first):
        fixed = model.clone()
        for k, value in enumerate(choice):
            fixed.add(fixed.get_bool_var_from_proto_index(k) == value)
        if cp_model.CpSolver().solve(fixed) == cp_model.OPTIMAL:
            found.add(choice)
    return found
