"""`subvent plan`: the best lawful set of claims, with reasons."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from subvent.diagnostics import Text
from subvent_cli import messages, options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import Writer, check_outputs, emit, text_writer, write_files
from subvent_cli.session import current

if TYPE_CHECKING:
    from subvent.plan import Asked

_SUFFIXES = (".json", ".xlsx")
_PROVEN, _UNPROVEN = 0, 3


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
组合很大，或只要 .json 时不列，除非加 --compare-strict。""",
        """\
FILE is the group's portfolio: .xlsx, .yaml or .json.
The result goes to the screen; --out writes it to files as well:
.xlsx to print and review, .json for programs and subvent verify.
Text and .xlsx tell the totals of all default and all strict readings
as well; for a large portfolio, or where only .json is wanted, they do
so with --compare-strict.""",
    ),
    examples=(
        "subvent plan examples/manufacturing-group.xlsx",
        "subvent plan group.xlsx --reading exclusivity=one-a-year --out plan.xlsx",
        "subvent plan group.xlsx --strict",
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@options.reading_option
@options.strict_option
@options.compare_strict_option
@options.policy_option
@options.time_limit_option
@options.out_option
@options.format_option
@options.lang_option
def plan(
    file: Path,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    outputs: tuple[Path, ...],
    *,
    strict: bool,
    compare_strict: bool | None,
) -> int:
    """Plan, write the files, show the result; 0 when it is proven optimal, else 3."""
    check_outputs(outputs, _SUFFIXES, inputs=[file])
    from subvent.plan import plan_portfolio
    from subvent.report.json import plan_json
    from subvent.report.text import plan_text

    session = current()
    for_programs = session.json and all(_is_json(path) for path in outputs)
    if strict:
        asked: Asked = "taken"
    elif compare_strict is None:
        asked = "untold" if for_programs else "quick"
    else:
        asked = "told" if compare_strict else "untold"
    found = plan_portfolio(file, policies, readings, time_limit, strict=asked)
    as_json = plan_json(found) if session.json or any(_is_json(p) for p in outputs) else ""
    bold = session.colour is not False  # where no terminal reads, `emit` takes it out again
    shown = as_json if session.json else plan_text(found, session.language, session.width, color=bold)
    writers: dict[Path, Writer] = {}
    for path in outputs:
        if _is_json(path):
            writers[path] = text_writer(as_json)
        else:
            from subvent.report.workbook import write_plan_workbook

            writers[path] = partial(write_plan_workbook, plan=found, language=session.language)
    status = _PROVEN if found.status == "optimal" else _UNPROVEN
    if writers:
        messages.report(write_files(writers), session, status)
    emit(shown, session)
    return status


def _is_json(path: Path) -> bool:
    return path.suffix.lower() == ".json"
