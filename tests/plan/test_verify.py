"""Checking a saved plan: what is changed is found, and nothing of the optimiser is needed for it."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subvent.plan import plan_portfolio
from subvent.report.json import plan_json
from subvent.verify import verify_plan

CONTRACT = Path(__file__).parent / "contract"
Change = Callable[[dict[str, Any]], None]


def saved(name: str, folder: Path, change: Change = lambda _: None, **readings: str) -> Path:
    """The plan of a contract portfolio, changed, as a file."""
    plan = plan_portfolio(
        CONTRACT / f"{name}.yaml", readings={q.replace("_", "-"): a for q, a in readings.items()}
    )
    data = json.loads(plan_json(plan))
    change(data)
    path = folder / "plan.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def found(plan: Path, portfolio: str) -> set[str]:
    """The codes of what does not hold."""
    return {finding.code for finding in verify_plan(plan, CONTRACT / f"{portfolio}.yaml")}


@pytest.mark.parametrize("name", ["greedy-fails", "green-against-six", "stacking"])
def test_a_plan_as_made_verifies(name: str, tmp_path: Path) -> None:
    """Claims, amounts, limits, total and bound of a fresh plan all hold."""
    assert found(saved(name, tmp_path), name) == set()


def _amount(data: dict[str, Any]) -> None:
    data["claims"][0]["amount_yuan"] = "49000000.01"


def _amount_and_total(data: dict[str, Any]) -> None:
    _amount(data)
    data["total_yuan"] = data["bound_yuan"] = "97000000.01"


def _drop(data: dict[str, Any]) -> None:
    del data["claims"][1]


def _twice(data: dict[str, Any]) -> None:
    data["claims"].append(copy.deepcopy(data["claims"][0]))


def _other_year(data: dict[str, Any]) -> None:
    data["claims"][0]["year"] = 2027


def _rival(data: dict[str, Any]) -> None:
    data["claims"][1].update(subject="P1", benefit="smart", amount_yuan="50000000.00")
    data["total_yuan"] = "99000000.00"


def _bound(data: dict[str, Any]) -> None:
    data["bound_yuan"] = "97000000.01"


def _multiplier(data: dict[str, Any]) -> None:
    leaf = next(entry["tree"] for entry in data["certificate"]["components"] if entry["tree"]["multipliers"])
    name = next(iter(leaf["multipliers"]))
    leaf["multipliers"][name] -= 1


def _negative(data: dict[str, Any]) -> None:
    leaf = next(entry["tree"] for entry in data["certificate"]["components"] if entry["tree"]["multipliers"])
    name = next(iter(leaf["multipliers"]))
    leaf["multipliers"][name] = -1


def _foreign_row(data: dict[str, Any]) -> None:
    data["certificate"]["components"][0]["tree"] = {"multipliers": {"no such row": 1}}


def _no_certificate(data: dict[str, Any]) -> None:
    data["certificate"] = {}


def _input(data: dict[str, Any]) -> None:
    data["inputs"]["sha256"] = "0" * 64


def _pack(data: dict[str, Any]) -> None:
    data["policies"][0]["sha256"] = "0" * 64


def _reading(data: dict[str, Any]) -> None:
    data["readings"]["exclusivity"] = "one-a-year"


def _unheard_of(data: dict[str, Any]) -> None:
    data["readings"]["exclusivity"] = "none"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (_amount, {"verify.amount", "verify.total"}),
        (_amount_and_total, {"verify.amount", "verify.bound"}),
        (_drop, {"verify.total"}),
        (_twice, {"verify.claim-twice", "verify.total"}),
        (_other_year, {"verify.claim-not-lawful"}),
        (_rival, {"verify.limit", "verify.not-proven"}),
        (_bound, {"verify.bound"}),
        (_multiplier, {"verify.bound", "verify.not-proven"}),
        (_negative, {"certificate.negative"}),
        (_foreign_row, {"certificate.row"}),
        (_no_certificate, {"certificate.malformed"}),
        (_input, {"verify.input-changed"}),
        (_pack, {"verify.policy-changed"}),
        (_reading, {"verify.limit"}),
        (_unheard_of, {"verify.reading"}),
    ],
)
def test_each_change_of_a_plan_is_found(change: Change, codes: set[str], tmp_path: Path) -> None:
    """A changed amount, claim, year, total, bound, certificate, source or reading is named."""
    assert codes <= found(saved("greedy-fails", tmp_path, change), "greedy-fails")


def test_another_portfolio_does_not_verify(tmp_path: Path) -> None:
    """A plan holds for the facts it was made from only."""
    assert "verify.input-changed" in found(saved("greedy-fails", tmp_path), "green-against-six")


def test_checking_a_plan_loads_no_optimiser() -> None:
    """The checker imports neither the optimiser nor a solver's library."""
    script = (
        "import sys, subvent.verify; "
        "bad = [m for m in sys.modules if m.startswith(('subvent.optimise', 'ortools', 'scipy'))]; "
        "sys.exit(', '.join(bad) or 0)"
    )
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": ""}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
