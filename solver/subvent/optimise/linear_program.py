"""One linear program in floating point, handed to GLOP or HiGHS in whole arrays and solved again and again.

The arrays go through OR-Tools' own interface between Python and its solvers (MathOpt's messages): its
modelling classes take several times as long to fill as most of our programs take to solve.
"""

from __future__ import annotations

from array import array
from itertools import chain, compress, count, repeat
from math import inf
from operator import ne
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from subvent.process.watched import awaited

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TOLERANCE = 1e-9
_NODES = 400
"""They bound what HiGHS spends on a point in the same way on every machine."""

_LONG = 4_000
"""Columns from which on GLOP may take so long that it must be possible to end it; HiGHS always may."""
_LONG_WHOLE = 100
"""The same of columns that are to be whole."""

_Manner = Literal["whole", "first", "again", "tightened"]
"""How a program is solved: by HiGHS; by GLOP as it is, for the vertex of a program that was reduced first is
less often whole; or from the last basis, under other costs by the primal simplex, otherwise by the dual one:
bounds that close columns of the basis leave it little to do, and the primal one almost everything."""


class Answer(NamedTuple):
    """What the solver says: `feasible` is None when it could not tell.

    `duals` are one a row; a program with whole numbers has none. Where it was ended, values and duals are
    those at which it stood, if it tells them.
    """

    feasible: bool | None
    values: Sequence[float] = ()
    duals: Sequence[float] = ()


