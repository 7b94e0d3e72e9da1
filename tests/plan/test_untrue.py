"""What a saved plan says of shared caps and costs, rows chosen, and sums beside its total is checked too."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from subvent import recheck
from subvent.audit.rules import AuditError
from subvent.choice import choose
from subvent.diagnostics import Diagnostic, PolicyError, ResourceError
from subvent.document.reader import plan_from_json
from subvent.logic.ground import GroundingError
from subvent.logic.session import InProcess
from subvent.model.direct import Stated
from subvent.model.linear import LinearModel, Row
from subvent.optimise.search import Limits
from subvent.plan import Solved, solve_portfolio
from subvent.problem import pose, refused_as_policy_error
from subvent.recheck import rechecked
from subvent.report.json import plan_json
from subvent.verify import check

GROUP = Path("tests/plan/untrue.yaml")
Change = Callable[[dict[str, Any]], None]


@cache
def solved() -> Solved:
    """The plan of the group, and what it was made from."""
    return solve_portfolio(GROUP, (), {"cost-overlap": "net"})


def _claim(data: dict[str, Any], subject: str) -> dict[str, Any]:
    return next(claim for claim in data["claims"] if claim["subject"] == subject)


def _beside(data: dict[str, Any]) -> None:
    data["beside_total"]["tax_deduction_yuan"] = "1.00"


def _row(data: dict[str, Any]) -> None:
    _claim(data, "L1")["made_for"] = "S"


def _pool(data: dict[str, Any]) -> None:
    _claim(data, "L2")["made_for"] = "P"


def _shared(data: dict[str, Any]) -> None:
    data["shared_costs"] = []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_beside, "verify.beside"),
        (_row, "verify.made-for"),
        (_pool, "verify.pool"),
        (_shared, "verify.shared-cost"),
    ],
    ids=["beside", "row", "pool", "shared"],
)
def test_each_untruth_is_found(change: Change, code: str) -> None:
    """A sum beside the total, a row that a claim is made for, a cap and a cost that are shared."""
    data = json.loads(plan_json(solved().plan))
    document = plan_from_json(json.dumps(data))
    assert list(check(solved().problem, document, InProcess())) == []
    other = copy.deepcopy(data)
    change(other)
    found = check(solved().problem, plan_from_json(json.dumps(other)), InProcess())
    assert code in {one.code for one in found}


@pytest.mark.parametrize("extra", [{}, {"keep": "decision"}], ids=["explained", "bare"])
def test_a_cost_that_counts_twice_is_told_by_its_claims_and_its_place(extra: dict[str, Any]) -> None:
    """Both claims, the amount, and the cell where the cost is said to be shared."""
    data = json.loads(plan_json(solved().plan))
    _shared(data)
    before = solved().problem
    given = (before.policies, before.vocabulary, before.portfolio, before.readings)
    problem = pose(*given, InProcess(), **extra)
    found = check(problem, plan_from_json(json.dumps(data)), InProcess())
    (fault,) = (one for one in found if one.code == "verify.shared-cost")
    line = next(n for n, text in enumerate(GROUP.read_text("utf-8").splitlines(), 1) if "shared_cost" in text)
    assert fault.place is not None
    assert (fault.place.file, fault.place.line) == (str(GROUP), line)
    assert fault.what.zh.startswith("P“智能化改造”（2025年）与S“设备更新”（2025年）")
    assert "10000000.00" in fault.what.zh


def told(**changed: Any) -> list[Diagnostic]:
    """What the second derivation says of the problem with some of it changed."""
    certificate = solved().plan.certificate
    return list(rechecked(replace(solved().problem, **changed), certificate, ()))


def stated(model: LinearModel) -> Stated:
    """The same decision, said by another model."""
    return replace(solved().problem.stated, models=(model,))


def test_a_changed_model_is_told_by_what_is_changed() -> None:
    """A choice left out, one that brings something else, a row that proves more than the rules say."""
    model = solved().problem.model
    first = next(v for v in model.variables if v.name.startswith("claim(") and v.gain > 0)
    dearer = tuple(v._replace(gain=v.gain - 1) if v is first else v for v in model.variables)
    assert "verify.variable-differs" in {
        d.code for d in told(stated=stated(model._replace(variables=dearer)))
    }
    tight = tuple(row._replace(upper=row.upper - 1) for row in model.rows)
    assert "verify.row-not-shown" in {d.code for d in told(stated=stated(model._replace(rows=tight)))}
    nothing = model._replace(variables=(), rows=())
    assert "verify.choice-left-out" in {d.code for d in told(stated=stated(nothing))}


def test_of_many_differences_the_first_are_named() -> None:
    """Whatever else differs is counted."""
    more = {("asked", f"nobody-{n}", ("nothing",)) for n in range(100)}
    found = told(groups=solved().problem.groups.with_more(more))
    assert found[-1].code == "verify.and-more"
    assert "nobody" in found[0].what.zh


def test_what_the_second_evaluator_does_not_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules outside its language are a finding, never a plan that passes."""

    def refuse(*_: object) -> None:
        raise AuditError("#max")

    monkeypatch.setattr(recheck, "piece", refuse)
    assert [found.code for found in told()] == ["verify.not-evaluated"]


def test_where_nothing_lawful_is_found_there_is_no_plan() -> None:
    """A model without any solution, as one too hard for the limits, ends in words of ours."""
    model = solved().problem.model
    never = Row("never", ((0, 1),), -1)
    with pytest.raises(ResourceError) as caught:
        choose(replace(solved().problem, stated=stated(model._replace(rows=(*model.rows, never)))), Limits())
    assert [found.code for found in caught.value.diagnostics] == ["plan.nothing-found"]


def test_what_clingo_refuses_is_a_fault_of_the_pack() -> None:
    """Its refusal is told in a message of ours."""

    def refuse() -> None:
        raise GroundingError("a :- b(1/0).")

    with pytest.raises(PolicyError) as caught:
        refused_as_policy_error(refuse)
    assert [found.code for found in caught.value.diagnostics] == ["logic.program-refused"]
