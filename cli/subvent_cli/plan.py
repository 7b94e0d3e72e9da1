"""`subvent plan`: the best lawful set of claims, with reasons."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import SubventError, Text
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import (
    Writer,
    emit,
    folder_faults,
    folder_writer,
    output_faults,
    status_of,
    text_writer,
    write_files,
)
from subvent_cli.progress import Shown
from subvent_cli.session import Session, current

if TYPE_CHECKING:
    from subvent.plan import Asked, Solved

_SUFFIXES = (".json", ".xlsx")
_MODEL_SUFFIXES = (".mps", ".lp", ".opb", ".aspif")


@click.command(
    "plan",
    cls=BilingualCommand,
    text=Text("求合法且金额最高的申报组合，并说明理由", "The best lawful set of claims, with reasons"),
    detail=Text(
        """\
FILE 是集团的申报资料：.xlsx、.yaml 或 .json。
结果显示在屏幕上；--out 另写成文件：.xlsx 供打印和审阅，
.json 供程序和 subvent verify 使用。
文字和 .xlsx 结果另列解读全部取默认、全部从严的合计；
资料很大，或只要 .json 时不列，除非加 --compare-strict。
--export-model 写出所求解的线性模型，可用任何 MIP、伪布尔或 ASP
求解器另算；--proof 写出证明包，审计人员只用 Python 即可核对。""",
        """\
FILE is the group's portfolio: .xlsx, .yaml or .json.
The result goes to the screen; --out writes it to files as well:
.xlsx to print and review, .json for programs and subvent verify.
Text and .xlsx tell the totals of all default and all strict readings
as well; for a large portfolio, or where only .json is wanted, they do
so with --compare-strict.
--export-model writes the linear model that was solved, for any MIP,
pseudo-Boolean or ASP solver; --proof writes a proof pack, which an
auditor checks with nothing but Python.""",
    ),
    examples=(
        "subvent plan examples/manufacturing-group.xlsx",
        "subvent plan group.xlsx --reading exclusivity=one-a-year --out plan.xlsx",
        "subvent plan group.xlsx --strict",
        "subvent plan group.xlsx --proof proof",
        "subvent plan group.xlsx --export-model model.mps",
    ),
)
@click.argument("file", type=options.PATH)
@options.reading_option
@options.strict_option
@options.compare_strict_option
@options.policy_option
@options.time_limit_option
@options.out_option
@options.export_model_option
@options.proof_option
@options.brief_option
@options.reasons_option
@options.progress_option
@options.format_option
@options.lang_option
def plan(
    file: Path,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    outputs: tuple[Path, ...],
    models: tuple[Path, ...],
    proof: Path | None,
    *,
    strict: bool,
    compare_strict: bool | None,
    brief: bool,
    reasons: bool,
    progress: bool | None,
) -> int:
    """Plan, write the files, show the result; 0 when it is proven optimal, else 3."""
    _check(file, outputs, models, proof)
    from subvent.plan import Wanted, solve_portfolio
    from subvent.report.json import plan_json_pieces
    from subvent.report.text import plan_text

    session = current()
    for_programs = session.json and all(_is_json(path) for path in outputs)
    if strict:
        asked: Asked = "taken"
    elif compare_strict is None:
        asked = "untold" if for_programs else "quick"
    else:
        asked = "told" if compare_strict else "untold"
    with Shown(session, asked=progress) as telling:
        # A page of text has no steps of proofs: they are only found for what is written with them.
        proofs = not brief and bool(session.json or outputs)
        wanted = Wanted(
            time_limit,
            asked,
            reasons="in-time" if reasons else "never",
            proofs=proofs,
            # What others read, and what a workbook tells of those outbid, is drawn from all that follows.
            finish=bool(models or proof) or not all(map(_is_json, outputs)),
            progress=telling,
        )
        solved = solve_portfolio(file, policies, readings, wanted)
    found = solved.plan
    status = status_of(proven=found.status == "optimal")
    telling.report(status, solved.unexplained if reasons else None)
    writers: dict[Path, Writer] = {}
    if workbooks := [path for path in outputs if not _is_json(path)]:
        from subvent.questions.insist import told_of, with_losses
        from subvent.report.workbook import write_plan_workbook

        # What is found for the workbook is told in all that one run tells.
        told = told_of(solved)
        found = with_losses(found, told)
        write = partial(write_plan_workbook, plan=found, language=session.language, told=told)
        writers |= dict.fromkeys(workbooks, write)
    writers |= {path: text_writer(plan_json_pieces(found)) for path in outputs if _is_json(path)}
    if models or proof:
        writers |= _for_other_eyes(solved, models, proof, session)
    if writers:
        messages.report(write_files(writers), session, status)
    if session.json:
        emit(plan_json_pieces(found), session)
    else:
        emit(plan_text(found, session.language, session.width, color=session.bold), session)
    return status


def _check(file: Path, outputs: tuple[Path, ...], models: tuple[Path, ...], proof: Path | None) -> None:
    """Refuse what cannot be written, all of it at once, before any work is done."""
    faults = [*output_faults(outputs, _SUFFIXES, [file]), *output_faults(models, _MODEL_SUFFIXES, [file])]
    if proof:
        from subvent.export import is_proof_pack

        faults += folder_faults(proof, is_proof_pack, [file, *outputs, *models])
    if faults:
        raise SubventError(*faults)


def _for_other_eyes(
    solved: Solved, models: tuple[Path, ...], proof: Path | None, session: Session
) -> dict[Path, Writer]:
    """The linear model in the formats asked for, and the proof pack."""
    from subvent.export import describe, model_text, proof_files

    described = describe(solved.problem, solved.plan)
    writers = {
        path: text_writer(model_text(described, path.suffix.lower(), session.language)) for path in models
    }
    if proof:
        writers[proof] = folder_writer(proof_files(described, solved.values))
    return writers


def _is_json(path: Path) -> bool:
    return path.suffix.lower() == ".json"
