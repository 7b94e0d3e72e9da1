"""`subvent batch`: every file gets what `plan` would say of it, and no file stops another."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.commands import ran, working_in

from subvent import many
from subvent.logic.session import ChildProcess
from subvent.plan import solve_read

from .test_commands import GROUP, TOTAL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two valid portfolios and one that is not."""
    wrong = GROUP.replace("horizon", "horizen")
    return working_in(tmp_path, monkeypatch, one=GROUP, two=GROUP, wrong=wrong)


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


def test_every_file_has_its_line_and_its_plan(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One JSON object a line; what is written is what `plan` writes; the gravest status comes back."""
    files = ("one.yaml", "wrong.yaml", "two.yaml")
    assert ran("batch", *files, "--to", "plans", "--format", "json") == 1
    told = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["file"], line["exit_status"]) for line in told] == [*zip(files, (0, 1, 0), strict=True)]
    assert [line["total_yuan"] for line in told if "total_yuan" in line] == [TOTAL, TOTAL]
    assert told[0]["written"] == [str(Path("plans/one.json"))]
    assert {found["code"] for found in told[1]["diagnostics"]} >= {"portfolio.missing"}
    assert sorted(path.name for path in (folder / "plans").iterdir()) == ["one.json", "two.json"]
    assert ran("plan", "one.yaml", "--out", "alone.json", "--no-compare-strict") == 0
    first, alone = (
        json.loads((folder / path).read_text("utf-8")) for path in ("plans/one.json", "alone.json")
    )
    assert {**first, "run": None} == {**alone, "run": None}
    assert ran("verify", "plans/two.json", "two.yaml") == 0


def test_many_files_are_planned_by_all_processors_as_one_after_another(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines, messages, plans and status are the same, in the order of the files, whoever planned each."""
    files = ["wrong.yaml", "one.yaml", "nothing.yaml", "two.yaml", "one.yaml"]
    outcomes = []
    for few, name in ((100, "alone"), (2, "shared")):
        monkeypatch.setattr(many, "_FEW", few)
        monkeypatch.setattr(many, "solve_read", heard := Heard())
        assert ran("batch", *files, "--to", name, "--reading", "exclusivity=one-a-year") == 1
        shown = capfd.readouterr()
        plans = [json.loads(path.read_text("utf-8")) for path in sorted((folder / name).iterdir())]
        # Children leave to this process what they cannot read.
        assert len(heard) == (len(files) if name == "alone" else 1)
        outcomes.append((shown.out, shown.err, [{**plan, "run": None} for plan in plans]))
    alone, shared = outcomes
    assert shared == alone
    assert len(shared[0].splitlines()) == len(files) + 1  # that of all


@pytest.mark.usefixtures("folder")
def test_what_a_child_cannot_plan_is_planned_in_this_process(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that is ended, as by a memory that does not suffice, costs time, not the plan."""
    monkeypatch.setattr(many, "_FEW", 1)
    monkeypatch.setattr(many, "ChildProcess", Small)
    assert ran("batch", "one.yaml", "wrong.yaml") == 1
    shown = capfd.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines()[:-1]] == ["one.yaml", "wrong.yaml"]
    assert ("no plan" in shown.out.splitlines()[0], "portfolio.missing" in shown.err) == (False, True)


def test_a_child_that_grounds_beyond_the_time_limit_is_ended(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Grounding hears of no limit: the file is left to this process, which says what the limit came upon."""
    monkeypatch.setattr(many, "_FEW", 1)
    monkeypatch.setattr(many, "_BEYOND", -1e9)
    monkeypatch.setattr(many, "solve_read", heard := Heard())
    assert ran("batch", "one.yaml", "two.yaml", "--time-limit", "300") == 0
    assert len(heard) == 2
    assert len(capfd.readouterr().out.splitlines()[:-1]) == len([*folder.glob("[ot]*.yaml")])


def test_text_keeps_messages_apart(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A line a file on stdout, what is wrong with one on stderr."""
    assert ran("batch", "wrong.yaml", "two.yaml", "--reading", "exclusivity=one-a-year") == 1
    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "wrong.yaml  no plan, see the messages",
        "two.yaml  at most 5,000.00 万元, claims: 1",
        "2 files: 1 proven optimal, 0 not proven, 1 without a plan; at most 5,000.00 万元 in all, claims: 1",
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
    assert ran("batch", *arguments) in (1, 2)
    out, err = capfd.readouterr()
    assert (out, f"[{code}]" in err) == ("", True)
    assert sorted(path.name for path in folder.iterdir()) == ["one.yaml", "two.yaml", "wrong.yaml"]


def test_a_file_in_place_of_the_folder_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where --to names a file the message says that one is there, not the name of an error of the system."""
    assert ran("batch", "one.yaml", "--to", "two.yaml") == 2
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
    assert ran("batch", "one.yaml", "two.yaml", "wrong.yaml", "--to", "plans") == 130
    shown = capfd.readouterr()
    assert "interrupted: 1 of 3 are done" in shown.err
    assert "cli.interrupted" not in shown.err
    assert [path.name for path in (folder / "plans").iterdir()] == ["one.json"]


def _told(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines of a batch, as JSON."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def _contents(plans: Path) -> dict[str, Any]:
    """What stands in each plan, but for what its run took."""
    found = {}
    for path in sorted(plans.iterdir()):
        if path.suffix == ".json":
            plan = json.loads(path.read_text("utf-8"))
            run_ = {key: value for key, value in plan["run"].items() if not key.endswith("_seconds")}
            run_["batch"].pop("sha256")  # of the times, too
            found[path.name] = {**plan, "run": run_}
        else:
            found[path.name] = path.read_bytes()
    return found


BOTH = ("--to", "plans", "--as", "json", "--as", "xlsx", "--format", "json")


@pytest.mark.parametrize("ended", [KeyboardInterrupt, SystemExit])
def test_a_batch_that_was_ended_is_taken_up_again(
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    ended: type[BaseException],
) -> None:
    """What was finished is kept and listed; plans and figures are those of one run that nobody ended."""
    files = ("one.yaml", "two.yaml", "wrong.yaml", "one.yaml")
    assert ran("batch", *files, *BOTH) == 1
    whole, lines = _contents(folder / "plans"), _told(capfd)
    for path in (folder / "plans").iterdir():
        path.unlink()
    heard = Heard()

    def at_last(*given: Any) -> Any:
        if len(heard) == 1:
            raise ended
        return heard(*given)

    monkeypatch.setattr(many, "solve_read", at_last)
    with suppress(SystemExit):
        assert ran("batch", *files, *BOTH) == 130
    assert sorted(path.name for path in (folder / "plans").iterdir()) == ["one.json", "one.xlsx"]
    capfd.readouterr()
    monkeypatch.setattr(many, "solve_read", heard := Heard())
    assert ran("batch", *files, *BOTH, "--resume") == 1
    told = _told(capfd)
    assert len(heard) == 2  # two.yaml and the one that is wrong
    assert [line.pop("kept", None) for line in told] == [True, False, None, True]
    assert [{**line, "kept": False} if "kept" in line else line for line in lines] == [
        {**line, "kept": False} if "status" in line else line for line in told
    ]
    assert _contents(folder / "plans") == whole


def test_what_is_kept_is_looked_for_aloud_and_counted(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """How far the look at plans has come, on stderr; at the end how many were kept, and made."""
    arguments = ("batch", "one.yaml", "two.yaml", "--to", "plans", "--lang", "en")
    assert ran(*arguments, "--progress") == 0
    first = capfd.readouterr()
    assert "kept" not in first.out
    assert "there" not in first.err
    (folder / "plans" / "two.json").unlink()
    assert ran(*arguments, "--resume", "--progress") == 0
    again = capfd.readouterr()
    assert again.err.splitlines()[-1] == "looking for plans that are there: 2 of 2"
    assert again.out.splitlines()[-1].endswith("; kept 1, planned 1")
    assert again.out.splitlines()[-1].removesuffix("; kept 1, planned 1") == first.out.splitlines()[-1]
    assert ran(*arguments, "--resume") == 0
    assert capfd.readouterr().err == ""
    assert ran(*arguments, "wrong.yaml", "--resume") == 1  # of which there is no plan
    assert capfd.readouterr().out.splitlines()[-1].endswith("; kept 2, planned 0")


@pytest.mark.parametrize(
    ("further", "text"),
    [
        (("--reading", "exclusivity=one-a-year"), ""),
        (("--brief",), ""),
        (("--time-limit", "1000"), ""),
        (("--policy", "cn/shenzhen/2023-6", "--policy", "cn/shenzhen/green-guide-2025"), ""),
        ((), "\n# a remark moves what stands below it\n"),
    ],
)
def test_what_would_be_another_plan_is_made_anew(
    folder: Path, capfd: pytest.CaptureFixture[str], further: tuple[str, ...], text: str
) -> None:
    """A file with other bytes, other packs, answers or options: its plan is not kept."""
    assert ran("batch", "one.yaml", *BOTH) == 0
    (folder / "one.yaml").write_text(text + GROUP, encoding="utf-8")
    capfd.readouterr()
    assert ran("batch", "one.yaml", *BOTH, *further, "--resume") == 0
    assert [line["kept"] for line in _told(capfd)] == [False]
    assert ran("batch", "one.yaml", *BOTH, *further, "--resume") == 0
    assert [line["kept"] for line in _told(capfd)] == [True]


@pytest.mark.parametrize("form", ["json", "xlsx"])
@pytest.mark.parametrize("harm", ["half", "changed", "gone", "another's"])
def test_a_plan_that_is_not_whole_is_made_anew(
    folder: Path, capfd: pytest.CaptureFixture[str], form: str, harm: str
) -> None:
    """Half a file, one with other figures in it: it is said, and planned. One not from a batch: planned."""
    arguments = ("batch", "one.yaml", "--to", "plans", "--as", form, "--lang", "en")
    assert ran(*arguments) == 0
    plan = folder / "plans" / f"one.{form}"
    content = plan.read_bytes()
    if harm == "half":
        plan.write_bytes(content[: len(content) // 2])
    elif harm == "changed":
        where = content.index(b'"amount_yuan": "') + len('"amount_yuan": "') if form == "json" else 2000
        plan.write_bytes(content[:where] + bytes([content[where] ^ 1]) + content[where + 1 :])
    elif harm == "gone":
        plan.unlink()
    else:
        assert ran("plan", "one.yaml", "--out", str(plan), "--no-compare-strict") == 0
    capfd.readouterr()
    assert ran(*arguments, "--resume") == 0
    shown = capfd.readouterr()
    assert "kept" not in shown.out
    assert ("[cli.plan-damaged]" in shown.err) == (harm in ("half", "changed"))
    assert ran(*arguments, "--resume") == 0
    assert "kept: the plan was there" in capfd.readouterr().out


def test_a_file_that_is_written_to_meanwhile_is_planned_again(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a file may be read while it is written: its plan is not taken for that of the whole."""

    def meanwhile(*given: Any) -> Any:
        path = folder / "one.yaml"
        path.write_text(GROUP.replace("50000", "50001"), encoding="utf-8")
        found = solve_read(*given)
        path.write_text(GROUP, encoding="utf-8")
        os.utime(path, ns=(0, 1))
        return found

    monkeypatch.setattr(many, "solve_read", meanwhile)
    assert ran("batch", "one.yaml", "two.yaml", *BOTH) == 0
    monkeypatch.setattr(many, "solve_read", solve_read)
    capfd.readouterr()
    assert ran("batch", "one.yaml", "two.yaml", *BOTH, "--resume") == 0
    assert [line["kept"] for line in _told(capfd)] == [False, True]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nobody may ever write to it: it is told, and the others are planned."""
    os.mkfifo(folder / "pipe.yaml")
    assert ran("batch", "pipe.yaml", "one.yaml", "--to", "plans", "--resume", "--format", "json") == 1
    told = _told(capfd)
    assert [line["exit_status"] for line in told] == [1, 0]
    assert [found["code"] for found in told[0]["diagnostics"]] == ["portfolio.is-pipe"]


def test_a_link_that_leads_back_to_itself_stops_no_other(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is a file that cannot be read, as an input and beside an output."""
    (folder / "loop.yaml").symlink_to("loop.yaml")
    assert ran("batch", "loop.yaml", "one.yaml", "--to", "plans") == 1
    out, err = capfd.readouterr()
    assert "one.yaml  at most" in out
    assert "portfolio.unreadable" in err
    assert ran("plan", "loop.yaml", "--out", "plan.json") == 1
    assert "portfolio.unreadable" in capfd.readouterr().err
