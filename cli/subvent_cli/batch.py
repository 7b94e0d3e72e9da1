"""`subvent batch`: the best lawful claims of many portfolios, the packs read once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from glob import escape, glob
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Diagnostic, Place, SubventError, Text, diagnostic
from subvent.process.foreign import refusal
from subvent_cli import messages, options
from subvent_cli.batch_lines import tell, tell_all
from subvent_cli.bilingual import BilingualCommand, BilingualOption
from subvent_cli.options import OneOf
from subvent_cli.output import Writer, output_faults, status_of, text_writer, where, write_files
from subvent_cli.progress import Shown
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent import many
    from subvent.plan import Asked
    from subvent.process.progress import Progress
    from subvent.report.outcome import Outcome
    from subvent.report.stamp import Stamp
    from subvent.result import Plan

_FORMS = {"json": ".json", "xlsx": ".xlsx"}
_GRAVEST = (0, 3, 1, 2)
"""Exit statuses from the lightest to the gravest: proven, not proven, not valid, a fault."""


@click.command(
    "batch",
    cls=BilingualCommand,
    text=Text("一次启动，逐份规划多份资料", "Plan many portfolios in one run"),
    detail=Text(
        """\
逐份规划，政策包只读一次；小资料由全部处理器分担，比逐个运行 plan
快几倍，结果按给出的顺序。每份一行：
文件、合计、项数；--format json 时每行一个 JSON 对象。FILE 可用
groups/*.xlsx 这样的写法。--to 把每份方案写成 DIR/文件名.json
（--as xlsx：.xlsx），加 --parents 则写成 DIR/文件夹/文件名.json；
--out 把全部合计写成 .xlsx：按年度、政策文件、类别、申报单位，
并列出各份资料和各项申报。中断后加 --resume 再运行：
方案已在、且文件内容、政策包、解读、版本、选项都未变的，不再重做。
一份有误不影响其余；
退出码取最重的：2 故障，1 有的无效，3 有的未证明最优，0 全部证明最优。""",
        """\
The packs are read once, and all processors plan small files. One line a
file, in their order: its name, total and claims; with --format json one
JSON object a line. FILE may be a pattern, groups/*.xlsx. --to writes
each plan as DIR/NAME.json (--as xlsx: .xlsx), with --parents as
DIR/FOLDER/NAME.json, --out the totals of all as .xlsx: by year,
document, benefit and applicant, with all files and claims. After an
interruption run it again with --resume: a plan that is there and was
made from the same bytes, packs, answers, version and options is kept.
What is wrong with one file stops no other; the exit status is the
gravest: 2 a fault, 1 some not valid, 3 some not proven optimal, 0 all
proven optimal.""",
    ),
    examples=(
        "subvent batch groups/a.xlsx groups/b.yaml --to plans --resume",
        "subvent batch groups/*.xlsx --out totals.xlsx",
        "subvent batch a.yaml b.yaml --format json",
    ),
)
@click.argument("files", nargs=-1, required=True, type=options.PATH, metavar="FILE...")
@click.option(
    "--to",
    "folder",
    cls=BilingualOption,
    type=options.PATH,
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
    "--parents",
    cls=BilingualOption,
    is_flag=True,
    text=Text("方案放在与资料相同的子文件夹里", "Put plans into folders as the files have, below DIR"),
)
@click.option(
    "--resume",
    cls=BilingualOption,
    is_flag=True,
    text=Text("接着上次做：未变的方案不重做", "Go on: plans that are there and would be the same are kept"),
)
@click.option(
    "--out",
    "totals",
    cls=BilingualOption,
    type=options.PATH,
    multiple=True,
    metavar="PATH",
    text=Text(
        "合计写入 .xlsx：按年度、政策文件、类别、申报单位",
        "Write the totals of all files to an .xlsx: by year, document, benefit and applicant",
    ),
)
@options.reading_option
@options.strict_option
@options.policy_option
@options.time_limit_of(
    Text(
        "每份资料的时限（秒）；到时未证明最优则退出码 3", "Seconds for each file; exit 3 if unproven by then"
    )
)
@options.brief_option
@options.progress_option
@options.format_option
@options.lang_option
def batch(
    files: tuple[Path, ...],
    folder: Path | None,
    forms: tuple[str, ...],
    totals: tuple[Path, ...],
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    parents: bool,
    resume: bool,
    strict: bool,
    brief: bool,
    progress: bool | None,
) -> int:
    """Plan file by file; the gravest of their statuses comes back."""
    files = tuple(_found(files))
    if not folder and (forms or parents or resume):
        flags = {"--parents": parents, "--resume": resume}
        given = [*(f"--as {form}" for form in dict.fromkeys(forms)), *(flag for flag in flags if flags[flag])]
        raise SubventError(diagnostic("cli.no-folder", given=" ".join(given)))
    names = {file: _name(file, parents=parents) for file in files}
    outputs = _outputs(names, folder, dict.fromkeys(forms or ("json",))) if folder else {}
    _check_totals(totals, files, outputs, resume=resume)
    from subvent.many import asked_of_each, plan_each, seen
    from subvent.plan import Wanted
    from subvent.report.outcome import Outcome

    session = current()
    how: Asked = "taken" if strict else "untold"
    outcomes: list[Outcome] = []
    wanted = Wanted(time_limit, how, proofs=bool(folder) and not brief, finish=False)
    asked = asked_of_each(policies, readings, wanted)
    before = {file: seen(file) for file in outputs}
    try:
        with Shown(session, asked=progress) as telling:
            made_from, kept, damaged = _sources(outputs, asked, telling, session, resume=resume)
        if damaged:
            messages.report(damaged, session, 0)
        planned = plan_each([file for file in files if file not in kept], asked)
        for file in files:
            if stamp := kept.get(file):
                one = _of_kept(file, stamp, outputs[file], wanted=bool(totals))
            elif isinstance(found := next(planned)[1], SubventError):
                one = Outcome(file, found.exit_status, diagnostics=_placed(found, file))
            else:
                # Which content of a file that was written to meanwhile was planned nobody knows.
                changed = file in outputs and seen(file) != before[file]
                sources = dict.fromkeys(made_from[file], "") if changed else made_from.get(file, {})
                one = _of_plan(file, found, sources, session, wanted=bool(totals))
            tell(one, session)
            outcomes.append(one)
        status = max((one.status for one in outcomes), key=_GRAVEST.index)
        # A file that is given twice has two lines, and its money once.
        once = list({one.file: one for one in outcomes}.values())
        tell_all(once, session, resumed=resume)
        if totals:
            from subvent.report.workbook_totals import write_totals

            writer = partial(write_totals, outcomes=once, language=session.language)
            messages.report(write_files(dict.fromkeys(totals, writer)), session, status)
    except KeyboardInterrupt as error:
        done, count = len(outcomes), len(files)
        error.args = (diagnostic("cli.batch-interrupted", severity="note", done=done, count=count),)
        raise
    return status


def _of_kept(file: Path, stamp: Stamp, paths: tuple[Path, ...], *, wanted: bool) -> Outcome:
    """What is told of a plan that was there; with its claims where they are `wanted`."""
    from subvent.report.outcome import Outcome, listed_in

    claims = listed_in(next(path for path in paths if path.suffix == _FORMS["json"])) if wanted else ()
    return Outcome(file, _status(stamp), stamp, claims, paths, kept=True)


def _of_plan(
    file: Path, plan: Plan, sources: Mapping[Path, str], session: Session, *, wanted: bool
) -> Outcome:
    """Write the files of a plan, and what is told of it; with its claims where they are `wanted`."""
    from subvent.report.outcome import Outcome, listed
    from subvent.report.stamp import stamp_of

    stamp, claims = stamp_of(plan, ""), listed(plan) if wanted else ()
    try:
        _make_folders(sources)
        write_files(_writers(sources, plan, session))
    except SubventError as error:
        return Outcome(file, error.exit_status, stamp, claims, diagnostics=error.diagnostics)
    return Outcome(file, _status(stamp), stamp, claims, tuple(sources))


def _placed(error: SubventError, file: Path) -> tuple[Diagnostic, ...]:
    """What is wrong, all of it with a place: among many files it must be clear which one is meant."""
    place = Place(str(file))
    return tuple(found if found.place else replace(found, place=place) for found in error.diagnostics)


def _make_folders(paths: Iterable[Path]) -> None:
    """Make the folders that files are put into. Errors: SubventError where there can be none."""
    for folder in {path.parent for path in paths}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SubventError(diagnostic("cli.cannot-write", path=folder, reason=refusal(error))) from error


def _status(plan: Stamp) -> int:
    return status_of(proven=plan.status == "optimal")


def _found(files: Sequence[Path]) -> Iterator[Path]:
    """The files; those that a pattern names in their order, for not every shell looks them up."""
    for file in files:
        text = str(file)
        is_pattern = text != escape(text) and not os.path.lexists(file)
        names = sorted(glob(text)) if is_pattern else []  # noqa: PTH207 - pathlib finds hidden files, too
        yield from map(Path, names) if names else (file,)


def _check_totals(
    totals: Sequence[Path], files: Sequence[Path], outputs: Mapping[Path, Sequence[Path]], *, resume: bool
) -> None:
    """Refuse totals that cannot be written, or not of plans that are kept, before any work is done."""
    faults = list(output_faults(totals, (".xlsx",), files))
    plans = {where(path): path.suffix for paths in outputs.values() for path in paths}
    faults += [diagnostic("cli.output-twice", path=path) for path in totals if where(path) in plans]
    if totals and resume and _FORMS["json"] not in plans.values():
        faults.append(diagnostic("cli.totals-of-workbooks"))
    if faults:
        raise SubventError(*faults)


def _name(file: Path, *, parents: bool) -> Path:
    """What the plan of a file is called, without suffix: as the file, after its folders if `parents`."""
    above = file.parent.parts if parents else ()
    return Path(*(part for part in above if part not in (file.anchor, "..")), file.stem)


def _outputs(names: Mapping[Path, Path], folder: Path, forms: Iterable[str]) -> dict[Path, tuple[Path, ...]]:
    """The files to write for each portfolio. Errors: SubventError when one would destroy another."""
    found: dict[Path, tuple[Path, ...]] = {}
    faults: list[Diagnostic] = []
    inputs = {where(file) for file in names}
    first: dict[Path, Path] = {}
    for file, name in names.items():
        found[file] = tuple(folder / f"{name}{_FORMS[form]}" for form in forms)
        for path in found[file]:
            if first.setdefault(path, file) != file:
                faults.append(diagnostic("cli.same-output", file=file, other=first[path], path=path))
            if where(path) in inputs:
                faults.append(diagnostic("cli.output-is-input", path=path))
    if faults:
        raise SubventError(*faults)
    _make_folders([folder / "plan"])
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SubventError(diagnostic("cli.folder-not-writable", path=next(iter(first)), folder=folder))
    return found


def _form(path: Path, session: Session) -> tuple[str, ...]:
    """What a file of a plan depends on beside the plan: its form, and of a workbook the language."""
    return (path.suffix, session.language) if path.suffix == ".xlsx" else (path.suffix,)


def _sources(
    outputs: Mapping[Path, Sequence[Path]],
    asked: many.Asked,
    progress: Progress,
    session: Session,
    *,
    resume: bool,
) -> tuple[dict[Path, dict[Path, str]], dict[Path, Stamp], list[Diagnostic]]:
    """What plans of each file are made from, those that are there already, and which of these are damaged.

    Only to `resume` is any looked for; one that would be made otherwise now is not taken for it.
    """
    made_from: dict[Path, dict[Path, str]] = {}
    kept: dict[Path, Stamp] = {}
    damaged: list[Diagnostic] = []
    if resume:
        progress.stage("resuming")
    for done, (file, paths) in enumerate(outputs.items(), 1):
        made_from[file] = {path: asked.made_from(file, *_form(path, session)) for path in paths}
        stamps = [(_stamp(path, damaged), made_from[file][path]) for path in paths] if resume else []
        known = [stamp for stamp, source in stamps if stamp and source and stamp.made_from == source]
        if known and len(known) == len(stamps):
            kept[file] = known[0]
        if resume:
            progress.counted(done, len(outputs))
    return made_from, kept, damaged


def _stamp(path: Path, damaged: list[Diagnostic]) -> Stamp | None:
    """The stamp of a plan that is there and whole; one that is not is added to what is `damaged`."""
    from subvent.report.stamp import DamagedError, read_stamp

    try:
        return read_stamp(path)
    except DamagedError:
        damaged.append(diagnostic("cli.plan-damaged", Place(str(path)), severity="note"))
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
