"""Top-ups on what other claims are paid in the end, as an invented city, its districts and towns have them.

Worked out by hand, held against an oracle, told, verified, and asked of other solvers.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ortools.linear_solver.python import model_builder
from tests.cities.jinghe_oracle import drawn, most
from tests.packs import changed_pack

from subvent.casework.worked import run_worked_cases
from subvent.diagnostics import PolicyError
from subvent.export import model_text, proof_files
from subvent.export.described import describe
from subvent.plan import Solved, plan_portfolio, solve_portfolio
from subvent.policy.lint import lint
from subvent.policy.loader import load_policies
from subvent.questions.alternatives import Asked, alternatives_of
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.verify import verify_plan

HERE = Path(__file__).resolve().parent
PACK = HERE / "jinghe"
CITY = str(PACK)
GROUP = HERE / "jinghe.yaml"
FEN = 1_000_000
"""Fen in 万元."""


@pytest.fixture(scope="module")
def solved() -> Solved:
    """The best plan of two companies: a cap of one binds, the fund of a year, shares of what is paid."""
    return solve_portfolio(GROUP, (CITY,), {})


@pytest.fixture(scope="module")
def plan(solved: Solved) -> Plan:
    """The plan alone."""
    return solved.plan


def amounts(plan: Plan) -> dict[tuple[str, str], int]:
    """Fen of each claim."""
    return {(claim.subject, claim.benefit): claim.fen for claim in plan.claims}


def test_the_worked_cases_come_out_as_they_say() -> None:
    """Caps that bind and do not, a fund, the fen, both ends of a range, the history, a chain, shared cost."""
    policies = load_policies((CITY,))
    assert run_worked_cases(policies) == ()
    assert lint(policies) == ()


def test_a_top_up_is_a_share_of_what_is_paid(plan: Plan) -> None:
    """P1 takes its 250.002 out of the cap of 400, Q1 all of the fund of 150; R1 has 60 of the history."""
    assert amounts(plan) == {
        ("P1", "renewal"): 250_002_000,
        ("P1", "district"): 125_001_000,
        ("P1", "town"): 12 * FEN,
        ("P2", "digital"): 149_998_000,
        ("Q1", "renewal"): 150 * FEN,
        ("Q1", "district"): 75 * FEN,
        ("R1", "district"): 30 * FEN,
        ("R1", "town"): 5_750_000,
    }
    assert plan.total_fen == plan.bound_fen == sum(amounts(plan).values())


def test_the_stage_tells_what_it_is_a_share_of(plan: Plan) -> None:
    """Of a claim of the plan, and of one that was granted before; the article is that of the top-up."""
    stages = {c.subject: c.stages[-1] for c in plan.claims if c.benefit == "district"}
    assert stages["Q1"].yuan == "750000.00"
    assert "按所配套申报的实得计" in stages["Q1"].text.zh
    assert "Q1“设备更新资助”（2027年）实得150万元的50%" in stages["Q1"].text.zh
    assert "50 % of 150万元 paid: Q1 under grant for renewal (2027)" in stages["Q1"].text.en
    assert "实得60万元的50%" in stages["R1"].text.zh
    assert {stage.citations[0].article for stage in stages.values()} == {"5"}


def test_the_proof_of_what_is_topped_up_says_so(plan: Plan) -> None:
    """The claim on the city has a line on what it adds, with the share."""
    told = [step.text.zh for step in plan.steps if step.atom.startswith("feeds(")]
    assert "实得的 50% 加入共用上限：P1 到 2026 年为止，区级配套不超过市级实得的比例" in told
    assert any(text.startswith("实得的 12.5% 加入") for text in told)


def test_a_top_up_on_what_is_not_paid_brings_nothing(plan: Plan) -> None:
    """Q2 is not claimed, so its top-up would bring nothing, and that is what is told."""
    (found,) = [one for one in plan.not_claimed if (one.subject, one.benefit) == ("Q2", "district")]
    assert found.reason == "outbid"
    assert found.findings[0].text.en.startswith("what it would top up is paid nothing in this plan")


def test_what_was_paid_before_and_is_not_stated_is_asked_for(plan: Plan) -> None:
    """A share of nobody knows what is unknown, and the fact is named."""
    (found,) = [one for one in plan.not_claimed if one.subject == "U1"]
    assert (found.reason, [one.name for one in found.findings]) == ("unknown", ["amount"])
    assert ("amount", (("U1", "district"),)) in [(fact.field, fact.claims) for fact in plan.unknown]


def test_a_top_up_that_is_idle_in_one_plan_is_none_in_another(tmp_path: Path) -> None:
    """A fund of 100, all of it P's, and 50 on top; beside it that of Q is idle. Next: Q 80 and 40, P 20."""
    projects = [
        {
            "id": subject,
            "applicant": "A",
            "kinds": ["renewal", "district"],
            "filing_years": [2026],
            "invoiced": cost,
        }
        for subject, cost in (("P", 500), ("Q", 400))
    ]
    path = tmp_path / "portfolio.json"
    settings = {"unit": "万元", "as_of": "2026-03-01", "horizon": [2026], "fund_ceilings": {2026: 100}}
    path.write_text(
        json.dumps({**settings, "companies": [{"id": "A"}], "projects": projects}), encoding="utf-8"
    )
    found = alternatives_of(path, Asked(1), (CITY,))
    assert found.best.total == 150 * FEN
    assert [one.outline.total for one in found.next_best] == [140 * FEN]


def _more(claims: dict[tuple[str, str], dict[str, Any]]) -> None:
    _set(claims["R1", "district"], 300_000_01)


