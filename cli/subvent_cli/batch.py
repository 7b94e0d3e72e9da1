"""`subvent batch`: the best lawful claims of many portfolios, the packs read once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Diagnostic, Place, SubventError, Text, diagnostic
from subvent.display import harmless
from subvent.process.foreign import refusal
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.options import OneOf
from subvent_cli.output import Writer, emit, status_of, text_writer, where, write_files
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.plan import Asked
    from subvent.report.stamp import Stamp
    from subvent.result import Plan

_FORMS = {"json": ".json", "xlsx": ".xlsx"}
_GRAVEST = (0, 3, 1, 2)
"""Exit statuses from the lightest to the gravest: proven, not proven, not valid, a fault."""
_TOTAL = Text("不超过 {total} 万元，{n} 项", "at most {total} 万元, claims: {n}")
_UNPROVEN = Text("，未证明最优，上界 {bound} 万元", ", not proven; at most {bound} 万元 is possible")
_FAILED = Text("没有方案，见消息", "no plan, see the messages")
_KEPT = Text("（已有方案，未重做）", " (kept: the plan was there)")


@click.command(
    "batch",
    cls=BilingualCommand,
    text=Text("一次启动，逐份规划多份资料", "Plan many portfolios in one run"),
    detail=Text(
        """\
逐份规划，政策包只读一次；小资料由全部处理器分担，比逐个运行 plan
快几倍，结果按给出的顺序。每份一行：
文件、合计、项数；--format json 时每行一个 JSON 对象。--to 把每份方案
写成 DIR/文件名.json（--as xlsx：.xlsx）。中断后加 --resume 再运行：
方案已在、且文件内容、政策包、解读、版本、选项都未变的，不再重做。
一份有误不影响其余；
退出码取最重的：2 故障，1 有的无效，3 有的未证明最优，0 全部证明最优。""",
        """\
