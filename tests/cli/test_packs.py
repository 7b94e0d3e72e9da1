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
    folder.mkdir()
    City(folder).write()
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    arguments = ("policy", *command, str(folder))
    assert run(arguments, session_of(arguments, {})) in (0, 1)


def test_what_is_no_pack_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    """A PACK that is neither an id nor a folder is a finding with the packs there are."""
    arguments = ("policy", "test", "xy/nothing")
    assert run(arguments, session_of(arguments, {})) == 1
    assert "policy.unknown-pack" in capfd.readouterr().err


def test_a_link_that_leads_back_to_itself_is_no_pack(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is told as any other name that leads to no pack, not as a fault."""
    (loop := tmp_path / "loop").symlink_to(loop)
    arguments = ("policy", "show", str(loop))
    assert run(arguments, session_of(arguments, {})) == 1
    assert "policy.unknown-pack" in capfd.readouterr().err