class LinearProgram:
    """Maximise the costs of columns within bounds and rows `lower <= sum(coefficient * column) <= upper`.

    Columns and rows may be added after it was solved; the next solve starts where the last one ended.
    """

    def __init__(self, *, whole: bool = False) -> None:
        """`whole`: HiGHS with one thread and a fixed seed, for columns that are to be whole; else GLOP."""
        self._whole = whole
        self._solver: Any = None
        self.width = self.height = 0
        self._lower: list[float] = []
        self._upper: list[float] = []
        self._forget()

    def _forget(self) -> None:
        """What was added is known to the solver now."""
        self._costs: list[float] = []
        self._recosted: Sequence[float] = ()
        self._integers: list[bool] = []
        self._limits: tuple[list[float], list[float]] = ([], [])
        # Of a large program there are millions, which take a third of the memory this way.
        self._entry_rows = array("i")
        self._entry_columns = array("i")
        self._coefficients = array("d")
        self._in_order = True

    def columns(self, costs: Sequence[float], integers: Sequence[bool]) -> int:
        """More columns, with no bounds but 0 until they are given some; the number of the first."""
        first = self.width
        self._costs += costs
        self._integers += integers
        self._lower += [0.0] * len(costs)
        self._upper += [inf] * len(costs)
        self.width += len(costs)
        return first

    def row(self, columns: Sequence[int], coefficients: Sequence[float], lower: float, upper: float) -> int:
        """One more row, by the coefficients of some columns, a column once, in order; its number."""
        number = self.height
        self._entry_rows.extend([number] * len(columns))
        self._entry_columns.extend(columns)
        self._coefficients.extend(coefficients)
        self._limits[0].append(lower)
        self._limits[1].append(upper)
        self.height += 1
        return number

    def rows(
        self,
        columns: Sequence[Sequence[int]],
        coefficients: Sequence[float],
        lower: Sequence[float],
        upper: Sequence[float],
    ) -> None:
        """More rows, by the columns of each, as for `row`, and the coefficients of all, row by row."""
        numbers = range(self.height, self.height + len(columns))
        self._entry_rows.extend(chain.from_iterable(map(repeat, numbers, map(len, columns))))
        self._entry_columns.extend(chain.from_iterable(columns))
        self._coefficients.extend(coefficients)
        self._limits[0].extend(lower)
        self._limits[1].extend(upper)
        self.height += len(columns)

    def entry(self, row: int, column: int, coefficient: float) -> None:
        """The coefficient of a column in a row that has none yet."""
        self._entry_rows.append(row)
        self._entry_columns.append(column)
        self._coefficients.append(coefficient)
        self._in_order = False

    def recost(self, costs: Sequence[float]) -> None:
        """Give the first columns other costs; they must have been solved with before."""
        self._recosted = costs

    def solve(
        self,
        lower: Sequence[float],
        upper: Sequence[float],
        seconds: float | None = None,
        over: Callable[[], bool] | None = None,
    ) -> Answer:
        """Solve with these bounds for the first columns, within some seconds of wall time or until `over`."""
        if self._solver is None:
            manner: _Manner = "whole" if self._whole else "first"
            self._lower[: len(lower)], self._upper[: len(upper)] = lower, upper
            self._solver = _new(self._model(), whole=self._whole)
        else:
            manner = "whole" if self._whole else "again" if self._recosted else "tightened"
            self._solver.update(self._changed(lower, upper))
            self._lower[: len(lower)], self._upper[: len(upper)] = lower, upper
        self._forget()
        if over is None or self.width < (_LONG_WHOLE if self._whole else _LONG):
            return _answer(_asked(self._solver, manner, seconds), whole=self._whole)
        result = _asked_until(self._solver, manner, seconds, over)
        return Answer(feasible=None) if result is None else _answer(result, whole=self._whole)

    def written(self, lower: Sequence[float], upper: Sequence[float]) -> bytes:
        """The program that has not been solved yet, with bounds for its columns, for `solved`."""
        self._lower[: len(lower)], self._upper[: len(upper)] = lower, upper
        written: bytes = self._model().SerializeToString()
        return written

    def _model(self) -> Any:
        from ortools.math_opt import model_pb2  # noqa: PLC0415 (only an open problem needs it)

        model = model_pb2.ModelProto()
        self._write_columns(model.variables, self._lower, self._upper)
        self._write_rows(model.linear_constraints, model.linear_constraint_matrix)
        model.objective.maximize = True
        self._write_costs(model.objective.linear_coefficients)
        return model

    def _changed(self, lower: Sequence[float], upper: Sequence[float]) -> Any:
        from ortools.math_opt import model_update_pb2  # noqa: PLC0415

        update = model_update_pb2.ModelUpdateProto()
        changes = update.variable_updates
        for field, new, old in (
            (changes.lower_bounds, lower, self._lower),
            (changes.upper_bounds, upper, self._upper),
        ):
            moved = list(compress(count(), map(ne, new, old)))
            field.ids.extend(moved)
            field.values.extend([new[k] for k in moved])
        costs = update.objective_updates.linear_coefficients
        costs.ids.extend(range(len(self._recosted)))
        costs.values.extend(self._recosted)
        if self._costs:
            first = self.width - len(self._costs)
            self._write_columns(update.new_variables, self._lower[first:], self._upper[first:])
            self._write_costs(costs)
        if self._entry_rows or self._limits[0]:
            self._write_rows(update.new_linear_constraints, update.linear_constraint_matrix_updates)
        return update

    def _write_columns(self, message: Any, lower: Sequence[float], upper: Sequence[float]) -> None:
        message.ids.extend(range(self.width - len(self._costs), self.width))
        message.lower_bounds.extend(lower)
        message.upper_bounds.extend(upper)
        message.integers.extend(self._integers)

    def _write_costs(self, message: Any) -> None:
        message.ids.extend(range(self.width - len(self._costs), self.width))
        message.values.extend(self._costs)

    def _write_rows(self, message: Any, matrix: Any) -> None:
        message.ids.extend(range(self.height - len(self._limits[0]), self.height))
        message.lower_bounds.extend(self._limits[0])
        message.upper_bounds.extend(self._limits[1])
        rows, columns, coefficients = self._entry_rows, self._entry_columns, self._coefficients
        if not self._in_order:
            # They are read a row at a time, columns in order.
            order = sorted(range(len(rows)), key=lambda k: (rows[k], columns[k]))
            rows = array("i", [rows[k] for k in order])
            columns = array("i", [columns[k] for k in order])
            coefficients = array("d", [coefficients[k] for k in order])
        matrix.row_ids.extend(rows)
        matrix.column_ids.extend(columns)
        matrix.coefficients.extend(coefficients)


