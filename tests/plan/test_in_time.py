"""Where time, memory or patience end, what stands is told: a plan without reasons, or how far it has come."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from subvent import plan as planning
from subvent.diagnostics import ResourceError
from subvent.logic.session import InProcess
from subvent.plan import Reasons, Solved, Wanted, read_input, solve_portfolio, solve_rows
from subvent.process.progress import Ended
from subvent.report.json import plan_json
from subvent.report.text import plan_text
from subvent.verify import verify_plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "manufacturing-group.yaml"
POLICIES, PORTFOLIO, REMARKS = read_input(EXAMPLE, ())


def solved(reasons: Reasons, time_limit: float | None = None) -> Solved:
    """The example's plan."""
    return solve_rows(
        PORTFOLIO, POLICIES, {}, InProcess(), Wanted(time_limit, reasons=reasons), remarks=REMARKS
    )


@pytest.fixture(scope="module")
def whole() -> Solved:
    """The plan with all its reasons."""
    return solved("always")


def saved(found: Solved, folder: Path, **changed: Any) -> Path:
    """The plan as a file, with some of its keys changed."""
    path = folder / "plan.json"
    path.write_text(json.dumps({**json.loads(plan_json(found.plan)), **changed}), encoding="utf-8")
    return path


def test_without_reasons_claims_amounts_and_bound_are_the_same(whole: Solved, tmp_path: Path) -> None:
    """Only what explains is left out; what stands beside the total and the range of it are there."""
    bare = solved("never")
    assert not bare.plan.explained
    for told in ("total_fen", "bound_fen", "low_fen", "high_fen", "status", "horizon", "certificate"):
        assert getattr(bare.plan, told) == getattr(whole.plan, told)
    assert [(claim.id, claim.fen) for claim in bare.plan.claims] == [(c.id, c.fen) for c in whole.plan.claims]
    assert [b.fen for b in bare.plan.beside_total] == [b.fen for b in whole.plan.beside_total]
    assert (bare.plan.not_claimed, bare.plan.steps) == ((), ())
    assert verify_plan(saved(bare, tmp_path), EXAMPLE) == ()


def test_where_nothing_is_asked_after_it_it_holds_no_more_than_it_tells() -> None:
    """The plan is the same, byte for byte; what only reasons read is let go."""
    wanted = Wanted(reasons="never", finish=False)
    spare = solve_rows(PORTFOLIO, POLICIES, {}, InProcess(), wanted, remarks=REMARKS)
    bare = solved("never")
    assert replace(spare.plan, run=bare.plan.run) == bare.plan
    assert 0 < spare.problem.groups.count < bare.problem.groups.count


def test_a_plan_without_reasons_is_verified_as_any_other(tmp_path: Path) -> None:
    """What is changed in it is found, by name, and that reasons are there where there are none."""
    bare = solved("never")
    claims = json.loads(plan_json(bare.plan))["claims"]
    dearer = [{**claims[0], "amount_yuan": "99999999.00"}, *claims[1:]]
    found = {one.code for one in verify_plan(saved(bare, tmp_path, claims=dearer), EXAMPLE)}
    assert "verify.amount" in found
    for changed in ({"explained": True}, {"claims": [{**claims[0], "applicant_name": "x"}, *claims[1:]]}):
        found = {one.code for one in verify_plan(saved(bare, tmp_path, **changed), EXAMPLE)}
        assert "verify.differs" in found


def refused(error: type[BaseException]) -> Any:
    """What works reasons out, as it is ended."""

    def run(*_: Any, **__: Any) -> NoReturn:
        raise error

    return run


@pytest.mark.parametrize("error", [Ended, MemoryError])
def test_a_plan_is_not_lost_where_its_reasons_are_ended(
    error: type[BaseException], whole: Solved, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the user, or for want of memory: the plan stands, with a word why it is not explained."""
    monkeypatch.setattr(planning, "account_of", refused(error))
    found = solved("in-time")
    assert (found.plan.total_fen, found.plan.status) == (whole.plan.total_fen, "optimal")
    assert found.unexplained is not None
    assert found.unexplained.code == "plan.unexplained"
    assert "subvent why" in plan_text(found.plan, "en")
    with pytest.raises(error):
        solved("always")


def test_reasons_of_a_large_plan_are_told_in_time_only(
    whole: Solved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a small one they are told in any case: that takes no time to speak of."""
    assert solved("in-time", 1e-9).plan.explained
    monkeypatch.setattr(planning, "SOON", 0)
    late = solved("in-time", 1e-9)
    assert not late.plan.explained
    assert late.unexplained is not None
    assert "time limit" in late.unexplained.what.en
    assert late.plan.total_fen <= whole.plan.total_fen <= late.plan.bound_fen
    assert verify_plan(saved(late, tmp_path), EXAMPLE) == ()
    assert solved("in-time").plan.explained


def test_the_time_for_reading_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit that comes before the portfolio is read ends the reading."""

    def reads_on(*_: Any) -> NoReturn:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(planning, "read_input", reads_on)
    with pytest.raises(ResourceError) as caught:
        solve_portfolio(EXAMPLE, wanted=Wanted(0.01))
    assert caught.value.diagnostics[0].code == "plan.time-reading"
