"""`why --plan`: a saved plan is asked, and answers as the plan itself did before it was saved."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import InputError
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.plan import plan_rows
from subvent.plan_reader import read_entries
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.saved import plan_saved, questions_saved

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from portfolios import COUPLINGS, instance

POLICIES = load_policies()
Saved = tuple[Portfolio, Plan, Path]


def saved(coupling: str, folder: Path, projects: int = 40) -> Saved:
    """A portfolio of one class of coupling, its plan, and the file that holds the plan."""
    case, file, plan_file = instance(projects, coupling), folder / "group.json", folder / "plan.json"
    file.write_text(json.dumps(case.portfolio), encoding="utf-8")
    portfolio = read_portfolio(file, vocabulary_of(POLICIES))
    plan = plan_rows(portfolio, POLICIES, dict(case.readings), InProcess())
    plan_file.write_text(plan_json(plan), encoding="utf-8")
    return portfolio, plan, plan_file


def edited(plan_file: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    """Changes a saved plan."""
    data = json.loads(plan_file.read_text(encoding="utf-8"))
    edit(data)
    plan_file.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("coupling", COUPLINGS)
def test_a_saved_plan_answers_as_it_did_before(coupling: str, tmp_path: Path) -> None:
    """Of every class of coupling, from few of the rows: claims, losses, rivals, proofs and articles."""
    portfolio, plan, file = saved(coupling, tmp_path)
    whole = Questions(plan)
    for asked in ("P000003", "P000020", "C00001"):
        told = Questions(plan_saved(portfolio, POLICIES, read_entries(file), asked, InProcess(), small=0))
        assert told.json(asked) == whole.json(asked)
        assert told.text(asked, language="en") == whole.text(asked, language="en")
        assert told.plan.status == plan.status


def test_what_the_plan_was_not_made_with_is_refused(tmp_path: Path) -> None:
    """Another file, other packs, another answer: each is named."""
    portfolio, _, file = saved("none", tmp_path, 12)
    edited(file, lambda data: data["inputs"].update(sha256="0" * 64))
    edited(file, lambda data: data["policies"][0].update(sha256="0" * 64))
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, "P000003", readings={"reclaim": "yearly"})
    codes = [found.code for found in wrong.value.diagnostics]
    assert codes == ["verify.input-changed", "verify.policy-changed", "why.other-answer"]


def test_a_claim_that_the_file_does_not_allow_is_refused(tmp_path: Path) -> None:
    """A saved plan that was tampered with explains nothing."""
    portfolio, plan, file = saved("none", tmp_path, 12)
    edited(file, lambda data: data["claims"][0].update(amount_yuan="999999999.00"))
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, plan.claims[0].subject)
    (told,) = wrong.value.diagnostics
    assert told.code == "why.plan-differs"
    assert plan.claims[0].id in told.what.en


def test_what_is_wrong_with_the_file_is_told_with_its_place(tmp_path: Path) -> None:
    """A line that is no claim, an unknown subject."""
    portfolio, plan, file = saved("none", tmp_path, 12)
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, "P00003")
    assert [found.code for found in wrong.value.diagnostics] == ["why.no-such-subject"]
    edited(file, lambda data: data["claims"][-1].pop("year"))
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, plan.claims[-1].subject)
    (told,) = wrong.value.diagnostics
    assert told.code == "plan-file.wrong-shape"
    assert f"/claims/{len(plan.claims) - 1}/year" in str(told.what.en)
