"""`subvent facts`: what each unknown fact could be worth."""

from __future__ import annotations

from pathlib import Path

import click

from subvent.diagnostics import Text
from subvent_cli import options
from subvent_cli.bilingual import BilingualCommand
from subvent_cli.output import emit, status_of
from subvent_cli.session import current


@click.command(
    "facts",
    cls=BilingualCommand,
    text=Text("没有填的事实，查明后最多多得多少", "What each unknown fact could be worth"),
    detail=Text(
        """\
申报项取决于而资料里没有填的事实，逐项取最有利的值重新求解，
与现在的最优合计相减，从大到小列出，精确到分：先查明哪一项最值。
单独一项不够的，连同同一申报项取决于的其他事实一起试。""",
        """\
Takes each fact that is not stated and that claims hang on at its best
value, plans anew and tells what that gains, the largest first, to the
fen: which one to find out first. Where one alone brings nothing, it is
tried with the others that the same claim hangs on.""",
    ),
    examples=(
        "subvent facts examples/manufacturing-group.xlsx",
        "subvent facts group.xlsx --format json",
    ),
)
@click.argument("file", type=options.PATH)
@options.reading_option
@options.strict_option
@options.policy_option
@options.time_limit_option
@options.format_option
@options.lang_option
def facts(
    file: Path,
    readings: dict[str, str],
    policies: tuple[str, ...],
    time_limit: float | None,
    *,
    strict: bool,
) -> int:
    """Show what the facts are worth; 0 when all of it is proven, else 3."""
    from subvent.questions.takes.unknown import worths_of
    from subvent.report.json_takes import worths_json
    from subvent.report.text_worths import worths_text

    session = current()
    taken = options.answers_of(file, policies, readings, time_limit, strict=strict)
    found = worths_of(file, policies, *taken)
    shown = worths_json(found) if session.json else worths_text(found, session.language, session.width)
    emit(shown, session)
    return status_of(proven=found.proven)
