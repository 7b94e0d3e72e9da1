"""Commands on packs take a pack by its folder, as they take a built-in one by its id."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policy.conftest import City
from tests.policy.test_cases import CASES

from subvent_cli.main import run
from subvent_cli.session import session_of


@pytest.mark.parametrize(
    "command",
    [("lint",), ("test",), ("show",), ("test", "--mutate"), ("lint", "--policy"), ("test", "--policy")],
)
def test_a_folder_names_a_pack(command: tuple[str, ...], tmp_path: Path) -> None:
    """PACK is a folder wherever it may be an id, and --policy does as well."""
    folder = tmp_path / "lanterns"
    City(folder)
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    arguments = ("policy", *command, str(folder))
    assert run(arguments, session_of(arguments, {})) in (0, 1)


def test_an_article_is_shown_with_its_phrases_and_rules(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Under its heading each phrase stands once, and below them its rules."""
    City(tmp_path)
    arguments = ("policy", "show", str(tmp_path), "1")
    assert run(arguments, session_of(arguments, {"LANG": "en"})) == 0
    shown = capfd.readouterr().out.partition("\n\n")[2].splitlines()
    assert shown[0] == "1  Lanterns"
    assert [line.strip()[0] for line in shown[1:3]] == ["「", "「"]
    assert [line.rpartition("% ")[2] for line in shown[3:]] == [f"xy/lanterns#1.{n}" for n in range(1, 7)]


def test_what_is_no_pack_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    """A PACK that is neither an id nor a folder is a finding with the packs there are."""
    arguments = ("policy", "test", "xy/nothing")
    assert run(arguments, session_of(arguments, {})) == 1
    assert "policy.unknown-pack" in capfd.readouterr().err
