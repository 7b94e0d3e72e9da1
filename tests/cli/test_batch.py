"""`subvent batch`: every file gets what `plan` would say of it, and no file stops another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from subvent import many
from subvent.logic.session import ChildProcess
from subvent.plan import solve_read
from subvent_cli.main import run
from subvent_cli.session import session_of

from .test_commands import GROUP, TOTAL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two valid portfolios and one that is not."""
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GROUP, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(GROUP.replace("horizon", "horizen"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Small(ChildProcess):
    """Its parts have no memory."""

    def try_each(
        self, function: str, parts: Iterable[tuple[Any, ...]], seconds: float = 0.0
    ) -> Iterator[Any]:
        """What comes of each part."""
        self._megabytes = 1
        self._end()
        return super().try_each(function, parts, seconds)


class Heard(list[object]):
    """Plans what is read, and keeps what it was asked."""

    def __call__(self, *given: Any) -> Any:
        """The plan."""
        self.append(given)
        return solve_read(*given)


def _run(*arguments: str) -> int:
    return run(arguments, session_of(arguments, {"LANG": "en"}))


def test_every_file_has_its_line_and_its_plan(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line; what is written is what `plan` writes; the gravest status comes back."""
    files = ("one.yaml", "wrong.yaml", "two.yaml")
    assert _run("batch", *files, "--to", "plans", "--format", "json") == 1
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["file"], line["exit_status"]) for line in told] == [*zip(files, (0, 1, 0), strict=True)]
    assert [line["total_yuan"] for line in told if "total_yuan" in line] == [TOTAL, TOTAL]
    assert told[0]["written"] == [str(Path("plans/one.json"))]
    assert {found["code"] for found in told[1]["diagnostics"]} >= {"portfolio.missing"}
    assert sorted(path.name for path in (folder / "plans").iterdir()) == ["one.json", "two.json"]
    assert _run("plan", "one.yaml", "--out", "alone.json", "--no-compare-strict") == 0
    first, alone = (
        json.loads((folder / path).read_text("utf-8")) for path in ("plans/one.json", "alone.json")
    )
    assert {**first, "run": None} == {**alone, "run": None}
    assert _run("verify", "plans/two.json", "two.yaml") == 0


def test_many_files_are_planned_by_all_processors_as_one_after_another(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines, messages, plans and status are the same, in the order of the files, whoever planned each."""
    files = ["wrong.yaml", "one.yaml", "nothing.yaml", "two.yaml", "one.yaml"]
    outcomes = []
    for few, name in ((100, "alone"), (2, "shared")):
        monkeypatch.setattr(many, "_FEW", few)
        monkeypatch.setattr(many, "solve_read", heard := Heard())
        assert _run("batch", *files, "--to", name, "--reading", "exclusivity=one-a-year") == 1
        shown = capfd.readouterr()
        plans = [json.loads(path.read_text("utf-8")) for path in sorted((folder / name).iterdir())]
        # Children leave to this process what they cannot read.
        assert len(heard) == (len(files) if name == "alone" else 1)
        outcomes.append((shown.out, shown.err, [{**plan, "run": None} for plan in plans]))
    alone, shared = outcomes
    assert shared == alone
    assert len(shared[0].splitlines()) == len(files)


@pytest.mark.usefixtures("folder")
def test_what_a_child_cannot_plan_is_planned_in_this_process(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that is ended, as by a memory that does not suffice, costs time, not the plan."""
    monkeypatch.setattr(many, "_FEW", 1)
    monkeypatch.setattr(many, "ChildProcess", Small)
    assert _run("batch", "one.yaml", "wrong.yaml") == 1
    shown = capfd.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()] == ["one.yaml", "wrong.yaml"]
    assert ("no plan" in shown.out.splitlines()[0], "portfolio.missing" in shown.err) == (False, True)


def test_a_child_that_grounds_beyond_the_time_limit_is_ended(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Grounding hears of no limit: the file is left to this process, which says what the limit came upon."""
    monkeypatch.setattr(many, "_FEW", 1)
    monkeypatch.setattr(many, "_BEYOND", -1e9)
    monkeypatch.setattr(many, "solve_read", heard := Heard())
    assert _run("batch", "one.yaml", "two.yaml", "--time-limit", "300") == 0
    assert len(heard) == 2
    assert len(capfd.readouterr().out.splitlines()) == len([*folder.glob("[ot]*.yaml")])


def test_text_keeps_messages_apart(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A line a file on stdout, what is wrong with one on stderr."""
    assert _run("batch", "wrong.yaml", "two.yaml", "--reading", "exclusivity=one-a-year") == 1
    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "wrong.yaml  no plan, see the messages",
        "two.yaml  at most 5,000.00 万元, claims: 1",
    ]
    assert "portfolio.missing" in err
    assert not (folder / "plans").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("one.yaml", "sub/one.yaml", "--to", "plans"), "cli.same-output"),
        (("one.json", "two.yaml", "--to", "."), "cli.output-is-input"),
        (("one.yaml", "--to", "two.yaml"), "cli.cannot-write"),
        (("one.yaml", "--reading", "exclusivity=never"), "plan.unknown-answer"),
        ((), "cli.missing-argument"),
        (("one.yaml", "--as", "xlsx", "--as", "json"), "cli.no-folder"),
    ],
)
def test_what_would_spoil_all_is_told_before_the_first(
    folder: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    """Outputs that would meet or have no place, wrong answers: nothing is planned, nothing written."""
    assert _run("batch", *arguments) in (1, 2)
    out, err = capfd.readouterr()
    assert (out, f"[{code}]" in err) == ("", True)
    assert sorted(path.name for path in folder.iterdir()) == ["one.yaml", "two.yaml", "wrong.yaml"]


def test_a_file_in_place_of_the_folder_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where --to names a file the message says that one is there, not the name of an error of the system."""
    assert _run("batch", "one.yaml", "--to", "two.yaml") == 2
    said = capfd.readouterr().err
    assert "a file of that name is there" in said
    assert "EEXIST" not in said
    assert (folder / "two.yaml").read_text(encoding="utf-8") == GROUP


def test_what_was_done_before_an_interruption_is_told(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with 130; what is finished by then stands, and is counted, not denied."""
    asked = []

    def interrupted(*given: object) -> Any:
        asked.append(given)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return solve_read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(many, "solve_read", interrupted)
    assert _run("batch", "one.yaml", "two.yaml", "wrong.yaml", "--to", "plans") == 130
    shown = capfd.readouterr()
    assert "interrupted: 1 of 3 are done" in shown.err
    assert "cli.interrupted" not in shown.err
    assert [path.name for path in (folder / "plans").iterdir()] == ["one.json"]
