"""What `subvent batch` tells of all files together, and of a plan that cannot be written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.commands import ran

from subvent import many
from subvent.diagnostics import ResourceError, diagnostic
from subvent.document.batch import LINE, Planned, Unplanned

from .test_commands import GROUP, TOTAL

SMALLER = GROUP.replace("audited_cost: 49000", "audited_cost: 9000")
WRONG = GROUP.replace("horizon", "horizen")
TO_BOTH = ("--to", "plans", "--as", "xlsx", "--as", "json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two valid portfolios with different totals, and one that is not valid."""
    for name, text in (("one.yaml", GROUP), ("two.yaml", SMALLER), ("wrong.yaml", WRONG)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What stands on each sheet of a workbook, row by row."""
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(path)}


def _yuan(rows: list[tuple[Any, ...]], column: int = -1) -> Decimal:
    return sum((Decimal(str(row[column])) for row in rows), Decimal(0))


def _sections(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The tables of the first sheet, each with its header and its row of totals."""
    table: list[tuple[Any, ...]] = []
    for row in [*rows[3:], (None,)]:
        filled = tuple(cell for cell in row if cell is not None)
        if filled:
            table.append(filled)
        elif table:
            yield table
            table = []


def test_totals_are_told_at_the_end(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """How many files came to what, and the money of all; of a file given twice once."""
    assert ran("batch", "one.yaml", "wrong.yaml", "one.yaml") == 1
    said = capfd.readouterr().out.splitlines()
    assert len(said) == 4
    assert said[-1].startswith("2 files: 1 proven optimal, 0 not proven, 1 without a plan; at most ")
    assert f"{Decimal(TOTAL) / 10_000:,.2f} 万元 in all" in said[-1]
    assert ran("batch", "one.yaml") == 0
    assert len(capfd.readouterr().out.splitlines()) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["one.yaml", "two.yaml", "wrong.yaml"]


@pytest.mark.usefixtures("folder")
def test_a_workbook_has_the_totals(capfd: pytest.CaptureFixture[str]) -> None:
    """Every sum is that of the plans: by year, document and benefit, by applicant, claim by claim."""
    assert ran("batch", "*.yaml", "one.yaml", "--out", "totals.xlsx", "--format", "json") == 1
    lines = {told["file"]: told for told in map(json.loads, capfd.readouterr().out.splitlines())}
    total = sum(Decimal(told.get("total_yuan", 0)) for told in lines.values())
    count = sum(told.get("claims", 0) for told in lines.values())
    tables = _tables(Path("totals.xlsx"))
    sums = list(_sections(tables.pop("Total")))
    assert [table[0][0] for table in sums] == ["Year", "Document", "Benefit"]
    for table in sums:
        assert _yuan(table[1:-1]) == _yuan(table[-1:]) == total
        assert table[-1][-3] == count
    files, applicants, claims = (tables[name][1:] for name in ("Files", "Applicants", "Claims"))
    assert [(row[0], row[1]) for row in files] == [
        ("one.yaml", "proven optimal"),
        ("two.yaml", "proven optimal"),
        ("wrong.yaml", "no plan"),
    ]
    assert "horizen" in files[-1][-1]
    assert _yuan(files[:2], 5) == _yuan(applicants) == _yuan(claims) == total
    assert (len(claims), sum(row[3] for row in applicants)) == (count, count)


@pytest.mark.usefixtures("folder")
def test_its_words_are_those_of_the_reader() -> None:
    """Titles, headers and results, in Chinese where nothing else is asked for."""
    assert ran("batch", "one.yaml", "wrong.yaml", "--to", "plans", "--out", "totals.xlsx", language="zh") == 1
    tables = _tables(Path("totals.xlsx"))
    assert list(tables) == ["合计", "各份资料", "申报单位", "各项申报"]
    total, files, applicants, claims = tables.values()
    assert [row[0] for row in total[:3]] == [
        "批量规划合计",
        "2 份资料：已证明最优 1 份，未证明最优 0 份，没有方案 1 份。",
        "金额为文件规定的上限（不超过），不是预测；以主管部门审定为准。",
    ]
    sums = list(_sections(total))
    money = ("项数", "金额上限（万元）", "金额上限（元）")
    assert [table[0] for table in sums] == [
        ("年度", *money),
        ("政策文件", *money),
        ("类别", "政策文件", *money),
    ]
    assert {table[-1][0] for table in sums} == {"合计"}
    assert files[0] == (
        *("资料", "结果", "项数", "金额上限（万元）", "已证明的上界（万元）"),
        *("金额上限（元）", "警告数", "方案文件", "有误之处"),
    )
    assert [row[1] for row in files[1:]] == ["已证明最优", "没有方案"]
    who = ("资料", "申报单位", "申报单位名称")
    assert applicants[0] == (*who, "项数", "2026年（万元）", *money[1:])
    assert claims[0] == (*who, "申报对象", "申报对象名称", "类别", "年度", "政策文件", *money[1:])


@pytest.mark.usefixtures("folder")
def test_plans_that_are_kept_count_as_if_made(capfd: pytest.CaptureFixture[str]) -> None:
    """After an interruption the workbook of totals is that of one run that nobody ended."""
    assert ran("batch", "one.yaml", "two.yaml", *TO_BOTH, "--out", "totals.xlsx") == 0
    whole = Path("totals.xlsx").read_bytes()
    Path("plans/two.json").unlink()
    capfd.readouterr()
    assert ran("batch", "one.yaml", "two.yaml", *TO_BOTH, "--out", "totals.xlsx", "--resume") == 0
    assert capfd.readouterr().out.count("kept: the plan was there") == 1
    assert Path("totals.xlsx").read_bytes() == whole


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--out", "totals.csv"), "cli.unknown-suffix"),
        (("--out", "nowhere/totals.xlsx"), "cli.no-such-folder"),
        (("--out", "plans/one.xlsx", *TO_BOTH), "cli.output-twice"),
        (("--out", "t.xlsx", "--to", "plans", "--as", "xlsx", "--resume"), "cli.totals-of-workbooks"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_totals_that_cannot_be_written_are_told_before_the_first(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: str
) -> None:
    """Nothing is planned for hours, to be lost at the end."""
    assert ran("batch", "one.yaml", *arguments) == 2
    out, err = capfd.readouterr()
    assert (out, f"[{code}]" in err) == ("", True)


def test_a_plan_that_cannot_be_written_stops_no_other(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Its line has its figures, what is wrong is told, and the status is that of a fault."""
    (folder / "plans" / "one.json").mkdir(parents=True)
    assert ran("batch", "one.yaml", "two.yaml", "--to", "plans", "--format", "json") == 2
    shown = capfd.readouterr().out.splitlines()
    assert [type(LINE.validate_json(line)) for line in shown] == [Planned, Planned]
    one, two = map(json.loads, shown)
    assert (one["total_yuan"], one["exit_status"], one["written"]) == (TOTAL, 2, [])
    assert [found["code"] for found in one["diagnostics"]] == ["cli.cannot-write"]
    assert (two["exit_status"], two["written"]) == (0, [str(Path("plans/two.json"))])
    assert ran("batch", "one.yaml", "two.yaml", "--to", "plans") == 2
    out, err = capfd.readouterr()
    assert "one.yaml  at most 9,700.00 万元, claims: 2 (not written, see the messages)" in out
    assert "cli.cannot-write" in err
    assert [path.name for path in (folder / "plans").iterdir() if path.is_file()] == ["two.json"]


@pytest.mark.usefixtures("folder")
def test_a_folder_that_cannot_be_written_is_told_before_the_first(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not said once for every file."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert ran("batch", "one.yaml", "two.yaml", "--to", "plans") == 2
    out, err = capfd.readouterr()
    assert (out, err.count("cli.folder-not-writable")) == ("", 1)


def test_patterns_are_looked_up_where_the_shell_does_not(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """In the order of names; a name that is there is no pattern, and one that fits nothing is told."""
    (folder / "[ab].yaml").write_text(GROUP, encoding="utf-8")
    assert ran("batch", "t*.yaml", "[ab].yaml", "on?.yaml", "x*.yaml") == 1
    out, err = capfd.readouterr()
    files = [line.split("  ")[0] for line in out.splitlines()[:-1]]
    assert files == ["two.yaml", "[ab].yaml", "one.yaml", "x*.yaml"]
    assert "x*.yaml: error: there is no such file" in err


def test_files_of_one_name_keep_their_folders(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder an applicant, with the same file in each: the plans are as many, and --resume finds them."""
    for name, text in (("a", GROUP), ("b/c", SMALLER)):
        (folder / name).mkdir(parents=True)
        (folder / name / "group.yaml").write_text(text, encoding="utf-8")
    files = ("a/group.yaml", "b/c/group.yaml", str(folder / "a" / ".." / "one.yaml"))
    assert ran("batch", *files, "--to", "plans") == 2
    assert "--parents" in capfd.readouterr().err
    assert ran("batch", *files, "--to", "plans", "--parents", "--format", "json") == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    plans = [Path(path) for line in lines for path in line["written"]]
    assert plans[:2] == [Path("plans/a/group.json"), Path("plans/b/c/group.json")]
    for path, line in zip(plans, lines, strict=True):
        assert json.loads(path.read_text("utf-8"))["total_yuan"] == line["total_yuan"]
        assert path.resolve().is_relative_to(folder / "plans")
    assert ran("batch", *files, "--to", "plans", "--parents", "--resume") == 0
    assert capfd.readouterr().out.count("kept: the plan was there") == len(files)


@pytest.mark.usefixtures("folder")
def test_every_message_names_its_file(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit of time or memory has no place in a file: among many it is told which file it came upon."""

    def too_long(*_: object) -> Any:
        raise ResourceError(diagnostic("logic.grounding-time", seconds="1"))

    monkeypatch.setattr(many, "solve_read", too_long)
    assert ran("batch", "one.yaml", "two.yaml") == 2
    said = [line for line in capfd.readouterr().err.splitlines() if "error:" in line]
    assert [line.split(":")[0] for line in said] == ["one.yaml", "two.yaml"]


def test_every_line_is_as_the_schema_says(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Planned, kept, not valid, not there: programs are told the shape of each beforehand."""
    assert ran("schema", "batch") == 0
    shapes = json.loads(capfd.readouterr().out)
    keys = {shape["$ref"].rpartition("/")[2] for shape in shapes["anyOf"]}
    assert {shapes["$defs"][key]["additionalProperties"] for key in keys} == {False}
    files = ("one.yaml", "wrong.yaml", "nothing.yaml", str(folder))
    for kept in (False, True):
        assert ran("batch", *files, "--to", "plans", "--resume", "--format", "json") == 1
        lines = [LINE.validate_json(line) for line in capfd.readouterr().out.splitlines()]
        assert [type(line) for line in lines] == [Planned, Unplanned, Unplanned, Unplanned]
        assert isinstance(lines[0], Planned)
        assert (lines[0].kept, lines[0].total_yuan) == (kept, TOTAL)
