"""`subvent batch`: the best lawful claims of many portfolios, the packs read once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Diagnostic, SubventError, Text, diagnostic
from subvent.display import harmless
from subvent.process.foreign import refusal
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.options import OneOf
from subvent_cli.output import Writer, emit, status_of, text_writer, write_files
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.plan import Asked
    from subvent.result import Plan

_FORMS = {"json": ".json", "xlsx": ".xlsx"}
_GRAVEST = (0, 3, 1, 2)
"""Exit statuses from the lightest to the gravest: proven, not proven, not valid, a fault."""
_TOTAL = Text("不超过 {total} 万元，{n} 项", "at most {total} 万元, claims: {n}")
_UNPROVEN = Text("，未证明最优，上界 {bound} 万元", ", not proven; at most {bound} 万元 is possible")
_FAILED = Text("没有方案，见消息", "no plan, see the messages")


@click.command(
    "batch",
    cls=BilingualCommand,
    text=Text("一次启动，逐份规划多份资料", "Plan many portfolios in one run"),
    detail=Text(
        """\
逐份规划，政策包只读一次；小资料由全部处理器分担，比逐个运行 plan
快几倍，结果按给出的顺序。每份一行：
文件、合计、项数；--format json 时每行一个 JSON 对象。--to 把每份方案
写成 DIR/文件名.json（--as xlsx：.xlsx）。一份有误不影响其余；
退出码取最重的：2 故障，1 有的无效，3 有的未证明最优，0 全部证明最优。""",
        """\
The packs are read once, and all processors plan small files: they take
a fraction of the time that a run of plan for each takes. One line a
file, in their order: its name, total and claims; with --format json one
JSON object a line.
--to writes each plan as DIR/NAME.json (--as xlsx: .xlsx). What is wrong
with one file stops no other; the exit status is the gravest: 2 a fault,
1 some not valid, 3 some not proven optimal, 0 all proven optimal.""",
    ),
    examples=(
        "subvent batch groups/a.xlsx groups/b.yaml --to plans",
        "subvent batch a.yaml b.yaml --format json",
    ),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--to",
    "folder",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    default=None,
    metavar="DIR",
    text=Text("写入方案的文件夹，没有则建立", "The folder for the plans; made if there is none"),
)
@click.option(
    "--as",
    "forms",
    cls=BilingualOption,
    type=OneOf(*_FORMS),
    multiple=True,
    text=Text("方案写成什么，默认 json，可重复", "What plans are written as, repeatable; default: json"),
)
@options.reading_option
@options.strict_option
@options.policy_option
@options.time_limit_option
@options.brief_option
@options.format_option
@options.lang_option
def batch(
    files: tuple[Path, ...],
    folder: Path | None,
    forms: tuple[str, ...],
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    strict: bool,
    brief: bool,
) -> int:
    """Plan file by file; the gravest of their statuses comes back."""
    if forms and not folder:
        raise SubventError(diagnostic("cli.no-folder", forms=", ".join(dict.fromkeys(forms))))
    outputs = _outputs(files, folder, dict.fromkeys(forms or ("json",))) if folder else {}
    from subvent.many import plan_each
    from subvent.plan import Wanted

    session = current()
    asked: Asked = "taken" if strict else "untold"
    gravest = done = 0
    wanted = Wanted(time_limit, asked, proofs=bool(folder) and not brief, finish=False)
    try:
        for file, found in plan_each(files, policies, readings, wanted):
            if isinstance(found, SubventError):
                status = found.exit_status
                _failed(file, found, session)
            else:
                status = status_of(proven=found.status == "optimal")
                write_files(_writers(outputs.get(file, ()), found, session))
                emit(_line(file, found, outputs.get(file, ()), status, session), session)
            gravest = max(gravest, status, key=_GRAVEST.index)
            done += 1
    except KeyboardInterrupt as error:
        error.args = (diagnostic("cli.batch-interrupted", severity="note", done=done, count=len(files)),)
        raise
    return gravest


def _outputs(
    files: Sequence[Path], folder: Path, forms: Sequence[str] | dict[str, None]
) -> dict[Path, tuple[Path, ...]]:
    """The files to write for each portfolio. Errors: SubventError when one would destroy another."""
    found: dict[Path, tuple[Path, ...]] = {}
    faults: list[Diagnostic] = []
    inputs = {file.resolve() for file in files}
    first: dict[Path, Path] = {}
    for file in dict.fromkeys(files):
        found[file] = tuple(folder / f"{file.stem}{_FORMS[form]}" for form in forms)
        for path in found[file]:
            if first.setdefault(path, file) != file:
                faults.append(diagnostic("cli.same-output", file=file, other=first[path], path=path))
            if path.resolve() in inputs:
                faults.append(diagnostic("cli.output-is-input", path=path))
    if faults:
        raise SubventError(*faults)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SubventError(diagnostic("cli.cannot-write", path=folder, reason=refusal(error))) from error
    return found


def _writers(paths: Sequence[Path], plan: Plan, session: Session) -> dict[Path, Writer]:
    from subvent.report.json import plan_json
    from subvent.report.workbook import write_plan_workbook

    workbook = partial(write_plan_workbook, plan=plan, language=session.language)
    return {path: workbook if path.suffix == ".xlsx" else text_writer(plan_json(plan)) for path in paths}


def _failed(file: Path, error: SubventError, session: Session) -> None:
    """Tell why a file has no plan: for programs in its line, for people beside it."""
    if session.json:
        told = {"file": str(file), **json.loads(messages.as_json(error.diagnostics, error.exit_status))}
        emit(json.dumps(told, ensure_ascii=False), session)
        return
    messages.report(error.diagnostics, session, error.exit_status)
    emit(f"{harmless(str(file))}  {_FAILED.in_(session.language)}", session)


def _line(file: Path, plan: Plan, written: Sequence[Path], status: int, session: Session) -> str:
    """What is told of one plan."""
    from subvent.money import yuan

    if session.json:
        told = {
            "file": str(file),
            "exit_status": status,
            "status": plan.status,
            "total_yuan": yuan(plan.total_fen),
            "bound_yuan": yuan(plan.bound_fen),
            "claims": len(plan.claims),
            "warnings": len(plan.warnings),
            "written": [str(path) for path in written],
        }
        return json.dumps(told, ensure_ascii=False)
    return "".join(_words(file, plan, session))


def _words(file: Path, plan: Plan, session: Session) -> Iterator[str]:
    from subvent.explain.quantities import wan

    yield f"{harmless(str(file))}  "
    yield _TOTAL.in_(session.language).format(total=wan(plan.total_fen, 2), n=len(plan.claims))
    if plan.status != "optimal":
        yield _UNPROVEN.in_(session.language).format(bound=wan(plan.bound_fen, 2))
