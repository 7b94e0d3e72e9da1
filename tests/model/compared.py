"""One random program, as the engine and as clasp understand it."""

from __future__ import annotations

from collections.abc import Sequence

import clingo

from subvent.logic.ground import observe
from subvent.logic.program import GroundProgram
from subvent.model.components import components
from subvent.model.linear import LinearModel, faults
from subvent.model.pools import add_cuts
from subvent.model.shared import add_splits
from subvent.model.translate import translate
from subvent.optimise.optimum import optimise

from .drawn import MONEY, Drawn
from .programs import solutions

Named = frozenset[str]
Valued = dict[Named, tuple[int, ...]]
"""What each answer set is worth, by its true named atoms."""


def translated(ground: GroundProgram) -> LinearModel:
    """The linear model of a ground decision, with what its claims share."""
    return add_cuts(add_splits(translate(ground), ground.splits), ground.cuts)


def compare(program: Drawn) -> int:
    """The number of answer sets, after they and what they are worth were found to agree.

    Raises AssertionError where they do not.
    """
    ground = observe(program.engine)
    model = translate(ground)
    assert faults(model) == []
    levels = _levels(ground)
    theirs, always = _apart(_valued(program.logic, levels))
    ours, settled = _apart(_solved(model, len(levels)))
    # Which of the atoms that are always true the grounder leaves out depends on the order it works in.
    assert settled <= always
    assert ours.keys() == theirs.keys()
    # What always counts is left out of objectives after the first; of money nothing may be left out.
    shifts = {tuple(a - b for a, b in zip(theirs[one], ours[one], strict=True)) for one in ours}
    if not program.paid:
        assert len(shifts) <= 1
        assert not ground.money or all(shift[0] == 0 for shift in shifts)
    elif ours:
        _compare_payments(program, ground)
    return len(ours)


def _apart(valued: Valued) -> tuple[Valued, Named]:
    """What is true in every answer set taken out of all of them."""
    always: Named = frozenset.intersection(*valued) if valued else frozenset()
    return {named - always: worth for named, worth in valued.items()}, always


def _levels(ground: GroundProgram) -> list[int]:
    """Clasp's priorities of the objectives, the first ones first."""
    priorities = sorted({one.priority for one in ground.minimize}, reverse=True)
    return ([MONEY] if ground.money else []) + priorities


def _solved(model: LinearModel, levels: int) -> Valued:
    """By true named atoms: the best of what the model's solutions are worth."""
    settled = frozenset(name for name, value in model.settled if value)
    found: Valued = {}
    for values in solutions(model):
        true = frozenset(v.name for v, x in zip(model.variables, values, strict=True) if x) | settled
        first = model.constant + sum(v.gain * x for v, x in zip(model.variables, values, strict=True))
        worth = (first, *(sum(w * values[j] for j, w in one) for one in model.further))[:levels]
        key = frozenset(name for name in true if name[0] in "cdv")
        found[key] = max(found.get(key, worth), worth)
    return found


def _valued(program: str, levels: Sequence[int]) -> Valued:
    """The same by clasp."""
    high = ",".join("99999" for _ in levels)  # clasp enumerates below a bound only
    control = clingo.Control(["0", "--warn=none", *([f"--opt-mode=enum,{high}"] if levels else [])])
    control.add("base", [], program)
    control.ground([("base", [])])
    found: Valued = {}

    def note(model: clingo.Model) -> None:
        costs = dict(zip(model.priority, model.cost, strict=True))
        worth = tuple(-costs.get(level, 0) for level in levels)
        key = frozenset(map(str, model.symbols(shown=True)))
        found[key] = max(found.get(key, worth), worth)

    control.solve(on_model=note)
    return found


def _compare_payments(program: Drawn, ground: GroundProgram) -> None:
    """The proven optimum with what claims share against the best that clasp can have paid."""
    whole = translated(ground)
    assert faults(whole) == []
    found = [optimise(part) for part in components(whole)]
    assert {one.status for one in found} <= {"optimal"}
    control = clingo.Control(["--opt-mode=opt", "--warn=none"])
    control.add("base", [], program.clasp)
    control.ground([("base", [])])
    best: list[int] = []
    control.solve(
        on_model=lambda m: best.append(-m.cost[m.priority.index(MONEY)] if MONEY in m.priority else 0)
    )
    assert whole.constant + sum(one.total for one in found) == best[-1]
