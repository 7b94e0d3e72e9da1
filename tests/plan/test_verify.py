"""Checking a saved plan: what is changed is found, and nothing of the optimiser is needed for it."""

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import InputError, PolicyError
from subvent.plan import plan_portfolio
from subvent.policy.loader import built_in, load_policies
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


@pytest.fixture(scope="module")
def stacked() -> dict[str, Any]:
    """A plan with loans, honours, what stands beside its total and what questions are worth, as data."""
    told: dict[str, Any] = json.loads(plan_json(plan_portfolio(CONTRACT / "stacking.yaml", strict="told")))
    return told


FORGED: dict[str, tuple[Change, str]] = {
    "a part of the certificate under no name": (
        lambda data: data["certificate"]["components"][0].update(first=[]),
        "certificate.malformed",
    ),
    "a part of the certificate twice": (
        lambda data: data["certificate"]["components"].append(data["certificate"]["components"][0]),
        "certificate.malformed",
    ),
    "a part that the model does not have": (
        lambda data: data["certificate"]["components"].append(
            {**data["certificate"]["components"][0], "first": "x"}
        ),
        "certificate.stranger",
    ),
    "something beside the certificate's parts": (
        lambda data: data["certificate"].update(proven=True),
        "certificate.malformed",
    ),
    "a denominator of a thousand digits": (
        lambda data: data["certificate"]["components"][0].update(denominator=10**1000),
        "certificate.malformed",
    ),
    "a truth value for a number": (
        lambda data: data["certificate"]["components"][0].update(denominator=True),
        "certificate.malformed",
    ),
    "a shared cost that no claim has": (
        lambda data: data["shared_costs"].append({"split": "x", "claim": "y", "yuan": "1"}),
        "verify.shared-cost-stray",
    ),
    "a sum beside the total that no pack has": (
        lambda data: data["beside_total"].update(gift_yuan="1.00"),
        "verify.beside",
    ),
    "a place in the portfolio": (
        lambda data: data["run"]["places"].update({"/steps/1": {"line": 99999}}),
        "verify.places",
    ),
    "the total by default": (
        lambda data: data["strict"].update(default_total_yuan="1.00"),
        "verify.differs",
    ),
    "the total of a question whose strict answer is the default": (
        lambda data: data["strict"]["questions"][0].update(total_yuan="1.00"),
        "verify.differs",
    ),
    "which question costs most": (
        lambda data: data["strict"].update(most_costly=data["strict"]["questions"][0]["name"]),
        "verify.differs",
    ),
    "a strict answer that is none": (
        lambda data: data["strict"]["answers"].update({data["strict"]["questions"][1]["name"]: "x"}),
        "verify.differs",
    ),
    "a question that no pack asks": (
        lambda data: data["strict"]["questions"][0].update(name="x"),
        "verify.differs",
    ),
    "a pack left out": (lambda data: data["policies"].pop(), "verify.differs"),
    "a claim of another company": (
        lambda data: data["claims"][0].update(applicant="B"),
        "verify.claim-not-lawful",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_each_forgery_is_refused(name: str, stacked: dict[str, Any], tmp_path: Path) -> None:
    """What does not follow from the portfolio and the packs is named, wherever in a plan it stands."""
    forged = copy.deepcopy(stacked)
    change, code = FORGED[name]
    change(forged)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(forged), encoding="utf-8")
    assert code in found(path, "stacking")


def test_a_share_of_nothing_is_no_amount(stacked: dict[str, Any], tmp_path: Path) -> None:
    """A fraction whose denominator is 0 is refused as it is read."""
    path = tmp_path / "plan.json"
    forged = {**stacked, "shared_costs": [{"split": "x", "claim": "y", "yuan": "1/0"}]}
    path.write_text(json.dumps(forged), encoding="utf-8")
    with pytest.raises(InputError) as error:
        found(path, "stacking")
    assert [d.code for d in error.value.diagnostics] == ["plan-file.wrong-shape"]


def test_a_plan_does_not_choose_the_folder_of_its_law(stacked: dict[str, Any], tmp_path: Path) -> None:
    """A pack is one of the built-in ones, or one that the auditor names: never a folder that a plan names."""
    shutil.copytree(built_in()["cn/shenzhen/2023-6"], tmp_path / "law")
    forged = copy.deepcopy(stacked)
    forged["policies"][-1]["id"] = str(tmp_path / "law")
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(forged), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        found(path, "stacking")
    assert [d.code for d in error.value.diagnostics] == ["verify.no-pack"]


def test_a_limit_is_told_with_the_claims_under_it(tmp_path: Path) -> None:
    """A limit that is broken names the plan's claims that take part in it."""
    told = verify_plan(saved("greedy-fails", tmp_path, _rival), CONTRACT / "greedy-fails.yaml")
    (limit, *_) = [finding for finding in told if finding.code == "verify.limit"]
    assert "P1" in limit.what.en
    assert "P1" in limit.what.zh


def _say(data: dict[str, Any], *path: str | int) -> None:
    """Put another sentence where the path leads."""
    at: Any = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = "甲"


@pytest.mark.parametrize(
    "path",
    [
        ("claims", 0, "subject_name"),
        ("claims", 0, "benefit_label", "zh"),
        ("claims", 0, "rules", 0, "phrase"),
        ("claims", 0, "stages", 0, "text", "en"),
        ("claims", 1, "stages", 0, "yuan"),
        ("not_claimed", 0, "findings", 0, "text", "zh"),
        ("not_claimed", 0, "rules", 0, "article"),
        ("assumptions", 0, "text", "zh"),
        ("open_questions", 0, "label", "zh"),
        ("policies", 0, "title", "en"),
        ("phrases", 0, "phrase"),
        ("steps", 3, "text", "zh"),
    ],
    ids=lambda path: "/".join(map(str, path)),
)
def test_each_changed_word_of_a_plan_is_found(path: tuple[str | int, ...], tmp_path: Path) -> None:
    """Names, labels, phrases, reasons and steps follow from the claims, and a change is told where it is."""
    plan = saved("greedy-fails", tmp_path, lambda data: _say(data, *path))
    (finding,) = verify_plan(plan, CONTRACT / "greedy-fails.yaml")
    assert finding.code == "verify.differs"
    assert f"/{'/'.join(map(str, path))} " in finding.what.en
    assert "甲" in finding.what.en


def _reason(data: dict[str, Any]) -> None:
    del data["not_claimed"][0]


def _many(data: dict[str, Any]) -> None:
    for step in data["steps"]:
        step["rule"] = "x"


def _loss(data: dict[str, Any]) -> None:
    data["not_claimed"][0]["loss_yuan"] = "1.00"


@pytest.mark.parametrize(
    ("change", "codes"),
    [(_reason, {"verify.differs"}), (_many, {"verify.differs", "verify.more-differences"}), (_loss, set())],
)
def test_what_is_compared_has_its_limits(change: Change, codes: set[str], tmp_path: Path) -> None:
    """A missing entry is told once, many changes are counted, and what takes an optimiser is not compared."""
    plan = saved("greedy-fails", tmp_path, change)
    findings = verify_plan(plan, CONTRACT / "greedy-fails.yaml")
    assert {finding.code for finding in findings} == codes
    assert len(findings) <= 21


def test_claims_are_called_by_their_words(tmp_path: Path) -> None:
    """A message names applicant, subject, the benefit's label and the year, not an atom."""
    told = verify_plan(saved("greedy-fails", tmp_path, _other_year), CONTRACT / "greedy-fails.yaml")
    (lawless,) = [finding for finding in told if finding.code == "verify.claim-not-lawful"]
    assert "2027" in lawless.what.zh
    assert "重大" in lawless.what.zh
    assert "claim(" not in lawless.what.zh + lawless.what.en


def test_a_pack_that_is_not_found_is_asked_for(tmp_path: Path) -> None:
    """A plan made with a pack of one's own says that --policy has to name its folder."""

    def own(data: dict[str, Any]) -> None:
        data["policies"].append({**data["policies"][0], "id": "my-city/lamps"})

    plan = saved("greedy-fails", tmp_path, own)
    with pytest.raises(PolicyError) as error:
        verify_plan(plan, CONTRACT / "greedy-fails.yaml")
    assert [d.code for d in error.value.diagnostics] == ["verify.no-pack"]
    assert "--policy" in error.value.diagnostics[0].way_out.en
    chosen = [pack.id for pack in load_policies().packs if pack.rules]
    told = verify_plan(plan, CONTRACT / "greedy-fails.yaml", chosen)
    assert [d.code for d in told] == ["verify.no-pack"]


def test_another_portfolio_does_not_verify(tmp_path: Path) -> None:
    """A plan holds for the facts it was made from only."""
    assert "verify.input-changed" in found(saved("greedy-fails", tmp_path), "green-against-six")


def test_another_portfolio_is_told_once_with_the_rows_that_differ(tmp_path: Path) -> None:
    """One finding counts what differs and notes name the first rows; what follows from it is counted."""
    source = (CONTRACT / "greedy-fails.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(source.replace("id: P1", "id: P9"), encoding="utf-8")
    plan = saved("greedy-fails", tmp_path)
    told = verify_plan(plan, other)
    assert [d.code for d in told[:3]] == ["verify.input-changed", "verify.row-gone", "verify.row-added"]
    assert "“P1”" in told[1].what.zh
    assert "“P9”" in told[2].what.en
    assert told[2].place is not None
    assert told[2].place.line > 0
    codes = [d.code for d in told]
    assert len(codes) == len(set(codes))
    assert len(verify_plan(plan, other, everything=True)) >= len(told)


def test_rows_without_ids_are_called_by_what_they_state(tmp_path: Path) -> None:
    """A filing added since is told as one, not by the digest that it goes by."""
    source = (CONTRACT / "greedy-fails.yaml").read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    filed = "history: [{applicant: A, subject: P0, benefit: smart, year: 2024, status: refused}]\n"
    other.write_text(source + filed, encoding="utf-8")
    notes = [d for d in verify_plan(saved("greedy-fails", tmp_path), other) if d.code == "verify.row-added"]
    assert [note.what.zh for note in notes] == ["“申报历史（A P0 智能化改造 2024 未获批）”是后来加的"]


def test_rows_that_only_stand_elsewhere_are_told_in_one(tmp_path: Path) -> None:
    """Of a file that states the same at other lines nothing is said but that, once, and how to mend it."""
    plan, moved = saved("greedy-fails", tmp_path), tmp_path / "moved.yaml"
    source = (CONTRACT / "greedy-fails.yaml").read_text(encoding="utf-8")
    moved.write_text(f"# sorted\n\n{source}", encoding="utf-8")
    (finding,) = verify_plan(plan, moved)
    assert finding.code == "verify.places"
    assert "/steps/" in finding.what.en or "/not_claimed/" in finding.what.en


def test_the_digests_of_rows_are_checked(tmp_path: Path) -> None:
    """A plan whose digest of a row is another one does not hold."""

    def forge(data: dict[str, Any]) -> None:
        data["inputs"]["rows"]["P1"] = "0" * 12

    assert found(saved("greedy-fails", tmp_path, forge), "greedy-fails") == {"verify.differs"}


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
