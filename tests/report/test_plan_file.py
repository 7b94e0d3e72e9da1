"""A saved plan is read back strictly, and everything wrong with it is reported at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subvent.diagnostics import InputError
from subvent.document import reader as plan_reader
from subvent.document.reader import plan_from_json, read_plan
from subvent.document.shape import PlanDocument, plan_schema
from subvent.report.json import plan_json
from subvent.result import Plan


@pytest.fixture(scope="module")
def text(plan: Plan) -> str:
    """The plan as it is written."""
    return plan_json(plan)


def broken(text: str, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """The codes reported after a change."""
    data = json.loads(text)
    change(data)
    with pytest.raises(InputError) as wrong:
        plan_from_json(json.dumps(data), "plan.json")
    return [found.code for found in wrong.value.diagnostics]


def test_what_is_written_is_read_back(plan: Plan, text: str) -> None:
    """Claims, amounts, readings, places and steps come back as they were."""
    document = plan_from_json(text)
    assert document.total_fen == plan.total_fen
    assert [(c.subject, c.benefit, c.year, c.fen) for c in document.claims] == [
        (c.subject, c.benefit, c.year, c.fen) for c in plan.claims
    ]
    assert document.readings == {reading.name: reading.answer for reading in plan.readings}
    assert document.inputs.sha256 == plan.sha256
    assert [step.atom for step in document.steps] == [step.atom for step in plan.steps]
    first = next(i for i, step in enumerate(plan.steps) if step.place)
    assert document.run["places"][f"/steps/{first}"]["line"] == plan.steps[first].place.line


def test_the_shape_of_the_contract_is_there(text: str) -> None:
    """The keys that other programs rely on, with amounts as strings of yuan with two decimals."""
    data = json.loads(text)
    assert set(data) >= {
        *("status", "total_yuan", "bound_yuan", "range_yuan", "readings", "claims", "not_claimed"),
        *("beside_total", "unknown", "warnings", "inputs", "policies", "certificate"),
    }
    claim = data["claims"][0]
    assert set(claim) >= {"id", "applicant", "subject", "benefit", "year", "amount_yuan", "rules"}
    assert set(claim["rules"][0]) == {"rule", "document", "article", "phrase"}
    assert set(data["not_claimed"][0]) >= {"subject", "benefit", "reason", "rules"}
    assert data["range_yuan"].keys() == {"low", "high"}
    assert data["total_yuan"].rpartition(".")[2] == "00"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(total_yuan="1"),
        lambda data: data.update(total_yuan="-1.00"),
        lambda data: data.update(total_yuan=100),
        lambda data: data.update(extra=1),
        lambda data: data.pop("steps"),
        lambda data: data["claims"][0].update(amount_yuan="1.000"),
        lambda data: data["claims"][0].update(year="2025"),
        lambda data: data.update(status="best"),
        lambda data: data["claims"][0].update(proof=-1),
    ],
)
def test_a_plan_of_another_shape_is_refused(text: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Amounts, types, missing and unknown keys, each with the pointer to it."""
    assert broken(text, change) == ["plan-file.wrong-shape"]


def test_dangling_references_are_named(text: str) -> None:
    """A proof, child or citation that points nowhere is a fault."""

    def change(data: dict[str, Any]) -> None:
        data["claims"][0]["proof"] = len(data["steps"])
        data["steps"][0]["children"] = [10**6]

    assert broken(text, change) == ["plan-file.no-such-step"] * 2


def test_all_faults_come_in_one_run_up_to_a_limit(text: str) -> None:
    """Many faults are listed up to a number, the rest counted."""

    def change(data: dict[str, Any]) -> None:
        for claim in data["claims"]:
            claim["year"] = "x"

    codes = broken(text, change)
    assert codes.count("plan-file.wrong-shape") == 20
    assert codes[-1] == "plan-file.more-faults"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "plan-file.not-json"),
        ("{", "plan-file.not-json"),
        ("[]", "plan-file.not-a-plan"),
        ('{"status": "optimal", "status": "optimal"}', "plan-file.not-json"),
        ('{"total_yuan": 1.5}', "plan-file.not-json"),
        ('{"total_yuan": NaN}', "plan-file.not-json"),
        ("[" * 100_000, "plan-file.not-json"),
        ('{"a": ' + "9" * 5000 + "}", "plan-file.not-json"),
    ],
)
def test_what_is_no_plan_is_said_to_be_none(content: str, code: str) -> None:
    """Broken JSON, doubled keys, floats and depth are refused before anything is believed."""
    with pytest.raises(InputError) as wrong:
        plan_from_json(content, "plan.json")
    assert [found.code for found in wrong.value.diagnostics] == [code]
    assert wrong.value.diagnostics[0].place.file == "plan.json"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, a folder and a file that is not text say so."""
    codes = []
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.json", tmp_path, binary):
        with pytest.raises(InputError) as wrong:
            read_plan(path)
        codes.append(wrong.value.diagnostics[0].code)
    assert codes == ["plan-file.no-such-file", "plan-file.cannot-read", "plan-file.not-json"]


def test_a_workbook_in_place_of_a_plan_is_called_so(tmp_path: Path) -> None:
    """Whoever gives the plan's workbook, or the files in the other order, is told which file is wanted."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"PK\x03\x04\xff")
    with pytest.raises(InputError, match="is-a-workbook"):
        read_plan(path)


def test_the_schema_describes_every_key() -> None:
    """The JSON Schema lists what a plan holds, and nothing else is allowed; four keys may be missing."""
    schema = plan_schema()
    assert {*schema["required"], "strict", "explained", "limits", "history"} == set(PlanDocument.model_fields)
    assert schema["additionalProperties"] is False


def test_a_plan_file_that_is_too_large_is_not_read(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is looked at before it is read."""
    path = tmp_path / "plan.json"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(plan_reader, "LARGEST_FILE", path.stat().st_size - 1)
    with pytest.raises(InputError) as caught:
        read_plan(path)
    assert [found.code for found in caught.value.diagnostics] == ["plan-file.too-large"]