The packs are read once, and all processors plan small files. One line a
file, in their order: its name, total and claims; with --format json one
JSON object a line. --to writes each plan as DIR/NAME.json (--as xlsx:
.xlsx). After an interruption run it again with --resume: a plan that is
there and was made from the same bytes, packs, answers, version and
options is kept. What is wrong with one file stops no other; the exit
status is the gravest: 2 a fault, 1 some not valid, 3 some not proven
optimal, 0 all proven optimal.""",
    ),
    examples=(
        "subvent batch groups/a.xlsx groups/b.yaml --to plans --resume",
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
@click.option(
    "--resume",
    cls=BilingualOption,
    is_flag=True,
    text=Text("接着上次做：未变的方案不重做", "Go on: plans that are there and would be the same are kept"),
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
    resume: bool,
    strict: bool,
    brief: bool,
) -> int:
    """Plan file by file; the gravest of their statuses comes back."""
    if not folder and (forms or resume):
        given = [*(f"--as {form}" for form in dict.fromkeys(forms)), *(["--resume"] if resume else [])]
        raise SubventError(diagnostic("cli.no-folder", given=" ".join(given)))
    outputs = _outputs(files, folder, dict.fromkeys(forms or ("json",))) if folder else {}
    from subvent.many import asked_of_each, plan_each, seen
    from subvent.plan import Wanted
    from subvent.report.stamp import stamp_of

    session = current()
    how: Asked = "taken" if strict else "untold"
    gravest = done = 0
    wanted = Wanted(time_limit, how, proofs=bool(folder) and not brief, finish=False)
    asked = asked_of_each(policies, readings, wanted)
    before = {file: seen(file) for file in outputs}
    made_from = {
        file: {path: asked.made_from(file, *_form(path, session)) for path in paths}
        for file, paths in outputs.items()
    }
    try:
        kept = _kept(made_from, session) if resume else {}
        planned = plan_each([file for file in files if file not in kept], asked)
        for file in files:
            if stamp := kept.get(file):
                status = status_of(proven=stamp.status == "optimal")
                emit(_line(file, stamp, outputs[file], status, session, kept=True), session)
            elif isinstance(found := next(planned)[1], SubventError):
                status = found.exit_status
                _failed(file, found, session)
            else:
                status = status_of(proven=found.status == "optimal")
                # Which content of a file that was written to meanwhile was planned nobody knows.
                changed = file in outputs and seen(file) != before[file]
                sources = dict.fromkeys(made_from[file], "") if changed else made_from.get(file, {})
                write_files(_writers(sources, found, session))
                stamp = stamp_of(found, "")
                emit(_line(file, stamp, tuple(sources), status, session, kept=False), session)
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
    inputs = {where(file) for file in files}
    first: dict[Path, Path] = {}
    for file in dict.fromkeys(files):
        found[file] = tuple(folder / f"{file.stem}{_FORMS[form]}" for form in forms)
        for path in found[file]:
            if first.setdefault(path, file) != file:
                faults.append(diagnostic("cli.same-output", file=file, other=first[path], path=path))
            if where(path) in inputs:
                faults.append(diagnostic("cli.output-is-input", path=path))
    if faults:
        raise SubventError(*faults)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SubventError(diagnostic("cli.cannot-write", path=folder, reason=refusal(error))) from error
    return found


def _form(path: Path, session: Session) -> tuple[str, ...]:
    """What a file of a plan depends on beside the plan: its form, and of a workbook the language."""
    return (path.suffix, session.language) if path.suffix == ".xlsx" else (path.suffix,)


def _kept(made_from: Mapping[Path, Mapping[Path, str]], session: Session) -> dict[Path, Stamp]:
    """The files whose plans are there as they would be made now. A damaged plan is told."""
    found = {}
    for file, sources in made_from.items():
        stamps = [(_stamp(path, session), source) for path, source in sources.items()]
        known = [stamp for stamp, source in stamps if stamp and source and stamp.made_from == source]
        if len(known) == len(stamps):
            found[file] = known[0]
    return found


def _stamp(path: Path, session: Session) -> Stamp | None:
    """The stamp of a plan that is there and whole."""
    from subvent.report.stamp import DamagedError, read_stamp

    try:
        return read_stamp(path)
    except DamagedError:
        messages.report((diagnostic("cli.plan-damaged", Place(str(path)), severity="note"),), session, 0)
    except OSError:
        return None  # there is none, or writing it tells what is wrong
    return None


def _writers(made_from: Mapping[Path, str], plan: Plan, session: Session) -> dict[Path, Writer]:
    """What writes the files of a plan, each with what it was made from."""
    from subvent.report.stamp import properties, stamp_of, stamped_json
    from subvent.report.workbook import write_plan_workbook

    def writer(path: Path, source: str) -> Writer:
        stamp = stamp_of(plan, source)
        if path.suffix != ".xlsx":
            return text_writer(stamped_json(plan, stamp))
        return partial(
            write_plan_workbook, plan=plan, language=session.language, properties=properties(stamp)
        )

    return {path: writer(path, source) for path, source in made_from.items()}


def _failed(file: Path, error: SubventError, session: Session) -> None:
    """Tell why a file has no plan: for programs in its line, for people beside it."""
    if session.json:
        told = {"file": str(file), **json.loads(messages.as_json(error.diagnostics, error.exit_status))}
        emit(json.dumps(told, ensure_ascii=False), session)
        return
    messages.report(error.diagnostics, session, error.exit_status)
    emit(f"{harmless(str(file))}  {_FAILED.in_(session.language)}", session)


def _line(
    file: Path, plan: Stamp, written: Sequence[Path], status: int, session: Session, *, kept: bool
) -> str:
    """What is told of one plan. `kept`: it was there and was not made again."""
    if session.json:
        told = {
            "file": str(file),
            "exit_status": status,
            "status": plan.status,
            "total_yuan": plan.total_yuan,
            "bound_yuan": plan.bound_yuan,
            "claims": int(plan.claims),
            "warnings": int(plan.warnings),
            "kept": kept,
            "written": [str(path) for path in written],
        }
        return json.dumps(told, ensure_ascii=False)
    return "".join(_words(file, plan, session, kept=kept))


def _words(file: Path, plan: Stamp, session: Session, *, kept: bool) -> Iterator[str]:
    from subvent.explain.quantities import wan
    from subvent.money import from_yuan

    yield f"{harmless(str(file))}  "
    yield _TOTAL.in_(session.language).format(total=wan(from_yuan(plan.total_yuan), 2), n=plan.claims)
    if plan.status != "optimal":
        yield _UNPROVEN.in_(session.language).format(bound=wan(from_yuan(plan.bound_yuan), 2))
    if kept:
        yield _KEPT.in_(session.language)
