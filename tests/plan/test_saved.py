"""`why --plan`: a saved plan is asked, and answers as the plan itself did before it was saved."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conflict.test_random import posed

from subvent.diagnostics import InputError, Language
from subvent.document.reader import read_entries
from subvent.explain.why import Questions
from subvent.logic.session import InProcess
from subvent.plan import plan_rows, solve_rows
from subvent.policy.loader import load_policies, vocabulary_of
from subvent.portfolio.text_reader import read_portfolio
from subvent.portfolio.types import Portfolio
from subvent.problem import violated
from subvent.questions.saved import must_go, plan_saved, questions_saved
from subvent.report.json import plan_json
from subvent.result import Plan
from subvent.verify import verify_plan

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
        told = Questions(plan_saved(portfolio, POLICIES, read_entries(file), asked, InProcess(), small=0)[0])
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
    assert codes == ["verify.input-changed", "verify.policy-changed", "saved.other-answer"]


def test_a_built_in_pack_that_was_left_out_needs_no_folder(tmp_path: Path) -> None:
    """Where --policy names but some of the built-in packs of the plan, the way out is no folder."""
    portfolio, _, file = saved("none", tmp_path, 12)
    some = ("cn/shenzhen/2023-6",)
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, "P000003", some)
    for told in (wrong.value.diagnostics, verify_plan(file, Path(portfolio.file), some)):
        assert [found.code for found in told[:2]] == ["verify.pack-left-out"] * 2
        assert told[0].way_out.zh.endswith("--policy cn/guangdong/2014-51")
        assert "verify.no-pack" not in {found.code for found in told}


def test_a_claim_that_the_file_does_not_allow_is_refused(tmp_path: Path) -> None:
    """A saved plan that was tampered with explains nothing."""
    portfolio, plan, file = saved("none", tmp_path, 12)
    edited(file, lambda data: data["claims"][0].update(amount_yuan="999999999.00"))
    with pytest.raises(InputError) as wrong:
        questions_saved(Path(portfolio.file), file, plan.claims[0].subject)
    (told,) = wrong.value.diagnostics
    assert told.code == "saved.plan-differs"
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


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A group and the file that holds its plan: DC-03 as major renovation, DC-04 as smart in 2025."""
    file, saved_as = Path("examples/manufacturing-group.yaml"), tmp_path_factory.mktemp("saved") / "plan.json"
    rows = read_portfolio(file, vocabulary_of(POLICIES))
    saved_as.write_text(plan_json(plan_rows(rows, POLICIES, {}, InProcess())), encoding="utf-8")
    return file, saved_as


@pytest.mark.parametrize(
    ("language", "head", "years", "because"),
    [
        (
            "zh",
            "没有重新求解。方案中与它不能并存的申报：",
            "2025年申报它：",
            "因：企业 电池 在2025年“智能化改造”类只申报一个项目",
        ),
        (
            "en",
            "Nothing was planned anew. Claims of the plan that cannot stay beside it:",
            "filed in 2025:",
            "because company 电池 files one project of smart renovation in 2025",
        ),
    ],
)
def test_what_cannot_stay_beside_an_outbid_claim_is_told_with_its_articles(
    example: tuple[Path, Path], language: Language, head: str, years: str, because: str
) -> None:
    """Year by year, the claims of the plan and the limits; only those of a year that is asked about."""
    asked = questions_saved(*example, "DC-03")
    text = " ".join(asked.text("DC-03", "smart", language=language).split())
    # What else would tell more needs an optimiser: the only way out is to leave out --plan.
    assert ("--plan" in text, "--time-limit" in text) == (True, False)
    assert head in text
    assert years in text
    assert because in text
    alone = asked.text("DC-03", "smart", 2026, language=language)
    assert years not in alone
    assert because not in alone
    (entry,) = json.loads(asked.json("DC-03", "smart"))["not_claimed"]
    articles = {
        (way["year"], claim["id"]): [force["citations"][0]["article"] for force in claim["forced_by"]]
        for way in entry["must_go"]
        for claim in way["claims"]
    }
    assert articles == {
        (2025, "电池/DC-03/major/2025"): ["附b"],
        (2025, "电池/DC-04/smart/2025"): ["三注2"],
        (2026, "电池/DC-03/major/2025"): ["附b"],
    }
    assert entry["if_insisted"] is None


def test_what_cannot_stay_is_unlawful_beside_it_and_nothing_else_is(tmp_path: Path) -> None:
    """Of random plans each pair, made alone: told to exclude each other if and only if no two may be."""
    tried = 0
    for seed in range(841_000, 841_010):
        problem = posed(seed, tmp_path)
        plan = solve_rows(problem.portfolio, POLICIES, problem.readings, InProcess()).plan
        names = {benefit.constant: benefit.name for benefit in POLICIES.benefits}
        atoms = {f"{c[1]}/{c[2]}/{names[c[3][0]]}/{c[4]}": c for c in problem.candidates}
        for asked in {entry.subject for entry in plan.not_claimed}:
            for (subject, benefit), ways in must_go(problem, plan, asked, InProcess()).items():
                for way in ways:
                    told = {one.id for one in way.leaving}
                    (new,) = (c for i, c in atoms.items() if i.endswith(f"/{subject}/{benefit}/{way.year}"))
                    for claim in plan.claims:
                        limits = violated(problem, [new, atoms[claim.id]], InProcess())
                        broken = {str(limit[0]) for limit in limits} - {"carried_by_claim", "for_one"}
                        assert (claim.id in told) == bool(broken), (seed, new, claim.id)
                    tried += len(told)
    assert tried > 10
