"""The commands on a small portfolio: results on stdout and in files, and failures that touch nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.commands import ran, working_in

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true,
     established: 2021-05-06}
projects:
  - {id: P1, applicant: A, kinds: [major, smart], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: A, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
"""
TOTAL = "97000000.00"
"""P1 as major 4,900 and P2 as smart 4,800; taking the largest first would give 6,000."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the portfolio in it."""
    return working_in(tmp_path, monkeypatch, group=GROUP)


def test_plan_verify_and_why(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A plan is shown and written in both forms, its JSON verifies, and a changed one does not."""
    assert ran("plan", "group.yaml", "--out", "plan.json", "--out", "plan.xlsx") == 0
    told = capfd.readouterr().err
    assert "note: written: plan.json [cli.written]" in told
    assert "note: written: plan.xlsx [cli.written]" in told
    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert (written["status"], written["total_yuan"], written["bound_yuan"]) == ("optimal", TOTAL, TOTAL)
    assert load_workbook(folder / "plan.xlsx").sheetnames

    assert ran("verify", "plan.json", "group.yaml") == 0
    assert capfd.readouterr().err == ""
    written["claims"][0]["amount_yuan"] = "1.00"
    (folder / "changed.json").write_text(json.dumps(written), encoding="utf-8")
    assert ran("verify", "changed.json", "group.yaml", "--format", "json") == 1
    assert json.loads(capfd.readouterr().out)["diagnostics"]

    assert ran("why", "group.yaml", "P1", "--format=json") == 0
    assert json.loads(capfd.readouterr().out)["claims"][0]["subject"] == "P1"


def test_an_answer_is_written_as_it_is_shown(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """`why --out` writes the JSON that `--format json` shows, and a workbook; with `--takes` likewise."""
    assert ran("why", "group.yaml", "P1", "--format=json") == 0
    shown = capfd.readouterr().out
    assert ran("why", "group.yaml", "P1", "--out", "why.json", "--out", "why.xlsx") == 0
    assert (folder / "why.json").read_text(encoding="utf-8") == shown
    assert load_workbook(folder / "why.xlsx").sheetnames[0] == "Answer"
    assert ran("why", "group.yaml", "P1", "--takes", "--out", "takes.txt") == 2
    assert "cli.unknown-suffix" in capfd.readouterr().err
    assert ran("why", "group.yaml", "P1", "--takes", "--out", "takes.json", "--out", "takes.xlsx") == 0
    assert json.loads((folder / "takes.json").read_text(encoding="utf-8"))
    assert load_workbook(folder / "takes.xlsx").sheetnames[0] == "What it takes"


def test_a_year_may_follow_the_subject(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Without a benefit between them every benefit of that year is asked about."""
    del folder
    assert ran("why", "group.yaml", "P1", "2026") == 0
    assert "P1 · major renovation · 2026 · claimed" in capfd.readouterr().out


def test_a_file_that_is_replaced_is_called_so(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Planning again replaces the older plan, as whoever re-runs expects, and says that it did."""
    (folder / "plan.json").write_text("older", encoding="utf-8")
    assert ran("plan", "group.yaml", "--out", "plan.json", "--format", "json") == 0
    shown = capfd.readouterr()
    assert [note["code"] for note in json.loads(shown.err)["diagnostics"]] == ["cli.replaced"]
    assert (folder / "plan.json").read_text(encoding="utf-8") == shown.out


def test_only_the_result_is_on_stdout(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """With --format json, stdout down to its descriptor is the plan alone; readings are followed."""
    assert (
        ran("plan", str(folder / "group.yaml"), "--format", "json", "--reading", "exclusivity=one-a-year")
        == 0
    )
    shown = capfd.readouterr()
    assert shown.err == ""
    assert json.loads(shown.out)["total_yuan"] == "50000000.00"


@pytest.mark.parametrize(
    ("wrong", "arguments"),
    [
        ("an unknown key", []),
        ("", ["--reading", "exclusivity=never"]),
        ("", ["--policy", "cn/shenzhen/1999"]),
    ],
    ids=["portfolio", "reading", "pack"],
)
def test_invalid_input_touches_nothing(
    wrong: str, arguments: list[str], folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Input that is not valid ends with 1, says nothing on stdout, and leaves an older output as it was."""
    if wrong:
        (folder / "group.yaml").write_text(GROUP + f"{wrong}: 1\n", encoding="utf-8")
    (folder / "plan.json").write_text("older", encoding="utf-8")
    assert ran("plan", "group.yaml", "--out", "plan.json", *arguments) == 1
    shown = capfd.readouterr()
    assert shown.out == ""
    assert "way out: " in shown.err
    assert (folder / "plan.json").read_text(encoding="utf-8") == "older"
    assert len(list(folder.iterdir())) == 2


def test_template_keeps_what_is_there(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A workbook that exists is replaced only when that is asked for; then it opens."""
    target = folder / "new.xlsx"
    target.write_bytes(b"mine")
    assert ran("template", "new.xlsx") == 2
    assert "cli.file-exists" in capfd.readouterr().err
    assert target.read_bytes() == b"mine"
    assert ran("template", "new.xlsx", "--overwrite") == 0
    assert "项目" in load_workbook(target).sheetnames


@pytest.mark.parametrize("name", ["portfolio", "plan"])
def test_schemas_are_json_schema(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Both schemas are objects that say which draft they are written in."""
    assert ran("schema", name) == 0
    assert "json-schema.org" in json.loads(capfd.readouterr().out)["$schema"]


def test_packs_are_listed_and_shown(capfd: pytest.CaptureFixture[str]) -> None:
    """What is listed can be shown; an article that does not exist is refused with those that do."""
    assert ran("policy", "list", "--format", "json") == 0
    packs = json.loads(capfd.readouterr().out)
    assert packs
    for pack in packs:
        assert ran("policy", "show", pack["id"]) == 0
        assert pack["id"] in capfd.readouterr().out
    assert ran("policy", "show", packs[0]["id"], "no-such-article") == 2
    assert "cli.unknown-article" in capfd.readouterr().err


def test_every_open_question_has_one_default(capfd: pytest.CaptureFixture[str]) -> None:
    """The readings name their answers, one of them the default, and the phrase they are about."""
    assert ran("policy", "readings", "--format", "json") == 0
    readings = json.loads(capfd.readouterr().out)
    assert readings
    assert all(
        r["default"] in [a["name"] for a in r["answers"]] and r["citation"]["phrase"] for r in readings
    )
    assert ran("policy", "readings") == 0
    assert readings[0]["citation"]["phrase"] in capfd.readouterr().out


def test_the_questions_of_one_pack(capfd: pytest.CaptureFixture[str]) -> None:
    """PACK names whose questions are listed, as it names what other commands of policy look at."""
    assert ran("policy", "readings", "cn/guangdong/2014-51", "--format", "json") == 0
    found = {reading["name"] for reading in json.loads(capfd.readouterr().out)}
    assert {"baseline", "reward-tail"} <= found
    assert "exclusivity" not in found
    assert ran("policy", "readings", "cn/guangdong/2014") == 1
    assert "policy.unknown-pack" in capfd.readouterr().err


def test_a_brief_plan_is_the_same_without_the_steps_of_its_proofs(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """`--brief` leaves out steps alone: what is written verifies, and everything else in it is the same."""
    assert ran("plan", "group.yaml", "--out", "whole.json") == 0
    assert ran("plan", "group.yaml", "--brief", "--out", "brief.json") == 0
    assert ran("verify", "brief.json", "group.yaml") == 0
    whole, brief = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("whole", "brief"))
    assert whole["steps"]
    assert brief["steps"] == brief["phrases"] == []
    assert {claim["proof"] for claim in brief["claims"]} == {None}
    for plan in (whole, brief):
        for left_out in ("steps", "phrases", "run"):
            del plan[left_out]
        for claim in plan["claims"]:
            del claim["proof"]
    assert whole == brief
    capfd.readouterr()


def test_what_is_found_for_the_workbook_stands_in_all_that_one_run_tells(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss that the plan had no time for, and the workbook finds: file, screen and sheet say the same."""
    monkeypatch.setattr("subvent.plan.losses_of", lambda *_: {})
    assert ran("plan", "group.yaml", "--out", "plan.json", "--out", "plan.xlsx", "--format", "json") == 0
    shown = json.loads(capfd.readouterr().out)
    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    losses = {f"{one['subject']}/{one['benefit']}": one["loss_yuan"] for one in written["not_claimed"]}
    assert losses == {"P1/smart": "37000000.00", "P2/equipment": "37000000.00"}
    assert {f"{one['subject']}/{one['benefit']}": one["loss_yuan"] for one in shown["not_claimed"]} == losses
    cells = [cell for row in load_workbook(folder / "plan.xlsx")["Not claimed"].values for cell in row]
    assert cells.count(3700) == len(losses)
