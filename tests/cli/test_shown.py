"""How progress looks: one line that is written over on a terminal, lines now and then elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Event

import pytest

from subvent_cli import progress
from subvent_cli.progress import Shown
from subvent_cli.session import session_of

Tellings = Callable[[Shown], None]


def told(capsys: pytest.CaptureFixture[str], language: str, tellings: Tellings) -> str:
    """What is written to stderr for some tellings."""
    with Shown(session_of([], {"LANG": language}), asked=True) as shown:
        tellings(shown)
    return capsys.readouterr().err


def everything(shown: Shown) -> None:
    """Some of every kind, as a run tells it."""
    shown.stage("deriving")
    for done in range(41):
        shown.derived(done, 40)
    shown.stage("optimising")
    shown.proven(1, 2, 500_000_000)
    shown.nearer(None, 900_000_000)
    shown.nearer(400_000_000, 800_000_000)
    shown.proven(2, 2, 0)
    shown.stage("explaining")
    for done in range(1, 31):
        shown.counted(done, 30)


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "deriving facts, conditions and amounts",
                "deriving facts, conditions and amounts: 40 of 40 parts",
                "optimising",
                "optimising: 2 of 2 independent parts proven, gap 0.00 万元",
                "explaining",
                "explaining: 30 of 30",
            ],
        ),
        (
            "zh",
            [
                "推导事实、条件和金额",
                "推导事实、条件和金额：40 份已推导 40 份",
                "求解",
                "求解：2 个独立部分已证明 2 个，差距 0.00 万元",
                "说明理由",
                "说明理由：30 项已完成 30 项",
            ],
        ),
    ],
)
def test_elsewhere_a_stage_tells_its_beginning_its_end_and_little_between(
    language: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """However often something is told in a moment: a log is to be read."""
    assert told(capsys, language, everything).splitlines() == lines


def test_within_a_component_point_and_bound_are_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how much is proven of all, and without a point where there is none yet."""
    monkeypatch.setattr(progress, "_REST_IN_LINES", -1.0)
    lines = told(capsys, "en", everything).splitlines()
    proven = "optimising: 1 of 2 independent parts proven, gap 500.00 万元"
    assert f"{proven}: in the part at hand bound 900.00 万元" in lines
    assert f"{proven}: in the part at hand 400.00 万元 found, bound 800.00 万元" in lines


def test_a_terminal_has_one_line_which_is_empty_in_the_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every telling overwrites the one before."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = told(capsys, "en", everything)
    assert "\n" not in shown
    assert shown.startswith("\r\x1b[K")
    assert shown.endswith("\r\x1b[K")


def test_a_terminal_sees_that_a_silent_stage_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line stays, with the seconds of the stage; elsewhere nothing is written in between."""
    monkeypatch.setattr(progress, "_SILENCE", 0.0)
    monkeypatch.setattr(progress, "_LOOK", 0.01)
    seen = Event()
    write = Shown._write

    def watched(shown: Shown, text: str) -> None:
        write(shown, text)
        if "parts proven" in text and text.endswith(" s)"):
            seen.set()

    monkeypatch.setattr(Shown, "_write", watched)
    assert " s)" not in told(capsys, "en", lambda shown: shown.stage("optimising"))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    def silent(shown: Shown) -> None:
        shown.stage("optimising")
        shown.proven(1, 2, 500_000_000)
        assert seen.wait(60)

    lines = told(capsys, "en", silent).split("\r\x1b[K")
    assert any(
        line.startswith("optimising: 1 of 2 independent parts proven, gap 500.00 万元 (") for line in lines
    )
    assert lines[-1] == ""