def _less(claims: dict[tuple[str, str], dict[str, Any]]) -> None:
    _set(claims["R1", "district"], 299_999_99)


def _moved(claims: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Two fen of the cap of the company for another: the top-up is a share of more than is paid."""
    _set(claims["P1", "renewal"], 2_500_020_00 - 2)
    _set(claims["P2", "digital"], 1_499_980_00 + 2)


def _added(claims: dict[tuple[str, str], dict[str, Any]]) -> None:
    _set(claims["R1", "town"], 57_500_01)


def _set(claim: dict[str, Any], fen: int) -> None:
    claim["amount_yuan"] = f"{fen // 100}.{fen % 100:02}"


@pytest.mark.parametrize(
    ("change", "code"),
    [(_more, "verify.pool"), (_less, "verify.amount"), (_moved, "verify.pool"), (_added, "verify.pool")],
)
def test_the_plan_verifies_and_no_other_amount_does(
    plan: Plan, tmp_path: Path, change: Callable[[dict[tuple[str, str], dict[str, Any]]], None], code: str
) -> None:
    """A second derivation and a model of its own come to the same; a fen more, less or elsewhere is found."""
    saved = tmp_path / "plan.json"
    saved.write_text(plan_json(plan), encoding="utf-8")
    assert verify_plan(saved, GROUP, (CITY,)) == ()
    data = json.loads(plan_json(plan))
    change({(claim["subject"], claim["benefit"]): claim for claim in data["claims"]})
    saved.write_text(json.dumps(data), encoding="utf-8")
    assert code in [finding.code for finding in verify_plan(saved, GROUP, (CITY,))]


def test_the_proof_pack_is_accepted_and_another_solver_finds_the_total(
    solved: Solved, tmp_path: Path
) -> None:
    """The checker runs on bare Python; SCIP reads the MPS file."""
    told = describe(solved.problem, solved.plan)
    for name, pieces in proof_files(told, solved.values).items():
        (tmp_path / name).write_text("".join(pieces), encoding="utf-8")
    checked = subprocess.run([sys.executable, "check.py"], cwd=tmp_path, capture_output=True, check=False)
    assert checked.returncode == 0
    path = tmp_path / "model.mps"
    path.write_text("".join(model_text(told, ".mps", "en")), encoding="utf-8")
    model, solver = model_builder.Model(), model_builder.Solver("scip")
    assert model.import_from_mps_file(str(path))
    solver.set_solver_specific_parameters("limits/gap=0")
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    assert solver.objective_value == pytest.approx(-solved.plan.total_fen, rel=1e-9)


@pytest.mark.parametrize("seed", [*range(12), 204])
def test_random_portfolios_come_to_what_trying_everything_does(seed: int, tmp_path: Path) -> None:
    """The oracle shares no code with the engine; every fifth plan is verified too."""
    path = tmp_path / "portfolio.json"
    path.write_text(json.dumps(drawn(seed)), encoding="utf-8")
    plan = plan_portfolio(path, (CITY,), time_limit=None)
    assert plan.total_fen == plan.bound_fen == most(drawn(seed)) * FEN
    if seed % 5 == 0:
        saved = tmp_path / "plan.json"
        saved.write_text(plan_json(plan), encoding="utf-8")
        assert verify_plan(saved, path, (CITY,)) == ()


CLAIMED = "claimable(A,S,B,Z), of_the_city(B), Z <= Y.\n"
"""The end of the rule on what feeds the pool of the district."""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("feeds(matched(S,Y), 50, claim(A,S,town,Y)) :- claimable(A,S,town,Y).\n", "policy.feeds-itself"),
        ("feeds(added(S), 50, claim(A,S,district,Y)) :- claimable(A,S,district,Y).\n", "policy.feeds-twice"),
    ],
    ids=["itself", "twice"],
)
def test_what_is_paid_rests_neither_on_itself_nor_on_two_shares(tmp_path: Path, more: str, code: str) -> None:
    """The town on the district and the district on the town; 12.5 % and 50 % of the same."""
    pack = changed_pack(tmp_path / "changed", PACK, CLAIMED, CLAIMED + more)
    with pytest.raises(PolicyError) as caught:
        plan_portfolio(GROUP, (str(pack),), time_limit=None)
    (fault,) = caught.value.diagnostics
    assert fault.code == code
    assert "terms.lp" in str(fault.place)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("feeds(added(S), (12,500000),", "feeds(added(S), (13,500000),", "policy.number-not-stated"),
        ("feeds(added(S), (12,500000),", "feeds(added(S), 0,", "policy.feeds-no-rate"),
        ("feeds(added(S), (12,500000),", "feeds(added(S), share(50,25),", "policy.feeds-no-rate"),
        ("feeds(added(S),", "feeds(aded(S),", "policy.limit-not-set"),
        (
            "feeds(added(S), (12,500000), claim(A,S,district,Y))",
            "feeds(added(S), (12,500000), district)",
            "policy.counts-no-claim",
        ),
        (
            "feeds(added(S), (12,500000), claim(A,S,district,Y)) :-",
            "feeds(added(S), V, claim(A,S,district,Y)) :- value(S,invoiced,V),",
            "policy.field-no-rate",
        ),
    ],
    ids=["number", "zero", "rate", "pool", "claim", "field"],
)
def test_lint_finds_what_is_wrong_with_a_share(tmp_path: Path, old: str, new: str, code: str) -> None:
    """A number that the law does not state, no rate, no pool, no claim, a field of money for a rate."""
    found = [
        finding.code
        for finding in lint(load_policies([str(changed_pack(tmp_path / "changed", PACK, old, new))]))
    ]
    assert code in found
