"""Commands on packs take a pack by its folder, as they take a built-in one by its id."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.commands import ran
from tests.policy.conftest import City
from tests.policy.test_cases import CASES


@pytest.mark.parametrize(
    "command",
    [("lint",), ("test",), ("show",), ("test", "--mutate"), ("lint", "--policy"), ("test", "--policy")],
)
def test_a_folder_names_a_pack(command: tuple[str, ...], tmp_path: Path) -> None:
    """PACK is a folder wherever it may be an id, and --policy does as well."""
    folder = tmp_path / "lanterns"
    City(folder)
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    assert ran("policy", *command, str(folder)) in (0, 1)


def test_an_article_is_shown_with_its_phrases_and_rules(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Under its heading each phrase stands once, and below them its rules."""
    City(tmp_path)
    assert ran("policy", "show", str(tmp_path), "1") == 0
    shown = capfd.readouterr().out.partition("\n\n")[2].splitlines()
    assert shown[0] == "1  Lanterns"
    assert [line.strip()[0] for line in shown[1:3]] == ["「", "「"]
    assert [line.rpartition("% ")[2] for line in shown[3:]] == [f"xy/lanterns#1.{n}" for n in range(1, 7)]


def test_what_is_no_pack_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    """A PACK that is neither an id nor a folder is a finding with the packs there are."""
    assert ran("policy", "test", "xy/nothing") == 1
    assert "policy.unknown-pack" in capfd.readouterr().err


def test_a_link_that_leads_back_to_itself_is_no_pack(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is told as any other name that leads to no pack, not as a fault."""
    (loop := tmp_path / "loop").symlink_to(loop)
    assert ran("policy", "show", str(loop)) == 1
    assert "policy.unknown-pack" in capfd.readouterr().err
