"""Progress on stderr, limits, and Ctrl-C: what is told, what is kept, and how each run ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from tests.commands import ran, working_in

from subvent.logic.session import ChildProcess
from subvent.plan import Wanted, read_input, solve_rows
from subvent.process.progress import Progress, Stage
from subvent.report.json import plan_json
from subvent.verify import verify_plan
from subvent_cli.output import text_writer, write_files
from subvent_cli.progress import Shown
from subvent_cli.session import session_of

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies:
  - {id: A, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true}
  - {id: B, legal_person: true, operates_in_shenzhen: true, industry_code: "3922", good_standing: true}
projects:
  - {id: P1, applicant: A, kinds: [major, smart], total_investment: 50000, audited_cost: 49000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
  - {id: P2, applicant: B, kinds: [equipment, smart], total_investment: 30000, audited_cost: 24000,
     filing_years: [2026], completed: true, in_shenzhen: true, filed_before_start: true}
"""
HEAD = """\
import sys, time
from subvent import choice, plan
from subvent_cli.main import main

def say(word):
    print(word, file=sys.stderr, flush=True)
"""
SEARCH = (
    HEAD
    + """
found = choice.optimise_whole

def slow(model, ties, order, limits=None, known=None):
    say("searching")
    while not limits.over:
        time.sleep(0.01)
    say("ended")
    if "stubborn" in sys.argv:
        time.sleep(600)
    best = found(model, ties, order, limits, known)
    first, *others = best.solutions
    none = first._replace(values=(0,) * len(first.values), total=0, status="feasible")
    return best._replace(solutions=(none, *others))

choice.optimise_whole = slow
"""
)
GO = """
main([word for word in sys.argv[1:] if word != "stubborn"])
"""
"""The search waits until it is ended, and has found nothing for the first component by then."""
DERIVE = (
    HEAD
    + """
def pose(*_, **__):
    say("searching")
    time.sleep(600)

plan.pose = pose
main(sys.argv[1:])
"""
)
EXPLAINING = """
def explained(*_, **__):
    say("explaining")
    time.sleep(600)

plan.account_of = explained
"""
EXPLAIN = HEAD + EXPLAINING.replace('"explaining"', '"searching"') + "main(sys.argv[1:])\n"
CHILD = """
import sys, time
from subvent.logic.session import ChildProcess
from subvent.logic.worker import send

child = ChildProcess()
send(child._process.stdin, ("derive", (sys.argv[1], [], [])))
print("searching", file=sys.stderr, flush=True)
time.sleep(600)
"""
unix = pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a whole console")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with the portfolio in it."""
    return working_in(tmp_path, monkeypatch, group=GROUP)