def solved(written: bytes, costs: Sequence[float]) -> Answer:
    """The answer of a program that was written down, with other costs for its columns; GLOP, from scratch."""
    from ortools.math_opt import model_pb2  # noqa: PLC0415

    model = model_pb2.ModelProto.FromString(written)
    model.objective.linear_coefficients.Clear()
    model.objective.linear_coefficients.ids.extend(range(len(costs)))
    model.objective.linear_coefficients.values.extend(costs)
    return _answer(_asked(_new(model, whole=False), "first", None), whole=False)


def _new(model: Any, *, whole: bool) -> Any:
    from ortools.math_opt import parameters_pb2  # noqa: PLC0415
    from ortools.math_opt.core.python import solver  # noqa: PLC0415

    kind = parameters_pb2.SOLVER_TYPE_HIGHS if whole else parameters_pb2.SOLVER_TYPE_GLOP
    return solver.new(kind, model, parameters_pb2.SolverInitializerProto())


def _answer(result: Any, *, whole: bool) -> Answer:
    from ortools.math_opt import result_pb2  # noqa: PLC0415

    reason = result.termination.reason
    if reason == result_pb2.TERMINATION_REASON_INFEASIBLE:
        return Answer(feasible=False)
    sure = reason == result_pb2.TERMINATION_REASON_OPTIMAL
    limits = {result_pb2.LIMIT_TIME, result_pb2.LIMIT_INTERRUPTED}
    ended = not whole and result.termination.limit in limits
    if not result.solutions or not (sure or ended):
        return Answer(feasible=None)
    best = result.solutions[0]
    duals = () if whole else list(best.dual_solution.dual_values.values)
    values = list(best.primal_solution.variable_values.values)
    return Answer(feasible=sure or None, values=values, duals=duals)


def _asked_until(solver: Any, manner: _Manner, seconds: float | None, over: Callable[[], bool]) -> Any:
    """The same, ended as soon as `over` holds; None where HiGHS, which hears of nothing, goes on alone."""
    from ortools.util.python.pybind_solve_interrupter import PySolveInterrupter  # noqa: PLC0415

    told = PySolveInterrupter()
    return awaited(lambda: _asked(solver, manner, seconds, told), over, told.interrupt)


def _asked(solver: Any, manner: _Manner, seconds: float | None, told: Any = None) -> Any:
    from ortools.math_opt import callback_pb2, model_parameters_pb2  # noqa: PLC0415

    wanted = model_parameters_pb2.ModelSolveParametersProto()
    wanted.reduced_costs_filter.filter_by_ids = True  # by none: they are worked out exactly
    registered = callback_pb2.CallbackRegistrationProto()
    return solver.solve(_parameters(manner, seconds), wanted, None, registered, None, told)


def _parameters(manner: _Manner, seconds: float | None) -> Any:
    from ortools.math_opt import parameters_pb2  # noqa: PLC0415

    parameters = parameters_pb2.SolveParametersProto()
    if seconds is not None:
        parameters.time_limit.FromMilliseconds(max(int(1000 * seconds), 1))
    if manner == "whole":
        options = parameters.highs
        for name, number in (("threads", 1), ("random_seed", 0), ("mip_max_nodes", _NODES)):
            options.int_options[name] = number
        for name, least in (
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.0),
            ("mip_feasibility_tolerance", _TOLERANCE),
        ):
            options.double_options[name] = least
    else:
        parameters.glop.use_preprocessing = False
        parameters.glop.use_dual_simplex = manner == "tightened"
        parameters.glop.primal_feasibility_tolerance = _TOLERANCE
        parameters.glop.dual_feasibility_tolerance = _TOLERANCE
    return parameters
