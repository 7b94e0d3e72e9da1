"""Small readers of the four formats, written from their definitions, and solvers to ask."""

from __future__ import annotations

import re
from typing import NamedTuple

import clingo
from ortools.linear_solver.python import model_builder
from ortools.sat.python import cp_model

Terms = dict[str, int]


class Read(NamedTuple):
    """What a file says: an objective, rows `sum >= least`, ranges of variables."""

    maximise: bool
    objective: Terms
    rows: list[tuple[str, Terms, int]]
    ranges: dict[str, tuple[int, int]]


def best(read: Read) -> int:
    """The best value of the objective, by CP-SAT."""
    model = cp_model.CpModel()
    variables = {name: model.new_int_var(low, high, name) for name, (low, high) in read.ranges.items()}
    for _, terms, least in read.rows:
        model.add(sum(a * variables[name] for name, a in terms.items()) >= least)
    objective = sum(a * variables[name] for name, a in read.objective.items())
    if read.maximise:
        model.maximize(objective)
    else:
        model.minimize(objective)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    assert solver.solve(model) == cp_model.OPTIMAL
    # The objective is added up here: the solver's own value passes through floating point.
    return sum(a * solver.value(variables[name]) for name, a in read.objective.items())


def read_opb(text: str) -> Read:
    """Pseudo-Boolean constraints `>=`, variables by the numbers of the first line."""
    lines = text.splitlines()
    header = re.fullmatch(r"\* #variable= (\d+) #constraint= (\d+)", lines[0])
    assert header
    statements = [line.removesuffix(";") for line in lines if not line.startswith("*")]
    assert statements[0].startswith("min:")
    rows = []
    for i, statement in enumerate(statements[1:]):
        left, least = statement.split(">=")
        rows.append((str(i), _opb_terms(left), int(least)))
    assert len(rows) == int(header[2])
    ranges = {f"x{k + 1}": (0, 1) for k in range(int(header[1]))}
    return Read(maximise=False, objective=_opb_terms(statements[0][4:]), rows=rows, ranges=ranges)


def _opb_terms(text: str) -> Terms:
    words = text.split()
    return {name: int(a) for a, name in zip(words[::2], words[1::2], strict=True)}


def read_model(model: model_builder.Model) -> Read:
    """A model that OR-Tools has read, taken apart."""
    helper, variables = model.helper, model.get_variables()
    names = [variable.name for variable in variables]
    rows = []
    for row in model.get_linear_constraints():
        indices, weights = helper.constraint_var_indices(row.index), helper.constraint_coefficients(row.index)
        terms = {names[j]: -int(a) for j, a in zip(indices, weights, strict=True)}
        rows.append((row.name, terms, -int(row.upper_bound)))
    gains = {v.name: int(v.objective_coefficient) for v in variables}
    objective = {name: gain for name, gain in gains.items() if gain or name == "constant"}
    ranges = {v.name: (int(v.lower_bound), int(v.upper_bound)) for v in variables}
    return Read(helper.maximize(), objective, rows, ranges)


def read_lp(text: str) -> Read:
    """The LP format of CPLEX, of which only what stands in our files."""
    body = "\n".join(line for line in text.splitlines() if not line.startswith("\\"))
    parts = re.split(r"^(Maximize|Subject To|Bounds|Binaries|Generals|End)$", body, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    ranges = {}
    for line in sections["Bounds"].strip().splitlines():
        low, name, high = re.fullmatch(r"(?:(-?\d+) <= )?(\S+) <?= (-?\d+)", line.strip()).groups()  # type: ignore[union-attr]
        ranges[name] = (int(low or high), int(high))
    ranges |= dict.fromkeys(sections["Binaries"].split(), (0, 1))
    assert set(sections["Generals"].split()) == {n for n, r in ranges.items() if r != (0, 1)}
    (objective,) = re.findall(r"^ gain:(.*)", sections["Maximize"].replace("\n  ", " "), re.MULTILINE)
    rows = []
    for line in sections["Subject To"].replace("\n  ", " ").strip().splitlines():
        name, left, upper = re.fullmatch(r"(\S+):(.*)<= (-?\d+)", line.strip()).groups()  # type: ignore[union-attr]
        rows.append((name, {n: -a for n, a in _lp_terms(left).items()}, -int(upper)))
    return Read(maximise=True, objective=_lp_terms(objective), rows=rows, ranges=ranges)


def _lp_terms(text: str) -> Terms:
    return {name: int(sign + a) for sign, a, name in re.findall(r"([+-]) (\d+) (\S+)", text)}


def read_aspif(text: str) -> Read:
    """Choices over atoms, integrity constraints (normal and weight bodies) and one minimise statement."""
    ranges, rows = {}, []
    objective: Terms = {}
    constant = 0
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("asp 1 0 0", "0")
    for line in lines[1:-1]:
        if line.startswith(("10 ", "4 ")):
            continue
        numbers = [int(word) for word in line.split()]
        if numbers[:3] == [1, 1, 1]:
            assert numbers[4:] == [0, 0]
            ranges[str(numbers[3])] = (0, 1)
        elif numbers[:4] == [1, 0, 0, 0]:
            # `:- l1, …, ln.`: not all of them
            terms, least = _negated([(literal, 1) for literal in numbers[5:]], numbers[4])
            rows.append((line, terms, least))
        elif numbers[:4] == [1, 0, 0, 1]:
            pairs = list(zip(numbers[6::2], numbers[7::2], strict=True))
            assert len(pairs) == numbers[5]
            assert sum(w for _, w in pairs) < 2**31 > numbers[4]
            rows.append((line, *_negated(pairs, numbers[4])))
        else:
            assert numbers[:2] == [2, 0]
            for literal, weight in zip(numbers[3::2], numbers[4::2], strict=True):
                assert 0 < weight < 2**31
                constant += weight if literal < 0 else 0
                objective[str(abs(literal))] = weight if literal > 0 else -weight
    # The constant of the minimised sum stands on a variable that is 1.
    return Read(
        maximise=False, objective={**objective, "one": constant}, rows=rows, ranges={**ranges, "one": (1, 1)}
    )


def _negated(pairs: list[tuple[int, int]], bound: int) -> tuple[Terms, int]:
    """The row `sum(weight * literal) < bound` as `sum >= least` over atoms."""
    terms: Terms = {}
    least = 1 - bound
    for literal, weight in pairs:
        name = str(abs(literal))
        terms[name] = terms.get(name, 0) + (-weight if literal > 0 else weight)
        least += weight if literal < 0 else 0
    return terms, least


def ask_clasp(path: str) -> set[str]:
    """The atoms shown in the optimum of an .aspif file that clasp proves; its cost is cut to 32 bits."""
    control = clingo.Control(["--opt-strategy=usc"], message_limit=0)
    control.load(path)
    found: set[str] = set()
    with control.solve(yield_=True) as handle:
        for model in handle:
            found = {str(symbol) for symbol in model.symbols(shown=True)}
        assert handle.get().exhausted
    return found