@contextmanager
def started(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A run of the command line with a part replaced, once that part is reached."""
    paths = os.pathsep.join(filter(None, map(os.path.abspath, sys.path)))
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": paths, "LANG": "en"},
    )
    try:
        wait_for(process, "searching")
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    """Read stderr up to a line."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip() == word:
            return
    pytest.fail(f"{word} was never said")


def signalled(sent: signal.Signals, script: str, *arguments: str) -> tuple[int, str, str]:
    """The status, and what is printed, of such a run that gets a signal there; never a traceback."""
    with started(script, *arguments) as process:
        process.send_signal(sent)
        out, err = process.communicate(timeout=300)
    assert "Traceback" not in err
    return process.returncode, out, err


@unix
def test_ctrl_c_ends_the_search_with_the_best_plan_and_its_gap(folder: Path) -> None:
    """The plan is shown and written, lawful, with the bound that is proven; the exit status is 3."""
    status, out, err = signalled(
        signal.SIGINT, SEARCH + GO, "plan", "group.yaml", "--lang", "en", "--out", "plan.json"
    )
    assert status == 3
    assert "At most 4,800.00 万元 in total" in out
    assert "Not proven optimal" in out
    assert "ended the search" in err
    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert (written["status"], written["total_yuan"]) == ("feasible", "48000000.00")
    assert written["bound_yuan"] == "98000000.00"
    assert verify_plan(folder / "plan.json", folder / "group.yaml") == ()


@unix
def test_a_signal_to_end_is_as_ctrl_c() -> None:
    """Whoever ends the process, not the user, is told the best plan so far, too; in either language."""
    status, out, err = signalled(signal.SIGTERM, SEARCH + GO, "plan", "group.yaml", "--lang", "zh")
    assert status == 3
    assert "尚未证明最优" in out
    assert "提前结束" in err
    assert "Traceback" not in err


@unix
@pytest.mark.parametrize(("language", "told"), [("en", "Claims and amounts alone"), ("zh", "只列申报和金额")])
def test_ctrl_c_while_reasons_are_worked_out_leaves_the_plan(folder: Path, language: str, told: str) -> None:
    """It is proven: the status is 0; claims, amounts and bound are there and verify; a word says the rest."""
    status, out, err = signalled(
        signal.SIGINT, EXPLAIN, "plan", "group.yaml", "--lang", language, "--out", "plan.json"
    )
    assert status == 0
    assert "9,800.00" in out
    assert told in out
    assert "[plan.unexplained]" in err
    assert "[cli.search-ended]" not in err
    written = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert (written["explained"], written["steps"], written["not_claimed"]) == (False, [], [])
    assert verify_plan(folder / "plan.json", folder / "group.yaml") == ()


@unix
def test_a_second_ctrl_c_ends_the_explaining_too() -> None:
    """The first one ended the search; the second ends the command at once."""
    with started(SEARCH + EXPLAINING + GO, "plan", "group.yaml", "--lang", "en") as process:
        process.send_signal(signal.SIGINT)
        wait_for(process, "explaining")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert "[cli.interrupted]" in err


@unix
@pytest.mark.parametrize(("sent", "ended"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_before_the_search_ends_the_command(sent: signal.Signals, ended: int) -> None:
    """While facts are derived there is no plan to tell: the status that shells expect, and no traceback."""
    status, out, err = signalled(sent, DERIVE, "plan", "group.yaml", "--lang", "en")
    assert (status, out) == (ended, "")
    assert "[cli.interrupted]" in err
    assert "Traceback" not in err


@unix
@pytest.mark.parametrize(
    "program", ["p.", "p :- X = 1..100000, Y = 1..100000, X + Y < 0."], ids=["ready", "busy"]
)
def test_a_child_does_not_outlive_its_parent(program: str) -> None:
    """Whether it has an answer that nobody reads or is still at work: it ends, and says nothing."""
    with started(CHILD, program) as process:
        process.kill()
        # stderr is the child's too: this returns when it has ended.
        _, err = process.communicate(timeout=60)
    assert err == ""


def test_that_the_search_was_ended_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """One Ctrl-C during the search stops it, and a note says so."""
    with Shown(session_of([], {"LANG": "en"}), asked=False) as telling:
        telling.stage("optimising")
        os.kill(os.getpid(), signal.SIGINT)
        assert telling.stopped
        telling.report(3)
    assert "[cli.search-ended]" in capsys.readouterr().err


DROPPED = EXPLAIN.replace(
    "    time.sleep(600)",
    """\
    class Closed:
        def __del__(self):
            try:
                say("closing")
                time.sleep(600)
            finally:
                say("dropped")
    Closed()
    time.sleep(600)""",
)
"""A destructor is running when the signal comes, and Python drops what comes up in one."""


@unix
def test_a_signal_that_python_drops_is_heard_all_the_same(folder: Path) -> None:
    """Nothing is printed of what was dropped, and the plan is told without reasons as ever."""
    with started(DROPPED, "plan", "group.yaml", "--lang", "en", "--out", "plan.json") as process:
        wait_for(process, "closing")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert process.returncode == 0
    assert "9,800.00" in out
    assert "dropped" in err
    assert "[plan.unexplained]" in err
    assert "Traceback" not in err
    assert not json.loads((folder / "plan.json").read_text(encoding="utf-8"))["explained"]


@unix
def test_a_second_ctrl_c_ends_the_command(folder: Path) -> None:
    """Where even ending takes too long, nothing is written and nothing is shown."""
    (folder / "plan.json").write_text("mine", encoding="utf-8")
    with started(
        SEARCH + GO, "plan", "group.yaml", "stubborn", "--lang", "en", "--out", "plan.json"
    ) as process:
        process.send_signal(signal.SIGINT)
        wait_for(process, "ended")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=300)
    assert (process.returncode, out) == (130, "")
    assert "[cli.interrupted]" in err
    assert (folder / "plan.json").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in folder.iterdir()) == ["group.yaml", "plan.json"]


LAST = {
    "plan": (
        "optimising: 2 of 2 independent parts proven, gap 0.00 万元",
        "求解：2 个独立部分已证明 2 个，差距 0.00 万元",
    ),
    "verify": ("deriving it once more, without clingo: 1 of 1", "由另一程序再推导一次：1 项已完成 1 项"),
}
"""What is told of a whole search, and of a whole check."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "group.yaml"),
        ("alternatives", "group.yaml"),
        ("replan", "group.yaml", "--since", "plan.json"),
        ("verify", "plan.json", "group.yaml"),
    ],
)
def test_progress_is_told_on_stderr_and_only_where_asked(
    arguments: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    """No terminal reads here: without --progress stderr is empty; with it stdout is the same."""
    assert ran("plan", "group.yaml", "--out", "plan.json") == 0
    capfd.readouterr()
    assert ran(*arguments) == 0
    silent = capfd.readouterr()
    assert silent.err == ""
    assert ran(*arguments, "--progress") == 0
    told = capfd.readouterr()
    assert told.out == silent.out
    lines = told.err.splitlines()
    assert lines[:2] == ["reading the portfolio and the packs", "deriving facts, conditions and amounts"]
    last, zh = LAST.get(arguments[0], LAST["plan"])
    assert last in lines
    assert ran(*arguments, "--progress", language="zh") == 0
    assert zh in capfd.readouterr().err


class Ended(Progress):
    """A search that is over before it begins, by Ctrl-C or not, and whose grounder has no time left then."""

    def __init__(self, grounder: ChildProcess, *, stopped: bool) -> None:
        self.stages: list[Stage] = []
        self._grounder, self._stopped = grounder, stopped

    @property
    def stopped(self) -> bool:
        """From the search on."""
        return self._stopped and "optimising" in self.stages

    def stage(self, stage: Stage) -> None:
        """The time is over when the search begins."""
        self.stages.append(stage)
        if stage == "optimising":
            self._grounder._deadline = monotonic()


@pytest.mark.parametrize("stopped", [True, False], ids=["ctrl-c", "time-limit"])
def test_a_search_ended_at_once_still_gives_a_lawful_plan(folder: Path, *, stopped: bool) -> None:
    """It verifies, its bound is certified, and the explanation takes the time it needs."""
    path = Path(__file__).parents[2] / "examples" / "manufacturing-group.yaml"
    policies, portfolio, remarks = read_input(path, ())
    with ChildProcess(600) as grounder:
        ended = Ended(grounder, stopped=stopped)
        wanted = Wanted(None if stopped else 1e-9, "told", progress=ended)
        plan = solve_rows(portfolio, policies, {}, grounder, wanted, remarks=remarks).plan
    assert plan.total_fen <= plan.bound_fen
    assert plan.strict is None
    assert ended.stages == ["deriving", "optimising", "insisting", "explaining"]
    saved = folder / "plan.json"
    saved.write_text(plan_json(plan), encoding="utf-8")
    assert verify_plan(saved, path) == ()


def test_ctrl_c_while_files_are_written_leaves_every_target_as_it_was(folder: Path) -> None:
    """The first file is made already, and is not put in place without the second."""
    first, second = folder / "a.json", folder / "b.json"
    first.write_text("mine", encoding="utf-8")

    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_files({first: text_writer("new"), second: interrupted})
    assert first.read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in folder.iterdir()) == ["a.json", "group.yaml"]
