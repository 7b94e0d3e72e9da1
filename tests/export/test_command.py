"""`subvent plan --export-model` and `--proof`: what is written, and folders that are not ours to take."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.commands import ran, working_in

from subvent.export import PACK_FILES

GROUP = """\
unit: 万元
as_of: 2026-05-06
horizon: [2026]
companies: [{id: A}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a portfolio that brings nothing in it."""
    return working_in(tmp_path, monkeypatch, group=GROUP)


def test_files_and_folder_are_written_and_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """All formats and the pack in one run, even of a plan without claims; a pack replaces an older one."""
    models = [f"model{suffix}" for suffix in (".mps", ".lp", ".opb", ".ASPIF")]
    wanted = [word for model in models for word in ("--export-model", model)]
    (folder / "empty").mkdir()
    for target in ("proof", "empty", "proof"):
        assert ran("plan", "group.yaml", "--proof", target, *wanted) == 0
        told = capfd.readouterr().err
        assert f": {target} " in told
        assert all(model in told for model in models)
    assert "replaced" in told
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    packs = {f"{target}/{name}" for target in ("proof", "empty") for name in PACK_FILES}
    assert found == {"group.yaml", *models, *packs}


def test_what_cannot_be_written_is_told_at_once(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder with other files, an unknown format and a wrong --out are refused in one run."""
    (folder / "mine").mkdir()
    (folder / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    assert ran("plan", "group.yaml", "--proof", "mine", "--export-model", "m.cnf", "--out", "p.txt") == 2
    told = capfd.readouterr().err
    assert "cli.folder-not-ours" in told
    assert told.count("cli.unknown-suffix") == 2
    assert ".mps / .lp / .opb / .aspif" in told
    assert ".json / .xlsx" in told
    assert sorted(path.name for path in folder.iterdir()) == ["group.yaml", "mine"]


@pytest.mark.parametrize(
    ("target", "code"),
    [("group.yaml", "cli.output-twice"), ("file", "cli.not-a-folder"), ("no/where", "cli.no-such-folder")],
)
def test_a_pack_needs_a_folder(
    target: str, code: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The input, a file, and a place in a folder that does not exist are no places for a pack."""
    (folder / "file").write_text("", encoding="utf-8")
    assert ran("plan", "group.yaml", "--proof", target) == 2
    assert code in capfd.readouterr().err
